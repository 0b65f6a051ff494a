"""Deals: what may become a sale, in a currency of its own.

A deal walks its pipeline. Consent to a step is for the deal as it was then: what is changed
afterwards beyond it takes the consent away, so no order of edits goes round it.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, DealId, DecisionId, EnquiryId, FieldId
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.stages import (
    CROSS_BORDER_TRADE,
    CUSTOM,
    Consent,
    Pipeline,
    QuoteTurn,
    Stage,
    StageKind,
    StageStep,
)


class WrongPipeline(CallError):
    """A deal walks the pipeline it was opened in, and no other."""

    deal: DealId
    pipeline: str
    given: str
    template = "deal {deal} walks pipeline {pipeline}, not {given}"


class WrongDealRate(CallError):
    """A rate that does not convert the deal's own currency."""

    deal: DealId
    decision: DecisionId
    currency: str
    template = "deal {deal} is in {currency:plain}; rate decision {decision} does not convert that"


class DealIsClosed(RuleRefused):
    """What was won or lost is worth what it was when it ended."""

    deal: DealId
    stage: str
    closed_on: date | None
    template = (
        "deal {deal} is {stage:plain} since {closed_on}; its value, currency, expected day and "
        "parts stay, open it again first"
    )


class DealIncomplete(RuleRefused):
    """A field that a stage or a step asks for is empty."""

    deal: DealId
    field: str
    needed: str
    template = "deal {deal} has no {field:plain}, which {needed:plain} asks for; give it first"


class ReasonRefused(InputRefused):
    """A deal is lost for a reason, one of those that the pipeline lists."""

    deal: DealId
    reason: str
    listed: str
    template = "deal {deal}: {reason} is no reason for losing it; give {listed:plain}"


class ConsentMissing(RuleRefused):
    """A step that needs the consent of a role, for the deal as it is now."""

    deal: DealId
    command: str
    role: str
    value: Money
    template = (
        "deal {deal} needs the approval of a {role:plain} to {command:plain} at {value}; "
        "have it approved"
    )


class ConsentRefused(RuleRefused):
    """An approval that does not count."""

    deal: DealId
    role: str
    reason: str
    template = "deal {deal} can not be approved as {role:plain}: {reason:plain}"


@attrs.frozen
class DealApproval:
    """Consent to one step, up to ``value`` in its currency. ``used_on`` is when it was taken."""

    stage: str
    command: str
    role: str
    by: str
    on: date
    value: Money
    used_on: date | None = None

    def covers(self, value: Money) -> bool:
        """Whether it was given for that much, in that currency, and is not used up."""
        if self.used_on is not None or value.currency is not self.value.currency:
            return False
        return value <= self.value


@attrs.frozen
class Deal:
    """What may become a sale. ``value`` is in the deal's own currency.

    ``owner`` is the salesperson. ``closed_on`` and ``closing`` say when it ended and at which
    rate to the functional currency (None: it is that currency); they stay for ever. ``parent`` is
    the deal it is a part of.
    """

    id: DealId
    company: CompanyId
    customer: CustomerId
    enquiry: EnquiryId | None
    title: str
    value: Money
    opened_on: date
    stage: str = CROSS_BORDER_TRADE.start
    extras: Extras = NO_EXTRAS
    pipeline: str = CROSS_BORDER_TRADE.name
    owner: str = ""
    team: str = ""
    expected_on: date | None = None
    closed_on: date | None = None
    closing: RateDecision | None = None
    parent: DealId | None = None
    reason: str = ""
    approvals: tuple[DealApproval, ...] = ()
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def begun(
        cls,
        id: DealId,
        *,
        company: CompanyId,
        customer: CustomerId,
        title: str,
        value: Money,
        on: date,
        along: Pipeline = CROSS_BORDER_TRADE,
        enquiry: EnquiryId | None = None,
        owner: str = "",
        team: str = "",
        expected_on: date | None = None,
        parent: DealId | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> Deal:
        """A deal in the first stage of a pipeline. Raises `DealIncomplete`."""
        event = Event("deal opened", id, on, {"value": str(value)})
        made = cls(
            id, company, customer, enquiry, title, value, on, along.start, extras, along.name,
            owner, team, expected_on, parent=parent, events=(event,),
        )  # fmt: skip
        return made._complete(along.stage(along.start))

    def move(
        self,
        command: str,
        on: date,
        value: Money | None = None,
        *,
        along: Pipeline = CROSS_BORDER_TRADE,
        reason: str = "",
        rate: RateDecision | None = None,
        turn: QuoteTurn | None = None,
    ) -> Deal:
        """Walk the stage table; ``value`` replaces the estimate, as when a quote is sent.

        ``turn`` is what a quote of it came to, None where it is moved by hand: that is a reason
        in every pipeline, whichever reasons it lists. ``rate`` is the day's between the deal's
        currency and the functional one, None where they are one: approvals are asked for at it,
        and a deal that ends keeps it. A deal keeps its own currency: raises `CurrencyMismatch`
        for a value in another, and `TransitionRefused`, `DealIncomplete`, `ConsentMissing`,
        `ReasonRefused`, `WrongDealRate`, `WrongPipeline`.
        """
        edited = self._along(along) if value is None else self._along(along)._worth(value)
        step, needed = along.step(self.stage, command), self._fitting(rate)
        after = along.stage(step.to)
        edited._require(step.required, f"{command} from {step.at}")
        used = edited._consents(step, needed, on)
        event = Event(f"deal {after.name}", self.id, on)
        moved = attrs.evolve(
            edited, stage=after.name, approvals=used, events=(*edited.events, event)
        )
        if turn is not None:
            reason = f"quote {turn.value}{reason and f': {reason}'}"
        elif after.kind is StageKind.LOST:
            moved._refuse_reason(along, reason)
        return moved._complete(after)._ended(after, on, reason, needed)

    def _ended(self, after: Stage, on: date, reason: str, rate: RateDecision | None) -> Deal:
        """With the day, the rate and the reason of its end; without them where it is open."""
        if after.kind is StageKind.OPEN:
            return attrs.evolve(self, closed_on=None, closing=None, reason="")
        if rate is not None:
            rate.convert(self.value)  # what can not be valued at home does not end
        return attrs.evolve(self, closed_on=on, closing=rate, reason=reason)

    def _refuse_reason(self, along: Pipeline, reason: str) -> None:
        if not reason.strip() or (along.reasons and reason not in along.reasons):
            given = " or ".join(along.reasons) or "one in words"
            raise ReasonRefused(deal=self.id, reason=reason, listed=given)

    def approve(
        self, command: str, on: date, *, role: str, by: str, along: Pipeline = CROSS_BORDER_TRADE
    ) -> Deal:
        """Consent to a step from the stage of now, for the value of now.

        Whoever owns the deal does not consent to it. Raises `ConsentRefused`,
        `TransitionRefused`.
        """
        step = self._along(along).step(command, along)
        if reason := self._objection(step, role, by, along):
            raise ConsentRefused(deal=self.id, role=role, reason=reason)
        given = DealApproval(self.stage, command, role, by, on, self.value)
        others = (
            one
            for one in self.approvals
            if one.used_on is None and (one.command, one.role) != (command, role)
        )
        details = {"command": command, "role": role, "by": by, "value": str(self.value)}
        event = Event("deal approved", self.id, on, details)
        return attrs.evolve(self, approvals=(*others, given), events=(*self.events, event))

    def step(self, command: str, along: Pipeline = CROSS_BORDER_TRADE) -> StageStep:
        """The step that a command is from the stage of now. Raises `TransitionRefused`."""
        return along.step(self.stage, command)

    def _objection(self, step: StageStep, role: str, by: str, along: Pipeline) -> str | None:
        if role not in {one.role for one in step.consents}:
            asked = ", ".join(dict.fromkeys(one.role for one in step.consents)) or "nobody"
            return f"{step.command} from {step.at} asks {asked}"
        if not by.strip():
            return "say who approves it"
        if by == self.owner:
            return "its owner does not approve it"
        people = along.roles[role]
        return f"the role is not held by {by}" if people and by not in people else None

    def _consents(
        self, step: StageStep, rate: RateDecision | None, on: date
    ) -> tuple[DealApproval, ...]:
        """The approvals that a step takes, once it is known to have all it needs."""
        asked = (one.role for one in step.consents if self._asks(one, rate))
        given = [self._consent(step, role) for role in dict.fromkeys(asked)]
        return tuple(attrs.evolve(one, used_on=on) for one in given)

    def _asks(self, consent: Consent, rate: RateDecision | None) -> bool:
        if consent.currencies and self.value.currency.code not in consent.currencies:
            return False
        if consent.above is None:
            return True
        worth = self.value.exact() if rate is None else rate.convert_exactly(self.value)
        return worth.value > consent.above

    def _consent(self, step: StageStep, role: str) -> DealApproval:
        for one in self.approvals:
            fits = (one.stage, one.command, one.role) == (step.at, step.command, role)
            if fits and one.by != self.owner and one.covers(self.value):
                return one
        raise ConsentMissing(deal=self.id, command=step.command, role=role, value=self.value)

    def change(
        self,
        on: date,
        *,
        along: Pipeline = CROSS_BORDER_TRADE,
        title: str | None = None,
        value: Money | None = None,
        owner: str | None = None,
        team: str | None = None,
        expected_on: date | None = None,
        extras: Extras | None = None,
    ) -> Deal:
        """With other particulars; None leaves one as it is. The currency stays.

        What an approval does not cover any more takes it away. Raises `DealIsClosed`,
        `CurrencyMismatch`, `DealIncomplete` for what the stage asks for.
        """
        edited = self._along(along) if value is None else self._along(along)._worth(value)
        if expected_on is not None and expected_on != self.expected_on:
            edited = attrs.evolve(edited.not_closed(), expected_on=expected_on)
        edited = attrs.evolve(
            edited,
            title=self.title if title is None else title,
            owner=self.owner if owner is None else owner,
            team=self.team if team is None else team,
            extras=self.extras if extras is None else extras,
        )._without_void()
        details = {} if value is None else {"value": str(value)}
        event = Event("deal changed", self.id, on, details)
        changed = attrs.evolve(edited, events=(*edited.events, event))
        return changed._complete(along.stage(self.stage))

    def exchange(self, decision: RateDecision, on: date) -> Deal:
        """The deal in the other currency of a decision, converted and rounded once (M8, M10).

        Approvals were given in the old currency, and go. Raises `DealIsClosed`,
        `WrongDealRate`.
        """
        self._fitting(decision)
        value = decision.convert(self.not_closed().value)
        details = {"from": str(self.value), "to": str(value), "decision": decision.id}
        event = Event("deal exchanged", self.id, on, details)
        exchanged = attrs.evolve(self, value=value, events=(*self.events, event))
        return exchanged._without_void()

    def attach(self, parent: DealId | None, on: date) -> Deal:
        """A part of another deal from now on, or of none. Raises `DealIsClosed`."""
        event = Event("deal attached", self.id, on, {"parent": parent or ""})
        return attrs.evolve(self.not_closed(), parent=parent, events=(*self.events, event))

    @property
    def is_closed(self) -> bool:
        """Whether it was won or lost, on a day that was noted."""
        return self.closed_on is not None

    def _along(self, given: Pipeline) -> Deal:
        if given.name != self.pipeline:
            raise WrongPipeline(deal=self.id, pipeline=self.pipeline, given=given.name)
        return self

    def not_closed(self) -> Deal:
        """The deal as it is. Raises `DealIsClosed` where it was won or lost."""
        if self.is_closed:
            raise DealIsClosed(deal=self.id, stage=self.stage, closed_on=self.closed_on)
        return self

    def _worth(self, value: Money) -> Deal:
        """At another value in its own currency."""
        if value.currency is not self.value.currency:
            raise CurrencyMismatch(left=self.value, right=value, operation="change a deal")
        edited = self if value == self.value else attrs.evolve(self.not_closed(), value=value)
        return edited._without_void()

    def _without_void(self) -> Deal:
        """Without the approvals that do not count for what it is now."""
        kept = tuple(
            one
            for one in self.approvals
            if one.used_on is not None or (one.by != self.owner and one.covers(self.value))
        )
        return self if kept == self.approvals else attrs.evolve(self, approvals=kept)

    def _fitting(self, rate: RateDecision | None) -> RateDecision | None:
        if rate is not None and self.value.currency not in (rate.pair.base, rate.pair.counter):
            code = self.value.currency.code
            raise WrongDealRate(deal=self.id, decision=rate.id, currency=code)
        return rate

    def _complete(self, stage: Stage) -> Deal:
        self._require(stage.required, f"stage {stage.name}")
        return self

    def _require(self, fields: tuple[str, ...], needed: str) -> None:
        for name in fields:
            if not self._has(name):
                raise DealIncomplete(deal=self.id, field=name, needed=needed)

    def _has(self, name: str) -> bool:
        if name.startswith(CUSTOM):
            value: object = self.extras.get(FieldId(name.removeprefix(CUSTOM)))
        else:
            value = getattr(self, name)
        if isinstance(value, Money):
            return value.is_positive
        return bool(value.strip()) if isinstance(value, str) else value is not None
