"""Wording: a command in plain values (text, numbers, dates), as a file or a form gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.ledger import Group
from fxcrm.money import Money, parse_decimal
from fxcrm.usecases.deciding import Desk

E = TypeVar("E", bound=Enum)
T = TypeVar("T")
Plain = str | int | bool | date | list["Plain"] | dict[str, "Plain"]
WORKING_HOUR = time(17, 0, tzinfo=UTC)  # after the day's reference rates are published


class StepRefused(InputRefused):
    """A step that can not be understood."""

    step: str
    argument: str
    reason: str
    template = "step {step}, argument {argument}: {reason:plain}"


@attrs.frozen
class Step:
    """One command of a story: what to do, on which day, with which arguments.

    It happens at 17:00 UTC of its day, when the reference rates of the day are known.
    """

    do: str
    on: date
    arguments: Mapping[str, Plain] = attrs.field(factory=dict)

    @property
    def key(self) -> str:
        """The idempotency key: the command and the id (or else the day) of what it is about.

        What may happen to one thing again and again (a deal moves) is told apart by an argument
        ``key``, which every command takes.
        """
        told = self.arguments.get("key", self.arguments.get("id", self.on))
        return f"{self.do}:{told}"

    @property
    def at(self) -> datetime:
        """The instant of the step."""
        return datetime.combine(self.on, WORKING_HOUR)

    @property
    def content(self) -> str:
        """The whole step in words that do not depend on the order of its arguments."""
        given = (f"{name}={self.arguments[name]!r}" for name in sorted(self.arguments))
        return f"{self.do} on {self.on}: {', '.join(given)}"

    def text(self, name: str, default: str | None = None) -> str:
        """A text argument. Raises `StepRefused` where it is absent or of another kind."""
        return self._read(name, str, default)

    def some_text(self, name: str) -> str | None:
        """A text that may be left out; then None."""
        return self.text(name) if name in self.arguments else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none where it is left out."""
        found = self._read(name, list, [])
        for one in found:
            if not isinstance(one, str):
                raise self.refused(name, "a list of texts is expected")
        return tuple(one for one in found if isinstance(one, str))

    def member(self, name: str, kind: type[E], default: E | None = None) -> E:
        """The member of an enum by its value."""
        given = self.text(name, None if default is None else default.value)
        for one in kind:
            if one.value == given:
                return one
        raise self.refused(name, f"known are: {', '.join(str(one.value) for one in kind)}")

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._read(name, int, default)

    def day(self, name: str, default: date | None = None) -> date:
        """A date."""
        return self._read(name, date, default)

    def some_day(self, name: str) -> date | None:
        """A date that may be left out; then None."""
        return self.day(name) if name in self.arguments else None

    def number(self, name: str, default: str | None = None) -> Decimal:
        """A decimal, written as text so that it stays exact."""
        return parse_decimal(self.text(name, default))

    def some_number(self, name: str) -> Decimal | None:
        """A decimal that may be left out; then None."""
        return self.number(name) if name in self.arguments else None

    def some_currency(self, name: str) -> Currency | None:
        """A currency that may be left out; then None."""
        return self.currency(name) if name in self.arguments else None

    def currency(self, name: str) -> Currency:
        """A currency by its code."""
        return Currency(self.text(name))

    def money(self, name: str, default: str | None = None) -> Money:
        """An amount, written ``USD 100.00``."""
        return Money.parse(self.text(name, default))

    def some_money(self, name: str) -> Money | None:
        """An amount that may be left out; then None."""
        return self.money(name) if name in self.arguments else None

    def rows(self, name: str, known: str = "") -> list[Step]:
        """A list of tables, each read like the arguments of a step; ``known`` are theirs."""
        rows = self._read(name, list, [])
        for row in rows:
            if not isinstance(row, dict):
                raise self.refused(name, "a list of tables is expected")
            if known:
                refuse_unknown(attrs.evolve(self, arguments=row), known)
        return [attrs.evolve(self, arguments=row) for row in rows if isinstance(row, dict)]

    def some_rows(self, name: str, known: str = "") -> list[Step] | None:
        """A list of tables that may be left out; then None."""
        return self.rows(name, known) if name in self.arguments else None

    def gives(self, name: str) -> bool:
        """Whether an argument is there at all, to refuse one that would say nothing."""
        return name in self.arguments

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self.arguments.get(name, False)
        if not isinstance(value, bool):
            raise self.refused(name, f"true or false is expected, not a {type(value).__name__}")
        return value

    def refused(self, name: str, reason: str) -> StepRefused:
        """The refusal of an argument, to be raised."""
        return StepRefused(step=self.key, argument=name, reason=reason)

    def _read(self, name: str, kind: type[T], default: T | None) -> T:
        value = self.arguments.get(name, default)
        if value is None:
            raise self.refused(name, "it is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            reason = f"a {kind.__name__} is expected, not a {type(value).__name__}"
            raise self.refused(name, reason)
        return value


def refuse_unknown(table: Step, known: str) -> None:
    """A misspelt name is refused, not left out."""
    for name in sorted(set(table.arguments) - set(known.split())):
        raise table.refused(name, f"known are: {known}")


@attrs.frozen
class Command:
    """How a step is carried out, and which arguments it knows."""

    run: Callable[[Desk, Step, Group], object]
    arguments: frozenset[str]

    @classmethod
    def of(cls, arguments: str, run: Callable[[Desk, Step, Group], object]) -> Command:
        """A command that knows these arguments, named with spaces between them."""
        return cls(run, frozenset(arguments.split()))
