"""Chance from a seed: a generator of our own, so that a seed gives one year on every Python.

SplitMix64 (Steele, Lea, Flood 2014): an odd step added modulo 2**64, then mixed. It is quick,
even, and of no use for secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORD = 2**64
_STEP = 0x9E3779B97F4A7C15
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT = 31
_WHOLE = 100  # percent


class Chance:
    """Draws that follow from the seed alone."""

    def __init__(self, seed: int) -> None:
        self._state = seed % _WORD

    def word(self) -> int:
        """64 bits."""
        self._state = (self._state + _STEP) % _WORD
        mixed = self._state
        for shift, factor in _MIX:
            mixed = (mixed ^ (mixed >> shift)) * factor % _WORD
        return mixed ^ (mixed >> _LAST_SHIFT)

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included, each as likely as the next."""
        span = most - least + 1
        fair = _WORD - _WORD % span  # beyond it some numbers would come up more often
        while (drawn := self.word()) >= fair:
            pass
        return least + drawn % span

    def one_of(self, things: Sequence[T]) -> T:
        """One of some, each as likely as the next."""
        return things[self.between(0, len(things) - 1)]

    def falls(self, percent: int) -> bool:
        """Whether something happens that happens so often."""
        return self.between(1, _WHOLE) <= percent

    def weighted(self, things: Sequence[tuple[int, T]]) -> T:
        """One of some, each as likely as its weight says; weights are whole numbers."""
        drawn = self.between(1, sum(weight for weight, _ in things))
        for weight, one in things:
            drawn -= weight
            if drawn <= 0:
                return one
        raise AssertionError("the weights were added up above")
