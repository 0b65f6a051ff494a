"""What a consolidation works on: the group, its days, and where each member stood on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger.accounts import Chart, Duties
from fxcrm.ledger.groups import Group, Held, Method, Stake
from fxcrm.ledger.standings import Standing
from fxcrm.ledger.worksheet import Chain, MemberBooks
from fxcrm.money import Money

NOTHING = Held(Fraction(0), Method.EQUITY)


class CompanyNotTranslated(RuleRefused):
    """A member of the group without a translation of this day and currency."""

    company: CompanyId
    as_of: date
    template = "{company} has no translation at {as_of} in the group's currency; translate it first"


class GroupRateMissing(RuleRefused):
    """A rate that the consolidation needs was not decided."""

    company: CompanyId
    on: date
    template = (
        "consolidating {company}: no spot of {on} was decided; pass it in dated= of its books"
    )


@attrs.frozen(eq=False)
class GroupSheet:
    """A group at the end of a day with the books of its members. ``chart`` is the group's."""

    group: Group
    as_of: date
    books: Mapping[CompanyId, MemberBooks]
    chart: Chart

    @property
    def duties(self) -> Duties:
        """The duties of the group's chart."""
        return self.chart.duties

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which something changed, and the last one: the ends of the spans between."""
        marks = self.group.marks(self.as_of)
        return marks if marks and marks[-1] == self.as_of else (*marks, self.as_of)

    def stakes(self) -> tuple[Stake, ...]:
        """The stakes that have begun, those at the bottom first."""
        return tuple(
            one
            for one in self.group.bottom_up()
            if (one.since is None or one.since <= self.as_of) and one.company in self.books
        )

    def owner(self, stake: Stake) -> CompanyId:
        """Who holds a stake."""
        return self.group.owner_of(stake)

    def left_on(self, company: CompanyId) -> date | None:
        """The day at the end of which a company left the group with all it owned, or None."""
        return self.group.left_on(company, self.as_of)

    def held(self, stake: Stake, after: date) -> Held:
        """What the group holds by a stake from the end of a day on."""
        gone = self.left_on(self.owner(stake))
        return NOTHING if gone is not None and gone <= after else stake.after(after)

    def line_day(self, company: CompanyId) -> date:
        """The last day on which a company is added up line by line."""
        return self.left_on(company) or self.as_of

    def is_added_up(self, company: CompanyId) -> bool:
        """Whether it is, or was, added up line by line, in full or by its share."""
        return company == self.group.parent or self.group.stake(company).method is not Method.EQUITY

    def standing(self, company: CompanyId, day: date) -> Standing | None:
        """Where its books stood at the end of a day; None before it belonged to the group."""
        made = self.books[company]
        return self._at(Chain(made.translation, made.marks), company, day)

    def lines(self, company: CompanyId) -> Standing:
        """Where its books stood when they were last added up. Raises `CompanyNotTranslated`."""
        found = self.standing(company, self.line_day(company))
        if found is None:
            raise CompanyNotTranslated(company=company, as_of=self.line_day(company))
        return found

    def uplifts(self, company: CompanyId, day: date) -> Standing | None:
        """Where the fair values above its book values stood."""
        chain = self.books[company].uplifts
        return None if chain is None else self._at(chain, company, day)

    def goodwill(self, company: CompanyId, day: date) -> Standing | None:
        """Where its goodwill stood."""
        chain = self.books[company].goodwill
        return None if chain is None else self._at(chain, company, day)

    def kept(self, company: CompanyId, day: date) -> Standing | None:
        """Where the goodwill stood in what was kept of a company that left."""
        chain, left = self.books[company].kept, self.left_on(company)
        if chain is None or left is None or day < left:
            return None
        return self._at(chain, company, day)

    def _at(self, chain: Chain, company: CompanyId, day: date) -> Standing | None:
        since = None if company == self.group.parent else self.group.stake(company).since
        if since is not None and day < since:
            return None
        if day >= chain.translation.as_of:
            return Standing.of_translation(chain.translation)
        kept = chain.marks.get(day)
        return None if kept is None else Standing.of_snapshot(kept, self.chart)

    def translated(self, label: str, amount: Money, company: CompanyId, on: date) -> Figure:
        """An amount in a member's currency at the spot of a day. Raises `GroupRateMissing`."""
        stated = Figure.stated(label, amount, Evidence("group", f"{self.group.id} {on}"))
        if amount.currency is self.group.presentation:
            return stated
        decision = self.books[company].dated.get(on)
        if decision is None:
            raise GroupRateMissing(company=company, on=on)
        return Figure.converted(label, stated, decision)

    def zero(self, label: str) -> Figure:
        """Nothing, in the group's currency."""
        return Figure.total(label, (), self.group.presentation)

    def leaving(self, company: CompanyId) -> Iterator[CompanyId]:
        """A company and those that it owns, directly or not."""
        yield company
        for stake in self.group.below(company):
            if stake.company in self.books:
                yield from self.leaving(stake.company)
