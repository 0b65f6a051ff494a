"""Why a quote refuses: what is missing, too late, fixed already, or of another currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fxcrm.errors import CallError, InputRefused, NotThere, RuleRefused
from fxcrm.ids import LockId, QuoteId
from fxcrm.money import Money


class QuoteHasNoRate(RuleRefused):
    """A total in the customer's currency needs a rate that was decided."""

    quote: QuoteId
    pair: str
    template = (
        "quote {quote} has no rate for {pair:plain}; lock or set one before its total is asked"
    )


class QuoteIsFixed(RuleRefused):
    """Only a draft can be edited."""

    quote: QuoteId
    state: str
    template = "quote {quote} is {state:plain}; only a draft is edited, revise it and edit that"


class QuoteLineRefused(InputRefused):
    """A line that offers nothing, or a negative quantity of it."""

    quote: QuoteId
    quantity: Decimal
    template = (
        "quote {quote}: a quantity is above zero, not {quantity}; a return is another document"
    )


class LockFeeStays(RuleRefused):
    """The fee was promised with the lock; an edit of the quote does not take it away."""

    quote: QuoteId
    lock: LockId
    position: int
    template = (
        "line {position} of quote {quote} is the fee of rate lock {lock} and stays; withdraw the "
        "quote to give the lock up"
    )


class QuoteLineMissing(NotThere):
    """A line that the quote does not have; lines are counted from 1."""

    quote: QuoteId
    position: int
    lines: int
    template = "quote {quote} has no line {position}; its lines are 1 to {lines}"


class QuoteEmpty(RuleRefused):
    """An offer without lines can not be released."""

    quote: QuoteId
    template = "quote {quote} has no lines; add what is offered before it is approved"


class QuoteWorthless(RuleRefused):
    """An offer that comes to nothing: what is ordered of it could never be invoiced."""

    quote: QuoteId
    total: Money
    template = "quote {quote} comes to {total}; what is offered has a total above zero"


class QuoteUnnamed(InputRefused):
    """A quote without an id, which nobody could ask for again."""

    number: str
    template = "quote {number} has no id; name one such as Q-1"


class QuoteDaysRefused(InputRefused):
    """Its last day lies before the day that it is dated."""

    quote: QuoteId
    drafted_on: date
    valid_until: date
    template = (
        "quote {quote} is dated {drafted_on} and can not be valid until {valid_until}; name a "
        "later last day"
    )


class AnswerDayRefused(InputRefused):
    """An answer dated before the offer was made, or on a day that has not come anywhere yet."""

    quote: QuoteId
    command: str
    on: date
    drafted_on: date
    today: date
    template = (
        "quote {quote} is dated {drafted_on} and can not {command:plain} on {on}; name a day since "
        "then, and none after {today}"
    )


class ApproverUnnamed(InputRefused):
    """A consent of nobody."""

    quote: QuoteId
    template = "the approval of quote {quote} names nobody; say who approves"


class QuoteOutOfTime(RuleRefused):
    """An answer after the last day of the offer, or a lapse before it is over."""

    quote: QuoteId
    valid_until: date
    command: str
    on: date
    template = "quote {quote} is valid until {valid_until}; it can not {command:plain} on {on}"


class WrongRate(CallError):
    """A rate of another pair than the one a quote needs."""

    quote: QuoteId
    pair: str
    needed: str
    template = "quote {quote} needs a rate for {needed:plain}, not for {pair:plain}"


class WrongLock(RuleRefused):
    """A lock that is not the one this quote rests on."""

    quote: QuoteId
    lock: LockId
    reason: str
    template = "rate lock {lock} does not fit quote {quote}: {reason:plain}"


class ApprovalMissing(RuleRefused):
    """A rule fires on what is offered, and nobody entitled has approved exactly that."""

    quote: QuoteId
    rules: str
    template = "quote {quote} is not released: it needs {rules:plain}"


class NotEntitled(RuleRefused):
    """Who approved does not hold a role that the rules ask for, or wrote the quote."""

    quote: QuoteId
    role: str
    rules: str
    template = "role {role} of who approves does not serve quote {quote}: it needs {rules:plain}"


class QuotesDiffer(CallError):
    """Two quotes that can not be held against each other: their currencies are not the same."""

    quote: QuoteId
    other: QuoteId
    reason: str
    template = "quotes {quote} and {other} can not be compared: {reason:plain}"


class QuoteTextUnknown(CallError):
    """A quote has a few texts of its own, and no others."""

    quote: QuoteId
    text: str
    known: str
    template = "quote {quote} has no text {text}; it has {known:plain}"
