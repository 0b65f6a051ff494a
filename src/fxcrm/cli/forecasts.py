"""``fxcrm forecast``, ``sales`` and ``target``: what deals may bring, and who brings it."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from fxcrm.cli.books import company_of
from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.cli.visible import plain
from fxcrm.cli.words import day_of
from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.forecast import ACHIEVED, By, Forecast, Measure, Sales, Trend, read_filter
from fxcrm.mappings import FrozenMap
from fxcrm.restatement import AtDay, MissingRates
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.forecasting import Asked, forecast_for, trend_for
from fxcrm.usecases.measuring import achievements, sales_for


def _forecast(arguments: Arguments) -> int:
    asked = _asked(arguments)
    with selling_desk(arguments) as desk:
        company = company_of(desk, arguments.company)
        today = day_of("--today", arguments.today) or _on(arguments, desk)
        ask = trend_for if arguments.trend else forecast_for
        seen: Forecast | Trend = ask(desk, company, today, asked)
        if arguments.roll_up and isinstance(seen, Forecast):
            rows = [seen.cells(row) for row in seen.roll_up()]
            return listed(arguments, seen.header, rows, _title(arguments, seen, today))
        return _shown(arguments, seen, _title(arguments, seen, today))


def _asked(arguments: Arguments) -> Asked:
    day = day_of("--constant", arguments.constant)
    return Asked(
        By(arguments.by),
        Measure.WEIGHTED if arguments.weighted else Measure.VALUE,
        Currency(arguments.to) if arguments.to else None,
        AtDay(day) if day else None,
        read_filter(arguments.where),
        MissingRates.LEAVE_OUT if arguments.leave_out else MissingRates.REFUSE,
    )


def _on(arguments: Arguments, desk: Desk) -> date:
    return day_of("--on", arguments.on) or desk.now.date()


def _title(arguments: Arguments, seen: Forecast | Trend, today: date) -> str:
    if isinstance(seen, Trend):
        return f"Trend in {seen.won.to}, as booked"
    what = "weighted by probability" if arguments.weighted else "whole values"
    return f"Forecast in {seen.to} on {today}, {what}; {len(seen.decisions())} rate decisions"


def _sales(arguments: Arguments) -> int:
    since, until = (
        day_of(f"--{name}", getattr(arguments, name)) or date.min for name in ("since", "until")
    )
    to = Currency(arguments.to) if arguments.to else None
    with selling_desk(arguments) as desk:
        company = company_of(desk, arguments.company)
        seen = sales_for(desk, company, since, until, by=By(arguments.by), to=to)
        return _shown(arguments, seen, f"Sales in {seen.to}, {since} to {until}, as booked")


def _shown(arguments: Arguments, seen: Forecast | Trend | Sales, title: str) -> int:
    if arguments.explain is not None:
        return _explained(seen.figures(arguments.explain))
    listing = seen.listing()
    return listed(arguments, listing.header, listing.cells, title)


def _explained(figures: Iterable[Figure]) -> int:
    for one in figures:
        print("\n".join(map(plain, one.explain().splitlines())))
    return 0


def _add(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        company = company_of(desk, arguments.company)
    given = {name: getattr(arguments, name) for name in ("owner", "team", "measure", "count")}
    days = {name: day_of(f"--{name}", getattr(arguments, name)) for name in ("since", "until")}
    amount = arguments.amount and arguments.amount.replace(",", "")
    carried(
        arguments, "set target", id=arguments.id, company=company, amount=amount, **given, **days
    )
    return told(f"target {arguments.id} is set")


def _revise(arguments: Arguments) -> int:
    amount = arguments.amount and arguments.amount.replace(",", "")
    carried(arguments, "revise target", id=arguments.id, amount=amount, count=arguments.count)
    return told(f"target {arguments.id} is revised")


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        company = company_of(desk, arguments.company)
        rows = [one.cells() for one in achievements(desk, company)]
    return listed(arguments, ACHIEVED, rows)


_COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "forecast": _forecast,
        "sales": _sales,
        "add": _add,
        "revise": _revise,
        "list": _list,
    }
)


def run(arguments: Arguments) -> int:
    """Carry out the command that was asked for."""
    return _COMMANDS[arguments.command](arguments)
