"""Consolidation: the group as one company (IFRS 10, D23 to D31).

A worksheet: the translated books of the members, then the group's own entries in the order of D23.
Every entry sums to zero, so the trial balance does at every stage. Dealings are matched in document
currency and taken out; investments meet the capital they bought; other holders get their share of
capital, result and reserve. A mismatch is an error that shows both sides. It never disappears into
the reserve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accountmaps import aligned_books
from fxcrm.ledger.accounts import AccountType, Chart
from fxcrm.ledger.acquisitions import group_chart
from fxcrm.ledger.attribution import Attribution, StakeHistory
from fxcrm.ledger.disposals import Disposing
from fxcrm.ledger.dividends import dividend_entries
from fxcrm.ledger.eliminations import StakeEntries, StakeUnproved
from fxcrm.ledger.groups import Group, Step
from fxcrm.ledger.intercompany import (
    DealingDifference,
    dealing_differences,
    intercompany_entries,
    matched_slack,
)
from fxcrm.ledger.netinvestments import net_investment_entries
from fxcrm.ledger.sheets import CompanyNotTranslated, GroupSheet
from fxcrm.ledger.snapshots import GroupBalance, GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.standings import Standing, negative
from fxcrm.ledger.translation import TranslatedLine, Translation
from fxcrm.ledger.unrealised import unrealised_borne, unrealised_entries
from fxcrm.ledger.worksheet import Chain, GroupEntry, GroupEntryLine, MemberBooks
from fxcrm.money import Money, RationalMoney, Rounding


class GroupOffBalance(RuleRefused):
    """What rounding left over in the group is more than rounding explains (D30)."""

    as_of: date
    difference: Money
    template = "the group at {as_of} is off balance by {difference}; verify the translations"


@attrs.frozen
class GroupLine:
    """One line of the group; debit positive."""

    code: AccountCode
    name: str
    type: AccountType
    figure: Figure


@attrs.frozen
class Consolidation:
    """The group at the end of a day, in its presentation currency, since the beginning.

    ``lines`` are debit positive and sum to zero; ``entries`` are the worksheet behind them.
    ``reserve``, ``minority``, ``profit`` and ``net_assets`` are shown as readers expect: a gain or
    an asset is positive. ``rounding`` is what the lines left over (a debit is positive), within
    ``bound``. ``histories`` say what belongs to whom, stake by stake;
    ``differences`` are those on dealings within the group, which stay in the result (D24).
    """

    group: Group
    as_of: date
    lines: tuple[GroupLine, ...]
    entries: tuple[GroupEntry, ...]
    reserve: Figure
    minority: Figure
    profit: Figure
    minority_profit: Figure
    net_assets: Figure
    rounding: Figure
    bound: RationalMoney
    histories: tuple[StakeHistory, ...]
    books: Mapping[CompanyId, MemberBooks]
    differences: tuple[DealingDifference, ...] = ()

    @property
    def translations(self) -> tuple[Translation, ...]:
        """The members' books in presentation currency, the parent first."""
        return tuple(one.translation for one in self.books.values())

    def entries_of(self, step: Step) -> tuple[GroupEntry, ...]:
        """The entries of one step."""
        return tuple(one for one in self.entries if one.step is step)

    def snapshot(self) -> GroupSnapshot:
        """What the next consolidation opens with (D20)."""
        sums: dict[tuple[Step, AccountCode, CompanyId | None], Money] = {}
        for entry in self.entries:
            for line in entry.lines:
                key = (entry.step, line.account, line.company)
                zero = Money.zero(self.group.presentation)
                sums[key] = sums.get(key, zero) + line.figure.value
        books = self.books.values()
        return GroupSnapshot(
            self.group.id,
            self.group.presentation,
            self.as_of,
            tuple(GroupBalance(*key, amount) for key, amount in sums.items() if amount),
            tuple(one.translation.snapshot() for one in books),
            _snapshots(one.uplifts for one in books),
            _snapshots(one.goodwill for one in books),
        )


def _snapshots(chains: Iterable[Chain | None]) -> tuple[TranslationSnapshot, ...]:
    return tuple(one.translation.snapshot() for one in chains if one is not None)


def consolidate(
    group: Group,
    as_of: date,
    books: Mapping[CompanyId, MemberBooks | Translation],
    *,
    chart: Chart,
) -> Consolidation:
    """Add the members up, eliminate, give other holders their share, and prove the sum.

    ``books`` are those of every member that is in the group by that day; a plain translation
    stands for a company without acquisition and changes. Raises `CompanyNotTranslated`,
    `GroupRateMissing`, `AccountUnmapped`, `AccountMapRefused`, `IntercompanyMismatch`,
    `NetInvestmentPartnerMissing`,
    `InvestmentMismatch`, `GainUnexplained`, `StakeUnproved`, `GroupOffBalance`.
    """
    held = dict(_held(group, as_of, books, chart))
    sheet = GroupSheet(group, as_of, held, group_chart(chart, group.accounts))
    return _Worksheet(sheet).consolidation()


def _held(
    group: Group, as_of: date, books: Mapping[CompanyId, MemberBooks | Translation], chart: Chart
) -> Iterator[tuple[CompanyId, MemberBooks]]:
    for company in group.members:
        since = None if company == group.parent else group.stake(company).since
        if since is not None and since > as_of:
            continue
        found = books.get(company)
        made = MemberBooks(found) if isinstance(found, Translation) else found
        if made is None or made.translation.presentation is not group.presentation:
            raise CompanyNotTranslated(company=company, as_of=as_of)
        yield company, aligned_books(made, group.maps.get(company, {}), chart)


@attrs.frozen(eq=False)
class _Worksheet:
    """One consolidation under way."""

    sheet: GroupSheet

    def consolidation(self) -> Consolidation:
        """Every step in the order of D23, from the books to the check of the sum."""
        self._refuse_other_days()
        histories = Attribution(self.sheet, unrealised_borne(self.sheet)).histories()
        entries = [*self._books(), *self._acquired(), *intercompany_entries(self.sheet)]
        entries += (*dividend_entries(self.sheet), *unrealised_entries(self.sheet))
        entries += net_investment_entries(self.sheet)
        for one in histories:
            entries += StakeEntries(self.sheet, one, self._slack_of(one)).entries()
        entries += Disposing(self.sheet, tuple(entries)).disposals(histories)
        for one in histories:
            self._refuse_unproved(one, entries)
        order = list(Step)
        entries.sort(key=lambda one: order.index(one.step))
        return self._shown(tuple(one for one in entries if one.lines), histories)

    def _refuse_unproved(self, history: StakeHistory, entries: Iterable[GroupEntry]) -> None:
        """An equity-accounted stake by what happened is its share of net assets and goodwill."""
        account, company = self.sheet.group.accounts.equity_accounted, history.stake.company
        line = Figure.total(
            f"Stake in {company}",
            (
                line.figure
                for entry in entries
                if entry.step in (Step.EQUITY_METHOD, Step.DISPOSAL)
                for line in entry.lines
                if line.account == account and line.company == company
            ),
            self._currency,
        )
        share = history.carrying.total()
        if abs(Fraction(line.value.amount) - share) > self._stake_slack(history):
            shown = RationalMoney(share, self._currency).rounded(Rounding.HALF_EVEN)
            raise StakeUnproved(company=company, line=line.value, share=shown)

    def _stake_slack(self, history: StakeHistory) -> Fraction:
        """What rounding may lie between the two: shares, and dividends on both sides."""
        duties, pair = self.sheet.duties, (history.owner, history.stake.company)
        dividends = (
            line
            for one in pair
            for line in self.sheet.books[one].translation.lines
            if line.account.code in (duties.dividends, duties.dividend_income)
        )
        shares = Fraction(6, 2 * self._currency.minor_units)
        return self._slack_of(history) + _slack(dividends) + shares

    def _refuse_other_days(self) -> None:
        """A member's books are those of the day, or of the day on which all of it was sold."""
        for company, made in self.sheet.books.items():
            last = self.sheet.group.last_day(company, self.sheet.as_of)
            if made.translation.as_of != last:
                raise CompanyNotTranslated(company=company, as_of=last)

    def _added_up(self) -> Iterator[CompanyId]:
        return (one for one in self.sheet.books if self.sheet.is_added_up(one))

    def _books(self) -> Iterator[GroupEntry]:
        for company in self._added_up():
            lines = self._entered(self.sheet.lines(company))
            yield GroupEntry(Step.BOOKS, f"Books of {company}", lines)

    def _acquired(self) -> Iterator[GroupEntry]:
        for company in self._added_up():
            day = self.sheet.line_day(company)
            for name, found in (
                ("Fair values", self.sheet.uplifts(company, day)),
                ("Goodwill", self.sheet.goodwill(company, day)),
            ):
                if found is not None:
                    text = f"{name} of {company} (IAS 21.47)"
                    yield GroupEntry(Step.ACQUISITION, text, self._entered(found))

    def _entered(self, found: Standing) -> Iterator[GroupEntryLine]:
        """Translated books with their reserve and rounding: they sum to zero (D19)."""
        accounts, company = self.sheet.group.accounts, found.company
        for line in found.lines:
            yield GroupEntryLine(line.account.code, company, line.figure)
        reserve = negative(found.reserve.label, found.reserve, "a credit of the group")
        if reserve.value:
            yield GroupEntryLine(accounts.reserve, company, reserve)
        if found.rounding.value:
            yield GroupEntryLine(accounts.rounding, company, found.rounding)

    @property
    def _currency(self) -> Currency:
        return self.sheet.group.presentation

    @property
    def _rounding_account(self) -> AccountCode:
        return self.sheet.group.accounts.rounding

    def _slack_of(self, history: StakeHistory) -> Fraction:
        """What rounding may have added where an investment meets what it bought (D30)."""
        company, duties = history.stake.company, self.sheet.duties
        invested = (
            line
            for line in self.sheet.books[history.owner].translation.lines
            if line.account.code == duties.investments and line.partner == company
        )
        books = self.sheet.books[company]
        chains = [one.translation for one in (books.uplifts, books.goodwill) if one is not None]
        bought = (
            line
            for made in (books.translation, *chains)
            for line in made.lines
            if not line.account.type.is_balance
        )
        changes = len(history.moves) + len(history.departures)
        shares = Fraction(1 + 4 * changes, 2 * self._currency.minor_units)
        return _slack(invested) + _slack(bought) + shares + self._acquired_slack(company)

    def _acquired_slack(self, company: CompanyId) -> Fraction:
        """A unit of the currency in which goodwill was rounded, at its dearest, and one of ours."""
        goodwill = self.sheet.books[company].goodwill
        if goodwill is None:
            return Fraction(0)
        rates = [
            part.decision.convert_exactly(Money.from_minor(1, part.functional.value.currency)).value
            for line in goodwill.translation.lines
            for part in line.parts
            if part.decision is not None
        ]
        return max(rates, default=Fraction(0)) + Fraction(1, self._currency.minor_units)

    def _shown(
        self, entries: tuple[GroupEntry, ...], histories: tuple[StakeHistory, ...]
    ) -> Consolidation:
        accounts, lines = self.sheet.group.accounts, tuple(self._lines(entries))
        by_code = {one.code: one for one in lines}

        def credit(label: str, code: AccountCode) -> Figure:
            return negative(label, by_code[code].figure, "a credit of the group")

        rounding = by_code[accounts.rounding].figure
        bound = self._bound(histories)
        off = Money.total((one.figure.value for one in lines), currency=self._currency)
        if off or abs(Fraction(rounding.value.amount)) > bound.value:
            raise GroupOffBalance(as_of=self.sheet.as_of, difference=off or rounding.value)
        result = self._total("Result", (one.figure for one in lines if one.type.is_result))
        return Consolidation(
            self.sheet.group,
            self.sheet.as_of,
            lines,
            entries,
            credit("Translation reserve", accounts.reserve),
            credit("Minority interest", accounts.minority),
            negative("Profit of the group", result, "income less expense; a profit is positive"),
            by_code[accounts.minority_result].figure,
            self._total(
                "Net assets of the group", (one.figure for one in lines if one.type.is_balance)
            ),
            rounding,
            bound,
            histories,
            self.sheet.books,
            dealing_differences(self.sheet),
        )

    def _lines(self, entries: Iterable[GroupEntry]) -> Iterator[GroupLine]:
        """The accounts that something stands on, and those that every group has."""
        held: dict[AccountCode, list[Figure]] = {}
        for entry in entries:
            for line in entry.lines:
                held.setdefault(line.account, []).append(line.figure)
        accounts = self.sheet.group.accounts
        always = (accounts.reserve, accounts.minority, accounts.minority_result, accounts.rounding)
        chart = sorted(self.sheet.chart, key=lambda one: one.code in always)
        for account in chart:
            if account.code in held or account.code in always:
                figure = Figure.total(
                    account.name, held.get(account.code, ()), self._currency, "sum of the group"
                )
                yield GroupLine(account.code, account.name, account.type, figure)

    def _total(self, label: str, parts: Iterable[Figure]) -> Figure:
        return Figure.total(label, parts, self._currency)

    def _bound(self, histories: Iterable[StakeHistory]) -> RationalMoney:
        """What rounding may have added so far: translations, pairs and stakes (D30)."""
        made = [self.sheet.books[one].translation for one in self._added_up()]
        chains = [
            chain.translation
            for company in self._added_up()
            for chain in (self.sheet.books[company].uplifts, self.sheet.books[company].goodwill)
            if chain is not None
        ]
        units = Fraction(
            sum(one.rounded for one in (*made, *chains)), 2 * self._currency.minor_units
        )
        matched = matched_slack(self.sheet)
        stakes = sum((self._slack_of(one) for one in histories), Fraction(0))
        return RationalMoney(units + matched + stakes, self._currency)


def _slack(lines: Iterable[TranslatedLine]) -> Fraction:
    return sum((line.slack.value for line in lines), Fraction(0))
