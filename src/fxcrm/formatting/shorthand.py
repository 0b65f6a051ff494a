"""The compact style: an amount in thousands, millions ..., as the locale shortens it."""

from __future__ import annotations

from decimal import Decimal, Inexact
from functools import lru_cache
from typing import NamedTuple

from fxcrm._decimals import EXACT, QUANTA, WIDE, ZERO
from fxcrm.currencies import Currency
from fxcrm.formatting.layouts import Layout, digits_of, laid_out, money_layout
from fxcrm.formatting.locales import Key, locale_of, symbol_of
from fxcrm.formatting.plurals import plural_of
from fxcrm.money import InexactResult, Money, Rounding
from fxcrm.rational import expected_rounding, places_of

_times = WIDE.multiply


class _Unit(NamedTuple):
    """Amounts are written in units of ``10**power``; CLDR's key for that is kept, if it has one."""

    power: int
    magnitude: str | None


def compact(money: Money, key: Key, digits: int | None, rounding: Rounding | None) -> str:
    """The shorthand, with at most ``digits`` decimals, none by default."""
    places = 0 if digits is None else places_of(money.currency, digits)
    units = _units(key)
    unit = _unit(units, money.amount.adjusted())
    shown = _in_units(money, unit.power, places, rounding)
    # 999,999 rounds to 1,000 thousand, which is written as one million.
    better = _unit(units, shown.adjusted() + unit.power)
    if shown and better is not unit:
        unit, shown = better, _in_units(money, better.power, places, rounding)
    whole, decimals = digits_of(shown, 0)
    if unit.magnitude is None:
        return laid_out(whole, decimals, money_layout(key, money.currency, "symbol"))
    alone = whole in ("1", "-1") and not decimals and _has_one(key)
    plural = "1" if alone else _plural(key, whole, decimals)
    return laid_out(whole, decimals, _layout(key, money.currency, unit.magnitude, plural))


def _unit(units: tuple[_Unit, ...], adjusted: int) -> _Unit:
    """The unit for an amount whose first digit counts ``10**adjusted``."""
    return units[adjusted] if 0 <= adjusted < len(units) else units[-1 if adjusted > 0 else 0]


def _in_units(money: Money, power: int, places: int, rounding: Rounding | None) -> Decimal:
    quantize = EXACT.quantize if rounding is None else expected_rounding(rounding).to_quantum
    scaled = _times(money.amount, QUANTA[power])
    try:
        return quantize(scaled, QUANTA[places]) or ZERO
    except Inexact:
        if rounding is None:
            unit = f"{places} decimals of {10**power}"
            raise InexactResult(operation="compact", operand=money, unit=unit) from None
    except ArithmeticError:
        pass
    return scaled  # too long only when padded with zeros, which are not shown anyway


@lru_cache(maxsize=256)
def _units(key: Key) -> tuple[_Unit, ...]:
    """By the power of the first digit; the pattern "0" means that nothing is shortened."""
    patterns = locale_of(key).compact_currency_formats["short"]["other"]
    units = [_Unit(0, None)]
    for power in range(1, max(map(len, patterns), default=0)):
        pattern = patterns.get(f"1{'0' * power}")
        if pattern is None:
            units.append(units[-1])
        elif "¤" in pattern.pattern:
            zeros = pattern.pattern.count("0")
            units.append(_Unit(power + 1 - zeros, f"1{'0' * power}"))
        else:
            units.append(_Unit(0, None))
    return tuple(units)


# A shorthand has few digits, so the same numbers come again and again.
_plural = lru_cache(maxsize=4096)(plural_of)


@lru_cache(maxsize=256)
def _has_one(key: Key) -> bool:
    """Whether the locale has a form for the very number 1, besides those of its plurals."""
    return "1" in locale_of(key).compact_currency_formats["short"]


@lru_cache(maxsize=4096)
def _layout(key: Key, currency: Currency, magnitude: str, plural: str) -> Layout:
    locale = locale_of(key)
    formats = locale.compact_currency_formats["short"]
    pattern = formats.get(plural, {}).get(magnitude) or formats["other"][magnitude]
    return Layout(pattern, locale, symbol_of(currency, locale), 0)
