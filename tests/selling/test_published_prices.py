"""Pricing and discount examples that others have published, worked with what is here.

Each test names the system, the title of the page and its address, as they were found in November
2026, and takes the figures from there. Where a rule of ours gives another figure than the page,
the test shows both, and says which rule decides.

=============================  ================================================================
Stripe                         "Set up tiered pricing"; "Tiered pricing"
Odoo 17                        "Pricelists, discounts, and formulas"
SAP Business One               "Volume Discounts for Price List Window"
Salesforce CPQ                 "Override Volume-Based Discounts" (Trailhead)
Microsoft Dynamics 365         "Retail Discount Concurrency", "Discount Base Amount"
Adobe Commerce                 "Tier Price"; Magento 1.9 "Product Group Price Setup"
VTEX                           "Rounding rules"
ERPNext                        issue 18006
Oracle JD Edwards              on rounding methods of sales pricing
Huawei AppGallery              price conversion to local currencies
=============================  ================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, PriceListId, ProductId
from fxcrm.money import Money, Rounding
from fxcrm.selling.discounts import (
    Discount,
    DiscountHasNoRate,
    DiscountPolicy,
    Stacking,
    chained,
    shared_discount,
)
from fxcrm.selling.pricefinding import Choosing, PriceQuery, find_price
from fxcrm.selling.pricelists import BreakMode, PriceBreak, PriceEntry, PriceList
from fxcrm.selling.pricepoints import Direction, PricePoint, PricePoints
from tests.ledger.notation import chosen

DAY = date(2026, 3, 2)
ITEM = ProductId("item")
ADDITIVE = DiscountPolicy(Stacking.ADDITIVE)
_HALF_UP = Rounding.HALF_UP


def usd(text: str) -> Money:
    """So many dollars."""
    return Money(text, "USD")


def listed(
    *breaks: tuple[int, str], mode: BreakMode = BreakMode.VOLUME, id: str = "L", **told: object
) -> PriceList:
    """A dollar list with these breaks of one item."""
    entry = PriceEntry(ITEM, (PriceBreak(start, usd(price)) for start, price in breaks), mode)
    return PriceList.of(
        PriceListId(id),
        company=CompanyId("nordwind"),
        name=id,
        currency="USD",
        since=DAY,
        entries=[entry],
        **told,  # type: ignore[arg-type]
    )


def total(
    quantity: int, lists: Iterable[PriceList], choosing: Choosing = Choosing.NARROWEST
) -> Money:
    """What so many items cost a reseller."""
    query = PriceQuery(ITEM, Currency("USD"), DAY, quantity, ["reseller"])
    return find_price(query, lists, choosing=choosing).total


# ---------------------------------------------------------------- tiers


@pytest.mark.parametrize(
    ("quantity", "volume", "graduated"),
    [(1, "7", "7"), (5, "35", "35"), (6, "39", "41.50"), (20, "120", "127.50"), (25, "150", None)],
)
def test_stripe_tiered_pricing(quantity: int, volume: str, graduated: str | None) -> None:
    """Stripe, "Set up tiered pricing": 1-5 at USD 7, 6-10 at 6.50, from 11 at 6.

    https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing
    The page's table for volume pricing; graduated amounts are its rule, slice by slice.
    """
    tiers = ((1, "7"), (6, "6.50"), (11, "6"))
    assert total(quantity, [listed(*tiers)]) == usd(volume)
    if graduated:
        assert total(quantity, [listed(*tiers, mode=BreakMode.GRADUATED)]) == usd(graduated)


@pytest.mark.parametrize(
    ("quantity", "volume"), [(1, "5"), (5, "25"), (6, "24"), (20, "40"), (25, "25")]
)
def test_stripe_volume_can_cost_less_for_more(quantity: int, volume: str) -> None:
    """Stripe, "Tiered pricing": USD 5, 4, 3, 2, 1 for each five units; 6 graduated are USD 29.

    https://stripe.com/docs/billing/subscriptions/tiers
    The page names the fourth tier 15-20 and charges 20 units at USD 2.
    """
    tiers = ((1, "5"), (6, "4"), (11, "3"), (16, "2"), (21, "1"))
    assert total(quantity, [listed(*tiers)]) == usd(volume)
    assert total(6, [listed(*tiers, mode=BreakMode.GRADUATED)]) == usd("29")


def test_erpnext_a_price_for_a_span_of_quantities() -> None:
    """ERPNext, issue 18006: USD 100, half of it from 2 to 5 units, bought 8 times.

    https://github.com/frappe/erpnext/issues/18006
    The system came to 800, the reporter expected 550. Both are policies here: the whole quantity
    at the price of its break, or each unit at its own.
    """
    span = ((1, "50"), (6, "100"))
    assert total(8, [listed(*span)]) == usd("800")
    assert total(8, [listed(*span, mode=BreakMode.GRADUATED)]) == usd("550")


def test_adobe_commerce_tier_prices() -> None:
    """Adobe Commerce, "Tier Price": the tier for 5 holds up to 9 items, that for 10 from the 10th.

    https://github.com/magento/merchdocs/blob/2.3-production/src/catalog/product-price-tier.md
    "Buy 6 for $5.95 each and save 15%": 15 % off USD 7.00.
    """
    tiers = listed((0, "10"), (5, "9"), (10, "8"))
    assert [total(at, [tiers]) for at in (4, 5, 9, 10)] == [
        usd("40"),
        usd("45"),
        usd("81"),
        usd("80"),
    ]
    assert Discount("15").applied(usd("7.00")).after == usd("5.95")


def test_magento_takes_the_lowest_and_ours_the_narrowest() -> None:
    """Magento 1.9, "Product Group Price Setup": price USD 5, special 3, tier 4: shown is 3.

    https://raw.githubusercontent.com/dbachmann/m1-userguide/master/catalog/product-price-group-setup.html
    The lowest price counts there. It is a policy here; by default the list for the group counts,
    which is 4, because the narrower agreement goes before the wider one.
    """
    lists = [
        listed((0, "5"), id="price"),
        listed((0, "3"), id="special"),
        listed((0, "4"), id="tier", groups=["reseller"]),
    ]
    assert total(1, lists, Choosing.LOWEST) == usd("3")
    assert total(1, lists) == usd("4")


def test_odoo_a_price_from_a_minimum_quantity() -> None:
    """Odoo 17, "Pricelists, discounts, and formulas": USD 100, from two on 85 each.

    https://github.com/odoo/documentation, content/applications/sales/sales/products_prices/prices/
    pricing.rst
    """
    prices = listed((0, "100"), (2, "85"))
    assert [total(at, [prices]) for at in (1, 2)] == [usd("100"), usd("170")]


# ---------------------------------------------------------------- discounts


def test_odoo_a_discount_on_the_whole_order() -> None:
    """Odoo 17, the same page: 30 % off an order of USD 600 is a line of -180.

    There the discount is a line of its own, which later lines do not change. Here it is shared
    out to the lines, so that each bears its taxes on what is paid for it; they add up to -180.
    """
    lines = [usd("150"), usd("200"), usd("250")]
    made = shared_discount(lines, [Discount("30")])
    assert [one.reduction for one in made] == [usd("45"), usd("60"), usd("75")]
    assert Money.total(one.reduction for one in made) == usd("180")


@pytest.mark.parametrize(("quantity", "percent"), [(50, "5"), (99, "5"), (100, "6")])
def test_sap_business_one_volume_discounts(quantity: int, percent: str) -> None:
    """SAP Business One: 5 % from 50 pieces on, 6 % from 100.

    "Volume Discounts for Price List Window",
    https://help.sap.com/saphelp_sbo92/helpdata/en/45/22c7ba73c80108e10000000a114a6b/content.htm
    The system writes the special price beside the discount, as the breaks of a list do here.
    """
    prices = listed((0, "20"), (50, "19"), (100, "18.80"))
    assert total(quantity, [prices]) == Discount(percent).applied(usd("20") * quantity).after


def test_salesforce_an_amount_per_unit_and_a_percentage() -> None:
    """Salesforce CPQ, Trailhead "Override Volume-Based Discounts": USD 5 off a ream.

    https://trailhead.salesforce.com/fr/content/learn/modules/discounting-tools-in-salesforce-cpq/
    override-volume-based-discounts
    USD 5 stay USD 5 whether the paper is 85 or 87; 10 % fit a card of 1 and a machine of 2,000.
    With several currencies an amount has to be entered for each one there. Here it is converted
    once, at a decision that is named, and without one it is refused.
    """
    off = Discount(amount=usd("5.00"))
    assert [off.applied(usd(price)).after for price in ("85", "87")] == [usd("80"), usd("82")]
    tenth = Discount("10")
    assert [tenth.applied(usd(price)).after for price in ("1", "2000")] == [
        usd("0.90"),
        usd("1800"),
    ]
    paper = Money("78.00", "EUR")
    assert off.applied(paper, chosen("EUR/USD", "1.25")).after == Money("74.00", "EUR")
    with pytest.raises(DiscountHasNoRate):
        off.applied(paper)


def test_dynamics_compounds_and_adds_up() -> None:
    """Microsoft Dynamics 365 Commerce: two discounts of 10 % are 19 %, or 20 % of the first price.

    "Dynamics Retail Discount Extensibility - Scenarios IV",
    https://learn.microsoft.com/en-us/archive/blogs/retaillife/
    dynamics-retail-discount-extensibility-scenarios-iv
    There the second way takes an extension; here both are policies.
    """
    twice = (Discount("10"), Discount("10"))
    assert chained(usd("100"), twice).whole.reduction == usd("19")
    assert chained(usd("100"), twice, ADDITIVE).whole.reduction == usd("20")


def test_dynamics_which_discounts_meet() -> None:
    """Microsoft Dynamics 365 Commerce: 10 % with 20 %, or 20 % with 15 %, compounded.

    "Retail Discount Concurrency Control - Differences with Examples",
    https://learn.microsoft.com/en-us/archive/blogs/retaillife/
    retail-discount-concurrency-control-differences-with-examples
    And 10 % of what is left of USD 100 after USD 30 ("Discount Base Amount") is USD 7.
    """
    zone = chained(usd("100"), (Discount("10"), Discount("20"))).whole
    across = chained(usd("100"), (Discount("20"), Discount("15"))).whole
    assert (zone.after, across.after) == (usd("72"), usd("68"))
    base = chained(usd("100"), (Discount(amount=usd("30")), Discount("10")))
    assert base.steps[1].taken.reduction == usd("7")


# ---------------------------------------------------------------- price points


@pytest.mark.parametrize(
    ("price", "point", "row"),
    [
        ("59.56", "59.59", PricePoint("0.10", "0.09", Direction.UP)),
        ("20.56", "20.60", PricePoint("0.10", "0", Direction.UP)),
        ("59.56", "59.90", PricePoint("1", "0.90")),
        ("5.07", "4.99", PricePoint("1", "0.99")),
        ("19.85", "19.90", PricePoint("1", "0.90")),
        ("48.70", "48.99", PricePoint("1", "0.99")),
    ],
)
def test_vtex_rounding_rules(price: str, point: str, row: PricePoint) -> None:
    """VTEX, "Rounding rules": nines, nine and zero, by cents and by tenths, in Brazilian reais.

    https://help.vtex.com/en/docs/tutorials/rounding-rules
    """
    assert row.of(Money(price, "BRL").exact()) == Money(point, "BRL")


def test_oracle_price_points() -> None:
    """Oracle JD Edwards: from USD 12.00 to 15.00 a price is 14.99; below 10 the nearest dollar.

    On rounding methods of sales pricing (PCW18, FCW35),
    https://www.oracle.com/ocom/groups/public/@otn/documents/webcontent/416203.html
    """
    points = PricePoints(
        [PricePoint("1", under="10"), PricePoint("15", "14.99", Direction.UP, under="15")]
    )
    found = [points.applied(usd(price).exact())[0] for price in ("7.49", "12.00", "14.50")]
    assert found == [usd("7"), usd("14.99"), usd("14.99")]


@pytest.mark.parametrize(
    ("price", "odoo", "ours"),
    [("500", "399.99", "399.99"), ("45", "39.99", "39.99"), ("56.245", "39.99", "49.99")],
)
def test_odoo_prices_that_end_in_9_99(price: str, odoo: str, ours: str) -> None:
    """Odoo 17, the same page: 20 % off, a multiple of 10, and then a fee of -0.01.

    There a price is rounded first and the fee taken after that, so 44.996 goes to 40 and on to
    39.99. Here the points themselves are compared, and 49.99 is the nearer one: 4.994 away, not
    5.006. The rule that decides: the nearest point of the row, and not of its shadow.
    """
    left = usd(price).exact() * "0.8"
    theirs = left.rounded(rounding=_HALF_UP, digits=6).rounded(_HALF_UP, step=10) - usd("0.01")
    assert theirs == usd(odoo)
    assert PricePoint("10", "9.99").of(left) == usd(ours)


@pytest.mark.parametrize(
    ("price", "theirs", "ours"),
    [("1.213", "1.26", "1.26"), ("1.264", "1.29", "1.36"), ("5.02", "6.00", None)],
)
def test_huawei_local_prices(price: str, theirs: str, ours: str | None) -> None:
    """Huawei AppGallery: converted prices end in 6 or 9 cents, or are whole where there are none.

    https://developer.huawei.com/consumer/en/doc/app/correct-0000001931836348/
    5.02 goes up to 6.00, as here. There the last digit decides between .x6 and .x9; here a row
    has one ending, so 1.264 goes on to the next .x6. The rule that decides: points of one row are
    one step apart, so that a price is never further than a step from what was converted.
    """
    exact = usd(price).exact()
    if ours is None:
        assert PricePoint("1", direction=Direction.UP).of(exact) == usd(theirs)
    else:
        assert PricePoint("0.10", "0.06", Direction.UP).of(exact) == usd(ours)
        assert (theirs == ours) is (price == "1.213")
