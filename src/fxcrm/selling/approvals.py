"""Approvals: which offers need somebody's consent, as data, and the consent itself.

A rule has one condition and the roles that may consent; who holds a role is data as well. A
consent is bound to the content of the quote: whatever is edited afterwards, it was given to
something else, and no longer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.errors import shown
from fxcrm.events import checked_instant
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, canonical
from fxcrm.plaindata import PlainTable

_PERCENT: Final = 100


class Consent(Enum):
    """From whom a consent counts."""

    OTHERS = "others"  # who wrote a part of the quote can not approve it
    ANYONE = "anyone"


@attrs.frozen
class OfferFacts:
    """What the rules look at. ``worth`` is the net total in each currency that a limit is in.

    ``discount`` is the largest share that any line gives away; ``margin`` is None where costs
    are not known.
    """

    currency: Currency
    worth: Mapping[Currency, Money]
    discount: Fraction = Fraction(0)
    margin: Fraction | None = None


@attrs.frozen
class AmountAbove:
    """The net total is more than a limit, in the currency of the limit (R7)."""

    limit: Money

    def fires(self, facts: OfferFacts) -> bool:
        """Whether it is."""
        return facts.worth[self.limit.currency] > self.limit

    def __str__(self) -> str:
        return f"an amount above {self.limit}"


@attrs.frozen
class DiscountAbove:
    """A line gives away more than so many percent."""

    percent: Decimal = attrs.field(converter=exact_decimal)

    def fires(self, facts: OfferFacts) -> bool:
        """Whether one does."""
        return facts.discount * _PERCENT > Fraction(self.percent)

    def __str__(self) -> str:
        return f"a discount above {canonical(self.percent)} %"


@attrs.frozen
class CurrencyAmong:
    """The document is in one of these currencies."""

    currencies: tuple[Currency, ...]

    def fires(self, facts: OfferFacts) -> bool:
        """Whether it is."""
        return facts.currency in self.currencies

    def __str__(self) -> str:
        return f"a quote in {', '.join(one.code for one in self.currencies)}"


@attrs.frozen
class MarginBelow:
    """The margin is less than so many percent of the price, or is not known.

    An unknown one fires, for else a rule could be passed by leaving the product out.
    """

    percent: Decimal = attrs.field(converter=exact_decimal)

    def fires(self, facts: OfferFacts) -> bool:
        """Whether it is."""
        return facts.margin is None or facts.margin * _PERCENT < Fraction(self.percent)

    def __str__(self) -> str:
        return f"a margin below {canonical(self.percent)} %, or not known"


Condition = AmountAbove | DiscountAbove | CurrencyAmong | MarginBelow


@attrs.frozen
class Approval:
    """A consent: to which rule, by whom, in which role, when, and to which content exactly."""

    rule: str
    by: str
    role: str
    at: datetime
    content: str

    def __attrs_post_init__(self) -> None:
        checked_instant(self.at)


def _holders(entitled: Mapping[str, Iterable[str]]) -> FrozenMap[str, tuple[str, ...]]:
    return FrozenMap({role: tuple(names) for role, names in entitled.items()})


@attrs.frozen
class ApprovalRule:
    """What needs a consent: a condition, and the roles with who holds them, any one of which do."""

    name: str
    condition: Condition
    entitled: Mapping[str, tuple[str, ...]] = attrs.field(converter=_holders)
    consent: Consent = Consent.OTHERS

    def entitles(self, by: str, role: str, authors: Iterable[str]) -> bool:
        """Whether somebody may consent in a role to what these authors wrote."""
        if self.consent is Consent.OTHERS and by in authors:
            return False
        return by in self.entitled.get(role, ())

    def is_met(self, approvals: Iterable[Approval], content: str, authors: Iterable[str]) -> bool:
        """Whether somebody who is entitled has consented to this very content."""
        wrote = tuple(authors)
        return any(
            one.rule == self.name
            and one.content == content
            and self.entitles(one.by, one.role, wrote)
            for one in approvals
        )

    def __str__(self) -> str:
        others = ", not an author" if self.consent is Consent.OTHERS else ""
        return f"{self.name} ({self.condition}): {' or '.join(self.entitled)}{others}"


def _rules(rules: Iterable[ApprovalRule]) -> tuple[ApprovalRule, ...]:
    return tuple(rules)


@attrs.frozen
class ApprovalRules:
    """All rules of a company; none: whoever may write a quote may release it."""

    rules: tuple[ApprovalRule, ...] = attrs.field(default=(), converter=_rules)

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """The currencies in which an offer must be valued for its limits."""
        limits = (one.condition for one in self.rules if isinstance(one.condition, AmountAbove))
        return tuple(dict.fromkeys(one.limit.currency for one in limits))

    def firing(self, facts: OfferFacts) -> tuple[ApprovalRule, ...]:
        """The rules that an offer needs a consent for."""
        return tuple(one for one in self.rules if one.condition.fires(facts))

    @classmethod
    def read(cls, data: PlainTable) -> ApprovalRules:
        """From plain data: who holds which role, and the rules.

        ``{"roles": {"head of sales": ["H. Brandt"]}, "rules": [{"name": "large",
        "amount_above": "EUR 10000.00", "roles": ["head of sales"]}]}``. Raises `RulesRefused`.
        """
        top = PlainTable.of(data.values, data.place, "roles rules")
        holders = top.table("roles")
        roles = {role: holders.texts(role) for role in holders.values}
        rules = tuple(_read_rule(one, roles) for one in top.tables("rules", _KNOWN))
        if len({one.name for one in rules}) < len(rules):
            raise top.refused("two rules have one name", "rules")
        return cls(rules)


def _read_rule(data: PlainTable, roles: Mapping[str, tuple[str, ...]]) -> ApprovalRule:
    conditions = [name for name in _CONDITIONS if name in data]
    if len(conditions) != 1:
        raise data.refused(f"it states one of {', '.join(_CONDITIONS)}, not {len(conditions)}")
    wanted = data.texts("roles")
    for role in wanted:
        if role not in roles:
            raise data.refused(f"nobody holds the role {shown(role)}; list who does", "roles")
    if not wanted:
        raise data.refused("it names no role that may consent", "roles")
    [kind] = conditions
    entitled = {role: roles[role] for role in wanted}
    consent = data.member(Consent, "consent", Consent.OTHERS)
    return ApprovalRule(data.text("name"), _CONDITIONS[kind](data, kind), entitled, consent)


def _amount(data: PlainTable, name: str) -> Condition:
    return AmountAbove(data.money(name))


def _discount(data: PlainTable, name: str) -> Condition:
    percent = data.decimal(name)
    if not 0 <= percent <= _PERCENT:
        raise data.refused(f"a discount is from 0 to {_PERCENT} percent", name)
    return DiscountAbove(percent)


def _currencies(data: PlainTable, name: str) -> Condition:
    return CurrencyAmong(data.currencies(name))


def _margin(data: PlainTable, name: str) -> Condition:
    percent = data.decimal(name)
    if not -_PERCENT < percent <= _PERCENT:
        reason = (
            f"a margin is above -{_PERCENT} percent, negative where it is a loss, up to {_PERCENT}"
        )
        raise data.refused(reason, name)
    return MarginBelow(percent)


_CONDITIONS: Final[Mapping[str, Callable[[PlainTable, str], Condition]]] = FrozenMap(
    {
        "amount_above": _amount,
        "discount_above": _discount,
        "currencies": _currencies,
        "margin_below": _margin,
    }
)
_KNOWN: Final = f"name roles consent {' '.join(_CONDITIONS)}"
