"""Enquiries and deals: the table walked, the totals weighted, currencies kept apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money, RationalMoney
from fxcrm.pipeline import (
    CROSS_BORDER_TRADE,
    DEAL_LIFECYCLE,
    Deal,
    Enquiry,
    stage_totals,
)
from fxcrm.testing.strategies import money

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 5)
PERCENT = {"qualified": 25, "quoted": 60, "won": 100, "lost": 0}


def _enquiry() -> Enquiry:
    return Enquiry(
        EnquiryId("E-1"), CompanyId("nordwind"), CustomerId("acme"), "Pumps", "mail", DAY
    )


PUMPS = Money("500.00", "USD")


def _deal(worth: Money = PUMPS, stage: str = "qualified") -> Deal:
    id, company, customer = DealId("D-1"), CompanyId("nordwind"), CustomerId("acme")
    return Deal(id, company, customer, None, "Pumps", worth, DAY, stage)


def test_an_enquiry_becomes_a_deal_in_the_currency_it_was_asked_in() -> None:
    """Both carry an event, and the deal keeps company, customer and subject."""
    enquiry, deal = _enquiry().qualify(DealId("D-1"), Money("500.00", "USD"), NEXT)
    assert enquiry.state == "qualified"
    assert (deal.enquiry, deal.title, deal.opened_on) == ("E-1", "Pumps", NEXT)
    assert (deal.company, deal.customer) == ("nordwind", "acme")
    assert (deal.value, deal.stage) == (Money("500.00", "USD"), "qualified")
    assert [one.name for one in (*enquiry.events, *deal.events)] == [
        "enquiry qualified",
        "deal opened",
    ]


def test_an_enquiry_ends_once() -> None:
    """Closed or qualified, it takes no further command."""
    closed = _enquiry().close("no budget", NEXT)
    assert (closed.state, closed.events[0].details) == ("closed", {"reason": "no budget"})
    qualified, _ = _enquiry().qualify(DealId("D-1"), Money("1.00", "EUR"), NEXT)
    for ended in (closed, qualified):
        with pytest.raises(TransitionRefused):
            ended.close("again", NEXT)
        with pytest.raises(TransitionRefused):
            ended.qualify(DealId("D-2"), Money("1.00", "EUR"), NEXT)


@pytest.mark.parametrize("stage", DEAL_LIFECYCLE.states())
@pytest.mark.parametrize("command", sorted({command for _, command in DEAL_LIFECYCLE.table}))
def test_a_deal_moves_as_its_table_says(stage: str, command: str) -> None:
    """Every stage with every command: the next stage of the table, or a refusal."""
    deal, expected = _deal(stage=stage), DEAL_LIFECYCLE.table.get((stage, command))
    if expected is None:
        with pytest.raises(TransitionRefused):
            deal.move(command, NEXT, reason="too dear")
        return
    moved = deal.move(command, NEXT, reason="too dear")
    assert (moved.stage, moved.value) == (expected, deal.value)
    assert moved.events[-1].name == f"deal {expected}"
    assert deal.stage == stage


def test_a_quote_replaces_the_estimate() -> None:
    """The value that is sent along is the deal's from then on."""
    moved = _deal().move("quote", NEXT, Money("620.00", "USD"))
    assert moved.value == Money("620.00", "USD")
    assert moved.move("quote", NEXT, Money("0.00", "USD")).value == Money("0.00", "USD")


def test_a_deal_keeps_its_own_currency() -> None:
    """A value in another currency is refused; it would be a change of label (M8)."""
    with pytest.raises(CurrencyMismatch):
        _deal().move("quote", NEXT, Money("620.00", "EUR"))


def test_probabilities_are_those_of_the_stages() -> None:
    """Every stage has one, from 0 to 100, and a weighted value is exact."""
    assert dict(CROSS_BORDER_TRADE.percent) == PERCENT
    assert set(PERCENT) == set(DEAL_LIFECYCLE.states())
    odd = _deal(Money("0.01", "EUR"), "qualified")
    assert CROSS_BORDER_TRADE.weighted(odd) == RationalMoney(Fraction(1, 400), "EUR")


deals = st.lists(
    st.builds(
        _deal,
        money(st.sampled_from(["EUR", "USD", "JPY"]).map(Currency), low=0, high=10**9),
        st.sampled_from(DEAL_LIFECYCLE.states()),
    ),
    max_size=12,
)


@given(deals)
def test_totals_never_mix_currencies_and_lose_nothing(held: list[Deal]) -> None:
    """One line per stage and currency, in the order of the stages, against plain sums."""
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    counts: Counter[tuple[str, str]] = Counter()
    for deal in held:
        key = (deal.stage, deal.value.currency.code)
        sums[key] += Fraction(deal.value.amount)
        counts[key] += 1
    totals = stage_totals(CROSS_BORDER_TRADE, held)
    keys = [(one.stage, one.currency.code) for one in totals]
    stages = list(DEAL_LIFECYCLE.states())
    assert keys == sorted(sums, key=lambda key: (stages.index(key[0]), key[1]))
    for one, key in zip(totals, keys, strict=True):
        assert one.count == counts[key]
        assert Fraction(one.value.value.amount) == sums[key]
        assert one.weighted.exact_value == sums[key] * PERCENT[one.stage] / 100
        assert one.value.value.currency is one.weighted.value.currency is one.currency


def test_a_pipeline_of_ones_own_weighs_by_its_own_table() -> None:
    """Probabilities are data: another pipeline gives another weight."""
    doubtful = attrs.evolve(CROSS_BORDER_TRADE.stages[0], percent=10)
    cautious = attrs.evolve(CROSS_BORDER_TRADE, stages=(doubtful, *CROSS_BORDER_TRADE.stages[1:]))
    assert cautious.weighted(_deal()) == RationalMoney(Fraction(50), "USD")
