"""What is known of a customer beside its currencies: contacts, addresses, tax ids, labels.

The core checks what needs no library: what is there, how long it is, how many there are. Whether
a postcode fits its country or a tax id its check digit, an adapter of `ports.partychecks` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import attrs

from fxcrm.countries import is_country
from fxcrm.errors import InputRefused
from fxcrm.mappings import FrozenMap

T = TypeVar("T")

LONGEST_NAME: Final = 200  # characters
LONGEST_TEXT: Final = 200
LONGEST_STREET: Final = 500
LONGEST_LABEL: Final = 60
MOST_CONTACTS: Final = 100
MOST_ADDRESSES: Final = 50
MOST_TAX_IDS: Final = 20
MOST_LABELS: Final = 100  # tags, and groups
_OWNERS: Final = FrozenMap({"Contact": "contact", "Address": "address", "TaxId": "tax id"})


class DetailRefused(InputRefused):
    """A detail of a customer that breaks a rule.

    It names the field, never what stood in it: that may be a person's data.
    """

    field: str
    rule: str
    remedy: str
    template = "{field:plain}: {rule:plain}; {remedy:plain}"


def _bare(text: str) -> str:
    """The text without white space around it."""
    return text.strip()


def _place(owner: object, attribute: attrs.Attribute[str]) -> str:
    """The field in words, as in ``tax id, number``."""
    return f"{_OWNERS[type(owner).__name__]}, {attribute.name}"


def _most(longest: int) -> Callable[[object, attrs.Attribute[str], str], None]:
    """A validator: the text is no longer than that. Raises `DetailRefused`."""

    def checked(owner: object, attribute: attrs.Attribute[str], text: str) -> None:
        _refuse_long(_place(owner, attribute), text, longest)

    return checked


def _refuse_long(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        rule = f"at most {longest} characters are kept, not {len(text)}"
        raise DetailRefused(field=field, rule=rule, remedy="shorten it")


def _country(owner: object, attribute: attrs.Attribute[str], code: str) -> None:
    """A validator: an ISO 3166 code of two capital letters. Raises `DetailRefused`."""
    if not is_country(code):
        rule = "a country is a code of two capital letters"
        raise DetailRefused(field=_place(owner, attribute), rule=rule, remedy="write it as in DE")


@attrs.frozen
class Contact:
    """A person at the customer's: a name, and how to reach whom."""

    name: str = attrs.field(converter=_bare, validator=_most(LONGEST_NAME))
    role: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    mail: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    phone: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    language: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_LABEL))

    def __attrs_post_init__(self) -> None:
        if not self.name:
            raise DetailRefused(
                field="contact, name", rule="it is empty", remedy="name the person or the desk"
            )
        before, at, behind = self.mail.partition("@")
        if self.mail and not (before and at and behind and not self.mail.count("@") > 1):
            rule = "an address has one @ with something on both sides"
            raise DetailRefused(field="contact, mail", rule=rule, remedy="mend it, or leave it out")


@attrs.frozen
class Address:
    """Where something goes to; ``purpose`` says what: ``billing``, ``shipping``, and so on.

    ``street`` may have several lines. ``region`` is a state, province or prefecture, ``district``
    a part of the city where a country writes one.
    """

    country: str = attrs.field(validator=_country)
    purpose: str = attrs.field(default="billing", converter=_bare, validator=_most(LONGEST_TEXT))
    recipient: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    street: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_STREET))
    postcode: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_LABEL))
    city: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    district: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))
    region: str = attrs.field(default="", converter=_bare, validator=_most(LONGEST_TEXT))

    def __attrs_post_init__(self) -> None:
        if not (self.street or self.postcode or self.city):
            rule = "street, postcode and city are all empty"
            raise DetailRefused(field="address", rule=rule, remedy="give one of them at least")


@attrs.frozen
class TaxId:
    """A number under which the tax authority of a country knows the customer."""

    country: str = attrs.field(validator=_country)
    number: str = attrs.field(converter=_bare, validator=_most(LONGEST_LABEL))

    def __attrs_post_init__(self) -> None:
        if not self.number:
            raise DetailRefused(field="tax id, number", rule="it is empty", remedy="state it")


def contacts_of(given: Iterable[Contact]) -> tuple[Contact, ...]:
    """Contacts in the order given, at most 100 (F18). Raises `DetailRefused`."""
    return _few(given, MOST_CONTACTS, "contacts")


def addresses_of(given: Iterable[Address]) -> tuple[Address, ...]:
    """Addresses, one for each purpose, at most 50. Raises `DetailRefused`."""
    addresses = _few(given, MOST_ADDRESSES, "addresses")
    if len({one.purpose for one in addresses}) < len(addresses):
        rule = "two have one purpose"
        raise DetailRefused(field="addresses", rule=rule, remedy="name the second one otherwise")
    return addresses


def tax_ids_of(given: Iterable[TaxId]) -> tuple[TaxId, ...]:
    """Tax ids, each once, at most 20. Raises `DetailRefused`."""
    return _few(dict.fromkeys(given), MOST_TAX_IDS, "tax ids")


def labels_of(given: Iterable[str], field: str) -> tuple[str, ...]:
    """Tags or groups: sorted, each once, at most 100 of 60 characters. Raises `DetailRefused`."""
    labels = _few(sorted({one.strip() for one in given}), MOST_LABELS, field)
    for one in labels:
        _refuse_long(field, one, LONGEST_LABEL)
    if "" in labels:
        raise DetailRefused(field=field, rule="one is empty", remedy="leave it out")
    return labels


def _few(given: Iterable[T], most: int, field: str) -> tuple[T, ...]:
    """The same, once they are known not to be too many: no more than one above is looked at."""
    held: list[T] = []
    for one in given:
        if len(held) == most:
            rule = f"a customer has at most {most}"
            raise DetailRefused(field=field, rule=rule, remedy="leave some out")
        held.append(one)
    return tuple(held)
