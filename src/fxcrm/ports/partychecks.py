"""Whether what is known of a party can be so: addresses, tax ids and phones by country.

Whoever implements this knows the rules of many countries; the core knows none of them. The
answer is the canonical form of what was given, or `DetailRefused`, which names the field, the
rule and the way out and never repeats what was given: that may be a person's data.
"""

from __future__ import annotations

from typing import Protocol

from fxcrm.customers import Address, TaxId


class PartyChecks(Protocol):
    """Checks by country, and the form of addresses. What was answered once is answered again."""

    def address(self, address: Address) -> Address:
        """The address as its country writes it. Raises `DetailRefused`."""
        ...

    def tax_id(self, tax_id: TaxId) -> TaxId:
        """The tax id without separators, check digits right. Raises `DetailRefused`."""
        ...

    def phone(self, phone: str, country: str) -> str:
        """The number with its country's prefix, as in ``+493012345``. Raises `DetailRefused`.

        ``country`` is the one within which it would be dialled as it was given.
        """
        ...

    def label(self, address: Address) -> tuple[str, ...]:
        """The lines of an address label as the post of its country wants them."""
        ...
