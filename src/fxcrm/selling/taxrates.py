"""Tax rates as data: which taxes a line bears, by its kind of goods, the country and the day.

This is a table, no tax law: what stands in it is the company's knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from fxcrm._decimals import Rounding, exact_decimal
from fxcrm.countries import is_country
from fxcrm.errors import NotThere, shown
from fxcrm.money import canonical
from fxcrm.plaindata import PlainTable
from fxcrm.taxes import NET_PER_LINE, PercentRefused, PriceBasis, Tax, TaxPolicy, TaxRounding

HIGHEST: Final = 100  # percent of the net price


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
    """One tax on a kind of goods from a day on; ``country`` is empty for all without their own.

    It is 0 to 100 percent: more is a slip of the pen rather than a tax. Raises `PercentRefused`.
    """

    goods: str
    name: str
    percent: Decimal = attrs.field(converter=exact_decimal)
    since: date
    country: str = ""

    def __attrs_post_init__(self) -> None:
        Tax(self.name, self.percent)  # which refuses a negative one
        if self.percent > HIGHEST:
            reason = f"a tax of the table is at most {HIGHEST} percent"
            raise PercentRefused(percent=canonical(self.percent), reason=reason)

    @property
    def tax(self) -> Tax:
        """What a document shows."""
        return Tax(self.name, self.percent)


def _rates(rates: Iterable[TaxRate]) -> tuple[TaxRate, ...]:
    return tuple(rates)


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
    def read(cls, data: PlainTable) -> TaxRates:
        """From plain data: ``basis``, ``per``, ``rounding``, and a list of ``rates``.

        A rate states ``goods``, ``name``, ``percent`` as text, ``since`` as a day, and maybe a
        ``country``, by a code such as DE. Raises `RulesRefused`.
        """
        top = PlainTable.of(data.values, data.place, "basis per rounding rates")
        policy = TaxPolicy(
            top.member(PriceBasis, "basis", PriceBasis.NET),
            top.member(TaxRounding, "per", TaxRounding.PER_LINE),
            _rounding(top),
        )
        rates = tuple(_read(one) for one in top.tables("rates", "goods name percent since country"))
        if len({(one.goods, one.country, one.name, one.since) for one in rates}) < len(rates):
            raise top.refused("one tax has two rates from one day on", "rates")
        return cls(rates, policy)


def _read(data: PlainTable) -> TaxRate:
    made = (data.text("goods"), data.text("name"), data.decimal("percent"), data.day("since"))
    country = data.text("country", "")
    if country and not is_country(country):
        raise data.refused("a country is a code such as DE", "country")
    try:
        return TaxRate(*made, country)
    except PercentRefused as refused:
        raise data.refused(str(refused), "percent") from None


def _rounding(data: PlainTable) -> Rounding:
    given = data.text("rounding", "half up")
    names = {one.name.lower().replace("_", " "): one for one in Rounding}
    if given not in names:
        raise data.refused(f"{shown(given)} is none of {', '.join(names)}", "rounding")
    return names[given]
