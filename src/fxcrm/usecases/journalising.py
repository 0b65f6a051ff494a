"""Journalising: entries that somebody writes by hand, and entries that are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import EntryId
from fxcrm.ledger import Entry
from fxcrm.ledger.journal import REVERSAL
from fxcrm.ports.storage import NotFound
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.paralleling import books_of, entry_in

_MEASURED: Final = ("revaluation", "realised")


class EntryIrreversible(RuleRefused):
    """An entry that can not simply be taken back."""

    entry: EntryId
    reason: str
    template = "entry {entry} can not be reversed: {reason:plain}"


def reverse_entry(desk: Desk, entry: EntryId, on: date, reason: str) -> Entry:
    """Take an entry back on a day of its own, in every book; the second one names the first.

    What stands on open items is not taken back here, for the items would not know. Raises
    `EntryIrreversible`, `NotFound`, `PeriodClosed`, `ParallelRefused` for an entry of a parallel
    book, which is taken back with the first.
    """
    found = _found(desk, entry)
    why = _why_not(desk, found, on, reason)
    if why:
        raise EntryIrreversible(entry=entry, reason=why)
    desk.uow.events.note(Event("entry reversed", entry, on, {"reason": reason}))
    reversals = [
        book(desk, one.reversal(on, f"Reversal of {one.id}: {reason}"))
        for one in _in_every_book(desk, found)
    ]
    return reversals[0]


def _found(desk: Desk, entry: EntryId) -> Entry:
    found = desk.uow.journal.find(entry)
    if found is None:
        raise NotFound(kind="entry", id=entry)
    return found


def _why_not(desk: Desk, entry: Entry, on: date, reason: str) -> str:
    if not reason.strip():
        return "say why, for it is kept on record"
    if entry.reverses is not None:
        return f"it takes back {entry.reverses} itself; book what happened once more"
    if desk.uow.journal.find(EntryId(f"{entry.id}{REVERSAL}")) is not None:
        return "it was reversed before"
    if any(one.item is not None for one in entry.postings):
        return "it has open items; undo the payment, or give a credit note"
    if entry.kind in _MEASURED:
        return f"it is a {entry.kind} entry, reckoned from what is booked; revalue again"
    return f"{on} is before its day, {entry.on}" if on < entry.on else ""


def _in_every_book(desk: Desk, entry: Entry) -> Iterator[Entry]:
    """An entry and those that the parallel books have of the same fact."""
    first, *others = books_of(desk, entry.company)
    yield entry
    for books in others:
        own = entry.id.replace(f":{first.id}:", f":{books.id}:", 1)
        beside = desk.uow.journal.find(EntryId(own)) if own != entry.id else None
        yield beside or _found(desk, entry_in(books, entry.id))
