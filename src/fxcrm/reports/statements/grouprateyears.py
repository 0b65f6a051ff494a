"""A year of a group with every amount at one rate for each currency.

Dealings of members cancel exactly in document currency, so they are left away on both sides, and
investments in members stand against the capital that they paid for. Goodwill, fair values and what
belongs to other holders are measured at days' rates; they are not shown, and equity stands as one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.reports.statements.cash import CashMove, cash_moves
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.rateyears import AtOneRate, Span, view_at_rate
from fxcrm.reports.statements.views import YearView


class RestatementRefused(RuleRefused):
    """A group that can not be shown at one rate."""

    of: str
    company: CompanyId
    reason: str
    template = "{of} can not be shown at one rate: {company} {reason:plain}; show it as booked"


@attrs.frozen
class MemberLines:
    """The postings of a member that is added up in full, from the beginning of its books.

    ``since`` is the day at the end of which it was acquired, None for a founded one.
    """

    company: CompanyId
    lines: Sequence[JournalLine]
    since: date | None = None


def group_at_rate(
    span: Span,
    members: Iterable[MemberLines],
    *,
    chart: Chart,
    layout: Layout,
    at: AtOneRate,
) -> YearView:
    """The year of a group; all amounts of one currency go at one rate."""
    known = tuple(members)
    names = {one.company for one in known}
    acquired = {one.company for one in known if one.since is not None}
    lines = [line for one in known for line in _lines(one, names, chart, layout)]
    moves = [move for one in known for move in _moves(one, span, names, acquired, layout)]
    until = (one for one in lines if one.on <= span.until)
    return view_at_rate(span, until, moves, chart=chart, layout=layout, at=at)


def _lines(
    member: MemberLines, names: Collection[CompanyId], chart: Chart, layout: Layout
) -> Iterator[JournalLine]:
    """As the group sees them: what was before an acquisition came with it, as capital."""
    capital = layout.duties.capital
    for line in member.lines:
        before = member.since is not None and line.on <= member.since
        came = attrs.evolve(line, on=member.since) if before and member.since else line
        if line.posting.account == layout.duties.investments and line.posting.partner in names:
            yield _on(came, capital)
        elif line.posting.partner not in names:
            code = line.posting.account  # what was exchanged at other rates is a result as well
            is_result = code == layout.duties.clearing or chart.account(code).type.is_result
            is_past = before and is_result
            yield _on(came, capital) if is_past else came
        elif before:
            yield _on(came, capital)  # dealings of strangers, as they were then


def _on(line: JournalLine, account: AccountCode) -> JournalLine:
    return attrs.evolve(line, posting=attrs.evolve(line.posting, account=account, partner=None))


def _moves(
    member: MemberLines,
    span: Span,
    names: Collection[CompanyId],
    acquired: Collection[CompanyId],
    layout: Layout,
) -> Iterator[CashMove]:
    """What moved cash in the year; the cash of an acquired company came with it."""
    begun = max(span.begun, member.since or span.begun)
    during = [one for one in member.lines if begun < one.on <= span.until]
    for move in cash_moves(during, layout):
        is_bought = move.counter == layout.duties.investments and move.partner in acquired
        is_founded = move.counter == layout.duties.investments and move.partner in names
        if is_bought:
            yield attrs.evolve(move, partner=None)
        elif is_founded:
            yield attrs.evolve(move, counter=layout.duties.capital, partner=None)
        elif move.partner not in names:
            yield move
    if member.since is not None and span.begun < member.since <= span.until:
        came = tuple(
            one
            for one in member.lines
            if one.on <= member.since and one.posting.account not in layout.cash
        )
        if came:
            yield CashMove(layout.duties.investments, None, member.since, came)
