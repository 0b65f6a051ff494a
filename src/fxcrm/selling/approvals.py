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
from typing import Any, Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError, InputRefused, shown
from fxcrm.events import checked_instant
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, canonical

_PERCENT: Final = 100


class ApprovalRuleRefused(InputRefused):
    """Rules of approval that nobody could follow; ``place`` says which of them."""

    place: str
    reason: str
    template = "{place:plain}: {reason:plain}"


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


def _named(rules: Iterable[ApprovalRule]) -> tuple[ApprovalRule, ...]:
    held = tuple(rules)
    if len({one.name for one in held}) < len(held):
        raise ApprovalRuleRefused(place="approvals.rules", reason="two rules have one name")
    return held


@attrs.frozen
class ApprovalRules:
    """All rules of a company; none: whoever may write a quote may release it."""

    rules: tuple[ApprovalRule, ...] = attrs.field(default=(), converter=_named)

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """The currencies in which an offer must be valued for its limits."""
        limits = (one.condition for one in self.rules if isinstance(one.condition, AmountAbove))
        return tuple(dict.fromkeys(one.limit.currency for one in limits))

    def firing(self, facts: OfferFacts) -> tuple[ApprovalRule, ...]:
        """The rules that an offer needs a consent for."""
        return tuple(one for one in self.rules if one.condition.fires(facts))

    @classmethod
    def read(cls, data: object, place: str = "approvals") -> ApprovalRules:
        """From plain data: who holds which role, and the rules.

        ``{"roles": {"head of sales": ["H. Brandt"]}, "rules": [{"name": "large",
        "amount_above": "EUR 10000.00", "roles": ["head of sales"]}]}``. Raises
        `ApprovalRuleRefused`, which names the place.
        """
        given = _table(data, ("roles", "rules"), place)
        roles = {
            name: _texts(names, f"{place}.roles.{name}")
            for name, names in _table(given.get("roles", {}), None, f"{place}.roles").items()
        }
        rules = given.get("rules", [])
        if not isinstance(rules, list | tuple):
            raise ApprovalRuleRefused(place=f"{place}.rules", reason="a list of rules is expected")
        return cls(
            _read_rule(one, roles, f"{place}.rules, rule {number}")
            for number, one in enumerate(rules, 1)
        )


def _read_rule(data: object, roles: Mapping[str, tuple[str, ...]], place: str) -> ApprovalRule:
    given = _table(data, ("name", "roles", "consent", *_CONDITIONS), place)
    conditions = [name for name in _CONDITIONS if name in given]
    if len(conditions) != 1:
        reason = f"it states one of {', '.join(_CONDITIONS)}, and not {len(conditions)}"
        raise ApprovalRuleRefused(place=place, reason=reason)
    wanted = _texts(given.get("roles", ()), f"{place}, roles")
    for role in wanted:
        if role not in roles:
            reason = f"nobody holds the role {shown(role)}; list who does under roles"
            raise ApprovalRuleRefused(place=place, reason=reason)
    if not wanted:
        raise ApprovalRuleRefused(place=place, reason="it names no role that may consent")
    name, [kind] = given.get("name"), conditions
    if not isinstance(name, str) or not name:
        raise ApprovalRuleRefused(place=place, reason="it has no name")
    condition = _condition(kind, given[kind], f"{place}, {kind}")
    consent = _consent(given.get("consent", Consent.OTHERS.value), place)
    return ApprovalRule(name, condition, {role: roles[role] for role in wanted}, consent)


def _condition(kind: str, value: object, place: str) -> Condition:
    try:
        return _CONDITIONS[kind](value)
    except FxcrmError as refused:
        raise ApprovalRuleRefused(place=place, reason=str(refused)) from None
    except TypeError:
        raise ApprovalRuleRefused(place=place, reason=f"{shown(value)} is no text") from None


def _consent(value: object, place: str) -> Consent:
    for one in Consent:
        if one.value == value:
            return one
    raise ApprovalRuleRefused(
        place=f"{place}, consent", reason=f"{shown(value)} is none of others, anyone"
    )


def _table(data: object, known: Iterable[str] | None, place: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise ApprovalRuleRefused(place=place, reason="a table of names and values is expected")
    for name in data:
        if not isinstance(name, str) or (known is not None and name not in tuple(known)):
            listed = ", ".join(known or ("a text",))
            raise ApprovalRuleRefused(place=place, reason=f"{shown(name)} is none of {listed}")
    return dict(data)


def _texts(data: object, place: str) -> tuple[str, ...]:
    if not isinstance(data, list | tuple) or not all(isinstance(one, str) for one in data):
        raise ApprovalRuleRefused(place=place, reason="a list of texts is expected")
    return tuple(data)


def _money(value: Any) -> Condition:
    return AmountAbove(Money.parse(value))


def _currencies(value: Any) -> Condition:
    return CurrencyAmong(tuple(map(Currency, _texts(value, "currencies"))))


_CONDITIONS: Final[Mapping[str, Callable[[Any], Condition]]] = FrozenMap(
    {
        "amount_above": _money,
        "discount_above": DiscountAbove,
        "currencies": _currencies,
        "margin_below": MarginBelow,
    }
)
