"""Quotes: priced in one currency, offered in another, at a rate that may be locked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, InputRefused, NotThere, RuleRefused
from fxcrm.events import Event, checked_instant
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, CustomerId, DealId, LockId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.ratelocks import LockCoverExceeded, LockTermsRefused, Promise, RateLock, end_of
from fxcrm.rates import CurrencyPair
from fxcrm.selling.lines import (
    WHOLE_LINE,
    Parts,
    QuoteLine,
    at_one_rate,
    converted,
    figure,
    shared_out,
)

QUOTE_LIFECYCLE = Lifecycle(
    "quote",
    "draft",
    FrozenMap(
        {
            ("draft", "approve"): "approved",
            ("draft", "withdraw"): "withdrawn",
            ("approved", "accept"): "accepted",
            ("approved", "lapse"): "lapsed",
            ("approved", "decline"): "declined",
            ("approved", "withdraw"): "withdrawn",
            ("accepted", "order"): "ordered",
        }
    ),
)


class QuoteHasNoRate(RuleRefused):
    """A total in the customer's currency needs a rate that was decided."""

    quote: QuoteId
    pair: str
    template = (
        "quote {quote} has no rate for {pair:plain}; lock or set one before its total is asked"
    )


class QuoteIsFixed(RuleRefused):
    """Only a draft can be edited."""

    quote: QuoteId
    state: str
    template = "quote {quote} is {state:plain}; only a draft is edited, withdraw it and quote again"


class QuoteLineRefused(InputRefused):
    """A line that offers nothing, or a negative quantity of it."""

    quote: QuoteId
    quantity: Decimal
    template = (
        "quote {quote}: a quantity is above zero, not {quantity}; a return is another document"
    )


class LockFeeStays(RuleRefused):
    """The fee was promised with the lock; an edit of the quote does not take it away."""

    quote: QuoteId
    lock: LockId
    position: int
    template = (
        "line {position} of quote {quote} is the fee of rate lock {lock} and stays; withdraw the "
        "quote to give the lock up"
    )


def _fee_of(lock: LockId) -> str:
    return f"Rate lock {lock}"


class QuoteLineMissing(NotThere):
    """A line that the quote does not have; lines are counted from 1."""

    quote: QuoteId
    position: int
    lines: int
    template = "quote {quote} has no line {position}; its lines are 1 to {lines}"


class QuoteEmpty(RuleRefused):
    """An offer without lines can not be released."""

    quote: QuoteId
    template = "quote {quote} has no lines; add what is offered before it is approved"


class QuoteOutOfTime(RuleRefused):
    """An answer after the last day of the offer, or a lapse before it is over."""

    quote: QuoteId
    valid_until: date
    command: str
    on: date
    template = "quote {quote} is valid until {valid_until}; it can not {command:plain} on {on}"


class WrongRate(CallError):
    """A rate of another pair than the one a quote needs."""

    quote: QuoteId
    pair: str
    needed: str
    template = "quote {quote} needs a rate for {needed:plain}, not for {pair:plain}"


class WrongLock(RuleRefused):
    """A lock that is not the one this quote rests on."""

    quote: QuoteId
    lock: LockId
    reason: str
    template = "rate lock {lock} does not fit quote {quote}: {reason:plain}"


@attrs.frozen
class Quote:
    """An offer to one customer.

    ``priced_in`` is the currency of the price list, ``currency`` that of the document. Where
    they differ, ``rate`` (1 priced = rate x document, or the pair the other way) makes one
    out of the other: each line is rounded, and the total is the sum of the lines (M9).

    A ``lock`` covers the quote up to ``covered``, in the priced currency (None: whatever the lock
    says when it is drawn). What exceeds it is converted at ``excess_rate``, a decision of its own.
    ``last_seen_at`` is when an answer came too late, so that a clock that goes back afterwards
    does not make it timely (F7).
    """

    id: QuoteId
    number: str
    company: CompanyId
    customer: CustomerId
    deal: DealId | None
    currency: Currency
    priced_in: Currency
    drafted_on: date
    valid_until: date
    lines: tuple[QuoteLine, ...] = ()
    rate: RateDecision | None = None
    lock: LockId | None = None
    state: str = QUOTE_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    covered: Money | None = None
    excess_rate: RateDecision | None = None
    last_seen_at: datetime | None = None
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def draft(
        cls,
        id: QuoteId,
        *,
        number: str,
        company: CompanyId,
        customer: CustomerId,
        currency: str | Currency,
        priced_in: str | Currency,
        on: date,
        valid_until: date,
        deal: DealId | None = None,
    ) -> Quote:
        """An empty offer. Raises `UnknownCurrency`."""
        pair = CurrencyPair.of(priced_in, currency)
        event = Event("quote drafted", id, on, {"currency": pair.counter.code})
        return cls(
            id,
            number,
            company,
            customer,
            deal,
            pair.counter,
            pair.base,
            on,
            valid_until,
            events=(event,),
        )

    def add(self, description: str, *, quantity: int | str | Decimal, unit_price: Money) -> Quote:
        """One more line. Raises `CurrencyMismatch` unless it is priced in ``priced_in``."""
        if unit_price.currency is not self.priced_in:
            zero = Money.zero(self.priced_in)
            raise CurrencyMismatch(left=unit_price, right=zero, operation="add a line to a quote")
        line = QuoteLine(description, self._quantity(quantity), unit_price)
        return self._with((*self.lines, line))

    def remove(self, position: int) -> Quote:
        """Without the line at a position, counted from 1.

        Raises `QuoteLineMissing`, `LockFeeStays`.
        """
        self._editable(position)
        return self._with((*self.lines[: position - 1], *self.lines[position:]))

    def change(self, position: int, *, quantity: int | str | Decimal) -> Quote:
        """With another quantity of the line at a position.

        Raises `QuoteLineMissing`, `LockFeeStays`.
        """
        line = attrs.evolve(self._editable(position), quantity=self._quantity(quantity))
        return self._with((*self.lines[: position - 1], line, *self.lines[position:]))

    def with_lines(self, lines: Iterable[tuple[str, int | str | Decimal, Money]]) -> Quote:
        """With these lines in place of its own: description, quantity, unit price.

        The fee of its lock stays, as its last line.
        """
        emptied, rate = self._with(()), self.excess_rate
        for description, quantity, unit_price in lines:
            emptied = emptied.add(description, quantity=quantity, unit_price=unit_price)
        fees = (line for line in self.lines if self._is_fee(line))
        edited = emptied._with((*emptied.lines, *fees))
        return attrs.evolve(edited, excess_rate=rate if edited.excess else None)

    def _is_fee(self, line: QuoteLine) -> bool:
        return self.lock is not None and line.description == _fee_of(self.lock)

    def _editable(self, position: int) -> QuoteLine:
        line = self._line(position)
        if self.lock is not None and self._is_fee(line):
            raise LockFeeStays(quote=self.id, lock=self.lock, position=position)
        return line

    def _quantity(self, quantity: int | str | Decimal) -> Decimal:
        number = exact_decimal(quantity)
        if number <= 0:
            raise QuoteLineRefused(quote=self.id, quantity=number)
        return number

    def _line(self, position: int) -> QuoteLine:
        if not 1 <= position <= len(self.lines):
            raise QuoteLineMissing(quote=self.id, position=position, lines=len(self.lines))
        return self.lines[position - 1]

    def _with(self, lines: tuple[QuoteLine, ...]) -> Quote:
        """The draft with other lines; its lock stays, the rate of an excess while there is one."""
        self._refuse_unless_draft()
        edited = attrs.evolve(self, lines=lines)
        return edited if edited.excess else attrs.evolve(edited, excess_rate=None)

    def at_rate(self, decision: RateDecision) -> Quote:
        """The quote at a decided rate, without a promise that it will hold.

        Raises `WrongRate` for another pair, `WrongLock` where a lock already fixes the rate.
        """
        self._refuse_unless_draft()
        if self.lock is not None:
            reason = "it fixes the rate already; withdraw the quote to set another"
            raise WrongLock(quote=self.id, lock=self.lock, reason=reason)
        return attrs.evolve(self, rate=self._fitting(decision))

    def _fitting(self, decision: RateDecision) -> RateDecision:
        needed = CurrencyPair(self.priced_in, self.currency)
        if decision.pair not in (needed, needed.inverse):
            raise WrongRate(quote=self.id, pair=str(decision.pair), needed=str(needed))
        return decision

    def at_excess_rate(self, decision: RateDecision) -> Quote:
        """With a new decision for what exceeds the cover of the lock.

        Raises `WrongLock` where nothing exceeds it, `WrongRate` for another pair.
        """
        self._refuse_unless_draft()
        if self.lock is None or not self.excess:
            reason = "nothing exceeds a cover, so there is no excess to decide a rate for"
            raise WrongLock(quote=self.id, lock=self.lock or LockId(""), reason=reason)
        return attrs.evolve(self, excess_rate=self._fitting(decision))

    def lock_rate(
        self,
        locked: RateDecision,
        *,
        id: LockId,
        at: datetime,
        until: date | datetime,
        zone: str = "UTC",
        spot: RateDecision | None = None,
        fee: Money | None = None,
        promise: Promise = Promise.HELD,
    ) -> tuple[Quote, RateLock]:
        """The quote at a rate that is promised until ``until`` is over in ``zone``, and its lock.

        An ``until`` with a time is the instant itself. The lock covers the quote as it is now, in
        the priced currency; what is added later needs a new decision. ``spot`` is the market's
        rate where it differs from the promised one. A ``fee`` for the promise is a line of its
        own, and covered too.
        """
        self._refuse_unless_draft()
        ends = end_of(until, zone)
        rate, market = self._fitting(locked), self._fitting(spot or locked)
        quote = self if fee is None else self._with_fee(fee, id)
        lock = RateLock(
            id, self.id, rate, market, quote.priced_total, at, ends, zone,
            state=promise.value, fee=fee,
        )  # fmt: skip
        if self.lock is not None:
            reason = "the quote has a lock; withdraw it and quote again for another"
            raise WrongLock(quote=self.id, lock=self.lock, reason=reason)
        return attrs.evolve(quote, rate=rate, lock=id, covered=lock.covers), lock

    def _with_fee(self, fee: Money, id: LockId) -> Quote:
        if not fee.is_positive:
            raise LockTermsRefused(reason=f"a fee of {fee} is none; leave it out")
        return self.add(_fee_of(id), quantity=1, unit_price=fee)

    def approve(self, by: str, on: date) -> Quote:
        """Release the offer. It must have lines, and a rate where currencies differ."""
        if not self.lines:
            raise QuoteEmpty(quote=self.id)
        details = {"by": by, "total": str(self.total)}
        return self._moved("approve", Event("quote approved", self.id, on, details))

    def accept(self, at: datetime, lock: RateLock | None = None) -> tuple[Quote, RateLock | None]:
        """The customer says yes. The lock, where there is one, is drawn in the same step.

        Raises `QuoteOutOfTime` after the last day of the offer (in UTC), `RateLockExpired` after
        the lock's end, `WrongLock` without the quote's own lock.
        """
        on = self._latest(at).date()
        if on > self.valid_until:
            raise self._out_of_time("be accepted", on)
        if self.lock != (lock and lock.id):
            reason = f"the quote rests on {self.lock or 'no lock'}"
            raise WrongLock(quote=self.id, lock=lock.id if lock else LockId(""), reason=reason)
        event = Event("quote accepted", self.id, on, {"total": str(self.total)})
        accepted = self._moved("accept", event)
        return accepted, lock and lock.draw(self.priced_total - self.excess, at)

    def seen(self, at: datetime) -> Quote:
        """The quote once it is known that it was this late: no clock is believed that says less."""
        return attrs.evolve(self, last_seen_at=self._latest(at))

    def _latest(self, at: datetime) -> datetime:
        now = checked_instant(at).astimezone(UTC)  # an hour that comes twice compares in UTC alone
        return now if self.last_seen_at is None else max(now, self.last_seen_at)

    def lapse(self, on: date) -> Quote:
        """The offer ran out without an answer. Raises `QuoteOutOfTime` before it did."""
        if on <= self.valid_until:
            raise self._out_of_time("lapse", on)
        return self._moved("lapse", Event("quote lapsed", self.id, on))

    def decline(self, reason: str, on: date) -> Quote:
        """The customer says no."""
        return self._moved("decline", Event("quote declined", self.id, on, {"reason": reason}))

    def withdraw(self, reason: str, on: date) -> Quote:
        """The company takes the offer back."""
        return self._moved("withdraw", Event("quote withdrawn", self.id, on, {"reason": reason}))

    def order(self, on: date) -> Quote:
        """The accepted quote becomes an order; it can do so once."""
        return self._moved("order", Event("quote ordered", self.id, on))

    def _out_of_time(self, command: str, on: date) -> QuoteOutOfTime:
        return QuoteOutOfTime(quote=self.id, valid_until=self.valid_until, on=on, command=command)

    @cached_property
    def priced_total(self) -> Money:
        """The sum of the lines in the currency the goods are priced in."""
        return Money.total((line.amount for line in self.lines), currency=self.priced_in)

    @property
    def excess(self) -> Money:
        """How far the quote exceeds the cover of its lock, in the priced currency."""
        if self.covered is None:
            return Money.zero(self.priced_in)
        beyond = self.priced_total - self.covered
        return beyond if beyond.is_positive else Money.zero(self.priced_in)

    def exceeded(self) -> LockCoverExceeded:
        """What is raised where an excess has no decision; it names the cover and what was asked."""
        lock, asked = self.lock or LockId(""), self.priced_total
        return LockCoverExceeded(lock=lock, asked=asked, covered=asked - self.excess)

    @cached_property
    def parts(self) -> tuple[Parts, ...]:
        """Each line in its parts, each with the decision that converts it; none in one currency.

        Raises `QuoteHasNoRate`, and `LockCoverExceeded` where an excess has no decision.
        """
        if self.currency is self.priced_in:
            return tuple(() for _ in self.lines)
        rate = self._needed_rate()
        if self.covered is None or not self.excess:
            return at_one_rate(self.lines, rate)
        if self.excess_rate is None:
            raise self.exceeded()
        return tuple(shared_out(self.lines, self.covered, rate, self.excess_rate))

    @cached_property
    def amounts(self) -> tuple[Money, ...]:
        """Each line in the document currency, rounded once (M9): the values of ``figures``."""
        if self.currency is self.priced_in:
            return tuple(line.amount for line in self.lines)
        return tuple(map(converted, self.parts))

    @property
    def total(self) -> Money:
        """The sum of the rounded lines in the document currency. Raises `QuoteHasNoRate`."""
        return Money.total(self.amounts, currency=self.currency)

    def figures(self) -> tuple[Figure, ...]:
        """Each line as a figure in the document currency, naming the rate decisions."""
        numbered = enumerate(zip(self.lines, self.parts, strict=True), 1)
        return tuple(self._figure(position, *line) for position, line in numbered)

    def total_figure(self) -> Figure:
        """The total as a figure: the sum of ``figures``."""
        return Figure.total(f"Quote {self.number}", self.figures(), self.currency)

    def _figure(self, position: int, line: QuoteLine, parts: Parts) -> Figure:
        source = Evidence(
            "quote line", f"{self.number}/{position}", line.description, line.unit_price
        )
        if parts:
            return figure(line.description, source, parts, self.currency)
        priced = Figure.stated("Priced", line.exact, source, rule=WHOLE_LINE)
        return Figure.rounded(line.description, priced)

    def _needed_rate(self) -> RateDecision:
        if self.rate is None:
            raise QuoteHasNoRate(quote=self.id, pair=f"{self.priced_in}/{self.currency}")
        return self.rate

    def _refuse_unless_draft(self) -> None:
        if self.state != "draft":
            raise QuoteIsFixed(quote=self.id, state=self.state)

    def _moved(self, command: str, event: Event) -> Quote:
        state = QUOTE_LIFECYCLE.after(self.state, command)
        return attrs.evolve(self, state=state, events=(*self.events, event))
