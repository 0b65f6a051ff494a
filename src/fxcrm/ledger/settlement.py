"""Settlement: an open item meets money, as a pure function (D8 to D12).

Allocation is in document currency. A part removes its share of the carrying amount, the last
one removes all that is left, so that document amount zero means functional amount zero (D9).
The effect on profit is cash at the day's rate less the carrying amount removed (D8, IAS
21.28). Exchange difference, fee and rounding are lines of their own.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import DecisionId, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.money import CurrencyMismatch, Money, Rounding, round_ratio


class SettlementRefused(RuleRefused):
    """An allocation that the item can not take."""

    item: OpenItemId
    settled: Money
    open: Money
    reason: str
    template = "open item {item} has {open} open and can not take {settled}: {reason:plain}"


@attrs.frozen
class Receipt:
    """Money that moved: what reached the bank, what the provider kept, and the day's rate.

    ``settled`` is what the payer pays off, in the item's currency. ``received`` and ``fee``
    are in the currency of the bank account; for a payable ``received`` is what left the bank.
    All are positive (the fee may be zero). ``spot`` is the day's decision for the bank's
    currency, ``item_spot`` the one for the item's currency where that differs from the bank's;
    each is None where the currency is the functional one.
    """

    settled: Money
    received: Money
    fee: Money
    on: date
    reference: str
    spot: RateDecision | None = None
    item_spot: RateDecision | None = None

    @classmethod
    def direct(
        cls, settled: Money, *, on: date, reference: str, spot: RateDecision | None
    ) -> Receipt:
        """Paid into an account of the item's currency, without a fee."""
        return cls(settled, settled, Money.zero(settled.currency), on, reference, spot)

    @property
    def is_exchange(self) -> bool:
        """Whether the bank's currency is another than the item's."""
        return self.received.currency is not self.settled.currency


@attrs.frozen
class Settlement:
    """What a settlement did: the entry, the item after it, and its figures.

    Figures are in the functional currency. ``cash`` is what the settled amount was worth on
    the day, ``removed`` the carrying amount taken off the item; ``realised_fx`` is positive
    for a gain. ``fee`` and ``rounding`` are positive for a cost.
    """

    entry: Entry
    item: OpenItem
    cash: Figure
    removed: Figure
    realised_fx: Figure
    fee: Figure
    rounding: Money


def settle(item: OpenItem, receipt: Receipt, *, entry: EntryId, chart: Chart) -> Settlement:
    """Settle an item in part or in full, at the spot of the day.

    Raises `SettlementRefused` for nothing, too much, or money that does not add up, and
    `CurrencyMismatch` for an allocation in another currency than the item's.
    """
    _refuse_unfit(item, receipt)
    for decision in (receipt.spot, receipt.item_spot):
        if decision is not None:
            decision.measuring(Purpose.BOOKING, receipt.on)
    case = _Case(item, receipt, chart)
    postings = case.postings()
    made = Entry(entry, item.company, receipt.on, "settlement", receipt.reference, postings)
    after = attrs.evolve(
        item, open=item.open - case.settled, carrying=item.carrying - case.removed.value
    )
    return Settlement(made, after, case.cash, case.removed, case.gain, case.fee, case.rounding)


def sign_of(item: OpenItem) -> int:
    """1 for an asset, -1 for a liability: asset up is a gain, liability up is a loss (D8)."""
    return 1 if item.original.is_positive else -1


def _refuse_unfit(item: OpenItem, receipt: Receipt) -> None:
    if receipt.settled.currency is not item.open.currency:
        raise CurrencyMismatch(left=receipt.settled, right=item.open, operation="settle")
    reason = _why_not(item, receipt, sign_of(item))
    if reason:
        raise SettlementRefused(
            item=item.id, settled=receipt.settled, open=item.open, reason=reason
        )


def _why_not(item: OpenItem, receipt: Receipt, sign: int) -> str:
    functional = item.booked.currency
    if not receipt.settled.is_positive or receipt.fee.is_negative or receipt.received.is_negative:
        return "amounts are positive, a fee may be zero"
    if (receipt.received + receipt.fee).is_zero:
        return "nothing was paid; a write-off is another thing (D12)"
    if receipt.on < item.arose_on:
        return f"it was paid on {receipt.on}, before it arose on {item.arose_on}"
    if receipt.settled > item.open * sign:
        return "it is more than is open; book the excess as an advance of its own (D11)"
    if receipt.spot is None and receipt.received.currency is not functional:
        return f"the bank's {receipt.received.currency} needs the rate decision of the day"
    if receipt.is_exchange and receipt.item_spot is None and item.is_foreign:
        return f"paid in another currency, {item.open.currency} needs the rate decision of the day"
    if not receipt.is_exchange and receipt.received + receipt.fee * sign != receipt.settled:
        return f"{receipt.received} received and a fee of {receipt.fee} do not add up to it"
    return ""


@attrs.frozen(eq=False)
class _Case:
    """The amounts of one settlement; all but the receipt's own are signed like the item."""

    item: OpenItem
    receipt: Receipt
    chart: Chart
    settled: Money = attrs.field(init=False)
    removed: Figure = attrs.field(init=False)
    cash: Figure = attrs.field(init=False)
    gain: Figure = attrs.field(init=False)
    fee: Figure = attrs.field(init=False)
    bank: Figure = attrs.field(init=False)

    @settled.default
    def _settled(self) -> Money:
        return self.receipt.settled * sign_of(self.item)

    @removed.default
    def _removed(self) -> Figure:
        """The item's share of its carrying amount; the last settlement takes all of it (D9)."""
        carrying = self.item.carrying
        exact = carrying.minor * Fraction(self.settled.minor, self.item.open.minor)
        value = Money.from_minor(
            round_ratio(exact.numerator, exact.denominator, Rounding.HALF_EVEN), carrying.currency
        )
        rule = f"carrying amount times {self.settled} / {self.item.open}, half-even (D9)"
        units = exact / carrying.currency.minor_units
        return Figure("Carrying amount removed", value, rule, (self.item.figure(),), units)

    @cash.default
    def _cash(self) -> Figure:
        sign = sign_of(self.item)
        return self._functional("Cash", self.receipt.received * sign + self.receipt.fee)

    @gain.default
    def _gain(self) -> Figure:
        label = f"Realised exchange difference on {self.item.reference}"
        rule = "cash at the day's rate less carrying amount removed (IAS 21.28); a gain is positive"
        return Figure.difference(label, self.cash, self.removed, rule)

    @fee.default
    def _fee(self) -> Figure:
        return self._functional("Payment provider's fee", self.receipt.fee)

    @bank.default
    def _bank(self) -> Figure:
        return self._functional("Bank", self.receipt.received * sign_of(self.item))

    def _functional(self, label: str, amount: Money) -> Figure:
        """An amount of the bank's currency in the functional one, rounded once."""
        evidence = Evidence("receipt", self.receipt.reference, f"on {self.receipt.on}")
        paid = Figure.stated(label, amount, evidence)
        if self.receipt.spot is None or amount.currency is self.item.booked.currency:
            return paid
        return Figure.converted(f"{label} at the day's rate", paid, self.receipt.spot)

    @property
    def rounding(self) -> Money:
        """What splitting the cash into bank and fee cost in functional minor units."""
        return self.cash.value - self.bank.value - self.fee.value

    def postings(self) -> tuple[Posting, ...]:
        """The lines of the entry; those of zero are left out."""
        clearing = self._clearing() if self.receipt.is_exchange else ()
        lines = (self._bank_line(), *self._costs(), *clearing, self._item_line(), self._gain_line())
        return tuple(one for one in lines if not (one.amount.is_zero and one.functional.is_zero))

    def _bank_line(self) -> Posting:
        amount = self.bank_amount
        return Posting(
            self.chart.duties.bank, amount, self.bank.value, self._spot, text=self.receipt.reference
        )

    @property
    def bank_amount(self) -> Money:
        """What reached the bank; negative for what left it."""
        return self.receipt.received * sign_of(self.item)

    @property
    def _spot(self) -> DecisionId | None:
        return self.receipt.spot.id if self.receipt.spot else None

    def _costs(self) -> tuple[Posting, ...]:
        """The fee, and the rounding: a value of no document amount in the bank's currency."""
        duties, none = self.chart.duties, Money.zero(self.receipt.fee.currency)
        return (
            Posting(
                duties.fees, self.receipt.fee, self.fee.value, self._spot, text="Provider's fee"
            ),
            Posting(duties.rounding, none, self.rounding, self._spot, text="Rounding of the split"),
        )

    def _clearing(self) -> tuple[Posting, ...]:
        """Two currencies meet: one clearing line for each, together zero in value (D7a)."""
        clearing, value = self.chart.duties.clearing, self.cash.value
        paid = self.bank_amount + self.receipt.fee
        taken = self.settled if self.item.is_foreign else value
        return (
            Posting(clearing, -paid, -value, self._spot, text="Exchanged"),
            Posting(clearing, taken, value, self._item_spot, text="Exchanged"),
        )

    @property
    def _item_spot(self) -> DecisionId | None:
        decision = self.receipt.item_spot if self.receipt.is_exchange else self.receipt.spot
        return decision.id if decision else None

    def _item_line(self) -> Posting:
        item = self.item
        return Posting(
            item.account, -self.settled, -self.removed.value, item.decision, item.id, item.partner
        )

    def _gain_line(self) -> Posting:
        """A gain is a credit. It has no document amount, unless the item is functional itself."""
        gain = self.gain.value
        amount = Money.zero(self.item.open.currency) if self.item.is_foreign else -gain
        text = "Realised exchange difference"
        return Posting(self.chart.duties.realised_fx, amount, -gain, self._item_spot, text=text)
