"""Presenting a group: its statements at any day, beside those of the year before.

The year opens with the consolidation that was recorded at the last year end, which is never made
again (D20). Where none is on record, it is made now, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, GroupId
from fxcrm.ledger import Chart, Company, Consolidation, Group, JournalLine, Method, Stake
from fxcrm.ledger.acquisitions import group_chart
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.reports.statements import (
    AtOneRate,
    GroupStanding,
    GroupYear,
    Layout,
    Statements,
    YearView,
    drawn_up,
)
from fxcrm.reports.statements.bookyears import first_day
from fxcrm.reports.statements.grouprateyears import (
    MemberLines,
    RestatementRefused,
    group_at_rate,
)
from fxcrm.reports.statements.rateyears import Span
from fxcrm.restatement import AsBooked, Basis, Constant
from fxcrm.usecases.consolidating import consolidate_group
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.groupcash import group_flows, group_postings
from fxcrm.usecases.presenting import OneRate, YearEndNotTranslated
from fxcrm.usecases.supposing import supposing
from fxcrm.usecases.translating import explained_translation

_AT_ONE_RATE = (
    "Goodwill, fair values and the part of other holders belong to the rates of their days; they "
    "are not shown at one rate, and equity stands as one."
)
_UNRECORDED = "No consolidation of {} is on record; it was made now."


def present_group(
    desk: Desk,
    group: Group,
    as_of: date,
    *,
    presentation: Currency | None = None,
    basis: Basis | None = None,
    layout: Layout | None = None,
) -> Statements:
    """The statements of the parent's financial year that a day belongs to.

    ``presentation`` None takes the group's currency, ``layout`` None what follows from the chart.
    ``basis`` is `AsBooked`, or a `Constant`: one rate for all amounts of a currency. Raises
    `YearEndNotTranslated`, `YearsDiffer`, `RestatementRefused`, and what consolidating raises.
    """
    parent = desk.uow.companies.get(group.parent)
    chart = group_chart(desk.chart, group.accounts)
    chosen = layout or Layout.usual(chart, group.accounts)
    shown, held = _in(group, presentation or group.presentation), basis or AsBooked()
    last = parent.last_year_end(as_of)
    days = [as_of, last] if last >= parent.founded_on else [as_of]
    notes: tuple[str, ...]
    if isinstance(held, Constant):
        restated = _Restated(desk, shown, parent, chart, chosen, held)
        views, notes = restated.views(days), (f"Every amount {held.name}.", _AT_ONE_RATE)
    else:
        years = _Years(supposing(desk), shown, parent, chart, chosen)
        years.suppose(as_of)
        views = [years.view(day) for day in days]
        notes = tuple(map(_UNRECORDED.format, years.supposed))
    before = views[1] if len(views) > 1 else None
    title = f"{parent.name} and its group"
    return drawn_up(
        views[0], before, chart=chart, layout=chosen, title=title, basis=held, notes=notes
    )


@attrs.frozen(eq=False)
class _Restated:
    """The years of a group at one rate for each currency."""

    desk: Desk
    group: Group
    parent: Company
    chart: Chart
    layout: Layout
    basis: Constant

    def views(self, days: Sequence[date]) -> list[YearView]:
        """A year for each of its last days, the latest first. Raises `RestatementRefused`."""
        rates = OneRate(self.desk, self.group.presentation, self.basis)
        at = AtOneRate(self.group.presentation, rates.of)
        members = tuple(self._members(days))
        return [
            group_at_rate(self._span(day), members, chart=self.chart, layout=self.layout, at=at)
            for day in days
        ]

    def _span(self, as_of: date) -> Span:
        begun = self.parent.last_year_end(as_of)
        return Span(GroupId(self.group.id), begun, first_day(self.parent, as_of), as_of)

    def _members(self, days: Sequence[date]) -> Iterator[MemberLines]:
        """Those that are added up in full on every one of the days."""
        until = days[0]
        yield MemberLines(self.group.parent, self._lines(self.group.parent, until))
        for stake in self.group.bottom_up():
            if stake.since is None or stake.since <= until:
                self._refuse(stake, self.parent.last_year_end(days[-1]))
            held = stake.after(until)
            if held.owned and held.method is Method.FULL:
                yield MemberLines(stake.company, self._lines(stake.company, until), stake.since)

    def _refuse(self, stake: Stake, begun: date) -> None:
        """Joint operations are a share of amounts, and what left in between has no end."""
        reason, left = "", stake.lost_on()
        if stake.method is Method.PROPORTIONATE:
            reason = "is taken by its share"
        elif left is not None and left > begun:
            reason = f"left on {left}"
        if reason:
            of = str(self.group.id)
            raise RestatementRefused(of=of, company=stake.company, reason=reason)

    def _lines(self, company: CompanyId, until: date) -> tuple[JournalLine, ...]:
        return tuple(group_postings(self.desk, self.group, company, None, until))


def _in(group: Group, presentation: Currency) -> Group:
    """The group in a currency; in another than its own it is a group of its own, never recorded."""
    if presentation is group.presentation:
        return group
    id = GroupId(f"{group.id} in {presentation.code}")
    return attrs.evolve(group, presentation=presentation, id=id)


@attrs.frozen(eq=False)
class _Years:
    """The years of a group; each day is consolidated once."""

    desk: Desk
    group: Group
    parent: Company
    chart: Chart
    layout: Layout
    supposed: list[date] = attrs.field(factory=list)
    _made: dict[date, Consolidation] = attrs.field(factory=dict)

    def view(self, as_of: date) -> YearView:
        """The financial year that ends with a day."""
        begun, made = self.parent.last_year_end(as_of), self._consolidated(as_of)
        opening = self._standing(begun) if begun >= self.parent.founded_on else None
        sheet = GroupSheet(made.group, as_of, made.books, self.chart)
        flows = group_flows(self.desk, made, sheet, self.layout, begun)
        year = GroupYear(self.group, self._standing(as_of), opening, self.chart, self.layout)
        return year.view(first_day(self.parent, as_of), flows)

    def suppose(self, as_of: date) -> None:
        """Every year end before a day that is not on record, the first one first (D20).

        Raises `YearEndNotTranslated` where something later is on record, which continues another.
        """
        ends, day = [], as_of
        while (day := self.parent.last_year_end(day)) >= self.parent.founded_on:
            ends.append(day)
        for end in reversed(ends):
            if self.desk.uow.group_snapshots.find(self.group.id, end) is None:
                self._suppose(end, as_of)

    def _suppose(self, end: date, as_of: date) -> None:
        uow, to = self.desk.uow, self.group.presentation
        made = self._consolidated(end)
        for one in made.translations:
            last = uow.snapshots.latest(one.company, to, as_of)
            found = uow.snapshots.find(one.company, to, end)
            if found is None and last is not None and last.as_of > end:
                raise YearEndNotTranslated(company=one.company, on=end, presentation=to)
            if found is None and one.as_of == end and self._is_founded(one.company):
                uow.snapshots.record(one.snapshot())
        uow.group_snapshots.record(made.snapshot())
        self.supposed.append(end)

    def _is_founded(self, company: CompanyId) -> bool:
        """Whether its own translations are the group's: it was not acquired."""
        stakes = [one for one in self.group.stakes if one.company == company]
        return all(one.since is None and one.method is Method.FULL for one in stakes)

    def _standing(self, day: date) -> GroupStanding:
        """As recorded; with the figures of now below it where they are the same."""
        made = self._consolidated(day)
        found = self.desk.uow.group_snapshots.find(self.group.id, day)
        return GroupStanding(
            found or made.snapshot(), made if found in (None, made.snapshot()) else None
        )

    def _consolidated(self, day: date) -> Consolidation:
        if day not in self._made:
            self._made[day] = consolidate_group(self.desk, self.group, day, explained_translation)
        return self._made[day]
