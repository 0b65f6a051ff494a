"""Statements: what a customer owes in one currency, over a span of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CustomerId
from fxcrm.money import CurrencyMismatch, Money


@attrs.frozen
class StatementLine:
    """Something that changed what is owed: an invoice adds, a payment takes away."""

    on: date
    kind: str
    reference: str
    amount: Money

    def figure(self) -> Figure:
        """The amount, with the document it comes from."""
        evidence = Evidence(self.kind, self.reference, f"of {self.on}")
        return Figure.stated(f"{self.kind} {self.reference}", self.amount, evidence)


@attrs.frozen
class Statement:
    """Opening, lines of ``start`` to ``end`` (both included), closing; all in one currency.

    ``before`` are the lines that the opening is the sum of.
    """

    customer: CustomerId
    currency: Currency
    start: date
    end: date
    before: tuple[StatementLine, ...]
    lines: tuple[StatementLine, ...]

    @property
    def opening(self) -> Figure:
        """What was owed at the beginning of the first day."""
        return self._sum(f"Owed before {self.start}", self.before)

    @property
    def closing(self) -> Figure:
        """What is owed at the end of the last day."""
        parts = (self.opening, *(line.figure() for line in self.lines))
        return Figure.total(f"Owed at the end of {self.end}", parts, self.currency)

    def _sum(self, label: str, lines: tuple[StatementLine, ...]) -> Figure:
        return Figure.total(label, (line.figure() for line in lines), self.currency)


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
    before = tuple(line for line in known if line.on < start)
    shown = tuple(line for line in known if start <= line.on <= end)
    return Statement(customer, currency, start, end, before, shown)
