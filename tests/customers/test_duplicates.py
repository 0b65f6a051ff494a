"""Duplicates: what makes two customers alike, how many points it is worth, and who is compared."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, Customer, DuplicateRules, TaxId, duplicates
from fxcrm.customers.duplicates import Weights
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.plaindata import RulesRefused
from fxcrm.sellingrules import SellingRules

DAY = date(2026, 1, 1)


def customer(id: str, name: str, country: str = "DE", days: int = 0, **given: Any) -> Customer:
    """A customer of Nordwind."""
    return Customer.register(
        CustomerId(id),
        company=CompanyId(given.pop("company", "nordwind")),
        name=name,
        country=country,
        currency=Currency("EUR"),
        on=DAY + timedelta(days=days),
        **given,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme GmbH", "ACME"),
        ("Müller & Söhne GmbH & Co. KG", "Muller Sohne"),
        ("Straße AG", "STRASSE"),
        ("Łódź Sp. z o.o.", "Lodz"),
        ("Société Générale S.A.", "Societe Generale SAS"),
        ("北风贸易有限公司", "北风贸易"),
        ("株式会社アクメ", "アクメ株式会社"),
        ("Nordwind Trading Ltd", "Trading, Nordwind Limited"),
        ("Nordwind Logistik", "Nordwnd Logistik"),
    ],
)
def test_names_that_are_alike(one: str, other: str) -> None:
    """Legal forms, accents, case, word order and a slip of the pen make no other customer."""
    rules = DuplicateRules(threshold=40)
    [found] = duplicates([customer("C-1", one), customer("C-2", other)], rules)
    assert found.reasons[0].what == "name"
    assert duplicates([customer("C-1", one, "DE"), customer("C-2", other, "US")]) == ()


def test_names_that_are_not_alike() -> None:
    """One word in common is not enough, nor is another company's customer of the same name."""
    apart = (("Nordwind Logistik", "Nordwind Energie"), ("Acme", "Acne Studios"))
    for one, other in apart:
        assert duplicates([customer("C-1", one), customer("C-2", other)]) == ()
    twins = [customer("C-1", "Acme"), customer("C-2", "Acme", company="contoso")]
    assert duplicates(twins) == ()
    merged = [twins[0], customer("C-2", "Acme").merge_into(CustomerId("C-1"), DAY)]
    assert duplicates(merged) == ()


def test_a_score_explains_itself() -> None:
    """Mail 60, phone 40 written in two ways, address 40: 100 points at most, each reason named."""
    berlin = Address("DE", street="Lindenstraße 5", postcode="10969", city="Berlin")
    later = Address("DE", street="LINDENSTRASSE 5", postcode="10969", city="Berlin-Mitte")
    one = Contact("Ada", mail="Ada@Acme.example", phone="+49 (30) 123 456-78")
    other = Contact("A. L.", mail="ada@acme.example", phone="030 12345678")
    first = customer("C-2", "Acme", contacts=[one], addresses=[berlin])
    second = customer("C-1", "Globex", days=1, contacts=[other], addresses=[later])
    [found] = duplicates([second, first])
    assert str(found) == (
        "C-2 and C-1: 100 points: mail 60 (ada@acme.example), phone 40 (012345678), "
        "address 40 (DE 10969 lindenstrasse 5)"
    ).replace("012345678", "012345678"[-9:])
    heavy = DuplicateRules(weights=Weights(mail=0, phone=0, address=10), threshold=0)
    [light] = duplicates([first, second], heavy)
    assert [(one.what, one.points) for one in light.reasons] == [("address", 10)]


def test_tax_ids_and_placeholders() -> None:
    """The same tax id is proof enough however it is spaced; a row of zeros is no phone."""
    ids = [TaxId("DE", "DE 123 456 789")], [TaxId("DE", "de123456789")]
    [found] = duplicates(
        [customer("C-1", "Acme", tax_ids=ids[0]), customer("C-2", "X", tax_ids=ids[1])]
    )
    assert (found.score, found.reasons[0].what) == (100, "tax id")
    zeros = [
        customer(f"C-{n}", f"{n}{n}", contacts=[Contact("x", phone="000 0000")]) for n in (1, 2)
    ]
    assert duplicates(zeros, DuplicateRules(threshold=10)) == ()


@settings(max_examples=20)
@given(st.permutations(range(12)), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_the_order_of_customers_does_not_matter(order: list[int], names: list[int]) -> None:
    """All pairs with one name are found, whoever comes first; none is found twice."""
    words = ("Acme", "Globex GmbH", "Initech", "北风")
    every = [customer(f"C-{n:02}", words[name], days=n % 3) for n, name in enumerate(names)]
    found = duplicates([every[place] for place in order])
    assert found == duplicates(every)
    pairs = {frozenset((one.one, one.other)) for one in found}
    expected = {
        frozenset((one.id, other.id))
        for one in every
        for other in every
        if one.id != other.id and one.name == other.name
    }
    assert pairs == expected
    assert len(found) == len(pairs)


def test_two_thousand_take_well_under_a_second() -> None:
    """Only those who share a mark are compared, and of a mark that many have, each with one."""
    words = ["nord", "süd", "wind", "licht", "stahl", "glas", "holz", "metall", "technik", "bau"]
    every = [
        customer(
            f"C-{n:04}",
            f"{words[n % 10]} {words[n // 10 % 10]} {n % 500} GmbH",
            contacts=[
                Contact("x", mail="info@shared.example" if n % 10 == 0 else f"{n}@x.example")
            ],
        )
        for n in range(2000)
    ]
    start = process_time()
    found = duplicates(every)
    assert process_time() - start < 2  # 0.3 s where nothing else runs
    assert sum(one.reasons[-1].what == "mail" for one in found) >= 199


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"threshold": 101}, "duplicates.threshold"),
        ({"weights": {"fax": 3}}, "duplicates.weights.fax"),
        ({"weights": {"name": "60"}}, "duplicates.weights.name"),
        ({"keep": {"vat": "both"}}, "duplicates.keep.vat"),
    ],
)
def test_rules_are_refused_by_place(rules: dict[str, Any], place: str) -> None:
    """A misspelt name or value is refused with the path to it."""
    with pytest.raises(RulesRefused) as refused:
        SellingRules.read({"duplicates": rules})
    assert refused.value.place == place


def test_rules_are_read() -> None:
    """Weights, words that are no part of a name, and what stays of two."""
    read = SellingRules.read(
        {"duplicates": {"threshold": 50, "weights": {"name": 50}, "legal_forms": ["Holding"]}}
    ).duplicates
    [found] = duplicates([customer("C-1", "Acme Holding"), customer("C-2", "Acme")], read)
    assert found.score == 50
