"""The journal, the translations, the numbers and the commands, on the shelves of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from fxcrm.adapters.memory.repositories import MemoryDecisions
from fxcrm.adapters.memory.shelves import GroupKey, Held, Shelf, SnapshotKey, command_row
from fxcrm.currencies import Currency
from fxcrm.encoding import checked_text
from fxcrm.events import checked_instant
from fxcrm.ids import CompanyId, EntryId, GroupId, OpenItemId
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.snapshots import GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.trial_balance import Balance, JournalLine
from fxcrm.ports.storage import AlreadyThere, KeyReused
from fxcrm.records.columns import checked_key, checked_row
from fxcrm.records.groups import closings, group_row
from fxcrm.records.ledger import entry_row, posting_rows, snapshot_balance_rows, snapshot_row
from fxcrm.records.trail import Writes, hashed, number_key


class MemoryJournal:
    """The entries: appended, never changed."""

    def __init__(
        self, shelf: Shelf[EntryId, Held[Entry]], decisions: MemoryDecisions, writes: Writes
    ) -> None:
        self._shelf = shelf
        self._decisions = decisions
        self._writes = writes

    def append(self, entry: Entry) -> Entry:
        """Keep an entry. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect([one.decision for one in entry.postings])
        to = self._decisions.writing
        rows = [checked_row(row) for row in (entry_row(entry), *posting_rows(entry, to))]
        if self.find(entry.id) is not None:
            raise AlreadyThere(kind="entry", id=entry.id)
        self._shelf.put(entry.id, Held(entry, tuple(rows)))
        self._writes.note("entry", entry.id, 1, *rows)
        return entry

    def find(self, key: EntryId) -> Entry | None:
        """The entry, or None."""
        held = self._shelf.find(key)
        return held.value if held else None

    def entries(self, company: CompanyId, known_at: datetime | None = None) -> Iterator[Entry]:
        """The entries of a company in the order in which they were appended."""
        own = (one for one in self._every() if one.company == company)
        return iter(list(own if known_at is None else _known(own, checked_instant(known_at))))

    def balances(
        self, company: CompanyId, through: date, known_at: datetime | None = None
    ) -> Iterator[Balance]:
        """Sums per account and document currency, up to and including a day."""
        sums: dict[tuple[str, str, str], Balance] = {}
        for line in self.lines(company, None, through, known_at):
            one = line.posting
            codes = (one.account, one.amount.currency.code, one.functional.currency.code)
            before = sums.get(codes)
            sums[codes] = Balance(
                one.account,
                before.amount + one.amount if before else one.amount,
                before.functional + one.functional if before else one.functional,
            )
        return iter([sums[codes] for codes in sorted(sums)])

    def lines(
        self,
        company: CompanyId,
        after: date | None,
        through: date,
        known_at: datetime | None = None,
    ) -> Iterator[JournalLine]:
        """Postings later than ``after``, up to and including ``through``, by day."""
        within = [
            entry
            for entry in self.entries(company, known_at)
            if entry.on <= through and (after is None or entry.on > after)
        ]
        return iter(_by_day(within))

    def item_lines(self, item: OpenItemId) -> Iterator[JournalLine]:
        """The postings of one open item, by day."""
        named = (one for one in self._every() if any(line.item == item for line in one.postings))
        return iter([one for one in _by_day(named) if one.posting.item == item])

    def _every(self) -> Iterator[Entry]:
        return (held.value for held in self._shelf.values())


def _by_day(entries: Iterable[Entry]) -> list[JournalLine]:
    """The postings by day; sorting is stable, so within a day the order of appending stays."""
    ordered = sorted(entries, key=lambda entry: entry.on)
    return [
        JournalLine(one.id, one.on, one.kind, line, booked_at=one.booked_at)
        for one in ordered
        for line in one.postings
    ]


def _known(entries: Iterable[Entry], at: datetime) -> Iterator[Entry]:
    return (one for one in entries if one.booked_at is None or one.booked_at <= at)


class MemorySnapshots:
    """Translations as they were made."""

    def __init__(
        self,
        shelf: Shelf[SnapshotKey, Held[TranslationSnapshot]],
        decisions: MemoryDecisions,
        writes: Writes,
    ) -> None:
        self._shelf = shelf
        self._decisions = decisions
        self._writes = writes

    def latest(
        self, company: CompanyId, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        """The last one strictly before a day, or None."""
        earlier = (
            one
            for one in (held.value for held in self._shelf.values())
            if one.company == company and one.presentation is presentation and one.as_of < before
        )
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(
        self, company: CompanyId, presentation: Currency, as_of: date
    ) -> TranslationSnapshot | None:
        """That of a day, or None."""
        held = self._shelf.find((company, presentation.code, as_of))
        return held.value if held else None

    def since(self, company: CompanyId, first: date) -> Iterator[TranslationSnapshot]:
        """Those of a day or later, in any currency, by day and then by currency."""
        found = [
            one
            for one in (held.value for held in self._shelf.values())
            if one.company == company and one.as_of >= first
        ]
        return iter(sorted(found, key=lambda one: (one.as_of, one.presentation.code)))

    def record(self, snapshot: TranslationSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect([snapshot.closing])
        to = self._decisions.writing
        kept = (snapshot_row(snapshot, to), *snapshot_balance_rows(snapshot, to))
        rows = [checked_row(row) for row in kept]
        key = (snapshot.company, snapshot.presentation.code, snapshot.as_of)
        name = "/".join(map(str, key))
        if self._shelf.find(key) is not None:
            raise AlreadyThere(kind="translation snapshot", id=name)
        self._shelf.put(key, Held(snapshot, tuple(rows)))
        self._writes.note("translation snapshot", name, 1, *rows)


class MemoryGroupSnapshots:
    """Consolidations as they were made."""

    def __init__(
        self,
        shelf: Shelf[GroupKey, Held[GroupSnapshot]],
        decisions: MemoryDecisions,
        writes: Writes,
    ) -> None:
        self._shelf = shelf
        self._decisions = decisions
        self._writes = writes

    def latest(self, group: GroupId, before: date) -> GroupSnapshot | None:
        """The last one of a group strictly before a day, or None."""
        checked_text(group)
        earlier = (one for one in self._every() if one.group == group and one.as_of < before)
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(self, group: GroupId, as_of: date) -> GroupSnapshot | None:
        """That of a day, or None."""
        held = self._shelf.find((group, as_of))
        return held.value if held else None

    def since(self, first: date) -> Iterator[GroupSnapshot]:
        """Those of all groups of a day or later, by day and then by group."""
        found = [one for one in self._every() if one.as_of >= first]
        return iter(sorted(found, key=lambda one: (one.as_of, one.group)))

    def record(self, snapshot: GroupSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect(closings(snapshot))
        row = checked_row(group_row(snapshot, self._decisions.writing))
        key, name = (snapshot.group, snapshot.as_of), f"{snapshot.group}/{snapshot.as_of}"
        if self._shelf.find(key) is not None:
            raise AlreadyThere(kind="group snapshot", id=name)
        self._shelf.put(key, Held(snapshot, (row,)))
        self._writes.note("group snapshot", name, 1, row)

    def _every(self) -> Iterator[GroupSnapshot]:
        return (held.value for held in self._shelf.values())


class MemoryNumbers:
    """Numbers without gaps."""

    def __init__(self, shelf: Shelf[tuple[CompanyId, str], int], writes: Writes) -> None:
        self._shelf = shelf
        self._writes = writes

    def next(self, company: CompanyId, series: str) -> int:
        """The next whole number of a series, from 1."""
        name, key = number_key(company, series), (company, series)
        number = (self._shelf.find(key) or 0) + 1
        self._shelf.put(key, number)
        row = {"company": company, "series": series, "last": number}
        self._writes.note("number", name, number, row)
        return number


class MemoryCommands:
    """Which commands were carried out; of their content only the hash is kept."""

    def __init__(self, shelf: Shelf[str, tuple[str, str]], writes: Writes) -> None:
        self._shelf = shelf
        self._writes = writes

    def answer(self, key: str, content: str) -> str | None:
        """The recorded answer, or None for a new key. Raises `KeyReused`."""
        noted = self._shelf.find(key)
        if noted is None:
            return None
        if noted[0] != hashed(content):
            raise KeyReused(key=key)
        return noted[1]

    def record(self, key: str, content: str, answer: str) -> None:
        """Note that a command was carried out. Raises `KeyReused`."""
        noted = (hashed(content), checked_text(answer))
        if self._shelf.find(checked_key(checked_text(key))) is not None:
            raise KeyReused(key=key)
        self._shelf.put(key, noted)
        self._writes.note("command", key, 1, command_row(key, *noted))
