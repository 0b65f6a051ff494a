"""What ``fxcrm translate`` and ``consolidate`` print: tables of plain characters, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fxcrm.cli import reporttexts
from fxcrm.decisions import RateDecision
from fxcrm.figures import Figure, decimal_text
from fxcrm.ledger import Consolidation, Translation
from fxcrm.ledger.groups import Step
from fxcrm.money import Money, RationalMoney
from fxcrm.reports import Listing

_LINES = ("account", "name", "partner", "functional", "presentation", "rate")


def translation(made: Translation) -> Iterator[str]:
    """Its lines with what balances them, then the reserve by both routes."""
    closing = f", closing rate {made.closing.rate}" if made.closing else ""
    yield f"{made.company} at {made.as_of} in {made.presentation}{closing}"
    yield from _estimates([*(one.presentation for one in made.lines), made.reserve])
    yield from reporttexts.table(translated_lines(made))
    yield ""
    yield "THE RESERVE, BY WHAT MOVED IT"
    yield from reporttexts.table(reserve_causes(made))
    yield from _proved(made)


def _proved(made: Translation) -> Iterator[str]:
    yield f"what is left over: {made.plug.value}"
    yield f"rounding of this run: {made.added}, at most {bound_text(made.bound)}"


def bound_text(bound: RationalMoney) -> str:
    """A bound, which may be a fraction of the minor unit."""
    return f"{bound.currency} {decimal_text(bound.value)}"


def translated_lines(made: Translation) -> Listing:
    """Debit positive; with the reserve and its rounding they sum to zero."""
    nothing = Money.zero(made.presentation)
    rows = [
        (
            line.account.code,
            line.account.name,
            line.partner or "",
            line.functional.value,
            line.presentation.value,
            _rates(part.decision for part in line.parts),
        )
        for line in made.lines
    ]
    rows.append(("", "Translation reserve", "", "", -made.reserve.value, ""))  # type: ignore[arg-type]
    rows.append(("", "Rounding", "", "", made.rounding, ""))  # type: ignore[arg-type]
    total = sum((row[4] for row in rows), nothing)
    rows.append(("", "in all", "", "", total, ""))  # type: ignore[arg-type]
    return Listing(_LINES, tuple(rows))


def _rates(decisions: Iterable[RateDecision | None]) -> str:
    """The rates that a line went at; where there are several, how many."""
    found = {one.id: one for one in decisions if one is not None}
    if len(found) == 1:
        [one] = found.values()
        return f"{one.purpose.value} {one.rate}"
    return f"{len(found)} rates" if found else ""


def reserve_causes(made: Translation) -> Listing:
    """What the reserve is the sum of; a gain is positive."""
    rows = [(one.kind.value, one.effect.label, one.effect.value) for one in made.causes]
    rows.append(("in all", made.reserve.label, made.reserve.value))
    return Listing(("cause", "of", "effect"), tuple(rows))


def translation_data(made: Translation) -> dict[str, object]:
    """The same as JSON takes it."""
    return {
        "company": made.company,
        "as_of": made.as_of.isoformat(),
        "currency": made.presentation.code,
        "closing": made.closing and made.closing.id,
        "lines": reporttexts.rows(translated_lines(made)),
        "causes": reporttexts.rows(reserve_causes(made)),
        "reserve": str(made.reserve.value),
        "plug": str(made.plug.value),
        "rounding": str(made.rounding),
        "added": str(made.added),
        "bound": bound_text(made.bound),
    }


def consolidation(made: Consolidation) -> Iterator[str]:
    """The group's lines, the worksheet step by step, and the proof."""
    yield f"group {made.group.id} at {made.as_of} in {made.group.presentation}"
    yield from _estimates([one.figure for one in made.lines])
    yield from reporttexts.table(group_lines(made))
    for step in Step:
        if entries := made.entries_of(step):
            yield ""
            yield step.value.upper()
            for entry in entries:
                yield entry.text
                for line in entry.lines:
                    if line.figure.value:
                        name = f"{line.account}  {line.company or ''}"
                        yield f"  {name:<24} {line.figure.value:>20,}  {line.figure.label}"
    yield ""
    yield from proof(made)


def group_lines(made: Consolidation) -> Listing:
    """Debit positive, since the beginning; they sum to zero."""
    rows = [(one.code, one.name, one.type.value, one.figure.value) for one in made.lines]
    total = sum((one.figure.value for one in made.lines), Money.zero(made.group.presentation))
    return Listing(("account", "name", "type", "amount"), (*rows, ("", "in all", "", total)))


def totals(made: Consolidation) -> Iterator[tuple[str, Figure]]:
    """What readers look for first; a gain or an asset is positive."""
    yield "net assets", made.net_assets
    yield "profit", made.profit
    yield "profit of minority holders", made.minority_profit
    yield "minority interest", made.minority
    yield "translation reserve", made.reserve
    yield "rounding", made.rounding


def proof(made: Consolidation) -> Iterator[str]:
    """Each member's reserve by both routes, and the group in a few figures."""
    yield f"THE RESERVES OF GROUP {made.group.id} AT {made.as_of}, BY TWO ROUTES"
    yield from reporttexts.table(reserves(made))
    yield ""
    for name, figure in totals(made):
        within = f", at most {bound_text(made.bound)}" if name == "rounding" else ""
        yield f"{name}: {figure.value}{within}"


def _proved_books(made: Consolidation) -> Iterator[tuple[str, Translation]]:
    for company, books in made.books.items():
        yield company, books.translation
        if books.uplifts is not None:
            yield f"fair values of {company}", books.uplifts.translation
        if books.goodwill is not None:
            yield f"goodwill of {company}", books.goodwill.translation


def reserves(made: Consolidation) -> Listing:
    """What moved it, what is left over, the rounding between them and its bound (D19)."""
    header = ("books", "as of", "what moved it", "left over", "rounding of the run", "at most")
    rows = (
        (name, one.as_of, one.reserve.value, one.plug.value, one.added, bound_text(one.bound))
        for name, one in _proved_books(made)
    )
    return Listing(header, tuple(rows))


def consolidation_data(made: Consolidation) -> dict[str, object]:
    """The same as JSON takes it."""
    entries = [
        {
            "step": entry.step.value,
            "text": entry.text,
            "lines": [
                {
                    "account": line.account,
                    "company": line.company,
                    "amount": str(line.figure.value),
                    "label": line.figure.label,
                }
                for line in entry.lines
            ],
        }
        for entry in made.entries
    ]
    return {
        "group": made.group.id,
        "as_of": made.as_of.isoformat(),
        "currency": made.group.presentation.code,
        "lines": reporttexts.rows(group_lines(made)),
        "entries": entries,
        "reserves": reporttexts.rows(reserves(made)),
        "totals": {name: str(figure.value) for name, figure in totals(made)},
        "bound": bound_text(made.bound),
    }


def _estimates(figures: Iterable[Figure]) -> Iterator[str]:
    """The estimates that figures rest on: they are disclosed (D7)."""
    found = {one.id: one for figure in figures for one in figure.estimates()}
    for one in found.values():
        yield f"rests on an estimated rate: {one.rate}, {one.reason}"
