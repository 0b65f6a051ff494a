"""Examining: reports on the books of a company, as of any day and as known at any instant.

Each reads the postings once and hands them to a pure report of `fxcrm.reports`, with the rate
decisions that they name, so that every figure explains itself. Nothing is written: a closing
rate that was never decided is taken for the report alone, unless the desk is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.extras import Value
from fxcrm.ids import AccountCode, CompanyId, EntryId, FieldId, OpenItemId
from fxcrm.ledger import JournalLine, OpenItem
from fxcrm.money import Money, canonical
from fxcrm.posting import item_id
from fxcrm.reports import (
    AccountSheet,
    AgeBuckets,
    Ageing,
    AgeingBy,
    Exposure,
    Grouping,
    Results,
    Scope,
    TrialBalanceReport,
)
from fxcrm.reports.exposure import MATURITY
from fxcrm.reports.results import BY_CURRENCY, NOT_ATTRIBUTED, Attribution
from fxcrm.restatement import Constant, MissingRates
from fxcrm.usecases.deciding import Desk, spot
from fxcrm.usecases.restating import DeskDecider


class ResultsOffTrialBalance(RuleRefused):
    """Results that are not what the income accounts moved by: the record was damaged."""

    company: CompanyId
    results: Money
    accounts: Money
    template = "the results of {company} are {results}, its income accounts say {accounts}"


def examine_trial_balance(
    desk: Desk, company: CompanyId, as_of: date, known_at: datetime | None = None
) -> TrialBalanceReport:
    """Every balance at the end of a day, each currency summing to zero (D31).

    Raises `BooksOffBalance`.
    """
    scope = _scope(desk, company, as_of, known_at=known_at)
    return TrialBalanceReport.of(scope, _lines(desk, scope), desk.chart)


def examine_account(
    desk: Desk,
    company: CompanyId,
    account: AccountCode,
    until: date,
    *,
    since: date | None = None,
    currency: Currency | None = None,
    known_at: datetime | None = None,
) -> AccountSheet:
    """One account over a span, both days included; ``currency`` None shows all of them.

    Raises `AccountMissing`, `SpanRefused`.
    """
    shown = desk.chart.account(account)
    scope = _scope(desk, company, until, since, known_at)
    parties = {one.id: one.party for one in desk.uow.items.of_company(company)}
    own = (line for line in _postings(desk, scope) if line.posting.account == account)
    lines = _decided(desk, own)
    return AccountSheet.of(scope, shown, lines, currency=currency, parties=parties)


def examine_ageing(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    *,
    by: AgeingBy = AgeingBy.DUE_DATE,
    buckets: AgeBuckets | None = None,
    accounts: Sequence[AccountCode] = (),
    grouping: Grouping = Grouping.ITEM,
    known_at: datetime | None = None,
) -> Ageing:
    """What was open at the end of a day, by age; ``accounts`` empty takes all that have items.

    Raises `AgeingOffControl`, `AccountMissing`, `BucketsRefused`.
    """
    for code in accounts:
        desk.chart.account(code)
    scope = _scope(desk, company, as_of, known_at=known_at)
    items, lines = desk.uow.items.of_company(company), _lines(desk, scope)
    return Ageing.of(
        scope, items, lines, desk.chart,
        by=by, buckets=buckets, accounts=accounts, grouping=grouping,
    )  # fmt: skip


def examine_exposure(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    *,
    basis: Constant | None = None,
    buckets: AgeBuckets = MATURITY,
    missing: MissingRates = MissingRates.REFUSE,
    known_at: datetime | None = None,
) -> Exposure:
    """What rates can move, by currency and maturity, at the closing rate of the day.

    ``basis`` names another rate: of a day, of a budget. Raises `RateMissing` unless what has no
    rate shall be left out.
    """
    scope = _scope(desk, company, as_of, known_at=known_at)
    items, lines = desk.uow.items.of_company(company), _lines(desk, scope)

    def rate(currency: Currency) -> RateDecision:
        if basis is not None:
            return basis.decided(DeskDecider(desk), currency, scope.functional)
        return spot(desk, Purpose.CLOSING, scope.functional, currency, as_of)

    return Exposure.of(
        scope, items, lines, desk.chart,
        rate=rate, rate_name=basis.name if basis else f"at the closing rate of {as_of}",
        buckets=buckets, missing=missing,
    )  # fmt: skip


def examine_results(
    desk: Desk,
    company: CompanyId,
    until: date,
    attribution: Attribution = BY_CURRENCY,
    *,
    since: date | None = None,
    known_at: datetime | None = None,
) -> Results:
    """Profit and what made it, over a span, both days included (None: from the beginning).

    The total is held against the balances of the income accounts. Raises `SpanRefused`,
    `ResultsOffTrialBalance`.
    """
    scope = _scope(desk, company, until, since, known_at)
    items = tuple(desk.uow.items.of_company(company))
    within = _decided(desk, _postings(desk, scope, after=_day_before(since)))
    made = Results.of(scope, items, within, desk.chart, attribution, _kinds(desk))
    accounts = _moved(desk, scope, until) - _moved(desk, scope, _day_before(since))
    if made.total.profit.value != accounts:
        raise ResultsOffTrialBalance(
            company=company, results=made.total.profit.value, accounts=accounts
        )
    return made


def by_customer() -> Attribution:
    """A row for each customer; suppliers and group companies are rows too."""
    return Attribution("customer", lambda item: item.party)


def by_field(desk: Desk, company: CompanyId, field: FieldId) -> Attribution:
    """A row for each value of a custom field: that of the invoice, else that of the customer.

    What was paid too much of an invoice, or credited once it was paid, goes with the invoice.
    """
    trading = desk.uow.companies.get(company).parallel_to or company  # whose documents they are
    customers = desk.uow.customers.of_company(trading)
    of_party = {str(one.id): _named(one.extras[field]) for one in customers if field in one.extras}
    of_item = _by_item(desk, trading, company, field)

    def value(item: OpenItem) -> str:
        return of_item.get(item.id) or of_party.get(item.party) or NOT_ATTRIBUTED

    return Attribution(field, value)


def _by_item(
    desk: Desk, trading: CompanyId, company: CompanyId, field: FieldId
) -> dict[OpenItemId, str]:
    """The values of invoices, by the items that they, their payments and credit notes made."""
    invoices = [one for one in desk.uow.invoices.of_company(trading) if field in one.extras]
    values = {one.id: _named(one.extras[field]) for one in invoices}
    made = [(one.number, one.id) for one in invoices]
    made += [
        (f"{one.id}:credit", one.invoice)
        for one in desk.uow.payments.of_company(trading)
        if one.invoice is not None
    ]
    made += [(one.number, one.invoice) for one in desk.uow.credit_notes.of_company(trading)]
    return {item_id(company, key): values[id] for key, id in made if id in values}


def _named(value: Value) -> str:
    """A value as the name of a row; equal numbers have one name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return canonical(value) if isinstance(value, Decimal) else str(value)


def _scope(
    desk: Desk,
    company: CompanyId,
    until: date,
    since: date | None = None,
    known_at: datetime | None = None,
) -> Scope:
    functional = desk.uow.companies.get(company).functional
    return Scope(company, functional, until, since, known_at)


def _day_before(day: date | None) -> date | None:
    return None if day is None or day == date.min else day - timedelta(days=1)


def _postings(desk: Desk, scope: Scope, after: date | None = None) -> Iterator[JournalLine]:
    return desk.uow.journal.lines(scope.company, after, scope.until, scope.known_at)


def _lines(desk: Desk, scope: Scope) -> tuple[JournalLine, ...]:
    return _decided(desk, _postings(desk, scope))


def _decided(desk: Desk, lines: Iterable[JournalLine]) -> tuple[JournalLine, ...]:
    """The lines, each with the decision that it names; all are asked for at once."""
    known = tuple(lines)
    named = {one.posting.decision for one in known}
    found = desk.uow.decisions.among([id for id in named if id is not None])
    return tuple(
        attrs.evolve(one, decision=found[one.posting.decision]) if one.posting.decision else one
        for one in known
    )


def _moved(desk: Desk, scope: Scope, through: date | None) -> Money:
    """What income and expense come to from the beginning on; a profit is positive."""
    if through is None:
        return Money.zero(scope.functional)
    balances = desk.uow.journal.balances(scope.company, through, scope.known_at)
    of_result = (
        one.functional for one in balances if desk.chart.account(one.account).type.is_result
    )
    return -Money.total(of_result, currency=scope.functional)


def _kinds(desk: Desk) -> Callable[[EntryId], str]:
    """The kind of an entry by its id, each looked up once."""
    known: dict[EntryId, str] = {}

    def kind(id: EntryId) -> str:
        if id not in known:
            found = desk.uow.journal.find(id)
            known[id] = found.kind if found else ""
        return known[id]

    return kind
