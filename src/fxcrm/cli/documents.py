"""``fxcrm document``: quotes, contracts and invoices as files."""

from __future__ import annotations

from argparse import Namespace as Arguments
from pathlib import Path

from fxcrm.bootstrap import ExtraMissing, document_renderer, party_checks
from fxcrm.cli.exports import write_file
from fxcrm.cli.selling import carried, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.documents import Paper
from fxcrm.ids import ContractId, InvoiceId, QuoteId
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.documenting import contract_paper, invoice_paper, quote_paper
from fxcrm.usecases.resolving import addressed


def run(arguments: Arguments) -> int:
    """Write the document, after its rates were recorded; then say where it is."""
    if getattr(arguments, "also", None):
        carried(arguments, "value quote", id=arguments.id, currencies=arguments.also)
    renderer = document_renderer(arguments.format)
    with selling_desk(arguments) as desk:
        paper, customer = _paper(desk, arguments)
        locale = arguments.language or customer.language
        document = renderer.render(paper, locale)
    path = Path(arguments.output or document.name)
    write_file(path, document.content)
    return told(f"{arguments.command} {arguments.id} is written to {path}, in {locale}")


def _paper(desk: Desk, arguments: Arguments) -> tuple[Paper, Customer]:
    locale, seller, checks = arguments.language or "", arguments.seller, _checks()
    if arguments.command == "quote":
        also = [Currency(code) for code in (arguments.also or "").upper().split()]
        on = day_of("--on", arguments.on)
        id = QuoteId(arguments.id)
        quoted = quote_paper(
            desk, id, locale=locale, seller=seller, also=also, on=on, checks=checks
        )
        return quoted, addressed(desk, "quotes", quoted.quote)
    if arguments.command == "contract":
        contract = ContractId(arguments.id)
        agreed = contract_paper(desk, contract, locale=locale, seller=seller, checks=checks)
        return agreed, addressed(desk, "contracts", agreed.contract)
    invoice = InvoiceId(arguments.id)
    billed = invoice_paper(desk, invoice, locale=locale, seller=seller, checks=checks)
    return billed, addressed(desk, "invoices", billed.invoice)


def _checks() -> PartyChecks | None:
    """The rules of countries, where they are installed; a document is written without them too."""
    try:
        return party_checks()
    except ExtraMissing:
        return None
