"""Reminders: rules as data say what to watch, and each cause is reminded of exactly once.

A rule turns an occasion (a deal that nobody touched since a day, a lock with its end) into the
instant from which somebody is to be reminded. The id of a reminder is made of its rule, of what
it is about, and of the fact that caused it, so evaluating again, at whatever instant, finds the
reminder there; a deal that moved and idles again has another fact, and so another reminder.
Nothing here knows what time it is: the instant is passed in (F7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Final

import attrs

from fxcrm.errors import InputRefused
from fxcrm.events import Event, checked_instant
from fxcrm.ids import CompanyId, CustomerId, ReminderId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.plaindata import PlainTable
from fxcrm.ratelocks import LockTermsRefused, end_of_day
from fxcrm.references import Reference

LONGEST_NAME: Final = 60
LONGEST_ID: Final = 800  # bytes: what the stores take as a key
MOST_DAYS: Final = 3_660

REMINDER_LIFECYCLE = Lifecycle(
    "reminder",
    "open",
    FrozenMap({("open", "do"): "done", ("open", "dismiss"): "dismissed"}),
)


class ReminderRuleRefused(InputRefused):
    """A rule that nobody could follow."""

    rule: str
    reason: str
    template = "reminder {rule:plain}: {reason:plain}"


class Watch(Enum):
    """What a rule looks at."""

    IDLE_DEAL = "idle deal"
    OVERDUE_DEAL = "overdue deal"
    OVERDUE_TASK = "overdue task"
    LAPSING_QUOTE = "lapsing quote"
    EXPIRING_LOCK = "expiring lock"
    RENEWAL = "contract to renew"


_TOLD: Final[Mapping[Watch, str]] = FrozenMap(
    {
        Watch.IDLE_DEAL: "no change and no activity since",
        Watch.OVERDUE_DEAL: "it was expected on",
        Watch.OVERDUE_TASK: "it was due on",
        Watch.LAPSING_QUOTE: "its last day is",
        Watch.EXPIRING_LOCK: "it ends at",
        Watch.RENEWAL: "its term ends on",
    }
)
_DEALS: Final = (Watch.IDLE_DEAL, Watch.OVERDUE_DEAL)
_AFTER: Final = (Watch.OVERDUE_DEAL, Watch.OVERDUE_TASK)


@attrs.frozen
class Occasion:
    """Something that a rule may remind of.

    ``fact`` is what it is counted from: the day since which a deal idles, the day on which a task
    was due, the last day of a quote or a contract, the instant at which a lock ends. ``stage`` is
    that of a deal, and empty for anything else.
    """

    watch: Watch
    about: Reference
    fact: date | datetime
    customer: CustomerId | None = None
    owner: str = ""
    stage: str = ""

    @property
    def told(self) -> str:
        """The fact as text: an ISO day, or an ISO instant in UTC."""
        if isinstance(self.fact, datetime):
            return checked_instant(self.fact).astimezone(UTC).isoformat()
        return self.fact.isoformat()


@attrs.frozen
class ReminderRule:
    """Remind of what is watched ``days`` (and for locks ``hours``) before or after its fact.

    Days begin and end in ``zone``. An idle deal is due once ``days`` days went by, what is overdue
    when its day and so many more are over, everything else so long before its end; ``stages``
    limits a rule on deals, none means every open stage.
    """

    name: str
    watch: Watch
    days: int = 0
    hours: int = 0
    stages: tuple[str, ...] = ()
    zone: str = "UTC"

    def __attrs_post_init__(self) -> None:
        if reason := self._wrong():
            raise ReminderRuleRefused(rule=self.name, reason=reason)
        end_of_day(date(2000, 1, 1), self.zone)  # which refuses a zone that is not there

    def _wrong(self) -> str:
        if not 0 < len(self.name) <= LONGEST_NAME or ":" in self.name:
            return f"its name has 1 to {LONGEST_NAME} characters and no colon"
        if not (0 <= self.days <= MOST_DAYS and 0 <= self.hours <= MOST_DAYS):
            return f"days and hours are from 0 to {MOST_DAYS}"
        if self.hours and self.watch is not Watch.EXPIRING_LOCK:
            return f"hours count before the end of a lock; for {self.watch.value} give days"
        if self.watch is Watch.IDLE_DEAL and not self.days:
            return "a deal idles for 1 day at least"
        if self.stages and self.watch not in _DEALS:
            return f"stages are those of deals; {self.watch.value} has none"
        return ""

    def concerns(self, occasion: Occasion) -> bool:
        """Whether the rule looks at it at all."""
        return occasion.watch is self.watch and (not self.stages or occasion.stage in self.stages)

    def due_at(self, occasion: Occasion) -> datetime:
        """The instant from which it is to be reminded of, in UTC.

        Raises `ReminderRuleRefused` where the calendar ends before.
        """
        fact, days = occasion.fact, timedelta(days=self.days)
        try:
            if isinstance(fact, datetime):
                ends = checked_instant(fact).astimezone(UTC)
                return ends - days - timedelta(hours=self.hours)
            if self.watch in _AFTER:
                return end_of_day(fact + days, self.zone)
            begins = fact + days if self.watch is Watch.IDLE_DEAL else fact - days
            return end_of_day(begins - timedelta(days=1), self.zone)
        except (OverflowError, LockTermsRefused):
            reason = f"there is no day {self.days} days from {occasion.told}"
            raise ReminderRuleRefused(rule=self.name, reason=reason) from None

    def is_due(self, occasion: Occasion, now: datetime) -> bool:
        """Whether it is to be reminded of by then; never where no such instant exists."""
        try:
            return self.due_at(occasion) <= now
        except ReminderRuleRefused:
            return False

    def id_of(self, occasion: Occasion) -> ReminderId:
        """The id of the reminder of one cause, the same whenever it is asked for."""
        cause = f"{occasion.about}:{occasion.told}"
        id = f"{self.name}:{cause}"
        if len(id.encode()) > LONGEST_ID:
            id = f"{self.name}:{sha256(cause.encode()).hexdigest()}"
        return ReminderId(id)


@attrs.frozen
class Reminder:
    """One cause for one rule. ``due_at`` is when the rule asked for it, not when it was noticed."""

    id: ReminderId
    company: CompanyId
    rule: str
    watch: Watch
    about: Reference
    fact: str
    due_at: datetime
    customer: CustomerId | None = None
    owner: str = ""
    state: str = REMINDER_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def raised(
        cls, rule: ReminderRule, occasion: Occasion, company: CompanyId, at: datetime
    ) -> Reminder:
        """The reminder of a cause, with the event by which others are told."""
        id, due = rule.id_of(occasion), rule.due_at(occasion)
        made = cls(
            id,
            company,
            rule.name,
            rule.watch,
            occasion.about,
            occasion.told,
            due,
            occasion.customer,
            occasion.owner,
        )
        details = {"rule": rule.name, "owner": occasion.owner, "text": made.text}
        event = Event("reminder raised", id, checked_instant(at).astimezone(UTC).date(), details)
        return attrs.evolve(made, events=(event,))

    @property
    def text(self) -> str:
        """What is to be looked at and why, in one line."""
        return f"{self.about.kind.value} {self.about.id}: {_TOLD[self.watch]} {self.fact}"

    def do(self, on: date) -> Reminder:
        """Somebody did what was to be done. Raises `TransitionRefused`."""
        return self._moved("do", on)

    def dismiss(self, on: date) -> Reminder:
        """Nothing is to be done; it does not come back. Raises `TransitionRefused`."""
        return self._moved("dismiss", on)

    def _moved(self, command: str, on: date) -> Reminder:
        state = REMINDER_LIFECYCLE.after(self.state, command)
        event = Event(f"reminder {state}", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))


def due(
    rules: Iterable[ReminderRule], occasions: Iterable[Occasion], at: datetime
) -> Iterator[tuple[ReminderRule, Occasion]]:
    """What is to be reminded of at an instant, by rule; once due it stays due (F7).

    A day at the end of the calendar, such as 9999-12-31, is never past, and holds up no other.
    """
    now, every = checked_instant(at), tuple(occasions)
    for rule in rules:
        for occasion in every:
            if rule.concerns(occasion) and rule.is_due(occasion, now):
                yield rule, occasion


def read_reminders(data: PlainTable) -> tuple[ReminderRule, ...]:
    """Rules by name: ``{idle: {watch: "idle deal", days: 14, stages: ["quoted"]}}``.

    Raises `RulesRefused`, which names the place.
    """
    return tuple(_rule(name, one) for name, one in data.named("watch days hours stages zone"))


def _rule(name: str, data: PlainTable) -> ReminderRule:
    watch, days = data.member(Watch, "watch"), data.whole("days", 0)
    hours, stages = data.whole("hours", 0), data.texts("stages")
    try:
        return ReminderRule(name, watch, days, hours, stages, data.text("zone", "UTC"))
    except (ReminderRuleRefused, LockTermsRefused) as refused:
        raise data.refused(refused.reason) from None
