"""Credit notes and write-offs: an item goes down and no money moves (D12).

What goes off an item goes off at its carrying rate, so no exchange difference arises, unless
the policy is to measure it again on the day. What a credit note takes back beyond what is open
is owed from then on, at the spot of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem, SettlementRefused, Share, at_spot
from fxcrm.ledger.settlement import written
from fxcrm.money import CurrencyMismatch, Money, Rounding

_ON_TAX: Final = "Realised exchange difference on the tax"


class CreditRate(Enum):
    """At which rate a credit note takes back what is still open (D12)."""

    CARRYING = "carrying rate"
    SPOT = "spot of the day"


@attrs.frozen
class CreditTax:
    """What of an amount taken back is tax, and the account on which it is owed no longer.

    ``carrying`` is what the tax is carried at, in functional currency and signed like the
    amount; None where that is not known, and the tax goes off as the rest does.
    """

    amount: Money
    account: AccountCode
    carrying: Money | None = None


@attrs.frozen
class Credit:
    """What is taken back, in the item's currency, above zero.

    ``spot`` is the day's decision for that currency, None where it is the functional one; it is
    needed for what exceeds the open amount, and for `CreditRate.SPOT`. ``credit`` is the id of
    the item that an excess becomes. ``tax`` is what of the amount is tax; it goes off at what it
    is carried at (D9).
    """

    amount: Money
    on: date
    reference: str
    spot: RateDecision | None = None
    credit: OpenItemId | None = None
    at: CreditRate = CreditRate.CARRYING
    tax: CreditTax | None = None


@attrs.frozen
class Crediting:
    """What a credit note or a write-off did; figures in functional currency.

    ``value`` is what it cost, signed like the item. ``realised_fx`` is zero, unless it was
    measured at the spot of the day, or what went beyond was taxed at another rate; a gain is
    positive. ``credit`` is the new item of what went beyond the open amount.
    """

    entry: Entry
    item: OpenItem
    value: Figure
    realised_fx: Figure
    taken_back: Money
    credit: OpenItem | None = None


def credit(
    item: OpenItem,
    given: Credit,
    *,
    entry: EntryId,
    chart: Chart,
    account: AccountCode | None = None,
) -> Crediting:
    """Take back a part of an item, all of it, or more than is open of it.

    ``account`` is charged; by default that of sales, for a payable that of costs. Raises
    `SettlementRefused`, `CurrencyMismatch`.
    """
    _refuse_unfit(item, given)
    open_still = abs(item.open)
    taken = min(given.amount, open_still)
    beyond = given.amount - taken
    usual = chart.duties.sales if item.sign > 0 else chart.duties.costs
    charged = account or usual
    case = _Case(item, given, taken, chart)
    more = case.beyond(beyond)
    lines = [*case.postings(charged), *_beyond_lines(more, charged)]
    if given.tax is not None:
        lines = list(_without_tax(case, lines, charged, given.tax))
    made = Entry(entry, item.company, given.on, "credit note", given.reference, written(lines))
    value = case.value if more is None else case.value_with(more)
    left = item if case.share is None else item.less(case.share)
    return Crediting(made, left, value, _gain_of(case, lines), case.taken_back, more)


def write_off(
    item: OpenItem, amount: Money, *, on: date, reference: str, entry: EntryId, chart: Chart
) -> Crediting:
    """Give an item up, in part or in full, at its carrying amount (D12).

    Raises `SettlementRefused` for more than is open, `CurrencyMismatch`.
    """
    given = Credit(amount, on, reference)
    _refuse_unfit(item, given)
    case = _Case(item, given, amount, chart)
    duties = chart.duties
    lines = written(case.postings(duties.write_offs if item.sign > 0 else duties.write_backs))
    made = Entry(entry, item.company, on, "write-off", reference, lines)
    share = item.share(amount)
    return Crediting(made, item.less(share), case.value, case.gain, share.taken_back)


def _refuse_unfit(item: OpenItem, given: Credit) -> None:
    if given.amount.currency is not item.open.currency:
        raise CurrencyMismatch(left=given.amount, right=item.open, operation="credit")
    reason = _why_not(item, given)
    if reason:
        raise SettlementRefused(item=item.id, settled=given.amount, open=item.open, reason=reason)
    if given.spot is not None:
        given.spot.measuring(Purpose.BOOKING, given.on)


def _why_not(item: OpenItem, given: Credit) -> str:
    if not given.amount.is_positive:
        return "an amount is above zero"
    if given.amount > abs(item.original):
        return f"it was {item.original} to begin with, and no more is taken back"
    if given.on < item.arose_on:
        return f"{given.on} is before it arose on {item.arose_on}"
    exceeds = given.amount > abs(item.open)
    if exceeds and given.credit is None:
        return "it is more than is open, and the excess needs the id of the item it becomes"
    if exceeds and item.partner is not None:
        return (
            f"what {item.partner} is owed back is a charge of its own, or it could not be matched"
        )
    if item.is_foreign and given.spot is None and (exceeds or given.at is CreditRate.SPOT):
        return f"{item.open.currency} needs the rate decision of the day"
    return ""


@attrs.frozen(eq=False)
class _Case:
    """One credit: the share that goes off the item, and what it is worth."""

    item: OpenItem
    given: Credit
    taken: Money
    chart: Chart
    share: Share | None = attrs.field(init=False)
    value: Figure = attrs.field(init=False)
    gain: Figure = attrs.field(init=False)

    @share.default
    def _share(self) -> Share | None:
        return None if self.taken.is_zero else self.item.share(self.taken)

    @value.default
    def _value(self) -> Figure:
        label = f"Taken back of {self.item.reference}"
        if self.share is None:
            none = Money.zero(self.item.booked.currency)
            return Figure.stated(label, none, rule="nothing was open any more")
        removed = self.share.removed
        if self.given.at is CreditRate.SPOT and self.given.spot is not None:
            return self._measured(label, self.taken * self.item.sign)
        rule = "at the carrying rate, without an exchange difference (D12)"
        return Figure(label, removed.value, rule, (removed,))

    @gain.default
    def _gain(self) -> Figure:
        label = f"Realised exchange difference on {self.item.reference}"
        if self.share is None:
            return Figure.stated(label, Money.zero(self.item.booked.currency), rule="none")
        rule = "what was taken back less carrying amount removed (D12); a gain is positive"
        return Figure.difference(label, self.value, self.share.removed, rule)

    @property
    def taken_back(self) -> Money:
        if self.share is None:
            return Money.zero(self.item.booked.currency)
        return self.share.taken_back

    def _measured(self, label: str, amount: Money) -> Figure:
        evidence = Evidence("credit", self.given.reference, f"on {self.given.on}")
        stated = Figure.stated(label, amount, evidence)
        return at_spot(stated, self.given.spot, self.item.booked.currency)

    def postings(self, charged: AccountCode) -> tuple[Posting, ...]:
        """The item, what is charged for it, and the difference where there is one."""
        if self.share is None:
            return ()
        text, gain = self.given.reference, self.gain.value
        at_spot = self.given.at is CreditRate.SPOT and self.given.spot is not None
        measure = self.given.spot.id if at_spot and self.given.spot else self.item.decision
        none = Money.zero(self.item.open.currency) if self.item.is_foreign else -gain
        duties = self.chart.duties
        return (
            Posting(charged, self.share.settled, self.value.value, measure, text=text),
            *self.item.lines(self.share, duties.unrealised_on(self.item.account)),
            Posting(
                duties.realised_on(self.item.account),
                none,
                -gain,
                measure,
                partner=self.item.partner,
                text=self.gain.label,
            ),
        )

    def beyond(self, amount: Money) -> OpenItem | None:
        """What is owed the other way round for an excess, at the spot of the day (D4, D11)."""
        item, given = self.item, self.given
        if amount.is_zero or given.credit is None:
            return None
        duties = self.chart.duties
        account = duties.buyer_credits if item.sign > 0 else duties.supplier_credits
        value = self._measured(f"Owed back for {item.reference}", amount * -item.sign).value
        decision = given.spot.id if given.spot and item.is_foreign else None
        return OpenItem(
            given.credit, item.company, account, item.party, given.reference, given.on, given.on,
            amount * -item.sign, value, decision=decision, partner=item.partner,
        )  # fmt: skip

    def value_with(self, more: OpenItem) -> Figure:
        """What the whole credit cost, with what is owed back for it."""
        owed = Figure.stated("Owed back", -more.booked, Evidence("open item", more.id))
        total = Figure.total(self.value.label, (self.value, owed), more.booked.currency)
        return attrs.evolve(total, rule="at the carrying rate as far as open, the rest at spot")


def _without_tax(
    case: _Case, lines: Iterable[Posting], charged: AccountCode, tax: CreditTax
) -> Iterator[Posting]:
    """The same lines with the tax on its own account: its shares add up to it exactly."""
    before = Fraction(0)
    for one in lines:
        if one.account != charged:
            yield one
            continue
        after = before + abs(one.amount).ratio(case.given.amount)
        part, sign = _between(tax.amount, before, after), 1 if one.amount.is_positive else -1
        value = one.functional.times(part.ratio(abs(one.amount)), Rounding.HALF_EVEN)
        carried = value
        if tax.carrying is not None:
            carried = _between(tax.carrying, before, after) * sign
        off = attrs.evolve(one, account=tax.account, amount=part * sign, functional=carried)
        yield from _parted(case, one, off, value)
        before = after


def _between(amount: Money, before: Fraction, after: Fraction) -> Money:
    """What lies between two shares of an amount, each rounded once."""
    until, since = (amount.times(one, Rounding.HALF_EVEN) for one in (after, before))
    return until - since


def _parted(case: _Case, line: Posting, tax: Posting, value: Money) -> Iterator[Posting]:
    """A line without its tax, and the tax, which goes off at what it is carried at (D9).

    What that is less than its value stays in the line where both have the rate of the item, for
    it is rounding; at the spot of another day it is an exchange difference.
    """
    at_carrying = line.decision == case.item.decision
    beside = tax.functional if at_carrying else value
    yield attrs.evolve(line, amount=line.amount - tax.amount, functional=line.functional - beside)
    yield tax
    if not at_carrying:
        none, gap = Money.zero(line.amount.currency), value - tax.functional
        realised = case.chart.duties.realised_on(tax.account)
        yield Posting(realised, none, gap, line.decision, text=_ON_TAX)


def _gain_of(case: _Case, lines: Iterable[Posting]) -> Figure:
    """The gain of a credit, with that on its tax where there is one."""
    home = case.item.booked.currency
    lost = Money.total((one.functional for one in lines if one.text == _ON_TAX), currency=home)
    if lost.is_zero:
        return case.gain
    rule = "what the tax is worth at the spot of the day less its carrying amount (D9)"
    on_tax = Figure.stated(_ON_TAX, -lost, rule=rule)
    return Figure.total(case.gain.label, (case.gain, on_tax), home)


def _beyond_lines(more: OpenItem | None, charged: AccountCode) -> tuple[Posting, ...]:
    if more is None:
        return ()
    amount, value, of = more.original, more.booked, more.decision
    return (
        Posting(charged, -amount, -value, of, text=more.reference),
        Posting(more.account, amount, value, of, more.id, more.partner, more.reference),
    )
