"""Rounding: bounded by half a minor unit a line, and never without its reason (D30)."""

from __future__ import annotations

import pytest

from fxcrm.ids import AccountCode
from fxcrm.ledger import RoundingReason
from fxcrm.ledger.rounding import RoundingExceeded, rounding_postings
from tests.ledger.notation import line, money

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
