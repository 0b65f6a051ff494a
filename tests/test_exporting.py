"""An export holds everything, and says itself whether it is whole and unchanged (F15)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.audit import Head
from fxcrm.money import Money
from fxcrm.ports.storage import Store
from fxcrm.records.exporting import ExportRefused, verify_export
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import filled, kept
from fxcrm.testing.contracts.consolidations import consolidated


def _full(store: Store) -> Store:
    """A store with one of everything, in three audit records."""
    filled(store)
    with store.begin(actor="kit", at=samples.AT, key="k") as unit:
        amounts = Money("1085.00", "USD"), Money("1000.00", "EUR")
        unit.journal.append(samples.entry("1", *amounts))
        unit.snapshots.record(samples.snapshot(samples.DAY))
        unit.group_snapshots.record(consolidated(samples.DAY))
        unit.numbers.next(samples.ACME, "invoice")
        unit.commands.record("key", "content", "answer")
        unit.commit()
    with store.begin(actor="kit") as unit:
        customer = kept(samples.kinds()[1].changed)
        unit.customers.save(attrs.evolve(customer, events=(samples.event("touched"),)))
        unit.commit()
    return store


@pytest.fixture
def lines() -> list[str]:
    """The lines of an export."""
    return list(_full(MemoryStore()).export())


def test_an_export_is_sound_and_the_same_from_every_store(tmp_path: Path) -> None:
    """Memory and SQLite export the same lines, but for their order, and both verify."""
    memory, sqlite = _full(MemoryStore()), _full(open_sqlite(tmp_path / "books.sqlite"))
    exports = [list(one.export()) for one in (memory, sqlite)]
    assert sorted(exports[0]) == sorted(exports[1])
    for store, export in zip((memory, sqlite), exports, strict=True):
        found = verify_export(export, store.verify().head)
        assert (found.is_sound, found.head.count) == (True, 3)
        store.close()


def test_every_value_that_is_changed_is_found(lines: list[str]) -> None:
    """Each value of rows of every kind and of audit records, changed alone, is found or refused."""
    kinds = {tuple(json.loads(line)[:2]): place for place, line in enumerate(lines)}
    changed = 0
    for place in kinds.values():
        line = lines[place]
        for spoiled in _spoiled(json.loads(line)):
            changed += 1
            text = json.dumps(spoiled, ensure_ascii=False)
            assert not _is_sound([*lines[:place], text, *lines[place + 1 :]]), text
    assert changed > 250


def _spoiled(value: object) -> list[object]:
    """The value with one thing in it changed, in every way; a version is no part of a seal."""
    if isinstance(value, list):
        return [
            [*value[:at], other, *value[at + 1 :]]
            for at, one in enumerate(value)
            if not (value[0] == "row" and at == 3)
            for other in _spoiled(one)
        ]
    if isinstance(value, dict):
        return [{**value, name: other} for name in value for other in _spoiled(value[name])]
    return [value + 1] if isinstance(value, int) else [f"{value or ''}x"]


def _is_sound(lines: list[str]) -> bool:
    try:
        return verify_export(lines).is_sound
    except ExportRefused:
        return False


@pytest.mark.parametrize(
    "cut",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda _: [],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:1], *lines[2:]],
        lambda lines: [*lines[:-2], lines[-1]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines[:-1], lines[-2], lines[-1]],
        lambda lines: ["[]", *lines],
        lambda lines: [*lines[:-1], '["head", 1, "00"]'],
        lambda lines: [*lines[:-1], '["tail", 1]', lines[-1]],
        lambda lines: [*lines[:-1], '["row", "quote", "Q", 1, [{"a": 0.5}]]', lines[-1]],
        lambda lines: [*lines[:-1], "no JSON", lines[-1]],
    ],
)
def test_lines_left_out_or_added_are_found(
    lines: list[str], cut: Callable[[list[str]], list[str]]
) -> None:
    """A file that is cut, doubled, reordered or no export at all does not pass."""
    assert _is_sound(lines)
    assert not _is_sound(cut(lines))


def test_a_tail_cut_with_its_head_needs_a_head_from_outside(lines: list[str]) -> None:
    """Who can write everything can shorten it; the head that somebody else keeps finds it."""
    whole = verify_export(lines).head
    store = MemoryStore()
    filled(store)
    shorter = list(store.export())
    assert verify_export(shorter).is_sound
    assert not verify_export(shorter, whole).is_sound
    assert verify_export(lines, store.verify().head).is_sound
    other = Head(1, "0" * 64)
    assert [one.reason for one in verify_export(lines, other).findings] == [
        "the trail is another one than that of the head"
    ]
