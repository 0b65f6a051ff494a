"""Write the tables of docs/reference/speed.md from rows that the benchmarks have written.

    python benchmarks/money.py --json money-1.json        # once or several times
    python benchmarks/imports.py --json imports-1.json
    python -m scripts.write_speed --money money-1.json money-2.json --imports imports-1.json

Of several runs the medians of the ratios are taken. What each peer promises is asked anew. The
page has a place for each table, and everything up to ``<!-- end -->`` is written anew::

    <!-- speed: operations -->
    <!-- end -->
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import guarantees, imports, peers
from benchmarks.measuring import EXACT, Operation, Row, Side
from benchmarks.money import operations, verdicts

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "speed.md"
SAMPLE = 60  # operands; enough to ask what is promised

_TABLE = re.compile(r"(<!-- speed: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Rows = dict[str, list[Row]]


def medians(files: Iterable[Path]) -> Rows:
    """The rows of all runs by operation, with the median ratio to each peer and to the floor."""
    taken: dict[tuple[str, str | None], list[Row]] = {}
    for file in files:
        for record in json.loads(file.read_text(encoding="utf-8")):
            taken.setdefault((record["name"], record["peer"]), []).append(Row(**record))
    found: Rows = {}
    for (name, peer), rows in taken.items():
        ours = median(row.ours_ns for row in rows)
        theirs = [row.speed for row in rows if row.speed]
        floors = [row.above_floor for row in rows if row.above_floor]
        peer_ns = median(theirs) * ours if theirs else None
        floor_ns = ours / median(floors) if floors else None
        found.setdefault(name, []).append(Row(name, ours, peer, peer_ns, floor_ns))
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[str]], align: str = "---") -> str:
    """A table of Markdown; every column after the first is aligned as ``align`` says."""
    rule = ["---", *[align] * (len(head) - 1)]
    lines = [head, rule, *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("<", r"\<") for line in lines)


def measured(done: Sequence[Operation], found: Rows, names: Sequence[str]) -> str:
    """Each operation: our time, the floor, and how much faster than each peer we are."""
    lines = []
    for operation in done:
        rows = found[operation.name]
        speeds = {row.peer: row.speed for row in rows}
        sides = {side.name: side for side in operation.peers}
        cells = [_speed(speeds.get(name), sides.get(name)) for name in names]
        floor = rows[0].above_floor
        lines.append(
            [operation.name, told_time(rows[0].ours_ns), f"{floor:.2f}x" if floor else "", *cells]
        )
    return table(["operation", "ours", "floor", *names], lines, "--:")


def _speed(speed: float | None, side: Side | None) -> str:
    if speed is None or side is None:
        return ""
    text = f"{speed:.2f}x" if speed < 10 else f"{speed:.0f}x"
    return text if side.lacks or side.differs else f"**{text}**"


def told_time(nanoseconds: float) -> str:
    """Milliseconds, microseconds or nanoseconds, as fits."""
    if nanoseconds >= 1e6:
        return f"{nanoseconds / 1e6:.1f} ms"
    return f"{nanoseconds / 1e3:.1f} us" if nanoseconds >= 1e4 else f"{nanoseconds:,.0f} ns"


def figures(done: Sequence[Operation], found: Rows, validating: Sequence[str]) -> str:
    """Every figure that is set, met or not, with what the peer does not keep."""
    lines = [
        [
            verdict.name,
            f"{verdict.figure:.2f}x",
            verdict.bound,
            "met" if verdict.met else "**not met**",
            verdict.against,
            verdict.lacks or "none: it promises the same",
        ]
        for operation in done
        for verdict in verdicts(operation, found[operation.name], validating)
    ]
    head = ["operation", "speed", "bound", "", "against", "which promises that peer does not keep"]
    return table(head, lines)


def promises(done: Sequence[Operation], found: Sequence[peers.Library]) -> str:
    """Every probe on every library, and which operations no decimal context disturbs."""
    us = peers.ours()
    kept = {each.name: guarantees.promises(each) for each in (us, *found)}
    lines = {probe: [_answer(kept[name].get(probe)) for name in kept] for probe in kept[us.name]}
    alike: dict[tuple[str, ...], list[str]] = {}
    for operation in done:
        sides = {side.name: side for side in (operation.ours, *operation.peers)}
        exact = [EXACT not in sides[name].lacks if name in sides else None for name in kept]
        alike.setdefault(tuple(map(_answer, exact)), []).append(operation.name)
    several = {
        f"same under any context: {'; '.join(names)}": [*row] for row, names in alike.items()
    }
    rows = [[probe, *cells] for probe, cells in (lines | several).items()]
    return table(["", "fxcrm", *(each.name for each in found)], rows)


def _answer(kept: object) -> str:
    return "-" if kept is None else "yes" if kept else "**no**"


def importing(found: Rows) -> str:
    """Each statement as a multiple of its peer's time."""
    lines = []
    for rows in found.values():
        for row in rows:
            bound = imports.STATEMENTS[row.peer or ""][row.name]
            peer_ns = row.peer_ns or row.ours_ns
            multiple = row.ours_ns / peer_ns
            met = "" if bound is None else "met" if multiple <= bound else "**not met**"
            promise = "" if bound is None else f"at most {bound}: {met}"
            peer = f"`{row.peer}` ({peer_ns / 1e6:.1f} ms)"
            lines.append(
                [f"`{row.name}`", told_time(row.ours_ns), f"{multiple:.2f}x", peer, promise]
            )
    return table(["statement", "time", "multiple", "of", "bound"], lines)


def taken(files: Sequence[Path], found: Sequence[peers.Library]) -> str:
    """When, with what, and how often."""
    day = datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC).date()
    runs = "one run" if len(files) == 1 else f"the medians of {len(files)} runs"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = dict.fromkeys(f"{each.name} {each.version}" for each in found if each.version)
    return f"Figures of {day}: {python}, ratios, {runs}. Against {', '.join(versions)}.\n"


def written(page: str, tables: dict[str, Callable[[], str]]) -> str:
    """The page with every table made anew."""
    return _TABLE.sub(lambda place: f"{place[1]}{tables[place[2]]()}{place[3]}", page)


def main() -> None:
    """Read the rows, ask the peers, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--money", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--imports", type=Path, nargs="+", required=True, metavar="FILE")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # what the peers warn of is told in the table of promises
    found, _ = peers.installed()
    rows = medians(given.money)
    done = [each for each in operations(found, SAMPLE) if each.name in rows]
    validating = [each.name for each in found if guarantees.promises(each)["refuses 'NaN'"]]
    tables: dict[str, Callable[[], str]] = {
        "taken": lambda: taken(given.money, found),
        "operations": lambda: measured(done, rows, [each.name for each in found]),
        "figures": lambda: figures(done, rows, validating),
        "promises": lambda: promises(done, found),
        "imports": lambda: importing(medians(given.imports)),
    }
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
