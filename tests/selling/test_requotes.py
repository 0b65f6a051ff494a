"""Quotes made from quotes: versions, requotes, and the difference split by its causes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.ids import LockId, QuoteId
from fxcrm.money import Money
from fxcrm.selling.quoteerrors import QuotesDiffer
from fxcrm.selling.requotes import QuoteDifference, difference, line_changes, revised
from fxcrm.taxes import Tax
from tests.ledger.notation import chosen, half_even, instant, money, value
from tests.selling.test_quote_taxes import draft

DAY = date(2026, 3, 2)


def test_a_difference_in_figures() -> None:
    """10 at EUR 100 then 110, at 1.08 then 1.10: price 108.00, rate 22.00, together 130.00."""
    old = draft().add("Pump", quantity=10, unit_price=money("EUR 100.00"))
    new = draft().add("Pump", quantity=10, unit_price=money("EUR 110.00"))
    then, now = chosen("EUR/USD", "1.08"), chosen("EUR/USD", "1.10")
    found = difference(old.at_rate(then), new.at_rate(now))
    assert [str(one.value) for one in found.parts] == [
        *("USD 108.00", "USD 22.00", "USD 0.00", "USD 0.00", "USD 0.00")
    ]
    assert found.whole.value == money("USD 130.00")


prices = st.builds(lambda units: Decimal(units).scaleb(-3), st.integers(1, 10**7))
rates = st.builds(lambda units: Decimal(units).scaleb(-4), st.integers(1, 10**5))
TAX = Tax("VAT", "19")


@given(st.lists(prices, min_size=2, max_size=4), rates, rates, rates, prices)
def test_the_causes_add_up_exactly(
    drawn: list[Decimal], spot: Decimal, locked: Decimal, later: Decimal, fee: Decimal
) -> None:
    """Price at the old market, rate on the new price, the lock, tax, rounding: the difference."""
    half = len(drawn) // 2
    before, after = drawn[:half], drawn[half:]
    old, new = draft(), draft()
    for price in before:
        old = old.add("Pump", quantity=3, unit_price=Money(price, "EUR"), taxes=(TAX,))
    for price in after:
        new = new.add("Pump", quantity=3, unit_price=Money(price, "EUR"), taxes=(TAX,))
    charged = Money(fee, "EUR")
    market = chosen("EUR/USD", spot)
    quoted, lock = old.add("Filter", quantity=1, unit_price=money("EUR 1.00")).lock_rate(
        chosen("EUR/USD", locked), id=LockId("L-1"), at=instant(DAY), until=date(2026, 4, 1),
        spot=market, fee=charged,
    )  # fmt: skip
    found = difference(quoted, new.at_rate(chosen("EUR/USD", later)), lock)
    goods = 3 * sum(map(Fraction, before), Fraction(1, 3))
    wanted = 3 * sum(map(Fraction, after), Fraction(0))
    paid = goods + value(charged)
    exact = {
        "price": (wanted - goods) * Fraction(spot),
        "rate": wanted * (Fraction(later) - Fraction(spot)),
        "lock": goods * Fraction(spot) - paid * Fraction(locked),
    }
    for name, amount in exact.items():
        figure = getattr(found, name)
        assert (figure.exact_value, value(figure.value)) == (amount, half_even(amount))
    _adds_up(found)


def _adds_up(found: QuoteDifference) -> None:
    parts = Money.total(one.value for one in found.parts)
    assert parts == found.whole.value == found.new.value - found.old.value


def test_quotes_of_other_currencies_are_not_compared() -> None:
    """Dollars less pounds is no difference (M8)."""
    one = draft().add("Pump", quantity=1, unit_price=money("EUR 1.00"))
    with pytest.raises(QuotesDiffer):
        difference(one, attrs.evolve(one, currency=Currency("GBP")))


def test_a_version_has_the_number_and_the_next_count() -> None:
    """The old one is superseded, the new one a draft of the same content; lines are compared."""
    old = draft().add("Pump", quantity=2, unit_price=money("EUR 10.00"))
    released = old.at_rate(chosen("EUR/USD", "1.08")).approve("ada", DAY)
    before, after = revised(released, QuoteId("Q-2"), on=DAY, by="ben")
    assert (before.state, after.state) == ("superseded", "draft")
    assert (after.number, after.revision, after.supersedes) == ("Q-0001", 2, "Q-1")
    assert (after.total, after.authors) == (released.total, ("ben",))
    edited = after.change(1, quantity=3).add("Hose", quantity=1, unit_price=money("EUR 1.00"))
    assert [str(one) for one in line_changes(before, edited)] == [
        "line 1: 2 x Pump at EUR 10.00 became 3 x Pump at EUR 10.00",
        "line 2 added: 1 x Hose at EUR 1.00",
    ]
