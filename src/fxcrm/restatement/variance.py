"""What changed between two sets of amounts: by volume, and by rates.

The split is that of price-volume variance analysis, with the rate in the place of the price, as
companies use it to report growth at constant currency. For each key and currency::

    volume effect = (new amount - old amount) x old rate
    rate effect   = new amount x (new rate - old rate)

Together they are the change, exactly. On a constant basis the rate of a set is the one that was
decided. As booked it is the effective one: what the amounts were booked at, by their sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import NotThere
from fxcrm.figures import Figure
from fxcrm.mappings import FrozenMap
from fxcrm.rates import RateMissing
from fxcrm.restatement.amounts import DatedAmount, Group, Place, grouped, place_order
from fxcrm.restatement.bases import Basis, Decider
from fxcrm.restatement.rows import (
    LeftOut,
    MissingRates,
    RowRate,
    Valuation,
    difference_of,
    documented,
    label_of,
    rounded_once,
    total_of,
)

VOLUME_RULE = "(new amount - old amount) x old rate"
RATE_RULE = "the change less the volume effect: new amount x (new rate - old rate)"


class OldRateUnknown(NotThere):
    """The old set has no amounts, as booked, from which an old rate would follow."""

    row: str
    basis: str
    template = (
        "no old rate for {row:plain}: {basis:plain}, the old amounts are none, or cancel out; "
        "name the basis for newcomers, or a constant basis for the old set"
    )


@attrs.frozen
class Effects:
    """A change and what made it, all in one currency, each figure rounded once (M9).

    ``constant`` is the new volume at the old rate: what growth at constant currency is measured
    on. ``change`` is ``new - old``; ``volume`` and ``rate`` are its two effects, positive where
    they raise the value; ``rounding`` is what rounding the effects leaves of the change, so
    ``change == volume + rate + rounding`` to the last minor unit. Before rounding,
    ``change == volume + rate``.
    """

    old: Figure
    new: Figure
    constant: Figure
    change: Figure
    volume: Figure
    rate: Figure
    rounding: Figure

    @property
    def growth(self) -> Fraction | None:
        """The change as a share of the old value, exact; None where that is zero."""
        return _share(self.change.exact_value, self.old.exact_value)

    @property
    def constant_growth(self) -> Fraction | None:
        """The volume effect as a share of the old value: growth at constant rates."""
        return _share(self.volume.exact_value, self.old.exact_value)


def _share(part: Fraction, whole: Fraction) -> Fraction | None:
    return part / whole if whole else None


@attrs.frozen
class VarianceRow:
    """One key and currency: both sums in document currency, the old rate, and the effects.

    ``old_rate`` is exact: units of the reported currency for one unit of ``currency``.
    """

    key: str
    currency: Currency
    old_document: Figure
    new_document: Figure
    old_rate: Fraction
    effects: Effects


@attrs.frozen
class Variance:
    """The change between two sets, in the currency ``to``; rows go by key, then by code.

    ``total`` is rounded once, on the exact sums; ``differences`` has by name what each of its
    figures is above (below: negative) the sum of the rounded rows (M9).
    """

    to: Currency
    rows: tuple[VarianceRow, ...]
    total: Effects
    differences: Mapping[str, Figure]
    left_out: tuple[LeftOut, ...] = ()


def compare(
    old: Iterable[DatedAmount],
    new: Iterable[DatedAmount],
    to: Currency,
    decider: Decider,
    *,
    old_at: Basis,
    new_at: Basis,
    newcomers: Basis | None = None,
    missing: MissingRates = MissingRates.REFUSE,
) -> Variance:
    """Split the change from ``old`` to ``new``, each shown on its basis, in the currency ``to``.

    A row that is only in the old set is all volume effect. One that is only in the new set needs
    an old rate: a constant ``old_at`` has it, `AsBooked` has not. ``newcomers`` names the basis
    whose rate is taken then; ``newcomers=AsBooked()`` takes the new set's own rate, so the whole
    is volume effect. Old amounts that nearly cancel out are treated alike: no rate follows from
    them. One set on two bases has no volume effect: its change is all rates.

    Raises `OldRateUnknown` and `RateMissing`, unless rows without a rate shall be left out; and
    what `restate` raises.
    """
    sets = (grouped(old), grouped(new))
    comparison = _Comparison(
        to,
        Valuation(to, old_at, decider),
        Valuation(to, new_at, decider),
        None if newcomers is None else Valuation(to, newcomers, decider),
    )
    rows: list[VarianceRow] = []
    left: list[LeftOut] = []
    for place in sorted({*sets[0], *sets[1]}, key=place_order):
        both = (sets[0].get(place, []), sets[1].get(place, []))
        documents = _documents(place, both)
        try:
            rows.append(comparison.row(place, both, documents))
        except (RateMissing, OldRateUnknown) as failure:
            if missing is not MissingRates.LEAVE_OUT:
                raise
            left.append(LeftOut(*place, documents, str(failure)))
    return _variance(to, tuple(rows), tuple(left))


_Both = tuple[Sequence[Group], Sequence[Group]]  # the old groups of a row, and the new ones


def _documents(place: Place, both: _Both) -> tuple[Figure, Figure]:
    label, (old, new) = label_of(*place), both
    return (
        documented(f"{label}, old", old, place[1]),
        documented(f"{label}, new", new, place[1]),
    )


@attrs.frozen
class _Comparison:
    """How two sets are valued, and where an old rate is sought."""

    to: Currency
    before: Valuation
    after: Valuation
    newcomers: Valuation | None

    def row(self, place: Place, both: _Both, documents: tuple[Figure, Figure]) -> VarianceRow:
        """One row. Raises `RateMissing`, `OldRateUnknown`."""
        label = label_of(*place)
        old = self.before.row(f"{label}, old", documents[0], both[0])
        new = self.after.row(f"{label}, new", documents[1], both[1])
        rate = self._old_rate(label, both, documents, old)
        return VarianceRow(
            *place, *documents, rate.ratio, self._effects(label, documents, old, new, rate)
        )

    def _old_rate(
        self, label: str, both: _Both, documents: tuple[Figure, Figure], old: Figure
    ) -> RowRate:
        found = self.before.rate(old, documents[0].value.currency, both[0])
        if found is None and self.newcomers is not None:
            named = self.newcomers.row(f"{label}, new", documents[1], both[1])
            found = self.newcomers.rate(named, documents[1].value.currency, both[1])
        if found is None:
            raise OldRateUnknown(row=label, basis=self.before.basis.name)
        return found

    def _effects(
        self,
        label: str,
        documents: tuple[Figure, Figure],
        old: Figure,
        new: Figure,
        rate: RowRate,
    ) -> Effects:
        held, volume = documents[1].exact_value, documents[1].exact_value - documents[0].exact_value
        change = new.exact_value - old.exact_value

        def made(name: str, exact: Fraction, rule: str, *inputs: Figure) -> Figure:
            shown = {id(node) for one in inputs for node in (one, *one.inputs)}
            behind = (one for one in rate.inputs if id(one) not in shown)
            return rounded_once(f"{label}, {name}", exact, self.to, rule, (*inputs, *behind))

        return _closed(
            label,
            old,
            new,
            made("new at the old rate", held * rate.ratio, "new amount x old rate", documents[1]),
            made("volume effect", volume * rate.ratio, VOLUME_RULE, *documents),
            made("rate effect", change - volume * rate.ratio, RATE_RULE, old, new),
        )


def _closed(
    label: str, old: Figure, new: Figure, constant: Figure, volume: Figure, rate: Figure
) -> Effects:
    """The change, and what rounding leaves of it beside its effects."""
    exact = new.exact_value - old.exact_value
    change = Figure(f"{label}, change", new.value - old.value, "new less old", (new, old), exact)
    left = change.value - volume.value - rate.value
    rule = "the change less its two effects, each rounded once (M9)"
    rounding = Figure(f"{label}, rounding", left, rule, (change, volume, rate))
    return Effects(old, new, constant, change, volume, rate, rounding)


_SUMMED = ("old", "new", "constant", "volume", "rate")


def _variance(to: Currency, rows: tuple[VarianceRow, ...], left: tuple[LeftOut, ...]) -> Variance:
    columns = {
        one.name: tuple(getattr(row.effects, one.name) for row in rows)
        for one in attrs.fields(Effects)
    }
    sums = {name: total_of(f"Total {name}", columns[name], to) for name in _SUMMED}
    total = _closed("Total", **sums)
    differences = {
        name: difference_of(getattr(total, name), column) for name, column in columns.items()
    }
    return Variance(to, rows, total, FrozenMap(differences), left)
