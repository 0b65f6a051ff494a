"""Documents that are not what a feed publishes: refused whole, whatever is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from fxcrm.adapters.feeds.bankofcanada import BankOfCanada
from fxcrm.adapters.feeds.ecb import EcbFeed
from fxcrm.ports.ratesource import RateSourceBroken
from tests.adapters.feeds.feeds import FEEDS, FRIDAY, NOW, Feed, Handed, data

XML = data("eurofxref-daily.xml").decode()
HOSTILE_XML = {
    "a document type": XML.replace("<gesmes:Env", "<!DOCTYPE a><gesmes:Env", 1),
    "a document type in small letters": XML.replace("<gesmes:Env", "<!doctype a><gesmes:Env", 1),
    "an entity": XML.replace(
        "<gesmes:Env", '<!DOCTYPE a [<!ENTITY b "1.1561">]><gesmes:Env', 1
    ).replace("'1.1561'", "'&b;'"),
    "a file as an entity": XML.replace(
        "<gesmes:Env", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><gesmes:Env', 1
    ),
    "an entity nobody declared": XML.replace("'1.1561'", "'&b;'"),
    "an instruction": XML.replace("<Cube>", "<?php evil() ?><Cube>", 1),
    "another namespace": XML.replace("/eurofxref", "/other"),
    "another envelope": XML.replace('2002-08-01" xmlns=', '2003" xmlns='),
    "no namespace": XML.replace(' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"', ""),
    "a stranger": XML.replace("</Cube>\n</gesmes", "<Sphere/></Cube>\n</gesmes"),
    "an element too deep": XML.replace("rate='1.1561'/>", "rate='1.1561'><Cube/></Cube>"),
    "no rates": XML[: XML.index("<Cube time")] + "</Cube></gesmes:Envelope>",
    "a day without rates": XML.replace("<Cube currency", "<!--").replace("'/>", "-->"),
    "a rate before its day": XML.replace(" time='2026-03-06'", ""),
    "a rate twice": XML.replace("'JPY'", "'USD'"),
    "a day twice": XML.replace(
        "</Cube>\n\t</Cube>",
        "</Cube>" + "<Cube time='2026-03-06'><Cube currency='USD' rate='1.1561'/></Cube></Cube>",
    ),
    "no currency": XML.replace("currency='USD'", "money='USD'"),
    "a currency in small letters": XML.replace("'USD'", "'usd'"),
    "no rate": XML.replace("rate='1.1561'", "price='1.1561'"),
    "a comma": XML.replace("'1.1561'", "'1,1561'"),
    "an exponent": XML.replace("'1.1561'", "'11561E-4'"),
    "not a number": XML.replace("'1.1561'", "'NaN'"),
    "infinity": XML.replace("'1.1561'", "'Infinity'"),
    "zero": XML.replace("'1.1561'", "'0.0000'"),
    "below zero": XML.replace("'1.1561'", "'-1.1561'"),
    "beyond reason": XML.replace("'1.1561'", "'11561000000000000'"),
    "next to nothing": XML.replace("'1.1561'", "'0.0000000000001'"),
    "a very long number": XML.replace("'1.1561'", f"'{'1' * 5_000}'"),
    "other digits": XML.replace("'1.1561'", "'\u0661.\u0661'"),
    "an American date": XML.replace("'2026-03-06'", "'03/06/2026'"),
    "a compact date": XML.replace("'2026-03-06'", "'20260306'"),
    "a date of weeks": XML.replace("'2026-03-06'", "'2026-W10-5'"),
    "an instant": XML.replace("'2026-03-06'", "'2026-03-06T16:00:00'"),
    "a day that does not exist": XML.replace("'2026-03-06'", "'2026-02-30'"),
    "a day to come": XML.replace("'2026-03-06'", "'2026-03-18'"),
    "another encoding": XML.replace("UTF-8", "UTF-16"),
    "text around it": XML + "and more",
    "two documents": XML + XML,
    "JSON": data("valet.json").decode(),
    "nothing but space": "   ",
}


@pytest.mark.parametrize("text", HOSTILE_XML.values(), ids=HOSTILE_XML)
def test_xml_that_is_not_the_ecbs_is_refused_whole(text: str) -> None:
    """Nothing of such a document is believed, not even the rates that look right."""
    assert text != XML, "the planted fault is there"
    with pytest.raises(RateSourceBroken) as caught:
        EcbFeed(Handed(text), NOW).fetch()
    assert caught.value.source == "European Central Bank"
    assert len(caught.value.reason) < 100


def test_the_parser_refuses_what_the_first_look_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two guards against a document type do not lean on each other."""
    monkeypatch.setattr("fxcrm.adapters.feeds.documents._DECLARED", _NOTHING)
    for name in ("a document type", "an entity", "a file as an entity"):
        with pytest.raises(RateSourceBroken, match="declares a document type or an entity"):
            EcbFeed(Handed(HOSTILE_XML[name]), NOW).fetch()


class _Nothing:
    """A pattern that finds nothing."""

    def search(self, text: bytes) -> None:
        """Nothing."""
        del text


_NOTHING = _Nothing()


def test_comments_and_the_other_quotes_do_not_hurt() -> None:
    """Both kinds of quotes, a comment, a byte order mark: the same rates."""
    for text in (
        XML.replace("'", '"'),
        XML.replace("<Cube>", "<!-- the day --><Cube>", 1),
        "\ufeff" + XML,
    ):
        table = EcbFeed(Handed(text), NOW).fetch().table
        assert table.rate("EUR", "USD", FRIDAY).ratio == Fraction("1.1561")


# ---------------------------------------------------------------- every feed with JSON

JSON_FEEDS = {
    name: feed for name, feed in FEEDS.items() if feed.kind.startswith("application/json")
}
VALUE = {"boc": '"1.3716"', "cnb": "24.405", "nbp": "3.6820", "nbp-c": "3.6400", "oxr": "0.865"}
WRONG_VALUES = (
    "NaN", "Infinity", "-Infinity", "null", "true", "[]", "{}", '"NaN"', '"1e3"', '"1,5"', '""x',
    '"\\u0661.5"', "0", "0.0", "-1.5", "1e13", "1e-13", '"0"', '"-3"',
    "9" * 50, '"' + "9" * 50 + '"',
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_VALUES)
@pytest.mark.parametrize("name", JSON_FEEDS)
def test_one_value_that_is_no_rate_refuses_the_document(name: str, wrong: str) -> None:
    """Of all rates in it none is believed (F8)."""
    feed = FEEDS[name]
    text = feed.body.decode().replace(VALUE[name], wrong)
    assert text != feed.body.decode()
    with pytest.raises(RateSourceBroken):
        feed.make(Handed(text), "http://rates.example").fetch()


@pytest.mark.parametrize("name", JSON_FEEDS)
def test_a_currency_that_stands_twice_refuses_the_document(name: str) -> None:
    """The same value twice as well: whoever writes it twice may have meant another one."""
    feed = FEEDS[name]
    for other in ("EUR", "IDR", "JPY"):
        text = feed.body.decode().replace(other, "USD")
        if text != feed.body.decode():
            with pytest.raises(RateSourceBroken, match="twice"):
                feed.make(Handed(text), "http://rates.example").fetch()
            return
    pytest.fail("there was nothing to change")


@pytest.mark.parametrize("name", [name for name in JSON_FEEDS if name != "oxr"])
@pytest.mark.parametrize("day", ["2026-3-06", "06.03.2026", "2026-02-30", "2026-03-18", "", "2026"])
def test_a_date_in_another_form_refuses_the_document(name: str, day: str) -> None:
    """Days are written as the feed writes them, they exist, and they are not still to come."""
    feed = FEEDS[name]
    text = feed.body.decode().replace(str(feed.on), day)
    assert text != feed.body.decode()
    with pytest.raises(RateSourceBroken):
        feed.make(Handed(text), "http://rates.example").fetch()


@pytest.mark.parametrize("name", JSON_FEEDS)
@pytest.mark.parametrize(
    "text",
    ["null", "[]]", "{}", "[{}]", "[[[]]]", '"text"', "12", "[" * 100_000, '{"a":' * 100_000,
     "[" + "1," * 300_000 + "1]", "\ufeff[]"],
    ids=lambda text: str(text)[:12],
)  # fmt: skip
def test_json_of_another_shape_is_refused(name: str, text: str) -> None:
    """Other types, other members, too deep, too many parts: one typed error."""
    with pytest.raises(RateSourceBroken) as caught:
        FEEDS[name].make(Handed(text), "http://rates.example").fetch()
    assert len(caught.value.reason) < 100


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_tomorrow_is_taken_and_the_day_after_is_not(feed: Feed) -> None:
    """A clock one day behind may stand in another part of the world; two days behind it may not."""
    newest = {"ecb-90d": FRIDAY, "ecb-history": FRIDAY}.get(
        next(name for name, one in FEEDS.items() if one is feed), feed.on
    )
    for behind, taken in ((1, True), (2, False)):
        then = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) - timedelta(days=behind)
        source = feed.make(Handed(feed.body), "http://rates.example")
        source._clock = type(NOW)(then)  # type: ignore[attr-defined]
        if taken:
            assert source.fetch().table.pairs
        else:
            with pytest.raises(RateSourceBroken, match="still to come"):
                source.fetch()


def test_one_answer_has_so_many_rates_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is taken, one more is not (F18)."""
    count = data("valet.json").count(b'"v"')
    for most, taken in ((count, True), (count - 1, False)):
        monkeypatch.setattr("fxcrm.adapters.feeds.published.MOST_PRICES", most)
        source = BankOfCanada(Handed(data("valet.json")), NOW)
        if taken:
            assert source.fetch().table.pairs
        else:
            with pytest.raises(RateSourceBroken, match="ask for fewer days"):
                source.fetch()
