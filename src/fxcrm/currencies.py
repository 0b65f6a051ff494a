"""Currencies: ISO 4217 in full, and registries for what ISO does not know (M11).

Read in this order: ``Currency`` is what a money is denominated in; ``CurrencyRegistry`` is
a set of currencies that may add codes of one's own; ``ISO`` is the registry that adds none.

Every currency is interned: the same definition is the same object for as long as the
process lives, also after pickling and copying, so equality is identity and costs nothing.
The table stays plain rows until a currency is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self, final

from fxcrm._iso4217 import ROWS, Row
from fxcrm.errors import CallError, InputRefused, NotThere

if TYPE_CHECKING:
    from decimal import Decimal

    from fxcrm.money import Money

ISO_NAME: Final = "ISO 4217"
MOST_DIGITS: Final = 18
LONGEST_NAME: Final = 80

LONGEST_CODE: Final = 12

_Definition = tuple[str, str, int | None, int | None, str]


class UnknownCurrency(InputRefused):
    """No currency has this code or number in this registry. It is never guessed."""

    code: object
    registry: str
    template: ClassVar[str] = (
        "{registry:plain} has no currency {code}; codes are capital letters (EUR), and a code "
        "of your own is asked from the CurrencyRegistry that defines it"
    )


class CurrencyNotDefinable(InputRefused):
    """A definition that a registry can not take: its code, digits, name or number is wrong."""

    code: object
    reason: str
    template: ClassVar[str] = "currency {code} can not be defined: {reason:plain}"


class NoMinorUnit(NotThere):
    """Funds and metals are not counted in minor units (gold, the SDR)."""

    code: str
    template: ClassVar[str] = "{code} has no minor unit; keep its amounts as decimals"


class DateExpected(CallError):
    """Validity is asked for a calendar day, not for an instant or a text."""

    given: str
    template: ClassVar[str] = "validity is asked for a datetime.date, not for a {given:plain}"


# The order in which ``_built`` takes their values.
_FIELDS: Final = (
    *("registry", "code", "numeric", "digits", "name"),
    *("valid_from", "valid_until", "successor", "fixed_rate", "fixed_since"),
)


@final
class Currency:
    """A currency of ISO 4217 by its code, or one that a ``CurrencyRegistry`` made. Immutable.

    ========================  ==========================================================
    ``code``                  "EUR"; what ``str`` shows
    ``numeric``               978, or None
    ``digits``                decimals of the minor unit: EUR 2, JPY 0, BHD 3; None for
                              metals and units of account, which have no minor unit
    ``name``                  the English name in ISO 4217
    ``registry``              name of the registry that defines it, "ISO 4217" for all of ISO
    ``valid_from``            first day of validity, None where unknown
    ``valid_until``           last day of validity; None means that it is living
    ``successor``             code of the currency that took its place by law, or None
    ``fixed_rate``            ``1 successor = fixed_rate x this``, canonical decimal text
    ``fixed_since``           the day from which that rate is law
    ========================  ==========================================================

    >>> Currency("DEM").fixed_rate
    '1.95583'
    >>> Currency("DEM") is Currency("DEM")
    True
    """

    __slots__ = _FIELDS

    registry: str
    code: str
    numeric: int | None
    digits: int | None
    name: str
    valid_from: date | None
    valid_until: date | None
    successor: str | None
    fixed_rate: str | None
    fixed_since: date | None

    def __new__(cls, code: str) -> Currency:
        """The ISO currency with this code, capital letters only. Raises ``UnknownCurrency``."""
        try:
            return _BY_CODE[code]
        except TypeError:
            raise UnknownCurrency(code=code, registry=ISO_NAME) from None

    @classmethod
    def of_number(cls, numeric: int) -> Currency:
        """The ISO currency with this number: the living one, else the one that lived last.

        Raises ``UnknownCurrency``.
        """
        code = _codes_by_number().get(numeric) if type(numeric) is int else None
        if code is None:
            raise UnknownCurrency(code=numeric, registry=ISO_NAME)
        return cls(code)

    @property
    def minor_units(self) -> int:
        """How many minor units make one: EUR 100, JPY 1. Raises ``NoMinorUnit`` for gold."""
        if self.digits is None:
            raise NoMinorUnit(code=self.code)
        return int(10**self.digits)

    @property
    def is_historic(self) -> bool:
        """True for what ISO has withdrawn."""
        return self.valid_until is not None

    def is_living(self, on: date) -> bool:
        """True when ``on`` lies between the first and the last day of validity, both included.

        An unknown first day counts as long ago. Raises ``DateExpected`` for a datetime.
        """
        if type(on) is not date:
            raise DateExpected(given=type(on).__name__)
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_until is None or on <= self.valid_until)

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        if self.registry == ISO_NAME:
            return f"Currency({self.code!r})"
        named = f"digits={self.digits!r}, name={self.name!r}, numeric={self.numeric!r}"
        own = f"CurrencyRegistry({self.registry!r}).define({self.code!r}, {named})"
        return f"{own}.currency({self.code!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Currency is immutable; {name} can not be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Currency is immutable; {name} can not be deleted")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.registry == ISO_NAME:
            return Currency, (self.code,)
        return _own, (self.registry, self.code, self.numeric, self.digits, self.name)


def _built(*values: object) -> Currency:
    """A new object with these values in the order of the slots; interned by the caller."""
    made: Currency = object.__new__(Currency)
    for slot, value in zip(_FIELDS, values, strict=True):
        object.__setattr__(made, slot, value)
    return made


@cache
def _rows_by_code() -> dict[str, Row]:
    return {row[0]: row for row in ROWS}


def _iso(row: Row) -> Currency:
    code, numeric, digits, name, start, end, successor, rate, since = row
    first, last, fixed = (day and date.fromisoformat(day) for day in (start, end, since))
    return _built(ISO_NAME, code, numeric, digits, name, first, last, successor, rate, fixed)


class _Interned(dict[str, Currency]):
    """The ISO currencies asked for so far; a code seen before costs one look-up in C.

    Interning needs one table for the process. It only ever grows to the rows of ISO 4217,
    and ``setdefault`` is atomic, so two threads that ask first still get one object.
    """

    def __missing__(self, code: str) -> Currency:
        row = _rows_by_code().get(code)
        if row is None:
            raise UnknownCurrency(code=code, registry=ISO_NAME)
        return self.setdefault(code, _iso(row))


def known(given: str | Currency) -> Currency:
    """The currency that a code of ISO 4217 means, or a ``Currency``: that very one.

    From then on it is in ``KNOWN``. Raises ``UnknownCurrency``.
    """
    if type(given) is Currency:
        KNOWN[given] = given
        return given
    try:
        found = Currency(given)
    except UnknownCurrency as refused:
        raise refused from None  # that `KNOWN` did not have it either tells nobody anything
    KNOWN[found.code] = found
    return found


_BY_CODE: Final = _Interned()
# What codes and currencies that were given before mean; looked up first, because that takes a
# third of the time. Keys are codes and interned currencies, which live as long as the process.
KNOWN: Final[dict[str | Currency, Currency]] = {}
_OWN: Final[dict[_Definition, Currency]] = {}


def _own(*definition: *_Definition) -> Currency:
    """The one object for this definition: registry, code, number, digits and name."""
    known = _OWN.get(definition)
    return known or _OWN.setdefault(definition, _built(*definition, *(None,) * 5))


@cache
def _codes_by_number() -> dict[int, str]:
    """Code by number. Rows are sorted so that the living one is written last and stays."""
    ordered = sorted(ROWS, key=lambda row: (row[5] is None, row[5] or ""))
    return {row[1]: row[0] for row in ordered if row[1] is not None}


@final
class CurrencyRegistry:
    """ISO 4217 and the codes one adds to it. Immutable: ``define`` returns another registry.

    Hand it to whatever turns text into money: codecs, stores, strategies. Iteration, ``in``
    and ``len`` cover all codes it knows; ``own`` holds the added currencies alone.

    >>> coins = CurrencyRegistry("house coins").define("BTC", digits=8, name="Bitcoin")
    >>> coins.currency("BTC").digits, coins.currency("EUR") is Currency("EUR")
    (8, True)
    """

    __slots__ = ("_own", "name")

    name: str
    _own: dict[str, Currency]

    def __new__(cls, name: str) -> CurrencyRegistry:
        """A registry that adds nothing yet. ``name``: 1 to 80 characters, not ISO's name."""
        if not _good_name(name) or name == ISO_NAME:
            raise CurrencyNotDefinable(code=None, reason="a registry needs a short name of its own")
        return _filled(name, {})

    def define(
        self, code: str, digits: int | None = 8, *, name: str, numeric: int | None = None
    ) -> CurrencyRegistry:
        """This registry with one more currency.

        ``code``: 3 to 12 capital letters and digits, a letter first, no code of ISO 4217,
        living or withdrawn. ``digits``: 0 to 18, None for no minor unit. ``numeric``: 1 to
        999 and not taken by ISO. Raises ``CurrencyNotDefinable``, also for a second
        definition of the code that differs from the first.
        """
        if self.name == ISO_NAME:
            raise CurrencyNotDefinable(code=code, reason="ISO 4217 takes none, make a registry")
        if reason := _objection(code, digits, name, numeric):
            raise CurrencyNotDefinable(code=code, reason=reason)
        added = _own(self.name, code, numeric, digits, name)
        if self._own.get(code, added) is not added:
            raise CurrencyNotDefinable(code=code, reason="it already means something else here")
        return _filled(self.name, {**self._own, code: added})

    @property
    def own(self) -> tuple[Currency, ...]:
        """The currencies added to ISO 4217, in the order of their definition."""
        return tuple(self._own.values())

    def currency(self, code: str) -> Currency:
        """The currency with this code, added or of ISO. Raises ``UnknownCurrency``."""
        if not self._knows(code):
            raise UnknownCurrency(code=code, registry=self.name)
        return self._own.get(code) or Currency(code)

    def money(self, amount: str | int | Decimal, code: str) -> Money:
        """``Money(amount, self.currency(code))``, with the errors of both."""
        # Money stands above this module in the layers; only this call needs it.
        from fxcrm.money import Money  # noqa: PLC0415

        return Money(amount, self.currency(code))

    def __contains__(self, code: object) -> bool:
        """True for a code that is known here and for a currency that is the one of its code."""
        if isinstance(code, Currency):
            return self._knows(code.code) and self.currency(code.code) is code
        return self._knows(code)

    def _knows(self, code: object) -> bool:
        return isinstance(code, str) and (code in self._own or code in _rows_by_code())

    def __iter__(self) -> Iterator[Currency]:
        yield from map(Currency, _rows_by_code())
        yield from self._own.values()

    def __len__(self) -> int:
        return len(ROWS) + len(self._own)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CurrencyRegistry):
            return NotImplemented
        return self.name == other.name and self._own == other._own

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self._own.values())))

    def __repr__(self) -> str:
        if self.name == ISO_NAME:
            return "ISO"
        return f"<CurrencyRegistry {self.name!r}: ISO 4217 and {', '.join(self._own) or 'no more'}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a CurrencyRegistry is immutable; {name} can not be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a CurrencyRegistry is immutable; {name} can not be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return _registry, (self.name, self.own)


def _filled(name: str, own: dict[str, Currency]) -> CurrencyRegistry:
    made: CurrencyRegistry = object.__new__(CurrencyRegistry)
    object.__setattr__(made, "name", name)
    object.__setattr__(made, "_own", own)
    return made


def _registry(name: str, own: tuple[Currency, ...]) -> CurrencyRegistry:
    """What unpickling calls; ISO comes back as the one ``ISO``."""
    if name == ISO_NAME:
        return ISO
    added = {currency.code: currency for currency in own}
    return _filled(name, added)


def _good_name(name: object) -> bool:
    return isinstance(name, str) and len(name.strip()) > 0 and len(name) <= LONGEST_NAME


def _good_code(code: object) -> bool:
    if not isinstance(code, str) or not 3 <= len(code) <= LONGEST_CODE:
        return False
    return code.isascii() and code.isalnum() and code.upper() == code and code[0].isalpha()


def _objection(code: object, digits: object, name: object, numeric: object) -> str | None:
    """Why this can not be defined, or None."""
    if not _good_code(code):
        return f"a code is 3 to {LONGEST_CODE} capital letters and digits, a letter first"
    if code in _rows_by_code():
        return "ISO 4217 has given this code a meaning"
    if digits is not None and not (type(digits) is int and 0 <= digits <= MOST_DIGITS):
        return f"digits is None or 0 to {MOST_DIGITS}"
    if not _good_name(name):
        return f"a name has 1 to {LONGEST_NAME} characters"
    if numeric is not None and not (type(numeric) is int and 0 < numeric < 1000):
        return "a number is 1 to 999"
    return "ISO 4217 has given this number a meaning" if numeric in _codes_by_number() else None


ISO: Final = _filled(ISO_NAME, {})
