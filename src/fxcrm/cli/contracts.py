"""``fxcrm contract``: what is agreed for a term, and what falls due."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from fxcrm.cli.selling import carried, explained, listed, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.ids import ContractId
from fxcrm.mappings import FrozenMap
from fxcrm.selling import Contract
from fxcrm.usecases.contracting import amount_due, due_instalments
from fxcrm.usecases.deciding import Desk

_AS_THEY_ARE: Final = (
    *("customer", "price", "quote", "title", "months", "per", "billed", "due", "notice_months"),
    *("notice_days", "renewal", "renewal_months", "reprice", "uplift", "indexed_to", "band"),
    *("beyond", "passed_on", "cap", "floor", "lead"),
)


def _add(arguments: Arguments) -> int:
    terms = {name: getattr(arguments, name) for name in _AS_THEY_ARE}
    terms |= {name: _day(arguments, name) for name in ("since", "base_on")}
    do = "contract quote" if arguments.quote else "draft contract"
    carried(arguments, do, id=arguments.id, **terms)
    return _shown(arguments, "is drafted")


def _activate(arguments: Arguments) -> int:
    carried(arguments, "activate contract", id=arguments.id, by=arguments.actor or "fxcrm")
    return _shown(arguments, "is active")


def _withdraw(arguments: Arguments) -> int:
    carried(arguments, "withdraw contract", id=arguments.id, reason=arguments.reason)
    return _shown(arguments, "is withdrawn")


def _terminate(arguments: Arguments) -> int:
    carried(arguments, "terminate contract", id=arguments.id, reason=arguments.reason)
    return _shown(arguments, "ends with its term")


def _renew(arguments: Arguments) -> int:
    successor = arguments.successor
    carried(arguments, "renew contract", id=arguments.id, successor=successor)
    arguments.id = successor
    return _shown(arguments, "is the next term")


def _expire(arguments: Arguments) -> int:
    carried(arguments, "expire contract", id=arguments.id)
    return _shown(arguments, "has expired")


def _bill(arguments: Arguments) -> int:
    carried(arguments, "bill contract", id=arguments.id)
    with selling_desk(arguments) as desk:
        held = _held(desk, arguments)
        rows = [
            (bill.position, bill.order or "", bill.amount, bill.fixing or "") for bill in held.bills
        ]
    return listed(arguments, ("instalment", "order", "amount", "rate decision"), rows)


def _shown(arguments: Arguments, became: str) -> int:
    with selling_desk(arguments) as desk:
        one = _held(desk, arguments)
    price = f"{one.price} {one.per.value}, {one.since} to {one.until}"
    return told(f"contract {one.id} {became}: {price}, notice until {one.last_notice_day}")


def _held(desk: Desk, arguments: Arguments) -> Contract:
    return desk.uow.contracts.get(ContractId(arguments.id))


def _due(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        on = day_of("--on", arguments.on) or desk.now.date()
        if arguments.contract:
            return _explained(desk, arguments, on)
        rows = [
            (contract.id, one.position, one.due_on, one.amount, due.value)
            for contract, one, due in due_instalments(desk, on)
        ]
    return listed(arguments, ("contract", "instalment", "due", "as agreed", "to pay"), rows)


def _explained(desk: Desk, arguments: Arguments, on: date) -> int:
    contract = desk.uow.contracts.get(ContractId(arguments.contract))
    for one in contract.unbilled(on):
        explained(amount_due(desk, contract, one.position))
    return 0


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        rows = [
            (one.id, one.customer, one.price, one.per.value, one.until, one.last_notice_day,
             one.renewal.how.value, one.state)
            for one in desk.uow.contracts.all()
            if arguments.state in (None, one.state)
        ]  # fmt: skip
    header = ("contract", "customer", "price", "per", "until", "notice until", "renewal", "state")
    return listed(arguments, header, rows)


def _day(arguments: Arguments, name: str) -> date | None:
    return day_of(f"--{name.replace('_', '-')}", getattr(arguments, name))


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add,
        "activate": _activate,
        "withdraw": _withdraw,
        "terminate": _terminate,
        "renew": _renew,
        "expire": _expire,
        "bill": _bill,
        "due": _due,
        "list": _list,
    }
)
