"""Reporting: everything a reader of the story wants to see, as figures that explain themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.billing import Invoice, Payment, ServiceCase, Statement
from fxcrm.bookkeeping import Drafts
from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.dealparts import without_wholes
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, CustomerId, LockId
from fxcrm.ledger import Company, Consolidation, Group, OpenItem
from fxcrm.ledger.translation import posted
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money
from fxcrm.pipeline import Deal, StageTotal, stage_totals
from fxcrm.posting import item_id
from fxcrm.ratelocks import RateLock
from fxcrm.rates import Averaging, ExchangeRate, RatePolicy
from fxcrm.reports.ageing import OVERDUE
from fxcrm.selling import Quote
from fxcrm.usecases.consolidating import consolidate_group
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.quoting import home_value
from fxcrm.usecases.revaluing import revalue
from fxcrm.usecases.standing import items_as_of
from fxcrm.usecases.stating import dealing_days, week_of, weekly_statements
from fxcrm.usecases.tracing import line_figures, lock_result
from fxcrm.usecases.translating import explained_translation, with_decisions

AGE_EDGES = OVERDUE.edges  # days overdue, right edges inclusive (D32)
# What a report of open days may be read with: right after a close nothing may have been published
# yet, and the rates that still answer are averaged. Closing a month goes without (D17).
OPEN_DAYS: Final = RatePolicy(averaging=Averaging.PUBLISHED_IF_ANY)


class ReportOfThePast(RuleRefused):
    """A report for a day that later documents have overtaken."""

    company: CompanyId
    as_of: date
    known: date
    template = (
        "{company} has documents of {known}; documents show their state of today, so report "
        "for that day or a later one, not for {as_of}"
    )


@attrs.frozen
class Sale:
    """Who bought what: an invoice, what was paid of it, and its value at home when booked."""

    customer: Customer
    invoice: Invoice
    total: Figure
    booked: Figure
    payments: tuple[Payment, ...]
    realised_fx: Figure


@attrs.frozen
class LockReport:
    """A lock with its quote, the fixings while it held, and what it brought (positive) or cost."""

    lock: RateLock
    quote: Quote
    customer: Customer
    home: Figure
    fixings: tuple[ExchangeRate, ...]
    result: Figure | None


@attrs.frozen
class OpenReport:
    """What is open: in document currency, as carried, and revalued at the reporting day."""

    company: Company
    item: OpenItem
    customer: Customer | None
    open: Figure
    carrying: Figure
    days_overdue: int
    bucket: str


@attrs.frozen
class CompanyReport:
    """One company's results in functional currency; income and gains are positive, so are fees."""

    company: Company
    sales: Figure
    realised_fx: Figure
    unrealised_fx: Figure
    fees: Figure
    profit: Figure


@attrs.frozen
class Overview:
    """The whole story as of the end of a day."""

    group: Group
    as_of: date
    companies: tuple[CompanyReport, ...]
    customers: tuple[Customer, ...]
    pipeline: tuple[StageTotal, ...]
    sales: tuple[Sale, ...]
    locks: tuple[LockReport, ...]
    open_items: tuple[OpenReport, ...]
    statements: tuple[Statement, ...]
    cases: tuple[ServiceCase, ...]
    consolidation: Consolidation
    decisions: tuple[RateDecision, ...]


def bucket_of(days_overdue: int) -> str:
    """The ageing bucket of a number of days past due; right edges are inclusive (D32)."""
    return OVERDUE.names[OVERDUE.place(days_overdue)]


def overview(desk: Desk, group: Group, as_of: date) -> Overview:
    """Build the whole report from the store.

    A day that is not closed yet is revalued first (D23), in the desk's unit of work: leave that
    without a commit, and nothing is written; the decisions taken for it are in the report alone.
    If nothing was published since the last close there is no average, and `RateMissing` is raised,
    unless the desk's policy averages otherwise, as `OPEN_DAYS` does.
    """
    companies = [desk.uow.companies.get(one) for one in group.members]
    _refuse_the_past(desk, companies, as_of)
    for company in companies:
        if company.closed_through is None or company.closed_through < as_of:
            revalue(desk, company.id, as_of, drafts=Drafts.REPORT)
    return Overview(
        group,
        as_of,
        tuple(_company(desk, one, as_of) for one in companies),
        tuple(one for company in companies for one in desk.uow.customers.of_company(company.id)),
        _pipelines(desk, companies),
        tuple(_sales(desk, companies)),
        tuple(_locks(desk, companies, as_of)),
        tuple(_open_items(desk, companies, as_of)),
        tuple(_statements(desk, companies, as_of)),
        tuple(one for company in companies for one in desk.uow.cases.of_company(company.id)),
        consolidate_group(desk, group, as_of, explained_translation),
        tuple(desk.uow.decisions.all()),
    )


def _pipelines(desk: Desk, companies: Iterable[Company]) -> tuple[StageTotal, ...]:
    """The deals by stage, pipeline after pipeline; a deal with parts is counted by these."""
    walking: dict[str, list[Deal]] = {}
    for company in companies:
        for deal in without_wholes(desk.uow.deals.of_company(company.id)):
            walking.setdefault(deal.pipeline, []).append(deal)
    return tuple(
        total
        for name in sorted(walking)
        for total in stage_totals(desk.selling.pipelines.of(name), walking[name])
    )


def _refuse_the_past(desk: Desk, companies: Iterable[Company], as_of: date) -> None:
    """Documents show their state of today, so a report looks at the last day or later."""
    for company in companies:
        days = dealing_days(desk, company.id)
        days |= {company.closed_through} if company.closed_through else set()
        if max(days, default=as_of) > as_of:
            raise ReportOfThePast(company=company.id, as_of=as_of, known=max(days))


def _sales(desk: Desk, companies: Iterable[Company]) -> Iterator[Sale]:
    for company in companies:
        lines = _lines(desk, company, date.max)
        kept = desk.uow.payments.of_company(company.id)
        payments = tuple(one for one in kept if not one.is_undone)
        for invoice in desk.uow.invoices.of_company(company.id):
            item = item_id(company.id, invoice.number)
            arose = [one for one in lines if one.posting.item == item and one.kind == "invoice"]
            made = tuple(one for one in payments if one.invoice == invoice.id)
            yield Sale(
                desk.uow.customers.get(invoice.customer),
                invoice,
                _billed(desk, invoice),
                _sum(f"Invoice {invoice.number} as booked", arose, company.functional),
                made,
                _realised(
                    desk, company, invoice.number, lines, {f"payment:{one.id}" for one in made}
                ),
            )


def _lines(desk: Desk, company: Company, through: date) -> tuple[JournalLine, ...]:
    return tuple(with_decisions(desk, desk.uow.journal.lines(company.id, None, through)))


def _billed(desk: Desk, invoice: Invoice) -> Figure:
    label, parts = f"Invoice {invoice.number}", line_figures(desk, invoice)
    added = invoice.total - Money.total((one.value for one in parts), currency=invoice.currency)
    if not added:
        return Figure.total(label, parts, invoice.currency, "sum of its lines (M9)")
    taxes = Figure.stated("Taxes", added, Evidence("invoice", invoice.number))
    return Figure.total(label, (*parts, taxes), invoice.currency, "lines and taxes (M9)")


def _realised(
    desk: Desk, company: Company, number: str, lines: Iterable[JournalLine], entries: set[str]
) -> Figure:
    """The exchange difference on some payments; a gain, which is a credit, is shown positive."""
    held = [
        one
        for one in lines
        if one.entry in entries and one.posting.account == desk.chart.duties.realised_fx
    ]
    return _credit(f"Realised on {number}", held, company.functional)


def _sum(label: str, lines: Iterable[JournalLine], currency: Currency) -> Figure:
    return Figure.total(label, map(posted, lines), currency, "sum of the postings")


def _credit(label: str, lines: Iterable[JournalLine], currency: Currency) -> Figure:
    total = _sum(label, lines, currency)
    return Figure(label, -total.value, "sum of the postings, a credit shown positive", total.inputs)


def _company(desk: Desk, company: Company, as_of: date) -> CompanyReport:
    lines = _lines(desk, company, as_of)
    duties, currency = desk.chart.duties, company.functional
    results = [one for one in lines if desk.chart.account(one.posting.account).type.is_result]

    def on(account: str) -> list[JournalLine]:
        return [one for one in lines if one.posting.account == account]

    return CompanyReport(
        company,
        _credit(f"Sales of {company.id}", on(duties.sales), currency),
        _credit(f"Realised exchange differences of {company.id}", on(duties.realised_fx), currency),
        _credit(
            f"Unrealised exchange differences of {company.id}", on(duties.unrealised_fx), currency
        ),
        _sum(f"Payment provider fees of {company.id}", on(duties.fees), currency),
        _credit(f"Profit of {company.id}", results, currency),
    )


def _locks(desk: Desk, companies: Iterable[Company], as_of: date) -> Iterator[LockReport]:
    members = {company.id for company in companies}
    invoices: dict[LockId | None, list[Invoice]] = {}
    for one in desk.uow.invoices.all():
        invoices.setdefault(one.lock, []).append(one)
    for lock in desk.uow.locks.all():
        quote = desk.uow.quotes.get(lock.owner)
        if quote.company in members:
            yield _lock(desk, lock, quote, invoices.get(lock.id, []), as_of)


def _lock(
    desk: Desk, lock: RateLock, quote: Quote, invoices: Sequence[Invoice], as_of: date
) -> LockReport:
    until = min(as_of, max((one.issued_on for one in invoices), default=lock.last_day))
    fixings = desk.rates.published(
        lock.covers.currency, quote.currency, lock.locked_at.date() - timedelta(days=14), until
    )
    return LockReport(
        lock,
        quote,
        desk.uow.customers.get(quote.customer),
        home_value(desk, quote),
        fixings,
        _result_of(lock, [result for one in invoices if (result := lock_result(desk, one))]),
    )


def _result_of(lock: RateLock, results: Sequence[Figure]) -> Figure | None:
    """What a lock brought on all its invoices."""
    if len(results) <= 1:
        return results[0] if results else None
    label = f"Result of rate lock {lock.id}"
    return Figure.total(label, results, lock.covers.currency, "sum over its invoices")


def _open_items(desk: Desk, companies: Iterable[Company], as_of: date) -> Iterator[OpenReport]:
    for company in companies:
        lines = [one for one in desk.uow.journal.lines(company.id, None, as_of) if one.posting.item]
        for item in items_as_of(desk, company.id, as_of):
            if not item.open.is_zero:
                yield _open_item(desk, company, item, lines, as_of)


def _open_item(
    desk: Desk, company: Company, item: OpenItem, lines: Iterable[JournalLine], as_of: date
) -> OpenReport:
    own = [one for one in lines if one.posting.item == item.id]
    overdue = (as_of - item.due_on).days
    evidence = tuple(
        Evidence("entry", one.entry, f"{one.on} {one.kind}", one.posting.amount) for one in own
    )
    return OpenReport(
        company,
        item,
        desk.uow.customers.find(CustomerId(item.party)),
        Figure.stated(f"Open on {item.reference}", item.open, *evidence),
        _sum(f"Carrying amount of {item.reference}", own, company.functional),
        overdue,
        bucket_of(overdue),
    )


def _statements(desk: Desk, companies: Iterable[Company], as_of: date) -> Iterator[Statement]:
    """Every week in which something was billed, credited or paid, up to the day."""
    for company in companies:
        days = (day for day in dealing_days(desk, company.id) if day <= as_of)
        for monday in sorted({week_of(day)[0] for day in days}):
            for made in weekly_statements(desk, company.id, monday):
                if made.lines:
                    yield made


def figures(seen: Overview) -> Iterator[Figure]:
    """Every figure that the overview shows at its top level, in reading order."""
    group = seen.consolidation
    yield from (group.net_assets, group.profit, group.reserve, group.minority)
    yield from (group.minority_profit, group.rounding)
    yield from (line.figure for line in group.lines)
    for translation in group.translations:
        yield from (translation.reserve, translation.plug)
    for company in seen.companies:
        yield from (company.sales, company.realised_fx, company.unrealised_fx)
        yield from (company.fees, company.profit)
    for sale in seen.sales:
        yield from (sale.total, sale.booked, sale.realised_fx)
    for lock in seen.locks:
        yield from (one for one in (lock.home, lock.result, lock.lock.break_cost) if one)
    for item in seen.open_items:
        yield from (item.open, item.carrying)
    for stage in seen.pipeline:
        yield from (stage.value, stage.weighted)
    for made in seen.statements:
        yield from (made.opening, *(line.figure() for line in made.lines), made.closing)
    yield from (case.figure() for case in seen.cases)
