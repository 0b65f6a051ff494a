"""Deciding: what a use case works with, and how it takes rate decisions and numbers.

One decision is taken per purpose, pair, day and policy; every document of that day shares
it, whichever way it converts.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Final

import attrs

from fxcrm.bookkeeping import Bookkeeping
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decide, decide_average, decision_stem
from fxcrm.ids import CompanyId, DecisionId
from fxcrm.ledger import Chart, trading_chart
from fxcrm.ports import UnitOfWork
from fxcrm.rates import Averaging, CurrencyPair, RatePolicy, RateTable

_VERSIONS: Final = 2  # of a decision asked for at once: mostly there is one, and none after it


@attrs.frozen
class Desk:
    """Where a use case works: an open unit of work, the rates, the instant, and who acts.

    ``bookkeeping`` is what each company chose for its books. Raises `PostingRuleRefused` and
    `AccountMissing` for a choice that the chart has no account for.
    """

    uow: UnitOfWork
    rates: RateTable
    now: datetime
    actor: str
    policy: RatePolicy = RatePolicy()
    chart: Chart = attrs.field(factory=trading_chart)
    bookkeeping: Bookkeeping = Bookkeeping()

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
    found, version = _recorded(desk, purpose, base, counter, on)
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


def decided_average(
    desk: Desk, base: Currency, counter: Currency, since: date, on: date
) -> RateDecision:
    """The average of a period, recorded when it is first needed (R1, D17).

    Which days weigh is a part of the desk's policy. A recorded average of what was published is
    also that of `Averaging.PUBLISHED_IF_ANY`, for something was.
    """
    found, version = _recorded(desk, Purpose.AVERAGE, base, counter, on, since)
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
    base: Currency,
    counter: Currency,
    on: date,
    since: date | None = None,
) -> tuple[RateDecision | None, int]:
    """What was decided last under the desk's policy, and the version that is free."""
    pair, last = CurrencyPair(base, counter), None
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
            last = found if found.policy in _texts(policy, purpose) else last
    raise AssertionError("count() does not end")


def _texts(policy: RatePolicy, purpose: Purpose) -> tuple[str, ...]:
    """How a decision that serves under the policy records its rule."""
    if purpose is not Purpose.AVERAGE:
        return (str(policy),)
    if policy.averaging is Averaging.PUBLISHED_IF_ANY:
        return policy.of_averages, str(policy)
    return (policy.of_averages,)
