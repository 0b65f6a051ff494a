"""What ``fxcrm remeasure`` prints: a table of plain characters, or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from fxcrm.cli import reporttexts
from fxcrm.cli.grouptexts import bound_text
from fxcrm.ledger import Remeasurement
from fxcrm.reports import Listing

_LINES = ("account", "name", "partner", "kept", "measured")


def remeasurement(made: Remeasurement) -> Iterator[str]:
    """Its lines, then the gain by both routes, and the profit with it."""
    yield f"{made.company} at {made.as_of}, remeasured in {made.functional} (temporal method)"
    yield from reporttexts.table(lines(made))
    yield ""
    yield f"gain by what moved: {made.gain.value}"
    yield f"gain by what is left over: {made.plug.value}"
    yield f"rounding: {made.rounding}, at most {bound_text(made.bound)}"
    yield f"profit with the gain, since the beginning: {made.profit.value}"


def lines(made: Remeasurement) -> Listing:
    """Debit positive, in the currency of the books and in the functional one."""
    rows = [
        (
            line.account.code,
            line.account.name,
            line.partner or "",
            line.kept.value,
            line.measured.value,
        )
        for line in made.lines
    ]
    return Listing(_LINES, tuple(rows))


def data(made: Remeasurement) -> dict[str, object]:
    """The same as JSON takes it."""
    return {
        "company": made.company,
        "as_of": made.as_of.isoformat(),
        "functional": made.functional.code,
        "lines": reporttexts.rows(lines(made)),
        "gain": str(made.gain.value),
        "plug": str(made.plug.value),
        "rounding": str(made.rounding),
        "bound": bound_text(made.bound),
        "profit": str(made.profit.value),
    }
