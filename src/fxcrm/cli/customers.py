"""``fxcrm customer``: the register, its currencies, what customers owe, and their tiers."""

from __future__ import annotations

import re
from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import attrs

from fxcrm.bootstrap import party_checks
from fxcrm.cli.duplicates import DUPLICATES
from fxcrm.cli.selling import carried, explained, listed, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, Customer, DetailRefused, TaxId
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.queries import Filter, every
from fxcrm.restatement import LeftOut, MissingRates
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.finding import Above, Found, Measure, find_customers
from fxcrm.usecases.keeping import checked_addresses, checked_contacts, checked_tax_ids
from fxcrm.usecases.owing import balance_of
from fxcrm.usecases.rating import ratings

_GROUPED: Final = re.compile(r"[A-Z]{3} [0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,9})?")


def _add(arguments: Arguments) -> int:
    also = " ".join(arguments.also or ()).upper()
    carried(
        arguments,
        "register customer",
        id=arguments.id,
        company=arguments.company,
        currency=arguments.currency.upper(),
        also=also or None,
        mode=arguments.mode,
        **_details(arguments, arguments.country or ""),
    )
    return told(f"customer {arguments.id} is registered, in {arguments.currency.upper()}")


def _change(arguments: Arguments) -> int:
    country = arguments.country
    if country is None and arguments.contact:
        with selling_desk(arguments) as desk:
            country = desk.uow.customers.get(CustomerId(arguments.id)).country
    carried(arguments, "change customer", id=arguments.id, **_details(arguments, country or ""))
    return told(f"customer {arguments.id} is changed")


def _details(arguments: Arguments, country: str) -> dict[str, Any]:
    """What was given, in the form of its countries unless that is not wanted; None is left out."""
    contacts = [Contact(**_pairs(one, Contact)) for one in arguments.contact or ()]
    addresses = [Address(**_pairs(one, Address)) for one in arguments.address or ()]
    tax_ids = [_tax_id(one) for one in arguments.tax_id or ()]
    phones = any(one.phone for one in contacts)
    if (phones or addresses or tax_ids) and not arguments.unchecked:
        checks = party_checks()
        contacts = checked_contacts(checks, contacts, country)
        addresses = checked_addresses(checks, addresses)
        tax_ids = checked_tax_ids(checks, tax_ids)
    return {
        "name": arguments.name,
        "country": arguments.country,
        "language": arguments.language,
        "contacts": _rows(contacts),
        "addresses": _rows(addresses),
        "tax_ids": _rows(tax_ids),
        "tags": ",".join(arguments.tag) if arguments.tag else None,
        "groups": ",".join(arguments.group) if arguments.group else None,
    }


def _rows(given: list[Any]) -> list[dict[str, str]] | None:
    return [attrs.asdict(one, filter=lambda _, value: value != "") for one in given] or None


def _pairs(text: str, kind: type[Any]) -> dict[str, str]:
    """``name=Ada; phone=030 123456`` as the fields of a kind. Raises `DetailRefused`."""
    known = [field.name for field in attrs.fields(kind)]
    found: dict[str, str] = {}
    for pair in text.split(";"):
        name, _, value = (one.strip() for one in pair.partition("="))
        if name not in known or name in found:
            rule = f"it is a list of NAME=TEXT, each once, of {', '.join(known)}"
            raise DetailRefused(
                field=kind.__name__.lower(), rule=rule, remedy="separate them with semicolons"
            )
        found[name] = value
    first = known[0]
    if first not in found:
        raise DetailRefused(
            field=kind.__name__.lower(), rule=f"{first} is missing", remedy=f"add {first}=..."
        )
    return found


def _tax_id(text: str) -> TaxId:
    country, _, number = text.partition(":")
    return TaxId(country, number)


def _show(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        one = desk.uow.customers.get(CustomerId(arguments.id))
    return listed(arguments, ("what", "is"), _known(one))


def _known(one: Customer) -> list[tuple[str, str]]:
    rows = [
        ("customer", str(one.id)),
        ("company", str(one.company)),
        ("name", one.name),
        ("country", one.country),
        ("state", f"merged into {one.merged_into}" if one.merged_into else one.state),
        ("currencies", f"{one.mode.value}: {', '.join(c.code for c in one.currencies)}"),
        *((f"preferred since {pref.since}", pref.currency.code) for pref in one.history),
        ("tier", one.tier),
        ("tags", ", ".join(one.tags)),
        ("groups", ", ".join(one.groups)),
    ]
    details: tuple[tuple[str, Any], ...] = (
        *(("contact", held) for held in one.contacts),
        *((f"address, {held.purpose}", held) for held in one.addresses),
        *(("tax id", held) for held in one.tax_ids),
    )
    rows += [(name, ", ".join(filter(None, attrs.astuple(held)))) for name, held in details]
    return [(what, value) for what, value in rows if value]


def _label(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        customer = desk.uow.customers.get(CustomerId(arguments.id))
    for address in customer.addresses:
        if address.purpose == arguments.purpose:
            for line in party_checks().label(address):
                told(line)
            return 0
    rule = f"customer {customer.id} has none for {arguments.purpose}"
    raise DetailRefused(field="addresses", rule=rule, remedy="name another purpose, or add it")


def _balance(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        found = balance_of(desk, CustomerId(arguments.id), _day(arguments, desk))
    rows = [(one.currency.code, one.open.value, one.carried.value) for one in found.parts]
    total = ("total", "", found.total.value)
    return listed(arguments, ("currency", "open", "carried"), [*rows, total])


def _in_currency(do: str, done: str) -> Callable[[Arguments], int]:
    def run(arguments: Arguments) -> int:
        code = arguments.currency.upper()
        carried(arguments, do, id=arguments.id, currency=code)
        return told(f"customer {arguments.id} {done.format(code)}")

    return run


def _mode(arguments: Arguments) -> int:
    carried(arguments, "set currency mode", id=arguments.id, mode=arguments.mode)
    return told(f"customer {arguments.id} has the currency mode {arguments.mode}")


def _deactivate(arguments: Arguments) -> int:
    carried(arguments, "deactivate customer", id=arguments.id, reason=arguments.reason)
    return told(f"customer {arguments.id} takes no new records")


def _reactivate(arguments: Arguments) -> int:
    carried(arguments, "reactivate customer", id=arguments.id)
    return told(f"customer {arguments.id} takes new records again")


def _list(arguments: Arguments) -> int:
    missing = MissingRates.LEAVE_OUT if arguments.leave_out else MissingRates.REFUSE
    with selling_desk(arguments) as desk:
        above = _above(arguments, desk)
        found = find_customers(
            desk, _filter(arguments), name=arguments.name or "", above=above, missing=missing
        )
    header: tuple[str, ...] = ("customer", "name", "country", "currency", "tier", "state")
    rows = [_row(one) for one in found.found]
    if above is not None:
        header = (*header, above.measure.value)
        rows = [(*row, _amount(one.figure)) for row, one in zip(rows, found.found, strict=True)]
    rows += [_left(one) for one in found.left_out]
    return listed(arguments, header, rows)


def _row(one: Found) -> tuple[Any, ...]:
    held = one.customer
    return held.id, held.name, held.country, held.currency.code, held.tier, held.state


def _left(one: LeftOut) -> tuple[Any, ...]:
    """What was compared with nothing, in plain sight (R6)."""
    documents = ", ".join(str(document.value) for document in one.documents)
    return one.key, "", "", one.currency.code, "", "", f"left out: {documents}: {one.reason}"


def _amount(figure: Figure | None) -> Money | str:
    return "" if figure is None else figure.value


def _filter(arguments: Arguments) -> Filter:
    return Filter(
        company=CompanyId(arguments.company) if arguments.company else None,
        country=arguments.country,
        currency=Currency(arguments.currency.upper()) if arguments.currency else None,
        agreed=Currency(arguments.agreed.upper()) if arguments.agreed else None,
        tag=arguments.tag,
        group=arguments.group,
        tier=arguments.tier,
        state=arguments.state,
    )


def _above(arguments: Arguments, desk: Desk) -> Above | None:
    text = arguments.owes or arguments.bought
    if text is None:
        return None
    measure = Measure.OWED if arguments.owes else Measure.BOUGHT
    # Commas between thousands alone: a comma for the decimals would make another amount of it.
    amount = Money.parse(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    since = day_of("--since", arguments.since) or date.min
    return Above(measure, amount, _day(arguments, desk), since)


def _currencies(arguments: Arguments) -> int:
    for do, code in (
        ("deactivate currency", arguments.deactivate),
        ("reactivate currency", arguments.reactivate),
    ):
        if code:
            carried(
                arguments,
                do,
                company=arguments.company,
                currency=code.upper(),
                reason=arguments.reason,
            )
    with selling_desk(arguments) as desk:
        where = Filter(company=desk.uow.companies.get(CompanyId(arguments.company)).id)
        rows = [
            (one.currency.code, one.state, one.since, one.reason)
            for one in every(desk.uow.traded_currencies.page, where)
        ]
    return listed(arguments, ("currency", "state", "since", "reason"), rows)


def _rate(arguments: Arguments) -> int:
    company = CompanyId(arguments.company)
    if not arguments.explain:
        carried(arguments, "rate customers", company=company)
    with selling_desk(arguments) as desk:
        rated = list(ratings(desk, company, _day(arguments, desk)))
    for one in rated:
        if one.customer.id == arguments.explain:
            return explained(one.why)
    rows = [(one.customer.id, one.tier, one.why.value, one.why.rule) for one in rated]
    return listed(arguments, ("customer", "tier", "bought", "because"), rows)


def _day(arguments: Arguments, desk: Desk) -> date:
    return day_of("--on", arguments.on) or desk.now.date()


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add,
        "change": _change,
        "show": _show,
        "label": _label,
        "balance": _balance,
        "prefer": _in_currency("prefer currency", "prefers {}"),
        "agree": _in_currency("agree currency", "may be billed in {}"),
        "withdraw": _in_currency("withdraw currency", "is billed in {} no more"),
        "mode": _mode,
        "deactivate": _deactivate,
        "reactivate": _reactivate,
        "list": _list,
        "currencies": _currencies,
        "rate": _rate,
        **DUPLICATES,
    }
)
