"""``fxcrm report``: the books of a company, as of any day and as known at any instant."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Final

from fxcrm.bootstrap import rate_source, stored_rates
from fxcrm.cli import reporttexts
from fxcrm.cli.books import company_of, reading_desk
from fxcrm.cli.visible import plain
from fxcrm.cli.words import day_of, instant_of, number_of
from fxcrm.currencies import Currency
from fxcrm.errors import NotThere
from fxcrm.ids import AccountCode, CompanyId, FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.reports import AgeBuckets, AgeingBy, Attribution, Grouping, Report
from fxcrm.reports.results import BY_CURRENCY
from fxcrm.restatement import AtDay, MissingRates
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.examining import (
    by_customer,
    by_field,
    examine_account,
    examine_ageing,
    examine_exposure,
    examine_results,
    examine_trial_balance,
)

ACTOR: Final = "fxcrm report"


class FieldUnknown(NotThere):
    """No invoice and no customer of the company has the custom field."""

    field: str
    template = (
        "no invoice or customer has a field {field}; results go by customer, by currency, or by a "
        "custom field that somebody filled in"
    )


def _trial_balance(desk: Desk, company: CompanyId, arguments: Arguments) -> Report:
    return examine_trial_balance(desk, company, _until(desk, arguments), _known_at(arguments))


def _account(desk: Desk, company: CompanyId, arguments: Arguments) -> Report:
    currency = arguments.currency and Currency(arguments.currency.upper())
    return examine_account(
        desk,
        company,
        AccountCode(arguments.code),
        _until(desk, arguments),
        since=day_of("--since", arguments.since),
        currency=currency or None,
        known_at=_known_at(arguments),
    )


def _ageing(desk: Desk, company: CompanyId, arguments: Arguments) -> Report:
    by = AgeingBy(arguments.by)
    return examine_ageing(
        desk,
        company,
        _until(desk, arguments),
        by=by,
        buckets=_buckets(arguments.edges, by),
        accounts=[AccountCode(code) for code in arguments.account],
        grouping=Grouping(arguments.group),
        known_at=_known_at(arguments),
    )


def _exposure(desk: Desk, company: CompanyId, arguments: Arguments) -> Report:
    day = day_of("--rate-of", arguments.rate_of)
    missing = MissingRates.LEAVE_OUT if arguments.leave_out else MissingRates.REFUSE
    return examine_exposure(
        desk,
        company,
        _until(desk, arguments),
        basis=None if day is None else AtDay(day),
        missing=missing,
        known_at=_known_at(arguments),
    )


def _results(desk: Desk, company: CompanyId, arguments: Arguments) -> Report:
    return examine_results(
        desk,
        company,
        _until(desk, arguments),
        _attribution(desk, company, arguments.by),
        since=day_of("--since", arguments.since),
        known_at=_known_at(arguments),
    )


def _attribution(desk: Desk, company: CompanyId, name: str) -> Attribution:
    if name in ("customer", "currency"):
        return by_customer() if name == "customer" else BY_CURRENCY
    field, books = FieldId(name), desk.uow.companies.get(company)
    trading = books.parallel_to or company  # a parallel book has no documents of its own
    for some in (desk.uow.customers, desk.uow.invoices):
        if any(field in one.extras for one in some.of_company(trading)):
            return by_field(desk, company, field)
    raise FieldUnknown(field=name)


def _buckets(text: str | None, by: AgeingBy) -> AgeBuckets | None:
    """The usual edges, or those given; what is not due has a bucket of its own in both."""
    if text is None:
        return None
    edges = tuple(number_of("--edges", part) for part in text.split(","))
    is_due = by is AgeingBy.DUE_DATE and edges[0] == 0
    return AgeBuckets(edges, "not due") if is_due else AgeBuckets(edges)


def _until(desk: Desk, arguments: Arguments) -> date:
    return day_of("--as-of", arguments.as_of) or desk.now.date()


def _known_at(arguments: Arguments) -> datetime | None:
    return instant_of("--known-at", arguments.known_at)


def _rates(arguments: Arguments, store: Store) -> RateTable:
    """Rates for the one report that values anything; the others show what was posted."""
    if arguments.command != "exposure":
        return RateTable(())
    source = rate_source(arguments.rates) if arguments.rates else stored_rates(store)
    return source.fetch().table


def report(name: str, arguments: Arguments) -> int:
    """Print the report of a name, or explain one of its rows."""
    with reading_desk(arguments, ACTOR, partial(_rates, arguments)) as desk:
        made = REPORTS[name](desk, company_of(desk, arguments.company), arguments)
    if arguments.explain is not None:
        for figure in made.figures(number_of("--explain", arguments.explain)):
            print("\n".join(map(plain, figure.explain().splitlines())))
    elif arguments.json:
        print(reporttexts.json(name, made.scope, made.rows()))
    else:
        print(reporttexts.heading(name, made.scope))
        for line in reporttexts.table(made.rows()):
            print(line)
    return 0


REPORTS: Final[Mapping[str, Callable[[Desk, CompanyId, Arguments], Report]]] = FrozenMap(
    {
        "trial-balance": _trial_balance,
        "account": _account,
        "ageing": _ageing,
        "exposure": _exposure,
        "results": _results,
    }
)
