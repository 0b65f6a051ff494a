"""The journal, the translations, the numbers and the commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Integer,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import SqlDecisions, unreadable
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.statements import Statement, insert, inserted, inserted_new, limited
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.currencies import Currency
from fxcrm.encoding import instant_text
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.trial_balance import Balance, JournalLine
from fxcrm.ports.storage import AlreadyThere, KeyReused, Overtaken
from fxcrm.records.columns import Values
from fxcrm.records.ledger import (
    entry_of,
    entry_row,
    line_of,
    posting_rows,
    snapshot_balance_rows,
    snapshot_of,
    snapshot_row,
)
from fxcrm.records.trail import hashed, noted, number_key

_entries: Final = tables.entries
_postings: Final = tables.postings
_snapshots: Final = tables.snapshots
_rows: Final = tables.snapshot_balances

_COMPANY: Final[BindParameter[str]] = bindparam("company")
_APPEND: Final = inserted_new(_entries, without="sequence")
_POST: Final = inserted(_postings)
_ENTRY: Final = Statement(select(_entries).where(_entries.c.id == bindparam("key")))
_POSTINGS: Final = Statement(
    select(_postings).where(_postings.c.entry == bindparam("entry")).order_by(_postings.c.position)
)
# Instants are kept as texts that sort as they do.
_BY_THEN: Final = or_(_entries.c.booked_at.is_(None), _entries.c.booked_at <= bindparam("known_at"))
_HEADS: Final = select(_entries).where(_entries.c.company == _COMPANY).order_by(_entries.c.sequence)
_HEADS_POSTINGS: Final = (
    select(_postings)
    .join(_entries, _entries.c.sequence == _postings.c.entry)
    .where(_entries.c.company == _COMPANY)
    .order_by(_postings.c.entry, _postings.c.position)
)
_ENTRIES: Final = Statement(_HEADS), Statement(_HEADS_POSTINGS)
_ENTRIES_KNOWN: Final = (
    Statement(_HEADS.where(_BY_THEN)),
    Statement(_HEADS_POSTINGS.where(_BY_THEN)),
)
_EVERY_ENTRY: Final = Statement(select(_entries).order_by(_entries.c.sequence))
_EVERY_POSTING: Final = Statement(
    select(_postings).order_by(_postings.c.entry, _postings.c.position)
)
_BY_DAY: Final = (
    select(_postings, _entries.c.id.label("entry_id"), _entries.c.kind, _entries.c.booked_at)
    .join(_entries, _entries.c.sequence == _postings.c.entry)
    .order_by(_postings.c.on, _postings.c.entry, _postings.c.position)
)
_ITEM_LINES: Final = Statement(_BY_DAY.where(_postings.c.item == bindparam("key")))
_WITHIN: Final = _BY_DAY.where(
    _postings.c.company == _COMPANY,
    _postings.c.on > bindparam("after"),
    _postings.c.on <= bindparam("through"),
)
_LINES: Final = Statement(_WITHIN)
_LINES_KNOWN: Final = Statement(_WITHIN.where(_BY_THEN))

# SUM stops at 64 bits, and loudly; the sums of the two halves can not reach that in a table
# of less than nine thousand million rows, and Python puts them together.
_HALF: Final = 10**9
_half: Final = literal_column(str(_HALF), Integer)


def _halves(column: Any, name: str) -> tuple[Any, Any]:
    whole = type_coerce(column, Integer)
    high, low = func.sum(whole // _half), func.sum(whole % _half)
    return high.label(f"{name}_high"), low.label(f"{name}_low")


_KEYS: Final = (_postings.c.account, _postings.c.amount_currency, _postings.c.functional_currency)
_SUMS: Final = (
    select(
        *_KEYS,
        *_halves(_postings.c.amount, "amount"),
        *_halves(_postings.c.functional, "functional"),
    )
    .where(_postings.c.company == _COMPANY, _postings.c.on <= bindparam("through"))
    .group_by(*_KEYS)
    .order_by(*_KEYS)
)
_BALANCES: Final = Statement(_SUMS)
# What was booked later is less than what was booked by then, and is looked up once.
_LATER: Final = select(_entries.c.sequence).where(
    _entries.c.company == _COMPANY, _entries.c.booked_at > bindparam("known_at")
)
_BALANCES_KNOWN: Final = Statement(_SUMS.where(_postings.c.entry.not_in(_LATER)))


class SqlJournal:
    """The entries: appended, never changed."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._decisions = decisions
        self._log = log
        self._writing = decisions.writing

    def append(self, entry: Entry) -> Entry:
        """Keep an entry. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect([one.decision for one in entry.postings])
        head, postings = entry_row(entry), posting_rows(entry, self._writing)
        write = noted("entry", entry.id, 1, head, *postings)
        numbered = self._transaction.rows(_APPEND, **head)
        if not numbered:
            raise AlreadyThere(kind="entry", id=entry.id)
        sequence = numbered[0].sequence
        self._transaction.run_many(_POST, [{**row, "entry": sequence} for row in postings])
        self._log.writes.append(write)
        return entry

    def rows(self) -> Iterator[tuple[str, list[Values]]]:
        """The entries as they are kept: each id with its head and its postings."""
        postings = groupby(self._transaction.rows(_EVERY_POSTING), lambda row: row.entry)
        by_entry = {key: [_without(row, "entry") for row in some] for key, some in postings}
        for head in self._transaction.rows(_EVERY_ENTRY):
            rows = by_entry.pop(head.sequence, [])
            yield head.id, [_without(head, "sequence"), *rows]
        # Postings without a head would count in balances: nobody wrote them.
        yield from ((f"of number {sequence}", rows) for sequence, rows in by_entry.items())

    def find(self, key: EntryId) -> Entry | None:
        """The entry, or None."""
        heads = self._transaction.rows(_ENTRY, key=key)
        if not heads:
            return None
        return self._made(heads[0], self._postings_of(heads[0].sequence))

    def _postings_of(self, sequence: int) -> Sequence[Any]:
        return self._transaction.rows(_POSTINGS, entry=sequence)

    def entries(self, company: CompanyId, known_at: datetime | None = None) -> Iterator[Entry]:
        """The entries of a company in the order in which they were appended."""
        if known_at is None:
            return iter(self._read(*_ENTRIES, company=company))
        then = instant_text(known_at)
        return iter(self._read(*_ENTRIES_KNOWN, company=company, known_at=then))

    def every(self) -> Iterator[Entry]:
        """The entries of all companies in the order in which they were appended."""
        return iter(self._read(_EVERY_ENTRY, _EVERY_POSTING))

    def balances(
        self, company: CompanyId, through: date, known_at: datetime | None = None
    ) -> Iterator[Balance]:
        """Sums per account and document currency, up to and including a day."""
        rows = self._as_known(
            _BALANCES, _BALANCES_KNOWN, known_at, company=company, through=through.isoformat()
        )
        return iter([self._balance(row) for row in rows])

    def lines(
        self,
        company: CompanyId,
        after: date | None,
        through: date,
        known_at: datetime | None = None,
    ) -> Iterator[JournalLine]:
        """Postings later than ``after``, up to and including ``through``, by day."""
        # No day is before the empty text.
        span = {"after": after.isoformat() if after else "", "through": through.isoformat()}
        rows = self._as_known(_LINES, _LINES_KNOWN, known_at, company=company, **span)
        return iter([self._line(row) for row in rows])

    def item_lines(self, item: OpenItemId) -> Iterator[JournalLine]:
        """The postings of one open item, by day."""
        rows = self._transaction.rows(_ITEM_LINES, key=item)
        return iter([self._line(row) for row in rows])

    def _as_known(
        self, now: Statement, then: Statement, known_at: datetime | None, **values: str
    ) -> list[Any]:
        if known_at is None:
            return self._transaction.rows(now, **values)
        return self._transaction.rows(then, **values, known_at=instant_text(known_at))

    def _read(self, heads: Any, postings: Any, **values: Any) -> list[Entry]:
        rows = self._transaction.rows(postings, **values)
        by_entry = {key: list(some) for key, some in groupby(rows, lambda row: row.entry)}
        found = self._transaction.rows(heads, **values)
        return [self._made(head, by_entry.get(head.sequence, [])) for head in found]

    def _made(self, head: Any, rows: Any) -> Entry:
        try:
            return entry_of(head, rows, self._decisions.reading)
        except (LookupError, ValueError, TypeError, RuntimeError) as failure:
            unreadable("entry", head.id, failure)

    def _line(self, row: Any) -> JournalLine:
        try:
            return line_of(row, self._decisions.reading)
        except (LookupError, ValueError, TypeError, RuntimeError) as failure:
            unreadable("entry", row.entry_id, failure)

    def _balance(self, row: Any) -> Balance:
        money = self._decisions.reading.money
        try:
            return Balance(
                AccountCode(row.account),
                money(_whole(row.amount_high, row.amount_low), row.amount_currency),
                money(_whole(row.functional_high, row.functional_low), row.functional_currency),
            )
        except (LookupError, ValueError, TypeError) as failure:
            unreadable("account", row.account, failure)


def _whole(high: Any, low: Any) -> int:
    """The sum of both halves; PostgreSQL adds whole numbers up as NUMERIC."""
    return int(high) * _HALF + int(low)


def _without(row: Any, name: str) -> Values:
    values: Values = row._asdict()
    del values[name]
    return values


_OF: Final = (_snapshots.c.company == _COMPANY, _snapshots.c.presentation == bindparam("code"))
_SNAPSHOT: Final = Statement(
    select(_snapshots).where(*_OF, _snapshots.c.as_of == bindparam("as_of"))
)
_LATEST: Final = Statement(
    limited(
        select(_snapshots)
        .where(*_OF, _snapshots.c.as_of < bindparam("before"))
        .order_by(_snapshots.c.as_of.desc()),
        1,
    )
)
_SINCE: Final = Statement(
    select(_snapshots)
    .where(_snapshots.c.company == _COMPANY, _snapshots.c.as_of >= bindparam("first"))
    .order_by(_snapshots.c.as_of, _snapshots.c.presentation)
)
_EVERY_SNAPSHOT: Final = Statement(
    select(_snapshots).order_by(_snapshots.c.company, _snapshots.c.presentation, _snapshots.c.as_of)
)
_EVERY_BALANCE: Final = Statement(
    select(_rows).order_by(
        _rows.c.company, _rows.c.presentation_code, _rows.c.as_of, _rows.c.position
    )
)
_SNAPSHOT_ROWS: Final = Statement(
    select(_rows)
    .where(
        _rows.c.company == _COMPANY,
        _rows.c.presentation_code == bindparam("code"),
        _rows.c.as_of == bindparam("as_of"),
    )
    .order_by(_rows.c.position)
)
_RECORD: Final = inserted_new(_snapshots)
_RECORD_ROWS: Final = inserted(_rows)


class SqlSnapshots:
    """Translations as they were made."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._decisions = decisions
        self._log = log
        self._writing = decisions.writing

    def latest(
        self, company: CompanyId, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        """The last one strictly before a day, or None."""
        span = {"code": presentation.code, "before": before.isoformat()}
        return self._first(self._transaction.rows(_LATEST, company=company, **span))

    def find(
        self, company: CompanyId, presentation: Currency, as_of: date
    ) -> TranslationSnapshot | None:
        """That of a day, or None."""
        day = {"code": presentation.code, "as_of": as_of.isoformat()}
        return self._first(self._transaction.rows(_SNAPSHOT, company=company, **day))

    def since(self, company: CompanyId, first: date) -> Iterator[TranslationSnapshot]:
        """Those of a day or later, in any currency, by day and then by currency."""
        found = self._transaction.rows(_SINCE, company=company, first=first.isoformat())
        return map(self._made, found)

    def record(self, snapshot: TranslationSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect([snapshot.closing])
        head = snapshot_row(snapshot, self._writing)
        rows = snapshot_balance_rows(snapshot, self._writing)
        key = "/".join((head["company"], head["presentation"], head["as_of"]))
        write = noted("translation snapshot", key, 1, head, *rows)
        if not self._transaction.run(_RECORD, head):
            raise AlreadyThere(kind="translation snapshot", id=key)
        if rows:
            self._transaction.run_many(_RECORD_ROWS, rows)
        self._log.writes.append(write)

    def rows(self) -> Iterator[tuple[str, list[Values]]]:
        """The translations as they are kept: each key with its head and its balances."""
        every = groupby(self._transaction.rows(_EVERY_BALANCE), lambda row: row[:3])
        balances = {key: [row._asdict() for row in some] for key, some in every}
        for head in self._transaction.rows(_EVERY_SNAPSHOT):
            rows = balances.pop(head[:3], [])
            yield "/".join(head[:3]), [head._asdict(), *rows]
        yield from (("/".join(key), rows) for key, rows in balances.items())

    def _balances(self, head: Any) -> list[Any]:
        return self._transaction.rows(
            _SNAPSHOT_ROWS, company=head.company, code=head.presentation, as_of=head.as_of
        )

    def _first(self, heads: Any) -> TranslationSnapshot | None:
        return self._made(heads[0]) if heads else None

    def _made(self, head: Any) -> TranslationSnapshot:
        rows = self._balances(head)
        try:
            return snapshot_of(head, rows, self._decisions.reading)
        except (LookupError, ValueError, TypeError) as failure:
            unreadable("translation snapshot", head.company, failure)


_numbers: Final = tables.numbers
_COUNT: Final = Statement(
    insert(_numbers)
    .on_conflict_do_update(
        index_elements=[_numbers.c.company, _numbers.c.series],
        set_={"last": _numbers.c.last + literal_column("1")},
    )
    .returning(_numbers.c.last),
    ("company", "series", "last"),
)
_EVERY_NUMBER: Final = Statement(select(_numbers))


class SqlNumbers:
    """Numbers without gaps: a row in the same transaction, so a rollback gives them back."""

    def __init__(self, transaction: Transaction, _: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._log = log

    def next(self, company: CompanyId, series: str) -> int:
        """The next whole number of a series, from 1."""
        key, row = number_key(company, series), {"company": company, "series": series}
        last: int = self._transaction.rows(_COUNT, **row, last=1)[0].last
        self._log.writes.append(noted("number", key, last, {**row, "last": last}))
        return last

    def rows(self) -> list[Any]:
        """Each series with the last number taken."""
        return self._transaction.rows(_EVERY_NUMBER)


_commands: Final = tables.commands
_COMMAND: Final = Statement(select(_commands).where(_commands.c.key == bindparam("of")))
_NOTE: Final = inserted_new(_commands)
_EVERY_COMMAND: Final = Statement(select(_commands))


class SqlCommands:
    """Which commands were carried out; of their content only the hash is kept."""

    def __init__(self, transaction: Transaction, _: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._log = log
        self._missed: set[str] = set()

    def answer(self, key: str, content: str) -> str | None:
        """The recorded answer, or None for a new key. Raises `KeyReused`."""
        rows = self._transaction.rows(_COMMAND, of=key)
        if not rows:
            self._missed.add(key)
            return None
        if rows[0].content != hashed(content):
            raise KeyReused(key=key)
        answer: str = rows[0].answer
        return answer

    def record(self, key: str, content: str, answer: str) -> None:
        """Note that a command was carried out. Raises `KeyReused`."""
        row = {"key": key, "content": hashed(content), "answer": answer}
        write = noted("command", key, 1, row)
        if not self._transaction.run(_NOTE, row):
            # Who looked for the key in vain, and finds it now, was overtaken.
            raise Overtaken(seconds=0) if key in self._missed else KeyReused(key=key)
        self._missed.discard(key)
        self._log.writes.append(write)

    def rows(self) -> list[Any]:
        """Each key with the hash of its content and its answer."""
        return self._transaction.rows(_EVERY_COMMAND)
