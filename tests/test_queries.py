"""Filters as conditions on columns, and the limits of a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.encoding import NotStorable
from fxcrm.ids import CompanyId, CustomerId, FieldId
from fxcrm.queries import (
    LARGEST_PAGE,
    Condition,
    Filter,
    FilterRefused,
    Page,
    checked_limit,
    conditions,
)
from fxcrm.records.shapes import SHAPES

COLUMNS = {"company": "owner", "currency": "code", "day": "opened_on", "fields": "extras"}


def test_a_filter_that_asks_for_nothing_has_no_conditions() -> None:
    """Everything is found where nothing is named."""
    assert conditions("deal", COLUMNS, Filter()) == ()


def test_each_name_becomes_a_condition_on_its_column() -> None:
    """Days are compared as ISO texts, both included; custom fields are left to the store."""
    where = Filter(
        company=CompanyId("acme"),
        currency=Currency("EUR"),
        since=date(2026, 1, 2),
        until=date(2026, 3, 4),
        fields={FieldId("colour"): "red"},
    )
    assert conditions("deal", COLUMNS, where) == (
        Condition("owner", "=", "acme"),
        Condition("code", "=", "EUR"),
        Condition("opened_on", ">=", "2026-01-02"),
        Condition("opened_on", "<=", "2026-03-04"),
    )


@pytest.mark.parametrize(
    ("where", "name"),
    [(Filter(customer=CustomerId("C-1")), "customer"), (Filter(state=""), "state")],
)
def test_a_name_that_a_kind_has_not_is_refused(where: Filter, name: str) -> None:
    """The refusal names the kind, the filter and what is known; an empty text is a question too."""
    with pytest.raises(FilterRefused, match="known are company, currency, day, fields") as caught:
        conditions("deal", COLUMNS, where)
    assert (caught.value.kind, caught.value.name) == ("deal", name)


def test_a_kind_without_custom_fields_is_not_searched_by_them() -> None:
    """Custom fields are refused like any other name."""
    with pytest.raises(FilterRefused, match="fields"):
        conditions("payment", {"company": "company"}, Filter(fields={FieldId("a"): 1}))


def test_what_no_store_could_hold_is_not_asked_for() -> None:
    """Half of a surrogate pair, a NUL, an instant for a day: refused as when they are written."""
    wrong: Any = datetime(2026, 1, 1)  # noqa: DTZ001
    asked = (
        Filter(company=CompanyId("\ud800")),
        Filter(company=CompanyId("\0")),
        Filter(since=wrong),
    )
    for where in asked:
        with pytest.raises(NotStorable):
            conditions("deal", COLUMNS, where)


@pytest.mark.parametrize("limit", [1, 2, LARGEST_PAGE])
def test_a_limit_within_bounds_is_taken(limit: int) -> None:
    """From 1 to 1,000."""
    assert checked_limit("deal", limit) == limit


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    """The refusal says which limits there are (F18)."""
    with pytest.raises(FilterRefused, match="a page holds 1 to 1000"):
        checked_limit("deal", limit)


def test_every_kind_knows_columns_that_its_rows_have() -> None:
    """No shape names a filter that a filter has not."""
    names = set(attrs.fields_dict(Filter)) - {"since", "until"} | {"day"}
    assert {name for shape in SHAPES for name in shape.columns} <= names
    assert {shape.kind for shape in SHAPES if "day" not in shape.columns} == {
        "rate lock",
        "held rate",
        "reminder",
    }


def test_pages_are_values() -> None:
    """Two pages of the same items are equal."""
    assert Page(("a", "b"), None) == Page(("a", "b"), None) != Page(("a", "b"), "b")
