"""Disposals: a company leaves the group, or a part of an equity-accounted stake (IAS 21.48, D29).

What left the group is what the worksheet holds of it: so its balances, what other holders had and
its reserve come to exactly zero. The owner's part of the reserve goes to profit or loss; that of
other holders leaves with them, without touching the result (48B).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.attribution import Departure, StakeHistory
from fxcrm.ledger.eliminations import StakeEntries, entered
from fxcrm.ledger.groups import Step
from fxcrm.ledger.shares import Parts
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.standings import negative
from fxcrm.ledger.worksheet import GroupEntry, GroupEntryLine


@attrs.frozen(eq=False)
class Disposing:
    """The entries for what left, from all entries made before."""

    sheet: GroupSheet
    entries: tuple[GroupEntry, ...]

    def disposals(self, histories: Iterable[StakeHistory]) -> Iterator[GroupEntry]:
        """One for each change that gave up control or influence, in the order of their days."""
        so_far = self
        for history, departure in sorted(_changes(histories), key=lambda one: one[1].change.on):
            stake = StakeEntries(self.sheet, history, Fraction(0))
            made = so_far._disposal(stake, departure)
            so_far = Disposing(self.sheet, (*so_far.entries, made))
            yield made

    def _disposal(self, stake: StakeEntries, departure: Departure) -> GroupEntry:
        accounts, duties, company = self.sheet.group.accounts, self.sheet.duties, stake.company
        change, owner = departure.change, stake.history.owner
        lines = [
            GroupEntryLine(duties.investments, owner, stake.cost_sold(change)),
            GroupEntryLine(duties.investment_results, owner, stake.own_gain(change.on)),
        ]
        if departure.retained is not None:
            lines.append(GroupEntryLine(accounts.equity_accounted, company, departure.retained))
        if departure.given_up is None:
            lines += self._taken_along(company)
        else:
            lines.append(self._given_up(stake, departure, departure.given_up))
        result = stake.balancing("Result of the disposal", lines, "IFRS 10.B98, IAS 28.22")
        lines.append(GroupEntryLine(accounts.disposals, company, result))
        recycled = self._reserve(stake, departure)
        lines.append(GroupEntryLine(accounts.reserve, company, recycled))
        out = negative(recycled.label, recycled, "to profit or loss (IAS 21.48)")
        lines.append(GroupEntryLine(accounts.recycled, company, out))
        return entered(Step.DISPOSAL, f"{company} from {change.on}", lines)

    def _given_up(
        self, stake: StakeEntries, departure: Departure, given_up: Parts
    ) -> GroupEntryLine:
        """What was sold of an equity-accounted stake; all that is left of it at the end."""
        account, company = self.sheet.group.accounts.equity_accounted, stake.company
        if departure.change.owned:
            gone = stake.blended("Carrying amount given up", given_up.flat())
        else:
            gone = self._left_over(account, (company,))
        return GroupEntryLine(account, company, negative(gone.label, gone, "derecognised"))

    def _reserve(self, stake: StakeEntries, departure: Departure) -> Figure:
        """The owner's part of the reserve; a debit takes a gain out of it."""
        if departure.given_up is not None and departure.change.owned:
            return stake.blended("Reserve recycled", departure.recycled.reserve)
        companies = tuple(self.sheet.leaving(stake.company))
        kept = stake.company if departure.given_up is None else None
        left = self._left_over(self.sheet.group.accounts.reserve, companies, kept)
        label = f"Reserve of {stake.company} recycled"
        return negative(label, left, "the owner's part (IAS 21.48)")

    def _taken_along(self, company: CompanyId) -> Iterator[GroupEntryLine]:
        """Assets, liabilities and what other holders had (IFRS 10.B98a)."""
        accounts = self.sheet.group.accounts
        gone = tuple(self.sheet.leaving(company))
        codes = [one.code for one in self.sheet.chart if one.type.is_balance]
        for code in (*codes, accounts.minority, accounts.rounding):
            for one in gone:
                left = self._left_over(code, (one,), company)
                if not left.value.is_zero:
                    out = negative(left.label, left, "left the group (IFRS 10.B98)")
                    yield GroupEntryLine(code, one, out)

    def _left_over(
        self,
        account: AccountCode,
        companies: tuple[CompanyId, ...],
        kept: CompanyId | None = None,
    ) -> Figure:
        """What the worksheet holds on an account of some companies, debit positive.

        What came of a stake in ``kept`` after it had left the group is not counted.
        """
        held = (
            line.figure
            for entry in self.entries
            for line in entry.lines
            if line.account == account
            and line.company in companies
            and not (entry.step is Step.EQUITY_METHOD and line.company == kept)
        )
        label = f"Account {account} of {', '.join(companies)}"
        return Figure.total(label, held, self.sheet.group.presentation)


def _changes(
    histories: Iterable[StakeHistory],
) -> Iterator[tuple[StakeHistory, Departure]]:
    for history in histories:
        for one in history.departures:
            yield history, one
