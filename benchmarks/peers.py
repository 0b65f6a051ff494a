"""The libraries that are measured, each by how it is asked to do what all of them do.

A ``Library`` makes its amounts from text and a code, says what exact number one of them has,
and holds an expression for each task it can do; the names of tasks are those of ``money.py``.
What is not installed, or does not load on this Python, is left out with its reason.
"""

from __future__ import annotations

import importlib.metadata
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

import attrs
from babel.numbers import format_compact_currency, format_currency, parse_decimal

from benchmarks.floor import Bare
from fxcrm import Currency, Money, Rounding
from fxcrm.formatting import format_money, parse_money

CENT = Decimal("0.01")

_OPERATORS = {
    "construct": "Money({given}, 'EUR')",
    "construct with an object": "Money({given}, EUR)",
    "add": "{a} + {b}",
    "subtract": "{a} - {b}",
    "less": "{a} < {b}",
    "equal": "{a} == {b}",
    "hash": "hash({a})",
    "times int": "{a} * {factor}",
    "times Decimal": "{a} * {factor}",
}


def _without(*tasks: str) -> dict[str, str]:
    return {task: text for task, text in _OPERATORS.items() if task not in tasks}


def _its_amount(money: Any) -> Fraction:
    return Fraction(money.amount)


@attrs.frozen
class Library:
    """One way to hold money.

    ``made``         an amount from text and an ISO code
    ``expressions``  by task, over columns in braces and over ``names``
    ``value``        the exact number of one of its amounts
    ``finer``        as ``made``, for amounts below the minor unit, where that differs
    ``differs``      by task, in which respect its answers are others
    ``field``        the public attribute that holds the number
    """

    name: str
    made: Callable[[Any, str], Any]
    expressions: Mapping[str, str]
    names: Mapping[str, Any]
    value: Callable[[Any], Fraction] = _its_amount
    finer: Callable[[str, str], Any] | None = None
    differs: Mapping[str, str] = attrs.Factory(dict)
    field: str = "amount"

    @property
    def version(self) -> str:
        """The release that is installed; empty for what is no distribution."""
        try:
            return importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError:
            return ""


def ours() -> Library:
    """This library."""
    expressions = {
        **_OPERATORS,
        "round": "{fine}.rounded(HALF_EVEN)",
        "round to digits": "{fine}.rounded(HALF_EVEN, 2)",
        "split": "{a}.split(3)",
        "allocate": "{a}.allocate(WEIGHTS)",
        "total": "Money.total({items})",
        "parse": "Money.parse({text})",
        "parse a number": "parse_money({text}, LOCALE, 'EUR')",
        "parse with its symbol": "parse_money({text}, LOCALE)",
        "format": "format_money({m}, LOCALE)",
        "format a style": "format_money({m}, LOCALE, STYLE)",
        "format compact": "format_money({m}, LOCALE, 'compact', rounding=HALF_EVEN)",
    }
    names = {
        "Money": Money,
        "EUR": Currency("EUR"),
        "HALF_EVEN": Rounding.HALF_EVEN,
        "WEIGHTS": (5, 3, 2),
        "format_money": format_money,
        "parse_money": parse_money,
    }
    return Library("fxcrm", Money, expressions, names)


def floor() -> Library:
    """A two-slot object with a check of the currency and nothing else."""
    expressions = {
        **_OPERATORS,
        "construct": "Money(Decimal({given}), 'EUR')",
        "construct with an object": "Money(Decimal({given}), EUR)",
        "round": "{fine}.rounded(CENT, 'ROUND_HALF_EVEN')",
        "round to digits": "{fine}.rounded(CENT, 'ROUND_HALF_EVEN')",
        "total": "sum({items}, NOTHING)",
    }
    # Text from a program is one object per code, so the identity of codes is found out quickly.
    names = {"Money": Bare, "Decimal": Decimal, "CENT": CENT, "EUR": Currency("EUR")}
    names["NOTHING"] = Bare(Decimal(0), "EUR")
    return Library("two slots", lambda text, code: Bare(Decimal(text), code), expressions, names)


def decimal() -> Library:
    """Bare decimals, which know no currency."""
    expressions = {
        **_without("construct with an object"),
        "construct": "Decimal({given})",
        "round": "{fine}.quantize(CENT, 'ROUND_HALF_EVEN')",
        "round to digits": "{fine}.quantize(CENT, 'ROUND_HALF_EVEN')",
        "total": "sum({items})",
    }
    names = {"Decimal": Decimal, "CENT": CENT}
    return Library(
        "Decimal", lambda text, _: Decimal(text), expressions, names, Fraction, field="real"
    )


def babel() -> Library:
    """Babel called directly, with the number and the code."""
    expressions = {
        "format": "format_currency({m}, CODE, locale=LOCALE)",
        "format a style": "format_currency({m}, CODE, locale=LOCALE, format_type=STYLE)",
        "format compact": "format_compact_currency({m}, CODE, locale=LOCALE)",
        "parse a number": "parse_decimal({text}, locale=LOCALE)",
    }
    names = {
        "format_currency": format_currency,
        "format_compact_currency": format_compact_currency,
        "parse_decimal": parse_decimal,
    }
    return Library("Babel", lambda text, _: Decimal(text), expressions, names, Fraction)


def strict_babel() -> Library:
    """Babel's parser told to refuse what is not grouped as the locale does it."""
    expressions = {"parse a number": "parse_decimal({text}, locale=LOCALE, strict=True)"}
    names = {"parse_decimal": parse_decimal}
    return Library("Babel, strict", lambda text, _: Decimal(text), expressions, names, Fraction)


def py_moneyed() -> Library:
    """py-moneyed, which takes a code or its own currency object."""
    moneyed, l10n = import_module("moneyed"), import_module("moneyed.l10n")
    expressions = {
        **_OPERATORS,
        "round to digits": "{fine}.round(2)",
        "total": "sum({items})",
        "format": "format_money({m}, locale=LOCALE)",
        "format a style": "format_money({m}, locale=LOCALE, format_type=STYLE)",
    }
    names = {"Money": moneyed.Money, "EUR": moneyed.EUR, "format_money": l10n.format_money}
    return Library("py-moneyed", moneyed.Money, expressions, names)


def stockholm() -> Library:
    """The distribution called stockholm."""
    found = import_module("stockholm")
    expressions = {
        **_OPERATORS,
        "round to digits": "round({fine}, 2)",
        "total": "Money.sum({items})",
        "parse": "Money({text})",
    }
    names = {"Money": found.Money, "EUR": import_module("stockholm.currency").EUR}
    differs = {
        "hash": "equal amounts of different scale hash apart",
        "round to digits": "ties go up, no other mode can be named",
    }
    return Library("stockholm", found.Money, expressions, names, differs=differs)


def prices() -> Library:
    """prices, which holds the code as it is given; its amounts have no hash."""
    found = import_module("prices")
    expressions = {
        **_without("hash", "construct with an object"),
        "round": "{fine}.quantize(rounding='ROUND_HALF_EVEN')",
        "round to digits": "{fine}.quantize(CENT, 'ROUND_HALF_EVEN')",
        "total": "total({items})",
    }
    total = import_module("prices.utils").sum
    names = {"Money": found.Money, "CENT": CENT, "total": total}
    return Library("prices", found.Money, expressions, names)


def immoney() -> Library:
    """immoney: integers of minor units; its currencies are objects, below zero is another type."""
    found, registry = import_module("immoney"), import_module("immoney.currencies").registry
    expressions = {
        **_OPERATORS,
        "construct": "Money({given}, EUR)",
        "round": "{fine}.round_either(HALF_EVEN)",
        "split": "{a} // 3",
        "total": "sum({items}, EUR.zero)",
        "format": "format_monetary({m}, locale=LOCALE)",
        "format a style": "format_monetary({m}, locale=LOCALE, format_type=STYLE)",
    }
    names = {
        "Money": found.Money,
        "EUR": registry["EUR"],
        "HALF_EVEN": found.Round.HALF_EVEN,
        "format_monetary": import_module("immoney.babel").format_monetary,
    }

    def made(amount: Any, code: str) -> Any:
        if isinstance(amount, str) and amount.startswith("-"):
            return found.Overdraft(amount[1:], registry[code])
        return found.Money(amount, registry[code])

    def finer(text: str, code: str) -> Any:
        currency = registry[code]
        return currency.fraction(Fraction(text) * currency.subunit)

    def value(money: Any) -> Fraction:
        if isinstance(money, found.SubunitFraction):
            return Fraction(money.value, money.currency.subunit)
        sign = -1 if isinstance(money, found.Overdraft) else 1
        return Fraction(sign * money.subunits, money.currency.subunit)

    return Library("immoney", made, expressions, names, value, finer, field="subunits")


def money() -> Library:
    """The distribution called money."""
    found = import_module("money")
    expressions = {
        **_without("construct with an object"),
        "round to digits": "round({fine}, 2)",
        "total": "sum({items})",
        "parse": "Money.loads({text})",
        "format": "{m}.format(LOCALE)",
        "format a style": "{m}.format(LOCALE, format_type=STYLE)",
    }
    return Library("money", found.Money, expressions, {"Money": found.Money})


PEERS: tuple[Callable[[], Library], ...] = (
    py_moneyed,
    stockholm,
    prices,
    immoney,
    money,
    babel,
    strict_babel,
    decimal,
)


def installed() -> tuple[list[Library], dict[str, str]]:
    """The peers that load, and why the others do not, by name."""
    found: list[Library] = []
    missing: dict[str, str] = {}
    for peer in PEERS:
        try:
            with warnings.catch_warnings(action="ignore"):
                found.append(peer())
        except ImportError as reason:
            missing[peer.__name__.replace("_", "-")] = str(reason)
    return found, missing
