"""Orders: what was agreed, in the document currency, with the lock it inherits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import attrs

from fxcrm._decimals import exact_add, exact_decimal, exact_subtract
from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, DecisionId, LockId, OrderId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.taxes import PriceBasis

ORDER_LIFECYCLE = Lifecycle(
    "order",
    "confirmed",
    FrozenMap(
        {
            ("confirmed", "ship"): "shipped",
            ("confirmed", "cancel"): "cancelled",
            ("shipped", "invoice in part"): "partly invoiced",
            ("shipped", "invoice"): "invoiced",
            ("partly invoiced", "invoice in part"): "partly invoiced",
            ("partly invoiced", "invoice"): "invoiced",
        }
    ),
)


class OrderLineExceeded(RuleRefused):
    """More of a line was to be billed than is left of it, or nothing, or less."""

    order: OrderId
    position: int
    quantity: Decimal
    rest: Decimal
    template = (
        "order {order}, line {position}: {quantity} can not be billed, {rest} is left; "
        "bill between nothing and that"
    )


@attrs.frozen
class LineRate:
    """How much of a line's price, exact, was converted at which decision."""

    priced: Money
    decision: DecisionId


@attrs.frozen
class LineTax:
    """What a line bears of one tax, by its name and percentage, in the document currency."""

    name: str
    percent: Decimal
    amount: Money


@attrs.frozen
class DocumentLine:
    """One line of an order or an invoice; ``amount`` is in the document currency, minor units.

    ``rates`` say how it came out of the price: at the decisions of the quote, the locked one
    among them. They are empty where nothing was converted. ``basis`` says whether the amount is
    without the ``taxes`` of the line, or contains them.
    """

    description: str
    quantity: Decimal
    amount: Money
    rates: tuple[LineRate, ...] = ()
    taxes: tuple[LineTax, ...] = ()
    basis: PriceBasis = PriceBasis.NET

    @property
    def tax(self) -> Money:
        """All taxes of the line."""
        return Money.total((one.amount for one in self.taxes), currency=self.amount.currency)

    @property
    def net(self) -> Money:
        """The line without its taxes."""
        return self.amount - self.tax if self.basis is PriceBasis.GROSS else self.amount

    @property
    def gross(self) -> Money:
        """What is owed for the line: ``net + tax == gross``."""
        return self.amount + self.tax if self.basis is PriceBasis.NET else self.amount


def owed(lines: Iterable[DocumentLine], currency: Currency) -> Money:
    """What lines come to with their taxes."""
    return Money.total((line.gross for line in lines), currency=currency)


def taxed_with(lines: Iterable[DocumentLine], currency: Currency) -> Money:
    """All taxes of lines."""
    return Money.total((line.tax for line in lines), currency=currency)


def as_priced(lines: Iterable[DocumentLine], currency: Currency) -> Money:
    """The sum of the lines as their prices are: without taxes, or with those contained in them."""
    return Money.total((line.amount for line in lines), currency=currency)


@attrs.frozen
class Order:
    """A confirmed order. The document amounts are those of the accepted quote, unchanged.

    ``billed`` is how much of the quantity of each line was billed already; empty: nothing.
    """

    id: OrderId
    number: str
    company: CompanyId
    customer: CustomerId
    quote: QuoteId | None
    currency: Currency
    lines: tuple[DocumentLine, ...]
    confirmed_on: date
    lock: LockId | None = None
    shipped_on: date | None = None
    state: str = ORDER_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    billed: tuple[Decimal, ...] = ()
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def total(self) -> Money:
        """The sum of the lines with their taxes."""
        return owed(self.lines, self.currency)

    @property
    def tax(self) -> Money:
        """All taxes in the total."""
        return taxed_with(self.lines, self.currency)

    def ship(self, on: date) -> Order:
        """The goods left."""
        return self._moved("ship", on, shipped_on=on)

    @property
    def quantities_billed(self) -> tuple[Decimal, ...]:
        """How much of each line was billed, zero where nothing was."""
        return self.billed or tuple(Decimal(0) for _ in self.lines)

    def invoiced(self, on: date) -> Order:
        """All that was not billed yet is."""
        everything = tuple(line.quantity for line in self.lines)
        return attrs.evolve(self._moved("invoice", on), billed=everything)

    def invoiced_in_part(self, quantities: Mapping[int, int | str | Decimal], on: date) -> Order:
        """So much of the lines at these positions, counted from 1, is billed.

        Billed so is the rest of the order too, if that is what is named. Raises
        `OrderLineExceeded`.
        """
        billed = list(self.quantities_billed)
        for position, quantity in quantities.items():
            more = self._billable(position, quantity)
            billed[position - 1] = exact_add(billed[position - 1], more)
        whole = all(done == line.quantity for done, line in zip(billed, self.lines, strict=True))
        moved = self._moved("invoice" if whole else "invoice in part", on)
        return attrs.evolve(moved, billed=tuple(billed))

    def _billable(self, position: int, quantity: int | str | Decimal) -> Decimal:
        rest = Decimal(0)
        if 1 <= position <= len(self.lines):
            line, done = self.lines[position - 1], self.quantities_billed[position - 1]
            rest = exact_subtract(line.quantity, done)
        more = exact_decimal(quantity)
        if not 0 < more <= rest:
            raise OrderLineExceeded(order=self.id, position=position, quantity=more, rest=rest)
        return more

    def cancel(self, reason: str, on: date) -> Order:
        """The order is called off before anything left."""
        return self._moved("cancel", on, reason)

    def _moved(
        self, command: str, on: date, reason: str = "", shipped_on: date | None = None
    ) -> Order:
        state = ORDER_LIFECYCLE.after(self.state, command)
        event = Event(f"order {state}", self.id, on, {"reason": reason} if reason else {})
        return attrs.evolve(
            self,
            state=state,
            shipped_on=shipped_on or self.shipped_on,
            events=(*self.events, event),
        )
