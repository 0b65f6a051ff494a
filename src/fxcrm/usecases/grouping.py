"""Grouping: a group in plain values, as a TOML file gives it, read and written.

The tables have the names of `fxcrm.ledger.Group` and of the classes that it is made of, so that
nothing can be said of a group that a file can not say. Words of a choice are those of its
members: ``fair value``, ``sale date``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, canonical
from fxcrm.usecases.wording import Plain, Step, StepRefused, refuse_unknown

_LONGEST_DECIMALS: Final = 12


class GroupTableRefused(StepRefused):
    """A table of a group that can not be understood; ``step`` is the place of the table."""

    template = "group, {step:plain}, argument {argument}: {reason:plain}"


@attrs.frozen
class Table(Step):
    """A table of a group; ``do`` is its place: ``stakes 2, acquired``."""

    @property
    def key(self) -> str:
        """The place."""
        return self.do

    def refused(self, name: str, reason: str) -> StepRefused:
        """The refusal of an argument."""
        return GroupTableRefused(step=self.do, argument=name, reason=reason)

    def number(self, name: str, default: str | None = None) -> Decimal:
        """A decimal, written as text so that it stays exact."""
        with self._named(name):
            return super().number(name, default)

    def currency(self, name: str) -> Currency:
        """A currency by its code."""
        with self._named(name):
            return super().currency(name)

    def money(self, name: str, default: str | None = None) -> Money:
        """An amount, written ``USD 100.00``."""
        with self._named(name):
            return super().money(name, default)

    def share(self, name: str) -> Fraction:
        """A share of 1, written ``0.80`` or ``2/3``."""
        over, slash, under = self.text(name).partition("/")
        if not slash:
            return Fraction(self.number(name))
        parts = [part for part in (over, under) if part.isascii() and part.isdecimal()]
        if len(parts) != 2 or len(over) > 18 or len(under) > 18 or not int(under):
            raise self.refused(name, "a share is written 0.80 or 2/3")
        return Fraction(int(over), int(under))

    def rows(self, name: str, known: str = "") -> list[Step]:
        """A list of tables, each with its number in its place."""
        rows = super().rows(name, known)
        return [attrs.evolve(row, do=_within(self, f"{name} {n}")) for n, row in enumerate(rows, 1)]

    def table(self, name: str) -> Table:
        """A table within this one."""
        given = self.arguments.get(name)
        if not isinstance(given, dict):
            raise self.refused(name, "a table is expected")
        return Table(_within(self, name), date.min, given)

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        try:
            yield
        except StepRefused:
            raise
        except InputRefused as error:
            raise self.refused(name, str(error)) from None


def _within(table: Step, name: str) -> str:
    return name if table.do == _TOP else f"{table.do}, {name}"


_TOP: Final = "the file"
_READ: Final[Mapping[Any, Callable[[Any, str], Any]]] = FrozenMap(
    {
        str: Table.text,
        int: Table.whole,
        bool: Table.flag,
        date: Table.day,
        Money: Table.money,
        Currency: Table.currency,
        Fraction: Table.share,
    }
)


def read_group(plain: Mapping[str, Plain]) -> Group:
    """A group from plain values (a parsed TOML file, or ``[group]`` of a story).

    ``subsidiaries`` is another word for ``stakes``. Raises `GroupTableRefused`, which names table,
    row and argument, and what `Group` and `Stake` raise, with the place as a note.
    """
    given = dict(plain)
    top = Table(_TOP, date.min, given)
    if "subsidiaries" in given:
        if "stakes" in given:
            raise top.refused("subsidiaries", "they are stakes; name them in one list")
        given["stakes"] = given.pop("subsidiaries")
    group: Group = _record(Group, top)
    return group


def _record(kind: type[Any], table: Table, usual: Any = None) -> Any:
    """A value of a class, field by field; what is left out is as in ``usual``."""
    fields = {one.name: one for one in attrs.fields(attrs.resolve_types(kind))}
    refuse_unknown(table, " ".join(fields))
    given = {
        name: _value(one, table)
        for name, one in fields.items()
        if name in table.arguments or (one.default is attrs.NOTHING and usual is None)
    }
    try:
        return kind(**given) if usual is None else attrs.evolve(usual, **given)
    except StepRefused:
        raise
    except InputRefused as error:
        error.add_note(f"in {table.do}")
        raise


def _value(field: attrs.Attribute[Any], table: Table) -> Any:
    kind, name = _bare(field.type), field.name
    if kind in _READ:
        return _READ[kind](table, name)
    if get_origin(kind) is tuple:
        part = get_args(kind)[0]
        return tuple(_record(part, _checked(row)) for row in table.rows(name))
    if attrs.has(kind):
        usual = field.default if isinstance(field.default, kind) else None
        return _record(kind, table.table(name), usual)
    if issubclass(kind, Enum):
        return _member(kind, table, name)
    return _codes(table.table(name))


def _checked(row: Step) -> Table:
    return Table(row.do, row.on, row.arguments)


def _bare(kind: Any) -> Any:
    """A type without None beside it, and what a type of ids is made of; a mapping as dict."""
    if get_origin(kind) in (Union, UnionType):
        [kind] = (one for one in get_args(kind) if one is not NoneType)
    kind = getattr(kind, "__supertype__", kind)
    return dict if get_origin(kind) not in (None, tuple) else kind


def _word(member: Enum) -> str:
    return member.name.lower().replace("_", " ")


def _member(kind: type[Enum], table: Table, name: str) -> Enum:
    words = {_word(one): one for one in kind}
    found = words.get(table.text(name))
    if found is None:
        raise table.refused(name, f"one of: {', '.join(words)}")
    return found


def _codes(table: Table) -> dict[str, dict[str, str]]:
    """The account codes of each company, in the words of the group."""
    return {
        company: {code: row.text(code) for code in row.arguments}
        for company, row in ((one, table.table(one)) for one in table.arguments)
    }


def group_plain(group: Group) -> dict[str, Plain]:
    """A group in plain values, of which `read_group` makes it again; the usual is left out."""
    return _plain_record(group)


def _plain_record(value: Any, usual: object = None) -> dict[str, Plain]:
    found = dict[str, Plain]()
    for one in attrs.fields(type(value)):
        held = getattr(value, one.name)
        default = _default(one, value) if usual is None else getattr(usual, one.name)
        if held != default:
            found[one.name] = _plain(held, default)
    return found


def _default(field: attrs.Attribute[Any], value: object) -> object:
    default: Any = field.default
    if not isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return default
    return default.factory(value) if default.takes_self else default.factory()


def _plain(value: Any, usual: object) -> Plain:
    if isinstance(value, str | bool | int | date):
        return value
    if isinstance(value, Money):
        return f"{value.currency.code} {canonical(value.amount)}"
    if isinstance(value, Currency):
        return value.code
    if isinstance(value, Fraction):
        return _share_text(value)
    if isinstance(value, Enum):
        return _word(value)
    if isinstance(value, tuple):
        return [_plain_record(one) for one in value]
    if isinstance(value, Mapping):
        return {name: dict(codes) for name, codes in value.items()}
    return _plain_record(value, usual if isinstance(usual, type(value)) else None)


def _share_text(share: Fraction) -> str:
    """A decimal where few digits say it all, else the fraction."""
    for digits in range(_LONGEST_DECIMALS):
        scaled = share * 10**digits
        if scaled.denominator == 1:
            return canonical(Decimal(scaled.numerator).scaleb(-digits))
    return f"{share.numerator}/{share.denominator}"
