"""A figure: a value that can explain itself.

It knows the rule that made it, the inputs it was made from (other figures, rate decisions,
evidence such as a posting or a document), its exact value before rounding, and the rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.money import Money, RationalMoney, Rounding

_SHOWN_PLACES = 12


@attrs.frozen
class Evidence:
    """Something on record that a figure rests on: a posting, a line of a document, a count."""

    kind: str
    reference: str
    text: str = ""
    value: Money | None = None

    def __str__(self) -> str:
        value = "" if self.value is None else str(self.value)  # an amount of zero is shown too
        parts = (f"{self.kind} {self.reference}", self.text, value)
        return ": ".join(part for part in parts if part)


@attrs.frozen
class Figure:
    """A value in one currency with its rule and inputs.

    ``exact`` is the value in units of the currency before rounding, or None where nothing was
    rounded. Signs are those of ``value``; the rule says what a positive value means.
    """

    label: str
    value: Money
    rule: str
    inputs: tuple[Input, ...] = ()
    exact: Fraction | None = None

    @classmethod
    def stated(
        cls, label: str, value: Money, *evidence: Evidence, rule: str = "as recorded"
    ) -> Figure:
        """A value taken from the record."""
        return cls(label, value, rule, evidence)

    @classmethod
    def total(
        cls, label: str, parts: Iterable[Figure], currency: Currency, rule: str = "sum"
    ) -> Figure:
        """The sum of figures of one currency; nothing is rounded again (M9)."""
        inputs = tuple(parts)
        value = Money.total((part.value for part in inputs), currency=currency)
        return cls(label, value, rule, inputs)

    @classmethod
    def rounded(cls, label: str, source: Figure, rounding: Rounding = Rounding.HALF_EVEN) -> Figure:
        """A figure rounded once to the minor units of its currency."""
        value = source.value.rounded(rounding)
        rule = f"rounded {rounding.name.lower().replace('_', ' ')}"
        return cls(label, value, rule, (source,), Fraction(source.value.amount))

    @classmethod
    def difference(cls, label: str, minuend: Figure, subtrahend: Figure, rule: str) -> Figure:
        """``minuend - subtrahend``."""
        return cls(label, minuend.value - subtrahend.value, rule, (minuend, subtrahend))

    @classmethod
    def converted(
        cls,
        label: str,
        source: Figure,
        decision: RateDecision,
        rounding: Rounding = Rounding.HALF_EVEN,
    ) -> Figure:
        """A figure converted at a decision, rounded once to minor units (M10)."""
        exact = decision.convert_exactly(source.value)
        value = exact.rounded(rounding)
        rule = (
            f"{source.value} at {decision.rate}, rounded {rounding.name.lower().replace('_', ' ')}"
        )
        return cls(label, value, rule, (source, decision), exact.value)

    @classmethod
    def blended(
        cls,
        label: str,
        parts: Iterable[Figure],
        currency: Currency,
        rounding: Rounding = Rounding.HALF_EVEN,
    ) -> Figure:
        """The sum of the exact values of figures, rounded once: an amount at several rates (M9)."""
        inputs = tuple(parts)
        exact = RationalMoney(sum((one.exact_value for one in inputs), Fraction()), currency)
        rule = f"sum of the exact parts, rounded {rounding.name.lower().replace('_', ' ')}"
        return cls(label, exact.rounded(rounding), rule, inputs, exact.value)

    @property
    def exact_value(self) -> Fraction:
        """The value before rounding, in units of the currency."""
        return Fraction(self.value.amount) if self.exact is None else self.exact

    @property
    def rounding(self) -> RationalMoney:
        """What rounding added to the exact value (negative: took away).

        Raises `FractionOutOfRange` where the exact value is a sum at very many rates.
        """
        return RationalMoney(self.rounded_by, self.value.currency)

    @property
    def rounded_by(self) -> Fraction:
        """The same in units of the currency, however long the fraction is."""
        return Fraction(self.value.amount) - self.exact_value

    def decisions(self) -> tuple[RateDecision, ...]:
        """Every rate decision below this figure, each once, in the order in which they occur."""
        found = (node for _, node in self.walk() if isinstance(node, RateDecision))
        return tuple({decision.id: decision for decision in found}.values())

    def estimates(self) -> tuple[RateDecision, ...]:
        """The decisions below this figure that rest on an estimate, to be disclosed (D7)."""
        return tuple(one for one in self.decisions() if one.is_estimated)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Input]]:
        """This figure and everything below it, parents first, with the depth of each."""
        yield depth, self
        for one in self.inputs:
            if isinstance(one, Figure):
                yield from one.walk(depth + 1)
            else:
                yield depth + 1, one

    def explain(self) -> str:
        """The whole tree as indented text."""
        return "\n".join(
            f"{'  ' * depth}{line}" for depth, node in self.walk() for line in described(node)
        )

    def __str__(self) -> str:
        return str(self.value)


Input = Figure | RateDecision | Evidence


def described(node: Input) -> tuple[str, ...]:
    """One node in words, a line each: what it is, how it came about."""
    if isinstance(node, Figure):
        return (f"{node.label}: {node.value}", *_rule_lines(node))
    if isinstance(node, RateDecision):
        about = f"  {node.rate.path}; {node.rate.rule}; known {node.known_at:%Y-%m-%d %H:%M %Z}"
        estimate = (f"  {node.policy}: {node.reason}",) if node.is_estimated else ()
        return (
            f"rate decision {node.id}: {node.rate}",
            f"{about}, by {node.decided_by}",
            *estimate,
        )
    return (str(node),)


def _rule_lines(figure: Figure) -> tuple[str, ...]:
    rule = f"  rule: {figure.rule}"
    if figure.exact is None:
        return (rule,)
    return (
        rule,
        f"  exact {decimal_text(figure.exact)}, rounding {decimal_text(figure.rounded_by)}",
    )


def decimal_text(value: Fraction, places: int = _SHOWN_PLACES) -> str:
    """A fraction for a reader: at most ``places`` decimals, ``...`` where more would follow."""
    units, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
    whole, decimals = divmod(units, 10**places)
    text = f"{whole}.{decimals:0{places}d}"
    text = f"{text}..." if rest else text.rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text
