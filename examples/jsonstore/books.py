"""Journal, translations, numbers, rates, events and the rest that is no aggregate, on piles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

from examples.jsonstore.repositories import Row
from fxcrm.audit import EMPTY, AuditRecord, Head
from fxcrm.currencies import Currency
from fxcrm.encoding import checked_text, decoded, instant_from
from fxcrm.events import Event, Message, RecordedEvent, checked_instant
from fxcrm.ledger import Balance, Entry, GroupSnapshot, JournalLine, TranslationSnapshot
from fxcrm.ports.storage import AlreadyThere, KeyReused
from fxcrm.ports.trail import OutOfTurn
from fxcrm.queries import checked_limit
from fxcrm.rates import Fixing, RateSeries, RateTable
from fxcrm.records import fixings, groups, ledger
from fxcrm.records.columns import checked_key, checked_row
from fxcrm.records.trail import hashed, number_key

if TYPE_CHECKING:
    from examples.jsonstore.store import Unit


class Journal:
    """The entries: appended, never changed."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def append(self, entry: Entry) -> Entry:
        self._unit.decisions.expect([one.decision for one in entry.postings])
        to = self._unit.decisions.to
        rows = [
            checked_row(row) for row in (ledger.entry_row(entry), *ledger.posting_rows(entry, to))
        ]
        if self._unit.pile.find("entry", entry.id):
            raise AlreadyThere(kind="entry", id=entry.id)
        self._unit.pile.put("entry", entry.id, *rows)
        self._unit.writes.note("entry", entry.id, 1, *rows)
        return entry

    def find(self, key: str) -> Entry | None:
        rows = self._unit.pile.find("entry", key)
        return self._made(rows) if rows else None

    def entries(self, company: str, known_at: datetime | None = None) -> Iterator[Entry]:
        at = known_at and checked_instant(known_at)
        own = [one for one in self._every() if one.company == company]
        return iter([one for one in own if not (at and one.booked_at and one.booked_at > at)])

    def balances(
        self, company: str, through: date, known_at: datetime | None = None
    ) -> Iterator[Balance]:
        sums: dict[tuple[str, str], Balance] = {}
        for one in (line.posting for line in self.lines(company, None, through, known_at)):
            key = (one.account, one.amount.currency.code)
            had = sums.get(key)
            amount = had.amount + one.amount if had else one.amount
            functional = had.functional + one.functional if had else one.functional
            sums[key] = Balance(one.account, amount, functional)
        return iter([sums[key] for key in sorted(sums)])

    def lines(
        self, company: str, after: date | None, through: date, known_at: datetime | None = None
    ) -> Iterator[JournalLine]:
        within = [one for one in self.entries(company, known_at) if one.on <= through]
        return _by_day(one for one in within if after is None or one.on > after)

    def item_lines(self, item: str) -> Iterator[JournalLine]:
        return iter([one for one in _by_day(self._every()) if one.posting.item == item])

    def _every(self) -> list[Entry]:
        return [self._made(rows) for rows in self._unit.pile.every("entry").values()]

    def _made(self, rows: list[Row]) -> Entry:
        head, *postings = (SimpleNamespace(**row) for row in rows)
        return ledger.entry_of(head, postings, self._unit.decisions.by)


def _by_day(entries: Iterable[Entry]) -> Iterator[JournalLine]:
    ordered = sorted(entries, key=lambda entry: entry.on)
    return iter(
        [
            JournalLine(one.id, one.on, one.kind, line, booked_at=one.booked_at)
            for one in ordered
            for line in one.postings
        ]
    )


class Snapshots:
    """Translations as they were made."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def latest(
        self, company: str, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        of_both = (one for one in self._of(company) if one.presentation is presentation)
        return max(
            (one for one in of_both if one.as_of < before), key=lambda one: one.as_of, default=None
        )

    def since(self, company: str, first: date) -> Iterator[TranslationSnapshot]:
        found = [one for one in self._of(company) if one.as_of >= first]
        return iter(sorted(found, key=lambda one: (one.as_of, one.presentation.code)))

    def find(self, company: str, presentation: Currency, as_of: date) -> TranslationSnapshot | None:
        rows = self._unit.pile.find(
            "translation snapshot", f"{company}/{presentation.code}/{as_of}"
        )
        return self._made(rows) if rows else None

    def record(self, snapshot: TranslationSnapshot) -> None:
        self._unit.decisions.expect([snapshot.closing])
        to = self._unit.decisions.to
        made = (
            ledger.snapshot_row(snapshot, to),
            *ledger.snapshot_balance_rows(snapshot, to),
        )
        rows = [checked_row(row) for row in made]
        key = f"{snapshot.company}/{snapshot.presentation.code}/{snapshot.as_of}"
        if self._unit.pile.find("translation snapshot", key):
            raise AlreadyThere(kind="translation snapshot", id=key)
        self._unit.pile.put("translation snapshot", key, *rows)
        self._unit.writes.note("translation snapshot", key, 1, *rows)

    def _of(self, company: str) -> Iterator[TranslationSnapshot]:
        every = map(self._made, self._unit.pile.every("translation snapshot").values())
        return (one for one in every if one.company == company)

    def _made(self, rows: list[Row]) -> TranslationSnapshot:
        head, *balances = (SimpleNamespace(**row) for row in rows)
        return ledger.snapshot_of(head, balances, self._unit.decisions.by)


class GroupSnapshots:
    """Consolidations as they were made."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def latest(self, group: str, before: date) -> GroupSnapshot | None:
        checked_text(group)
        earlier = [one for one in self._every() if one.group == group and one.as_of < before]
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(self, group: str, as_of: date) -> GroupSnapshot | None:
        rows = self._unit.pile.find("group snapshot", f"{group}/{as_of}")
        return self._made(rows) if rows else None

    def since(self, first: date) -> Iterator[GroupSnapshot]:
        found = [one for one in self._every() if one.as_of >= first]
        return iter(sorted(found, key=lambda one: (one.as_of, one.group)))

    def record(self, snapshot: GroupSnapshot) -> None:
        self._unit.decisions.expect(groups.closings(snapshot))
        row = checked_row(groups.group_row(snapshot, self._unit.decisions.to))
        key = f"{snapshot.group}/{snapshot.as_of}"
        if self._unit.pile.find("group snapshot", key):
            raise AlreadyThere(kind="group snapshot", id=key)
        self._unit.pile.put("group snapshot", key, row)
        self._unit.writes.note("group snapshot", key, 1, row)

    def _every(self) -> list[GroupSnapshot]:
        return [self._made(rows) for rows in self._unit.pile.every("group snapshot").values()]

    def _made(self, rows: list[Row]) -> GroupSnapshot:
        return groups.group_of(SimpleNamespace(**rows[0]), self._unit.decisions.by)


class Numbers:
    """Numbers without gaps: rows like all others, so what is not committed is given back."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def next(self, company: str, series: str) -> int:
        key = number_key(company, series)
        before = self._unit.pile.find("number", key)
        number: int = before[0]["last"] + 1 if before else 1
        row = {"company": company, "series": series, "last": number}
        self._unit.pile.put("number", key, row)
        self._unit.writes.note("number", key, number, row)
        return number


class Commands:
    """Which commands were carried out; of their content only the hash is kept."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def answer(self, key: str, content: str) -> str | None:
        rows = self._unit.pile.find("command", key)
        if rows and rows[0]["content"] != hashed(content):
            raise KeyReused(key=key)
        return rows[0]["answer"] if rows else None

    def record(self, key: str, content: str, answer: str) -> None:
        row = checked_row({"key": key, "content": hashed(content), "answer": answer})
        if self._unit.pile.find("command", key):
            raise KeyReused(key=key)
        self._unit.pile.put("command", key, row)
        self._unit.writes.note("command", key, 1, row)


class Rates:
    """Published rates: the batches in which they were added, each one row."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, series: Iterable[RateSeries]) -> int:
        held = self._held()
        found = fixings.news(series, self._unit.decisions.to, held, lambda one: held[one.key])
        return sum(self._keep(key, rows) for key, rows in found.items())

    def _keep(self, key: fixings.SeriesKey, rows: list[fixings.FixingRow]) -> int:
        batches = [one for one, _ in self._batches() if one == key]
        id, row = fixings.batch_id(key, len(batches) + 1), fixings.batch_row(key, rows)
        self._unit.pile.put(fixings.KIND, id, row)
        self._unit.writes.note(fixings.KIND, id, 1, row)
        return len(rows)

    def table(
        self,
        source: str,
        *,
        since: date | None = None,
        until: date | None = None,
        known_at: datetime | None = None,
    ) -> RateTable:
        return RateTable(self._series(source, fixings.Span.of(since, until, known_at)))

    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({key.source for key in self._held()}))

    def last(self, source: str, known_at: datetime | None = None) -> tuple[Fixing, ...]:
        span = fixings.Span.of(None, None, known_at)
        found = map(fixings.last_of, self._series(source, span))
        return tuple(one for one in found if one is not None)

    def claim(self, source: str) -> None:
        self._unit.pile.refuse_unless_open()
        checked_text(source)

    def _series(self, source: str, span: fixings.Span) -> list[RateSeries]:
        held, columns = self._held(), fixings.Columns(self._unit.decisions.by)
        keys = fixings.in_order(key for key in held if key.source == checked_text(source))
        return [columns.series(key, span.among(held[key])) for key in keys]

    def _held(self) -> dict[fixings.SeriesKey, list[fixings.FixingRow]]:
        held: dict[fixings.SeriesKey, list[fixings.FixingRow]] = {}
        for key, rows in self._batches():
            held[key] = sorted([*held.get(key, []), *rows])
        return held

    def _batches(self) -> list[tuple[fixings.SeriesKey, list[fixings.FixingRow]]]:
        every = self._unit.pile.every(fixings.KIND).values()
        return [fixings.fixings_of(rows[0]) for rows in every]


class Events:
    """What happened, numbered in order."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def record(self, rows: Iterable[Row]) -> None:
        for row in rows:
            row["sequence"] = len(self._unit.pile.every("event")) + 1
            self._unit.pile.put("event", str(row["sequence"]), row)

    def note(self, *events: Event) -> None:
        self._unit.pile.refuse_unless_open()
        self.record([self._unit.writes.origin.event_row(event) for event in events])

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        rows = (rows[0] for rows in self._unit.pile.every("event").values())
        return iter([_event(row) for row in rows if row["sequence"] > sequence])

    def find(self, sequence: int) -> RecordedEvent | None:
        rows = self._unit.pile.find("event", str(sequence))
        return _event(rows[0]) if rows else None


def _event(row: Row) -> RecordedEvent:
    on, at = date.fromisoformat(row["on"]), row["at"] and instant_from(row["at"])
    event = Event(row["name"], row["subject"], on, decoded(row["details"]))
    return RecordedEvent(row["sequence"], at, row["actor"], row["key"], event)


class Outbox:
    """Where each consumer is, and what it set aside."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def pending(self, consumer: str, limit: int = 100) -> list[Message]:
        most = checked_limit("message", limit)
        aside: dict[str, Message] = {}
        for message, _ in self.parked(consumer):
            aside.setdefault(message.event.event.subject, message)
        first = self._position(consumer) + 1
        new = [self._unit.events.find(at) for at in range(first, first + most)]
        messages = [Message(one, waits=one.event.subject in aside) for one in new if one]
        return [*list(aside.values())[:most], *messages]

    def acknowledge(self, consumer: str, sequence: int) -> None:
        if self._unit.pile.find("parked", _parked_key(consumer, sequence)):
            self._unit.pile.put("parked", _parked_key(consumer, sequence))
        else:
            self._move(consumer, sequence)

    def park(self, consumer: str, sequence: int, reason: str) -> None:
        checked_text(reason)  # before anything is moved
        before = self._unit.pile.find("parked", _parked_key(consumer, sequence))
        if not before:
            self._move(consumer, sequence)
        attempts = before[0]["attempts"] + 1 if before else 1
        row = {"consumer": consumer, "sequence": sequence, "attempts": attempts}
        row["reason"] = checked_text(reason)
        self._unit.pile.put("parked", _parked_key(consumer, sequence), row)

    def parked(self, consumer: str) -> list[tuple[Message, str]]:
        rows = [rows[0] for rows in self._unit.pile.every("parked").values()]
        mine = sorted((row["sequence"], row) for row in rows if row["consumer"] == consumer)
        found = [(self._unit.events.find(sequence), row) for sequence, row in mine]
        return [(Message(one, row["attempts"]), row["reason"]) for one, row in found if one]

    def _position(self, consumer: str) -> int:
        rows = self._unit.pile.find("consumer", checked_key(consumer))
        return rows[0]["position"] if rows else 0

    def _move(self, consumer: str, sequence: int) -> None:
        expected = self._position(consumer) + 1
        if sequence != expected or self._unit.events.find(sequence) is None:
            raise OutOfTurn(consumer=consumer, sequence=sequence, expected=expected)
        self._unit.pile.put("consumer", consumer, {"position": sequence})


def _parked_key(consumer: str, sequence: int) -> str:
    return number_key(consumer, str(sequence))


class Log:
    """The audit trail."""

    def __init__(self, unit: Unit, trail: list[AuditRecord]) -> None:
        self._unit = unit
        self._trail = trail

    def head(self) -> Head:
        self._unit.pile.refuse_unless_open()
        return head_of(self._trail)

    def records(self, after: int = 0) -> Iterator[AuditRecord]:
        self._unit.pile.refuse_unless_open()
        return iter([one for one in self._trail if one.sequence > after])


def head_of(trail: list[AuditRecord]) -> Head:
    """The end of a trail."""
    return Head(trail[-1].sequence, trail[-1].hash) if trail else EMPTY
