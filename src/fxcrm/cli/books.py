"""The books that a command reads: the file they are kept in, the desk, the company."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fxcrm.adapters.clock import SystemClock
from fxcrm.bootstrap import open_store
from fxcrm.cli.visible import plain
from fxcrm.cli.words import instant_of
from fxcrm.errors import InputRefused, NotThere
from fxcrm.ids import CompanyId
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import reading


class BooksMissing(NotThere):
    """A database was named that is not there; a command that reads makes none."""

    path: str
    template = "there is no database {path}; name the file that your books are kept in"


class CompanyNotNamed(InputRefused):
    """The database keeps several books, or none, and it was not said which."""

    companies: str
    template = "name one of these with --company: {companies:plain}"


def existing(db: str) -> str:
    """The database itself, once it is known to be there. Raises `BooksMissing`."""
    if "://" not in db and not Path(db).exists():
        raise BooksMissing(path=db)
    return db


def no_rates(_: Store) -> RateTable:
    """For what shows figures as they were posted, and values nothing."""
    return RateTable(())


@contextmanager
def reading_desk(
    arguments: Arguments, actor: str, rates: Callable[[Store], RateTable] = no_rates
) -> Iterator[Desk]:
    """A desk to read the books from, at the instant of ``--at`` or now. Raises `BooksMissing`."""
    at = instant_of("--at", arguments.at) or SystemClock().now()
    with (
        closing(open_store(existing(arguments.db))) as store,
        reading(store, rates(store), at=at, actor=actor) as desk,
    ):
        yield desk


def company_of(desk: Desk, named: str | None) -> CompanyId:
    """The company named, or the only one. Raises `NotFound`, `CompanyNotNamed`."""
    if named is not None:
        return desk.uow.companies.get(CompanyId(named)).id
    known = [one.id for one in desk.uow.companies.all()]
    if len(known) != 1:
        raise CompanyNotNamed(companies=plain(", ".join(known) or "there is none"))
    return known[0]
