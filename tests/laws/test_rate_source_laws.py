"""Laws of composed rate sources, against a model of dictionaries and fractions.

A composition is drawn as nested tuples. `built` makes the source of it, `modelled` says what it
has to answer, without a line of the library's own composing.
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from fxcrm.adapters.combined import CachedRates, ChainedRates, OverridingRates, RatesWithMargin
from fxcrm.adapters.givenrates import GivenRates
from fxcrm.bulletins import Bulletin
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import CurrencyPair, Fixing, RateTable, Side
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import RateSourceContract, proved

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS = [MONDAY + timedelta(days=count) for count in range(6)]
# One quotation for each pair, as sources of one publisher have it.
PAIRS = {"EUR/USD": 1, "EUR/GBP": 1, "JPY/EUR": 100}
DIGITS = 6

Key = tuple[str, Side, date]
Answer = Mapping[Key, tuple[Fraction, str]]
Spec = tuple[Any, ...]


class Broken(Exception):
    """The model's answer of a source that can not answer."""


# ---------------------------------------------------------------- what is composed

values = st.integers(1, 99_999).map(lambda units: Decimal(units).scaleb(-4))
keys = st.tuples(st.sampled_from(sorted(PAIRS)), st.sampled_from(Side), st.sampled_from(DAYS))
published = st.dictionaries(keys, values, max_size=12)
leaves = st.one_of(
    st.tuples(st.just("given"), st.sampled_from("abcd"), published),
    st.tuples(st.just("broken"), st.sampled_from("wxyz")),
)
margins = st.sampled_from(["0", "0.5", "2.5"])


def composed(below: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    """One composition of what is below."""
    return st.one_of(
        st.tuples(st.just("chain"), st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.just("cache"), below),
        st.tuples(st.just("margin"), below, margins),
        st.tuples(st.just("over"), below, below),
    )


specs = st.recursive(leaves, composed, max_leaves=6)
spans = st.tuples(st.none() | st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS))


def built(spec: Spec) -> RateSource:
    """The source that a drawn composition means."""
    match spec:
        case ("given", name, prices):
            return GivenRates(
                (
                    Fixing(CurrencyPair.parse(pair), value, on, unit=PAIRS[pair], side=side)
                    for (pair, side, on), value in prices.items()
                ),
                name=name,
            )
        case ("broken", name):
            return _Broken(name)
        case ("chain", parts):
            return ChainedRates(*map(built, parts), name="chain")
        case ("cache", below):
            return CachedRates(built(below), clock=SettableClock(NOON), lifetime=timedelta(1))
        case ("margin", below, percent):
            return RatesWithMargin(built(below), percent, digits=DIGITS, name="margin")
        case ("over", own, below):
            return OverridingRates(built(own), built(below), name="over")
    raise AssertionError(spec)


class _Broken:
    """A source that can not answer."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:  # noqa: ARG002 - it answers nothing
        raise RateSourceBroken(source=self.name, reason="504")


def modelled(spec: Spec, since: date | None, until: date | None) -> Answer:
    """What a drawn composition has to answer for a span."""
    match spec:
        case ("given", name, prices):
            return {
                key: (Fraction(value), name)
                for key, value in prices.items()
                if (since or key[2]) <= key[2] <= (until or key[2])
            }
        case ("broken", _):
            raise Broken
        case ("chain", parts):
            return _first(parts, since, until)
        case ("cache", below):
            return modelled(below, since, until)
        case ("margin", below, percent):
            return _moved(modelled(below, since, until), percent)
        case ("over", own, below):
            mine, theirs = modelled(own, since, until), modelled(below, since, until)
            return {key: (value, "over") for key, (value, _) in {**theirs, **mine}.items()}
    raise AssertionError(spec)


def _first(parts: tuple[Spec, ...], since: date | None, until: date | None) -> Answer:
    """The first that has something; nothing where one has nothing; broken where all are."""
    answered = []
    for part in parts:
        try:
            answered.append(modelled(part, since, until))
        except Broken:
            continue
    if not answered:
        raise Broken
    return next(filter(None, answered), {})


def _moved(below: Answer, percent: str) -> Answer:
    """Bid and ask of each pair: from its own side if there is one at all, else from the middle."""
    moved: dict[Key, tuple[Fraction, str]] = {}
    sides = {(pair, side) for pair, side, _ in below}
    for side, sign in ((Side.BID, -1), (Side.ASK, 1)):
        for (pair, its, on), (value, name) in below.items():
            if its is side or (its is Side.MID and (pair, side) not in sides):
                price = _rounded(value * (1 + sign * Fraction(percent) / 100))
                price = min(price, value) if sign < 0 else max(price, value)
                price = value if not Fraction(percent) else price
                moved[pair, side, on] = (price, f"{name} with {percent} % margin")
    return moved


def _rounded(value: Fraction) -> Fraction:
    """Half-even to significant digits, by the decimal module."""
    exact = decimal.Context(prec=80).divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(decimal.Context(DIGITS, decimal.ROUND_HALF_EVEN).plus(exact))


def told(table: RateTable) -> Answer:
    """A table as the model writes it."""
    return {
        (str(one.pair), one.side, on): (Fraction(value), one.source)
        for one in table.series
        for on, value in zip(one.days, one.values, strict=True)
    }


def outcome(source: RateSource, since: date | None = None, until: date | None = None) -> object:
    """What a source answers, without the names it goes by; None where it is broken."""
    try:
        return outcome_of(source.fetch(since, until))
    except RateSourceBroken:
        return None


def outcome_of(answer: Bulletin) -> dict[Key, Fraction]:
    """The prices of an answer."""
    return {key: value for key, (value, _) in told(answer.table).items()}


def _has_rates(spec: Spec) -> bool:
    """Whether it answers with rates, also for spans in which a part of it has none."""
    try:
        return bool(modelled(spec, None, None))
    except Broken:
        return False


# ---------------------------------------------------------------- the laws


@given(specs, st.lists(spans, min_size=1, max_size=4))
def test_a_composition_answers_as_the_model_does(
    spec: Spec, asked: list[tuple[date | None, date | None]]
) -> None:
    """Prices, days, sides and names, for one span after the other, also through caches."""
    source = built(spec)
    for since, until in asked:
        try:
            expected = modelled(spec, since, until)
        except Broken:
            assert outcome(source, since, until) is None
            continue
        assert told(source.fetch(since, until).table) == expected
        assert {one.unit for one in source.fetch(since, until).table.series} <= {1, 100}


@settings(max_examples=settings().max_examples // 4)  # each one is a kit of 17 promises
@given(specs.filter(_has_rates))
def test_a_composition_that_answers_passes_the_whole_kit(spec: Spec) -> None:
    """Whatever is composed of what: every promise of the port is proved."""
    names = tuple({name for _, name in modelled(spec, None, None).values()})

    class Kit(RateSourceContract):
        publishers = names
        latest = DAYS[-1]

        def open_source(self) -> RateSource:
            return built(spec)

        def broken_source(self) -> RateSource:
            return ChainedRates(_Broken("x"), _Broken("y"))

    report = proved(Kit)
    assert report.holds, str(report)


@given(specs, spans)
def test_a_chain_of_one_is_that_one(spec: Spec, span: tuple[date | None, date | None]) -> None:
    """Its rates, or its failure."""
    assert outcome(ChainedRates(built(spec)), *span) == outcome(built(spec), *span)


@given(specs, specs, specs, spans)
def test_chains_may_be_bracketed_as_one_likes(
    a: Spec, b: Spec, c: Spec, span: tuple[date | None, date | None]
) -> None:
    """a, then (b, then c) is (a, then b), then c; and a broken link changes nothing."""
    flat = outcome(built(("chain", (a, b, c))), *span)
    assert outcome(built(("chain", (a, ("chain", (b, c))))), *span) == flat
    assert outcome(built(("chain", (("chain", (a, b)), c))), *span) == flat
    assert outcome(built(("chain", (a, ("broken", "x"), b, c))), *span) == flat


@given(specs, spans)
def test_overriding_with_nothing_changes_nothing(
    spec: Spec, span: tuple[date | None, date | None]
) -> None:
    """No own rates leave those published; own rates over nothing are themselves."""
    nothing: Spec = ("given", "a", {})
    plain = outcome(built(spec), *span)
    assert outcome(built(("over", nothing, spec)), *span) == plain
    assert outcome(built(("over", spec, nothing)), *span) == plain
    assert outcome(built(("over", spec, spec)), *span) == plain


@given(specs, specs, specs, spans)
def test_overriding_may_be_bracketed_as_one_likes(
    a: Spec, b: Spec, c: Spec, span: tuple[date | None, date | None]
) -> None:
    """A over (b over c) is (a over b) over c."""
    left = outcome(built(("over", ("over", a, b), c)), *span)
    assert outcome(built(("over", a, ("over", b, c))), *span) == left


@given(specs, spans)
def test_no_margin_is_the_same_price_on_both_sides(
    spec: Spec, span: tuple[date | None, date | None]
) -> None:
    """Bid and ask of a middle are that middle; a second margin of nothing adds nothing."""
    below, none = outcome(built(spec), *span), outcome(built(("margin", spec, "0")), *span)
    if below is None:
        assert none is None
        return
    assert isinstance(below, dict)
    assert isinstance(none, dict)
    for (pair, side, on), value in none.items():
        assert value == below.get((pair, side, on), below.get((pair, Side.MID, on)))
    assert outcome(built(("margin", ("margin", spec, "0"), "0")), *span) == none


@given(specs, margins, spans)
def test_a_margin_lies_around_the_middle(
    spec: Spec, percent: str, span: tuple[date | None, date | None]
) -> None:
    """Nobody gains by changing there and back on a day that had a middle alone."""
    below, moved = (
        outcome(built(spec), *span),
        outcome(built(("margin", spec, percent)), *span),
    )
    if not isinstance(below, dict) or not isinstance(moved, dict):
        assert below is moved is None
        return
    quoted = {(pair, side) for pair, side, _ in below}
    for (pair, side, on), middle in below.items():
        alone = not {(pair, Side.BID), (pair, Side.ASK)} & quoted
        if side is Side.MID and alone:
            assert moved[pair, Side.BID, on] <= middle <= moved[pair, Side.ASK, on]


@given(specs, spans, spans)
def test_a_cache_is_its_source_inside_of_its_lifetime(
    spec: Spec, first: tuple[date | None, date | None], span: tuple[date | None, date | None]
) -> None:
    """Whatever was asked before, an answer is what the source says; nothing is called kept."""
    cache = CachedRates(built(spec), clock=SettableClock(NOON), lifetime=timedelta(1))
    outcome(cache, *first)
    assert outcome(cache, *span) == outcome(built(spec), *span)
    try:
        assert cache.fetch(*span).kept_since is None
    except RateSourceBroken:
        assert outcome(built(spec), *span) is None


# ---------------------------------------------------------------- the cache's machine


class _Publisher:
    """A source whose rates and health change while it is asked."""

    name = "publisher"

    def __init__(self) -> None:
        self.prices: dict[Key, Decimal] = {}
        self.broken = False
        self.asked = 0

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What it publishes now."""
        self.asked += 1
        if self.broken:
            raise RateSourceBroken(source=self.name, reason="504")
        spec = ("given", self.name, self.prices)
        return built(spec).fetch(since, until)


class CacheMachine(RuleBasedStateMachine):
    """A cache of an hour over a publisher that changes, breaks and mends, beside a model of it.

    The model holds, for each span that was asked, the instant of that and each price by its key
    with the instant at which it was told.
    """

    def __init__(self) -> None:
        super().__init__()
        self.publisher, self.clock = _Publisher(), SettableClock(NOON)
        self.cache = CachedRates(self.publisher, clock=self.clock, lifetime=timedelta(hours=1))
        self.answers: dict[
            tuple[date, date], tuple[datetime, dict[Key, tuple[Fraction, datetime]]]
        ] = {}

    @rule(prices=published)
    def publish(self, prices: dict[Key, Decimal]) -> None:
        """Other rates, or fewer of them."""
        self.publisher.prices = prices

    @precondition(lambda self: not self.publisher.broken)
    @rule()
    def fail(self) -> None:
        """The publisher can not answer."""
        self.publisher.broken = True

    @precondition(lambda self: self.publisher.broken)
    @rule()
    def mend(self) -> None:
        """It can again."""
        self.publisher.broken = False

    @rule(minutes=st.sampled_from([1, 29, 30, 59, 60, 300]))
    def wait(self, minutes: int) -> None:
        """The clock goes on."""
        self.clock.advance(timedelta(minutes=minutes))

    @rule(first=st.sampled_from(DAYS), last=st.sampled_from(DAYS))
    def ask(self, first: date, last: date) -> None:
        """A span, both ends named."""
        since, until = min(first, last), max(first, last)
        now, before = self.clock.now(), self.publisher.asked
        asked, answer = self.answers.get((since, until), (None, {}))
        fresh = asked is not None and now - asked < timedelta(hours=1)
        if not fresh and not self.publisher.broken:
            told_now = {
                key: (Fraction(value), now)
                for key, value in self.publisher.prices.items()
                if since <= key[2] <= until
            }
            asked, answer = now, {**answer, **told_now}
            self.answers.pop((since, until), None)
            self.answers[since, until] = now, answer
        elif not fresh and asked is None:
            answer = self.newest(since, until)
        if not answer and not fresh and self.publisher.broken:
            assert outcome(self.cache, since, until) is None
            assert self.publisher.asked == before + 1
            return
        got = self.cache.fetch(since, until)
        assert self.publisher.asked == before + (not fresh)
        assert outcome_of(got) == {key: value for key, (value, _) in answer.items()}
        oldest = min((at for _, at in answer.values()), default=None)
        stale = not fresh and self.publisher.broken
        assert len(got.failures) == stale
        assert got.kept_since == (oldest if stale or (oldest and oldest != asked) else None)

    def newest(self, since: date, until: date) -> dict[Key, tuple[Fraction, datetime]]:
        """What was told last of each price of a span, whatever span it was told in."""
        found: dict[Key, tuple[Fraction, datetime]] = {}
        for _, answer in self.answers.values():
            found.update({key: one for key, one in answer.items() if since <= key[2] <= until})
        return found


TestCacheMachine = CacheMachine.TestCase
