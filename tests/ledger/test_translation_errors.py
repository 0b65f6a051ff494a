"""The errors that translation is known for, each by a figure that it would change (D17 to D20).

Both routes to the reserve share the rates that they are given. So an error that takes another rate
on both of them still proves, and has to be met by a figure.
"""

from __future__ import annotations

from datetime import date

from fxcrm.decisions import Purpose
from fxcrm.ledger import Translation, TranslationRates, TranslationSnapshot
from tests.ledger.notation import chosen
from tests.ledger.translated import translated
from tests.ledger.translation_oracle import Move

# "The Portable MBA in Finance and Accounting", 3rd edition, chapter on global finance: the books
# behind its exhibit 12.18, translated at closing rates. It has a comprehensive income of 199, of
# which 87 are the translation gain (rounded).
BEGUN, END, PAID_OUT, NEXT = (
    date(2002, 1, 1),
    date(2002, 12, 31),
    date(2003, 5, 2),
    date(2003, 12, 31),
)
FIRST_YEAR: list[Move] = [
    (BEGUN, "1000", "3000", 1_000_00),
    (END, "1100", "4000", 1_000_00),
    (END, "5000", "1000", 820_00),  # sales, administration, depreciation, taxes
]
SECOND_YEAR: list[Move] = [*FIRST_YEAR, (PAID_OUT, "3300", "1000", 50_00)]


def _first() -> Translation:
    rates = TranslationRates(
        chosen("USD/EUR", "0.66", END, Purpose.CLOSING),
        chosen("USD/EUR", "0.62", END, Purpose.AVERAGE),
        {BEGUN: chosen("USD/EUR", "0.58", BEGUN)},
    )
    return translated(FIRST_YEAR, rates, END)


def _second(opening: TranslationSnapshot) -> Translation:
    rates = TranslationRates(
        chosen("USD/EUR", "0.70", NEXT, Purpose.CLOSING),
        chosen("USD/EUR", "0.68", NEXT, Purpose.AVERAGE),
        {PAID_OUT: chosen("USD/EUR", "0.67", PAID_OUT)},
        chosen("USD/EUR", "0.66", END, Purpose.CLOSING),
    )
    return translated(SECOND_YEAR, rates, NEXT, opening)


def _shown(found: Translation) -> dict[str, str]:
    return {line.account.code: str(line.presentation.value) for line in found.lines}


def test_equity_is_not_translated_at_the_closing_rate() -> None:
    """Capital of 1,000 at 0.58, the rate of the day it was paid in."""
    assert _shown(_first())["3000"] == "EUR -580.00"


def test_a_balance_is_not_translated_at_the_average() -> None:
    """Cash and receivables at 0.66; so the published gain of 87 and income of 199 come out."""
    found = _first()
    shown = _shown(found)
    assert (shown["1000"], shown["1100"]) == ("EUR 118.80", "EUR 660.00")
    assert (shown["4000"], shown["5000"]) == ("EUR -620.00", "EUR 508.40")
    assert str(found.reserve) == str(found.plug) == "EUR 87.20"
    assert 620 - 508 + 87 == 199


def test_what_was_brought_forward_is_not_translated_again() -> None:
    """Last year's sales and costs, and the capital, stay in euros as they were (D20)."""
    first = _first()
    second = _shown(_second(first.snapshot()))
    for account in ("3000", "4000", "5000"):
        assert second[account] == _shown(first)[account]


def test_a_dividend_is_translated_at_its_day() -> None:
    """50 at 0.67: neither at the closing rate of 0.70 nor at the average."""
    found = _second(_first().snapshot())
    assert _shown(found)["3300"] == "EUR 33.50"
    # 87.20, 1,180 of opening net assets by 0.04, and 50 that went out by -0.03.
    assert str(found.reserve) == "EUR 132.90"
