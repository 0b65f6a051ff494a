"""The consolidated statement in the signs that readers expect.

The group's lines are debit positive. Here assets are positive, liabilities, equity and income
are positive where they are credits, and an expense is a positive cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from fxcrm.figures import Figure
from fxcrm.ledger.accounts import AccountType
from fxcrm.ledger.groups import Step

if TYPE_CHECKING:
    from fxcrm.ledger import Consolidation
    from fxcrm.ledger.consolidation import GroupLine
    from fxcrm.ledger.worksheet import GroupEntryLine

_CREDITS = (AccountType.LIABILITY, AccountType.EQUITY, AccountType.INCOME)


@attrs.frozen
class Row:
    """One line of the statement; ``figure`` has the reader's sign."""

    code: str
    name: str
    figure: Figure


@attrs.frozen
class Block:
    """Lines that belong together, with their sum."""

    title: str
    rows: tuple[Row, ...]
    total: Figure


@attrs.frozen
class GroupStatement:
    """Balance sheet and income statement; ``check`` is assets less all that stands against them."""

    assets: Block
    liabilities: Block
    equity: Block
    claims: Figure
    check: Figure
    income: Block
    expense: Block
    profit: Figure
    minority_profit: Figure
    parent_profit: Figure
    taken_out: tuple[GroupEntryLine, ...]


def group_statement(group: Consolidation) -> GroupStatement:
    """The lines of a consolidation, sorted into the blocks of a statement."""
    assets, liabilities = _block(group, AccountType.ASSET), _block(group, AccountType.LIABILITY)
    equity = _block(group, AccountType.EQUITY, Row("", group.profit.label, group.profit))
    both = (liabilities.total, equity.total)
    claims = Figure.total("Liabilities and equity", both, group.group.presentation)
    label, rule = "Profit of the parent's owners", "profit less the minority's part"
    return GroupStatement(
        assets,
        liabilities,
        equity,
        claims,
        Figure.difference(
            f"Assets less {claims.label.lower()}", assets.total, claims, "must be zero"
        ),
        _block(group, AccountType.INCOME),
        _block(group, AccountType.EXPENSE),
        group.profit,
        group.minority_profit,
        Figure.difference(label, group.profit, group.minority_profit, rule),
        tuple(_taken_out(group)),
    )


def _taken_out(group: Consolidation) -> Iterator[GroupEntryLine]:
    """What the group's own entries take out of its members' books or add to them."""
    for entry in group.entries:
        if entry.step is not Step.BOOKS:
            yield from entry.lines


_TITLES: Mapping[AccountType, str] = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Costs",
}


def _block(group: Consolidation, kind: AccountType, *more: Row) -> Block:
    rows = (*_rows(group.lines, kind), *more)
    total = Figure.total(_TITLES[kind], (one.figure for one in rows), group.group.presentation)
    return Block(_TITLES[kind], rows, total)


def _rows(lines: Iterable[GroupLine], kind: AccountType) -> Iterable[Row]:
    return (Row(one.code, one.name, _for_reader(one)) for one in lines if one.type is kind)


def _for_reader(line: GroupLine) -> Figure:
    if line.type not in _CREDITS:
        return line.figure
    rule = "a credit in the books, shown positive; a debit negative"
    return Figure(line.name, -line.figure.value, rule, (line.figure,))
