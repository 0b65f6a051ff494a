"""A year with every amount at one rate for each currency: at a constant rate, or at today's.

Amounts are taken as documents have them. Every entry sums to zero in each document currency (D7a),
so books at one rate for each currency balance as well, and no reserve is left over. Value
adjustments have no amount and vanish: what remains of exchange differences is what was exchanged at
other rates than this one. It stands on the exchange clearing account, and is shown as realised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.reports.postings import document_sum
from fxcrm.reports.statements.bookyears import Key, first_day
from fxcrm.reports.statements.cash import CashMove, cash_moves
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.views import ROUNDED, CashFlow, YearLine, YearView

Rate = Callable[[Currency], RateDecision | None]


@attrs.frozen
class AtOneRate:
    """Values amounts in a currency, at one decision for each other; None: it is that currency."""

    currency: Currency
    rate: Rate

    def worth(self, label: str, lines: Sequence[JournalLine], sign: int = 1) -> Figure:
        """The exact value of some postings, rounded once; a debit is positive."""
        held = {one.posting.amount.currency for one in lines if one.posting.amount}
        parts = [
            self._part(label, [one for one in lines if one.posting.amount.currency is currency])
            for currency in sorted(held, key=lambda one: one.code)
        ]
        exact = sum((one.exact_value for one in parts), Fraction()) * sign
        value = RationalMoney(exact, self.currency).rounded(Rounding.HALF_EVEN)
        side = "" if sign == 1 else ", the other side"
        return Figure(label, value, f"sum of the exact parts{side}, rounded once", (*parts,), exact)

    def _part(self, label: str, lines: Sequence[JournalLine]) -> Figure:
        currency = lines[0].posting.amount.currency
        total = document_sum(f"{label} in {currency}", lines, currency)
        decision = self.rate(currency)
        return total if decision is None else Figure.converted(total.label, total, decision)


def year_at_rate(
    company: Company,
    lines: Iterable[JournalLine],
    as_of: date,
    *,
    chart: Chart,
    layout: Layout,
    at: AtOneRate,
) -> YearView:
    """The financial year that a day belongs to, up to that day, every amount at one rate."""
    begun = company.last_year_end(as_of)
    known = [one for one in lines if one.on <= as_of]
    moves = cash_moves((one for one in known if one.on > begun), layout)
    span = Span(company.id, begun, first_day(company, as_of), as_of)
    return view_at_rate(span, known, moves, chart=chart, layout=layout, at=at)


@attrs.frozen
class Span:
    """Whose year it is, after which day it began, and its first and last day."""

    of: str
    begun: date
    since: date
    until: date


def view_at_rate(
    span: Span,
    lines: Iterable[JournalLine],
    moves: Iterable[CashMove],
    *,
    chart: Chart,
    layout: Layout,
    at: AtOneRate,
) -> YearView:
    """A year of some postings, each amount at one rate, with what moved cash in it."""
    held: dict[Key, list[JournalLine]] = {}
    for line in lines:
        held.setdefault((_shown(line, layout), line.posting.partner), []).append(line)
    made = [
        _line(key, held[key], chart, span.begun, at)
        for key in sorted(held, key=lambda one: (one[0], one[1] or ""))
    ]
    shown = (*made, _rounding(made, layout, at))
    flows = tuple(_flows(moves, chart, at))
    return YearView(span.of, at.currency, span.since, span.until, shown, flows, cash_left=ROUNDED)


def _shown(line: JournalLine, layout: Layout) -> AccountCode:
    """The account; what was exchanged at other rates is an exchange difference."""
    duties, account = layout.duties, line.posting.account
    return duties.realised_fx if account == duties.clearing else account


def _line(
    key: Key, lines: Sequence[JournalLine], chart: Chart, begun: date, at: AtOneRate
) -> YearLine:
    account = chart.account(key[0])
    before = [one for one in lines if one.on <= begun]
    opening = at.worth(f"{account.name}, until {begun}", before)
    closing = at.worth(account.name, lines)
    return YearLine.between(account, key[1], opening, closing)


def _flows(moves: Iterable[CashMove], chart: Chart, at: AtOneRate) -> Iterator[CashFlow]:
    """By account and partner, each rounded once."""
    held: dict[tuple[AccountCode, CompanyId | None], list[CashMove]] = {}
    for move in moves:
        held.setdefault((move.counter, move.partner), []).append(move)
    for (counter, partner), known in held.items():
        lines = [line for one in known for line in one.lines]
        label = f"Cash against {chart.account(counter).name}"
        last = max(one.on for one in known)
        yield CashFlow(counter, partner, last, at.worth(label, lines, sign=-1))


def _rounding(lines: Iterable[YearLine], layout: Layout, at: AtOneRate) -> YearLine:
    """What the rounding of the lines leaves over, kept apart; at most half a unit a line (D30)."""
    account = next(one for one in layout.group if one.code == layout.group.rounding)
    known = tuple(lines)

    def left(label: str, figures: Iterable[Figure]) -> Figure:
        value = -Money.total((one.value for one in figures), currency=at.currency)
        return Figure(label, value, "what the rounded lines leave over", ())

    opening = left("Rounding, opening", (one.opening for one in known))
    moved = left("Rounding, this year", (one.moved for one in known))
    return YearLine(account, None, opening, moved)
