"""Amounts in a table become two columns, and nothing is rounded on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fxcrm.money import Money
from fxcrm.tables import Cell, divided


def test_a_column_of_amounts_becomes_number_and_currency() -> None:
    """Several currencies in one column; what is no amount keeps its place, with no currency."""
    rows: list[list[Cell]] = [
        [1, Money("12.5", "EUR"), "x"],
        [2, Money("7", "JPY"), date(2026, 3, 2)],
        [3, "", None],
        [4, Money("1.00501", "EUR"), "y"],
    ]
    header, cells = divided(["number", "open", "text"], rows)
    assert header == ["number", "open", "open, currency", "text"]
    assert [[str(one) for one in row] for row in cells] == [
        ["1", "12.50", "EUR", "x"],
        ["2", "7", "JPY", "2026-03-02"],
        ["3", "", "None", "None"],
        ["4", "1.00501", "EUR", "y"],
    ]
    assert cells[0][1] == Decimal("12.50")


def test_a_table_without_amounts_stays() -> None:
    """The rows may come from a generator, and there may be none."""
    rows: list[list[Cell]] = [["x", 1]]
    assert divided(["a", "b"], iter(rows)) == (["a", "b"], rows)
    assert divided(["a"], []) == (["a"], [])
