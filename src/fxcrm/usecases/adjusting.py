"""Adjusting rates: the closing rates of a company, some of them named by itself.

Books that are kept at a fixed rate, or at that of the first of a month, are adjusted at month end
to a rate that the accountant names. It is a decision like any other, on record with who named it
and why, and it answers for that company and that day alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, RateNotYetKnown, decision_stem
from fxcrm.errors import CallError, InputRefused
from fxcrm.ids import DecisionId
from fxcrm.ledger import Company
from fxcrm.mappings import FrozenMap
from fxcrm.ratechecks import RateChecks, distance
from fxcrm.rates import CurrencyPair, ExchangeRate, RateMissing
from fxcrm.usecases.deciding import Desk, spot

Adjusting = Mapping[Currency, str | Decimal | ExchangeRate]
NONE_NAMED: Final[Adjusting] = FrozenMap({})
_AS_NAMED: Final = "adjusting rate, as named"


class AdjustingRateUnfit(CallError):
    """A rate between other currencies than the one it is named for and the company's."""

    currency: str
    functional: str
    pair: str
    template = (
        "the adjusting rate for {currency:plain} is one between it and {functional:plain}, "
        "not {pair:plain}"
    )


class AdjustingRateInverted(InputRefused):
    """A named rate that is nearer to the inverse of the market than to the market (R8)."""

    named: str
    market: str
    template = (
        "{named:plain} looks inverted, the market has {market:plain}; one unit of the foreign "
        "currency has that price in the functional one, or name the pair"
    )


@attrs.frozen
class Asked:
    """The rates that are named for a run, and why."""

    adjusting: Adjusting
    reason: str


def closing_rates(
    desk: Desk, books: Company, as_of: date, currencies: Collection[Currency], asked: Asked
) -> tuple[dict[Currency, RateDecision], tuple[RateDecision, ...]]:
    """A decision for each currency, and those of them that are to be recorded.

    What is asked for now comes first, then what the company named last for the day, then the
    market, whose decision is recorded at once. Raises `AdjustingRateUnfit`,
    `AdjustingRateInverted`, `RateRefused`, and what a look-up raises.
    """
    rates = {
        one: _adjusting_rate(books, one, named, as_of) for one, named in asked.adjusting.items()
    }
    closing, new = {}, []
    for currency in sorted(currencies, key=lambda one: one.code):
        last, version = _named_before(desk, books, currency, as_of)
        rate = rates.get(currency)
        if rate is None:
            market = (Purpose.CLOSING, books.functional, currency, as_of)
            closing[currency] = last or spot(desk, *market)
            continue
        if last is not None and (last.pair, last.rate.ratio) == (rate.pair, rate.ratio):
            closing[currency] = last
            continue
        _refuse_inverted(desk, rate, as_of)
        closing[currency] = _decided(desk, rate, as_of, version, last, asked.reason)
        new.append(closing[currency])
    return closing, tuple(new)


def _named_before(
    desk: Desk, books: Company, currency: Currency, as_of: date
) -> tuple[RateDecision | None, str]:
    """The rate that the company named last for the day, and the version that is free."""
    last, pair = None, (currency, books.functional)
    for number in count(1):
        version = f"{books.id}.{number}"
        ids = [_decision_id(base, counter, as_of, version) for base, counter in (pair, pair[::-1])]
        found = desk.uow.decisions.among(ids)
        if not found:
            return last, version
        last = next(iter(found.values()))
    raise AssertionError("count() does not end")


def _decision_id(base: Currency, counter: Currency, as_of: date, version: str) -> DecisionId:
    stem = decision_stem(Purpose.CLOSING, CurrencyPair(base, counter), as_of)
    return DecisionId(f"{stem}:{version}")


def _adjusting_rate(
    books: Company, currency: Currency, asked: str | Decimal | ExchangeRate, as_of: date
) -> ExchangeRate:
    home = books.functional
    if not isinstance(asked, ExchangeRate):
        return ExchangeRate.of(currency, home, asked, on=as_of, source=_AS_NAMED)
    if {asked.pair.base, asked.pair.counter} != {currency, home}:
        names = {"currency": currency.code, "functional": home.code, "pair": str(asked.pair)}
        raise AdjustingRateUnfit(**names)
    return asked


def _refuse_inverted(desk: Desk, rate: ExchangeRate, as_of: date) -> None:
    """Hold a named rate against the market, where there is one and it is not near parity (R8)."""
    try:
        market = desk.rates.rate(rate.pair.base, rate.pair.counter, as_of, desk.policy)
    except RateMissing:
        return  # a rate may be named because there is none
    near = distance(market.ratio, Fraction(1)) <= RateChecks().parity
    if not near and distance(rate.ratio, 1 / market.ratio) < distance(rate.ratio, market.ratio):
        raise AdjustingRateInverted(named=str(rate), market=str(market))


def _decided(
    desk: Desk,
    rate: ExchangeRate,
    as_of: date,
    version: str,
    last: RateDecision | None,
    reason: str,
) -> RateDecision:
    if as_of > desk.now.astimezone(UTC).date():
        raise RateNotYetKnown(pair=str(rate.pair), on=as_of, known_at=desk.now)
    return RateDecision(
        _decision_id(rate.pair.base, rate.pair.counter, as_of, version),
        Purpose.CLOSING,
        rate,
        _AS_NAMED,
        as_of,
        desk.now,
        desk.actor,
        replaces=last.id if last else None,
        reason=reason or _AS_NAMED,
    )
