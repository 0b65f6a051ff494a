"""``fxcrm deal``: what may become a sale, and how it goes on."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from typing import Final

from fxcrm.bootstrap import template_text
from fxcrm.cli.books import company_of
from fxcrm.cli.selling import carried, explained, listed, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.dealparts import bag_of, without_wholes
from fxcrm.deals import Deal
from fxcrm.errors import InputRefused
from fxcrm.ids import DealId
from fxcrm.mappings import FrozenMap
from fxcrm.queries import Filter, every
from fxcrm.reports import Cell
from fxcrm.usecases.dealmoving import parts_figure, parts_of
from fxcrm.usecases.wording import Plain

_HEADER: Final = ("deal", "customer", "title", "pipeline", "stage", "value", "owner", "expected")


class FieldNotGiven(InputRefused):
    """A custom field without a name or a text."""

    given: str
    template = "{given} is no custom field; write NAME=TEXT"


def _particulars(arguments: Arguments) -> dict[str, Plain | None]:
    given = {name: getattr(arguments, name) for name in ("title", "value", "owner", "team")}
    day = arguments.expected_on and day_of("--expected-on", arguments.expected_on)
    return {**given, "expected_on": day, "fields": _fields(arguments)}


def _fields(arguments: Arguments) -> list[Plain] | None:
    rows: list[Plain] = []
    for given in arguments.field or ():
        name, sign, text = given.partition("=")
        if not (name and sign and text):
            raise FieldNotGiven(given=given)
        rows.append({"name": name, "value": text})
    return rows or None


def _add(arguments: Arguments) -> int:
    own = {name: getattr(arguments, name) for name in ("customer", "pipeline", "parent")}
    carried(arguments, "open deal", id=arguments.id, **own, **_particulars(arguments))
    return _shown(arguments)


def _change(arguments: Arguments) -> int:
    carried(arguments, "change deal", id=arguments.id, **_particulars(arguments))
    return _shown(arguments)


def _move(arguments: Arguments) -> int:
    value, reason = arguments.value, arguments.reason
    step = arguments.step
    carried(arguments, "move deal", id=arguments.id, command=step, value=value, reason=reason)
    return _shown(arguments)


def _approve(arguments: Arguments) -> int:
    role, by = arguments.role, arguments.by
    carried(arguments, "approve deal", id=arguments.id, command=arguments.step, role=role, by=by)
    with selling_desk(arguments) as desk:
        value = desk.uow.deals.get(DealId(arguments.id)).value
    return told(f"deal {arguments.id}: {by} approves to {arguments.step} up to {value}")


def _exchange(arguments: Arguments) -> int:
    currency = arguments.currency.upper()
    carried(arguments, "exchange deal", id=arguments.id, currency=currency)
    return _shown(arguments)


def _attach(arguments: Arguments) -> int:
    carried(arguments, "attach deal", id=arguments.id, parent=arguments.parent)
    return _shown(arguments)


def _shown(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        deal = desk.uow.deals.get(DealId(arguments.id))
    rate = f", at {deal.closing.rate}" if deal.closing else ""
    return told(f"deal {deal.id} is {deal.stage}, {deal.value}{rate}")


def _show(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        deal = desk.uow.deals.get(DealId(arguments.id))
        parts = parts_of(desk, deal)
        whole = parts_figure(desk, deal, desk.now.date()) if parts else None
    code = listed(arguments, _HEADER, [_row(one) for one in (deal, *parts)])
    if arguments.json:
        return code
    for one in deal.approvals:
        used = f", used on {one.used_on}" if one.used_on else ""
        told(f"{one.role} {one.by} approved to {one.command} up to {one.value}{used}")
    if deal.is_closed:
        rate = f", at {deal.closing.rate}" if deal.closing else ""
        told(f"{deal.stage} on {deal.closed_on}{rate}{deal.reason and f': {deal.reason}'}")
    return explained(whole) if whole else code


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        where = Filter(company=company_of(desk, arguments.company))
        found = tuple(every(desk.uow.deals.page, where))
    held = tuple(
        one
        for one in found
        if arguments.owner in (None, one.owner) and arguments.stage in (None, one.stage)
    )
    code = listed(arguments, _HEADER, [_row(one) for one in held])
    if not arguments.json:
        sums = ", ".join(map(str, bag_of(without_wholes(held, found)))) or "nothing"
        told(f"together {sums}; a deal with parts is counted by these")
    return code


def _row(deal: Deal) -> tuple[Cell, ...]:
    named = (deal.id, deal.customer, deal.title, deal.pipeline, deal.stage)
    return (*named, deal.value, deal.owner, deal.expected_on or "")


def _template(arguments: Arguments) -> int:
    print(template_text(arguments.name), end="")
    return 0


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add,
        "change": _change,
        "move": _move,
        "approve": _approve,
        "exchange": _exchange,
        "attach": _attach,
        "show": _show,
        "list": _list,
        "template": _template,
    }
)
