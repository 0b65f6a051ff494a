"""Undoing: a settlement is taken back, and every residual is again what it was, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.ids import EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem, moved
from fxcrm.ledger.trial_balance import JournalLine
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


def undo(
    entry: Entry, items: Iterable[OpenItem], *, on: date, chart: Chart, reason: str = ""
) -> Undoing:
    """Reverse a settlement, a credit note, a write-off or an offset, on a day of its own.

    ``items`` are those that the entry names. What it took off them goes back on; an item that it
    made goes to zero, and what month ends have adjusted on it since is taken back with it (D16).
    Raises `UndoRefused`.
    """
    if entry.kind not in KINDS:
        why = f"it is a {entry.kind}; undo payments, advances, credit notes and offsets"
        raise UndoRefused(entry=entry.id, reason=why)
    if on < entry.on:
        raise UndoRefused(entry=entry.id, reason=f"{on} is before its day, {entry.on}")
    held = {one.id: one for one in items}
    named = dict.fromkeys(one.item for one in entry.postings if one.item is not None)
    restored = tuple(_restored(entry, id, held) for id in named)
    reversal = entry.reversal(on, reason)
    lines = (line for one in restored for line in one.lines(chart))
    whole = attrs.evolve(reversal, postings=(*reversal.postings, *lines))
    return Undoing(whole, tuple(one.item for one in restored))


def reopened_on(lines: Iterable[JournalLine]) -> date | None:
    """The last day on which something went back on an item, None where nothing did.

    ``lines`` are those of the item. What is settled is dated on that day or later: what was open
    in between was settled by what was taken back.
    """
    back = (line.on for line in lines if line.kind == "reversal" and line.posting.amount)
    return max(back, default=None)


@attrs.frozen
class _Restored:
    """An item again as it was; ``adjusted`` is what an item that ends here still bore."""

    item: OpenItem
    adjusted: Money

    def lines(self, chart: Chart) -> tuple[Posting, ...]:
        if self.adjusted.is_zero:
            return ()
        item, none, of = self.item, Money.zero(self.item.open.currency), self.item.decision
        text = "Unrealised exchange difference taken back"
        return (
            Posting(item.account, none, -self.adjusted, of, item.id, item.partner, text),
            Posting(
                chart.duties.unrealised_on(item.account),
                none,
                self.adjusted,
                of,
                partner=item.partner,
                text=text,
            ),
        )


def _restored(entry: Entry, id: OpenItemId, held: dict[OpenItemId, OpenItem]) -> _Restored:
    if id not in held:
        raise UndoRefused(entry=entry.id, reason=f"open item {id} was not handed over")
    item = held[id]
    lines = [one for one in entry.postings if one.item == id]
    gone, carried, valued = moved(item, lines)
    open_again = item.open - gone
    if not 0 <= open_again.minor * item.sign <= item.original.minor * item.sign:
        why = f"{id} would have {open_again} open of {item.original}; undo first what used it since"
        raise UndoRefused(entry=entry.id, reason=why)
    carrying, adjusted = item.carrying - carried, item.adjusted - valued
    none = Money.zero(item.booked.currency)
    kept, left = (none, adjusted) if open_again.is_zero else (adjusted, none)
    return _Restored(attrs.evolve(item, open=open_again, carrying=carrying, adjusted=kept), left)
