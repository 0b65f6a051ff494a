"""Rounding: bounded by half a minor unit a line, and never without its reason (D30)."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode
from fxcrm.ledger import Entry, RoundingReason
from fxcrm.ledger.rounding import RoundingExceeded, rounding_postings, rounding_sums
from fxcrm.money import Money
from tests.ledger.notation import DAY, entry, journal, line, money

ROUNDING = AccountCode("7900")
LINES = (line("1100", "USD 2.22", "EUR 2.03"), line("4000", "USD -2.22", "EUR -2.04"))


def test_what_is_missing_is_taken_up_with_its_reason() -> None:
    """A cent on the other side, without a document amount, at the rate of the lines."""
    [one] = rounding_postings(LINES, 2, ROUNDING, what="invoice:1")
    assert (one.account, one.amount, one.functional) == (
        "7900", money("USD 0.00"), money("EUR 0.01"),
    )  # fmt: skip
    assert (one.decision, one.text) == (LINES[0].decision, "rounding: line")
    assert rounding_postings((LINES[0], LINES[0].reversed), 2, ROUNDING, what="") == ()


@pytest.mark.parametrize("rounded", [0, 1])
def test_more_than_rounding_explains_is_refused(rounded: int) -> None:
    """One rounded line leaves half a cent at the most, so a cent is an error (D30)."""
    with pytest.raises(RoundingExceeded) as caught:
        rounding_postings(LINES, rounded, ROUNDING, what="invoice:1")
    assert (caught.value.difference, caught.value.lines) == (money("EUR -0.01"), rounded)


def test_at_home_nothing_is_rounded() -> None:
    """Lines of one currency that differ are off balance, not rounded."""
    with pytest.raises(RoundingExceeded):
        rounding_postings((line("1000", "EUR 0.01"),), 2, ROUNDING, what="capital:1")


def test_a_reason_is_read_back_from_the_text_of_a_line() -> None:
    """Every reason from its own text; any other text names none."""
    assert [RoundingReason.of(one.text) for one in RoundingReason] == list(RoundingReason)
    assert RoundingReason.of("rounding: cash, till 3") is RoundingReason.CASH
    assert RoundingReason.of("Rounding of the split") is RoundingReason.LINE
    for text in ("", "rounding", "rounding: because", "see rounding: line", "line"):
        assert RoundingReason.of(text) is None


def _sums(*entries: Entry) -> list[tuple[RoundingReason | None, str, int, Fraction, list[str]]]:
    found = rounding_sums(journal(*entries), ROUNDING, Currency("EUR"))
    return [
        (one.reason, str(one.total), one.lines, one.bound.value, list(one.exceeding))
        for one in found
    ]


def _rounded(id: str, value: str, text: str) -> Entry:
    """Three lines in dollars that are off by a value, taken up on the rounding account."""
    took = attrs.evolve(line("7900", "USD 0.00", value), text=text)
    lines = line("1000", "USD 3.00", "EUR 2.00"), line("5300", "USD 1.00", "EUR 1.00")
    rest = Money.total(one.functional for one in (*lines, took))
    return entry(*lines, line("1100", "USD -4.00", str(-rest)), took, id=id)


def test_rounding_is_summed_by_reason_with_its_bound() -> None:
    """Half a cent for each of three lines: two entries bear three cents, and hold none."""
    assert _sums(
        _rounded("a", "EUR 0.01", "rounding: line"),
        _rounded("b", "EUR -0.01", "Rounding of the split"),
    ) == [(RoundingReason.LINE, "EUR 0.00", 6, Fraction(3, 100), [])]


@pytest.mark.parametrize(("value", "exceeds"), [("EUR 0.01", []), ("EUR -0.02", ["a"])])
def test_an_entry_over_its_own_bound_is_named(value: str, exceeds: list[str]) -> None:
    """Though the sum of all entries were within theirs (D30)."""
    found = _sums(
        _rounded("a", value, "rounding: line"), _rounded("b", "EUR 0.01", "rounding: line")
    )
    assert [one[4] for one in found] == [exceeds]


def test_rounding_without_a_reason_always_exceeds() -> None:
    """Named reasons only."""
    [(reason, total, lines, bound, exceeding)] = _sums(_rounded("a", "EUR 0.01", "who knows"))
    assert (reason, total, bound, exceeding) == (None, "EUR 0.01", Fraction(), ["a"])
    assert lines == 3


def test_at_home_a_tax_may_be_rounded_and_a_line_not() -> None:
    """What no rate measured was not rounded line by line."""
    for text, exceeding in (("rounding: tax", []), ("rounding: line", ["entry:1"])):
        took = attrs.evolve(line("7900", "EUR 0.01"), text=text)
        found = _sums(entry(line("1100", "EUR 0.99"), line("4000", "EUR -1.00"), took))
        assert [one[4] for one in found] == [exceeding]


@pytest.mark.parametrize(
    ("currency", "value", "exceeds"),
    [("CHF", "0.02", False), ("CHF", "0.03", True), ("EUR", "0.01", True), ("EUR", "0.02", True)],
)
def test_coins_are_rounded_by_half_a_coin(currency: str, value: str, *, exceeds: bool) -> None:
    """Five centimes are the smallest coin of the franc; the euro has cents (M5)."""
    took = attrs.evolve(line("7900", f"{currency} {value}"), text="rounding: cash")
    made = entry(took, line("1000", f"{currency} -{value}"))
    [found] = rounding_sums(journal(made), ROUNDING, Currency(currency))
    assert bool(found.exceeding) is exceeds
    assert found.lines == 1


def test_what_was_taken_back_explains_itself() -> None:
    """An entry that exceeds and its reversal stand against each other, in one period or two."""
    wrong = _rounded("a", "EUR 0.09", "rounding: line")
    back = attrs.evolve(wrong.reversal(DAY), kind="reversal")
    assert [one[4] for one in _sums(wrong)] == [["a"]]
    assert [one[1::3] for one in _sums(wrong, back)] == [("EUR 0.00", [])]
    assert [one[4] for one in _sums(back)] == [[]]
