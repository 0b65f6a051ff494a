"""Customers: one format for every country, and the currencies agreed with each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fxcrm.currencies import Currency
from fxcrm.customers import CurrencyNotAgreed, Customer
from fxcrm.customers.register import CustomerRefused
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.ids import CompanyId, CustomerId

EUR, USD, GBP = map(Currency, ("EUR", "USD", "GBP"))


def _registered(id: str = "acme", **changes: Any) -> Customer:
    given = {
        "company": CompanyId("nordwind"),
        "name": "Acme Corp.",
        "country": "DE",
        "currency": EUR,
        "on": date(2026, 3, 2),
        **changes,
    }
    return Customer.register(CustomerId(id), **given)


def test_a_customer_is_registered_with_its_currencies() -> None:
    """The preferred one first, the others in the order given, each once; and an event."""
    customer = _registered(also=(USD, EUR, GBP, USD))
    assert customer.currency is EUR
    assert customer.currencies == (EUR, USD, GBP)
    assert (customer.name, customer.country, customer.language) == ("Acme Corp.", "DE", "en")
    assert [one.name for one in customer.events] == ["customer registered"]
    assert customer.version == 0


@pytest.mark.parametrize("given", ["name", "id"])
@pytest.mark.parametrize("blank", ["", "   ", "\t\n"])
def test_a_customer_has_a_name_and_an_id(given: str, blank: str) -> None:
    """White space is none."""
    with pytest.raises(CustomerRefused, match=f"the {given} is"):
        _registered(**{given: blank})


@pytest.mark.parametrize("country", ["de", "Germany", "D", "", "DEU", "ÄÖ", "4-", "d1", " D", "A1"])
def test_a_country_is_a_code_of_two_capital_letters(country: str) -> None:
    """ISO 3166: neither small letters nor names, and no letters of other scripts."""
    with pytest.raises(CustomerRefused) as caught:
        _registered(country=country)
    assert isinstance(caught.value, InputRefused)
    assert caught.value.customer == "acme"


def test_a_refusal_shows_no_personal_data() -> None:
    """Messages carry the id, never the name of a person (RULES section 4)."""
    with pytest.raises(CustomerRefused) as caught:
        _registered(name="Erika Mustermann", country="Germany")
    assert "Mustermann" not in str(caught.value)


def test_a_currency_must_have_been_agreed() -> None:
    """An agreed currency is handed back, any other is refused with those agreed."""
    customer = _registered(also=(USD,))
    assert customer.agreed(USD) is USD
    with pytest.raises(CurrencyNotAgreed) as caught:
        customer.agreed(GBP)
    assert (caught.value.currency, caught.value.agreed) == ("GBP", "EUR, USD")
    assert isinstance(caught.value, RuleRefused)
