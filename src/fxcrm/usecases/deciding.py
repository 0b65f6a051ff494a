"""Deciding: what a use case works with, and how it takes rate decisions and numbers.

One decision is taken per purpose, pair, day and policy; every document of that day shares
it, whichever way it converts. What books a document is `booking_rate`, for a company may choose
another rule than the spot of the day (D1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import count
from typing import Final

import attrs

from fxcrm.bookingrates import Asked
from fxcrm.bookkeeping import Bookkeeping
from fxcrm.currencies import Currency
from fxcrm.decisions import (
    Purpose,
    RateDecision,
    decide,
    decide_average,
    decision_id,
    decision_stem,
    estimate,
)
from fxcrm.ids import CompanyId, DecisionId
from fxcrm.ledger import Chart, Company, trading_chart
from fxcrm.ports import UnitOfWork
from fxcrm.rates import Averaging, CurrencyPair, ExchangeRate, RatePolicy, RateTable
from fxcrm.sellingrules import SellingRules

_VERSIONS: Final = 2  # of a decision asked for at once: mostly there is one, and none after it


@attrs.frozen
class Desk:
    """Where a use case works: an open unit of work, the rates, the instant, and who acts.

    ``bookkeeping`` is what each company chose for its books, ``selling`` how it sells. Raises
    `PostingRuleRefused` and `AccountMissing` for a choice that the chart has no account for.
    """

    uow: UnitOfWork
    rates: RateTable
    now: datetime
    actor: str
    policy: RatePolicy = RatePolicy()
    chart: Chart = attrs.field(factory=trading_chart)
    bookkeeping: Bookkeeping = Bookkeeping()
    selling: SellingRules = SellingRules()

    def __attrs_post_init__(self) -> None:
        self.bookkeeping.fitting(self.chart)


def document_number(desk: Desk, company: CompanyId, series: str) -> str:
    """The next number of a company's series, without gaps: ``nordwind-INV-0001``."""
    return f"{company}-{series}-{desk.uow.numbers.next(company, series):04d}"


def decided(
    desk: Desk, purpose: Purpose, base: Currency, counter: Currency, on: date
) -> RateDecision | None:
    """The decision of a day, recorded when it is first needed; None for one and the same currency.

    Raises a `RateMissing` that names pair and day; then nothing is recorded.
    """
    return None if base is counter else spot(desk, purpose, base, counter, on)


def spot(desk: Desk, purpose: Purpose, base: Currency, counter: Currency, on: date) -> RateDecision:
    """The same for two currencies that are known to differ."""
    pair = CurrencyPair(base, counter)
    found, version = _recorded(desk, purpose, pair, on, _spot_texts)
    return found or desk.uow.decisions.record(
        decide(
            desk.rates,
            base,
            counter,
            purpose=purpose,
            on=on,
            known_at=desk.now,
            decided_by=desk.actor,
            policy=desk.policy,
            version=version,
        )
    )


def booking_rate(desk: Desk, books: Company, currency: Currency, on: date) -> RateDecision | None:
    """The rate at which the books measure a currency on a day, as their company chose (D1).

    None for their own currency. Recorded when it is first needed, once for all who choose alike.
    Raises a `RateMissing`, `FixedRateMissing`, `SpreadTooWide`; then nothing is recorded.
    """
    if currency is books.functional:
        return None
    rates, pair = desk.bookkeeping.of(books).rates, CurrencyPair(books.functional, currency)

    def texts(policy: RatePolicy) -> tuple[str, ...]:
        return (rates.text(policy, pair, on),)

    found, version = _recorded(desk, Purpose.BOOKING, pair, on, texts)
    asked = Asked(desk.rates, pair, on, desk.now, desk.actor, desk.policy, version)
    return found or desk.uow.decisions.record(rates.decide(asked))


def estimate_spot(
    desk: Desk,
    rate: ExchangeRate,
    *,
    on: date,
    reason: str,
    inputs: str,
    purpose: Purpose = Purpose.BOOKING,
    since: date | None = None,
) -> RateDecision:
    """Estimate the spot of a day, for a currency that can not be exchanged (IAS 21.19A, D7).

    From then on it is the rate of that purpose and day for everybody, in place of what was
    decided before; what was booked stays. For the average of a period that ends that day, give
    the purpose and ``since``. Raises `EstimateRefused`, `RateNotYetKnown`.
    """
    made = estimate(
        rate,
        purpose=purpose,
        on=on,
        known_at=desk.now,
        decided_by=desk.actor,
        reason=reason,
        inputs=inputs,
        since=since,
    )
    last, version = _recorded(desk, purpose, rate.pair, on, None, since)
    id = decision_id(purpose, rate.pair, on, version, since)
    replaces = last.id if last else None
    return desk.uow.decisions.record(attrs.evolve(made, id=id, replaces=replaces))


def decided_average(
    desk: Desk, base: Currency, counter: Currency, since: date, on: date
) -> RateDecision:
    """The average of a period, recorded when it is first needed (R1, D17).

    Which days weigh is a part of the desk's policy. A recorded average of what was published is
    also that of `Averaging.PUBLISHED_IF_ANY`, for something was.
    """
    pair = CurrencyPair(base, counter)
    found, version = _recorded(desk, Purpose.AVERAGE, pair, on, _average_texts, since)
    return found or desk.uow.decisions.record(
        decide_average(
            desk.rates,
            base,
            counter,
            since=since,
            on=on,
            known_at=desk.now,
            decided_by=desk.actor,
            policy=desk.policy,
            version=version,
        )
    )


def _recorded(
    desk: Desk,
    purpose: Purpose,
    pair: CurrencyPair,
    on: date,
    texts: Callable[[RatePolicy], tuple[str, ...]] | None,
    since: date | None = None,
) -> tuple[RateDecision | None, int]:
    """What was decided last by one of the rules in ``texts``, and the version that is free.

    None for ``texts`` is any rule. An estimate serves under every rule, for there is no other
    rate of that day (D7).
    """
    last = None
    stems = [decision_stem(purpose, one, on, since) for one in (pair, pair.inverse)]
    for first in count(1, _VERSIONS):
        versions = range(first, first + _VERSIONS)
        ids = [[DecisionId(f"{stem}:{one}") for stem in stems] for one in versions]
        held = desk.uow.decisions.among([id for both in ids for id in both])
        for version, (id, across) in zip(versions, ids, strict=True):
            found = held.get(id) or held.get(across)
            if found is None:
                return last, version
            policy = desk.policy if id in held else desk.policy.across
            if texts is None or found.is_estimated or found.policy in texts(policy):
                last = found
    raise AssertionError("count() does not end")


def recorded_spots(
    desk: Desk, purpose: Purpose, to: Currency, asked: Iterable[tuple[Currency, date]]
) -> dict[tuple[Currency, date], RateDecision]:
    """Those of many spots into a currency that were decided before; each as `spot` would find it.

    Asked for at once: the first versions of all, then the next of those that had one.
    """
    found: dict[tuple[Currency, date], RateDecision] = {}
    wanted = {
        (currency, on): tuple(
            decision_stem(purpose, one, on)
            for one in (CurrencyPair(currency, to), CurrencyPair(to, currency))
        )
        for currency, on in asked
    }
    version = 1
    while wanted:
        keys = [DecisionId(f"{stem}:{version}") for stems in wanted.values() for stem in stems]
        held = desk.uow.decisions.among(keys)
        going: dict[tuple[Currency, date], tuple[str, ...]] = {}
        for at, stems in wanted.items():
            for stem, policy in zip(stems, (desk.policy, desk.policy.across), strict=True):
                one = held.get(DecisionId(f"{stem}:{version}"))
                if one is not None:
                    going[at] = stems
                    if one.is_estimated or one.policy == str(policy):
                        found[at] = one
                    break
        wanted, version = going, version + 1
    return found


def _spot_texts(policy: RatePolicy) -> tuple[str, ...]:
    return (str(policy),)


def _average_texts(policy: RatePolicy) -> tuple[str, ...]:
    """How a decision on an average that serves under the policy records its rule."""
    if policy.averaging is Averaging.PUBLISHED_IF_ANY:
        return policy.of_averages, str(policy)
    return (policy.of_averages,)
