"""What a store promises about claims: what one unit of work claims, others leave alone."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Final

import attrs

from fxcrm.encoding import NotStorable
from fxcrm.ids import DealId
from fxcrm.ports.storage import NotFound, Store, StoreBusy
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract, filled, kept, of
from fxcrm.testing.contracts.promises import expect, refused

_HEAD_START: Final = 1  # second in which the other one could do harm
_LONGEST: Final = 30  # seconds that the kit waits for it
_TRIES: Final = 20


class ClaimContract(AggregateContract):
    """Claims of every kind."""

    def test_a_claim_gets_what_is_there(self) -> None:
        """``claim`` gives what ``get`` gives, and what is claimed can be saved."""
        with closing(filled(self.open_store())) as store, store.begin() as unit:
            for kind in samples.kinds():
                repository, key = of(unit, kind), kind.changed.id
                expect(
                    "a claim gets what is there", repository.claim(key), kept(kind.aggregates[0])
                )
                saved = repository.save(kept(kind.changed))
                expect("what is claimed can be saved", saved, kept(kind.changed, 2))
                expect("a second claim gets the change", repository.claim(key), saved)
                with refused("what is not there can not be claimed", NotFound) as refusal:
                    repository.claim("nobody")
                named = refusal.operands("kind", "id")
                expect("the refusal names it", named, (kind.name, "nobody"))
                with refused("half a character is no id", NotStorable):
                    repository.claim("\ud800")

    def test_what_is_claimed_is_left_alone_by_others(self) -> None:
        """Another unit waits, or is told `StoreBusy`, until who claimed it has ended (F5)."""
        other = _Other()
        with closing(filled(self.open_store())) as store:
            with store.begin() as unit:
                claimed = unit.deals.claim(other.deal)
                worker = threading.Thread(target=other.raise_value, args=(store,))
                worker.start()
                worker.join(_HEAD_START)
                expect("nobody else claims or saves it", other.outcome, [])
                unit.deals.save(attrs.evolve(claimed, title="claimed first"))
                unit.commit()
            worker.join(_LONGEST)
            expect("who waited goes on", other.outcome, ["saved at version 3"])
            with store.begin(reading=True) as unit:
                found = unit.deals.get(other.deal)
                expect(
                    "both changes are kept", (found.title, found.stage), ("claimed first", "lost")
                )


class _Other:
    """A second unit of work in a thread of its own, which tries until it is let in."""

    deal: Final = DealId("D-2")

    def __init__(self) -> None:
        self.outcome: list[str] = []

    def raise_value(self, store: Store) -> None:
        """Claim and save the deal; again where the store is busy."""
        pause = threading.Event()
        for _ in range(_TRIES):
            try:
                with store.begin() as unit:
                    found = unit.deals.claim(self.deal)
                    saved = unit.deals.save(attrs.evolve(found, stage="lost"))
                    unit.commit()
                self.outcome.append(f"saved at version {saved.version}")
            except StoreBusy:
                pause.wait(1)
            else:
                return
