"""The pipeline in figures: how many deals stand where, and what they are worth.

Currencies never mix, and a total is rounded once (M9). Pipelines, deals and leads are named here
too, for they are read together.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.deals import Deal, DealApproval
from fxcrm.figures import Evidence, Figure
from fxcrm.leads import ENQUIRY_LIFECYCLE, Enquiry
from fxcrm.money import RationalMoney, Rounding
from fxcrm.stages import CROSS_BORDER_TRADE, Pipeline, Pipelines

DEAL_LIFECYCLE = CROSS_BORDER_TRADE.lifecycle

__all__ = [
    "CROSS_BORDER_TRADE",
    "DEAL_LIFECYCLE",
    "ENQUIRY_LIFECYCLE",
    "Deal",
    "DealApproval",
    "Enquiry",
    "Pipeline",
    "Pipelines",
    "StageTotal",
    "stage_totals",
]


@attrs.frozen
class StageTotal:
    """The deals of one stage and currency: how many, their sum, and the weighted sum.

    The weighted sum is rounded once, on the total (M9); its exact value stands on the figure.
    """

    stage: str
    currency: Currency
    count: int
    value: Figure
    weighted: Figure


def stage_totals(pipeline: Pipeline, deals: Iterable[Deal]) -> tuple[StageTotal, ...]:
    """The pipeline by stage and currency, in the order of the stages. Currencies never mix."""
    groups: dict[tuple[str, Currency], list[Deal]] = {}
    for deal in deals:
        groups.setdefault((deal.stage, deal.value.currency), []).append(deal)
    order = tuple(pipeline.percent)
    return tuple(
        _stage_total(pipeline, stage, currency, groups[stage, currency])
        for stage, currency in sorted(groups, key=lambda key: (order.index(key[0]), key[1].code))
    )


def _stage_total(
    pipeline: Pipeline, stage: str, currency: Currency, deals: list[Deal]
) -> StageTotal:
    held = tuple(
        Figure.stated(f"Deal {deal.id}", deal.value, Evidence("deal", deal.id)) for deal in deals
    )
    value = Figure.total(f"Deals {stage}, {currency}", held, currency)
    exact = sum((pipeline.weighted(deal).value for deal in deals), Fraction(0))
    weighted = Figure(
        f"Deals {stage}, {currency}, weighted",
        RationalMoney(exact, currency).rounded(Rounding.HALF_EVEN),
        f"{pipeline.percent[stage]} % of the sum, rounded once (M9)",
        (value,),
        exact,
    )
    return StageTotal(stage, currency, len(deals), value, weighted)
