"""Documents: what is written, what is read back, and what is refused with which error."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.codec import (
    LONGEST_DOCUMENT,
    MOST_DEPTH,
    SCHEMAS,
    Codec,
    DocumentNotWritable,
    DocumentUnfit,
    DocumentUnreadable,
    FieldMissing,
    FieldUnknown,
    NotADocument,
    Schema,
    SchemaTooNew,
    SchemaUnexpected,
    SchemaUnknown,
)
from fxcrm.billing import DocumentLine, Invoice, Order
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.errors import FxcrmError
from fxcrm.ids import FieldId
from fxcrm.ledger.journal import EntryUnbalanced
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.rates import ExchangeRate, Leg
from fxcrm.testing.contracts import samples
from fxcrm.testing.strategies import money
from tests.adapters.codec.examples import DAY, by_schema, drawn, values

CODEC = Codec(ISO)
INVOICE: Invoice = next(one for one in values() if isinstance(one, Invoice))
TEXT = CODEC.dump(INVOICE)
COINS = CurrencyRegistry("house coins").define("BTC", digits=8, name="Bitcoin")


def changed(path: str, value: object, text: str = TEXT) -> str:
    """The document with one place changed; a path like ``data.lines.0.amount``."""
    document = json.loads(text)
    *way, last = path.split(".")
    at: Any = document
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return json.dumps(document)


def refusal(text: str) -> DocumentUnfit:
    """The refusal of a document whose data does not fit."""
    with pytest.raises(DocumentUnfit) as caught:
        CODEC.load(text)
    return caught.value


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_every_sample_is_read_back_as_it_was(schema: Schema) -> None:
    """Dumping and loading is the identity, for values and for texts."""
    found = by_schema()[schema.name]
    assert found
    for value in found:
        text = CODEC.dump(value)
        loaded = CODEC.load(text)
        assert (loaded, type(loaded)) == (value, schema.kind)
        assert CODEC.dump(loaded) == text
        assert CODEC.load(text, schema.kind) == value


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
@given(data=st.data())
def test_every_drawn_value_is_read_back_as_it_was(schema: Schema, data: st.DataObject) -> None:
    """The same for values whose every field is drawn by its type."""
    value = data.draw(drawn(schema))
    text = CODEC.dump(value)
    assert CODEC.load(text) == value
    assert CODEC.dump(CODEC.load(text)) == text


@given(money(extra_digits=8))
def test_equal_amounts_have_one_text(amount: Money) -> None:
    """Trailing zeros do not reach the text: equal values, equal documents."""
    longer = Money(Decimal(f"{amount.amount:f}") * Decimal("1.0000"), amount.currency)
    assert longer == amount
    assert CODEC.dump(longer) == CODEC.dump(amount)


def test_a_document_is_small_plain_json() -> None:
    """Sorted keys, no spaces, amounts as text, and the name and version of the schema."""
    text = CODEC.dump(Money("19.9", "EUR"))
    assert text == (
        '{"data":{"amount":"19.90","currency":"EUR"},"schema":"fxcrm.money","version":1}'
    )
    assert "1085" not in TEXT
    assert list(json.loads(TEXT)) == ["data", "schema", "version"]
    assert list(json.loads(TEXT)["data"]) == sorted(json.loads(TEXT)["data"])


def test_instants_are_written_in_utc() -> None:
    """An instant of India and the same of Greenwich are one text (F7)."""
    decision = samples.decisions()[0]
    india = decision.known_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    text = CODEC.dump(attrs.evolve(decision, known_at=india))
    assert text == CODEC.dump(decision)
    assert '"known_at":"2026-03-02T16:00:00.123456+00:00"' in text


def test_pending_events_are_no_part_of_a_document() -> None:
    """What happened but was not saved stays where it happened."""
    paid = INVOICE.paid(DAY, in_full=True)
    assert paid.events
    assert CODEC.load(CODEC.dump(paid)).events == ()


def test_currencies_are_those_of_the_registry() -> None:
    """A coin of one's own is read by the codec that knows it, and by no other (M11)."""
    house, coin = Codec(COINS), COINS.money("0.00000001", "BTC")
    assert house.load(house.dump(coin)) == coin
    assert house.load(CODEC.dump(INVOICE)) == INVOICE
    with pytest.raises(DocumentNotWritable, match="BTC"):
        CODEC.dump(coin)
    with pytest.raises(DocumentUnfit, match="has no currency 'BTC'"):
        CODEC.load(house.dump(coin))


def test_a_rate_is_written_as_its_legs_in_plain_digits() -> None:
    """Fixings keep their decimals, never an exponent, and the ratio is derived anew (R1)."""
    rate = ExchangeRate.of("EUR", "USD", Decimal("1.0850E+1"), on=DAY).inverse
    text = CODEC.dump(rate)
    assert '"value":"10.850"' in text
    assert "ratio" not in text
    assert CODEC.load(text, ExchangeRate).ratio == rate.ratio


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1"),
        ("{", "line 1"),
        ("[1]", "no record of data"),
        ("null", "no record of data"),
        ('"fxcrm.money"', "no record of data"),
        (TEXT + " x", "line 1"),
        ("\ufeff" + TEXT, "line 1"),
        (TEXT[:-1] + ',"more":1}', "no record of data"),
        ('{"data":{},"schema":"fxcrm.money"}', "no record of data"),
        (changed("schema", 3), "schema is no text"),
        (changed("schema", None), "schema is no text"),
        (changed("version", "1"), "version is no whole number"),
        (changed("version", True), "version is no whole number"),
        (changed("version", 0), "version is no whole number"),
        (changed("version", -1), "version is no whole number"),
        (changed("version", 1.0), "'1.0' is no whole number"),
        (changed("data.version", float("nan")), "'NaN' is no whole number"),
        (changed("data.version", float("-inf")), "'-Infinity' is no whole number"),
        (TEXT.replace('"version":0', '"version":1e400'), "'1e400' is no whole number"),
        (TEXT.replace('"version":0', '"version":1E5'), "'1E5' is no whole number"),
        (TEXT.replace('"version":0', f'"version":{2**63}'), "larger than 64 bits"),
        (TEXT.replace('"version":0', f'"version":-{2**63}'), "larger than 64 bits"),
        (TEXT.replace('"version":0', f'"version":{"9" * 100_000}'), "larger than 64 bits"),
        (TEXT.replace('"version":0', '"version":0,"version":0'), "'version' stands twice"),
        (TEXT.replace('"id":', '"id":"I-9","id":'), "'id' stands twice"),
        (TEXT.replace('"I-1"', '"I\n1"'), "line 1"),
    ],
)
def test_a_text_that_is_no_document_is_refused(text: str, reason: str) -> None:
    """Broken JSON, floats, NaN, huge numbers, a key twice: none gets as far as a class."""
    with pytest.raises(DocumentUnreadable, match=reason):
        CODEC.load(text)


@pytest.mark.parametrize("odd", [None, b"{}", bytearray(b"{}"), {}, 3])
def test_only_text_is_read(odd: Any) -> None:
    """Bytes are decoded by whoever knows their encoding."""
    with pytest.raises(DocumentUnreadable):
        CODEC.load(odd)


def test_nesting_has_a_limit() -> None:
    """So many levels are taken apart, one more is refused, 100,000 as well, at once (F18)."""
    deep = changed("data", None).replace('"data": null', '"data": {}')
    for levels, error in ((MOST_DEPTH - 1, DocumentUnfit), (MOST_DEPTH, DocumentUnreadable)):
        nested = deep.replace("{}", "[" * levels + "]" * levels)
        with pytest.raises(error):
            CODEC.load(nested)
    for opening in ("[", '{"x":', '["[",'):
        with pytest.raises(DocumentUnreadable, match="nested more than 32"):
            CODEC.load(opening * 100_000)


@pytest.mark.parametrize(
    "hostile",
    [
        '{"data":{' + ",".join(f'"{n}":0' for n in range(300_000)) + ',"299999":0}}',
        '{"data":[' + ",".join(["[]"] * 500_000) + "]",
        '"' + '\\"' * 1_000_000,
        TEXT.replace('"lines":[', '"lines":[' + '{"quantity":"x"},' * 100_000),
        TEXT.replace('"lines":[', '"lines":[' + "0," * 500_000),
        TEXT.replace('"check":{', '"check":{' + ",".join(f'"{n}":0' for n in range(9_999)) + ","),
    ],
    ids=["last name twice", "many lists", "many quotes", "many records", "many numbers", "wide"],
)
def test_a_hostile_text_is_refused_soon(hostile: str) -> None:
    """Time grows with the length of a text and no faster (F18)."""
    start = time.process_time()
    with pytest.raises((DocumentUnreadable, DocumentUnfit)):
        CODEC.load(hostile)
    assert time.process_time() - start < 5


def test_a_document_is_one_line() -> None:
    """No line ends inside of one, so a file of documents is read line by line."""
    event = attrs.evolve(samples.event("C-1"), subject="a\nb\r\nc\x0b")
    assert not {"\n", "\r", "\x0b"} & set(CODEC.dump(event))
    assert CODEC.load(CODEC.dump(event)) == event


def test_brackets_in_texts_are_no_nesting() -> None:
    """A subject full of brackets, quotes and backslashes is a text like any other."""
    odd = '[{"\\' * 100 + '\\"' * 7
    event = attrs.evolve(samples.event("C-1"), subject=odd)
    assert CODEC.load(CODEC.dump(event)) == event


def test_a_document_has_a_largest_size() -> None:
    """At the limit it is written and read, one character more is refused both ways (F18)."""
    event = attrs.evolve(samples.event("C-1"), subject="")
    room = LONGEST_DOCUMENT - len(CODEC.dump(event))
    full = attrs.evolve(event, subject="x" * room)
    assert CODEC.load(CODEC.dump(full)) == full
    with pytest.raises(DocumentNotWritable, match="longer than"):
        CODEC.dump(attrs.evolve(event, subject="x" * (room + 1)))
    with pytest.raises(DocumentUnreadable, match="longer than"):
        CODEC.load(CODEC.dump(full) + " ")


def test_a_rate_has_a_largest_number_of_legs() -> None:
    """16 legs are written and read, 17 are refused both ways; a ratio grows with each (F18)."""
    [leg] = ExchangeRate.of("EUR", "USD", "1.0850", on=DAY).legs
    path = (leg, leg.reversed) * 8
    rate = ExchangeRate(attrs.evolve(leg.pair, counter=leg.pair.base), path, DAY)
    assert CODEC.load(CODEC.dump(rate)) == rate
    longer = ExchangeRate(leg.pair, (*path, leg), DAY)
    with pytest.raises(DocumentNotWritable, match=r"data\.legs: more than 16"):
        CODEC.dump(longer)
    document = json.loads(CODEC.dump(rate))
    document["data"]["legs"] *= 500
    assert refusal(json.dumps(document)).path == "data.legs"


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("data", None, "data"),
        ("data", [], "data"),
        ("data.id", 3, "data.id"),
        ("data.id", None, "data.id"),
        ("data.number", ["R"], "data.number"),
        ("data.currency", "eur", "data.currency"),
        ("data.currency", {"code": "EUR"}, "data.currency"),
        ("data.issued_on", "2026-02-30", "data.issued_on"),
        ("data.issued_on", "20260302", "data.issued_on"),
        ("data.issued_on", "2026-W10-1", "data.issued_on"),
        ("data.issued_on", "2026-03-02T00:00:00", "data.issued_on"),
        ("data.lock", 3, "data.lock"),
        ("data.version", "0", "data.version"),
        ("data.version", True, "data.version"),
        ("data.version", None, "data.version"),
        ("data.lines", {}, "data.lines"),
        ("data.lines", "abc", "data.lines"),
        ("data.lines.1", [], "data.lines[1]"),
        ("data.lines.1.quantity", 3, "data.lines[1].quantity"),
        ("data.lines.1.quantity", "1e3", "data.lines[1].quantity"),
        ("data.lines.1.quantity", "NaN", "data.lines[1].quantity"),
        ("data.lines.1.quantity", " 3", "data.lines[1].quantity"),
        ("data.lines.1.quantity", "٣", "data.lines[1].quantity"),
        ("data.lines.1.quantity", "9" * 61, "data.lines[1].quantity"),
        ("data.lines.2.amount", "0", "data.lines[2].amount"),
        ("data.lines.2.amount", {"amount": 0, "currency": "JPY"}, "data.lines[2].amount"),
        ("data.lines.2.amount", {"amount": "0", "currency": 392}, "data.lines[2].amount"),
        ("data.lines.2.amount.amount", "0.5", "data.lines[2].amount"),
        ("data.lines.2.amount.amount", str(2**63), "data.lines[2].amount"),
        ("data.lines.2.amount.currency", "XAU", "data.lines[2].amount"),
        ("data.extras", [], "data.extras"),
        ("data.extras.check", True, "data.extras.check"),
        ("data.extras.check", {"check": 1}, "data.extras.check"),
        ("data.extras.check", {"check": True, "text": "x"}, "data.extras.check"),
        ("data.extras.check", {}, "data.extras.check"),
        ("data.extras.check", {"float": "1.5"}, "data.extras.check"),
        ("data.extras.number", {"number": "1.5"}, "data.extras.number"),
        ("data.extras.number", {"number": 15}, "data.extras.number"),
        ("data.extras.money", {"money": {"amount": "1.5"}}, "data.extras.money.amount"),
        ("data.extras.day", {"date": "today"}, "data.extras.day"),
        ("data.extras.text", {"text": "\ud800"}, "data.extras"),
        ("data.customer", "\ud800", "data.customer"),
    ],
)
def test_a_wrong_field_is_named_by_its_path(path: str, value: object, where: str) -> None:
    """Wrong types, numbers, days, codes and amounts are refused where they stand."""
    told = refusal(changed(path, value))
    if where == "data.extras.money.amount":
        assert (type(told), told.path) == (FieldMissing, "data.extras.money.currency")
    else:
        assert told.path.startswith(where)
    assert (told.schema, told.version) == ("fxcrm.invoice", 3)
    assert "invoice" in str(told)


def test_a_missing_field_is_not_filled_in() -> None:
    """Also one that has a default in the class: the document is not whole."""
    document = json.loads(TEXT)
    del document["data"]["lines"][0]["quantity"]
    told = refusal(json.dumps(document))
    assert (type(told), told.path) == (FieldMissing, "data.lines[0].quantity")
    del document["data"]["extras"]
    assert refusal(json.dumps(document)).path == "data.extras"


def test_a_field_that_nobody_knows_is_not_dropped() -> None:
    """It would be lost when the document is written again."""
    told = refusal(changed("data.lines.0.discount", "10"))
    assert (type(told), told.path) == (FieldUnknown, "data.lines[0].discount")


def test_a_message_shows_no_value_of_a_field() -> None:
    """Names of people stay out of messages and logs; paths and codes are shown."""
    told = refusal(changed("data.issued_on", "Zażółć Gęślą"))
    assert "Zażółć" not in str(told)


def test_every_rule_of_a_constructor_is_checked_again() -> None:
    """An entry that is off balance can not come in as a document either (D7a)."""
    entry = samples.entry("E-1", Money("1085", "USD"), Money("1000", "EUR"))
    text = CODEC.dump(entry).replace('"1000.00"', '"1000.01"', 1)
    with pytest.raises(DocumentUnfit, match="off balance") as caught:
        CODEC.load(text)
    assert isinstance(caught.value.__cause__, EntryUnbalanced)
    assert caught.value.path == "data"


def test_a_bag_holds_each_currency_once() -> None:
    """Two amounts of one currency, or a zero, are no bag as we write it."""
    text = CODEC.dump(MoneyBag.of(Money("1.00", "EUR"), Money("2.00", "USD")))
    for odd in (text.replace("USD", "EUR"), text.replace("2.00", "0.00")):
        assert refusal(odd).path == "data.amounts"


def test_other_schemas_and_newer_versions_are_refused() -> None:
    """What is not on the list is not guessed; what is newer asks for a newer library (F16)."""
    with pytest.raises(SchemaUnknown, match=r"'fxcrm\.parcel'") as unknown:
        CODEC.load(changed("schema", "fxcrm.parcel"))
    assert "fxcrm.invoice" in unknown.value.known
    with pytest.raises(SchemaTooNew, match="upgrade fxcrm") as newer:
        CODEC.load(changed("version", 4))
    assert (newer.value.version, newer.value.newest) == (4, 3)
    with pytest.raises(SchemaUnexpected):
        CODEC.load(TEXT, Order)
    with pytest.raises(NotADocument):
        CODEC.load(TEXT, Leg)


@pytest.mark.parametrize("odd", [None, 3, "x", {}, INVOICE.lines[0], samples.decisions()[0].pair])
def test_only_what_is_on_the_list_is_written(odd: object) -> None:
    """A line of an invoice is part of a document, and none by itself."""
    with pytest.raises(NotADocument):
        CODEC.dump(odd)


@attrs.frozen
class Deal(Invoice):
    """Looks like an invoice."""


def _inexact(line: DocumentLine) -> Any:
    return attrs.evolve(line, quantity=1.5)  # type: ignore[arg-type] # what no checker saw


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"number": 3}, "data.number"),
        ({"number": "\ud800"}, "data.number"),
        ({"currency": "JPY"}, "data.currency"),
        ({"issued_on": "2026-03-02"}, "data.issued_on"),
        ({"issued_on": datetime(2026, 3, 2, tzinfo=UTC)}, "data.issued_on"),
        ({"version": 1.0}, "data.version"),
        ({"version": 2**63}, "data.version"),
        ({"lines": (3,)}, "data.lines"),
        ({"lines": None}, "data.lines"),
        ({"lines": 3}, "data.lines"),
        ({"lines": (INVOICE.lines[1], _inexact(INVOICE.lines[0]))}, "[1].q"),
        ({"lines": (attrs.evolve(INVOICE.lines[0], amount=Money("0.5", "JPY")),)}, "[0].amount"),
        ({"lines": (attrs.evolve(INVOICE.lines[0], amount=Money(2**63, "JPY")),)}, "[0].amount"),
        ({"lines": (attrs.evolve(INVOICE.lines[0], quantity=Decimal("NaN")),)}, "[0].quantity"),
        ({"lines": (attrs.evolve(INVOICE.lines[0], quantity=Decimal("1E+99")),)}, "[0].quantity"),
        ({"extras": {FieldId("f"): 1.5}}, "data.extras"),
        ({"extras": {FieldId("f"): COINS.money("1", "BTC")}}, "data.extras"),
        ({"extras": None}, "data.extras"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(changes: dict[str, Any], path: str) -> None:
    """Floats, NaN, sub-minor and wide amounts, instants for days: refused with the path (M10)."""
    with pytest.raises(DocumentNotWritable) as caught:
        CODEC.dump(attrs.evolve(INVOICE, **changes))
    assert path in caught.value.path
    assert caught.value.schema == "fxcrm.invoice"


def test_a_subclass_is_no_document() -> None:
    """Types are exact: what a subclass adds would be lost."""
    fields = {one.name: getattr(INVOICE, one.name) for one in attrs.fields(Invoice)}
    with pytest.raises(NotADocument):
        CODEC.dump(Deal(**fields))


@pytest.mark.parametrize(
    "at",
    [
        samples.AT.replace(tzinfo=None),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=8))),
        "2026-03-02T16:00:00.123456+00:00",
    ],
)
def test_an_instant_without_a_place_in_utc_is_not_written(at: object) -> None:
    """A naive instant, one that UTC has no year for, and a text."""
    recorded = by_schema()["fxcrm.recorded-event"][0]
    with pytest.raises(DocumentNotWritable) as caught:
        CODEC.dump(attrs.evolve(recorded, at=at))
    assert caught.value.path == "data.at"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T16:00:00.123456",
        "2026-03-02T16:00:00+00:00",
        "2026-03-02T16:00:00.123456Z",
        "2026-03-02T21:30:00.123456+05:30",
        "2026-03-02 16:00:00.123456+00:00",
        "2026-03-02T16:00:60.123456+00:00",
        "0001-01-01T00:00:00.000000+14:00",
        1_772_467_200,
    ],
)
def test_an_instant_is_read_in_one_form(text: object) -> None:
    """UTC with microseconds; every other spelling is refused, so texts sort as instants do."""
    recorded = CODEC.dump(by_schema()["fxcrm.recorded-event"][0])
    assert refusal(changed("data.at", text, recorded)).path == "data.at"


@given(st.data())
def test_a_damaged_text_is_refused_or_read_whole(data: st.DataObject) -> None:
    """Characters cut, doubled or exchanged: our errors, or a value that is written alike."""
    at = data.draw(st.integers(0, len(TEXT) - 1))
    length = data.draw(st.integers(0, 12))
    inserted = data.draw(st.text('{}[]",:0129.eE-\\u\x00 aN', max_size=5))
    damaged = TEXT[:at] + inserted + TEXT[at + length :]
    try:
        value = CODEC.load(damaged)
    except FxcrmError:
        return
    assert CODEC.load(CODEC.dump(value)) == value


def test_reading_leaves_the_stack_alone() -> None:
    """Even where recursion is nearly used up, a deep text is an error of ours (F18)."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        with pytest.raises(DocumentUnreadable):
            CODEC.load("[" * 200_000)
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("details", [None, 3, {"by": 3}, {3: "by"}, {"by": "\ud800"}])
def test_details_of_an_event_are_texts(details: Any) -> None:
    """Anything else is neither written nor read."""
    event = samples.event("C-1")
    with pytest.raises(DocumentNotWritable, match=r"data\.details"):
        CODEC.dump(attrs.evolve(event, details=details))
    if details != {3: "by"}:
        assert refusal(changed("data.details", details, CODEC.dump(event))).path.startswith(
            "data.details"
        )


def test_days_are_days() -> None:
    """The first and the last day that there is go through."""
    for day in (date.min, date.max):
        event = attrs.evolve(samples.event("C-1"), on=day)
        assert CODEC.load(CODEC.dump(event)) == event
