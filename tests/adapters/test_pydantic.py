"""Money and currencies as fields of pydantic models: exact in, exact out; any context (M1)."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from fxcrm.adapters.pydantic import CurrencyField, CurrencySchema, MoneyField, MoneySchema
from fxcrm.currencies import Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.errors import FxcrmError
from fxcrm.interchange import MoneyRefused
from fxcrm.money import Money, NumberRefused
from fxcrm.testing.strategies import currencies, money, refused_numbers
from tests.ambient import any_context as any_context

COINS = CurrencyRegistry("house coins").define("BTC", digits=8, name="Bitcoin")
MONEY = TypeAdapter[Money](MoneyField)
CURRENCY = TypeAdapter[Currency](CurrencyField)
COIN = TypeAdapter[Money](Annotated[Money, MoneySchema(registry=COINS)])
EUROS = TypeAdapter[Money](Annotated[Money, MoneySchema(currency="EUR")])
PRICE = Money("19.99", "EUR")
RECORD = {"amount": "19.99", "currency": "EUR"}


class Offer(BaseModel):
    """A model with every place in which an amount may stand."""

    price: MoneyField
    fee: MoneyField | None = None
    tip: MoneyField = Field(default="EUR 0.00", validate_default=True)
    lines: list[MoneyField] = []
    limits: dict[CurrencyField, MoneyField] = {}
    pay_in: CurrencyField = Field(default="EUR", validate_default=True)


def refusal(adapter: TypeAdapter[Any], value: object) -> FxcrmError:
    """The error of ours inside of the one that pydantic raises."""
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(value)
    [told] = refused.value.errors()
    error = told["ctx"]["error"]
    assert isinstance(error, FxcrmError)
    assert str(error) in told["msg"]
    return error


def schema_of(adapter: TypeAdapter[Any], **mode: Any) -> dict[str, Any]:
    """The JSON schema, once it is known to be JSON."""
    return dict(json.loads(json.dumps(adapter.json_schema(**mode))))


@pytest.mark.parametrize("value", [PRICE, RECORD, "EUR 19.99"])
def test_an_amount_comes_in_three_forms(value: object) -> None:
    """Money itself, a record of two texts, and one text lead to equal amounts."""
    assert MONEY.validate_python(value) == PRICE


def test_json_is_read_without_python_objects() -> None:
    """The same holds for JSON text, in which pydantic meets plain values only."""
    assert MONEY.validate_json('{"amount": "19.99", "currency": "EUR"}') == PRICE
    assert MONEY.validate_json('"EUR 19.99"') == PRICE


@given(money(extra_digits=6), currencies())
def test_what_is_written_is_read_back(amount: Money, currency: Currency) -> None:
    """Any amount, also with more digits than its currency, survives JSON (M10)."""
    assert MONEY.validate_json(MONEY.dump_json(amount)) == amount
    assert CURRENCY.validate_json(CURRENCY.dump_json(currency)) is currency
    assert json.loads(MONEY.dump_json(amount)) == amount.to_json()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (19.99, MoneyRefused),
        (1999, MoneyRefused),
        (True, MoneyRefused),
        (None, MoneyRefused),
        (b"EUR 19.99", MoneyRefused),
        (["19.99", "EUR"], MoneyRefused),
        ("19.99", MoneyRefused),
        ("19.99 EUR", UnknownCurrency),
        ("EUR 1e5", NumberRefused),
        ("EUR 1_000", NumberRefused),
        ("EUR NaN", NumberRefused),
        ("eur 1.00", UnknownCurrency),
        ("XXZ 1.00", UnknownCurrency),
        pytest.param("EUR " + "1" * 10_000_000, MoneyRefused, id="ten million digits"),
        ({"amount": 19.99, "currency": "EUR"}, MoneyRefused),
        ({"amount": 19, "currency": "EUR"}, MoneyRefused),
        ({"amount": "19.99"}, MoneyRefused),
        ({"amount": "19.99", "currency": "EUR", "vat": "19"}, MoneyRefused),
        ({"amount": "1e5", "currency": "EUR"}, NumberRefused),
        ({"amount": "1" * 41, "currency": "EUR"}, NumberRefused),
        ({"amount": "1", "currency": "BTC"}, UnknownCurrency),
        (COINS.money("1", "BTC"), UnknownCurrency),
    ],
)
def test_everything_else_is_refused_with_the_reason(value: object, error: type[FxcrmError]) -> None:
    """Numbers, half records, unknown codes: a ``ValidationError`` with our error inside (M3)."""
    assert type(refusal(MONEY, value)) is error


@pytest.mark.parametrize("text", ['{"amount": 19.99, "currency": "EUR"}', "19.99", "1e400", "19"])
def test_a_number_in_json_is_refused(text: str) -> None:
    """What was a float for a moment is not taken as an amount (M3)."""
    with pytest.raises(ValidationError, match=r"never a number|a record is two texts"):
        MONEY.validate_json(text)


@pytest.mark.parametrize("value", ["eur", "XXZ", "BTC", "", 978, None, 1.5, ["EUR"]])
def test_unknown_codes_are_refused(value: object) -> None:
    """A currency is one of the registry or a ``ValidationError``; numbers are no codes."""
    assert type(refusal(CURRENCY, value)) is UnknownCurrency


def test_a_currency_is_its_code() -> None:
    """Code in, the one object of that currency out, and code in JSON."""
    assert CURRENCY.validate_python("JPY") is CURRENCY.validate_python(Currency("JPY"))
    assert CURRENCY.dump_python(Currency("JPY")) is Currency("JPY")
    assert CURRENCY.dump_json(Currency("JPY")) == b'"JPY"'


def test_own_currencies_come_from_the_registry_that_was_named() -> None:
    """The registry decides which codes there are, for amounts and for currencies (M11)."""
    coin = COINS.money("0.5", "BTC")
    assert COIN.validate_json(COIN.dump_json(coin)) == COIN.validate_python(coin) == coin
    assert COIN.validate_python("EUR 19.99") == PRICE
    house = TypeAdapter[Currency](Annotated[Currency, CurrencySchema(COINS)])
    assert house.validate_python("BTC") is coin.currency
    other = CurrencyRegistry("other coins").define("BTC", digits=4, name="Bitcoin")
    assert type(refusal(COIN, other.money("0.5", "BTC"))) is UnknownCurrency
    assert type(refusal(house, other.currency("BTC"))) is UnknownCurrency


@pytest.mark.parametrize("value", ["USD 1.00", Money(1, "USD"), {"amount": "1", "currency": "USD"}])
def test_one_currency_alone_may_be_asked_for(value: object) -> None:
    """Every form is held to the currency that the field names."""
    assert EUROS.validate_python("EUR 19.99") == PRICE
    assert "is to be in EUR" in str(refusal(EUROS, value))


def test_a_field_of_an_unknown_currency_can_not_be_defined() -> None:
    """The mistake shows where the model is written, not when the first amount comes."""
    with pytest.raises(UnknownCurrency):
        MoneySchema(currency="EURO")
    assert MoneySchema(COINS, "BTC").read("BTC 1").currency is COINS.currency("BTC")


def test_a_model_holds_amounts_wherever_it_likes() -> None:
    """Optional fields, lists, keys and values of mappings, and defaults."""
    given_json = {"price": RECORD, "lines": ["JPY 5", "EUR 1.005"], "limits": {"USD": "USD 9.00"}}
    offer = Offer.model_validate_json(json.dumps(given_json))
    assert offer.lines == [Money(5, "JPY"), Money("1.005", "EUR")]
    assert offer.limits == {Currency("USD"): Money(9, "USD")}
    assert (offer.fee, offer.tip, offer.pay_in) == (None, Money(0, "EUR"), Currency("EUR"))
    assert Offer.model_validate_json(offer.model_dump_json()) == offer
    assert pickle.loads(pickle.dumps(offer)) == copy.deepcopy(offer) == offer  # noqa: S301


def test_python_keeps_the_objects_and_json_gets_texts() -> None:
    """``model_dump`` is for Python, its JSON mode for the wire; no number is written (M3)."""
    offer = Offer(price=PRICE, limits={Currency("JPY"): Money(5, "JPY")})
    assert offer.model_dump()["price"] is PRICE
    written = offer.model_dump(mode="json")
    assert written["price"] == RECORD
    assert written["limits"] == {"JPY": {"amount": "5", "currency": "JPY"}}
    assert written["pay_in"] == "EUR"


def test_the_schema_of_what_comes_in_names_both_forms() -> None:
    """Validation takes a record of two texts or one text; neither has room for a number."""
    record, text = schema_of(MONEY)["anyOf"]
    assert record["required"] == ["amount", "currency"]
    assert record["additionalProperties"] is False
    assert {one["type"] for one in record["properties"].values()} == {"string"}
    assert text["type"] == "string"


def test_the_schema_of_what_goes_out_is_the_record_alone() -> None:
    """Who reads an answer finds one form."""
    schema = schema_of(MONEY, mode="serialization")
    assert schema["type"] == "object"
    assert sorted(schema["properties"]) == ["amount", "currency"]
    assert schema_of(CURRENCY)["pattern"] == "^[A-Z]{3}$"


def test_the_schema_of_a_model_shows_defaults() -> None:
    """A default given as text stands in both schemas, as it would be sent and as it is written."""
    sent = Offer.model_json_schema()["properties"]
    written = Offer.model_json_schema(mode="serialization")["properties"]
    assert (sent["tip"]["default"], sent["pay_in"]["default"]) == ("EUR 0.00", "EUR")
    assert written["tip"]["default"] == {"amount": "0.00", "currency": "EUR"}
    assert written["pay_in"]["default"] == "EUR"


def test_the_schema_knows_own_codes_and_the_one_that_is_asked_for() -> None:
    """Codes of a registry are listed beside those of ISO; one currency alone is a constant."""
    record, text = schema_of(COIN)["anyOf"]
    assert record["properties"]["currency"]["pattern"] == "^([A-Z]{3}|BTC)$"
    assert re.fullmatch(text["pattern"], "BTC 0.5")
    record, text = schema_of(EUROS)["anyOf"]
    assert record["properties"]["currency"]["const"] == "EUR"
    assert not re.fullmatch(text["pattern"], "USD 1.00")


@given(st.from_regex(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", fullmatch=True), refused_numbers())
def test_the_schema_says_what_is_taken(number: str, refused: str) -> None:
    """A number that fits the schema is taken, and one that is refused does not fit it."""
    amount = schema_of(MONEY)["anyOf"][0]["properties"]["amount"]

    def fits(text: str) -> bool:
        return len(text) <= amount["maxLength"] and bool(re.fullmatch(amount["pattern"], text))

    if fits(number):
        record = {"amount": number, "currency": "EUR"}
        assert MONEY.validate_python(record) == MONEY.validate_python(f"EUR {number}")
    assert not fits(refused)
