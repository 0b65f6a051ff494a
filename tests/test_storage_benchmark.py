"""The storage benchmark: what is recorded is played again to the same rows, before it is timed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import attrs
import pytest

from benchmarks import places, stories
from benchmarks.places import Sqlite
from benchmarks.recording import Call, batched, read_once, watching
from benchmarks.replaying import Bare
from benchmarks.storage import GROUPS, QUICK, measured, told

SMALL = attrs.evolve(
    QUICK, warm=1, stories=2, imported=20, batch=10, documents=20, growth=(30, 60), turns=4
)


@pytest.fixture
def place() -> Iterator[Sqlite]:
    """Files in a folder that is removed."""
    with places.sqlite() as made:
        yield made


def test_every_operation_leaves_the_same_rows_on_all_sides(place: Sqlite) -> None:
    """We, the bare driver and SQLAlchemy Core do the same; whoever left other rows would be named.

    Reads are done too: each operation has a row for every peer, with times above zero.
    """
    table = stories.rates()
    place.new("opened")
    with closing(place.store("opened")) as store:
        stories.opened(store, table)
    for group in GROUPS.values():
        for operation in group(place, SMALL):
            result = measured(place, operation)
            assert len(result.rows) == 3
            assert all(row.ours_ns > 0 and row.peer_ns and row.floor_ns for row in result.rows)
            assert operation.name in told(result)


def test_a_side_that_leaves_something_out_is_named(place: Sqlite) -> None:
    """The comparison of rows can fail: a record with one call less does not pass."""
    table = stories.rates()
    place.new("theirs")
    with watching() as recorder, closing(place.store("theirs")) as store:
        calls = recorder.taken(lambda: stories.opened(store, table))
    place.new("whole")
    place.new("less")
    for name, some in (("whole", calls), ("less", [one for one in calls if not one.rows])):
        with closing(Bare(place.connect(name))) as bare:
            bare.play(some)
    assert place.rows("whole") == place.rows("theirs") != place.rows("less")


def test_calls_are_told_apart() -> None:
    """Inserts of one table become one call within a transaction; a repeated query is left out."""
    insert, other = Call("INSERT INTO a VALUES (?)", (1,)), Call("INSERT INTO b VALUES (?)", (1,))
    query, end = Call("SELECT 1", (1,)), Call("COMMIT")
    assert batched([insert, other, insert, end, insert]) == [
        Call(insert.sql, [(1,), (1,)], many=True),
        other,
        end,
        insert,
    ]
    assert read_once([query, insert, query, end, query]) == [query, insert, end, query]
    assert (insert.rows, batched([insert, insert])[0].rows, query.rows) == (1, 2, 0)
