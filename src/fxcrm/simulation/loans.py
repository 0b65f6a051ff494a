"""Loans: money that is lent to a company in a foreign currency, paid back in two parts."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.ledger import trading_chart
from fxcrm.money import Money
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Member

_SIZE: Final = Money("30000.00", "EUR")
_REVALUED_BY: Final = 7  # of the next month
_ACCOUNT: Final = trading_chart().duties.loans


@attrs.frozen(eq=False)
class Loans:
    """How a company borrows: one loan after the other, so that each is paid off by itself."""

    agenda: Agenda
    firm: Member
    currencies: tuple[Currency, ...]

    def take(self, on: date) -> None:
        """Take a loan; half of it is paid back after some weeks, and then the rest."""
        foreign = [one for one in self.currencies if one is not self.firm.functional]
        most = self.agenda.worth(_SIZE, self.agenda.chance.one_of(foreign), on)
        lent = self.agenda.share(most, 300, 1000)
        worth = self._in_books(lent, on)
        self._move("take loan", lent, on)

        def repay(day: date) -> None:
            part = self.agenda.share(lent, 300, 700)
            self._move("repay loan", part, day)
            carried = _less(worth, self._in_books(part, day))
            self.agenda.after(
                day, 10, 40, lambda then: self._repay_rest(lent - part, carried, then)
            )

        self.agenda.after(on, 15, 50, repay)

    def _repay_rest(self, rest: Money, carried: dict[str, Money], on: date) -> None:
        """What is left goes back, and what the books carry for it still is realised.

        Where rates came back to where they were there is nothing to realise; it is paid later.
        """
        left = _less(carried, self._in_books(rest, on))
        foreign = {id: one for id, one in left.items() if one.currency is not rest.currency}
        if any(one.is_zero for one in foreign.values()):
            self.agenda.after(on, 1, 3, lambda day: self._repay_rest(rest, carried, day))
            return
        self._move("repay loan", rest, on)
        # Until the month before is revalued, nobody knows what the account carries.
        day = max(on, on.replace(day=_REVALUED_BY))
        self.agenda.plan(day, lambda then: self._realise(rest.currency, [*foreign], then))

    def _realise(self, currency: Currency, books: list[str], on: date) -> None:
        for company in books:
            self.agenda.do(
                "realise balance",
                on,
                id=f"{self.agenda.number('R')}-{company}",
                company=company,
                account=_ACCOUNT,
                currency=currency.code,
            )
        self.agenda.after(on, 3, 20, self.take)

    def _in_books(self, amount: Money, on: date) -> dict[str, Money]:
        books = self.firm.books.items()
        return {id: self.agenda.worth(amount, currency, on) for id, currency in books}

    def _move(self, command: str, amount: Money, on: date) -> None:
        id = self.agenda.number("loan-")
        self.agenda.do(command, on, id=id, company=self.firm.id, amount=str(amount))


def _less(these: dict[str, Money], those: dict[str, Money]) -> dict[str, Money]:
    return {id: one - those[id] for id, one in these.items()}
