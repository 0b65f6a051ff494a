"""Bookkeeping: what a company chooses for its books, read from plain data and refused by place."""

from __future__ import annotations

import pickle
import tomllib
from datetime import date
from fractions import Fraction

import attrs
import pytest

from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused, BookRules, Drafts
from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Company, trading_chart
from fxcrm.ledger.revaluation import Style

NORDWIND = Company(CompanyId("nordwind"), "Nordwind", Currency("EUR"), date(2026, 1, 1))
ACME = Company(CompanyId("acme"), "Acme", Currency("USD"), date(2026, 1, 1))
BESIDE = attrs.evolve(NORDWIND, id=CompanyId("nordwind:USD"), parallel_to=NORDWIND.id)
CHART = trading_chart()

FILE = """
[default]
drafts = "report"

[companies.nordwind]
largest_deviation = "0.02"
styles = { 1100 = "cumulative", 1000 = "reversing" }
"""


def test_the_usual_rules_are_the_strict_ones() -> None:
    """No deviation, no drafts at a closing; items are taken back, balances keep theirs (D14)."""
    usual = Bookkeeping().of(NORDWIND)
    assert usual == BookRules()
    assert (usual.largest_deviation, usual.drafts) == (Fraction(0), Drafts.REFUSE)
    assert {one.code for one in CHART if usual.style_of(one) is Style.REVERSING} == {
        one.code for one in CHART if one.by_item
    }


def test_a_company_states_what_it_does_otherwise() -> None:
    """What it leaves out is as for everybody; a parallel book follows its company."""
    kept = Bookkeeping.read(tomllib.loads(FILE))
    assert kept.of(ACME) == BookRules(drafts=Drafts.REPORT)
    own = kept.of(NORDWIND)
    assert (own.largest_deviation, own.drafts) == (Fraction(1, 50), Drafts.REPORT)
    assert own.style_of(CHART.account(AccountCode("1100"))) is Style.CUMULATIVE
    assert own.style_of(CHART.account(AccountCode("1000"))) is Style.REVERSING
    assert own.style_of(CHART.account(AccountCode("2000"))) is Style.REVERSING
    assert kept.of(BESIDE) == own
    assert pickle.loads(pickle.dumps(kept)) == kept  # noqa: S301 - made two words before
    assert hash(kept) == hash(Bookkeeping.read(tomllib.loads(FILE)))


def test_a_parallel_book_may_have_rules_of_its_own() -> None:
    """Named by its id, it is a company as any other."""
    own = BookRules(drafts=Drafts.REPORT)
    assert Bookkeeping(companies={BESIDE.id: own}).of(BESIDE) == own
    assert Bookkeeping(companies={BESIDE.id: own}).of(NORDWIND) == BookRules()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "the file"),
        ({"defaults": {}}, "the file"),
        ({"default": []}, "default"),
        ({"default": {"draft": "report"}}, "default"),
        ({"default": {"drafts": "ignore"}}, "default.drafts"),
        ({"default": {"largest_deviation": 0.5}}, "default.largest_deviation"),
        ({"default": {"largest_deviation": "2 %"}}, "default.largest_deviation"),
        ({"default": {"largest_deviation": "-0.01"}}, "default.largest_deviation"),
        ({"default": {"largest_deviation": 1}}, "default.largest_deviation"),
        ({"companies": {"acme": {"styles": {"1000": "both"}}}}, "companies.acme.styles.1000"),
        ({"companies": {"acme": {"styles": "both"}}}, "companies.acme.styles"),
        ({"companies": {7: {}}}, "companies"),
    ],
)
def test_a_mistake_is_named_by_its_place(data: object, place: str) -> None:
    """What is refused says where it stands, and nothing is taken in its stead."""
    with pytest.raises(BookkeepingRefused) as caught:
        Bookkeeping.read(data)
    assert caught.value.place == place
