"""A line's taxes and its list price, when the day changes: found anew, and told where from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from fxcrm.ids import DealId, PriceListId, ProductId, QuoteId
from fxcrm.selling import Quote
from fxcrm.selling.pricelists import PriceEntry
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    LineWish,
    approve_quote,
    draft_quote,
    edit_quote,
    lapse_quote,
    requote_quote,
)
from fxcrm.usecases.pricing import add_price_list, add_product
from tests.ledger.notation import money
from tests.usecases.office import EUR, FEBRUARY, JANUARY, NORDWIND, USD, Office

Q, PUMP = QuoteId("Q"), ProductId("pump")
SINCE, NEW = date(2021, 1, 1), date(2026, 2, 1)
RULES = SellingRules.read(
    {
        "prices": {"base": "L"},
        "taxes": {
            "rates": [
                {"goods": "standard", "name": "VAT", "percent": "19", "since": SINCE},
                {"goods": "standard", "name": "VAT", "percent": "21", "since": NEW},
                {"goods": "books", "name": "VAT", "percent": "7", "since": SINCE},
            ]
        },
    }
)


@pytest.fixture(name="office")
def _office() -> Office:
    """A pump on a list in euros, quoted in dollars."""
    office = Office().open()
    office.quote(1, "EUR 1.00", JANUARY)
    with office.desk(JANUARY) as plain:
        desk = attrs.evolve(plain, selling=RULES)
        add_product(
            desk, PUMP, company=NORDWIND, name="Pump", unit="pc", taxes=["standard"], on=JANUARY
        )
        add_price_list(
            desk, PriceListId("L"), company=NORDWIND, name="L", currency=EUR, since=JANUARY,
            entries=[PriceEntry.of(PUMP, money("EUR 100.00"))],
        )  # fmt: skip
        wishes = [
            LineWish("", Decimal(1), None, PUMP),
            LineWish("Manual", Decimal(1), money("USD 1.00"), PUMP, tax="books"),
        ]
        draft_quote(
            desk, Q, deal=DealId("D-1"), currency=USD, priced_in=USD, lines=wishes, on=JANUARY,
            valid_until=JANUARY,
        )  # fmt: skip
    return office


def _bound(desk: Desk) -> Desk:
    return attrs.evolve(desk, selling=RULES)


def _percents(quote: Quote) -> list[list[str]]:
    return [[str(tax) for tax in line.taxes] for line in quote.lines]


def test_a_converted_list_price_names_its_list_and_its_decision(office: Office) -> None:
    """The figure of the line says which list, and at which recorded decision it was converted."""
    with office.desk(JANUARY) as desk:
        quote = desk.uow.quotes.get(Q)
        line = quote.lines[0]
        assert line.source.startswith("price list L, converted at ")
        named = line.source.split("converted at ")[1].split(": ")[0]
        assert desk.uow.decisions.get(named).pair.base is EUR  # type: ignore[arg-type]
    assert line.source in quote.total_figure().explain()


def test_taxes_are_those_of_the_new_day(office: Office) -> None:
    """19 % became 21 %, quoted again or dated anew; a line's word stands for its product's."""
    assert _percents(office.at(JANUARY, lambda desk: desk.uow.quotes.get(Q))) == [
        ["VAT 19 %"],
        ["VAT 7 %"],
    ]
    dated = office.at(
        FEBRUARY,
        lambda desk: edit_quote(_bound(desk), Q, on=NEW, dated=NEW, valid_until=NEW),
    )
    assert _percents(dated) == [["VAT 21 %"], ["VAT 7 %"]]
    back = office.at(
        FEBRUARY, lambda desk: edit_quote(_bound(desk), Q, on=NEW, dated=JANUARY, valid_until=NEW)
    )
    assert _percents(back) == [["VAT 19 %"], ["VAT 7 %"]]

    def again(desk: Desk) -> Quote:
        approve_quote(desk, Q, by="ada", on=NEW)
        lapse_quote(desk, Q, on=FEBRUARY)
        return requote_quote(
            _bound(desk), QuoteId("Q-2"), quote=Q, on=FEBRUARY, valid_until=FEBRUARY
        )

    assert _percents(office.at(FEBRUARY, again)) == [["VAT 21 %"], ["VAT 7 %"]]
