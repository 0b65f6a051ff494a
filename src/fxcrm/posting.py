"""What happened in the trade, told to the ledger: the only module that knows both.

A fact becomes an entry by the rule of its kind (`fxcrm.postingrules`), and the entry
balances (D7a). Its id is the key of its fact, so that the same fact can not be posted twice.
Amounts come in positive; foreign ones are measured at the booking rate of the day (IAS 21.21,
D1), each line once. ``spot`` is None where the amount is in functional currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import attrs

from fxcrm.billing import Invoice, Payment
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import CallError, InputRefused, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.ledger import Chart, Company, Entry, OpenItem, Posting, Receipt
from fxcrm.ledger.rounding import rounding_postings
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.postingrules import (
    NET,
    TAX,
    TOTAL,
    FactKind,
    PaidIn,
    PostingLine,
    PostingRule,
    PostingRules,
)


class FactRefused(InputRefused):
    """An amount of zero or below; what goes the other way is another fact."""

    key: str
    amount: Money
    template = "{key:plain}: {amount} can not be posted; an amount is above zero"


class PartsRefused(InputRefused):
    """Parts of a fact that are not what its kind consists of, or do not add up to it."""

    key: str
    amount: Money
    reason: str
    template = "{key:plain} of {amount} has other parts: {reason:plain}"


class SpotNeeded(CallError):
    """A foreign amount without the rate that measures it; it is never taken one to one."""

    amount: Money
    functional: str
    given: str
    template = (
        "{amount} in books kept in {functional:plain} needs a rate between the two, "
        "not {given:plain}; decide the spot of the day first (D1)"
    )


class PartnerNeeded(CallError):
    """A dealing in the group without the other member; it could never be eliminated (D23)."""

    kind: str
    template = "a fact of kind {kind:plain} names the other member of the group; pass partner="


class TaxHasNoAccount(RuleRefused):
    """A document bears tax, and the rule of its kind would book it as income."""

    kind: str
    tax: Money
    template = (
        "the posting rule of {kind:plain} has no line for the tax of {tax}; "
        'give it one with component = "tax" on the account that the tax is owed on'
    )


class ItemExpected(CallError):
    """A kind of fact that leaves no open item."""

    kind: str
    template = "a fact of kind {kind:plain} leaves no open item; use posted() for it"


def _parts(parts: Mapping[str, Money]) -> FrozenMap[str, Money]:
    return FrozenMap(parts)


@attrs.frozen
class Fact:
    """What happened to one company: how much, when, at which spot; ``key`` names it for good.

    ``parts`` say what the amount consists of, such as net and tax: none below zero, and they
    add up to it. Left out, it is all of the first part that its kind has.
    """

    company: Company
    key: str
    amount: Money
    on: date
    spot: RateDecision | None = None
    note: str = ""
    parts: Mapping[str, Money] = attrs.field(factory=FrozenMap, converter=_parts)

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_positive:
            raise FactRefused(key=self.key, amount=self.amount)
        parts = self.parts.values()
        if any(one.is_negative for one in parts):
            self._refuse("none is below zero")
        if parts and Money.total(parts) != self.amount:
            self._refuse(f"they add up to {Money.total(parts)}")

    @property
    def value(self) -> Money:
        """The amount in functional currency. Raises `SpotNeeded`, `WrongDecision`."""
        return self.measure(self.amount)

    def measure(self, amount: Money) -> Money:
        """A part of the amount in functional currency, rounded once half-even (M9)."""
        spot = _measuring(amount, self.company, self.spot, self.on)
        return amount if spot is None else spot.convert(amount)

    def part(self, kind: FactKind, component: str) -> Money:
        """What stands on a line for a component. Raises `PartsRefused`."""
        for name in self.parts:
            if name not in kind.parts:
                self._refuse(f"{name} is none of {', '.join(kind.parts)}")
        if component == TOTAL or (not self.parts and component == kind.parts[0]):
            return self.amount
        return self.parts.get(component, Money.zero(self.amount.currency))

    @property
    def decision(self) -> DecisionId | None:
        """The decision that a posting names; None where nothing was converted."""
        return (
            self.spot.id
            if self.spot and self.amount.currency is not self.company.functional
            else None
        )

    @property
    def text(self) -> str:
        """What its postings say."""
        return f"{self.key}, {self.note}" if self.note else self.key

    def _refuse(self, reason: str) -> None:
        raise PartsRefused(key=self.key, amount=self.amount, reason=reason)


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


def entry_of(kind: FactKind, company: CompanyId, key: str) -> EntryId:
    """The id of the entry of a fact, as `posted` books it."""
    return EntryId(f"{kind.entry}:{company}:{key}")


def posted(
    kind: FactKind,
    fact: Fact,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
    *,
    partner: CompanyId | None = None,
) -> Entry:
    """The entry of a fact, by the rule of its kind; ``partner`` is the other member, if any.

    Lines of zero are left out. What measuring several lines leaves over is booked as rounding
    (D30). Raises `SpotNeeded`, `WrongDecision`, `PartsRefused`, `PartnerNeeded`.
    """
    rule, item = rules.of(kind), item_id(fact.company.id, fact.key)
    if kind.names_partner and partner is None:
        raise PartnerNeeded(kind=kind.value)
    lines = [
        one for line in rule.lines for one in _postings(line, rule, fact, chart, item, partner)
    ]
    rounded = sum(one.decision is not None for one in lines)
    company, on = fact.company.id, fact.on
    key = entry_of(kind, company, fact.key)
    rest = rounding_postings(lines, rounded, chart.duties.rounding, what=key)
    return Entry(key, company, on, kind.entry, fact.key, (*lines, *rest))


def _postings(
    line: PostingLine,
    rule: PostingRule,
    fact: Fact,
    chart: Chart,
    item: OpenItemId,
    partner: CompanyId | None,
) -> Iterator[Posting]:
    """One line of a rule: a posting, none for zero, or three for what is exchanged on the way."""
    amount = fact.part(rule.kind, line.component)
    if amount.is_zero:
        return
    account, sign = line.on(chart).code, line.side.sign
    value, other = fact.measure(amount), partner if line.partner else None
    if line.paid_in is PaidIn.DOCUMENT or fact.decision is None:
        held = item if line.item else None
        yield _posting(fact, account, amount * sign, value * sign, held, other)
        return
    # A foreign amount is bought or sold for functional money, one clearing line for each (D7a).
    clearing, home = chart.duties.clearing, value * sign
    yield _posting(fact, clearing, amount * sign, home)
    yield _posting(fact, clearing, -home, -home)
    yield _posting(fact, account, home, home, partner=other)


def _posting(
    fact: Fact,
    account: AccountCode,
    amount: Money,
    value: Money,
    item: OpenItemId | None = None,
    partner: CompanyId | None = None,
) -> Posting:
    decision = None if amount.currency is value.currency else fact.decision
    return Posting(account, amount, value, decision, item, partner, fact.text)


def posted_with_item(
    kind: FactKind,
    fact: Fact,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
    *,
    party: str,
    due_on: date,
    partner: CompanyId | None = None,
) -> tuple[Entry, OpenItem]:
    """The entry of a fact and the open item it leaves: positive is owed to the company.

    ``party`` owes it, or is owed. Raises what `posted` raises, and `ItemExpected`.
    """
    entry = posted(kind, fact, chart, rules, partner=partner)
    line = next((one for one in entry.postings if one.item is not None), None)
    if line is None or line.item is None:
        raise ItemExpected(kind=kind.value)
    return entry, OpenItem(
        line.item, entry.company, line.account, party, fact.key, fact.on, due_on,
        line.amount, line.functional, decision=line.decision, partner=line.partner,
    )  # fmt: skip


def invoice_issued(
    invoice: Invoice,
    company: Company,
    spot: RateDecision | None,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
) -> tuple[Entry, OpenItem]:
    """A receivable arises and sales are earned, at the spot of the day whatever was locked (D3)."""
    note = f"rate lock {invoice.lock}" if invoice.lock else ""  # evidence, not a measure (D3)
    parts = parts_of(FactKind.INVOICE, invoice.total, invoice.tax, chart, rules)
    fact = Fact(company, invoice.number, invoice.total, invoice.issued_on, spot, note, parts)
    party, due_on = invoice.customer, invoice.due_on
    return posted_with_item(FactKind.INVOICE, fact, chart, rules, party=party, due_on=due_on)


def parts_of(
    kind: FactKind, total: Money, tax: Money, chart: Chart, rules: PostingRules
) -> Mapping[str, Money]:
    """Net and tax of a document, none where it bears no tax. Raises `TaxHasNoAccount`."""
    if tax_account(kind, tax, chart, rules) is None:
        return FrozenMap()
    return FrozenMap({NET: total - tax, TAX: tax})


def tax_account(
    kind: FactKind, tax: Money, chart: Chart, rules: PostingRules
) -> AccountCode | None:
    """Where the tax of a document is owed; None where it bears none. Raises `TaxHasNoAccount`."""
    if tax.is_zero:
        return None
    account = rules.of(kind).component_on(chart, TAX)
    if account is None:
        raise TaxHasNoAccount(kind=kind.value, tax=tax)
    return account


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


def capital_paid_in(fact: Fact, chart: Chart, rules: PostingRules = PostingRules.usual()) -> Entry:
    """Owners pay capital into the bank."""
    return posted(FactKind.CAPITAL, fact, chart, rules)


def invested(
    fact: Fact, subsidiary: CompanyId, chart: Chart, rules: PostingRules = PostingRules.usual()
) -> Entry:
    """The parent pays for its share of a subsidiary; carried at cost from then on (D5).

    A foreign amount is bought with functional money, through exchange clearing (D7a).
    """
    return posted(FactKind.INVESTMENT, fact, chart, rules, partner=subsidiary)


def costs_paid(fact: Fact, chart: Chart, rules: PostingRules = PostingRules.usual()) -> Entry:
    """Operating costs paid from the bank."""
    return posted(FactKind.COSTS, fact, chart, rules)


def supplier_billed(
    fact: Fact,
    supplier: str,
    due_on: date,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
) -> tuple[Entry, OpenItem]:
    """A supplier's bill: a cost and a payable, at the spot of the day."""
    return posted_with_item(FactKind.BILL, fact, chart, rules, party=supplier, due_on=due_on)


def member_charged(
    fact: Fact,
    partner: CompanyId,
    due_on: date,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
) -> tuple[Entry, OpenItem]:
    """A charge to another member of the group: a receivable and income in the creditor's books."""
    return posted_with_item(
        FactKind.CHARGE_TO_MEMBER, fact, chart, rules,
        party=partner, due_on=due_on, partner=partner,
    )  # fmt: skip


def charged_by_member(
    fact: Fact,
    partner: CompanyId,
    due_on: date,
    chart: Chart,
    rules: PostingRules = PostingRules.usual(),
) -> tuple[Entry, OpenItem]:
    """The same charge in the debtor's books: an expense and a payable."""
    return posted_with_item(
        FactKind.CHARGE_BY_MEMBER, fact, chart, rules,
        party=partner, due_on=due_on, partner=partner,
    )  # fmt: skip
