"""What the commands of the selling side share: carrying out a step, showing a table."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from json import dumps
from typing import Final

from fxcrm.adapters.clock import SystemClock
from fxcrm.adapters.identifiers import RandomIds
from fxcrm.bootstrap import open_store, rate_source, read_selling, stored_rates
from fxcrm.cli import reporttexts
from fxcrm.cli.books import existing
from fxcrm.cli.visible import plain
from fxcrm.cli.words import day_of, instant_of
from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger import Group
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.reports import Cell, Listing
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases.commanding import COMMANDS
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import Failures, Performed, perform, reading
from fxcrm.usecases.wording import Plain, Step

ACTOR: Final = "fxcrm"
_NO_GROUP: Final = Group(CompanyId("-"), (), Currency("XXX"))  # commands of selling ask for none


def carried(arguments: Arguments, do: str, **given: Plain | None) -> Performed:
    """Carry out a command of `COMMANDS` once, in one transaction; what is None is left out.

    The key is that of ``--key``, so that a repetition does nothing twice; without it every call
    is another command. A refusal leaves no trace. Raises what the command raises.
    """
    at = _instant(arguments)
    on = day_of("--on", arguments.on) or at.date()
    rules = rules_of(arguments)  # before the store, so that bad ones leave no file behind
    step = Step(do, on, {name: value for name, value in given.items() if value is not None})
    with closing(open_store(_database(arguments))) as store:
        return perform(
            store,
            _rates(arguments, store),
            key=arguments.key or RandomIds().new("command"),
            content=step.content,
            at=at,
            actor=arguments.actor or ACTOR,
            command=lambda desk: COMMANDS[do].run(desk, step, _NO_GROUP),
            failures=Failures.MAY_BE_REPEATED,
            selling=rules,
        )


@contextmanager
def selling_desk(arguments: Arguments) -> Iterator[Desk]:
    """A desk to look from, at the instant of ``--at`` or now; nothing done at it is kept."""
    with (
        closing(open_store(existing(arguments.db))) as store,
        reading(
            store,
            _rates(arguments, store),
            at=_instant(arguments),
            actor=arguments.actor or ACTOR,
            selling=rules_of(arguments),
        ) as desk,
    ):
        yield desk


def rules_of(arguments: Arguments) -> SellingRules:
    """The rules of the file that ``--rules`` names, or the usual ones. Raises `RulesRefused`."""
    return read_selling(arguments.rules) if arguments.rules else SellingRules()


def _database(arguments: Arguments) -> str:
    db: str = arguments.db
    return db if getattr(arguments, "creates", False) else existing(db)


def _instant(arguments: Arguments) -> datetime:
    return instant_of("--at", arguments.at) or SystemClock().now()


def _rates(arguments: Arguments, store: Store) -> RateTable:
    source = rate_source(arguments.rates) if arguments.rates else stored_rates(store)
    return source.fetch().table


def told(text: str) -> int:
    """Say in one line what was done; returns the exit code."""
    print(plain(text))
    return 0


def listed(
    arguments: Arguments, header: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = ""
) -> int:
    """Print rows as a table, or with ``--json`` as JSON; returns the exit code."""
    listing = Listing(tuple(header), tuple(map(tuple, rows)))
    if arguments.json:
        print(dumps(reporttexts.rows(listing), indent=2, ensure_ascii=False))
        return 0
    if title:
        print(plain(title))
    for line in reporttexts.table(listing):
        print(line)
    return 0


def explained(figure: Figure) -> int:
    """Print why a figure is what it is; returns the exit code."""
    print("\n".join(map(plain, figure.explain().splitlines())))
    return 0
