"""What is done with money in the benchmark: each task with its operands and what it should promise.

The operands are the same numbers for every library, which makes its own amounts of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

import attrs
from babel.core import Locale
from babel.numbers import format_decimal

from benchmarks.guarantees import Promises
from benchmarks.measuring import Side
from benchmarks.peers import Library

ITEMS = 100_000
SAMPLE = 60
LOCALES = {
    "en_US": "USD",
    "de_DE": "EUR",
    "fr_FR": "EUR",
    "de_CH": "CHF",
    "en_IN": "INR",
    "sv_SE": "SEK",
}
READING = ("reads no 'EUR NaN'", "reads no 'EUR 1_000'", "is frozen")
NUMBERS = ("refuses 'NaN'", "refuses '1_000'")

Column = Callable[[Library], Sequence[Any]]
Compared = Callable[[Library, list[Any]], list[Any]]


def amounts(count: int) -> list[str]:
    """Texts with two decimals between 0.03 and 9,999.99, in no order."""
    cents = ((turn * 7_919 + 3) % 1_000_000 for turn in range(count))
    return [f"{each // 100}.{each % 100:02d}" for each in cents]


def made(texts: Iterable[str], code: str = "EUR") -> Column:
    """The library's own amounts."""
    texts = list(texts)
    return lambda library: [library.made(text, code) for text in texts]


def finer(texts: Iterable[str]) -> Column:
    """The library's own amounts below the minor unit."""
    texts = list(texts)
    return lambda library: [(library.finer or library.made)(text, "EUR") for text in texts]


def plain(values: Iterable[Any]) -> Column:
    """The same values for every library."""
    values = list(values)
    return lambda _: values


def values(library: Library, results: list[Any]) -> list[Any]:
    """The exact numbers."""
    return [library.value(result) for result in results]


def shares(library: Library, results: list[Any]) -> list[Any]:
    """The exact numbers of amounts that come in groups."""
    return [values(library, result) for result in results]


def itself(_: Library, results: list[Any]) -> list[Any]:
    """What can be compared as it is."""
    return results


def likeness(_: Library, results: list[Any]) -> list[Any]:
    """Which results are alike, whatever they are."""
    first: dict[Any, int] = {}
    return [first.setdefault(result, place) for place, result in enumerate(results)]


@attrs.frozen
class Task:
    """An operation before it is known who does it: its operands and what it should promise."""

    name: str
    expression: str
    columns: Mapping[str, Column]
    compared: Compared = values
    needs: tuple[str, ...] = ()
    names: Mapping[str, Any] = attrs.Factory(dict)

    def side(self, library: Library, kept: Promises) -> Side:
        """This task as the library does it; ``kept`` is what the library promises."""
        return Side(
            library.name,
            library.expressions[self.expression],
            {name: column(library) for name, column in self.columns.items()},
            {**library.names, **self.names},
            lambda results: self.compared(library, results),
            library.differs.get(self.expression, ""),
            tuple(need for need in self.needs if kept.get(need) is False),
        )


def tasks(count: int, items: int) -> Iterator[Task]:
    """All of them, on so many operands, in the order of the report."""
    texts = amounts(count)
    yield from constructions(texts)
    yield from sums(texts, items)
    yield from comparisons(texts)
    yield from products(texts)
    yield from roundings(texts)
    yield from parsings(texts)
    signed = [f"-{text}" if place % 4 == 3 else text for place, text in enumerate(texts)]
    yield from formattings(signed)
    yield from styles(signed)


def constructions(texts: list[str]) -> Iterator[Task]:
    """From text, int and Decimal, with a code; from text with a currency object."""
    whole = [int(Decimal(text)) for text in texts]
    given: dict[str, list[Any]] = {
        "text": texts,
        "int": whole,
        "Decimal": [Decimal(text) for text in texts],
    }
    needs = {
        "text": NUMBERS,
        "int": ("refuses a float", "refuses True"),
        "Decimal": ("refuses Decimal('NaN')",),
    }
    for kind, column in given.items():
        yield Task(
            f"construct from {kind}",
            "construct",
            {"given": plain(column)},
            needs=(*needs[kind], "refuses the code XQZ", "is frozen"),
        )
    yield Task(
        "construct from text, currency object",
        "construct with an object",
        {"given": plain(texts)},
        needs=(*NUMBERS, "is frozen"),
    )


def sums(texts: list[str], items: int) -> Iterator[Task]:
    """Of two and of many; what is taken away is smaller, as some peers know nothing below zero."""
    smaller = [str(Decimal(text) - Decimal(text) // 2) for text in texts]
    columns = {"a": made(texts), "b": made(smaller)}
    needs = ("adds no other currency", "adds no bare number", "is frozen")
    yield Task("add", "add", columns, needs=needs)
    signs = "one type below and above zero"
    yield Task("subtract", "subtract", columns, needs=(*needs, signs))
    many = made(amounts(items))
    yield Task(
        f"total of {items:,}",
        "total",
        {"items": lambda library: [tuple(many(library))]},
        needs=needs,
    )


def comparisons(texts: list[str]) -> Iterator[Task]:
    """Order, equality where every second pair is equal, and hashes."""
    columns = {"a": made(texts), "b": made(reversed(texts))}
    yield Task("compare, <", "less", columns, itself, ("orders no other currency",))
    mixed = [text if place % 2 else "0.01" for place, text in enumerate(texts)]
    columns = {"a": made(texts), "b": made(mixed)}
    yield Task("compare, ==", "equal", columns, itself, ("tells EUR 0 from USD 0",))
    tenths = ["1.50", "1.5", *texts[2:]]
    yield Task("hash", "hash", {"a": made(tenths)}, likeness, ("equal ones hash alike",))


def products(texts: list[str]) -> Iterator[Task]:
    """By int and by Decimal."""
    needs = ("multiplies by no float", "is frozen")
    several: dict[str, list[Any]] = {
        "int": [2, 3, 12, 7],
        "Decimal": [Decimal("1.19"), Decimal("0.075"), Decimal("12.5")],
    }
    for kind, factors in several.items():
        column = plain(islice(cycle(factors), len(texts)))
        columns = {"a": made(texts), "factor": column}
        yield Task(f"multiply by {kind}", f"times {kind}", columns, needs=needs)


def roundings(texts: list[str]) -> Iterator[Task]:
    """Half-even, with ties; shares in cents."""
    ends = islice(cycle(["5", "37", "73"]), len(texts))
    columns = {"fine": finer(f"{text}{end}" for text, end in zip(texts, ends, strict=True))}
    yield Task("round to minor units", "round", columns, needs=("is frozen",))
    yield Task("round to 2 digits", "round to digits", columns, needs=("is frozen",))
    yield Task("split in 3", "split", {"a": made(texts)}, shares)
    yield Task("allocate by 5, 3, 2", "allocate", {"a": made(texts)}, shares)


def parsings(texts: list[str]) -> Iterator[Task]:
    """Of the text that programs write, and of numbers as locales write them."""
    stated = plain(f"EUR {text}" for text in texts)
    yield Task("parse 'EUR 19.99'", "parse", {"text": stated}, needs=READING)
    for locale in ("en_US", "de_DE", "fr_FR"):
        written = [format_decimal(Decimal(text), "#,##0.00", locale=locale) for text in texts]
        names = {"LOCALE": locale}
        columns = {"text": plain(written)}
        needs = ("reads no German '25.00' as 2500",)
        yield Task(f"parse a number, {locale}", "parse a number", columns, needs=needs, names=names)
    signed = plain(f"{text} \N{EURO SIGN}" for text in written)
    yield Task(
        "parse with its symbol, fr_FR", "parse with its symbol", {"text": signed}, names=names
    )


def formattings(texts: list[str]) -> Iterator[Task]:
    """As locales write amounts; a locale may be named or be Babel's object."""
    known = Locale.parse("de_DE")
    meant: dict[str, tuple[str | Locale, str]] = {
        **{f"{locale} {code}": (locale, code) for locale, code in LOCALES.items()},
        "de_DE EUR, Locale object": (known, "EUR"),
    }
    for name, (locale, code) in meant.items():
        columns = {"m": made(texts, code)}
        names = {"LOCALE": locale, "CODE": code}
        yield Task(f"format, {name}", "format", columns, itself, names=names)


def styles(texts: list[str]) -> Iterator[Task]:
    """The other ways in which a locale writes amounts."""
    for style in ("accounting", "name"):
        names = {"LOCALE": "en_US", "CODE": "EUR", "STYLE": style}
        columns = {"m": made(texts)}
        yield Task(f"format {style}, en_US", "format a style", columns, itself, names=names)
    # Below a thousand nothing is shortened, and Babel then keeps the decimals.
    columns = {"m": made(str(1_000 * abs(Decimal(text)) + 1_000) for text in texts)}
    names = {"LOCALE": "en_US", "CODE": "EUR"}
    yield Task("format compact, en_US", "format compact", columns, itself, names=names)
