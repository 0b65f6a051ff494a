"""Frozen classes with slots, declared in the words of attrs, without loading attrs.

Values are ``attrs.frozen`` throughout this library. Loading attrs takes longer than everything
else between the start of a process and its first rate, so the few classes on that way are
declared from here: ``frozen``, ``field``, ``@name.default``, ``__attrs_post_init__``, ``evolve``.
To whoever has attrs (``attrs.fields``, ``attrs.evolve``, cattrs) they are classes of attrs, and
type checkers see attrs itself. How it is done stands in ``fxcrm._freezing``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrs import evolve as evolve
    from attrs import field as field
    from attrs import frozen as frozen
else:
    from fxcrm._freezing import evolve, field, frozen

__all__ = ["evolve", "field", "frozen"]
