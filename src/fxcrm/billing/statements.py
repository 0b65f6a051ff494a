"""Statements: what a customer owes in one currency, over a span of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import CustomerId
from fxcrm.money import CurrencyMismatch, Money


@attrs.frozen
class StatementLine:
    """Something that changed what is owed: an invoice adds, a payment takes away."""

    on: date
    kind: str
    reference: str
    amount: Money


@attrs.frozen
class Statement:
    """Opening, lines of ``start`` to ``end`` (both included), closing; all in one currency."""

    customer: CustomerId
    currency: Currency
    start: date
    end: date
    opening: Money
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> Money:
        """What is owed at the end of the last day."""
        return Money.total(
            (self.opening, *(line.amount for line in self.lines)), currency=self.currency
        )


def statement(
    customer: CustomerId,
    currency: Currency,
    start: date,
    end: date,
    lines: Iterable[StatementLine],
) -> Statement:
    """The statement that follows from everything billed and paid up to ``end``.

    Lines may come in any order; those before ``start`` make the opening, those after ``end``
    are left out. Raises `CurrencyMismatch` for a line of another currency.
    """
    known = sorted(lines, key=lambda line: (line.on, line.kind, line.reference))
    for line in known:
        if line.amount.currency is not currency:
            raise CurrencyMismatch(left=line.amount, right=Money.zero(currency), operation="state")
    opening = Money.total((line.amount for line in known if line.on < start), currency=currency)
    shown = tuple(line for line in known if start <= line.on <= end)
    return Statement(customer, currency, start, end, opening, shown)
