"""Frozen classes that do not load attrs behave as those of attrs do."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
import weakref
from typing import Any, ClassVar

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError
from cattrs import Converter
from hypothesis import given
from hypothesis import strategies as st

from fxcrm import _freezing
from fxcrm.rates import CurrencyPair, Fixing, RatePolicy, Side

ALIKE = [attrs.frozen, _freezing.frozen]


def short(self: Any, _: object, value: str) -> None:
    """Refuses long names; fields that come later are there already, as with attrs."""
    if len(value) > self.most:
        raise ValueError(value)


def declared(frozen: Any, field: Any, **options: Any) -> Any:
    """One class, declared in the same words to either."""

    class Sample:
        """A name, some tags, and what follows from them."""

        kind: ClassVar[str] = "sample"
        name: str = field(validator=short)
        tags: tuple[str, ...] = field(default=(), converter=tuple)
        most: int = 5
        notes: list[str] = field(factory=list, eq=False)
        length: Any = field(init=False, eq=False, repr=False)

        @length.default  # type: ignore[untyped-decorator] # of either library
        def _length(self) -> int:
            return len(self.name) + len(self.tags)

        def __attrs_post_init__(self) -> None:
            if self.length > 7:
                raise OverflowError(self.length)

    return frozen(Sample, **options)


THEIRS = declared(attrs.frozen, attrs.field, cache_hash=True)
OURS = declared(_freezing.frozen, _freezing.field, cache_hash=True)
Sample = OURS  # where pickle looks for it
OURS.__qualname__ = THEIRS.__qualname__ = "Sample"
BY_IDENTITY = [
    declared(attrs.frozen, attrs.field, eq=False),
    declared(_freezing.frozen, _freezing.field, eq=False),
]

names = st.text("ab", max_size=6)
calls = st.tuples(
    st.lists(st.one_of(names, st.lists(names, max_size=3), st.integers(0, 7)), max_size=5),
    st.dictionaries(
        st.sampled_from(["name", "tags", "most", "notes", "length", "other"]),
        st.one_of(names, st.integers(0, 7)),
        max_size=3,
    ),
)


def outcome(kind: Any, args: list[Any], named: dict[str, Any]) -> object:
    """The fields and the repr of what is made, or the type of what is raised."""
    try:
        made = kind(*args, **named)
    except (TypeError, ValueError, OverflowError) as refused:
        return type(refused)
    return made.name, made.tags, made.most, made.notes, made.length, repr(made)


@given(calls)
def test_every_call_gives_what_attrs_gives(call: tuple[list[Any], dict[str, Any]]) -> None:
    """Positions, names, defaults, converters, checks and their order; and the same refusals."""
    args, named = call
    assert outcome(OURS, args, named) == outcome(THEIRS, args, named)


@given(names, names, st.integers(5, 7), st.integers(5, 7))
def test_equality_is_that_of_attrs(one: str, other: str, most: int, more: int) -> None:
    """By the fields that count, within one class; equal ones hash alike."""
    made = [[kind(one[:4], (), most), kind(other[:4], (), more, ["x"])] for kind in (OURS, THEIRS)]
    assert (made[0][0] == made[0][1]) is (made[1][0] == made[1][1])
    assert made[0][0] != made[1][0]
    assert (hash(made[0][0]) == hash(made[0][1])) is (made[0][0] == made[0][1])


def test_without_eq_identity_counts() -> None:
    """As with attrs: two of them are two, and each can be a key."""
    for kind in BY_IDENTITY:
        one, other = kind("a"), kind("a")
        assert one != other
        assert len({one, other, one}) == 2


@pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "theirs"])
def test_nothing_can_be_set_or_deleted(kind: Any) -> None:
    """No field, nothing else; the error is that of attrs."""
    made = kind("a")
    hash(made)
    for name in ("name", "length", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, "b")
    with pytest.raises(FrozenInstanceError):
        del made.name
    assert not hasattr(made, "__dict__")
    assert weakref.ref(made)() is made


def test_copies_and_pickles_are_equal() -> None:
    """Their hash is not carried along: it may differ in another process."""
    made = OURS("a", ["x"], notes=["n"])
    hash(made)
    pickled = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    for again in (copy.copy(made), copy.deepcopy(made), pickled):
        assert again == made
        assert (again.notes, again.length) == (["n"], 2)
        assert "_hash" not in again.__getstate__()


def test_attrs_knows_the_fields() -> None:
    """What reads classes by their fields reads ours: attrs, evolve, cattrs, ``match``."""
    assert attrs.fields(OURS)
    for ours, theirs in zip(attrs.fields(OURS), attrs.fields(THEIRS), strict=True):
        told = ("name", "init", "eq", "repr", "validator", "converter", "type", "alias")
        assert [getattr(ours, one) for one in told] == [getattr(theirs, one) for one in told]
    made = OURS("a", ("b",))
    assert attrs.evolve(made, name="c") == OURS("c", ("b",)) == _freezing.evolve(made, name="c")
    assert attrs.asdict(made) == attrs.asdict(THEIRS("a", ("b",)))
    assert Converter().structure({"name": "a", "tags": ["b"]}, OURS) == made
    assert OURS.__match_args__ == THEIRS.__match_args__
    assert str(inspect.signature(OURS)) == str(inspect.signature(THEIRS))


def test_a_copy_is_checked_too() -> None:
    """Evolving into what may not be is refused as building it is."""
    with pytest.raises(ValueError, match="abcdef"):
        _freezing.evolve(OURS("a"), name="abcdef")
    with pytest.raises(TypeError):
        _freezing.evolve(OURS("a"), length=3)


def test_an_unknown_attribute_of_the_class_is_an_attribute_error() -> None:
    """The class tells attrs of its fields, and makes up nothing else."""
    with pytest.raises(AttributeError, match=r"RatePolicy.*'max_ages'"):
        RatePolicy.max_ages  # type: ignore[attr-defined] # noqa: B018 - that is what fails


def test_a_rate_is_found_without_attrs() -> None:
    """From the start of a process to a rate nothing loads attrs: it would be half of the time."""
    pytest.importorskip("currency_converter")
    code = """
import sys
from datetime import date
from fxcrm import Money
from fxcrm.adapters.ecb import EcbHistory
EcbHistory().fetch().table.convert(Money("1", "USD"), "JPY", date(2020, 3, 31))
print(*({"attr", "inspect", "dataclasses", "zipfile", "pathlib", "dateutil"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"


def test_published_values_are_what_attrs_would_make_of_them() -> None:
    """The classes that are declared so, by one of each kind of field."""
    policy = RatePolicy(max_age=3, side=Side.BID)
    assert attrs.evolve(policy, max_age=4).max_age == 4
    assert [one.name for one in attrs.fields(CurrencyPair)] == ["base", "counter"]
    assert attrs.fields(Fixing).known_at.default is None
    assert hash(policy) == hash(RatePolicy(max_age=3, side=Side.BID))
