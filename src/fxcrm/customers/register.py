"""The register: one format for the customers of every country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from fxcrm.countries import is_country
from fxcrm.currencies import Currency
from fxcrm.customers.currencymodes import (
    MOST_CURRENCIES,
    MOST_PREFERENCES,
    CurrencyMode,
    CurrencyNotAgreed,
    ModeRefused,
    Preference,
    PreferenceRefused,
)
from fxcrm.customers.details import (
    LONGEST_LABEL,
    LONGEST_NAME,
    Address,
    Contact,
    TaxId,
    addresses_of,
    contacts_of,
    labels_of,
    tax_ids_of,
)
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap

CUSTOMER_LIFECYCLE = Lifecycle(
    "customer",
    "active",
    FrozenMap(
        {
            ("active", "change"): "active",
            ("active", "deactivate"): "inactive",
            ("active", "merge"): "merged",
            ("inactive", "change"): "inactive",
            ("inactive", "reactivate"): "active",
            ("inactive", "merge"): "merged",
        }
    ),
)


class CustomerRefused(InputRefused):
    """A customer that can not be registered as given."""

    customer: CustomerId
    reason: str
    template = "customer {customer}: {reason:plain}"


class CustomerNotActive(RuleRefused):
    """A new record for a customer that is not active."""

    customer: CustomerId
    state: str
    remedy: str
    template = "customer {customer} is {state:plain} and takes no new records; {remedy:plain}"


@attrs.frozen
class Customer:
    """A customer of one company. ``currency`` is the preferred one, ``currencies`` all agreed.

    ``country`` is an ISO 3166 code of two letters, ``language`` a locale such as ``de_DE``.
    ``mode`` says in which currencies it may be billed at all. ``preferences`` are noted from the
    first change on; `history` tells the first one too. ``tags`` and price ``groups`` are sorted.
    One that was merged names the customer it was ``merged_into``.
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
    mode: CurrencyMode = CurrencyMode.AGREED
    preferences: tuple[Preference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    addresses: tuple[Address, ...] = ()
    tax_ids: tuple[TaxId, ...] = ()
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tier: str = ""
    state: str = CUSTOMER_LIFECYCLE.start
    merged_into: CustomerId | None = None
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
        mode: CurrencyMode = CurrencyMode.AGREED,
        home: Currency | None = None,
        contacts: Iterable[Contact] = (),
        addresses: Iterable[Address] = (),
        tax_ids: Iterable[TaxId] = (),
        tags: Iterable[str] = (),
        groups: Iterable[str] = (),
    ) -> Customer:
        """Enter a customer with the currencies agreed; ``home`` is the company's own currency.

        Raises `CustomerRefused`, `ModeRefused`, `DetailRefused`.
        """
        if not id.strip():
            raise CustomerRefused(customer=id, reason="the id is blank; name one")
        _check_name_and_country(id, name, country)
        agreed = tuple(dict.fromkeys((currency, *also)))
        _check_mode(id, mode, currency, home, agreed)
        event = Event("customer registered", id, on, {"currency": currency.code})
        return cls(
            id,
            company,
            name,
            country,
            currency,
            agreed,
            on,
            language,
            extras,
            mode,
            contacts=contacts_of(contacts),
            addresses=addresses_of(addresses),
            tax_ids=tax_ids_of(tax_ids),
            tags=labels_of(tags, "tags"),
            groups=labels_of(groups, "groups"),
            events=(event,),
        )

    @property
    def history(self) -> tuple[Preference, ...]:
        """Every preferred currency, the first one since the customer was registered."""
        return self.preferences or (Preference(self.currency, self.registered_on),)

    def preferred_on(self, day: date) -> Currency:
        """The currency preferred on a day; before the first one was noted, the first one."""
        first, *later = self.history
        return next((one.currency for one in reversed(later) if one.since <= day), first.currency)

    def agreed(self, currency: Currency) -> Currency:
        """The currency itself, once a new record in it is known to be allowed.

        Raises `CurrencyNotAgreed`, and `CustomerNotActive` for one that takes no new records.
        """
        self.active()
        if self.mode is CurrencyMode.ANY or currency in self.currencies:
            return currency
        codes = ", ".join(one.code for one in self.currencies)
        raise CurrencyNotAgreed(customer=self.id, currency=currency.code, agreed=codes)

    def active(self) -> Customer:
        """The customer itself, once it is known to take new records. Raises `CustomerNotActive`."""
        if self.state == CUSTOMER_LIFECYCLE.start:
            return self
        remedy = f"use {self.merged_into}" if self.merged_into else "reactivate it first"
        raise CustomerNotActive(customer=self.id, state=self.state, remedy=remedy)

    def prefer(self, currency: Currency, on: date, by: str = "") -> Customer:
        """Another preferred currency from a day on; it must fit the mode.

        What is preferred already stays as it was noted. Raises `CurrencyNotAgreed`,
        `CustomerNotActive`, `PreferenceRefused`.
        """
        self.agreed(currency)
        if currency is self.currency:
            return self
        before = self.history
        if on < before[-1].since:
            reason = f"a preference is noted since {before[-1].since}; a later day is expected"
            raise PreferenceRefused(customer=self.id, reason=reason)
        if len(before) >= MOST_PREFERENCES:
            reason = f"at most {MOST_PREFERENCES} preferences are kept"
            raise PreferenceRefused(customer=self.id, reason=reason)
        held = tuple(dict.fromkeys((*self.currencies, currency)))
        _check_number(self.id, held)
        details = {"from": self.currency.code, "to": currency.code, "by": by}
        return self._changed(
            "customer prefers another currency",
            on,
            details,
            currency=currency,
            currencies=held,
            preferences=(*before, Preference(currency, on, by)),
        )

    def agree(self, currency: Currency, on: date) -> Customer:
        """One more currency to be billed in. Raises `ModeRefused` where the mode allows one."""
        if currency in self.currencies:
            return self
        if self.mode.is_single:
            reason = f"{currency} would be a second one; choose another mode first"
            raise ModeRefused(customer=self.id, mode=self.mode.value, reason=reason)
        held = (*self.currencies, currency)
        _check_number(self.id, held)
        details = {"currency": currency.code}
        return self._changed("currency agreed", on, details, currencies=held)

    def withdraw(self, currency: Currency, on: date) -> Customer:
        """A currency is agreed no more. Raises `ModeRefused` for the preferred one."""
        if currency is self.currency:
            reason = f"{currency} is preferred; prefer another one first"
            raise ModeRefused(customer=self.id, mode=self.mode.value, reason=reason)
        held = tuple(one for one in self.currencies if one is not currency)
        if held == self.currencies:
            codes = ", ".join(one.code for one in held)
            raise CurrencyNotAgreed(customer=self.id, currency=currency.code, agreed=codes)
        return self._changed("currency withdrawn", on, {"currency": currency.code}, currencies=held)

    def in_mode(self, mode: CurrencyMode, home: Currency, on: date) -> Customer:
        """Another currency mode; one that allows one currency leaves the preferred one alone.

        ``home`` is the company's functional currency. Raises `ModeRefused`.
        """
        reason = mode.objection(self.currency, home)
        if reason:
            raise ModeRefused(customer=self.id, mode=mode.value, reason=reason)
        held = (self.currency,) if mode.is_single else self.currencies
        details = {"from": self.mode.value, "to": mode.value}
        return self._changed("currency mode changed", on, details, mode=mode, currencies=held)

    def change(
        self,
        on: date,
        *,
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
        """Other details; None leaves one as it is. The event names what changed, not to what.

        Raises `CustomerRefused`, `DetailRefused`.
        """
        _check_name_and_country(
            self.id,
            self.name if name is None else name,
            self.country if country is None else country,
        )
        given: dict[str, Any] = {
            "name": name,
            "country": country,
            "language": language,
            "extras": extras,
            "contacts": None if contacts is None else contacts_of(contacts),
            "addresses": None if addresses is None else addresses_of(addresses),
            "tax_ids": None if tax_ids is None else tax_ids_of(tax_ids),
            "tags": None if tags is None else labels_of(tags, "tags"),
            "groups": None if groups is None else labels_of(groups, "groups"),
        }
        changes = {name: value for name, value in given.items() if value is not None}
        details = {"changed": ", ".join(changes)}
        return self._changed("customer changed", on, details, **changes)

    def rated(self, tier: str, on: date) -> Customer:
        """In another tier, or in none: an empty text. Raises `CustomerRefused`."""
        if len(tier) > LONGEST_LABEL:
            reason = f"the name of a tier has at most {LONGEST_LABEL} characters"
            raise CustomerRefused(customer=self.id, reason=reason)
        if tier == self.tier:
            return self
        return self._changed("customer rated", on, {"from": self.tier, "to": tier}, tier=tier)

    def deactivate(self, reason: str, on: date) -> Customer:
        """No new records; what there is goes on. Raises `TransitionRefused`."""
        return self._moved("deactivate", on, {"reason": reason})

    def reactivate(self, on: date) -> Customer:
        """New records again. Raises `TransitionRefused`."""
        return self._moved("reactivate", on, {})

    def merge_into(self, survivor: CustomerId, on: date) -> Customer:
        """The same customer was found to be ``survivor``; final. Raises `TransitionRefused`."""
        if survivor == self.id:
            raise CustomerRefused(customer=self.id, reason="it can not be merged into itself")
        return attrs.evolve(self._moved("merge", on, {"into": survivor}), merged_into=survivor)

    def _moved(self, command: str, on: date, details: Mapping[str, str]) -> Customer:
        state = CUSTOMER_LIFECYCLE.after(self.state, command)
        event = Event(f"customer {state}", self.id, on, details)
        return attrs.evolve(self, state=state, events=(*self.events, event))

    def _changed(
        self, told: str, on: date, details: Mapping[str, str], /, **changes: Any
    ) -> Customer:
        CUSTOMER_LIFECYCLE.after(self.state, "change")
        event = Event(told, self.id, on, details)
        return attrs.evolve(self, **changes, events=(*self.events, event))


def _check_name_and_country(id: CustomerId, name: str, country: str) -> None:
    if not name.strip():
        raise CustomerRefused(customer=id, reason="the name is empty")
    if len(name) > LONGEST_NAME:
        reason = f"the name is longer than {LONGEST_NAME} characters"
        raise CustomerRefused(customer=id, reason=reason)
    if not is_country(country):
        raise CustomerRefused(customer=id, reason="the country is a code such as DE")


def _check_mode(
    id: CustomerId,
    mode: CurrencyMode,
    currency: Currency,
    home: Currency | None,
    agreed: tuple[Currency, ...],
) -> None:
    reason = mode.objection(currency, home)
    if not reason and mode.is_single and len(agreed) > 1:
        reason = "name the one currency only"
    if reason:
        raise ModeRefused(customer=id, mode=mode.value, reason=reason)
    _check_number(id, agreed)


def _check_number(id: CustomerId, agreed: tuple[Currency, ...]) -> None:
    if len(agreed) > MOST_CURRENCIES:
        reason = f"at most {MOST_CURRENCIES} currencies are agreed on one by one"
        raise CustomerRefused(customer=id, reason=reason)
