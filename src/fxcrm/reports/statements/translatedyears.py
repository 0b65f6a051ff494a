"""A year of a company in presentation currency, from what its translations left behind (D17, D20).

A year is what stood at its end less what stood at its beginning, both as they were translated
then: a snapshot that was stored is never translated again, so comparatives stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.translatedbooks import Translation
from fxcrm.ledger.translatedyears import RollForward
from fxcrm.money import Money
from fxcrm.reports.statements.bookyears import Key, first_day
from fxcrm.reports.statements.cash import CashMove
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.views import CashFlow, ReserveMove, YearLine, YearView

RateOf = Callable[[AccountCode, date], RateDecision | None]


@attrs.frozen
class Standing:
    """How books stood in presentation currency: what was left behind, and how it came about.

    ``translation`` is that of the same day where it is at hand; figures then open to postings.
    """

    snapshot: TranslationSnapshot
    translation: Translation | None = None

    @classmethod
    def of(cls, translation: Translation) -> Standing:
        """A translation that was just made."""
        return cls(translation.snapshot(), translation)

    def figures(self, chart: Chart, layout: Layout) -> dict[Key, tuple[Account, Figure]]:
        """Every line as it was translated, the reserve and the rounding last; debit positive."""
        held = self.snapshot
        lines = self.translation.lines if self.translation else ()
        known = {(one.account.code, one.partner): one.presentation for one in lines}
        found = {
            (one.account, one.partner): (chart.account(one.account), self._line(one, known))
            for one in held.balances
        }
        group = {one.code: one for one in layout.group}
        reserve = (self.translation.reserve,) if self.translation else ()
        told = self._figure("Translation reserve", -held.reserve, reserve)
        found[layout.group.reserve, None] = (group[layout.group.reserve], told)
        rounding = self._figure("Rounding of the translation", held.rounding, ())
        found[layout.group.rounding, None] = (group[layout.group.rounding], rounding)
        return found

    def _line(self, held: TranslatedBalance, known: Mapping[Key, Figure]) -> Figure:
        found = known.get((held.account, held.partner))
        label = found.label if found else f"Account {held.account}"
        return self._figure(label, held.presentation, (found,) if found else ())

    def _figure(self, label: str, value: Money, known: tuple[Figure, ...]) -> Figure:
        """As recorded; with the figure of then below it."""
        held = self.snapshot
        evidence = Evidence("translation", f"{held.company} {held.as_of}", held.presentation.code)
        rule = f"as translated at {held.as_of} (D20)"
        return Figure(f"{label}, {held.as_of}", value, rule, known or (evidence,))


def year_of_translation(
    company: Company,
    closing: Standing,
    opening: Standing | None,
    *,
    chart: Chart,
    layout: Layout,
    flows: Iterable[CashFlow],
    reserve: RollForward | None = None,
) -> YearView:
    """The financial year of the closing day; ``opening`` None where the books began in it.

    ``reserve`` says what moved the translation reserve in it, where that is known.
    """
    held = closing.snapshot
    ends = closing.figures(chart, layout)
    begins = opening.figures(chart, layout) if opening else {}
    zero = Figure("nothing", Money.zero(held.presentation), "no opening")
    lines = tuple(
        _line(key, (ends.get(key) or begins[key])[0], ends.get(key), begins.get(key), zero)
        for key in sorted(ends.keys() | begins.keys(), key=lambda one: (one[0], one[1] or ""))
    )
    since = first_day(company, held.as_of)
    moves = tuple(reserve_moves(reserve)) if reserve else ()
    return YearView(
        company.id, held.presentation, since, held.as_of, lines, tuple(flows), reserve=moves
    )


def reserve_moves(reserve: RollForward) -> Iterator[ReserveMove]:
    """What moved a reserve, by cause (D19)."""
    for one in reserve.causes:
        yield ReserveMove(f"Effect on {one.kind.value}", one.effect)


def _line(
    key: Key,
    account: Account,
    end: tuple[Account, Figure] | None,
    begin: tuple[Account, Figure] | None,
    zero: Figure,
) -> YearLine:
    closing, opening = (end[1] if end else zero), (begin[1] if begin else zero)
    if begin is None:
        return YearLine(account, key[1], opening, closing)
    return YearLine.between(account, key[1], opening, closing)


def translated_flows(moves: Iterable[CashMove], rate: RateOf) -> Iterator[CashFlow]:
    """Movements of cash at the rate of their account and day, rounded once for each rate.

    ``rate`` answers None where both currencies are the same.
    """
    grouped: dict[tuple[AccountCode, CompanyId | None, DecisionId], list[CashFlow]] = {}
    decisions: dict[DecisionId, RateDecision] = {}
    for move in moves:
        flow, decision = move.booked(), rate(move.counter, move.on)
        if decision is None:
            yield flow
            continue
        decisions[decision.id] = decision
        grouped.setdefault((flow.counter, flow.partner, decision.id), []).append(flow)
    for (counter, partner, id), flows in grouped.items():
        parts = (one.figure for one in flows)
        label = f"Cash against account {counter}"
        total = Figure.total(label, parts, flows[0].figure.value.currency)
        shown = Figure.converted(label, total, decisions[id])
        yield CashFlow(counter, partner, max(one.on for one in flows), shown)
