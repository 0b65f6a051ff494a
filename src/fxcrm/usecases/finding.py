"""Finding: customers by what is known of them, and by what they owe or bought in one currency.

An amount is compared in the currency in which it was asked for, never across currencies (R7):
what a customer owes or bought is converted by one rule, at the rate of one day, with one decision
for each pair; each answer is a figure that names them. A rate that is missing is an error, or its
amounts are left out in plain sight (R6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from unicodedata import normalize

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.errors import CallError
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.ledger import OpenItem
from fxcrm.money import Money
from fxcrm.queries import EVERYTHING, Filter, every
from fxcrm.restatement import AtDay, DatedAmount, LeftOut, MissingRates, RestatedRow, restate
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.restating import DeskDecider
from fxcrm.usecases.standing import open_items_as_of


class SearchRefused(CallError):
    """A search that can not be made like this."""

    reason: str
    template = "customers can not be searched like this: {reason:plain}"


class Measure(Enum):
    """Which amounts of a customer are compared."""

    OWED = "owed"  # what is open at the end of the day, less what the customer has to its credit
    BOUGHT = "bought"  # the invoices of the period less its credit notes


@attrs.frozen
class Above:
    """More than an amount, as of the end of a day; what was bought, since a day or ever."""

    measure: Measure
    amount: Money
    on: date
    since: date = date.min


@attrs.frozen
class Found:
    """A customer that was found, with the figure that was compared, if one was."""

    customer: Customer
    figure: Figure | None = None


@attrs.frozen
class Search:
    """Customers by id, and the amounts that were compared with nothing: no rate was there."""

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()


def find_customers(
    desk: Desk,
    where: Filter = EVERYTHING,
    *,
    name: str = "",
    above: Above | None = None,
    missing: MissingRates = MissingRates.REFUSE,
) -> Search:
    """The customers that meet a filter, have a text in their name, and an amount above another.

    Capitals and widths of letters in a name are no matter. An amount is searched in one company.
    Raises `SearchRefused`, `FilterRefused`, and a `RateMissing` unless it shall be left out.
    """
    wanted = _folded(name)
    customers = [
        one for one in every(desk.uow.customers.page, where) if wanted in _folded(one.name)
    ]
    if above is None:
        return Search(tuple(map(Found, customers)))
    if where.company is None:
        raise SearchRefused(reason="name the company in whose books the amount is looked for")
    figures, left = amounts_of(desk, where.company, above, missing)
    met = (Found(one, figures.get(one.id)) for one in customers)
    least = above.amount
    kept = tuple(one for one in met if one.figure is not None and one.figure.value > least)
    ours = {one.id for one in customers}
    return Search(kept, tuple(one for one in left if one.key in ours))


def amounts_of(
    desk: Desk, company: CompanyId, above: Above, missing: MissingRates = MissingRates.REFUSE
) -> tuple[dict[CustomerId, Figure], tuple[LeftOut, ...]]:
    """What each customer of a company owes or bought, in the currency of the amount asked for.

    Rounded once, on the total (M9). Of a customer of whom something is left out there is no figure.
    """
    currency, basis = above.amount.currency, AtDay(above.on)
    amounts = _AMOUNTS[above.measure](desk, company, above)
    restated = restate(amounts, currency, [basis], DeskDecider(desk), missing)
    held: dict[CustomerId, list[RestatedRow]] = {}
    for row in restated.rows:
        held.setdefault(CustomerId(row.key), []).append(row)
    left = {one.key for one in restated.left_out}
    return {
        id: _figure(id, rows, above, basis.name, currency)
        for id, rows in held.items()
        if id not in left
    }, restated.left_out


def _figure(
    id: CustomerId, rows: Iterable[RestatedRow], above: Above, basis: str, currency: Currency
) -> Figure:
    parts = [row.values[basis] for row in rows]
    return Figure.blended(f"Customer {id}, {above.measure.value} {basis}", parts, currency)


def owed_items(desk: Desk, company: CompanyId, on: date) -> Iterator[OpenItem]:
    """The items of customers at the end of a day: claims positive, their credits negative."""
    duties = desk.chart.duties
    of_customers = {
        duties.receivables,
        duties.intercompany_receivables,
        duties.buyer_credits,
        duties.advances_received,
    }
    return (one for one in open_items_as_of(desk, company, on) if one.account in of_customers)


def _owed(desk: Desk, company: CompanyId, above: Above) -> Iterator[DatedAmount]:
    for item in owed_items(desk, company, above.on):
        yield DatedAmount(
            item.open,
            above.on,
            item.party,
            evidence=Evidence("open item", item.id, item.reference, item.open),
        )


def _bought(desk: Desk, company: CompanyId, above: Above) -> Iterator[DatedAmount]:
    where = Filter(company=company, since=above.since, until=above.on)
    for invoice in every(desk.uow.invoices.page, where):
        evidence = Evidence("invoice", invoice.number, str(invoice.issued_on), invoice.total)
        yield DatedAmount(
            invoice.total, invoice.issued_on, str(invoice.customer), evidence=evidence
        )
    for note in every(desk.uow.credit_notes.page, where):
        if not note.is_cancelled:
            evidence = Evidence("credit note", note.number, str(note.issued_on), -note.total)
            yield DatedAmount(-note.total, note.issued_on, str(note.customer), evidence=evidence)


_AMOUNTS = {Measure.OWED: _owed, Measure.BOUGHT: _bought}


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()
