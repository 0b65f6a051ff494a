"""Contracts: what is delivered for a term, what it costs a period, and how it goes on.

The price is stated in the currency of the contract. Without a clause it stays (*fixed*); with an
`Indexation` each instalment follows the rate of its fixing day, measured from ``base_rate``.
A renewal is a contract of its own, linked both ways, so that every term keeps its price.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

from fxcrm._decimals import canonical, exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import NotThere, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, ContractId, CustomerId, DecisionId, OrderId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.selling.indexation import NOTHING, Indexation, agreed
from fxcrm.selling.instalments import (
    MOST_MONTHS,
    Cycle,
    Due,
    Instalment,
    Notice,
    Term,
    TermRefused,
)

CONTRACT_LIFECYCLE = Lifecycle(
    "contract",
    "draft",
    FrozenMap(
        {
            ("draft", "activate"): "active",
            ("draft", "withdraw"): "withdrawn",
            ("active", "renew"): "renewed",
            ("active", "terminate"): "terminated",
            ("active", "expire"): "expired",
        }
    ),
)
_NOTHING_OWED: Final = ("draft", "withdrawn")


class Renewing(Enum):
    """How a contract goes on when its term is over."""

    NONE = "none"
    AUTOMATIC = "automatic"  # unless notice was given in time
    BY_AGREEMENT = "by agreement"  # if both say so before the end


class Repricing(Enum):
    """What the next term costs."""

    UNCHANGED = "unchanged"
    UPLIFT = "uplift"  # so many percent more
    INDEXED = "indexed"  # as the clause says on that day, which is the new base


@attrs.frozen
class Renewal:
    """How long the next term is, and what it costs; ``uplift`` is in percent, above -100.

    Raises `TermRefused`.
    """

    how: Renewing = Renewing.NONE
    months: int = 0
    price: Repricing = Repricing.UNCHANGED
    uplift: Decimal = attrs.field(default=NOTHING, converter=exact_decimal)

    def __attrs_post_init__(self) -> None:
        if (self.months > 0) is (self.how is Renewing.NONE) or self.months < 0:
            raise TermRefused(reason="a renewal, and nothing else, has a number of months")
        if self.months > MOST_MONTHS:
            raise TermRefused(reason=f"a renewal is for {MOST_MONTHS} months at the most")
        if (self.price is Repricing.UPLIFT) is not bool(self.uplift) or self.uplift <= -100:
            reason = "an uplift, and nothing else, has percent, other than 0 and above -100"
            raise TermRefused(reason=reason)


NO_RENEWAL: Final = Renewal()
NO_NOTICE: Final = Notice()


@attrs.frozen
class Bill:
    """An instalment that was billed: its position, what it came to, and the rate behind it."""

    position: int
    amount: Money
    order: OrderId | None = None
    fixing: DecisionId | None = None


class FixingNeeded(RuleRefused):
    """An indexed amount without the rate of its fixing day."""

    contract: ContractId
    on: date
    template = "contract {contract} is indexed; decide the rate of {on} first, it is never assumed"


class InstalmentMissing(NotThere):
    """An instalment that the term does not have; they are counted from 1."""

    contract: ContractId
    position: int
    instalments: int
    template = "contract {contract} has no instalment {position}; it has 1 to {instalments}"


class InstalmentRefused(RuleRefused):
    """What can not be billed, or was billed already."""

    contract: ContractId
    position: int
    reason: str
    template = "instalment {position} of contract {contract} is not billed: {reason:plain}"


class NoticeTooLate(RuleRefused):
    """Notice after the last day for it; the contract goes on as agreed."""

    contract: ContractId
    on: date
    last_day: date
    until: date
    template = (
        "notice on {on} is too late for the term of contract {contract} that ends on {until}; "
        "the last day for it was {last_day}"
    )


class RenewalRefused(RuleRefused):
    """A renewal that was not agreed, or a day on which it is not made."""

    contract: ContractId
    reason: str
    template = "contract {contract} is not renewed: {reason:plain}"


class ContractRenewed(RuleRefused):
    """A second renewal of one term."""

    contract: ContractId
    successor: ContractId
    template = "contract {contract} was renewed once, by {successor}; go on with that one"


class NotOver(RuleRefused):
    """A contract that has not ended, or that renews by itself."""

    contract: ContractId
    reason: str
    template = "contract {contract} does not expire: {reason:plain}"


@attrs.frozen
class Contract:
    """What one customer gets for a term, and pays in instalments.

    ``price`` is for one ``per``, in whole minor units; ``billed`` is how often an instalment
    falls due. ``base_rate`` belongs to ``indexation``: there are both, or neither. ``bills`` are
    the instalments that were billed, at most as many as the term has.
    Raises `TermRefused`, `WrongIndexRate`, `SubMinorAmount`.
    """

    id: ContractId
    number: str
    company: CompanyId
    customer: CustomerId
    title: str
    price: Money
    per: Cycle
    billed: Cycle
    term: Term
    due: Due = Due.IN_ADVANCE
    notice: Notice = NO_NOTICE
    renewal: Renewal = NO_RENEWAL
    indexation: Indexation | None = None
    base_rate: RateDecision | None = None
    quote: QuoteId | None = None
    renews: ContractId | None = None
    renewed_by: ContractId | None = None
    bills: tuple[Bill, ...] = ()
    state: str = CONTRACT_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not (self.price.is_positive and self.price.minor):
            raise TermRefused(reason=f"a price of {self.price} is none")
        for months in (self.term.months, self.renewal.months):
            if months % self.billed.months:
                reason = f"{months} months are no whole number of {self.billed.value} instalments"
                raise TermRefused(reason=reason)
        if (self.indexation is None) is not (self.base_rate is None):
            raise TermRefused(reason="a clause and its base rate come together")
        if self.renewal.price is Repricing.INDEXED and self.indexation is None:
            raise TermRefused(reason="a price that is fixed is not renewed by a clause")
        if self.indexation is not None and self.base_rate is not None:
            self.indexation.price(self.currency, self.base_rate)

    def drafted(self, on: date) -> Contract:
        """The same, new on that day; each of its terms can be ended. Raises `TermRefused`."""
        if self.renewal.how is Renewing.AUTOMATIC:
            months = min(self.term.months, self.renewal.months)
            shortest = Term(self.term.anchor, self.since, months)
            if self.notice.last_day(shortest.until) < self.since - timedelta(days=1):
                reason = f"a notice longer than a term of {months} months never ends an automatic"
                raise TermRefused(reason=f"{reason} renewal; shorten it, or renew by agreement")
        return self._told("contract drafted", on, {"price": str(self.price)})

    @property
    def currency(self) -> Currency:
        """What it is paid in."""
        return self.price.currency

    @property
    def since(self) -> date:
        """The first day of the term."""
        return self.term.since

    @property
    def until(self) -> date:
        """The last day of the term."""
        return self.term.until

    @property
    def last_notice_day(self) -> date:
        """The last day on which notice keeps it from being renewed."""
        return self.notice.last_day(self.until)

    @cached_property
    def schedule(self) -> tuple[Instalment, ...]:
        """Every instalment of the term with the amount as agreed, before any indexation."""
        return tuple(self.term.instalments(self.price, self.per, self.billed, self.due))

    @property
    def total(self) -> Money:
        """What the instalments of the term add up to, as agreed."""
        return Money.total((one.amount for one in self.schedule), currency=self.currency)

    def instalment(self, position: int) -> Instalment:
        """The instalment at a position, counted from 1. Raises `InstalmentMissing`."""
        if not 1 <= position <= len(self.schedule):
            raise InstalmentMissing(
                contract=self.id, position=position, instalments=len(self.schedule)
            )
        return self.schedule[position - 1]

    def unbilled(self, on: date) -> tuple[Instalment, ...]:
        """What is due by a day and was not billed yet, the oldest first."""
        if self.state in _NOTHING_OWED:
            return ()
        done = {one.position for one in self.bills}
        return tuple(one for one in self.schedule if one.due_on <= on and one.position not in done)

    def fixing_day(self, position: int) -> date:
        """The day whose rate an instalment follows: ``lead`` days before it is due."""
        lead = self.indexation.lead if self.indexation else 0
        return self.instalment(position).due_on - timedelta(days=lead)

    def amount_due(self, position: int, fixing: RateDecision | None = None) -> Figure:
        """What an instalment comes to; ``fixing`` is the rate of its `fixing_day`.

        A fixed price needs none. Raises `FixingNeeded`, `WrongDecision`, `WrongIndexRate`.
        """
        one = self.instalment(position)
        period = Evidence("period", f"{one.since} to {one.until}", f"due {one.due_on}")
        source = Evidence("contract", f"{self.number}/{position}", self.title, self.price)
        label = f"Instalment {position} of {self.number}"
        stated = agreed(label, one.amount, source, period)
        return self._indexed(f"{label}, indexed", stated, fixing, self.fixing_day(position))

    def _indexed(
        self, label: str, stated: Figure, fixing: RateDecision | None, day: date
    ) -> Figure:
        if self.indexation is None or self.base_rate is None:
            return stated
        if fixing is None:
            raise FixingNeeded(contract=self.id, on=day)
        now = fixing.measuring(Purpose.QUOTE, day)
        return self.indexation.figure(label, stated, self.base_rate, now)

    def next_price(self, on: date, fixing: RateDecision | None = None) -> Figure:
        """What one ``per`` of the next term costs if it is renewed on a day.

        Raises what `amount_due` raises; for a renewal by the clause, ``fixing`` is of that day.
        """
        source = Evidence("contract", self.number, self.title, self.price)
        stated = agreed(f"Price of {self.number}", self.price, source)
        if self.renewal.price is Repricing.INDEXED:
            return self._indexed(f"Price after {self.number}", stated, fixing, on)
        if self.renewal.price is Repricing.UNCHANGED:
            return stated
        return _lifted(f"Price after {self.number}", stated, self.renewal.uplift)

    def activate(self, by: str, on: date) -> Contract:
        """Both have signed."""
        return self._moved("activate", on, {"by": by, "until": str(self.until)})

    def withdraw(self, reason: str, on: date) -> Contract:
        """The draft comes to nothing."""
        return self._moved("withdraw", on, {"reason": reason})

    def billed_at(
        self, position: int, due: Figure, on: date, order: OrderId | None = None
    ) -> Contract:
        """An instalment is billed at a figure of `amount_due`, once. Raises `InstalmentRefused`."""
        one = self.instalment(position)
        if one not in self.unbilled(max(on, one.due_on)):
            was = any(bill.position == position for bill in self.bills)
            self._refuse_bill(position, "it was already" if was else f"it is {self.state}")
        if on < one.due_on:
            self._refuse_bill(position, f"it is due on {one.due_on}, not on {on}")
        decisions = due.decisions()
        fixing = decisions[-1].id if decisions else None
        bill = Bill(position, due.value, order, fixing)
        details = {"instalment": str(position), "amount": str(due.value)}
        billed = self._told("contract instalment billed", on, details)
        return attrs.evolve(billed, bills=(*self.bills, bill))

    def _refuse_bill(self, position: int, reason: str) -> None:
        raise InstalmentRefused(contract=self.id, position=position, reason=reason)

    def terminate(self, reason: str, on: date) -> Contract:
        """Notice is given: it ends with its term. Raises `NoticeTooLate`."""
        moved = self._moved("terminate", on, {"reason": reason, "ends": str(self.until)})
        if on > self.last_notice_day:
            last, until = self.last_notice_day, self.until
            raise NoticeTooLate(contract=self.id, on=on, last_day=last, until=until)
        return moved

    def expire(self, on: date) -> Contract:
        """The term is over, and nothing follows it. Raises `NotOver`."""
        moved = self._moved("expire", on)
        if on <= self.until:
            raise NotOver(contract=self.id, reason=f"it lasts until {self.until}")
        if self.renewal.how is Renewing.AUTOMATIC:
            raise NotOver(contract=self.id, reason="it renews by itself; renew it")
        return moved

    def renew(
        self,
        id: ContractId,
        *,
        number: str,
        on: date,
        fixing: RateDecision | None = None,
    ) -> tuple[Contract, Contract]:
        """This contract, renewed, and the one that follows it: the next term, active at once.

        Raises `ContractRenewed` for a second one, `RenewalRefused`, and what `next_price` raises.
        """
        if self.renewed_by is not None:
            raise ContractRenewed(contract=self.id, successor=self.renewed_by)
        moved = self._moved("renew", on, {"successor": id})
        self._renewable(on)
        price = self.next_price(on, fixing)
        rebased = fixing if self.renewal.price is Repricing.INDEXED else self.base_rate
        successor = attrs.evolve(
            self,
            id=id,
            number=number,
            price=price.value,
            term=self.term.following(self.renewal.months),
            base_rate=rebased,
            renews=self.id,
            bills=(),
            version=0,
            events=(),
        )
        told = {"renews": self.id, "price": str(price.value), "until": str(successor.until)}
        return attrs.evolve(moved, renewed_by=id), successor._told("contract begun", on, told)

    def _renewable(self, on: date) -> None:
        """The automatic one waits for the last day of notice; the agreed one not beyond the end."""
        how, last = self.renewal.how, self.last_notice_day
        if how is Renewing.NONE:
            self._refuse_renewal("it was not agreed that it goes on; make a new one")
        if how is Renewing.AUTOMATIC and on <= last:
            self._refuse_renewal(f"notice may be given until {last}")
        if how is Renewing.BY_AGREEMENT and on > self.until:
            self._refuse_renewal(f"it ended on {self.until}, before both agreed")

    def _refuse_renewal(self, reason: str) -> None:
        raise RenewalRefused(contract=self.id, reason=reason)

    def _moved(self, command: str, on: date, details: dict[str, str] | None = None) -> Contract:
        state = CONTRACT_LIFECYCLE.after(self.state, command)
        return attrs.evolve(self._told(f"contract {_PAST[command]}", on, details), state=state)

    def _told(self, name: str, on: date, details: dict[str, str] | None = None) -> Contract:
        event = Event(name, self.id, on, details or {})
        return attrs.evolve(self, events=(*self.events, event))


_PAST: Final = FrozenMap(
    {
        "activate": "activated",
        "withdraw": "withdrawn",
        "renew": "renewed",
        "terminate": "terminated",
        "expire": "expired",
    }
)


def _lifted(label: str, stated: Figure, uplift: Decimal) -> Figure:
    """So many percent more, rounded once, half-even."""
    exact = RationalMoney(stated.exact_value * (1 + Fraction(uplift) / 100), stated.value.currency)
    rule = f"{stated.value} x (1 + {canonical(uplift)} %), rounded half even"
    return Figure(label, exact.rounded(Rounding.HALF_EVEN), rule, (stated,), exact.value)
