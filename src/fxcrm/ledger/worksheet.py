"""The worksheet of a consolidation: what each member brings, and what the group enters.

A group entry is balanced in presentation currency, so that the trial balance of the group sums to
zero after every step (D23, D31). Nothing of it is posted to anybody's books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.groups import Step
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translation import Translation
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money


class GroupEntryUnbalanced(RuleRefused):
    """An entry of the worksheet that does not sum to zero."""

    text: str
    difference: Money
    template = "the group's entry {text:plain} is off balance by {difference}"


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


@attrs.frozen
class Chain:
    """A translation with those before it, at the days on which some stake of the group changed."""

    translation: Translation
    marks: Mapping[date, TranslationSnapshot] = attrs.field(factory=dict, converter=_days)


def _decided(dated: Mapping[date, RateDecision]) -> FrozenMap[date, RateDecision]:
    return FrozenMap(dated)


@attrs.frozen
class MemberBooks:
    """A member as the group sees it.

    ``translation`` is that of the reporting day, or of the day on which the member left. ``marks``
    are its translations at the days before on which some stake of the group changed, from its own
    acquisition on. ``uplifts`` and ``goodwill`` are what was acquired beyond its books, kept and
    translated as books of its own currency (D18); ``kept`` is the goodwill in what was kept of a
    company that left (IAS 28.32). ``dated`` are the spots between its currency and
    the group's on the days that the group asks for.
    """

    translation: Translation
    marks: Mapping[date, TranslationSnapshot] = attrs.field(factory=dict, converter=_days)
    uplifts: Chain | None = None
    goodwill: Chain | None = None
    kept: Chain | None = None
    dated: Mapping[date, RateDecision] = attrs.field(factory=dict, converter=_decided)
