"""Roll-forwards in lines and as plain values: how a figure of the group got from year to year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fxcrm.money import Rounding
from fxcrm.usecases.rolling import Roll


def roll_texts(rolls: Iterable[Roll]) -> Iterator[str]:
    """Each with an empty line before it; years of one figure follow one another."""
    held = tuple(rolls)
    for name in dict.fromkeys((one.what, one.of) for one in held):
        yield ""
        yield f"{name[0]} of {name[1]}"
        for one in held:
            if (one.what, one.of) == name:
                yield from _lines(one)


def _lines(roll: Roll) -> Iterator[str]:
    yield _line(f"{roll.as_of.year}, opening", roll.opening)
    for text, amount in roll.moves:
        yield _line(text, amount)
    told = f"rounding {roll.rounding} of at most {roll.bound.rounded(Rounding.DOWN)}"
    yield f"{_line('closing', roll.closing)}  {told}"


def _line(text: str, amount: object) -> str:
    return f"  {text:36} {amount!s:>20}"


def roll_values(roll: Roll) -> dict[str, object]:
    """The same as plain values; amounts are text."""
    return {
        "what": roll.what,
        "of": roll.of,
        "as_of": str(roll.as_of),
        "opening": str(roll.opening),
        "moves": {text: str(amount) for text, amount in roll.moves},
        "closing": str(roll.closing),
        "rounding": str(roll.rounding),
        "bound": str(roll.bound.rounded(Rounding.DOWN)),
    }
