"""``fxcrm lead``: who asked for what, and what became of it."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from fxcrm.cli.books import company_of
from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.dealparts import LeadsBy
from fxcrm.ids import EnquiryId
from fxcrm.leads import Enquiry
from fxcrm.mappings import FrozenMap
from fxcrm.queries import Filter, every
from fxcrm.usecases.pursuing import lead_figures

_HEADER: Final = ("lead", "customer", "subject", "channel", "source", "state", "owner", "since")
_FIGURES: Final = ("leads", "qualified", "closed", "won", "won share", "value", "value won")


def _add(arguments: Arguments) -> int:
    names = ("subject", "channel", "source", "owner", "customer", "company", "prospect")
    given = {name: getattr(arguments, name) for name in names}
    return _carried("receive enquiry", arguments, **given)


def _assign(arguments: Arguments) -> int:
    return _carried("assign enquiry", arguments, owner=arguments.owner)


def _close(arguments: Arguments) -> int:
    return _carried("close enquiry", arguments, reason=arguments.reason)


def _qualify(arguments: Arguments) -> int:
    names = ("deal", "value", "pipeline", "team", "customer", "country", "currency", "also")
    given = {name: getattr(arguments, name) for name in names}
    day = arguments.expected_on and day_of("--expected-on", arguments.expected_on)
    return _carried("qualify enquiry", arguments, **given, expected_on=day)


def _carried(do: str, arguments: Arguments, **given: object) -> int:
    carried(arguments, do, id=arguments.id, **given)  # type: ignore[arg-type]  # plain values
    with selling_desk(arguments) as desk:
        lead = desk.uow.enquiries.get(EnquiryId(arguments.id))
    return told(f"lead {lead.id} is {lead.state}")


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        where = Filter(company=company_of(desk, arguments.company), state=arguments.state)
        rows = [_row(one) for one in every(desk.uow.enquiries.page, where)]
    return listed(arguments, _HEADER, rows)


def _row(lead: Enquiry) -> tuple[str, ...]:
    who = lead.customer or lead.prospect
    asked = (lead.subject, lead.channel, lead.source, lead.state, lead.owner)
    return (lead.id, who, *asked, str(lead.received_on))


def _figures(arguments: Arguments) -> int:
    by = LeadsBy(arguments.by)
    with selling_desk(arguments) as desk:
        rows = [
            (
                one.name,
                one.leads,
                one.qualified,
                one.closed,
                one.won,
                f"{one.won} of {one.leads}",
                ", ".join(map(str, one.value)),
                ", ".join(map(str, one.won_value)),
            )
            for one in lead_figures(desk, company_of(desk, arguments.company), by)
        ]
    return listed(arguments, (by.value, *_FIGURES), rows)


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add,
        "assign": _assign,
        "nurture": partial(_carried, "nurture enquiry"),
        "resume": partial(_carried, "resume enquiry"),
        "qualify": _qualify,
        "close": _close,
        "list": _list,
        "figures": _figures,
    }
)
