"""Restating: what a company billed, or may sell, as booked, at a constant and at today's rate.

`billed_amounts` and `pipeline_amounts` read the store; `restate_for` and `compare_for` show what
they found in the company's functional currency. Rate decisions are taken in the desk's unit of
work, for display: a commit keeps them, without one they are in the figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

import attrs

from fxcrm.currencies import Currency
from fxcrm.dealparts import without_wholes
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Evidence
from fxcrm.forecast import booked_at
from fxcrm.ids import CompanyId, CustomerId, DecisionId
from fxcrm.ledger import JournalLine
from fxcrm.money import Money
from fxcrm.posting import item_id
from fxcrm.restatement import (
    AtBudget,
    Basis,
    DatedAmount,
    MissingRates,
    Restatement,
    Variance,
    compare,
    restate,
)
from fxcrm.restatement.bases import decide_budget
from fxcrm.usecases.deciding import Desk, decided_average, spot


class Heading(Enum):
    """Under which heading amounts are shown."""

    NONE = "none"
    CUSTOMER = "customer"
    MONTH = "month"

    def key(self, customer: CustomerId, on: date) -> str:
        """The heading of one amount; a month is written ``2026-03``."""
        keys = {Heading.CUSTOMER: str(customer), Heading.MONTH: f"{on:%Y-%m}"}
        return keys.get(self, "")


@attrs.frozen
class DeskDecider:
    """Takes decisions at a desk: those recorded before serve again."""

    desk: Desk

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """The rate of a day, for display."""
        return spot(self.desk, Purpose.DISPLAY, base, counter, on)

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """The mean of a period, the same that translation uses (R1, D17)."""
        return decided_average(self.desk, base, counter, since, until)

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """The rate of a plan. Raises `AlreadyThere` if a plan of that name had another one."""
        made = decide_budget(budget, base, counter, self.desk.now, self.desk.actor)
        held = self.desk.uow.decisions.find(made.id)
        is_same = held is not None and (held.rate, held.policy) == (made.rate, made.policy)
        return held if held is not None and is_same else self.desk.uow.decisions.record(made)


def billed_amounts(
    desk: Desk,
    company: CompanyId,
    since: date,
    until: date,
    heading: Heading = Heading.NONE,
) -> tuple[DatedAmount, ...]:
    """The invoices of a period, both days included, each with its value in the books.

    That is what the journal says of it, with the decision it was booked at: never recomputed (D2).
    """
    lines = {line.posting.item: line for line in _invoice_lines(desk, company, since, until)}
    taken = (line.posting.decision for line in lines.values())
    decisions = desk.uow.decisions.among({id for id in taken if id is not None})
    return tuple(
        _billed(
            invoice.total,
            invoice.issued_on,
            heading.key(invoice.customer, invoice.issued_on),
            lines[item_id(company, invoice.number)],
            decisions,
        )
        for invoice in desk.uow.invoices.of_company(company)
        if since <= invoice.issued_on <= until
    )


def _invoice_lines(
    desk: Desk, company: CompanyId, since: date, until: date
) -> Iterator[JournalLine]:
    """The postings on receivables by which the invoices of a period were booked."""
    before = since - timedelta(days=1) if since > date.min else None
    for line in desk.uow.journal.lines(company, before, until):
        if line.kind == "invoice" and line.posting.item is not None:
            yield line


def _billed(
    amount: Money,
    on: date,
    key: str,
    line: JournalLine,
    decisions: Mapping[DecisionId, RateDecision],
) -> DatedAmount:
    value, id = line.posting.functional, line.posting.decision
    evidence = Evidence("entry", line.entry, f"{line.on} {line.kind}", value)
    return DatedAmount(amount, on, key, value, decisions[id] if id else None, evidence)


def pipeline_amounts(
    desk: Desk,
    company: CompanyId,
    since: date,
    until: date,
    heading: Heading = Heading.NONE,
) -> tuple[DatedAmount, ...]:
    """The deals opened in a period, each at its value times the probability of its stage.

    A lost deal weighs nothing and is left away, and a deal with parts is counted by these. As in
    every forecast, a deal is as booked at the rate of the day it was opened, and keeps the rate it
    was closed at. Raises `PipelineMissing`.
    """
    functional = desk.uow.companies.get(company).functional
    weighed = (
        (deal, desk.selling.pipelines.of(deal.pipeline).stage(deal.stage).percent)
        for deal in without_wholes(desk.uow.deals.of_company(company))
    )
    return tuple(
        DatedAmount(
            deal.value * Decimal(f"{percent}E-2"),
            booked_at(deal, functional).on,
            heading.key(deal.customer, deal.opened_on),
            decision=booked_at(deal, functional).decision,
            evidence=Evidence("deal", deal.id, f"{percent} %", deal.value),
        )
        for deal, percent in weighed
        if since <= deal.opened_on <= until and percent
    )


def restate_for(
    desk: Desk,
    company: CompanyId,
    amounts: Iterable[DatedAmount],
    bases: Sequence[Basis],
    missing: MissingRates = MissingRates.REFUSE,
) -> Restatement:
    """Show amounts on each basis in the company's functional currency. Raises as `restate` does."""
    functional = desk.uow.companies.get(company).functional
    return restate(amounts, functional, bases, DeskDecider(desk), missing)


def compare_for(
    desk: Desk,
    company: CompanyId,
    old: Iterable[DatedAmount],
    new: Iterable[DatedAmount],
    *,
    old_at: Basis,
    new_at: Basis,
    newcomers: Basis | None = None,
    missing: MissingRates = MissingRates.REFUSE,
) -> Variance:
    """Split a change into volume and rates, in functional currency. Raises as `compare` does."""
    return compare(
        old,
        new,
        desk.uow.companies.get(company).functional,
        DeskDecider(desk),
        old_at=old_at,
        new_at=new_at,
        newcomers=newcomers,
        missing=missing,
    )
