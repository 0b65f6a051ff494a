"""Groups: who holds what of whom, since when, and by which rules the group adds up.

A group is data. A stake begins when a company is founded by its owner or acquired, and may change
later; what happens on a day holds from the end of that day on. Owners may be members themselves,
so that a group has levels. Shares are fractions of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import Final

import attrs

from fxcrm._decimals import exact_fraction
from fxcrm.currencies import Currency
from fxcrm.encoding import day_text
from fxcrm.errors import InputRefused, NotThere, shown
from fxcrm.ids import AccountCode, CompanyId, GroupId
from fxcrm.ledger.grouppolicies import (
    GROUP_ACCOUNTS,
    USUAL_POLICIES,
    GroupAccounts,
    GroupPolicies,
)
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money


class GroupRefused(InputRefused):
    """A group that can not be consolidated as given."""

    parent: CompanyId
    reason: str
    template = "the group of {parent}: {reason:plain}"


class StakeRefused(InputRefused):
    """A stake, an acquisition or a change that can not be as given."""

    company: CompanyId
    reason: str
    template = "the stake in {company}: {reason:plain}"


class StakeMissing(NotThere):
    """A company that the group holds nothing of."""

    company: CompanyId
    template = "the group holds no stake in {company}; name it in the group first"


class Method(Enum):
    """How a stake stands in the group's statements."""

    FULL = "full"  # control: all of it, other holders apart (IFRS 10)
    PROPORTIONATE = "proportionate"  # a joint operation: the share, line by line (IFRS 11.20)
    EQUITY = "equity"  # significant influence, a joint venture: one line (IAS 28.10)


class MinorityMeasure(Enum):
    """How other holders are measured when control is obtained (IFRS 3.19)."""

    SHARE = "share of the identifiable net assets"
    FAIR_VALUE = "fair value"


class Step(Enum):
    """What an entry of the worksheet does, in the order in which it is made (D23)."""

    BOOKS = "translated books with their reserve"
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


def _day(_: object, __: object, day: date) -> None:
    day_text(day)


def _checked_share(part: object, _: attrs.Attribute[Fraction], owned: Fraction) -> None:
    if not 0 <= owned <= 1:
        company = getattr(part, "company", CompanyId("?"))
        reason = f"a share of {shown(owned)} is not from 0 to 1"
        raise StakeRefused(company=company, reason=reason)


@attrs.frozen
class Uplift:
    """A fair value above the book value at acquisition, in the acquired company's currency.

    Debit positive: more of an asset, less of a liability. It is written down evenly over
    ``months`` to ``expense``; both None: it stays as it is. It belongs to the foreign operation,
    and so goes at the closing rate (IAS 21.47, D18).
    """

    account: AccountCode
    amount: Money
    expense: AccountCode | None = None
    months: int | None = None


@attrs.frozen
class Impairment:
    """Goodwill that was lost on a day, in the acquired company's currency, above zero."""

    on: date = attrs.field(validator=_day)
    amount: Money


def _uplifts(given: Iterable[Uplift]) -> tuple[Uplift, ...]:
    return tuple(given)


def _impairments(given: Iterable[Impairment]) -> tuple[Impairment, ...]:
    return tuple(given)


@attrs.frozen
class Acquisition:
    """How a stake was obtained: on which day, for what, and what the net assets were worth.

    The group counts from the end of ``on``. ``cost`` is what the owner's books carry the
    investment at, in the owner's functional currency. ``minority_value`` is the fair value of what
    others hold, in the acquired company's currency, where ``minority`` is measured so.
    """

    on: date = attrs.field(validator=_day)
    cost: Money
    minority: MinorityMeasure = MinorityMeasure.SHARE
    minority_value: Money | None = None
    uplifts: tuple[Uplift, ...] = attrs.field(default=(), converter=_uplifts)
    impairments: tuple[Impairment, ...] = attrs.field(default=(), converter=_impairments)


@attrs.frozen
class StakeChange:
    """A stake that grows or shrinks: the share and the method from the end of a day on.

    ``consideration`` is what was paid (the share grows) or received (it shrinks), and ``retained``
    the fair value of what is kept where control or influence ends (IFRS 10.25, IAS 28.22); both in
    the owner's functional currency, zero or above. ``owned`` is 0 where all was sold.
    """

    on: date = attrs.field(validator=_day)
    owned: Fraction = attrs.field(converter=exact_fraction)
    consideration: Money
    method: Method = Method.FULL
    retained: Money | None = None


@attrs.frozen
class Held:
    """What is held of a company for a while: the share, and how it is accounted for."""

    owned: Fraction
    method: Method


_NOTHING: Final = Held(Fraction(0), Method.EQUITY)


def _changes(given: Iterable[StakeChange]) -> tuple[StakeChange, ...]:
    return tuple(given)


@attrs.frozen
class Stake:
    """What a member holds of another company, from the day it was founded or acquired on.

    ``owner`` is the parent where it is None. Without ``acquired`` the company was founded by its
    owner: its capital is what the owner put in, and there is no goodwill. Raises `StakeRefused`.
    """

    company: CompanyId
    owned: Fraction = attrs.field(converter=exact_fraction, validator=_checked_share)
    owner: CompanyId | None = None
    method: Method = Method.FULL
    acquired: Acquisition | None = None
    changes: tuple[StakeChange, ...] = attrs.field(default=(), converter=_changes)

    def __attrs_post_init__(self) -> None:
        if not self.owned:
            self._refuse("a stake begins with a share above 0")
        days = [] if self.acquired is None else [self.acquired.on]
        days += [one.on for one in self.changes]
        if any(later <= sooner for sooner, later in pairwise(days)):
            self._refuse("each change is on a later day than the one before")
        before = Held(self.owned, self.method)
        for one in self.changes:
            self._refuse_change(before, one)
            before = Held(one.owned, one.method)

    def _refuse_change(self, before: Held, change: StakeChange) -> None:
        _checked_share(self, attrs.fields(Stake).owned, change.owned)
        if before.owned == 0:
            self._refuse(f"nothing is left of it to change on {change.on}")
        if change.owned == before.owned:
            self._refuse(f"the share of {change.on} is the one before")
        if change.method is not before.method and (
            before.method is not Method.FULL or change.method is not Method.EQUITY
        ):
            self._refuse(
                f"a change from {before.method.value} to {change.method.value} is not supported; "
                "end this stake and state the new one as acquired"
            )
        if change.method is not before.method and change.owned and change.retained is None:
            self._refuse(f"state the fair value of what is kept on {change.on} (IFRS 10.25)")
        if before.method is Method.PROPORTIONATE and change.owned:
            self._refuse("the share in a joint operation ends, it does not change")
        if before.method is Method.EQUITY and change.owned > before.owned:
            self._refuse("an equity-accounted share shrinks; state a larger one as acquired anew")

    def _refuse(self, reason: str) -> None:
        raise StakeRefused(company=self.company, reason=reason)

    @property
    def since(self) -> date | None:
        """The day from the end of which the group counts it; None: from its founding."""
        return None if self.acquired is None else self.acquired.on

    @property
    def is_founded(self) -> bool:
        """Whether the company's own translations serve the group: founded in it, and not shared."""
        return self.acquired is None and self.method is not Method.PROPORTIONATE

    def after(self, day: date) -> Held:
        """What is held from the end of a day on; a share of 0 before and after."""
        if self.since is not None and day < self.since:
            return _NOTHING
        held = Held(self.owned, self.method)
        for one in self.changes:
            if one.on <= day:
                held = Held(one.owned, one.method if one.owned else held.method)
        return held

    def days(self) -> Iterator[date]:
        """The days on which something about it changes."""
        if self.acquired is not None:
            yield self.acquired.on
        yield from (one.on for one in self.changes)

    def lost_on(self) -> date | None:
        """The day at the end of which a company is no longer added up line by line."""
        before = self.method
        for one in self.changes:
            if before is not Method.EQUITY and (one.owned == 0 or one.method is Method.EQUITY):
                return one.on
            before = one.method
        return None

    def change_kept(self, day: date) -> StakeChange | None:
        """The change up to a day by which control was lost and something was kept, or None."""
        left = self.lost_on()
        found = (one for one in self.changes if one.on == left and one.on <= day and one.owned)
        return next(found, None)


@attrs.frozen
class Sold:
    """The share of a dealing's goods that went to outsiders, or was written down, until a day."""

    on: date = attrs.field(validator=_day)
    share: Fraction = attrs.field(converter=exact_fraction)


def _sold(given: Iterable[Sold]) -> tuple[Sold, ...]:
    return tuple(given)


@attrs.frozen
class UnrealisedProfit:
    """Profit on goods or plant that one member sold to another, while the group still has them.

    ``profit`` is above zero, in the seller's functional currency; ``account`` is where the buyer
    carries the goods, ``expense`` where the group's result bears it. ``realised`` says which share
    of them was gone in all by which day (D25, IFRS 10.B86c).
    """

    id: str
    seller: CompanyId
    buyer: CompanyId
    sold_on: date = attrs.field(validator=_day)
    profit: Money
    account: AccountCode
    expense: AccountCode
    realised: tuple[Sold, ...] = attrs.field(default=(), converter=_sold)

    def held(self, day: date) -> Fraction:
        """The share that the group still has at the end of a day; 0 before the sale."""
        if day < self.sold_on:
            return Fraction(0)
        return 1 - max((one.share for one in self.realised if one.on <= day), default=Fraction(0))


def _stakes(stakes: Iterable[Stake]) -> tuple[Stake, ...]:
    return tuple(stakes)


def _maps(
    maps: Mapping[CompanyId, Mapping[AccountCode, AccountCode]],
) -> Mapping[CompanyId, Mapping[AccountCode, AccountCode]]:
    return FrozenMap({company: FrozenMap(codes) for company, codes in maps.items()})


def _unrealised(given: Iterable[UnrealisedProfit]) -> tuple[UnrealisedProfit, ...]:
    return tuple(given)


@attrs.frozen
class Group:
    """A parent, the stakes below it, and the currency the group reports in.

    ``accounts`` maps the account codes of a member to those of the group, where they differ (D23).
    Raises `GroupRefused` for a company that stands in it twice, that has no owner in the group, or
    that owns itself in the end.
    """

    parent: CompanyId
    stakes: tuple[Stake, ...] = attrs.field(converter=_stakes)
    presentation: Currency
    id: GroupId = attrs.field()
    unrealised: tuple[UnrealisedProfit, ...] = attrs.field(default=(), converter=_unrealised)
    maps: Mapping[CompanyId, Mapping[AccountCode, AccountCode]] = attrs.field(
        factory=dict, converter=_maps
    )
    policies: GroupPolicies = USUAL_POLICIES
    accounts: GroupAccounts = GROUP_ACCOUNTS

    @id.default
    def _of_parent(self) -> GroupId:
        return GroupId(self.parent)

    def __attrs_post_init__(self) -> None:
        if len(set(self.members)) != len(self.members):
            self._refuse("a company stands in it twice")
        for one in self.stakes:
            if self.owner_of(one) not in self.members:
                self._refuse(f"{one.owner}, which owns {one.company}, is not in it")
            self._refuse_early(one)
        self.bottom_up()

    def _refuse_early(self, stake: Stake) -> None:
        """What an owner had when it was acquired itself is acquired with it, on that day."""
        owner = self.owner_of(stake)
        begun = None if owner == self.parent else self.stake(owner).since
        if stake.since is not None and begun is not None and stake.since < begun:
            self._refuse(
                f"{stake.company} is acquired before {owner}, which owns it, belongs to the group; "
                f"state what it was worth on {begun}"
            )

    def _refuse(self, reason: str) -> None:
        raise GroupRefused(parent=self.parent, reason=reason)

    @property
    def members(self) -> tuple[CompanyId, ...]:
        """The parent first, then the companies it has a stake in."""
        return (self.parent, *(one.company for one in self.stakes))

    def owner_of(self, stake: Stake) -> CompanyId:
        """Who holds a stake."""
        return self.parent if stake.owner is None else stake.owner

    def stake(self, company: CompanyId) -> Stake:
        """The stake in a company. Raises `StakeMissing`."""
        for one in self.stakes:
            if one.company == company:
                return one
        raise StakeMissing(company=company)

    def below(self, owner: CompanyId) -> tuple[Stake, ...]:
        """The stakes that a member holds itself."""
        return tuple(one for one in self.stakes if self.owner_of(one) == owner)

    def bottom_up(self) -> tuple[Stake, ...]:
        """The stakes, those at the bottom first. Raises `GroupRefused` for a ring of owners."""
        left, done = list(self.stakes), list[Stake]()
        while left:
            owners = {self.owner_of(one) for one in left}
            ready = [one for one in left if one.company not in owners]
            if not ready:
                self._refuse(f"{left[0].company} owns itself in the end")
            done += ready
            left = [one for one in left if one not in ready]
        return tuple(done)

    def left_on(self, company: CompanyId, as_of: date) -> date | None:
        """The day up to one at the end of which a company is no longer added up, or None.

        It leaves with whoever owns it. An equity-accounted one, that never was, leaves by its
        owner alone.
        """
        if company == self.parent:
            return None
        stake = self.stake(company)
        days = (stake.lost_on(), self.left_on(self.owner_of(stake), as_of))
        return min((day for day in days if day is not None and day <= as_of), default=None)

    def last_day(self, company: CompanyId, as_of: date) -> date:
        """The last day up to one whose books the group needs of a company.

        That of the report, or the one on which the company left with nothing kept of it.
        """
        if company == self.parent:
            return as_of
        stake = self.stake(company)
        sold = next((one.on for one in stake.changes if not one.owned), None)
        days = [self.last_day(self.owner_of(stake), as_of), sold, as_of]
        left = stake.lost_on()
        if left is not None and not stake.after(left).owned:
            days.append(left)
        return min(day for day in days if day is not None)

    def is_present(self, company: CompanyId, day: date) -> bool:
        """Whether the group needs a company's books of that very day."""
        begun = company == self.parent or (self.stake(company).since or day) <= day
        return begun and self.last_day(company, day) == day

    def marks(self, as_of: date) -> tuple[date, ...]:
        """The days up to one on which some stake begins or changes, in order."""
        days = {day for one in self.stakes for day in one.days() if day <= as_of}
        return tuple(sorted(days))
