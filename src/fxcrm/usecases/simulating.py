"""Simulating: a year's commands on a store that holds nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.ledger import TrialBalance
from fxcrm.mappings import FrozenMap
from fxcrm.ports import Store
from fxcrm.ports.storage import KeyReused
from fxcrm.rates import RateTable
from fxcrm.usecases.closing import trial_balance
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import Failures, Performed, perform
from fxcrm.usecases.telling import Story, tell
from fxcrm.usecases.wording import WORKING_HOUR, Step

_KEY = "simulated year"


@attrs.frozen
class YearFigures:
    """What came of a year: how many of each kind, and every company's trial balance."""

    counts: Mapping[str, int]
    trial_balances: tuple[TrialBalance, ...]


class AnotherYear(RuleRefused):
    """The store holds something else than this year, or the beginning of it."""

    title: str
    template = "the store holds something else than {title:plain}; name an empty one"


def simulate(
    store: Store, rates: RateTable, year: Story, *, actor: str
) -> Iterator[tuple[Step, Performed]]:
    """Carry out the commands of a year; those done in an earlier run are passed over.

    Raises `AnotherYear` before anything is written.
    """
    at = datetime.combine(year.steps[0].on, WORKING_HOUR)
    try:
        perform(
            store,
            rates,
            key=_KEY,
            content=year.title,
            at=at,
            actor=actor,
            command=lambda desk: _refuse_others(desk, year.title),
            failures=Failures.MAY_BE_REPEATED,
        )
    except KeyReused:
        raise AnotherYear(title=year.title) from None
    yield from tell(store, rates, year, actor=actor)


def _refuse_others(desk: Desk, title: str) -> None:
    if desk.uow.companies.count():
        raise AnotherYear(title=title)


def year_figures(desk: Desk) -> YearFigures:
    """Count what is kept, and take the trial balances at the last closing."""
    uow = desk.uow
    counts = {
        "companies": uow.companies.count(),
        "customers": uow.customers.count(),
        "enquiries": uow.enquiries.count(),
        "quotes": uow.quotes.count(),
        "rate locks": uow.locks.count(),
        "orders": uow.orders.count(),
        "invoices": uow.invoices.count(),
        "payments": uow.payments.count(),
        "credit notes": uow.credit_notes.count(),
        "vouchers": uow.vouchers.count(),
        "open items": uow.items.count(),
    }
    companies = tuple(uow.companies.all())
    entries = [one for company in companies for one in uow.journal.entries(company.id)]
    counts["entries"] = len(entries)
    counts["postings"] = sum(len(one.postings) for one in entries)
    trials = (trial_balance(desk, one.id, one.closed_through or date.max) for one in companies)
    return YearFigures(FrozenMap(counts), tuple(trials))
