"""Dealings between members: matched in document currency, then taken out (IFRS 10.B86c, D23).

Both sides state the same amounts in the currencies of their documents; once translated, only the
rounding of lines lies between them, which is kept apart. The exchange difference that a member
bears on a dealing is no part of a pair, and stays in the result (IAS 21.45, D24). Two members
count from the day on which both belong to the group to the day on which one of them leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import combinations
from typing import Final

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account, Duties
from fxcrm.ledger.groups import Step
from fxcrm.ledger.sheets import CompanyNotTranslated, GroupSheet
from fxcrm.ledger.standings import Standing, StandingLine, negative
from fxcrm.ledger.translatedbooks import TranslatedLine
from fxcrm.ledger.worksheet import GroupEntry, GroupEntryLine
from fxcrm.money import RationalMoney, Rounding
from fxcrm.moneybag import MoneyBag

Wanted = Callable[[TranslatedLine | StandingLine], bool]
Moved = list[tuple[AccountCode, Figure]]


_OUT: Final = "dealings between members are taken out (IFRS 10.B86c)"


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


class Dealing(Enum):
    """What is matched by itself: a loan on one side is no charge on the other."""

    BALANCES = "receivables and payables"
    NET_INVESTMENTS = "net investments"
    RESULTS = "income and expense"

    @classmethod
    def of(cls, account: Account, duties: Duties) -> Dealing | None:
        """What an account is for; None for one that is not matched."""
        if not account.intercompany:
            return None
        if not account.type.is_balance:
            return cls.RESULTS
        is_net = duties.is_net_investment(account.code)
        return cls.NET_INVESTMENTS if is_net else cls.BALANCES


@attrs.frozen(eq=False)
class Pair:
    """Two members from the end of ``begun`` (None: from the beginning) to the end of ``ended``."""

    sheet: GroupSheet
    left: CompanyId
    right: CompanyId
    begun: date | None
    ended: date

    @property
    def is_current(self) -> bool:
        """Whether both still belong to the group."""
        return self.ended == self.sheet.as_of

    def other(self, company: CompanyId) -> CompanyId:
        """The member across from one of both."""
        return self.right if company == self.left else self.left

    def share(self, company: CompanyId) -> Fraction:
        """What the group takes of a member's lines: 1, but for a joint operation (D28)."""
        return self.sheet.books[company].translation.share

    def translated(self, company: CompanyId, wanted: Wanted) -> list[TranslatedLine]:
        """The lines of one with the other, as they stand at last."""
        lines, other = self.sheet.books[company].translation.lines, self.other(company)
        return [one for one in lines if one.partner == other and wanted(one)]

    def moved(self, company: CompanyId, wanted: Wanted) -> Moved:
        """What one recorded with the other meanwhile, by account, debit positive; no zeros.

        Of a dealing with a joint operation, the group's share of it is within the group (D28).
        """
        other = self.other(company)
        found = self.moved_by(company, lambda one: one.partner == other and wanted(one))
        part = self.share(other)
        return found if part == 1 else [(code, share_of(one, part)) for code, one in found]

    def moved_by(self, company: CompanyId, wanted: Wanted) -> Moved:
        """What any lines of one of both moved by meanwhile, as the group takes them.

        A balance counts whole: what is owed since before both belonged to the group is, too.
        """
        now = self.standing(company, self.ended)
        then = None if self.begun is None else self.sheet.standing(company, self.begun)
        accounts = {one.account.code: one.account for one in now.lines if wanted(one)}
        found = [
            (code, _since(now, None if one.type.is_balance else then, one, wanted))
            for code, one in accounts.items()
        ]
        return [(code, one) for code, one in found if one.value]

    def standing(self, company: CompanyId, day: date) -> Standing:
        """Where one of both stood at the end of a day. Raises `CompanyNotTranslated`."""
        found = self.sheet.standing(company, day)
        if found is None:
            raise CompanyNotTranslated(company=company, as_of=day)
        return found


def _since(now: Standing, then: Standing | None, account: Account, wanted: Wanted) -> Figure:
    """What stands on an account, less what stood there then; a line alone as it is."""

    def on(one: StandingLine) -> bool:
        return one.account.code == account.code and wanted(one)

    label = f"{account.name} of {now.company}"
    lines = [one.figure for one in now.lines if on(one)]
    held = lines[0] if len(lines) == 1 else now.debit(label, on)
    if then is None:
        return held
    return Figure.difference(label, held, then.debit(label, on), f"less that of {then.as_of}")


def share_of(figure: Figure, part: Fraction) -> Figure:
    """A part of a figure, rounded once half-even (D28)."""
    exact = figure.exact_value * part
    value = RationalMoney(exact, figure.value.currency).rounded(Rounding.HALF_EVEN)
    return Figure(figure.label, value, f"{part} of it (D28)", (figure,), exact)


def pairs(sheet: GroupSheet) -> Iterator[Pair]:
    """Every two members that were added up line by line at the same time, in order of their ids."""
    added_up = sorted(one for one in sheet.books if sheet.is_added_up(one))
    for left, right in combinations(added_up, 2):
        days = [_since_day(sheet, one) for one in (left, right)]
        begun = max((day for day in days if day is not None), default=None)
        ended = min(sheet.line_day(left), sheet.line_day(right))
        if begun is None or begun <= ended:
            yield Pair(sheet, left, right, begun, ended)


def _since_day(sheet: GroupSheet, company: CompanyId) -> date | None:
    return None if company == sheet.group.parent else sheet.group.stake(company).since


def intercompany_entries(sheet: GroupSheet) -> tuple[GroupEntry, ...]:
    """Both sides of each pair, matched and taken out; exchange differences stay (D24).

    What a member that left owes or is owed is no longer within the group. Raises
    `IntercompanyMismatch`, which shows both sides.
    """
    return tuple(
        entry
        for pair in pairs(sheet)
        for dealing in Dealing
        if pair.is_current or dealing is Dealing.RESULTS
        for entry in _taken_out(pair, dealing)
    )


def _taken_out(pair: Pair, dealing: Dealing) -> Iterator[GroupEntry]:
    duties = pair.sheet.duties

    def wanted(line: TranslatedLine | StandingLine) -> bool:
        return Dealing.of(line.account, duties) is dealing

    moved = {one: pair.moved(one, wanted) for one in (pair.left, pair.right)}
    held = {one: pair.translated(one, wanted) for one in moved}
    refuse_unmatched(pair, held, moved)
    text = f"{pair.left} with {pair.right}: {dealing.value}"
    yield from taken_out(pair, Step.INTERCOMPANY, text, moved)


def taken_out(
    pair: Pair, step: Step, text: str, moved: Mapping[CompanyId, Moved]
) -> Iterator[GroupEntry]:
    """An entry that takes both sides out, what they leave over apart; none for nothing."""
    lines = [
        GroupEntryLine(code, company, negative(f"Elimination of {one.label}", one, _OUT))
        for company, found in moved.items()
        for code, one in found
    ]
    if not lines:
        return
    label = f"Rounding between {pair.left} and {pair.right}"
    total = Figure.total(label, (one.figure for one in lines), pair.sheet.group.presentation)
    if total.value:
        off = negative(label, total, "what the two sides left over (D30)")
        lines.append(GroupEntryLine(pair.sheet.group.accounts.rounding, None, off))
    yield GroupEntry(step, text, lines)


def refuse_unmatched(
    pair: Pair,
    held: Mapping[CompanyId, list[TranslatedLine]],
    moved: Mapping[CompanyId, Moved],
) -> None:
    """Equal in document currency; translated, only the rounding of lines may differ.

    Of two that parted before the day, the translated amounts alone can be compared still: their
    documents were matched on the day on which they parted. Raises `IntercompanyMismatch`.
    """
    lines = [line for found in held.values() for line in found]
    documents = MoneyBag.of(*(one for line in lines for one in line.documents))
    figures = [one for found in moved.values() for _, one in found]
    off = sum((Fraction(one.value.amount) for one in figures), Fraction(0))
    if (pair.is_current and not documents.is_empty) or abs(off) > line_slack(pair.sheet, lines):
        raise IntercompanyMismatch(
            left=pair.left,
            right=pair.right,
            left_records=_recorded(held[pair.left]),
            right_records=_recorded(held[pair.right]),
        )


def line_slack(sheet: GroupSheet, lines: Iterable[TranslatedLine]) -> Fraction:
    """What rounding may have moved lines by; where shares are taken, half a unit more (D30)."""
    is_shared = any(one.translation.share != 1 for one in sheet.books.values())
    more = Fraction(is_shared, 2 * sheet.group.presentation.minor_units)
    return sum((one.slack.value + more for one in lines), Fraction(0))


def _recorded(lines: list[TranslatedLine]) -> str:
    """One side in document currency and as translated."""
    documents = MoneyBag.of(*(one for line in lines for one in line.documents))
    shown = ", ".join(str(one) for one in documents) or "nothing"
    translated = " and ".join(str(line.presentation.value) for line in lines) or "nothing"
    return f"{shown} (translated {translated})"


def matched_slack(sheet: GroupSheet) -> Fraction:
    """What rounding may have added where dealings and dividends were taken out (D30)."""
    duties = sheet.duties
    apart = (duties.dividends, duties.dividend_income)
    return line_slack(
        sheet,
        (
            line
            for one in sheet.books.values()
            for line in one.translation.lines
            if line.account.intercompany or line.account.code in apart
        ),
    )


@attrs.frozen
class DealingDifference:
    """An exchange difference that a member bears on dealings with another one (D24).

    Debit positive, in the group's currency, since the beginning. It stays in the result; the
    group says in which category of IFRS 18 (`GroupPolicies.intragroup_differences`).
    """

    company: CompanyId
    partner: CompanyId
    account: AccountCode
    figure: Figure


def dealing_differences(sheet: GroupSheet) -> tuple[DealingDifference, ...]:
    """Every difference on dealings within the group that the result bears (IAS 21.45)."""
    duties, members = sheet.duties, set(sheet.group.members)
    return tuple(
        DealingDifference(company, line.partner, line.account.code, line.figure)
        for company in sorted(sheet.books)
        if sheet.is_added_up(company)
        for line in sheet.lines(company).lines
        if line.account.code in (duties.realised_fx, duties.unrealised_fx)
        and line.partner is not None
        and line.partner in members
    )
