"""What every mapping needs: the values of columns, on the way in and on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import (
    checked_text,
    code_of,
    day_text,
    encode,
    extras_from,
    extras_text,
    minor_of,
)
from fxcrm.extras import Extras
from fxcrm.ids import DecisionId
from fxcrm.money import Money

Values = dict[str, Any]
Read = Any  # anything that has the columns as attributes


@attrs.frozen
class Writing:
    """Turns values into columns. Raises what ``fxcrm.encoding`` raises."""

    registry: CurrencyRegistry

    def code(self, currency: Currency) -> str:
        """The code of a currency that the registry knows (M11)."""
        return code_of(currency, self.registry)

    def money(self, **amounts: Money) -> Values:
        """Two columns for each amount: minor units, and the code of the currency."""
        values: Values = {}
        for name, money in amounts.items():
            values[name] = minor_of(money)
            values[f"{name}_currency"] = self.code(money.currency)
        return values

    def json(self, value: object) -> str:
        """Canonical JSON."""
        return encode(value, self.registry)

    def extras(self, extras: Extras) -> str:
        """Custom fields as canonical JSON."""
        return extras_text(extras, self.registry)


@attrs.frozen
class Reading:
    """Turns columns into values; knows the decisions that the rows name."""

    registry: CurrencyRegistry
    decisions: Mapping[DecisionId, RateDecision]
    _met: dict[str, Currency] = attrs.field(factory=dict, eq=False, repr=False)

    def currency(self, code: str) -> Currency:
        """The currency of a code. Raises `UnknownCurrency`."""
        met = self._met.get(code)
        if met is None:
            met = self._met[code] = self.registry.currency(code)
        return met

    def money(self, minor: int, code: str) -> Money:
        """An amount of minor units."""
        return Money.from_minor(minor, self.currency(code))

    def decision(self, key: str | None) -> RateDecision | None:
        """The decision of a key, or None for none."""
        return None if key is None else self.decisions[DecisionId(key)]

    def extras(self, text: str) -> Extras:
        """Custom fields."""
        return extras_from(text, self.registry)


def checked_row(row: Values) -> Values:
    """The row, once its texts are known to be ones that every store can hold."""
    for value in row.values():
        if isinstance(value, str):
            checked_text(value)
    return row


def maybe_day_text(day: date | None) -> str | None:
    """A day as ISO text, or None."""
    return None if day is None else day_text(day)


def maybe_day_from(text: str | None) -> date | None:
    """The day of an ISO text, or None."""
    return None if text is None else date.fromisoformat(text)
