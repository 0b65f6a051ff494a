"""Statements as one page: a table with a chart each, and below them how every figure came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs
from markupsafe import Markup

from fxcrm.adapters.html.amounts import Writer
from fxcrm.adapters.html.explanations import Explanations
from fxcrm.adapters.html.rendering import environment
from fxcrm.adapters.html.statementdrawings import statement_drawing
from fxcrm.figures import Evidence, Figure, Input

if TYPE_CHECKING:
    from fxcrm.decisions import RateDecision
    from fxcrm.money import Money
    from fxcrm.reports.statements import Statement, Statements

MOST_INPUTS: Final = 12  # of one figure; a year has thousands of postings, and a page has readers


@attrs.frozen
class Section:
    """A statement with its place on the page and its chart."""

    id: str
    statement: Statement
    chart: Markup | None


def statement_page(made: Statements, *, locale: str = "en") -> str:
    """The statements as one self-contained page. Raises `LocaleUnknown`.

    Of a figure with very many inputs the first ones are shown, and how many more there are.
    """
    writer = Writer(locale)
    known = Known()
    short = attrs.evolve(made, statements=tuple(_shortened(one, known) for one in made))
    sections = [
        Section(f"statement-{at}", one, statement_drawing(f"chart-{at}", one, writer))
        for at, one in enumerate(short, 1)
    ]
    decisions = known.decisions()
    page = environment().get_template("drawnup.html.j2")
    return page.render(
        made=short,
        title=made.title,
        sections=sections,
        writer=writer,
        number=partial(_number, writer),
        decisions=decisions,
        explanations=_Explanations(decisions),
    )


def _number(writer: Writer, money: Money) -> str:
    """An amount without its currency, which is told once above the table."""
    code = re.escape(money.currency.code)
    return re.sub(rf"\s*{code}\s*", "", writer.code(money))


class Known:
    """Figures cut short, each of them once: equal ones become the same object.

    So they are told apart by identity. A figure holds the whole tree below it, and to compare or
    hash that at every place of a page takes minutes.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Figure, Figure]] = {}  # with what it was made of, kept alive
        self._equal: dict[object, Figure] = {}
        self._decisions: dict[str, RateDecision] = {}

    def short(self, figure: Figure) -> Figure:
        """With at most `MOST_INPUTS` inputs at each level, and a word about the others."""
        if id(figure) not in self._made:
            self._made[id(figure)] = (figure, self._cut(figure))
        return self._made[id(figure)][1]

    def _cut(self, figure: Figure) -> Figure:
        shown = [self._input(one) for one in figure.inputs[:MOST_INPUTS]]
        more = len(figure.inputs) - len(shown)
        if more:
            shown.append(Evidence("not shown here", f"{more} more", "fxcrm statements --explain"))
        below = tuple(id(one) if isinstance(one, Figure) else one for one in shown)
        key = (figure.label, figure.value, figure.rule, figure.exact, below)
        return self._equal.setdefault(key, attrs.evolve(figure, inputs=tuple(shown)))

    def _input(self, one: Input) -> Input:
        if isinstance(one, Figure):
            return self.short(one)
        if not isinstance(one, Evidence):
            self._decisions[one.id] = one
        return one

    def decisions(self) -> tuple[RateDecision, ...]:
        """Every decision that was met, each once, by id."""
        return tuple(self._decisions[id] for id in sorted(self._decisions))


class _Explanations(Explanations):
    """Explanations of figures that are each there once, and so are told apart by identity."""

    def __init__(self, decisions: Iterable[RateDecision]) -> None:
        super().__init__(decisions)
        self._figures: dict[int, Figure] = {}
        self._places: dict[int, str] = {}

    def anchor(self, figure: Figure) -> str:
        """The id of the place where the figure is explained."""
        self._figures.setdefault(id(figure), figure)
        return self._places.setdefault(id(figure), f"figure-{len(self._places) + 1}")

    def outstanding(self) -> Iterator[Figure]:
        """Figures that were linked and are not explained yet; those met on the way included."""
        while waiting := [
            self._figures[id] for id, place in self._places.items() if place not in self._explained
        ]:
            for figure in waiting:
                if self.anchor(figure) not in self._explained:
                    yield figure


def _shortened(statement: Statement, known: Known) -> Statement:
    rows = tuple(
        attrs.evolve(row, figures=tuple(one and known.short(one) for one in row.figures))
        for row in statement.rows
    )
    return attrs.evolve(statement, rows=rows)
