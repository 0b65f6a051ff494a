"""Offsetting: a credit or an advance is set against an item, and no money moves (D11).

A credit is monetary: between it and the item lies a realised exchange difference. An advance is
not (IFRIC 22): what it was worth on its day is what was earned with it, so the difference goes
to sales, or to costs for one that was paid.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem, Share, at_spot
from fxcrm.ledger.revaluation import is_monetary
from fxcrm.ledger.settlement import written
from fxcrm.money import CurrencyMismatch, Money


class OffsetRefused(RuleRefused):
    """Two items that can not be set against one another."""

    item: OpenItemId
    against: OpenItemId
    reason: str
    template = "open item {item} can not be set against {against}: {reason:plain}"


@attrs.frozen
class Offset:
    """``settled`` of the item is met by ``used`` of the other, each above zero.

    Each amount is in the currency of its item; where both are in one currency they are equal.
    Otherwise ``used_spot`` is the day's decision for the currency of what is used, and
    ``settled_spot`` that for the item's, each None where it is the functional one.
    """

    settled: Money
    used: Money
    on: date
    reference: str
    used_spot: RateDecision | None = None
    settled_spot: RateDecision | None = None

    @property
    def is_exchange(self) -> bool:
        """Whether two currencies meet."""
        return self.used.currency is not self.settled.currency


@attrs.frozen
class Offsetting:
    """What an offset did: one entry, and both items after it.

    Figures are in functional currency: ``realised_fx`` is positive for a gain; ``revenue`` is
    what an advance adds to what was earned (negative: takes from it), or to costs where it was
    paid, for it stays at its own rate.
    """

    entry: Entry
    item: OpenItem
    against: OpenItem
    realised_fx: Figure
    revenue: Figure


def offset(
    item: OpenItem, against: OpenItem, made: Offset, *, entry: EntryId, chart: Chart
) -> Offsetting:
    """Set a credit or an advance against what is owed, in part or in full.

    Raises `OffsetRefused`, `SettlementRefused` for more than is open of either, and
    `CurrencyMismatch`.
    """
    _refuse_unfit(item, against, made)
    for decision in (made.used_spot, made.settled_spot):
        if decision is not None:
            decision.measuring(Purpose.BOOKING, made.on)
    case = _Case(item, against, made, chart)
    lines = case.postings()
    text = made.reference
    written_down = Entry(entry, item.company, made.on, "offset", text, written(lines))
    return Offsetting(
        written_down,
        item.less(case.settled),
        against.less(case.used),
        case.difference("Realised exchange difference", to_result=False),
        case.difference("Revenue at the rate of the advance", to_result=True),
    )


def _refuse_unfit(item: OpenItem, against: OpenItem, made: Offset) -> None:
    for amount, one in ((made.settled, item), (made.used, against)):
        if amount.currency is not one.open.currency:
            raise CurrencyMismatch(left=amount, right=one.open, operation="offset")
    reason = _why_not(item, against, made)
    if reason:
        raise OffsetRefused(item=item.id, against=against.id, reason=reason)


def _why_not(item: OpenItem, against: OpenItem, made: Offset) -> str:
    if item.company != against.company or item.party != against.party:
        return "they are of two companies or two parties"
    if item.sign == against.sign:
        return "both are owed the same way; only opposite items meet"
    if made.on < max(item.arose_on, against.arose_on):
        return f"{made.on} is before one of them arose"
    if not made.is_exchange:
        return "" if made.settled == made.used else "in one currency both amounts are the same"
    if against.is_foreign and made.used_spot is None:
        return f"{made.used.currency} needs the rate decision of the day"
    if item.is_foreign and made.settled_spot is None:
        return f"{made.settled.currency} needs the rate decision of the day"
    return ""


@attrs.frozen(eq=False)
class _Case:
    """The shares of both items and what lies between them."""

    item: OpenItem
    against: OpenItem
    made: Offset
    chart: Chart
    settled: Share = attrs.field(init=False)
    used: Share = attrs.field(init=False)

    @settled.default
    def _settled(self) -> Share:
        return self.item.share(self.made.settled)

    @used.default
    def _used(self) -> Share:
        return self.against.share(self.made.used)

    @property
    def is_advance(self) -> bool:
        """Whether one of both stays at its own rate."""
        return not (is_monetary(self.item, self.chart) and is_monetary(self.against, self.chart))

    @property
    def value(self) -> Figure:
        """What was used is worth, signed like the item: at spot, an advance at its own rate."""
        if not is_monetary(self.against, self.chart):
            rule = "an advance stays at its own rate (IFRIC 22)"
            return Figure("Used", -self.used.removed.value, rule, (self.used.removed,))
        evidence = Evidence("open item", self.against.id, f"used on {self.made.on}")
        stated = Figure.stated("Used", -self.used.settled, evidence)
        return at_spot(stated, self.made.used_spot, self.item.booked.currency)

    def difference(self, label: str, *, to_result: bool) -> Figure:
        """What lies between both carrying amounts, a gain positive, or zero where it is other."""
        none = Money.zero(self.item.booked.currency)
        if to_result is not self.is_advance:
            return Figure.stated(label, none, rule="none")
        rule = "carrying amount used less carrying amount settled; a gain is positive"
        gain = -(self.settled.removed.value + self.used.removed.value)
        return Figure(label, gain, rule, (self.settled.removed, self.used.removed))

    def postings(self) -> tuple[Posting, ...]:
        """Both items, the clearing of two currencies, and the difference."""
        unrealised_on, text = self.chart.duties.unrealised_on, self.made.reference
        return (
            *self.against.lines(self.used, unrealised_on(self.against.account), text),
            *self.item.lines(self.settled, unrealised_on(self.item.account), text),
            *self._between(),
        )

    def _between(self) -> tuple[Posting, ...]:
        settled, used = self.settled.removed.value, self.used.removed.value
        if not self.made.is_exchange:
            return (self._gap(self.item, settled + used),)
        value, clearing = self.value.value, self.chart.duties.clearing
        taken = self.settled.settled if self.item.is_foreign else value
        paid = self.used.settled if self.against.is_foreign else -value
        used_rate = self.made.used_spot.id if self.made.used_spot else None
        settled_rate = self.made.settled_spot.id if self.made.settled_spot else None
        return (
            Posting(clearing, paid, -value, used_rate, text="Exchanged"),
            Posting(clearing, taken, value, settled_rate, text="Exchanged"),
            self._gap(self.against, value + used),
            self._gap(self.item, settled - value),
        )

    def _gap(self, of: OpenItem, value: Money) -> Posting:
        """What is missing, debit positive: without document amount in a foreign currency."""
        amount = Money.zero(of.open.currency) if of.is_foreign else value
        text = "Revenue at the rate of the advance" if self.is_advance else "Realised difference"
        account, partner = self._account(of), of.partner
        return Posting(account, amount, value, of.decision, partner=partner, text=text)

    def _account(self, of: OpenItem) -> AccountCode:
        duties = self.chart.duties
        if not self.is_advance:
            return duties.realised_on(of.account)
        return duties.sales if self.item.sign > 0 else duties.costs
