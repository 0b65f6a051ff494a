"""Statements as one page: a table with a chart each, and below them how every figure came about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs
from markupsafe import Markup

from fxcrm.adapters.html.amounts import Writer
from fxcrm.adapters.html.explanations import Explanations
from fxcrm.adapters.html.rendering import environment
from fxcrm.adapters.html.statementdrawings import statement_drawing
from fxcrm.figures import Evidence, Figure

if TYPE_CHECKING:
    from fxcrm.decisions import RateDecision
    from fxcrm.money import Money
    from fxcrm.reports.statements import Statement, StatementRow, Statements

MOST_INPUTS: Final = 60  # of one figure; a year has thousands of postings, and a page has readers


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
    short = attrs.evolve(made, statements=tuple(map(_shortened, made)))
    sections = [
        Section(f"statement-{at}", one, statement_drawing(f"chart-{at}", one, writer))
        for at, one in enumerate(short, 1)
    ]
    decisions = _decisions(short)
    page = environment().get_template("drawnup.html.j2")
    return page.render(
        made=short,
        title=made.title,
        sections=sections,
        writer=writer,
        number=partial(_number, writer),
        decisions=decisions,
        explanations=Explanations(decisions),
    )


def _number(writer: Writer, money: Money) -> str:
    """An amount without its currency, which is told once above the table."""
    code = re.escape(money.currency.code)
    return re.sub(rf"\s*{code}\s*", "", writer.code(money))


def _decisions(made: Statements) -> tuple[RateDecision, ...]:
    """Every decision below the figures of the page, each once, by id."""
    figures = (one for of in made for row in of.rows for one in row.figures if one is not None)
    found = {one.id: one for figure in figures for one in figure.decisions()}
    return tuple(found[id] for id in sorted(found))


def _shortened(statement: Statement) -> Statement:
    rows = tuple(attrs.evolve(row, figures=tuple(_figures(row))) for row in statement.rows)
    return attrs.evolve(statement, rows=rows)


def _figures(row: StatementRow) -> Iterable[Figure | None]:
    return (one and short(one) for one in row.figures)


def short(figure: Figure) -> Figure:
    """The figure with at most `MOST_INPUTS` inputs at each level, and a word about the others."""
    shown = [short(one) if isinstance(one, Figure) else one for one in figure.inputs[:MOST_INPUTS]]
    more = len(figure.inputs) - len(shown)
    if more:
        shown.append(Evidence("not shown here", f"{more} more", "fxcrm statements --explain"))
    return attrs.evolve(figure, inputs=tuple(shown))
