"""Which plural form a number takes, by the rules of CLDR, in integers alone.

Babel parses the rules; here they become relations between integers, each like "the last two
digits of the whole part are 11 to 14". Babel's own evaluation calculates in the caller's
decimal context, and takes several times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from fxcrm.formatting.locales import Key, locale_of

_Operand = Callable[[str, str], int | None]

# CLDR's operands, from the whole part and the decimals as they are shown; those that need the
# value of the whole part come last. A number with a fraction lies in no range: it is None.
_OPERANDS: Final[Mapping[str, _Operand]] = MappingProxyType(
    {
        "v": lambda _, decimals: len(decimals),
        "w": lambda _, decimals: len(decimals.rstrip("0")),
        "f": lambda _, decimals: int(decimals or "0"),
        "t": lambda _, decimals: int(decimals.rstrip("0") or "0"),
        "c": lambda _whole, _decimals: 0,
        "e": lambda _whole, _decimals: 0,
        "i": lambda whole, _: _value(whole),
        "n": lambda whole, decimals: None if decimals.strip("0") else _value(whole),
    }
)


def _value(whole: str) -> int:
    return abs(int(whole.replace(",", "")))


# An operand, or its rest after a division, is one of the numbers (True), or is none (False).
_Relation = tuple[_Operand, int | None, frozenset[int], bool]

# A category holds where in any of its groups all relations hold.
_Rule = tuple[str, tuple[tuple[_Relation, ...], ...]]


def plural_of(key: Key, whole: str, decimals: str) -> str:
    """The category of a number as it is shown: 1.00 is not 1 in English.

    ``whole`` and ``decimals`` are digits; a sign and commas make no difference.
    """
    for category, groups in _rules(key):
        for relations in groups:
            if _hold(relations, whole, decimals):
                return category
    return "other"


def _hold(relations: tuple[_Relation, ...], whole: str, decimals: str) -> bool:
    for operand, modulus, numbers, wanted in relations:
        value = operand(whole, decimals)
        if modulus and value is not None:
            value %= modulus
        if (value in numbers) is not wanted:
            return False
    return True


@lru_cache(maxsize=1024)
def _rules(key: Key) -> tuple[_Rule, ...]:
    """The rules as Babel parsed them, in its order."""
    abstract = locale_of(key).plural_form.abstract
    return tuple((category, tuple(_groups(tree))) for category, tree in abstract)


def _groups(tree: Any) -> list[tuple[_Relation, ...]]:
    kind, parts = tree
    if kind == "or":
        return [group for part in parts for group in _groups(part)]
    return [tuple(sorted(_relations(tree), key=_cost))]


def _cost(relation: _Relation) -> int:
    """Its place in the order in which relations are asked; all of a group have to hold anyway."""
    return [*_OPERANDS.values()].index(relation[0])


def _relations(tree: Any) -> list[_Relation]:
    kind, parts = tree
    if kind == "and":
        return [relation for part in parts for relation in _relations(part)]
    if kind == "not":
        return [(*relation[:3], False) for relation in _relations(parts[0])]
    _, (operand, inner), (_, ranges) = parts
    modulus = None
    if operand == "mod":
        (operand, _), (_, (modulus,)) = inner
    spans = (range(least, most + 1) for (_, (least,)), (_, (most,)) in ranges)
    return [(_OPERANDS[operand], modulus, frozenset(chain(*spans)), True)]
