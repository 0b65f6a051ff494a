"""Consolidating: each member in the group's currency, then the group as one company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fxcrm.errors import RuleRefused
from fxcrm.ids import CompanyId
from fxcrm.ledger import Consolidation, Group, Translation, consolidate
from fxcrm.usecases.closing import close_period
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.revaluing import revalue
from fxcrm.usecases.translating import TranslationChanged as TranslationChanged
from fxcrm.usecases.translating import explained_translation as explained_translation
from fxcrm.usecases.translating import translate_company as translate_company
from fxcrm.usecases.translating import with_decisions as with_decisions


class MemberOpen(RuleRefused):
    """A group that is to be closed while a member's books still take postings."""

    company: CompanyId
    as_of: date
    template = "{company} is not closed through {as_of}; close its books before the group's"


def consolidate_group(
    desk: Desk,
    group: Group,
    as_of: date,
    translated: Callable[..., Translation] = translate_company,
) -> Consolidation:
    """Translate every member and consolidate. Raises what the steps raise.

    ``translated`` is `translate_company`, or `explained_translation` for figures that open
    further.
    """
    translations = {
        company: translated(desk, company, as_of, group.presentation) for company in group.members
    }
    return consolidate(group, as_of, translations, chart=desk.chart)


def close_month(desk: Desk, group: Group, on: date) -> Consolidation:
    """Revalue each member, translate and consolidate, shut the month and record it (D23, D20)."""
    for company in group.members:
        revalue(desk, company, on)
    consolidation = consolidate_group(desk, group, on)
    for company in group.members:
        close_period(desk, company, on)
    return _recorded(desk, consolidation)


def close_group(desk: Desk, group: Group, through: date) -> Consolidation:
    """Consolidate at the end of a day that every member has closed, and record it (D20).

    Raises `MemberOpen`, and what `consolidate_group` raises.
    """
    for company in group.members:
        closed = desk.uow.companies.get(company).closed_through
        if closed is None or closed < through:
            raise MemberOpen(company=company, as_of=through)
    return _recorded(desk, consolidate_group(desk, group, through))


def _recorded(desk: Desk, consolidation: Consolidation) -> Consolidation:
    for made in consolidation.translations:
        desk.uow.snapshots.record(made.snapshot())
    desk.uow.group_snapshots.record(consolidation.snapshot())
    return consolidation
