"""``fxcrm document``: quotes, contracts and invoices as files."""

from __future__ import annotations

from argparse import Namespace as Arguments
from pathlib import Path

from fxcrm.bootstrap import document_renderer
from fxcrm.cli.selling import carried, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.currencies import Currency
from fxcrm.documents import Paper
from fxcrm.ids import ContractId, CustomerId, InvoiceId, QuoteId
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.documenting import contract_paper, invoice_paper, locale_of, quote_paper


def run(arguments: Arguments) -> int:
    """Write the document, after its rates were recorded; then say where it is."""
    if getattr(arguments, "also", None):
        carried(arguments, "value quote", id=arguments.id, currencies=arguments.also)
    renderer = document_renderer(arguments.format)
    with selling_desk(arguments) as desk:
        paper, customer = _paper(desk, arguments)
        locale = arguments.language or locale_of(desk, customer)
        document = renderer.render(paper, locale)
    path = Path(arguments.output or document.name)
    path.write_bytes(document.content)
    return told(f"{arguments.command} {arguments.id} is written to {path}, in {locale}")


def _paper(desk: Desk, arguments: Arguments) -> tuple[Paper, CustomerId]:
    locale, seller = arguments.language or "", arguments.seller
    if arguments.command == "quote":
        also = [Currency(code) for code in (arguments.also or "").upper().split()]
        on = day_of("--on", arguments.on)
        id = QuoteId(arguments.id)
        quoted = quote_paper(desk, id, locale=locale, seller=seller, also=also, on=on)
        return quoted, quoted.quote.customer
    if arguments.command == "contract":
        agreed = contract_paper(desk, ContractId(arguments.id), locale=locale, seller=seller)
        return agreed, agreed.contract.customer
    billed = invoice_paper(desk, InvoiceId(arguments.id), locale=locale, seller=seller)
    return billed, billed.invoice.customer
