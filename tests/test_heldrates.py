"""Held rates: they wait, are decided once, by somebody, for a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from fxcrm.events import NaiveInstant
from fxcrm.heldrates import HeldRate, NobodyDecided
from fxcrm.lifecycles import TransitionRefused
from fxcrm.ratechecks import Doubt, Suspicion
from fxcrm.rates import CurrencyPair, Fixing

AT = datetime(2026, 3, 3, 16, tzinfo=UTC)
FIXING = Fixing(CurrencyPair.of("EUR", "USD"), Decimal("0.9217"), AT.date(), "ECB", known_at=AT)
HELD = HeldRate.met(FIXING, (Suspicion(Doubt.INVERTED, "nearer to 1 / 1.0850"),), AT, 1)


def test_a_held_rate_says_what_is_doubted() -> None:
    """Its id names source, pair, side and day; the event carries the doubts."""
    assert HELD.id == "ECB:EUR/USD:mid:2026-03-03:1"
    assert HELD.looks_inverted
    [event] = HELD.events
    assert (event.name, event.subject, event.on) == ("rate held", HELD.id, AT.date())
    assert event.details["doubts"] == "looks inverted: nearer to 1 / 1.0850"


@pytest.mark.parametrize(("command", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_it_is_decided_once_by_somebody_for_a_reason(command: str, state: str) -> None:
    """Who, when and why stay with it; a second decision is refused."""
    decided = getattr(HELD, command)("ada", AT, "the bank confirmed it")
    assert (decided.state, decided.decided_by, decided.decided_at) == (state, "ada", AT)
    assert decided.events[-1].name == f"rate {state}"
    assert decided.events[-1].details["reason"] == "the bank confirmed it"
    for again in ("approve", "reject"):
        with pytest.raises(TransitionRefused):
            getattr(decided, again)("bob", AT, "no")


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("ada", ""), (" ", "why"), ("ada", "\n")])
def test_nobody_and_no_reason_decide_nothing(by: str, reason: str) -> None:
    """A decision has a name and a reason."""
    for command in (HELD.approve, HELD.reject):
        with pytest.raises(NobodyDecided):
            command(by, AT, reason)


def test_instants_have_a_zone() -> None:
    """A naive instant is refused, when it is met and when it is decided (F7)."""
    naive: Any = datetime(2026, 3, 3)  # noqa: DTZ001
    with pytest.raises(NaiveInstant):
        HELD.approve("ada", naive, "why")
    with pytest.raises(NaiveInstant):
        HeldRate.met(FIXING, (), naive, 1)
