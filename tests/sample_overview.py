"""A whole overview, made by the domain itself: two companies, three currencies, two months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs

from fxcrm.billing import (
    DocumentLine,
    Invoice,
    Payment,
    ServiceCase,
    Statement,
    StatementLine,
    statement,
)
from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.decisions import Purpose
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import (
    AccountCode,
    CaseId,
    CompanyId,
    CustomerId,
    DealId,
    InvoiceId,
    LockId,
    OpenItemId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger import Company, Consolidation, Group, OpenItem, Stake, consolidate
from fxcrm.ledger.translation import posted
from fxcrm.money import Money
from fxcrm.pipeline import CROSS_BORDER_TRADE, Deal, stage_totals
from fxcrm.posting import capital_paid_in, costs_paid, invested
from fxcrm.ratelocks import RateLock, end_of_day
from fxcrm.rates import CurrencyPair
from fxcrm.selling import Quote, QuoteLine
from fxcrm.usecases.reporting import (
    CompanyReport,
    LockReport,
    OpenReport,
    Overview,
    Sale,
    bucket_of,
)
from tests.sample_books import (
    ACME,
    AS_OF,
    CHART,
    EUR,
    JPY,
    NORDWIND,
    RATES,
    USD,
    Books,
    Decisions,
    at,
    day,
)

CUSTOMERS = tuple(
    Customer.register(
        CustomerId(id),
        company=company.id,
        name=name,
        country=country,
        currency=currency,
        on=day(1, 5),
    )
    for id, company, name, country, currency in (
        ("blueharbor", NORDWIND, "Blue Harbor LLC", "US", USD),
        ("sakura", NORDWIND, "Sakura Trading KK", "JP", JPY),
        ("lumiere", NORDWIND, "Atelier Lumière SARL", "FR", EUR),
        ("hanse", ACME, "Hanse Kontor AG", "DE", EUR),
        ("prairie", ACME, "Prairie Supply Co.", "US", USD),
    )
)
BY_ID = {one.id: one for one in CUSTOMERS}
COMPANIES: Mapping[CompanyId, Company] = {one.id: one for one in (NORDWIND, ACME)}

# Number, customer, what was bought, total, issued on, days to pay, lock.
INVOICES = (
    ("INV-0001", "blueharbor", "Milling machine", "USD 47,800.00", day(2, 27), 30, "L-1"),
    ("INV-0002", "lumiere", "Lathe, refurbished", "EUR 12,400.00", day(2, 6), 30, None),
    ("INV-0003", "sakura", "Spindles", "JPY 2,951,720", day(3, 9), 14, None),
    ("INV-0004", "blueharbor", "Spare parts", "USD 3,215.40", day(3, 20), 30, None),
    ("US-0001", "hanse", "Torque sensors", "EUR 18,700.00", day(3, 17), 30, "L-3"),
    ("US-0002", "prairie", "Hand tools", "USD 26,950.00", day(2, 18), 14, None),
    ("US-0003", "prairie", "Service contract", "USD 4,800.00", day(3, 25), 30, None),
)

# Invoice, settled, received, fee, on.
PAYMENTS = (
    ("INV-0001", "USD 20000.00", "USD 19420.00", "USD 580.00", day(3, 13)),
    ("INV-0001", "USD 27800.00", "USD 27800.00", "USD 0.00", day(3, 27)),
    ("INV-0002", "EUR 12400.00", "EUR 12400.00", "EUR 0.00", day(3, 6)),
    ("INV-0003", "JPY 1200000", "JPY 1194000", "JPY 6000", day(3, 24)),
    ("US-0002", "USD 20000.00", "USD 19995.00", "USD 5.00", day(3, 4)),
)


def invoice_of(row: tuple[str, str, str, str, date, int, str | None]) -> Invoice:
    """An invoice of one line."""
    number, customer, what, total, on, days, lock = row
    amount = Money.parse(total.replace(",", ""))
    company = BY_ID[CustomerId(customer)].company
    line = DocumentLine(what, Decimal(1), amount)
    return Invoice(
        InvoiceId(number), number, company, CustomerId(customer), None, amount.currency, (line,),
        on, on + timedelta(days=days), LockId(lock) if lock else None,
    )  # fmt: skip


def payments_of(invoice: Invoice) -> Iterator[Payment]:
    """The payments of an invoice, oldest first."""
    for position, (number, settled, received, fee, on) in enumerate(PAYMENTS, 1):
        if number == invoice.number:
            yield Payment(
                PaymentId(f"P-{position}"), invoice.company, invoice.customer, invoice.id,
                Money.parse(settled), Money.parse(received), Money.parse(fee), "card", on,
            )  # fmt: skip


def sold(books: Books, invoice: Invoice) -> Sale:
    """An invoice booked and paid."""
    company = COMPANIES[invoice.company]
    booked = books.bill(company, invoice)
    payments = tuple(payments_of(invoice))
    for payment in payments:
        books.receive(company, payment, invoice.number)
    gains = [done.realised_fx for id, done in books.settlements if id == invoice.id]
    return Sale(
        BY_ID[invoice.customer],
        attrs.evolve(invoice, state=_state(books, invoice, payments)),
        Figure.stated(invoice.number, invoice.total, Evidence("document", invoice.number)),
        booked,
        payments,
        Figure.total(f"Exchange difference on {invoice.number}", gains, company.functional),
    )


def _state(books: Books, invoice: Invoice, payments: tuple[Payment, ...]) -> str:
    item = books.items[OpenItemId(f"item:{invoice.company}:{invoice.number}")]
    if item.is_settled:
        return "paid"
    return "partly paid" if payments else "issued"


def founded(books: Books) -> None:
    """Capital, investment, costs and the charge within the group."""
    books.book(capital_paid_in(books.fact(NORDWIND, "capital", "EUR 250000.00", day(2, 2)), CHART))
    books.book(capital_paid_in(books.fact(ACME, "capital", "USD 120000.00", day(2, 2)), CHART))
    share = books.decisions.spot(EUR, USD, day(2, 2)).convert(Money("96000.00", "USD"))
    books.book(invested(books.fact(NORDWIND, "shares", str(share), day(2, 2)), ACME.id, CHART))
    for company, key, amount, on in (
        (NORDWIND, "rent and wages", "EUR 31200.00", day(2, 26)),
        (NORDWIND, "freight", "EUR 4115.37", day(3, 12)),
        (ACME, "wages", "USD 18640.00", day(2, 27)),
        (ACME, "freight", "USD 2210.95", day(3, 19)),
    ):
        books.book(costs_paid(books.fact(company, key, amount, on), CHART))
    books.charge("licence fee", "EUR 5000.00", day(3, 10))


Offer = tuple[str, str, str, str, str, date, date, str]


def quoted(decisions: Decisions, row: Offer) -> tuple[Quote, RateLock]:
    """A quote with its lock."""
    id, customer, priced, counter, value, on, until, what = row
    money, home = Money.parse(priced), BY_ID[CustomerId(customer)]
    pair = CurrencyPair.of(money.currency, counter)
    locked = decisions.locked(id, pair, value, on)
    spot = decisions.spot(pair.base, pair.counter, on, Purpose.QUOTE)
    quote = Quote(
        QuoteId(f"Q-{id}"), f"Q-000{id[-1]}", home.company, home.id, None, Currency(counter),
        money.currency, on, until, (QuoteLine(what, Decimal(1), money),), locked, LockId(id),
    )  # fmt: skip
    ends = end_of_day(until, "Europe/Berlin")
    return quote, RateLock(LockId(id), quote.id, locked, spot, money, at(on), ends)


# Lock, customer, priced, document currency, locked rate, on, until, what.
QUOTES = (
    ("L-1", "blueharbor", "EUR 40000.00", "USD", "1.1950", day(2, 10), day(3, 6), "Mill"),
    ("L-2", "sakura", "EUR 22500.00", "JPY", "182.52", day(2, 16), day(3, 13), "Press brake"),
    ("L-3", "hanse", "USD 21692.00", "EUR", "0.862069", day(3, 2), day(3, 31), "Torque sensors"),
    ("L-4", "sakura", "EUR 8900.00", "JPY", "184.20", day(3, 17), day(4, 17), "Cutting tools"),
)


def lock_report(decisions: Decisions, row: Offer) -> LockReport:
    """A lock with what became of it."""
    quote, lock = quoted(decisions, row)
    customer = BY_ID[quote.customer]
    home = COMPANIES[quote.company].functional
    total = Figure.total(f"Quote {quote.number}", quote.figures(), quote.currency)
    worth = Figure.converted(f"Quote {quote.number} at home", total, lock.spot)
    assert home is worth.value.currency
    held = RATES.published(quote.priced_in, quote.currency, row[5], row[6])
    billed = {"L-1": day(2, 27), "L-3": day(3, 17)}.get(row[0])
    pair = lock.locked.pair
    spot = decisions.spot(pair.base, pair.counter, billed) if billed else None
    state = "consumed" if billed else "expired" if row[6] < AS_OF else "held"
    ended = attrs.evolve(lock, state=state, drawn=lock.covers if billed else lock.drawn)
    ended_as = {"consumed": "accepted", "expired": "lapsed", "held": "approved"}[state]
    result = lock.result(quote.total, spot) if spot else None
    return LockReport(ended, attrs.evolve(quote, state=ended_as), customer, worth, held, result)


def deals() -> Iterator[Deal]:
    """Deals of every stage and currency."""
    for position, (customer, title, value, stage) in enumerate(
        (
            ("blueharbor", "Milling machine", "USD 47800.00", "won"),
            ("blueharbor", "Second milling machine", "USD 51500.00", "quoted"),
            ("blueharbor", "Coolant system", "USD 8200.00", "qualified"),
            ("sakura", "Spindles", "JPY 2951720", "won"),
            ("sakura", "Press brake", "JPY 4106700", "lost"),
            ("sakura", "Cutting tools", "JPY 1639380", "quoted"),
            ("lumiere", "Lathe, refurbished", "EUR 12400.00", "won"),
            ("lumiere", "Lathe, new", "EUR 38900.00", "qualified"),
            ("hanse", "Torque sensors", "EUR 18700.00", "won"),
            ("hanse", "Calibration", "EUR 2950.00", "quoted"),
            ("prairie", "Hand tools", "USD 26950.00", "won"),
        ),
        1,
    ):
        id = CustomerId(customer)
        yield Deal(
            DealId(f"D-{position}"), BY_ID[id].company, id, None, title, Money.parse(value),
            day(2, 3), stage,
        )  # fmt: skip


def open_report(item: OpenItem) -> OpenReport:
    """An open item at the reporting day."""
    open_figure = Figure.stated(f"Open on {item.reference}", item.open)
    overdue = max((AS_OF - item.due_on).days, 0)
    company = COMPANIES[item.company]
    customer = BY_ID.get(CustomerId(item.party))
    carrying, bucket = item.figure(), bucket_of(overdue)
    return OpenReport(company, item, customer, open_figure, carrying, overdue, bucket)


def company_report(books: Books, company: Company) -> CompanyReport:
    """What a company earned, from its postings; a gain is positive."""
    lines, duties = list(books.lines(company.id)), CHART.duties

    def total(label: str, *codes: AccountCode) -> Figure:
        held = [posted(one) for one in lines if one.posting.account in codes]
        return Figure.total(f"{label} of {company.id}", held, company.functional)

    def earned(label: str, *codes: AccountCode) -> Figure:
        made = total(label, *codes)
        return Figure(made.label, -made.value, "a credit is shown positive", (made,))

    results = [one.code for one in CHART if one.type.is_result]
    return CompanyReport(
        company,
        earned("Sales", duties.sales),
        earned("Realised exchange difference", duties.realised_fx),
        earned("Unrealised exchange difference", duties.unrealised_fx),
        total("Fees", duties.fees),
        earned("Profit", *results),
    )


def statements(sales: Iterable[Sale]) -> Iterator[Statement]:
    """The statement of the last full week for every customer and currency."""
    by_customer: dict[tuple[CustomerId, Currency], list[StatementLine]] = {}
    for sale in sales:
        invoice = sale.invoice
        lines = by_customer.setdefault((sale.customer.id, invoice.currency), [])
        lines.append(StatementLine(invoice.issued_on, "invoice", invoice.number, invoice.total))
        for paid in sale.payments:
            reference = f"{paid.id} for {invoice.number}"
            lines.append(StatementLine(paid.on, "payment", reference, -paid.settled))
    for (customer, currency), lines in by_customer.items():
        yield statement(customer, currency, day(3, 23), day(3, 29), lines)


CASES = (
    ServiceCase(
        CaseId("case-1"), "C-0001", NORDWIND.id, CustomerId("blueharbor"), InvoiceId("INV-0001"),
        "Coolant pump leaks", Money("1250.00", "USD"), day(3, 16), "Replaced under warranty",
        "resolved",
    ),
    ServiceCase(
        CaseId("case-2"), "C-0002", NORDWIND.id, CustomerId("sakura"), InvoiceId("INV-0003"),
        "Two spindles out of tolerance", Money("184000", "JPY"), day(3, 26),
    ),
)  # fmt: skip


def consolidated(books: Books) -> Consolidation:
    """Both companies as one, in euros."""
    group = Group(NORDWIND.id, (Stake(ACME.id, Fraction(4, 5)),), EUR)
    translations = {one.id: books.translated(one) for one in (NORDWIND, ACME)}
    return consolidate(group, AS_OF, translations, chart=CHART)


def sample_overview() -> Overview:
    """Everything a reader sees, at the end of March 2026."""
    decisions = Decisions()
    books = Books(decisions)
    founded(books)
    sales = tuple(sold(books, invoice_of(row)) for row in INVOICES)
    locks = tuple(lock_report(decisions, row) for row in QUOTES)
    for company in (NORDWIND, ACME):
        books.revalue(company)
    group = consolidated(books)
    return Overview(
        group=group.group,
        as_of=AS_OF,
        companies=tuple(company_report(books, one) for one in (NORDWIND, ACME)),
        customers=CUSTOMERS,
        pipeline=stage_totals(CROSS_BORDER_TRADE, deals()),
        sales=sales,
        locks=locks,
        open_items=tuple(open_report(one) for one in books.items.values() if not one.is_settled),
        statements=tuple(statements(sales)),
        cases=CASES,
        consolidation=group,
        decisions=tuple(decisions.taken.values()),
    )
