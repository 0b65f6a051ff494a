"""Enquiries and deals: what may become a sale, with its stages as data.

A deal keeps its own currency; it is never tied to that of the company or the viewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import CurrencyMismatch, Money, RationalMoney, Rounding

ENQUIRY_LIFECYCLE = Lifecycle(
    "enquiry",
    "open",
    FrozenMap({("open", "qualify"): "qualified", ("open", "close"): "closed"}),
)

DEAL_LIFECYCLE = Lifecycle(
    "deal",
    "qualified",
    FrozenMap(
        {
            ("qualified", "quote"): "quoted",
            ("qualified", "lose"): "lost",
            ("quoted", "quote"): "quoted",
            ("quoted", "win"): "won",
            ("quoted", "lose"): "lost",
        }
    ),
)


@attrs.frozen
class Pipeline:
    """The stages of a deal: how they follow one another, and how likely each ends in a sale."""

    name: str
    lifecycle: Lifecycle
    percent: Mapping[str, int]

    def weighted(self, deal: Deal) -> RationalMoney:
        """The deal's value times the probability of its stage; exact, to be rounded in a total."""
        share = Fraction(self.percent[deal.stage], 100)
        return deal.value.exact() * share


CROSS_BORDER_TRADE = Pipeline(
    "cross_border_trade",
    DEAL_LIFECYCLE,
    FrozenMap({"qualified": 25, "quoted": 60, "won": 100, "lost": 0}),
)


@attrs.frozen
class Enquiry:
    """Somebody asked for something, through a channel, on a day."""

    id: EnquiryId
    company: CompanyId
    customer: CustomerId
    subject: str
    channel: str
    received_on: date
    state: str = ENQUIRY_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def qualify(self, deal: DealId, value: Money, on: date) -> tuple[Enquiry, Deal]:
        """The enquiry becomes a deal worth ``value`` in the currency the customer asked in."""
        event = Event("enquiry qualified", self.id, on, {"deal": deal})
        opened = Event("deal opened", deal, on, {"value": str(value)})
        state = ENQUIRY_LIFECYCLE.after(self.state, "qualify")
        new = Deal(
            deal, self.company, self.customer, self.id, self.subject, value, on, events=(opened,)
        )
        return attrs.evolve(self, state=state, events=(*self.events, event)), new

    def close(self, reason: str, on: date) -> Enquiry:
        """The enquiry ends without a deal, for a reason."""
        event = Event("enquiry closed", self.id, on, {"reason": reason})
        state = ENQUIRY_LIFECYCLE.after(self.state, "close")
        return attrs.evolve(self, state=state, events=(*self.events, event))


@attrs.frozen
class Deal:
    """What may become a sale. ``value`` is in the deal's own currency."""

    id: DealId
    company: CompanyId
    customer: CustomerId
    enquiry: EnquiryId | None
    title: str
    value: Money
    opened_on: date
    stage: str = DEAL_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def move(self, command: str, on: date, value: Money | None = None) -> Deal:
        """Walk the stage table; ``value`` replaces the estimate, as when a quote is sent.

        A deal keeps its own currency: raises `CurrencyMismatch` for a value in another.
        """
        worth = self.value if value is None else value
        if worth.currency is not self.value.currency:
            raise CurrencyMismatch(left=self.value, right=worth, operation="move a deal")
        stage = DEAL_LIFECYCLE.after(self.stage, command)
        event = Event(f"deal {stage}", self.id, on)
        return attrs.evolve(self, stage=stage, value=worth, events=(*self.events, event))


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
    order = pipeline.lifecycle.states()
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
