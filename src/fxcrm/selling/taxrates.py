"""Tax rates as data: which taxes a line bears, by its kind of goods, the country and the day.

This is a table, no tax law: what stands in it is the company's knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeVar

import attrs

from fxcrm._decimals import Rounding, exact_decimal
from fxcrm.errors import FxcrmError, InputRefused, NotThere, shown
from fxcrm.mappings import FrozenMap
from fxcrm.taxes import NET_PER_LINE, PriceBasis, Tax, TaxPolicy, TaxRounding

E = TypeVar("E", bound=Enum)


class TaxRatesRefused(InputRefused):
    """A table of tax rates that can not be read; ``place`` says where."""

    place: str
    reason: str
    template = "{place:plain}: {reason:plain}"


class TaxMissing(NotThere):
    """No rate is known; a line is never taken for free of tax because of that."""

    goods: str
    country: str
    on: date
    template = (
        "no tax rate of {goods} is known for {country:plain} on {on}; add it, with 0 percent "
        "where there is none"
    )


@attrs.frozen
class TaxRate:
    """One tax on a kind of goods from a day on; ``country`` is empty for all without their own."""

    goods: str
    name: str
    percent: Decimal = attrs.field(converter=exact_decimal)
    since: date
    country: str = ""

    def __attrs_post_init__(self) -> None:
        Tax(self.name, self.percent)  # which refuses a negative one

    @property
    def tax(self) -> Tax:
        """What a document shows."""
        return Tax(self.name, self.percent)


def _rates(rates: Iterable[TaxRate]) -> tuple[TaxRate, ...]:
    held = tuple(rates)
    keys = {(one.goods, one.country, one.name, one.since) for one in held}
    if len(keys) < len(held):
        reason = "one tax has two rates from one day on"
        raise TaxRatesRefused(place="taxes.rates", reason=reason)
    return held


@attrs.frozen
class TaxRates:
    """All rates of a company, and how its documents are taxed (M9)."""

    rates: tuple[TaxRate, ...] = attrs.field(default=(), converter=_rates)
    policy: TaxPolicy = NET_PER_LINE

    def taxes_on(self, goods: str, country: str, on: date) -> tuple[Tax, ...]:
        """The taxes on a kind of goods for a customer's country, in the order of the table.

        A country that has rates of its own has only those. None for goods without
        a name. Raises `TaxMissing`.
        """
        if not goods:
            return ()
        of_goods = [one for one in self.rates if one.goods == goods]
        own = [one for one in of_goods if one.country == country]
        latest: dict[str, TaxRate] = {}
        for one in own or [one for one in of_goods if not one.country]:
            before = latest.get(one.name)
            if one.since <= on and (before is None or before.since < one.since):
                latest[one.name] = one
        if not latest:
            raise TaxMissing(goods=goods, country=country or "any country", on=on)
        return tuple(one.tax for one in latest.values())

    @classmethod
    def read(cls, data: object, place: str = "taxes") -> TaxRates:
        """From plain data: ``basis``, ``per``, ``rounding``, and a list of ``rates``.

        A rate states ``goods``, ``name``, ``percent`` as text, ``since`` as a day, and maybe a
        ``country``. Raises `TaxRatesRefused`, which names the place.
        """
        given = _table(data, ("basis", "per", "rounding", "rates"), place)
        policy = TaxPolicy(
            _member(PriceBasis, given.get("basis", "net"), f"{place}.basis"),
            _member(TaxRounding, given.get("per", "per line"), f"{place}.per"),
            _rounding(given.get("rounding", "half up"), f"{place}.rounding"),
        )
        rates = given.get("rates", [])
        if not isinstance(rates, list | tuple):
            raise TaxRatesRefused(place=f"{place}.rates", reason="a list of rates is expected")
        return cls(
            (_read(one, f"{place}.rates, rate {number}") for number, one in enumerate(rates, 1)),
            policy,
        )


def _read(data: object, place: str) -> TaxRate:
    given = _table(data, _RATE, place)
    for name, kind in _RATE.items():
        if not isinstance(given.get(name, "" if name == "country" else None), kind):
            wanted = "a day" if kind is date else "a text"
            raise TaxRatesRefused(place=place, reason=f"{name} is {wanted}")
    try:
        return TaxRate(**given)
    except FxcrmError as refused:
        raise TaxRatesRefused(place=place, reason=str(refused)) from None


def _table(data: object, known: Iterable[str], place: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise TaxRatesRefused(place=place, reason="a table of names and values is expected")
    names = tuple(known)
    for name in data:
        if name not in names:
            reason = f"{shown(name)} is none of {', '.join(names)}"
            raise TaxRatesRefused(place=place, reason=reason)
    return dict(data)


def _member(kind: type[E], given: object, place: str) -> E:
    for one in kind:
        if one.value == given:
            return one
    listed = ", ".join(str(one.value) for one in kind)
    raise TaxRatesRefused(place=place, reason=f"{shown(given)} is none of {listed}")


def _rounding(given: object, place: str) -> Rounding:
    for one in Rounding:
        if one.name.lower().replace("_", " ") == given:
            return one
    listed = ", ".join(one.name.lower().replace("_", " ") for one in Rounding)
    raise TaxRatesRefused(place=place, reason=f"{shown(given)} is none of {listed}")


_RATE: Final[Mapping[str, type]] = FrozenMap(
    {"goods": str, "name": str, "percent": str, "since": date, "country": str}
)
