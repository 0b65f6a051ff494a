"""Moving deals: the rate a step is taken at, the steps that quotes take, and the sum of parts."""

from __future__ import annotations

from datetime import date
from typing import Final

from fxcrm.dealparts import PartRefused, whole_of
from fxcrm.deals import Deal
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import DealId
from fxcrm.money import Money
from fxcrm.queries import Filter, every
from fxcrm.selling import Quote
from fxcrm.stages import Pipeline, QuoteTurn, Stage, StageKind, StageStep
from fxcrm.usecases.deciding import Desk, decided

DEEPEST: Final = 20  # deals above a deal (F18)


class DealHasOpenParts(RuleRefused):
    """A deal counts through its parts, so it ends once each of them has ended."""

    deal: DealId
    stage: str
    parts: str
    template = (
        "deal {deal} can not be {stage:plain} while its parts are open; move {parts:plain} first"
    )


def pipeline_of(desk: Desk, deal: Deal) -> Pipeline:
    """The pipeline that a deal walks. Raises `PipelineMissing`."""
    return desk.selling.pipelines.of(deal.pipeline)


def step_deal(
    desk: Desk,
    deal: Deal,
    command: str,
    on: date,
    value: Money | None = None,
    reason: str = "",
    *,
    turn: QuoteTurn | None = None,
) -> Deal:
    """Take a step, at the rate of the day where it asks for one, and keep the deal.

    A deal that ends keeps that rate; its parts have ended before, and are opened again after it.
    Raises what `Deal.move` raises, `DealHasOpenParts`, `DealIsClosed`, and a `RateMissing`.
    """
    along = pipeline_of(desk, deal)
    step = deal.step(command, along)
    _refuse_around(desk, deal, along.stage(step.to))
    rate = home_rate(desk, deal, on) if _needs_rate(along, step) else None
    moved = deal.move(command, on, value, along=along, reason=reason, rate=rate, turn=turn)
    kept = desk.uow.deals.save(moved)
    if kept.value != deal.value:
        roll_up(desk, kept, on)
    return kept


def _refuse_around(desk: Desk, deal: Deal, after: Stage) -> None:
    """No part of a deal that ended is open, whichever of both moves."""
    if after.kind is StageKind.OPEN:
        if deal.is_closed and deal.parent is not None:
            desk.uow.deals.get(deal.parent).not_closed()
        return
    left = ", ".join(one.id for one in parts_of(desk, deal) if not one.is_closed)
    if left:
        raise DealHasOpenParts(deal=deal.id, stage=after.name, parts=left)


def home_rate(desk: Desk, deal: Deal, on: date) -> RateDecision | None:
    """The rate of a day between the functional currency and the deal's, None where it is one."""
    functional = desk.uow.companies.get(deal.company).functional
    return decided(desk, Purpose.QUOTE, functional, deal.value.currency, on)


def _needs_rate(along: Pipeline, step: StageStep) -> bool:
    ends = along.stage(step.to).kind is not StageKind.OPEN
    return ends or any(one.above is not None for one in step.consents)


def parts_of(desk: Desk, deal: Deal) -> tuple[Deal, ...]:
    """The deals that are parts of a deal, by id; not the parts of these."""
    return tuple(every(desk.uow.deals.page, Filter(parent=deal.id)))


def parts_figure(desk: Desk, deal: Deal, on: date) -> Figure:
    """What the parts of a deal come to in its currency, each other one at the rate of a day."""
    parts, currency = parts_of(desk, deal), deal.value.currency
    others = {one.value.currency for one in parts} - {currency}
    rates = {
        one: found
        for one in sorted(others, key=str)
        if (found := decided(desk, Purpose.QUOTE, currency, one, on)) is not None
    }
    return whole_of(parts, currency, rates)


def roll_up(desk: Desk, part: Deal, on: date) -> None:
    """Let every deal above a part be worth the sum of its parts. Raises `DealIsClosed`."""
    below = part
    for _ in range(DEEPEST):
        if below.parent is None:
            return
        parent = desk.uow.deals.get(below.parent)
        value = parts_figure(desk, parent, on).value
        if value == parent.value:
            return
        changed = parent.change(on, along=pipeline_of(desk, parent), value=value)
        below = desk.uow.deals.save(changed)
    reason = f"there are more than {DEEPEST} above it"
    raise PartRefused(deal=part.id, parent=part.parent or part.id, reason=reason)


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
    deal's from then on, converted at the rate of the day where it is in another currency (M8); a
    deal with parts is worth what they are. Raises what `step_deal` raises.
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
    worth = None if value is None or parts_of(desk, deal) else _worth(desk, deal, value, on)
    step_deal(desk, deal, command, on, worth, reason, turn=turn)


def _worth(desk: Desk, deal: Deal, value: Money, on: date) -> Money:
    """What a quote comes to in the currency of its deal, by a decision that is recorded."""
    decision = decided(desk, Purpose.QUOTE, deal.value.currency, value.currency, on)
    return value if decision is None else decision.convert(value)


_GIVEN_UP: Final = (QuoteTurn.LAPSED, QuoteTurn.DECLINED)


def _has_rivals(desk: Desk, quote: Quote) -> bool:
    """Whether another quote may still win the deal."""
    return any(
        one.deal == quote.deal and one.id != quote.id and one.state in ("draft", "approved")
        for one in desk.uow.quotes.of_company(quote.company)
    )
