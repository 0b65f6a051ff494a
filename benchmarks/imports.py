"""What importing costs, as ratios to ``import attrs`` within one run.

    python benchmarks/imports.py [--quick] [--json FILE]

Each round starts a new interpreter per statement, in turns, so that a busy moment of the machine
hits all of them; the medians are compared. The interpreter's own start is not counted.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

if not __package__:  # started as a file: the harness is found from the folder above
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import measuring
from benchmarks.measuring import Row

# Our statements by the peer that each is held against, with the most that it may take.
STATEMENTS: dict[str, dict[str, float | None]] = {
    "import attrs": {
        "import fxcrm": 1.5,
        "from fxcrm import Money": 1.5,
        "import fxcrm.rates": None,
        "import fxcrm.ledger": None,
    },
    "import babel.numbers": {"import fxcrm.formatting": None},
}
QUICK, THOROUGH = 7, 25

_TIMED = "import time\nstart = time.perf_counter_ns()\n{}\nprint(time.perf_counter_ns() - start)"


def nanoseconds(statement: str) -> int:
    """How long a new interpreter takes for one statement."""
    run = [sys.executable, "-c", _TIMED.format(statement)]
    return int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


def medians(statements: list[str], rounds: int) -> dict[str, float]:
    """The median of each statement over interleaved rounds; a first round warms the disk."""
    taken: dict[str, list[int]] = {statement: [] for statement in statements}
    for _ in range(rounds + 1):
        for statement, times in taken.items():
            times.append(nanoseconds(statement))
    return {statement: median(times[1:]) for statement, times in taken.items()}


def measured(rounds: int) -> list[Row]:
    """One row for each of our statements and its peer."""
    ours = [statement for some in STATEMENTS.values() for statement in some]
    found = medians([*STATEMENTS, *ours], rounds)
    return [
        Row(statement, found[statement], peer, found[peer], None)
        for peer, some in STATEMENTS.items()
        for statement in some
    ]


def line(row: Row) -> str:
    """One row as text: time, how many times the peer's, and the bound where there is one."""
    peer_ns = row.peer_ns or row.ours_ns
    bound = STATEMENTS[row.peer or ""][row.name]
    met = "" if bound is None else "met" if row.ours_ns <= bound * peer_ns else "NOT MET"
    promise = "" if bound is None else f"at most {bound:.2f}  {met}"
    took = f"{row.ours_ns / 1e6:7.1f} ms {row.ours_ns / peer_ns:6.2f}x"
    return f"{row.name:<26} {took}  of {row.peer} ({peer_ns / 1e6:.1f} ms)  {promise}"


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(__doc__ or "")
    print(measuring.machine())
    rows = measured(QUICK if given.quick else THOROUGH)
    print(*map(line, rows), sep="\n")
    if given.json:
        given.json.write_text(measuring.as_json(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
