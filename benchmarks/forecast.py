"""A forecast of a generated book in three views, as ratios to a bare sum and to a plain loop.

    python benchmarks/forecast.py [--quick] [--json FILE]

2,000 customers, 12 currencies and 20,000 deals over two years of published rates; ``--quick``
takes 4,000 deals. The floor adds up the same amounts, a sum for each currency, and converts
nothing; from SQLite it reads the same rows with ``sqlite3`` before. The peer is what one would
write without a library of this kind: a loop over the deals that asks `currencyconverter` for each
amount in each view, in Decimals. Its totals must be ours, to the cent.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import attrs

if not __package__:  # started as a file: the harness is found from the folder above
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import measuring
from benchmarks.measuring import Row
from fxcrm.bootstrap import open_store, year_rates
from fxcrm.forecast import By, Forecast, Measure
from fxcrm.ids import CompanyId
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.simulation import SellingBook, SellingPlan, generated_book, keep_book
from fxcrm.usecases.forecasting import Asked, forecast_for
from fxcrm.usecases.performing import reading

COMPANY = CompanyId("nordwind")
YEAR_END = date(2024, 12, 31)
VIEWS = ("as booked", "at the rate of 2024-12-31", "at today's rate")
Totals = tuple[Decimal, ...]


@attrs.frozen
class Bench:
    """A book, where it is kept, and the rates."""

    book: SellingBook
    table: RateTable
    folder: Path
    memory: Store

    @classmethod
    def of(cls, deals: int, folder: Path) -> Bench:
        """Generate the book and keep it in both places."""
        table = year_rates(2025, 2).fetch().table
        book = generated_book(SellingPlan(deals=deals), table)
        memory = open_store(None)
        keep_book(memory, book, table, "benchmark")
        bench = cls(book, table, folder, memory)
        with closing(open_store(bench.file)) as store:
            keep_book(store, book, table, "benchmark")
        return bench

    @property
    def file(self) -> str:
        """The SQLite file."""
        return str(self.folder / "book.sqlite3")

    def forecast(self, store: Store, by: By, measure: Measure) -> Forecast:
        """Ours, at a desk that was just begun."""
        with reading(store, self.table, at=self.book.at, actor="benchmark") as desk:
            return forecast_for(desk, COMPANY, self.book.today, Asked(by=by, measure=measure))

    def from_memory(self, by: By = By.STAGE, measure: Measure = Measure.VALUE) -> Totals:
        """Ours, from a store in memory."""
        return totals(self.forecast(self.memory, by, measure))

    def from_sqlite(self) -> Totals:
        """Ours, from a file that was just opened."""
        with closing(open_store(self.file)) as store:
            return totals(self.forecast(store, By.STAGE, Measure.VALUE))

    def bare_sum(self) -> object:
        """The floor: the same amounts, added up by currency."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for deal in self.book.deals:
            sums[deal.value.currency.code] += deal.value.amount
        return sums

    def bare_rows(self) -> object:
        """The floor from SQLite: the same rows by the driver, added up by currency."""
        sums: dict[str, int] = defaultdict(int)
        with closing(sqlite3.connect(self.file)) as bare:
            for units, code, *_ in bare.execute(
                "SELECT value, value_currency, stage, opened_on, closed_on, closing, parent"
                " FROM deals WHERE company = 'nordwind' ORDER BY id"
            ):
                sums[code] += units
        return sums


def totals(seen: Forecast) -> Totals:
    """The totals of the three views."""
    return tuple(seen.totals[name].value.amount for name in VIEWS)


def plain_loop(bench: Bench) -> Callable[[], Totals] | None:
    """The peer, with its rates loaded; None where it is not installed."""
    try:
        from currency_converter import CurrencyConverter
    except ImportError:
        return None
    converter = CurrencyConverter(
        decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
    )
    parents = {deal.parent for deal in bench.book.deals}
    deals = [
        (one.value.amount, one.value.currency.code, one.opened_on, one.closed_on, one.stage)
        for one in bench.book.deals
        if one.id not in parents
    ]
    today = bench.book.today

    def run() -> Totals:
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for amount, code, opened, closed, stage in deals:
            if stage == "lost":
                continue
            booked = converter.convert(amount, code, "EUR", closed or opened)
            sums[stage, VIEWS[0]] += booked
            sums[stage, VIEWS[1]] += converter.convert(amount, code, "EUR", YEAR_END)
            now = booked if closed else converter.convert(amount, code, "EUR", today)
            sums[stage, VIEWS[2]] += now
        cent = Decimal("0.01")
        return tuple(
            sum((held for (_, view), held in sums.items() if view == name), Decimal(0)).quantize(
                cent
            )
            for name in VIEWS
        )

    return run


def timed(sides: Iterable[Callable[[], Any]], rounds: int) -> list[float]:
    """The median of each side in nanoseconds of processor time, in turns, without the collector."""
    held = list(sides)
    found: list[list[float]] = [[] for _ in held]
    for turn in range(rounds):
        for at in range(len(held)):
            side = (at + turn) % len(held)
            gc.collect()
            gc.disable()
            begun = time.process_time_ns()
            held[side]()
            found[side].append(time.process_time_ns() - begun)
            gc.enable()
    return [median(one) for one in found]


def measured(bench: Bench, rounds: int) -> list[Row]:
    """The rows: from memory by stage and by customer, and from SQLite."""
    peer = plain_loop(bench)
    if peer is not None and peer() != bench.from_memory():
        raise measuring.AnswersDiffer(f"{peer()} is not {bench.from_memory()}")
    if bench.from_sqlite() != bench.from_memory():
        raise measuring.AnswersDiffer("the stores do not agree")
    named = "" if peer is None else "a loop over currencyconverter"
    sides = {
        "three views by stage, from memory": (bench.from_memory, bench.bare_sum),
        "three views by stage, weighted, from memory": (
            lambda: bench.from_memory(measure=Measure.WEIGHTED), bench.bare_sum,
        ),
        "three views by customer, from memory": (
            lambda: bench.from_memory(By.CUSTOMER), bench.bare_sum,
        ),
        "three views by stage, from SQLite": (bench.from_sqlite, bench.bare_rows),
    }  # fmt: skip
    rows = []
    for name, (ours, floor) in sides.items():
        took = timed([ours, floor, *([] if peer is None else [peer])], rounds)
        rows.append(Row(name, took[0], named or None, took[2] if named else None, took[1]))
        print(told(rows[-1]), flush=True)
    return rows


def told(row: Row) -> str:
    """A row in words."""
    text = (
        f"{row.name}: {row.ours_ns / 1e9:.3f} s, {row.ours_ns / (row.floor_ns or 1):.0f} bare sums"
    )
    if row.peer_ns:
        text += f"; {row.peer}: {row.peer_ns / 1e9:.3f} s, {row.peer_ns / row.ours_ns:.2f}x"
    return text


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(__doc__ or "")
    print(measuring.machine())
    with TemporaryDirectory() as folder:
        bench = Bench.of(4_000 if given.quick else 20_000, Path(folder))
        print(bench.book.plan.title)
        rows = measured(bench, 3 if given.quick else 9)
    if given.json:
        given.json.write_text(measuring.as_json(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
