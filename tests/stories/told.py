"""Stories told on a store, beside the oracle that knows what must come of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.bootstrap import open_application
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.reporting import OPEN_DAYS, Overview, overview
from fxcrm.usecases.telling import Story, read_story, tell
from fxcrm.usecases.wording import WORKING_HOUR
from tests.stories.fixings import Fixings
from tests.stories.oracle import Oracle

ACTOR = "teller"
HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "src" / "fxcrm" / "cli" / "demo.toml"


def plain_story(path: Path) -> dict[str, Any]:
    """A story file as plain values."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@attrs.frozen
class World:
    """A story with its rates, which the library and the oracle read from the same text."""

    plain: dict[str, Any] = attrs.field(repr=False)
    file: Path | None = attrs.field(repr=False)  # None: the bundled file
    rates: RateTable = attrs.field(repr=False)
    fixings: Fixings = attrs.field(repr=False)

    @classmethod
    def of(cls, plain: dict[str, Any], text: str, file: Path | None) -> World:
        """A story over an ECB file whose text is known."""
        return cls(plain, file, EcbHistory(file).fetch().table, Fixings(text))

    @property
    def story(self) -> Story:
        """The story as the library reads it."""
        return read_story(self.plain)

    def tell(self, store: Store) -> list[bool]:
        """Tell it; which of its steps were new."""
        return [done.fresh for _, done in tell(store, self.rates, self.story, actor=ACTOR)]

    def tell_some(self, store: Store, count: int) -> None:
        """Tell the first steps only."""
        for _ in islice(tell(store, self.rates, self.story, actor=ACTOR), count):
            pass

    def told_on(self, database: Path | None) -> Told:
        """The story told on a store of its own: SQLite in a file, or memory."""
        told = Told(self, open_application(database, self.file).store)
        assert all(self.tell(told.store))
        return told


@attrs.define(eq=False)
class Told:
    """A story that was told on a store."""

    world: World
    store: Store

    @cached_property
    def oracle(self) -> Oracle:
        """The same story by the rules."""
        return Oracle(self.world.plain, self.world.fixings)

    @contextmanager
    def desk(self, rates: RateTable | None = None) -> Iterator[Desk]:
        """A place to work at, on the evening of the last day; nothing is kept unless committed."""
        now = datetime.combine(self.last_day, WORKING_HOUR)
        with self.store.begin(actor=ACTOR, at=now) as uow:
            yield Desk(uow, rates or self.world.rates, now, ACTOR, OPEN_DAYS)

    @property
    def last_day(self) -> date:
        """The day that reports are made for."""
        return self.world.story.last_day

    @cached_property
    def overview(self) -> Overview:
        """The overview of the last day, made once."""
        return self.seen()

    def seen(self) -> Overview:
        """The overview of the last day, made anew."""
        with self.desk() as desk:
            return overview(desk, self.world.story.group, self.last_day)
