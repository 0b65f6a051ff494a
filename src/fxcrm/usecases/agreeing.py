"""Agreeing: how the commands of contracts, and of a quote's other totals, are understood."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from fxcrm.currencies import Currency
from fxcrm.ids import ContractId, CustomerId, QuoteId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.selling import Band, Cycle, Due, Indexation, Notice, Renewal, Renewing, Repricing
from fxcrm.usecases.contracting import (
    Terms,
    activate_contract,
    bill_contract,
    contract_quote,
    draft_contract,
    expire_contract,
    renew_contract,
    terminate_contract,
    withdraw_contract,
)
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.quoting import totals_in
from fxcrm.usecases.wording import Command, Step

_TERMS: Final = (
    "title since months per billed due notice_months notice_days renewal renewal_months reprice "
    "uplift indexed_to band beyond passed_on cap floor lead base_on"
)

_CLAUSE: Final = "band beyond passed_on cap floor lead base_on"


def _terms(step: Step) -> Terms:
    indexation, renewal, base_on = _indexation(step), _renewal(step), step.some_day("base_on")
    notice = (step.whole("notice_months", 0), step.whole("notice_days", 0))
    return Terms(
        step.text("title"),
        step.day("since"),
        step.whole("months"),
        step.member("per", Cycle, Cycle.MONTHLY),
        step.member("billed", Cycle, Cycle.MONTHLY),
        step.member("due", Due, Due.IN_ADVANCE),
        Notice(*notice),
        Renewal(*renewal),
        None if indexation is None else Indexation(*indexation),
        base_on,
    )


def _renewal(step: Step) -> tuple[Renewing, int, Repricing, Decimal]:
    return (
        step.member("renewal", Renewing, Renewing.NONE),
        step.whole("renewal_months", 0),
        step.member("reprice", Repricing, Repricing.UNCHANGED),
        step.number("uplift", "0"),
    )


def _indexation(step: Step) -> tuple[Any, ...] | None:
    currency = step.some_currency("indexed_to")
    if currency is None:
        for name in filter(step.gives, _CLAUSE.split()):
            raise step.refused(name, "name the currency that is followed (indexed_to)")
        return None
    return (
        currency,
        step.number("band", "0"),
        step.member("beyond", Band, Band.THRESHOLD),
        step.number("passed_on", "100"),
        step.some_number("cap"),
        step.some_number("floor"),
        step.whole("lead", 0),
    )


def _id(step: Step) -> ContractId:
    return ContractId(step.text("id"))


def _draft(desk: Desk, step: Step, _: Group) -> object:
    customer, price = CustomerId(step.text("customer")), step.money("price")
    return draft_contract(desk, _id(step), _terms(step), customer=customer, price=price, on=step.on)


def _of_quote(desk: Desk, step: Step, _: Group) -> object:
    quote = QuoteId(step.text("quote"))
    return contract_quote(desk, _id(step), _terms(step), quote=quote, on=step.on)


def _renew(desk: Desk, step: Step, _: Group) -> object:
    successor = ContractId(step.text("successor"))
    return renew_contract(desk, _id(step), successor=successor, on=step.on)


def _value(desk: Desk, step: Step, _: Group) -> object:
    """The rates of a quote's other totals, recorded before a document names them."""
    id, codes = QuoteId(step.text("id")), step.text("currencies").upper().split()
    return totals_in(desk, desk.uow.quotes.get(id), map(Currency, codes), step.on)


CONTRACTS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "draft contract": Command.of(f"id customer price {_TERMS}", _draft),
        "contract quote": Command.of(f"id quote {_TERMS}", _of_quote),
        "activate contract": Command.of(
            "id by",
            lambda desk, step, _: activate_contract(
                desk, _id(step), by=step.text("by"), on=step.on
            ),
        ),
        "withdraw contract": Command.of(
            "id reason",
            lambda desk, step, _: withdraw_contract(
                desk, _id(step), reason=step.text("reason"), on=step.on
            ),
        ),
        "terminate contract": Command.of(
            "id reason",
            lambda desk, step, _: terminate_contract(
                desk, _id(step), reason=step.text("reason"), on=step.on
            ),
        ),
        "expire contract": Command.of(
            "id", lambda desk, step, _: expire_contract(desk, _id(step), on=step.on)
        ),
        "value quote": Command.of("id currencies", _value),
        "renew contract": Command.of("id successor", _renew),
        "bill contract": Command.of(
            "id", lambda desk, step, _: bill_contract(desk, _id(step), on=step.on)
        ),
    }
)
