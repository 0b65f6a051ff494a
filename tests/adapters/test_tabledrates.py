"""Rates in a table of one's own: read as the caller says, or refused whole with the row (F14)."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.adapters.tabledrates import ColumnsRefused, DayOrder, DecimalMark, Quoted, TabledRates
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.ports.rows import RowsRefused
from fxcrm.rates import CurrencyPair, RatePolicy, RateTable, Side
from fxcrm.rows import RowLimits

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
PLAIN = (Quoted("Rate", pair="Pair"),)


def read(text: str | bytes, *quoted: Quoted, delimiter: str = ",", **how: Any) -> RateTable:
    """The rates of a file with this content."""
    content = text if isinstance(text, bytes) else text.encode()
    rows = CsvRows(io.BytesIO(content), name="rates.csv", delimiter=delimiter)
    return TabledRates(rows, *(quoted or PLAIN), **how).fetch().table


def refused(text: str | bytes, *quoted: Quoted, **how: Any) -> str:
    """Why a file is refused."""
    with pytest.raises(RateSourceBroken) as caught:
        read(text, *quoted, **how)
    assert caught.value.source == "rates.csv"
    return str(caught.value.reason)


# ---------------------------------------------------------------- shapes


def test_a_pair_in_one_column() -> None:
    """In the direction written, under the name of the file."""
    table = read("Date,Pair,Rate\n2026-03-03,EUR/USD,1.1606\n2026-03-02,EUR/USD,1.1698\n")
    path = table.rate("USD", "EUR", MONDAY).path
    assert path == "1 / EUR/USD 1.1698 (rates.csv 2026-03-02)"
    assert table.rate("EUR", "USD", TUESDAY).ratio == Fraction("1.1606")


def test_base_and_counter_in_two_columns() -> None:
    """Whatever they are called."""
    text = "on,from,to,price\n2026-03-02,USD,CAD,1.3700\n"
    table = read(text, Quoted("price", base="from", counter="to"), day="on")
    assert str(table.pairs[0]) == "USD/CAD"


def test_one_of_them_may_be_the_same_for_every_row() -> None:
    """A currency stands for itself, a text for a column."""
    text = "Date,Code,Rate\n2026-03-02,USD,1.1698\n2026-03-02,JPY,184.19\n"
    table = read(text, Quoted("Rate", base=Currency("EUR"), counter="Code"))
    assert [str(pair) for pair in table.pairs] == ["EUR/USD", "EUR/JPY"]


def test_a_column_for_each_currency() -> None:
    """As banks publish histories; nothing was published where the cell says so."""
    text = "Date,USD,JPY\n2026-03-02,1.1698,184.19\n2026-03-03,1.1606,N/A\n2026-03-04,,184.00\n"
    quoted = [Quoted(code, pair=CurrencyPair.of("EUR", code)) for code in ("USD", "JPY")]
    table = read(text, *quoted, nothing=("", "N/A"))
    assert table.rate("EUR", "JPY", TUESDAY).on == MONDAY
    assert table.rate("EUR", "USD", date(2026, 3, 4)).on == TUESDAY


def test_bid_and_ask_in_two_columns() -> None:
    """Two prices in a row, each with its side."""
    text = "Date,Pair,Bid,Ask\n2026-03-02,EUR/USD,1.1690,1.1702\n"
    quoted = [Quoted("Bid", pair="Pair", side=Side.BID), Quoted("Ask", pair="Pair", side=Side.ASK)]
    table = read(text, *quoted)
    assert table.rate("USD", "EUR", MONDAY, RatePolicy(side=Side.BID)).ratio == 1 / Fraction(
        "1.1702"
    )


def test_units_and_sides_from_columns() -> None:
    """A price for 100, and a side in any case of letters."""
    text = "Date,Pair,Per,Side,Rate\n2026-03-02,JPY/CZK,100,Ask,13.218\n"
    table = read(text, Quoted("Rate", pair="Pair", unit="Per", side="Side"))
    [leg] = table.rate("JPY", "CZK", MONDAY, RatePolicy(side=Side.ASK)).legs
    assert (leg.fixing.unit, str(leg.fixing.value), leg.fixing.side) == (100, "13.218", Side.ASK)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (DayOrder.YEAR_FIRST, "2026-04-03"),
        (DayOrder.DAY_FIRST, "03.04.2026"),
        (DayOrder.DAY_FIRST, "03/04/2026"),
        (DayOrder.MONTH_FIRST, "04/03/2026"),
        (DayOrder.MONTH_FIRST, "04-03-2026"),
    ],
)
def test_days_are_read_in_the_order_that_is_named(order: DayOrder, text: str) -> None:
    """The third of April, however it is written; nobody guesses from 03/04."""
    table = read(f"Date,Pair,Rate\n{text},EUR/USD,1.1\n", order=order)
    assert table.series[0].days == (date(2026, 4, 3),)


def test_decimal_commas_are_named() -> None:
    """And then a point is no number, since it might stand between thousands."""
    text = "Date;Pair;Rate\n2026-03-02;EUR/JPY;184,19\n"
    table = read(text, delimiter=";", mark=DecimalMark.COMMA)
    assert table.series[0].values == ("184.19",)
    for cell in ("1.184,19", "184.19", "1,184,19"):
        reason = refused(text.replace("184,19", cell), delimiter=";", mark=DecimalMark.COMMA)
        assert reason == "row 2: column Rate holds no number in plain digits with a decimal comma"


def test_own_currencies_come_from_their_registry() -> None:
    """A code of the house is known where its registry is named (M11)."""
    house = CurrencyRegistry("house").define("BTC", digits=8, name="Bitcoin")
    text = "Date,Pair,Rate\n2026-03-02,BTC/EUR,58200.50\n"
    assert str(read(text, registry=house).pairs[0]) == "BTC/EUR"
    assert refused(text) == "row 2: column Pair holds no currency of ISO 4217"


def test_the_span_is_cut_from_the_whole() -> None:
    """A bad row outside of the span is bad all the same: the table is whole or nothing."""
    text = "Date,Pair,Rate\n2026-03-02,EUR/USD,1.1698\n2026-03-03,EUR/USD,1.1606\n"
    rows = CsvRows(io.BytesIO(text.encode()), name="rates.csv")
    told = TabledRates(rows, *PLAIN, name="house bank").fetch(TUESDAY, TUESDAY)
    assert (told.source, told.table.series[0].days) == ("house bank", (TUESDAY,))
    assert "row 3" in refused(text.replace("1.1606", "x"))


def test_a_header_alone_is_no_rate() -> None:
    """Nothing published is no failure (R4)."""
    assert read("Date,Pair,Rate\n").pairs == ()


def test_columns_say_one_pair() -> None:
    """The pair, or base and counter; not both, not half, not none."""
    euro = Currency("EUR")
    for wrong in (
        {},
        {"base": "From"},
        {"counter": euro},
        {"pair": "Pair", "base": "From", "counter": "To"},
        {"pair": "Pair", "counter": "To"},
    ):
        with pytest.raises(ColumnsRefused, match="column 'Rate'"):
            Quoted("Rate", **wrong)


# ---------------------------------------------------------------- hostile files

ROW = "2026-03-02,EUR/USD,1.1698\n"
REASONS = {
    "a day in another order": ("02.03.2026,EUR/USD,1.1", "holds no day such as 2026-03-31"),
    "a day that does not exist": ("2026-02-30,EUR/USD,1.1", "holds no day"),
    "a day of other digits": ("٢٠٢٦-٠٣-٠٢,EUR/USD,1.1", "holds no day"),
    "an instant": ("2026-03-02T10:00,EUR/USD,1.1", "holds no day"),
    "no day": (",EUR/USD,1.1", "holds no day"),
    "no pair": ("2026-03-02,EURUSD,1.1", "holds no pair such as EUR/USD"),
    "a pair of three": ("2026-03-02,EUR/USD/JPY,1.1", "holds no currency"),
    "small letters": ("2026-03-02,eur/usd,1.1", "holds no currency"),
    "a currency against itself": ("2026-03-02,EUR/EUR,1", "against itself"),
    "an exponent": ("2026-03-02,EUR/USD,1E5", "no number in plain digits"),
    "not a number": ("2026-03-02,EUR/USD,NaN", "no number"),
    "a huge exponent": ("2026-03-02,EUR/USD,1E1000000", "no number"),
    "a long number": (f"2026-03-02,EUR/USD,{'1' * 30_000}", "no number"),
    "a space": ("2026-03-02,EUR/USD,1.1 ", "no number"),
    "thousands": ('2026-03-02,EUR/USD,"1,100.5"', "no number"),
    "an underscore": ("2026-03-02,EUR/USD,1_0", "no number"),
    "zero": ("2026-03-02,EUR/USD,0.000", "finite and above zero"),
    "below zero": ("2026-03-02,EUR/USD,-1.1", "finite and above zero"),
    "a formula": ("2026-03-02,EUR/USD,=1+1", "no number"),
    "another value": ("2026-03-02,EUR/USD,1.17", "EUR/USD mid of 2026-03-02 has another value"),
    "the other direction": ("2026-03-03,USD/EUR,0.85", "it quotes USD/EUR per 1, and row 2"),
    "a cell too many": ("2026-03-02,EUR/USD,1.1,1.2", "4 cells"),
    "a cell too few": ("2026-03-02,EUR/USD", "2 cells"),
    "an open quotation mark": ('2026-03-03,EUR/USD,"1.1', "left open"),
    "a quotation mark amid": ('2026-03-03,EUR/USD,1"1', "stands inside of a cell"),
    "a NUL": ("2026-03-03,EUR/USD,1.1\0", "NUL"),
    "another encoding": (b"2026-03-03,EUR/USD\xe4,1.1", "not written in utf-8"),
}


@pytest.mark.parametrize(("row", "reason"), REASONS.values(), ids=REASONS)
def test_a_bad_row_refuses_the_table_by_its_number(row: str | bytes, reason: str) -> None:
    """The row and the column are named, what stands in the cell is not."""
    bad = row if isinstance(row, bytes) else row.encode()
    told = refused(f"Date,Pair,Rate\n{ROW}".encode() + bad + b"\n")
    assert told.startswith("row 3: ")
    assert reason in told
    assert len(told) < 250


@pytest.mark.parametrize(
    ("unit", "side", "reason"),
    [
        ("0", "mid", "the unit is a whole number"),
        ("1.5", "mid", "column Per holds no whole number"),
        ("1000001", "mid", "the unit is a whole number"),
        ("1" * 5_000, "mid", "column Per holds no whole number"),
        ("²", "mid", "column Per holds no whole number"),
        ("1", "offer", "column Side holds none of bid, mid, ask"),
        ("1", "", "column Side holds none of bid, mid, ask"),
    ],
)
def test_units_and_sides_that_are_none(unit: str, side: str, reason: str) -> None:
    """A unit is 1 to 1,000,000, a side one of three."""
    text = f"Date,Pair,Per,Side,Rate\n2026-03-02,JPY/CZK,{unit},{side},13.218\n"
    assert reason in refused(text, Quoted("Rate", pair="Pair", unit="Per", side="Side"))


def test_a_unit_that_changes_is_refused() -> None:
    """One quotation for a pair, in all rows and on all sides."""
    text = (
        "Date,Pair,Per,Rate\n2026-03-02,JPY/CZK,100,13.218\n2026-03-03,EUR/USD,1,1.1\n"
        "2026-03-03,JPY/CZK,1,0.13218\n"
    )
    told = refused(text, Quoted("Rate", pair="Pair", unit="Per"))
    assert told == "row 4: it quotes JPY/CZK per 1, and row 2 JPY/CZK per 100"


def test_the_same_price_twice_is_one() -> None:
    """Two exports put together may overlap, also where one writes a zero more."""
    table = read(f"Date,Pair,Rate\n{ROW}{ROW}2026-03-02,EUR/USD,1.16980\n")
    assert table.series[0].values == ("1.1698",)


def test_every_problem_is_there_and_they_are_bounded() -> None:
    """The first is told with how many more; the cause has up to a hundred of them."""
    for bad, counted in ((3, 3), (250, 100)):
        with pytest.raises(RateSourceBroken) as caught:
            read("Date,Pair,Rate\n" + "2026-03-02,EUR/USD,x\n" * bad + ROW)
        assert caught.value.reason.endswith(f"decimal point, and {counted - 1} more")
        cause = caught.value.__cause__
        assert isinstance(cause, RowsRefused)
        assert [one.row for one in cause.problems] == list(range(2, counted + 2))


def test_a_column_that_is_missing_is_named() -> None:
    """Before any row is read."""
    assert refused("Date,Pair,Price\n" + ROW) == "row 1: there is no column Rate"


def test_limits_are_those_of_the_rows() -> None:
    """One row more than allowed is refused (F18)."""
    text = ("Date,Pair,Rate\n" + ROW * 3).encode()
    for rows, fits in ((3, True), (2, False)):
        source = CsvRows(io.BytesIO(text), name="rates.csv", limits=RowLimits(rows=rows))
        if fits:
            assert TabledRates(source, *PLAIN).fetch().table.pairs
            continue
        with pytest.raises(RateSourceBroken, match="more than 2 rows"):
            TabledRates(source, *PLAIN).fetch()


# ---------------------------------------------------------------- mutations

GOOD = "Date,Pair,Per,Rate\n" + "".join(
    f"2026-03-{day:02},{pair},{unit},{price}.{day:02}{day}\n"
    for day in range(2, 12)
    for pair, unit, price in (("EUR/USD", 1, 1), ("JPY/CZK", 100, 13), ("EUR/JPY", 1, 184))
)
PER = (Quoted("Rate", pair="Pair", unit="Per"),)


def independently(text: str) -> dict[tuple[str, str], tuple[Fraction, str]]:
    """What a file says, read by cutting it at commas; no code is shared with the library."""
    header, *lines = text.lstrip("\N{BYTE ORDER MARK}").split("\n")
    names = [name.strip() for name in header.split(",")]
    said = {}
    for line in filter(None, (line.removesuffix("\r") for line in lines)):
        cells = dict(zip(names, line.split(","), strict=True))
        if cells["Rate"]:
            said[cells["Pair"], cells["Date"]] = (Fraction(cells["Rate"]), cells["Per"])
    return said


def test_mutated_files_are_never_read_wrongly() -> None:
    """2,000 files with a change of some bytes: refused, or read as another parser reads them."""
    chance, counts = Random(20260302), {"refused": 0, "read": 0}
    for _ in range(2_000):
        text = mutated(GOOD, chance)
        try:
            table = read(text, *PER)
        except RateSourceBroken:
            counts["refused"] += 1
            continue
        counts["read"] += 1
        got = {
            (str(one.pair), str(on)): (Fraction(value), str(one.unit))
            for one in table.series
            for on, value in zip(one.days, one.values, strict=True)
        }
        said = {key: (rate, str(int(unit))) for key, (rate, unit) in independently(text).items()}
        assert got == said, text
    assert counts["read"] > 100
    assert counts["refused"] > 1_000


def mutated(text: str, chance: Random) -> str:
    """The text with a character put in, taken out or changed, or a piece of it doubled or cut."""
    spot = chance.randrange(len(text))
    piece = chance.choice('0123456789.,-/\n\r"\t =ABUSD;\0\N{BYTE ORDER MARK}٣')
    end = min(spot + chance.randrange(1, 40), len(text))
    return chance.choice(
        [
            text[:spot] + piece + text[spot:],
            text[:spot] + text[spot + 1 :],
            text[:spot] + piece + text[spot + 1 :],
            text[:end] + text[spot:],
            text[:spot] + text[end:],
            text[:spot],
        ]
    )
