"""The laws of restating, against an oracle of fractions; under three contexts (M1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Figure
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.restatement import (
    AsBooked,
    AtAverage,
    AtBudget,
    AtDay,
    Basis,
    DatedAmount,
    Effects,
    TableDecider,
    compare,
    restate,
)
from tests import restatement_oracle as oracle
from tests.ambient import FEWER
from tests.ambient import any_context as any_context
from tests.restatement_oracle import Item, Rates

START = date(2026, 1, 5)
DAYS = range(4)
DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "BHD": 3}
TYPICAL = {"USD": 11_000, "JPY": 1_600_000, "BHD": 4_000}  # ten-thousandths, for one euro
KEYS = ("", "acme", "nordwind")
KNOWN = datetime(2026, 2, 1, tzinfo=UTC)

codes = st.sampled_from(sorted(DIGITS))
days = st.sampled_from(DAYS)


@attrs.frozen
class World:
    """Rates as the oracle and as the library see them, and a currency to report in."""

    rates: Rates
    budget: Rates
    to: str

    @property
    def decider(self) -> TableDecider:
        """Decisions from the table of these rates."""
        return TableDecider(table(self.rates), KNOWN, "tester")

    @property
    def currency(self) -> Currency:
        """The currency that is reported in."""
        return Currency(self.to)

    def spot(self, item: Item) -> Fraction:
        """The value of an amount at its own day."""
        return item.amount * oracle.spot(self.rates, item.code, self.to, item.day)

    def booked(self, item: Item) -> Fraction:
        """The value of an amount as booked, where it is booked."""
        return self.spot(item) if item.booked is None else item.booked


def table(rates: Rates) -> RateTable:
    """The rates as fixings of the euro."""
    return RateTable.from_fixings(
        Fixing(
            CurrencyPair.of("EUR", code),
            Decimal(f"{value.numerator * (10_000 // value.denominator)}E-4"),
            START + timedelta(days=day),
            "mint",
        )
        for code, values in rates.items()
        for day, value in values.items()
    )


@st.composite
def some_rates(draw: st.DrawFn) -> Rates:
    """A rate a day that moves by up to a quarter."""
    percent = st.integers(80, 125)
    return {
        code: {day: Fraction(typical * draw(percent) // 100, 10_000) for day in DAYS}
        for code, typical in TYPICAL.items()
    }


worlds = st.builds(World, some_rates(), some_rates(), codes)
Rate = Callable[[World, str], Fraction]  # of a code in the currency reported


def at_day(day: int) -> tuple[Callable[[World], Basis], Rate]:
    """A day's rate, as ours and as the oracle's."""
    on = START + timedelta(days=day)
    return lambda _: AtDay(on), lambda world, code: oracle.spot(world.rates, code, world.to, day)


def at_average(first: int, last: int) -> tuple[Callable[[World], Basis], Rate]:
    """A period's average, as ours and as the oracle's."""
    since, until = (START + timedelta(days=day) for day in (first, last))
    held = range(first, last + 1)
    return (
        lambda _: AtAverage(since, until),
        lambda world, code: oracle.mean(world.rates, code, world.to, held),
    )


def at_budget(day: int) -> tuple[Callable[[World], Basis], Rate]:
    """A budget's rate, as ours and as the oracle's."""
    on = START + timedelta(days=day)
    return (
        lambda world: AtBudget("the plan", table(world.budget), on),
        lambda world, code: oracle.spot(world.budget, code, world.to, day),
    )


constants = st.one_of(
    days.map(at_day),
    st.tuples(days, days).map(sorted).map(lambda both: at_average(*both)),
    days.map(at_budget),
)


def items(low: int = -(10**7), high: int = 10**7) -> st.SearchStrategy[list[Item]]:
    """Amounts in hundredths of a minor unit of any currency, on any day, under any heading."""
    drawn = st.builds(
        lambda key, code, units, day: Item(
            key, code, Fraction(units, 100 * 10 ** DIGITS[code]), day
        ),
        st.sampled_from(KEYS),
        codes,
        st.integers(low, high),
        days,
    )
    return st.lists(drawn, max_size=12)


def units(value: Fraction, code: str) -> Money:
    """An amount of the oracle's as ours; it has at most two digits more than minor units."""
    digits = DIGITS[code] + 2
    scaled = value * 10**digits
    assert scaled.denominator == 1
    return Money.from_scaled(scaled.numerator, digits, code)


def ours(world: World, held: list[Item]) -> list[DatedAmount]:
    """The oracle's items as what is restated."""
    return [
        DatedAmount(
            units(one.amount, one.code),
            START + timedelta(days=one.day),
            one.key,
            None if one.booked is None else units(one.booked, world.to),
        )
        for one in held
    ]


def book(
    world: World, held: list[Item], only: Callable[[int], bool] = lambda _: True
) -> list[Item]:
    """The items, some of them with a value in the books: that of their day, payable."""
    return [_booked(world, one) if only(index) else one for index, one in enumerate(held)]


def _booked(world: World, one: Item) -> Item:
    if one.code == world.to:
        return one._replace(booked=one.amount)
    return one._replace(booked=oracle.payable(world.spot(one), DIGITS[world.to]))


def value(figure: Figure) -> Fraction:
    """What is shown."""
    return Fraction(figure.value.amount)


def exacts(effects: Effects) -> dict[str, Fraction]:
    """Every column before rounding."""
    return {one.name: getattr(effects, one.name).exact_value for one in attrs.fields(Effects)}


def shown(effects: Effects) -> dict[str, Fraction]:
    """Every column as shown."""
    return {one.name: value(getattr(effects, one.name)) for one in attrs.fields(Effects)}


@FEWER
@given(worlds, items(), constants)
def test_a_constant_basis_is_what_the_oracle_says(
    world: World, held: list[Item], constant: tuple[Callable[[World], Basis], Rate]
) -> None:
    """Row by row exactly, each rounded once; so is the total, and its difference is named (M9)."""
    basis, rate = constant
    found = restate(ours(world, held), world.currency, [basis(world)], world.decider)
    name = basis(world).name
    expected = oracle.worth(held, lambda one: one.amount * rate(world, one.code))
    digits = DIGITS[world.to]
    assert {(row.key, row.currency.code): row.values[name].exact_value for row in found.rows} == (
        expected
    )
    for row in found.rows:
        assert value(row.values[name]) == oracle.payable(row.values[name].exact_value, digits)
    total = sum(expected.values(), Fraction(0))
    assert found.totals[name].exact_value == total
    assert value(found.totals[name]) == oracle.payable(total, digits)
    rows = sum((oracle.payable(one, digits) for one in expected.values()), Fraction(0))
    assert value(found.differences[name]) == oracle.payable(total, digits) - rows


@FEWER
@given(worlds, items(), st.randoms(use_true_random=False))
def test_as_booked_is_the_sum_of_what_was_booked(
    world: World, held: list[Item], chance: Random
) -> None:
    """The booked amounts, untouched; the rest at the rate of its own day, exactly."""
    some = book(world, held, lambda _: chance.random() < 0.5)
    found = restate(ours(world, some), world.currency, [AsBooked()], world.decider)
    assert {
        (row.key, row.currency.code): row.values["as booked"].exact_value for row in found.rows
    } == oracle.worth(some, world.booked)
    every = book(world, held)
    found = restate(ours(world, every), world.currency, [AsBooked()], world.decider)
    booked = sum((one.booked or Fraction(0) for one in every), Fraction(0))
    assert found.totals["as booked"].exact_value == booked
    assert value(found.totals["as booked"]) == oracle.payable(booked, DIGITS[world.to])


@FEWER
@given(worlds, items(), constants, st.randoms(use_true_random=False))
def test_the_order_of_amounts_does_not_matter(
    world: World,
    held: list[Item],
    constant: tuple[Callable[[World], Basis], Rate],
    chance: Random,
) -> None:
    """Shuffled, the same rows in the same order, with the same explanations."""
    bases = [AsBooked(), constant[0](world)]
    given_first = ours(world, book(world, held, lambda index: index % 3 == 0))
    again = list(given_first)
    chance.shuffle(again)
    first = restate(given_first, world.currency, bases, world.decider)
    second = restate(again, world.currency, bases, world.decider)
    assert first == second
    assert [first.totals[one.name].explain() for one in bases] == [
        second.totals[one.name].explain() for one in bases
    ]


@FEWER
@given(worlds, items(), items(), constants)
def test_parts_add_up(
    world: World,
    one: list[Item],
    other: list[Item],
    constant: tuple[Callable[[World], Basis], Rate],
) -> None:
    """Two sets together are worth, exactly, what they are worth apart; on every basis."""
    bases = [AsBooked(), constant[0](world)]
    apart = [
        restate(ours(world, held), world.currency, bases, world.decider) for held in (one, other)
    ]
    whole = restate(ours(world, one + other), world.currency, bases, world.decider)
    for name in whole.totals:
        assert whole.totals[name].exact_value == sum(
            (part.totals[name].exact_value for part in apart), Fraction(0)
        )
    by_key = [whole.of_key(key) for key in KEYS]
    for name in whole.totals:
        assert whole.totals[name].exact_value == sum(
            (part.totals[name].exact_value for part in by_key), Fraction(0)
        )


@FEWER
@given(worlds, items(), items(), constants, constants)
def test_the_split_is_what_the_oracle_says(
    world: World,
    old: list[Item],
    new: list[Item],
    old_at: tuple[Callable[[World], Basis], Rate],
    new_at: tuple[Callable[[World], Basis], Rate],
) -> None:
    """On constant bases: volume at the old rate, rates on the new volume, amount by amount."""
    found = compare(
        ours(world, old),
        ours(world, new),
        world.currency,
        world.decider,
        old_at=old_at[0](world),
        new_at=new_at[0](world),
    )
    places = {(one.key, one.code) for one in old + new}
    assert {(row.key, row.currency.code) for row in found.rows} == places
    for row in found.rows:
        code = row.currency.code
        place = (row.key, code)
        before = [one for one in old if (one.key, one.code) == place]
        after = [one for one in new if (one.key, one.code) == place]
        expected = oracle.split(before, after, old_at[1](world, code), new_at[1](world, code))
        assert row.old_rate == old_at[1](world, code)
        assert exacts(row.effects).items() >= expected._asdict().items()


@FEWER
@given(worlds, items(low=1), items(low=1))
def test_the_split_as_booked_is_what_the_oracle_says(
    world: World, old: list[Item], new: list[Item]
) -> None:
    """As booked, a rate is what the amounts of one sign were booked at, by their sum."""
    before, after = book(world, old), book(world, new)
    shared = {(one.key, one.code) for one in before} & {(one.key, one.code) for one in after}
    after = [one for one in after if (one.key, one.code) in shared]
    found = compare(
        ours(world, before),
        ours(world, after),
        world.currency,
        world.decider,
        old_at=AsBooked(),
        new_at=AsBooked(),
    )
    for row in found.rows:
        place = (row.key, row.currency.code)
        was = [one for one in before if (one.key, one.code) == place]
        now = [one for one in after if (one.key, one.code) == place]
        if now:
            rates = (oracle.effective(was, world.booked), oracle.effective(now, world.booked))
            expected = oracle.split(was, now, *rates)
            assert exacts(row.effects).items() >= expected._asdict().items()
        else:
            assert row.effects.volume.exact_value == -row.effects.old.exact_value
            assert row.effects.rate.exact_value == 0


bases_of_comparison = st.one_of(constants.map(lambda one: one[0]), st.just(lambda _: AsBooked()))


@FEWER
@given(worlds, items(), items(), bases_of_comparison, bases_of_comparison, days)
def test_volume_and_rate_are_the_change(
    world: World,
    old: list[Item],
    new: list[Item],
    old_at: Callable[[World], Basis],
    new_at: Callable[[World], Basis],
    day: int,
) -> None:
    """Exactly before rounding; to the last minor unit with the rounding that is named (M9)."""
    found = compare(
        ours(world, book(world, old)),
        ours(world, new),
        world.currency,
        world.decider,
        old_at=old_at(world),
        new_at=new_at(world),
        newcomers=AtDay(START + timedelta(days=day)),
    )
    for effects in (found.total, *(row.effects for row in found.rows)):
        exact, seen = exacts(effects), shown(effects)
        assert exact["change"] == exact["new"] - exact["old"] == exact["volume"] + exact["rate"]
        assert exact["constant"] == exact["volume"] + exact["old"] or old_at(world) == AsBooked()
        assert seen["change"] == seen["new"] - seen["old"]
        assert seen["change"] == seen["volume"] + seen["rate"] + seen["rounding"]
        assert abs(seen["rounding"]) * 10 ** DIGITS[world.to] <= 2
        for name in ("old", "new", "constant", "volume", "rate"):
            assert seen[name] == oracle.payable(exact[name], DIGITS[world.to])
    for name, difference in found.differences.items():
        rows = sum((shown(row.effects)[name] for row in found.rows), Fraction(0))
        assert shown(found.total)[name] == rows + value(difference)


@FEWER
@given(worlds, items(), constants, constants)
def test_one_set_on_two_bases_has_no_volume_effect(
    world: World,
    held: list[Item],
    one: tuple[Callable[[World], Basis], Rate],
    other: tuple[Callable[[World], Basis], Rate],
) -> None:
    """Its whole change is rates; on one basis there is no change at all."""
    amounts = ours(world, held)
    found = compare(
        amounts,
        amounts,
        world.currency,
        world.decider,
        old_at=one[0](world),
        new_at=other[0](world),
    )
    assert found.total.volume.exact_value == 0
    assert found.total.rate.exact_value == found.total.change.exact_value
    still = compare(
        amounts, amounts, world.currency, world.decider, old_at=one[0](world), new_at=one[0](world)
    )
    assert {exacts(still.total)[name] for name in ("change", "volume", "rate", "rounding")} == {0}


@FEWER
@given(worlds, items(), items(), constants, constants, st.integers(-50, 50))
def test_effects_scale(
    world: World,
    old: list[Item],
    new: list[Item],
    old_at: tuple[Callable[[World], Basis], Rate],
    new_at: tuple[Callable[[World], Basis], Rate],
    factor: int,
) -> None:
    """Every amount so many times: every exact column so many times; negative ones mirror (M7)."""

    def found(times: int) -> dict[str, Fraction]:
        before = [one._replace(amount=one.amount * times) for one in old]
        after = [one._replace(amount=one.amount * times) for one in new]
        made = compare(
            ours(world, before),
            ours(world, after),
            world.currency,
            world.decider,
            old_at=old_at[0](world),
            new_at=new_at[0](world),
        )
        whole = exacts(made.total)
        return {
            name: whole[name] for name in ("old", "new", "constant", "change", "volume", "rate")
        }

    once = found(1)
    assert found(factor) == {name: exact * factor for name, exact in once.items()}


class _NoRates:
    """A decider that must not be asked."""

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """Never."""
        pytest.fail(f"{base}/{counter} was asked for {on}")

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """Never."""
        pytest.fail(f"{base}/{counter} was asked for {since} to {until}")

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """Never."""
        pytest.fail(f"{base}/{counter} was asked for {budget.plan}")


@FEWER
@given(worlds, items(), items(), constants)
def test_one_currency_is_added_up_and_asks_for_no_rate(
    world: World,
    old: list[Item],
    new: list[Item],
    constant: tuple[Callable[[World], Basis], Rate],
) -> None:
    """In its own currency a set is its plain sum on every basis, and its change all volume."""
    sets = [[one for one in held if one.code == world.to] for held in (old, new)]
    sums = [sum((one.amount for one in held), Fraction(0)) for held in sets]
    bases = [AsBooked(), constant[0](world)]
    found = restate(ours(world, sets[0]), world.currency, bases, _NoRates())
    shown_sum = oracle.payable(sums[0], DIGITS[world.to])
    assert [value(found.totals[one.name]) for one in bases] == [shown_sum, shown_sum]
    split = compare(
        ours(world, sets[0]),
        ours(world, sets[1]),
        world.currency,
        _NoRates(),
        old_at=bases[0],
        new_at=bases[1],
    )
    assert split.total.volume.exact_value == sums[1] - sums[0]
    assert split.total.rate.exact_value == 0


@attrs.define
class _Counting:
    """A decider that notes what it is asked."""

    held: TableDecider
    asked: list[tuple[str, date]] = attrs.field(factory=list)

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """Noted, and passed on."""
        self.asked.append((base.code, on))
        return self.held.dated(base, counter, on)

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """Passed on."""
        return self.held.average(base, counter, since, until)

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """Passed on."""
        return self.held.budgeted(budget, base, counter)


@FEWER
@given(worlds, items())
def test_a_rate_is_decided_once_for_a_currency_and_day(world: World, held: list[Item]) -> None:
    """However many amounts and headings share it, and none that nobody needs."""
    decider = _Counting(world.decider)
    restate(ours(world, held), world.currency, [AsBooked()], decider)
    needed = {(one.code, START + timedelta(days=one.day)) for one in held if one.code != world.to}
    assert sorted(decider.asked) == sorted(needed)
