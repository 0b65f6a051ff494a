"""Columns converted with NumPy give what each of their amounts gives, or fail as that does."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm.adapters.columns import ColumnRefused, ColumnsDiffer, convert_columns
from fxcrm.currencies import Currency, CurrencyRegistry, DateExpected, NoMinorUnit
from fxcrm.errors import FxcrmError
from fxcrm.money import Money, NumberTypeRefused, Rounding, RoundingExpected
from fxcrm.rates import RateMissing, RatePolicy, RateTable
from fxcrm.testing.ratestrategies import FIRST_DAY, rate_days, rate_policies, rate_tables
from fxcrm.testing.strategies import roundings
from tests.ambient import FEWER
from tests.oracle import rounded

FINE = CurrencyRegistry("columns of dust").define("FINE", digits=18, name="Dust").currency("FINE")
HELD = [*map(Currency, ("EUR", "JPY", "BHD", "USD")), FINE]
DAYS = rate_days(FIRST_DAY, 12)
MONDAY = date(2026, 3, 2)
TABLE = RateTable.of("EUR", on=MONDAY, USD="1.0850", JPY="162.4", GBP="2")
ROWS: list[tuple[int, str, date]] = [(10_000, "USD", MONDAY), (-99, "JPY", MONDAY)]
UNITS, CODES, MONDAYS = (list(column) for column in zip(*ROWS, strict=True))

# What fits in 64 bits by itself, what does with a ratio, what does not, and what is at the edges.
units = (
    st.integers(-3_000, 3_000)
    | st.integers(-(10**12), 10**12)
    | st.integers(-(10**30), 10**30)
    | st.sampled_from([2**63 - 1, -(2**63), 2**62, 2**63])
)


def outcome(ask: Any, *given: Any, **more: Any) -> object:
    """The minor units, or which refusal it was."""
    try:
        return [int(each) for each in ask(*given, **more).minor]
    except FxcrmError as refused:
        return type(refused)


@FEWER
@given(
    rate_tables(HELD, hubs=1, days=DAYS),
    st.lists(st.tuples(units, st.sampled_from(HELD), DAYS), max_size=25),
    st.sampled_from(HELD),
    rate_policies(HELD, max_legs=2),
    roundings(),
)
def test_columns_give_what_rows_give(
    table: RateTable,
    rows: list[tuple[int, Currency, date]],
    to: Currency,
    policy: RatePolicy,
    mode: Rounding,
) -> None:
    """Of any size, in any order, by every mode; a rate that is missing stops both."""
    units, codes, days = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    by_rows = outcome(table.convert_minor, rows, to, policy, mode)
    by_columns = outcome(
        convert_columns, table, units, codes, days, to=to, policy=policy, rounding=mode
    )
    if not isinstance(by_rows, list):  # of several days without a rate, either names one
        assert isinstance(by_columns, type)
        assert issubclass(by_columns, RateMissing)
    else:
        assert by_columns == by_rows
        column = convert_columns(table, units, codes, days, to=to, policy=policy, rounding=mode)
        told = table.convert_minor(rows, to, policy, mode)
        assert column.total == told.total == Money.from_minor(sum(by_rows), to)
        assert column.rates == told.rates
        assert (column.currency, column.rounding) == (to, mode)


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1), roundings(), st.integers(1, 2_000))
@example([-25, -15, -5, 5, 15, 25, 35], Rounding.HALF_EVEN, 10)
@example([-25, -15, -5, 5, 15, 25, 35], Rounding.ZERO_FIVE_UP, 10)
def test_every_mode_rounds_ties_and_steps_as_in_words(
    some: list[int], mode: Rounding, divisor: int
) -> None:
    """Against fractions, both signs, around each tie."""
    table = RateTable.of("EUR", on=MONDAY, USD=str(divisor))
    told = convert_columns(
        table, some, ["USD"] * len(some), [MONDAY] * len(some), "EUR", rounding=mode
    )
    expected = [rounded(Fraction(each, divisor), mode.name, Fraction(1)) for each in some]
    assert told.minor.tolist() == expected


def test_arrays_say_what_lists_say() -> None:
    """Integers of any width, codes as texts or objects, days without a time."""
    expected = TABLE.convert_minor(ROWS, "EUR").minor
    days = np.array(MONDAYS, dtype="datetime64[D]")
    for kind in ("i8", "i4", "i2", object):
        for codes in (CODES, np.array(CODES), np.array(CODES, dtype=object)):
            for when in (MONDAYS, days, np.array(MONDAYS, dtype=object)):
                told = convert_columns(TABLE, np.array(UNITS, dtype=kind), codes, when, "EUR")
                assert told.minor.tolist() == expected
    unsigned = np.array([10_000, 2**64 - 1], dtype="u8")
    told = convert_columns(TABLE, unsigned, ["USD", "USD"], MONDAYS, "EUR")
    exact = Fraction(2**64 - 1) / Fraction("1.085")
    assert told.minor.tolist() == [9217, round(exact)]
    assert told.minor.dtype == object


class Framed:
    """A column of a dataframe: its labels are no positions, and it gives its array away."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def __getitem__(self, _: object) -> object:
        raise KeyError("no such label")

    def to_numpy(self) -> Any:
        """As pandas and Polars call it."""
        return self._values


def test_columns_of_dataframes_and_other_rows() -> None:
    """By their arrays; days in nanoseconds, as pandas has them; ranges and generators too."""
    expected = TABLE.convert_minor(ROWS, "EUR").minor
    nanoseconds = np.array(MONDAYS, dtype="datetime64[ns]")
    arrays = np.array(UNITS), np.array(CODES, dtype=object), nanoseconds
    units, codes, days = map(Framed, arrays)
    told = convert_columns(TABLE, units, codes, days, "EUR")  # type: ignore[arg-type]
    assert told.minor.tolist() == expected
    generated: list[Any] = [(one for one in column) for column in (UNITS, CODES, MONDAYS)]
    told = convert_columns(TABLE, generated[0], generated[1], generated[2], "EUR")
    assert told.minor.tolist() == expected
    told = convert_columns(TABLE, range(3), ("EUR",) * 3, [MONDAY] * 3, "EUR")
    assert told.minor.tolist() == [0, 1, 2]


def test_what_was_converted_can_be_kept() -> None:
    """Pickled and shown with its rates, which are made once."""
    by_rows = TABLE.convert_minor(ROWS, "EUR")
    for told in (by_rows, convert_columns(TABLE, UNITS, CODES, MONDAYS, "EUR")):
        kept = pickle.loads(pickle.dumps(told))  # noqa: S301 - our own
        assert kept.total == told.total
        assert kept.rates == told.rates
        usd = Currency("USD")
        assert told.rates[usd][MONDAY] is told.rates[usd][MONDAY]
        assert repr(told.rates) == repr(kept.rates)
        assert len(told.rates) == 2
        with pytest.raises(KeyError):
            told.rates[Currency("CHF")]


def test_many_rows_are_converted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a part ends, and whatever comes first in it."""
    draw = Random(5)
    rows = [
        (draw.randrange(-(10**6), 10**6), draw.choice(["USD", "JPY", "EUR"])) for _ in range(50)
    ]
    rows[20] = (10**40, "USD")
    columns = [each for each, _ in rows], [code for _, code in rows], [MONDAY] * 50
    expected = TABLE.convert_minor(zip(*columns, strict=True), "GBP").minor
    for size in (1, 7, 50, 64):
        monkeypatch.setattr("fxcrm.adapters.columns._ROWS", size)
        assert convert_columns(TABLE, *columns, "GBP").minor.tolist() == expected


def test_nothing_wraps_around() -> None:
    """Products of more than 64 bits, ratios of more, and sums of results that all fit."""
    wide = RateTable.of("EUR", on=MONDAY, USD="1.000000000000000001", JPY="3" * 30)
    for table in (TABLE, wide):
        for each in (2**63 - 1, -(2**63), 2**62, 10**25):
            for to in ("USD", "JPY"):
                rows = [(each, "EUR", MONDAY), (1, "EUR", MONDAY)]
                told = convert_columns(table, [each, 1], ["EUR", "EUR"], [MONDAY] * 2, to)
                assert told.minor.tolist() == table.convert_minor(rows, to).minor
    same = convert_columns(TABLE, [2**63 - 1] * 3, ["EUR"] * 3, [MONDAY] * 3, "EUR")
    assert same.total == Money.from_minor(3 * (2**63 - 1), "EUR")
    assert same.rates == {}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"units": [1, True]}, NumberTypeRefused),
        ({"units": [1, 1.0]}, NumberTypeRefused),
        ({"units": np.array([1.0, 2.0])}, NumberTypeRefused),
        ({"units": np.array([True, False])}, NumberTypeRefused),
        ({"units": np.array([1, 2.5], dtype=object)}, NumberTypeRefused),
        ({"units": [1]}, ColumnsDiffer),
        ({"currencies": ["USD"]}, ColumnsDiffer),
        ({"days": [MONDAY]}, ColumnsDiffer),
        ({"days": [MONDAY, datetime(2026, 3, 2, tzinfo=UTC)]}, DateExpected),
        ({"days": [MONDAY, "2026-03-02"]}, DateExpected),
        ({"days": np.array(["2026-03-02T00", "2026-03-02T11"], dtype="M8[h]")}, ColumnRefused),
        ({"days": np.array(["2026-03-02", "NaT"], dtype="M8[D]")}, ColumnRefused),
        ({"days": np.array(["2026-03-02", "20260-01-01"], dtype="M8[D]")}, ColumnRefused),
        ({"days": np.array(["2026-03", "2026-03"], dtype="M8[M]")}, ColumnRefused),
        (
            {"days": np.ma.array(np.array(MONDAYS, dtype="M8[D]"), mask=[False, True])},
            ColumnRefused,
        ),
        ({"units": np.ma.array([1, 2], mask=[False, True])}, ColumnRefused),
        ({"units": np.array([[1], [2]])}, ColumnRefused),
        ({"units": np.zeros(2, dtype=[("a", "i8")])}, NumberTypeRefused),
        ({"units": b"12"}, ColumnRefused),
        ({"units": {1, 2}}, ColumnRefused),
        ({"units": None}, ColumnRefused),
        ({"units": np.array(5)}, ColumnRefused),
        ({"currencies": [["USD"], ["USD"]]}, ColumnRefused),
        ({"units": [], "currencies": [], "days": [], "to": "XAU"}, NoMinorUnit),
        ({"days": [MONDAY, MONDAY - timedelta(days=1)]}, RateMissing),
        ({"currencies": ["USD", "CHF"]}, RateMissing),
        ({"currencies": ["USD", "no code"]}, FxcrmError),
        ({"currencies": ["USD", None]}, FxcrmError),
        ({"currencies": ["USD", "XAU"]}, NoMinorUnit),
        ({"to": "XAU"}, NoMinorUnit),
        ({"rounding": "HALF_EVEN"}, RoundingExpected),
    ],
)
def test_what_is_refused(changed: dict[str, Any], refusal: type[FxcrmError]) -> None:
    """By the errors that one amount meets; each names what it is about."""
    table = TABLE.adding(
        RateTable.of("EUR", on=MONDAY, XAU="0.0005").series[0].between(MONDAY, MONDAY)
    )
    columns = {"units": UNITS, "currencies": CODES, "days": MONDAYS, "to": "EUR", **changed}
    with pytest.raises(refusal):
        convert_columns(table, **columns)


def test_the_refusals_name_their_operands() -> None:
    """The pair and the day, and the lengths."""
    with pytest.raises(RateMissing, match="CHF/EUR on 2026-03-02"):
        convert_columns(TABLE, [1], ["CHF"], [MONDAY], "EUR")
    with pytest.raises(ColumnsDiffer, match="2 units, 1 currencies and 2 days"):
        convert_columns(TABLE, UNITS, ["EUR"], MONDAYS, "EUR")


def test_no_rows_are_no_amounts() -> None:
    """Nothing is asked, and the sum is zero."""
    told = convert_columns(TABLE, [], [], [], "EUR")
    assert (told.minor.tolist(), told.total, told.rates) == ([], Money(0, "EUR"), {})
