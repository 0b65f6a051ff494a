"""What a store promises about groups: each consolidation once, as it was made (D20)."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.encoding import LARGEST_MINOR
from fxcrm.ids import AccountCode, GroupId
from fxcrm.ledger.groups import Step
from fxcrm.ledger.snapshots import GroupBalance, GroupSnapshot
from fxcrm.money import Money
from fxcrm.ports.storage import AlreadyThere, NotFound
from fxcrm.testing.contracts.aggregates import AggregateContract, record_all
from fxcrm.testing.contracts.promises import expect, refused
from fxcrm.testing.contracts.samples import ACME, DAY, HOSTILE, NORDWIND, snapshot

GROUP: Final = GroupId("acme")
_LATER: Final = timedelta(days=1)


def consolidated(as_of: date, group: GroupId = GROUP) -> GroupSnapshot:
    """A group of two companies in EUR, with the largest amounts that are kept."""
    largest = Money.from_minor(LARGEST_MINOR, "EUR")
    balances = (
        GroupBalance(Step.CAPITAL, AccountCode("1200"), ACME, largest),
        GroupBalance(Step.BOOKS, AccountCode(HOSTILE), NORDWIND, Money("0", "EUR")),
        GroupBalance(Step.CAPITAL, AccountCode("1600"), None, -largest),
    )
    none, made = attrs.evolve(snapshot(as_of), balances=(), rounded=0), snapshot(as_of)
    books = (attrs.evolve(snapshot(as_of, company=ACME), closing=None), made)
    return GroupSnapshot(group, Currency("EUR"), as_of, balances, books, (none,), (made, none))


class ConsolidationContract(AggregateContract):
    """The consolidations of groups."""

    def test_consolidations_are_kept_by_day(self) -> None:
        """The last one strictly before a day, that of a day, those since, never two of one day."""
        first, last = consolidated(DAY), consolidated(DAY + _LATER)
        other = attrs.evolve(consolidated(DAY, GroupId(HOSTILE)), books=(), uplifts=(), goodwill=())
        store = self.open_store()
        with store.begin() as unit:
            record_all(unit)
            for one in (last, first, other):
                unit.group_snapshots.record(one)
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin() as unit:
            kept = unit.group_snapshots
            for one in (first, last, other):
                found = kept.find(one.group, one.as_of)
                expect("a consolidation comes back equal", found, one)
            expect("strictly before", kept.latest(GROUP, DAY), None)
            expect("the day after", kept.latest(GROUP, DAY + _LATER), first)
            expect("the last one", kept.latest(GROUP, DAY + 9 * _LATER), last)
            expect("another group has none", kept.latest(GroupId("b"), DAY + _LATER), None)
            expect("another day has none", kept.find(GroupId(HOSTILE), DAY + _LATER), None)
            expect("all of a day or later, in order", list(kept.since(DAY)), [other, first, last])
            expect("none of a day before", list(kept.since(DAY + _LATER)), [last])
            with refused("one consolidation a day", AlreadyThere):
                kept.record(attrs.evolve(first, balances=()))

    def test_a_consolidation_names_recorded_rates(self) -> None:
        """A closing rate that was not recorded is refused, and nothing is kept."""
        with closing(self.open_store()) as store, store.begin() as unit:
            with refused("a rate is recorded first", NotFound):
                unit.group_snapshots.record(attrs.evolve(consolidated(DAY), books=()))
            expect("nothing was kept", list(unit.group_snapshots.since(DAY)), [])
