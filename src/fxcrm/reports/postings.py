"""Postings as figures, in both currencies, and their sums."""

from __future__ import annotations

from collections.abc import Iterable

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure
from fxcrm.ledger.translation import posted
from fxcrm.ledger.trial_balance import JournalLine

_SUM = "sum of the postings, a debit is positive"
_CREDIT = "sum of the postings, a credit shown positive"


def in_document(line: JournalLine) -> Figure:
    """A posting in its document currency; debit positive."""
    posting = line.posting
    text = f"{line.on} {line.kind}, on account {posting.account}"
    evidence = Evidence("entry", line.entry, f"{text}: {posting.text}" if posting.text else text)
    return Figure(f"Posting of {line.on}", posting.amount, "posted", (evidence,))


def document_sum(label: str, lines: Iterable[JournalLine], currency: Currency) -> Figure:
    """The sum of postings in one document currency; debit positive."""
    return Figure.total(label, map(in_document, lines), currency, _SUM)


def booked_sum(label: str, lines: Iterable[JournalLine], functional: Currency) -> Figure:
    """The sum of postings in functional currency, as booked (M9); debit positive."""
    return Figure.total(label, map(posted, lines), functional, _SUM)


def credit_sum(label: str, lines: Iterable[JournalLine], functional: Currency) -> Figure:
    """The same, credit positive: as income is read."""
    total = booked_sum(label, lines, functional)
    return Figure(label, -total.value, _CREDIT, total.inputs)
