"""What importing costs, as ratios to ``import attrs`` within one run.

    python benchmarks/imports.py [rounds]

Each round starts a new interpreter per statement, in turns, so that a busy moment of the machine
hits all of them; the medians are compared. ``from fxcrm import Money`` has to stay within 1.5.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

PEER = "import attrs"
STATEMENTS = {
    PEER: None,
    "import fxcrm": 1.5,
    "from fxcrm import Money": 1.5,
    "import fxcrm.rates": None,
    "import fxcrm.ledger": None,
    "import babel.numbers": None,
}
_TIMED = "import time\nstart = time.perf_counter()\n{}\nprint(time.perf_counter() - start)"


def seconds(statement: str) -> float:
    """How long a new interpreter takes for one statement, its own start not counted."""
    run = [sys.executable, "-c", _TIMED.format(statement)]
    return float(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


def medians(rounds: int) -> dict[str, float]:
    """The median of each statement over interleaved rounds; a first round warms the disk."""
    taken: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(rounds + 1):
        for statement, times in taken.items():
            times.append(seconds(statement))
    return {statement: statistics.median(times[1:]) for statement, times in taken.items()}


def main() -> int:
    """Print the ratios; the exit code is 1 where a bound is exceeded."""
    found = medians(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
    exceeded = 0
    for statement, bound in STATEMENTS.items():
        ratio = found[statement] / found[PEER]
        promise = f"at most {bound:.2f}" if bound else ""
        exceeded |= bool(bound) and ratio > (bound or 0)
        print(f"{statement:<32} {found[statement] * 1e3:7.1f} ms {ratio:6.2f}x  {promise}")
    return exceeded


if __name__ == "__main__":
    sys.exit(main())
