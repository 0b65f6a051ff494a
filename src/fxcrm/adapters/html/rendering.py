"""Rendering: an overview becomes one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fxcrm.adapters.html import amounts, drawings
from fxcrm.adapters.html.ageing import BUCKETS, ageing, side_of
from fxcrm.adapters.html.amounts import Writer
from fxcrm.adapters.html.explanations import Explanations, exact_text, kind_of
from fxcrm.adapters.html.statement import group_statement
from fxcrm.adapters.html.texts import visible
from fxcrm.figures import decimal_text

if TYPE_CHECKING:
    from fxcrm.usecases.reporting import Overview


def render(overview: Overview, *, title: str, source: str, locale: str = "en") -> str:
    """The overview as one self-contained page of HTML.

    ``source`` says in words where the rates come from, ``locale`` how amounts and days are
    written. The same arguments give the same page, byte for byte. Raises `LocaleUnknown`.
    """
    page = environment().get_template("report.html.j2")
    return page.render(title=title, source=source, **_context(overview, Writer(locale)))


def environment() -> Environment:
    """The templates with the filters that they use."""
    made = Environment(
        loader=PackageLoader("fxcrm.adapters.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "exact": exact_text,
        "kind": kind_of,
        "sign": amounts.kind,
        "decimal": decimal_text,
        "rate": drawings.rate_text,
        "share": drawings.ratio_text,
        "side": side_of,
    }
    return made


def _shown(value: Any) -> Any:
    """Text from outside without hidden controls; markup of our own is left as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _context(overview: Overview, writer: Writer) -> dict[str, Any]:
    statement = group_statement(overview.consolidation)
    return {
        "overview": overview,
        "decisions": overview.decisions,
        "group": overview.consolidation,
        "statement": statement,
        "writer": writer,
        "names": {one.company.id: one.company.name for one in overview.companies},
        "invoices": {one.invoice.id: one.invoice.number for one in overview.sales},
        "customers": {one.id: one.name for one in overview.customers},
        "explanations": Explanations(overview.decisions),
        "buckets": BUCKETS,
        "ageing": ageing(overview.open_items),
        "lock_charts": _lock_charts(overview, writer),
        "measured_at": drawings.measured_at,
        "along": drawings.along,
        "pipeline_charts": tuple(drawings.pipeline_drawings(overview, writer)),
        "ageing_charts": tuple(drawings.ageing_drawings(overview, writer)),
        "result_chart": drawings.result_drawing(statement, writer),
        "worth_chart": drawings.worth_drawing(statement, writer),
    }


def _lock_charts(overview: Overview, writer: Writer) -> tuple[Markup, ...]:
    return tuple(
        drawings.lock_drawing(f"lock-{position}", one, overview.as_of, writer)
        for position, one in enumerate(overview.locks, 1)
    )
