"""Keeping: what is known of a customer, and in which currencies it is billed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, CurrencyMode, Customer, TaxId
from fxcrm.extras import Extras
from fxcrm.formatting.plainforms import PlainForms
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.registering import register_customer
from fxcrm.usecases.trading import taken
from fxcrm.usecases.wording import Command, Step


def checked_contacts(checks: PartyChecks, given: Iterable[Contact], country: str) -> list[Contact]:
    """Contacts with their phones in canonical form, dialled from a country.

    Raises `DetailRefused`.
    """
    return [
        attrs.evolve(one, phone=checks.phone(one.phone, country)) if one.phone else one
        for one in given
    ]


def checked_addresses(checks: PartyChecks, given: Iterable[Address]) -> list[Address]:
    """Addresses in the form of their countries. Raises `DetailRefused`."""
    return [checks.address(one) for one in given]


def checked_tax_ids(checks: PartyChecks, given: Iterable[TaxId]) -> list[TaxId]:
    """Tax ids in the form of their countries. Raises `DetailRefused`."""
    return [checks.tax_id(one) for one in given]


def change_customer(
    desk: Desk,
    id: CustomerId,
    *,
    on: date,
    name: str | None = None,
    country: str | None = None,
    language: str | None = None,
    extras: Extras | None = None,
    contacts: Iterable[Contact] | None = None,
    addresses: Iterable[Address] | None = None,
    tax_ids: Iterable[TaxId] | None = None,
    tags: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
) -> Customer:
    """Other details of a customer; None leaves one as it is.

    Raises as `Customer.change` does, and `LocaleUnknown` for a language.
    """
    if language is not None:
        PlainForms(language)
    changed = desk.uow.customers.get(id).change(
        on,
        name=name,
        country=country,
        language=language,
        extras=extras,
        contacts=contacts,
        addresses=addresses,
        tax_ids=tax_ids,
        tags=tags,
        groups=groups,
    )
    return desk.uow.customers.save(changed)


def prefer_currency(desk: Desk, id: CustomerId, currency: Currency, *, on: date) -> Customer:
    """From a day on a customer prefers another currency, one that it may be billed in.

    Raises as `Customer.prefer` does, and `CurrencyInactive`.
    """
    customer = desk.uow.customers.get(id)
    taken(desk, customer.company, currency)
    return _saved(desk, customer, customer.prefer(currency, on, desk.actor))


def agree_currency(desk: Desk, id: CustomerId, currency: Currency, *, on: date) -> Customer:
    """A customer may be billed in one more currency. Raises `ModeRefused`, `CurrencyInactive`."""
    customer = desk.uow.customers.get(id)
    taken(desk, customer.company, currency)
    return _saved(desk, customer, customer.agree(currency, on))


def withdraw_currency(desk: Desk, id: CustomerId, currency: Currency, *, on: date) -> Customer:
    """A customer is billed in a currency no more; what there is in it goes on."""
    customer = desk.uow.customers.get(id)
    return _saved(desk, customer, customer.withdraw(currency, on))


def set_currency_mode(desk: Desk, id: CustomerId, mode: CurrencyMode, *, on: date) -> Customer:
    """In which currencies a customer may be billed at all. Raises `ModeRefused`."""
    customer = desk.uow.customers.get(id)
    home = desk.uow.companies.get(customer.company).functional
    return _saved(desk, customer, customer.in_mode(mode, home, on))


def deactivate_customer(desk: Desk, id: CustomerId, *, reason: str, on: date) -> Customer:
    """A customer takes no new records; what there is goes on."""
    return desk.uow.customers.save(desk.uow.customers.get(id).deactivate(reason, on))


def reactivate_customer(desk: Desk, id: CustomerId, *, on: date) -> Customer:
    """A customer takes new records again."""
    return desk.uow.customers.save(desk.uow.customers.get(id).reactivate(on))


def _saved(desk: Desk, before: Customer, after: Customer) -> Customer:
    """What changed is kept; a command that changed nothing leaves no version behind."""
    return before if after is before else desk.uow.customers.save(after)


# ---- the same in plain values

_CONTACT = "name role mail phone language"
_ADDRESS = "country purpose recipient street postcode city district region"


def _contacts(step: Step) -> list[Contact] | None:
    rows = step.some_rows("contacts", _CONTACT)
    return None if rows is None else [Contact(**_texts(row, _CONTACT)) for row in rows]


def _addresses(step: Step) -> list[Address] | None:
    rows = step.some_rows("addresses", _ADDRESS)
    return None if rows is None else [Address(**_texts(row, _ADDRESS)) for row in rows]


def _tax_ids(step: Step) -> list[TaxId] | None:
    rows = step.some_rows("tax_ids", "country number")
    return None if rows is None else [TaxId(**_texts(row, "country number")) for row in rows]


def _texts(row: Step, names: str) -> dict[str, str]:
    """The texts of a table; what must be there is asked for although it is not."""
    first, *others = names.split()
    return {first: row.text(first), **{n: row.text(n) for n in others if n in row.arguments}}


def _labels(step: Step, name: str) -> list[str] | None:
    """Labels are one text with commas between them; an empty one is none."""
    text = step.some_text(name)
    return None if text is None else [one for one in map(str.strip, text.split(",")) if one]


def _register(desk: Desk, step: Step) -> Customer:
    return register_customer(
        desk,
        CustomerId(step.text("id")),
        company=CompanyId(step.text("company")),
        name=step.text("name"),
        country=step.text("country"),
        currency=step.currency("currency"),
        also=tuple(Currency(code) for code in step.text("also", "").split()),
        language=step.text("language", "en"),
        contacts=_contacts(step) or (),
        addresses=_addresses(step) or (),
        tax_ids=_tax_ids(step) or (),
        tags=_labels(step, "tags") or (),
        groups=_labels(step, "groups") or (),
        mode=CurrencyMode.parse(step.text("mode", CurrencyMode.AGREED.value)),
        on=step.on,
    )


def _change(desk: Desk, step: Step) -> Customer:
    return change_customer(
        desk,
        _customer(step),
        on=step.on,
        name=step.some_text("name"),
        country=step.some_text("country"),
        language=step.some_text("language"),
        contacts=_contacts(step),
        addresses=_addresses(step),
        tax_ids=_tax_ids(step),
        tags=_labels(step, "tags"),
        groups=_labels(step, "groups"),
    )


def _customer(step: Step) -> CustomerId:
    """``id`` names the command; where ``customer`` does not name another, whom it is about."""
    return CustomerId(step.text("customer", step.text("id")))


def _in_currency(run: Callable[..., Customer]) -> Command:
    return Command.of(
        "id customer currency",
        lambda desk, step, _: run(desk, _customer(step), step.currency("currency"), on=step.on),
    )


_DETAILS = "name country language contacts addresses tax_ids tags groups"

KEEPING: Mapping[str, Command] = MappingProxyType(
    {
        "register customer": Command.of(
            f"id company currency also mode {_DETAILS}",
            lambda desk, step, _: _register(desk, step),
        ),
        "change customer": Command.of(
            f"id customer {_DETAILS}", lambda desk, step, _: _change(desk, step)
        ),
        "prefer currency": _in_currency(prefer_currency),
        "agree currency": _in_currency(agree_currency),
        "withdraw currency": _in_currency(withdraw_currency),
        "set currency mode": Command.of(
            "id customer mode",
            lambda desk, step, _: set_currency_mode(
                desk, _customer(step), CurrencyMode.parse(step.text("mode")), on=step.on
            ),
        ),
        "deactivate customer": Command.of(
            "id customer reason",
            lambda desk, step, _: deactivate_customer(
                desk, _customer(step), reason=step.text("reason"), on=step.on
            ),
        ),
        "reactivate customer": Command.of(
            "id customer",
            lambda desk, step, _: reactivate_customer(desk, _customer(step), on=step.on),
        ),
    }
)
