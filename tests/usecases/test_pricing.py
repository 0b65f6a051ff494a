"""Pricing as a use case: the customer's groups, the rules, the rate of the day, and refusals."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest

from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.ids import DealId, PriceListId, ProductId, QuoteId
from fxcrm.money import Money
from fxcrm.ports.rows import RowsRefused
from fxcrm.ports.storage import NotFound
from fxcrm.rates import RateMissing
from fxcrm.selling.discounts import Discount
from fxcrm.selling.margins import SoldBelowFloor
from fxcrm.selling.pricefinding import PriceNotFound
from fxcrm.selling.pricelists import BreakMode, PriceBreak, PriceEntry
from fxcrm.selling.pricerules import PriceRules
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import Desk, draft_quote, edit_quote
from fxcrm.usecases.pricing import (
    BelowFloor,
    add_price_list,
    add_product,
    derive_price_list,
    derived_list,
    import_prices,
    price_lists_of,
    price_of,
    products_of,
    set_prices,
)
from fxcrm.usecases.taxing import LineWish, PriceNeeded
from tests.usecases.office import ACME, EUR, NORDWIND, RUB, USD, Office

DAY = date(2026, 1, 5)  # 1 EUR = 1.0804 USD
PUMP, STANDARD = ProductId("pump"), PriceListId("standard")


@pytest.fixture(name="office")
def _office() -> Office:
    """A pump that costs USD 54.02 (EUR 50.00), sold for EUR 100.00 and to resellers for 90.00."""
    office = Office()
    office.open("EUR")
    with office.desk(DAY) as desk:
        cost = Money("54.02", "USD")
        add_product(desk, PUMP, company=NORDWIND, name="Pump", unit="piece", cost=cost, on=DAY)
        for id, price, groups in (("standard", "100", ()), ("reseller", "90", ["reseller"])):
            add_price_list(
                desk,
                PriceListId(id),
                company=NORDWIND,
                name=id,
                currency=EUR,
                since=DAY,
                groups=groups,
                entries=[PriceEntry.of(PUMP, Money(price, "EUR"))],
            )
    return office


@contextmanager
def ruled(office: Office, rules: PriceRules, on: date = DAY) -> Iterator[Desk]:
    """A desk with rules of its own."""
    with office.desk(on) as desk:
        yield attrs.evolve(desk, selling=SellingRules(prices=rules))


def test_the_groups_of_a_customer_count(office: Office) -> None:
    """Acme becomes a reseller; the margin is that of the price it pays, in euros."""
    with office.desk(DAY) as desk:
        usual = price_of(desk, PUMP, currency=EUR, on=DAY, customer=ACME, quantity=2)
        assert (usual.price.total, usual.price.list) == (Money("200", "EUR"), "standard")
        assert usual.margin is not None
        assert (usual.margin.amount.value, usual.margin.share) == (
            Money(100, "EUR"),
            Fraction(1, 2),
        )
        customer = desk.uow.customers.get(ACME)
        desk.uow.customers.save(attrs.evolve(customer, groups=("reseller",)))
        agreed = price_of(desk, PUMP, currency=EUR, on=DAY, customer=ACME)
        assert (agreed.price.total, agreed.price.list) == (Money("90", "EUR"), "reseller")
        assert agreed.margin is not None
        assert agreed.margin.share == Fraction(4, 9)


def test_a_currency_without_a_list_is_converted_only_by_rule(office: Office) -> None:
    """No base list: an error. With one: at the recorded decision of the day, to the cent."""
    with pytest.raises(PriceNotFound, match="in EUR"), office.desk(DAY) as desk:
        price_of(desk, PUMP, currency=USD, on=DAY)
    with ruled(office, PriceRules(base=STANDARD)) as desk:
        found = price_of(desk, PUMP, currency=USD, on=DAY)
        assert found.price.total == Money("108.04", "USD")
        assert found.price.rate is not None
        assert desk.uow.decisions.get(found.price.rate.id) == found.price.rate


def test_no_rate_is_an_error_and_leaves_no_trace(office: Office) -> None:
    """Roubles have no rate in March: refused by the look-up, and nothing was decided."""
    on = date(2026, 3, 31)
    before = office.store.digest()
    with pytest.raises(RateMissing), ruled(office, PriceRules(base=STANDARD), on) as desk:
        price_of(desk, PUMP, currency=RUB, on=on)
    assert office.store.digest() == before


def test_a_derived_list_knows_where_it_comes_from(office: Office) -> None:
    """Its base and its decision, its prices and their margin; one below the floor is refused."""
    dollars = PriceListId("dollars")
    with ruled(office, PriceRules(floor="0.5")) as desk:
        made = derived_list(desk, dollars, base=STANDARD, currency=USD, on=DAY)
        assert [(one.figure.value, one.is_below) for one in made.prices] == [
            (Money("108.04", "USD"), False)
        ]
        assert desk.uow.price_lists.find(dollars) is None
        kept = derive_price_list(desk, dollars, base=STANDARD, currency=USD, on=DAY)
        assert (kept.base, kept.currency, kept.rate) == (STANDARD, USD, made.list.rate)
    strict, other = PriceRules(floor="0.6"), PriceListId("other")
    with pytest.raises(SoldBelowFloor, match="floor is 60 %"), ruled(office, strict) as desk:
        derive_price_list(desk, other, base=STANDARD, currency=USD, on=DAY)
    with ruled(office, strict) as desk:
        accepted = BelowFloor.ACCEPTED
        derive_price_list(desk, other, base=STANDARD, currency=USD, on=DAY, below_floor=accepted)
        assert [one.id for one in price_lists_of(desk, NORDWIND, USD)] == ["dollars", "other"]
        assert [one.id for one in products_of(desk, NORDWIND)] == [PUMP]


def test_a_quote_takes_its_prices_from_the_lists(office: Office) -> None:
    """A line for each slice, at the price of the customer's group; a price that is given stays."""
    slices = PriceEntry(
        PUMP,
        (PriceBreak(1, Money(80, "EUR")), PriceBreak(6, Money(70, "EUR"))),
        BreakMode.GRADUATED,
    )
    office.quote(1, "EUR 1.00", DAY)
    eight, tenth = Decimal(8), Discount("10")
    with office.desk(DAY) as desk:
        set_prices(desk, STANDARD, [slices], on=DAY)
        wishes = [
            LineWish("", eight, None, PUMP, tenth),
            LineWish("Pump, used", Decimal(1), Money(10, "EUR"), PUMP),
        ]
        quote = draft_quote(
            desk,
            QuoteId("Q-2"),
            deal=DealId("D-1"),
            currency=USD,
            priced_in=EUR,
            lines=wishes,
            on=DAY,
            valid_until=DAY,
        )
        assert [f"{one.quantity} x {one.unit_price}" for one in quote.lines] == [
            "5 x EUR 80.00",
            "3 x EUR 70.00",
            "1 x EUR 10.00",
        ]
        assert quote.priced_total == Money("559.00", "EUR")  # (400 + 210) less 10 %, and 10
        off = Discount(amount=Money(1, "EUR"))
        for wrong in (LineWish("", eight, None, PUMP, off), LineWish("Rent", eight, None)):
            with pytest.raises(PriceNeeded):
                edit_quote(desk, QuoteId("Q-2"), lines=[wrong], on=DAY)


def test_a_file_of_prices_is_taken_whole_or_refused_by_row(office: Office) -> None:
    """Every bad row is named, by number and not by what it holds; the list stays as it was."""
    bad = b"product,from,price\npump,1,EUR 7.00\ngone,1,EUR 1.00\npump,ten,EUR 6.00\n"
    with pytest.raises(RowsRefused) as failed, office.desk(DAY) as desk:
        import_prices(desk, STANDARD, CsvRows(io.BytesIO(bad)), on=DAY)
    assert [(one.row, one.reason) for one in failed.value.problems] == [
        (3, "no price: NotFound"),
        (4, "no price: NumberRefused"),
    ]
    good = b"product,from,price,mode\npump,1,EUR 7.00,graduated\npump,10,EUR 6.00,graduated\n"
    with office.desk(DAY) as desk:
        assert price_of(desk, PUMP, currency=EUR, on=DAY).price.total == Money(100, "EUR")
        import_prices(desk, STANDARD, CsvRows(io.BytesIO(good)), on=DAY)
        tenth = price_of(desk, PUMP, currency=EUR, on=DAY, quantity=10)
        assert tenth.price.total == Money("69", "EUR")


def test_a_price_is_for_a_product_that_is_there(office: Office) -> None:
    """And a company's own."""
    with pytest.raises(NotFound), office.desk(DAY) as desk:
        set_prices(desk, STANDARD, [PriceEntry.of(ProductId("gone"), Money(1, "EUR"))], on=DAY)
