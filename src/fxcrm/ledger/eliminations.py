"""What a group takes out of the sum of its members, and what it knows better (IFRS 10.B86).

Investments meet the capital they bought, changes in ownership stay in equity, an equity-accounted
stake becomes one line, and other holders get what is theirs. Each is a balanced entry of the
worksheet. Signs: debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import AccountType
from fxcrm.ledger.attribution import OwnershipMove, StakeHistory
from fxcrm.ledger.grouppolicies import GroupAccounts
from fxcrm.ledger.groups import Method, StakeChange, Step
from fxcrm.ledger.shares import Weighted, rounded_once
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.standings import Standing, StandingLine, negative
from fxcrm.ledger.worksheet import GroupEntry, GroupEntryLine
from fxcrm.money import Money


class InvestmentMismatch(RuleRefused):
    """An investment is not what was paid for the net assets, goodwill and capital put in."""

    subsidiary: CompanyId
    investment: Money
    share: Money
    template = (
        "the investment in {subsidiary} stands at {investment}, what was acquired and put in at "
        "{share}; correct the owner's books, or what the group says of the stake"
    )


class StakeUnproved(RuleRefused):
    """An equity-accounted stake that is not its share of net assets and goodwill (IAS 28.10)."""

    company: CompanyId
    line: Money
    share: Money
    template = (
        "the stake in {company} comes to {line} by what happened, and to {share} by its net "
        "assets; book its dividends on both sides, and check the share"
    )


class GainUnexplained(RuleRefused):
    """An owner booked a result on a stake that, by what the group says, did not change."""

    company: CompanyId
    owner: CompanyId
    gain: Money
    template = (
        "{owner} books a gain of {gain} on {company}, and the group says of no sale that it came "
        "of; state the change of the stake, or correct the owner's books"
    )


@attrs.frozen(eq=False)
class StakeEntries:
    """The entries of one stake, from its history. ``slack`` is what rounding may explain."""

    sheet: GroupSheet
    history: StakeHistory
    slack: Fraction

    def entries(self) -> Iterator[GroupEntry]:
        """Capital, or the one line; then changes in ownership, and what others hold."""
        self._refuse_unexplained()
        if self.history.stake.method is Method.EQUITY:
            yield self._accounted(self._investment())
            return
        yield self._capital()
        yield from map(self._moved, self.history.moves)
        yield self._minority()
        if any(one.retained for one in self.history.departures):
            yield self._accounted(None)

    @property
    def company(self) -> CompanyId:
        """Whom the stake is in."""
        return self.history.stake.company

    @property
    def accounts(self) -> GroupAccounts:
        """The lines that only a group has."""
        return self.sheet.group.accounts

    def blended(self, label: str, *shares: Iterable[Weighted]) -> Figure:
        """A sum of exact shares, rounded once."""
        held = (one for some in shares for one in some)
        return rounded_once(f"{label} of {self.company}", held, self.sheet.group.presentation)

    def _line(
        self, account: AccountCode, figure: Figure, company: CompanyId | None = None
    ) -> GroupEntryLine:
        return GroupEntryLine(account, company or self.company, figure)

    def _credit(self, account: AccountCode, figure: Figure, rule: str) -> GroupEntryLine:
        return self._line(account, negative(figure.label, figure, rule))

    def balancing(self, label: str, lines: Iterable[GroupEntryLine], rule: str) -> Figure:
        """What makes lines sum to zero."""
        parts = tuple(one.figure for one in lines)
        total = Figure.total(label, parts, self.sheet.group.presentation)
        return negative(f"{label} of {self.company}", total, rule)

    # ------------------------------------------------------------ investment and capital

    def _investment(self) -> Figure:
        """What the owner paid and put in, without what changes of its share added or took."""
        owner, label = self.history.owner, f"Investment in {self.company}"
        code = self.sheet.duties.investments
        booked = self.sheet.lines(owner).on(code, self.company)
        parts = [booked]
        parts += [
            negative("Bought later", move.paid, "set against other holders")
            for move in self.history.moves
            if move.paid.value.is_positive
        ]
        parts += [self.cost_sold(one) for one in self.history.stake.changes if self.is_sale(one)]
        return Figure.total(label, parts, self.sheet.group.presentation, "as paid and put in")

    def _refuse_unexplained(self) -> None:
        """What the owner's books gained came of sales that the group knows (IFRS 10.23, 10.B98)."""
        code, owner = self.sheet.duties.investment_results, self.history.owner
        booked = -self.sheet.lines(owner).on(code, self.company).value
        sales = (self.own_gain(one.on) for one in self.history.stake.changes if self.is_sale(one))
        known = Money.total((one.value for one in sales), currency=self.sheet.group.presentation)
        if abs(Fraction((booked - known).amount)) > self.slack:
            raise GainUnexplained(company=self.company, owner=owner, gain=booked - known)

    def is_sale(self, change: StakeChange) -> bool:
        """Whether a change that happened gave some of the stake away."""
        held = self.sheet.held(self.history.stake, _day_before(change.on))
        return change.on <= self.sheet.as_of and change.owned < held.owned

    def own_gain(self, on: date) -> Figure:
        """What the owner's own books gained by a sale on a day: a gain is positive."""
        code, owner = self.sheet.duties.investment_results, self.history.owner
        days = [date.min, *self.sheet.days]
        start = days[days.index(on) - 1]
        now, then = self.sheet.standing(owner, on), self.sheet.standing(owner, start)
        label = f"Gain of {owner} on {self.company}"
        if now is None:
            return self.sheet.zero(label)
        gained = negative(label, now.on(code, self.company), "a gain is positive")
        if then is None:
            return gained
        before = negative(label, then.on(code, self.company), "a gain is positive")
        return Figure.difference(label, gained, before, "booked since")

    def cost_sold(self, change: StakeChange) -> Figure:
        """What the owner's books carried for what it sold: the proceeds less its own gain."""
        label = f"Cost of what was sold of {self.company}"
        paid = self.sheet.translated(
            f"Proceeds for {self.company}", change.consideration, self.history.owner, change.on
        )
        return Figure.difference(label, paid, self.own_gain(change.on), "proceeds less gain")

    def _capital(self) -> GroupEntry:
        """The investment against what it bought, and what others hold of that (IFRS 10.B86b)."""
        lines = [*self._equity_bought(), *self._surplus_bought()]
        minority = self.blended(
            "Minority interest in the capital",
            self.history.opened.capital,
            self.history.attributed.capital,
        )
        lines.append(self._credit(self.accounts.minority, minority, "a credit of the group"))
        investment = self._investment()
        out = negative(investment.label, investment, "against the capital (IFRS 10.B86b)")
        lines.append(self._line(self.sheet.duties.investments, out, self.history.owner))
        off = self.balancing("Rounding of capital", lines, "what rounding left over (D30)")
        if abs(Fraction(off.value.amount)) > self.slack:
            raise InvestmentMismatch(
                subsidiary=self.company,
                investment=investment.value,
                share=investment.value - off.value,
            )
        lines.append(self._line(self.accounts.rounding, off))
        return entered(Step.CAPITAL, f"Investment in {self.company}", lines)

    def _equity_bought(self) -> Iterator[GroupEntryLine]:
        """Its capital of today, and its results and dividends up to the acquisition."""
        now, since = self.sheet.lines(self.company), self.history.stake.since
        for line in now.lines:
            if self._is_capital(line):
                yield self._taken_out(line)
        begun = None if since is None else self.sheet.standing(self.company, since)
        for line in () if begun is None else begun.lines:
            if not line.account.type.is_balance and not self._is_capital(line):
                yield self._taken_out(line)

    def _is_capital(self, line: StandingLine) -> bool:
        is_equity = line.account.type is AccountType.EQUITY
        return is_equity and line.account.code != self.sheet.duties.dividends

    def _surplus_bought(self) -> Iterator[GroupEntryLine]:
        day = self.sheet.line_day(self.company)
        for beyond in (
            self.sheet.uplifts(self.company, day),
            self.sheet.goodwill(self.company, day),
        ):
            for line in () if beyond is None else beyond.lines:
                if line.account.type is AccountType.EQUITY:
                    yield self._taken_out(line)

    def _taken_out(self, line: StandingLine) -> GroupEntryLine:
        label = f"Elimination of {line.figure.label}"
        figure = negative(label, line.figure, "investment against capital (IFRS 10.B86b)")
        return self._line(line.account.code, figure)

    # ------------------------------------------------------------ changes, other holders

    def _moved(self, move: OwnershipMove) -> GroupEntry:
        """Equity moves between owner and other holders; there is no profit (IFRS 10.23)."""
        moved, accounts = move.moved, self.accounts
        lines = [
            self._credit(
                accounts.minority, self.blended("Minority moved", *moved.all), "IFRS 10.B96"
            ),
            self._line(accounts.reserve, self.blended("Reserve moved (IAS 21.48C)", moved.reserve)),
        ]
        owner, investments = self.history.owner, self.sheet.duties.investments
        if move.paid.value.is_positive:
            bought = negative("Bought later", move.paid, "set against other holders")
            lines.append(self._line(investments, bought, owner))
        else:
            gain = self.own_gain(move.change.on)
            lines.append(self._line(investments, self.cost_sold(move.change), owner))
            lines.append(self._line(self.sheet.duties.investment_results, gain, owner))
        rest = self.balancing("Change in ownership", lines, "stays in equity (IFRS 10.23)")
        lines.append(self._line(accounts.ownership_changes, rest))
        share = move.change.owned
        return entered(Step.OWNERSHIP, f"{share} of {self.company} from {move.change.on}", lines)

    def _minority(self) -> GroupEntry:
        """Result, reserve and dividends of other holders since they are there (D27)."""
        got, accounts = self.history.attributed, self.accounts
        lines = [
            self._line(
                accounts.minority_result,
                self.blended("Result attributed to minority", got.result),
            ),
            self._line(
                accounts.reserve,
                self.blended("Reserve of the minority (IAS 21.41)", got.reserve),
            ),
            self._line(
                self.sheet.duties.dividends,
                self.blended("Dividends to the minority", got.dividends),
            ),
            self._line(
                accounts.ownership_changes,
                self.blended("Changes in ownership borne by the minority", got.direct),
            ),
        ]
        total = self.balancing("Minority interest", lines, "what others got since (IFRS 10.B94)")
        lines.append(self._line(accounts.minority, total))
        return entered(Step.MINORITY, f"Minority of {self.company}", lines)

    # ------------------------------------------------------------ one line

    def _accounted(self, investment: Figure | None) -> GroupEntry:
        """An equity-accounted stake as one line: cost and the share of what came since."""
        due, accounts = self.history.accounted, self.accounts
        lines = [
            self._credit(
                accounts.associates, self.blended("Share of the result", due.result), "IAS 28.10"
            ),
            self._credit(
                accounts.reserve, self.blended("Share of the reserve", due.reserve), "IAS 28.39"
            ),
            self._credit(
                accounts.ownership_changes,
                self.blended("Share of direct changes", due.direct),
                "IAS 28.10",
            ),
            self._line(self.sheet.duties.dividend_income, self._dividends(), self.history.owner),
        ]
        if investment is not None:
            out = negative(investment.label, investment, "shown as one line (IAS 28.10)")
            lines.append(self._line(self.sheet.duties.investments, out, self.history.owner))
        total = self.balancing("Equity-accounted stake", lines, "cost and what came since")
        lines.append(self._line(accounts.equity_accounted, total))
        return entered(Step.EQUITY_METHOD, f"Stake in {self.company}", lines)

    def _dividends(self) -> Figure:
        """What the owner received from it while it was one line; a debit takes it out."""
        code, owner = self.sheet.duties.dividend_income, self.history.owner
        label = f"Dividends from {self.company}"
        now = self.sheet.lines(owner).on(code, self.company)
        begun = self.history.stake.lost_on() or self.history.stake.since
        then: Standing | None = None if begun is None else self.sheet.standing(owner, begun)
        before = self.sheet.zero(label) if then is None else then.on(code, self.company)
        return Figure.difference(label, before, now, "they reduce the one line (IAS 28.10)")


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def entered(step: Step, text: str, lines: Iterable[GroupEntryLine]) -> GroupEntry:
    """An entry without the lines that came to nothing."""
    return GroupEntry(step, text, tuple(one for one in lines if one.figure.value))
