"""Whole journals as tables: read back from CSV and from a workbook they add up to the balances."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.bootstrap import TABLE_FORMATS, write_table
from fxcrm.reports import Listing
from fxcrm.reports.journals import items_listing, journal_listing
from fxcrm.reports.positions import positions
from fxcrm.reports.scope import Scope
from fxcrm.usecases import items_as_of
from fxcrm.usecases.exporting import daybook
from tests.stories.told import Told

Sums = dict[tuple[str, str], tuple[Decimal, Decimal]]


def back(listing: Listing, form: str) -> list[Mapping[str, str]]:
    """The table, written and read by something else."""
    file = io.BytesIO()
    assert write_table(file, listing.header, listing.cells, form=form) == len(listing.cells)
    if form == "csv":
        return [one.cells for one in CsvRows(io.BytesIO(file.getvalue())).rows()]
    header, *rows = load_workbook(file).active.iter_rows(values_only=True)
    return [
        dict(zip(header, ("" if one is None else str(one) for one in row), strict=True))
        for row in rows
    ]


def sums(rows: Iterable[Mapping[str, str]]) -> Sums:
    """By account and currency, in both currencies."""
    found: Sums = {}
    for row in rows:
        key = row["account"], row["amount, currency"]
        held = found.get(key, (Decimal(0), Decimal(0)))
        more = Decimal(row["amount"]), Decimal(row["in functional currency"])
        found[key] = held[0] + more[0], held[1] + more[1]
    return found


@pytest.mark.parametrize("form", TABLE_FORMATS)
def test_the_journal_adds_up_to_the_balances(both: tuple[Told, Told], form: str) -> None:
    """Every account in every currency, to the minor unit."""
    told, _ = both
    with told.desk() as desk:
        for company in told.world.story.group.members:
            found = daybook(desk, company, through=told.last_day)
            assert sums(back(journal_listing(found), form)) == {
                (one.account, one.amount.currency.code): (one.amount.amount, one.functional.amount)
                for one in desk.uow.journal.balances(company, told.last_day)
            }


@pytest.mark.parametrize("form", TABLE_FORMATS)
def test_open_items_come_back(both: tuple[Told, Told], form: str) -> None:
    """Each with what is open and what it is carried at."""
    told, _ = both
    with told.desk() as desk:
        for company in told.world.story.group.members:
            items = [one for one in items_as_of(desk, company, told.last_day) if one.open]
            items.sort(key=lambda one: (one.account, one.party, one.due_on, one.id))
            found = daybook(desk, company, through=told.last_day)
            scope = Scope(company, found.company.functional, told.last_day)
            stood = positions(scope, desk.uow.items.of_company(company), found.lines)
            rows = back(items_listing(stood, desk.chart), form)
            assert [(row["item"], row["open, currency"]) for row in rows] == [
                (one.id, one.open.currency.code) for one in items
            ]
            assert [Decimal(row["open"]) for row in rows] == [one.open.amount for one in items]
            carried = [Decimal(row["carried"]) for row in rows]
            assert carried == [one.carried.amount for one in items]
