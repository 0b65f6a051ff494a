"""Quotes after their first draft: consents, versions, another currency, quoted again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import attrs
import pytest

from fxcrm.adapters.sql import open_sqlite
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.ids import DealId, LockId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.plaindata import PlainTable
from fxcrm.ratelocks import RateLockExpired, end_of_day
from fxcrm.selling import Quote
from fxcrm.selling.approvals import ApprovalRules
from fxcrm.selling.quoteerrors import ApprovalMissing, NotEntitled, WrongLock
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    LockChoice,
    accept_quote,
    approve_quote,
    change_currency,
    edit_quote,
    lapse_quote,
    lock_rate,
    perform,
    quote_cover,
    quote_difference,
    requote_quote,
    revise_quote,
)
from fxcrm.usecases.quoting import alternative_totals
from fxcrm.usecases.revising import versions_of
from tests.ledger.notation import instant, money
from tests.usecases.office import RATES, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
UNTIL = date(2026, 1, 20)
Q1, Q2, L1 = QuoteId("Q-1"), QuoteId("Q-2"), LockId("L-1")
ASKED = {
    "roles": {"head": ["H. Brandt", "ada"], "finance": ["F. Ito"]},
    "rules": [
        {"name": "large", "amount_above": "EUR 5000.00", "roles": ["head"]},
        {"name": "dollars", "currencies": ["USD"], "roles": ["finance", "head"]},
    ],
}
SELLING = SellingRules(approvals=ApprovalRules.read(PlainTable.of(ASKED, "approvals")))


def _lines(price: str) -> list[tuple[str, Decimal, Money]]:
    return [("Pumps", Decimal(1), money(price))]


def _asked(office: Office, command: Callable[[Desk], Quote], day: date = DAY) -> Quote:
    return office.at(day, lambda desk: command(attrs.evolve(desk, selling=SELLING)))


def _locked(office: Office, until: date = UNTIL) -> Office:
    office.quote(1, "EUR 1000.00", DAY, "USD")
    office.at(
        DAY,
        lambda desk: lock_rate(
            desk, L1, quote=Q1, on=DAY, until=until, zone="UTC", fee=money("EUR 10.00")
        ),
    )
    return office


# ---------------------------------------------------------------- approval


def test_a_quote_is_released_when_every_rule_is_met_by_others_than_its_author() -> None:
    """Two rules fire: ada drafted it and can not consent, finance meets one, the head the other."""
    office = Office().open()
    office.quote(1, "EUR 6000.00", DAY, "USD")

    def approve(by: str, role: str = "") -> Quote:
        return _asked(office, lambda desk: approve_quote(desk, Q1, by=by, role=role, on=DAY))

    with pytest.raises(ApprovalMissing) as caught:
        approve("H. Brandt")
    assert "large (an amount above EUR 5000.00): head, not an author" in caught.value.rules
    for by, role in (("ada", "head"), ("F. Ito", "head"), ("H. Brandt", "chief")):
        with pytest.raises(NotEntitled):
            approve(by, role)
    assert approve("F. Ito", "finance").state == "draft"
    assert approve("H. Brandt", "head").state == "approved"


def test_an_edit_voids_what_was_approved() -> None:
    """Approved for dollars at 1,000, edited to 6,000: both rules ask again."""
    office = Office().open()
    office.quote(1, "EUR 6000.00", DAY, "USD")
    _asked(office, lambda desk: approve_quote(desk, Q1, by="F. Ito", role="finance", on=DAY))
    edited = _asked(
        office, lambda desk: edit_quote(desk, Q1, lines=_lines("EUR 6000.01"), on=DAY, by="ben")
    )
    assert edited.approvals == ()
    with pytest.raises(ApprovalMissing) as caught:
        _asked(office, lambda desk: approve_quote(desk, Q1, by="H. Brandt", on=DAY))
    assert "dollars" in caught.value.rules


# ---------------------------------------------------------------- edits and the lock


def test_an_edit_leaves_the_lock_and_says_what_it_covers() -> None:
    """Later last day, other terms, a lower price: the lock stays and outlives nothing."""
    office = _locked(Office().open())
    later = UNTIL + timedelta(days=10)
    edited = office.at(
        DAY,
        lambda desk: edit_quote(
            desk, Q1, lines=_lines("EUR 900.00"), valid_until=later, on=DAY,
            texts={"terms": "30 days net"},
        ),
    )  # fmt: skip
    assert (edited.lock, edited.terms, edited.valid_until) == (L1, "30 days net", later)
    cover = office.at(DAY, lambda desk: quote_cover(desk, Q1))
    assert cover is not None
    assert (cover.covered, cover.excess) == (money("EUR 910.00"), money("EUR 0.00"))
    assert (cover.unused, cover.is_outlasted) == (money("EUR 100.00"), True)
    assert cover.ends_at == end_of_day(UNTIL, "UTC")


def test_another_currency_converts_or_refuses() -> None:
    """Dollars to pounds at the named rate of the day; a lock refuses, or is given up (M8)."""
    office = _locked(Office().open())
    pounds = Currency("GBP")
    with pytest.raises(WrongLock):
        office.at(DAY, lambda desk: change_currency(desk, Q1, currency=pounds, on=DAY))
    changed = office.at(
        DAY,
        lambda desk: change_currency(desk, Q1, currency=pounds, on=DAY, lock=LockChoice.GIVEN_UP),
    )
    assert (changed.total, changed.lock) == (money("GBP 840.90"), None)  # without the fee
    assert changed.rate is not None
    assert changed.rate.id == "quote:EUR/GBP:2026-01-10:1"
    with office.store.begin() as unit:
        assert unit.locks.get(L1).state == "cancelled"
    home = office.at(DAY, lambda desk: change_currency(desk, Q1, currency=Currency("EUR"), on=DAY))
    assert (home.total, home.rate) == (money("EUR 1000.00"), None)


def test_other_currencies_are_shown_with_their_decisions() -> None:
    """USD 1,080.90 in pounds, by a rate that has an id and a time; in dollars, itself."""
    office = Office().open()
    quote = office.quote(1, "EUR 1000.00", DAY, "USD")
    pounds, dollars = office.at(
        DAY,
        lambda desk: alternative_totals(desk, quote, (Currency("GBP"), Currency("USD")), DAY),
    )
    assert pounds.decision is not None
    assert (pounds.amount, pounds.decision.known_at) == (money("GBP 840.90"), instant(DAY))
    assert pounds.decision.id == "display:GBP/USD:2026-01-10:1"
    assert (dollars.amount, dollars.decision) == (quote.total, None)


# ---------------------------------------------------------------- versions


def test_only_the_newest_version_can_be_accepted() -> None:
    """Version 2 takes the lock over; version 1 refuses, and the lock is drawn once."""
    office = _locked(Office().open())
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ben", on=DAY))
    new = office.at(DAY, lambda desk: revise_quote(desk, Q2, quote=Q1, on=DAY))
    assert (new.number, new.revision, new.lock) == ("nordwind-Q-0001", 2, L1)
    with pytest.raises(TransitionRefused):
        office.at(DAY, lambda desk: accept_quote(desk, Q1, on=DAY))
    with pytest.raises(TransitionRefused):
        office.at(DAY, lambda desk: revise_quote(desk, QuoteId("Q-3"), quote=Q1, on=DAY))
    office.at(DAY, lambda desk: approve_quote(desk, Q2, by="ben", on=DAY))
    office.at(DAY, lambda desk: accept_quote(desk, Q2, on=DAY))
    with office.store.begin() as unit:
        lock = unit.locks.get(L1)
        assert (lock.owner, lock.state, lock.drawn) == (Q2, "consumed", money("EUR 1010.00"))
    found = office.at(DAY, lambda desk: versions_of(desk, Q2))
    assert [(one.id, one.state) for one in found] == [(Q2, "accepted"), (Q1, "superseded")]


def test_a_version_does_not_bring_an_ended_lock_back() -> None:
    """A day after the lock, version 2 is at the rate of that day, without the fee."""
    office = _locked(Office().open())
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ben", on=DAY))
    late = UNTIL + timedelta(days=1)  # 1 EUR = 1.0820 USD
    with pytest.raises(RateLockExpired):
        office.at(late, lambda desk: accept_quote(desk, Q1, on=late))
    new = office.at(late, lambda desk: revise_quote(desk, Q2, quote=Q1, on=late))
    assert (new.lock, new.covered, new.total) == (None, None, money("USD 1082.00"))


# ---------------------------------------------------------------- quoted again


def test_a_lapsed_quote_is_quoted_again_once_and_the_change_is_explained() -> None:
    """EUR 1,000 and a fee at 1.0809 lapse; EUR 1,100 at 1.0840: 108.09 price, 3.41 rate, fee."""
    office = _locked(Office().open())
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ben", on=DAY))
    later = DAY + timedelta(days=31)  # 1 EUR = 1.0840 USD
    office.at(later, lambda desk: lapse_quote(desk, Q1, on=later))

    def again(id: QuoteId) -> Callable[[Desk], Quote]:
        return lambda desk: requote_quote(
            desk, id, quote=Q1, on=later, valid_until=later + timedelta(30),
            prices={1: money("EUR 1100.00")}, deal=DealId("D-9"),
        )  # fmt: skip

    new = office.at(later, again(Q2))
    assert (new.number, new.supersedes, new.total) == ("nordwind-Q-0002", Q1, money("USD 1192.40"))
    found = office.at(later, lambda desk: quote_difference(desk, Q2))
    assert found is not None
    assert {one.label: str(one.value) for one in (*found.parts, found.whole)} == {
        "Price effect": "USD 108.09",
        "Rate effect": "USD 3.41",
        "Lock effect": "USD -10.81",
        "Tax": "USD 0.00",
        "Rounding": "USD 0.00",
        "Difference": "USD 100.69",
    }
    with pytest.raises(TransitionRefused):
        office.at(later, again(QuoteId("Q-3")))
    office.at(later, lambda desk: approve_quote(desk, Q2, by="ben", on=later))
    with office.store.begin() as unit:
        assert unit.deals.get(DealId("D-9")).stage == "quoted"


# ---------------------------------------------------------------- two at once


def test_two_who_accept_at_once_have_one_winner(tmp_path: Path) -> None:
    """Two threads on one SQLite file: one accepts, the other is refused; a repetition is not."""
    with closing(open_sqlite(tmp_path / "q.sqlite")) as store:
        office = Office(store)  # type: ignore[arg-type]  # any store does
        _locked(office.open())
        office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ben", on=DAY))
        outcomes: list[str] = []
        gate = Barrier(2)

        def accept(key: str) -> str:
            done = perform(
                store, RATES, key=key, content="accept", at=instant(DAY), actor=key,
                command=lambda desk: accept_quote(desk, Q1, on=DAY),
            )  # fmt: skip
            return "fresh" if done.fresh else "found"

        def run(key: str) -> None:
            gate.wait()
            try:
                outcomes.append(f"{key} {accept(key)}")
            except FxcrmError as refused:
                outcomes.append(type(refused).__name__)

        threads = [Thread(target=run, args=(key,)) for key in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        [winner] = [one.split()[0] for one in outcomes if one.endswith("fresh")]
        assert sorted(one for one in outcomes if " " not in one) == ["TransitionRefused"]
        assert accept(winner) == "found"
        with store.begin() as unit:
            assert unit.locks.get(L1).drawn == money("EUR 1010.00")
