"""Charts as inline SVG, drawn by plain functions.

Coordinates are floats, for they are places on a page; every figure that is written beside
them comes in as text. A chart has a title, a description and a label on each part, so that
nothing is told by colour alone. Widths are those of a phone: on a wider page a chart grows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

import attrs
from markupsafe import Markup, escape

from fxcrm.adapters.html.texts import visible

WIDTH = 440.0
_TOP, _BOTTOM = 44.0, 214.0
_LINE_HEIGHT = 244.0
COURSE_HEIGHT = 244.0
_ROW = 44.0
_TICKS = 4
_NARROW = 110.0  # as wide as an amount in a drawing
_LETTER = 8.6  # as wide as a letter at the most, on a phone


def tag(name: str, *content: str, **attributes: object) -> Markup:
    """An element with its content; whatever is no markup is escaped. ``class_`` means ``class``."""
    pairs = (
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _written(value))
        for key, value in attributes.items()
    )
    texts = (one if isinstance(one, Markup) else visible(one) for one in content)
    inner = Markup("").join(map(escape, texts))
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup("").join(pairs), inner)


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return visible(str(value))


def chart(id: str, title: str, description: str, height: float, parts: Iterable[Markup]) -> Markup:
    """A whole drawing with what a screen reader says of it."""
    return tag(
        "svg",
        tag("title", title, id=f"{id}-title"),
        tag("desc", description, id=f"{id}-desc"),
        *parts,
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        aria_labelledby=f"{id}-title {id}-desc",
        class_="chart",
    )


@attrs.frozen
class Point:
    """A value on a day; ``label`` is the day as it is written."""

    on: date
    value: Fraction
    label: str


@attrs.frozen
class Gap:
    """What lies between two values on one day: ``kind`` is ``gain`` or ``loss``."""

    on: date
    start: Fraction
    end: Fraction
    text: str
    kind: str


@attrs.frozen
class RateLine:
    """A rate over days against one level; ``held`` are the first and last day of the promise."""

    points: Sequence[Point]
    level: Fraction
    level_text: str
    start: Point
    held: tuple[date, date]
    held_texts: tuple[str, str]
    gap: Gap | None = None


@attrs.frozen
class _Frame:
    """From days and values to places on the page; ``ticks`` are the values on the axis."""

    first: date
    days: int
    ticks: tuple[float, ...]
    decimals: int
    right: float

    @property
    def left(self) -> float:
        """Where the axis stands: as far from the edge as its longest text needs."""
        return 10 + _LETTER * max(len(self.tick(one)) for one in self.ticks)

    def tick(self, value: float) -> str:
        """A value on the axis as it is written."""
        return f"{value:.{self.decimals}f}"

    @classmethod
    def around(cls, line: RateLine) -> _Frame:
        """Room for every day and value of the line, between round values."""
        days = [*(one.on for one in line.points), line.start.on, *line.held]
        values = [float(one.value) for one in (*line.points, line.start)] + [float(line.level)]
        return cls.holding(days, values, line.level_text)

    @classmethod
    def holding(cls, days: Sequence[date], values: Sequence[float], text: str) -> _Frame:
        """Room for days and values, and for a text at the right edge."""
        step = _round_step((max(values) - min(values) or max(values) * 0.01) / _TICKS)
        lowest, highest = math.floor(min(values) / step), math.ceil(max(values) / step)
        ticks = tuple(step * at for at in range(lowest, max(highest, lowest + 1) + 1))
        decimals = max(0, -math.floor(math.log10(step)))
        right = WIDTH - 20 - _LETTER * len(text)
        return cls(min(days), max((max(days) - min(days)).days, 1), ticks, decimals, right)

    def x(self, on: date) -> float:
        """Where a day stands."""
        return self.left + (self.right - self.left) * (on - self.first).days / self.days

    def y(self, value: Fraction | float) -> float:
        """Where a value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return _BOTTOM - (_BOTTOM - _TOP) * (float(value) - low) / (high - low)

    def clearance(self, points: Sequence[Point], left: float, right: float, y: float) -> float:
        """How far the course stays away from a text that stands between two places."""
        away = [abs(self.y(one.value) - y) for one in points if left <= self.x(one.on) <= right]
        return min(away, default=_BOTTOM)


def _round_step(least: float) -> float:
    """The first of 1, 2, 5, 10 ... that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= least * 0.999)


def rate_chart(id: str, title: str, description: str, line: RateLine) -> Markup:
    """Fixings as a line, the locked rate across, the days it held as a band."""
    frame = _Frame.around(line)
    parts = [*_held(frame, line), *_grid(frame), *_days(frame, line.points), *_course(frame, line)]
    if line.gap is not None:
        parts += _gap(frame, line.points, line.gap)
    return chart(id, title, description, _LINE_HEIGHT, parts)


def _held(frame: _Frame, line: RateLine) -> Iterator[Markup]:
    """The band of the lock, with a label at each end on a line of its own."""
    left, right = map(frame.x, line.held)
    band = max(right - left, 1.0)
    yield tag("rect", x=left, y=_TOP, width=band, height=_BOTTOM - _TOP, class_="band")
    for at, text, y in ((left, line.held_texts[0], 14.0), (right, line.held_texts[1], 32.0)):
        yield tag("line", x1=at, x2=at, y1=y + 4, y2=_BOTTOM, class_="edge")
        x = max(0.0, min(at, WIDTH - _LETTER * len(text)))
        yield tag("text", text, x=x, y=y, class_="note")


def _grid(frame: _Frame) -> Iterator[Markup]:
    for value in frame.ticks:
        y, x = frame.y(value), frame.left - 6
        yield tag("line", x1=frame.left, x2=frame.right, y1=y, y2=y, class_="grid")
        yield tag("text", frame.tick(value), x=x, y=y + 4, text_anchor="end", class_="tick")


def _days(frame: _Frame, points: Sequence[Point]) -> Iterator[Markup]:
    """The first day, the last one, and one between them where there is room."""
    if not points:
        return
    shown = [(points[0], "start"), (points[(len(points) - 1) // 2], "middle"), (points[-1], "end")]
    narrow = frame.x(points[-1].on) - frame.x(points[0].on) < _NARROW
    for point, anchor in shown[:1] if narrow else shown:
        x = frame.x(point.on)
        yield tag("text", point.label, x=x, y=_BOTTOM + 20, text_anchor=anchor, class_="tick")


def _course(frame: _Frame, line: RateLine) -> Iterator[Markup]:
    y = frame.y(line.level)
    yield tag("line", x1=frame.left, x2=frame.right, y1=y, y2=y, class_="level")
    course = " ".join(f"{frame.x(one.on):.1f},{frame.y(one.value):.1f}" for one in line.points)
    yield tag("polyline", points=course, class_="course")
    x = frame.x(line.start.on)
    yield tag("circle", cx=x, cy=frame.y(line.start.value), r=4.5, class_="start")
    yield tag("text", "locked", x=WIDTH, y=y - 6, text_anchor="end", class_="note")
    yield tag("text", line.level_text, x=WIDTH, y=y + 10, text_anchor="end", class_="strong")


def _gap(frame: _Frame, points: Sequence[Point], gap: Gap) -> Iterator[Markup]:
    """A thick line from the locked rate to the market, its text where the course leaves room."""
    x, start, end = frame.x(gap.on), frame.y(gap.start), frame.y(gap.end)
    yield tag("line", x1=x, x2=x, y1=start, y2=end, class_=f"gap {gap.kind}")
    yield tag("circle", cx=x, cy=end, r=4.0, class_=f"gap-end {gap.kind}")
    middle = (start + end) / 2
    sides = [
        (frame.clearance(points, min(x, to), max(x, to), middle), anchor, away)
        for to, anchor, away in ((x + _NARROW, "start", 9), (x - _NARROW, "end", -9))
        if frame.left <= to <= frame.right
    ]
    _, anchor, away = max(sides)
    style = f"strong {gap.kind}"
    yield tag("text", gap.text, x=x + away, y=middle + 5, text_anchor=anchor, class_=style)


def course_parts(
    points: Sequence[Point], last: str, breaks: Collection[date] = ()
) -> Iterator[Markup]:
    """Values over days as a line on its axes, with the last value as a text beside its end.

    ``breaks`` are days on which the line begins anew: nothing is drawn across what came before.
    """
    values = [float(one.value) for one in points]
    frame = _Frame.holding([one.on for one in points], values, last)
    yield from _grid(frame)
    yield from _days(frame, points)
    begins = sorted(breaks)
    for _, piece in groupby(points, lambda one: bisect_right(begins, one.on)):
        yield _piece(frame, list(piece))
    x, y = frame.x(points[-1].on), frame.y(points[-1].value)
    yield tag("circle", cx=x, cy=y, r=3.5, class_="start")
    yield tag("text", last, x=WIDTH - 10, y=y + 4, text_anchor="end", class_="strong")


def _piece(frame: _Frame, points: Sequence[Point]) -> Markup:
    """An unbroken piece of a line; a dot where it is one day alone."""
    if len(points) == 1:
        x, y = frame.x(points[0].on), frame.y(points[0].value)
        return tag("circle", cx=x, cy=y, r=1.0, class_="start")
    course = " ".join(f"{frame.x(one.on):.1f},{frame.y(one.value):.1f}" for one in points)
    return tag("polyline", points=course, class_="course")


@attrs.frozen
class Span:
    """A piece of a bar from one value to another; ``kind`` is its style."""

    start: Fraction
    end: Fraction
    kind: str


@attrs.frozen
class Bar:
    """A labelled bar of one or more pieces, with its value as text."""

    label: str
    text: str
    spans: tuple[Span, ...]


def bar_chart(id: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Horizontal bars on one axis through zero: label and value above each bar."""
    ends = [0.0, *(float(end) for bar in bars for one in bar.spans for end in (one.start, one.end))]
    low, high = min(ends), max(ends)
    scale = (WIDTH - 4) / (high - low or 1.0)
    zero = 2 - low * scale
    height = _ROW * len(bars) + 6
    parts = [part for at, bar in enumerate(bars) for part in _bar(bar, _ROW * at, zero, scale)]
    return chart(id, title, description, height, parts)


def _bar(bar: Bar, top: float, zero: float, scale: float) -> Iterator[Markup]:
    yield tag("text", bar.label, x=1.0, y=top + 16, class_="label")
    yield tag("text", bar.text, x=WIDTH - 1, y=top + 16, text_anchor="end", class_="amount")
    for one in bar.spans:
        if one.start == one.end:
            continue
        start, end = zero + float(one.start) * scale, zero + float(one.end) * scale
        width = max(abs(end - start), 1.5)
        style = f"bar {one.kind}"
        yield tag("rect", x=min(start, end), y=top + 22, width=width, height=13.0, class_=style)
    yield tag("line", x1=zero, x2=zero, y1=top + 20, y2=top + 37, class_="axis")
