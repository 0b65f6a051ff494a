"""A chain asks in order, keeps every cause, and tells broken from empty (R4)."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from fxcrm.adapters.combined import ChainedRates, NobodyAnswered, SourceNameRefused
from fxcrm.adapters.combined.chained import PairsExpected
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import UnknownCurrency
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import RateMissing, Side
from tests.adapters.combined.told import MONDAY, Told, broken, day, fixing, prices

USD, GBP, JPY = (
    fixing("EUR/USD", "1.1698"),
    fixing("EUR/GBP", "0.8730"),
    fixing("EUR/JPY", "184.19"),
)


def test_the_first_source_with_rates_answers() -> None:
    """Nobody after it is asked."""
    first, second = Told("first", USD), Told("second", USD, GBP)
    told = ChainedRates(first, second).fetch()
    assert (told.source, told.failures, prices(told.table)) == (
        "first",
        (),
        {("EUR/USD", "mid", MONDAY, "1.1698")},
    )
    assert second.asked == []


def test_a_broken_source_is_passed_over_and_its_cause_kept() -> None:
    """The answer says who gave it, and who failed before, in order."""
    told = ChainedRates(broken("a"), broken("b", "cut short"), Told("c", USD)).fetch()
    assert told.source == "c"
    assert [(one.source, one.reason) for one in failures(told)] == [
        ("a", "504"),
        ("b", "cut short"),
    ]


def failures(told: Bulletin) -> list[RateSourceBroken]:
    """The failures of an answer, once they are what they should be."""
    assert all(isinstance(one, RateSourceBroken) for one in told.failures)
    return [one for one in told.failures if isinstance(one, RateSourceBroken)]


def test_a_source_without_a_rate_is_passed_over_too() -> None:
    """That is no failure, and leaves no cause."""
    told = ChainedRates(Told("a"), Told("b", USD)).fetch()
    assert (told.source, told.failures) == ("b", ())


def test_no_rate_anywhere_is_an_empty_answer() -> None:
    """Those who answered have none; that is not broken, though others were."""
    told = ChainedRates(Told("a"), broken("b"), Told("c")).fetch()
    assert (told.table.pairs, told.source) == ((), "a, c")
    assert [one.source for one in failures(told)] == ["b"]


def test_nobody_answered_carries_every_cause() -> None:
    """All are broken: one error with each of theirs, also of a chain in the chain, also pickled."""
    inner = ChainedRates(broken("b", "cut short"), broken("c", "HTML"))
    with pytest.raises(NobodyAnswered) as caught:
        ChainedRates(broken("a"), inner).fetch()
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert error.source == "a, else b, else c"
    assert error.reason == "a: 504; b, else c: b: cut short; c: HTML"
    first, second = error.causes
    assert (first.reason, [one.reason for one in second.causes]) == ("504", ["cut short", "HTML"])
    assert isinstance(error, RateSourceBroken)


def test_other_errors_are_not_swallowed() -> None:
    """A source that fails by something else is a wrong source, and nobody is told otherwise."""
    wrong = Told("wrong")
    wrong.before = lambda: 1 // 0
    with pytest.raises(ZeroDivisionError):
        ChainedRates(wrong, Told("b", USD)).fetch()


def test_wanted_pairs_are_looked_for_further_on() -> None:
    """It asks on until they are covered, and then no more; each pair stays with the first."""
    a, b = Told("a", USD), Told("b", fixing("EUR/USD", "1.1700"), GBP)
    c = Told("c", JPY)
    told = ChainedRates(a, broken("x"), b, c, wanted=["EUR/USD", "GBP/EUR"]).fetch()
    assert prices(told.table) == {
        ("EUR/USD", "mid", MONDAY, "1.1698"),
        ("EUR/GBP", "mid", MONDAY, "0.8730"),
    }
    assert (told.source, [one.source for one in failures(told)]) == ("a, b", ["x"])
    assert c.asked == []


def test_a_cross_covers_a_wanted_pair() -> None:
    """Two legs are enough, as for policies; three are not."""
    a, b = Told("a", USD, JPY), Told("b", fixing("USD/JPY", "157.45"))
    assert ChainedRates(a, b, wanted=["USD/JPY", "EUR/EUR"]).fetch().source == "a"
    far = Told("far", USD, fixing("USD/CAD", "1.3700"), fixing("CAD/MXN", "12.60"))
    near = Told("near", fixing("EUR/MXN", "20.10"))
    assert ChainedRates(far, near, wanted=["EUR/MXN"]).fetch().source == "far, near"


def test_what_is_wanted_and_nowhere_stays_missing() -> None:
    """The answer has what there is; the look-up says what there is not."""
    told = ChainedRates(Told("a", USD), Told("b", USD), wanted=["EUR/CHF"]).fetch()
    assert told.source == "a"
    with pytest.raises(RateMissing):
        told.table.rate("EUR", "CHF", MONDAY)


def test_a_pair_has_all_its_sides_from_one_source() -> None:
    """The bid of one beside the ask of another would promise a gain there and back (R3)."""
    bid = Told("a", fixing("EUR/USD", "1.1690", side=Side.BID))
    ask = Told("b", fixing("USD/EUR", "0.8700", side=Side.BID), GBP)
    told = ChainedRates(bid, ask, wanted=["EUR/GBP"]).fetch()
    assert {row[:2] for row in prices(told.table)} == {("EUR/USD", "bid"), ("EUR/GBP", "mid")}


def test_a_source_that_adds_nothing_is_not_named() -> None:
    """Asked in between, but all its pairs are those of the first."""
    a, b, c = Told("a", USD), Told("b", fixing("USD/EUR", "0.8548")), Told("c", GBP)
    assert ChainedRates(a, b, c, wanted=["EUR/GBP"]).fetch().source == "a, c"


def test_the_span_is_passed_on() -> None:
    """Each source is asked for the days that were asked for."""
    a, b = Told("a", USD), Told("b", fixing("EUR/USD", "1.1606", day(1)))
    told = ChainedRates(a, b).fetch(day(1), day(2))
    assert (a.asked, b.asked, told.source) == ([(day(1), day(2))], [(day(1), day(2))], "b")


def test_how_long_something_was_kept_is_passed_on() -> None:
    """The oldest of those whose rates stand in the answer, and the failures they tell of."""
    at = datetime(2026, 3, 1, 17, tzinfo=UTC)

    class Kept(Told):
        def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
            table = super().fetch(since, until).table
            failure = RateSourceBroken(source=self.name, reason="late")
            return Bulletin(table, self.name, (failure,), at)

    told = ChainedRates(Told("a", USD), Kept("b", GBP), wanted=["EUR/GBP"]).fetch()
    assert (told.kept_since, [one.reason for one in failures(told)]) == (at, ["late"])
    assert ChainedRates(Kept("b"), Told("a", USD)).fetch().kept_since is None


def test_names_are_derived_or_given_and_fit() -> None:
    """80 characters are a name, one more is none, and names are never cut."""
    many = [Told("x" * 20) for _ in range(4)]
    with pytest.raises(SourceNameRefused, match="pass one as name="):
        ChainedRates(*many)
    assert ChainedRates(*many, name="y" * 80).name == "y" * 80
    for name in ("", "y" * 81, "two\nlines"):
        with pytest.raises(SourceNameRefused):
            ChainedRates(*many, name=name)
    assert ChainedRates(Told("a"), Told("b")).name == "a, else b"


def test_a_wanted_pair_is_a_pair() -> None:
    """A code that nobody knows is refused before anybody is asked."""
    with pytest.raises(UnknownCurrency):
        ChainedRates(Told("a"), wanted=["EUR/QQQ"])


def test_wanted_pairs_are_several() -> None:
    """One text would be read letter by letter; it is refused, and the message shows the list."""
    with pytest.raises(PairsExpected, match=r"\['EUR/USD'\]"):
        ChainedRates(Told("first", USD), wanted="EUR/USD")
