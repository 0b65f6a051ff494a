"""The register: one format for the customers of every country."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId


class CurrencyNotAgreed(RuleRefused):
    """A document in a currency that was not agreed with the customer."""

    customer: CustomerId
    currency: str
    agreed: str
    template = (
        "customer {customer} is billed in {agreed:plain}, not in {currency:plain}; "
        "agree on it first"
    )


class CustomerRefused(InputRefused):
    """A customer that can not be registered as given."""

    customer: CustomerId
    reason: str
    template = "customer {customer}: {reason:plain}"


@attrs.frozen
class Customer:
    """A customer of one company. ``currency`` is the preferred one, ``currencies`` all agreed.

    ``country`` is an ISO 3166 code of two letters, ``language`` a locale such as ``de_DE``.
    """

    id: CustomerId
    company: CompanyId
    name: str
    country: str
    currency: Currency
    currencies: tuple[Currency, ...]
    registered_on: date
    language: str = "en"
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def register(
        cls,
        id: CustomerId,
        *,
        company: CompanyId,
        name: str,
        country: str,
        currency: Currency,
        on: date,
        also: tuple[Currency, ...] = (),
        language: str = "en",
        extras: Extras = NO_EXTRAS,
    ) -> Customer:
        """Enter a customer with the currencies agreed. Raises `CustomerRefused`."""
        if not name.strip():
            raise CustomerRefused(customer=id, reason="the name is empty")
        if not (
            len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
        ):
            raise CustomerRefused(customer=id, reason="the country is a code such as DE")
        agreed = tuple(dict.fromkeys((currency, *also)))
        event = Event("customer registered", id, on, {"currency": currency.code})
        return cls(
            id, company, name, country, currency, agreed, on, language, extras, events=(event,)
        )

    def agreed(self, currency: Currency) -> Currency:
        """The currency itself, once it is known to be agreed. Raises `CurrencyNotAgreed`."""
        if currency not in self.currencies:
            codes = ", ".join(one.code for one in self.currencies)
            raise CurrencyNotAgreed(customer=self.id, currency=currency.code, agreed=codes)
        return currency
