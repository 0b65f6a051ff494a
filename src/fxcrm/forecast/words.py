"""Reading conditions from words: ``amount > USD 5,000, stage = quoted or won and owner = lena``.

One pass from left to right, of bounded length (F18); every error names its place. Numbers have
one form everywhere: a point before the decimals, commas between thousands or none at all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError, InputRefused
from fxcrm.forecast.conditions import (
    DAYS,
    Condition,
    Days,
    DealFilter,
    Field,
    Operator,
    Value,
)
from fxcrm.money import Money
from fxcrm.stages import StageKind

MOST_CHARACTERS: Final = 1_000
MOST_CONDITIONS: Final = 32
MOST_VALUES: Final = 100

Plain: TypeAlias = str | Sequence[str] | Mapping[str, str | Sequence[str]]

_AND = "and"
_OR = "or"
_NONE = "none"
_COMMA = ","
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>-?[0-9]{1,3}(?:,[0-9]{3}){1,12}(?![0-9])(?:\.[0-9]{1,30})?
                |-?[0-9]{1,40}(?:\.[0-9]{1,30})?)(?=[\s,]|$)
    | "(?P<quoted>[^"]{0,200})"
    | (?P<operator><=|>=|!=|<|>|=)
    | (?P<comma>,)
    | (?P<word>[^\s,"<>=!]{1,200})
    )""",
    re.VERBOSE,
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?", re.ASCII)
_NUMBER = re.compile(r"-?[0-9,]{1,60}(?:\.[0-9]{1,30})?", re.ASCII)


class ConditionRefused(InputRefused):
    """Words that are no condition; ``place`` is the column, from 1, or the key of a dictionary."""

    place: str
    reason: str
    template = "the condition can not be read at {place:plain}: {reason:plain}"


class Token(NamedTuple):
    """A piece of the text: what it is, what it says, and its column from 1."""

    kind: str
    text: str
    column: int


def read_filter(text: str) -> DealFilter:
    """The conditions of a text, all of which must hold. Raises `ConditionRefused`."""
    if len(text) > MOST_CHARACTERS:
        reason = f"at most {MOST_CHARACTERS} characters are read"
        raise ConditionRefused(place=f"column {MOST_CHARACTERS + 1}", reason=reason)
    return DealFilter(_Reader(_tokens(text), len(text) + 1).conditions())


def filter_of(plain: Mapping[str, Plain]) -> DealFilter:
    """The same from a dictionary: ``{"amount": {">": "USD 5000"}, "stage": ["quoted", "won"]}``.

    A text or a list of texts means ``=``; a dictionary names operators. Raises
    `ConditionRefused`.
    """
    conditions: list[Condition] = []
    for name, said in plain.items():
        field = _field(name, name)
        by_operator = said if isinstance(said, Mapping) else {"=": said}
        for sign, given in by_operator.items():
            place = f"{name}.{sign}" if isinstance(said, Mapping) else name
            conditions.append(_plain_condition(field, str(sign), given, place))
    _few(conditions, "the dictionary")
    return DealFilter(tuple(conditions))


def _plain_condition(field: Field, sign: str, given: str | Sequence[str], place: str) -> Condition:
    try:
        operator = Operator(sign)
    except ValueError:
        known = " ".join(one.value for one in Operator)
        raise ConditionRefused(place=place, reason=f"an operator is one of {known}") from None
    texts = [given] if isinstance(given, str) else list(given)
    for one in texts:
        if not isinstance(one, str):
            raise ConditionRefused(place=place, reason="values are texts, as in 'USD 5000'")
        if len(one) > MOST_CHARACTERS:
            raise ConditionRefused(place=place, reason=f"at most {MOST_CHARACTERS} characters")
    values = tuple(_value(field, one, place) for one in texts)
    return _checked(Condition(field, operator, values), place)


def _tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            reason = "a quotation mark is not closed" if text[at] == '"' else "this is no word"
            raise ConditionRefused(place=f"column {at + 1}", reason=reason)
        kind = found.lastgroup
        tokens.append(Token(kind, found.group(kind), found.start(kind) + 1))
        at = found.end()
    return tuple(tokens)


class _Reader:
    """Walks the pieces once, from left to right."""

    def __init__(self, tokens: tuple[Token, ...], end: int) -> None:
        self._tokens, self._at = tokens, 0
        self._end = Token("end", "", end)

    def conditions(self) -> tuple[Condition, ...]:
        """Conditions, with a comma or ``and`` between them."""
        if not self._tokens:
            return ()
        found = [self._condition()]
        while (token := self._next()).kind != "end":
            if token.kind != "comma" and not _says(token, _AND):
                raise _refused(token, "here comes 'and', a comma, or the end")
            found.append(self._condition())
            _few(found, f"column {token.column}")
        return tuple(found)

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _condition(self) -> Condition:
        name = self._next()
        if name.kind != "word":
            raise _refused(name, f"a condition begins with one of {_names(Field)}")
        field = _field(name.text, f"column {name.column}")
        sign = self._next()
        if sign.kind != "operator" and not _says(sign, Operator.BETWEEN.value):
            raise _refused(sign, "here comes one of = != < <= > >= between")
        operator = Operator(sign.text.lower())
        values = [self._value(field, None)]
        if operator is Operator.BETWEEN:
            middle = self._next()
            if not _says(middle, _AND):
                raise _refused(middle, "between has two values, with 'and' between them")
            values.append(self._value(field, values[0]))
        while operator is not Operator.BETWEEN and _says(self._peek(), _OR):
            self._next()
            values.append(self._value(field, values[0]))
        return _checked(Condition(field, operator, tuple(values)), f"column {sign.column}")

    def _value(self, field: Field, before: Value) -> Value:
        token = self._next()
        place = f"column {token.column}"
        if field is not Field.AMOUNT:
            if token.kind not in ("word", "quoted", "number"):
                raise _refused(token, f"here comes a value for {field.value}")
            return _value(field, token.text, place)
        if token.kind == "number" and isinstance(before, Money):
            return _amount(before.currency.code, token.text, place)
        number = self._next() if token.kind == "word" else token
        if token.kind != "word" or number.kind != "number":
            wrong = number if token.kind == "word" else token
            raise _refused(wrong, "an amount is a currency and a number, as in USD 5,000")
        return _amount(token.text, number.text, place)


def _says(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.lower() == word


def _refused(token: Token, reason: str) -> ConditionRefused:
    return ConditionRefused(place=f"column {token.column}", reason=reason)


def _names(of: Iterable[Field]) -> str:
    return ", ".join(one.value for one in of)


def _few(conditions: Sequence[Condition], place: str) -> None:
    if len(conditions) > MOST_CONDITIONS:
        raise ConditionRefused(place=place, reason=f"at most {MOST_CONDITIONS} conditions are read")


def _field(name: str, place: str) -> Field:
    try:
        return Field(name.lower())
    except ValueError:
        reason = f"a condition begins with one of {_names(Field)}"
        raise ConditionRefused(place=place, reason=reason) from None


def _value(field: Field, text: str, place: str) -> Value:
    if field is Field.AMOUNT:
        code, _, number = text.strip().partition(" ")
        if not _NUMBER.fullmatch(number.strip()):
            reason = "an amount is a currency and a number, as in USD 5,000"
            raise ConditionRefused(place=place, reason=reason)
        return _amount(code, number.strip(), place)
    if field in DAYS:
        return _days(text, place)
    if field is Field.CURRENCY:
        return _currency(text, place).code
    if field is Field.STATE and text not in {one.value for one in StageKind}:
        raise ConditionRefused(place=place, reason="a state is open, won or lost")
    return text


def _currency(code: str, place: str) -> Currency:
    try:
        return Currency(code)
    except FxcrmError as failure:
        raise ConditionRefused(place=place, reason=str(failure)) from None


def _amount(code: str, number: str, place: str) -> Money:
    """An amount; more decimals than its currency has look like thousands, and are refused."""
    currency = _currency(code, place)
    whole, _, decimals = number.partition(".")
    groups = whole.lstrip("-").split(_COMMA)
    if len(groups) > 1 and any(len(one) != 3 for one in groups[1:]):
        raise ConditionRefused(place=place, reason="commas stand between thousands: 5,000")
    digits = currency.digits
    if digits is not None and len(decimals) > digits:
        reason = (
            f"{currency.code} has {digits} decimals, {number} has {len(decimals)}; "
            "a point stands before decimals, commas between thousands: 5,000"
        )
        raise ConditionRefused(place=place, reason=reason)
    try:
        return Money(number.replace(_COMMA, ""), currency)
    except FxcrmError as failure:
        raise ConditionRefused(place=place, reason=str(failure)) from None


def _days(text: str, place: str) -> Days | None:
    if text.lower() == _NONE:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        if len(text) > len("2026-03"):
            day = date.fromisoformat(text)
            return Days(day, day)
        first = date.fromisoformat(f"{text}-01")
        return Days(first, first.replace(day=monthrange(first.year, first.month)[1]))
    except ValueError:
        reason = "a day is written 2026-03-31, a month 2026-03, no day at all none"
        raise ConditionRefused(place=place, reason=reason) from None


def _checked(condition: Condition, place: str) -> Condition:
    """A condition that makes sense: order where there is one, as many values as it takes."""
    field, operator, values = condition.field, condition.operator, condition.values
    is_equality = operator in (Operator.EQUAL, Operator.UNEQUAL)
    wanted = 2 if operator is Operator.BETWEEN else 1
    reason = ""
    if field not in (*DAYS, Field.AMOUNT) and not is_equality:
        reason = f"{field.value} compares with = and != alone"
    elif not values or len(values) > MOST_VALUES:
        reason = f"a condition has 1 to {MOST_VALUES} values"
    elif len(values) != wanted and (not is_equality or field is Field.AMOUNT):
        reason = f"{operator.value} takes {wanted} of them here"
    elif None in values and (not is_equality or len(values) > 1):
        reason = "none compares with = and != alone"
    elif len({one.currency for one in values if isinstance(one, Money)}) > 1:
        reason = "both amounts are in one currency"
    if reason:
        raise ConditionRefused(place=place, reason=reason)
    return condition
