"""Quotes: priced in one currency, offered in another, at a rate that may be locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.events import Event, checked_instant
from fxcrm.ids import CompanyId, CustomerId, DealId, LockId, ProductId, QuoteId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ratelocks import LockTermsRefused, Promise, RateLock, end_of
from fxcrm.rates import CurrencyPair
from fxcrm.selling.approvals import Approval, ApprovalRule
from fxcrm.selling.discounts import Discount
from fxcrm.selling.lines import QuoteLine
from fxcrm.selling.offers import QUOTE_LIFECYCLE, Offer, fee_of
from fxcrm.selling.quoteerrors import (
    ApprovalMissing,
    LockFeeStays,
    NotEntitled,
    QuoteDaysRefused,
    QuoteEmpty,
    QuoteHasNoRate,
    QuoteIsFixed,
    QuoteLineMissing,
    QuoteLineRefused,
    QuoteOutOfTime,
    QuoteTextUnknown,
    QuoteUnnamed,
    QuoteWorthless,
    WrongLock,
    WrongRate,
)
from fxcrm.taxes import NET_PER_LINE, Tax, TaxPolicy

Wanted = tuple[str, int | str | Decimal, Money] | QuoteLine
NO_TEXTS: Final[Mapping[str, str]] = FrozenMap({})
QUOTE_TEXTS: Final = ("terms", "delivery", "contact", "notes")


@attrs.frozen
class Quote(Offer):
    """An offer to one customer, from its draft to the answer. See `Offer` for what it says."""

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
        tax_policy: TaxPolicy = NET_PER_LINE,
        by: str = "",
    ) -> Quote:
        """An empty offer. Raises `UnknownCurrency`, `QuoteUnnamed`, `QuoteDaysRefused`."""
        pair = CurrencyPair.of(priced_in, currency)
        if not id.strip():
            raise QuoteUnnamed(number=number)
        event = Event("quote drafted", id, on, {"currency": pair.counter.code})
        quote = cls(
            id,
            number,
            company,
            customer,
            deal,
            pair.counter,
            pair.base,
            on,
            valid_until,
            tax_policy=tax_policy,
            authors=(by,) if by else (),
            events=(event,),
        )
        return quote.in_order()

    def in_order(self) -> Quote:
        """The quote itself, once its last day is known not to lie before its own."""
        if self.valid_until < self.drafted_on:
            raise QuoteDaysRefused(
                quote=self.id, drafted_on=self.drafted_on, valid_until=self.valid_until
            )
        return self

    def add(
        self,
        description: str,
        *,
        quantity: int | str | Decimal,
        unit_price: Money,
        product: ProductId | None = None,
        discount: Discount | None = None,
        taxes: Iterable[Tax] = (),
    ) -> Quote:
        """One more line. Raises `CurrencyMismatch` unless it is priced in ``priced_in``.

        Raises `DiscountExceedsPrice`, `TaxRepeated`.
        """
        line = QuoteLine(
            description, self._quantity(quantity), unit_price, product, discount, tuple(taxes)
        )
        return self._with((*self.lines, line.fitting(self.priced_in)))

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
        changed = line.fitting(self.priced_in)
        return self._with((*self.lines[: position - 1], changed, *self.lines[position:]))

    def with_lines(self, lines: Iterable[Wanted]) -> Quote:
        """With these lines in place of its own: whole ones, or description, quantity, unit price.

        The fee of its lock stays, as its last line.
        """
        fees = (line for line in self.lines if self.is_fee(line))
        return self._with((*map(self._line_of, lines), *fees))

    def _line_of(self, wanted: Wanted) -> QuoteLine:
        line = wanted
        if not isinstance(line, QuoteLine):
            line = QuoteLine(line[0], self._quantity(line[1]), line[2])
        return attrs.evolve(line, quantity=self._quantity(line.quantity)).fitting(self.priced_in)

    def with_terms(
        self,
        *,
        dated: date | None = None,
        valid_until: date | None = None,
        texts: Mapping[str, str] = NO_TEXTS,
    ) -> Quote:
        """With another date, last day, or other texts: terms, delivery, contact, notes.

        Its rate and its lock stay; ``cover`` says what the lock is good for then. Raises
        `QuoteDaysRefused`, `QuoteTextUnknown`.
        """
        for name in texts:
            if name not in QUOTE_TEXTS:
                raise QuoteTextUnknown(quote=self.id, text=name, known=", ".join(QUOTE_TEXTS))
        days = {"drafted_on": dated, "valid_until": valid_until}
        changes = {name: day for name, day in days.items() if day is not None}
        edited = self._edited(**changes, **texts)
        return edited.in_order() if changes else edited

    def written_by(self, author: str) -> Quote:
        """Once somebody had a hand in it: a consent of an author does not count for every rule."""
        if not author or author in self.authors:
            return self
        return attrs.evolve(self, authors=(*self.authors, author))

    def _editable(self, position: int) -> QuoteLine:
        line = self._line(position)
        if self.lock is not None and self.is_fee(line):
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
        edited = self._edited(lines=lines)
        return edited if edited.excess else edited._edited(excess_rate=None)

    def _edited(self, **changes: Any) -> Quote:
        """The one way to other contents: consents to what it said before are void."""
        self._refuse_unless_draft()
        edited = attrs.evolve(self, **changes)
        if not edited.approvals:
            return edited
        standing = tuple(one for one in edited.approvals if one.content == edited.content)
        return attrs.evolve(edited, approvals=standing)

    def at_rate(self, decision: RateDecision) -> Quote:
        """The quote at a decided rate, without a promise that it will hold.

        Raises `WrongRate` for another pair, `WrongLock` where a lock already fixes the rate.
        """
        self._refuse_unless_draft()
        if self.lock is not None:
            reason = "it fixes the rate already; withdraw the quote to set another"
            raise WrongLock(quote=self.id, lock=self.lock, reason=reason)
        return self._edited(rate=self._fitting(decision))

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
        return self._edited(excess_rate=self._fitting(decision))

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
        return quote._edited(rate=rate, lock=id, covered=lock.covers), lock

    def _with_fee(self, fee: Money, id: LockId) -> Quote:
        if not fee.is_positive:
            raise LockTermsRefused(reason=f"a fee of {fee} is none; leave it out")
        return self.add(fee_of(id), quantity=1, unit_price=fee)

    def without_lock(self) -> Quote:
        """The draft once its lock was given up: without its rate, its cover and its fee."""
        goods = tuple(line for line in self.lines if not self.is_fee(line))
        return self._edited(lines=goods, lock=None, covered=None, rate=None, excess_rate=None)

    def in_currency(self, currency: str | Currency, decision: RateDecision | None) -> Quote:
        """The draft in another document currency, at a named decision: converted, not relabelled.

        None where the goods are priced in it, so that nothing is converted (M8). Raises
        `WrongLock` while a lock holds the rate, `WrongRate`, `QuoteHasNoRate`.
        """
        self._refuse_unless_draft()
        wanted = CurrencyPair.of(self.priced_in, currency).counter
        if self.lock is not None:
            reason = "it was locked for another currency; give the lock up first"
            raise WrongLock(quote=self.id, lock=self.lock, reason=reason)
        relabelled = self._edited(currency=wanted, rate=None, excess_rate=None)
        if wanted is self.priced_in:
            return relabelled if decision is None else relabelled.at_rate(decision)
        if decision is None:
            raise QuoteHasNoRate(quote=self.id, pair=f"{self.priced_in}/{wanted}")
        return relabelled.at_rate(decision)

    def consented(
        self, rules: Iterable[ApprovalRule], *, by: str, role: str, at: datetime
    ) -> Quote:
        """With a consent, to what it says now, for each of the rules that a role serves.

        Raises `NotEntitled` where it serves none of them.
        """
        asked = self.unmet(rules)
        served = [one for one in asked if one.entitles(by, role, self.authors)]
        if asked and not served:
            raise NotEntitled(quote=self.id, role=role, rules="; ".join(map(str, asked)))
        given = (Approval(one.name, by, role, at, self.content) for one in served)
        return self._edited(approvals=(*self.approvals, *given))

    def approve(self, by: str, on: date, rules: Iterable[ApprovalRule] = ()) -> Quote:
        """Release the offer. It must have lines, and a rate where currencies differ.

        ``rules`` are those that fire on it. Raises `ApprovalMissing` unless each is met, and
        `QuoteWorthless` where the total is not above zero.
        """
        if not self.lines:
            raise QuoteEmpty(quote=self.id)
        if not self.total.is_positive:
            raise QuoteWorthless(quote=self.id, total=self.total)
        if missing := self.unmet(rules):
            raise ApprovalMissing(quote=self.id, rules="; ".join(map(str, missing)))
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
        """The company takes the offer back; a draft, which nobody was offered, is discarded."""
        name = f"quote {QUOTE_LIFECYCLE.after(self.state, 'withdraw')}"
        return self._moved("withdraw", Event(name, self.id, on, {"reason": reason}))

    def supersede(self, by: QuoteId, on: date) -> Quote:
        """A newer version of it was drafted: this one can not be accepted any more."""
        return self._moved("supersede", Event("quote superseded", self.id, on, {"by": by}))

    def requote(self, by: QuoteId, on: date) -> Quote:
        """The lapsed offer was quoted again, which is done once."""
        return self._moved("requote", Event("quote requoted", self.id, on, {"by": by}))

    def order(self, on: date) -> Quote:
        """The accepted quote becomes an order; it can do so once."""
        return self._moved("order", Event("quote ordered", self.id, on))

    def _out_of_time(self, command: str, on: date) -> QuoteOutOfTime:
        return QuoteOutOfTime(quote=self.id, valid_until=self.valid_until, on=on, command=command)

    def _refuse_unless_draft(self) -> None:
        if self.state != "draft":
            raise QuoteIsFixed(quote=self.id, state=self.state)

    def _moved(self, command: str, event: Event) -> Quote:
        state = QUOTE_LIFECYCLE.after(self.state, command)
        return attrs.evolve(self, state=state, events=(*self.events, event))
