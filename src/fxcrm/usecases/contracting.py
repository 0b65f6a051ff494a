"""Contracting: what is agreed for a term is billed as it falls due, renewed once, or ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm.billing import DocumentLine, Order
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.events import Event
from fxcrm.figures import Figure
from fxcrm.ids import ContractId, CustomerId, OrderId, QuoteId
from fxcrm.money import Money
from fxcrm.selling import Contract, Cycle, Due, Indexation, Instalment, Notice, Renewal, Term
from fxcrm.selling.contracts import NO_NOTICE, NO_RENEWAL, Renewing, Repricing
from fxcrm.usecases.deciding import Desk, document_number, spot
from fxcrm.usecases.ordering import QuoteNotAccepted
from fxcrm.usecases.trading import agreed_with

_ONE: Final = Decimal(1)


class RenewalMissing(CallError):
    """A renewal of the same contract under two ids."""

    contract: ContractId
    template = "contract {contract} can not follow itself; give the next term an id of its own"


@attrs.frozen
class Terms:
    """What is agreed beside customer and price; ``per`` and ``billed`` are how long they last.

    Without ``indexation`` the price is fixed in its currency. The base rate is that of
    ``base_on``, or of the day of the draft.
    """

    title: str
    since: date
    months: int
    per: Cycle = Cycle.MONTHLY
    billed: Cycle = Cycle.MONTHLY
    due: Due = Due.IN_ADVANCE
    notice: Notice = NO_NOTICE
    renewal: Renewal = NO_RENEWAL
    indexation: Indexation | None = None
    base_on: date | None = None


def draft_contract(
    desk: Desk, id: ContractId, terms: Terms, *, customer: CustomerId, price: Money, on: date
) -> Contract:
    """Draft a contract in a currency that was agreed with the customer, and that is taken.

    Raises `CurrencyNotAgreed`, `CurrencyInactive`, `CustomerNotActive`, `TermRefused`.
    """
    buyer = agreed_with(desk, customer, price.currency)
    return _add(desk, id, terms, on, company=buyer.company, customer=customer, price=price)


class QuoteBearsTax(RuleRefused):
    """Instalments bear no tax: the tax in a quote's total would be billed as price."""

    quote: QuoteId
    tax: Money
    template = (
        "quote {quote} bears a tax of {tax}, and the instalments of a contract bear none; "
        "order it, or draft the contract at its net total"
    )


def contract_quote(
    desk: Desk, id: ContractId, terms: Terms, *, quote: QuoteId, on: date
) -> Contract:
    """Draft the contract of an accepted quote, whose total is the price; a quote serves once.

    The quote's own rate is the base rate where it is one between the same currencies, and no
    other day was named. Raises `QuoteNotAccepted`, `QuoteBearsTax`, and what `draft_contract`
    raises.
    """
    accepted = desk.uow.quotes.claim(quote)
    if accepted.state != "accepted":
        raise QuoteNotAccepted(quote=accepted.id, state=accepted.state)
    if accepted.taxes:
        raise QuoteBearsTax(quote=accepted.id, tax=accepted.tax)
    agreed_with(desk, accepted.customer, accepted.currency)
    desk.uow.quotes.save(accepted.order(on))
    agreed: dict[str, Any] = {"price": accepted.total, "quote": quote}
    if accepted.rate and terms.indexation and terms.base_on is None:
        pair = {accepted.rate.pair.base, accepted.rate.pair.counter}
        if pair == {accepted.currency, terms.indexation.reference}:
            agreed["base_rate"] = accepted.rate
    return _add(desk, id, terms, on, company=accepted.company, customer=accepted.customer, **agreed)


def _add(desk: Desk, id: ContractId, terms: Terms, on: date, **agreed: Any) -> Contract:
    if terms.indexation is not None and "base_rate" not in agreed:
        day, to = terms.base_on or on, agreed["price"].currency
        agreed["base_rate"] = spot(desk, Purpose.QUOTE, terms.indexation.reference, to, day)
    contract = Contract(
        id=id,
        number=document_number(desk, agreed["company"], "C"),
        title=terms.title,
        per=terms.per,
        billed=terms.billed,
        term=Term(terms.since, terms.since, terms.months),
        due=terms.due,
        notice=terms.notice,
        renewal=terms.renewal,
        indexation=terms.indexation,
        **agreed,
    )
    return desk.uow.contracts.add(contract.drafted(on))


def activate_contract(desk: Desk, id: ContractId, *, by: str, on: date) -> Contract:
    """Both have signed; from now on its instalments fall due."""
    return desk.uow.contracts.save(desk.uow.contracts.get(id).activate(by, on))


def withdraw_contract(desk: Desk, id: ContractId, *, reason: str, on: date) -> Contract:
    """The draft comes to nothing."""
    return desk.uow.contracts.save(desk.uow.contracts.get(id).withdraw(reason, on))


def terminate_contract(desk: Desk, id: ContractId, *, reason: str, on: date) -> Contract:
    """Notice is given in time: it ends with its term. Raises `NoticeTooLate`."""
    return desk.uow.contracts.save(desk.uow.contracts.get(id).terminate(reason, on))


def expire_contract(desk: Desk, id: ContractId, *, on: date) -> Contract:
    """The term is over, and nothing follows it. Raises `NotOver`."""
    return desk.uow.contracts.save(desk.uow.contracts.get(id).expire(on))


def renew_contract(desk: Desk, id: ContractId, *, successor: ContractId, on: date) -> Contract:
    """The contract of the next term; asked for again, the one that was made.

    A price by the clause is that of the day's rate. What renews by itself was promised before and
    goes on, whoever takes new records by now; a renewal by agreement is asked for as a draft is.
    Raises `ContractRenewed` for another successor, `RenewalRefused`, `RenewalMissing`, and for
    one by agreement what `draft_contract` raises.
    """
    if successor == id:
        raise RenewalMissing(contract=id)
    held = desk.uow.contracts.claim(id)
    if held.renewed_by == successor:
        return desk.uow.contracts.get(successor)
    if held.renewal.how is Renewing.BY_AGREEMENT:
        agreed_with(desk, held.customer, held.currency)
    fixing = _fixing(desk, held, on) if held.renewal.price is Repricing.INDEXED else None
    number = document_number(desk, held.company, "C")
    renewed, following = held.renew(successor, number=number, on=on, fixing=fixing)
    desk.uow.contracts.save(renewed)
    return desk.uow.contracts.add(following)


def bill_contract(desk: Desk, id: ContractId, *, on: date) -> Contract:
    """Take an order for every instalment that is due by a day and was not billed, once each.

    The order is ``<contract>-<position>``; it is shipped and invoiced as any other. An indexed
    amount is at the rate of its own fixing day, however late it is billed.
    """
    contract = desk.uow.contracts.claim(id)
    every = [(one, amount_due(desk, contract, one.position)) for one in contract.unbilled(on)]
    for one, due in every:
        order = _order(desk, contract, one, due, on)
        contract = contract.billed_at(one.position, due, on, order)
    return desk.uow.contracts.save(contract)


def _order(desk: Desk, contract: Contract, one: Instalment, due: Figure, on: date) -> OrderId:
    """Confirmed whatever the company takes for new records: this was agreed before."""
    id = OrderId(f"{contract.id}-{one.position}")
    line = DocumentLine(f"{contract.title}, {one.since} to {one.until}", _ONE, due.value)
    order = Order(
        id,
        document_number(desk, contract.company, "O"),
        contract.company,
        contract.customer,
        None,
        contract.currency,
        (line,),
        on,
        events=(Event("order confirmed", id, on, {"contract": contract.id}),),
    )
    return desk.uow.orders.add(order).id


def amount_due(desk: Desk, contract: Contract, position: int) -> Figure:
    """What an instalment comes to, as a figure that tells how.

    Commit the desk to keep the decision that an indexed one takes. Raises `InstalmentMissing`,
    and `RateNotYetKnown` or a `RateMissing` for a day without a rate.
    """
    day = contract.fixing_day(position)
    return contract.amount_due(position, _fixing(desk, contract, day))


def _fixing(desk: Desk, contract: Contract, on: date) -> RateDecision | None:
    if contract.indexation is None:
        return None
    to: Currency = contract.currency
    return spot(desk, Purpose.QUOTE, contract.indexation.reference, to, on)


def due_instalments(
    desk: Desk, on: date, company: str | None = None
) -> Iterator[tuple[Contract, Instalment, Figure]]:
    """Every instalment due by a day and not billed yet, with what it comes to."""
    for contract in desk.uow.contracts.all():
        if company is None or contract.company == company:
            for one in contract.unbilled(on):
                yield contract, one, amount_due(desk, contract, one.position)
