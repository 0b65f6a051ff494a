"""Every figure explains itself: down to postings, documents and recorded rates, and it adds up."""

from __future__ import annotations

import re
from fractions import Fraction

from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import DecisionId, EntryId
from fxcrm.money import Money
from fxcrm.usecases.reporting import figures
from tests.stories.comparing import figures_in, parts_of
from tests.stories.fixings import rounded, smallest
from tests.stories.told import Told

_SHARE = re.compile(r"(-?\d+(?:/\d+)?)( %)? (?:of|x) ")
_NAMED = re.compile(r"rate decision (\S+)")
_CARRIED = "as translated at "


def every_figure(told: Told) -> list[Figure]:
    """The figures of the overview and all that they rest on, each once."""
    tops = (one for part in parts_of(told.overview).values() for one in figures_in(part))
    nodes = (node for top in tops for _, node in top.walk() if isinstance(node, Figure))
    return list({id(node): node for node in nodes}.values())


def amount(figure: Figure) -> Fraction:
    """Its value as a fraction."""
    return Fraction(figure.value.amount)


def below(figure: Figure) -> list[Figure]:
    """The figures that it was made from."""
    return [one for one in figure.inputs if isinstance(one, Figure)]


def used(figure: Figure) -> list[RateDecision]:
    """The decisions that it was made with."""
    return [one for one in figure.inputs if isinstance(one, RateDecision)]


def at(value: Money, decision: RateDecision) -> Fraction:
    """A value on the other side of a decision's pair, by its published legs alone."""
    ratio = Fraction(1)
    for leg in decision.rate.legs:
        step = Fraction(leg.fixing.value) / leg.fixing.unit
        ratio *= 1 / step if leg.inverted else step
    forward = value.currency is decision.pair.base
    return Fraction(value.amount) * ratio if forward else Fraction(value.amount) / ratio


def test_every_figure_says_where_it_comes_from(told: Told) -> None:
    """The explanation is there, and states the value that is shown and the rule that made it."""
    for figure in figures(told.overview):
        first, rule, *_ = figure.explain().splitlines()
        assert first == f"{figure.label}: {figure.value}"
        assert figure.rule in rule


def test_every_figure_rests_on_something(told: Told) -> None:
    """At the bottom of every tree lies evidence; only a sum of nothing, zero, has no inputs."""
    for figure in every_figure(told):
        assert figure.inputs or figure.value.is_zero, figure.label


def test_rounding_is_what_lies_between_exact_and_shown(told: Told) -> None:
    """A rounded figure is its exact value half-even to minor units; exact and rounding add up."""
    seen = [one for one in every_figure(told) if one.exact is not None]
    assert len(seen) > 30
    for figure in seen:
        currency = figure.value.currency.code
        assert figure.exact is not None
        assert amount(figure) == rounded(figure.exact, currency)
        assert figure.exact + figure.rounding.value == amount(figure)
        assert abs(figure.rounding.value) <= smallest(currency) / 2


def test_a_converted_figure_is_its_source_at_its_rate(told: Told) -> None:
    """Its exact value is that of the figure below it, at the ratio of the decision below it."""
    seen = [
        one
        for one in every_figure(told)
        if one.exact is not None and len(used(one)) == len(below(one)) == 1
    ]
    assert len(seen) > 20
    for figure in seen:
        [source], [decision] = below(figure), used(figure)
        assert figure.exact == at(source.value, decision), figure.label


def test_an_effect_is_what_moved_at_two_rates(told: Told) -> None:
    """A line of the roll-forward: the amount at the closing rate less the same at its own (D19)."""
    seen = [one for one in every_figure(told) if one.exact is not None and len(used(one)) == 2]
    assert len(seen) > 3
    for figure in seen:
        [moved], [closing, own] = below(figure), used(figure)
        change = at(moved.value, closing) - at(moved.value, own)
        assert figure.exact in (change, -change), figure.label


def test_a_figure_of_figures_adds_up(told: Told) -> None:
    """Sums, differences and shares are recomputed from the figures below them."""
    for figure in every_figure(told):
        if below(figure) and not used(figure) and not figure.rule.startswith(_CARRIED):
            assert amount(figure) in recomputed(figure), (figure.label, figure.rule)


def recomputed(figure: Figure) -> set[Fraction]:
    """What the rule can make of the figures below: a share, a sum of either sign, a difference."""
    parts, share = below(figure), _SHARE.match(figure.rule)
    if share:
        [whole] = parts
        part = Fraction(share[1]) / (100 if share[2] else 1)
        return {rounded(amount(whole) * part, figure.value.currency.code)}
    exact = sum((amount(one) if one.exact is None else one.exact for one in parts), Fraction(0))
    if figure.exact is not None:
        return {rounded(exact, figure.value.currency.code)}
    if "less" in figure.rule and len(parts) == 2:
        return {amount(parts[0]) - amount(parts[1])}
    total = sum((amount(one) for one in parts), Fraction(0))
    return {total, -total}


def test_every_rate_below_a_figure_is_on_record(told: Told) -> None:
    """Decisions among the inputs, and those that a posting names, are those of the store."""
    with told.desk() as desk:
        kept = {one.id: one for one in desk.uow.decisions.all()}
    found = 0
    for figure in every_figure(told):
        for decision in used(figure):
            assert kept[decision.id] == decision, figure.label
        for name in _NAMED.findall(figure.rule):
            assert DecisionId(name) in kept, figure.rule
            found += 1
    assert found > 50


def test_every_posting_below_a_figure_is_in_the_journal(told: Told) -> None:
    """Who opens a figure far enough finds an entry that exists and holds that very amount."""
    stated = [
        (one, figure)
        for figure in every_figure(told)
        for one in figure.inputs
        if isinstance(one, Evidence) and one.kind == "entry"
    ]
    assert len(stated) > 100
    with told.desk() as desk:
        entries = {one: desk.uow.journal.find(EntryId(one.reference)) for one, _ in stated}
    for one, figure in stated:
        entry = entries[one]
        assert entry is not None, one.reference
        held = {value for line in entry.postings for value in (line.amount, line.functional)}
        assert figure.value in held or one.value in held, figure.label


def test_every_consolidated_line_opens_down_to_postings(told: Told) -> None:
    """Below every account of the group that is not zero lies an entry of the journal."""
    for line in told.overview.consolidation.lines:
        evidence = [node for _, node in line.figure.walk() if isinstance(node, Evidence)]
        if not line.figure.value.is_zero:
            assert any(one.kind == "entry" for one in evidence) or line.code == "3990", line.code
