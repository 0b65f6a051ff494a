"""What is restated: amounts of a day, and the groups into which they are added up.

Amounts of one key, currency, day and decision make one group, so that a rate is taken once for
each group, however many amounts there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused
from fxcrm.figures import Evidence
from fxcrm.ids import DecisionId
from fxcrm.money import Money

Place = tuple[str, Currency]  # where a group is shown: a key and a document currency


class BookedRefused(InputRefused):
    """A booked amount that contradicts the amount it is said to be the value of."""

    amount: Money
    booked: Money
    template = (
        "{amount} can not be booked as {booked}: one currency needs one amount, two need one sign"
    )


class DecisionsDiffer(InputRefused):
    """Two rate decisions bear one id, and say different things."""

    decision: DecisionId
    template = (
        "rate decision {decision} is given in two versions; a correction has an id of its own"
    )


def _checked_booked(dated: DatedAmount, _: attrs.Attribute[Any], booked: Money | None) -> None:
    if booked is None:
        return
    one_currency = booked.currency is dated.amount.currency
    if booked != dated.amount if one_currency else booked.sign * dated.amount.sign < 0:
        raise BookedRefused(amount=dated.amount, booked=booked)


@attrs.frozen
class DatedAmount:
    """An amount of a day, in document currency: of an invoice, a deal, a posting.

    ``key`` says under which heading it is shown: a customer, a month, nothing. ``booked`` is its
    value in the books, if it has one; ``decision`` the rate it was booked or valued at. Raises
    `BookedRefused`.
    """

    amount: Money
    on: date
    key: str = ""
    booked: Money | None = attrs.field(default=None, validator=_checked_booked)
    decision: RateDecision | None = None
    evidence: Evidence | None = None


@attrs.frozen
class Group:
    """Amounts of one key, currency, day, sign and decision, added up exactly.

    ``booked`` is the sum of their values in the books; None where they have none.
    """

    key: str
    currency: Currency
    on: date
    amount: Money
    booked: Money | None
    decision: RateDecision | None
    count: int
    evidence: tuple[Evidence, ...]


def grouped(amounts: Iterable[DatedAmount]) -> dict[Place, list[Group]]:
    """The groups of some amounts, by where they are shown; the order of the amounts is no matter.

    Raises `DecisionsDiffer`.
    """
    held: defaultdict[tuple[Any, ...], list[DatedAmount]] = defaultdict(list)
    for one in amounts:
        money, decided = one.amount, one.decision
        decision = "" if decided is None else decided.id
        is_booked = one.booked is not None
        held[one.key, money.currency, one.on, decision, is_booked, money.is_negative].append(one)
    places: defaultdict[Place, list[Group]] = defaultdict(list)
    for at in sorted(held, key=_order):
        places[at[:2]].append(_group(at, held[at]))
    return places


def _order(at: tuple[Any, ...]) -> tuple[Any, ...]:
    key, currency, *rest = at
    return (*place_order((key, currency)), *rest)


def place_order(place: Place) -> tuple[str, str, str, str]:
    """Places go by key, then by code; two registries may give one code two meanings (M11)."""
    key, currency = place
    return key, currency.code, currency.registry, repr(currency)


def _group(at: tuple[Any, ...], members: list[DatedAmount]) -> Group:
    key, currency, on, *_ = at
    booked = [one.booked for one in members if one.booked is not None]
    return Group(
        key,
        currency,
        on,
        _sum([one.amount for one in members]),
        _sum(booked) if booked else None,
        _one_decision(members),
        len(members),
        tuple(sorted((one.evidence for one in members if one.evidence), key=_reference)),
    )


def _sum(moneys: list[Money]) -> Money:
    return moneys[0] if len(moneys) == 1 else Money.total(moneys)  # most groups of many keys


def _one_decision(members: list[DatedAmount]) -> RateDecision | None:
    first = members[0].decision
    for one in members:
        if one.decision is not first and one.decision != first:
            raise DecisionsDiffer(decision=first.id if first else DecisionId(""))
    return first


def _reference(evidence: Evidence) -> tuple[str, str, str]:
    return evidence.kind, evidence.reference, str(evidence)


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The sum of many fractions, pairwise.

    One after the other, every step would reduce a fraction as long as all before it; in pairs,
    most steps are short, and ten thousand different rates take no longer than they must.
    """
    terms: list[Fraction] = list(values)
    while len(terms) > 1:
        paired = [terms[at] + terms[at + 1] for at in range(0, len(terms) - 1, 2)]
        terms = [*paired, terms[-1]] if len(terms) % 2 else paired
    return terms[0] if terms else Fraction(0)
