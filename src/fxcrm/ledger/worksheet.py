"""The worksheet of a consolidation: what each member brings, and what the group enters.

A group entry is balanced in presentation currency, so that the trial balance of the group sums to
zero after every step (D23, D31). Nothing of it is posted to anybody's books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translation import Translation
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money


class GroupEntryUnbalanced(RuleRefused):
    """An entry of the worksheet that does not sum to zero."""

    text: str
    difference: Money
    template = "the group's entry {text:plain} is off balance by {difference}"


class Step(Enum):
    """What a group entry does, in the order in which the worksheet is made (D23)."""

    RESERVE = "translation reserve of each member"
    ACQUISITION = "goodwill and fair values"
    INTERCOMPANY = "dealings between members"
    CAPITAL = "investments against capital"
    DIVIDENDS = "dividends within the group"
    UNREALISED = "unrealised profit"
    NET_INVESTMENT = "differences on net investments"
    OWNERSHIP = "changes in ownership"
    DISPOSAL = "companies that left the group"
    EQUITY_METHOD = "equity-accounted investments"
    MINORITY = "what belongs to minority holders"


@attrs.frozen
class GroupEntryLine:
    """An amount on an account of the group; debit positive, in presentation currency.

    ``company`` is the member whom the amount concerns, None for the group as a whole.
    """

    account: AccountCode
    company: CompanyId | None
    figure: Figure


def _held(lines: Iterable[GroupEntryLine]) -> tuple[GroupEntryLine, ...]:
    return tuple(lines)


@attrs.frozen
class GroupEntry:
    """One entry of the worksheet. Raises `GroupEntryUnbalanced`."""

    step: Step
    text: str
    lines: tuple[GroupEntryLine, ...] = attrs.field(converter=_held)

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            return
        currency = self.lines[0].figure.value.currency
        off = Money.total((one.figure.value for one in self.lines), currency=currency)
        if not off.is_zero:
            raise GroupEntryUnbalanced(text=self.text, difference=off)


def _days(marks: Mapping[date, TranslationSnapshot]) -> FrozenMap[date, TranslationSnapshot]:
    return FrozenMap(marks)


def _decided(dated: Mapping[date, RateDecision]) -> FrozenMap[date, RateDecision]:
    return FrozenMap(dated)


@attrs.frozen
class MemberBooks:
    """A member as the group sees it.

    ``translation`` is that of the reporting day, or of the day on which the member left. ``marks``
    are its translations at the days before on which some stake of the group changed, from its own
    acquisition on. ``acquired`` is what was acquired beyond its books, goodwill and fair values
    (D18), with marks of its own. ``dated`` are the spots between its currency and the group's on
    days that the group asks for.
    """

    translation: Translation
    marks: Mapping[date, TranslationSnapshot] = attrs.field(factory=dict, converter=_days)
    acquired: Translation | None = None
    acquired_marks: Mapping[date, TranslationSnapshot] = attrs.field(factory=dict, converter=_days)
    dated: Mapping[date, RateDecision] = attrs.field(factory=dict, converter=_decided)
