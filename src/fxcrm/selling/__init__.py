"""What is offered and agreed: quotes at a rate that is named, contracts over their term."""

from fxcrm.selling.contracts import (
    CONTRACT_LIFECYCLE,
    Bill,
    Contract,
    Renewal,
    Renewing,
    Repricing,
)
from fxcrm.selling.indexation import Band, Indexation
from fxcrm.selling.instalments import Cycle, Due, Instalment, Notice, Term
from fxcrm.selling.lines import LinePart, QuoteLine
from fxcrm.selling.offers import QUOTE_LIFECYCLE
from fxcrm.selling.quoteerrors import QuoteHasNoRate
from fxcrm.selling.quotes import Quote

__all__ = [
    "CONTRACT_LIFECYCLE",
    "QUOTE_LIFECYCLE",
    "Band",
    "Bill",
    "Contract",
    "Cycle",
    "Due",
    "Indexation",
    "Instalment",
    "LinePart",
    "Notice",
    "Quote",
    "QuoteHasNoRate",
    "QuoteLine",
    "Renewal",
    "Renewing",
    "Repricing",
    "Term",
]
