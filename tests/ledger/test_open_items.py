"""Open items: two amounts each, open and carried, that end together (D9)."""

from __future__ import annotations

import attrs
import pytest

from fxcrm.ledger.open_items import ItemOutOfStep
from tests.ledger.notation import money, receivable


def test_an_item_is_born_open_at_what_it_was_booked() -> None:
    """Nothing is settled yet, and the carrying amount is the booked one."""
    item = receivable("USD 1085.00", "EUR 993.59")
    assert (item.open, item.carrying) == (money("USD 1085.00"), money("EUR 993.59"))
    assert not item.is_settled
    assert item.is_foreign
    assert not receivable("EUR 5.00", "EUR 5.00").is_foreign


def test_nothing_open_carries_nothing() -> None:
    """Document amount zero implies functional amount zero, or the item is refused (D9)."""
    item = receivable("USD 1085.00", "EUR 993.59")
    with pytest.raises(ItemOutOfStep) as caught:
        attrs.evolve(item, open=money("USD 0.00"))
    assert caught.value.carrying == money("EUR 993.59")
    settled = attrs.evolve(item, open=money("USD 0.00"), carrying=money("EUR 0.00"))
    assert settled.is_settled


def test_a_tiny_amount_may_carry_nothing() -> None:
    """USD 0.01 can be worth EUR 0.00 after rounding; that is no error."""
    assert receivable("USD 0.01", "EUR 0.00").carrying.is_zero


def test_the_figure_says_what_the_carrying_amount_rests_on() -> None:
    """The booked amount, the rate decision and what is left open."""
    item = receivable("USD 1085.00", "EUR 993.59")
    figure = item.figure()
    assert figure.value == money("EUR 993.59")
    assert figure.rule == "booked EUR 993.59 for USD 1085.00 at noted"
    assert "open USD 1085.00 of USD 1085.00" in figure.explain()
