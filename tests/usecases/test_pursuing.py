"""Deals that end: with their parts, at what was accepted, and the same in every report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs
import pytest

from fxcrm.deals import Deal, DealIsClosed
from fxcrm.ids import DealId, QuoteId
from fxcrm.restatement import AtDay, MissingRates
from fxcrm.sellingrules import SellingRules
from fxcrm.stages import CROSS_BORDER_TRADE, Pipelines, StageStep
from fxcrm.usecases import Desk, approve_quote, lapse_quote, sales_for, withdraw_quote
from fxcrm.usecases.dealmoving import DealHasOpenParts
from fxcrm.usecases.forecasting import Asked, NoYearBefore, forecast_for
from fxcrm.usecases.pursuing import advance_deal, attach_deal, open_deal
from fxcrm.usecases.revising import requote_quote, revise_quote
from tests.ledger.notation import money
from tests.usecases.office import ACME, MARCH, NORDWIND, Office

DAY = date(2026, 1, 10)
WHOLE, PART = DealId("P"), DealId("A")
AGAIN = StageStep("won", "reopen", "quoted")
_STEPS = (*CROSS_BORDER_TRADE.steps, AGAIN)
RULES = SellingRules(
    pipelines=Pipelines([attrs.evolve(CROSS_BORDER_TRADE, name="twice", steps=_STEPS)])
)


def _opened(desk: Desk, id: DealId, value: str, parent: DealId | None = None) -> Deal:
    return open_deal(
        desk,
        id,
        customer=ACME,
        title="Pumps",
        value=money(value),
        on=DAY,
        parent=parent,
        pipeline="twice" if "twice" in desk.selling.pipelines.held else CROSS_BORDER_TRADE.name,
    )


def _won(desk: Desk, id: DealId) -> Deal:
    advance_deal(desk, id, "quote", on=DAY)
    return advance_deal(desk, id, "win", on=DAY)


def _forecast(desk: Desk, on: date = DAY, missing: MissingRates = MissingRates.REFUSE) -> str:
    asked = Asked(constant=AtDay(DAY), missing=missing)
    return str(forecast_for(desk, NORDWIND, on, asked).totals["at today's rate"].value)


def test_a_whole_ends_after_its_parts_and_is_worth_them_for_good() -> None:
    """While a part is open the whole is neither won nor lost; then nothing leaves or joins it."""
    office = Office().open()
    with office.desk(DAY) as plain:
        desk = attrs.evolve(plain, selling=RULES)
        _opened(desk, WHOLE, "EUR 1.00")
        _opened(desk, PART, "EUR 70.00", WHOLE)
        _opened(desk, DealId("B"), "EUR 70.00")
        advance_deal(desk, WHOLE, "quote", on=DAY)
        for command in ("win", "lose"):
            with pytest.raises(DealHasOpenParts, match="move A first"):
                advance_deal(desk, WHOLE, command, on=DAY, reason="price")
        _won(desk, PART)
        advance_deal(desk, WHOLE, "win", on=DAY)
        edits: tuple[Callable[[], object], ...] = (
            lambda: _opened(desk, DealId("C"), "EUR 70.00", WHOLE),
            lambda: attach_deal(desk, DealId("B"), WHOLE, on=DAY),
            lambda: advance_deal(desk, PART, "reopen", on=DAY),
        )
        for edit in edits:
            with pytest.raises(DealIsClosed, match="deal 'P' is won"):
                edit()
        assert _forecast(desk) == "EUR 140.00"
        assert sales_for(desk, NORDWIND, DAY, DAY).won.value == money("EUR 70.00")


def test_no_part_leaves_what_was_won() -> None:
    """Nor is one left open by what a store has from before: the whole was won with an open part."""
    office = Office().open()
    with office.desk(DAY) as desk:
        _won(desk, _opened(desk, WHOLE, "EUR 70.00").id)
        desk.uow.deals.save(attrs.evolve(_opened(desk, PART, "EUR 70.00"), parent=WHOLE))
        with pytest.raises(DealIsClosed, match="deal 'P' is won"):
            attach_deal(desk, PART, None, on=DAY)


def test_what_is_closed_asks_for_no_rate_of_today() -> None:
    """Roubles end in January: what was won in them stays, what is open is left out or refused."""
    office = Office().open()
    with office.desk(DAY) as desk:
        _won(desk, _opened(desk, DealId("R"), "RUB 9000.00").id)
    with office.desk(MARCH) as desk:
        won = sales_for(desk, NORDWIND, DAY, DAY).won.value
        assert _forecast(desk, MARCH) == str(won) == "EUR 100.00"
        _opened(desk, DealId("S"), "RUB 90.00")
        asked = Asked(constant=AtDay(DAY), missing=MissingRates.LEAVE_OUT)
        shown = forecast_for(desk, NORDWIND, MARCH, asked)
        assert {str(one.value) for one in shown.totals.values()} == {str(won)}
        assert [one.id for left in shown.left_out for one in left.deals] == ["S"]
        assert str(shown.total("at today's rate").value) == str(won)


def test_of_versions_the_last_that_was_sent_is_quoted() -> None:
    """A draft of the next version takes nothing away, nor does one that is withdrawn."""
    office = Office().open()
    office.quote(1, "EUR 100.00", DAY)
    office.quote(2, "EUR 500.00", DAY)
    first, second = QuoteId("Q-1"), QuoteId("Q-1b")

    def quoted(desk: Desk) -> str:
        return str(sales_for(desk, NORDWIND, DAY, MARCH).quoted.value)

    with office.desk(DAY) as desk:
        withdraw_quote(desk, QuoteId("Q-2"), reason="never sent", on=DAY)
        assert quoted(desk) == "EUR 0.00"
        approve_quote(desk, first, by="ada", on=DAY)
        revise_quote(desk, second, quote=first, on=DAY)
        assert quoted(desk) == "EUR 100.00"
        approve_quote(desk, second, by="ada", on=DAY)
        assert quoted(desk) == "EUR 100.00"
    with office.desk(MARCH) as desk:
        lapse_quote(desk, second, on=MARCH)
        requote_quote(desk, QuoteId("Q-3"), quote=second, on=MARCH, valid_until=MARCH)
        approve_quote(desk, QuoteId("Q-3"), by="ada", on=MARCH)
        assert quoted(desk) == "EUR 100.00"  # the new one is for no deal


def test_the_first_year_has_none_before_it() -> None:
    """Whose last rate would be the constant one; another may be named."""
    office = Office().open()
    with office.desk(DAY) as desk, pytest.raises(NoYearBefore, match="0001-01-01"):
        forecast_for(desk, NORDWIND, date(1, 1, 1))
