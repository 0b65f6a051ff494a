"""Products: what is sold, in which unit, and what it costs in the currency it is bought in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, ProductId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

LONGEST_NAME: Final = 200
MOST_GROUPS: Final = 50  # groups, and taxes, of one product (F18)

PRODUCT_LIFECYCLE = Lifecycle(
    "product",
    "active",
    FrozenMap({("active", "deactivate"): "inactive", ("inactive", "activate"): "active"}),
)


class ProductRefused(InputRefused):
    """A product that can not be listed as given."""

    product: ProductId
    reason: str
    template = "product {product}: {reason:plain}"


class ProductInactive(RuleRefused):
    """A product that is no longer sold can not be offered anew."""

    product: ProductId
    template = "product {product} is inactive; activate it before it is offered"


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@attrs.frozen
class Product:
    """A product of one company.

    ``cost`` is what one ``unit`` costs, in the currency it is bought in, and may hold more
    digits than that currency has (M10); None where nobody knows. ``taxes`` are names of taxes it
    bears, ``groups`` what reports and rules sort it by; both are sorted.
    """

    id: ProductId
    company: CompanyId
    name: str
    unit: str
    added_on: date
    cost: Money | None = None
    taxes: tuple[str, ...] = attrs.field(default=(), converter=_names)
    category: str = ""
    groups: tuple[str, ...] = attrs.field(default=(), converter=_names)
    state: str = PRODUCT_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def add(
        cls,
        id: ProductId,
        *,
        company: CompanyId,
        name: str,
        unit: str,
        on: date,
        cost: Money | None = None,
        taxes: Iterable[str] = (),
        category: str = "",
        groups: Iterable[str] = (),
        extras: Extras = NO_EXTRAS,
    ) -> Product:
        """A new product, active from the start. Raises `ProductRefused`."""
        made = cls(
            id, company, name.strip(), unit.strip(), on, cost, taxes, category, groups,
            extras=extras, events=(Event("product added", id, on),),
        )  # fmt: skip
        return made._checked()

    def costing(self, cost: Money | None, on: date) -> Product:
        """With another cost from now on; what was calculated with the old one stays."""
        event = Event("product cost changed", self.id, on, {"cost": str(cost or "unknown")})
        return attrs.evolve(self, cost=cost, events=(*self.events, event))._checked()

    def deactivate(self, on: date) -> Product:
        """No longer offered; what was sold of it stays."""
        return self._moved("deactivate", on)

    def activate(self, on: date) -> Product:
        """Offered again."""
        return self._moved("activate", on)

    def sold(self) -> Product:
        """The product itself, once it is known to be active. Raises `ProductInactive`."""
        if self.state != "active":
            raise ProductInactive(product=self.id)
        return self

    def _moved(self, command: str, on: date) -> Product:
        state = PRODUCT_LIFECYCLE.after(self.state, command)
        event = Event(f"product {command}d", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))

    def _checked(self) -> Product:
        for wrong, reason in (
            (not self.name, "the name is empty"),
            (not self.unit, "the unit is empty; say piece, hour, licence"),
            (len(self.name) > LONGEST_NAME, f"the name is longer than {LONGEST_NAME} characters"),
            (len(self.unit) > LONGEST_NAME, f"the unit is longer than {LONGEST_NAME} characters"),
            (
                max(len(self.taxes), len(self.groups)) > MOST_GROUPS,
                f"more than {MOST_GROUPS} taxes or groups",
            ),
            (self.cost is not None and self.cost.is_negative, "a cost is not below zero"),
        ):
            if wrong:
                raise ProductRefused(product=self.id, reason=reason)
        return self
