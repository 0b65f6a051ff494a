"""Two companies' books for the sample: fixings, decisions, entries, open items, translation.

Nothing comes from a store. Rates are a short table of fixings; entries are made by posting,
settlement and revaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fxcrm.billing import Invoice, Payment
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decide, decide_average, decision_id
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, InvoiceId, OpenItemId
from fxcrm.ledger import (
    Company,
    Entry,
    JournalLine,
    OpenItem,
    Settlement,
    Translation,
    revalue_balances,
    revalue_items,
    settle,
    trading_chart,
    translate,
)
from fxcrm.ledger.translation import TranslationRates
from fxcrm.ledger.trial_balance import Balance
from fxcrm.money import Money
from fxcrm.posting import (
    Fact,
    charged_by_member,
    invoice_issued,
    measured,
    member_charged,
    receipt_of,
)
from fxcrm.rates import CurrencyPair, ExchangeRate, Fixing, RateTable

EUR, USD, JPY = Currency("EUR"), Currency("USD"), Currency("JPY")
CHART = trading_chart()
AS_OF = date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 6, 30, tzinfo=UTC)
SOURCE = "ECB, rates.csv"
FIRST_FIXING = date(2026, 1, 30)
NORDWIND = Company(CompanyId("nordwind"), "Nordwind Handel GmbH", EUR, date(2026, 1, 2))
ACME = Company(CompanyId("acme"), "Acme Tools Inc.", USD, date(2026, 1, 2))

# One value for each weekday from the first fixing on: 1 EUR in the other currency.
IN_USD = """
1.1919 1.184 1.1801 1.182 1.1798 1.1794 1.1886 1.1894 1.19 1.1874 1.1862 1.1855 1.1826 1.1845
1.1753 1.1767 1.1784 1.1777 1.1784 1.1814 1.1805 1.1698 1.1606 1.1649 1.1618 1.1561 1.1555
1.1641 1.1581 1.1547 1.1476 1.1478 1.1531 1.15 1.1489 1.1555 1.1596 1.1572 1.1592 1.1539 1.1517
1.1484 1.1498
"""
IN_JPY = """
183.59 183.59 183.92 185.15 185.11 185.27 185.65 184.51 182.79 182.52 181.83 181.79 181.06 181.99
182.05 182.63 182.44 183.53 184.7 184.37 184.13 184.19 182.98 183.02 183.03 182.57 183.15 183.67
183.63 183.43 182.85 182.66 183.29 183.49 182.46 183.46 183.86 183.91 184.27 184.19 184.16 183.12
183.39
"""


def day(month: int, of_month: int) -> date:
    """A day of the year of the story."""
    return date(2026, month, of_month)


def at(on: date) -> datetime:
    """Ten in the morning of a day, UTC."""
    return datetime(on.year, on.month, on.day, 10, tzinfo=UTC)


def weekdays(first: date) -> Iterator[date]:
    """Every Monday to Friday from a day on."""
    while True:
        if first.weekday() < 5:
            yield first
        first += timedelta(days=1)


def fixings(counter: Currency, values: str) -> Iterator[Fixing]:
    """The series of one currency."""
    pair = CurrencyPair(EUR, counter)
    for on, value in zip(weekdays(FIRST_FIXING), values.split(), strict=False):
        yield Fixing(pair, Decimal(value), on, SOURCE)


RATES = RateTable.from_fixings([*fixings(USD, IN_USD), *fixings(JPY, IN_JPY)])


class Decisions:
    """The decisions of the story, each taken once."""

    def __init__(self) -> None:
        self.taken: dict[DecisionId, RateDecision] = {}

    def kept(self, made: RateDecision) -> RateDecision:
        """The decision itself, or the one that was taken before it."""
        return self.taken.setdefault(made.id, made)

    def spot(
        self, base: Currency, counter: Currency, on: date, purpose: Purpose = Purpose.BOOKING
    ) -> RateDecision:
        """The decision of a day."""
        made = decide(
            RATES, base, counter, purpose=purpose, on=on, known_at=at(on), decided_by="desk"
        )
        return self.kept(made)

    def average(self, base: Currency, counter: Currency, since: date) -> RateDecision:
        """The mean of the fixings from a day to the end of the story."""
        made = decide_average(
            RATES, base, counter, since=since, on=AS_OF, known_at=NOW, decided_by="closing"
        )
        return self.kept(made)

    def locked(self, id: str, pair: CurrencyPair, value: str, on: date) -> RateDecision:
        """A rate promised to a customer: 1 base = value counter."""
        source = "desk, spot + 0.4 %"
        rate = ExchangeRate.of(pair.base, pair.counter, value, on=on, source=source)
        key = decision_id(Purpose.LOCK, rate.pair, on, id)
        made = RateDecision(
            key, Purpose.LOCK, rate, "spot of the day plus a spread", on, at(on), "desk",
            reason="spread of 0.4 % for the promise",
        )  # fmt: skip
        return self.kept(made)


class Books:
    """The journal and the open items of both companies."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.entries: list[Entry] = []
        self.items: dict[OpenItemId, OpenItem] = {}
        self.settlements: list[tuple[InvoiceId | None, Settlement]] = []

    def fact(self, company: Company, key: str, amount: str, on: date) -> Fact:
        """Something that happened to a company, measured at the spot of the day."""
        money = Money.parse(amount)
        foreign = money.currency is not company.functional
        spot = self.decisions.spot(company.functional, money.currency, on) if foreign else None
        return Fact(company, key, money, on, spot)

    def book(self, entry: Entry, item: OpenItem | None = None) -> None:
        """Keep an entry, and the open item that arises with it."""
        self.entries.append(entry)
        if item is not None:
            self.items[item.id] = item

    def charge(self, key: str, amount: str, on: date) -> None:
        """The parent charges the subsidiary; booked on both sides."""
        due = on + timedelta(days=30)
        self.book(*member_charged(self.fact(NORDWIND, key, amount, on), ACME.id, due, CHART))
        self.book(*charged_by_member(self.fact(ACME, key, amount, on), NORDWIND.id, due, CHART))

    def bill(self, company: Company, invoice: Invoice) -> Figure:
        """Book an invoice; the answer is its value in the books."""
        fact = self.fact(company, invoice.number, str(invoice.total), invoice.issued_on)
        self.book(*invoice_issued(invoice, company, fact.spot, CHART))
        return measured(invoice.number, invoice.total, company, fact.spot, invoice.issued_on)

    def receive(self, company: Company, payment: Payment, number: str) -> None:
        """Book a payment of an invoice."""
        spot = self._spot(company, payment.received, payment.on)
        receipt = receipt_of(payment, spot, self._spot(company, payment.settled, payment.on))
        key = OpenItemId(f"item:{company.id}:{number}")
        entry = EntryId(f"payment:{payment.id}")
        done = settle(self.items[key], receipt, entry=entry, chart=CHART)
        self.book(done.entry, done.item)
        self.settlements.append((payment.invoice, done))

    def _spot(self, company: Company, money: Money, on: date) -> RateDecision | None:
        if money.currency is company.functional:
            return None
        return self.decisions.spot(company.functional, money.currency, on)

    def lines(self, company: CompanyId) -> Iterator[JournalLine]:
        """Every posting of a company up to the reporting day, in the order of the days."""
        for entry in sorted(self.entries, key=lambda one: (one.on, one.id)):
            if entry.company == company and entry.on <= AS_OF:
                for posting in entry.postings:
                    yield JournalLine(entry.id, entry.on, entry.kind, posting)

    def balances(self, company: CompanyId) -> list[Balance]:
        """Balances per account and currency."""
        sums: dict[tuple[AccountCode, Currency], list[JournalLine]] = {}
        for line in self.lines(company):
            sums.setdefault((line.posting.account, line.posting.amount.currency), []).append(line)
        return [
            Balance(
                account,
                Money.total(one.posting.amount for one in held),
                Money.total(one.posting.functional for one in held),
            )
            for (account, _), held in sums.items()
        ]

    def revalue(self, company: Company) -> None:
        """The month end: open items and bank balances at the closing rate."""
        closing = {
            one: self.decisions.spot(company.functional, one, AS_OF, Purpose.CLOSING)
            for one in (EUR, USD, JPY)
            if one is not company.functional
        }
        items = [one for one in self.items.values() if one.company == company.id]
        balances = self.balances(company.id)
        for entry in (
            *revalue_items(company.id, AS_OF, items, closing, CHART).entries,
            *revalue_balances(company.id, AS_OF, balances, closing, CHART).entries,
        ):
            self.book(entry)

    def translated(self, company: Company) -> Translation:
        """A company's books in euros."""
        lines = list(self.lines(company.id))
        rates = None if company.functional is EUR else self._rates(company, lines)
        return translate(
            company.id, AS_OF, lines, chart=CHART, functional=company.functional,
            presentation=EUR, rates=rates,
        )  # fmt: skip

    def _rates(self, company: Company, lines: Iterable[JournalLine]) -> TranslationRates:
        own = company.functional
        dated = {one.on: self.decisions.spot(own, EUR, one.on, Purpose.CLOSING) for one in lines}
        return TranslationRates(dated[AS_OF], self.decisions.average(own, EUR, day(2, 1)), dated)
