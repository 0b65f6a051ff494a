"""Groups of any currencies, month after month: honest books are never refused (D19, D23, D30)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import attrs
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.ledger import Consolidation, Group, Stake
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.usecases import (
    Desk,
    charge_member,
    invest,
    pay_costs,
    pay_in_capital,
    register_company,
)
from fxcrm.usecases.consolidating import close_month
from tests.ledger.notation import instant, value

# Two decimals, none, three: half a unit of one is many units of another.
CODES = ("EUR", "USD", "JPY", "BHD", "KRW")
TYPICAL = {"USD": "1.1", "JPY": "160", "BHD": "0.41", "KRW": "1600"}  # one euro
MONTHS = (date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 31), date(2026, 4, 30))
DAYS = tuple(day.replace(day=number) for day in MONTHS for number in (5, 20)) + MONTHS
PARENT, CHILD = CompanyId("parent"), CompanyId("child")

codes = st.sampled_from(CODES)
shares = st.sampled_from(["1", "0.8", "0.51", "0.3333"])
moves = st.integers(80, 125)  # a rate in percent of the typical one


@attrs.frozen
class Plan:
    """What a group does: its currencies, its rates, and charges and costs on some days."""

    parent: Currency
    child: Currency
    presentation: Currency
    owned: str
    rates: RateTable
    charges: list[tuple[int, Currency, int]]
    costs: list[tuple[int, Currency, int]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any three of the currencies, several charges a month."""
    events = st.lists(
        st.tuples(st.integers(0, 7), codes.map(Currency), st.integers(1, 10**7)), max_size=8
    )
    rates = RateTable.from_fixings(_fixings(draw))
    parent, child, presentation = (Currency(draw(codes)) for _ in range(3))
    return Plan(parent, child, presentation, draw(shares), rates, draw(events), draw(events))


def _fixings(draw: st.DrawFn) -> Iterator[Fixing]:
    for code, typical in TYPICAL.items():
        for day in DAYS:
            value = Decimal(typical) * draw(moves) / 100
            yield Fixing(CurrencyPair.of("EUR", code), value, day, "mint")


def _months(plan: Plan) -> Iterator[Consolidation]:
    store = MemoryStore()
    for month, end in enumerate(MONTHS):
        with store.begin() as unit:
            if not month:
                _founded(Desk(unit, plan.rates, instant(DAYS[0]), "ada"), plan)
            for half in (2 * month, 2 * month + 1):
                _happened(Desk(unit, plan.rates, instant(DAYS[half]), "ada"), plan, half)
            yield _closed(Desk(unit, plan.rates, instant(end), "ada"), plan, end)
            unit.commit()


def _founded(desk: Desk, plan: Plan) -> None:
    """Capital in round units, of which the parent pays its exact share."""
    day = DAYS[0]
    for company, functional in ((PARENT, plan.parent), (CHILD, plan.child)):
        register_company(desk, company, name=company, functional=functional, on=day)
    capital = Money(100_000, plan.child)
    pay_in_capital(desk, PARENT, "capital", Money(500_000, plan.parent), day)
    pay_in_capital(desk, CHILD, "capital", capital, day)
    invest(desk, PARENT, CHILD, "share", capital.times(plan.owned), day)


def _happened(desk: Desk, plan: Plan, half: int) -> None:
    day = DAYS[half]
    for number, (when, currency, units) in enumerate(plan.charges):
        if when == half:
            creditor, debtor = (PARENT, CHILD) if number % 2 else (CHILD, PARENT)
            amount = Money.from_minor(units, currency)
            charge_member(
                desk, f"c{number}", creditor=creditor, debtor=debtor, amount=amount, on=day, days=90
            )
    for number, (when, currency, units) in enumerate(plan.costs):
        if when == half:
            company = CHILD if number % 2 else PARENT
            pay_costs(desk, company, f"k{number}", Money.from_minor(units, currency), day)


def _closed(desk: Desk, plan: Plan, end: date) -> Consolidation:
    group = Group(PARENT, (Stake(CHILD, plan.owned),), plan.presentation)
    return close_month(desk, group, end)


@given(plans())
def test_honest_books_close_month_after_month(plan: Plan) -> None:
    """No mismatch, no unproved reserve: rounding of coarse currencies is never an accusation."""
    for found in _months(plan):
        assert Money.total(line.figure.value for line in found.lines).is_zero
        assert abs(value(found.rounding.value)) <= found.bound.value
        shown: dict[str, Money] = {line.code: line.figure.value for line in found.lines}
        for code in ("1200", "2200", "4200", "5200", "1500"):
            assert shown.get(code, Money.zero(plan.presentation)).is_zero
