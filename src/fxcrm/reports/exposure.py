"""Exposure: what is held in each foreign currency, by when it falls due, and its worth at a rate.

An estimate: the worth of each currency is exact, rounded once on the total, with the difference
to the rounded rows shown (M9, R6). What is not monetary stands apart, for no rate moves it (D4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Figure
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.revaluation import is_monetary
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.rates import RateMissing
from fxcrm.reports.balances import held
from fxcrm.reports.listing import Cell, Line, Report
from fxcrm.reports.positions import AgeBuckets, positions
from fxcrm.reports.postings import document_sum
from fxcrm.reports.scope import Scope
from fxcrm.restatement import MissingRates
from fxcrm.restatement.rows import difference_of, total_of

MATURITY: Final = AgeBuckets((-1, 30, 60, 90), "overdue")
NO_DAY: Final = "no due date"

Rate = Callable[[Currency], RateDecision]


@attrs.frozen
class ExposureRow:
    """One account in one foreign currency: an amount for each bucket, and the total.

    The last bucket holds what has no due date, such as money in the bank. Assets are positive.
    """

    account: Account
    currency: Currency
    monetary: bool
    amounts: tuple[Figure, ...]
    total: Figure


@attrs.frozen
class NetExposure:
    """All monetary rows of a currency together, and their worth in functional currency.

    ``worth`` is None where no rate answered, for the ``reason`` told.
    """

    amounts: tuple[Figure, ...]
    total: Figure
    worth: Figure | None
    reason: str = ""

    @property
    def currency(self) -> Currency:
        """The foreign currency."""
        return self.total.value.currency


@attrs.frozen
class Exposure(Report):
    """What rates can move at the end of a day, by currency and maturity.

    ``rate_name`` says at which rate it is valued. ``total`` is the worth of all currencies that a
    rate answered for, rounded once; ``difference`` what that is above the sum of the rounded
    rows. ``apart`` is what is not monetary.
    """

    scope: Scope
    rate_name: str
    buckets: tuple[str, ...]
    monetary: tuple[ExposureRow, ...]
    apart: tuple[ExposureRow, ...]
    nets: tuple[NetExposure, ...]
    total: Figure
    difference: Figure

    @classmethod
    def of(
        cls,
        scope: Scope,
        items: Iterable[OpenItem],
        lines: Iterable[JournalLine],
        chart: Chart,
        *,
        rate: Rate,
        rate_name: str,
        buckets: AgeBuckets = MATURITY,
        missing: MissingRates = MissingRates.REFUSE,
    ) -> Exposure:
        """From every posting up to the end of the scope; ``rate`` decides one currency at a time.

        Raises `RateMissing`, unless what has no rate shall be left out of the total, in sight.
        """
        run = _Run(scope, chart, buckets)
        rows = run.rows(items, tuple(lines))
        monetary = tuple(one for one in rows if one.monetary)
        nets = tuple(run.nets(monetary, rate, missing))
        worths = tuple(one.worth for one in nets if one.worth is not None)
        total = total_of(f"Net exposure {rate_name}", worths, scope.functional)
        apart = tuple(one for one in rows if not one.monetary)
        difference = difference_of(total, worths)
        return cls(scope, rate_name, run.names, monetary, apart, nets, total, difference)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return ("currency", "account", "name", *self.buckets, "total", self.rate_name)

    def lines(self) -> Iterator[Line]:
        """The accounts and the net of each currency, the total, and what stands apart."""
        for net in self.nets:
            yield from (_line(one) for one in self.monetary if one.currency is net.currency)
            yield _net_line(net)
        blank = ("",) * (len(self.buckets) + 1)
        for text, figure in (("all currencies", self.total), ("rounding", self.difference)):
            yield Line(("", "", text, *blank, figure.value), (figure,))
        yield from map(_line, self.apart)


@attrs.frozen
class _Place:
    """Which row an amount belongs to."""

    currency: Currency
    account: Account
    monetary: bool

    @property
    def order(self) -> tuple[str, str, bool]:
        return self.currency.code, self.account.code, not self.monetary


@attrs.frozen
class _Run:
    scope: Scope
    chart: Chart
    buckets: AgeBuckets

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.buckets.names, NO_DAY)

    def rows(
        self, items: Iterable[OpenItem], lines: tuple[JournalLine, ...]
    ) -> tuple[ExposureRow, ...]:
        """Every foreign amount by currency and account, what is zero left out."""
        parts: dict[_Place, list[tuple[int, Figure]]] = {}
        for at, bucket, figure in (*self._of_items(items, lines), *self._of_balances(lines)):
            if at.currency is not self.scope.functional and figure.value:
                parts.setdefault(at, []).append((bucket, figure))
        return tuple(self._row(at, parts[at]) for at in sorted(parts, key=lambda at: at.order))

    def _of_items(
        self, items: Iterable[OpenItem], lines: Iterable[JournalLine]
    ) -> Iterator[tuple[_Place, int, Figure]]:
        for one in positions(self.scope, items, lines):
            account = self.chart.account(one.item.account)
            at = _Place(one.open.value.currency, account, is_monetary(one.item, self.chart))
            days = (one.item.due_on - self.scope.until).days
            yield at, self.buckets.place(days), one.open

    def _of_balances(self, lines: Iterable[JournalLine]) -> Iterator[tuple[_Place, int, Figure]]:
        for (code, currency), own in held(lines).items():
            account = self.chart.account(code)
            if account.monetary and not account.by_item:
                balance = document_sum(f"Account {code} in {currency}", own, currency)
                yield _Place(currency, account, monetary=True), len(self.names) - 1, balance

    def _row(self, at: _Place, parts: list[tuple[int, Figure]]) -> ExposureRow:
        label = f"{at.account.name} in {at.currency}"
        amounts = self._by_bucket(label, parts, at.currency)
        total = Figure.total(label, amounts, at.currency, "sum of the buckets")
        return ExposureRow(at.account, at.currency, at.monetary, amounts, total)

    def _by_bucket(
        self, label: str, parts: Iterable[tuple[int, Figure]], currency: Currency
    ) -> tuple[Figure, ...]:
        placed: list[list[Figure]] = [[] for _ in self.names]
        for place, figure in parts:
            placed[place].append(figure)
        return tuple(
            Figure.total(f"{label}, {name}", figures, currency)
            for name, figures in zip(self.names, placed, strict=True)
        )

    def nets(
        self, rows: Iterable[ExposureRow], rate: Rate, missing: MissingRates
    ) -> Iterator[NetExposure]:
        by_currency: dict[Currency, list[ExposureRow]] = {}
        for one in rows:
            by_currency.setdefault(one.currency, []).append(one)
        for currency, own in by_currency.items():
            label = f"Net exposure in {currency}"
            parts = [pair for one in own for pair in enumerate(one.amounts) if pair[1].value]
            amounts = self._by_bucket(label, parts, currency)
            total = Figure.total(label, (one.total for one in own), currency, "assets less debts")
            yield _valued(NetExposure(amounts, total, None), rate, missing)


def _valued(net: NetExposure, rate: Rate, missing: MissingRates) -> NetExposure:
    """With its worth at the rate, exact below and rounded for its row."""
    try:
        decision = rate(net.currency)
    except RateMissing as failure:
        if missing is not MissingRates.LEAVE_OUT:
            raise
        return attrs.evolve(net, reason=str(failure))
    worth = Figure.converted(f"{net.total.label} at the rate", net.total, decision)
    return attrs.evolve(net, worth=worth)


def _line(row: ExposureRow) -> Line:
    name = row.account.name if row.monetary else f"{row.account.name} (not monetary)"
    figures = (*row.amounts, row.total)
    named = (row.currency.code, row.account.code, name)
    return Line((*named, *(one.value for one in figures), ""), figures)


def _net_line(net: NetExposure) -> Line:
    figures = (*net.amounts, net.total)
    worth: tuple[Cell, ...] = (net.worth.value if net.worth else f"left out: {net.reason}",)
    values = tuple(one.value for one in figures)
    cells: tuple[Cell, ...] = (net.currency.code, "", "net", *values, *worth)
    return Line(cells, figures if net.worth is None else (*figures, net.worth))
