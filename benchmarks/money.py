"""Money against its peers, against bare decimals and against a bare object of two slots.

    python benchmarks/money.py [--quick] [--json FILE] [--only TEXT]

Prints what each library promises (found out by asking it), then each operation with the speed
against each peer, then the figures this library has set itself. Nothing is asserted of a time.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

if not __package__:  # started as a file: `import money` has to find the peer, and not this file
    sys.path[0] = str(Path(__file__).parents[1])

import attrs

from benchmarks import guarantees, measuring, peers
from benchmarks.measuring import EXACT, QUICK, THOROUGH, Effort, Operation, Row, Side
from benchmarks.peers import Library
from benchmarks.tasks import ITEMS, SAMPLE, tasks

# By the beginning of an operation's name: at least so many times the speed of the fastest peer.
FIGURES = {
    "add": 1.2,
    "subtract": 1.2,
    "total": 6,
    "compare": 0.95,
    "hash": 1.2,
    "multiply": 1.2,
    "round": 2,
    "split": 5,
    "parse": 8,
    "format": 15,
}
# Building is held against those that look at the amount, and apart against those that do not.
UNVALIDATED, VALIDATED = 0.65, 1
ABOVE_FLOOR = 1.3

# Bare decimals know no currency: they are shown beside the peers and are none.
_NO_PEER = "Decimal"
_BARE = "checks the currency and nothing else"

Speeds = Mapping[str, float]


@attrs.frozen
class Verdict:
    """A figure that is set, beside what was measured.

    ``against`` is the peer and why it is this one; ``lacks`` is what that peer does not keep of
    the promises of this operation, empty where it keeps all of them.
    """

    name: str
    figure: float
    bound: str
    met: bool
    against: str
    lacks: str = ""

    def __str__(self) -> str:
        word = "met" if self.met else "NOT MET"
        return f"{self.name:<38}{self.figure:7.2f}x  {self.bound:<14} {word:<8} {self.against}"


def operations(
    found: Sequence[Library], count: int, items: int = ITEMS, only: str = ""
) -> Iterator[Operation]:
    """Each task done by us, by the peers that can do it, and at its floor."""
    us, floor = peers.ours(), peers.floor()
    kept = {library.name: guarantees.promises(library) for library in (us, floor, *found)}
    # A few operands are enough to see whether a side depends on the decimal context.
    for task, small in zip(tasks(count, items), tasks(SAMPLE, SAMPLE), strict=True):
        if only in task.name:
            sides = {
                library.name: _with_exactness(
                    task.side(library, kept[library.name]), small.side(library, {})
                )
                for library in (us, *found, floor)
                if task.expression in library.expressions
            }
            ours, bottom = sides.pop(us.name), sides.pop(floor.name, None)
            yield Operation(task.name, ours, tuple(sides.values()), bottom)


def _with_exactness(side: Side, small: Side) -> Side:
    return side if small.is_exact else attrs.evolve(side, lacks=(*side.lacks, EXACT))


def promised(found: Sequence[Library], done: Sequence[Operation]) -> str:
    """The table of guarantees: every probe, and which operations no context disturbs."""
    columns = {}
    for library in (peers.ours(), *found, peers.floor()):
        exact = {
            f"{operation.name}: any context": EXACT not in side.lacks
            for operation in done
            for side in operation.sides
            if side.name == library.name
        }
        columns[library.name] = {**guarantees.promises(library), **exact}
    return guarantees.table(columns)


def verdicts(
    operation: Operation, rows: Sequence[Row], validating: Collection[str]
) -> Iterator[Verdict]:
    """A verdict on each figure that is set for this operation, and whether it is met."""
    speeds = {
        row.peer: row.speed for row in rows if row.speed and row.peer and row.peer != _NO_PEER
    }
    for begins, least in FIGURES.items():
        if operation.name.startswith(begins):
            yield from _against(operation, speeds, least)
    if operation.name.startswith("construct"):
        lax = speeds.keys() - set(validating)
        for names, least, whose in (
            (lax, UNVALIDATED, "that take any amount"),
            (validating, VALIDATED, "that look at the amount"),
        ):
            if name := _fastest(speeds, names):
                yield _verdict(operation, speeds, name, least, whose)
    if operation.name == "add" and rows[0].above_floor:
        figure = rows[0].above_floor
        met = figure <= ABOVE_FLOOR
        yield Verdict("add", figure, f"at most {ABOVE_FLOOR}", met, "two slots", _BARE)


def _against(operation: Operation, speeds: Speeds, least: float) -> Iterator[Verdict]:
    """Against the fastest of all peers, and of those whose row counts as much as ours."""
    lacks = {side.name: {*side.lacks, side.differs} - {""} for side in operation.peers}
    groups = {
        "of all peers": set(speeds),
        "that refuse as much": {name for name in lacks if lacks[name] <= {EXACT}},
        "that promise the same": {name for name in lacks if not lacks[name]},
    }
    told: set[str] = set()
    for whose, names in groups.items():
        found = _fastest(speeds, names)
        if found and found not in told:
            told.add(found)
            yield _verdict(operation, speeds, found, least, whose)


def _fastest(speeds: Speeds, names: Collection[str]) -> str | None:
    """Which of these peers we are the least ahead of, if any was measured."""
    return min(speeds.keys() & names, key=lambda name: speeds[name], default=None)


def _verdict(operation: Operation, speeds: Speeds, name: str, least: float, whose: str) -> Verdict:
    against, speed = f"{name}, fastest {whose}", speeds[name]
    lacks = _lacks(operation, name)
    return Verdict(operation.name, speed, f"at least {least}", speed >= least, against, lacks)


def _lacks(operation: Operation, name: str) -> str:
    """What a side does not keep, and in which respect it answers otherwise."""
    side = next(side for side in operation.peers if side.name == name)
    return "; ".join([*side.lacks, *([side.differs] if side.differs else [])])


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(
        __doc__ or "",
        lambda parser: parser.add_argument("--only", default="", help="operations named so"),
    )
    effort = QUICK if given.quick else THOROUGH
    warnings.simplefilter("ignore")  # what the peers warn of is told in the table of guarantees
    found, missing = peers.installed()
    print(measuring.machine(), *(f"{each.name} {each.version}" for each in found), sep="; ")
    for name, reason in missing.items():
        print(f"not measured: {name}: {reason}")
    done = list(operations(found, effort.operands, only=given.only))
    print(f"\nWhat each library promises, found out by asking it\n\n{promised(found, done)}")
    print("\nOperations: ours with the multiple of the floor, peers with how much faster we are\n")
    rows = {each.name: _measured(each, effort) for each in done}
    print("\nThe figures this library has set itself\n")
    validating = [each.name for each in found if guarantees.promises(each)["refuses 'NaN'"]]
    for operation in done:
        for line in verdicts(operation, rows[operation.name], validating):
            print(line)
    if given.json:
        every = [row for some in rows.values() for row in some]
        given.json.write_text(measuring.as_json(every), encoding="utf-8")


def _measured(operation: Operation, effort: Effort) -> list[Row]:
    rows = measuring.measured(operation, effort)
    print(measuring.told(operation, rows), flush=True)
    return rows


if __name__ == "__main__":
    main()
