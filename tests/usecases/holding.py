"""A holding for tests: companies whose entries are written down, and rates of known days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger import Consolidation, Entry, Group, Posting
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.usecases import Desk, consolidate_group, register_company
from fxcrm.usecases.booking import book
from fxcrm.usecases.consolidating import close_group
from fxcrm.usecases.deciding import decided
from tests.ledger.notation import instant, money


@attrs.define
class Holding:
    """Rates are of one euro: ``{"USD": {day: "1.25"}}``."""

    fixings: Mapping[str, Mapping[date, str]]
    store: MemoryStore = attrs.field(factory=MemoryStore)
    _count: int = 0

    @property
    def rates(self) -> RateTable:
        """The rates as a table."""
        return RateTable.from_fixings(
            Fixing(CurrencyPair.of("EUR", code), Decimal(text), day, "mint")
            for code, days in self.fixings.items()
            for day, text in days.items()
        )

    def found(self, company: str, functional: str, on: date) -> None:
        """Register a company."""
        with self.store.begin() as unit:
            desk = Desk(unit, self.rates, instant(on), "ada")
            register_company(
                desk, CompanyId(company), name=company, functional=Currency(functional), on=on
            )
            unit.commit()

    def enter(
        self, company: str, on: date, *lines: str, partner: Mapping[str, str] | None = None
    ) -> None:
        """``"1000 USD 100.00"`` is a debit on the bank; partners are named by account."""
        self._count += 1
        with self.store.begin() as unit:
            desk = Desk(unit, self.rates, instant(on), "ada")
            functional = unit.companies.get(CompanyId(company)).functional
            made = [self._posting(desk, functional, on, one, partner or {}) for one in lines]
            id = EntryId(f"e{self._count}")
            book(desk, Entry(id, CompanyId(company), on, "test", "", made))
            unit.commit()

    def _posting(
        self, desk: Desk, functional: Currency, on: date, line: str, partner: Mapping[str, str]
    ) -> Posting:
        code, amount = line.split(" ", 1)
        given = money(amount)
        decision = decided(desk, Purpose.BOOKING, given.currency, functional, on)
        value = given if decision is None else decision.convert(given)
        with_whom = CompanyId(partner[code]) if code in partner else None
        id = None if decision is None else decision.id
        return Posting(AccountCode(code), given, value, id, partner=with_whom)

    def group(self, group: Group, on: date) -> Consolidation:
        """The group at the end of a day; nothing is kept."""
        with self.store.begin() as unit:
            return consolidate_group(Desk(unit, self.rates, instant(on), "ada"), group, on)

    def closed(self, group: Group, on: date) -> Consolidation:
        """The group at the end of a day, recorded; members are closed first."""
        with self.store.begin() as unit:
            desk = Desk(unit, self.rates, instant(on), "ada")
            for company in group.members:
                books = unit.companies.get(company)
                if group.is_present(company, on):
                    unit.companies.save(books.close(on))
            made = close_group(desk, group, on)
            unit.commit()
            return made


def shown(group: Consolidation) -> dict[str, Money]:
    """Every line of a group that is not zero, debit positive."""
    return {line.code: line.figure.value for line in group.lines if line.figure.value}


def figure(group: Consolidation, account: str) -> Figure:
    """The figure of a line."""
    return next(line.figure for line in group.lines if line.code == account)
