"""Kinds of bad rates, and the operations on values that take one: a matrix without a store (F8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final, NamedTuple

import attrs

from fxcrm.adapters.columns import convert_columns
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decide, decide_average
from fxcrm.figures import Evidence, Figure
from fxcrm.fixings import Leg
from fxcrm.ids import (
    LockId,
    QuoteId,
)
from fxcrm.ledger import Company
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.posting import Fact
from fxcrm.ratelocks import RateLock
from fxcrm.rates import (
    Averaging,
    CurrencyPair,
    ExchangeRate,
    Fixing,
    Peg,
    RateSeries,
    RateTable,
    Side,
)
from fxcrm.selling import Quote
from tests.laid_out import laid_out
from tests.ledger.notation import chosen, instant
from tests.usecases.office import ACME, NORDWIND

EUR, USD, GBP = map(Currency, ("EUR", "USD", "GBP"))
EURUSD: Final = CurrencyPair(EUR, USD)
DAY: Final = date(2026, 2, 20)
EURO: Final = Money(100, "EUR")
DOLLAR: Final = Money(100, "USD")

Doubted = Callable[[], object]


class Case(NamedTuple):
    """One cell of the matrix: an operation, a kind of bad rate, and the attempt."""

    operation: str
    kind: str
    attempt: Doubted


# ---------------------------------------------------------------- numbers that are no rate

TEXTS: Final[Mapping[str, str]] = {
    "zero": "0",
    "zero with decimals": "0.000",
    "negative": "-1.0850",
    "NaN": "NaN",
    "signalling NaN": "sNaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "subnormal": "1E-400",
    "tiny": f"0.{'0' * 40}1",
    "huge": f"1{'0' * 41}",
    "huge exponent": "1E1000000",
    "no text": "",
    "a comma": "1,0850",
    "other digits": "\u0661.\u0660\u0668",
}
DECIMALS: Final[Mapping[str, Any]] = {
    **{
        kind: Decimal(text)
        for kind, text in TEXTS.items()
        if kind not in {"no text", "a comma", "other digits"}
    },
    "a float": 1.085,
    "a bool": True,
    "an int": 1,
    "nothing": None,
    "a fraction": Fraction(217, 200),
    "a text": b"1.0850",
}


def number_cases() -> Iterator[Case]:
    """Every constructor that takes a number, with every number that is no rate."""
    doors: dict[str, Callable[[Any], object]] = {
        "ExchangeRate.of": lambda value: ExchangeRate.of(EUR, USD, value, on=DAY),
        "Fixing": lambda value: Fixing(EURUSD, value, DAY),
        "Leg": lambda value: Leg(Fixing(EURUSD, value, DAY)),
        "Peg": lambda value: Peg(EURUSD, value, DAY),
        "RateTable.of": lambda value: RateTable.of(EUR, on=DAY, USD=value),
        "RateTable.from_fixings": lambda value: RateTable.from_fixings(
            [Fixing(EURUSD, value, DAY)]
        ),
        "RateTable.adding": lambda value: RateTable(()).adding([Fixing(EURUSD, value, DAY)]),
    }
    for door, opened in doors.items():
        for kind, value in DECIMALS.items():
            yield Case(door, kind, partial(opened, value))
    for door in ("ExchangeRate.of", "RateTable.of"):
        for kind, text in TEXTS.items():
            yield Case(door, f"{kind}, as text", partial(doors[door], text))
    for kind, text in TEXTS.items():
        yield Case("Peg.of", kind, partial(Peg.of, "EUR/USD", text, since=DAY))


# ---------------------------------------------------------------- tables without a good answer


def bad_tables() -> dict[str, RateTable]:
    """Tables in which EUR/USD has no answer for the day that could be believed."""
    texts: dict[str, Any] = {**TEXTS, "a float": 1.085, "a bool": True, "nothing": None}
    kinds = {
        kind: RateTable([RateSeries(EURUSD, "mint", [DAY], [text])]) for kind, text in texts.items()
    }
    good, pound = Decimal("1.0850"), CurrencyPair(EUR, GBP)
    later = instant(DAY + timedelta(days=1))
    return {
        **kinds,
        "missing": RateTable(()),
        "of another pair": RateTable.from_fixings([Fixing(pound, Decimal("0.84"), DAY)]),
        "older than the largest age": RateTable.from_fixings(
            [Fixing(EURUSD, good, DAY - timedelta(days=8))]
        ),
        "of tomorrow": RateTable.from_fixings([Fixing(EURUSD, good, DAY + timedelta(days=1))]),
        "not known yet": RateTable.from_fixings([Fixing(EURUSD, good, DAY, known_at=later)]),
        "withdrawn": RateTable(
            [RateSeries(EURUSD, "mint", [DAY, DAY], ["1.0850", ""], known=[None, instant(DAY, 9)])]
        ),
        "of the other side": RateTable.from_fixings([Fixing(EURUSD, good, DAY, side=Side.ASK)]),
    }


def good_table() -> RateTable:
    """The control: with it, every operation of the matrix answers."""
    days = [DAY - timedelta(days=more) for more in range(60)]
    return RateTable.from_fixings(Fixing(EURUSD, Decimal("1.0850"), day) for day in days)


_DECIDING: Final[Mapping[str, Any]] = {"on": DAY, "known_at": instant(DAY), "decided_by": "ada"}
SPAN: Final = (DAY - timedelta(days=5), DAY)
Asked = Callable[[RateTable], object]
TABLE_OPERATIONS: Final[Mapping[str, Asked]] = {
    "RateTable.rate": lambda table: table.rate(EUR, USD, DAY, known_at=instant(DAY)),
    "RateTable.rate, inverse": lambda table: table.rate(USD, EUR, DAY, known_at=instant(DAY)),
    "RateTable.as_known": lambda table: table.as_known(instant(DAY)).rate(EUR, USD, DAY),
    "RateTable.convert": lambda table: table.as_known(instant(DAY)).convert(EURO, USD, DAY),
    "RateTable.convert_minor": lambda table: table.as_known(instant(DAY)).convert_minor(
        [(10_000, EUR, DAY)], USD
    ),
    "convert_columns": lambda table: convert_columns(
        table.as_known(instant(DAY)), [10_000], [EUR], [DAY], USD
    ),
    "RateTable.average": lambda table: table.as_known(instant(DAY)).average(EUR, USD, *SPAN),
    "RateTable.average, every day": lambda table: table.as_known(instant(DAY)).average(
        EUR, USD, DAY, DAY, averaging=Averaging.EVERY_DAY
    ),
    "RateTable.merging": lambda table: (
        RateTable(()).merging(table.series).rate(EUR, USD, DAY, known_at=instant(DAY))
    ),
    "RateTable.backed_by": lambda table: (
        RateTable(()).backed_by(table).rate(EUR, USD, DAY, known_at=instant(DAY))
    ),
    "RateTable.within": lambda table: table.within(None, DAY).rate(
        EUR, USD, DAY, known_at=instant(DAY)
    ),
    "MoneyBag.convert": lambda table: MoneyBag.of(EURO, DOLLAR).convert(
        table.as_known(instant(DAY)), to="USD", on=DAY
    ),
    "MoneyBag.conversion": lambda table: MoneyBag.of(EURO).conversion(
        table.as_known(instant(DAY)), to="USD", on=DAY
    ),
    "decide": lambda table: decide(table, EUR, USD, purpose=Purpose.BOOKING, **_DECIDING),
    "decide, inverse": lambda table: decide(table, USD, EUR, purpose=Purpose.QUOTE, **_DECIDING),
    "decide_average": lambda table: decide_average(table, EUR, USD, since=SPAN[0], **_DECIDING),
}
# What the table tells without an instant of knowledge; a price that is known later is there then.
LATEST_OPERATIONS: Final[Mapping[str, Asked]] = {
    "RateTable.convert, laid out": lambda table: laid_out(table).convert(EURO, USD, DAY),
    "RateTable.convert_minor, latest": lambda table: table.convert_minor([(10_000, USD, DAY)], EUR),
}


def table_cases() -> Iterator[Case]:
    """Every question to a table, for every table without a good answer."""
    for kind, table in bad_tables().items():
        for operation, ask in TABLE_OPERATIONS.items():
            yield Case(operation, kind, partial(ask, table))
        for operation, ask in LATEST_OPERATIONS.items():
            if kind != "not known yet":
                yield Case(operation, kind, partial(ask, table))
    tomorrow = RateTable.of(EUR, on=DAY + timedelta(days=1), USD="1.0850")
    ahead = {**_DECIDING, "on": DAY + timedelta(days=1)}
    decided_early = partial(decide, tomorrow, EUR, USD, purpose=Purpose.BOOKING, **ahead)
    yield Case("decide", "asked for tomorrow", decided_early)
    averaged_early = partial(decide_average, tomorrow, EUR, USD, since=DAY, **ahead)
    yield Case("decide_average", "asked for tomorrow", averaged_early)


# ---------------------------------------------------------------- two values, and no time zone


def _twice() -> list[Fixing]:
    return [Fixing(EURUSD, Decimal(value), DAY) for value in ("1.0850", "1.0851")]


def key_cases() -> Iterator[Case]:
    """A second value for one key and instant of knowledge; instants without a time zone."""
    one, other = ([single] for single in _twice())
    series, conflicting = RateSeries.of(one), RateSeries.of(other)
    table = RateTable([series])
    conflict = "another value for one key"
    yield Case("RateTable.from_fixings", conflict, lambda: RateTable.from_fixings(_twice()))
    yield Case("RateSeries.of", conflict, lambda: RateSeries.of(_twice()))
    yield Case("RateSeries.merged", conflict, lambda: series.merged(conflicting))
    yield Case("RateTable.adding", conflict, lambda: table.adding(other))
    yield Case("RateTable.merging", conflict, lambda: table.merging([conflicting]))
    yield Case("RateTable", conflict, lambda: RateTable([series, conflicting]))
    naive, kind = datetime(2026, 2, 20, 12), "an instant without a time zone"  # noqa: DTZ001 - is bad
    rate = ExchangeRate.of(EUR, USD, "1.0850", on=DAY)
    deciding = {**_DECIDING, "known_at": naive}
    yield Case("Fixing", kind, lambda: Fixing(EURUSD, Decimal(1), DAY, known_at=naive))
    yield Case("RateSeries", kind, lambda: RateSeries(EURUSD, "m", [DAY], ["1"], known=[naive]))
    yield Case("RateTable.as_known", kind, lambda: table.as_known(naive))
    yield Case("RateTable.rate", kind, lambda: table.rate(EUR, USD, DAY, known_at=naive))
    yield Case("decide", kind, lambda: decide(table, EUR, USD, purpose=Purpose.QUOTE, **deciding))
    yield Case(
        "decide_average", kind, lambda: decide_average(table, EUR, USD, since=DAY, **deciding)
    )
    yield Case(
        "RateDecision",
        kind,
        lambda: attrs.evolve(chosen("EUR/USD", "1.0850", DAY), known_at=naive, rate=rate),
    )


# ---------------------------------------------------------------- decisions that do not fit


def _quote() -> Quote:
    return Quote.draft(
        QuoteId("Q-1"),
        number="Q-0001",
        company=NORDWIND,
        customer=ACME,
        currency=USD,
        priced_in=EUR,
        on=DAY,
        valid_until=DAY + timedelta(days=30),
    ).add("Pumps", quantity=1, unit_price=EURO)


def _lock() -> RateLock:
    spot = chosen("EUR/USD", "1.0850", DAY, Purpose.QUOTE)
    begins = instant(DAY)
    ends = begins + timedelta(days=30)
    return RateLock(LockId("L"), QuoteId("Q-1"), spot, spot, EURO, begins, ends)


def _fact(spot: RateDecision) -> object:
    company = Company(NORDWIND, "Nordwind", EUR, DAY)
    return Fact(company, "costs", DOLLAR, DAY, spot).value


def _promised(locked: RateDecision) -> object:
    until = DAY + timedelta(days=9)
    return _quote().lock_rate(locked, id=LockId("L"), at=instant(DAY), until=until)


def decision_cases() -> Iterator[Case]:
    """A decision of another pair, and one of another day or purpose where it measures."""
    other = chosen("GBP/JPY", "190.00", DAY)
    stated = Figure.stated("Price", EURO, Evidence("document", "Q-1"))
    takers: dict[str, Callable[[RateDecision], object]] = {
        "Quote.at_rate": lambda decision: _quote().at_rate(decision),
        "Quote.lock_rate": _promised,
        "RateLock.break_off": lambda market: _lock().break_off(market, instant(DAY), "given up"),
        "RateLock.result": lambda spot: _lock().result(DOLLAR, spot),
        "Figure.converted": lambda decision: Figure.converted("At home", stated, decision),
        "Fact": _fact,
        "RateDecision.convert": lambda decision: decision.convert(EURO),
        "ExchangeRate.convert": lambda decision: decision.rate.convert(EURO),
        "ExchangeRate.convert_exactly": lambda decision: decision.rate.convert_exactly(EURO),
        "ExchangeRate.explain": lambda decision: decision.rate.explain(EURO),
        "ExchangeRate.cross": lambda decision: decision.rate.cross(
            ExchangeRate.of(EUR, USD, "1.0850", on=DAY)
        ),
        "ExchangeRate": lambda decision: ExchangeRate(EURUSD, decision.rate.legs, DAY),
    }
    for operation, take in takers.items():
        yield Case(operation, "a decision of another pair", partial(take, other))
    before = chosen("EUR/USD", "1.0850", DAY - timedelta(days=1))
    yield Case("Fact", "a decision of another day", partial(_fact, before))
    for purpose in (Purpose.LOCK, Purpose.BUDGET, Purpose.AVERAGE, Purpose.CLOSING):
        decision = chosen("EUR/USD", "1.0850", DAY, purpose)
        yield Case("Fact", f"a {purpose.value} decision", partial(_fact, decision))


def pure_cases() -> Iterator[Case]:
    """All that needs no store."""
    yield from number_cases()
    yield from table_cases()
    yield from key_cases()
    yield from decision_cases()
