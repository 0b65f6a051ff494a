"""Tables for files: what a cell may hold, and amounts laid out so that a sheet can add them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import attrs

from fxcrm._decimals import padded
from fxcrm.errors import InputRefused
from fxcrm.money import Money

Cell = str | int | Decimal | date | Money | None


class CellRefused(InputRefused):
    """A cell that can not be written so that it is read again as it was."""

    row: int
    column: int
    reason: str
    template = "row {row}, column {column} can not be written: {reason:plain}"


@attrs.frozen
class SheetTable:
    """A named table: a sheet of a workbook."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def in_one_currency(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> SheetTable:
    """A table whose amounts are numbers, each column with its one currency in its header.

    Raises `CellRefused` for a column that holds several currencies. Nothing is rounded.
    """
    held = [tuple(row) for row in rows]
    codes: dict[int, str] = {}
    for number, row in enumerate(held, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, Money) and codes.setdefault(at, cell.currency.code) != (
                cell.currency.code
            ):
                raise CellRefused(row=number, column=at + 1, reason="the column has two currencies")
    names = [f"{name} {codes.get(at, '')}".rstrip() for at, name in enumerate(header)]
    return SheetTable(name, names, [[_both(cell)[0] for cell in row] for row in held])


def divided(
    header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> tuple[list[str], list[list[Cell]]]:
    """The table with two columns in place of each that holds amounts: the number, its currency.

    Numbers keep the decimals of their currency. Nothing is rounded.
    """
    held = [tuple(row) for row in rows]
    amounts = {at for row in held for at, cell in enumerate(row) if isinstance(cell, Money)}
    names = [
        name
        for at, column in enumerate(header)
        for name in ((column, f"{column}, currency") if at in amounts else (column,))
    ]
    return names, [
        [one for at, cell in enumerate(row) for one in (_both(cell) if at in amounts else (cell,))]
        for row in held
    ]


def _both(cell: Cell) -> tuple[Cell, Cell]:
    if isinstance(cell, Money):
        return Decimal(padded(cell.amount, cell.currency.digits or 0)), cell.currency.code
    return cell, None
