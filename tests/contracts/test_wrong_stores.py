"""The storage contract notices: each deliberately wrong store fails with the promise it broke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.audit import Head
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.queries import EVERYTHING
from fxcrm.rates import ConflictingRate, Side
from fxcrm.testing.contracts import StoreContract
from fxcrm.testing.contracts.promises import PromiseBroken

Spoil = Callable[[Any], None]


class _WrongStore(MemoryStore):
    """A store whose units of work are spoiled in one place."""

    def __init__(self, spoil: Spoil) -> None:
        super().__init__()
        self._spoil = spoil

    def begin(
        self,
        *,
        actor: str = "",
        at: datetime | None = None,
        key: str = "",
        reading: bool = False,
    ) -> UnitOfWork:
        """A spoiled unit."""
        unit = super().begin(actor=actor, at=at, key=key, reading=reading)
        self._spoil(unit)
        return unit


class _Kit(StoreContract):
    """The kit on a wrong store."""

    def __init__(self, spoil: Spoil) -> None:
        self._wrong = spoil

    def open_store(self) -> Store:
        """A wrong one."""
        return _WrongStore(self._wrong)


def commits_on_leaving(unit: Any) -> None:
    """Keeps what nobody committed."""
    close = unit._close

    def keep_and_close() -> None:
        unit._store.lay_over(unit._shelves)
        close()

    unit._close = keep_and_close


def forgets_versions(unit: Any) -> None:
    """Lets the last writer win."""
    deals, save = unit.deals, unit.deals.save
    deals.save = lambda one: save(_at_stored_version(deals, one))


def _at_stored_version(repository: Any, one: Any) -> Any:
    found = repository.find(one.id)
    return attrs.evolve(one, version=found.version) if found else one


def overwrites(unit: Any) -> None:
    """Takes an addition under an id that is there for a change."""
    cases, add = unit.cases, unit.cases.add

    def add_or_save(one: Any) -> Any:
        return cases.save(_at_stored_version(cases, one)) if cases.find(one.id) else add(one)

    cases.add = add_or_save


def records_twice(unit: Any) -> None:
    """Notes each event two times."""
    record = unit.events.record
    unit.events.record = lambda rows: record([dict(one) for one in (*rows, *rows)])


def forgets_the_order(unit: Any) -> None:
    """Lists in the order of adding."""
    customers = unit.customers
    customers.all = lambda: iter([held.value for held in customers._shelf.values()])


def mixes_companies(unit: Any) -> None:
    """Shows one company the invoices of another."""
    unit.invoices.of_company = lambda _: unit.invoices.all()


def leaves_gaps(unit: Any) -> None:
    """Counts numbers that were given back."""
    taken = unit._store.__dict__.setdefault("taken", {})

    def take(company: str, series: str) -> int:
        taken[company, series] = taken.get((company, series), 0) + 1
        number: int = taken[company, series]
        return number

    unit.numbers = SimpleNamespace(next=take)


def posts_twice(unit: Any) -> None:
    """Takes the second entry of a fact for the first."""
    journal, append = unit.journal, unit.journal.append
    journal.append = lambda one: journal.find(one.id) or append(one)


def cuts_the_last_day(unit: Any) -> None:
    """Ends balances a day too early."""
    balances = unit.journal.balances
    unit.journal.balances = lambda company, through, known_at=None: balances(
        company, through - timedelta(days=1), known_at
    )


def knows_too_much(unit: Any) -> None:
    """Adds up what was booked later too."""
    balances = unit.journal.balances
    unit.journal.balances = lambda company, through, _=None: balances(company, through)


def knows_what_is_to_come(unit: Any) -> None:
    """Shows entries that were booked later."""
    entries = unit.journal.entries
    unit.journal.entries = lambda company, _=None: entries(company)


def forgets_what_has_no_instant(unit: Any) -> None:
    """Takes entries without an instant for unknown."""
    lines = unit.journal.lines
    unit.journal.lines = lambda *asked: iter(
        [one for one in lines(*asked) if one.booked_at or not asked[3:] or asked[3] is None]
    )


def mixes_invoices(unit: Any) -> None:
    """Gives the payments of every invoice for those of one."""
    page = unit.payments.page
    unit.payments.page = lambda where=EVERYTHING, **more: page(
        attrs.evolve(where, invoice=None), **more
    )


def answers_anything(unit: Any) -> None:
    """Gives a recorded answer whatever the content."""
    commands = unit.commands
    commands.answer = lambda key, _: (commands._shelf.find(key) or (None, None))[1]


def loses_a_field(unit: Any) -> None:
    """Forgets the custom fields of an order."""
    add = unit.orders.add
    unit.orders.add = lambda one: add(attrs.evolve(one, extras={}))


def trusts_any_rate(unit: Any) -> None:
    """Posts at rates that were not recorded."""
    unit.decisions.expect = lambda _: None


def skips_a_row(unit: Any) -> None:
    """Begins each page but the first one row too late."""
    page = unit.customers.page

    def late(where: Any = EVERYTHING, *, after: str | None = None, limit: int = 100) -> Any:
        found = page(where, after=after, limit=limit)
        return found if after is None else attrs.evolve(found, items=found.items[1:])

    unit.customers.page = late


def counts_everything(unit: Any) -> None:
    """Gives the size of a table for the number of those asked for."""
    unit.quotes.count = lambda _=None: len(list(unit.quotes.all()))


def includes_too_much(unit: Any) -> None:
    """Does not hear of the last day."""
    page = unit.invoices.page
    unit.invoices.page = lambda where=EVERYTHING, **more: page(
        attrs.evolve(where, until=None), **more
    )


def cuts_silently(unit: Any) -> None:
    """Gives a thousand where more are asked for."""
    page = unit.payments.page
    unit.payments.page = lambda *, limit: page(limit=max(1, min(limit, 1000)))


def keeps_an_old_index(unit: Any) -> None:
    """Finds customers by the custom fields that they were added with."""
    index = unit._store.__dict__.setdefault("index", {})
    add, found = unit.customers.add, unit.customers._found

    def noted(one: Any) -> Any:
        index[one.id] = one.extras
        return add(one)

    def stale(where: Any) -> Any:
        every = found(attrs.evolve(where, fields={}))
        return [held for held in every if where.fields.items() <= index[held.value.id].items()]

    unit.customers.add, unit.customers._found = noted, stale


def claims_what_is_not_there(unit: Any) -> None:
    """Lets a unit of work claim nothing at all."""
    unit.deals.claim = unit.deals.find


def lets_everybody_in(unit: Any) -> None:
    """Neither claims nor units of work keep anybody out."""
    unit._store.wait_for_turn = unit._store.give_turn_away = lambda: None


def commits_what_was_for_reading(unit: Any) -> None:
    """Takes any unit of work for one that writes."""
    unit._reading = False


def writes_no_record(unit: Any) -> None:
    """Leaves units of work that only count out of the audit trail."""
    close = unit._log.close

    def forget_and_close() -> None:
        noted = unit._log.writes.noted
        noted[:] = [one for one in noted if one.kind != "number"]
        close()

    unit._log.close = forget_and_close


def chains_to_nothing(unit: Any) -> None:
    """Hashes each audit record by itself."""
    writes = unit._log.writes
    unit._log.writes = SimpleNamespace(
        noted=writes.noted,
        origin=writes.origin,
        note=writes.note,
        note_events=writes.note_events,
        record=lambda head: writes.record(Head(head.count, "")),
    )


def forgets_the_actor(unit: Any) -> None:
    """Writes records of nobody."""
    writes = unit._log.writes
    writes.origin = attrs.evolve(writes.origin, actor="")


def finds_nothing(unit: Any) -> None:
    """Calls every store sound, whatever head is shown to it."""
    verify = unit._store.verify
    unit._store.verify = lambda _=None: verify()


def overwrites_rates(unit: Any) -> None:
    """Puts a correction in the place of what was known before."""
    table = unit.rates.table
    unit.rates.table = lambda source, **asked: table(source, **{**asked, "known_at": None})


def forgets_the_span(unit: Any) -> None:
    """Gives whatever a source published."""
    table = unit.rates.table
    unit.rates.table = lambda source, *, known_at=None, **_: table(source, known_at=known_at)


def keeps_rates_twice(unit: Any) -> None:
    """Takes the same rates for new ones."""
    add = unit.rates.add
    unit.rates.add = lambda series: add(series) or sum(len(one.days) for one in series)


def takes_the_first_rate(unit: Any) -> None:
    """Lets a second value of one instant pass for nothing new."""
    add = unit.rates.add

    def quiet(series: Any) -> int:
        try:
            return int(add(series))
        except ConflictingRate:
            return 0

    unit.rates.add = quiet


def keeps_half_of_the_rates(unit: Any) -> None:
    """Adds series by series, so that those before a bad one stay."""
    add = unit.rates.add
    unit.rates.add = lambda series: sum([add([one]) for one in series])


def loses_the_side(unit: Any) -> None:
    """Keeps what a source pays and asks as its middle rate."""
    add = unit.rates.add
    unit.rates.add = lambda series: add(
        [attrs.evolve(one, side=Side.MID) for one in series if one.side is not Side.BID]
    )


def finds_what_was_withdrawn(unit: Any) -> None:
    """Takes the last row for the last that holds."""
    last = unit.rates.last
    unit.rates.last = lambda source, known_at=None: last(source, known_at)[:0]


def drops_facts(unit: Any) -> None:
    """Notes nothing that belongs to no aggregate."""
    unit.events.note = lambda *events: unit.events.rows(events)


def loses_a_message(unit: Any) -> None:
    """Does not deliver the third event."""
    pending = unit.outbox.pending
    unit.outbox.pending = lambda *asked: [
        one for one in pending(*asked) if one.event.sequence != len("abc")
    ]


def acknowledges_anything(unit: Any) -> None:
    """Moves on to whatever number it is told."""
    unit.outbox._move = unit.outbox._positions.put


def shares_a_position(unit: Any) -> None:
    """Keeps one place for all consumers."""
    outbox = unit.outbox
    acknowledge, pending = outbox.acknowledge, outbox.pending
    outbox.acknowledge = lambda _, sequence: acknowledge("all", sequence)
    outbox.pending = lambda _, limit=100: pending("all", limit)


def overtakes(unit: Any) -> None:
    """Delivers later messages of a subject while an earlier one is set aside."""
    pending = unit.outbox.pending
    unit.outbox.pending = lambda *asked: [attrs.evolve(one, waits=False) for one in pending(*asked)]


def opens_with_the_same_day(unit: Any) -> None:
    """Takes the consolidation of a day for the one before it."""
    latest = unit.group_snapshots.latest
    unit.group_snapshots.latest = lambda group, before: latest(group, before + timedelta(days=1))


def mixes_groups(unit: Any) -> None:
    """Takes the last consolidation of any group."""
    kept = unit.group_snapshots
    kept.latest = lambda _, before: max(
        (one for one in kept._every() if one.as_of < before),
        key=lambda one: one.as_of,
        default=None,
    )


def consolidates_again(unit: Any) -> None:
    """Puts a second consolidation of a day in the place of the first."""
    kept, record = unit.group_snapshots, unit.group_snapshots.record

    def replace(one: Any) -> None:
        kept._shelf.new.pop((one.group, one.as_of), None)
        kept._shelf.kept.pop((one.group, one.as_of), None)
        record(one)

    kept.record = replace


def forgets_keys(unit: Any) -> None:
    """Does the work and keeps no answer."""
    commit = unit.commit

    def forget_and_commit() -> None:
        unit.commands._shelf.new.clear()
        commit()

    unit.commit = forget_and_commit


@pytest.mark.parametrize(
    ("spoil", "test", "promise"),
    [
        (
            commits_on_leaving,
            "test_leaving_without_commit_writes_nothing",
            "leaving without commit",
        ),
        (forgets_versions, "test_a_stale_version_is_refused", "a stale version is refused"),
        (overwrites, "test_an_id_is_taken_once", "an id is taken once"),
        (records_twice, "test_events_are_recorded_once_and_in_order", "its own events"),
        (forgets_the_order, "test_lists_are_ordered_by_id", "ordered by id"),
        (mixes_companies, "test_companies_are_kept_apart", "each invoice has one company"),
        (leaves_gaps, "test_numbers_have_no_gaps", "numbers follow one another"),
        (posts_twice, "test_a_fact_is_posted_once", "a fact is posted once"),
        (cuts_the_last_day, "test_balances_equal_a_sum_in_fractions", "balances are exact"),
        (knows_too_much, "test_the_books_are_as_known_at_an_instant", "balances as known at"),
        (
            knows_what_is_to_come,
            "test_the_books_are_as_known_at_an_instant",
            "entries as known at",
        ),
        (
            forgets_what_has_no_instant,
            "test_the_books_are_as_known_at_an_instant",
            "lines as known at",
        ),
        (mixes_invoices, "test_filters_find_what_a_loop_finds", "payment filtered by invoice"),
        (answers_anything, "test_a_key_has_one_answer", "other content is refused"),
        (loses_a_field, "test_every_kind_comes_back_equal", "a order comes back equal"),
        (
            trusts_any_rate,
            "test_an_entry_is_posted_whole_or_not_at_all",
            "a rate is recorded first",
        ),
        (skips_a_row, "test_pages_hold_everything_once", "not the last one is full"),
        (counts_everything, "test_filters_find_what_a_loop_finds", "quote filtered by .* counted"),
        (includes_too_much, "test_filters_find_what_a_loop_finds", "invoice filtered by until"),
        (cuts_silently, "test_a_page_has_a_limit", "a limit out of bounds is refused"),
        (
            keeps_an_old_index,
            "test_custom_fields_are_found_as_they_are_now",
            "the unit finds what it changed",
        ),
        (claims_what_is_not_there, "test_a_claim_gets_what_is_there", "can not be claimed"),
        (
            lets_everybody_in,
            "test_what_is_claimed_is_left_alone_by_others",
            "nobody else claims or saves it",
        ),
        (lets_everybody_in, "test_who_reads_sees_one_moment", "who reads sees one moment"),
        (commits_what_was_for_reading, "test_who_reads_can_not_commit", "who reads can not commit"),
        (
            writes_no_record,
            "test_each_unit_that_wrote_has_one_record",
            "one record for each unit that wrote",
        ),
        (chains_to_nothing, "test_the_trail_is_chained", "each hash covers the one before"),
        (forgets_the_actor, "test_a_record_says_who_wrote_what", "names actor, instant and key"),
        (
            finds_nothing,
            "test_another_trail_is_found_through_the_outside_head",
            "the head of another trail is found",
        ),
        (opens_with_the_same_day, "test_consolidations_are_kept_by_day", "strictly before"),
        (mixes_groups, "test_consolidations_are_kept_by_day", "another group has none"),
        (consolidates_again, "test_consolidations_are_kept_by_day", "one consolidation a day"),
        (trusts_any_rate, "test_a_consolidation_names_recorded_rates", "a rate is recorded first"),
        (
            loses_a_message,
            "test_each_consumer_gets_every_message_in_order",
            "a new consumer gets everything",
        ),
        (
            acknowledges_anything,
            "test_messages_are_taken_in_turn",
            "a message is not skipped",
        ),
        (
            shares_a_position,
            "test_each_consumer_gets_every_message_in_order",
            "each consumer has its own place",
        ),
        (
            overtakes,
            "test_a_parked_message_holds_back_its_subject_alone",
            "its subject waits",
        ),
        (overwrites_rates, "test_a_correction_overwrites_nothing", "the earlier answer stays"),
        (forgets_the_span, "test_rates_are_found_by_day_and_instant", "the rows of the span"),
        (keeps_rates_twice, "test_adding_again_is_nothing_new", "nothing is new"),
        (takes_the_first_rate, "test_a_conflict_names_both_values", "one value for each instant"),
        (takes_the_first_rate, "test_what_is_no_rate_is_refused", "another value is refused"),
        (keeps_half_of_the_rates, "test_what_is_no_rate_is_refused", "nothing is kept beside"),
        (loses_the_side, "test_rates_come_back_equal", "adding counts what is new"),
        (
            finds_what_was_withdrawn,
            "test_the_last_of_each_pair_is_known_at_once",
            "the last that was not withdrawn",
        ),
        (lets_everybody_in, "test_who_claims_a_source_adds_alone", "nobody else adds to it"),
        (drops_facts, "test_a_fact_without_aggregate_is_noted", "facts are noted in order"),
        (forgets_keys, "test_a_key_has_one_answer", "a retry gets the answer"),
    ],
)
def test_a_wrong_store_is_found_out(spoil: Spoil, test: str, promise: str) -> None:
    """The kit fails on a wrong store and names the promise; on a right one no test does."""
    with pytest.raises(PromiseBroken, match=promise):
        getattr(_Kit(spoil), test)()
