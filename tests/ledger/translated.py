"""Random books of one company, with the same rates for the model and for the library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger import (
    Account,
    AccountType,
    Chart,
    JournalLine,
    Posting,
    Translation,
    TranslationSnapshot,
    trading_chart,
    translate,
)
from fxcrm.ledger.translation import TranslationRates
from fxcrm.money import Money
from tests.ledger.notation import NORDWIND, chosen
from tests.ledger.translation_oracle import AT_THE_DAY, Move, Period

USD, EUR, JPY = map(Currency, ("USD", "EUR", "JPY"))
LOANS = Account(AccountCode("2600"), "Loans", AccountType.LIABILITY, monetary=True)
CHART = Chart((*trading_chart().accounts, LOANS), trading_chart().duties)
PARTNERED = ("1200", "2200", "4200", "5200")
PARENT = CompanyId("parent")


def _posting(account: str, cents: int, currency: Currency = USD) -> Posting:
    amount = Money.from_minor(cents, currency)
    partner = PARENT if account in PARTNERED else None
    return Posting(AccountCode(account), amount, amount, partner=partner)


def journal_of(moves: Iterable[Move], currency: Currency = USD) -> list[JournalLine]:
    """Moves as a journal lists them."""
    return [
        JournalLine(EntryId(f"e{number}"), day, "test", _posting(account, amount, currency))
        for number, (day, debit, credit, cents) in enumerate(moves)
        for account, amount in ((debit, cents), (credit, -cents))
    ]


def translated(
    moves: Iterable[Move],
    rates: TranslationRates | None,
    as_of: date,
    opening: TranslationSnapshot | None = None,
    presentation: Currency = EUR,
    share: Fraction = Fraction(1),
) -> Translation:
    """The books of Nordwind in another currency."""
    return translate(
        NORDWIND,
        as_of,
        journal_of(moves),
        chart=CHART,
        functional=USD,
        presentation=presentation,
        rates=rates,
        opening=opening,
        share=share,
    )


START = date(2026, 1, 1)
ratios = st.integers(100_000, 9_000_000)
accounts = st.sampled_from(
    ["1000", "1100", "1200", "2600", "2200", "3000", "3300", "4000", "5000", "7000", "4200", "5200"]
)


@st.composite
def periods(draw: st.DrawFn, least: int = 1) -> list[tuple[Period, TranslationRates]]:
    """Some months of random postings, with the same rates for the model and for the library."""
    told: list[tuple[Period, TranslationRates]] = []
    last: RateDecision | None = None
    for number in range(draw(st.integers(least, 4))):
        end = START + timedelta(days=30 * number + 29)
        moves = draw(st.lists(st.tuples(_days(end), accounts, accounts, _cents), max_size=6))
        days = sorted({day for day, *pair, _ in moves if set(pair) & set(AT_THE_DAY)})
        dated = {day: decision_of(draw(ratios), day) for day in days}
        closing = decision_of(draw(ratios), end, Purpose.CLOSING)
        average = decision_of(draw(ratios), end, Purpose.AVERAGE)
        period = Period(
            end,
            ratio_of(closing),
            ratio_of(average),
            {day: ratio_of(one) for day, one in dated.items()},
            moves,
        )
        told.append((period, TranslationRates(closing, average, dated, last)))
        last = closing
    return told


_cents = st.integers(1, 10**9)


def _days(end: date) -> st.SearchStrategy[date]:
    return st.integers(0, 29).map(lambda back: end - timedelta(days=back))


def decision_of(units: int, on: date, purpose: Purpose = Purpose.BOOKING) -> RateDecision:
    """1 EUR = units / 10**6 USD; presentation per functional unit is the inverse."""
    return chosen("EUR/USD", f"{units // 10**6}.{units % 10**6:06d}", on, purpose)


def ratio_of(decision: RateDecision) -> Fraction:
    """Presentation per functional unit."""
    return 1 / decision.rate.ratio
