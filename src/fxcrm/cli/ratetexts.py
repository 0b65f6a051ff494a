"""What ``fxcrm rates`` prints: a report, a rate, what is held, and a plot of plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from fxcrm.cli.visible import plain
from fxcrm.heldrates import HeldRate
from fxcrm.money import canonical
from fxcrm.rates import ExchangeRate, Fixing, rounded_decimal
from fxcrm.usecases.ratekeeping import SyncReport

WIDTH: Final = 64  # columns of a plot, besides its axis
HEIGHT: Final = 13  # rows
_MOST_TOLD: Final = 12  # of each kind; the rest is counted


def report(found: SyncReport) -> Iterator[str]:
    """What a sync came to, a line for each finding."""
    yield f"{plain(found.source)}: {found.published} new, {len(found.held)} held"
    if found.kept_since is not None:
        yield f"kept      the source did not answer; these are its rates of {_at(found.kept_since)}"
    corrected = [
        f"{_fixing(one.fixing)} instead of {canonical(one.replaced.value)}"
        for one in found.corrected
    ]
    moved = [
        f"{_fixing(one.fixing)}, {_percent(one.share)} from {canonical(one.last.value)}"
        for one in found.moved
    ]
    late = [f"{_fixing(one.fixing)}, {one.age} days old" for one in found.late]
    yield from _some("corrected", corrected)
    yield from _some("moved", moved)
    for one in found.held[:_MOST_TOLD]:
        yield from waiting(one)
    yield from _rest("held", len(found.held))
    if found.waiting:
        yield f"waiting   {len(found.waiting)} for approval; see: fxcrm rates held"
    yield from _some("late", late)
    yield from _some("ahead", [_fixing(one) for one in found.ahead])
    if found.not_told_inverted:
        pairs = ", ".join(map(str, found.not_told_inverted))
        yield f"parity    {pairs}: so near 1 that an inverse could not be noticed"
    for failure in found.failures:
        yield f"broken    {plain(str(failure))}"


def _some(name: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_MOST_TOLD]:
        yield f"{name:<9} {line}"
    yield from _rest(name, len(lines))


def _rest(name: str, count: int) -> Iterator[str]:
    if count > _MOST_TOLD:
        yield f"{name:<9} and {count - _MOST_TOLD} more"


def waiting(one: HeldRate) -> Iterator[str]:
    """A held rate: its id, and each doubt about it."""
    yield f"held      {plain(one.id)}  {_fixing(one.fixing)}"
    for doubt in one.suspicions:
        yield f"          {plain(str(doubt))}"


def shown(rate: ExchangeRate, age: int) -> Iterator[str]:
    """A rate with everything that explains it."""
    known = [leg.fixing.known_at for leg in rate.legs if leg.fixing.known_at is not None]
    sources = dict.fromkeys(leg.fixing.source for leg in rate.legs)
    yield plain(str(rate))
    yield f"path        {plain(rate.path)}"
    yield f"source      {plain(', '.join(sources)) or 'none is needed'}"
    yield f"identifier  {plain(rate.identifier)}"
    yield f"age         {age} {'day' if age == 1 else 'days'}"
    yield f"rule        {plain(rate.rule)}"
    yield f"known       {f'since {_at(max(known))}' if known else 'since its day'}"


def plot(rates: Sequence[ExchangeRate]) -> Iterator[str]:
    """Rates by day on a grid of characters, with the lowest and the highest beside it."""
    first, last = rates[0], rates[-1]
    low, high = min(one.ratio for one in rates), max(one.ratio for one in rates)
    rows = [[" "] * WIDTH for _ in range(HEIGHT)]
    for one in rates:
        rows[_row(one.ratio, low, high)][_column(one, first, last)] = "*"
    texts = {_row(one, low, high): _value(one, rates) for one in (low, high, last.ratio)}
    margin = max(map(len, texts.values()))
    yield f"1 {first.pair.base.code} in {first.pair.counter.code}, {len(rates)} fixings"
    for number, row in enumerate(rows):
        yield f"{texts.get(number, ''):>{margin}} |{''.join(row)}".rstrip()
    yield f"{'':>{margin}} +{'-' * WIDTH}"
    yield f"{'':>{margin}}  {first.on}{last.on!s:>{WIDTH - len(str(first.on))}}"


def _row(value: Fraction, low: Fraction, high: Fraction) -> int:
    """Row 0 is the highest; a rate that never moves stands in the middle."""
    share = (high - value) / (high - low) if high > low else Fraction(1, 2)
    return round(share * (HEIGHT - 1))


def _column(one: ExchangeRate, first: ExchangeRate, last: ExchangeRate) -> int:
    days = (last.on - first.on).days
    return round(Fraction((one.on - first.on).days, days) * (WIDTH - 1)) if days else 0


def _value(ratio: Fraction, rates: Sequence[ExchangeRate]) -> str:
    return canonical(next(one for one in rates if one.ratio == ratio).rounded_value())


def _fixing(one: Fixing) -> str:
    per = f" per {one.unit}" if one.unit != 1 else ""
    return f"{one.pair} {canonical(one.value)}{per} of {one.on}"


def _percent(share: Fraction) -> str:
    return f"{rounded_decimal(share * 100, 2)} %"


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
