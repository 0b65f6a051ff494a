"""The composition root: what a name stands for, and what is said where a part is missing."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pytest

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.bootstrap import (
    FEEDS,
    PLAIN_FORMATS,
    ExtraMissing,
    FormatUnknown,
    KeyNeeded,
    plain_books,
    rate_source,
    write_table,
)
from tests.ledger.test_daybook import book

NAMES = {
    "boc": "Bank of Canada",
    "cnb": "Czech National Bank",
    "ecb": "European Central Bank",
    "ecb-90d": "European Central Bank",
    "ecb-history": "European Central Bank",
    "nbp": "National Bank of Poland, table A",
    "nbp-c": "National Bank of Poland, table C",
    "oxr": "Open Exchange Rates",
}


def test_each_feed_has_a_name() -> None:
    """Nothing is fetched to find a source, and each name finds its own."""
    assert {name: rate_source(name, key="k").name for name in FEEDS} == NAMES


def test_everything_else_is_a_file() -> None:
    """A path is a path, also where a feed has the same name."""
    assert isinstance(rate_source(None), EcbHistory)
    assert rate_source("rates/eurofxref-hist.zip").name == "ECB eurofxref-hist.zip"
    assert rate_source(Path("ecb")).name == "ECB ecb"


def test_a_feed_with_a_key_is_refused_without() -> None:
    """Open Exchange Rates answers to nobody unknown."""
    with pytest.raises(KeyNeeded, match="oxr wants a key"):
        rate_source("oxr")


@pytest.mark.parametrize("name", FEEDS)
def test_without_the_extra_the_way_out_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx2 is not installed: the extra that brings it is named."""
    monkeypatch.setitem(sys.modules, "httpx2", None)
    monkeypatch.delitem(sys.modules, "fxcrm.adapters.feeds.http", raising=False)
    with pytest.raises(ExtraMissing, match=r"fxcrm\[http\]"):
        rate_source(name, key="k")


def test_only_known_formats_are_written() -> None:
    """A table is CSV or a workbook, a journal is for hledger or for Beancount."""
    with pytest.raises(FormatUnknown, match="'pdf'; there are csv, xlsx"):
        write_table(BytesIO(), ["a"], [], form="pdf")
    with pytest.raises(FormatUnknown, match="'csv'; there are hledger, beancount"):
        plain_books(book(), form="csv")
    for name in PLAIN_FORMATS:
        assert any("Nordwind" in line for line in plain_books(book(), form=name))


def test_without_the_extra_no_workbook_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Xlsxwriter is not installed: the extra that brings it is named."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.delitem(sys.modules, "fxcrm.adapters.xlsx", raising=False)
    with pytest.raises(ExtraMissing, match=r"fxcrm\[xlsx\]"):
        write_table(BytesIO(), ["a"], [], form="xlsx")
