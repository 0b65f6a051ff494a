"""Rules as data: reading a plain dictionary, as TOML or JSON gives it, with the place of a fault.

A place is a path such as ``pipelines.saas.stages[2].percent``; lists are counted from 1. What a
table does not know is refused and not passed over, for a misspelt rule would not be a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, ClassVar, Final, TypeVar

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError, InputRefused, shown
from fxcrm.money import Money, parse_decimal
from fxcrm.tomllines import as_key

E = TypeVar("E", bound=Enum)
T = TypeVar("T")
MOST_ROWS: Final = 10_000  # of one list, or names of one table (F18)


class RulesRefused(InputRefused):
    """Rules that nobody could follow; ``place`` says which of them."""

    place: str
    reason: str
    template: ClassVar[str] = "the rules, {place:plain}: {reason:plain}"


@attrs.frozen
class PlainTable:
    """A table of names and values at a place; every method raises `RulesRefused`."""

    values: Mapping[str, Any]
    place: str = ""

    @classmethod
    def of(cls, data: object, place: str = "", known: str | None = None) -> PlainTable:
        """The table of plain data. ``known`` are all its names, with spaces (None: any)."""
        whole = cls(data if isinstance(data, Mapping) else {}, place)
        if not isinstance(data, Mapping):
            raise whole.refused("a table of names and values is expected")
        if len(data) > MOST_ROWS:
            raise whole.refused(f"it has more than {MOST_ROWS} names")
        for name in data:
            if not isinstance(name, str):
                raise whole.refused(f"{shown(name)} is no name")
            if known is not None and name not in known.split():
                raise whole.refused(f"it is none of {', '.join(known.split())}", name)
        return cls(dict(data), place)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def at(self, name: str) -> str:
        """The place of a name, which is quoted as in TOML where it holds a dot or a bracket."""
        written = self._key(name)
        return f"{self.place}.{written}" if self.place and written else self.place or written

    def refused(self, reason: str, name: str = "") -> RulesRefused:
        """A refusal of the table, or of the value of a name, to be raised."""
        return RulesRefused(place=self.at(name) or "the whole", reason=reason)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty, unless the default is."""
        found = self._read(name, str, "a text", default)
        if not found.strip() and found != default:
            raise self.refused("it is empty", name)
        return found

    def maybe_text(self, name: str) -> str | None:
        """A text that may be left out; then None."""
        return self.text(name) if name in self.values else None

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._read(name, int, "a whole number", default)

    def decimal(self, name: str, default: str | None = None) -> Decimal:
        """A number, written as text so that it stays exact; a whole one may be written as such."""
        given = self.values.get(name, default)
        if type(given) is int:
            return self._made(name, lambda: exact_decimal(given))
        text = self._read(name, str, "a number in quotation marks", default)
        return self._made(name, lambda: parse_decimal(text))

    def money(self, name: str) -> Money:
        """An amount, written ``USD 100.00``."""
        text = self.text(name)
        return self._made(name, lambda: Money.parse(text))

    def maybe_money(self, name: str) -> Money | None:
        """An amount that may be left out; then None."""
        return self.money(name) if name in self.values else None

    def currency(self, name: str) -> Currency:
        """A currency by its code."""
        text = self.text(name)
        return self._made(name, lambda: Currency(text))

    def day(self, name: str) -> date:
        """A date."""
        found = self._read(name, date, "a date", None)
        if isinstance(found, datetime):
            raise self.refused("a date is expected, without a time", name)
        return found

    def maybe_day(self, name: str) -> date | None:
        """A date that may be left out; then None."""
        return self.day(name) if name in self.values else None

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        given = self.values.get(name, False)
        if not isinstance(given, bool):
            raise self.refused("true or false is expected", name)
        return given

    def member(self, kind: type[E], name: str, default: E | None = None) -> E:
        """The member of an enum by its value."""
        if name not in self.values and default is not None:
            return default
        given = self.text(name)
        for one in kind:
            if one.value == given:
                return one
        listed = ", ".join(str(one.value) for one in kind)
        raise self.refused(f"{shown(given)} is none of {listed}", name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none where it is left out."""
        found = self._list(name)
        for number, one in enumerate(found, 1):
            if not isinstance(one, str) or not one.strip():
                raise self.refused("a text is expected", f"{self._key(name)}[{number}]")
        return tuple(found)

    def currencies(self, name: str) -> tuple[Currency, ...]:
        """A list of codes of currencies; none where it is left out."""
        numbered = enumerate(self.texts(name), 1)
        return tuple(
            self._made(f"{self._key(name)}[{number}]", partial(Currency, code))
            for number, code in numbered
        )

    def table(self, name: str, known: str | None = None) -> PlainTable:
        """A table of its own; empty where it is left out."""
        return PlainTable.of(self.values.get(name, {}), self.at(name), known)

    def tables(self, name: str, known: str | None = None) -> tuple[PlainTable, ...]:
        """A list of tables; none where it is left out."""
        return tuple(
            PlainTable.of(one, self.at(f"{self._key(name)}[{number}]"), known)
            for number, one in enumerate(self._list(name), 1)
        )

    def named(self, known: str | None = None) -> Iterator[tuple[str, PlainTable]]:
        """Each of its names with the table that it has."""
        for name in self.values:
            yield name, self.table(name, known)

    def _key(self, name: str) -> str:
        """A name that stands in the table as its place is written; what else there is stays."""
        return as_key(name) if name and name in self.values else name

    def _list(self, name: str) -> list[Any]:
        found = self.values.get(name, [])
        if not isinstance(found, list | tuple):
            raise self.refused("a list is expected", name)
        if len(found) > MOST_ROWS:
            raise self.refused(f"it is longer than {MOST_ROWS}", name)
        return list(found)

    def _read(self, name: str, kind: type[T], told: str, default: T | None) -> T:
        value = self.values.get(name, default)
        if value is None:
            raise self.refused("it is missing", name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.refused(f"{told} is expected, not {shown(value)}", name)
        return value

    def _made(self, name: str, make: Callable[[], T]) -> T:
        try:
            return make()
        except FxcrmError as refused:
            raise self.refused(str(refused), name) from None
