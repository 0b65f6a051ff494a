"""Pursuing deals: opening, changing, approving and moving them, and putting them together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fxcrm.currencies import Currency
from fxcrm.dealparts import LeadsBy, LeadTotal, PartRefused, lead_totals, refuse_part
from fxcrm.deals import Deal
from fxcrm.decisions import Purpose
from fxcrm.errors import RuleRefused
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, DealId, FieldId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.stages import CROSS_BORDER_TRADE
from fxcrm.usecases.dealmoving import (
    DEEPEST,
    parts_figure,
    parts_of,
    pipeline_of,
    roll_up,
    step_deal,
)
from fxcrm.usecases.deciding import Desk, spot
from fxcrm.usecases.trading import agreed_with
from fxcrm.usecases.wording import Command, Step


class DealHasParts(RuleRefused):
    """A deal that is made of parts is worth what they are."""

    deal: DealId
    template = "deal {deal} is worth the sum of its parts; change one of them"


def open_deal(
    desk: Desk,
    id: DealId,
    *,
    customer: CustomerId,
    title: str,
    value: Money,
    on: date,
    pipeline: str = CROSS_BORDER_TRADE.name,
    owner: str = "",
    team: str = "",
    expected_on: date | None = None,
    parent: DealId | None = None,
    extras: Extras = NO_EXTRAS,
) -> Deal:
    """A deal without an enquiry, in any currency agreed with the customer.

    Raises `CurrencyNotAgreed`, `PipelineMissing`, `DealIncomplete`, `PartRefused`, and
    `DealIsClosed` for a part of what was won or lost.
    """
    buyer = agreed_with(desk, customer, value.currency)
    opened = Deal.begun(
        id,
        company=buyer.company,
        customer=customer,
        title=title,
        value=value,
        on=on,
        along=desk.selling.pipelines.of(pipeline),
        owner=owner,
        team=team,
        expected_on=expected_on,
        parent=parent,
        extras=extras,
    )
    _refuse_under(desk, opened)
    kept = desk.uow.deals.add(opened)
    roll_up(desk, kept, on)
    return kept


def _refuse_under(desk: Desk, part: Deal) -> None:
    """Raises `PartRefused` where a deal would be a part of itself, or too far below the top.

    And `DealIsClosed` where what it would be a part of has ended.
    """
    if part.parent is None:
        return
    parent = desk.uow.deals.get(part.parent)
    above, top = [parent.id], parent
    while top.parent is not None:
        if len(above) >= DEEPEST:
            reason = f"there are more than {DEEPEST} above it"
            raise PartRefused(deal=part.id, parent=parent.id, reason=reason)
        top = desk.uow.deals.get(top.parent)
        above.append(top.id)
    refuse_part(part, parent, above, part.company)
    parent.not_closed()


def advance_deal(
    desk: Desk, id: DealId, command: str, *, on: date, value: Money | None = None, reason: str = ""
) -> Deal:
    """Take a step of the deal's pipeline. Raises what `Deal.move` raises, and `DealHasParts`."""
    deal = desk.uow.deals.get(id)
    if value is not None:
        _refuse_whole(desk, deal)
    return step_deal(desk, deal, command, on, value, reason)


def _refuse_whole(desk: Desk, deal: Deal) -> None:
    if parts_of(desk, deal):
        raise DealHasParts(deal=deal.id)


def approve_deal(desk: Desk, id: DealId, command: str, *, role: str, by: str, on: date) -> Deal:
    """Consent to a step of a deal as it is now. Raises `ConsentRefused`."""
    deal = desk.uow.deals.get(id)
    approved = deal.approve(command, on, role=role, by=by, along=pipeline_of(desk, deal))
    return desk.uow.deals.save(approved)


def change_deal(
    desk: Desk,
    id: DealId,
    *,
    on: date,
    title: str | None = None,
    value: Money | None = None,
    owner: str | None = None,
    team: str | None = None,
    expected_on: date | None = None,
    extras: Extras | None = None,
) -> Deal:
    """Give a deal other particulars; custom fields are added to those it has.

    Raises what `Deal.change` raises, and `DealHasParts`.
    """
    deal = desk.uow.deals.get(id)
    if value is not None:
        _refuse_whole(desk, deal)
    changed = deal.change(
        on,
        along=pipeline_of(desk, deal),
        title=title,
        value=value,
        owner=owner,
        team=team,
        expected_on=expected_on,
        extras=None if extras is None else {**deal.extras, **extras},
    )
    kept = desk.uow.deals.save(changed)
    roll_up(desk, kept, on)
    return kept


def exchange_deal(desk: Desk, id: DealId, currency: Currency, *, on: date) -> Deal:
    """Convert a deal into another agreed currency, at the decision of the day (M8).

    A deal with parts is the sum of them in that currency. Raises `CurrencyNotAgreed`,
    `DealIsClosed`, a `RateMissing`.
    """
    deal = desk.uow.deals.get(id)
    if currency is deal.value.currency:
        return deal
    agreed_with(desk, deal.customer, currency)
    decision = spot(desk, Purpose.QUOTE, deal.value.currency, currency, on)
    exchanged = deal.exchange(decision, on)
    if parts_of(desk, deal):
        along, value = pipeline_of(desk, deal), parts_figure(desk, exchanged, on).value
        exchanged = exchanged.change(on, along=along, value=value)
    kept = desk.uow.deals.save(exchanged)
    roll_up(desk, kept, on)
    return kept


def attach_deal(desk: Desk, id: DealId, parent: DealId | None, *, on: date) -> Deal:
    """Make a deal a part of another, or of none; both are worth what their parts are.

    Raises `PartRefused` for a cycle, and `DealIsClosed` where it, what it was a part of or what
    it would be a part of has ended.
    """
    deal = desk.uow.deals.get(id)
    if deal.parent is not None:
        desk.uow.deals.get(deal.parent).not_closed()
    attached = deal.attach(parent, on)
    _refuse_under(desk, attached)
    kept = desk.uow.deals.save(attached)
    if deal.parent is not None:
        _shrink(desk, desk.uow.deals.get(deal.parent), on)
    roll_up(desk, kept, on)
    return kept


def _shrink(desk: Desk, parent: Deal, on: date) -> None:
    """What a part left is worth the others; without others it keeps its value."""
    if parts_of(desk, parent):
        value = parts_figure(desk, parent, on).value
        changed = parent.change(on, along=pipeline_of(desk, parent), value=value)
        roll_up(desk, desk.uow.deals.save(changed), on)


def lead_figures(desk: Desk, company: CompanyId, by: LeadsBy) -> tuple[LeadTotal, ...]:
    """What came of a company's leads, by channel or source."""
    leads, deals = desk.uow.enquiries.of_company(company), desk.uow.deals.of_company(company)
    return lead_totals(leads, deals, desk.selling.pipelines, by)


def _open(desk: Desk, step: Step, _: Group) -> object:
    parent = step.text("parent", "")
    return open_deal(
        desk,
        DealId(step.text("id")),
        customer=CustomerId(step.text("customer")),
        title=step.text("title"),
        value=step.money("value"),
        on=step.on,
        pipeline=step.text("pipeline", CROSS_BORDER_TRADE.name),
        owner=step.text("owner", ""),
        team=step.text("team", ""),
        expected_on=step.some_day("expected_on"),
        parent=DealId(parent) if parent else None,
        extras=_fields(step),
    )


def _fields(step: Step) -> Extras:
    """Custom fields, each a row of a name and a text."""
    rows = step.rows("fields", "name value")
    return {FieldId(row.text("name")): row.text("value") for row in rows}


def _change(desk: Desk, step: Step, _: Group) -> object:
    return change_deal(
        desk,
        DealId(step.text("id")),
        on=step.on,
        title=step.some_text("title"),
        value=step.some_money("value"),
        owner=step.some_text("owner"),
        team=step.some_text("team"),
        expected_on=step.some_day("expected_on"),
        extras=_fields(step) or None,
    )


def _advance(desk: Desk, step: Step, _: Group) -> object:
    return advance_deal(
        desk,
        DealId(step.text("id")),
        step.text("command"),
        on=step.on,
        value=step.some_money("value"),
        reason=step.text("reason", ""),
    )


def _approve(desk: Desk, step: Step, _: Group) -> object:
    role, by = step.text("role"), step.text("by")
    id, command = DealId(step.text("id")), step.text("command")
    return approve_deal(desk, id, command, role=role, by=by, on=step.on)


def _attach(desk: Desk, step: Step, _: Group) -> object:
    parent = step.text("parent", "")
    return attach_deal(
        desk, DealId(step.text("id")), DealId(parent) if parent else None, on=step.on
    )  # fmt: skip


PURSUITS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "open deal": Command.of(
            "id customer title value pipeline owner team expected_on parent fields", _open
        ),
        "change deal": Command.of("id title value owner team expected_on fields", _change),
        "move deal": Command.of("id command value reason", _advance),
        "approve deal": Command.of("id command role by", _approve),
        "exchange deal": Command.of(
            "id currency",
            lambda desk, step, _: exchange_deal(
                desk, DealId(step.text("id")), step.currency("currency"), on=step.on
            ),
        ),
        "attach deal": Command.of("id parent", _attach),
    }
)
