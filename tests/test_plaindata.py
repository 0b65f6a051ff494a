"""Plain data as rules: what is read, and which place a refusal names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

import pytest

from fxcrm.plaindata import MOST_ROWS, PlainTable, RulesRefused


class Side(Enum):
    """Two words of a choice."""

    UP = "up"
    DOWN = "down"


def test_what_is_written_is_read() -> None:
    """Texts, numbers, amounts, days, choices, lists and tables in tables."""
    table = PlainTable.of(
        {
            "name": "a",
            "count": 3,
            "share": "0.25",
            "limit": "EUR 10,000.00".replace(",", ""),
            "since": date(2026, 1, 1),
            "side": "down",
            "tags": ["x", "y"],
            "codes": ["EUR", "USD"],
            "rows": [{"of": "b"}, {"of": "c"}],
        }
    )
    assert (table.text("name"), table.whole("count")) == ("a", 3)
    assert table.decimal("share") == Decimal("0.25")
    assert str(table.money("limit")) == "EUR 10000.00"
    assert table.day("since") == date(2026, 1, 1)
    assert table.member(Side, "side") is Side.DOWN
    assert table.texts("tags") == ("x", "y")
    assert [one.code for one in table.currencies("codes")] == ["EUR", "USD"]
    assert [row.text("of") for row in table.tables("rows", "of")] == ["b", "c"]
    assert table.maybe_text("none") is None
    assert table.maybe_money("none") is None
    assert table.maybe_day("none") is None


@pytest.mark.parametrize(
    ("data", "read", "place"),
    [
        ({"name": 3}, lambda one: one.text("name"), "at.name"),
        ({"name": " "}, lambda one: one.text("name"), "at.name"),
        ({}, lambda one: one.text("name"), "at.name"),
        ({"count": True}, lambda one: one.whole("count"), "at.count"),
        ({"share": 0.25}, lambda one: one.decimal("share"), "at.share"),
        ({"share": "1e9"}, lambda one: one.decimal("share"), "at.share"),
        ({"share": 10**70}, lambda one: one.decimal("share"), "at.share"),
        ({"limit": "10"}, lambda one: one.money("limit"), "at.limit"),
        ({"code": "EURO"}, lambda one: one.currency("code"), "at.code"),
        ({"since": datetime(2026, 1, 1, tzinfo=UTC)}, lambda one: one.day("since"), "at.since"),
        ({"flag": "yes"}, lambda one: one.flag("flag"), "at.flag"),
        ({"side": "left"}, lambda one: one.member(Side, "side"), "at.side"),
        ({"tags": "x"}, lambda one: one.texts("tags"), "at.tags"),
        ({"tags": ["x", 1]}, lambda one: one.texts("tags"), "at.tags[2]"),
        ({"codes": ["EUR", "?"]}, lambda one: one.currencies("codes"), "at.codes[2]"),
        ({"rows": [{}, {"x": 1}]}, lambda one: one.tables("rows", "of"), "at.rows[2].x"),
        ({"rows": [3]}, lambda one: one.tables("rows", "of"), "at.rows[1]"),
        ({"tags": ["x"] * (MOST_ROWS + 1)}, lambda one: one.texts("tags"), "at.tags"),
    ],
)
def test_a_refusal_names_the_place(data: object, read: object, place: str) -> None:
    """A wrong kind, an empty text, a float, a misspelt name: none is taken for something."""
    with pytest.raises(RulesRefused) as refused:
        read(PlainTable.of(data, "at"))  # type: ignore[operator]
    assert refused.value.place == place
