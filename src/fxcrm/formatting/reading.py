"""Reading back an amount that a person has typed, strictly: nothing is repaired or guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple

from babel.core import Locale

from fxcrm._decimals import EXACT, LONGEST_NUMBER, ZERO
from fxcrm.currencies import ISO, KNOWN, Currency, CurrencyRegistry, known
from fxcrm.errors import InputRefused
from fxcrm.formatting.layouts import Layout, laid_out, number_layout
from fxcrm.formatting.locales import Key, key_of, locale_of
from fxcrm.money import Money, _made

LONGEST_TEXT: Final = 160

_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
_SIGNS: Final = {"-": "-", "\N{MINUS SIGN}": "-", "+": ""}
# Marks that only steer the direction of writing say nothing about the amount.
_MARKS: Final = "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
_PLAIN: Final = {**{ord(mark): "" for mark in _MARKS}, **{ord(space): " " for space in _SPACES}}
_NONE: Final[frozenset[str]] = frozenset()

_read = EXACT.create_decimal

# Symbols that CLDR gives to more than one currency, over all of its locales.
SHARED_SYMBOLS: Final = {
    "$": "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP FJD GYD JMD KYD LRD MXN NAD NZD SBD SGD "
    "SRD TTD TWD USD UYU XCD",
    "£": "FKP GBP GIP SHP SSP",
    "¥": "CNY JPY",
    "￥": "CNY JPY",
    "Br": "BYN ETB",
    "C$": "CAD NIO",
    "F": "FRF LUF",
    "ILS": "ILR ILS",
    "K": "MMK PGK ZMW",
    "L": "HNL MDL",
    "Rs": "INR MUR PKR SCR",
    "kr": "DKK EEK NOK SEK",
    "kr.": "DKK ISK",
    "\N{ZERO WIDTH SPACE}": "CVE PTE",
}


class MoneyTextRefused(InputRefused):
    """A text, or this part of it, is no amount as the locale writes it. Nothing is guessed."""

    given: str
    locale: str
    reason: str
    template: ClassVar[str] = "{given} is not understood in {locale:plain}: {reason:plain}"


class CurrencyNotNamed(InputRefused):
    """The text holds a number alone, and the call does not say in which currency."""

    locale: str
    template: ClassVar[str] = "the amount names no currency; say which with currency="


class AmbiguousSymbol(InputRefused):
    """A symbol or name that several currencies share, and the call does not say which."""

    symbol: str
    candidates: tuple[str, ...]
    template: ClassVar[str] = (
        "{symbol} may be any of {candidates}; say which with currency=, or write the code"
    )


class _Grammar(NamedTuple):
    """How one locale writes numbers and what it calls currencies; codes stand for themselves."""

    name: str
    number: re.Pattern[str]
    group: str
    minus_may_trail: bool
    symbols: dict[str, frozenset[str]]
    names: dict[str, frozenset[str]]
    units: tuple[str, ...]
    example: str


def parse_money(
    text: str,
    locale: str | Locale,
    currency: str | Currency | None = None,
    *,
    registry: CurrencyRegistry = ISO,
) -> Money:
    """The amount that a text states as this locale writes it, in any style but compact.

    Groups must be whole ("25.00" is refused in German, never 2500). Any no-break space may
    be typed as a space, a minus as a hyphen. The currency is named by code, symbol or name,
    before or after the number; ``currency`` says which one it has to be, and is needed where
    the text names none or a symbol that several currencies share ("$", "kr"). A name that
    carries years ("... (1977-1991)") is understood behind the number only.

    Raises ``MoneyTextRefused``, ``CurrencyNotNamed``, ``AmbiguousSymbol``; ``NumberRefused``
    for more than 40 digits; ``LocaleUnknown``, ``UnknownCurrency`` for the arguments.

    >>> parse_money("1.234,50 €", "de_DE")
    Money('1234.50', 'EUR')
    """
    key = locale if locale.__class__ is str else key_of(locale)
    if currency is not None and registry is ISO and text.__class__ is str:
        amount = _as_written(text, number_layout(key))
        if amount is not None:
            return _made(amount, KNOWN.get(currency) or known(currency))
    grammar = _grammar(key)
    if not isinstance(text, str):
        raise _refused(grammar, f"a {type(text).__name__}", "it is no text")
    found = grammar.number.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if found is None:
        raise _refused(grammar, text[:LONGEST_TEXT], _shape(grammar))
    lead, whole, decimals, trail = found.groups("")
    sign, meant = _read_around(key, lead, trail, currency, None if registry is ISO else registry)
    for separator in grammar.group:
        whole = whole.replace(separator, "")
    return Money(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}", meant)


def _as_written(text: str, layout: Layout) -> Decimal | None:
    """The number that a text states in groups of three, if writing it again gives that very text.

    Most texts are like this, and no grammar has to be asked about them. The proof is the
    comparison: whatever is left out, added or misplaced makes a difference.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    try:
        amount = _read(text.replace(layout.group, "").replace(layout.decimal, "."))
    except ArithmeticError:
        return None
    written = amount.__format__(",f")
    if layout.group != "," or layout.decimal != ".":
        whole, point, decimals = written.partition(".")
        written = whole.replace(",", layout.group) + (layout.decimal + decimals if point else "")
    if written != text or not amount.is_finite():
        return None
    return amount or ZERO


def _shape(grammar: _Grammar) -> str:
    return f"write one number like {grammar.example}, in at most {LONGEST_TEXT} characters"


@lru_cache(maxsize=4096)
def _read_around(
    key: Key,
    lead: str,
    trail: str,
    currency: str | Currency | None,
    other: CurrencyRegistry | None,
) -> tuple[str, Currency]:
    """Sign and currency from what stands before and after the number; ``other`` than ISO."""
    grammar, registry = _grammar(key), other or ISO
    sign, *parts = _sign_apart(_cleaned(lead), _cleaned(trail), grammar)
    markers = [part for part in parts if part]
    wanted = registry.currency(currency) if isinstance(currency, str) else currency
    if wanted is None:
        return sign, registry.currency(_only_code(markers, grammar, registry))
    for marker in markers:
        if wanted.code not in _meanings(marker, grammar, (*registry.own, wanted)):
            raise _refused(grammar, marker, f"it is not written like {wanted.code}")
    return sign, wanted


def _sign_apart(lead: str, trail: str, grammar: _Grammar) -> tuple[str, str, str]:
    """One sign at most: first, or between symbol and number, or as accounting brackets."""
    if lead[:1] == "(" and trail[-1:] == ")":
        return "-", lead[1:].strip(), trail[:-1].strip()
    if lead[:1] in _SIGNS:
        return _SIGNS[lead[0]], lead[1:].strip(), trail
    if lead[-1:] in _SIGNS:
        return _SIGNS[lead[-1]], lead[:-1].strip(), trail
    if grammar.minus_may_trail and trail[:1] in _SIGNS:
        return _SIGNS[trail[0]], lead, trail[1:].strip()
    return "", lead, trail


def _only_code(markers: list[str], grammar: _Grammar, registry: CurrencyRegistry) -> str:
    if not markers:
        raise CurrencyNotNamed(locale=grammar.name)
    meanings = [_meanings(marker, grammar, registry.own) for marker in markers]
    for marker, codes in zip(markers, meanings, strict=True):
        if not codes:
            raise _refused(grammar, marker, _shape(grammar))
    common = meanings[0].intersection(*meanings)
    if len(common) > 1:
        raise AmbiguousSymbol(symbol=" ".join(markers), candidates=tuple(sorted(common)))
    if not common:
        raise _refused(grammar, " ".join(markers), "it names two currencies")
    return min(common)


def _refused(grammar: _Grammar, given: str, reason: str) -> MoneyTextRefused:
    return MoneyTextRefused(given=given, locale=grammar.name, reason=reason)


def _meanings(marker: str, grammar: _Grammar, own: tuple[Currency, ...]) -> frozenset[str]:
    """The codes of all currencies that go by this code, symbol or name; often one, maybe none."""
    folded = marker.casefold()
    codes = {marker} if marker in ISO else set()
    codes.update(SHARED_SYMBOLS.get(marker, "").split())
    codes |= grammar.symbols.get(marker, _NONE) | grammar.names.get(folded, _NONE)
    for currency in own:
        if marker == currency.code or folded in _unit_texts(grammar.units, currency.name):
            codes.add(currency.code)
    return frozenset(codes)


@lru_cache(maxsize=256)
def _grammar(key: Key) -> _Grammar:
    """What Babel knows of a locale, turned round for reading."""
    known = locale_of(key)
    layout = number_layout(key)
    group, decimal = layout.group, layout.decimal
    alike = next((kind for kind in (_SPACES, _APOSTROPHES) if group in kind), group)
    standard, numbers = known.currency_formats["standard"], known.decimal_formats[None]
    sizes = {standard.grouping, numbers.grouping, known.currency_formats["accounting"].grouping}
    units = tuple(sorted(set(known._data["currency_unit_patterns"].values())))
    return _Grammar(
        name=str(known),
        number=_number(alike, decimal, sizes),
        group=alike,
        minus_may_trail="-" in standard.suffix[1],
        symbols=_turned((_cleaned(text), code) for code, text in known.currency_symbols.items()),
        names=_turned(_names(known, units)),
        units=units,
        example=laid_out("1,234,567", "89", layout),
    )


def _number(group: str, decimal: str, sizes: set[tuple[int, int]]) -> re.Pattern[str]:
    """Lead, whole digits, decimals, trail; groups are complete and never begin with a zero.

    Groups of three are understood everywhere, besides those of the locale's own patterns.
    """
    every = f"[{re.escape(group)}]"
    forms = [
        f"[1-9][0-9]{{0,{secondary - 1}}}(?:{every}[0-9]{{{secondary}}})*{every}[0-9]{{{primary}}}"
        for primary, secondary in sorted({(3, 3), *sizes})
        if primary <= 3
    ]
    whole = "|".join([*forms, "[0-9]+"])
    trail = r"((?!\W[0-9])[^0-9].*)?"  # what looks like one more group is no currency
    return re.compile(f"([^0-9]*)({whole})(?:{re.escape(decimal)}([0-9]+))?{trail}")


def _names(locale: Locale, units: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every name of every ISO currency, in all its plurals, as it stands beside a number."""
    plurals = locale._data["currency_names_plural"]
    for code in {*locale.currencies, *plurals}:
        for text in {locale.currencies.get(code, code), *plurals.get(code, {}).values()}:
            for unit in _unit_texts(units, text):
                yield unit, code


def _unit_texts(units: tuple[str, ...], name: str) -> set[str]:
    texts = (unit.replace("{0}", "").replace("{1}", name) for unit in units)
    return {_cleaned(text).casefold() for text in texts}


def _turned(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Codes by what stands for them, those of ISO 4217 only."""
    found: dict[str, set[str]] = {}
    for text, code in pairs:
        if code in ISO:
            found.setdefault(text, set()).add(code)
    return {text: frozenset(codes) for text, codes in found.items()}


def _cleaned(text: str) -> str:
    """Without marks of direction, with plain spaces and none at the ends."""
    return text.translate(_PLAIN).strip(" ")
