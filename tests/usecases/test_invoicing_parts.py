"""An order billed in parts: they make the whole, and each rests on the lock as its lines do."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_UP, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import DocumentLine, Invoice, LineRate, Order
from fxcrm.billing.orders import OrderLineExceeded
from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import DealId, InvoiceId, LockId, OrderId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money, NumberRefused, NumberTypeRefused
from fxcrm.selling.discounts import Discount
from fxcrm.usecases import (
    Desk,
    Excess,
    LineWish,
    accept_quote,
    approve_quote,
    draft_quote,
    edit_quote,
    invoice_order,
    invoice_part,
    line_figures,
    lock_rate,
    lock_steps,
    place_order,
    ship_order,
)
from fxcrm.usecases.apportioning import parts_of
from tests.ledger.notation import chosen, half_even, money, value
from tests.usecases.office import EUR, MARCH, NORDWIND, USD, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
Q1, L1, O1 = QuoteId("Q-1"), LockId("L-1"), OrderId("O-1")
THREE = [("Pumps", Decimal(3), Money("333.335", "EUR")), ("Valves", Decimal(1), Money("9", "EUR"))]
FOUR = [("Pumps", Decimal(4), Money("333.335", "EUR"))]


def _shipped(beyond: bool = False) -> Office:  # noqa: FBT001, FBT002 - a fixture's variant
    """Three pumps and a valve under a lock; or four pumps, of which the lock covers some three."""
    office = Office().open()
    office.quote(1, "EUR 1.00", DAY, "USD")
    with office.desk(DAY) as desk:
        quote = draft_quote(
            desk, QuoteId("Q-2"), deal=DealId("D-1"), currency=USD, priced_in=EUR, lines=THREE,
            on=DAY, valid_until=MARCH,
        ).id  # fmt: skip
        lock_rate(desk, L1, quote=quote, on=DAY, until=MARCH, zone="UTC")
    with office.desk(date(2026, 1, 15)) as desk:
        if beyond:
            edit_quote(desk, quote, lines=FOUR, on=date(2026, 1, 15), excess=Excess.DECIDED)
        approve_quote(desk, quote, by="ada", on=DAY)
        accept_quote(desk, quote, on=DAY)
        place_order(desk, O1, quote=quote, on=DAY)
        ship_order(desk, O1, on=DAY)
    return office


def _part(office: Office, number: int, quantities: dict[int, str]) -> Money:
    named = {position: Decimal(one) for position, one in quantities.items()}
    return office.at(
        MARCH,
        lambda desk: invoice_part(
            desk, InvoiceId(f"I-{number}"), order=O1, quantities=named, on=MARCH, days=30
        ),
    ).total


def _order(office: Office) -> Order:
    with office.store.begin() as unit:
        return unit.orders.get(O1)


def test_parts_add_up_to_the_order() -> None:
    """Three pumps one by one, and the valve with the rest: not a cent more or less."""
    office = _shipped()
    order = _order(office)
    totals = [_part(office, 1, {1: "1"}), _part(office, 2, {1: "1"})]
    assert _order(office).state == "partly invoiced"
    rest = office.at(
        MARCH, lambda desk: invoice_order(desk, InvoiceId("I-3"), order=O1, on=MARCH, days=30)
    )
    assert [line.quantity for line in rest.lines] == [Decimal(1), Decimal(1)]
    assert totals == [money("USD 360.30"), money("USD 360.30")]  # 360.3018 and 720.6036 less it
    assert totals[0] + totals[1] + rest.total == order.total
    assert _order(office).state == "invoiced"
    assert _order(office).billed == (Decimal(3), Decimal(1))


@pytest.mark.parametrize(
    ("priced", "quantity", "discount", "parts"),
    [
        ("EUR", 1, None, {"0.5": "EUR 50.00"}),
        ("EUR", 3, "EUR 10.00", {"1": "EUR 96.67", "0.5": "EUR 48.33"}),
        ("USD", 3, "EUR 10.00", {"1": "USD 104.49", "0.5": "USD 52.24", "0.7": "USD 73.14"}),
    ],
)  # 290 / 3 x 1.0809 = 104.487; x 1.5 = 156.7305; x 2.2 = 229.8714
def test_a_price_without_an_end_is_billed_in_part(
    priced: str, quantity: int, discount: str | None, parts: dict[str, str]
) -> None:
    """In the currency of the prices, and where a discount leaves a price no decimal is exact."""
    office = Office().open()
    office.quote(1, "EUR 1.00", DAY, priced)
    less = None if discount is None else Discount.parse(discount)
    wish = LineWish("Pumps", Decimal(quantity), money("EUR 100.00"), discount=less)
    with office.desk(DAY) as desk:
        quote = edit_quote(desk, Q1, lines=[wish], on=DAY).id
        approve_quote(desk, quote, by="ada", on=DAY)
        accept_quote(desk, quote, on=DAY)
        place_order(desk, O1, quote=quote, on=DAY)
        ship_order(desk, O1, on=DAY)
    made = [_part(office, number, {1: one}) for number, one in enumerate(parts, 1)]
    assert made == [money(one) for one in parts.values()]
    rest = office.at(
        MARCH, lambda desk: invoice_order(desk, InvoiceId("I-9"), order=O1, on=MARCH, days=30)
    )
    assert Money.total((*made, rest.total)) == _order(office).total
    noted = [one.priced for one in rest.lines[0].rates]
    with office.desk(MARCH) as desk:
        billed = [desk.uow.invoices.get(InvoiceId(f"I-{one}")) for one in range(1, len(made) + 1)]
        assert [line_figures(desk, one)[0].value for one in billed] == made
    noted += [rate.priced for one in billed for rate in one.lines[0].rates]
    assert Money.total(noted, currency=EUR) == money("EUR 290.00" if noted else "EUR 0.00")


def test_the_last_part_ends_the_order() -> None:
    """All quantities named: it is invoiced, and nothing more can be billed."""
    office = _shipped()
    _part(office, 1, {1: "2.5"})
    _part(office, 2, {1: "0.5", 2: "1"})
    assert _order(office).state == "invoiced"
    with pytest.raises(OrderLineExceeded):
        _part(office, 3, {1: "1"})
    with pytest.raises(TransitionRefused):
        office.at(
            MARCH, lambda desk: invoice_order(desk, InvoiceId("I-4"), order=O1, on=MARCH, days=30)
        )


@pytest.mark.parametrize("quantities", [{1: "3.1"}, {1: "0"}, {1: "-1"}, {3: "1"}, {0: "1"}])
def test_no_more_than_is_left_is_billed(quantities: dict[int, str]) -> None:
    """Too much, nothing, less, and lines that are not there: refused, and nothing is written."""
    office = _shipped()
    digest = office.store.digest()
    with pytest.raises(OrderLineExceeded):
        _part(office, 1, quantities)
    assert office.store.digest() == digest


def test_what_is_covered_is_billed_first() -> None:
    """Four pumps, EUR 1,009.00 covered: three at the locked rate, the fourth at both."""
    office = _shipped(beyond=True)
    order = _order(office)
    first = _part(office, 1, {1: "3"})
    second = _part(office, 2, {1: "1"})
    assert first == money("USD 1080.91")  # 1,000.005 at 1.0809
    assert first + second == order.total
    with office.desk(MARCH) as desk:
        invoices = [desk.uow.invoices.get(InvoiceId(f"I-{number}")) for number in (1, 2)]
        steps = [one for one in lock_steps(desk, L1) if one.name == "invoiced"]
        figures = [figure for one in invoices for figure in line_figures(desk, one)]
    assert [len(one.lines[0].rates) for one in invoices] == [1, 2]
    assert [one.value for one in figures] == [first, second]
    assert [one.document for one in steps] == ["I-1", "I-2"]
    # 1,009.00 - 1,000.005 = 8.995 of the fourth pump rest on the lock: USD 9.72
    assert steps[1].result.value == money("EUR -0.06")  # 9.72 / 1.0889 less 9.72 / 1.0809


@given(
    st.integers(1, 10**7),
    st.lists(st.integers(1, 400), min_size=1, max_size=6),
    st.integers(1, 4),
)
def test_any_parts_make_the_whole(price: int, weights: list[int], places: int) -> None:
    """Quantities and prices of any number of decimals: amounts and prices of the parts add up."""
    quantities = [Decimal(one).scaleb(-2) for one in weights]
    whole = sum(quantities, Decimal(0))
    unit = Decimal(price).scaleb(-places)
    decision = chosen("EUR/USD", "1.0823")
    exact = Money(unit * whole, "EUR")
    amount = decision.convert(exact)
    line = DocumentLine("Item", whole, amount, (LineRate(exact, decision.id),))
    order = Order(O1, "O", NORDWIND, None, None, Currency("USD"), (line,), DAY)  # type: ignore[arg-type]
    with Office().desk(DAY) as desk:
        desk.uow.decisions.record(decision)
        made = _parts(desk, order, quantities)
    assert Money.total(one.amount for one in made) == amount
    assert sum(value(one.rates[0].priced) for one in made) == value(exact)
    done = Fraction(0)
    for one, quantity in zip(made, quantities, strict=True):
        before, done = done, done + Fraction(quantity)
        ends = (half_even(Fraction(unit) * at * Fraction("1.0823")) for at in (done, before))
        assert value(one.amount) == next(ends) - next(ends)


def _parts(desk: Desk, order: Order, quantities: list[Decimal]) -> list[DocumentLine]:
    made: list[DocumentLine] = []
    for at, quantity in enumerate(quantities):
        last = at == len(quantities) - 1
        made += parts_of(desk, order, {1: quantity})
        order = order if last else _billed(order, quantity)
    return made


def _billed(order: Order, quantity: Decimal) -> Order:
    if order.state == "confirmed":
        order = order.ship(DAY)
    return order.invoiced_in_part({1: quantity}, DAY)


def test_a_line_at_two_rates_is_explained_as_its_quote_is() -> None:
    """Seven of twelve: the parts are told as parts, with line, quantity and price of one."""
    office = Office().open()
    office.quote(1, "EUR 1180.00", DAY, "USD")
    later = date(2026, 1, 15)
    with office.desk(DAY) as desk:
        edit_quote(desk, Q1, lines=[("Oak desk", Decimal(10), money("EUR 1180.00"))], on=DAY)
        lock_rate(desk, L1, quote=Q1, on=DAY, until=MARCH, zone="UTC")
    with office.desk(later) as desk:
        lines = [("Oak desk", Decimal(12), money("EUR 1180.00"))]
        quote = edit_quote(desk, Q1, lines=lines, on=later, excess=Excess.DECIDED)
        approve_quote(desk, Q1, by="ada", on=later)
        accept_quote(desk, Q1, on=later)
        order = place_order(desk, O1, quote=Q1, on=later)
        ship_order(desk, O1, on=later)
    _part(office, 1, {1: "5"})
    _part(office, 2, {1: "7"})
    with office.desk(MARCH) as desk:
        [whole] = line_figures(desk, desk.uow.invoices.get(InvoiceId("I-1")))
        [split] = line_figures(desk, desk.uow.invoices.get(InvoiceId("I-2")))
        [ordered] = line_figures(desk, order)
    assert _priced(whole) == [
        "Priced: EUR 5900.00",
        "rule: quantity times unit price",
        "invoice line nordwind-INV-0001/1: Oak desk, quantity 5: EUR 1180.00",
    ]
    part = "rule: part of quantity times unit price, by what the lock covers"
    line = "invoice line nordwind-INV-0002/1: Oak desk, quantity 7: EUR 1180.00"
    assert _priced(split) == ["Priced: EUR 5900.00", part, line, "Priced: EUR 2360.00", part, line]
    quoted = [text for text in _priced(quote.figures()[0]) if "line" not in text]
    assert [text for text in _priced(ordered) if "line" not in text] == quoted
    assert [text.split(":")[0] for text in _labels(ordered)] == [
        text.split(":")[0] for text in _labels(quote.figures()[0])
    ]


def _priced(figure: Figure) -> list[str]:
    lines = [text.strip() for text in figure.explain().splitlines()]
    starts = [at for at, text in enumerate(lines) if text.startswith("Priced")]
    return [text for at in starts for text in lines[at : at + 3]]


def _labels(figure: Figure) -> list[str]:
    return [text.strip() for text in figure.explain().splitlines() if " at " in text]


@pytest.mark.parametrize("quantities", [{1: "2"}, {1: 2}, {1: Decimal(2)}])
def test_quantities_are_given_as_lines_are(quantities: dict[int, int | str | Decimal]) -> None:
    """Text and whole numbers are taken as a quote's line takes them."""
    invoice = _named(_shipped(), quantities)
    assert [line.quantity for line in invoice.lines] == [Decimal(2)]


@pytest.mark.parametrize("quantity", [2.0, None, "two", "1E3"])
def test_what_is_no_exact_quantity_is_refused(quantity: Any) -> None:
    """Floats and words are refused by type, and nothing is written."""
    office = _shipped()
    digest = office.store.digest()
    with pytest.raises((NumberTypeRefused, NumberRefused)):
        _named(office, {1: quantity})
    assert office.store.digest() == digest


def _named(office: Office, quantities: dict[int, int | str | Decimal]) -> Invoice:
    return office.at(
        MARCH,
        lambda desk: invoice_part(
            desk, InvoiceId("I-1"), order=O1, quantities=quantities, on=MARCH, days=30
        ),
    )


@pytest.mark.parametrize("digits", [1, 2, 3, 28])
def test_a_part_does_not_depend_on_the_context(digits: int) -> None:
    """However few digits the caller's decimals have, what is billed stays the same (M1)."""
    office = _shipped()
    with localcontext(Context(prec=digits, rounding=ROUND_UP)):
        part = _part(office, 1, {1: "1.2345"})
    billed = _order(office).quantities_billed
    assert (part, billed) == (Money("444.79", "USD"), (Decimal("1.2345"), Decimal(0)))
