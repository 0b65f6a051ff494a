"""Money as people write it, by locale, and strictly read back.

CLDR's patterns, symbols and names come from Babel, the only place in the core that asks it.
They are taken apart once per locale, currency and style; from then on an amount is put
together from its own decimal text, so that neither its length nor the caller's decimal
context matters (M1), and nothing is rounded unless the call names a rounding (M10).

Two things differ from Babel's own output. A letter never touches a digit: CLDR asks for a
no-break space in "CHF 5.00", which Babel leaves out. And the decimals are those of ISO 4217
plus whatever more the amount has, not the rounded ones of CLDR.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar, Final, Literal, NamedTuple

from babel.core import Locale, UnknownLocaleError
from babel.numbers import (
    NumberPattern,
    get_decimal_symbol,
    get_group_symbol,
)

from fxcrm._decimals import padded
from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.errors import CallError, InputRefused
from fxcrm.money import AmountOutOfRange, Money, RationalMoney, Rounding

Style = Literal["symbol", "code", "name", "accounting", "compact"]

LONGEST_TEXT: Final = 160

_LOCALE_NAME: Final = re.compile(r"[A-Za-z]{2,8}(?:[_-][A-Za-z0-9]{1,8}){0,3}", re.ASCII)
_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
_SIGNS: Final = {"-": "-", "\N{MINUS SIGN}": "-", "+": ""}
# Marks that only steer the direction of writing say nothing about the amount.
_MARKS: Final = "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
_PLAIN: Final = {**{ord(mark): "" for mark in _MARKS}, **{ord(space): " " for space in _SPACES}}
_NONE: Final[frozenset[str]] = frozenset()

# Room for every amount; the plural rules of Babel calculate in the current context.
_ROOMY: Final = Context(prec=250)

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


class LocaleUnknown(InputRefused):
    """CLDR, as far as Babel carries it, has no such locale. None is assumed instead."""

    locale: object
    template: ClassVar[str] = '{locale} is no known locale; write it like "de_DE" or "en"'


class StyleUnknown(CallError):
    """There are five styles."""

    style: object
    template: ClassVar[str] = (
        "{style} is no style of writing money; take symbol, code, name, accounting or compact"
    )


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


class _Layout(NamedTuple):
    """How amounts of one currency are written in one locale and style."""

    before: str
    after: str
    before_negative: str
    after_negative: str
    decimal: str
    group: str
    sizes: tuple[int, int]
    digits: int


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


def format_money(
    money: Money,
    locale: str | Locale,
    style: Style = "symbol",
    *,
    digits: int | None = None,
    rounding: Rounding | None = None,
) -> str:
    r"""The amount as the locale writes it.

    ``style``     "symbol" €1,234.50; "code" EUR 1,234.50; "name" 1,234.50 euros;
                  "accounting" (€1,234.50) for negatives where the locale does so;
                  "compact" €1K, a shorthand with ``digits`` decimals, none by default
    ``digits``    exactly so many decimals (at most so many in compact). Without it: those of
                  the currency and all further ones that the amount has, so nothing is lost
    ``rounding``  to be named where the amount has more decimals than are to be shown

    Raises ``InexactResult`` where a rounding is missing; ``LocaleUnknown``, ``StyleUnknown``,
    ``DigitsRefused``, ``RoundingExpected`` for the arguments.

    >>> format_money(Money("-1234.5", "EUR"), "de_DE", "code")
    '-1.234,50\xa0EUR'
    """
    if style == "compact":
        return _compact(money, _locale(locale), digits or 0, rounding)
    if digits is not None or rounding is not None:
        money = _fitted(money, digits, rounding)
    layout = _layout(locale, money.currency, style)
    shown = layout.digits if digits is None else digits
    if style == "name":
        return _named(money, locale, layout, shown)
    return _written(money.amount, layout, shown)


def _fitted(money: Money, digits: int | None, rounding: Rounding | None) -> Money:
    try:
        return money.rounded(rounding, digits)
    except AmountOutOfRange:
        # Only padding can make an amount too long, and padding changes nothing in it.
        return money


def _written(amount: Decimal, layout: _Layout, digits: int) -> str:
    """The amount in its layout, with at least ``digits`` decimals; nothing is rounded here."""
    before, after, before_negative, after_negative, decimal, group, sizes, _ = layout
    whole, _, decimals = format(amount, ",f").partition(".")
    if len(decimals) != digits:
        decimals = decimals.rstrip("0").ljust(digits, "0")
    if whole[0] == "-":
        before, after, whole = before_negative, after_negative, whole[1:]
    if sizes != (3, 3):
        whole = _grouped(whole.replace(",", ""), group, *sizes)
    elif group != ",":
        whole = whole.replace(",", group)
    return f"{before}{whole}{decimal if decimals else ''}{decimals}{after}"


def _grouped(whole: str, group: str, primary: int, secondary: int) -> str:
    """India writes 12,34,567: one group of three, then groups of two."""
    groups = [whole[-primary:]]
    whole = whole[:-primary]
    while whole:
        groups.append(whole[-secondary:])
        whole = whole[:-secondary]
    return group.join(reversed(groups))


def _named(money: Money, locale: str | Locale, layout: _Layout, digits: int) -> str:
    plural = _plural(_locale(locale), padded(money.amount.copy_abs(), digits))
    before, after = _name_affixes(locale, money.currency, plural)
    return f"{before}{_written(money.amount, layout, digits)}{after}"


def _plural(locale: Locale, number: str) -> str:
    """The plural category of a number as it is shown: 1.00 is not 1 in English."""
    with localcontext(_ROOMY):
        return str(locale.plural_form(Decimal(number)))


@lru_cache(maxsize=4096)
def _name_affixes(locale: str | Locale, currency: Currency, plural: str) -> tuple[str, str]:
    data = _locale(locale)._data
    patterns = data["currency_unit_patterns"]
    names = data["currency_names_plural"].get(currency.code, {}) if _in_iso(currency) else {}
    name = names.get(plural) or names.get("other") or _name(currency, _locale(locale))
    before, _, after = patterns.get(plural, patterns["other"]).partition("{0}")
    return before.replace("{1}", name), after.replace("{1}", name)


def _name(currency: Currency, locale: Locale) -> str:
    if not _in_iso(currency):
        return currency.name
    return str(locale.currencies.get(currency.code, currency.code))


def _in_iso(currency: Currency) -> bool:
    return currency.registry == ISO.name


@lru_cache(maxsize=4096)
def _layout(locale: str | Locale, currency: Currency, style: Style) -> _Layout:
    """Babel's pattern for this style, taken apart once."""
    known = _locale(locale)
    if style == "name":
        return _number_layout(known, currency.digits or 0)
    if style not in ("symbol", "code", "accounting"):
        raise StyleUnknown(style=style)
    marker = currency.code if style == "code" else _symbol(currency, known)
    pattern = known.currency_formats["accounting" if style == "accounting" else "standard"]
    return _taken_apart(pattern, known, marker, currency.digits or 0)


def _number_layout(locale: Locale, digits: int) -> _Layout:
    return _taken_apart(locale.decimal_formats[None], locale, "", digits)


def _symbol(currency: Currency, locale: Locale) -> str:
    if not _in_iso(currency):
        return currency.code
    return str(locale.currency_symbols.get(currency.code, currency.code))


def _taken_apart(pattern: NumberPattern, locale: Locale, marker: str, digits: int) -> _Layout:
    (before, before_negative), (after, after_negative) = pattern.prefix, pattern.suffix
    return _Layout(
        _before(before, marker),
        _after(after, marker),
        _before(before_negative, marker),
        _after(after_negative, marker),
        get_decimal_symbol(locale),
        get_group_symbol(locale),
        pattern.grouping,
        digits,
    )


def _before(prefix: str, marker: str) -> str:
    apart = _NO_BREAK_SPACE if prefix.endswith("¤") and _would_touch(marker[-1:]) else ""
    return _unquoted(prefix).replace("¤", marker) + apart


def _after(suffix: str, marker: str) -> str:
    apart = _NO_BREAK_SPACE if suffix.startswith("¤") and _would_touch(marker[:1]) else ""
    return apart + _unquoted(suffix).replace("¤", marker)


def _would_touch(character: str) -> bool:
    """CLDR's currencySpacing: all but symbols and spaces keep apart from the digits."""
    return bool(character) and unicodedata.category(character)[0] not in "SZ"


def _unquoted(affix: str) -> str:
    return re.sub(r"'([^']*)'", lambda quoted: quoted[1] or "'", affix)


def _compact(money: Money, locale: Locale, digits: int, rounding: Rounding | None) -> str:
    """The shorthand: the amount in thousands, millions ..., with at most ``digits`` decimals."""
    steps = _compact_steps(locale)
    place = sum(money.amount.copy_abs() >= step.least for step in steps) - 1
    shown = _shifted(money, steps[place].shift).rounded(rounding, digits)
    # 999,999 rounds to 1,000 thousand, which is written as one million.
    if abs(_shifted(shown, -steps[place].shift).value) >= _next_least(steps, place):
        place += 1
        shown = _shifted(money, steps[place].shift).rounded(rounding, digits)
    number, magnitude = padded(shown.amount.copy_abs(), 0), steps[place].magnitude
    return _written(shown.amount, _compact_layout(locale, money.currency, magnitude, number), 0)


def _shifted(money: Money, shift: int) -> RationalMoney:
    return RationalMoney(Fraction(money.amount) / Fraction(10) ** shift, money.currency)


def _next_least(steps: tuple[_Step, ...], place: int) -> Decimal:
    return Decimal(steps[place + 1].least) if place + 1 < len(steps) else Decimal("Infinity")


class _Step(NamedTuple):
    """From ``least`` on, amounts are written in units of ``10**shift``; CLDR's key is kept."""

    least: int
    shift: int
    magnitude: str | None


@lru_cache(maxsize=256)
def _compact_steps(locale: Locale) -> tuple[_Step, ...]:
    """The steps of a locale, smallest first; the pattern "0" means that nothing is shortened."""
    steps = [_Step(0, 0, None)]
    for magnitude, pattern in locale.compact_currency_formats["short"]["other"].items():
        zeros = pattern.pattern.count("0")
        if "¤" in pattern.pattern:
            steps.append(_Step(int(magnitude), len(magnitude) - zeros, magnitude))
        else:
            steps.append(_Step(int(magnitude), 0, None))
    return tuple(sorted(steps))


@lru_cache(maxsize=4096)
def _compact_layout(
    locale: Locale, currency: Currency, magnitude: str | None, number: str
) -> _Layout:
    if magnitude is None:
        return _layout(locale, currency, "symbol")
    formats = locale.compact_currency_formats["short"]
    plural = "1" if number == "1" and "1" in formats else _plural(locale, number)
    pattern = formats.get(plural, {}).get(magnitude) or formats["other"][magnitude]
    return _taken_apart(pattern, locale, _symbol(currency, locale), 0)


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
    grammar = _grammar(locale)
    if not isinstance(text, str):
        raise _refused(grammar, f"a {type(text).__name__}", "it is no text")
    found = grammar.number.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if found is None:
        raise _refused(grammar, text[:LONGEST_TEXT], _shape(grammar))
    lead, whole, decimals, trail = found.groups("")
    sign, meant = _read_around(locale, lead, trail, currency, None if registry is ISO else registry)
    for separator in grammar.group:
        whole = whole.replace(separator, "")
    return Money(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}", meant)


def _shape(grammar: _Grammar) -> str:
    return f"write one number like {grammar.example}, in at most {LONGEST_TEXT} characters"


@lru_cache(maxsize=4096)
def _read_around(
    locale: str | Locale,
    lead: str,
    trail: str,
    currency: str | Currency | None,
    other: CurrencyRegistry | None,
) -> tuple[str, Currency]:
    """Sign and currency from what stands before and after the number; ``other`` than ISO."""
    grammar, registry = _grammar(locale), other or ISO
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
def _grammar(locale: str | Locale) -> _Grammar:
    """What Babel knows of a locale, turned round for reading."""
    known = _locale(locale)
    group, decimal = get_group_symbol(known), get_decimal_symbol(known)
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
        example=_written(Decimal("1234567.89"), _number_layout(known, 2), 2),
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


@lru_cache(maxsize=1024)
def _locale(locale: str | Locale) -> Locale:
    """The locale by name; the environment's own is never used."""
    if isinstance(locale, Locale):
        return locale
    if not isinstance(locale, str) or not _LOCALE_NAME.fullmatch(locale):
        raise LocaleUnknown(locale=locale)
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise LocaleUnknown(locale=locale) from None
