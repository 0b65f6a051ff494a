"""One operation done by several sides, measured in turns and told as ratios of medians.

A ``Side`` is the text of an operation with columns of operands; the text itself is timed, so
no call around it is counted. An ``Operation`` is our side, those of the peers and a floor: the
least that Python needs for it. ``measured`` first compares what all sides answer, then times
them in interleaved rounds (A B C, B C A ...) without the garbage collector, in processor time
of this process, so that a busy moment of the machine hits all sides alike.

Nothing here judges a time: figures are printed and written down, never asserted.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_UP, Context, localcontext
from itertools import chain
from math import gcd
from pathlib import Path
from statistics import median
from string import Formatter
from timeit import Timer
from typing import Any

import attrs

# What a program that embeds us may have set; an exact operation does not notice.
TINY = Context(prec=3, rounding=ROUND_UP)
EXACT = "exact under any context"

# So many operands stand in one turn of the loop, so that the loop itself hardly counts.
_ABREAST = 10
_FEWEST_ROUNDS = 3
_SLOW = 0.3


class AnswersDiffer(AssertionError):
    """A side answers something else and does not say so, or says so and answers the same."""


def as_they_are(results: list[Any]) -> list[Any]:
    """Results that can be compared without being changed."""
    return results


@attrs.frozen
class Side:
    """One way to do an operation.

    ``expression``  what is timed: ``"{a} + {b}"``, where a and b are columns
    ``columns``     operands by name, all equally long; each turn takes the next of each
    ``names``       what else the expression speaks of
    ``compared``    makes of the results what is compared with the results of other sides
    ``differs``     in which respect the results are others; empty where they are the same
    ``lacks``       what is promised elsewhere and not kept here; empty where nothing is missing
    """

    name: str
    expression: str
    columns: Mapping[str, Sequence[Any]]
    names: Mapping[str, Any] = attrs.Factory(dict)
    compared: Callable[[list[Any]], list[Any]] = as_they_are
    differs: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """How many operations one pass over the columns does."""
        return min(len(column) for column in self._used.values())

    @property
    def _used(self) -> dict[str, Sequence[Any]]:
        fields = {field for _, field, _, _ in Formatter().parse(self.expression) if field}
        return {name: self.columns[name] for name in sorted(fields)}

    def timer(self, form: str = "{}", **more: Any) -> Timer:
        """One pass over the columns; ``form`` is what happens to each result."""
        abreast = gcd(self.length, _ABREAST)
        table = list(zip(*self._used.values(), strict=True))
        rows = [
            tuple(chain(*table[start : start + abreast]))
            for start in range(0, self.length, abreast)
        ]
        places = [{name: f"{name}{place}" for name in self._used} for place in range(abreast)]
        targets = ", ".join(chain(*(place.values() for place in places)))
        work = "; ".join(form.format(self.expression.format(**place)) for place in places)
        known = {**self.names, **more, "rows": rows}
        return Timer(f"for {targets}, in rows: {work}", timer=time.process_time, globals=known)

    def answers(self, context: Context | None = None) -> list[Any]:
        """What comes out, as it is compared; ``context`` holds while it is calculated."""
        results: list[Any] = []
        keeping = self.timer("keep({})", keep=results.append)
        with localcontext(context):
            keeping.timeit(1)
        return self.compared(results)

    @property
    def is_exact(self) -> bool:
        """Whether the answers are the same under a context of three digits."""
        try:
            return self.answers(TINY) == self.answers()
        except Exception:  # whatever it raises, it is no answer
            return False


@attrs.frozen
class Operation:
    """The same operation on our side, on those of the peers, and at its floor if there is one."""

    name: str
    ours: Side
    peers: tuple[Side, ...] = ()
    floor: Side | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        """All that is measured, ours first."""
        return (self.ours, *self.peers, *([self.floor] if self.floor else []))


@attrs.frozen
class Row:
    """Medians of one operation against one peer, in nanoseconds; None where there is none."""

    name: str
    ours_ns: float
    peer: str | None
    peer_ns: float | None
    floor_ns: float | None

    @property
    def speed(self) -> float | None:
        """How many times faster than the peer we are."""
        return self.peer_ns / self.ours_ns if self.peer_ns else None

    @property
    def above_floor(self) -> float | None:
        """How many times the floor we take."""
        return self.ours_ns / self.floor_ns if self.floor_ns else None


@attrs.frozen
class Effort:
    """How long to measure one operation.

    ``rounds``       at most so many, three at least
    ``slice``        seconds that one side takes in one round, at least one pass
    ``budget``       seconds for all sides and rounds, kept to where three rounds fit
    ``operands``     so many different ones, that no side lives off a cache of its last results;
                     what a side keeps for all of them is told with its row
    ``slow_rounds``  so many for a side of which one pass takes more than 0.3 s
    """

    rounds: int
    slice: float
    budget: float
    operands: int
    slow_rounds: int


QUICK = Effort(rounds=9, slice=0.001, budget=0.2, operands=200, slow_rounds=1)
THOROUGH = Effort(rounds=51, slice=0.005, budget=5.0, operands=1_000, slow_rounds=3)


def check(operation: Operation) -> None:
    """Every side gives the answers of ours, or says in which respect not. ``AnswersDiffer``."""
    expected = operation.ours.answers()
    for side in operation.sides[1:]:
        if (side.answers() == expected) is bool(side.differs):
            told = f"differ ({side.differs})" if side.differs else "answer the same"
            raise AnswersDiffer(f"{operation.name}: {side.name} should {told}")


def measured(operation: Operation, effort: Effort) -> list[Row]:
    """One row for each peer, or one without a peer. The answers are compared before."""
    check(operation)
    found = medians(operation.sides, effort)
    ours, *others = found
    floor = others.pop() if operation.floor else None
    peers = zip((side.name for side in operation.peers), others, strict=True)
    rows = [Row(operation.name, ours, name, ns, floor) for name, ns in peers]
    return rows or [Row(operation.name, ours, None, None, floor)]


def medians(sides: Sequence[Side], effort: Effort) -> list[float]:
    """Nanoseconds of one operation on each side, over interleaved rounds."""
    timers = [side.timer() for side in sides]
    # The answers were compared before, so caches are warm; this says how long one pass takes.
    once = [timer.timeit(1) or effort.slice for timer in timers]
    passes = [max(1, round(effort.slice / seconds)) for seconds in once]
    slow = [seconds > _SLOW for seconds in once]
    # A slow side's only pass so far is as good as any other; a short one is not.
    taken = [[seconds] if late else [] for seconds, late in zip(once, slow, strict=True)]
    for turn in range(_rounds(once, passes, slow, effort)):
        for place in range(turn, turn + len(sides)):
            at = place % len(sides)
            if not slow[at] or turn < effort.slow_rounds:
                taken[at].append(timers[at].timeit(passes[at]) / passes[at])
    return [median(times) / side.length * 1e9 for times, side in zip(taken, sides, strict=True)]


def _rounds(once: list[float], passes: list[int], slow: list[bool], effort: Effort) -> int:
    """As many as the budget allows, slow sides not counted."""
    each = zip(once, passes, slow, strict=True)
    cost = sum(seconds * count for seconds, count, late in each if not late)
    fitting = round(effort.budget / cost) if cost else effort.rounds
    return max(_FEWEST_ROUNDS, min(effort.rounds, fitting))


def options(about: str, *more: Callable[[argparse.ArgumentParser], object]) -> argparse.Namespace:
    """``--quick`` and ``--json FILE``, which every benchmark takes, and ``more``."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under 40 s in all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file")
    for add in more:
        add(parser)
    return parser.parse_args()


def as_json(rows: Iterable[Row]) -> str:
    """A list of records: name, ours_ns, peer, peer_ns, floor_ns."""
    return json.dumps([attrs.asdict(row) for row in rows], indent=1) + "\n"


def machine() -> str:
    """What the figures were taken with, as the first line of a report."""
    return f"{platform.python_implementation()} {platform.python_version()}, ratios of one run"


def ratio(value: float | None) -> str:
    """``1.38x``, or a dash."""
    return "-" if value is None else f"{value:.2f}x"


def told(operation: Operation, rows: Iterable[Row]) -> str:
    """The rows of one operation as lines of a table, each with what the peer does not promise."""
    rows = list(rows)
    head = f"{operation.name:<36} {_time(rows[0].ours_ns)}  {ratio(rows[0].above_floor):>7}"
    return "\n".join([head, *(_line(row, operation) for row in rows if row.peer)])


def _line(row: Row, operation: Operation) -> str:
    side = next(side for side in operation.peers if side.name == row.peer)
    remarks = [f"answers otherwise: {side.differs}"] if side.differs else []
    remarks += [f"weaker, does not keep: {', '.join(side.lacks)}"] if side.lacks else []
    remark = "; ".join(remarks) or "the same promises"
    return f"    {side.name:<32} {_time(row.peer_ns or 0)}  {ratio(row.speed):>7}  {remark}"


def _time(nanoseconds: float) -> str:
    if nanoseconds >= 1e6:
        return f"{nanoseconds / 1e6:8.1f} ms"
    if nanoseconds >= 1e4:
        return f"{nanoseconds / 1e3:8.1f} us"
    return f"{nanoseconds:8.0f} ns"
