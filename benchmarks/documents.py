"""Many documents for the storage benchmark: imported, filled in bulk, found and paged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from benchmarks.places import SqlPlace
from benchmarks.stories import FIRST, HOME, USD, at
from fxcrm.billing import DocumentLine, Invoice
from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.ids import CustomerId, InvoiceId
from fxcrm.money import Money
from fxcrm.ports import Store
from fxcrm.ports.storage import UnitOfWork
from fxcrm.queries import Filter

BUSY: Final = CustomerId("C0000000")  # has as many documents as all others together
PAGE: Final = 100
_LARGEST: Final = 1_000

Work = Callable[[Store], object]


def customer(number: int) -> Customer:
    """A customer of the company."""
    return Customer.register(
        CustomerId(f"C{number:07}"),
        company=HOME,
        name=f"Acme {number}",
        country="US",
        currency=USD,
        also=(Currency("EUR"),),
        on=FIRST,
    )


def invoice(number: int, of: CustomerId) -> Invoice:
    """An invoice of two lines."""
    pumps = DocumentLine("Pumps", Decimal(4), Money(Decimal(4000 + number % 977), USD))
    valves = DocumentLine("Valves", Decimal("12.5"), Money("230.00", USD))
    return Invoice(
        InvoiceId(f"I{number:07}"),
        f"nordwind-INV-{number:07}",
        HOME,
        of,
        None,
        USD,
        (pumps, valves),
        FIRST,
        FIRST + timedelta(days=30),
        None,
    )


def imported(numbers: range) -> Work:
    """So many customers with an invoice each, in one unit of work."""

    def work(store: Store) -> None:
        with store.begin(actor="import", at=at(FIRST)) as unit:
            for number in numbers:
                unit.customers.add(customer(number))
                unit.invoices.add(invoice(number, CustomerId(f"C{number:07}")))
            unit.commit()

    return work


def added(number: int) -> Work:
    """One invoice, in a unit of work of its own."""

    def work(store: Store) -> None:
        with store.begin(actor="ada", at=at(FIRST)) as unit:
            unit.invoices.add(invoice(number, BUSY))
            unit.commit()

    return work


def _asked(question: Callable[[UnitOfWork], object]) -> Work:
    def work(store: Store) -> None:
        with store.begin(reading=True) as unit:
            question(unit)

    return work


def found(number: int) -> Work:
    """One invoice by its id."""
    return _asked(lambda unit: unit.invoices.get(InvoiceId(f"I{number:07}")))


def paged(number: int) -> Work:
    """A hundred invoices of the busy customer, after the id of a number."""
    where, after = Filter(company=HOME, customer=BUSY), f"I{number:07}"
    return _asked(lambda unit: unit.invoices.page(where, after=after, limit=PAGE))


def paged_rarely(number: int) -> Work:
    """The only invoice of a customer, asked for like a page."""
    where = Filter(company=HOME, customer=CustomerId(f"C{number:07}"))
    return _asked(lambda unit: unit.invoices.page(where, limit=PAGE))


def listed() -> Work:
    """All invoices of the busy customer, page by page."""
    return _asked(lambda unit: sum(1 for _ in _every(unit)))


def _every(unit: UnitOfWork) -> Iterator[Invoice]:
    after: str | None = ""
    while after is not None:
        page = unit.invoices.page(Filter(company=HOME, customer=BUSY), after=after, limit=_LARGEST)
        yield from page.items
        after = page.after


def busy(count: int) -> Work:
    """The busy customer with so many invoices, and as many customers with one."""

    def work(store: Store) -> None:
        imported(range(1, 2))(store)
        for start in range(0, count, _LARGEST):
            with store.begin(actor="import", at=at(FIRST)) as unit:
                for number in range(start, min(count, start + _LARGEST)):
                    unit.invoices.add(invoice(10 + 2 * number, BUSY))
                    unit.invoices.add(invoice(11 + 2 * number, CustomerId(f"C{number + 1:07}")))
                unit.commit()

    return work


def filled(place: SqlPlace, name: str, first: int, last: int) -> None:
    """Invoices by the database itself, equal to one that is there but for id, number, customer.

    Every tenth is of the busy customer. They have no audit record and no event: what is measured
    is how the store behaves among many rows.
    """
    connection: Any = place.connect(name)
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM invoices LIMIT 1")
    columns = [one[0] for one in cursor.description]
    cursor.fetchall()
    number = place.padded("i")
    values = {
        "id": f"'I' || {number}",
        "number": f"'nordwind-INV-' || {number}",
        "customer": f"CASE i % 10 WHEN 0 THEN '{BUSY}' ELSE 'C' || {number} END",
    }
    names = ", ".join(f'"{one}"' for one in columns)
    chosen = ", ".join(values.get(one, f'one."{one}"') for one in columns)
    series = place.series(first, last)
    cursor.execute(
        f"INSERT INTO invoices ({names}) SELECT {chosen} FROM {series}, "  # noqa: S608
        "(SELECT * FROM invoices LIMIT 1) AS one"
    )
    connection.commit()
    connection.close()
    analysed(place, name)


def analysed(place: SqlPlace, name: str) -> None:
    """Let the database count what it has, as a running one does after a while by itself."""
    connection: Any = place.connect(name)
    connection.execute("ANALYZE")
    connection.close()
