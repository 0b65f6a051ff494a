"""Standing: items as they stood at the end of a day, whatever was posted since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from fxcrm.ids import CompanyId, OpenItemId
from fxcrm.ledger import JournalLine, OpenItem, Posting
from fxcrm.ledger.open_items import moved
from fxcrm.usecases.deciding import Desk


def items_as_of(desk: Desk, company: CompanyId, as_of: date) -> Iterator[OpenItem]:
    """Every item that had arisen, from the postings of that time alone; by id.

    What was posted without a document amount is ``adjusted``, taken back or not.
    """
    held = _by_item(desk.uow.journal.lines(company, None, as_of))
    for item in desk.uow.items.of_company(company):
        if item.id in held:
            amount, carrying, adjusted = moved(item, held[item.id])
            yield attrs.evolve(item, open=amount, carrying=carrying, adjusted=adjusted)


def open_items_as_of(desk: Desk, company: CompanyId, as_of: date) -> Iterator[OpenItem]:
    """The same without what was settled by then, for month ends: it costs what came since.

    What was posted later is taken off what the items are now (D9, D32).
    """
    later = _by_item(desk.uow.journal.lines(company, as_of, date.max))
    now = {one.id: one for one in desk.uow.items.unsettled(company)}
    now |= {id: desk.uow.items.get(id) for id in later if id not in now}
    for id in sorted(now):
        item = _without(now[id], later.get(id, []))
        if not item.is_settled:
            yield item


def _by_item(lines: Iterable[JournalLine]) -> dict[OpenItemId, list[Posting]]:
    found: dict[OpenItemId, list[Posting]] = {}
    for line in lines:
        if line.posting.item is not None:
            found.setdefault(line.posting.item, []).append(line.posting)
    return found


def _without(item: OpenItem, later: list[Posting]) -> OpenItem:
    """The item before some of its postings."""
    if not later:
        return item
    amount, carrying, adjusted = moved(item, later)
    return attrs.evolve(
        item,
        open=item.open - amount,
        carrying=item.carrying - carrying,
        adjusted=item.adjusted - adjusted,
    )
