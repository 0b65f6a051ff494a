"""Checks by country: ours keep the contract, and each wrong one is found out."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from fxcrm.adapters.countryrules import CountryRules
from fxcrm.bootstrap import ExtraMissing, party_checks
from fxcrm.customers import Address, DetailRefused, TaxId
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.testing.contracts import Outcome, PartyChecksContract, proved


class TestCountryRules(PartyChecksContract):
    """The rules of the libraries."""

    def open_checks(self) -> PartyChecks:
        """The one that is opened with the extra."""
        return party_checks()


class _Dropping(CountryRules):
    def address(self, address: Address) -> Address:
        return attrs.evolve(super().address(address), recipient="")


class _Drifting(CountryRules):
    def tax_id(self, tax_id: TaxId) -> TaxId:
        return attrs.evolve(tax_id, number=f"{tax_id.number}1")


class _Typed(CountryRules):
    def phone(self, phone: str, country: str) -> str:
        super().phone(phone, country)
        return phone


class _Telling(CountryRules):
    def phone(self, phone: str, country: str) -> str:
        try:
            return super().phone(phone, country)
        except DetailRefused as error:
            raise DetailRefused(field=error.field, rule=phone, remedy=error.remedy) from None


class _Short(CountryRules):
    def label(self, address: Address) -> tuple[str, ...]:
        return super().label(address)[:1]


def _kit(wrong: type[CountryRules]) -> Any:
    class Kit(PartyChecksContract):
        def open_checks(self) -> PartyChecks:
            return wrong()

    return Kit


@pytest.mark.parametrize(
    ("wrong", "promise"),
    [
        (_Dropping, "test_what_is_right_is_kept"),
        (_Drifting, "test_a_canonical_form_is_canonical"),
        (_Typed, "test_separators_and_prefixes_are_of_no_matter"),
        (_Telling, "test_a_refusal_names_the_field_and_no_data"),
        (_Short, "test_a_label_has_every_line"),
    ],
)
def test_a_wrong_check_is_found_out(wrong: type[CountryRules], promise: str) -> None:
    """The promise that it breaks is among those that the kit says are broken."""
    report = proved(_kit(wrong))
    assert promise in {one.test for one in report.promises if one.outcome is Outcome.BROKEN}


def test_each_country_has_its_own_rules() -> None:
    """A state by its name becomes its code, a line that a country does not write is refused."""
    rules = CountryRules()
    given = Address("US", street="1 Main St", postcode="94105", city="San Francisco",
                    region="California")  # fmt: skip
    kept = rules.address(given)
    assert (kept.region, kept.city) == ("CA", "San Francisco")
    assert rules.label(given) == ("1 Main St", "SAN FRANCISCO, CA 94105", "UNITED STATES")
    japan = Address("JP", street="1-1", postcode="100-0001", city="千代田区", region="東京都")
    with pytest.raises(DetailRefused, match=r"address, city: addresses of JP have no such line"):
        rules.address(japan)
    moved = attrs.evolve(japan, city="", street="千代田区 1-1")
    assert rules.label(moved)[0] == "〒100-0001"
    with pytest.raises(DetailRefused, match=r"address, postcode: addresses of DE have one"):
        rules.address(Address("DE", street="Hauptstr. 1", city="Berlin"))
    assert rules.tax_id(TaxId("CH", "CHE-107.787.577 IVA")).number == "CHE107787577IVA"
    assert rules.tax_id(TaxId("US", "12-3456789")).number == "12-3456789"  # no rule is known


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries are not installed: the extra that brings them is named."""
    monkeypatch.setitem(__import__("sys").modules, "fxcrm.adapters.countryrules", None)
    with pytest.raises(ExtraMissing, match=r"fxcrm\[contacts\]"):
        party_checks()
