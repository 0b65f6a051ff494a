"""The failure tree: every leaf of the package, walked and tried with plain and hostile operands."""

from __future__ import annotations

import copy
import pickle
import pkgutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from inspect import get_annotations
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fxcrm
from fxcrm.errors import (
    CallError,
    EnvironmentFailed,
    FxcrmError,
    InputRefused,
    NotThere,
    RuleRefused,
    shown,
)
from fxcrm.money import Money

ROOTS = {
    CallError: TypeError,
    InputRefused: ValueError,
    NotThere: LookupError,
    RuleRefused: RuntimeError,
    EnvironmentFailed: OSError,
}
LONGEST_MESSAGE = 2_000
UNSHOWN = {
    "CurrencyNotNamed": {"locale"},
    "NobodyAnswered": {"causes"},  # the reason tells each of them
    "ValueWithoutAmount": {"balances"},  # they are named in words
    "RowsRefused": {"problems"},  # the message shows the first of them
}


def _below(kind: type[FxcrmError]) -> Iterator[type[FxcrmError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _leaves() -> list[type[FxcrmError]]:
    for module in pkgutil.walk_packages(fxcrm.__path__, "fxcrm."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = {one for one in _below(FxcrmError) if one.__module__.startswith("fxcrm.")}
    return sorted(found - set(ROOTS), key=lambda one: (one.__module__, one.__name__))


LEAVES = _leaves()
each_leaf = pytest.mark.parametrize("leaf", LEAVES, ids=lambda one: one.__name__)


def _kinds(leaf: type[FxcrmError]) -> dict[str, str]:
    """The operands that a class and its parents declare, with their annotations as text."""
    found: dict[str, str] = {}
    for one in reversed(leaf.__mro__):
        own = get_annotations(one)
        found |= {name: kind for name, kind in own.items() if "ClassVar" not in str(kind)}
    return found


def _operand(name: str, kind: str) -> Any:
    """A value of the annotated kind that can be told from every other operand's."""
    if "datetime" in kind:
        return datetime(2026, 3, 2, 12, len(name), tzinfo=UTC)
    if "date" in kind:
        return date(2026, 3, 2 + len(name) % 20)
    if kind == "int":
        return 1_000 + len(name)
    if "Money" in kind:
        return Money(1_000 + len(name), "EUR")
    return f"the-{name}"


def _raised(leaf: type[FxcrmError]) -> FxcrmError:
    return leaf(**{name: _operand(name, kind) for name, kind in _kinds(leaf).items()})


def test_the_walk_finds_the_whole_tree() -> None:
    """Guards the tests below against an empty list: each root has leaves of its own."""
    for root in ROOTS:
        assert any(issubclass(leaf, root) for leaf in LEAVES), root
    assert len(LEAVES) > 50


@each_leaf
def test_a_leaf_belongs_to_one_root_and_is_its_builtin(leaf: type[FxcrmError]) -> None:
    """Who is to blame is one of five, and `except ValueError` and its kin work as expected."""
    roots = [root for root in ROOTS if issubclass(leaf, root)]
    assert len(roots) == 1
    assert issubclass(leaf, ROOTS[roots[0]])
    assert leaf.__doc__
    assert leaf.template != FxcrmError.template


@each_leaf
def test_a_leaf_takes_exactly_its_operands(leaf: type[FxcrmError]) -> None:
    """One operand less, one more, or a positional one is a mistake of the raising code."""
    operands = {name: _operand(name, kind) for name, kind in _kinds(leaf).items()}
    for name in operands:
        fewer = {key: value for key, value in operands.items() if key != name}
        with pytest.raises(TypeError, match="takes exactly"):
            leaf(**fewer)
    with pytest.raises(TypeError, match="takes exactly"):
        leaf(**operands, surplus=1)
    with pytest.raises(TypeError):
        leaf("positional", **operands)  # type: ignore[call-arg]


@each_leaf
def test_a_message_shows_every_operand(leaf: type[FxcrmError]) -> None:
    """Operands are attributes, and each of them stands in the message."""
    error = _raised(leaf)
    fields = {field for _, field, _, _ in Formatter().parse(leaf.template) if field}
    for name, kind in _kinds(leaf).items():
        value = _operand(name, kind)
        assert getattr(error, name) == value
        assert (str(value) in str(error)) == (name in fields), name
    assert fields == set(_kinds(leaf)) - UNSHOWN.get(leaf.__name__, set())


@each_leaf
def test_a_leaf_survives_pickling_and_copying(leaf: type[FxcrmError]) -> None:
    """Across a process border the kind, the operands and the message are the same."""
    error = _raised(leaf)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(again) is leaf
        assert vars(again) == vars(error)
        assert str(again) == str(error)
        assert again.args == error.args


HOSTILE = {
    "10 MB of text": "A" * 10_000_000,
    "10 MB of escapes": "\x00" * 10_000_000,
    "line breaks": "one\r\ntwo\u2028three",
    "braces": "{operand} {0} {__class__} %s",
    "a lone surrogate": "\ud800",
    "terminal control": "\x1b[2J",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_a_short_message_on_one_line(hostile: str) -> None:
    """Ten megabytes, control characters and format strings stay quoted and bounded in each leaf."""
    began = time.perf_counter()
    for leaf in LEAVES:
        message = str(leaf(**dict.fromkeys(_kinds(leaf), hostile)))
        assert len(message) <= LONGEST_MESSAGE, leaf
        assert message.isprintable(), leaf
    assert time.perf_counter() - began < 2


@given(st.text() | st.text("\\'\"\x00\n\ud800{}", max_size=500))
def test_what_is_shown_is_never_longer_than_promised(text: str) -> None:
    """At most 200 characters and the quotes, or the dots of what was cut."""
    assert len(shown(text)) <= 205
    assert shown(text).isprintable()
    if len(text) <= 50 and text.isalnum() and text.isascii():
        assert shown(text) == f"'{text}'"


def test_other_operands_are_shown_as_they_print() -> None:
    """Amounts, dates and numbers have no quotes; a long one is cut."""
    assert shown(Money("19.99", "EUR")) == "EUR 19.99"
    assert shown(date(2026, 3, 2)) == "2026-03-02"
    assert shown(Decimal("1.50")) == "1.50"
    assert len(shown(Decimal("1" * 100_000))) <= 205
    assert shown(None) == "None"


@given(st.integers())
def test_integers_of_any_size_are_shown(number: int) -> None:
    """Small ones in full; of a huge one, which Python refuses to print, the size (F18)."""
    assert shown(number) == str(number) or number.bit_length() > 640
    for huge in (number + 10**5000, number - 10**5000):
        assert len(shown(huge)) <= 205
        assert str(huge.bit_length()) in shown(huge)


def test_an_error_that_only_a_root_catches_is_still_told_apart() -> None:
    """`except FxcrmError` catches whatever the library raises on purpose, and nothing else."""
    with pytest.raises(FxcrmError):
        raise _raised(LEAVES[0])
    assert not issubclass(FxcrmError, (TypeError, ValueError, LookupError, RuntimeError, OSError))
