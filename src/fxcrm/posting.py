"""What happened in the trade, told to the ledger: the only module that knows both.

Each function turns one fact into an entry that balances (D7a). The id of an entry is the key
of its fact, so that the same fact can not be posted twice. Amounts come in positive; foreign
ones are measured at the spot of the day (IAS 21.21, D1), rounded once. ``spot`` is None where
the amount is in functional currency.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.billing import Invoice, Payment
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import CallError, InputRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.ledger import Chart, Company, Entry, OpenItem, Posting, Receipt
from fxcrm.money import Money


class FactRefused(InputRefused):
    """An amount of zero or below; what goes the other way is another fact."""

    key: str
    amount: Money
    template = "{key:plain}: {amount} can not be posted; an amount is above zero"


class SpotNeeded(CallError):
    """A foreign amount without the rate that measures it; it is never taken one to one."""

    amount: Money
    functional: str
    given: str
    template = (
        "{amount} in books kept in {functional:plain} needs a rate between the two, "
        "not {given:plain}; decide the spot of the day first (D1)"
    )


@attrs.frozen
class Fact:
    """What happened to one company: how much, when, at which spot; ``key`` names it for good."""

    company: Company
    key: str
    amount: Money
    on: date
    spot: RateDecision | None = None
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_positive:
            raise FactRefused(key=self.key, amount=self.amount)

    @property
    def value(self) -> Money:
        """The amount in functional currency. Raises `SpotNeeded`, `WrongDecision`."""
        spot = _measuring(self.amount, self.company, self.spot, self.on)
        return self.amount if spot is None else spot.convert(self.amount)

    @property
    def decision(self) -> DecisionId | None:
        """The decision that a posting names; None where nothing was converted."""
        return (
            self.spot.id
            if self.spot and self.amount.currency is not self.company.functional
            else None
        )

    def posting(
        self,
        account: AccountCode,
        sign: int,
        item: OpenItemId | None = None,
        partner: CompanyId | None = None,
    ) -> Posting:
        """The amount on one account: ``sign`` 1 for a debit, -1 for a credit."""
        value, amount = self.value * sign, self.amount * sign
        text = f"{self.key}, {self.note}" if self.note else self.key
        return Posting(account, amount, value, self.decision, item, partner, text)

    def entry(self, kind: str, *postings: Posting) -> Entry:
        """The entry of this fact."""
        id = EntryId(f"{kind}:{self.company.id}:{self.key}")
        return Entry(id, self.company.id, self.on, kind, self.key, postings)


def measured(
    label: str, amount: Money, company: Company, spot: RateDecision | None, on: date
) -> Figure:
    """An amount in functional currency at the day's spot, rounded once, or `SpotNeeded`."""
    held = Figure.stated(label, amount, Evidence("document", label))
    measure = _measuring(amount, company, spot, on)
    return held if measure is None else Figure.converted(f"{label} in the books", held, measure)


def _measuring(
    amount: Money, company: Company, spot: RateDecision | None, on: date
) -> RateDecision | None:
    """The decision that measures an amount, None for one in functional currency."""
    if amount.currency is company.functional:
        return None
    if spot is None or {spot.pair.base, spot.pair.counter} != {
        amount.currency,
        company.functional,
    }:
        given = str(spot.pair) if spot else "none"
        raise SpotNeeded(amount=amount, functional=company.functional.code, given=given)
    return spot.measuring(Purpose.BOOKING, on)


def item_id(company: CompanyId, key: str) -> OpenItemId:
    """The id of the open item of a fact; the key of an invoice is its number."""
    return OpenItemId(f"item:{company}:{key}")


def invoice_issued(
    invoice: Invoice, company: Company, spot: RateDecision | None, chart: Chart
) -> tuple[Entry, OpenItem]:
    """A receivable arises and sales are earned, at the spot of the day whatever was locked (D3)."""
    note = f"rate lock {invoice.lock}" if invoice.lock else ""  # evidence, not a measure (D3)
    fact = Fact(company, invoice.number, invoice.total, invoice.issued_on, spot, note)
    item = _item(fact, chart.duties.receivables, invoice.customer, invoice.due_on, 1)
    debit = fact.posting(chart.duties.receivables, 1, item.id)
    return fact.entry("invoice", debit, fact.posting(chart.duties.sales, -1)), item


def supplier_billed(
    fact: Fact, supplier: str, due_on: date, chart: Chart
) -> tuple[Entry, OpenItem]:
    """A supplier's bill: a cost and a payable, at the spot of the day."""
    item = _item(fact, chart.duties.payables, supplier, due_on, -1)
    debit = fact.posting(chart.duties.costs, 1)
    return fact.entry("bill", debit, fact.posting(chart.duties.payables, -1, item.id)), item


def receipt_of(
    payment: Payment,
    spot: RateDecision | None,
    item_spot: RateDecision | None,
    credit: OpenItemId | None = None,
) -> Receipt:
    """A payment as settlement knows it; ``credit`` is the id of the item of an excess."""
    reference = f"Payment {payment.id}"
    paid = (payment.settled, payment.received, payment.fee)
    let_off = (payment.discount, payment.write_off, payment.excess)
    return Receipt(*paid, payment.on, reference, spot, item_spot, *let_off, credit)


def capital_paid_in(fact: Fact, chart: Chart) -> Entry:
    """Owners pay capital into the bank."""
    duties = chart.duties
    return fact.entry("capital", fact.posting(duties.bank, 1), fact.posting(duties.capital, -1))


def invested(fact: Fact, subsidiary: CompanyId, chart: Chart) -> Entry:
    """The parent pays for its share of a subsidiary; carried at cost from then on (D5).

    A foreign amount is bought with functional money, through exchange clearing (D7a).
    """
    duties = chart.duties
    share = fact.posting(duties.investments, 1, partner=subsidiary)
    if fact.decision is None:
        return fact.entry("investment", share, fact.posting(duties.bank, -1))
    home = attrs.evolve(fact, amount=fact.value, spot=None)
    exchange = (fact.posting(duties.clearing, -1), home.posting(duties.clearing, 1))
    return fact.entry("investment", share, *exchange, home.posting(duties.bank, -1))


def costs_paid(fact: Fact, chart: Chart) -> Entry:
    """Operating costs paid from the bank."""
    duties = chart.duties
    return fact.entry("costs", fact.posting(duties.costs, 1), fact.posting(duties.bank, -1))


def member_charged(
    fact: Fact, partner: CompanyId, due_on: date, chart: Chart
) -> tuple[Entry, OpenItem]:
    """A charge to another member of the group: a receivable and income in the creditor's books."""
    duties = chart.duties
    item = _item(fact, duties.intercompany_receivables, partner, due_on, 1, partner)
    debit = fact.posting(duties.intercompany_receivables, 1, item.id, partner)
    credit = fact.posting(duties.intercompany_income, -1, partner=partner)
    return fact.entry("charge", debit, credit), item


def charged_by_member(
    fact: Fact, partner: CompanyId, due_on: date, chart: Chart
) -> tuple[Entry, OpenItem]:
    """The same charge in the debtor's books: an expense and a payable."""
    duties = chart.duties
    item = _item(fact, duties.intercompany_payables, partner, due_on, -1, partner)
    debit = fact.posting(duties.intercompany_expense, 1, partner=partner)
    credit = fact.posting(duties.intercompany_payables, -1, item.id, partner)
    return fact.entry("charge", debit, credit), item


def _item(
    fact: Fact,
    account: AccountCode,
    party: str,
    due_on: date,
    sign: int,
    partner: CompanyId | None = None,
) -> OpenItem:
    """The open item of a fact: positive is owed to the company, negative is owed by it."""
    company, amount, value = fact.company.id, fact.amount * sign, fact.value * sign
    id, key, decision = item_id(company, fact.key), fact.key, fact.decision
    return OpenItem(
        id, company, account, party, key, fact.on, due_on, amount, value,
        decision=decision, partner=partner,
    )  # fmt: skip
