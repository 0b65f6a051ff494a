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
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.reports.listing import Line, Report
from fxcrm.reports.postings import credit_sum
from fxcrm.reports.scope import Scope

NOT_ATTRIBUTED: Final = "not attributed"
_REVERSAL: Final = ":reversal"


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
        counterparts = self._counterparts(named)
        for line in entry:
            if self.chart.account(line.posting.account).type.is_result:
                yield self._key(line, named, counterparts), line

    def _key(
        self,
        line: JournalLine,
        named: list[JournalLine],
        counterparts: dict[tuple[Currency, Money], deque[str]],
    ) -> str:
        """The one row that the entry allows for; where there are several, the narrower ones.

        A month end names the items of many: each difference is the counterpart of its item's
        line. A payment names what was billed, and perhaps a credit that arose beside it.
        """
        amount, value = line.posting.amount, line.posting.functional
        if self._several(named) and (matching := counterparts.get((amount.currency, value))):
            return matching.popleft()
        same = [one for one in named if one.posting.amount.currency is amount.currency]
        billed = [one for one in named if one.posting.account in self.trade]
        for narrower in (named, billed, same):
            keys = self._keys(narrower)
            if len(keys) == 1:
                return keys.pop()
        return self.attribution.alone(line)

    def _several(self, named: list[JournalLine]) -> bool:
        return len(self._keys(named)) > 1

    def _keys(self, named: Iterable[JournalLine]) -> set[str]:
        return {self._of_item(one) for one in named}

    def _of_item(self, line: JournalLine) -> str:
        item = line.posting.item
        return self.attribution.by_item(self.items[item]) if item else NOT_ATTRIBUTED

    def _counterparts(
        self, named: Iterable[JournalLine]
    ) -> dict[tuple[Currency, Money], deque[str]]:
        """The rows of the items' lines, by the currency and value of what would offset them."""
        found: dict[tuple[Currency, Money], deque[str]] = {}
        for one in named:
            at = (one.posting.amount.currency, -one.posting.functional)
            found.setdefault(at, deque()).append(self._of_item(one))
        return found

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
            duties.realised_fx: ResultColumn.REALISED,
            duties.unrealised_fx: ResultColumn.UNREALISED,
            duties.rounding: ResultColumn.ROUNDING,
        }.get(account, ResultColumn.OTHER)

    def _kind(self, line: JournalLine) -> str:
        """The kind of the entry, or of the one that it takes back."""
        if line.kind != "reversal":
            return line.kind
        return self.kinds(EntryId(line.entry.removesuffix(_REVERSAL)))

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
