"""How the value of one field is written and read: a pair of functions for each type.

The list of types is closed, and every reader takes the JSON type it expects and no other: a
number is no text, a yes is no number. `Unfit` is for within this package; ``documents``
adds schema and path to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from typing import Any, Final

import attrs

from fxcrm._decimals import exact_decimal, padded
from fxcrm.adapters.codec.parsing import LARGEST_WHOLE
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.encoding import (
    code_of,
    decimal_from,
    decimal_text,
    instant_text,
    minor_of,
)
from fxcrm.extras import Extras, FieldKind
from fxcrm.extras.values import kind_of
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

_AMOUNT: Final = frozenset({"amount", "currency"})
_AMOUNTS: Final = frozenset({"amounts"})
_MOST_CODES: Final = 512
_LONGEST_AMOUNT: Final = 63  # what `decimal_from` takes: 60 digits, a sign, "0."
_INSTANT_LENGTH: Final = len("2026-03-02T16:00:00.123456+00:00")


class Unfit(Exception):
    """A value that does not fit its field; ``at`` leads from the field to where it stands."""

    def __init__(self, reason: str, at: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Missing(Unfit):
    """A field that is not there."""


class Surplus(Unfit):
    """A field that nobody knows."""


@attrs.frozen
class Form:
    """How values of one type are read and written, and the words that describe them."""

    read: Read
    write: Write
    words: str


def record_of(data: Any, names: frozenset[str]) -> dict[str, Any]:
    """The record itself, once it is known to have these fields and no others. Raises `Unfit`."""
    if type(data) is not dict:
        raise Unfit("a record of fields is expected")
    if data.keys() != names:
        for name in sorted(names - data.keys()):
            raise Missing("the field is missing", f".{name}")
        raise Surplus("no such field is known", f".{min(data.keys() - names)}")
    return data


def of_type(value: Any, kind: type[Any], expected: str) -> Any:
    """The value itself, once it is known to be exactly of this type. Raises `Unfit`."""
    if type(value) is not kind:
        raise Unfit(f"{expected} is expected")
    return value


def text(value: Any) -> str:
    """A text that files can hold, on the way in and on the way out alike.

    Which characters a store can keep is the store's own business.
    """
    if type(value) is not str:
        raise Unfit("a text is expected")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unfit("the text holds half of a surrogate pair") from None
    return value


def whole(value: Any) -> int:
    """A whole number of 64 bits."""
    if type(value) is not int or abs(value) > LARGEST_WHOLE:
        raise Unfit("a whole number of 64 bits is expected")
    return value


def check(value: Any) -> bool:
    """A yes or no."""
    return bool(of_type(value, bool, "true or false"))


def _day_in(data: Any) -> date:
    try:
        day = date.fromisoformat(of_type(data, str, "a day as text"))
        if day.isoformat() == data:
            return day
    except ValueError:
        pass
    raise Unfit('a day like "2026-03-02" is expected')


def _day_out(day: Any) -> str:
    return str(of_type(day, date, "a day").isoformat())


def _instant_in(data: Any) -> datetime:
    try:
        written = of_type(data, str, "an instant as text")
        if len(written) == _INSTANT_LENGTH and written.endswith("+00:00"):
            instant = datetime.fromisoformat(written)
            if instant_text(instant) == data:
                return instant
    except ValueError:
        pass
    raise Unfit('an instant like "2026-03-02T16:00:00.123456+00:00" is expected, in UTC')


def _instant_out(instant: Any) -> str:
    try:
        return instant_text(of_type(instant, datetime, "an instant"))
    except OverflowError:
        raise Unfit("there is no such instant in UTC") from None


def _decimal_in(data: Any) -> Decimal:
    return exact_decimal(decimal_from(of_type(data, str, "a decimal as text")))


def _decimal_out(number: Any) -> str:
    return decimal_text(of_type(number, Decimal, "a Decimal"))


def _number_in(data: Any) -> int:
    units, fraction = _decimal_in(data).as_integer_ratio()
    if fraction != 1:
        raise Unfit("a whole number as text is expected")
    return units


def currency_form(registry: CurrencyRegistry) -> Form:
    """Currencies as their codes, by the registry (M11); a code seen before is one look-up."""
    known = lru_cache(_MOST_CODES)(registry.currency)
    coded = lru_cache(_MOST_CODES)(partial(code_of, registry=registry))

    def read(data: Any) -> Currency:
        return known(of_type(data, str, "a currency code"))

    def write(currency: Any) -> str:
        return coded(of_type(currency, Currency, "a Currency"))

    return Form(read, write, "currency code")


def exact_form(currency: Form) -> Form:
    """Amounts with as many decimals as they have; equal amounts are written alike."""
    of_code, code_of = currency.read, currency.write

    def read(data: Any) -> Money:
        if type(data) is dict and data.keys() == _AMOUNT:
            amount, code = data["amount"], data["currency"]
            if type(amount) is str and type(code) is str:
                return Money(decimal_from(amount), of_code(code))
        record_of(data, _AMOUNT)
        raise Unfit('two texts are expected, {"amount": "19.99", "currency": "EUR"}')

    def write(money: Any) -> dict[str, str]:
        code = code_of(of_type(money, Money, "a Money").currency)
        amount = padded(money.amount, money.currency.digits or 0)
        if len(amount) > _LONGEST_AMOUNT:
            amount = padded(money.amount, 0)  # without the zeros of the minor unit
        return {"amount": amount, "currency": code}

    return Form(read, write, "exact amount")


def whole_form(exact: Form) -> Form:
    """Amounts of whole minor units, 64 bits of them (M10)."""

    def read(data: Any) -> Money:
        money: Money = exact.read(data)
        minor_of(money)
        return money

    def write(money: Any) -> Any:
        minor_of(of_type(money, Money, "a Money"))
        return exact.write(money)

    return Form(read, write, "amount in whole minor units")


def bag_form(exact: Form) -> Form:
    """Bags as the list of their amounts, each currency once and none at zero."""

    def read(data: Any) -> MoneyBag:
        listed = of_type(record_of(data, _AMOUNTS)["amounts"], list, "a list")
        bag = MoneyBag.of(*map(exact.read, listed))
        if len(bag) < len(listed):
            raise Unfit("a bag holds each currency once, and no zeros", ".amounts")
        return bag

    def write(bag: Any) -> Any:
        return {"amounts": [exact.write(one) for one in of_type(bag, MoneyBag, "a MoneyBag")]}

    return Form(read, write, "exact amounts, each currency once")


def enum_form(kind: type[Enum]) -> Form:
    """Members of an enumeration as their values."""
    members = {one.value: one for one in kind}
    listed = ", ".join(sorted(members))

    def read(data: Any) -> Enum:
        found = members.get(data) if type(data) is str else None
        return of_type(found, kind, f"one of {listed}")  # type: ignore[no-any-return]

    def write(member: Any) -> Any:
        return of_type(member, kind, f"one of {listed}").value

    return Form(read, write, f"one of {listed}")


def texts_form() -> Form:
    """A mapping of text to text."""

    def read(data: Any) -> Mapping[str, str]:
        held = of_type(data, dict, "a record of texts").items()
        return FrozenMap({text(name): _within(text, one, name) for name, one in held})

    def write(texts: Any) -> dict[str, str]:
        if not isinstance(texts, Mapping):
            raise Unfit("a mapping of text to text is expected")
        return {text(name): _within(text, one, name) for name, one in texts.items()}

    return Form(read, write, "record of texts")


def extras_form(exact: Form) -> Form:
    """Custom fields, each value under the name of its kind, so that reading needs no schema."""
    forms = {
        FieldKind.TEXT.value: Form(text, text, ""),
        FieldKind.NUMBER.value: Form(_number_in, lambda value: decimal_text(Decimal(value)), ""),
        FieldKind.DECIMAL.value: DECIMAL,
        FieldKind.CHECK.value: CHECK,
        FieldKind.DATE.value: DAY,
        FieldKind.MONEY.value: exact,
    }

    def untagged(tagged: Any) -> Any:
        if type(tagged) is not dict or len(tagged) != 1 or not tagged.keys() <= forms.keys():
            raise Unfit(f"one value is expected under one of {', '.join(forms)}")
        [(kind, value)] = tagged.items()
        return forms[kind].read(value)

    def tagged(value: Any) -> dict[str, Any]:
        kind = kind_of(value).value
        return {kind: forms[kind].write(value)}

    def read(data: Any) -> Extras:
        held = of_type(data, dict, "a record of custom fields").items()
        return FrozenMap({FieldId(text(id)): _within(untagged, one, id) for id, one in held})

    def write(extras: Any) -> dict[str, Any]:
        if not isinstance(extras, Mapping):
            raise Unfit("a mapping of custom fields is expected")
        return {text(id): _within(tagged, one, id) for id, one in extras.items()}

    return Form(read, write, "custom fields")


def _within(step: Callable[[Any], Any], value: Any, name: str) -> Any:
    """The step's answer; what does not fit is told with the name it stands under."""
    try:
        return step(value)
    except Unfit as unfit:
        unfit.at = f".{name}{unfit.at}"
        raise


TEXT: Final = Form(text, text, "text")
WHOLE: Final = Form(whole, whole, "whole number")
CHECK: Final = Form(check, check, "true or false")
DAY: Final = Form(_day_in, _day_out, "day")
INSTANT: Final = Form(_instant_in, _instant_out, "instant in UTC")
DECIMAL: Final = Form(_decimal_in, _decimal_out, "decimal as text")
