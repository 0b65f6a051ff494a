"""Account maps: a member's codes become those of the group, before anything is added up (D23).

Amounts are not touched. An account may join another one of its kind that is translated by the same
rule; what would move between balance sheet, equity and result, or be translated otherwise, is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from fxcrm.errors import InputRefused, NotThere
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.translatedbooks import TranslatedLine, Translation
from fxcrm.ledger.worksheet import MemberBooks
from fxcrm.money import Money, RationalMoney
from fxcrm.moneybag import MoneyBag

Codes = Mapping[AccountCode, AccountCode]


class AccountUnmapped(NotThere):
    """An account of a member that the group's chart has not, and that no map names."""

    company: CompanyId
    account: AccountCode
    template = (
        "account {account} of {company} is not in the group's chart; "
        "map it to one that is, or add it to the chart (D23)"
    )


class AccountMapRefused(InputRefused):
    """An account that can not become another one of the group."""

    company: CompanyId
    account: AccountCode
    mapped: AccountCode
    reason: str
    template = "account {account} of {company} can not be {mapped} of the group: {reason:plain}"


def aligned(translation: Translation, codes: Codes, chart: Chart) -> Translation:
    """A translation on the accounts of the group; lines that meet on one account are added up.

    Raises `AccountUnmapped`, `AccountMapRefused`.
    """
    known = {one.code: one for one in chart}
    lines: dict[tuple[AccountCode, CompanyId | None], list[TranslatedLine]] = {}
    for line in translation.lines:
        account = _mapped(translation.company, line.account, codes, known)
        moved = attrs.evolve(line, account=account)
        lines.setdefault((account.code, line.partner), []).append(moved)
    keys = sorted(lines, key=lambda one: (one[0], one[1] or ""))
    return attrs.evolve(translation, lines=tuple(_joined(lines[key]) for key in keys))


def _mapped(
    company: CompanyId, account: Account, codes: Codes, known: Mapping[AccountCode, Account]
) -> Account:
    code = codes.get(account.code, account.code)
    found = known.get(code)
    if found is None:
        raise AccountUnmapped(company=company, account=account.code)
    reason = _why_not(account, found)
    if reason:
        raise AccountMapRefused(company=company, account=account.code, mapped=code, reason=reason)
    return found


def _why_not(account: Account, group: Account) -> str:
    parts = [(one.type.is_balance, one.type.is_result) for one in (account, group)]
    if parts[0] != parts[1]:
        return f"it is {account.type.value}, and that is {group.type.value}"
    if account.translation is not group.translation:
        return f"it goes at the {account.translation.value}, that at the {group.translation.value}"
    return ""


def _joined(lines: list[TranslatedLine]) -> TranslatedLine:
    first = lines[0]
    if len(lines) == 1:
        return first
    label = f"{first.account.name}, mapped"
    slack = sum((one.slack.value for one in lines[1:]), first.slack.value)
    functional, shown = first.functional.value.currency, first.presentation.value.currency
    return TranslatedLine(
        first.account,
        first.partner,
        MoneyBag.of(*(one for line in lines for one in line.documents)),
        Figure.total(label, (one.functional for one in lines), functional),
        Figure.total(label, (one.presentation for one in lines), shown),
        tuple(part for line in lines for part in line.parts),
        RationalMoney(slack, shown),
    )


def aligned_snapshot(kept: TranslationSnapshot, codes: Codes, chart: Chart) -> TranslationSnapshot:
    """A recorded translation on the accounts of the group. Raises `AccountUnmapped`."""
    held: dict[tuple[AccountCode, CompanyId | None], list[TranslatedBalance]] = {}
    known = {one.code for one in chart}
    for one in kept.balances:
        code = codes.get(one.account, one.account)
        if code not in known:
            raise AccountUnmapped(company=kept.company, account=one.account)
        held.setdefault((code, one.partner), []).append(one)
    return attrs.evolve(kept, balances=tuple(_balances(held)))


def _balances(
    held: Mapping[tuple[AccountCode, CompanyId | None], list[TranslatedBalance]],
) -> Iterator[TranslatedBalance]:
    for code, partner in sorted(held, key=lambda one: (one[0], one[1] or "")):
        found = held[code, partner]
        functional = Money.total(one.functional for one in found)
        shown = Money.total(one.presentation for one in found)
        yield TranslatedBalance(code, partner, functional, shown)


def aligned_books(books: MemberBooks, codes: Codes, chart: Chart) -> MemberBooks:
    """A member's books on the accounts of the group, with those of the days before.

    What was acquired beyond its books is kept on the group's accounts from the start.
    """
    marks = {day: aligned_snapshot(one, codes, chart) for day, one in books.marks.items()}
    translation = aligned(books.translation, codes, chart)
    return attrs.evolve(books, translation=translation, marks=marks)
