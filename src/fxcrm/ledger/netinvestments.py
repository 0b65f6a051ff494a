"""Net investments: what the rate does to a loan that is no one's to settle (IAS 21.15, 32, 33).

In the books of who bears it, the difference is in the result, on an account of its own. In the
group it is in the reserve, of that same member, until the one it deals with leaves: then it goes
back to the result with the rest of the reserve (IAS 21.48, D29).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.groups import Step
from fxcrm.ledger.intercompany import Pair, pairs
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.standings import StandingLine, negative
from fxcrm.ledger.translatedbooks import TranslatedLine
from fxcrm.ledger.worksheet import GroupEntry, GroupEntryLine
from fxcrm.money import Money


class NetInvestmentPartnerMissing(RuleRefused):
    """A difference on a net investment in nobody: it can not be told whose reserve it is."""

    company: CompanyId
    account: AccountCode
    difference: Money
    template = (
        "{company} bears {difference} on account {account} without a partner; name the member "
        "that the loan is a net investment in (IAS 21.15)"
    )


def net_investment_entries(sheet: GroupSheet) -> tuple[GroupEntry, ...]:
    """Differences on net investments out of the result, into the reserve of who bears them.

    Raises `NetInvestmentPartnerMissing`.
    """
    for company in filter(sheet.is_added_up, sheet.books):
        _refuse_nobody(sheet, company)
    return tuple(
        entry
        for pair in pairs(sheet)
        for company in (pair.left, pair.right)
        for entry in _moved(pair, company)
    )


def _refuse_nobody(sheet: GroupSheet, company: CompanyId) -> None:
    code = sheet.duties.net_investment_fx
    found = sheet.lines(company).on(code, None).value
    if found:
        raise NetInvestmentPartnerMissing(company=company, account=code, difference=found)


def _moved(pair: Pair, company: CompanyId) -> Iterator[GroupEntry]:
    found = difference(pair, company)
    if not found.value:
        return
    duties, accounts, other = pair.sheet.duties, pair.sheet.group.accounts, pair.other(company)
    is_recycled = has_parted(pair, company)
    account = accounts.recycled if is_recycled else accounts.reserve
    rule = "no part of the result (IAS 21.32)"
    lines = (
        GroupEntryLine(duties.net_investment_fx, company, negative(found.label, found, rule)),
        GroupEntryLine(account, company, found),
    )
    where = "recycled" if is_recycled else "to the reserve"
    text = f"Net investment of {company} with {other}, {where}"
    yield GroupEntry(Step.NET_INVESTMENT, text, lines)


def difference(pair: Pair, company: CompanyId) -> Figure:
    """What one of a pair bears on its net investment in the other, debit positive."""
    code, other = pair.sheet.duties.net_investment_fx, pair.other(company)

    def wanted(line: TranslatedLine | StandingLine) -> bool:
        return line.account.code == code and line.partner == other

    found = [one for _, one in pair.moved_by(company, wanted)]
    label = f"Differences of {company} on its net investment with {other}"
    return Figure.total(label, found, pair.sheet.group.presentation)


def has_parted(pair: Pair, company: CompanyId) -> bool:
    """Whether the other one left, and this one did not leave with it or before it."""
    gone, mine = pair.sheet.left_on(pair.other(company)), pair.sheet.left_on(company)
    return gone is not None and (mine is None or gone < mine)


def moved_to_reserve(sheet: GroupSheet, company: CompanyId, day: date) -> Figure:
    """What a member's reserve holds of such differences at the end of a day; a gain is positive.

    For sharing it with other holders: it is not in the member's own result that day (D27).
    """
    books, code = sheet.standing(company, day), sheet.duties.net_investment_fx
    if books is None or all(one.account.code != code for one in books.lines):
        return sheet.zero(f"Net investments of {company}")  # mostly there are none
    then = attrs.evolve(sheet, as_of=day)
    held = (
        difference(pair, company)
        for pair in pairs(then)
        if company in (pair.left, pair.right) and not has_parted(pair, company)
    )
    total = Figure.total(f"Net investments of {company}", held, sheet.group.presentation)
    return negative(total.label, total, "a credit shown positive")
