"""How a kit states a promise and what it raises when the promise is broken."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Generic, TypeVar
from unittest import SkipTest

from fxcrm.errors import FxcrmError

E = TypeVar("E", bound=FxcrmError)


class PromiseBroken(AssertionError):
    """An adapter did not do what its port promises."""


def expect(promise: str, actual: object, expected: object) -> None:
    """Raises `PromiseBroken`, naming the promise, unless the two are equal."""
    if actual != expected:
        raise PromiseBroken(f"{promise}\n  expected: {expected!r}\n  got:      {actual!r}")


class Refusal(Generic[E]):
    """What was refused inside `refused`, once it was."""

    error: E

    def operands(self, *names: str) -> tuple[Any, ...]:
        """The operands that the error carries."""
        return tuple(getattr(self.error, name) for name in names)


@contextmanager
def refused(promise: str, kind: type[E]) -> Iterator[Refusal[E]]:
    """Raises `PromiseBroken` unless the block raises an error of exactly this kind."""
    refusal: Refusal[E] = Refusal()
    try:
        yield refusal
    except kind as error:
        refusal.error = error
        return
    except Exception as other:
        broken = f"{promise}\n  expected: {kind.__name__}\n  got:      {other!r}"
        raise PromiseBroken(broken) from other
    raise PromiseBroken(f"{promise}\n  expected: {kind.__name__}\n  got:      no error")


class NotShown(SkipTest):
    """A promise that this kit can not show without a further hook; pytest counts it as skipped."""


def holds(promise: str, held: object, got: object = "that it does not hold") -> None:
    """Raises `PromiseBroken`, naming the promise and what was got, unless ``held`` is true."""
    if not held:
        raise PromiseBroken(f"{promise}\n  got:      {got!r}")


class Contract:
    """What a kit is made of: each ``test_`` method is a promise, its docstring says which.

    An error that no promise foresees breaks the promise in which it comes up, so that every
    failure is named.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, test in list(vars(cls).items()):
            if name.startswith("test_") and callable(test):
                setattr(cls, name, _named(test))


def _named(test: Callable[..., None]) -> Callable[..., None]:
    """The test, with unforeseen errors as broken promises."""

    @wraps(test)
    def named(*args: Any, **kwargs: Any) -> None:
        try:
            test(*args, **kwargs)
        except (AssertionError, SkipTest):
            raise
        except Exception as error:
            broken = f"{sentence(test)}\n  expected: no error\n  got:      {error!r}"
            raise PromiseBroken(broken) from error

    return named


def sentence(test: Callable[..., None]) -> str:
    """The first sentence of a promise, or its name where it has none."""
    first = " ".join((inspect.getdoc(test) or "").partition("\n\n")[0].split())
    name = test.__name__.removeprefix("test_").replace("_", " ")
    return first.partition(". ")[0].rstrip(".") or name
