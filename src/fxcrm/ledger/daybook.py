"""The daybook: the journal of a company over a span of days, ready to be read elsewhere.

What another program can not know is worked out here once: what was carried forward, which
recorded rates price the currencies of the books, and what is held in the end. How it is written
down is the affair of whoever writes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import padded
from fxcrm.currencies import ISO_NAME, Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import InputRefused
from fxcrm.fixings import rounded_significant
from fxcrm.ids import AccountCode, DecisionId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.trial_balance import Balance, JournalLine, TrialBalance
from fxcrm.money import Money

PRICE_DIGITS: Final = 28  # as many as Python's decimals, and so Beancount, calculate with

_MEASURING: Final = (Purpose.BOOKING, Purpose.CLOSING)


class SpanRefused(InputRefused):
    """A span that ends before it begins."""

    since: date
    until: date
    template = "the span from {since} to {until} ends before it begins; name the earlier day first"


@attrs.frozen
class Price:
    """A recorded rate as a price: ``1 base = value x counter`` on a day.

    A rate of one published leg keeps the direction and the digits in which it was quoted (R1);
    what has more than `PRICE_DIGITS` significant digits, as a cross rate mostly has, is rounded
    to them and not ``exact``. The decision holds the legs.
    """

    on: date
    base: Currency
    counter: Currency
    value: Decimal
    exact: bool
    decision: RateDecision

    @classmethod
    def of(cls, decision: RateDecision) -> Price:
        """The price that a decision about two currencies states."""
        pair, ratio = decision.pair, decision.rate.ratio
        if len(decision.rate.legs) == 1:
            fixing = decision.rate.legs[0].fixing
            pair, ratio = fixing.pair, fixing.ratio
            if fixing.unit == 1:
                return cls(decision.valid_on, pair.base, pair.counter, fixing.value, True, decision)
        value = Decimal(padded(rounded_significant(ratio, PRICE_DIGITS), 0))
        exact = Fraction(value) == ratio
        return cls(decision.valid_on, pair.base, pair.counter, value, exact, decision)


@attrs.frozen
class Daybook:
    """The entries of a company from ``since`` (None: from the first one) through a day.

    ``opening`` is what was carried forward to ``since``, ``closing`` what is held in the end, both
    by account and document currency. Entries are in the order of their days, those of one day as
    they were booked. ``known_at``: only what was known at that instant.
    """

    company: Company
    chart: Chart
    through: date
    entries: tuple[Entry, ...]
    prices: tuple[Price, ...]
    opening: tuple[Balance, ...] = ()
    since: date | None = None
    known_at: datetime | None = None

    @classmethod
    def of(
        cls,
        company: Company,
        chart: Chart,
        entries: Iterable[Entry],
        decisions: Iterable[RateDecision],
        *,
        through: date,
        since: date | None = None,
        known_at: datetime | None = None,
    ) -> Daybook:
        """Choose from all entries of the company and all decisions. Raises `SpanRefused`."""
        if since is not None and since > through:
            raise SpanRefused(since=since, until=through)
        told = [one for one in entries if one.on <= through and _known(one, known_at)]
        told.sort(key=lambda one: one.on)  # which leaves those of a day as they are
        before = [one for one in told if since is not None and one.on < since]
        opening = summed(line for one in before for line in one.postings)
        postings = [line for one in told for line in one.postings]
        known = [
            one
            for one in decisions
            if one.valid_on <= through and (known_at is None or one.known_at <= known_at)
        ]
        prices = _prices(company.functional, postings, known)
        within = tuple(told[len(before) :])
        return cls(company, chart, through, within, prices, opening, since, known_at)

    @property
    def first_day(self) -> date:
        """The day on which everything that is named is there already."""
        days = [self.company.founded_on, *(one.on for one in self.entries[:1])]
        return min(days if self.since is None else [*days, self.since])

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """Those that something stands in, the functional one included, ISO's before others."""
        named = {self.company.functional, *(one.amount.currency for one in self.opening)}
        named |= {line.amount.currency for one in self.entries for line in one.postings}
        return tuple(sorted(named, key=_iso_first))

    @property
    def lines(self) -> Iterator[JournalLine]:
        """The postings of the entries, each with its entry; without their decisions."""
        for one in self.entries:
            for posting in one.postings:
                yield JournalLine(one.id, one.on, one.kind, posting)

    @property
    def closing(self) -> tuple[Balance, ...]:
        """What is held at the end of the last day, proved to balance."""
        lines = (line for one in self.entries for line in one.postings)
        held = summed((*self.opening, *lines))
        return TrialBalance.of(
            self.company.id, self.through, self.company.functional, held
        ).balances


def summed(lines: Iterable[Posting | Balance]) -> tuple[Balance, ...]:
    """Sums per account and document currency; debit positive."""
    sums: dict[tuple[AccountCode, Currency], tuple[Money, Money]] = {}
    for one in lines:
        key = one.account, one.amount.currency
        held = sums.get(key)
        both = one.amount, one.functional
        sums[key] = (held[0] + both[0], held[1] + both[1]) if held else both
    return tuple(Balance(account, *held) for (account, _), held in sums.items())


def _known(entry: Entry, known_at: datetime | None) -> bool:
    return known_at is None or entry.booked_at is None or entry.booked_at <= known_at


def _iso_first(currency: Currency) -> tuple[bool, str, str]:
    return currency.registry != ISO_NAME, currency.code, currency.registry


def _prices(
    functional: Currency, postings: Collection[Posting], decisions: Iterable[RateDecision]
) -> tuple[Price, ...]:
    """One price for each day and currency of the books that has a measuring rate.

    Two programs take the first and the last of several, so there are never several: a closing
    rate goes before a booking rate, one that the books name before one they do not, a later
    decision before an earlier one.
    """
    named = {one.decision for one in postings}
    held = {one.amount.currency for one in postings} - {functional}
    best: dict[tuple[date, Currency], RateDecision] = {}
    for one in sorted(decisions, key=lambda one: _weight(one, named)):
        sides = {one.pair.base, one.pair.counter}
        if one.purpose in _MEASURING and functional in sides and sides & held:
            [other] = sides & held
            best[one.valid_on, other] = one
    chosen = sorted(best.items(), key=lambda one: (one[0][0], _iso_first(one[0][1])))
    return tuple(Price.of(one) for _, one in chosen)


def _weight(
    one: RateDecision, named: Collection[DecisionId | None]
) -> tuple[bool, bool, datetime, str]:
    return one.purpose is Purpose.CLOSING, one.id in named, one.known_at, one.id
