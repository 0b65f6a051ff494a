"""Supposing: translations and consolidations as if they had been recorded, and nothing is written.

Who wants to see a year in a currency in which nothing was ever recorded needs the year ends before
it: each opens with the one before. They are made for the moment, on a desk that forgets them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, GroupId
from fxcrm.ledger import GroupSnapshot, TranslationSnapshot
from fxcrm.ports.storage import GroupSnapshots, Snapshots, UnitOfWork
from fxcrm.usecases.deciding import Desk


@attrs.frozen
class _Translations:
    """Those on record, and those that are supposed."""

    kept: Snapshots
    made: dict[tuple[CompanyId, Currency, date], TranslationSnapshot] = attrs.field(factory=dict)

    def latest(
        self, company: CompanyId, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        known = self.kept.latest(company, presentation, before)
        found = [one for key, one in self.made.items() if key[:2] == (company, presentation)]
        earlier = [one for one in (*found, known) if one is not None and one.as_of < before]
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(
        self, company: CompanyId, presentation: Currency, as_of: date
    ) -> TranslationSnapshot | None:
        known = self.kept.find(company, presentation, as_of)
        return known or self.made.get((company, presentation, as_of))

    def since(self, company: CompanyId, first: date) -> Iterator[TranslationSnapshot]:
        return self.kept.since(company, first)

    def record(self, snapshot: TranslationSnapshot) -> None:
        self.made[snapshot.company, snapshot.presentation, snapshot.as_of] = snapshot


@attrs.frozen
class _Consolidations:
    """Those on record, and those that are supposed."""

    kept: GroupSnapshots
    made: dict[tuple[GroupId, date], GroupSnapshot] = attrs.field(factory=dict)

    def latest(self, group: GroupId, before: date) -> GroupSnapshot | None:
        known = self.kept.latest(group, before)
        found = [one for key, one in self.made.items() if key[0] == group]
        earlier = [one for one in (*found, known) if one is not None and one.as_of < before]
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(self, group: GroupId, as_of: date) -> GroupSnapshot | None:
        return self.kept.find(group, as_of) or self.made.get((group, as_of))

    def since(self, first: date) -> Iterator[GroupSnapshot]:
        return self.kept.since(first)

    def record(self, snapshot: GroupSnapshot) -> None:
        self.made[snapshot.group, snapshot.as_of] = snapshot


class _Supposed:
    """A unit of work whose snapshots are supposed; all else is the real one."""

    def __init__(self, real: UnitOfWork) -> None:
        self._real = real
        self.snapshots = _Translations(real.snapshots)
        self.group_snapshots = _Consolidations(real.group_snapshots)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def supposing(desk: Desk) -> Desk:
    """A desk whose snapshots are forgotten with it; what is on record is there as ever."""
    return attrs.evolve(desk, uow=cast("UnitOfWork", _Supposed(desk.uow)))
