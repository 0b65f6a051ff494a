"""A store as lines of text: everything that is kept, and its audit trail, to be checked elsewhere.

Each line is a JSON array: first the format, then the audit records in order, then the rows, and
the head last, so that a file that was cut says so. Rows are the flat ones that are sealed;
an auditor needs neither the store nor its keys to verify them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import JSONEncoder
from typing import Any, Final

import attrs

from fxcrm.audit import AuditRecord, Finding, Head, Verification, Write, sealed, verify
from fxcrm.encoding import NotReadable, decoded, instant_from, instant_text
from fxcrm.records.columns import Values

FORMAT: Final = "fxcrm export 1"
_WRITER: Final = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_LONGEST: Final = 64 * 1024 * 1024  # characters of one line (F18)


@attrs.frozen
class Kept:
    """A value as it is kept: its kind, id, version, and its rows."""

    kind: str
    id: str
    version: int
    rows: tuple[Values, ...]

    def sealed(self) -> Write:
        """What an audit record says of it, if it is as it was written."""
        return Write(self.kind, self.id, self.version, sealed(self.kind, self.id, self.rows))


class ExportRefused(NotReadable):
    """A line that no export of ours has written, or a file that ends too early."""

    line: int
    template = "line {line} is no {what:plain}; export the store again"


def exported(records: Iterable[AuditRecord], rows: Iterable[Kept], head: Head) -> Iterator[str]:
    """The lines of an export, without line ends."""
    yield _WRITER.encode([FORMAT])
    for one in records:
        at = one.at and instant_text(one.at)
        writes = [(write.kind, write.id, write.version, write.seal) for write in one.writes]
        yield _WRITER.encode(["audit", one.sequence, at, one.actor, one.key, writes, one.hash])
    for kept in rows:
        yield _WRITER.encode(["row", kept.kind, kept.id, kept.version, kept.rows])
    yield _WRITER.encode(["head", head.count, head.hash])


def verify_export(lines: Iterable[str], outside: Head | None = None) -> Verification:
    """Hold an export against its own audit trail, and against a head kept outside.

    Raises `ExportRefused` for what is no export, or not a whole one.
    """
    records: list[AuditRecord] = []
    writes: list[Write] = []
    head: Head | None = None
    number = 0
    for number, line in enumerate(lines, 1):
        kind, *parts = _parts(number, line)
        try:
            if number == 1 or head is not None:
                _expect(number, number == 1 and [kind, *parts] == [FORMAT])
            elif kind == "audit":
                records.append(_record(*parts))
            elif kind == "row":
                writes.append(_kept(*parts).sealed())
            else:
                _expect(number, kind == "head")
                head = Head(*parts)
        except (TypeError, ValueError, LookupError, AttributeError) as failure:
            raise ExportRefused(line=number, what="line of an export") from failure
    if head is None:
        raise ExportRefused(line=number + 1, what="end of an export")
    found = verify(records, writes, outside)
    if found.head == head:
        return found
    moved = Finding("audit record", str(head.count), "the export names another head")
    return attrs.evolve(found, findings=(*found.findings, moved))


def _expect(number: int, fits: bool) -> None:  # noqa: FBT001 - a condition, not a flag
    if not fits:
        raise ExportRefused(line=number, what="line of an export")


def _parts(number: int, line: str) -> list[Any]:
    try:
        parts = decoded(line) if len(line) <= _LONGEST else None
    except NotReadable:
        parts = None
    if not (isinstance(parts, list) and parts):
        raise ExportRefused(line=number, what="line of an export")
    return parts


def _record(
    sequence: int, at: str | None, actor: str, key: str, writes: list[Any], digest: str
) -> AuditRecord:
    instant = None if at is None else instant_from(at)
    return AuditRecord(sequence, instant, actor, key, tuple(Write(*one) for one in writes), digest)


def _kept(kind: str, id: str, version: int, rows: list[Values]) -> Kept:
    return Kept(kind, id, version, tuple(rows))
