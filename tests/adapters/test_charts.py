"""Charts: places follow values, labels are text, and no data is too thin to be drawn."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from html.parser import HTMLParser

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.html.charts import (
    WIDTH,
    Bar,
    Gap,
    Point,
    RateLine,
    Span,
    bar_chart,
    rate_chart,
    tag,
)

DAY = date(2026, 3, 2)


class Drawing(HTMLParser):
    """A drawing read back: its elements by style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[dict[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Remember an element with its attributes."""
        self.parts.append({"": tag, **{key: value or "" for key, value in attributes}})

    def of(self, style: str) -> list[dict[str, str]]:
        """The elements of a style, in the order in which they are drawn."""
        return [one for one in self.parts if style in one.get("class", "").split()]


def bars(*values: int) -> Drawing:
    """A chart of bars from zero."""
    made = [Bar(str(one), str(one), (Span(Fraction(0), Fraction(one), "whole"),)) for one in values]
    return Drawing(bar_chart("b", "Bars", "of a test", made))


def line(*values: str) -> RateLine:
    """A lock at 1.10 that holds for ten days, with a fixing on each of the first days."""
    points = [
        Point(DAY + timedelta(days=at), Fraction(value), f"day {at}")
        for at, value in enumerate(values)
    ]
    start = Point(DAY, Fraction("1.09"), "")
    texts = ("locked 2 Mar", "holds until 12 Mar")
    return RateLine(points, Fraction("1.1"), "1.10", start, (DAY, DAY + timedelta(days=10)), texts)


def test_bars_are_as_long_as_their_values() -> None:
    """Twice the value, twice the length; the largest one fills the width."""
    small, large = (float(one["width"]) for one in bars(50, 100).of("bar"))
    assert large == pytest.approx(2 * small, abs=0.2)
    assert large == pytest.approx(WIDTH, abs=5)


def test_negative_bars_end_where_positive_ones_begin() -> None:
    """Both sides of zero share one axis, which is drawn beside each bar."""
    drawing = bars(-30, 90)
    left, right = drawing.of("bar")
    assert float(left["x"]) + float(left["width"]) == pytest.approx(float(right["x"]), abs=0.2)
    assert {one["x1"] for one in drawing.of("axis")} == {right["x"]}


def test_nothing_is_drawn_for_zero() -> None:
    """A value of zero has its label and no bar, also where all values are zero."""
    drawing = bars(0, 0)
    assert drawing.of("bar") == []
    assert len(drawing.of("label")) == 2


def test_higher_rates_stand_higher() -> None:
    """The course follows the values: days to the right, higher values further up."""
    [course] = Drawing(rate_chart("l", "Rate", "", line("1.08", "1.12", "1.10"))).of("course")
    places = [tuple(map(float, one.split(","))) for one in course["points"].split()]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    (_, first), (_, second), (_, third) = places
    assert second < third < first


def test_the_locked_rate_lies_where_the_course_would_have_it() -> None:
    """A fixing at the locked rate lies on the dashed line."""
    drawing = Drawing(rate_chart("l", "Rate", "", line("1.08", "1.12", "1.10")))
    [level], [course] = drawing.of("level"), drawing.of("course")
    assert float(course["points"].split()[-1].split(",")[1]) == float(level["y1"])


@pytest.mark.parametrize("values", [(), ("1.1",), ("1.1", "1.1"), ("1.0999999", "1.1000001")])
def test_thin_data_is_drawn(values: tuple[str, ...]) -> None:
    """No fixing, one, equal ones and nearly equal ones give a chart all the same."""
    flat = attrs.evolve(line(*values), start=Point(DAY, Fraction("1.1"), ""))
    drawing = Drawing(rate_chart("l", "Rate", "", flat))
    assert drawing.of("level")
    assert drawing.of("grid")


@given(st.lists(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6), max_size=30))
def test_everything_stays_on_the_page(values: list[Fraction]) -> None:
    """Whatever the rates are, each place lies within the drawing."""
    drawn = line(*map(str, values))
    gap = Gap(
        DAY + timedelta(days=3), drawn.level, values[0] if values else drawn.level, "x", "gain"
    )
    drawing = Drawing(rate_chart("l", "Rate", "", attrs.evolve(drawn, gap=gap if values else None)))
    for part in drawing.parts:
        places = {float(part[key]) for key in ("x", "x1", "x2", "cx") if key in part}
        heights = {float(part[key]) for key in ("y", "y1", "y2", "cy") if key in part}
        assert all(-1 <= place <= WIDTH + 1 for place in places), part
        assert all(-1 <= height <= 245 for height in heights), part


def test_texts_are_escaped() -> None:
    """Labels and attributes hold what they were given, markup and hidden marks made visible."""
    made = str(tag("text", "<b>\u202e&", class_='"x'))
    assert made == '<text class="&#34;x">&lt;b&gt;\ufffd&amp;</text>'
