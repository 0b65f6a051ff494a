"""Vouchers: what is written by hand each month, and what becomes of the drafts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode
from fxcrm.ledger import trading_chart
from fxcrm.money import Money
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Member
from fxcrm.usecases.wording import Plain

LARGEST_DEVIATION: Final = "0.02"
_DUTIES: Final = trading_chart().duties
_SIZE: Final = Money("800.00", "EUR")


@attrs.frozen(eq=False)
class Vouchers:
    """The entries by hand of a company in a year."""

    agenda: Agenda
    firm: Member
    currencies: tuple[Currency, ...]

    def plan_month(self, last: date) -> None:
        """Some on days of the month, and some at its end."""
        plan, chance = self.agenda.plan, self.agenda.chance
        for write in (self._charged_by_bank, self._reclassify, self._think_better_of_it):
            plan(last.replace(day=chance.between(2, 25)), write)
        plan(last, self._accrue)
        plan(last, self._accrue_late)

    def _charged_by_bank(self, on: date) -> None:
        """The bank takes its charges, and says itself what they are worth at home."""
        charged = self._amount(on)
        given: Money | None = None
        if charged.currency is not self.firm.functional:
            worth = self.agenda.worth(charged, self.firm.functional, on)
            given = self.agenda.share(worth, 985, 1015)
        lines = _moved(charged, _DUTIES.bank, _DUTIES.fees, given)
        self._post(self._draft("Charges of the bank", on, lines), on)

    def _reclassify(self, on: date) -> None:
        """Fees that were booked as costs; half of it is written first, then all of it."""
        lines = _moved(self._amount(on), _DUTIES.costs, _DUTIES.fees)
        id = self._draft("Fees among the costs", on, lines[:1])
        later = on + timedelta(days=1)
        change = self.agenda.number("VC")
        self.agenda.do("change voucher", on, id=change, voucher=id, dated=later, lines=lines)
        self._post(id, later)

    def _think_better_of_it(self, on: date) -> None:
        """A draft that is discarded within days."""
        lines = _moved(self._amount(on), _DUTIES.bank, _DUTIES.costs)
        id = self._draft("Paid twice?", on, lines)
        day = on + timedelta(days=self.agenda.chance.between(0, 2))
        self.agenda.plan(day, lambda then: self.agenda.do("discard voucher", then, id=id))

    def _accrue(self, on: date) -> None:
        """Taxes of the month, at home or abroad, which turn around in the next one."""
        id = self._draft("Taxes of the month", on, self._taxes(on))
        self._post(id, on)
        self._turn_around(id, on)

    def _accrue_late(self, on: date) -> None:
        """The same, forgotten until the new month has begun; the old one is open still."""
        lines = _moved(self._amount(on), _DUTIES.sales, _DUTIES.costs)
        id = self._draft("Sales on account of others", on, lines)
        self._post(id, min(on + timedelta(days=1), self.agenda.last_day))

    def _taxes(self, on: date) -> list[Plain]:
        return _moved(self._amount(on), _DUTIES.taxes, _DUTIES.costs)

    def _turn_around(self, id: str, on: date) -> None:
        def reverse(day: date) -> None:
            self.agenda.do("reverse entry", day, id=f"voucher:{id}", reason="accrued before")

        self.agenda.plan(on + timedelta(days=self.agenda.chance.between(1, 10)), reverse)

    def _amount(self, on: date) -> Money:
        home, chance = self.firm.functional, self.agenda.chance
        currency = home if chance.falls(30) else chance.one_of(self.currencies)
        return self.agenda.share(self.agenda.worth(_SIZE, currency, on), 100, 1000)

    def _draft(self, text: str, on: date, lines: list[Plain]) -> str:
        id, firm = self.agenda.number("V"), self.firm.id
        self.agenda.do("draft voucher", on, id=id, company=firm, text=text, lines=lines)
        return id

    def _post(self, id: str, on: date) -> None:
        self.agenda.plan(on, lambda day: self.agenda.do("post voucher", day, id=id))


def _moved(
    amount: Money, source: AccountCode, to: AccountCode, worth: Money | None = None
) -> list[Plain]:
    """Two lines: from one account to another, at a value that is given or not."""
    return [_line(to, amount, worth), _line(source, -amount, None if worth is None else -worth)]


def _line(account: AccountCode, amount: Money, worth: Money | None) -> dict[str, Plain]:
    given: dict[str, Plain] = {} if worth is None else {"functional": str(worth)}
    return {"account": account, "amount": str(amount), **given}
