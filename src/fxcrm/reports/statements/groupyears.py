"""A year of a group, from its worksheet and the one that the year before left behind (D20, D31).

The worksheet is cumulative and balanced entry by entry, so a year is what stands on each line less
what was recorded at the last year end. Which step moved a line says why equity moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, GroupId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.consolidation import Consolidation
from fxcrm.ledger.groups import Group, Step
from fxcrm.ledger.snapshots import GroupBalance, GroupSnapshot, TranslationSnapshot
from fxcrm.money import Money
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.views import (
    CashFlow,
    Cause,
    Change,
    ReserveMove,
    YearLine,
    YearView,
)

Place = tuple[Step, AccountCode, CompanyId | None]


@attrs.frozen
class GroupStanding:
    """How a group stood: what was left behind, and how it came about where that is at hand."""

    snapshot: GroupSnapshot
    consolidation: Consolidation | None = None

    def figures(self) -> dict[Place, Figure]:
        """What each step brought to each account for each member; debit positive."""
        if self.consolidation is None:
            return {_place(one): self._recorded(one) for one in self.snapshot.balances}
        held: dict[Place, list[Figure]] = {}
        for entry in self.consolidation.entries:
            for line in entry.lines:
                held.setdefault((entry.step, line.account, line.company), []).append(line.figure)
        currency = self.snapshot.presentation
        return {
            place: Figure.total(_label(place), parts, currency) for place, parts in held.items()
        }

    def _recorded(self, held: GroupBalance) -> Figure:
        of = f"{self.snapshot.group} {self.snapshot.as_of}"
        rule = f"as consolidated at {self.snapshot.as_of} (D20)"
        evidence = Evidence("consolidation", of, held.step.value)
        return Figure(_label(_place(held)), held.amount, rule, (evidence,))

    def books(self, company: CompanyId) -> TranslationSnapshot | None:
        """The books of a member as they were translated then."""
        return next((one for one in self.snapshot.books if one.company == company), None)


def _place(held: GroupBalance) -> Place:
    return held.step, held.account, held.company


def _label(place: Place) -> str:
    of = f" of {place[2]}" if place[2] else ""
    return f"Account {place[1]}{of}: {place[0].value}"


@attrs.frozen(eq=False)
class GroupYear:
    """A year of a group: ``opening`` is what the year before left behind, None in a first one."""

    group: Group
    closing: GroupStanding
    opening: GroupStanding | None
    chart: Chart
    layout: Layout

    def view(self, since: date, flows: Iterable[CashFlow]) -> YearView:
        """The year, with what moved its equity and its reserve. Raises `StatementsOffBalance`."""
        ends = self.closing.figures()
        begins = self.opening.figures() if self.opening else {}
        work = _Work(self, ends, begins)
        return YearView(
            GroupId(self.group.id),
            self.group.presentation,
            since,
            self.closing.snapshot.as_of,
            tuple(work.lines()),
            tuple(flows),
            tuple(work.causes()),
            reserve=tuple(work.reserve()),
            policies=self.group.policies,
        )


@attrs.frozen(eq=False)
class _Work:
    """One year under way."""

    year: GroupYear
    ends: dict[Place, Figure]
    begins: dict[Place, Figure]

    @property
    def currency(self) -> Currency:
        return self.year.group.presentation

    def lines(self) -> Iterator[YearLine]:
        """Every account of the group; what differences with members came to stands apart (D24)."""
        places = [*self.ends, *(one for one in self.begins if one not in self.ends)]
        for code in sorted({one[1] for one in places}):
            account = self.year.chart.account(code)
            own = [one for one in places if one[1] == code]
            opening = self._sum(account.name, self.begins, own)
            closing = self._sum(account.name, self.ends, own)
            if code in self._with_members:
                yield from self._parted(code, opening, closing)
            else:
                yield self._line(code, None, opening, closing)

    @property
    def _with_members(self) -> frozenset[AccountCode]:
        """Accounts of differences that stay in the result; those on net investments do not (32)."""
        layout = self.year.layout
        return layout.differences - {layout.duties.net_investment_fx}

    def _parted(self, code: AccountCode, opening: Figure, closing: Figure) -> Iterator[YearLine]:
        """The part with each member, and the rest with everybody else."""
        begun, ended = self._dealt(code, self.year.opening), self._dealt(code, self.year.closing)
        zero = Figure.total("nothing", (), self.currency)
        for partner in sorted(begun.keys() | ended.keys()):
            parts = begun.get(partner, zero), ended.get(partner, zero)
            yield self._line(code, partner, *parts)
            opening, closing = (
                Figure.difference(whole.label, whole, part, "without those with members")
                for whole, part in zip((opening, closing), parts, strict=True)
            )
        yield self._line(code, None, opening, closing)

    def _dealt(self, code: AccountCode, standing: GroupStanding | None) -> dict[CompanyId, Figure]:
        """What members have on an account with each other, in the books that are added up."""
        found: dict[CompanyId, list[Figure]] = {}
        added = {at[2] for at in self.ends if at[0] is Step.BOOKS}
        for books in standing.snapshot.books if standing else ():
            for line in books.balances:
                if line.account != code or line.partner is None:
                    continue
                if line.partner in added and books.company in added:
                    of = Evidence("translation", f"{books.company} {books.as_of}")
                    label = f"Account {code} of {books.company} with {line.partner}"
                    figure = Figure.stated(label, line.presentation, of)
                    found.setdefault(line.partner, []).append(figure)
        return {
            partner: Figure.total(f"Account {code} with {partner}", parts, self.currency)
            for partner, parts in found.items()
        }

    def _line(
        self, code: AccountCode, partner: CompanyId | None, opening: Figure, closing: Figure
    ) -> YearLine:
        account = self.year.chart.account(code)
        if self.year.opening is None:
            return YearLine(account, partner, opening, closing)
        return YearLine.between(account, partner, opening, closing)

    def _sum(self, label: str, of: dict[Place, Figure], places: Iterable[Place]) -> Figure:
        return Figure.total(label, (of[one] for one in places if one in of), self.currency)

    def _moved(self, label: str, wanted: Callable[[Place], bool]) -> Figure:
        """What some places moved by in the year, a credit shown positive."""
        ends = [one for place, one in self.ends.items() if wanted(place)]
        begins = [one for place, one in self.begins.items() if wanted(place)]
        closing = Money.total((one.value for one in ends), currency=self.currency)
        opening = Money.total((one.value for one in begins), currency=self.currency)
        rule = "the closing less the year's opening, a credit shown positive"
        return Figure(label, opening - closing, rule, (*ends, *begins))

    def causes(self) -> Iterator[Cause]:
        """Why minority interest and reserve moved, where it was not by the result (D27, D29)."""
        accounts, duties = self.year.group.accounts, self.year.layout.duties
        minority, owners = accounts.minority, accounts.ownership_changes

        def shared(account: AccountCode) -> Figure:
            """What came to other holders by way of an account: a debit there is theirs."""
            moved = self._moved("Minority", lambda at: at[:2] == (Step.MINORITY, account))
            return Figure(moved.label, -moved.value, "what came to other holders", (moved,))

        yield Cause(minority, Change.DIVIDENDS, shared(duties.dividends))
        yield Cause(minority, Change.OWNERSHIP, shared(owners))
        for step in (Step.OWNERSHIP, Step.DISPOSAL):
            yield self._cause(minority, Change.OWNERSHIP, step)
        yield self._cause(accounts.reserve, Change.OWNERSHIP, Step.OWNERSHIP)
        yield from self._capital(minority)

    def _cause(self, account: AccountCode, change: Change, step: Step) -> Cause:
        found = self._moved(step.value, lambda at: at[:2] == (step, account))
        return Cause(account, change, found)

    def _capital(self, minority: AccountCode) -> Iterator[Cause]:
        """Other holders of a company that came in this year were bought with it, or put it in."""
        known = {one[2] for one in self.begins}
        for company in sorted({one[2] for one in self.ends if one[2]}):
            stake = next((x for x in self.year.group.stakes if x.company == company), None)
            is_bought = stake is not None and stake.acquired is not None and company not in known
            change = Change.OWNERSHIP if is_bought else Change.CONTRIBUTIONS
            at = (Step.CAPITAL, minority, company)
            yield Cause(minority, change, self._moved(f"Capital of {company}", at.__eq__))

    def reserve(self) -> Iterator[ReserveMove]:
        """What each member, and each step of the group, brought to the reserve (D19, D23)."""
        account = self.year.group.accounts.reserve
        places = [*self.ends, *(one for one in self.begins if one not in self.ends)]
        held = dict.fromkeys(_moving(one) for one in places if one[1] == account)
        for step, company in held:
            label = f"Translation of {company}" if company else _MOVES.get(step, step.value)
            yield ReserveMove(
                label.capitalize() if company is None else label,
                self._moved(label, lambda at: at[1] == account and _moving(at) == (step, company)),  # noqa: B023
            )


_MOVES = {
    Step.ACQUISITION: "translation of goodwill and fair values",
    Step.MINORITY: "belongs to minority holders",
    Step.OWNERSHIP: "moved by changes in ownership",
    Step.DISPOSAL: "recycled to the result",
    Step.EQUITY_METHOD: "share of the reserve of associates",
}


def _moving(place: Place) -> tuple[Step, CompanyId | None]:
    """What a row of the roll-forward is about: each member's books, and each step as a whole."""
    return place[0], place[2] if place[0] is Step.BOOKS else None
