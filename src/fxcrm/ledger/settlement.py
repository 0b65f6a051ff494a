"""Settlement: an open item meets money, as a pure function (D8 to D12).

Allocation is in document currency. A part removes its share of the carrying amount, the last
one removes all that is left, so that document amount zero means functional amount zero (D9).
The effect on profit is cash at the day's rate less the carrying amount it removed (D8, IAS
21.28). Exchange difference, rounding, fee, discount and write-off are five different lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, DecisionId, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem, SettlementRefused, Share, at_spot, part_of
from fxcrm.ledger.rounding import RoundingReason
from fxcrm.money import CurrencyMismatch, Money

_SPLIT = RoundingReason.LINE.text  # bank, fee and excess are each rounded by itself


@attrs.frozen
class Receipt:
    """Money that moved: what reached the bank, what the provider kept, and the day's rate.

    ``settled`` is what goes off the item, in its currency; ``discount`` and ``write_off`` are
    the parts of it that are let off. ``received``, ``fee`` and ``excess`` are in the currency of
    the bank account; for a payable ``received`` is what left the bank. ``excess`` pays nothing
    yet: it becomes an open item of its own, with the id ``credit`` (D11). All are positive, those
    left out None, the fee may be zero. ``spot`` is the day's decision for the bank's currency,
    ``item_spot`` the one for the item's where that differs from the bank's; each is None where
    the currency is the functional one.
    """

    settled: Money
    received: Money
    fee: Money
    on: date
    reference: str
    spot: RateDecision | None = None
    item_spot: RateDecision | None = None
    discount: Money | None = None
    write_off: Money | None = None
    excess: Money | None = None
    credit: OpenItemId | None = None

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

    @property
    def let_off(self) -> tuple[Money, ...]:
        """Discount and write-off, where there are any."""
        return tuple(one for one in (self.discount, self.write_off) if one is not None)

    @property
    def paid(self) -> Money:
        """What is paid of the item, in its currency: all that is not let off."""
        return self.settled - Money.total(self.let_off, currency=self.settled.currency)


@attrs.frozen
class Settlement:
    """What a settlement did: the entry, the item after it, and its figures.

    Figures are in the functional currency. ``cash`` is what the paid part was worth on the day,
    ``removed`` the carrying amount taken off the item; ``realised_fx`` is positive for a gain.
    ``fee``, ``rounding``, ``discount`` and ``write_off`` are positive for a cost.
    ``taken_back`` is what earlier month ends had booked as unrealised (D16), signed like the
    item. ``credit`` is the new item of an excess.
    """

    entry: Entry
    item: OpenItem
    cash: Figure
    removed: Figure
    realised_fx: Figure
    fee: Figure
    rounding: Money
    discount: Figure
    write_off: Figure
    taken_back: Money
    credit: OpenItem | None = None


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
    made = Entry(entry, item.company, receipt.on, "settlement", receipt.reference, case.postings())
    return Settlement(
        made,
        item.less(case.share),
        case.cash,
        case.share.removed,
        case.gain,
        case.fee,
        case.rounding,
        case.discount,
        case.write_off,
        case.share.taken_back,
        case.credit,
    )


def _refuse_unfit(item: OpenItem, receipt: Receipt) -> None:
    for amount in (receipt.settled, *receipt.let_off):
        if amount.currency is not item.open.currency:
            raise CurrencyMismatch(left=amount, right=item.open, operation="settle")
    reason = _why_not(item, receipt)
    if reason:
        raise SettlementRefused(
            item=item.id, settled=receipt.settled, open=item.open, reason=reason
        )


def _why_not(item: OpenItem, receipt: Receipt) -> str:
    optional = (*receipt.let_off, *(() if receipt.excess is None else (receipt.excess,)))
    if not receipt.settled.is_positive or receipt.fee.is_negative or receipt.received.is_negative:
        return "amounts are positive, a fee may be zero"
    if not all(one.is_positive for one in optional):
        return "a discount, a write-off and an excess are above zero, or left out"
    if (receipt.received + receipt.fee).is_zero or not receipt.paid.is_positive:
        return "nothing was paid; a write-off is another thing (D12)"
    if receipt.on < item.arose_on:
        return f"it was paid on {receipt.on}, before it arose on {item.arose_on}"
    if receipt.settled > item.open * item.sign:
        return "it is more than is open; hand the excess over as excess= (D11)"
    return _why_not_rates(item, receipt) or _why_not_sum(item, receipt)


def _why_not_rates(item: OpenItem, receipt: Receipt) -> str:
    if receipt.spot is None and receipt.received.currency is not item.booked.currency:
        return f"the bank's {receipt.received.currency} needs the rate decision of the day"
    if receipt.is_exchange and receipt.item_spot is None and item.is_foreign:
        return f"paid in another currency, {item.open.currency} needs the rate decision of the day"
    return ""


def _why_not_sum(item: OpenItem, receipt: Receipt) -> str:
    """What came in, the fee included, is what was paid and what was paid too much."""
    excess = receipt.excess
    if excess is not None and receipt.credit is None:
        return "an excess needs the id of the open item that it becomes"
    if excess is not None and item.partner is not None:
        return (
            f"what {item.partner} is owed back is a charge of its own, or it could not be matched"
        )
    came = receipt.received + receipt.fee * item.sign
    if excess is not None and excess.currency is not came.currency:
        return f"an excess is in the bank's currency, {came.currency}"
    rest = came if excess is None else came - excess
    if not rest.is_positive:
        return f"{receipt.received} received leave nothing to settle it with"
    if not receipt.is_exchange and rest != receipt.paid:
        more = ", with what was let off and paid too much," if receipt.let_off or excess else ""
        return f"{receipt.received} received and a fee of {receipt.fee}{more} do not add up to it"
    return ""


@attrs.frozen(eq=False)
class _Case:
    """The amounts of one settlement; all but the receipt's own are signed like the item."""

    item: OpenItem
    receipt: Receipt
    chart: Chart
    share: Share = attrs.field(init=False)
    cash: Figure = attrs.field(init=False)
    discount: Figure = attrs.field(init=False)
    write_off: Figure = attrs.field(init=False)
    gain: Figure = attrs.field(init=False)
    fee: Figure = attrs.field(init=False)
    bank: Figure = attrs.field(init=False)
    excess: Figure = attrs.field(init=False)
    credit: OpenItem | None = attrs.field(init=False)

    @share.default
    def _share(self) -> Share:
        return self.item.share(self.receipt.settled)

    @cash.default
    def _cash(self) -> Figure:
        sign = self.item.sign
        paid = self.receipt.received * sign + self.receipt.fee
        if self.receipt.excess is not None:
            paid -= self.receipt.excess * sign
        return self._functional("Cash", paid)

    @discount.default
    def _discount(self) -> Figure:
        return self._let_off("Discount", self.receipt.discount)

    @write_off.default
    def _write_off(self) -> Figure:
        return self._let_off("Write-off", self.receipt.write_off)

    @gain.default
    def _gain(self) -> Figure:
        label = f"Realised exchange difference on {self.item.reference}"
        rule = "cash at the day's rate less carrying amount removed (IAS 21.28); a gain is positive"
        removed = self.share.removed
        if self.receipt.let_off:
            left = removed.value - self.discount.value - self.write_off.value
            parts = (removed, self.discount, self.write_off)
            by = "carrying amount removed less what was let off"
            removed = Figure("Carrying amount removed by cash", left, by, parts)
        return Figure.difference(label, self.cash, removed, rule)

    @fee.default
    def _fee(self) -> Figure:
        return self._functional("Payment provider's fee", self.receipt.fee)

    @bank.default
    def _bank(self) -> Figure:
        return self._functional("Bank", self.receipt.received * self.item.sign)

    @excess.default
    def _excess(self) -> Figure:
        amount = self.receipt.excess or Money.zero(self.receipt.received.currency)
        return self._functional("Paid too much", amount * self.item.sign)

    @credit.default
    def _credit(self) -> OpenItem | None:
        """The excess, owed the other way round: at its own rate, in its own currency (D11)."""
        receipt, item = self.receipt, self.item
        if receipt.excess is None or receipt.credit is None:
            return None
        duties = self.chart.duties
        account = duties.buyer_credits if item.sign > 0 else duties.supplier_credits
        original, booked = receipt.excess * -item.sign, -self.excess.value
        decision = None if original.currency is booked.currency else self._spot
        return OpenItem(
            receipt.credit, item.company, account, item.party, receipt.reference, receipt.on,
            receipt.on, original, booked, decision=decision, partner=item.partner,
        )  # fmt: skip

    def _let_off(self, label: str, amount: Money | None) -> Figure:
        """Its share of the carrying amount removed, so that it bears no difference (D12)."""
        removed = self.share.removed
        none = Money.zero(removed.value.currency)
        if amount is None:
            return Figure.stated(label, none, rule="none was let off")
        part = Fraction(amount.minor, self.receipt.settled.minor)
        rule = f"carrying amount removed times {amount} / {self.receipt.settled}, half-even (D12)"
        exact = Fraction(removed.value.amount) * part
        return Figure(label, part_of(removed.value, part), rule, (removed,), exact)

    def _functional(self, label: str, amount: Money) -> Figure:
        """An amount of the bank's currency in the functional one, rounded once."""
        evidence = Evidence("receipt", self.receipt.reference, f"on {self.receipt.on}")
        stated = Figure.stated(label, amount, evidence)
        return at_spot(stated, self.receipt.spot, self.item.booked.currency)

    @property
    def rounding(self) -> Money:
        """What splitting the cash into bank, fee and excess cost in functional minor units."""
        return self.cash.value + self.excess.value - self.bank.value - self.fee.value

    def postings(self) -> tuple[Posting, ...]:
        """The lines of the entry; those of zero are left out."""
        clearing = self._clearing() if self.receipt.is_exchange else ()
        lines = (
            self._bank_line(),
            *self._costs(),
            *self._excess_line(),
            *clearing,
            *self.item.lines(self.share, self.chart.duties.unrealised_on(self.item.account)),
            *self._let_off_lines(),
            self._gain_line(),
        )
        return written(lines)

    def _bank_line(self) -> Posting:
        amount, text = self.receipt.received * self.item.sign, self.receipt.reference
        return Posting(self.chart.duties.bank, amount, self.bank.value, self._spot, text=text)

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
            Posting(duties.rounding, none, self.rounding, self._spot, text=_SPLIT),
        )

    def _excess_line(self) -> tuple[Posting, ...]:
        made = self.credit
        if made is None:
            return ()
        amount, value = made.original, made.booked
        text = "Paid too much"
        line = Posting(made.account, amount, value, self._spot, made.id, made.partner, text)
        return (line,)

    def _clearing(self) -> tuple[Posting, ...]:
        """Two currencies meet: one clearing line for each, together zero in value (D7a)."""
        clearing, value, sign = self.chart.duties.clearing, self.cash.value, self.item.sign
        came = self.receipt.received * sign + self.receipt.fee
        paid = came - (self.receipt.excess or Money.zero(came.currency)) * sign
        taken = self.receipt.paid * sign if self.item.is_foreign else value
        return (
            Posting(clearing, -paid, -value, self._spot, text="Exchanged"),
            Posting(clearing, taken, value, self._item_spot, text="Exchanged"),
        )

    @property
    def _item_spot(self) -> DecisionId | None:
        decision = self.receipt.item_spot if self.receipt.is_exchange else self.receipt.spot
        return decision.id if decision else None

    def _let_off_lines(self) -> Iterable[Posting]:
        duties, sign = self.chart.duties, self.item.sign
        discounts = duties.discounts_allowed if sign > 0 else duties.discounts_received
        given_up = duties.write_offs if sign > 0 else duties.write_backs
        for account, amount, figure in (
            (discounts, self.receipt.discount, self.discount),
            (given_up, self.receipt.write_off, self.write_off),
        ):
            if amount is not None:
                yield self._let_off_line(account, amount * sign, figure)

    def _let_off_line(self, account: AccountCode, amount: Money, figure: Figure) -> Posting:
        return Posting(account, amount, figure.value, self.item.decision, text=figure.label)

    def _gain_line(self) -> Posting:
        """A gain is a credit. It has no document amount, unless the item is functional itself."""
        gain = self.gain.value
        amount = Money.zero(self.item.open.currency) if self.item.is_foreign else -gain
        text, partner = "Realised exchange difference", self.item.partner
        account = self.chart.duties.realised_on(self.item.account)
        return Posting(account, amount, -gain, self._item_spot, partner=partner, text=text)


def written(lines: Iterable[Posting]) -> tuple[Posting, ...]:
    """The lines of an entry without those of zero."""
    return tuple(one for one in lines if not (one.amount.is_zero and one.functional.is_zero))
