"""A rate over days as a drawing of its own: one SVG file, for any page or viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from fxcrm.adapters.html.charts import COURSE_HEIGHT, WIDTH, Point, course_parts, tag
from fxcrm.adapters.html.texts import visible
from fxcrm.money import canonical
from fxcrm.rates import CurrencyPair, ExchangeRate

MOST_POINTS: Final = 2_000  # a line shows no more of them, and the file stays small
_LONGEST_PAUSE: Final = 7  # days without a fixing over which a line is drawn
_LONGEST_SOURCE: Final = 36  # characters beside the heading
_STYLE: Final = Markup(
    "<style>"
    "svg{--card:#fff;--ink:#1d2430;--soft:#5b6472;--line:#e2dfd8;--accent:#2b5797;"
    "background:var(--card);width:100%;max-width:55rem;height:auto;display:block;margin:auto;"
    'font:400 13px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;'
    "font-variant-numeric:tabular-nums lining-nums}"
    "@media(prefers-color-scheme:dark){svg{--card:#1b1f26;--ink:#e6e8ec;--soft:#9aa3b0;"
    "--line:#2d333d;--accent:#8db4ea}}"
    "text{fill:var(--soft)}.strong,.heading{fill:var(--ink);font-weight:600}"
    ".grid{stroke:var(--line)}.course{fill:none;stroke:var(--accent);stroke-width:1.5;"
    "stroke-linejoin:round}.start{fill:var(--accent)}"
    "</style>"
)


def rate_svg(pair: CurrencyPair, rates: Sequence[ExchangeRate], source: str) -> str:
    """The rates of a pair by day as SVG, light or dark as the viewer is.

    ``rates`` ascend by day; at least one is needed.
    """
    first, last = rates[0], rates[-1]
    low, high = min(one.ratio for one in rates), max(one.ratio for one in rates)
    worth = {one.ratio: one for one in rates}
    description = (
        f"1 {pair.base.code} in {pair.counter.code} from {first.on} to {last.on}, "
        f"{len(rates)} fixings of {source}; lowest {_text(worth[low])} on {worth[low].on}, "
        f"highest {_text(worth[high])} on {worth[high].on}, last {_text(last)}"
    )
    points = [Point(one.on, one.ratio, str(one.on)) for one in _thinned(rates)]
    drawn = tag(
        "svg",
        tag("title", f"{pair}", id="rate-title"),
        tag("desc", description, id="rate-desc"),
        _STYLE,
        tag("text", f"1 {pair.base.code} in {pair.counter.code}", x=10.0, y=18.0, class_="heading"),
        tag("text", _short(source), x=WIDTH - 10, y=18.0, text_anchor="end"),
        *course_parts(points, _text(last), _breaks(rates)),
        viewBox=f"0 0 {WIDTH:.0f} {COURSE_HEIGHT:.0f}",
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby="rate-title rate-desc",
    )
    return f"{drawn}\n"


def _breaks(rates: Sequence[ExchangeRate]) -> list[date]:
    """The days that follow a long time without a fixing."""
    both = pairwise(one.on for one in rates)
    return [day for before, day in both if (day - before).days > _LONGEST_PAUSE]


def _short(source: str) -> str:
    """As much of the source as there is room for; the description has all of it."""
    return source if len(source) <= _LONGEST_SOURCE else f"{source[: _LONGEST_SOURCE - 1]}…"


def _text(rate: ExchangeRate) -> str:
    return visible(canonical(rate.rounded_value()))


def _thinned(rates: Sequence[ExchangeRate]) -> list[ExchangeRate]:
    """So many of them at the most: of each stretch the lowest and the highest, in order."""
    if len(rates) <= MOST_POINTS:
        return list(rates)
    size = -(-len(rates) // (MOST_POINTS // 2))
    kept: dict[int, ExchangeRate] = {0: rates[0], len(rates) - 1: rates[-1]}
    for start in range(0, len(rates), size):
        stretch = range(start, min(start + size, len(rates)))
        for choose in (min, max):
            at = choose(stretch, key=lambda index: rates[index].ratio)
            kept[at] = rates[at]
    return [kept[at] for at in sorted(kept)]
