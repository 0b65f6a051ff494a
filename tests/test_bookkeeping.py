"""Bookkeeping: what a company chooses for its books, read from plain data and refused by place."""

from __future__ import annotations

import pickle
import tomllib
from datetime import date
from fractions import Fraction

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused, BookRules, Drafts
from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Company, trading_chart
from fxcrm.ledger.accounts import AccountMissing
from fxcrm.ledger.revaluation import Style, style_of
from fxcrm.postingrules import FactKind, PostingRuleRefused, PostingRules
from fxcrm.usecases import reading
from tests.ledger.notation import instant
from tests.usecases.office import FIRST, RATES

NORDWIND = Company(CompanyId("nordwind"), "Nordwind", Currency("EUR"), date(2026, 1, 1))
ACME = Company(CompanyId("acme"), "Acme", Currency("USD"), date(2026, 1, 1))
BESIDE = attrs.evolve(NORDWIND, id=CompanyId("nordwind:USD"), parallel_to=NORDWIND.id)
CHART = trading_chart()
COSTS = {"side": "debit", "duty": "costs"}
OWED = {"side": "credit", "duty": "payables", "item": True}

FILE = """
[default]
drafts = "report"

[companies.nordwind]
largest_deviation = "0.02"
styles = { 1100 = "cumulative", 1000 = "reversing" }

[companies.nordwind.posting]
bill = [
    { side = "debit", account = "5300", component = "net" },
    { side = "debit", duty = "taxes", component = "tax" },
    { side = "credit", duty = "payables", item = true },
]
"""


def test_the_usual_rules_are_the_strict_ones() -> None:
    """No deviation, no drafts at a closing; items are taken back, balances keep theirs (D14)."""
    usual = Bookkeeping().of(NORDWIND)
    assert usual == BookRules()
    assert (usual.largest_deviation, usual.drafts) == (Fraction(0), Drafts.REFUSE)
    assert {one.code for one in CHART if style_of(one, usual.styles) is Style.REVERSING} == {
        one.code for one in CHART if one.by_item
    }


def test_a_company_states_what_it_does_otherwise() -> None:
    """What it leaves out is as for everybody; a parallel book follows its company."""
    kept = Bookkeeping.read(tomllib.loads(FILE))
    assert kept.of(ACME) == BookRules(drafts=Drafts.REPORT)
    own = kept.of(NORDWIND)
    assert (own.largest_deviation, own.drafts) == (Fraction(1, 50), Drafts.REPORT)
    assert style_of(CHART.account(AccountCode("1100")), own.styles) is Style.CUMULATIVE
    assert style_of(CHART.account(AccountCode("1000")), own.styles) is Style.REVERSING
    assert style_of(CHART.account(AccountCode("2000")), own.styles) is Style.REVERSING
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
        ({"default": {"posting": {"invoices": []}}}, "default.posting"),
    ],
)
def test_a_mistake_is_named_by_its_place(data: object, place: str) -> None:
    """What is refused says where it stands, and nothing is taken in its stead."""
    with pytest.raises(BookkeepingRefused) as caught:
        Bookkeeping.read(data)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ({}, ""),
        ([7], ", line 1"),
        ([{"duty": "costs"}], ", line 1, side"),
        ([dict(COSTS, paid_in="gold")], ", line 1, paid_in"),
        ([COSTS, dict(OWED, item="yes")], ", line 2"),
        ([COSTS, dict(OWED, duty=7)], ", line 2"),
        ([COSTS, dict(OWED, duty="debts")], ", line 2"),
        ([COSTS, dict(OWED, component="net")], ", line 2"),
        ([COSTS, dict(OWED, sides=1)], ", line 2"),
        ([COSTS], ""),
    ],
)
def test_a_mistake_in_a_posting_rule_is_named_by_its_line(lines: object, place: str) -> None:
    """So that one finds it in a file of many."""
    with pytest.raises(BookkeepingRefused) as caught:
        Bookkeeping.read({"companies": {"acme": {"posting": {"bill": lines}}}})
    assert caught.value.place == f"companies.acme.posting.bill{place}"


def test_posting_rules_are_read_line_by_line() -> None:
    """A line names its account by code or duty; every other kind is booked as usual."""
    rules = Bookkeeping.read(tomllib.loads(FILE)).fitting(CHART).of(NORDWIND).posting
    lines = [
        (one.side.value, one.on(CHART).code, one.component) for one in rules.of(FactKind.BILL).lines
    ]
    assert lines == [
        ("debit", "5300", "net"),
        ("debit", "2400", "tax"),
        ("credit", "2000", "total"),
    ]
    assert [kind for kind in FactKind if rules.of(kind) != PostingRules.usual().of(kind)] == [
        FactKind.BILL
    ]


def test_what_the_chart_has_not_is_refused_at_the_desk() -> None:
    """Before anything is booked: an account of a rule, an account of a style."""
    lines = [{"side": "debit", "account": "9999"}, {"side": "credit", "duty": "bank"}]
    unfit = Bookkeeping.read({"default": {"posting": {"costs": lines}}})
    with pytest.raises(AccountMissing):
        Bookkeeping(BookRules(styles={AccountCode("9999"): Style.REVERSING})).fitting(CHART)
    desk = reading(MemoryStore(), RATES, at=instant(FIRST), bookkeeping=unfit)
    with pytest.raises(PostingRuleRefused, match="no account 9999"), desk:
        raise AssertionError
