"""Consolidation: the group as one company (IFRS 10, D23 to D30).

Translated books are added up account by account; balances and dealings between members
are matched in document currency and eliminated; the parent's investment meets the
subsidiary's capital; minority holders get their share of capital, result and reserve. A
mismatch is an error that shows both sides. It never disappears into the reserve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import combinations

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import AccountType, Chart
from fxcrm.ledger.groups import Group, Stake
from fxcrm.ledger.translation import TranslatedLine, Translation
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.moneybag import MoneyBag

RESERVE = AccountCode("3800")
MINORITY = AccountCode("3900")
MINORITY_RESULT = AccountCode("8900")
GROUP_ROUNDING = AccountCode("3990")


class IntercompanyMismatch(RuleRefused):
    """Two members do not record the same dealings with one another (D23)."""

    left: CompanyId
    right: CompanyId
    left_records: str
    right_records: str
    template = (
        "{left} records {left_records:plain} with {right}, which records {right_records:plain}; "
        "match the two sides before consolidating"
    )


class InvestmentMismatch(RuleRefused):
    """The parent's investment is not its share of the subsidiary's capital."""

    subsidiary: CompanyId
    investment: Money
    share: Money
    template = (
        "the investment in {subsidiary} stands at {investment}, the share of its capital at "
        "{share}; goodwill is not supported yet, correct the books"
    )


class CompanyNotTranslated(RuleRefused):
    """A member of the group without a translation of this day and currency."""

    company: CompanyId
    as_of: date
    template = "{company} has no translation at {as_of} in the group's currency; translate it first"


class GroupOffBalance(RuleRefused):
    """The consolidated lines do not sum to zero."""

    as_of: date
    difference: Money
    template = "the group at {as_of} is off balance by {difference}; verify the translations"


@attrs.frozen
class Elimination:
    """What consolidation takes out of an account of a company, and why; debit positive."""

    account: AccountCode
    amount: Figure


@attrs.frozen
class GroupLine:
    """One line of the group; debit positive."""

    code: AccountCode
    name: str
    type: AccountType
    figure: Figure


@attrs.frozen
class Consolidation:
    """The group at the end of a day, in its presentation currency.

    ``lines`` are debit positive and sum to zero. ``reserve``, ``minority``, ``profit`` and
    ``net_assets`` are shown as readers expect: a gain or an asset is positive. ``rounding``
    is what the lines left over (a debit is positive), within ``bound``.
    """

    group: Group
    as_of: date
    lines: tuple[GroupLine, ...]
    eliminations: tuple[Elimination, ...]
    reserve: Figure
    minority: Figure
    profit: Figure
    minority_profit: Figure
    net_assets: Figure
    rounding: Figure
    bound: RationalMoney
    translations: tuple[Translation, ...]


def consolidate(
    group: Group, as_of: date, translations: Mapping[CompanyId, Translation], *, chart: Chart
) -> Consolidation:
    """Add the members up, eliminate, give minority holders their share, and prove the sum.

    Raises `CompanyNotTranslated`, `IntercompanyMismatch`, `InvestmentMismatch`, `GroupOffBalance`.
    """
    members = tuple(_member(group, as_of, translations, one) for one in group.members)
    work = _Work(group, as_of, chart, dict(zip(group.members, members, strict=True)))
    return work.consolidation()


def _member(
    group: Group, as_of: date, translations: Mapping[CompanyId, Translation], company: CompanyId
) -> Translation:
    found = translations.get(company)
    if found is None or found.as_of != as_of or found.presentation is not group.presentation:
        raise CompanyNotTranslated(company=company, as_of=as_of)
    return found


def _negative(label: str, figure: Figure, rule: str) -> Figure:
    return Figure(label, -figure.value, rule, (figure,))


def _share(label: str, figure: Figure, share: Fraction, rule: str) -> Figure:
    exact = Fraction(figure.value.amount) * share
    value = RationalMoney(exact, figure.value.currency).rounded(Rounding.HALF_EVEN)
    return Figure(label, value, f"{share} of it: {rule}", (figure,), exact)


def _slack(lines: Iterable[TranslatedLine]) -> Fraction:
    return sum((line.slack.value for line in lines), Fraction(0))


def _recorded(lines: list[TranslatedLine]) -> str:
    """One side in document currency and as translated."""
    documents = MoneyBag.of(*(one for line in lines for one in line.documents))
    shown = ", ".join(str(one) for one in documents) or "nothing"
    translated = " and ".join(str(line.presentation.value) for line in lines) or "nothing"
    return f"{shown} (translated {translated})"


def _taken_out(line: TranslatedLine) -> Elimination:
    label = f"Elimination of {line.presentation.label}"
    rule = "dealings between members are taken out (IFRS 10.B86c)"
    return Elimination(line.account.code, _negative(label, line.presentation, rule))


@attrs.frozen
class _Minority:
    """What belongs to the minority holders of one subsidiary; a credit shown positive."""

    capital: Figure
    profit: Figure
    reserve: Figure
    left_over: Figure


@attrs.frozen(eq=False)
class _Work:
    """One consolidation under way."""

    group: Group
    as_of: date
    chart: Chart
    members: Mapping[CompanyId, Translation]

    def consolidation(self) -> Consolidation:
        """Every step in the order of D23, from matched pairs to the check of the sum."""
        pairs = tuple(self._intercompany())
        shares = {one.company: self._minority(one) for one in self.group.stakes}
        eliminations = (*pairs, *self._capital())
        lines = (*self._accounts(eliminations), *self._group_lines(eliminations, shares))
        off = Money.total((one.figure.value for one in lines), currency=self.group.presentation)
        if not off.is_zero:
            raise GroupOffBalance(as_of=self.as_of, difference=off)
        return self._shown(lines, eliminations, shares)

    def _lines(self) -> Iterator[tuple[CompanyId, TranslatedLine]]:
        for company, translation in self.members.items():
            for line in translation.lines:
                yield company, line

    def _intercompany(self) -> Iterator[Elimination]:
        """Both sides of each pair, matched in document currency and taken out."""
        for left, right in combinations(sorted(self.members), 2):
            for of_balance in (True, False):
                ours = self._dealings(left, right, of_balance=of_balance)
                theirs = self._dealings(right, left, of_balance=of_balance)
                self._refuse_unmatched(left, right, ours, theirs)
                yield from map(_taken_out, (*ours, *theirs))

    def _dealings(
        self, company: CompanyId, partner: CompanyId, *, of_balance: bool
    ) -> list[TranslatedLine]:
        return [
            line
            for line in self.members[company].lines
            if line.account.intercompany
            and line.partner == partner
            and line.account.type.is_balance == of_balance
        ]

    def _refuse_unmatched(
        self,
        left: CompanyId,
        right: CompanyId,
        ours: list[TranslatedLine],
        theirs: list[TranslatedLine],
    ) -> None:
        """Equal in document currency; after translation only the rounding of lines may differ."""
        lines = [*ours, *theirs]
        off = Money.total(
            (one.presentation.value for one in lines), currency=self.group.presentation
        )
        matched = MoneyBag.of(*(one for line in lines for one in line.documents)).is_empty
        if not matched or abs(Fraction(off.amount)) > _slack(lines):
            raise IntercompanyMismatch(
                left=left,
                right=right,
                left_records=_recorded(ours),
                right_records=_recorded(theirs),
            )

    def _of_type(self, company: CompanyId, label: str, *types: AccountType) -> Figure:
        """The sum of the accounts of some types, a credit shown positive."""
        lines = self.members[company].lines
        held = (one.presentation for one in lines if one.account.type in types)
        total = Figure.total(f"{label} of {company}", held, self.group.presentation)
        return _negative(total.label, total, "a credit is shown positive")

    def _minority(self, subsidiary: Stake) -> _Minority:
        company, others = subsidiary.company, 1 - subsidiary.owned
        capital = self._of_type(company, "Capital", AccountType.EQUITY)
        profit = self._of_type(company, "Result", AccountType.INCOME, AccountType.EXPENSE)
        reserve = self.members[company].reserve
        held = _share(f"Minority capital in {company}", capital, others, "the holders' part")
        left_over = Figure.total(
            f"Capital of {company} less investment and minority",
            (
                capital,
                _negative("Investment", self._investment(subsidiary, capital), "set against it"),
                _negative("Minority", held, "set against it"),
            ),
            self.group.presentation,
        )
        return _Minority(
            held,
            _share(f"Minority result in {company}", profit, others, "IFRS 10.B94"),
            _share(f"Minority reserve in {company}", reserve, others, "IAS 21.41"),
            left_over,
        )

    def _investment(self, subsidiary: Stake, capital: Figure) -> Figure:
        """The parent's investment, which is its share of the capital, or `InvestmentMismatch`."""
        label = f"Investment in {subsidiary.company}"
        held = (line.presentation for line in self._invested(subsidiary))
        investment = Figure.total(label, held, self.group.presentation)
        share = _share("Share of the capital", capital, subsidiary.owned, "the parent's part")
        slack = _slack(self._invested(subsidiary)) + _slack(self._equity(subsidiary.company))
        if abs(Fraction((investment.value - share.value).amount)) > slack:
            raise InvestmentMismatch(
                subsidiary=subsidiary.company, investment=investment.value, share=share.value
            )
        return investment

    def _invested(self, subsidiary: Stake) -> list[TranslatedLine]:
        return [
            line
            for line in self.members[self.group.parent].lines
            if line.account.code == self.chart.duties.investments
            and line.partner == subsidiary.company
        ]

    def _equity(self, company: CompanyId) -> list[TranslatedLine]:
        lines = self.members[company].lines
        return [line for line in lines if line.account.type is AccountType.EQUITY]

    def _capital(self) -> Iterator[Elimination]:
        """Capital of each subsidiary out, the parent's investment out."""
        rule = "investment against capital (IFRS 10.B86b)"
        for subsidiary in self.group.stakes:
            for line in (*self._equity(subsidiary.company), *self._invested(subsidiary)):
                label = f"Elimination of {line.presentation.label}"
                yield Elimination(line.account.code, _negative(label, line.presentation, rule))

    def _accounts(self, eliminations: Iterable[Elimination]) -> Iterator[GroupLine]:
        taken: dict[AccountCode, list[Figure]] = {}
        for one in eliminations:
            taken.setdefault(one.account, []).append(one.amount)
        for account in self.chart:
            held = [
                line.presentation for _, line in self._lines() if line.account.code == account.code
            ]
            if held:
                parts = (*held, *taken.get(account.code, ()))
                figure = Figure.total(
                    account.name, parts, self.group.presentation, "sum of the group"
                )
                yield GroupLine(account.code, account.name, account.type, figure)

    def _group_lines(
        self, eliminations: tuple[Elimination, ...], shares: Mapping[CompanyId, _Minority]
    ) -> Iterator[GroupLine]:
        """What only a group has: reserve, minority and rounding; a credit is negative here."""
        equity = AccountType.EQUITY
        minority, profit = self._minority_total(shares), self._minority_profit(shares)
        reserve, rounding = self._reserve(shares), self._rounding(eliminations, shares)
        credit = "a credit of the group"
        yield GroupLine(RESERVE, reserve.label, equity, _negative(reserve.label, reserve, credit))
        yield GroupLine(
            MINORITY, minority.label, equity, _negative(minority.label, minority, credit)
        )
        yield GroupLine(MINORITY_RESULT, profit.label, equity, profit)
        yield GroupLine(GROUP_ROUNDING, rounding.label, equity, rounding)

    def _reserve(self, shares: Mapping[CompanyId, _Minority]) -> Figure:
        """The parent's part of every member's reserve; a gain is positive."""
        parts = [one.reserve for one in self.members.values()]
        taken = [
            _negative(one.reserve.label, one.reserve, "belongs to the minority (IAS 21.41)")
            for one in shares.values()
        ]
        return self._total("Translation reserve", (*parts, *taken))

    def _minority_total(self, shares: Mapping[CompanyId, _Minority]) -> Figure:
        parts = [part for one in shares.values() for part in (one.capital, one.profit, one.reserve)]
        return self._total("Minority interest", parts)

    def _minority_profit(self, shares: Mapping[CompanyId, _Minority]) -> Figure:
        parts = [one.profit for one in shares.values()]
        return self._total("Result attributed to minority", parts)

    def _rounding(
        self, eliminations: tuple[Elimination, ...], shares: Mapping[CompanyId, _Minority]
    ) -> Figure:
        """What translation and eliminations left over, kept apart (D30); a debit is positive."""
        translated = [
            Figure.stated(
                f"Rounding of {one.company}",
                one.rounding,
                Evidence("translation", f"{one.company} {one.as_of}"),
                rule="reserve less plug (D19)",
            )
            for one in self.members.values()
        ]
        capital = {self.chart.duties.investments} | {
            one.code for one in self.chart if one.type is AccountType.EQUITY
        }
        unmatched = [
            _negative("Rounding of matched dealings", one.amount, "what the two sides left over")
            for one in eliminations
            if one.account not in capital
        ]
        held = [
            _negative(one.left_over.label, one.left_over, "rounding of the shares")
            for one in shares.values()
        ]
        return self._total("Rounding of the group", (*translated, *unmatched, *held))

    def _total(self, label: str, parts: Iterable[Figure]) -> Figure:
        return Figure.total(label, parts, self.group.presentation)

    def _shown(
        self,
        lines: tuple[GroupLine, ...],
        eliminations: tuple[Elimination, ...],
        shares: Mapping[CompanyId, _Minority],
    ) -> Consolidation:
        result = self._total("Result", (one.figure for one in lines if one.type.is_result))
        rounding = self._rounding(eliminations, shares)
        bound = self._bound()
        if abs(Fraction(rounding.value.amount)) > bound.value:
            raise GroupOffBalance(as_of=self.as_of, difference=rounding.value)
        return Consolidation(
            self.group,
            self.as_of,
            lines,
            eliminations,
            self._reserve(shares),
            self._minority_total(shares),
            _negative("Profit of the group", result, "income less expense; a profit is positive"),
            self._minority_profit(shares),
            self._total(
                "Net assets of the group", (one.figure for one in lines if one.type.is_balance)
            ),
            rounding,
            bound,
            tuple(self.members.values()),
        )

    def _bound(self) -> RationalMoney:
        """What rounding may have added so far: translations, pairs and shares (D30)."""
        rounded = sum(one.rounded for one in self.members.values())
        rounded += 4 * len(self.group.stakes)
        matched = (
            line
            for _, line in self._lines()
            if line.account.intercompany
            or line.account.type is AccountType.EQUITY
            or line.account.code == self.chart.duties.investments
        )
        units = Fraction(rounded, 2 * self.group.presentation.minor_units)
        return RationalMoney(units + _slack(matched), self.group.presentation)
