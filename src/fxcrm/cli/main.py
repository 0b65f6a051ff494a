"""``fxcrm``: the commands, and what a failure looks like: one line, exit code 2."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from fxcrm.cli.activityarguments import add_activities, add_reminders
from fxcrm.cli.contractarguments import add_contracts
from fxcrm.cli.customerarguments import add_customers
from fxcrm.cli.dealarguments import add_deals, add_leads
from fxcrm.cli.documentarguments import add_documents
from fxcrm.cli.exportarguments import add_export
from fxcrm.cli.forecastarguments import add_forecast, add_sales, add_targets
from fxcrm.cli.grouparguments import add_close, add_consolidate, add_remeasure, add_translate
from fxcrm.cli.pricearguments import add_prices, add_products
from fxcrm.cli.quotearguments import add_quotes
from fxcrm.cli.ratearguments import add_rates
from fxcrm.cli.reportarguments import add_reports
from fxcrm.cli.revaluearguments import add_revalue
from fxcrm.cli.sellingarguments import add_companies
from fxcrm.cli.statementarguments import add_statements
from fxcrm.errors import FxcrmError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. A refusal is one line on standard error."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console of few letters still shows the rest
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("fxcrm: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except FxcrmError as error:
        told = ", ".join((str(error), *getattr(error, "__notes__", ())))
        print(f"fxcrm: {type(error).__name__}: {told}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fxcrm",
        description="Multi-currency CRM: one rate decision, carried from quote to ledger.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_demo(commands.add_parser("demo", help="tell a story from customer to consolidated ledger"))
    _add_simulate(
        commands.add_parser("simulate", help="generate a year of trade, close it, and prove it")
    )
    add_rates(commands.add_parser("rates", help="keep exchange rates, and look at them"), _rates)
    add_revalue(
        commands.add_parser("revalue", help="measure a company at the closing rate"), _revalue
    )
    add_export(commands.add_parser("export", help="write the books for other programs"), _export)
    add_reports(commands.add_parser("report", help="show the books, as of any day"), _report)
    add_statements(
        commands.add_parser("statements", help="draw up balance sheet, income, cash and equity"),
        _statements,
    )
    for name, add, told in (
        ("close", add_close, "revalue and shut a company, or a group, through a day"),
        ("translate", add_translate, "show a company in another currency, its reserve proved"),
        ("remeasure", add_remeasure, "measure a company whose books are kept in another currency"),
        ("consolidate", add_consolidate, "show a group as one company, with its worksheet"),
    ):
        add(commands.add_parser(name, help=told), partial(_group, name))
    for command, add_arguments, purpose, module in SELLING:
        one = commands.add_parser(command, help=purpose, description=f"{purpose.capitalize()}.")
        add_arguments(one)
        one.set_defaults(run=partial(_sell, module))
    return parser


# The commands of the selling side: name, arguments, what it is for, and the module that runs it.
SELLING: Final = (
    ("company", add_companies, "keep companies", "companies"),
    ("activity", add_activities, "note what is done with customers", "activities"),
    ("reminders", add_reminders, "be reminded of each cause once", "reminders"),
    ("product", add_products, "list what is sold", "products"),
    ("price", add_prices, "keep price lists and find prices", "prices"),
    ("forecast", add_forecast, "forecast what deals may bring, in three views", "forecasts"),
    ("sales", add_sales, "measure what salespeople and teams brought about", "forecasts"),
    ("target", add_targets, "set targets, and see how much of them was reached", "forecasts"),
    ("customer", add_customers, "keep customers, their currencies and tiers", "customers"),
    ("deal", add_deals, "pursue deals through their pipeline", "deals"),
    ("lead", add_leads, "follow leads up, and make deals of them", "leads"),
    ("quote", add_quotes, "offer, approve, lock, accept and quote again", "quotes"),
    ("contract", add_contracts, "agree on contracts, bill and renew them", "contracts"),
    ("document", add_documents, "write quotes, contracts and invoices as files", "documents"),
)


def _sell(module: str, arguments: argparse.Namespace) -> int:
    found = import_module(f"fxcrm.cli.{module}")  # it loads the library, so only when asked for
    return int(found.run(arguments))


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.description = (
        "Tell a story from customer to consolidated ledger on real ECB reference rates, keep it in "
        "one SQLite file, print a summary and write an HTML report. A second run on the same file "
        "continues where the first one ended and doubles nothing."
    )
    told = demo.add_mutually_exclusive_group()
    told.add_argument("--story", type=Path, help="a story of your own (TOML); see --print-story")
    told.add_argument(
        "--selling", action="store_true", help="the story of leads, prices, quotes and a contract"
    )
    demo.add_argument("--rates", type=Path, help="an ECB history file (csv or zip) of your own")
    demo.add_argument(
        "--db", type=Path, default=Path("fxcrm-demo.sqlite3"), help="database file (%(default)s)"
    )
    demo.add_argument(
        "--html", type=Path, default=Path("fxcrm-demo.html"), help="report to write (%(default)s)"
    )
    demo.add_argument(
        "--explain", metavar="TEXT", help="explain the figures whose label holds TEXT, then stop"
    )
    demo.add_argument(
        "--print-story", action="store_true", help="print the built-in story, then stop"
    )
    demo.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    try:  # it loads the whole library, so only when it is asked for
        from fxcrm.cli.demo import SELLING, TRADING, built_in_story, demo
    except ModuleNotFoundError:
        from fxcrm.bootstrap import ExtraMissing

        raise ExtraMissing(part="the demo", extra="demo") from None
    built_in = SELLING if arguments.selling else TRADING
    if arguments.print_story:
        print(built_in_story(built_in), end="")
        return 0
    files = arguments.story, arguments.rates, arguments.db, arguments.html
    return demo(*files, arguments.explain, built_in)


def _add_simulate(simulate: argparse.ArgumentParser) -> None:
    simulate.description = (
        "Generate a year of trade on real ECB reference rates: orders, invoices, payments of every "
        "kind, twelve month ends; or years of a whole group. Then prove the books, promise by "
        "promise, and print the figures. "
        "The same options give the same figures on every store; a run that was stopped goes on "
        "where it ended. Exit code 1 says that a promise is broken."
    )
    for name, default, text in (
        ("companies", 2, "companies, each in a functional currency of its own"),
        ("customers", 200, "customers, shared out among them"),
        ("currencies", 12, "currencies of documents and payments, the euro among them"),
        ("documents", 5_000, "orders, offers and bills; payments and the rest come on top"),
        ("seed", 1, "what the year follows from"),
        ("year", 2025, "calendar year, with its reference rates; the last one of several"),
        ("years", 1, "so many years in a row"),
    ):
        simulate.add_argument(
            f"--{name}", type=int, default=default, help=f"{text} (%(default)s)"
        )  # fmt: skip
    simulate.add_argument(
        "--store",
        default="fxcrm-year.sqlite3",
        help="SQLite file, or postgresql:// address, that holds nothing else (%(default)s)",
    )
    simulate.add_argument(
        "--parallel", metavar="CURRENCY", help="keep a second set of books in it, from the start"
    )
    simulate.add_argument(
        "--closed",
        choices=("months", "quarters", "half-years"),
        default="months",
        help="how often the books are closed: months, quarters, half-years (%(default)s)",
    )
    simulate.add_argument(
        "--group",
        action="store_true",
        help="five companies on three levels over two years or more, consolidated at each year end",
    )
    simulate.add_argument(
        "--selling", action="store_true", help="in place of trade, customers with deals to forecast"
    )
    simulate.add_argument("--deals", type=int, default=20_000, help="of --selling (%(default)s)")
    simulate.add_argument("--json", action="store_true", help="print the figures as JSON")
    simulate.add_argument("--quiet", action="store_true", help="show no progress")
    simulate.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    if arguments.selling:
        from fxcrm.cli.sellingbook import sold

        return sold(arguments)
    from fxcrm.cli.simulate import simulated  # it loads the library, so only when it is asked for

    return simulated(arguments)


def _rates(name: str, arguments: argparse.Namespace) -> int:
    from fxcrm.cli.rates import COMMANDS  # it loads the library, so only when it is asked for

    return COMMANDS[name](arguments)


def _revalue(arguments: argparse.Namespace) -> int:
    from fxcrm.cli.revaluing import revalued  # it loads the library, so only when it is asked for

    return revalued(arguments)


def _export(name: str, arguments: argparse.Namespace) -> int:
    from fxcrm.cli.exports import export  # it loads the library, so only when it is asked for

    return export(name, arguments)


def _report(name: str, arguments: argparse.Namespace) -> int:
    from fxcrm.cli.reports import report  # it loads the library, so only when it is asked for

    return report(name, arguments)


def _group(name: str, arguments: argparse.Namespace) -> int:
    from fxcrm.cli.groups import COMMANDS  # it loads the library, so only when it is asked for

    return COMMANDS[name](arguments)


def _statements(arguments: argparse.Namespace) -> int:
    from fxcrm.cli.presenting import presented  # it loads the library, so only when asked for

    return presented(arguments)
