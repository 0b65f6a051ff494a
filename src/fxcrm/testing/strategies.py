"""Hypothesis strategies for money: amounts, currencies, bags, weights, and what must be refused.

They are registered with Hypothesis, so that ``st.from_type(Money)`` works as soon as fxcrm is
installed. Examples shrink to what reads well: EUR, whole units, few digits, short lists.

An embedder's property, in full::

    from hypothesis import given
    from fxcrm.testing.strategies import money

    @given(money("EUR", low="0.01", high="9999.99"))
    def test_a_fee_never_exceeds_the_price(price):
        assert my_fee(price) <= price
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import partial

from hypothesis import strategies as st

from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.moneybag import MoneyBag

Amount = str | int | Decimal

# What a failing example should look like if the currency does not matter: the usual two
# decimals, then none, then three, then the rest of the world.
_FIRST = ("EUR", "USD", "JPY", "BHD", "CHF", "GBP")
_MOST_UNITS = 10**15


def currencies(registry: CurrencyRegistry = ISO) -> st.SearchStrategy[Currency]:
    """Living currencies with a minor unit: the registry's own first, then EUR, then the rest."""
    first = [registry.currency(code) for code in _FIRST]
    living = [one for one in registry if one.digits is not None and not one.is_historic]
    return st.sampled_from([*registry.own, *first, *(one for one in living if one not in first)])


def money(
    currency: str | Currency | st.SearchStrategy[Currency] | None = None,
    *,
    low: Amount | None = None,
    high: Amount | None = None,
    extra_digits: int = 0,
) -> st.SearchStrategy[Money]:
    """Amounts from ``low`` to ``high`` (both included, in units of the currency).

    They are whole minor units, or have up to ``extra_digits`` decimals more. Without limits
    they stay within 10**15 of these on both sides of zero. Limits without an amount between
    them are Hypothesis' ``InvalidArgument``.
    """
    return _currency(currency).flatmap(
        lambda known: _in_currency(known, low, high, (known.digits or 0) + extra_digits)
    )


def moneys(
    min_size: int = 0,
    max_size: int = 8,
    currency: str | Currency | st.SearchStrategy[Currency] | None = None,
    *,
    low: Amount | None = None,
    high: Amount | None = None,
    extra_digits: int = 0,
) -> st.SearchStrategy[list[Money]]:
    """Lists of amounts that all have the same currency; the rest as in ``money``."""
    return _currency(currency).flatmap(
        lambda known: st.lists(
            money(known, low=low, high=high, extra_digits=extra_digits),
            min_size=min_size,
            max_size=max_size,
        )
    )


def rationals(
    currency: str | Currency | st.SearchStrategy[Currency] | None = None,
) -> st.SearchStrategy[RationalMoney]:
    """Exact rational amounts with denominators up to 1000."""
    values = st.fractions(-(10**12), 10**12, max_denominator=1000)
    return st.builds(RationalMoney, values, _currency(currency))


def bags(
    currency: st.SearchStrategy[Currency] | None = None, max_size: int = 4
) -> st.SearchStrategy[MoneyBag]:
    """Bags of up to ``max_size`` currencies, the empty one included."""
    members = st.lists(money(currency), max_size=max_size, unique_by=lambda one: one.currency)
    return members.map(lambda held: MoneyBag.of(*held))


def weights(min_size: int = 1, max_size: int = 6) -> st.SearchStrategy[list[int]]:
    """Weights for ``Money.allocate``: none negative, some zero, never all of them."""
    some = st.lists(st.integers(0, 1000), min_size=min_size, max_size=max_size)
    return some.filter(any)


def factors(digits: int = 6, largest: int = 1_000) -> st.SearchStrategy[Decimal]:
    """Decimals between ``-largest`` and ``largest`` with at most ``digits`` decimals."""
    scale = 10**digits
    units = st.integers(-largest * scale, largest * scale)
    return st.one_of(st.integers(-largest, largest).map(Decimal), units.map(partial(_over, digits)))


def ratios(largest: int = 1_000) -> st.SearchStrategy[Fraction]:
    """Exact rates above zero: fractions from ``1/largest`` to ``largest``."""
    return st.fractions(Fraction(1, largest), largest, max_denominator=10_000)


def roundings() -> st.SearchStrategy[Rounding]:
    """Every mode of rounding, half-even first."""
    return st.sampled_from(sorted(Rounding, key=lambda mode: mode is not Rounding.HALF_EVEN))


def refused_numbers() -> st.SearchStrategy[str]:
    """Texts that state no plain decimal number and must be refused wherever numbers come in.

    Exponents, separators, spaces, underscores, NaN, Infinity, digits of other scripts, nothing
    at all, and texts of more than 40 characters.
    """
    known = ["NaN", "", "1_000", "1E5", "1e-7", "1,000", " 1", "1\n", "-", ".", "1.2.3", "0x10"]
    longer = st.integers(41, 10_000).map(lambda length: "1" * length)
    other_digits = st.text("٠١٢٣४५６７", min_size=1, max_size=10)
    exponents = st.builds("{}E{}".format, st.integers(), st.integers())
    odd = [
        "Infinity",
        "-Infinity",
        "sNaN",
        "nan1",
        "1E1000000",
        "--1",
        "+-1",
        "1 000",
        "1\u00a0000",
    ]
    return st.one_of(st.sampled_from([*known, *odd]), other_digits, exponents, longer)


def register() -> None:
    """Tell Hypothesis how the types of money are drawn."""
    st.register_type_strategy(Money, money())
    st.register_type_strategy(Currency, currencies())
    st.register_type_strategy(RationalMoney, rationals())
    st.register_type_strategy(MoneyBag, bags())


def _currency(
    given: str | Currency | st.SearchStrategy[Currency] | None,
) -> st.SearchStrategy[Currency]:
    if given is None:
        return currencies()
    if isinstance(given, st.SearchStrategy):
        return given
    return st.just(given if isinstance(given, Currency) else Currency(given))


def _in_currency(
    currency: Currency, low: Amount | None, high: Amount | None, digits: int
) -> st.SearchStrategy[Money]:
    smallest = None if low is None else _units(Money(low, currency), digits, Rounding.CEILING)
    largest = None if high is None else _units(Money(high, currency), digits, Rounding.FLOOR)
    if smallest is None:
        smallest = min(-_MOST_UNITS, largest or 0)
    if largest is None:
        largest = max(_MOST_UNITS, smallest)
    return st.integers(smallest, largest).map(
        lambda units: Money.from_scaled(units, digits, currency)
    )


def _units(limit: Money, digits: int, rounding: Rounding) -> int:
    unit = Money.from_scaled(1, digits, limit.currency)
    return int(limit.rounded(rounding, digits=digits).ratio(unit))


def _over(digits: int, units: int) -> Decimal:
    return Money.from_scaled(units, digits, "EUR").amount
