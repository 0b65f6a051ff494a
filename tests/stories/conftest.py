"""Two stories on two stores, each told once for all the tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.stories.fixings import bundled
from tests.stories.own_rates import halves, history
from tests.stories.told import DEMO, HERE, Told, World, plain_story

STORIES, STORES = ("demo", "another"), ("memory", "sqlite")


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """The built-in story on the bundled rates, another on our own, and a world full of ties."""
    own = tmp_path_factory.mktemp("rates") / "own.csv"
    own.write_text(history(), encoding="ascii")
    even, powers = own.with_name("powers.csv"), halves(date(2002, 12, 1), date(2026, 1, 31))
    even.write_text(powers, encoding="ascii")
    demo = plain_story(DEMO)
    return {
        "demo": World.of(demo, bundled(), None),
        "another": World.of(plain_story(HERE / "another.toml"), history(), own),
        "powers of two": World.of(demo, powers, even),
    }


@pytest.fixture(scope="session")
def tellings(
    worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Told]]:
    """Both stories on both stores."""
    folder = tmp_path_factory.mktemp("stores")
    files: dict[str, Path | None] = {f"{one}": folder / f"{one}.db" for one in STORIES}
    made = {(one, "memory"): worlds[one].told_on(None) for one in STORIES}
    made |= {(one, "sqlite"): worlds[one].told_on(files[one]) for one in STORIES}
    yield made
    for told in made.values():
        told.store.close()


@pytest.fixture(params=[(story, store) for story in STORIES for store in STORES], ids="-".join)
def told(request: pytest.FixtureRequest, tellings: dict[tuple[str, str], Told]) -> Told:
    """Each story on each store."""
    return tellings[request.param]


@pytest.fixture(params=STORIES)
def both(
    request: pytest.FixtureRequest, tellings: dict[tuple[str, str], Told]
) -> tuple[Told, Told]:
    """Each story, on memory and on SQLite."""
    return tellings[request.param, "memory"], tellings[request.param, "sqlite"]
