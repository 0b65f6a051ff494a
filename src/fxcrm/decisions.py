"""The recorded choice of one rate, linked from quote to ledger.

Every conversion that leaves the process names its `RateDecision`; later steps link to it and
never overwrite it. A correction is a new decision that says which one it replaces.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import CallError, InputRefused, NotThere, shown
from fxcrm.events import checked_instant
from fxcrm.ids import DecisionId
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.rates import CurrencyPair, ExchangeRate, RatePolicy, RateTable

ESTIMATED: Final = "estimated, the currency can not be exchanged (IAS 21.19A)"


class Purpose(Enum):
    """What a rate was chosen for (RULES section 0)."""

    QUOTE = "quote"
    LOCK = "lock"
    BOOKING = "booking"
    CLOSING = "closing"
    AVERAGE = "average"
    BUDGET = "budget"
    DISPLAY = "display"


def _checked(_: RateDecision, __: attrs.Attribute[Any], instant: datetime) -> None:
    checked_instant(instant)


class PurposeExpected(CallError):
    """What a rate is decided for is a member of ``Purpose``, not the text of one."""

    given: str
    template = "purpose= takes a member of fxcrm.Purpose, not {given:plain}"


class WrongDecision(CallError):
    """A decision that was taken for another purpose or day than the one it should measure."""

    decision: DecisionId
    purpose: str
    on: date
    template = "rate decision {decision} is no {purpose:plain} rate of {on}; decide that one"


@attrs.frozen
class RateDecision:
    """One rate, chosen once: for what, which day it is valid on, who knew it when, and why.

    ``valid_on`` is the day of the event that is converted; the rate's own ``on`` is the day of
    the fixing. ``policy`` is the look-up rule in words. ``replaces`` links a correction.
    """

    id: DecisionId
    purpose: Purpose
    rate: ExchangeRate
    policy: str
    valid_on: date
    known_at: datetime = attrs.field(validator=_checked)
    decided_by: str
    replaces: DecisionId | None = None
    reason: str = ""

    @property
    def pair(self) -> CurrencyPair:
        """The pair of the rate: ``1 base = rate x counter``."""
        return self.rate.pair

    @property
    def is_estimated(self) -> bool:
        """Whether somebody estimated it, because the currency could not be exchanged (D7)."""
        return self.policy == ESTIMATED

    def convert(self, money: Money, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
        """Base to counter or counter to base, rounded once to minor units (M10)."""
        return self.rate.convert(money, rounding)

    def convert_exactly(self, money: Money) -> RationalMoney:
        """The same, exact."""
        return self.rate.convert_exactly(money)

    def measuring(self, purpose: Purpose, on: date) -> RateDecision:
        """The decision itself, once it is known to be taken for that purpose and day (D1, D3).

        A lock or a budget is no measurement rate, nor is the spot of another day. Raises
        `WrongDecision`.
        """
        if self.purpose is not purpose or self.valid_on != on:
            raise WrongDecision(decision=self.id, purpose=purpose.value, on=on)
        return self

    def __str__(self) -> str:
        return f"{self.rate} [{self.id}]"


def decision_id(
    purpose: Purpose,
    pair: CurrencyPair,
    on: date,
    version: int | str = 1,
    since: date | None = None,
) -> DecisionId:
    """The readable id of a decision: ``booking:EUR/USD:2026-03-31:1``.

    ``since`` is the first day of the period that an average covers; ``version`` counts
    corrections, or names the one thing that the decision was taken for.
    """
    return DecisionId(f"{decision_stem(purpose, pair, on, since)}:{version}")


def decision_stem(purpose: Purpose, pair: CurrencyPair, on: date, since: date | None = None) -> str:
    """What the ids of all versions of a decision begin with: ``booking:EUR/USD:2026-03-31``."""
    days = f"{since}..{on}" if since else str(on)
    return f"{purpose.value}:{pair}:{days}"


class RateNotYetKnown(NotThere):
    """A rate for a later day than the instant at which it is said to be known (F8)."""

    pair: str
    on: date
    known_at: datetime
    template = "the rate of {pair:plain} for {on} can not be known at {known_at}"


def decide(
    table: RateTable,
    base: str | Currency,
    counter: str | Currency,
    *,
    purpose: Purpose,
    on: date,
    known_at: datetime,
    decided_by: str,
    policy: RatePolicy = RatePolicy(),
    version: int | str = 1,
    reason: str = "",
) -> RateDecision:
    """Look a rate up as it is known at that instant, and record the choice.

    Raises what `RateTable.rate` raises, `RateNotYetKnown` for a fixing of the future, and
    `PurposeExpected`.
    """
    if not isinstance(purpose, Purpose):
        raise PurposeExpected(given=shown(purpose))
    asked = _known(table, on, known_at).rate(base, counter, on, policy)
    rate = as_quoted(asked)
    applied = policy if rate.pair == asked.pair else policy.across
    id = decision_id(purpose, rate.pair, on, version)
    refuse_future(rate, on, known_at)
    return RateDecision(id, purpose, rate, str(applied), on, known_at, decided_by, reason=reason)


def decide_average(
    table: RateTable,
    base: str | Currency,
    counter: str | Currency,
    *,
    since: date,
    on: date,
    known_at: datetime,
    decided_by: str,
    policy: RatePolicy = RatePolicy(),
    version: int | str = 1,
) -> RateDecision:
    """The average of a period, as the policy weighs its days (R1).

    Raises what `RateTable.average` raises.
    """
    asked = _known(table, on, known_at).average(base, counter, since, on, policy)
    rate = as_quoted(asked)
    applied = policy if rate.pair == asked.pair else policy.across
    id = decision_id(Purpose.AVERAGE, rate.pair, on, version, since)
    refuse_future(rate, on, known_at)
    text = applied.of_averages
    return RateDecision(id, Purpose.AVERAGE, rate, text, on, known_at, decided_by)


class EstimateRefused(InputRefused):
    """An estimated spot without what has to be disclosed with it (D7)."""

    pair: str
    reason: str
    template = "no estimated rate of {pair:plain}: {reason:plain}"


def estimate(
    rate: ExchangeRate,
    *,
    purpose: Purpose,
    on: date,
    known_at: datetime,
    decided_by: str,
    reason: str,
    inputs: str,
    since: date | None = None,
) -> RateDecision:
    """A spot that somebody estimated for a currency that can not be exchanged (IAS 21.19A, D7).

    ``reason`` says why it can not be exchanged, ``inputs`` what the estimate was made from, and
    ``decided_by`` who made it. An average has the day its period begins, ``since``. Raises
    `EstimateRefused` where one of them is missing, and `RateNotYetKnown`, `PurposeExpected`.
    """
    if not isinstance(purpose, Purpose):
        raise PurposeExpected(given=shown(purpose))
    said = {"the reason": reason, "its inputs": inputs, "who made it": decided_by}
    missing = [what for what, text in said.items() if not text.strip()]
    if missing:
        raise EstimateRefused(pair=str(rate.pair), reason=f"say {' and '.join(missing)}")
    if (since is None) is (purpose is Purpose.AVERAGE) or (since is not None and since > on):
        reason = "an average, and nothing else, has the first day of its period (since=)"
        raise EstimateRefused(pair=str(rate.pair), reason=reason)
    refuse_future(rate, on, known_at)
    told, id = f"{reason}; inputs: {inputs}", decision_id(purpose, rate.pair, on, since=since)
    return RateDecision(id, purpose, rate, ESTIMATED, on, known_at, decided_by, reason=told)


def _known(table: RateTable, on: date, known_at: datetime) -> RateTable:
    """What is known of a table; all of it for a later day, which is refused by its own name."""
    is_later = on > checked_instant(known_at).astimezone(UTC).date()
    return table if is_later else table.as_known(known_at)


def refuse_future(rate: ExchangeRate, on: date, known_at: datetime) -> None:
    """Raises `RateNotYetKnown` for a rate, or the day it is for, later than an instant (F8)."""
    if max(rate.on, on) > checked_instant(known_at).astimezone(UTC).date():
        raise RateNotYetKnown(pair=str(rate.pair), on=max(rate.on, on), known_at=known_at)


def as_quoted(rate: ExchangeRate) -> ExchangeRate:
    """The rate in the direction in which it was published; a cross in the order of the codes.

    So one decision a day serves both directions of a pair (R3).
    """
    if len(rate.legs) == 1:
        return rate.inverse if rate.legs[0].inverted else rate
    return rate if rate.pair.base.code <= rate.pair.counter.code else rate.inverse
