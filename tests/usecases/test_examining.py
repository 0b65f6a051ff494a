"""Examining: reports from a store, with figures one can check by hand, and as known then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import Currency
from fxcrm.figures import Evidence
from fxcrm.ids import (
    AccountCode,
    CompanyId,
    CreditNoteId,
    CustomerId,
    DecisionId,
    FieldId,
    InvoiceId,
    OpenItemId,
    PaymentId,
)
from fxcrm.ledger import Company
from fxcrm.ledger.accounts import AccountMissing
from fxcrm.ledger.daybook import SpanRefused
from fxcrm.ledger.trial_balance import BooksOffBalance
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ports.storage import NotFound
from fxcrm.rates import RateMissing, RateTable
from fxcrm.reports import (
    AgeBuckets,
    AgeingBy,
    Attribution,
    Exposure,
    Grouping,
    Report,
    ResultColumn,
    Results,
    TrialBalanceReport,
)
from fxcrm.reports.ageing import AgeingOffControl
from fxcrm.reports.listing import RowMissing
from fxcrm.reports.positions import BucketsRefused
from fxcrm.reports.results import BY_CURRENCY
from fxcrm.restatement import AtDay, MissingRates
from fxcrm.usecases import (
    Desk,
    apply_credit,
    credit_invoice,
    open_parallel_book,
    pay_costs,
    receive_advance,
    receive_payment,
    refund_credit,
    revalue,
    undo_payment,
)
from fxcrm.usecases.examining import (
    ResultsOffTrialBalance,
    by_customer,
    by_field,
    examine_account,
    examine_ageing,
    examine_exposure,
    examine_results,
    examine_trial_balance,
)
from tests.ledger.notation import chosen, entry, instant, line, money
from tests.reports import ledgers
from tests.reports.ledgers import Books, books
from tests.usecases.office import (
    ACME,
    EUR,
    FEBRUARY,
    FIRST,
    JANUARY,
    MARCH,
    NORDWIND,
    RATES,
    USD,
    Office,
)

T = TypeVar("T")
DAY = date(2026, 1, 10)  # EUR/USD 1.0809
LATER = date(2026, 2, 5)
BIRCH = CustomerId("birch")
SALESPERSON = FieldId("salesperson")


@pytest.fixture
def office() -> Office:
    """USD 1,080.90 billed at EUR 1,000.00, half of it paid, January revalued."""
    made = Office().open()
    made.invoice(1, "USD 1080.90", DAY)
    made.pay("P-1", 1, "USD 540.45", date(2026, 1, 20))  # 1.0819: EUR 499.54
    made.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))  # 1.0830
    return made


def seen(office: Office, ask: Callable[[Desk], T], day: date = MARCH) -> T:
    """What a report says; nothing is committed."""
    with office.store.begin(actor="ada", at=instant(day), reading=True) as unit:
        return ask(Desk(unit, RATES, instant(day), "ada"))


def shown(report: Report) -> list[list[str]]:
    """The rows as text."""
    return [[str(cell) for cell in row] for row in report.rows().cells]


def test_a_trial_balance_opens_down_to_postings_and_rates(office: Office) -> None:
    """Each account in its currency; a row explains itself with entries and decisions (D31)."""
    made = seen(office, lambda desk: examine_trial_balance(desk, NORDWIND, JANUARY))
    assert [row[:1] + row[2:] for row in shown(made)] == [
        ["1000", "USD", "USD 540.45", "EUR 499.03"],
        ["1100", "USD", "USD 540.45", "EUR 499.03"],
        ["4000", "USD", "USD -1080.90", "EUR -1000.00"],
        ["7000", "USD", "USD 0.00", "EUR 0.46"],
        ["7100", "USD", "USD 0.00", "EUR 1.48"],
        ["", "USD", "USD 0.00", "EUR 0.00"],
        ["", "", "", "EUR 0.00"],
    ]
    _, booked = made.figures(2)
    assert [one.id for one in booked.decisions()] == [
        "booking:EUR/USD:2026-01-10:1",
        "closing:EUR/USD:2026-01-31:1",
    ]
    entries = [node.reference for _, node in booked.walk() if isinstance(node, Evidence)]
    assert entries == [
        "invoice:nordwind:nordwind-INV-0001",
        "payment:P-1",
        "revaluation:nordwind:2026-01-31:items:1",
    ]


def test_an_account_sheet_shows_each_posting_with_what_it_left(office: Office) -> None:
    """January on receivables; February opens where it closed, and reverses the adjustment."""
    receivables = AccountCode("1100")
    january = seen(office, lambda desk: examine_account(desk, NORDWIND, receivables, JANUARY))
    assert [row[4:8] for row in shown(january)] == [
        ["", "USD 0.00", "", "EUR 0.00"],
        ["USD 1080.90", "USD 1080.90", "EUR 1000.00", "EUR 1000.00"],
        ["USD -540.45", "USD 540.45", "EUR -500.00", "EUR 500.00"],
        ["USD 0.00", "USD 540.45", "EUR -0.97", "EUR 499.03"],
        ["", "USD 540.45", "", "EUR 499.03"],
    ]
    second = january.rows().cells[1]
    assert second[:4] == (
        DAY, "invoice:nordwind:nordwind-INV-0001", "nordwind-INV-0001", "acme"
    )  # fmt: skip
    february = seen(
        office,
        lambda desk: examine_account(
            desk, NORDWIND, receivables, FEBRUARY, since=date(2026, 2, 1), currency=Currency("USD")
        ),
    )
    assert [row[5:8] for row in shown(february)] == [
        ["USD 540.45", "", "EUR 499.03"],
        ["USD 540.45", "EUR 0.97", "EUR 500.00"],
        ["USD 540.45", "", "EUR 500.00"],
    ]
    assert [str(one) for one in february.figures(2)] == [
        "USD 0.00", "EUR 0.97", "USD 540.45", "EUR 500.00"
    ]  # fmt: skip


def test_an_edge_belongs_to_the_bucket_on_its_left(office: Office) -> None:
    """Due on 9 February: not due on that day, 30 days later still in the first bucket (D32)."""
    due = DAY + timedelta(days=30)

    def aged(days: int) -> tuple[object, ...]:
        on = due + timedelta(days=days)
        made = seen(office, lambda desk: examine_ageing(desk, NORDWIND, on))
        return made.rows().cells[0][5:7]

    assert aged(0) == (0, "not due")
    assert aged(1) == (1, "1 to 30 days")
    assert aged(30) == (30, "1 to 30 days")
    assert aged(91) == (91, "over 90 days")
    old = seen(office, lambda desk: examine_ageing(desk, NORDWIND, due, by=AgeingBy.DOCUMENT_DATE))
    assert old.rows().cells[0][5:7] == (30, "up to 30 days")


def test_a_revaluation_sits_with_its_invoice(office: Office) -> None:
    """At the end of January the item is carried at the closing rate, and so is its account."""
    made = seen(office, lambda desk: examine_ageing(desk, NORDWIND, JANUARY))
    assert shown(made) == [
        ["1100", "acme", "nordwind-INV-0001", "2026-01-10", "2026-02-09", "-9", "not due",
         "USD 540.45", "EUR 499.03"],
        ["1100", "total", "", "", "", "", "", "", "EUR 499.03"],
    ]  # fmt: skip
    grouped = seen(
        office,
        lambda desk: examine_ageing(
            desk, NORDWIND, JANUARY, grouping=Grouping.PARTY, buckets=AgeBuckets((-10, 0))
        ),
    )
    assert grouped.header == (
        "account", "party", "currency", "amount", "up to -10 days", "-9 to 0 days", "over 0 days",
        "total",
    )  # fmt: skip
    assert shown(grouped)[1] == [
        "1100", "acme", "USD", "carried", "EUR 0.00", "EUR 499.03", "EUR 0.00", "EUR 499.03"
    ]  # fmt: skip


def test_exposure_nets_what_is_monetary_at_the_closing_rate(office: Office) -> None:
    """Bank and receivable together; an advance stands apart, for no rate moves it (D4, M9)."""
    office.at(
        LATER,
        lambda desk: receive_advance(
            desk, PaymentId("A-1"), company=NORDWIND, customer=ACME,
            received=money("GBP 84.36"), method="wire", on=LATER,
        ),
    )  # fmt: skip
    made = seen(office, lambda desk: examine_exposure(desk, NORDWIND, FEBRUARY))
    nets = [(str(one.total), str(one.worth)) for one in made.nets]
    assert nets == [("GBP 84.36", "EUR 99.74"), ("USD 1080.90", "EUR 995.49")]
    assert (str(made.total), str(made.difference)) == ("EUR 1095.23", "EUR 0.00")
    assert [(one.account.code, str(one.total)) for one in made.apart] == [("2300", "GBP -84.36")]
    net = next(one for one in made.nets if one.currency.code == "USD")
    assert net.worth is not None
    assert [one.id for one in net.worth.decisions()][-1] == "closing:EUR/USD:2026-02-28:1"
    budget = seen(office, lambda desk: examine_exposure(desk, NORDWIND, FEBRUARY, basis=AtDay(DAY)))
    assert budget.rate_name == "at the rate of 2026-01-10"
    assert str(budget.nets[1].worth) == "EUR 1000.00"


def test_a_currency_without_a_rate_is_refused_or_left_out_in_plain_sight(office: Office) -> None:
    """Roubles have no rate after January: an error, or a row that says so (R6)."""
    office.invoice(2, "RUB 9000.00", date(2026, 1, 12))
    with pytest.raises(RateMissing):
        seen(office, lambda desk: examine_exposure(desk, NORDWIND, MARCH))
    made: Exposure = seen(
        office,
        lambda desk: examine_exposure(desk, NORDWIND, MARCH, missing=MissingRates.LEAVE_OUT),
    )
    [row] = [one for one in made.rows().cells if one[0] == "RUB" and one[2] == "net"]
    assert str(row[-1]).startswith("left out: no rate for EUR/RUB")
    assert made.total.value == Money.total(
        (one.worth.value for one in made.nets if one.worth), currency=EUR
    )


def test_results_show_each_cause_in_a_column_of_its_own(office: Office) -> None:
    """Sales, a discount, a fee, both exchange differences, and costs that are nobody's."""

    def more(desk: Desk) -> None:
        receive_payment(
            desk, PaymentId("P-2"), invoice=InvoiceId("I-1"), settled=money("USD 540.45"),
            received=money("USD 500.00"), fee=money("USD 20.45"), discount=money("USD 20.00"),
            method="wire", on=LATER,
        )  # fmt: skip
        pay_costs(desk, NORDWIND, "rent", money("EUR 100.00"), LATER)

    office.at(LATER, more)
    made = seen(office, lambda desk: examine_results(desk, NORDWIND, FEBRUARY, by_customer()))
    acme, nobody = made.by_row
    assert (acme.key, nobody.key) == ("acme", "not attributed")
    told = {at.value: str(one) for at, one in acme.columns.items() if one.value}
    assert told == {
        "sales": "EUR 1000.00",
        "discounts": "EUR -18.50",  # 20.00 of 540.45 carried at 500.00
        "fees": "EUR -18.87",  # 1.0835
        "realised FX": "EUR -1.62",
    }
    assert str(nobody.columns[ResultColumn.OTHER]) == "EUR -100.00"
    assert str(nobody.columns[ResultColumn.UNREALISED]) == "EUR -0.51"  # dollars in the bank
    trial = seen(office, lambda desk: examine_trial_balance(desk, NORDWIND, FEBRUARY))
    income = [one.functional for one in trial.balances if one.account.type.is_result]
    assert made.total.profit.value == -Money.total(one.value for one in income)


def test_a_payment_undone_leaves_no_result(office: Office) -> None:
    """The reversal belongs to the same customer, so both columns are zero again."""
    office.at(LATER, lambda desk: undo_payment(desk, PaymentId("P-1"), on=LATER))
    made = seen(office, lambda desk: examine_results(desk, NORDWIND, FEBRUARY, by_customer()))
    assert str(made.by_row[0].columns[ResultColumn.REALISED]) == "EUR 0.00"
    assert str(made.by_row[0].columns[ResultColumn.SALES]) == "EUR 1000.00"


def test_an_advance_earns_at_its_own_rate_and_stays_with_its_customer(office: Office) -> None:
    """An advance in dollars, set against the invoice: no exchange difference, but revenue."""
    advance = date(2026, 1, 5)  # 1.0804

    def paid(desk: Desk) -> None:
        receive_advance(
            desk, PaymentId("A-1"), company=NORDWIND, customer=ACME,
            received=money("USD 540.45"), method="wire", on=LATER,
        )  # fmt: skip
        apply_credit(
            desk, PaymentId("O-1"), invoice=InvoiceId("I-1"),
            credit=OpenItemId("item:nordwind:A-1"), settled=money("USD 540.45"), on=LATER,
        )  # fmt: skip

    office.at(LATER, paid)
    made = seen(office, lambda desk: examine_results(desk, NORDWIND, FEBRUARY, by_customer()))
    assert [one.key for one in made.by_row] == ["acme", "not attributed"]
    assert str(made.by_row[0].columns[ResultColumn.SALES]) == "EUR 998.80"
    assert advance < LATER


def test_a_custom_field_groups_results(office: Office) -> None:
    """The invoice says who sold, else the customer; who says nothing is not attributed."""

    def named(desk: Desk) -> None:
        invoice = desk.uow.invoices.get(InvoiceId("I-1"))
        extras = FrozenMap({SALESPERSON: "Ines"})
        desk.uow.invoices.save(attrs.evolve(invoice, extras=extras))

    office.at(LATER, named)
    office.invoice(2, "EUR 70.00", LATER)
    made = seen(
        office,
        lambda desk: examine_results(
            desk, NORDWIND, FEBRUARY, by_field(desk, NORDWIND, SALESPERSON)
        ),
    )
    sales = {one.key: str(one.columns[ResultColumn.SALES]) for one in made.by_row}
    assert sales == {"Ines": "EUR 1000.00", "not attributed": "EUR 70.00"}
    assert made.header[0] == "salesperson"

    def customer(desk: Desk) -> None:
        acme = desk.uow.customers.get(ACME)
        desk.uow.customers.save(attrs.evolve(acme, extras=FrozenMap({SALESPERSON: "Otto"})))

    office.at(LATER, customer)
    made = seen(
        office,
        lambda desk: examine_results(
            desk, NORDWIND, FEBRUARY, by_field(desk, NORDWIND, SALESPERSON)
        ),
    )
    sales = {one.key: str(one.columns[ResultColumn.SALES]) for one in made.by_row}
    assert sales == {"Ines": "EUR 1000.00", "Otto": "EUR 70.00", "not attributed": "EUR 0.00"}


def test_what_an_invoice_left_behind_goes_with_it_in_every_book() -> None:
    """Credited once it was paid, and paid back later: the invoice's seller, in dollars as well."""
    office = Office().open()
    office.at(FIRST, lambda desk: open_parallel_book(desk, NORDWIND, currency=USD))
    office.invoice(1, "GBP 100.00", DAY)
    office.pay("P-1", 1, "GBP 100.00", JANUARY)

    def credited(desk: Desk) -> None:
        invoice = desk.uow.invoices.get(InvoiceId("I-1"))
        extras = FrozenMap({SALESPERSON: "Ines"})
        desk.uow.invoices.save(attrs.evolve(invoice, extras=extras))
        credit_invoice(
            desk, CreditNoteId("C-1"), invoice=InvoiceId("I-1"), amount=money("GBP 40.00"),
            on=LATER, reason="returned",
        )  # fmt: skip

    def paid_back(desk: Desk) -> None:
        credit = OpenItemId("item:nordwind:nordwind-CN-0001")
        refund_credit(
            desk, PaymentId("R-1"), credit=credit,
            refunded=money("GBP 40.00"), method="wire", on=FEBRUARY,
        )  # fmt: skip

    office.at(LATER, credited)
    office.at(FEBRUARY, paid_back)

    def results(book: CompanyId) -> Results:
        return seen(
            office,
            lambda desk: examine_results(desk, book, MARCH, by_field(desk, book, SALESPERSON)),
        )

    for made in map(results, (NORDWIND, CompanyId("nordwind:USD"))):
        assert [one.key for one in made.by_row if one.profit.value] == ["Ines"]
        assert made.by_row[0].columns[ResultColumn.CREDIT_NOTES].value.is_negative
        assert made.by_row[0].columns[ResultColumn.REALISED].value


def test_what_was_booked_later_was_not_known_then(office: Office) -> None:
    """Costs of 20 January, booked in February: not in January's report as it was then (D31)."""
    then = instant(JANUARY, 20)
    before = {name: seen(office, ask) for name, ask in asked(JANUARY, None).items()}
    office.at(
        LATER, lambda desk: pay_costs(desk, NORDWIND, "late", money("USD 7.00"), date(2026, 1, 20))
    )
    after = {name: seen(office, ask) for name, ask in asked(JANUARY, None).items()}
    known = {name: seen(office, ask) for name, ask in asked(JANUARY, then).items()}
    assert {name: one.rows() for name, one in known.items()} == {
        name: one.rows() for name, one in before.items()
    }
    assert after["trial"].rows() != before["trial"].rows()
    assert after["results"].rows() != before["results"].rows()
    assert after["exposure"].rows() != before["exposure"].rows()


def asked(
    until: date, known_at: datetime | None, by: Attribution = BY_CURRENCY
) -> dict[str, Callable[[Desk], Report]]:
    """Every report of a day as known at an instant."""
    known: dict[str, Any] = {"known_at": known_at}
    bank = AccountCode("1000")
    return {
        "trial": lambda desk: examine_trial_balance(desk, NORDWIND, until, **known),
        "account": lambda desk: examine_account(desk, NORDWIND, bank, until, **known),
        "ageing": lambda desk: examine_ageing(desk, NORDWIND, until, **known),
        "exposure": lambda desk: examine_exposure(desk, NORDWIND, until, **known),
        "results": lambda desk: examine_results(desk, NORDWIND, until, by, **known),
    }


RATES_OF_LAW = RateTable.of("EUR", on=date(2026, 1, 1), source="law", USD="1.0850", JPY="163.17")


@settings(max_examples=15)
@given(books(12), st.integers(0, 12), st.integers(0, 90))
def test_reports_as_known_do_not_change_when_more_is_booked(
    drawn: Books, known: int, until: int
) -> None:
    """What was said at an instant is said again, whatever was booked since, for whatever day."""
    store, at = MemoryStore(), datetime(2026, 6, 1, tzinfo=UTC)

    def keep(facts: list[ledgers.Fact], first: int) -> None:
        with store.begin() as unit:
            if not first:
                unit.companies.add(Company(NORDWIND, "Nordwind", EUR, ledgers.FIRST))
                noted = attrs.evolve(chosen("EUR/USD", "1.0850"), id=DecisionId("noted"))
                unit.decisions.record(noted)
                for one in drawn.items():
                    unit.items.add(one)
            for number, fact in enumerate(facts, first):
                booked = at + timedelta(seconds=number)
                unit.journal.append(attrs.evolve(ledgers.entry(fact), booked_at=booked))
            unit.commit()

    def all_rows(known_at: datetime | None) -> list[Any]:
        with store.begin(reading=True) as unit:
            desk = Desk(unit, RATES_OF_LAW, at, "ada")
            one_day = AtDay(date(2026, 1, 1))
            asking = asked(ledgers.day(until), known_at, by_customer())
            asking["exposure"] = lambda desk: examine_exposure(
                desk, NORDWIND, ledgers.day(until), basis=one_day, known_at=known_at
            )
            return [ask(desk).rows() for ask in asking.values()]

    keep(drawn.facts[:known], 0)
    then = all_rows(None)
    keep(drawn.facts[known:], known or 1)
    assert all_rows(at + timedelta(seconds=known - 1)) == then if known else True


def test_a_posting_past_the_items_is_found(office: Office) -> None:
    """A control account that is not its items, in value or in an amount alone (D32)."""

    def past(desk: Desk) -> None:
        desk.uow.journal.append(
            entry(line("1100", "EUR 5.00"), line("4000", "EUR -5.00"), on=LATER)
        )

    office.at(LATER, past)
    with pytest.raises(AgeingOffControl) as refused:
        seen(office, lambda desk: examine_ageing(desk, NORDWIND, FEBRUARY))
    assert refused.value.account == "1100"
    assert "EUR 5.00, USD 540.45" in str(refused.value)
    fine = seen(office, lambda desk: examine_ageing(desk, NORDWIND, JANUARY))
    assert len(fine.items) == 1


def test_what_can_not_be_asked_is_refused(office: Office) -> None:
    """An account, a company, a span, edges, a row: each by name."""

    def refused(error: type[Exception], ask: Callable[[Desk], object]) -> None:
        with pytest.raises(error):
            seen(office, ask)

    late, early = FEBRUARY, JANUARY
    refused(AccountMissing, lambda desk: examine_account(desk, NORDWIND, AccountCode("9"), late))
    refused(
        AccountMissing,
        lambda desk: examine_ageing(desk, NORDWIND, late, accounts=[AccountCode("9")]),
    )
    refused(NotFound, lambda desk: examine_trial_balance(desk, CompanyId("nobody"), late))
    refused(SpanRefused, lambda desk: examine_results(desk, NORDWIND, early, since=late))
    refused(BucketsRefused, lambda _: AgeBuckets((30, 30)))
    refused(BucketsRefused, lambda _: AgeBuckets(()))
    report: TrialBalanceReport = seen(
        office, lambda desk: examine_trial_balance(desk, NORDWIND, JANUARY)
    )
    for row in (0, 8):
        with pytest.raises(RowMissing):
            report.figures(row)


def test_nothing_booked_is_a_report_too() -> None:
    """Empty books: zero, and no error."""
    office = Office().open()
    for ask in asked(JANUARY, None).values():
        assert all("EUR 0.00" in str(row[-1]) or row for row in seen(office, ask).rows().cells)


class Damaged:
    """A journal that leaves one posting out, of what it lists or of what it sums up."""

    def __init__(self, journal: Any, method: str) -> None:
        self._journal, self._method = journal, method

    def __getattr__(self, name: str) -> Any:
        kept = getattr(self._journal, name)
        if name != self._method:
            return kept
        return lambda *given: [one for one in kept(*given) if "4000" not in str(one)]


@pytest.mark.parametrize(
    ("method", "error", "ask"),
    [
        ("lines", BooksOffBalance, "trial"),
        ("lines", ResultsOffTrialBalance, "results"),
        ("balances", ResultsOffTrialBalance, "results"),
    ],
)
def test_a_damaged_record_is_not_reported(
    office: Office, method: str, error: type[Exception], ask: str
) -> None:
    """A posting missing from what is listed, or from what is summed up, is found."""
    with office.store.begin(reading=True) as unit:
        unit.journal = Damaged(unit.journal, method)
        desk = Desk(unit, RATES, instant(MARCH), "ada")
        with pytest.raises(error):
            asked(JANUARY, None)[ask](desk)
