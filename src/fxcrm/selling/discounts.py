"""Discounts: percentages and amounts that stay what they are in every currency.

A percentage is exact and the same in each currency. An amount belongs to its currency: on a price
in another one it is converted once, by the decision it is given, and never relabelled (M8).
Whatever the chain, its reduction is rounded once (M9), and ``before == after + reduction``.

===============  ==========================================================================
``ADDITIVE``     every percentage is taken of the first price; the order does not matter
``COMPOUNDING``  each is taken of what the one before it left, in the order given
===============  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.figures import Figure, Input
from fxcrm.money import Money, RationalMoney, Rounding, Spare, canonical, parse_decimal
from fxcrm.taxes import Discounted, PercentRefused


class Stacking(Enum):
    """What a second percentage is taken of."""

    ADDITIVE = "additive"
    COMPOUNDING = "compounding"


class BelowZero(Enum):
    """What becomes of a discount that is more than the price."""

    REFUSED = "refused"
    CAPPED = "capped"  # it takes the whole price and no more
    ALLOWED = "allowed"


class DiscountRefused(InputRefused):
    """A discount that takes nothing off, or is both a percentage and an amount."""

    reason: str
    template = "this is no discount: {reason:plain}"


class DiscountExceedsPrice(RuleRefused):
    """More is taken off than there is, and the policy does not allow it."""

    price: Money
    discount: str
    template = (
        "{discount:plain} is more than is left of {price}; take less off, or say "
        "what becomes of it: capped, or allowed"
    )


class DiscountHasNoRate(RuleRefused):
    """An amount in another currency than the price needs a rate that was decided (M8)."""

    discount: Money
    currency: str
    template = (
        "a discount of {discount} on a price in {currency:plain} needs a rate decision between "
        "the two; it is converted, never relabelled"
    )


@attrs.frozen
class Discount:
    """Either ``percent`` hundredths of a price, 0 to 100, or an ``amount`` above zero.

    The amount is taken off what it is applied to: a unit price, a line or a document. Raises
    `PercentRefused`, `DiscountRefused`.
    """

    percent: Decimal | None = attrs.field(
        default=None, converter=attrs.converters.optional(exact_decimal)
    )
    amount: Money | None = None
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if (self.percent is None) is (self.amount is None):
            raise DiscountRefused(reason="say either percent= or amount=")
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise PercentRefused(percent=canonical(self.percent), reason="a discount is 0 to 100")
        if self.amount is not None and not self.amount.is_positive:
            raise DiscountRefused(reason=f"an amount is above zero, not {self.amount}")

    @classmethod
    def parse(cls, text: str, reason: str = "") -> Discount:
        """``7.5 %`` or ``EUR 5.00``, as a file or a form writes it."""
        if text.rstrip().endswith("%"):
            return cls(parse_decimal(text.rstrip()[:-1].strip()), reason=reason)
        return cls(amount=Money.parse(text), reason=reason)

    def reduction(self, price: RationalMoney, rate: RateDecision | None = None) -> RationalMoney:
        """What it takes off a price, exactly, in the currency of the price.

        ``rate`` converts an amount in another currency. Raises `DiscountHasNoRate` without one,
        and for one of another pair.
        """
        if self.amount is None:
            return price * Fraction(self.percent or 0) / 100
        if self.amount.currency is price.currency:
            return self.amount.exact()
        if rate is None or {rate.pair.base, rate.pair.counter} != {
            self.amount.currency,
            price.currency,
        }:
            raise DiscountHasNoRate(discount=self.amount, currency=price.currency.code)
        return rate.convert_exactly(self.amount)

    def applied(
        self,
        price: Money,
        rate: RateDecision | None = None,
        policy: DiscountPolicy | None = None,
    ) -> Discounted:
        """The price less this one discount; the reduction is what is rounded (M9)."""
        return chained(price, (self,), policy or USUAL, rate).whole

    def __str__(self) -> str:
        return str(self.amount) if self.percent is None else f"{canonical(self.percent)} %"


@attrs.frozen
class DiscountPolicy:
    """How discounts of one price go together, and how the reduction is rounded."""

    stacking: Stacking = Stacking.COMPOUNDING
    below_zero: BelowZero = BelowZero.REFUSED
    rounding: Rounding = Rounding.HALF_EVEN


USUAL = DiscountPolicy()


@attrs.frozen
class DiscountStep:
    """One discount of a chain, and what it took off: the steps add up to the whole."""

    discount: Discount
    taken: Discounted


@attrs.frozen
class DiscountChain:
    """Discounts on one price: each step, and the exact price before the reduction was rounded."""

    price: Money
    steps: tuple[DiscountStep, ...]
    exact: RationalMoney
    policy: DiscountPolicy
    rate: RateDecision | None = None

    @property
    def whole(self) -> Discounted:
        """The price, all that was taken off, and what is left of it."""
        after = self.steps[-1].taken.after if self.steps else self.price
        return Discounted(self.price, self.price - after, after)

    @property
    def rule(self) -> str:
        """The chain in words."""
        taken = ", then ".join(f"less {step.discount}" for step in self.steps)
        if not taken:
            return "no discount"
        mode = self.policy.rounding.name.lower().replace("_", " ")
        return f"{taken} ({self.policy.stacking.value}), the reduction rounded {mode}"

    def figure(self, label: str, price: Figure) -> Figure:
        """What is left as a figure, over the figure of the price."""
        used: tuple[Input, ...] = ()
        if self.rate is not None and any(
            _is_foreign(one.discount, self.price) for one in self.steps
        ):
            used = (self.rate,)
        return Figure(label, self.whole.after, self.rule, (price, *used), self.exact.value)


def _is_foreign(discount: Discount, price: Money) -> bool:
    return discount.amount is not None and discount.amount.currency is not price.currency


def chained(
    price: Money,
    discounts: Iterable[Discount],
    policy: DiscountPolicy = USUAL,
    rate: RateDecision | None = None,
) -> DiscountChain:
    """All discounts on one price. Their sum is rounded once; each step shows its part of it.

    Raises `DiscountExceedsPrice`, `DiscountHasNoRate`.
    """
    first = left = price.exact()
    before, steps = price, []
    for discount in discounts:
        basis = first if policy.stacking is Stacking.ADDITIVE else left
        left = _floored(left - discount.reduction(basis, rate), discount, price, policy)
        after = price - (first - left).rounded(policy.rounding)
        steps.append(DiscountStep(discount, Discounted(before, before - after, after)))
        before = after
    return DiscountChain(price, tuple(steps), left, policy, rate)


def _floored(
    left: RationalMoney, discount: Discount, price: Money, policy: DiscountPolicy
) -> RationalMoney:
    """What is left, once it is known that it did not pass zero, or may."""
    if price.is_negative and discount.amount is not None:
        raise DiscountExceedsPrice(price=price, discount=str(discount))
    passed = left.sign > 0 if price.is_negative else left.sign < 0
    if not passed or policy.below_zero is BelowZero.ALLOWED:
        return left
    if policy.below_zero is BelowZero.REFUSED:
        raise DiscountExceedsPrice(price=price, discount=str(discount))
    return RationalMoney(0, price.currency)


def shared_discount(
    amounts: Sequence[Money],
    discounts: Iterable[Discount],
    policy: DiscountPolicy = USUAL,
    rate: RateDecision | None = None,
) -> tuple[Discounted, ...]:
    """Discounts of a document, shared out to its lines so that each line can be taxed.

    They are taken of the sum and rounded once; the lines bear it in proportion to their amounts
    (M6, largest remainder), and add up to it exactly. Amounts are in minor units and not
    negative. Raises `WeightsRefused`, `SubMinorAmount` and what `chained` raises.
    """
    whole = chained(Money.total(amounts), discounts, policy, rate).whole
    if whole.reduction.is_zero:
        return tuple(Discounted(one, whole.reduction, one) for one in amounts)
    weights = [one.amount for one in amounts]
    shares = whole.reduction.allocate(weights, Spare.LARGEST_REMAINDER)
    return tuple(
        Discounted(one, share, one - share) for one, share in zip(amounts, shares, strict=True)
    )
