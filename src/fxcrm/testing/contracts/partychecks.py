"""The contract of `fxcrm.ports.partychecks`: subclass it and override ``open_checks``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from fxcrm.customers import Address, DetailRefused, TaxId
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.testing.contracts.promises import Contract, expect, holds, refused

BERLIN: Final = Address(
    "DE", "billing", "Acme GmbH", "Hauptstr. 1", postcode="10115", city="Berlin"
)
_TAX_ID: Final = TaxId("DE", "DE 136 695 976")
_WRONG: Final = "Zz9-Erika-Mustermann"


class PartyChecksContract(Contract):
    """All promises of checks by country. Override ``open_checks``."""

    def open_checks(self) -> PartyChecks:
        """Checks that know Germany at least. Override this."""
        raise NotImplementedError

    def test_what_is_right_is_kept(self) -> None:
        """A right address keeps its purpose and recipient; nothing given is lost."""
        found = self.open_checks().address(BERLIN)
        expect("nothing that was given is lost", found, BERLIN)

    def test_a_canonical_form_is_canonical(self) -> None:
        """What was answered once is answered again when it is asked."""
        checks = self.open_checks()
        address, tax_id = checks.address(BERLIN), checks.tax_id(_TAX_ID)
        phone = checks.phone("030 123456", "DE")
        expect("an address is answered by itself", checks.address(address), address)
        expect("a tax id is answered by itself", checks.tax_id(tax_id), tax_id)
        expect("a phone is answered by itself", checks.phone(phone, "DE"), phone)

    def test_separators_and_prefixes_are_of_no_matter(self) -> None:
        """One tax id or one phone, however it was typed, has one form."""
        checks = self.open_checks()
        ids = {checks.tax_id(TaxId("DE", one)).number for one in ("136695976", _TAX_ID.number)}
        expect("one tax id has one form", len(ids), 1)
        phones = {checks.phone(one, "DE") for one in ("030/123456", "+49 30 123456")}
        expect("one phone has the form with + and prefix", phones, {"+4930123456"})

    def test_a_refusal_names_the_field_and_no_data(self) -> None:
        """Wrong data is refused by field, rule and way out; what was given is not repeated."""
        checks = self.open_checks()
        asked: tuple[tuple[str, Callable[[], object]], ...] = (
            ("postcode", lambda: checks.address(attrs.evolve(BERLIN, postcode=_WRONG))),
            ("number", lambda: checks.tax_id(TaxId("DE", _WRONG))),
            ("phone", lambda: checks.phone(_WRONG, "DE")),
        )
        for field, ask in asked:
            with refused(f"a wrong {field} is refused", DetailRefused) as refusal:
                ask()
            holds(f"the refusal names the {field}", field in str(refusal.error), refusal.error)
            told = f"{refusal.error} {refusal.error.__cause__}"
            holds("what was given is not repeated", "Erika" not in told, told)

    def test_a_label_has_every_line(self) -> None:
        """Recipient, street, postcode and city stand on the label, whatever their letters."""
        label = "\n".join(self.open_checks().label(BERLIN)).casefold()
        for part in ("Acme GmbH", "Hauptstr. 1", "10115", "Berlin"):
            holds("every part stands on the label", part.casefold() in label, label)
