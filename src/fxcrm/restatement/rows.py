"""Amounts on several bases, side by side.

Each row is one key and currency. It is valued exactly and rounded once; so is each total, on the
exact sum of its rows, with what that changes against the rounded rows shown beside it (M9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TypeVar

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError
from fxcrm.figures import Figure, Input
from fxcrm.mappings import FrozenMap
from fxcrm.money import CurrencyMismatch, Money, RationalMoney, round_ratio
from fxcrm.rates import RateMissing
from fxcrm.restatement.amounts import DatedAmount, Group, exact_sum, grouped
from fxcrm.restatement.bases import Basis, Constant, Decider

Valued = TypeVar("Valued", Money, RationalMoney)


class MissingRates(Enum):
    """What happens where a rate is missing (R6)."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave the row out, in plain sight"


class BasesRefused(CallError):
    """No basis, or two of one name."""

    names: str
    template = "restating needs one basis or more, each with a name of its own; got {names}"


@attrs.frozen
class RestatedRow:
    """One key and currency: the sum in document currency, and its value on each basis by name."""

    key: str
    currency: Currency
    count: int
    document: Figure
    values: Mapping[str, Figure]


@attrs.frozen
class LeftOut:
    """A row that is in no total, because ``reason``: a rate is missing."""

    key: str
    currency: Currency
    documents: tuple[Figure, ...]
    reason: str


@attrs.frozen
class Restatement:
    """Some amounts on several bases, in the currency ``to``; rows go by key, then by code.

    ``totals`` are rounded once, each on the exact sum of its rows; ``differences`` are what they
    are above (below: negative) the sum of the rounded rows (M9). What was ``left_out`` is left
    out of every basis, so that the columns speak of the same amounts.
    """

    to: Currency
    rows: tuple[RestatedRow, ...]
    totals: Mapping[str, Figure]
    differences: Mapping[str, Figure]
    left_out: tuple[LeftOut, ...] = ()

    def of_key(self, key: str) -> Restatement:
        """The rows of one key, with totals of their own."""
        rows = tuple(row for row in self.rows if row.key == key)
        left = tuple(one for one in self.left_out if one.key == key)
        return _totalled(self.to, tuple(self.totals), rows, left)


def restate(
    amounts: Iterable[DatedAmount],
    to: Currency,
    bases: Sequence[Basis],
    decider: Decider,
    missing: MissingRates = MissingRates.REFUSE,
) -> Restatement:
    """Show amounts on each basis, in the currency ``to``; one decision is taken for a group.

    Raises `RateMissing`, unless rows without a rate shall be left out; `BookedRefused`,
    `DecisionsDiffer`, `BasesRefused`, and `CurrencyMismatch` for amounts that were booked in
    another currency than ``to``.
    """
    names = tuple(basis.name for basis in bases)
    if not names or len(set(names)) < len(names):
        raise BasesRefused(names=", ".join(names))
    valuations = tuple(Valuation(to, basis, decider) for basis in bases)
    rows: list[RestatedRow] = []
    left: list[LeftOut] = []
    for place, groups in grouped(amounts).items():
        document = documented(label_of(*place), groups, place[1])
        try:
            rows.append(_row(place, groups, document, valuations))
        except RateMissing as failure:
            if missing is not MissingRates.LEAVE_OUT:
                raise
            left.append(LeftOut(*place, (document,), str(failure)))
    return _totalled(to, names, tuple(rows), tuple(left))


def label_of(key: str, currency: Currency) -> str:
    """How a row is called: its key, and the code of its currency."""
    return f"{key} {currency.code}".lstrip()


def documented(label: str, groups: Sequence[Group], currency: Currency) -> Figure:
    """The sum in document currency; nothing is converted."""
    count = sum(group.count for group in groups)
    parts = (_dated(label, group) for group in groups)
    return Figure.total(label, parts, currency, f"sum of {_counted(count)}")


def _dated(label: str, group: Group) -> Figure:
    rule = f"sum of {_counted(group.count)}"
    return Figure(f"{label} of {group.on}", group.amount, rule, group.evidence)


def _counted(count: int) -> str:
    return "1 amount" if count == 1 else f"{count} amounts"


@attrs.frozen
class _Taken:
    decision: RateDecision
    ratio: Fraction


@attrs.frozen
class RowRate:
    """The exact rate of a row, in the reported currency for one unit, and what it follows from."""

    ratio: Fraction
    inputs: tuple[Input, ...]


@attrs.frozen
class Valuation:
    """The amounts of rows in the currency ``to``, on one basis."""

    to: Currency
    basis: Basis
    decider: Decider
    _taken: dict[object, _Taken] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def row(self, label: str, document: Figure, groups: Sequence[Group]) -> Figure:
        """The value of a row, rounded once. Raises `RateMissing`, `CurrencyMismatch`."""
        named = f"{label} {self.basis.name}"
        if not groups:  # what has no amounts needs no rate
            return Figure(named, Money.zero(self.to), "no amounts", (document,))
        if not isinstance(self.basis, Constant):
            return self._as_booked(named, document, groups)
        currency = document.value.currency
        if currency is self.to:
            exact, rule = document.exact_value, "its own currency, rounded once (M9)"
            return rounded_once(named, exact, self.to, rule, (document,))
        decision = self._constant(self.basis, currency).decision
        return Figure.converted(named, document, decision)

    def rate(self, row: Figure, currency: Currency, groups: Sequence[Group]) -> RowRate | None:
        """The one rate of a row; None where it is as booked, and its amounts give no rate.

        As booked, the effective rate must lie among those that it sums up. Where amounts of both
        signs nearly cancel out, it need not, and would say nothing. Raises `RateMissing`.
        """
        if currency is self.to:
            return RowRate(Fraction(1), ())
        if not isinstance(self.basis, Constant):
            ratio = self._effective(groups)
            return None if ratio is None else RowRate(ratio, (row,))
        taken = self._constant(self.basis, currency)
        return RowRate(taken.ratio, (taken.decision,))

    def _effective(self, groups: Sequence[Group]) -> Fraction | None:
        volumes = [Fraction(group.amount.amount) for group in groups]
        values = [self.part(group)[0] for group in groups]
        means = [value / volume for value, volume in zip(values, volumes, strict=True) if volume]
        volume = exact_sum(volumes)
        if not volume:
            return None
        ratio = exact_sum(values) / volume
        return ratio if min(means) <= ratio <= max(means) else None

    def _constant(self, basis: Constant, currency: Currency) -> _Taken:
        return self._once(
            (currency,), currency, lambda: basis.decided(self.decider, currency, self.to)
        )

    def _dated(self, currency: Currency, on: date) -> _Taken:
        return self._once(
            (currency, on), currency, lambda: self.decider.dated(currency, self.to, on)
        )

    def _once(self, at: object, currency: Currency, take: Callable[[], RateDecision]) -> _Taken:
        """A decision and its ratio, however many groups share them."""
        if at not in self._taken:
            decision = take()
            worth = self._expect(decision.convert_exactly(Money(1, currency)))
            self._taken[at] = _Taken(decision, worth.value)
        return self._taken[at]

    def _as_booked(self, named: str, document: Figure, groups: Sequence[Group]) -> Figure:
        parts = [self.part(group) for group in groups]
        exact = exact_sum(value for value, _ in parts)
        if all(group.booked is not None for group in groups):
            rule = "sum of the booked amounts"
        else:
            rule = "each day at its booked amount or rate, rounded once (M9)"
        inputs = [
            one
            for group, dated, (_, decision) in zip(groups, document.inputs, parts, strict=True)
            for one in _inputs(group, dated, decision)
        ]
        return rounded_once(named, exact, self.to, rule, inputs)

    def part(self, group: Group) -> tuple[Fraction, RateDecision | None]:
        """A group's exact value as booked, and the decision it rests on."""
        if group.booked is not None:
            self._expect(group.booked)
            return Fraction(group.booked.amount), group.decision
        if group.currency is self.to:
            return Fraction(group.amount.amount), None
        if group.decision is not None:
            worth = self._expect(group.decision.convert_exactly(group.amount))
            return worth.value, group.decision
        taken = self._dated(group.currency, group.on)
        return Fraction(group.amount.amount) * taken.ratio, taken.decision

    def _expect(self, value: Valued) -> Valued:
        if value.currency is not self.to:
            raise CurrencyMismatch(left=value, right=self.to, operation="restate as booked")
        return value


def _inputs(group: Group, dated: Input, decision: RateDecision | None) -> list[Input]:
    """What the value of a group rests on; ``dated`` is its sum in document currency."""
    inputs = [dated]
    if group.booked is not None and isinstance(dated, Figure):
        rule = "sum of the booked amounts"
        inputs = [Figure(f"{dated.label} as booked", group.booked, rule, (dated,))]
    return inputs if decision is None else [*inputs, decision]


def rounded_once(
    label: str, exact: Fraction, currency: Currency, rule: str, inputs: Iterable[Input]
) -> Figure:
    """A figure of an exact value, half-even to minor units.

    A year of daily rates makes fractions longer than an exact amount may be, so none is made.
    """
    units = round_ratio(exact.numerator * currency.minor_units, exact.denominator)
    return Figure(label, Money.from_minor(units, currency), rule, tuple(inputs), exact)


def _row(
    place: tuple[str, Currency],
    groups: Sequence[Group],
    document: Figure,
    valuations: Sequence[Valuation],
) -> RestatedRow:
    label = label_of(*place)
    values = {one.basis.name: one.row(label, document, groups) for one in valuations}
    count = sum(group.count for group in groups)
    return RestatedRow(*place, count, document, FrozenMap(values))


def _totalled(
    to: Currency,
    names: Iterable[str],
    rows: tuple[RestatedRow, ...],
    left: tuple[LeftOut, ...],
) -> Restatement:
    totals, differences = {}, {}
    for name in names:
        held = tuple(row.values[name] for row in rows)
        totals[name] = total_of(f"Total {name}", held, to)
        differences[name] = difference_of(totals[name], held)
    return Restatement(to, rows, FrozenMap(totals), FrozenMap(differences), left)


def total_of(label: str, rows: tuple[Figure, ...], to: Currency) -> Figure:
    """The total of some rows, rounded once on their exact sum (M9)."""
    exact = exact_sum(row.exact_value for row in rows)
    return rounded_once(label, exact, to, "exact sum of the rows, rounded once (M9)", rows)


def difference_of(total: Figure, rows: tuple[Figure, ...]) -> Figure:
    """What a total is above (below: negative) the sum of its rounded rows (M9)."""
    shown = Money.total((row.value for row in rows), currency=total.value.currency)
    rule = "the total less its rounded rows (M9)"
    return Figure(f"{total.label}, rounding", total.value - shown, rule, (total, *rows))
