"""The composition root: what a name stands for, and what is said where a part is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.bootstrap import FEEDS, ExtraMissing, KeyNeeded, rate_source

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
