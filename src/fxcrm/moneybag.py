"""Several currencies at once: a bag holds one amount for each, and no zeros.

A bag is what remains when amounts of different currencies are added without a rate (M8). It
is converted as an estimate is (M9, R6): exactly, member by member, with one rounding on the
total; ``conversion`` is the account of it, line by line, with what rounding the lines instead
would have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import Any, ClassVar, NoReturn, Protocol, final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import CallError, InputRefused
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.rational import is_zero_int


class BagMemberRefused(CallError):
    """Only ``Money`` goes into a bag."""

    kind: str
    template: ClassVar[str] = (
        "a bag holds Money, not a {kind:plain}; give a number its currency, round an exact amount"
    )


class RatioRefused(InputRefused):
    """A look-up answered with something that is no exact ratio above zero (F8)."""

    base: str
    counter: str
    template: ClassVar[str] = (
        "the rate of {base:plain}/{counter:plain} must have a ratio, a Fraction above zero"
    )


class Rate(Protocol):
    """One rate, ``1 base = ratio counter``."""

    @property
    def ratio(self) -> Fraction:
        """Exact, above zero, in the direction that was asked for."""
        ...


class Rates(Protocol):
    """Whatever finds rates: a table, a fixed list, a fake."""

    def rate(self, base: Currency, counter: Currency, /, *more: Any, **lookup: Any) -> Rate:
        """The rate of ``1 base = ratio counter``; raises where there is none, never guesses."""
        ...


@attrs.frozen
class BagLine:
    """One member of a converted bag.

    ``rate`` is what the look-up answered, None for the target currency itself. ``exact`` is
    the value in the target currency, ``rounded`` the same in its minor units.
    """

    money: Money
    rate: Rate | None
    exact: RationalMoney
    rounded: Money

    def __str__(self) -> str:
        return f"{self.money} = {self.rounded}"


@attrs.frozen
class BagConversion:
    """The account of a conversion: lines in the order of codes, all in one target currency.

    ``exact`` is the exact sum of the lines, ``total`` that sum rounded once (R6), and
    ``difference`` what the total is above (below: negative) the sum of the rounded lines.
    """

    lines: tuple[BagLine, ...]
    exact: RationalMoney
    total: Money
    rounding: Rounding

    @property
    def difference(self) -> Money:
        """``total`` minus the rounded lines, so that a report that shows both adds up (M9)."""
        rounded = Money.total((line.rounded for line in self.lines), self.total.currency)
        return self.total - rounded


@final
class MoneyBag:
    """An immutable collection of at most one amount per currency, zeros dropped. Hashable.

    ``bag + x`` and ``bag - x`` take bags and ``Money``; ``bag * n`` takes int and Decimal.
    Iteration gives the amounts in the order of their codes; ``len`` counts them. There is no
    order between bags: comparing values needs a rate (R7).

    >>> MoneyBag.of(Money("5.00", "USD"), Money("2.00", "EUR"), Money("1.00", "USD"))
    MoneyBag.of(Money('2.00', 'EUR'), Money('6.00', 'USD'))
    """

    __slots__ = ("_by_currency",)

    _by_currency: dict[Currency, Money]

    def __init__(self) -> None:
        """An empty bag; ``MoneyBag.of`` fills one."""
        object.__setattr__(self, "_by_currency", {})

    @classmethod
    def of(cls, *moneys: Money) -> MoneyBag:
        """A bag of these amounts; those of one currency are added. Raises ``BagMemberRefused``."""
        held: dict[Currency, list[Money]] = {}
        for money in moneys:
            if type(money) is not Money:
                raise BagMemberRefused(kind=type(money).__name__)
            held.setdefault(money.currency, []).append(money)
        return _bag(Money.total(of_one) for of_one in held.values())

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """The currencies of the amounts that are not zero, in the order of their codes."""
        return tuple(self._by_currency)

    @property
    def is_empty(self) -> bool:
        """True when every currency is at zero."""
        return not self._by_currency

    def __getitem__(self, currency: str | Currency) -> Money:
        """The amount in this currency, zero if there is none. Raises ``UnknownCurrency``."""
        known = currency if isinstance(currency, Currency) else Currency(currency)
        return self._by_currency.get(known) or Money.zero(known)

    def __contains__(self, currency: object) -> bool:
        known = Currency(currency) if isinstance(currency, str) else currency
        return known in self._by_currency

    def __iter__(self) -> Iterator[Money]:
        return iter(self._by_currency.values())

    def __len__(self) -> int:
        return len(self._by_currency)

    def __bool__(self) -> bool:
        return bool(self._by_currency)

    def __add__(self, other: MoneyBag | Money | int) -> MoneyBag:
        if is_zero_int(other):
            return self
        members = _members(other)
        return self._foreign(other) if members is None else MoneyBag.of(*self, *members)

    __radd__ = __add__

    def __sub__(self, other: MoneyBag | Money) -> MoneyBag:
        members = _members(other)
        return self._foreign(other) if members is None else self + -_bag(members)

    def __rsub__(self, other: Money) -> MoneyBag:
        members = _members(other)
        return self._foreign(other) if members is None else _bag(members) - self

    def _foreign(self, other: object) -> Any:
        """A rational amount or a bare number has no place in a bag (M2, M3)."""
        if isinstance(other, (Number, RationalMoney)):
            raise BagMemberRefused(kind=type(other).__name__)
        return NotImplemented

    def __neg__(self) -> MoneyBag:
        return _bag(-member for member in self)

    def __pos__(self) -> MoneyBag:
        return self

    def __mul__(self, factor: int | Decimal) -> MoneyBag:
        return _bag(member * factor for member in self)

    __rmul__ = __mul__

    def convert(
        self,
        rates: Rates,
        to: str | Currency,
        rounding: Rounding = Rounding.HALF_EVEN,
        **lookup: Any,
    ) -> Money:
        """The value in one currency: the exact sum, rounded once to minor units (R6, M10).

        ``lookup`` goes to ``rates.rate`` as it is (``on=``, ``policy=``). What that raises
        for a missing rate is raised here: no member is ever left out.
        """
        return self.conversion(rates, to, rounding, **lookup).total

    def conversion(
        self,
        rates: Rates,
        to: str | Currency,
        rounding: Rounding = Rounding.HALF_EVEN,
        **lookup: Any,
    ) -> BagConversion:
        """The line-by-line account of ``convert``."""
        target = to if isinstance(to, Currency) else Currency(to)
        lines = tuple(_line(money, target, rates, rounding, lookup) for money in self)
        exact = RationalMoney(sum((line.exact.value for line in lines), Fraction(0)), target)
        return BagConversion(lines, exact, exact.rounded(rounding), rounding)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MoneyBag):
            return NotImplemented
        return self._by_currency == other._by_currency

    def __hash__(self) -> int:
        return hash((MoneyBag, *self._by_currency.values()))

    def __str__(self) -> str:
        return ", ".join(map(str, self)) or "nothing"

    def __repr__(self) -> str:
        return f"MoneyBag.of({', '.join(map(repr, self))})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"MoneyBag is immutable; {name} can not be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"MoneyBag is immutable; {name} can not be deleted")

    def __copy__(self) -> MoneyBag:
        return self

    def __deepcopy__(self, memo: object) -> MoneyBag:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return MoneyBag.of, tuple(self)


def _bag(moneys: Iterable[Money]) -> MoneyBag:
    """A bag of amounts that are of different currencies already."""
    kept = sorted((money for money in moneys if money), key=_code_first)
    bag = MoneyBag()
    bag._by_currency.update((money.currency, money) for money in kept)
    return bag


def _code_first(money: Money) -> tuple[str, str, str]:
    """By code; the rest settles two registries that gave one code two meanings (M11)."""
    return money.currency.code, money.currency.registry, repr(money.currency)


def _members(other: object) -> Iterable[Money] | None:
    if isinstance(other, MoneyBag):
        return other
    return (other,) if isinstance(other, Money) else None


def _line(
    money: Money, target: Currency, rates: Rates, rounding: Rounding, lookup: dict[str, Any]
) -> BagLine:
    if money.currency is target:  # the rate of a currency to itself is 1 (R1)
        return BagLine(money, None, money.exact(), money.rounded(rounding))
    rate = rates.rate(money.currency, target, **lookup)
    ratio = rate.ratio
    if type(ratio) is not Fraction or ratio <= 0:
        raise RatioRefused(base=money.currency.code, counter=target.code)
    exact = RationalMoney(money.exact().value * ratio, target)
    return BagLine(money, rate, exact, exact.rounded(rounding))
