"""Journalising: entries that somebody writes by hand, and entries that are taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId, EntryId, VoucherId
from fxcrm.ledger import Company, Entry, Voucher, VoucherLine
from fxcrm.ledger.handwriting import checked_lines, entry_of
from fxcrm.ledger.journal import REVERSAL
from fxcrm.ports.storage import NotFound
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.paralleling import books_of, entry_in

_MEASURED: Final = ("revaluation", "realised")


class EntryIrreversible(RuleRefused):
    """An entry that can not simply be taken back."""

    entry: EntryId
    reason: str
    template = "entry {entry} can not be reversed: {reason:plain}"


def draft_voucher(
    desk: Desk,
    id: VoucherId,
    *,
    company: CompanyId,
    on: date,
    text: str,
    lines: Iterable[VoucherLine],
) -> Voucher:
    """Write an entry down without booking it; it need not balance yet.

    Raises `VoucherLineRefused` for what is not written by hand, `AccountMissing`,
    `PeriodClosed`, `ParallelRefused` for a parallel book, which follows the first.
    """
    books = books_of(desk, company)[0]
    books.open_on(on)
    voucher = Voucher.drafted(id, company, on, text, lines)
    return desk.uow.vouchers.add(checked_lines(voucher, books, desk.chart))


def change_voucher(
    desk: Desk,
    id: VoucherId,
    *,
    on: date | None = None,
    text: str | None = None,
    lines: Iterable[VoucherLine] | None = None,
) -> Voucher:
    """Give a draft another day, text or lines. Raises as `draft_voucher`, `TransitionRefused`."""
    voucher = desk.uow.vouchers.get(id).changed(on, text, lines)
    books = desk.uow.companies.get(voucher.company)
    books.open_on(voucher.on)
    return desk.uow.vouchers.save(checked_lines(voucher, books, desk.chart))


def post_voucher(desk: Desk, id: VoucherId) -> Entry:
    """Book a draft in every book of its company, at the booking rate of its day (D1).

    The entry is ``voucher:<id>``. Raises `EntryUnbalanced`, `DeviationTooLarge`,
    `PeriodClosed`, and `TransitionRefused` for one that is no draft any more.
    """
    voucher = desk.uow.vouchers.claim(id)
    every = books_of(desk, voucher.company)
    desk.uow.vouchers.save(checked_lines(voucher, every[0], desk.chart).posted(voucher.on))
    made = [_post(desk, voucher, books) for books in every]
    return made[0]


def _post(desk: Desk, voucher: Voucher, books: Company) -> Entry:
    currencies = dict.fromkeys(line.amount.currency for line in voucher.lines)
    found = {one: booking_rate(desk, books, one, voucher.on) for one in currencies}
    spots = {one: rate for one, rate in found.items() if rate is not None}
    largest = desk.bookkeeping.of(books).largest_deviation
    entry = entry_in(books, f"voucher:{voucher.id}")
    made = entry_of(voucher, books, spots, desk.chart, entry=entry, largest_deviation=largest)
    return book(desk, made)


def discard_voucher(desk: Desk, id: VoucherId, *, on: date) -> Voucher:
    """Give a draft up; it stays on record. Raises `TransitionRefused`."""
    return desk.uow.vouchers.save(desk.uow.vouchers.get(id).discarded(on))


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
