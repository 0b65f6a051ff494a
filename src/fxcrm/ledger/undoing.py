"""Undoing: a settlement is taken back, and every residual is again what it was, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.ids import EntryId, OpenItemId
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.open_items import OpenItem
from fxcrm.money import Money

KINDS = ("settlement", "advance", "credit note", "write-off", "offset")


class UndoRefused(RuleRefused):
    """An entry that can not be taken back as a settlement."""

    entry: EntryId
    reason: str
    template = "entry {entry} can not be undone: {reason:plain}"


@attrs.frozen
class Undoing:
    """The reversal, and the items as they are after it."""

    entry: Entry
    items: tuple[OpenItem, ...]


def undo(entry: Entry, items: Iterable[OpenItem], *, on: date, reason: str = "") -> Undoing:
    """Reverse a settlement, a credit note, a write-off or an offset, on a day of its own.

    ``items`` are those that the entry names. What it took off them goes back on; an item that it
    made goes to zero. Raises `UndoRefused`.
    """
    if entry.kind not in KINDS:
        why = f"it is a {entry.kind}; undo payments, advances, credit notes and offsets"
        raise UndoRefused(entry=entry.id, reason=why)
    if on < entry.on:
        raise UndoRefused(entry=entry.id, reason=f"{on} is before its day, {entry.on}")
    held = {one.id: one for one in items}
    named = dict.fromkeys(one.item for one in entry.postings if one.item is not None)
    after = tuple(_restored(entry, id, held) for id in named)
    return Undoing(entry.reversal(on, reason), after)


def _restored(entry: Entry, id: OpenItemId, held: dict[OpenItemId, OpenItem]) -> OpenItem:
    if id not in held:
        raise UndoRefused(entry=entry.id, reason=f"open item {id} was not handed over")
    item = held[id]
    lines = [one for one in entry.postings if one.item == id]
    gone = Money.total((one.amount for one in lines), currency=item.open.currency)
    open_again = item.open - gone
    if not 0 <= open_again.minor * item.sign <= item.original.minor * item.sign:
        why = f"{id} would have {open_again} open of {item.original}; undo first what used it since"
        raise UndoRefused(entry=entry.id, reason=why)
    home = item.booked.currency
    shares = (one.functional for one in lines if not one.amount.is_zero)
    values = (one.functional for one in lines if one.amount.is_zero)
    return attrs.evolve(
        item,
        open=open_again,
        carrying=item.carrying - Money.total(shares, currency=home),
        adjusted=item.adjusted - Money.total(values, currency=home),
    )
