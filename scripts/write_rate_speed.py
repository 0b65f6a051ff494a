"""Write the tables of docs/reference/rate-speed.md from rows that the benchmark has written.

    python benchmarks/rates.py --json rates-1.json        # once or several times
    python -m scripts.write_rate_speed rates-1.json rates-2.json

Of several runs the medians of the ratios are taken; the range of each figure is told beside it.
The page has a place for each table, and everything up to ``<!-- end -->`` is written anew::

    <!-- speed: operations -->
    <!-- end -->
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks import rate_peers
from benchmarks.measuring import Row
from benchmarks.rate_tasks import AMONG_DAYS
from benchmarks.rates import DAYS, Verdict, verdicts
from scripts.write_speed import Rows, medians, table, told_time, written

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "rate-speed.md"


def operations(found: Rows) -> str:
    """Each operation: our time, how many times the floor, and how much faster than each peer."""
    lines = [
        [
            name,
            told_time(row.ours_ns),
            f"{row.above_floor:.2f}x" if row.above_floor else "",
            row.peer,
            told_time(row.peer_ns or 0),
            f"{row.speed:.2f}x",
        ]
        for name, rows in found.items()
        for row in rows
        if row.peer and row.speed
    ]
    alone = [
        [name, told_time(row.ours_ns), f"{row.above_floor:.2f}x" if row.above_floor else "", *"   "]
        for name, rows in found.items()
        for row in rows
        if not row.peer and not name.startswith("look up among")
    ]
    return table(["operation", "ours", "floor", "peer", "its time", "faster"], lines + alone, "--:")


def figures(found: Rows, runs: Sequence[list[Verdict]]) -> str:
    """Every figure that is set, from the medians, with what each run gave."""
    lines = []
    for place, verdict in enumerate(verdicts([row for rows in found.values() for row in rows])):
        each = sorted(run[place].figure for run in runs)
        met = "met" if verdict.met else "**not met**"
        spread = f"{each[0]:.2f}x to {each[-1]:.2f}x" if len(each) > 1 else ""
        lines.append(
            [verdict.name, f"{verdict.figure:.2f}x", verdict.bound, met, verdict.against, spread]
        )
    return table(["operation", "figure", "bound", "", "against", "each run"], lines)


def growth(found: Rows) -> str:
    """The look-up among ten times as many days, and again as many."""
    known = {days: found[AMONG_DAYS.format(days)][0] for days in DAYS}
    lines = [[f"{DAYS[0]:,}", told_time(known[DAYS[0]].ours_ns), "", _floor(known[DAYS[0]])]]
    for fewer, more in pairwise(DAYS):
        grown = known[more].ours_ns / known[fewer].ours_ns
        row = known[more]
        lines.append([f"{more:,}", told_time(row.ours_ns), f"{grown:.2f}x", _floor(row)])
    return table(["days", "look up", "of the row above", "floor"], lines, "--:")


def _floor(row: Row) -> str:
    return told_time(row.floor_ns or 0)


def taken(files: Sequence[Path]) -> str:
    """When, with what, and how often."""
    day = datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC).date()
    runs = "one run" if len(files) == 1 else f"the medians of {len(files)} runs"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    names = [peer.__name__.replace("_", "-") for peer in rate_peers.PEERS]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"Figures of {day}: {python}, ratios, {runs}. Against {versions}.\n"


def run_of(file: Path) -> list[Verdict]:
    """The figures of one run."""
    return list(verdicts([Row(**one) for one in json.loads(file.read_text(encoding="utf-8"))]))


def main() -> None:
    """Read the rows, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    files: list[Path] = parser.parse_args().files
    found, runs = medians(files), [run_of(file) for file in files]
    tables = {
        "taken": lambda: taken(files),
        "operations": lambda: operations(found),
        "figures": lambda: figures(found, runs),
        "growth": lambda: growth(found),
    }
    page = written(PAGE.read_text(encoding="utf-8"), tables)
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
