"""Consolidating: each member in the group's currency, then the group as one company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, GroupId
from fxcrm.ledger import Consolidation, Group, GroupSnapshot, Translation, consolidate
from fxcrm.money import Money
from fxcrm.usecases.closing import close_period
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.gathering import gathered
from fxcrm.usecases.revaluing import revalue
from fxcrm.usecases.translating import TranslationChanged, translate_company


class MemberOpen(RuleRefused):
    """A group that is to be closed while a member's books still take postings."""

    company: CompanyId
    as_of: date
    template = "{company} is not closed through {as_of}; close its books before the group's"


class ConsolidationChanged(RuleRefused):
    """Consolidating a day again gave another line than was recorded (D20)."""

    group: GroupId
    as_of: date
    account: AccountCode
    recorded: Money
    now: Money
    template = (
        "account {account} of group {group} at {as_of} was recorded at {recorded} and comes to "
        "{now} now; what the group says of that time must not change once it is recorded"
    )


def consolidate_group(
    desk: Desk,
    group: Group,
    as_of: date,
    translated: Callable[..., Translation] = translate_company,
) -> Consolidation:
    """Translate every member and consolidate; a recorded day must come out as it did (D20).

    ``translated`` is `translate_company`, or `explained_translation` for figures that open
    further. Raises `ConsolidationChanged`, and what the steps raise.
    """
    books = gathered(desk, group, as_of, translated)
    made = consolidate(group, as_of, books, chart=desk.chart)
    recorded = desk.uow.group_snapshots.find(group.id, as_of)
    if recorded is not None:
        _refuse_changed(recorded, made.snapshot())
    return made


def _refuse_changed(recorded: GroupSnapshot, now: GroupSnapshot) -> None:
    """Line by line; the first that differs is named."""
    zero = Money.zero(recorded.presentation)
    then, found = recorded.by_account(), now.by_account()
    for account in sorted(then.keys() | found.keys()):
        before, after = then.get(account, zero), found.get(account, zero)
        if before != after:
            raise ConsolidationChanged(
                group=recorded.group,
                as_of=recorded.as_of,
                account=account,
                recorded=before,
                now=after,
            )


def close_month(desk: Desk, group: Group, on: date) -> Consolidation:
    """Revalue each member, translate and consolidate, shut the month and record it (D23, D20)."""
    members = _present(group, on)
    for company in members:
        revalue(desk, company, on)
    consolidation = _opened(desk, group, on)
    for company in members:
        close_period(desk, company, on)
    return _recorded(desk, consolidation)


def close_group(desk: Desk, group: Group, through: date) -> Consolidation:
    """Consolidate at the end of a day that every member has closed, and record it (D20).

    Raises `MemberOpen`, and what `consolidate_group` raises.
    """
    for company in _present(group, through):
        closed = desk.uow.companies.get(company).closed_through
        if closed is None or closed < through:
            raise MemberOpen(company=company, as_of=through)
    return _recorded(desk, _opened(desk, group, through))


def _present(group: Group, day: date) -> tuple[CompanyId, ...]:
    """The members whose books the group needs at the end of a day."""
    return tuple(one for one in group.members if group.is_present(one, day))


def _opened(desk: Desk, group: Group, as_of: date) -> Consolidation:
    """A consolidation that opens, line by line, as the last one that was recorded closed (D20)."""
    last = desk.uow.group_snapshots.latest(group.id, as_of)
    if last is not None:
        _refuse_other_past(desk, group, last)
    return consolidate_group(desk, group, as_of)


def _refuse_other_past(desk: Desk, group: Group, last: GroupSnapshot) -> None:
    """What the group says today of the day it recorded last must come to the same lines.

    Books that would be translated otherwise today, by another policy, say nothing about the group:
    what was translated stays as it was.
    """
    try:
        books = gathered(desk, group, last.as_of)
    except TranslationChanged:
        return
    then = {one.company: one for one in last.books}
    made = {company: one.translation.snapshot() for company, one in books.items()}
    if all(then.get(company, one) == one for company, one in made.items()):
        _refuse_changed(last, consolidate(group, last.as_of, books, chart=desk.chart).snapshot())


def _recorded(desk: Desk, consolidation: Consolidation) -> Consolidation:
    """Keep the members' own translations, and the group's."""
    as_of, group = consolidation.as_of, consolidation.group
    for made in consolidation.translations:
        stake = None if made.company == group.parent else group.stake(made.company)
        if made.as_of == as_of and (stake is None or stake.is_founded):
            desk.uow.snapshots.record(made.snapshot())
    desk.uow.group_snapshots.record(consolidation.snapshot())
    return consolidation
