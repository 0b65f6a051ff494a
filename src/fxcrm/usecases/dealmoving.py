"""Moving deals: the rate a step is taken at, and the steps that quotes take."""

from __future__ import annotations

from datetime import date

from fxcrm.deals import OF_A_QUOTE, Deal
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.money import Money
from fxcrm.selling import Quote
from fxcrm.stages import Pipeline, QuoteTurn, StageKind, StageStep
from fxcrm.usecases.deciding import Desk, decided


def pipeline_of(desk: Desk, deal: Deal) -> Pipeline:
    """The pipeline that a deal walks. Raises `PipelineMissing`."""
    return desk.selling.pipelines.of(deal.pipeline)


def step_deal(
    desk: Desk, deal: Deal, command: str, on: date, value: Money | None = None, reason: str = ""
) -> Deal:
    """Take a step, at the rate of the day where it asks for one, and keep the deal.

    A deal that ends keeps that rate. Raises what `Deal.move` raises, and a `RateMissing`.
    """
    along = pipeline_of(desk, deal)
    step = deal.step(command, along)
    rate = home_rate(desk, deal, on) if _needs_rate(along, step) else None
    moved = deal.move(command, on, value, along=along, reason=reason, rate=rate)
    return desk.uow.deals.save(moved)


def home_rate(desk: Desk, deal: Deal, on: date) -> RateDecision | None:
    """The rate of a day between the functional currency and the deal's, None where it is one."""
    functional = desk.uow.companies.get(deal.company).functional
    return decided(desk, Purpose.QUOTE, functional, deal.value.currency, on)


def _needs_rate(along: Pipeline, step: StageStep) -> bool:
    ends = along.stage(step.to).kind is not StageKind.OPEN
    return ends or any(one.above is not None for one in step.consents)


def move_deal(
    desk: Desk,
    quote: Quote,
    turn: QuoteTurn,
    on: date,
    value: Money | None = None,
    *,
    reason: str = "",
) -> None:
    """Move the deal as its pipeline says that a turn of its quote does.

    A deal that is won stays, and so does one that another quote may still win. ``value`` is the
    deal's from then on, if it is in its currency.
    """
    if quote.deal is None:
        return
    deal = desk.uow.deals.get(quote.deal)
    along = pipeline_of(desk, deal)
    command = along.turns.get(turn)
    if command is None or along.stage(deal.stage).kind is StageKind.WON:
        return
    if turn in _GIVEN_UP and _has_rivals(desk, quote):
        return
    comparable = value is not None and value.currency is deal.value.currency
    told = f"{OF_A_QUOTE}{turn.value}{reason and f': {reason}'}"
    step_deal(desk, deal, command, on, value if comparable else None, told)


_GIVEN_UP = (QuoteTurn.LAPSED, QuoteTurn.DECLINED)


def _has_rivals(desk: Desk, quote: Quote) -> bool:
    """Whether another quote may still win the deal."""
    return any(
        one.deal == quote.deal and one.id != quote.id and one.state in ("draft", "approved")
        for one in desk.uow.quotes.of_company(quote.company)
    )
