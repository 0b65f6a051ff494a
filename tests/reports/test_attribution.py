"""To whom a result belongs where its entry names several items, by examples."""

from __future__ import annotations

import pytest

from fxcrm.ledger import trading_chart
from fxcrm.reports import Attribution, ResultColumn, Results
from fxcrm.reports.results import BY_CURRENCY
from tests.reports.ledgers import (
    BANK,
    FEES,
    PAYABLE,
    REALISED,
    RECEIVABLE,
    SALES,
    UNREALISED,
    Books,
    Fact,
    Raw,
    Thing,
    scope,
)

CHART = trading_chart()
CREDITS = "2100"
BY_PARTY = Attribution("customer", lambda item: item.party)
ACME, BIRCH = Thing(RECEIVABLE, "acme", "USD", 0, 30), Thing(RECEIVABLE, "birch", "USD", 0, 30)


def rows(
    facts: list[Fact], things: list[Thing], by: Attribution = BY_PARTY
) -> dict[str, dict[str, int]]:
    """The rows by name, each with its columns in cents; what is zero is left out."""
    books = Books(facts, things)
    kinds = {one.id: one.kind for one in facts}
    made = Results.of(
        scope(99), books.items(), books.lines(), CHART, by, lambda entry: kinds[entry]
    )
    return {
        row.key: {at.value: one.value.minor for at, one in row.columns.items() if one.value}
        for row in made.by_row
    }


@pytest.mark.parametrize("turned", [False, True])
def test_a_month_end_belongs_to_each_item_of_its_own(*, turned: bool) -> None:
    """Two customers and a bank account in one entry, and one that is reversed the next day."""
    lines = [
        Raw(RECEIVABLE, "USD", 0, 7, 0),
        Raw(UNREALISED, "USD", 0, -7),
        Raw(RECEIVABLE, "USD", 0, -5, 1),
        Raw(UNREALISED, "USD", 0, 5),
        Raw(BANK, "USD", 0, 9),
        Raw(UNREALISED, "USD", 0, -9),
    ]
    told = tuple(reversed(lines)) if turned else tuple(lines)
    run = Fact(31, "revaluation", told, "revaluation:1")
    found = rows([run], [ACME, BIRCH])
    assert found == {
        "acme": {"unrealised FX": 7},
        "birch": {"unrealised FX": -5},
        "not attributed": {"unrealised FX": 9},
    }
    assert rows([run], [ACME, BIRCH], BY_CURRENCY) == {"USD": {"unrealised FX": 11}}


def test_money_in_the_bank_is_nobodys_even_beside_one_item() -> None:
    """One customer alone in a month end does not get the difference on the bank account."""
    lines = (
        Raw(RECEIVABLE, "USD", 0, 7, 0),
        Raw(UNREALISED, "USD", 0, -7),
        Raw(BANK, "USD", 0, 9),
        Raw(UNREALISED, "USD", 0, -9),
    )
    found = rows([Fact(31, "revaluation", lines, "r")], [ACME])
    assert found == {"acme": {"unrealised FX": 7}, "not attributed": {"unrealised FX": 9}}


def test_two_items_that_moved_alike_get_one_difference_each() -> None:
    """Which line is whose can not be told, and need not: they are equal."""
    lines = [Raw(RECEIVABLE, "USD", 0, 7, 0), Raw(RECEIVABLE, "USD", 0, 7, 1)]
    lines += [Raw(UNREALISED, "USD", 0, -7)] * 2
    found = rows([Fact(31, "revaluation", tuple(lines), "r")], [ACME, BIRCH])
    assert found == {"acme": {"unrealised FX": 7}, "birch": {"unrealised FX": 7}}


def test_the_reversal_of_a_credit_note_is_no_sale() -> None:
    """Both stand in one column, which is zero again."""
    given = (Raw(SALES, "USD", 50, 40), Raw(RECEIVABLE, "USD", -50, -40, 0))
    back = tuple(one._replace(amount=-one.amount, value=-one.value) for one in given)
    facts = [
        Fact(0, "invoice", (Raw(RECEIVABLE, "USD", 90, 80, 0), Raw(SALES, "USD", -90, -80)), "i"),
        Fact(5, "credit note", given, "c"),
    ]
    assert rows(facts, [ACME]) == {"acme": {"sales": 80, "credit notes": -40}}
    undone = [*facts, Fact(6, "reversal", back, "c:reversal")]
    assert rows(undone, [ACME]) == {"acme": {"sales": 80}}


def test_a_payment_with_an_excess_belongs_to_what_was_billed() -> None:
    """The fee is in euros like the excess; it was paid for the invoice in dollars all the same."""
    excess = Thing(CREDITS, "acme", "EUR", 9, 9)
    lines = (
        Raw(BANK, "EUR", 98, 98),
        Raw(FEES, "EUR", 2, 2),
        Raw(CREDITS, "EUR", -10, -10, 1),
        Raw("1900", "EUR", -90, -90),
        Raw("1900", "USD", 100, 90),
        Raw(RECEIVABLE, "USD", -100, -85, 0),
        Raw(REALISED, "USD", 0, -5),
    )
    found = rows([Fact(9, "settlement", lines, "p")], [ACME, excess], BY_CURRENCY)
    assert found == {"USD": {"fees": -2, "realised FX": 5}}


def test_what_two_customers_may_have_earned_is_nobodys() -> None:
    """An entry that names two parties and splits no result between them is not guessed at."""
    supplier = Thing(PAYABLE, "birch", "EUR", 0, 0)
    customer = Thing(RECEIVABLE, "acme", "EUR", 0, 0)
    lines = (
        Raw(RECEIVABLE, "EUR", -10, -10, 0),
        Raw(PAYABLE, "EUR", 7, 7, 1),
        Raw(FEES, "EUR", 3, 3),
    )
    found = rows([Fact(9, "voucher", lines, "v")], [customer, supplier])
    assert found == {"not attributed": {ResultColumn.FEES.value: -3}}
