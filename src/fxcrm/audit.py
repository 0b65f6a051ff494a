"""The audit trail: what each unit of work wrote, sealed and chained.

A **seal** is the hash of one kept row, over every column that holds something. A **record** says
who wrote which rows when, and under which key; its hash covers the hash before it. A **head**,
the number of records with the last hash, kept outside the store, also finds a trail that was cut
or written anew as a whole; without it those two can not be found (F15, F17).

All hashes are sha256 over length-prefixed text with a tag and a version (RULES section 4), so no
two lists of fields run into each other. A column that is None is left out: a column added later
leaves old seals as they are, and emptying one breaks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import compress
from json import JSONEncoder
from operator import itemgetter
from typing import Final

import attrs

from fxcrm.encoding import instant_text

_ROW: Final = "fxcrm row 1"
_RECORD: Final = "fxcrm audit record 1"

Columns = Mapping[str, str | int | None]
_WRITER: Final = JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_letter: Final = {str: "t", int: "i"}.__getitem__


@attrs.frozen
class Write:
    """One row as a unit of work left it: its kind (``quote``), id, version, and seal in hex."""

    kind: str
    id: str
    version: int
    seal: str


@attrs.frozen
class AuditRecord:
    """What one unit of work wrote; ``sequence`` counts from 1, ``hash`` is in hex."""

    sequence: int
    at: datetime | None
    actor: str
    key: str
    writes: tuple[Write, ...]
    hash: str


@attrs.frozen
class Head:
    """How long a trail is, and its last hash. Keep it where the store's owner can not write."""

    count: int
    hash: str


EMPTY: Final = Head(0, "")


def sealed(kind: str, id: str, rows: Iterable[Columns]) -> str:
    """The seal of a value, in hex. Some are kept in several rows; their order counts."""
    parts = [_kind(kind), _prefixed(id), *map(_row_text, rows)]
    return sha256("".join(parts).encode()).hexdigest()


@cache
def _kind(kind: str) -> str:
    return _prefixed(_ROW) + _prefixed(kind)


def _row_text(row: Columns) -> str:
    """Names with their lengths; a letter for the type of each value; lengths; the values."""
    order, values = _in_order(tuple(row))
    held = values(row)
    if None in held:
        there = [value is not None for value in held]
        order, held = tuple(compress(order, there)), tuple(compress(held, there))
    texts = list(map(str, held))
    types = "".join(map(_letter, map(type, held)))
    return f"{_names(order)}{types}{','.join(map(str, map(len, texts)))}:{''.join(texts)}"


@cache
def _in_order(
    names: tuple[str, ...],
) -> tuple[tuple[str, ...], Callable[[Columns], tuple[str | int | None, ...]]]:
    """The columns of a kind of row, sorted, and what takes their values in that order."""
    order = tuple(sorted(names))
    if len(order) < 2:  # itemgetter makes tuples of two and more
        return order, lambda row: tuple(row[name] for name in order)
    return order, itemgetter(*order)


@cache
def _names(order: tuple[str, ...]) -> str:
    return f"{len(order)}:{''.join(map(_prefixed, order))}"


def _prefixed(part: str) -> str:
    return f"{len(part)}:{part}"


def chained(
    before: Head, *, at: datetime | None, actor: str, key: str, writes: Iterable[Write]
) -> AuditRecord:
    """The record that follows a head."""
    sequence, noted = before.count + 1, tuple(writes)
    found = _record_hash(before.hash, sequence, at, actor, key, writes_text(noted))
    return AuditRecord(sequence, at, actor, key, noted, found)


def record_hash(before: str, record: AuditRecord) -> str:
    """What the hash of a record must be after a hash, in hex."""
    text = writes_text(record.writes)
    return _record_hash(before, record.sequence, record.at, record.actor, record.key, text)


def _record_hash(
    before: str, sequence: int, at: datetime | None, actor: str, key: str, writes: str
) -> str:
    instant = "" if at is None else instant_text(at)
    return _hashed([_RECORD, before, str(sequence), instant, actor, key, writes])


def writes_text(writes: Iterable[Write]) -> str:
    """Writes as canonical JSON: the form in which they are kept, and hashed."""
    return _WRITER.encode([(one.kind, one.id, one.version, one.seal) for one in writes])


def _hashed(parts: list[str]) -> str:
    return sha256("".join(map(_prefixed, parts)).encode()).hexdigest()


def digest(rows: Iterable[Write], head: Head) -> str:
    """One hash over everything that is kept, in whatever order it comes, and over the trail."""
    marks = sorted(_hashed([one.kind, one.id, one.seal]) for one in rows)
    return _hashed([*marks, str(head.count), head.hash])


@attrs.frozen
class Finding:
    """Something that is not as it was written: what it is about, and what is wrong with it."""

    kind: str
    id: str
    reason: str


@attrs.frozen
class Verification:
    """The head that was found, and what is wrong; nothing is, if ``findings`` is empty."""

    head: Head
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings


def verify(
    records: Iterable[AuditRecord], rows: Iterable[Write], outside: Head | None = None
) -> Verification:
    """Hold a trail against its own hashes, the rows as they are now, and a head kept outside.

    ``rows`` are everything that is kept, sealed as it was found.
    """
    trail = _Trail(outside or EMPTY)
    findings = [one for record in records for one in trail.follow(record)]
    findings += trail.against_outside()
    findings += _compared(trail.written, rows)
    return Verification(trail.head, tuple(findings))


@attrs.define
class _Trail:
    """Walks the records once; holds the last write of every row."""

    outside: Head
    head: Head = EMPTY
    at_outside: str = ""
    written: dict[tuple[str, str], Write] = attrs.field(factory=dict)

    def follow(self, record: AuditRecord) -> Iterator[Finding]:
        """Take the next record up, and say where it does not continue the one before."""
        name = str(record.sequence)
        if record.sequence != self.head.count + 1:
            yield Finding("audit record", name, f"it follows record {self.head.count}")
        if record.hash != record_hash(self.head.hash, record):
            yield Finding("audit record", name, "it, or one before it, was changed")
        self.head = Head(record.sequence, record.hash)
        if record.sequence == self.outside.count:
            self.at_outside = record.hash
        self.written.update(((one.kind, one.id), one) for one in record.writes)

    def against_outside(self) -> Iterator[Finding]:
        """What only a head from outside can tell: a cut tail, a chain written anew."""
        name = str(self.outside.count)
        if self.outside.count > self.head.count:
            reason = f"the trail ends at record {self.head.count}; its tail was cut off"
            yield Finding("audit record", name, reason)
        elif self.at_outside != self.outside.hash:
            yield Finding("audit record", name, "the trail is another one than that of the head")


def _compared(written: Mapping[tuple[str, str], Write], rows: Iterable[Write]) -> Iterator[Finding]:
    left = dict(written)
    for row in rows:
        last = left.pop((row.kind, row.id), None)
        if last is None:
            yield Finding(row.kind, row.id, "no audit record knows it")
        elif last.seal != row.seal:
            yield Finding(row.kind, row.id, "it was changed behind the store's back")
    for one in left.values():
        yield Finding(one.kind, one.id, "it is gone")
