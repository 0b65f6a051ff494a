"""Results: profit by customer, currency or custom field, split into what made it.

A posting on income or expense belongs to the open item that its entry names; what names none is
a row of its own, so that the rows together are the income statement, to the minor unit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import REVERSAL
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.reports.listing import Line, Report
from fxcrm.reports.postings import credit_sum
from fxcrm.reports.scope import Scope

NOT_ATTRIBUTED: Final = "not attributed"


class ResultColumn(Enum):
    """What made a profit, each a column of its own; a cost is negative."""

    SALES = "sales"
    CREDIT_NOTES = "credit notes"
    DISCOUNTS = "discounts"
    FEES = "fees"
    WRITE_OFFS = "write-offs"
    REALISED = "realised FX"
    UNREALISED = "unrealised FX"
    ROUNDING = "rounding"
    OTHER = "other"


@attrs.frozen
class Attribution:
    """To which row a posting belongs: by the item of its entry, else by itself.

    ``by_item`` names the row of an item, ``alone`` that of a posting whose entry names none.
    """

    name: str
    by_item: Callable[[OpenItem], str]
    alone: Callable[[JournalLine], str] = lambda _: NOT_ATTRIBUTED


BY_CURRENCY: Final = Attribution(
    "currency",
    lambda item: item.original.currency.code,
    lambda line: line.posting.amount.currency.code,
)


@attrs.frozen
class ResultRow:
    """One customer, currency or value of a field; all in functional currency, income positive."""

    key: str
    columns: Mapping[ResultColumn, Figure]
    profit: Figure


@attrs.frozen
class Results(Report):
    """The profit of a span, by row and column; what belongs to nobody is a row too, the last one.

    ``total`` adds the rows: it is the income and expense of the trial balance over the span.
    """

    scope: Scope
    name: str
    by_row: tuple[ResultRow, ...]
    total: ResultRow

    @classmethod
    def of(
        cls,
        scope: Scope,
        items: Iterable[OpenItem],
        lines: Iterable[JournalLine],
        chart: Chart,
        attribution: Attribution,
        kinds: Callable[[EntryId], str] = lambda _: "",
    ) -> Results:
        """From the postings of the scope, whole entries. ``kinds`` tells the kind of an entry.

        It is asked for what was reversed: the reversal of a credit note is no sale.
        """
        run = _Run(scope, chart, attribution, FrozenMap({one.id: one for one in items}), kinds)
        rows = run.rows(line for line in lines if not scope.before(line.on))
        return cls(scope, attribution.name, rows, run.total(rows))

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (self.name, *(column.value for column in ResultColumn), "profit")

    def lines(self) -> Iterator[Line]:
        """The rows by name, what is not attributed, and the total."""
        for row in (*self.by_row, self.total):
            figures = (*row.columns.values(), row.profit)
            yield Line((row.key, *(one.value for one in figures)), figures)


@attrs.frozen(eq=False)
class _Run:
    scope: Scope
    chart: Chart
    attribution: Attribution
    items: Mapping[OpenItemId, OpenItem]
    kinds: Callable[[EntryId], str]
    trade: frozenset[AccountCode] = attrs.field(init=False)

    @trade.default
    def _accounts_of_trade(self) -> frozenset[AccountCode]:
        """Where what is billed stands; credits and advances come and go with it."""
        duties = self.chart.duties
        of_group = (duties.intercompany_receivables, duties.intercompany_payables)
        return frozenset((duties.receivables, duties.payables, *of_group))

    def rows(self, lines: Iterable[JournalLine]) -> tuple[ResultRow, ...]:
        entries: dict[EntryId, list[JournalLine]] = {}
        for line in lines:
            entries.setdefault(line.entry, []).append(line)
        found: dict[str, dict[ResultColumn, list[JournalLine]]] = {}
        for entry in entries.values():
            for key, line in self._attributed(entry):
                found.setdefault(key, {}).setdefault(self._column(line), []).append(line)
        keys = sorted(found, key=lambda key: (key == NOT_ATTRIBUTED, key))
        return tuple(self._row(key, found[key]) for key in keys)

    def _attributed(self, entry: list[JournalLine]) -> Iterator[tuple[str, JournalLine]]:
        """The postings of an entry on income and expense, each with the row it belongs to."""
        named = [one for one in entry if one.posting.item in self.items]
        counterparts = self._counterparts(entry, named)
        for line in entry:
            if self._is_result(line):
                at = (line.posting.amount.currency, line.posting.functional)
                matching = counterparts.get(at)
                yield self._key(matching.popleft() if matching else line, named), line

    def _counterparts(
        self, entry: list[JournalLine], named: list[JournalLine]
    ) -> Mapping[tuple[Currency, Money], deque[JournalLine]]:
        """The lines that a result may be the other side of, by its currency and value.

        A month end, which moves values and no document amount, has one for each difference, be
        it an item or the money in the bank. Elsewhere only items are told apart so.
        """
        is_month_end = all(one.posting.amount.is_zero for one in entry)
        if len(self._keys(named)) < 2 and not is_month_end:
            return {}
        found: dict[tuple[Currency, Money], deque[JournalLine]] = {}
        for one in entry if is_month_end else named:
            if not self._is_result(one):
                at = (one.posting.amount.currency, -one.posting.functional)
                found.setdefault(at, deque()).append(one)
        return found

    def _key(self, line: JournalLine, named: list[JournalLine]) -> str:
        """The one row that the entry allows for; where there are several, the narrower ones.

        A line that is an item's own belongs to it, and one of money in the bank to nobody. A
        payment names what was billed, and perhaps a credit that arose beside it.
        """
        if not self._is_result(line):
            return (
                self._of_item(line)
                if line.posting.item in self.items
                else self.attribution.alone(line)
            )
        currency = line.posting.amount.currency
        same = [one for one in named if one.posting.amount.currency is currency]
        billed = [one for one in named if one.posting.account in self.trade]
        for narrower in (named, billed, same):
            keys = self._keys(narrower)
            if len(keys) == 1:
                return keys.pop()
        return self.attribution.alone(line)

    def _is_result(self, line: JournalLine) -> bool:
        return self.chart.account(line.posting.account).type.is_result

    def _keys(self, named: Iterable[JournalLine]) -> set[str]:
        return {self._of_item(one) for one in named}

    def _of_item(self, line: JournalLine) -> str:
        item = line.posting.item
        return self.attribution.by_item(self.items[item]) if item else NOT_ATTRIBUTED

    def _column(self, line: JournalLine) -> ResultColumn:
        duties, account = self.chart.duties, line.posting.account
        if account == duties.sales:
            is_credit = self._kind(line) == "credit note"
            return ResultColumn.CREDIT_NOTES if is_credit else ResultColumn.SALES
        return {
            duties.discounts_allowed: ResultColumn.DISCOUNTS,
            duties.discounts_received: ResultColumn.DISCOUNTS,
            duties.fees: ResultColumn.FEES,
            duties.write_offs: ResultColumn.WRITE_OFFS,
            duties.write_backs: ResultColumn.WRITE_OFFS,
            duties.realised_fx: ResultColumn.REALISED,
            duties.unrealised_fx: ResultColumn.UNREALISED,
            duties.rounding: ResultColumn.ROUNDING,
        }.get(account, ResultColumn.OTHER)

    def _kind(self, line: JournalLine) -> str:
        """The kind of the entry, or of the one that it takes back."""
        if line.kind != "reversal":
            return line.kind
        return self.kinds(EntryId(line.entry.removesuffix(REVERSAL)))

    def _row(self, key: str, found: Mapping[ResultColumn, list[JournalLine]]) -> ResultRow:
        functional = self.scope.functional
        columns = FrozenMap(
            {
                column: credit_sum(f"{key}, {column.value}", found.get(column, ()), functional)
                for column in ResultColumn
            }
        )
        return ResultRow(key, columns, self._profit(key, columns))

    def total(self, rows: tuple[ResultRow, ...]) -> ResultRow:
        columns = FrozenMap(
            {
                column: Figure.total(
                    f"Total {column.value}",
                    (row.columns[column] for row in rows),
                    self.scope.functional,
                    "sum of the rows",
                )
                for column in ResultColumn
            }
        )
        return ResultRow("total", columns, self._profit("Total", columns))

    def _profit(self, key: str, columns: Mapping[ResultColumn, Figure]) -> Figure:
        made = columns.values()
        return Figure.total(f"{key}, profit", made, self.scope.functional, "sum of the columns")
