"""New quotes from old ones, and what changed between the two, split by its cause.

::

    difference = price effect + rate effect + lock effect + tax + rounding

The price effect is what the goods cost more, at the old rate; the rate effect is what the new
prices come to more at the new rate. The old rate is that of the market then, so what a lock
promised beyond it, with its fee, is an effect of its own. All are in the document currency.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.events import Event
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import QuoteId
from fxcrm.money import Money, RationalMoney, Rounding, canonical
from fxcrm.ratelocks import RateLock
from fxcrm.selling.lines import QuoteLine
from fxcrm.selling.offers import QUOTE_LIFECYCLE
from fxcrm.selling.quoteerrors import QuotesDiffer, QuoteUnnamed
from fxcrm.selling.quotes import Quote


def revised(quote: Quote, id: QuoteId, *, on: date, by: str = "") -> tuple[Quote, Quote]:
    """The quote, superseded, and its next version: a draft of the same number and content.

    The lock goes over to it. Nobody has consented to the new one yet, and who wrote the old one
    wrote a part of the new one.
    """
    if not id.strip():
        raise QuoteUnnamed(number=quote.number)
    old = quote.supersede(id, on)
    event = Event("quote revised", id, on, {"supersedes": quote.id})
    new = attrs.evolve(
        quote,
        id=id,
        state=QUOTE_LIFECYCLE.start,
        revision=quote.revision + 1,
        supersedes=quote.id,
        authors=quote.written_by(by).authors,
        approvals=(),
        last_seen_at=None,
        version=0,
        events=(event,),
    )
    return old, new


def requoted(
    quote: Quote,
    id: QuoteId,
    *,
    number: str,
    on: date,
    valid_until: date,
    lines: tuple[QuoteLine, ...],
    rate: RateDecision | None,
    by: str = "",
) -> tuple[Quote, Quote]:
    """The lapsed quote, and a draft with these lines at this rate: its lock is gone.

    The authors of the old one wrote a part of it.
    """
    if not id.strip():
        raise QuoteUnnamed(number=number)
    old = quote.requote(id, on)
    event = Event("quote drafted", id, on, {"currency": quote.currency.code})
    bare = attrs.evolve(
        quote,
        id=id,
        number=number,
        state=QUOTE_LIFECYCLE.start,
        drafted_on=on,
        valid_until=valid_until,
        revision=1,
        supersedes=quote.id,
        authors=quote.written_by(by).authors,
        approvals=(),
        last_seen_at=None,
        lines=(),
        rate=None,
        lock=None,
        covered=None,
        excess_rate=None,
        version=0,
        events=(event,),
    )
    new = bare.in_order().with_lines(lines)
    return old, new if rate is None else new.at_rate(rate)


@attrs.frozen
class QuoteDifference:
    """What the new total is more than the old one, and why: the parts add up to it exactly.

    The parts are rounded to minor units, each with its exact value; ``rounding`` holds the rest,
    with what the rounding of lines made of it.
    """

    old: Figure
    new: Figure
    price: Figure
    rate: Figure
    lock: Figure
    tax: Figure
    rounding: Figure
    whole: Figure

    @property
    def parts(self) -> tuple[Figure, ...]:
        """The causes, in the order in which they are shown."""
        return (self.price, self.rate, self.lock, self.tax, self.rounding)


def difference(
    old: Quote, new: Quote, old_lock: RateLock | None = None, new_lock: RateLock | None = None
) -> QuoteDifference:
    """What changed from one quote to another of the same two currencies, by its causes.

    Raises `QuotesDiffer`, and what the totals of the quotes raise.
    """
    if (old.currency, old.priced_in) != (new.currency, new.priced_in):
        reason = f"{old.priced_in} in {old.currency} is not {new.priced_in} in {new.currency}"
        raise QuotesDiffer(quote=new.id, other=old.id, reason=reason)
    return _Sides(_Side(old, old_lock), _Side(new, new_lock)).difference()


@attrs.frozen
class _Side:
    """One of two quotes: its goods, the market it was made at, and what it is made of, exactly."""

    quote: Quote
    lock: RateLock | None

    @property
    def market(self) -> RateDecision | None:
        return self.quote.rate if self.lock is None else self.lock.spot

    @property
    def goods(self) -> Money:
        """The exact price of what is sold, without the fee of a lock."""
        quote = self.quote
        lines = (line.exact for line in quote.lines if not quote.is_fee(line))
        return Money.total(lines, currency=quote.priced_in)

    @property
    def exact(self) -> Fraction:
        """All lines in the document currency before any rounding."""
        quote = self.quote
        if quote.currency is quote.priced_in:
            return sum((Fraction(line.exact.amount) for line in quote.lines), Fraction(0))
        parts = (part for parts in quote.parts for part in parts)
        return sum((one.decision.convert_exactly(one.priced).value for one in parts), Fraction(0))

    @property
    def lines(self) -> Money:
        """All lines as they stand, each rounded; without the taxes on top of them."""
        return Money.total(self.quote.amounts, currency=self.quote.currency)

    @property
    def tax_on_top(self) -> Money:
        return self.quote.total - self.lines


@attrs.frozen
class _Sides:
    old: _Side
    new: _Side

    def difference(self) -> QuoteDifference:
        old, new = self.old, self.new
        before, after = (_at(one.goods, old.market) for one in (old, new))
        now, old_goods = _at(new.goods, new.market), before
        price = self._figure("Price effect", after - before, "new goods less old, at the old rate")
        rate = self._figure("Rate effect", now - after, "new goods at the new rate less the old")
        locks = (new.exact - now) - (old.exact - old_goods)
        lock = self._figure("Lock effect", locks, "beyond the market: promised rate, fee, excess")
        tax = Figure.difference(
            "Tax", self._tax(new), self._tax(old), "taxes on top of the new lines less the old"
        )
        totals = new.quote.total_figure(), old.quote.total_figure()
        whole = Figure.difference("Difference", *totals, "new total less old total")
        shown = Money.total(one.value for one in (price, rate, lock, tax))
        rest = whole.value - shown
        rounding = Figure("Rounding", rest, "what is left of the difference (M9)", (whole,))
        return QuoteDifference(totals[1], totals[0], price, rate, lock, tax, rounding, whole)

    def _tax(self, side: _Side) -> Figure:
        return Figure.stated(
            f"Tax on top of quote {side.quote.number}",
            side.tax_on_top,
            Evidence("quote", side.quote.id),
        )

    def _figure(self, label: str, exact: Fraction, rule: str) -> Figure:
        currency = self.new.quote.currency
        value = RationalMoney(exact, currency).rounded(Rounding.HALF_EVEN)
        rates = [one.market for one in (self.old, self.new) if one.market is not None]
        inputs = tuple({one.id: one for one in rates}.values())
        return Figure(label, value, rule, inputs, exact)


def _at(goods: Money, market: RateDecision | None) -> Fraction:
    return Fraction(goods.amount) if market is None else market.convert_exactly(goods).value


@attrs.frozen
class LineChange:
    """One position of two versions; None where it is not in one of them."""

    position: int
    old: QuoteLine | None
    new: QuoteLine | None

    def __str__(self) -> str:
        if self.old is None or self.new is None:
            line, word = (self.new, "added") if self.old is None else (self.old, "removed")
            return f"line {self.position} {word}: {_told(line)}"
        return f"line {self.position}: {_told(self.old)} became {_told(self.new)}"


def line_changes(old: Quote, new: Quote) -> tuple[LineChange, ...]:
    """The positions at which two versions of a quote differ."""
    most = max(len(old.lines), len(new.lines))
    pairs = ((_nth(old, at), _nth(new, at)) for at in range(most))
    return tuple(LineChange(at, *pair) for at, pair in enumerate(pairs, 1) if pair[0] != pair[1])


def _nth(quote: Quote, at: int) -> QuoteLine | None:
    return quote.lines[at] if at < len(quote.lines) else None


def _told(line: QuoteLine | None) -> str:
    if line is None:
        return "nothing"
    off = "" if line.discount is None else f" less {line.discount}"
    taxes = "".join(f", {one}" for one in line.taxes)
    return f"{canonical(line.quantity)} x {line.description} at {line.unit_price}{off}{taxes}"
