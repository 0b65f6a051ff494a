"""The canonical form: one value has one text, and nothing inexact gets in or out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm import encoding
from fxcrm.currencies import ISO, Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.encoding import (
    LARGEST_MINOR,
    NotReadable,
    NotStorable,
    decimal_from,
    decimal_text,
    decoded,
    encode,
    extras_from,
    extras_text,
    instant_from,
    instant_text,
    minor_of,
    money_from,
    money_record,
    texts_json,
)
from fxcrm.errors import FxcrmError
from fxcrm.events import Event, NaiveInstant
from fxcrm.extras import Value
from fxcrm.ids import FieldId
from fxcrm.money import AmountOutOfRange, Money, NumberRefused, SubMinorAmount
from fxcrm.selling import QuoteLine
from fxcrm.testing.contracts import samples

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=12).filter(
    lambda number: abs(number) < 10**40
)
MONEYS = st.builds(Money, DECIMALS, st.sampled_from(["EUR", "JPY", "BHD", "XAU"]))
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXTS, st.integers(-(10**50), 10**50), DECIMALS, st.booleans(), st.dates(), MONEYS
)
ZONES = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439))
INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001


@given(st.dictionaries(TEXTS.map(FieldId), VALUES))
def test_custom_fields_come_back_equal(extras: dict[FieldId, Value]) -> None:
    """Custom fields of every kind come back equal and of their type; order makes no difference."""
    text = extras_text(extras, ISO)
    found = extras_from(text, ISO)
    assert dict(found) == extras
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in extras.items()
    }
    assert extras_text(dict(reversed(list(extras.items()))), ISO) == text


@given(DECIMALS)
def test_decimals_keep_value_and_scale(number: Decimal) -> None:
    """A rate of 1.0850 stays 1.0850, without exponent (R1)."""
    text = decimal_text(number)
    assert "E" not in text
    assert Fraction(decimal_from(text)) == Fraction(number)
    assert decimal_text(decimal_from(text)) == text


@given(MONEYS, st.integers(0, 6))
def test_equal_amounts_have_one_text(money: Money, zeros: int) -> None:
    """Whatever the scale, equal amounts give equal records, and these come back equal (M2)."""
    whole, _, decimals = f"{money.amount:f}".partition(".")
    longer = Money(Decimal(f"{whole}.{decimals or '0'}{'0' * zeros}"), money.currency)
    assert longer == money
    assert money_record(longer, ISO) == money_record(money, ISO)
    assert money_from(money_record(money, ISO), ISO) == money


@given(st.lists(INSTANTS, min_size=2, max_size=2))
def test_instants_sort_as_their_texts(instants: list[datetime]) -> None:
    """Instants of any zone become UTC texts of one length, which sort as the instants do."""
    first, second = map(instant_text, instants)
    assert len(first) == len(second) == 32
    assert (first < second) == (instants[0] < instants[1])
    assert [instant_from(first), instant_from(second)] == instants
    assert instant_from(first).tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    """An instant without a zone has no text (F7)."""
    with pytest.raises(NaiveInstant):
        instant_text(datetime(2026, 3, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (0.5, NotStorable),
        ([1], NotStorable),
        (b"bytes", NotStorable),
        (Fraction(1, 2), NotStorable),
        (object(), NotStorable),
        ("\udfff", NotStorable),
        ({"field": 0.5}, NotStorable),
        ({"field": None}, NotStorable),
        ({"field": datetime(2026, 3, 2, tzinfo=UTC)}, NotStorable),
        ({"field": 10**61}, AmountOutOfRange),
        (Decimal("NaN"), NumberRefused),
        (Decimal("1E+61"), AmountOutOfRange),
        (Money("0.001", "EUR"), None),
    ],
)
def test_the_list_of_types_is_closed(value: Any, refusal: type[FxcrmError] | None) -> None:
    """What is not on the list is refused, a float first of all; an exact amount is on it."""
    if refusal is None:
        assert encode(value, ISO)
    else:
        with pytest.raises(refusal):
            encode(value, ISO)


def test_amounts_of_records_are_whole_and_of_64_bits() -> None:
    """Only a unit price may be finer than the minor unit (M10)."""
    line = QuoteLine("x", Decimal(1), Money("0.001", "EUR"))
    assert '"amount":"0.001"' in encode(line, ISO)
    case = samples.kinds()[9].aggregates[0]
    with pytest.raises(SubMinorAmount):
        encode(attrs.evolve(case, claimed=Money("0.001", "EUR")), ISO)
    for limit in (LARGEST_MINOR, -LARGEST_MINOR):
        assert minor_of(Money.from_minor(limit, "JPY")) == limit
    with pytest.raises(NotStorable):
        minor_of(Money.from_minor(LARGEST_MINOR + 1, "JPY"))


def test_a_day_is_no_instant() -> None:
    """Where a day belongs, an instant is refused; where an instant belongs, it is UTC text."""
    deal = samples.kinds()[3].aggregates[0]
    with pytest.raises(NotStorable):
        encode(attrs.evolve(deal, opened_on=samples.AT), ISO)
    assert '"known_at":"2026-03-02T16:00:00.123456+00:00"' in encode(samples.decisions()[-1], ISO)


def test_a_currency_leads_back_to_itself() -> None:
    """A currency of another registry is refused, though its code is known (M11)."""
    here = CurrencyRegistry("here").define("HCN", digits=8, name="Coin")
    there = CurrencyRegistry("there").define("HCN", digits=2, name="Coin")
    assert encode(here.currency("HCN"), here) == '"HCN"'
    for registry in (ISO, there):
        with pytest.raises(UnknownCurrency):
            encode(here.currency("HCN"), registry)
    assert encode(Currency("EUR"), there) == '"EUR"'


def test_pending_events_and_derived_values_are_left_out() -> None:
    """The text holds what makes two values equal: neither events nor the ratio of a rate."""
    customer = samples.kinds()[1].aggregates[0]
    assert customer.events
    assert encode(customer, ISO) == encode(attrs.evolve(customer, events=()), ISO)
    assert "ratio" not in encode(samples.decisions()[0], ISO)


@pytest.mark.parametrize("text", ["0.5", "[1e3]", "NaN", '{"a":Infinity}', "", "{", "1 2"])
def test_stored_floats_are_refused(text: str) -> None:
    """A number with a point or an exponent is no value of ours, nor is broken JSON."""
    with pytest.raises(NotReadable):
        decoded(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"f":{"check":"yes"}}',
        '{"f":{"number":"1.5"}}',
        '{"f":{"decimal":"1e5"}}',
        '{"f":{"money":{"amount":"x","currency":"EUR"}}}',
    ],
)
def test_damaged_custom_fields_are_refused(text: str) -> None:
    """A stored field that its kind can not hold is not turned into another value."""
    with pytest.raises(ValueError, match="stored text"):
        extras_from(text, ISO)


@pytest.mark.parametrize("text", ["", "1e3", "NaN", " 1", "1_0", "\u0661", "1.", "0x1", "9" * 64])
def test_stored_decimals_are_plain(text: str) -> None:
    """Only plain ASCII digits of bounded length are read."""
    with pytest.raises(NotReadable):
        decimal_from(text)


def test_texts_are_texts() -> None:
    """Details of events are texts under texts, sorted; anything else is refused."""
    assert texts_json({"b": "1", "a": "é"}) == '{"a":"é","b":"1"}'
    wrong: Any = {"a": 1}
    with pytest.raises(NotStorable):
        texts_json(wrong)


def test_the_text_is_canonical() -> None:
    """Sorted keys, no spaces, no escapes, and JSON that any reader understands."""
    event = Event("sold", "Ünit", date(2026, 3, 2), {"z": "1", "a": "2"})
    text = encode(event, ISO)
    details = '"details":{"a":{"text":"2"},"z":{"text":"1"}}'
    assert text == f'{{{details},"name":"sold","on":"2026-03-02","subject":"Ünit"}}'
    assert json.loads(text)["on"] == "2026-03-02"
    assert encoding.encode((None, True, 7), ISO) == "[null,true,7]"
