"""What every mapping needs: the values of columns, on the way in and on the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final

import attrs

from fxcrm._decimals import exact_decimal, padded
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import (
    NotStorable,
    checked_text,
    code_of,
    day_text,
    decimal_from,
    encode,
    extras_from,
    extras_text,
    instant_from,
    instant_text,
    minor_of,
)
from fxcrm.extras import Extras
from fxcrm.ids import DecisionId
from fxcrm.money import Money

Values = dict[str, Any]
LONGEST_KEY: Final = 800  # bytes; three of them still fit into one entry of an index
_SURELY_SHORT: Final = LONGEST_KEY // 4  # characters
_KEYS: Final = (
    "id",
    "key",
    "company",
    "customer",
    "invoice",
    "owner",
    "account",
    "item",
    "group",
    "document",
)
Read = Any  # anything that has the columns as attributes


@attrs.frozen
class Writing:
    """Turns values into columns. Raises what ``fxcrm.encoding`` raises."""

    registry: CurrencyRegistry
    _met: dict[Currency, str] = attrs.field(factory=dict, eq=False, repr=False)

    def code(self, currency: Currency) -> str:
        """The code of a currency that the registry knows (M11)."""
        met = self._met.get(currency)
        if met is None:
            met = self._met[currency] = code_of(currency, self.registry)
        return met

    def money(self, **amounts: Money) -> Values:
        """Two columns for each amount: minor units, and the code of the currency."""
        values: Values = {}
        for name, money in amounts.items():
            values[name] = minor_of(money)
            values[f"{name}_currency"] = self.code(money.currency)
        return values

    def maybe_money(self, **amounts: Money | None) -> Values:
        """The same for amounts that may be absent: then both columns are empty."""
        values: Values = {}
        for name, money in amounts.items():
            empty = {name: None, f"{name}_currency": None}
            values |= empty if money is None else self.money(**{name: money})
        return values

    def money_json(self, money: Money) -> str:
        """An exact amount as canonical JSON, the same that ``json`` makes of it."""
        currency = money.currency
        amount = padded(exact_decimal(money.amount), currency.digits or 0)
        return f'{{"amount":"{amount}","currency":"{self.code(currency)}"}}'

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
    met: dict[str, Currency] = attrs.field(factory=dict, eq=False, repr=False)

    def currency(self, code: str) -> Currency:
        """The currency of a code. Raises `UnknownCurrency`."""
        met = self.met.get(code)
        if met is None:
            met = self.met[code] = self.registry.currency(code)
        return met

    def money(self, minor: int, code: str) -> Money:
        """An amount of minor units."""
        return Money.from_minor(minor, self.currency(code))

    def exact(self, record: Mapping[str, str]) -> Money:
        """An exact amount, as ``Writing.money_json`` wrote it. Raises `NotReadable`."""
        return Money(decimal_from(record["amount"]), self.currency(record["currency"]))

    def maybe_money(self, minor: int | None, code: str | None) -> Money | None:
        """The same for columns that may be empty."""
        return None if minor is None or code is None else self.money(minor, code)

    def decision(self, key: str | None) -> RateDecision | None:
        """The decision of a key, or None for none."""
        return None if key is None else self.decisions[DecisionId(key)]

    def extras(self, text: str) -> Extras:
        """Custom fields."""
        return extras_from(text, self.registry)


def at_version(aggregate: Any, version: int) -> Any:
    """An aggregate as it is kept: at a version, and without the events it brought along.

    A plain copy: ``attrs.evolve`` would check again what was checked, at six times the cost.
    """
    kind: Any = type(aggregate)
    kept, fill = object.__new__(kind), object.__setattr__
    names, values = _fields(kind)
    for name, value in zip(names, values(aggregate), strict=True):
        fill(kept, name, value)
    fill(kept, "version", version)
    if "events" in names:
        fill(kept, "events", ())
    return kept


@cache
def _fields(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in attrs.fields(kind))
    return names, attrgetter(*names)


def checked_row(row: Values) -> Values:
    """The row, once its texts are known to be ones that every store can hold."""
    # Joined first, for this runs for every row, and most texts are plain.
    checked_text("".join([value for value in row.values() if type(value) is str]))
    return checked_keys(row)


def checked_keys(row: Values) -> Values:
    """The row, once its keys are known to fit into an index. Raises `NotStorable`."""
    for name in _KEYS:
        key = row.get(name)
        if key is not None and len(key) > _SURELY_SHORT:
            checked_key(key)
    return row


def checked_key(text: str) -> str:
    """A text by which rows are found, at most 800 bytes: an index holds no more (F18)."""
    if len(text) > _SURELY_SHORT and len(text.encode()) > LONGEST_KEY:
        raise NotStorable(what="key", reason=f"it is longer than {LONGEST_KEY} bytes")
    return text


def checked_id(kind: str, id: str) -> None:
    """Raises `NotStorable` for a blank id: elsewhere an empty one stands for no link at all."""
    if not id.strip():
        raise NotStorable(what=f"new {kind}", reason="its id is blank; name one")


def maybe_instant_text(instant: datetime | None) -> str | None:
    """An instant as text, or None."""
    return None if instant is None else instant_text(instant)


def maybe_instant_from(text: str | None) -> datetime | None:
    """The instant of a text, or None."""
    return None if text is None else instant_from(text)


def maybe_day_text(day: date | None) -> str | None:
    """A day as ISO text, or None."""
    return None if day is None else day_text(day)


def maybe_day_from(text: str | None) -> date | None:
    """The day of an ISO text, or None."""
    return None if text is None else date.fromisoformat(text)
