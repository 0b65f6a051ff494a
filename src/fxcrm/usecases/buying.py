"""Buying: what suppliers bill, and how it is paid: open items, without documents of their own."""

from __future__ import annotations

from datetime import date

from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, OpenItemId
from fxcrm.ledger import (
    Advance,
    Advancing,
    Credit,
    Crediting,
    Offsetting,
    OpenItem,
    Settlement,
    advance,
    credit,
)
from fxcrm.money import Money
from fxcrm.posting import Fact, item_id, supplier_billed
from fxcrm.postingrules import FactKind
from fxcrm.usecases.booking import book, due_after
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.paralleling import books_of, entry_in, item_in
from fxcrm.usecases.settling import CreditOfAnother, by_money, is_of_buyer, offset_in, settleable
from fxcrm.usecases.undoing import undo_entry


class NoBill(RuleRefused):
    """An open item that no supplier is owed: what a customer owes, or a credit."""

    item: OpenItemId
    account: AccountCode
    template = "open item {item} stands on account {account} and is no bill; name one of a supplier"


class CreditExceedsBill(RuleRefused):
    """Credits of more than the bill itself; what was never paid would come back."""

    item: OpenItemId
    total: Money
    credited: Money
    template = (
        "open item {item} of {total} can not be credited with {credited} in all; "
        "enter what was billed at the most"
    )


def _billed(desk: Desk, item: OpenItemId) -> OpenItem:
    """The open item of a bill, or of what a member of the group charged. Raises `NoBill`."""
    held = desk.uow.items.get(item)
    if held.sign > 0 or is_of_buyer(held, desk.chart.duties):
        raise NoBill(item=item, account=held.account)
    return held


def enter_bill(
    desk: Desk, key: str, *, company: CompanyId, supplier: str, amount: Money, on: date, days: int
) -> OpenItem:
    """Enter what a supplier billed, due after ``days``: a cost and a payable (D1).

    The item is ``item:<company>:<key>``; ``amount`` is above zero. Raises `FactRefused`.
    """
    due, made = due_after(on, days), []
    for books in books_of(desk, company):
        books.open_on(on)
        spot = booking_rate(desk, books, amount.currency, on)
        fact, rules = Fact(books, key, amount, on, spot), desk.bookkeeping.of(books).posting
        entry, item = supplier_billed(fact, supplier, due, desk.chart, rules)
        book(desk, entry)
        made.append(desk.uow.items.add(item))
    return made[0]


def pay_bill(
    desk: Desk,
    key: str,
    *,
    item: OpenItemId,
    settled: Money,
    paid: Money | None = None,
    fee: Money | None = None,
    discount: Money | None = None,
    on: date,
) -> Settlement:
    """Pay a bill, in part or in full: ``settled`` in its currency, ``paid`` from the bank.

    ``paid`` includes the fee, in any currency; left out, it is what is settled less the discount,
    with the fee. Raises `NoBill`, `SettlementRefused`, `ItemRevalued`.
    """
    held = _billed(desk, item)
    less = settled if discount is None else settled - discount
    kept = Money.zero((less if paid is None else paid).currency) if fee is None else fee
    left = less + kept if paid is None else paid
    made = [
        by_money(
            desk,
            books,
            f"bill payment:{key}",
            item=item_in(books, item),
            paid=(settled, left, kept),
            discount=discount,
            reference=f"Payment {key} of {held.reference}",
            on=on,
        )
        for books in books_of(desk, held.company)
    ]
    return made[0]


def undo_bill_payment(desk: Desk, key: str, *, company: CompanyId, on: date) -> None:
    """Take back what `pay_bill` booked under a key. Raises `UndoRefused`, `NotFound`."""
    undo_entry(desk, company, f"bill payment:{key}", on=on)


def credit_bill(desk: Desk, key: str, *, item: OpenItemId, amount: Money, on: date) -> Crediting:
    """A supplier takes back a part of a bill, or more than is open of it (D12).

    All credits of a bill are no more than the bill. Raises `NoBill`, `CreditExceedsBill`,
    `SettlementRefused`, `ItemRevalued`.
    """
    held, made = _billed(desk, item), []
    credited = _credited(desk, held) + amount
    if credited > abs(held.original):
        raise CreditExceedsBill(item=item, total=abs(held.original), credited=credited)
    for books in books_of(desk, held.company):
        books.open_on(on)
        spot = booking_rate(desk, books, amount.currency, on)
        own = settleable(desk, item_in(books, item), on)
        reference = f"Credit {key}{_of(held)}"
        given = Credit(amount, on, reference, spot, item_id(books.id, key))
        account = desk.bookkeeping.of(books).posting.of(FactKind.BILL).across(desk.chart)
        entry = entry_in(books, f"bill credit:{key}")
        result = credit(own, given, entry=entry, chart=desk.chart, account=account)
        book(desk, result.entry)
        desk.uow.items.save(result.item)
        if result.credit is not None:
            desk.uow.items.add(result.credit)
        made.append(result)
    return made[0]


def _of(bill: OpenItem) -> str:
    """How the reference of a credit names its bill, which an item of its own can not link to."""
    return f" of {bill.reference}"


def _credited(desk: Desk, bill: OpenItem) -> Money:
    """What was taken back of a bill before: off the bill, and beyond what was open of it."""
    lines = desk.uow.journal.item_lines(bill.id)
    off = (one.posting.amount for one in lines if one.entry.startswith("bill credit:"))
    beyond = (
        one.original
        for one in desk.uow.items.of_company(bill.company)
        if one.account == desk.chart.duties.supplier_credits
        and one.party == bill.party
        and one.reference.endswith(_of(bill))
    )
    return Money.total((*off, *beyond), currency=bill.original.currency)


def pay_advance(
    desk: Desk, key: str, *, company: CompanyId, supplier: str, paid: Money, on: date
) -> Advancing:
    """Pay a supplier before there is a bill: an item that keeps its rate (IFRIC 22)."""
    made = []
    for books in books_of(desk, company):
        books.open_on(on)
        spot = booking_rate(desk, books, paid.currency, on)
        none, text = Money.zero(paid.currency), f"Advance {key}"
        given = Advance(books.id, supplier, paid, none, on, text, spot, is_paid=True)
        result = advance(
            given,
            id=item_id(books.id, key),
            entry=entry_in(books, f"advance:{key}"),
            functional=books.functional,
            chart=desk.chart,
        )
        book(desk, result.entry)
        made.append(Advancing(result.entry, desk.uow.items.add(result.item)))
    return made[0]


def offset_bill(
    desk: Desk,
    key: str,
    *,
    item: OpenItemId,
    against: OpenItemId,
    settled: Money,
    used: Money | None = None,
    on: date,
) -> Offsetting:
    """Set an advance or a credit with a supplier against its bill; no money moves (D11).

    ``settled`` is in the bill's currency, ``used`` in the other's, at the agreed cross rate; left
    out, they are one currency. Raises `NoBill`, `OffsetRefused`, `SettlementRefused`, and
    `CreditOfAnother` for what the same party owes as a customer, which has its own document.
    """
    held, met = _billed(desk, item), desk.uow.items.get(against)
    if is_of_buyer(met, desk.chart.duties):
        raise CreditOfAnother(item=against, party=met.party)
    made = [
        offset_in(
            desk,
            books,
            f"bill offset:{key}",
            item=item_in(books, item),
            against=item_in(books, against),
            settled=settled,
            used=settled if used is None else used,
            on=on,
        )
        for books in books_of(desk, held.company)
    ]
    return made[0]


class NothingToCollect(RuleRefused):
    """An open item that is paid another way: an invoice, or what the company owes itself."""

    item: OpenItemId
    account: AccountCode
    template = (
        "open item {item} stands on account {account} and is not collected without its document; "
        "receive_payment pays invoices, pay_bill bills, refund_credit credits"
    )


def collect(
    desk: Desk,
    key: str,
    *,
    item: OpenItemId,
    settled: Money,
    received: Money | None = None,
    fee: Money | None = None,
    on: date,
) -> Settlement:
    """Receive money for what a supplier or a member of the group owes, in part or in full.

    ``received`` is what reached the bank, in any currency; left out, what is settled less the
    fee. Raises `NothingToCollect`, `SettlementRefused`, `ItemRevalued`.
    """
    held, duties = desk.uow.items.get(item), desk.chart.duties
    owed = (
        *(duties.supplier_credits, duties.advances_paid),
        *(duties.intercompany_receivables, duties.net_investments_given),
    )
    if held.account not in owed:
        raise NothingToCollect(item=item, account=held.account)
    kept = Money.zero((settled if received is None else received).currency) if fee is None else fee
    came = settled - kept if received is None else received
    made = [
        by_money(
            desk,
            books,
            f"collection:{key}",
            item=item_in(books, item),
            paid=(settled, came, kept),
            reference=f"Collection {key} of {held.reference}",
            on=on,
        )
        for books in books_of(desk, held.company)
    ]
    return made[0]
