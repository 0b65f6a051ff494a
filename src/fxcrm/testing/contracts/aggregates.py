"""What a store promises about aggregates: they come back equal, and nobody overwrites anybody."""

from __future__ import annotations

from contextlib import closing
from json import loads
from typing import Any

import attrs

from fxcrm.encoding import LARGEST_MINOR, NotStorable
from fxcrm.ids import CompanyId, CustomerId, DealId, DecisionId, FieldId
from fxcrm.money import Money, SubMinorAmount
from fxcrm.ports.storage import (
    AlreadyThere,
    NotFound,
    Store,
    UnitOfWork,
    VersionConflict,
)
from fxcrm.prospects import ProspectRow
from fxcrm.rates import RateSeries, RateTable
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.promises import Contract, expect, refused
from fxcrm.testing.contracts.samples import Kind


def filled(store: Store) -> Store:
    """The store with every decision and every aggregate of the samples in it."""
    with store.begin(actor="kit", at=samples.AT) as unit:
        record_all(unit)
        for kind in samples.kinds():
            for aggregate in kind.aggregates:
                of(unit, kind).add(aggregate)
        unit.commit()
    return store


def record_all(unit: UnitOfWork) -> None:
    """Record every decision of the samples."""
    for decision in samples.decisions():
        unit.decisions.record(decision)


def of(unit: UnitOfWork, kind: Kind) -> Any:
    """The repository of a kind."""
    return getattr(unit, kind.repository)


def kept(aggregate: Any, version: int = 1) -> Any:
    """What a store gives back of an aggregate that it was handed."""
    return attrs.evolve(aggregate, version=version)


def _rates_of(source: str) -> tuple[RateSeries, ...]:
    return RateTable.of("EUR", on=samples.DAY, source=source, USD="1.0850").series


class AggregateContract(Contract):
    """Every kind of aggregate, through the repositories of a unit of work."""

    def open_store(self) -> Store:
        """An empty store, a new one at each call. Override this."""
        raise NotImplementedError

    def reopened(self, store: Store) -> Store:
        """The same store after a restart; override it where a restart is possible."""
        return store

    def test_every_kind_comes_back_equal(self) -> None:
        """What was committed is found again, equal in every field, also after a restart."""
        with closing(self.reopened(filled(self.open_store()))) as store, store.begin() as unit:
            for kind in samples.kinds():
                for one in kind.aggregates:
                    found = of(unit, kind).get(one.id)
                    expect(f"a {kind.name} comes back equal", found, kept(one))
                    expect(f"a {kind.name} comes back of its type", type(found), type(one))

    def test_adding_returns_version_one_without_events(self) -> None:
        """An added aggregate is at version 1, drained of its events, and the same otherwise."""
        with closing(self.open_store()) as store, store.begin() as unit:
            record_all(unit)
            for kind in samples.kinds():
                one = kind.aggregates[0]
                added = of(unit, kind).add(one)
                expect(f"adding returns the {kind.name} at version 1", added, kept(one))
                expect("what is returned has no events", getattr(added, "events", ()), ())

    def test_a_unit_reads_what_it_wrote(self) -> None:
        """Reading inside the unit sees additions and changes before they are committed."""
        with closing(self.open_store()) as store, store.begin() as unit:
            record_all(unit)
            for kind in samples.kinds():
                added = of(unit, kind).add(kind.aggregates[0])
                expect("an addition is read", of(unit, kind).find(added.id), added)
                saved = of(unit, kind).save(kept(kind.changed))
                expect("a change is read", of(unit, kind).find(added.id), saved)
                expect("a change is listed", list(of(unit, kind).all()), [saved])

    def test_saving_goes_one_version_on(self) -> None:
        """A change is kept as the next version and found after a restart."""
        store = filled(self.open_store())
        with store.begin() as unit:
            for kind in samples.kinds():
                saved = of(unit, kind).save(kept(kind.changed))
                expect(f"a saved {kind.name} is at version 2", saved, kept(kind.changed, 2))
                expect("what is returned has no events", getattr(saved, "events", ()), ())
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin() as unit:
            for kind in samples.kinds():
                found = of(unit, kind).get(kind.changed.id)
                expect(f"a changed {kind.name} comes back", found, kept(kind.changed, 2))

    def test_a_stale_version_is_refused(self) -> None:
        """Whoever read before another's change can not overwrite it."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            for kind in samples.kinds():
                saved = of(unit, kind).save(kept(kind.changed))
                with refused("a stale version is refused", VersionConflict) as refusal:
                    of(unit, kind).save(kept(kind.aggregates[0]))
                operands = refusal.operands("kind", "id", "expected")
                expect("the conflict names its operands", operands, (kind.name, saved.id, 1))
                expect("the winner stays", of(unit, kind).get(saved.id), saved)

    def test_saving_what_was_never_added_is_refused(self) -> None:
        """Saving does not add."""
        with closing(self.open_store()) as store, store.begin() as unit:
            record_all(unit)
            for kind in samples.kinds():
                with refused("saving does not add", VersionConflict):
                    of(unit, kind).save(kept(kind.changed))
                expect("nothing was added", list(of(unit, kind).all()), [])

    def test_an_id_is_taken_once(self) -> None:
        """A second aggregate under the same id is refused, and the unit can still be committed."""
        with closing(filled(self.open_store())) as store:
            before = store.digest()
            with store.begin() as unit:
                for kind in samples.kinds():
                    with refused("an id is taken once", AlreadyThere) as refusal:
                        of(unit, kind).add(kind.changed)
                    named = refusal.operands("kind", "id")
                    expect("the refusal names the id", named, (kind.name, kind.changed.id))
                    with refused("one refusal does not stand for the next", NotStorable):
                        of(unit, kind).find("\ud800")
                unit.commit()
            expect("a refusal changes nothing", store.digest(), before)

    def test_what_is_not_there_is_said_so(self) -> None:
        """``find`` gives None, ``get`` raises an error that names the id."""
        with closing(self.open_store()) as store, store.begin() as unit:
            for kind in samples.kinds():
                expect("find gives None", of(unit, kind).find(samples.HOSTILE), None)
                with refused("half a character is no id", NotStorable):
                    of(unit, kind).find("\ud800")
                with refused("get says so", NotFound) as refusal:
                    of(unit, kind).get(samples.HOSTILE)
                named = refusal.operands("kind", "id")
                expect("the refusal names the id", named, (kind.name, samples.HOSTILE))

    def test_lists_are_ordered_by_id(self) -> None:
        """Whatever the order of adding, lists follow the code points of the ids."""
        ids = ["b", "a", "B", "é", "10", "9", "!", "a b", "株", "🙂", "Z", "\uffff"]
        customer = samples.kinds()[1].aggregates[0]
        with closing(self.open_store()) as store, store.begin() as unit:
            for id in ids:
                unit.customers.add(attrs.evolve(customer, id=CustomerId(id)))
            for listed in (unit.customers.all(), unit.customers.of_company(samples.ACME)):
                expect("ordered by id", [one.id for one in listed], sorted(ids))

    def test_companies_are_kept_apart(self) -> None:
        """``of_company`` gives those of one company; a lock belongs to that of its quote."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            for kind in samples.kinds():
                mine = [one.id for one in of(unit, kind).of_company(samples.ACME)]
                theirs = [one.id for one in of(unit, kind).of_company(samples.NORDWIND)]
                every = [one.id for one in of(unit, kind).all()]
                of_some = every if kind.in_company else []
                expect(f"each {kind.name} has one company", sorted(mine + theirs), of_some)
                both = bool(mine) and bool(theirs)
                expect(f"both have a {kind.name}, or none has", both, kind.in_company)
                nobody = list(of(unit, kind).of_company(CompanyId("nobody")))
                expect("an unknown company has none", nobody, [])
            locks = [one.id for one in unit.locks.of_company(samples.NORDWIND)]
            expect("a lock follows its quote", locks, ["L-3"])

    def test_writing_while_listing_is_safe(self) -> None:
        """A list is not disturbed by what the unit saves while walking it."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            seen = [unit.deals.save(deal).version for deal in unit.deals.all()]
            expect("each was seen once", seen, [2] * unit.deals.count())

    def test_a_rate_must_have_been_recorded(self) -> None:
        """What names a decision that was not recorded, or carries another one, is refused."""
        with closing(self.open_store()) as store, store.begin() as unit:
            quotes, *others = (samples.kinds()[place] for place in (4, 5, 10))
            for kind in (quotes, *others):
                with refused("a rate is recorded first", NotFound) as refusal:
                    of(unit, kind).add(kind.changed)
                expect("the refusal names it", refusal.operands("kind"), ("rate decision",))
            record_all(unit)
            other = attrs.evolve(samples.decisions()[1], reason="another one")
            with refused("a decision is what was recorded", AlreadyThere):
                unit.quotes.add(attrs.evolve(quotes.changed, rate=other))
            expect("nothing was added", list(unit.quotes.all()), [])

    def test_what_can_not_be_kept_unchanged_is_refused(self) -> None:
        """Too large, too fine, half a character, a float: refused, with nothing written."""
        customer, deal = samples.kinds()[1].aggregates[0], samples.kinds()[3].aggregates[0]
        huge = Money.from_minor(LARGEST_MINOR + 1, "EUR")
        approximate: Any = loads("0.1")
        with closing(self.open_store()) as store:
            before = store.digest()
            with store.begin() as unit:
                with refused("64 bits are the limit", NotStorable):
                    unit.deals.add(attrs.evolve(deal, value=huge))
                with refused("amounts are whole minor units", SubMinorAmount):
                    unit.deals.add(attrs.evolve(deal, value=Money("0.001", "EUR")))
                with refused("half a surrogate pair is no text", NotStorable):
                    unit.customers.add(attrs.evolve(customer, name="\ud800"))
                for blank in ("", " \t"):
                    with refused("an id names something", NotStorable):
                        unit.deals.add(attrs.evolve(deal, id=DealId(blank)))
                with refused("an instant is no day", NotStorable):
                    unit.deals.add(attrs.evolve(deal, opened_on=samples.AT))
                with refused("a float is not kept", NotStorable):
                    unit.customers.add(attrs.evolve(customer, extras={FieldId("f"): approximate}))
                unit.commit()
            expect("a refusal changes nothing", store.digest(), before)

    def test_a_key_is_as_long_as_an_index_holds(self) -> None:
        """An id of 800 bytes is kept; a longer one, of any kind of key, is refused (F18)."""
        customer, longest = samples.kinds()[1].aggregates[0], "ä" * 400
        payment = samples.kinds()[8].aggregates[0]
        calls: dict[str, Any] = {
            "an id": lambda unit, key: unit.customers.add(attrs.evolve(customer, id=key)),
            "a company": lambda unit, key: unit.customers.add(attrs.evolve(customer, company=key)),
            "an invoice": lambda unit, key: unit.payments.add(attrs.evolve(payment, invoice=key)),
            "a series": lambda unit, key: unit.numbers.next(samples.ACME, key),
            "the key of a command": lambda unit, key: unit.commands.record(key, "content", "done"),
            "a consumer": lambda unit, key: unit.outbox.pending(key),
            "a source": lambda unit, key: unit.rates.add(_rates_of(key)),
        }
        with closing(self.open_store()) as store, store.begin() as unit:
            for name, call in calls.items():
                with refused(f"{name} beyond 800 bytes is refused", NotStorable):
                    call(unit, longest + "a")
            for call in calls.values():
                if call is not calls["a company"]:
                    call(unit, longest)
            expect("it is found", unit.customers.get(CustomerId(longest)).id, longest)

    def test_decisions_are_added_and_never_changed(self) -> None:
        """Rate decisions come back equal, legs and all, in the order of their ids."""
        decisions = samples.decisions()
        with closing(self.reopened(filled(self.open_store()))) as store, store.begin() as unit:
            by_id = sorted(decisions, key=lambda one: one.id)
            expect("decisions come back equal", list(unit.decisions.all()), by_id)
            for one in decisions:
                expect("a decision is found", unit.decisions.find(one.id), one)
                ratio = unit.decisions.get(one.id).rate.ratio
                expect("its ratio is exactly the same", ratio, one.rate.ratio)
                with refused("a decision is recorded once", AlreadyThere):
                    unit.decisions.record(attrs.evolve(one, reason="changed my mind"))
            unknown = DecisionId("nobody took it")
            expect("an unknown one is None", unit.decisions.find(unknown), None)
            with refused("get says so", NotFound):
                unit.decisions.get(unknown)
            with refused("only what exists is replaced", NotFound):
                orphan = attrs.evolve(decisions[0], id=unknown, replaces=DecisionId("?"))
                unit.decisions.record(orphan)

    def test_prospects_are_the_deals_of_a_company(self) -> None:
        """A forecast sees each deal of the company as it is kept, in the order of their ids."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            whole = [
                tuple(getattr(one, name) for name in ProspectRow._fields)
                for one in unit.deals.of_company(samples.ACME)
            ]
            seen = [
                tuple(getattr(one, name) for name in ProspectRow._fields)
                for one in unit.deals.prospects(samples.ACME)
            ]
            expect("prospects say what the deals say", seen, whole)

    def test_unsettled_items_are_those_with_something_open(self) -> None:
        """Settled items stay in the store and leave the list of what is open."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            open_ids = [one.id for one in unit.items.unsettled(samples.ACME)]
            expect("all are open at first", open_ids, ["R-1", "R-2"])
            paid = unit.items.save(kept(samples.kinds()[10].changed))
            open_ids = [one.id for one in unit.items.unsettled(samples.ACME)]
            expect("a settled one is not listed", open_ids, ["R-2"])
            expect("it is still kept", unit.items.get(paid.id), paid)
