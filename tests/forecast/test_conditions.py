"""Which deals are meant: words, dictionaries, and amounts compared in a named currency (R7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.forecast import (
    ConditionRefused,
    DealFilter,
    Outlook,
    StageWeight,
    filter_of,
    read_filter,
)
from fxcrm.ids import CustomerId, DealId
from fxcrm.money import Money
from fxcrm.prospects import ProspectRow
from fxcrm.rates import RateMissing, RateTable
from fxcrm.restatement import MissingRates, TableDecider
from fxcrm.stages import StageKind
from tests.ambient import FEWER, IN_THE_STRICTEST
from tests.ambient import any_context as any_context

pytestmark = IN_THE_STRICTEST
DAY = date(2026, 3, 2)
TABLE = RateTable.of("EUR", on=DAY, USD="1.0850", JPY="160.31")
DECIDER = TableDecider(TABLE, datetime(2026, 3, 3, tzinfo=UTC), "tester")
OUTLOOK = Outlook(
    {
        ("trade", "quoted"): StageWeight(60, StageKind.OPEN),
        ("trade", "won"): StageWeight(100, StageKind.WON),
        ("trade", "lost"): StageWeight(0, StageKind.LOST),
    }
)


def deal(id: str, value: str, stage: str = "quoted", **named: object) -> ProspectRow:
    """A deal of lena's, in the team emea/dach."""
    made = ProspectRow(
        DealId(id), CustomerId("acme"), "trade", stage, "lena", "emea/dach",
        Money.parse(value), DAY, date(2026, 3, 31),
    )  # fmt: skip
    return made._replace(**named)  # type: ignore[arg-type]


DEALS = [
    deal("1", "USD 5000.00"),
    deal("2", "USD 5000.01", owner="milo", team="emea"),
    deal("3", "EUR 4608.29", "won", closed_on=DAY, expected_on=None),
    deal("4", "EUR 4608.30", "lost", closed_on=date(2026, 4, 1), team="apac"),
    deal("5", "JPY 738756", customer=CustomerId("acme, inc")),
]


def chosen(held: DealFilter) -> list[str]:
    """The ids of the deals that are meant."""
    return [one.id for one in held.choose(DEALS, OUTLOOK, DECIDER, DAY).prospects]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", "12345"),
        ("amount > USD 5,000", "245"),
        ("amount >= USD 5000.00", "1245"),
        ("amount < USD 5000", "3"),
        ("amount <= EUR 4,608.29", "3"),
        ("amount = USD 5,000", "1"),
        ("amount != USD 5,000", "2345"),
        ("amount between USD 5,000 and 5,000.01", "1245"),
        ("amount between EUR 4608.29 and EUR 4608.29", "3"),
        ("amount > USD 5,000, amount < EUR 4,608.30", "5"),
        ("stage = quoted or won", "1235"),
        ("stage != quoted and state = lost", "4"),
        ("owner = lena, currency = EUR", "34"),
        ("team = emea", "1235"),
        ("team != emea", "4"),
        ('customer = "acme, inc"', "5"),
        ("expected = 2026-03", "1245"),
        ("expected = none", "3"),
        ("expected != none", "1245"),
        ("closed > 2026-03", "4"),
        ("closed <= 2026-03", "3"),
        ("closed >= 2026-03-02 and closed < 2026-04", "3"),
        ("closed between 2026-03-03 and 2026-04", "4"),
        ("opened != 2026-03-02", ""),
        ("PIPELINE = trade AND Owner = milo", "2"),
    ],
)
def test_words_say_which_deals(text: str, ids: str) -> None:
    """Every field and operator; months are whole, bounds are exact to the minor unit."""
    assert "".join(chosen(read_filter(text))) == ids


def test_a_dictionary_says_the_same() -> None:
    """A text or a list means equal; a dictionary names operators."""
    assert filter_of({"amount": {">": "USD 5,000"}, "stage": ["quoted", "won"]}) == read_filter(
        "amount > USD 5000, stage = quoted or won"
    )
    assert filter_of({"expected": {">=": "2026-03"}, "owner": "lena"}) == read_filter(
        "expected >= 2026-03 and owner = lena"
    )


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("amount > USD 5.000", "column 10", "USD has 2 decimals, 5.000 has 3"),
        ("amount > 5000", "column 10", "a currency and a number"),
        ("amount > USD 5,00", "column 16", "begins with"),
        ("amount > USD", "column 13", "a currency and a number"),
        ("amount > usd 5", "column 10", "no currency 'usd'"),
        ("amount = USD 5 or 6", "column 8", "takes 1"),
        ("amount between USD 5 and EUR 6", "column 8", "one currency"),
        ("amount between USD 5", "column 21", "with 'and' between"),
        ("sum > USD 5", "column 1", "begins with one of amount"),
        ("stage > won", "column 7", "= and != alone"),
        ("stage won", "column 7", "here comes one of ="),
        ("stage = a b", "column 11", "'and', a comma, or the end"),
        ("stage = won,", "column 13", "begins with"),
        ('owner = "lena', "column 9", "not closed"),
        ("owner = !", "column 9", "no word"),
        ("state = openish", "column 9", "open, won or lost"),
        ("expected = 2026-13", "column 12", "a day is written"),
        ("expected < none", "column 10", "= and != alone"),
        ("owner = " + "x" * 1000, "column 1001", "at most 1000 characters"),
        (" and ".join(["owner = x"] * 33), "column 445", "at most 32 conditions"),
    ],
)
def test_an_error_names_its_place(text: str, place: str, reason: str) -> None:
    """What can not be read is refused, with the column and what would come there."""
    with pytest.raises(ConditionRefused) as caught:
        read_filter(text)
    assert (caught.value.place, reason in caught.value.reason) == (place, True)


def test_a_dictionary_is_refused_by_its_key() -> None:
    """The key, and the operator where there is one, name the place."""
    for plain, place in (
        ({"amount": {">": "5000"}}, "amount.>"),
        ({"amount": {"~": "USD 5"}}, "amount.~"),
        ({"owner": [5]}, "owner"),
        ({"owner": []}, "owner"),
        ({"amount": "USD 5,00"}, "amount"),
    ):
        with pytest.raises(ConditionRefused) as caught:
            filter_of(plain)  # type: ignore[arg-type]
        assert caught.value.place == place


@FEWER
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["EUR", "USD", "JPY"]))
def test_amounts_compare_in_the_named_currency(units: int, bound: int, code: str) -> None:
    """One rate for a pair, the exact value: as fractions say, with nothing rounded."""
    per_euro = {"EUR": Fraction(1), "USD": Fraction(10850, 10**4), "JPY": Fraction(16031, 100)}
    value = Money.from_minor(units, code)
    one = deal("1", str(value))
    held = read_filter(f"amount > USD {Money.from_minor(bound, 'USD').amount}")
    found = held.choose([one], OUTLOOK, DECIDER, DAY)
    worth = Fraction(value.amount) / per_euro[code] * per_euro["USD"]
    assert bool(found.prospects) == (worth > Fraction(bound, 100))
    assert len(found.decisions) == (code != "USD")


def test_what_can_not_be_compared_is_refused_or_in_plain_sight() -> None:
    """A rate that is missing never decides that a deal is not meant (R6)."""
    kuna, held = deal("6", "HRK 7.00"), read_filter("amount > USD 5,000")
    with pytest.raises(RateMissing):
        held.choose([*DEALS, kuna], OUTLOOK, DECIDER, DAY)
    found = held.choose([*DEALS, kuna], OUTLOOK, DECIDER, DAY, MissingRates.LEAVE_OUT)
    assert [one.id for one in found.prospects] == ["2", "4", "5"]
    assert [(one.currency, len(one.deals)) for one in found.left_out] == [(Currency("HRK"), 1)]


def test_lost_deals_count_where_they_are_asked_for() -> None:
    """A state or a stage that is named says which deals are meant, lost ones too."""
    assert StageKind.LOST not in read_filter("owner = lena").standings
    assert StageKind.LOST in read_filter("state = lost").standings
