"""Whatever a publisher states is found, and nothing else: feeds against what was written for them.

The documents are written here from a dictionary of fractions, by writers that know nothing of the
readers; the tables are asked pair by pair and day by day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.feeds.bankofcanada import BankOfCanada
from fxcrm.adapters.feeds.cnb import CzechNationalBank
from fxcrm.adapters.feeds.documents import Documents
from fxcrm.adapters.feeds.ecb import EcbFeed
from fxcrm.adapters.feeds.nbp import NationalBankOfPoland
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import RateMissing, RatePolicy, RateTable
from tests.adapters.feeds.feeds import FEEDS, NOW, Handed

FIRST = date(2026, 1, 1)
CODES = ("USD", "JPY", "HUF", "QQQ")  # nobody knows the last
UNITS = {"USD": 1, "JPY": 100, "HUF": 1000, "QQQ": 1}
Quoted = Mapping[tuple[date, str], str]
SAME_DAY = RatePolicy(max_age=0, max_legs=1)


def _by_day(quoted: Quoted) -> dict[date, dict[str, str]]:
    found: dict[date, dict[str, str]] = {}
    for (day, code), value in quoted.items():
        found.setdefault(day, {})[code] = value
    return found


def written_by_ecb(quoted: Quoted) -> str:
    """As the European Central Bank writes it."""
    cubes = "".join(
        f"<Cube time='{day}'>"
        + "".join(f"<Cube currency='{code}' rate='{value}'/>" for code, value in row.items())
        + "</Cube>"
        for day, row in _by_day(quoted).items()
    )
    return (
        '<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
        f' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{cubes}</Cube>'
        "</gesmes:Envelope>"
    )


def written_by_boc(quoted: Quoted) -> str:
    """As the Bank of Canada writes it."""
    return json.dumps(
        {
            "observations": [
                {"d": str(day)} | {f"FX{code}CAD": {"v": value} for code, value in row.items()}
                for day, row in _by_day(quoted).items()
            ]
        }
    )


def written_by_cnb(quoted: Quoted) -> str:
    """As the Czech National Bank writes it."""
    rows = (
        f'{{"validFor":"{day}","amount":{UNITS[code]},"currencyCode":"{code}","rate":{value}}}'
        for (day, code), value in quoted.items()
    )
    return f'{{"rates":[{",".join(rows)}]}}'


def written_by_nbp(quoted: Quoted) -> str:
    """As the National Bank of Poland writes it."""
    tables = (
        f'{{"table":"A","effectiveDate":"{day}","rates":['
        + ",".join(f'{{"code":"{code}","mid":{value}}}' for code, value in row.items())
        + "]}"
        for day, row in _by_day(quoted).items()
    )
    return f"[{','.join(tables)}]"


Writer = Callable[[Quoted], str]
Maker = Callable[[Documents], RateSource]
WRITTEN: dict[str, tuple[Maker, Writer, str]] = {
    "ecb": (lambda documents: EcbFeed(documents, NOW), written_by_ecb, "EUR/{}"),
    "boc": (lambda documents: BankOfCanada(documents, NOW), written_by_boc, "{}/CAD"),
    "cnb": (lambda documents: CzechNationalBank(documents, NOW), written_by_cnb, "{}/CZK"),
    "nbp": (lambda documents: NationalBankOfPoland(documents, NOW), written_by_nbp, "{}/PLN"),
}


def values() -> st.SearchStrategy[str]:
    """Positive numbers as publishers write them, with as many as ten decimals."""
    scaled = st.builds(Decimal.scaleb, st.integers(1, 10**12).map(Decimal), st.integers(-10, 0))
    return scaled.map(lambda value: format(value, "f"))


def quotations() -> st.SearchStrategy[dict[tuple[date, str], str]]:
    """Some values by day and currency, in any order."""
    days = st.integers(0, 70).map(lambda count: FIRST + timedelta(days=count))
    keys = st.tuples(days, st.sampled_from(CODES))
    return st.dictionaries(keys, values(), min_size=1, max_size=12)


def ratio(table: RateTable, pair: str, on: date) -> Fraction | None:
    """What the table has for that very day, None for nothing."""
    base, counter = pair.split("/")
    try:
        return table.rate(base, counter, on, SAME_DAY).ratio
    except RateMissing:
        return None


@pytest.mark.parametrize("name", WRITTEN)
@given(quoted=quotations(), since=st.integers(-5, 75), length=st.integers(-3, 75))
def test_what_was_stated_for_a_day_of_the_span_is_found_and_nothing_else(
    name: str, quoted: dict[tuple[date, str], str], since: int, length: int
) -> None:
    """Each value exactly, in the direction and per the unit stated; no other day, no other pair."""
    make, write, pair = WRITTEN[name]
    first = FIRST + timedelta(days=since)
    last = first + timedelta(days=length)
    if name == "cnb" and first.year != last.year:
        return  # two requests, and each of them would get the same document
    source = make(Handed(write(quoted)))
    for span in ((None, None), (first, last)):
        table = source.fetch(*span).table
        for count in range(71):
            on = FIRST + timedelta(days=count)
            within = span == (None, None) or first <= on <= last
            for code in CODES[:-1]:
                value = quoted.get((on, code)) if within else None
                unit = UNITS[code] if name == "cnb" else 1
                expected = None if value is None else Fraction(value) / unit
                assert ratio(table, pair.format(code), on) == expected
        assert "QQQ" not in {one.counter.code for one in table.pairs}


@pytest.mark.parametrize("name", [name for name in FEEDS if name != "ecb-history"])
@given(st.data())
def test_one_changed_character_changes_one_rate_at_the_most(name: str, data: st.DataObject) -> None:
    """Replaced, dropped or doubled: a typed refusal, or a table that differs in one value alone."""
    feed = FEEDS[name]
    text = feed.body.decode()
    spot = data.draw(st.integers(0, len(text) - 1))
    instead = data.draw(st.sampled_from(["", "9", "0", "-", ".", '"', "}", "<", text[spot] * 2]))
    changed = text[:spot] + instead + text[spot + 1 :]
    with suppress(RateSourceBroken):
        before = _all(feed.make(Handed(text), "http://rates.example").fetch().table)
        after = _all(feed.make(Handed(changed), "http://rates.example").fetch().table)
        if len(_days(after) - _days(before)) == 0:  # the date of a day is shared by its rates
            assert len(after ^ before) <= 2


_Row = tuple[str, str, date, str, int]


def _all(table: RateTable) -> set[_Row]:
    return {
        (str(one.pair), one.side.value, on, value, one.unit)
        for one in table.series
        for on, value in zip(one.days, one.values, strict=True)
    }


def _days(rows: set[_Row]) -> set[date]:
    return {row[2] for row in rows}
