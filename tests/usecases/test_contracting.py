"""Contracts from draft to renewal on a desk: billed once, at the rate of each day, in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fxcrm import Currency, Money, RateTable
from fxcrm.adapters.memory import MemoryStore
from fxcrm.ids import CompanyId, ContractId, CustomerId, OrderId
from fxcrm.rates import ExchangeRate, RateMissing
from fxcrm.selling import Cycle, Indexation, Notice, Renewal, Renewing, Repricing
from fxcrm.selling.contracts import ContractRenewed, NoticeTooLate
from fxcrm.usecases.contracting import (
    RenewalMissing,
    Terms,
    activate_contract,
    amount_due,
    bill_contract,
    draft_contract,
    due_instalments,
    renew_contract,
    terminate_contract,
)
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.registering import register_company, register_customer

START = date(2026, 1, 5)
ID = ContractId("K-1")
EUR, USD = Currency("EUR"), Currency("USD")
PUBLISHED = {
    date(2026, 1, 5): "1.0000",
    date(2026, 4, 1): "1.0200",
    date(2026, 6, 30): "1.1000",
    date(2026, 10, 1): "1.2500",
}
RATES = RateTable.from_fixings(
    ExchangeRate.of("EUR", "USD", value, on=on, source="given").legs[0].fixing
    for on, value in PUBLISHED.items()
)


class Office:
    """A store with one company and one customer; every call is a day's work."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        with self.at(START) as desk:
            register_company(desk, CompanyId("acme"), name="Acme", functional=EUR, on=START)
            register_customer(
                desk,
                CustomerId("nordwind"),
                company=CompanyId("acme"),
                name="Nordwind",
                country="US",
                currency=USD,
                on=START,
            )

    @contextmanager
    def at(self, on: date) -> Iterator[Desk]:
        """A desk at 17:00 of a day; what is done at it is committed."""
        now = datetime(on.year, on.month, on.day, 17, tzinfo=UTC)
        with self.store.begin(at=now, actor="ada") as uow:
            yield Desk(uow, RATES, now, "ada")
            uow.commit()


@pytest.fixture
def office() -> Office:
    """An office with an active contract, indexed to the euro, billed quarterly."""
    office, clause = Office(), Indexation(EUR, band="3", passed_on="50", cap="8")
    renewal = Renewal(Renewing.AUTOMATIC, 12, Repricing.INDEXED)
    terms = Terms(
        "Support", START, 12, Cycle.QUARTERLY, Cycle.QUARTERLY,
        notice=Notice(3), renewal=renewal, indexation=clause,
    )  # fmt: skip
    with office.at(START) as desk:
        buyer, price = CustomerId("nordwind"), Money("300.00", "USD")
        draft_contract(desk, ID, terms, customer=buyer, price=price, on=START)
        activate_contract(desk, ID, by="both", on=START)
    return office


def test_what_is_due_is_ordered_once_at_the_rate_of_its_day(office: Office) -> None:
    """At 1.02 nothing changes; at 1.10 half of 10 % is added; a second run orders nothing."""
    july = date(2026, 7, 6)
    with office.at(july) as desk:
        due = [figure.value for _, _, figure in due_instalments(desk, july)]
    for _ in range(2):
        with office.at(july) as desk:
            bills = bill_contract(desk, ID, on=july).bills
    assert [one.amount for one in bills] == due
    assert due == [Money("300.00", "USD"), Money("300.00", "USD"), Money("315.00", "USD")]
    with office.at(july) as desk:
        orders = [desk.uow.orders.get(OrderId(f"K-1-{one}")) for one in (1, 2, 3)]
        assert [one.total for one in orders] == due
        assert desk.uow.orders.count() == 3
        fixings = [desk.uow.decisions.get(one.fixing) for one in bills if one.fixing]
    assert [one.valid_on for one in fixings] == [
        date(2026, 1, 5),
        date(2026, 4, 5),
        date(2026, 7, 5),
    ]


def test_a_day_without_a_rate_bills_nothing(office: Office) -> None:
    """The third instalment needs a rate that is too old by then; the first two wait with it."""
    with office.at(date(2026, 10, 20)) as desk:
        poor = Desk(desk.uow, RATES.within(until=date(2026, 4, 30)), desk.now, "ada")
        with pytest.raises(RateMissing):
            bill_contract(poor, ID, on=date(2026, 10, 20))
    with office.at(date(2026, 10, 20)) as desk:
        assert (desk.uow.orders.count(), desk.uow.contracts.get(ID).bills) == (0, ())


def test_a_renewal_is_made_once_and_begins_from_its_rate(office: Office) -> None:
    """The cap holds the price at USD 324.00; asked again, the same contract is the answer."""
    day = date(2026, 10, 5)
    with office.at(day) as desk:
        made = renew_contract(desk, ID, successor=ContractId("K-2"), on=day)
    with office.at(day) as desk:
        assert renew_contract(desk, ID, successor=ContractId("K-2"), on=day) == made
        with pytest.raises(ContractRenewed):
            renew_contract(desk, ID, successor=ContractId("K-3"), on=day)
        with pytest.raises(RenewalMissing):
            renew_contract(desk, ID, successor=ID, on=day)
    assert (made.price, made.since) == (Money("324.00", "USD"), date(2027, 1, 5))
    assert made.base_rate is not None
    assert made.base_rate.valid_on == day


def test_notice_in_time_stops_the_renewal(office: Office) -> None:
    """The last day is 2026-10-04, three months before the term is over."""
    with pytest.raises(NoticeTooLate, match="2026-10-04"), office.at(date(2026, 10, 5)) as desk:
        terminate_contract(desk, ID, reason="moves", on=date(2026, 10, 5))
    with office.at(date(2026, 10, 4)) as desk:
        assert terminate_contract(desk, ID, reason="moves", on=date(2026, 10, 4)).until == date(
            2027, 1, 4
        )


def test_a_fixed_price_asks_for_no_rate() -> None:
    """Nothing is decided, and nothing moves it."""
    office, empty = Office(), RateTable(())
    with office.at(START) as desk:
        desk = Desk(desk.uow, empty, desk.now, "ada")
        buyer, price = CustomerId("nordwind"), Money("10.00", "USD")
        terms: Any = Terms("Hosting", START, 12)
        made = draft_contract(desk, ID, terms, customer=buyer, price=price, on=START)
        assert amount_due(desk, made, 12).value == price
