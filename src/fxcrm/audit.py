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
from functools import lru_cache
from hashlib import sha256
from itertools import compress
from json.encoder import encode_basestring
from operator import itemgetter
from types import NoneType
from typing import Final

import attrs

from fxcrm.encoding import NotStorable, instant_text
from fxcrm.mappings import FrozenMap

_ROW: Final = "fxcrm row 1"
_RECORD: Final = "fxcrm audit record 1"
_MOST_LAYOUTS: Final = 1_024  # rows of an export may have any columns

Columns = Mapping[str, str | int | None]
_LETTERS: Final[Mapping[type, str]] = FrozenMap({str: "t", int: "i"})


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
    return seal_of(kind, id, "".join(map(row_text, rows)))


def seal_of(kind: str, id: str, text: str) -> str:
    """The seal of rows whose canonical texts, one behind the other, are known already."""
    return sha256(f"{_kind(kind)}{len(id)}:{id}{text}".encode()).hexdigest()


@lru_cache(_MOST_LAYOUTS)
def _kind(kind: str) -> str:
    return _prefixed(_ROW) + _prefixed(kind)


def row_text(row: Columns) -> str:
    """Names with their lengths; a letter for the type of each value; lengths; the values.

    Raises `NotStorable` for what is neither text nor a whole number nor None.
    """
    names = tuple(row)
    held = _taken(names)(row)
    template, there = _layout(names, tuple(map(type, held)))
    texts = tuple(map(str, compress(held, there) if there else held))
    return template % (*map(len, texts), *texts)


@lru_cache(_MOST_LAYOUTS)
def _taken(names: tuple[str, ...]) -> Callable[[Columns], tuple[str | int | None, ...]]:
    """What takes the values of a kind of row, in the order of the names of its columns."""
    order = tuple(sorted(names))
    if len(order) < 2:  # itemgetter makes tuples of two and more
        return lambda row: tuple(row[name] for name in order)
    return itemgetter(*order)


@lru_cache(_MOST_LAYOUTS)
def _layout(names: tuple[str, ...], kinds: tuple[type, ...]) -> tuple[str, tuple[bool, ...]]:
    """What is the same in the texts of all rows with these columns, and columns so filled.

    A template that takes the lengths and then the values, and, unless all are, which are there.
    """
    there = tuple(kind is not NoneType for kind in kinds)
    order = tuple(compress(sorted(names), there))
    types = "".join(map(_letter, compress(kinds, there)))
    head = f"{len(order)}:{''.join(map(_prefixed, order))}{types}".replace("%", "%%")
    lengths = ",".join(["%d"] * len(order))
    return f"{head}{lengths}:{'%s' * len(order)}", () if all(there) else there


def _letter(kind: type) -> str:
    letter = _LETTERS.get(kind)
    if letter is None:
        raise NotStorable(what=kind.__name__, reason="rows are kept as texts and whole numbers")
    return letter


def _prefixed(part: str) -> str:
    return f"{len(part)}:{part}"


def chained(
    before: Head, *, at: datetime | None, actor: str, key: str, writes: Iterable[Write]
) -> AuditRecord:
    """The record that follows a head."""
    sequence, noted = before.count + 1, tuple(writes)
    found = chained_hash(before.hash, sequence, _instant(at), actor, key, writes_text(noted))
    return AuditRecord(sequence, at, actor, key, noted, found)


def record_hash(before: str, record: AuditRecord) -> str:
    """What the hash of a record must be after a hash, in hex."""
    text, at = writes_text(record.writes), _instant(record.at)
    return chained_hash(before, record.sequence, at, record.actor, record.key, text)


def chained_hash(
    before: str, sequence: int, at: str | None, actor: str, key: str, writes: str
) -> str:
    """The hash of a record whose instant and writes are texts already, as they are kept."""
    parts = (_RECORD, before, str(sequence), at or "", actor, key, writes)
    return _hashed(parts)


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def writes_text(writes: Iterable[Write]) -> str:
    """Writes as canonical JSON: the form in which they are kept, and hashed."""
    return joined([write_text(one.kind, one.id, one.version, one.seal) for one in writes])


def write_text(kind: str, id: str, version: int, seal: str) -> str:
    """One of them; a seal is plain hex."""
    return f'[{encode_basestring(kind)},{encode_basestring(id)},{version},"{seal}"]'


def joined(writes: Iterable[str]) -> str:
    """The text of writes whose own texts are known."""
    return f"[{','.join(writes)}]"


def _hashed(parts: Iterable[str]) -> str:
    return sha256("".join([f"{len(part)}:{part}" for part in parts]).encode()).hexdigest()


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
