"""Enquiries and deals as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from fxcrm.encoding import day_text, decoded, text_json
from fxcrm.pipeline import CROSS_BORDER_TRADE, Deal, DealApproval, Enquiry
from fxcrm.prospects import ProspectRow
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
)


def enquiry_row(enquiry: Enquiry, to: Writing) -> Values:
    """An enquiry as a row."""
    return {
        "id": enquiry.id,
        "company": enquiry.company,
        "customer": enquiry.customer or "",
        "subject": enquiry.subject,
        "channel": enquiry.channel,
        "received_on": day_text(enquiry.received_on),
        "state": enquiry.state,
        "extras": to.extras(enquiry.extras),
        "source": enquiry.source or None,
        "owner": enquiry.owner or None,
        "prospect": enquiry.prospect or None,
        "reason": enquiry.reason or None,
    }


def enquiry_of(row: Read, by: Reading) -> Enquiry:
    """The enquiry of a row."""
    return Enquiry(
        id=row.id,
        company=row.company,
        customer=row.customer or None,
        subject=row.subject,
        channel=row.channel,
        received_on=date.fromisoformat(row.received_on),
        state=row.state,
        extras=by.extras(row.extras),
        source=row.source or "",
        owner=row.owner or "",
        prospect=row.prospect or "",
        reason=row.reason or "",
        version=row.version,
    )


def deal_row(deal: Deal, to: Writing) -> Values:
    """A deal as a row; the rate at its end is kept as the id of the decision."""
    is_usual = deal.pipeline == CROSS_BORDER_TRADE.name
    return {
        "id": deal.id,
        "company": deal.company,
        "customer": deal.customer,
        "enquiry": deal.enquiry,
        "title": deal.title,
        **to.money(value=deal.value),
        "opened_on": day_text(deal.opened_on),
        "stage": deal.stage,
        "extras": to.extras(deal.extras),
        "pipeline": None if is_usual else deal.pipeline,
        "owner": deal.owner or None,
        "team": deal.team or None,
        "expected_on": maybe_day_text(deal.expected_on),
        "closed_on": maybe_day_text(deal.closed_on),
        "closing": deal.closing and deal.closing.id,
        "parent": deal.parent,
        "reason": deal.reason or None,
        "approvals": _approvals(deal.approvals, to),
    }


def deal_of(row: Read, by: Reading) -> Deal:
    """The deal of a row."""
    return Deal(
        id=row.id,
        company=row.company,
        customer=row.customer,
        enquiry=row.enquiry,
        title=row.title,
        value=by.money(row.value, row.value_currency),
        opened_on=date.fromisoformat(row.opened_on),
        stage=row.stage,
        extras=by.extras(row.extras),
        pipeline=row.pipeline or CROSS_BORDER_TRADE.name,
        owner=row.owner or "",
        team=row.team or "",
        expected_on=maybe_day_from(row.expected_on),
        closed_on=maybe_day_from(row.closed_on),
        closing=by.decision(row.closing),
        parent=row.parent,
        reason=row.reason or "",
        approvals=tuple(_approval(one, by) for one in decoded(row.approvals or "[]")),
        version=row.version,
    )


def prospects_of(rows: Iterable[Read], by: Reading) -> list[ProspectRow]:
    """The columns that a forecast needs; days and names that come again are read once."""
    days: dict[str | None, Any] = {None: None}
    usual, made = CROSS_BORDER_TRADE.name, []
    for row in rows:
        id, customer, pipeline, stage, owner, team, units, code, *rest = row
        opened, expected, closed, closing, parent = rest
        for text in (opened, expected, closed):
            if text not in days:
                days[text] = date.fromisoformat(text)
        value, rate = by.money(units, code), by.decision(closing)
        made.append(
            ProspectRow(
                id, customer, pipeline or usual, stage, owner or "", team or "", value,
                days[opened], days[expected], days[closed], rate, parent,
            )
        )  # fmt: skip
    return made


def _approvals(given: tuple[DealApproval, ...], to: Writing) -> str | None:
    texts = [_approval_json(one, to) for one in given]
    return f"[{','.join(texts)}]" if texts else None


def _approval_json(one: DealApproval, to: Writing) -> str:
    used = "null" if one.used_on is None else text_json(day_text(one.used_on))
    return (
        f'{{"by":{text_json(one.by)},"command":{text_json(one.command)},'
        f'"on":{text_json(day_text(one.on))},"role":{text_json(one.role)},'
        f'"stage":{text_json(one.stage)},"used_on":{used},"value":{to.money_json(one.value)}}}'
    )


def _approval(record: Mapping[str, Any], by: Reading) -> DealApproval:
    return DealApproval(
        record["stage"],
        record["command"],
        record["role"],
        record["by"],
        date.fromisoformat(record["on"]),
        by.exact(record["value"]),
        maybe_day_from(record["used_on"]),
    )
