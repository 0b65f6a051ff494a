"""What is done with rates in the benchmark, on our side, by each peer, and at the floor.

Every operation is held against exact fractions before it is timed, on all its operands: ours has
to give the half-even minor unit, a peer the same once its own digits are rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial
from itertools import cycle, islice
from random import Random
from typing import Any

import attrs
import numpy as np

from benchmarks.measuring import EXACT, AnswersDiffer, Operation, Side
from benchmarks.published import EURO, History, Question, half_even
from benchmarks.rate_peers import Converter
from fxcrm import Currency, Money, RateTable
from fxcrm.adapters.columns import convert_columns
from fxcrm.rates import CurrencyPair, RateSeries

PEER = "currencyconverter"
OURS, ONE_BY_ONE, FLOOR = "fxcrm", "fxcrm, one by one", "bisect and bare decimals"
FROM_LISTS, FROM_ROWS = "fxcrm, columns that are lists", "fxcrm, rows, without NumPy"
LOOK_UP, CONVERT, FIRST, BULK = (
    "look up on a day",
    "convert on a day, rounded",
    "convert on a day, each for the first time",
    "convert in bulk, each amount",
)
AMONG_DAYS = "look up among {:,} days"
FEW = 20  # operands of a side that takes milliseconds for each
PAIR_DAYS = 250
INTO = "GBP"
_SEED = 7
_FIRST = date(1835, 1, 1)
_UNROUNDED = "its digits are left unrounded"
# Peers carry 28 digits and lose the last; so many are compared of a rate.
_significant = Context(prec=22).create_decimal
_divide = Context(prec=40).divide

_RATE_AT_FLOOR = (
    "{counter_values}[bisect({counter_days}, {on}) - 1]"
    " / {base_values}[bisect({base_days}, {on}) - 1]"
)
_AT_FLOOR = f"({{amount}} * {_RATE_AT_FLOOR}).quantize({{quantum}})"

Columns = Mapping[str, Sequence[Any]]
Compared = Callable[[list[Any]], list[Any]]


@attrs.frozen
class Tasks:
    """The operations on so many operands, with the peers that were found."""

    history: History
    table: RateTable
    peers: Mapping[str, Converter]
    operands: int

    def operations(self, only: str = "") -> Iterator[Operation]:
        """What gives one answer at a time, where its name holds ``only``."""
        asked = self.history.questions(self.operands)
        ways = {
            LOOK_UP: partial(self._look_up, asked=asked, peer=PEER),
            CONVERT: partial(self._convert, asked=asked, peer=PEER),
            FIRST: partial(self._convert_first, asked=asked),
            "convert at a rate in hand": partial(self._at_a_rate, asked=asked),
            "convert at the latest rates": partial(self._at_the_latest, asked=asked),
            "look up, the peer asks a service": partial(
                self._look_up, asked=asked[:FEW], peer="forex-python"
            ),
            "convert, the peer asks a service": partial(
                self._convert, asked=asked[:FEW], peer="forex-python"
            ),
        }
        for name, operation in ways.items():
            if only in name:
                yield operation(name)

    def bulk(self, count: int) -> Operation:
        """So many amounts of a few currencies and days in no order, all into one currency.

        Our side takes all of them at once: arrays of units and days and a list of codes, lists of
        ints, codes and dates, or rows of them. The others go one after the other.
        """
        draw = Random(_SEED)  # noqa: S311 - no secret, and the same amounts each time
        pair_days = list(self.history.pair_days(PAIR_DAYS, INTO))
        asked = [
            Question(str(draw.randrange(1, 10**6)), base, INTO, on)
            for base, on in draw.choices(pair_days, k=count)
        ]
        columns = self._columns(asked)
        units = [int(one.amount) * Currency(one.base).minor_units for one in asked]
        codes, days = columns["base"], columns["on"]
        arrays = np.array(units), codes, np.array(days, dtype="datetime64[D]")
        convert = partial(convert_columns, self.table)
        sides = [
            Side(name, expression, {"all": [given]}, {"convert": way, "INTO": INTO}, _minor_units)
            for name, expression, given, way in (
                (OURS, "convert(*{all}, INTO)", arrays, convert),
                (FROM_LISTS, "convert(*{all}, INTO)", (units, codes, days), convert),
                (
                    FROM_ROWS,
                    "convert({all}, INTO)",
                    list(zip(units, codes, days, strict=True)),
                    self.table.convert_minor,
                ),
            )
        ]
        single = attrs.evolve(
            self._ours(columns), name=ONE_BY_ONE, compared=lambda found: _minor(_amounts(found))
        )
        exact = self._exact(asked)
        theirs = self._sides(
            PEER,
            ["convert"],
            asked,
            columns,
            lambda found: _minor(exact.unless_off(found)),
        )
        operation = Operation(BULK, sides[0], (*sides[1:], single, *theirs))
        return _proved(operation, _minor(exact.rounded))

    def _look_up(self, name: str, asked: Sequence[Question], peer: str) -> Operation:
        columns = self._columns(asked)
        rate = {"rate": self.table.rate}
        ours = Side(OURS, "rate({base}, {counter}, {on})", columns, rate, _ratios)
        theirs = self._sides(peer, ["look up"], asked, columns, _rounded)
        floor = Side(FLOOR, _RATE_AT_FLOOR, columns, {"bisect": bisect_right}, _rounded)
        exact = [_ratio(self.history.rate(one.base, one.counter, one.on)) for one in asked]
        return _proved(Operation(name, ours, theirs, floor), exact)

    def _convert(self, name: str, asked: Sequence[Question], peer: str) -> Operation:
        columns, exact = self._columns(asked), self._exact(asked)
        ways = ["convert", "convert and round"]
        theirs = self._sides(peer, ways, asked, columns, exact.unless_off)
        floor = _floor(columns, exact)
        return _proved(Operation(name, self._ours(columns), theirs, floor), exact.rounded)

    def _convert_first(self, name: str, asked: Sequence[Question]) -> Operation:
        """As `CONVERT`, but nothing is known of the pair and day; forgetting it takes time too."""
        operation, kept, convert = (
            self._convert(name, asked, PEER),
            self.table._kept,
            self.table.convert,
        )

        def convert_anew(money: Money, to: str, on: date) -> Money:
            for prices in kept:
                prices.clear()
            kept.clear()
            return convert(money, to, on)

        return attrs.evolve(
            operation, ours=attrs.evolve(operation.ours, names={"convert": convert_anew})
        )

    def _at_a_rate(self, name: str, asked: Sequence[Question]) -> Operation:
        rates = [self.table.rate(one.base, one.counter, one.on) for one in asked]
        bare = [_ratio(rate.ratio) for rate in rates]
        columns, exact = self._columns(asked), self._exact(asked)
        columns = {**columns, "rate": rates, "bare": bare}
        ours = Side(OURS, "{rate}.convert({money})", columns, compared=_amounts)
        multiplied = "({amount} * {bare}).quantize({quantum})"
        floor = Side(FLOOR, multiplied, columns, compared=exact.unless_off)
        return _proved(Operation(name, ours, floor=floor), exact.rounded)

    def _at_the_latest(self, name: str, asked: Sequence[Question]) -> Operation:
        last = self.history.days[-1]
        alive = {EURO, *(code for code, days in self.history.values.items() if last in days)}
        known = [attrs.evolve(one, on=last) for one in asked if {one.base, one.counter} <= alive]
        latest = list(islice(cycle(known), len(asked)))
        columns, exact = self._columns(latest), self._exact(latest)
        theirs = self._sides(
            "django-money",
            ["convert at the latest"],
            latest,
            columns,
            lambda found: exact.unless_off([one.amount for one in found]),
        )
        operation = Operation(name, self._ours(columns), theirs, _floor(columns, exact))
        return _proved(operation, exact.rounded)

    def _ours(self, columns: Columns) -> Side:
        names = {"convert": self.table.convert}
        return Side(OURS, "convert({money}, {counter}, {on})", columns, names, _amounts)

    def _sides(
        self,
        peer: str,
        ways: Sequence[str],
        asked: Sequence[Question],
        columns: Columns,
        compared: Compared,
    ) -> tuple[Side, ...]:
        """What the peer can do of these ways, if it is there."""
        found = self.peers.get(peer)
        if found is None:
            return ()
        amounts = {**columns, "amount": [found.money(one.amount, one.base) for one in asked]}
        few = {name: column[:FEW] for name, column in amounts.items()}
        sides = []
        for way in ways:
            if way in found.expressions:
                name = f"{peer}, rounded" if way == "convert and round" else peer
                side = Side(name, found.expressions[way], amounts, found.names, compared)
                leans = not attrs.evolve(side, columns=few, compared=list).is_exact
                found.forget()
                lacks = (*found.lacks, EXACT) if leans else found.lacks
                sides.append(attrs.evolve(side, lacks=lacks))
        return tuple(sides)

    def _columns(self, asked: Sequence[Question]) -> Columns:
        known = self.history.columns
        return {
            "base": [one.base for one in asked],
            "counter": [one.counter for one in asked],
            "on": [one.on for one in asked],
            "amount": [Decimal(one.amount) for one in asked],
            "money": [Money(one.amount, one.base) for one in asked],
            "quantum": [Decimal(1).scaleb(-_digits(one.counter)) for one in asked],
            "base_days": [known[one.base][0] for one in asked],
            "base_values": [known[one.base][1] for one in asked],
            "counter_days": [known[one.counter][0] for one in asked],
            "counter_values": [known[one.counter][1] for one in asked],
        }

    def _exact(self, asked: Sequence[Question]) -> Exact:
        fractions = [
            Fraction(one.amount) * self.history.rate(one.base, one.counter, one.on) for one in asked
        ]
        digits = [_digits(one.counter) for one in asked]
        return Exact(fractions, list(map(half_even, fractions, digits)))


@attrs.frozen
class Exact:
    """The exact values, and what they are once rounded half-even to minor units."""

    values: list[Fraction]
    rounded: list[Any]

    def unless_off(self, found: Sequence[Decimal]) -> list[Any]:
        """The right answer for each that is right as far as its own digits go, else itself.

        A peer's last digits may be lost, and on a tie then its cent too; so the value is judged
        by its distance: half a unit where it is rounded, a trillionth of a trillionth elsewhere.
        """
        return [
            right if abs(Fraction(one) - exact) <= _tolerance(one, right, exact) else one
            for one, exact, right in zip(found, self.values, self.rounded, strict=True)
        ]


def _tolerance(found: Decimal, right: Decimal, exact: Fraction) -> Fraction:
    if found.as_tuple().exponent == right.as_tuple().exponent:
        return Fraction(1, 2 * 10 ** -int(right.as_tuple().exponent))
    return abs(exact) / 10**24


def _floor(columns: Columns, exact: Exact) -> Side:
    return Side(FLOOR, _AT_FLOOR, columns, {"bisect": bisect_right}, exact.unless_off)


def _digits(code: str) -> int:
    return Currency(code).digits or 0


def _amounts(results: list[Any]) -> list[Any]:
    return [result.amount for result in results]


def _minor_units(results: list[Any]) -> list[int]:
    """Of one column, as a list or as an array."""
    return list(map(int, results[0].minor))


def _minor(amounts: Sequence[Decimal]) -> list[int]:
    return [int(amount * 100) for amount in amounts]


def _ratio(exact: Fraction) -> Decimal:
    return _significant(_divide(Decimal(exact.numerator), Decimal(exact.denominator)))


def _ratios(results: list[Any]) -> list[Any]:
    return [_ratio(result.ratio) for result in results]


def _rounded(results: list[Any]) -> list[Any]:
    return list(map(_significant, results))


def _proved(operation: Operation, exact: list[Any]) -> Operation:
    """The operation itself, once our answers are the exact ones."""
    if operation.ours.answers() != exact:
        raise AnswersDiffer(f"{operation.name}: {operation.ours.name} is not exact")
    return operation


def integers(count: int) -> Side:
    """The floor of converting in bulk: multiplied, divided and cut, with no rate looked up."""
    draw = Random(_SEED)  # noqa: S311 - no secret
    rows = [tuple(draw.randrange(1, 10**6) for _ in range(3)) for _ in range(count)]
    return Side(FLOOR, "[units * n // d for units, n, d in {rows}]", {"rows": [rows]})


def growing(days: int, operands: int) -> Operation:
    """Ours and the floor: a cross looked up in a made-up history of so many days."""
    draw = Random(_SEED)  # noqa: S311 - no secret
    ordered = [_FIRST + timedelta(days=place) for place in range(days)]
    texts = [
        [f"{draw.randrange(1, 10)}.{draw.randrange(10**4):04d}" for _ in ordered] for _ in "AB"
    ]
    table = RateTable(
        RateSeries(CurrencyPair.of(EURO, code), "made up", ordered, column)
        for code, column in zip(("USD", "JPY"), texts, strict=True)
    )
    base_values, counter_values = ([Decimal(text) for text in column] for column in texts)
    columns: Columns = {
        "on": draw.choices(ordered, k=operands),
        "base_days": [ordered] * operands,
        "base_values": [base_values] * operands,
        "counter_days": [ordered] * operands,
        "counter_values": [counter_values] * operands,
    }
    ours = Side(OURS, "rate('USD', 'JPY', {on})", columns, {"rate": table.rate}, _ratios)
    floor = Side(FLOOR, _RATE_AT_FLOOR, columns, {"bisect": bisect_right}, _rounded)
    return Operation(AMONG_DAYS.format(days), ours, floor=floor)
