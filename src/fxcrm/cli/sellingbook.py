"""``fxcrm simulate --selling``: a generated book of deals, kept and forecast."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from fxcrm.bootstrap import open_store, year_rates
from fxcrm.cli.reporttexts import table
from fxcrm.forecast import Forecast
from fxcrm.ids import CompanyId
from fxcrm.simulation import SellingBook, SellingPlan, generated_book, keep_book
from fxcrm.simulation.selling import HOME
from fxcrm.usecases.forecasting import forecast_for
from fxcrm.usecases.performing import reading

ACTOR = "simulation"


def sold(arguments: Namespace) -> int:
    """Generate the book of the options, keep it in an empty store, print its forecast."""
    plan = SellingPlan(
        arguments.year,
        arguments.years,
        arguments.customers,
        arguments.currencies,
        arguments.deals,
        arguments.seed,
    )
    rates = year_rates(plan.year, plan.years).fetch().table
    book = generated_book(plan, rates)
    with closing(open_store(arguments.store)) as store:
        keep_book(store, book, rates, ACTOR)
        with reading(store, rates, at=book.at, actor=ACTOR) as desk:
            _tell(book, forecast_for(desk, CompanyId(HOME.id), book.today))
    return 0


def _tell(book: SellingBook, seen: Forecast) -> None:
    print(f"{book.plan.title}; {len(book.decisions)} rate decisions; forecast on {book.today}")
    listing = seen.listing()
    rows = len(seen.rows) + 2  # with the total and its rounding
    for line in table(type(listing)(listing.header, listing.cells[:rows])):
        print(line)
