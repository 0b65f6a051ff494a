"""The journal, the open items and the trial sheet as tables, a row for each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.daybook import Daybook
from fxcrm.ledger.trialsheets import TrialSheet
from fxcrm.reports.listing import Cell, Listing
from fxcrm.reports.positions import Position

_JOURNAL: Final = (
    "day", "entry", "kind", "text", "line", "account", "account name", "amount",
    "in functional currency", "rate decision", "item", "partner", "line text", "reverses",
    "booked at",
)  # fmt: skip
_ITEMS: Final = (
    "item", "account", "account name", "party", "reference", "arose on", "due on", "original",
    "open", "booked", "carried", "rate decision", "partner",
)  # fmt: skip
_SHEET: Final = (
    "account", "item", "document balance", "carried", "adjusting rate", "rate decision",
    "value at it", "difference", "verdict", "reason",
)  # fmt: skip


def journal_listing(daybook: Daybook) -> Listing:
    """Every posting in the order of the days; what was carried forward comes first.

    Debit positive. Raises `AccountMissing`.
    """
    return Listing(_JOURNAL, tuple(_journal(daybook)))


def _journal(daybook: Daybook) -> Iterator[tuple[Cell, ...]]:
    chart, since = daybook.chart, daybook.since or ""
    for number, one in enumerate(daybook.opening, 1):
        name = chart.account(one.account).name
        named = (since, "", "opening", "carried forward", number, one.account, name)
        yield *named, one.amount, one.functional, "", "", "", "", "", ""
    for entry in daybook.entries:
        booked = entry.booked_at.isoformat() if entry.booked_at else ""
        for number, line in enumerate(entry.postings, 1):
            yield (
                entry.on, entry.id, entry.kind, entry.text, number, line.account,
                chart.account(line.account).name, line.amount, line.functional,
                line.decision or "", line.item or "", line.partner or "", line.text,
                entry.reverses or "", booked,
            )  # fmt: skip


def items_listing(found: Iterable[Position], chart: Chart) -> Listing:
    """What was open on a day, in document currency and as carried, month ends included.

    Receivables positive. Raises `AccountMissing`.
    """
    return Listing(_ITEMS, tuple(_item(one, chart) for one in found))


def _item(found: Position, chart: Chart) -> tuple[Cell, ...]:
    one = found.item
    return (
        one.id, one.account, chart.account(one.account).name, one.party, one.reference,
        one.arose_on, one.due_on, one.original, found.open.value, one.booked, found.carried.value,
        one.decision or "", one.partner or "",
    )  # fmt: skip


def trial_sheet_listing(sheet: TrialSheet) -> Listing:
    """The rows of a trial sheet with amounts as amounts, each account followed by its total."""
    return Listing(_SHEET, tuple(_trial_sheet(sheet)))


def _trial_sheet(sheet: TrialSheet) -> Iterator[tuple[Cell, ...]]:
    for total in (*sheet.totals, sheet.total):
        for row in sheet.rows if total.account else ():
            if row.account == total.account:
                yield (
                    row.account, row.item, row.amount, row.carried, str(row.closing.rate),
                    row.closing.id, row.value, row.difference, row.verdict, row.reason,
                )  # fmt: skip
        name = f"{total.account} in all" if total.account else "in all"
        yield name, "", "", total.carried, "", "", total.value, total.difference, "", ""
