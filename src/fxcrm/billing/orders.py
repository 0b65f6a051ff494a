"""Orders: what was agreed, in the document currency, with the lock it inherits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from fxcrm.currencies import Currency
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, DecisionId, LockId, OrderId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

ORDER_LIFECYCLE = Lifecycle(
    "order",
    "confirmed",
    FrozenMap(
        {
            ("confirmed", "ship"): "shipped",
            ("confirmed", "cancel"): "cancelled",
            ("shipped", "invoice"): "invoiced",
        }
    ),
)


@attrs.frozen
class LineRate:
    """How much of a line's price, exact, was converted at which decision."""

    priced: Money
    decision: DecisionId


@attrs.frozen
class DocumentLine:
    """One line of an order or an invoice; ``amount`` is in the document currency, minor units.

    ``rates`` say how it came out of the price: at the decisions of the quote, the locked one
    among them. They are empty where nothing was converted.
    """

    description: str
    quantity: Decimal
    amount: Money
    rates: tuple[LineRate, ...] = ()


@attrs.frozen
class Order:
    """A confirmed order. The document amounts are those of the accepted quote, unchanged."""

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
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total((line.amount for line in self.lines), currency=self.currency)

    def ship(self, on: date) -> Order:
        """The goods left."""
        return self._moved("ship", on, shipped_on=on)

    def invoiced(self, on: date) -> Order:
        """The order was billed in full."""
        return self._moved("invoice", on)

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
