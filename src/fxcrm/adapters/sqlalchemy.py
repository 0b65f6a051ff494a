"""Columns of one's own tables that hold money: whole minor units, and the code beside them.

==================  =====================================================================
``MoneyIn("EUR")``  one column, amounts of one currency; a ``Money`` in Python
``MoneyColumns``    two columns, amounts of any currency: ``price`` and ``price_currency``
``MinorUnits``      the first of the two: a count of minor units, an int in Python
``CurrencyCode``    the second: a ``Currency`` in Python
==================  =====================================================================

Databases add and compare integers exactly; decimals they do not all keep (SQLite makes a float
of them). So an amount with more digits than its currency has, or beyond 64 bits of minor units,
is refused before SQL sees it (M10, RULES section 4). Inside of a statement SQLAlchemy wraps
such a refusal in its ``StatementError``, with ours as ``orig``.

These types are for tables of your own. The tables of ``fxcrm.adapters.sql`` know nothing of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from operator import add, sub
from typing import Any, ClassVar, Final

import attrs
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Row,
    RowMapping,
    String,
    Text,
    TypeDecorator,
    and_,
    func,
    or_,
    type_coerce,
)

from fxcrm.currencies import ISO, LONGEST_CODE, Currency, CurrencyRegistry
from fxcrm.encoding import LARGEST_MINOR, NotStorable, code_of, minor_of
from fxcrm.errors import EnvironmentFailed, NotThere
from fxcrm.money import Money
from fxcrm.rational import BareNumberRefused, CurrencyMismatch, places_of

__all__ = [
    "AmountMissing",
    "ColumnDamaged",
    "CurrencyCode",
    "MinorUnits",
    "MoneyColumns",
    "MoneyIn",
]

# SQLite's STRICT tables know INTEGER and TEXT only; its INTEGER holds 64 bits.
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
_CODE: Final = String(LONGEST_CODE).with_variant(Text(), "sqlite")

_Read = Row[*tuple[Any, ...]] | RowMapping | Mapping[str, Any]


class ColumnDamaged(EnvironmentFailed):
    """A column holds what none of these types has written; the row is not read."""

    found: str
    template: ClassVar[str] = "a column of money holds {found:plain}; mend the row, it is not read"


class AmountMissing(NotThere):
    """The columns of an amount are NULL, and nothing was asked for but an amount."""

    name: str
    template: ClassVar[str] = "the row has no {name:plain}; ask with find(), which may answer None"


class MinorUnits(TypeDecorator[int]):
    """Whole minor units of a currency that stands elsewhere: an int in Python, BIGINT in SQL.

    Takes ints of 64 bits; ``Money``, which would lose its currency here, and every other number
    raise ``NotStorable``. A sum that the driver gives as a decimal (PostgreSQL) is read as int.
    """

    impl = _WHOLE
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """What SQL gets. Raises ``NotStorable``."""
        if value is not None and (type(value) is not int or abs(value) > LARGEST_MINOR):
            reason = "a count of minor units is an int of 64 bits"
            raise NotStorable(what=type(value).__name__, reason=reason)
        return value

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> int | None:
        """What Python gets. Raises ``ColumnDamaged``."""
        return None if value is None else _units(value)


class CurrencyCode(TypeDecorator[Currency]):
    """The code of a currency: a ``Currency`` in Python, text in SQL.

    Takes currencies and codes of ``registry`` (M11). Others raise ``UnknownCurrency``, on the
    way in and on the way out.
    """

    impl = _CODE
    cache_ok = True

    def __init__(self, registry: CurrencyRegistry = ISO) -> None:
        super().__init__()
        self.registry = registry

    def process_bind_param(self, value: Currency | str | None, _dialect: Dialect) -> str | None:
        """What SQL gets. Raises ``UnknownCurrency``."""
        if isinstance(value, Currency):
            return code_of(value, self.registry)
        return None if value is None else self.registry.currency(value).code

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> Currency | None:
        """What Python gets. Raises ``UnknownCurrency``."""
        return None if value is None else self.registry.currency(value)

    def __repr__(self) -> str:
        return "CurrencyCode()" if self.registry is ISO else f"CurrencyCode({self.registry!r})"


class _OneCurrency(TypeDecorator.Comparator[Money], BigInteger.Comparator[Money]):
    """Operators of a column of one currency. Sums and differences are amounts again.

    A column of another currency is refused; SQL would add it without a word (M8).
    """

    type: MoneyIn

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        kinds = (getattr(one, "type", None) for one in other)
        for kind in kinds:
            if isinstance(kind, MoneyIn) and kind.currency is not self.type.currency:
                left, right = str(self.type.currency), str(kind.currency)
                raise CurrencyMismatch(left=left, right=right, operation="the column")
        result = super().operate(op, *other, **kwargs)
        return type_coerce(result, self.type) if op in (add, sub) else result


class MoneyIn(TypeDecorator[Money]):
    """Amounts of one currency, the same in every row: ``Money`` in Python, BIGINT in SQL.

    ``currency`` is an ISO code or a ``Currency`` with a minor unit. The column is compared with
    ``Money`` and added up with ``func.sum``. Raises ``BareNumberRefused`` for what is no money,
    ``CurrencyMismatch`` (beside a column of another currency too), ``SubMinorAmount``,
    ``NotStorable`` beyond 64 bits; ``NoMinorUnit`` when the type is made for a metal.
    """

    impl = _WHOLE
    cache_ok = True
    comparator_factory = _OneCurrency

    def __init__(self, currency: str | Currency) -> None:
        super().__init__()
        self.currency = currency if isinstance(currency, Currency) else Currency(currency)
        places_of(self.currency, None)

    def process_bind_param(self, value: Money | None, _dialect: Dialect) -> int | None:
        """What SQL gets. Raises as the class says."""
        return None if value is None else minor_of(self._checked(value))

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> Money | None:
        """What Python gets. Raises ``ColumnDamaged``."""
        return None if value is None else Money.from_minor(_units(value), self.currency)

    def _checked(self, value: Money) -> Money:
        if not isinstance(value, Money):
            kind, code = type(value).__name__, self.currency.code
            raise BareNumberRefused(kind=kind, operation="the column", currency=code)
        if value.currency is not self.currency:
            raise CurrencyMismatch(left=str(self.currency), right=value, operation="the column")
        return value

    def __repr__(self) -> str:
        return f"MoneyIn({self.currency.code!r})"


@attrs.frozen
class MoneyColumns:
    """An amount of any currency in two columns, ``name`` and ``name_currency``.

    A helper for SQLAlchemy Core: it makes the columns, the values to insert, and the ``Money``
    of a row. It knows its name and the registry only, so one object serves many tables.
    """

    name: str
    registry: CurrencyRegistry = ISO

    @property
    def currency_name(self) -> str:
        """The name of the second column."""
        return f"{self.name}_currency"

    def columns(self) -> tuple[Column[int], Column[Currency]]:
        """Both columns, NOT NULL. On SQLite a CHECK refuses what is no integer."""
        units = Column(self.name, MinorUnits, nullable=False)
        _only_integers(units, "integer")
        return units, Column(self.currency_name, CurrencyCode(self.registry), nullable=False)

    def optional_columns(self) -> tuple[Column[int], Column[Currency]]:
        """Both columns, with a CHECK that both are NULL or neither is."""
        units = Column(self.name, MinorUnits)
        code: Column[Currency] = Column(self.currency_name, CurrencyCode(self.registry))
        _only_integers(units, "integer", "null")
        neither = and_(units.is_(None), code.is_(None))
        both = and_(units.is_not(None), code.is_not(None))
        CheckConstraint(or_(neither, both))  # joins the table when its columns do
        return units, code

    def values(self, money: Money | None) -> dict[str, Any]:
        """What to insert or update, by column; NULL in both for None.

        Raises ``SubMinorAmount``, ``NotStorable``, ``UnknownCurrency``.
        """
        if money is None:
            return {self.name: None, self.currency_name: None}
        code_of(money.currency, self.registry)
        return {self.name: minor_of(money), self.currency_name: money.currency}

    def get(self, row: _Read) -> Money:
        """The amount of a row that has both columns. Raises ``AmountMissing`` for NULL."""
        money = self.find(row)
        if money is None:
            raise AmountMissing(name=self.name)
        return money

    def find(self, row: _Read) -> Money | None:
        """The amount of a row that has both columns, or None. Raises ``ColumnDamaged``."""
        fields: Any = row._mapping if isinstance(row, Row) else row
        units, currency = fields[self.name], fields[self.currency_name]
        if units is None and currency is None:
            return None
        if units is None or currency is None:
            raise ColumnDamaged(found="half of an amount")
        return Money.from_minor(units, currency)

    def matches(self, table: FromClause, money: Money) -> ColumnElement[bool]:
        """The condition that a row of ``table`` holds this very amount; raises as ``values``."""
        given = self.values(money)
        return and_(*(table.c[name] == value for name, value in given.items()))


def _units(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise ColumnDamaged(found=f"a {type(value).__name__}")


def _only_integers(units: Column[int], *kinds: str) -> None:
    """SQLite alone would store a text or a float in a column of integers."""
    CheckConstraint(func.typeof(units).in_(kinds)).ddl_if(dialect="sqlite")
