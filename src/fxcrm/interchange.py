"""How an amount of money is written down and read back, without a locale.

Every form here is exact, the same on every machine, and read back to an equal value:

===============  ============================================  ==============================
``str``          ``EUR 19.99``                                 ``Money.parse``
``repr``         ``Money('19.99', 'EUR')``                     ``eval``
``to_json``      ``{"amount": "19.99", "currency": "EUR"}``    ``Money.from_json``
units and nanos  ``(19, 990000000)``, as google.type.Money     ``Money.from_units_nanos``
``format``       for people, see ``Written.__format__``        not meant to be read back
===============  ============================================  ==============================

The decimals are those of the currency, and more only where the amount has more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final, Self

from fxcrm._decimals import (
    LONGEST_NUMBER,
    MOST_DECIMALS,
    WIDE,
    decimal_of,
    grouped,
    padded,
    with_decimals,
)
from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.errors import CallError, InputRefused

_MOST_NANOS: Final = 10**9
_MOST_UNITS: Final = 2**63

_FORMAT: Final = re.compile(
    r"(?P<padding>(?:.?[<>^])?)(?P<sign>[+ -]?)(?P<width>[1-9][0-9]{0,2})?"
    r"(?P<grouping>[,_]?)(?:\.(?P<digits>[0-9]{1,2}))?(?P<kind>[cen]?)",
    re.DOTALL,
)


class MoneyRefused(InputRefused):
    """A text or record from outside is not in the one form that is accepted."""

    given: str
    reason: str
    template: ClassVar[str] = "{given} is refused: {reason:plain}"


class FormatRefused(CallError, ValueError):
    """A format specification that ``Written.__format__`` does not know."""

    spec: str
    template: ClassVar[str] = (
        "{spec} is no format of money; one is [[fill]align][sign][width][,|_][.digits][c|e|n]"
    )


class DecimalsLost(CallError, ValueError):
    """A format that shows fewer decimals than the amount has; formatting never rounds."""

    amount: str
    digits: int
    template: ClassVar[str] = (
        "{amount:plain} has more than {digits} decimals; round it first, "
        ".rounded(Rounding.HALF_EVEN, digits={digits})"
    )


class Written:
    """The written forms of ``Money``, which lends its amount and currency."""

    __slots__ = ()

    amount: Decimal
    currency: Currency

    if TYPE_CHECKING:

        def __new__(  # noqa: D102
            cls, amount: str | int | Decimal, currency: str | Currency
        ) -> Self: ...

    @classmethod
    def parse(cls, text: str, registry: CurrencyRegistry = ISO) -> Self:
        """What ``str`` wrote: "EUR 19.99", "JPY -500". For a locale's text see ``formatting``.

        Raises ``MoneyRefused``, ``NumberRefused``, ``UnknownCurrency``.
        """
        if isinstance(text, str) and len(text) <= 2 * LONGEST_NUMBER:
            code, space, number = text.partition(" ")
            if space:
                known = code if registry is ISO else registry.currency(code)
                return cls.__new__(cls, number, known)  # a tenth faster than calling the class
        given = text[:LONGEST_NUMBER] if isinstance(text, str) else type(text).__name__
        raise MoneyRefused(given=given, reason='an amount is written like "EUR 19.99"')

    def to_json(self) -> dict[str, str]:
        """``{"amount": "19.99", "currency": "EUR"}``; the amount is text, never a number."""
        return {"amount": self._number(), "currency": self.currency.code}

    @classmethod
    def from_json(cls, record: Mapping[str, str], registry: CurrencyRegistry = ISO) -> Self:
        """What ``to_json`` made, and nothing else: two texts, no JSON number.

        Raises ``MoneyRefused``, ``NumberRefused``, ``UnknownCurrency``.
        """
        match record:
            case {"amount": str(amount), "currency": str(code), **rest} if not rest:
                return cls(amount, registry.currency(code))
        reason = 'a record is two texts, {"amount": "19.99", "currency": "EUR"}'
        raise MoneyRefused(given=type(record).__name__, reason=reason)

    def to_units_nanos(self) -> tuple[int, int]:
        """Whole units and 10**-9 units, both of the sign of the amount, as google.type.Money.

        Raises ``DecimalsLost`` beyond 9 decimals, ``MoneyRefused`` beyond 64 bits of units.
        """
        nanos = int(WIDE.scaleb(_exactly(self, 9), 9))
        units, rest = divmod(abs(nanos), _MOST_NANOS)
        if units >= _MOST_UNITS:
            raise MoneyRefused(given=str(self), reason="the units do not fit 64 bits")
        return (units, rest) if nanos >= 0 else (-units, -rest)

    @classmethod
    def from_units_nanos(cls, units: int, nanos: int, currency: str | Currency) -> Self:
        """The amount that ``google.type.Money`` states in these two. Raises ``MoneyRefused``."""
        if type(units) is not int or type(nanos) is not int:
            raise MoneyRefused(given="units, nanos", reason="both are an int")
        if not -_MOST_UNITS <= units < _MOST_UNITS or not -_MOST_NANOS < nanos < _MOST_NANOS:
            raise MoneyRefused(given="units, nanos", reason="int64, and less than 10**9 nanos")
        if units * nanos < 0:
            raise MoneyRefused(given="units, nanos", reason="one is above zero and one below")
        return cls(decimal_of(units * _MOST_NANOS + nanos, 9), currency)

    def _number(self) -> str:
        return padded(self.amount, self.currency.digits or 0)

    def __str__(self) -> str:
        return f"{self.currency.code} {self._number()}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._number()!r}, {currency_text(self.currency)})"

    def __format__(self, spec: str) -> str:
        """The text of ``str``, laid out by ``[[fill]align][sign][width][,|_][.digits][c|e|n]``.

        ``<  >  ^``   left, right, centred in ``width`` characters, filled with ``fill``
        ``+`` space   sign of amounts that are not negative; ``-``, the default, gives none
        ``,`` ``_``   between thousands
        ``.digits``   exactly so many decimals; ``DecimalsLost`` if the amount has more
        ``c e n``     code first (the default), code at the end, the number alone

        >>> from fxcrm.money import Money
        >>> f"{Money('-1234567.5', 'EUR'):*>20,.2e}"
        '***-1,234,567.50 EUR'
        """
        if not spec:
            return str(self)
        found = _FORMAT.fullmatch(spec)
        if found is None or int(found["digits"] or 0) > MOST_DECIMALS:
            raise FormatRefused(spec=spec[:LONGEST_NUMBER])
        number = _laid_out(self, found["sign"], found["grouping"], found["digits"])
        code = self.currency.code
        text = {"e": f"{number} {code}", "n": number}.get(found["kind"], f"{code} {number}")
        return f"{text:{found['padding']}{found['width'] or ''}}"


def _laid_out(money: Written, sign: str, grouping: str, digits: str | None) -> str:
    if digits is None:
        text = padded(money.amount.copy_abs(), money.currency.digits or 0)
    else:
        text = format(_exactly(money, int(digits)).copy_abs(), "f")
    shown = "-" if money.amount < 0 else sign.replace("-", "")
    return shown + (grouped(text, grouping) if grouping else text)


def _exactly(money: Written, digits: int) -> Decimal:
    value = with_decimals(money.amount, digits)
    if value is None:
        raise DecimalsLost(amount=str(money), digits=digits)
    return value


def currency_text(currency: Currency) -> str:
    """The currency as an argument that evaluates: the code alone for ISO."""
    return repr(currency.code if currency.registry == ISO.name else currency)
