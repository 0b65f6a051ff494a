"""Prices: which list counts and why, breaks, conversion to price points, the margin."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, PriceListId, ProductId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.plaindata import RulesRefused
from fxcrm.selling.discounts import BelowZero, DiscountPolicy, Stacking
from fxcrm.selling.margins import MarginHasNoRate, SoldBelowFloor, margin
from fxcrm.selling.pricefinding import (
    Choosing,
    Conversion,
    PriceHasNoRate,
    PriceNotFound,
    PriceQuery,
    QuantityRefused,
    find_price,
)
from fxcrm.selling.pricelists import (
    MOST_BREAKS,
    MOST_ENTRIES,
    BreakMode,
    PriceBreak,
    PriceEntry,
    PriceList,
    PriceListRefused,
)
from fxcrm.selling.pricepoints import Direction, PricePoint, PricePointRefused, PricePoints
from fxcrm.selling.products import Product, ProductInactive, ProductRefused
from fxcrm.sellingrules import SellingRules
from tests.ledger.notation import chosen, value

DAY = date(2026, 3, 2)
PUMP = ProductId("pump")
RATE = chosen("EUR/USD", "1.0850")


def eur(text: str | int | Decimal) -> Money:
    """So many euros."""
    return Money(text, "EUR")


def entry(*breaks: tuple[int, str], mode: BreakMode = BreakMode.VOLUME) -> PriceEntry:
    """Breaks in euros for the one product of these tests."""
    return PriceEntry(PUMP, (PriceBreak(start, eur(price)) for start, price in breaks), mode)


def listed(id: str, *entries: PriceEntry, **told: Any) -> PriceList:
    """A list from the first of the year on, in euros unless told otherwise."""
    given_: dict[str, Any] = {"currency": "EUR", "since": date(2026, 1, 1)} | told
    return PriceList.of(
        PriceListId(id), company=CompanyId("nordwind"), name=id, entries=entries, **given_
    )


def asked(quantity: int | str = 1, groups: tuple[str, ...] = (), to: str = "EUR") -> PriceQuery:
    """The product on the day of these tests."""
    return PriceQuery(PUMP, Currency(to), DAY, quantity, groups)


TIERS = ((1, "7"), (6, "6.5"), (11, "6"))


def test_the_whole_quantity_or_each_slice() -> None:
    """Breaks from 1, 6 and 11: twenty units cost 120 by volume and 127.50 graduated."""
    by_volume, graduated = entry(*TIERS), entry(*TIERS, mode=BreakMode.GRADUATED)
    assert find_price(asked(20), [listed("L", by_volume)]).total == eur("120")
    price = find_price(asked(20), [listed("L", graduated)])
    assert [str(one.total) for one in price.slices] == ["EUR 35.00", "EUR 32.50", "EUR 60.00"]
    assert price.total == eur("127.5")
    assert find_price(asked("5.5"), [listed("L", graduated)]).total == eur("38.25")
    said = price.explain()
    assert "5 x EUR 7.00 + 5 x EUR 6.50 + 10 x EUR 6.00; the only list that fits" in said
    assert "price list L: pump from 11, graduated: EUR 6.00" in said


breaks = st.lists(
    st.tuples(st.integers(2, 30), st.integers(0, 10_000)), max_size=4, unique_by=lambda one: one[0]
)


@given(st.integers(0, 10_000), breaks, st.integers(1, 40))
def test_graduated_prices_against_unit_after_unit(
    first: int, more: list[tuple[int, int]], quantity: int
) -> None:
    """Every unit at its own break, added up; one more unit never costs less in all."""
    rows = sorted([(1, first), *more])
    held = listed(
        "L",
        PriceEntry(
            PUMP,
            (PriceBreak(start, Money.from_minor(cents, "EUR")) for start, cents in rows),
            BreakMode.GRADUATED,
        ),
    )
    expected = sum(
        Fraction([cents for start, cents in rows if start <= unit][-1], 100)
        for unit in range(1, quantity + 1)
    )
    found = find_price(asked(quantity), [held])
    assert value(found.total) == expected
    assert sum(one.quantity for one in found.slices) == quantity
    assert found.total <= find_price(asked(quantity + 1), [held]).total


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (entry(), "1 to 100 breaks"),
        (entry((1, "1"), (1, "2")), "two breaks begin at one quantity"),
        (entry((1, "-1")), "below zero"),
        (entry((5, "1"), mode=BreakMode.GRADUATED), "begin with the first unit"),
        (PriceEntry.of(PUMP, Money("1", "USD")), "converted, not relabelled"),
        (entry(*((start, "1") for start in range(MOST_BREAKS + 1))), "1 to 100 breaks"),
    ],
)
def test_an_entry_that_nobody_could_follow_is_refused(wrong: PriceEntry, reason: str) -> None:
    """With the list and the product in the message; a list that stood before still stands."""
    with pytest.raises(PriceListRefused, match=f"'L', product pump: .*{reason}"):
        listed("L", wrong)
    with pytest.raises(PriceListRefused, match=reason):
        listed("L").with_entry(wrong, DAY)


def test_limits_of_a_list() -> None:
    """10,000 entries and not one more; no product twice, no end before the beginning (F18)."""
    many = [PriceEntry.of(ProductId(f"p{at}"), eur(1)) for at in range(MOST_ENTRIES)]
    full = listed("L", *many)
    with pytest.raises(PriceListRefused, match="entries: there are more than 10000"):
        full.with_entry(entry((1, "1")), DAY)
    beyond = ({"groups": [str(at) for at in range(51)]}, {"priority": 10**20})
    for told in ({"until": date(2025, 1, 1)}, *beyond):
        with pytest.raises(PriceListRefused):
            listed("L", **told)
    with pytest.raises(PriceListRefused, match="a product is listed twice"):
        listed("L", entry((1, "1")), entry((1, "2")))


def test_one_entry_is_set_and_the_others_stay() -> None:
    """And each change is an event; an inactive list is not found."""
    other = PriceEntry.of(ProductId("hose"), eur("3"))
    held = listed("L", entry((1, "7")), other).with_entry(entry((1, "8")), DAY)
    assert held.by_product == {PUMP: entry((1, "8")), ProductId("hose"): other}
    assert held.events[-1].details == {"product": PUMP}
    assert held.with_entries([other], DAY).entries == (other,)
    with pytest.raises(PriceNotFound, match=r"L \(inactive\)"):
        find_price(asked(), [held.deactivate(DAY)])
    with pytest.raises(TransitionRefused):
        held.activate(DAY)


# ---------------------------------------------------------------- which list counts

EVERYONE = listed("everyone", entry((1, "10")))
RESELLER = listed("reseller", entry((1, "9")), groups=["reseller"])
SPRING = listed("spring", entry((1, "9.50")), since=date(2026, 3, 1), until=date(2026, 3, 31))
DOLLARS = listed("dollars", PriceEntry.of(PUMP, Money("11.99", "USD")), currency="USD")


@pytest.mark.parametrize(
    ("lists", "groups", "found", "rule"),
    [
        ([EVERYONE], (), "everyone", "the only list that fits"),
        ([EVERYONE, RESELLER], (), "everyone", "the only list that fits"),
        ([EVERYONE, RESELLER, SPRING], ("reseller",), "reseller", "the list for a group"),
        ([EVERYONE, SPRING], (), "spring", "the later first day"),
        ([attrs.evolve(EVERYONE, priority=1), SPRING], (), "everyone", "the higher priority"),
        (
            [EVERYONE, attrs.evolve(EVERYONE, id=PriceListId("twin"))],
            (),
            "everyone",
            "the id, of lists alike",
        ),
    ],
)
def test_which_list_counts_and_why(
    lists: list[PriceList], groups: tuple[str, ...], found: str, rule: str
) -> None:
    """The rule that fired is told with the price."""
    price = find_price(asked(groups=groups), lists)
    assert (price.list, rule in price.rule) == (found, True)


def test_the_lowest_price_is_another_policy() -> None:
    """A cheaper list for everyone goes before a dearer one for a group only if that is chosen."""
    dear = listed("reseller", entry((1, "12")), groups=["reseller"])
    query = asked(groups=("reseller",))
    assert find_price(query, [EVERYONE, dear]).list == "reseller"
    price = find_price(query, [EVERYONE, dear], choosing=Choosing.LOWEST)
    assert (price.list, price.rule) == (
        "everyone",
        "everyone goes before reseller: the lower total",
    )


@given(st.permutations([EVERYONE, RESELLER, SPRING, DOLLARS]), st.sampled_from(Choosing), st.data())
def test_the_order_of_the_lists_does_not_matter(
    lists: list[PriceList], choosing: Choosing, data: st.DataObject
) -> None:
    """The same price with the same explanation; own currency before conversion, always."""
    usual = [DOLLARS, EVERYONE, RESELLER, SPRING]
    groups = data.draw(st.sampled_from([(), ("reseller",)]))
    query = asked(groups=groups, to=data.draw(st.sampled_from(["EUR", "USD"])))
    conversion = Conversion(PriceListId("everyone"), RATE)
    made = find_price(query, lists, choosing=choosing, conversion=conversion)
    assert made == find_price(query, usual, choosing=choosing, conversion=conversion)
    assert made.explain() == find_price(query, usual, choosing=choosing).explain()
    assert made.rate is None


def test_no_price_is_an_error_that_names_what_was_looked_at() -> None:
    """Each list with its reason; a minimum quantity is one of them."""
    lists = [
        RESELLER,
        DOLLARS,
        listed("bulk", entry((100, "5"))),
        listed("hoses"),
        listed("later", entry((1, "1")), since=date(2026, 4, 1)),
        listed("old", entry((1, "1")), until=date(2026, 2, 1)),
    ]
    with pytest.raises(PriceNotFound) as failed:
        find_price(asked(), lists)
    assert str(failed.value) == (
        "there is no price of 'pump' in EUR on 2026-03-02; looked at: bulk (from a quantity of 100 "
        "on); dollars (in USD); hoses (without the product); later (from 2026-04-01 on); "
        "old (until 2026-02-01); reseller (for reseller)"
    )
    with pytest.raises(PriceNotFound, match="no list at all"):
        find_price(asked(), [])
    with pytest.raises(QuantityRefused):
        asked(0)


# ---------------------------------------------------------------- conversion


def test_a_price_is_converted_at_a_decision_and_comes_to_a_point() -> None:
    """EUR 10 at 1.0850 is 10.85, up to the next .99: USD 10.99, with every step told."""
    points = PricePoints([PricePoint("1", "0.99", Direction.UP)])
    conversion = Conversion(PriceListId("everyone"), RATE, points)
    price = find_price(asked(3, to="USD"), [EVERYONE], conversion=conversion)
    assert (price.total, price.rate) == (Money("32.97", "USD"), RATE)
    assert price.rule == "no list in USD, so everyone in EUR was converted"
    (unit,) = price.figures
    assert (unit.exact, unit.rounded_by) == (Fraction("10.85"), Fraction("0.14"))
    assert [one.id for one in price.figure().decisions()] == [RATE.id]
    said = price.explain()
    assert "EUR 10.00 at 1 EUR = 1.0850 USD" in said
    assert "rounded up to a multiple of 1 and 0.99" in said
    assert "price list everyone: pump from 1, volume: EUR 10.00" in said


def test_never_a_silent_conversion() -> None:
    """No decision, or one of another pair, is an error; so is a base list without the price."""
    base = PriceListId("everyone")
    for rate in (None, chosen("EUR/GBP", "0.84")):
        with pytest.raises(PriceHasNoRate, match="EUR/USD"):
            find_price(asked(to="USD"), [EVERYONE], conversion=Conversion(base, rate))
    with pytest.raises(PriceNotFound, match=r"the base list everyone \(which is not there\)"):
        find_price(asked(to="USD"), [], conversion=Conversion(base, RATE))
    with pytest.raises(PriceNotFound, match=r"the base list reseller \(for reseller\)"):
        find_price(
            asked(to="USD"), [RESELLER], conversion=Conversion(PriceListId("reseller"), RATE)
        )


def test_a_price_below_a_cent_keeps_its_digits() -> None:
    """EUR 0.0015 at 1.0850 is 0.0016275, half-even at four decimals USD 0.0016 (M10)."""
    cheap = listed("everyone", entry((0, "0.0015")))
    conversion = Conversion(PriceListId("everyone"), RATE)
    assert find_price(asked(to="USD"), [cheap], conversion=conversion).total == Money(
        "0.0016", "USD"
    )
    yen = Conversion(PriceListId("everyone"), chosen("EUR/JPY", "161.5"))
    assert find_price(asked(to="JPY"), [EVERYONE], conversion=yen).total == Money("1615", "JPY")


CHARM = PricePoints(
    [
        PricePoint("1", "0.99", Direction.NEAREST, under="100"),
        PricePoint("10", "9", Direction.DOWN, under="1000"),
        PricePoint("50", direction=Direction.UP),
    ]
)


@pytest.mark.parametrize(
    ("price", "point"),
    [
        ("0", "0"),
        ("0.10", "0.99"),
        ("9.48", "8.99"),
        ("9.49", "9.99"),
        ("99.99", "99.99"),
        ("100", "99"),
        ("999.99", "999"),
        ("1000", "1000"),
        ("1000.01", "1050"),
    ],
)
def test_points_by_magnitude(price: str, point: str) -> None:
    """A row for small prices, one for middling and one for large; a tie goes up."""
    assert CHARM.applied(eur(price).exact())[0] == eur(point)


rows = st.builds(
    lambda step, ending, direction: PricePoint(
        Decimal(step).scaleb(-2), Decimal(ending % step).scaleb(-2), direction
    ),
    st.integers(1, 10_000),
    st.integers(0, 10_000),
    st.sampled_from(Direction),
)


@given(rows, st.fractions(min_value=0, max_value=10**6, max_denominator=10**4))
def test_a_point_lies_within_one_step(row: PricePoint, exact: Fraction) -> None:
    """On the row, in its direction wherever there is such a point, and never free."""
    point = value(row.of(RationalMoney(exact, "EUR")))
    step, ending = Fraction(row.step), Fraction(row.ending)
    assert abs(point - exact) < step or (point, exact) == (step, step)
    if exact:
        assert point > 0
        assert (point - ending) % step == 0
        least = ending or step
        assert row.direction is not Direction.UP or point >= exact
        assert row.direction is not Direction.DOWN or point <= max(exact, least)
        if row.direction is Direction.NEAREST and exact >= least:
            assert 2 * abs(point - exact) <= step


def test_points_that_lead_nowhere_are_refused() -> None:
    """No step, an ending beyond it, limits that do not rise."""
    for wrong in (("0",), ("1", "1"), ("1", "-0.01"), ("1", "0", Direction.UP, "0")):
        with pytest.raises(PricePointRefused):
            PricePoint(*wrong)
    for rows_ in ([PricePoint("1"), PricePoint("5")], [PricePoint("1", under="5")] * 2):
        with pytest.raises(PricePointRefused):
            PricePoints(rows_)
    assert PricePoints([PricePoint("1", under="5")]).applied(eur("5.125").exact())[0] == eur("5.12")


# ---------------------------------------------------------------- margin


def _figure(amount: Money) -> Figure:
    return Figure.stated("Net", amount, Evidence("line", "1"))


def test_a_margin_in_the_functional_currency() -> None:
    """Sold for USD 108.50 (EUR 100.00), bought for CNY 585 at 7.80 (EUR 75.00): a quarter."""
    yuan = chosen("EUR/CNY", "7.80")
    made = margin(
        _figure(Money("108.50", "USD")),
        _figure(Money("585", "CNY")),
        Currency("EUR"),
        RATE,
        yuan,
    )
    assert (made.amount.value, made.share, made.text) == (eur("25.00"), Fraction(1, 4), "25 %")
    assert {one.id for one in made.amount.decisions()} == {RATE.id, yuan.id}
    assert made.held_to(Fraction(1, 4), what="Q-1", by="mira") is made
    with pytest.raises(SoldBelowFloor, match=r"Q-1: mira leaves a margin of 25 %"):
        made.held_to(Fraction("0.2501"), what="Q-1", by="mira")
    with pytest.raises(MarginHasNoRate):
        margin(_figure(Money("1", "USD")), _figure(eur("1")), Currency("EUR"), yuan)


def test_a_price_of_zero_has_no_share() -> None:
    """None with its reason; below every floor unless it costs nothing either."""
    free = margin(_figure(eur("0")), _figure(eur("1")), Currency("EUR"))
    assert (free.share, free.text) == (None, "a price of zero has no share to earn")
    assert free.is_below(Fraction(0))
    assert not margin(_figure(eur("0")), _figure(eur("0")), Currency("EUR")).is_below(Fraction(1))
    loss = margin(_figure(eur("3")), _figure(eur("4")), Currency("EUR"))
    assert (loss.text, loss.amount.value) == ("-33.3333... %", eur("-1"))


# ---------------------------------------------------------------- products


def test_a_product_is_added_changed_and_put_away() -> None:
    """Active from the start; an inactive one is not offered, and its record stays."""
    pump = Product.add(
        PUMP, company=CompanyId("nordwind"), name=" Pump ", unit="piece", on=DAY, taxes=["b", "a"]
    )
    assert (pump.name, pump.taxes, pump.sold()) == ("Pump", ("a", "b"), pump)
    priced = pump.costing(Money("5.125", "CNY"), DAY)
    assert priced.cost == Money("5.125", "CNY")
    away = priced.deactivate(DAY)
    with pytest.raises(ProductInactive):
        away.sold()
    assert away.activate(DAY).sold().state == "active"
    assert [one.name for one in away.events] == [
        "product added",
        "product cost changed",
        "product deactivated",
    ]
    for wrong in ({"name": " "}, {"unit": ""}, {"name": "x" * 201}, {"cost": eur("-1")}):
        told: dict[str, Any] = {"name": "Pump", "unit": "piece"} | wrong
        with pytest.raises(ProductRefused):
            Product.add(PUMP, company=CompanyId("nordwind"), on=DAY, **told)


# ---------------------------------------------------------------- rules as data


def test_rules_are_read_and_name_the_place_of_a_fault() -> None:
    """Base, floor, discounts and points; what is left out changes nothing."""
    points = [{"under": "100", "step": "1", "ending": "0.99", "direction": "up"}, {"step": "5"}]
    told = {"base": "L", "choosing": "lowest", "floor": "0.2", "points": {"USD": points}}
    more = {"discounts": {"stacking": "additive", "below_zero": "capped", "rounding": "half up"}}
    rules = SellingRules.read({"prices": {**told, **more}}).prices
    assert (rules.base, rules.choosing, rules.floor) == ("L", Choosing.LOWEST, Fraction(1, 5))
    assert rules.discounts == DiscountPolicy(Stacking.ADDITIVE, BelowZero.CAPPED, Rounding.HALF_UP)
    assert [str(row) for row in rules.points_of(Currency("USD")).rows] == [
        "up to a multiple of 1 and 0.99",
        "nearest to a multiple of 5",
    ]
    assert rules.points_of(Currency("CHF")).rows == ()
    assert SellingRules.read({"prices": {}}) == SellingRules()
    assert SellingRules().prices.conversion(Currency("USD"), None) is None


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"bsae": "L"}, "prices.bsae"),
        ({"choosing": "dearest"}, "prices.choosing"),
        ({"floor": "20"}, "prices.floor"),
        ({"discounts": {"rounding": "sometimes"}}, "prices.discounts.rounding"),
        ({"points": {"USD": [{"step": "1"}, {"step": "1", "ending": 0.99}]}}, "USD[2].ending"),
        ({"points": {"USD": [{"step": "0"}]}}, "prices.points.USD"),
        ({"points": {"XQQ": []}}, "prices.points.XQQ"),
    ],
)
def test_a_rule_that_nobody_could_follow_is_refused(data: dict[str, Any], place: str) -> None:
    """With the place, down to the row."""
    with pytest.raises(RulesRefused, match=re.escape(place)):
        SellingRules.read({"prices": data})
