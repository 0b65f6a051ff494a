"""A report of what a kit proved: each promise in words, and what became of it.

A kit is an ordinary class, so this needs no pytest: each promise is run on an instance of its
own, with ``setup_method`` and ``teardown_method`` around it where the class has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any
from unittest import SkipTest

import attrs

from fxcrm.testing.contracts.promises import PromiseBroken, sentence


class Outcome(Enum):
    """What became of a promise."""

    PROVED = "proved"
    BROKEN = "BROKEN"
    NOT_SHOWN = "not shown"


@attrs.frozen
class Promise:
    """One promise of a kit; ``message`` says what broke it, or why it was not shown."""

    test: str
    says: str
    outcome: Outcome
    message: str = ""

    def __str__(self) -> str:
        below = "".join(f"\n{' ' * 13}{line}" for line in self.message.splitlines())
        return f"{self.outcome.value:<9}  {self.says}{below}"


@attrs.frozen
class Report:
    """Every promise of a kit in the order in which it states them."""

    kit: str
    promises: tuple[Promise, ...]

    def of(self, outcome: Outcome) -> tuple[Promise, ...]:
        """The promises with one outcome."""
        return tuple(one for one in self.promises if one.outcome is outcome)

    @property
    def holds(self) -> bool:
        """Whether there are promises and none of them was broken."""
        return bool(self.promises) and not self.of(Outcome.BROKEN)

    def __str__(self) -> str:
        counts = ", ".join(f"{len(self.of(one))} {one.value}" for one in Outcome)
        return "\n".join([f"{self.kit}: {counts}", *(f"  {one}" for one in self.promises)])


def proved(kit: Callable[[], Any]) -> Report:
    """Run every promise of a kit: ``print(proved(TestMyStore))``.

    ``kit`` is your subclass of a contract, or whatever makes an instance of it. Nothing that a
    promise raises leaves this function: it is told in the report.
    """
    name = getattr(kit, "__name__", type(kit).__name__)
    return Report(name, tuple(_run(kit, test) for test in _tests(type(kit()))))


def _tests(kit: type) -> Iterator[str]:
    """The promises as they are written, those of the class first that others build on."""
    members = [name for one in reversed(kit.__mro__) for name in vars(one)]
    return (name for name in dict.fromkeys(members) if name.startswith("test_"))


def _run(kit: Callable[[], Any], test: str) -> Promise:
    one = kit()
    says = sentence(getattr(one, test))
    try:
        _carry_out(one, test)
    except SkipTest as reason:
        return Promise(test, says, Outcome.NOT_SHOWN, str(reason))
    except PromiseBroken as broken:
        return Promise(test, says, Outcome.BROKEN, str(broken))
    except Exception as error:  # whatever it is, it is the adapter that let it through
        return Promise(test, says, Outcome.BROKEN, f"{type(error).__name__}: {error}")
    return Promise(test, says, Outcome.PROVED)


def _carry_out(one: Any, test: str) -> None:
    try:
        getattr(one, "setup_method", _nothing)()
        getattr(one, test)()
    finally:
        getattr(one, "teardown_method", _nothing)()


def _nothing() -> None:
    """What a kit without set-up does."""
