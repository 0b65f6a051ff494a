"""Percentages of a price that always add up: discounts, and tax on net or in gross prices.

This is arithmetic, no tax law: which taxes a line bears is the caller's knowledge. Where
rounding happens is a policy of the document (M9):

==============  ==================================================================
``PER_LINE``    each line's amount is taxed and rounded; the default of most places
``PER_UNIT``    one unit is taxed and rounded, then multiplied by the quantity
``PER_TOTAL``   the sum of all lines under a tax is taxed and rounded once; a line shows
                what it added to the tax of the lines before it
==============  ==================================================================

In each of them ``net + taxes == gross`` holds exactly for every line and for the document, and
the lines add up to the document. Of two or more taxes inside a gross price the sum is rounded,
and then shared out by their percentages (M6, largest remainder).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import chain
from typing import ClassVar

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.errors import InputRefused
from fxcrm.money import CurrencyNeeded, Money, RationalMoney, Rounding, Spare, canonical


class PriceBasis(Enum):
    """Whether the prices of a document are without its taxes or contain them."""

    NET = "net"
    GROSS = "gross"


class TaxRounding(Enum):
    """Where the tax of a document is rounded (M9)."""

    PER_LINE = "per line"
    PER_UNIT = "per unit"
    PER_TOTAL = "per total"


@attrs.frozen
class TaxPolicy:
    """How the prices of a document relate to its taxes, and where and how those are rounded."""

    basis: PriceBasis = PriceBasis.NET
    per: TaxRounding = TaxRounding.PER_LINE
    rounding: Rounding = Rounding.HALF_UP


NET_PER_LINE = TaxPolicy()


class PercentRefused(InputRefused):
    """A percentage outside of what makes sense for a tax or a discount."""

    percent: str
    reason: str
    template: ClassVar[str] = "{percent:plain} percent is refused: {reason:plain}"


class TaxRepeated(InputRefused):
    """A line bears each tax once."""

    taxes: str
    template: ClassVar[str] = "a line names one tax twice: {taxes:plain}"


@attrs.frozen
class Tax:
    """One tax by the name under which a document shows it; ``percent`` of the net price.

    ``percent`` is text, int or Decimal ("19" is 19 %), not negative; zero for exempt goods.
    """

    name: str
    percent: Decimal = attrs.field(converter=exact_decimal)

    def __attrs_post_init__(self) -> None:
        if self.percent < 0:
            raise PercentRefused(percent=canonical(self.percent), reason="a tax is not negative")

    def __str__(self) -> str:
        return f"{self.name} {canonical(self.percent)} %"


@attrs.frozen
class TaxableLine:
    """``quantity`` units (text, int or Decimal; negative for returns) at ``unit_price`` each.

    ``amount`` is what the line comes to, in minor units, where that is decided already: it was
    converted or discounted, and rounded. The unit price may then be an exact fraction.
    """

    quantity: Decimal = attrs.field(converter=exact_decimal)
    unit_price: Money | RationalMoney
    taxes: tuple[Tax, ...] = ()
    amount: Money | None = None

    def rounded(self, rounding: Rounding) -> Money:
        """The line in minor units (M9)."""
        if self.amount is not None:
            return self.amount
        return _times(self.unit_price, Fraction(self.quantity), rounding)

    def __attrs_post_init__(self) -> None:
        if len(set(self.taxes)) < len(self.taxes):
            raise TaxRepeated(taxes=", ".join(map(str, self.taxes)))


@attrs.frozen
class TaxedLine:
    """A line in minor units; ``taxes`` in the order of ``line.taxes``, of the line's sign."""

    line: TaxableLine
    net: Money
    taxes: tuple[Money, ...]
    gross: Money


@attrs.frozen
class TaxTotal:
    """What a document bears of one tax; ``base`` is the net amount of the lines under it."""

    tax: Tax
    base: Money
    amount: Money


@attrs.frozen
class TaxedDocument:
    """All lines and their totals: ``net`` plus the amounts of ``by_tax`` is ``gross``."""

    lines: tuple[TaxedLine, ...]
    net: Money
    by_tax: tuple[TaxTotal, ...]
    gross: Money


@attrs.frozen
class Discounted:
    """A price ``before`` and ``after`` a ``reduction``; ``before == after + reduction``."""

    before: Money
    reduction: Money
    after: Money


def discounted(price: Money, percent: str | int | Decimal, rounding: Rounding) -> Discounted:
    """The price less so many hundredths of it; the reduction is what is rounded.

    Raises ``PercentRefused`` below 0 and above 100.
    """
    exact = exact_decimal(percent)
    if not 0 <= exact <= 100:
        raise PercentRefused(percent=canonical(exact), reason="a discount is 0 to 100")
    reduction = price.percent(exact, rounding)
    return Discounted(price, reduction, price - reduction)


def tax_document(
    lines: Iterable[TaxableLine],
    *,
    basis: PriceBasis,
    rounding: Rounding,
    per: TaxRounding = TaxRounding.PER_LINE,
) -> TaxedDocument:
    """Net, taxes and gross of lines in one currency, rounded as the policy ``per`` says.

    Every line's amount, quantity x unit price, is first rounded to minor units (M9). Raises
    ``CurrencyMismatch``, and ``CurrencyNeeded`` for no lines.
    """
    taxable = tuple(lines)
    if not taxable:
        raise CurrencyNeeded(operation="the tax")
    amounts = [line.rounded(rounding) for line in taxable]
    taxes = _line_taxes(taxable, amounts, basis, per, rounding)
    taxed = tuple(map(_taxed_line, taxable, amounts, taxes, [basis] * len(taxable)))
    return TaxedDocument(
        taxed,
        Money.total(line.net for line in taxed),
        _by_tax(taxed),
        Money.total(line.gross for line in taxed),
    )


def _line_taxes(
    lines: Sequence[TaxableLine],
    amounts: Sequence[Money],
    basis: PriceBasis,
    per: TaxRounding,
    rounding: Rounding,
) -> list[tuple[Money, ...]]:
    if per is TaxRounding.PER_TOTAL:
        return _cumulated(lines, amounts, basis, rounding)
    if per is TaxRounding.PER_UNIT:
        return [
            tuple(tax.times(line.quantity, rounding) for tax in unit_taxes)
            for line in lines
            for unit_taxes in [_taxes_of(line.unit_price, line.taxes, basis, rounding)]
        ]
    pairs = zip(lines, amounts, strict=True)
    return [_taxes_of(amount, line.taxes, basis, rounding) for line, amount in pairs]


def _times(price: Money | RationalMoney, factor: Fraction, rounding: Rounding) -> Money:
    if isinstance(price, Money):
        return price.times(factor, rounding)
    return (price * factor).rounded(rounding)


def _taxes_of(
    price: Money | RationalMoney, taxes: tuple[Tax, ...], basis: PriceBasis, rounding: Rounding
) -> tuple[Money, ...]:
    """The taxes on a net price, or in a gross one, in minor units."""
    percents = [tax.percent for tax in taxes]
    whole = sum(map(Fraction, percents), Fraction(0))
    if basis is PriceBasis.NET or not whole:
        return tuple(_times(price, Fraction(one) / 100, rounding) for one in percents)
    contained = _times(price, whole / (100 + whole), rounding)
    return contained.allocate(percents, Spare.LARGEST_REMAINDER)


def _cumulated(
    lines: Sequence[TaxableLine], amounts: Sequence[Money], basis: PriceBasis, rounding: Rounding
) -> list[tuple[Money, ...]]:
    """Each line's taxes as what it adds to the taxes of the running totals before it.

    So the lines add up to the tax of the whole whatever their signs. Net prices run up a
    total for every tax, gross prices one for every combination of taxes.
    """
    running: dict[tuple[Tax, ...], Money] = {}
    result = []
    for line, amount in zip(lines, amounts, strict=True):
        added = []
        for group in [line.taxes] if basis is PriceBasis.GROSS else [(tax,) for tax in line.taxes]:
            before = running.get(group, Money.zero(amount.currency))
            running[group] = before + amount
            added.append(_difference(running[group], before, group, basis, rounding))
        result.append(tuple(chain.from_iterable(added)))
    return result


def _difference(
    after: Money, before: Money, group: tuple[Tax, ...], basis: PriceBasis, rounding: Rounding
) -> list[Money]:
    with_line = _taxes_of(after, group, basis, rounding)
    without = _taxes_of(before, group, basis, rounding)
    return [one - other for one, other in zip(with_line, without, strict=True)]


def _taxed_line(
    line: TaxableLine, amount: Money, taxes: tuple[Money, ...], basis: PriceBasis
) -> TaxedLine:
    tax = Money.total(taxes, amount.currency)
    if basis is PriceBasis.NET:
        return TaxedLine(line, amount, taxes, amount + tax)
    return TaxedLine(line, amount - tax, taxes, amount)


def _by_tax(lines: Sequence[TaxedLine]) -> tuple[TaxTotal, ...]:
    """Totals in the order in which the taxes first occur."""
    found: dict[Tax, tuple[list[Money], list[Money]]] = {}
    for line in lines:
        for tax, amount in zip(line.line.taxes, line.taxes, strict=True):
            bases, amounts = found.setdefault(tax, ([], []))
            bases.append(line.net)
            amounts.append(amount)
    return tuple(
        TaxTotal(tax, Money.total(bases), Money.total(amounts))
        for tax, (bases, amounts) in found.items()
    )
