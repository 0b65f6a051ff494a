"""Measuring: what salespeople and teams brought about, and how much of their targets they reached.

Figures are derived from what is on record: activities done, quotes sent, deals won and lost. A
deal won is worth what it was booked at when it was closed, as in every forecast.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Activity
from fxcrm.errors import InputRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.forecast import (
    Achievement,
    By,
    Measure,
    Sales,
    counted,
    counted_by,
    dated_amount,
    levels,
)
from fxcrm.ids import CompanyId, DealId, TargetId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.prospects import Prospect
from fxcrm.restatement import AsBooked, DatedAmount, restate
from fxcrm.restatement.rows import total_of
from fxcrm.selling import Quote
from fxcrm.stages import StageKind
from fxcrm.targets import Target, TargetMeasure
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.forecasting import day_rates, outlook_of
from fxcrm.usecases.restating import DeskDecider
from fxcrm.usecases.wording import Command, Step

_UNSENT: Final = ("draft", "discarded")


class PeriodRefused(InputRefused):
    """A period that ends before it begins."""

    since: date
    until: date
    template = "a period can not end on {until}, before it begins on {since}"


def sales_for(
    desk: Desk,
    company: CompanyId,
    since: date,
    until: date,
    *,
    by: By = By.OWNER,
    to: Currency | None = None,
) -> Sales:
    """The figures of each salesperson, team or customer in a period, both days included.

    In the functional currency, where no other is named. Raises `RateMissing`, `PeriodRefused`.
    """
    if since > until:
        raise PeriodRefused(since=since, until=until)
    shown = to or desk.uow.companies.get(company).functional
    return _Record.of(desk, company).sales(since, until, by, shown)


def achievements(desk: Desk, company: CompanyId) -> tuple[Achievement, ...]:
    """How much of each target was reached, each in its own period and currency.

    A team's target counts what the teams that belong to it reached. Raises `RateMissing`.
    """
    record = _Record.of(desk, company)
    functional = desk.uow.companies.get(company).functional
    return tuple(record.achieved(one, functional) for one in desk.uow.targets.of_company(company))


def set_target(desk: Desk, target: Target, on: date) -> Target:
    """Set a target. Raises `AlreadyThere`, `NotFound` for its company."""
    desk.uow.companies.get(target.company)
    return desk.uow.targets.add(target.set(on))


def revise_target(
    desk: Desk, id: TargetId, on: date, amount: Money | None = None, count: int = 0
) -> Target:
    """Change what is to be reached. Raises `NotFound`, and what `Target.revise` raises."""
    return desk.uow.targets.save(desk.uow.targets.get(id).revise(on, amount, count))


@attrs.frozen
class _Record:
    """What is on record of a company's selling, read once."""

    desk: Desk
    deals: tuple[Prospect, ...]
    quotes: tuple[Quote, ...]
    activities: tuple[Activity, ...]

    @classmethod
    def of(cls, desk: Desk, company: CompanyId) -> _Record:
        """Everything of a company; deals that have parts count through them."""
        return cls(
            desk,
            tuple(desk.uow.deals.prospects(company)),
            tuple(desk.uow.quotes.of_company(company)),
            tuple(desk.uow.activities.of_company(company)),
        )

    def sales(self, since: date, until: date, by: By, to: Currency) -> Sales:
        """The figures of a period."""

        def within(day: date | None) -> bool:
            return day is not None and since <= day <= until

        outlook = outlook_of(self.desk)
        ended = [one for one in counted(self.deals).prospects if within(one.closed_on)]
        won, lost = (
            [one for one in ended if outlook.of(one).standing is kind]
            for kind in (StageKind.WON, StageKind.LOST)
        )
        amounts = [
            attrs.evolve(dated_amount(one, outlook, Measure.VALUE, to), key=by.key(one))
            for one in won
        ]
        sent = (one for one in self._quoted(by) if within(one.on))
        done = (self._whose(one, by) for one in self.activities if within(one.done_on))
        return Sales.of(
            to,
            since,
            until,
            follow_ups=counted_by(done),
            quoted=restate(sent, to, [AsBooked()], DeskDecider(self.desk)),
            won=restate(amounts, to, [AsBooked()], day_rates(self.desk, won, to)),
            lost=counted_by(by.key(one) for one in lost),
        )

    def _quoted(self, by: By) -> Iterator[DatedAmount]:
        """The quotes that were sent, by whose deals they are of; of versions the last one sent."""
        deals: dict[DealId | None, Prospect] = {one.id: one for one in self.deals}
        sent = [one for one in self.quotes if one.state not in _UNSENT and one.deal in deals]
        earlier = {one.supersedes for one in sent}
        for one in sent:
            if one.id not in earlier:
                evidence = Evidence("quote", one.number, one.state, one.net)
                key = by.key(deals[one.deal])
                yield DatedAmount(one.net, one.drafted_on, key, evidence=evidence)

    def _whose(self, activity: Activity, by: By) -> str:
        """Whose an activity is: its salesperson's, the team of their deals, its customer's."""
        if by is By.CUSTOMER:
            return activity.customer
        if by is By.TEAM:
            teams = {one.owner: one.team for one in self.deals if one.owner}
            return teams.get(activity.owner, "")
        return activity.owner

    def achieved(self, target: Target, functional: Currency) -> Achievement:
        """How much of a target was reached, in its own period and currency."""
        to = target.amount.currency if target.amount else functional
        by = By.OWNER if target.owner else By.TEAM
        seen = self.sales(target.since, target.until, by, to)
        rows = [one for one in seen.rows if target.whose in _belongs(one.whose, by)]
        if target.measure is TargetMeasure.FOLLOW_UPS:
            return Achievement(target, sum(one.follow_ups for one in rows))
        is_won = target.measure is TargetMeasure.WON
        if target.amount is None:
            number = sum(one.won_deals if is_won else one.quotes for one in rows)
            return Achievement(target, number)
        parts: tuple[Figure, ...] = tuple(one.won if is_won else one.quoted for one in rows)
        return Achievement(target, total_of(f"Reached of target {target.id}", parts, to))


def _belongs(whose: str, by: By) -> tuple[str, ...]:
    """Whose targets somebody's figures count for: a team's also for those above it."""
    return levels(whose) if by is By.TEAM else (whose,)


def _set(desk: Desk, step: Step, _: Group) -> Any:
    target = Target(
        TargetId(step.text("id")),
        CompanyId(step.text("company")),
        step.text("owner", ""),
        step.text("team", ""),
        step.day("since"),
        step.day("until"),
        step.member("measure", TargetMeasure, TargetMeasure.WON),
        step.some_money("amount"),
        step.whole("count", 0),
    )
    return set_target(desk, target, step.on)


def _revise(desk: Desk, step: Step, _: Group) -> Any:
    id, amount = TargetId(step.text("id")), step.some_money("amount")
    return revise_target(desk, id, step.on, amount, step.whole("count", 0))


TARGETS: Final = FrozenMap(
    {
        "set target": Command.of("id company owner team since until measure amount count", _set),
        "revise target": Command.of("id amount count", _revise),
    }
)
