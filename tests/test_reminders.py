"""Reminders: rules as data, instants against a brute-force oracle, each cause exactly once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.events import NaiveInstant
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.references import DocumentKind, Reference
from fxcrm.reminders import (
    Occasion,
    Reminder,
    ReminderRule,
    ReminderRuleRefused,
    Watch,
    due,
)

DAY = date(2026, 3, 2)
ZONES = ("UTC", "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles")
DEAL = Reference(DocumentKind.DEAL, "D-1")
LOCK = Reference(DocumentKind.LOCK, "L-1")


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due_at(watch: Watch, fact: date | datetime, **rule: Any) -> datetime:
    """From when a rule reminds of a fact."""
    about = LOCK if watch is Watch.EXPIRING_LOCK else DEAL
    return ReminderRule("rule", watch, **rule).due_at(Occasion(watch, about, fact))


def test_worked_instants() -> None:
    """The first instant of each kind of rule, in its zone, across a change of clocks."""
    assert due_at(Watch.IDLE_DEAL, DAY, days=14) == at("2026-03-16T00:00")
    assert due_at(Watch.IDLE_DEAL, DAY, days=14, zone="Europe/Berlin") == at("2026-03-15T23:00")
    summer = due_at(Watch.IDLE_DEAL, DAY, days=28, zone="Europe/Berlin")
    assert summer == at("2026-03-29T22:00")
    assert due_at(Watch.OVERDUE_TASK, DAY) == at("2026-03-03T00:00")
    assert due_at(Watch.OVERDUE_DEAL, DAY, days=2) == at("2026-03-05T00:00")
    assert due_at(Watch.LAPSING_QUOTE, date(2026, 3, 31), days=3) == at("2026-03-28T00:00")
    assert due_at(Watch.RENEWAL, date(2026, 12, 31), days=30) == at("2026-12-01T00:00")
    ends = at("2026-04-01T22:00")
    assert due_at(Watch.EXPIRING_LOCK, ends, days=1, hours=6) == at("2026-03-31T16:00")


facts = st.dates(date(2026, 1, 1), date(2026, 12, 31))
rules = st.builds(
    ReminderRule,
    st.sampled_from(["a", "b"]),
    st.sampled_from([Watch.IDLE_DEAL, Watch.OVERDUE_DEAL, Watch.LAPSING_QUOTE, Watch.RENEWAL]),
    days=st.integers(1, 40),
    zone=st.sampled_from(ZONES),
)


@given(rules, facts, st.integers(0, 700 * 24 * 60))
def test_due_as_a_calendar_says(rule: ReminderRule, fact: date, minutes: int) -> None:
    """The day in the rule's zone decides: counted day by day, as one would on a calendar."""
    now = at("2025-11-01T00:00") + timedelta(minutes=minutes)
    today = now.astimezone(ZoneInfo(rule.zone)).date()
    apart = (today - fact).days
    expected = {
        Watch.IDLE_DEAL: apart >= rule.days,
        Watch.OVERDUE_DEAL: apart > rule.days,
        Watch.LAPSING_QUOTE: -apart <= rule.days,
        Watch.RENEWAL: -apart <= rule.days,
    }[rule.watch]
    occasion = Occasion(rule.watch, DEAL, fact)
    assert bool(list(due([rule], [occasion], now))) is expected


def test_a_reminder_names_its_cause() -> None:
    """One id for one rule and cause; another fact, thing or rule is another reminder."""
    rule = ReminderRule("idle", Watch.IDLE_DEAL, days=14)
    first = Occasion(Watch.IDLE_DEAL, DEAL, DAY, CustomerId("acme"), "ada", "quoted")
    made = Reminder.raised(rule, first, CompanyId("nordwind"), at("2026-03-20T12:00"))
    assert made.id == "idle:deal:D-1:2026-03-02"
    assert made.text == "deal D-1: no change and no activity since 2026-03-02"
    assert made.due_at == at("2026-03-16T00:00")
    assert [(one.name, one.on, one.details["owner"]) for one in made.events] == [
        ("reminder raised", date(2026, 3, 20), "ada")
    ]
    moved = Occasion(Watch.IDLE_DEAL, DEAL, DAY + timedelta(days=1))
    assert rule.id_of(moved) != made.id
    long = Occasion(Watch.IDLE_DEAL, Reference(DocumentKind.DEAL, "x" * 900), DAY)
    assert len(rule.id_of(long)) < 100
    with pytest.raises(TransitionRefused):
        made.do(DAY).dismiss(DAY)


def test_a_rule_looks_at_its_stages_alone() -> None:
    """A rule for one stage passes over deals of others; a lock's zone does not matter to it."""
    rule = ReminderRule("idle", Watch.IDLE_DEAL, days=1, stages=("quoted",))
    for stage, found in (("quoted", 1), ("qualified", 0)):
        occasion = Occasion(Watch.IDLE_DEAL, DEAL, DAY, stage=stage)
        assert len(list(due([rule], [occasion], at("2026-05-01T00:00")))) == found
    with pytest.raises(NaiveInstant):
        list(due([rule], [], at("2026-05-01T00:00").replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": ""}, "1 to 60 characters"),
        ({"name": "a:b"}, "no colon"),
        ({"days": 0}, "1 day at least"),
        ({"days": -1}, "from 0 to"),
        ({"hours": 3}, "before the end of a lock"),
        ({"watch": Watch.OVERDUE_TASK, "stages": ("quoted",)}, "stages are those of deals"),
    ],
)
def test_rules_that_are_refused(given: dict[str, Any], reason: str) -> None:
    """Each refusal says what is wrong with the rule."""
    with pytest.raises(ReminderRuleRefused, match=reason):
        ReminderRule(**{"name": "rule", "watch": Watch.IDLE_DEAL, "days": 14, **given})


@pytest.mark.parametrize("days", [0, 1])
def test_days_beyond_the_calendar_hold_up_no_other(days: int) -> None:
    """What ends with the last day there is never is past; the rest is reminded of."""
    with pytest.raises(ReminderRuleRefused, match="there is no day"):
        due_at(Watch.OVERDUE_DEAL, date.max, days=days)
    rule = ReminderRule("late", Watch.OVERDUE_DEAL, days=days)
    found = [Occasion(Watch.OVERDUE_DEAL, DEAL, fact) for fact in (date.max, DAY)]
    assert list(due([rule], found, at("9999-12-31T23:59"))) == [(rule, found[1])]
