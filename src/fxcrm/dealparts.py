"""Deals made of parts, and what came of leads: sums that keep currencies apart until a rate joins.

Parts in the currency of the whole add up as they are; every other one is converted once, at a
decision that is named, and the sum is rounded once (M9, R6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.deals import Deal
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, DealId, EnquiryId
from fxcrm.leads import Enquiry
from fxcrm.moneybag import MoneyBag
from fxcrm.stages import Pipelines, StageKind


class PartRefused(RuleRefused):
    """A deal that can not be a part of another one."""

    deal: DealId
    parent: DealId
    reason: str
    template = "deal {deal} can not be a part of deal {parent}: {reason:plain}"


def whole_of(
    parts: Iterable[Deal], currency: Currency, rates: Mapping[Currency, RateDecision]
) -> Figure:
    """What parts come to in one currency; ``rates`` has a decision for each other currency."""
    held = [_part(one, currency, rates) for one in parts]
    if all(one.exact is None for one in held):
        return Figure.total("Parts", held, currency)
    return Figure.blended("Parts", held, currency)


def _part(deal: Deal, currency: Currency, rates: Mapping[Currency, RateDecision]) -> Figure:
    stated = Figure.stated(f"Deal {deal.id}", deal.value, Evidence("deal", deal.id))
    if deal.value.currency is currency:
        return stated
    return Figure.converted(f"Deal {deal.id} in {currency}", stated, rates[deal.value.currency])


def bag_of(deals: Iterable[Deal]) -> MoneyBag:
    """What deals are worth per currency, without a rate."""
    return MoneyBag.of(*(one.value for one in deals))


def without_wholes(deals: Iterable[Deal], among: Iterable[Deal] = ()) -> tuple[Deal, ...]:
    """The deals that nothing is a part of: a sum of these counts nothing twice.

    ``among`` are all deals, where ``deals`` are only some of them: their parts may be others'.
    """
    held = tuple(deals)
    wholes = {one.parent for one in (*held, *among) if one.parent is not None}
    return tuple(one for one in held if one.id not in wholes)


def refuse_part(part: Deal, parent: Deal, above: Iterable[DealId], company: CompanyId) -> None:
    """Raises `PartRefused` for a cycle, or for a part of another company's deal."""
    if part.id == parent.id or part.id in above:
        reason = "that would be a part of itself"
        raise PartRefused(deal=part.id, parent=parent.id, reason=reason)
    if parent.company != company:
        reason = f"that belongs to {parent.company}"
        raise PartRefused(deal=part.id, parent=parent.id, reason=reason)


class LeadsBy(Enum):
    """By what leads are counted."""

    CHANNEL = "channel"
    SOURCE = "source"

    def of(self, lead: Enquiry) -> str:
        """What a lead is counted under."""
        return lead.channel if self is LeadsBy.CHANNEL else lead.source


@attrs.frozen
class LeadTotal:
    """What came of the leads of one channel or source; amounts per currency, without a rate."""

    name: str
    leads: int
    qualified: int
    closed: int
    won: int
    value: MoneyBag
    won_value: MoneyBag

    @property
    def won_share(self) -> Fraction:
        """The leads that became a sale among all, exact."""
        return Fraction(self.won, self.leads)


def lead_totals(
    leads: Iterable[Enquiry], deals: Iterable[Deal], pipelines: Pipelines, by: LeadsBy
) -> tuple[LeadTotal, ...]:
    """Leads by channel or source, in the order of these. Raises `PipelineMissing`."""
    of_lead: dict[EnquiryId, list[Deal]] = {}
    for deal in deals:
        if deal.enquiry is not None:
            of_lead.setdefault(deal.enquiry, []).append(deal)
    groups: dict[str, list[Enquiry]] = {}
    for lead in leads:
        groups.setdefault(by.of(lead), []).append(lead)
    return tuple(_lead_total(name, groups[name], of_lead, pipelines) for name in sorted(groups))


def _lead_total(
    name: str,
    leads: list[Enquiry],
    of_lead: Mapping[EnquiryId, list[Deal]],
    pipelines: Pipelines,
) -> LeadTotal:
    deals = [deal for lead in leads for deal in of_lead.get(lead.id, ())]
    won = [one for one in deals if _is_won(one, pipelines)]
    states = [one.state for one in leads]
    sold = {one.enquiry for one in won}
    return LeadTotal(
        name,
        len(leads),
        states.count("qualified"),
        states.count("closed"),
        len(sold),
        bag_of(deals),
        bag_of(won),
    )


def _is_won(deal: Deal, pipelines: Pipelines) -> bool:
    return pipelines.of(deal.pipeline).stage(deal.stage).kind is StageKind.WON
