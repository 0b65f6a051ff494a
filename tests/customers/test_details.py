"""Contacts, addresses, tax ids and labels: limits at n and n+1, and no data in a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, Customer, CustomerRefused, DetailRefused, TaxId
from fxcrm.ids import CompanyId, CustomerId

DAY = date(2026, 3, 2)
PERSON = "Erika"


def _registered() -> Customer:
    return Customer.register(
        CustomerId("acme"),
        company=CompanyId("nordwind"),
        name="Acme",
        country="DE",
        currency=Currency("EUR"),
        on=DAY,
    )


LIMITS: dict[str, tuple[int, Callable[[int], object]]] = {
    "name": (200, lambda n: _registered().change(DAY, name="x" * n)),
    "contact, name": (200, lambda n: Contact("x" * n)),
    "contact, phone": (200, lambda n: Contact("x", phone="1" * n)),
    "address, street": (500, lambda n: Address("DE", street="x" * n)),
    "address, postcode": (60, lambda n: Address("DE", postcode="1" * n)),
    "tax id, number": (60, lambda n: TaxId("DE", "1" * n)),
    "tags": (60, lambda n: _registered().change(DAY, tags=["x" * n])),
    "most contacts": (100, lambda n: _registered().change(DAY, contacts=[Contact("x")] * n)),
    "most addresses": (
        50,
        lambda n: _registered().change(
            DAY, addresses=[Address("DE", str(one), city="x") for one in range(n)]
        ),
    ),
    "most tax ids": (
        20,
        lambda n: _registered().change(DAY, tax_ids=[TaxId("DE", str(one)) for one in range(n)]),
    ),
    "most groups": (100, lambda n: _registered().change(DAY, groups=map(str, range(n)))),
    "tier": (60, lambda n: _registered().rated("x" * n, DAY)),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_every_limit_holds(limit: str) -> None:
    """So many are taken, one more is refused, and a million are refused as fast (F18)."""
    most, made = LIMITS[limit]
    assert made(most)
    for more in (most + 1, 1_000_000 if "most" not in limit else most + 2):
        with pytest.raises((DetailRefused, CustomerRefused)):
            made(more)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: Contact(" "), "contact, name: it is empty"),
        (lambda: Contact(PERSON, mail=f"{PERSON}@a@b"), "contact, mail: an address has one @"),
        (lambda: Contact(PERSON, mail=f"@{PERSON}"), "contact, mail"),
        (lambda: Contact(PERSON * 100), "contact, name: at most 200 characters are kept, not 500"),
        (lambda: Address("de", city=PERSON), "address, country: a country is a code"),
        (lambda: Address("DE", recipient=PERSON), "street, postcode and city are all empty"),
        (lambda: TaxId("DE", ""), "tax id, number: it is empty"),
        (
            lambda: _registered().change(DAY, addresses=[Address("DE", PERSON, city="x")] * 2),
            "addresses: two have one purpose",
        ),
        (lambda: _registered().change(DAY, tags=[" "]), "tags: one is empty"),
    ],
)
def test_a_refusal_names_field_rule_and_way_out(wrong: Callable[[], object], told: str) -> None:
    """And never what was given: that may be a person's data."""
    with pytest.raises(DetailRefused, match=told) as caught:
        wrong()
    assert "; " in str(caught.value)
    assert PERSON not in str(caught.value)


def test_a_change_names_what_changed_and_no_data() -> None:
    """The event lists the fields; labels are sorted, each once; what is left out stays."""
    changed = _registered().change(
        DAY, contacts=[Contact(PERSON)], tags=["b", " a", "b"], tax_ids=[TaxId("DE", "1")] * 2
    )
    assert changed.events[-1].details == {"changed": "contacts, tax_ids, tags"}
    assert (changed.tags, changed.tax_ids, changed.name) == (
        ("a", "b"),
        (TaxId("DE", "1"),),
        "Acme",
    )
    assert changed.change(DAY, tags=[]).tags == ()
    assert changed.change(DAY, tags=[]).contacts == (Contact(PERSON),)
    with pytest.raises(CustomerRefused, match="the name is empty"):
        changed.change(DAY, name="")
