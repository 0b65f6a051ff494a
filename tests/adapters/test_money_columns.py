"""Columns of one's own tables that hold money: exact, of one currency or of any, refused early."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable

from fxcrm.adapters.sqlalchemy import (
    AmountMissing,
    ColumnDamaged,
    CurrencyCode,
    MinorUnits,
    MoneyColumns,
    MoneyIn,
)
from fxcrm.currencies import Currency, CurrencyRegistry, NoMinorUnit, UnknownCurrency
from fxcrm.encoding import LARGEST_MINOR, NotStorable
from fxcrm.errors import FxcrmError
from fxcrm.money import Money, SubMinorAmount
from fxcrm.moneybag import MoneyBag
from fxcrm.rational import BareNumberRefused, CurrencyMismatch
from fxcrm.testing.strategies import currencies
from tests.ambient import any_context as any_context

COINS = CurrencyRegistry("house coins").define("BTC", digits=8, name="Bitcoin")
PRICE, DISCOUNT = MoneyColumns("price"), MoneyColumns("discount")
COIN = MoneyColumns("coin", COINS)
MOST = Money.from_minor(LARGEST_MINOR, "EUR")


def table(name: str, *, strict: bool) -> Table:
    """A table with an amount of any currency, one that may be missing, and two of one currency."""
    return Table(
        name,
        MetaData(),
        Column("id", Integer, primary_key=True),
        *PRICE.columns(),
        *DISCOUNT.optional_columns(),
        *COIN.optional_columns(),
        Column("fee", MoneyIn("EUR")),
        Column("toll", MoneyIn("EUR")),
        Column("duty", MoneyIn("USD")),
        sqlite_strict=strict,
    )


OFFERS = table("offers", strict=False)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A database in memory with the table in it."""
    opened = create_engine("sqlite://")
    OFFERS.create(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, so that every test finds the table empty."""
    with engine.connect() as opened:
        yield opened


def put(connection: Connection, **values: Any) -> None:
    """Insert one offer, at a price of one euro unless another one is given."""
    connection.execute(insert(OFFERS), {**PRICE.values(Money(1, "EUR")), **values})


def refusal(connection: Connection, **values: Any) -> BaseException | None:
    """What stands behind the error with which an offer is refused; no row is written."""
    with pytest.raises(StatementError) as refused:
        put(connection, **values)
    assert connection.scalar(select(func.count()).select_from(OFFERS)) == 0
    return refused.value.orig


@given(units=st.integers(-LARGEST_MINOR, LARGEST_MINOR), currency=currencies())
def test_an_amount_of_any_currency_is_read_back(
    engine: Engine, units: int, currency: Currency
) -> None:
    """Two columns hold what 64 bits of minor units hold, whatever the currency's digits."""
    amount = Money.from_minor(units, currency)
    with engine.connect() as connection:
        connection.execute(insert(OFFERS), PRICE.values(amount))
        [row] = connection.execute(select(OFFERS))
        assert PRICE.get(row) == PRICE.get(row._mapping) == amount
        assert (row.price, row.price_currency) == (units, currency)
        assert connection.execute(select(OFFERS).where(PRICE.matches(OFFERS, amount))).all()


@given(units=st.integers(-LARGEST_MINOR, LARGEST_MINOR))
def test_an_amount_of_one_currency_is_money_in_python(engine: Engine, units: int) -> None:
    """One column with its currency: ``Money`` in, an equal ``Money`` out, a whole number in SQL."""
    amount = Money.from_minor(units, "EUR")
    with engine.connect() as connection:
        put(connection, fee=amount)
        assert connection.scalar(select(OFFERS.c.fee)) == amount
        assert connection.execute(text("SELECT fee, typeof(fee) FROM offers")).one() == (
            units,
            "integer",
        )
        assert connection.scalar(select(OFFERS.c.id).where(OFFERS.c.fee == amount)) == 1


def test_nothing_is_nothing(connection: Connection) -> None:
    """NULL stands for no amount: found as None, and an error where an amount is needed."""
    put(connection, **DISCOUNT.values(None))
    [row] = connection.execute(select(OFFERS))
    assert DISCOUNT.find(row) is None
    assert (row.fee, row.discount, row.discount_currency) == (None, None, None)
    with pytest.raises(AmountMissing, match="no discount"):
        DISCOUNT.get(row)


@pytest.mark.parametrize(
    ("fee", "error"),
    [
        (Money("1.005", "EUR"), SubMinorAmount),
        (Money(1, "USD"), CurrencyMismatch),
        (MOST + Money("0.01", "EUR"), NotStorable),
        (-MOST - Money("0.01", "EUR"), NotStorable),
        (5, BareNumberRefused),
        (5.5, BareNumberRefused),
        (True, BareNumberRefused),
        (Decimal("5.00"), BareNumberRefused),
        ("EUR 5.00", BareNumberRefused),
    ],
)
def test_what_one_column_can_not_hold_never_reaches_sql(
    connection: Connection, fee: object, error: type[FxcrmError]
) -> None:
    """Finer than a cent, too large, another currency, a bare number (M2, M8, M10)."""
    assert type(refusal(connection, fee=fee)) is error


@pytest.mark.parametrize("units", [Money(1, "EUR"), 1.0, True, "1", Decimal(1), LARGEST_MINOR + 1])
def test_minor_units_are_ints_of_64_bits(connection: Connection, units: object) -> None:
    """A ``Money`` would lose its currency here, and every other number something else."""
    assert type(refusal(connection, price=units)) is NotStorable


@pytest.mark.parametrize("code", ["eur", "XXZ", "BTC", 978, COINS.currency("BTC")])
def test_codes_are_those_of_the_registry(connection: Connection, code: object) -> None:
    """A code that could not be read back is not written (M11)."""
    assert type(refusal(connection, price_currency=code)) is UnknownCurrency


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (Money("1.005", "EUR"), SubMinorAmount),
        (MOST + Money("0.01", "EUR"), NotStorable),
        (Money("1", "XAU"), NoMinorUnit),
        (COINS.money("1", "BTC"), UnknownCurrency),
    ],
)
def test_values_refuse_before_there_is_a_statement(amount: Money, error: type[FxcrmError]) -> None:
    """The helper raises the error itself, nothing wraps it."""
    with pytest.raises(error):
        PRICE.values(amount)


def test_a_metal_has_no_column() -> None:
    """What is not counted in minor units can not be kept in them; the type says so at once."""
    with pytest.raises(NoMinorUnit):
        MoneyIn("XAU")
    with pytest.raises(UnknownCurrency):
        MoneyIn("EURO")


def test_own_currencies_are_kept_under_their_registry(connection: Connection) -> None:
    """The columns are given the registry, which reads what it wrote (M11)."""
    coin = COINS.money("0.00000001", "BTC")
    put(connection, **COIN.values(coin))
    [row] = connection.execute(select(OFFERS))
    assert COIN.get(row) == coin
    assert MoneyIn(coin.currency).process_result_value(1, sqlite.dialect()) == coin


def test_amounts_are_compared_ordered_and_added_by_the_database(connection: Connection) -> None:
    """Integers compare and add up exactly; what comes back is money again."""
    for cents in (30, 10, 20):
        put(connection, fee=Money.from_minor(cents, "EUR"), toll=Money.from_minor(1, "EUR"))
    fee, toll, unit = OFFERS.c.fee, OFFERS.c.toll, Money.from_minor

    def amounts(query: Select[Any]) -> list[Money]:
        return list(connection.scalars(query))

    assert amounts(select(fee).order_by(fee)) == [unit(n, "EUR") for n in (10, 20, 30)]
    assert amounts(select(fee).where(fee > Money("0.10", "EUR")).order_by(-fee)) == [
        unit(30, "EUR"),
        unit(20, "EUR"),
    ]
    assert amounts(select(fee).where(fee.in_([unit(10, "EUR"), unit(11, "EUR")]))) == [
        unit(10, "EUR")
    ]
    assert amounts(select(func.sum(fee))) == [unit(60, "EUR")]
    assert amounts(select(func.max(fee))) == [unit(30, "EUR")]
    assert amounts(select(func.sum(fee + toll) - Money("0.03", "EUR"))) == [unit(60, "EUR")]


def test_columns_of_two_currencies_do_not_meet() -> None:
    """Neither adding nor comparing is built, because a database would do it (M8)."""
    euros, dollars = OFFERS.c.fee, OFFERS.c.duty
    for meet in (lambda: euros + dollars, lambda: dollars < euros, lambda: euros == dollars):
        with pytest.raises(CurrencyMismatch, match="rate"):
            meet()


@pytest.mark.parametrize("factor", [2, 1.5, Decimal("0.5")])
def test_bare_numbers_do_not_meet_the_column(connection: Connection, factor: Any) -> None:
    """Neither a product nor a comparison with a number is sent (M2)."""
    for expression in (OFFERS.c.fee * factor, OFFERS.c.fee + factor, OFFERS.c.fee > factor):
        with pytest.raises(StatementError) as refused:
            connection.execute(select(expression))
        assert type(refused.value.orig) is BareNumberRefused


def test_a_sum_past_64_bits_is_an_error(connection: Connection) -> None:
    """SQLite's sum of integers never turns into a float on the way."""
    put(connection, fee=MOST)
    put(connection, fee=MOST)
    with pytest.raises(OperationalError, match="integer overflow"):
        connection.scalar(select(func.sum(OFFERS.c.fee)))


def test_a_sum_per_currency_is_a_bag(connection: Connection) -> None:
    """Rows of several currencies are added per currency, and read by the names of the columns."""
    for amount in (Money(1, "EUR"), Money("2.50", "EUR"), Money(500, "JPY")):
        put(connection, **PRICE.values(amount))
    per_currency = select(
        OFFERS.c.price_currency, func.sum(OFFERS.c.price).label("price")
    ).group_by(OFFERS.c.price_currency)
    bag = MoneyBag.of(*map(PRICE.get, connection.execute(per_currency)))
    assert bag == MoneyBag.of(Money("3.50", "EUR"), Money(500, "JPY"))


def test_equal_numbers_of_two_currencies_do_not_match(connection: Connection) -> None:
    """The condition names number and currency; the scale does not matter (M2)."""
    put(connection, **PRICE.values(Money(5, "EUR")))
    put(connection, **PRICE.values(Money(500, "JPY")))

    def ids(amount: Money) -> list[int]:
        return list(connection.scalars(select(OFFERS.c.id).where(PRICE.matches(OFFERS, amount))))

    assert (ids(Money("5.000", "EUR")), ids(Money(500, "JPY")), ids(Money(500, "EUR"))) == (
        [1],
        [2],
        [],
    )
    codes = select(OFFERS.c.id).where(OFFERS.c.price_currency.in_(["JPY", Currency("USD")]))
    assert list(connection.scalars(codes)) == [2]


@pytest.mark.parametrize(
    "columns",
    [
        "price, price_currency) VALUES ('x', 'EUR'",
        "price, price_currency) VALUES (1.5, 'EUR'",
        "price, price_currency) VALUES (NULL, 'EUR'",
        "price, price_currency) VALUES (1, NULL",
        "price, price_currency, discount) VALUES (1, 'EUR', 1",
        "price, price_currency, discount_currency) VALUES (1, 'EUR', 'EUR'",
        "price, price_currency, discount, discount_currency) VALUES (1, 'EUR', 0.5, 'EUR'",
    ],
)
def test_the_table_itself_refuses_damage(connection: Connection, columns: str) -> None:
    """Checks keep out what other programs might write: floats, texts, halves of amounts."""
    with pytest.raises(IntegrityError):
        connection.execute(text(f"INSERT INTO offers ({columns})"))


@pytest.mark.parametrize("value", [1.0, "1", b"1", True, Decimal("1.5"), Decimal("NaN")])
def test_what_is_no_whole_number_is_not_read(value: object) -> None:
    """A column that somebody else has filled with something else is damage, not a guess."""
    for kind in (MinorUnits(), MoneyIn("EUR")):
        with pytest.raises(ColumnDamaged):
            kind.process_result_value(value, sqlite.dialect())


@pytest.mark.parametrize("half", [(1, None), (None, Currency("EUR"))])
def test_half_an_amount_is_not_read(half: tuple[object, object]) -> None:
    """A number without currency and a currency without number are damage."""
    with pytest.raises(ColumnDamaged, match="half of an amount"):
        PRICE.find(dict(zip(("price", "price_currency"), half, strict=True)))


def test_an_unknown_code_is_not_read(connection: Connection) -> None:
    """A row of a registry that the program does not know is an error."""
    connection.execute(text("INSERT INTO offers (price, price_currency) VALUES (1, 'BTC')"))
    with pytest.raises(UnknownCurrency):
        connection.execute(select(OFFERS)).all()


def test_a_decimal_sum_is_read_as_an_integer() -> None:
    """PostgreSQL adds BIGINT as NUMERIC, which drivers give as a Decimal without a fraction."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    far = Decimal(36893488147419103228)  # past 64 bits
    assert MinorUnits().process_result_value(far, dialect) == 36893488147419103228
    assert MoneyIn("EUR").process_result_value(Decimal(250), dialect) == Money("2.50", "EUR")


def ddl(which: Table, dialect: Any) -> str:
    """The CREATE TABLE of a dialect, in one line."""
    return " ".join(str(CreateTable(which).compile(dialect=dialect)).split())


def test_databases_get_whole_numbers_and_text() -> None:
    """BIGINT and VARCHAR where there are such, and what STRICT tables of SQLite know."""
    postgres = ddl(OFFERS, postgresql.dialect())  # type: ignore[no-untyped-call]
    assert "price BIGINT NOT NULL, price_currency VARCHAR(12) NOT NULL" in postgres
    assert "fee BIGINT" in postgres
    assert "typeof" not in postgres
    strict = table("strict_offers", strict=True)
    made = ddl(strict, sqlite.dialect())
    assert "price INTEGER NOT NULL, price_currency TEXT NOT NULL" in made
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        strict.create(connection)
    engine.dispose()


def test_types_say_how_they_are_made() -> None:
    """The text that migration tools write down evaluates to the type."""
    shown = [repr(one) for one in (MinorUnits(), CurrencyCode(), MoneyIn("JPY"))]
    assert shown == ["MinorUnits()", "CurrencyCode()", "MoneyIn('JPY')"]
    assert "house coins" in repr(CurrencyCode(COINS))


def test_statements_of_two_currencies_are_not_cached_as_one() -> None:
    """Types with different currencies or registries have different keys in the cache."""
    kinds = (MoneyIn("EUR"), MoneyIn("USD"), CurrencyCode(), CurrencyCode(COINS))
    keys = [one._static_cache_key for one in kinds]
    assert len(set(keys)) == len(keys)
    assert MoneyIn("EUR")._static_cache_key == keys[0]


class Mapping(DeclarativeBase):
    """The classes of the ORM that this module maps."""


class Shipment(Mapping):
    """A mapped class with a fee in one currency and a price in any."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    fee: Mapped[Money] = mapped_column(MoneyIn("EUR"))
    units: Mapped[int] = mapped_column(MinorUnits)
    currency: Mapped[Currency] = mapped_column(CurrencyCode())

    @property
    def price(self) -> Money:
        """The price, of the two columns that hold it."""
        return Money.from_minor(self.units, self.currency)


def test_mapped_classes_hold_money() -> None:
    """The types serve the ORM as well."""
    engine = create_engine("sqlite://")
    Mapping.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Shipment(fee=Money("4.90", "EUR"), units=500, currency=Currency("JPY")))
        session.commit()
        [shipment] = session.scalars(select(Shipment).where(Shipment.fee < Money(5, "EUR")))
        assert (shipment.fee, shipment.price) == (Money("4.90", "EUR"), Money(500, "JPY"))
    engine.dispose()
