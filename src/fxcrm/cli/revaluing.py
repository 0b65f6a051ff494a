"""``fxcrm revalue``: the trial sheet of a month end, and the run itself once it is asked for."""

from __future__ import annotations

import json
import tomllib
from argparse import Namespace as Arguments
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from fxcrm.adapters.clock import SystemClock
from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused
from fxcrm.bootstrap import Application, open_application
from fxcrm.cli.books import existing
from fxcrm.cli.visible import plain
from fxcrm.cli.words import ArgumentRefused, day_of, instant_of
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, ProposalId
from fxcrm.ledger import Entry, Revaluation, TrialSheet
from fxcrm.ledger.trialsheets import SheetRow, SheetTotal
from fxcrm.rates import ExchangeRate
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import insisting, reading
from fxcrm.usecases.revaluing import revalue, trial_revaluation


def revalued(arguments: Arguments) -> int:
    """Show what a run would book; book it with ``--post``."""
    with open_application(existing(arguments.db), arguments.rates) as application:
        run, functional = _posted(application, arguments)
    sheet = TrialSheet.of(run, functional)
    if arguments.json:
        print(json.dumps(_data(run, sheet, arguments), ensure_ascii=False, indent=2))
    else:
        for line in _told(run, sheet, arguments):
            print(plain(line))
    return 0


def _posted(application: Application, arguments: Arguments) -> tuple[Revaluation, Currency]:
    store, rates = application.store, application.rates
    at = instant_of("--at", arguments.at) or SystemClock().now()
    rules = bookkeeping_of(arguments.bookkeeping)
    if not arguments.post:
        with reading(store, rates, at=at, actor=arguments.by, bookkeeping=rules) as desk:
            return _run(desk, arguments)

    def attempt() -> tuple[Revaluation, Currency]:
        with store.begin(actor=arguments.by, at=at) as unit:
            done = _run(Desk(unit, rates, at, arguments.by, bookkeeping=rules), arguments)
            unit.commit()
        return done

    return insisting(attempt)


def _run(desk: Desk, arguments: Arguments) -> tuple[Revaluation, Currency]:
    books = desk.uow.companies.get(CompanyId(arguments.company))
    day = day_of("the day", arguments.day) or desk.now.date()
    run = (revalue if arguments.post else trial_revaluation)(
        desk,
        books.id,
        day,
        accept=None if arguments.accept is None else [ProposalId(one) for one in arguments.accept],
        refuse={ProposalId(one): arguments.reason for one in arguments.refuse},
        adjusting=dict(_adjusting(one, books.functional, day) for one in arguments.adjust),
        reason=arguments.reason,
        reverse_on=day_of("--reverse-on", arguments.reverse_on),
    )
    return run, books.functional


def _adjusting(text: str, home: Currency, on: date) -> tuple[Currency, str | ExchangeRate]:
    """``USD=7.12``, or ``EUR/USD=1.09``, as `revalue` takes it. Raises `ArgumentRefused`."""
    name, equals, value = text.partition("=")
    if not (equals and name and value):
        expected = "a currency or a pair with its rate, such as USD=7.12 or EUR/USD=1.09"
        raise ArgumentRefused(name="--adjust", value=text, expected=expected)
    if "/" not in name:
        return Currency(name.upper()), value
    base, _, counter = name.upper().partition("/")
    rate = ExchangeRate.of(base, counter, value, on=on, source="named")
    return (rate.pair.counter if rate.pair.base is home else rate.pair.base), rate


def bookkeeping_of(path: Path | None) -> Bookkeeping:
    """The rules of a TOML file, or the usual ones. Raises `BookkeepingRefused`."""
    if path is None:
        return Bookkeeping()
    try:
        return Bookkeeping.read(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BookkeepingRefused(place=str(path), reason=str(error)) from error


def _told(run: Revaluation, sheet: TrialSheet, arguments: Arguments) -> Iterator[str]:
    """The sheet, the ids by which one accepts or refuses, the entries, and what became of it."""
    if not sheet.rows:
        yield f"{run.company} holds nothing foreign and monetary at {run.as_of}"
        return
    yield f"{run.company} at {run.as_of}, in {sheet.functional}"
    yield from sheet.lines()
    for row in sheet.rows:
        yield f"id        {row.proposal}"
    for entry in run.entries:
        yield f"entry     {entry.on} {entry.id}"
    for draft in run.drafts:
        yield f"draft     {draft} is not posted yet"
    yield _outcome(run, is_posted=arguments.post)


def _outcome(run: Revaluation, *, is_posted: bool) -> str:
    if not run.entries:
        return "nothing to post: the books hold this run already"
    number = f"{len(run.entries)} {'entry' if len(run.entries) == 1 else 'entries'}"
    return f"posted {number}" if is_posted else f"a trial: --post would book {number}"


def _data(run: Revaluation, sheet: TrialSheet, arguments: Arguments) -> dict[str, Any]:
    return {
        "company": run.company,
        "as_of": str(run.as_of),
        "functional": sheet.functional.code,
        "posted": bool(arguments.post),
        "rows": [_row(one) for one in sheet.rows],
        "totals": [_total(one) for one in (*sheet.totals, sheet.total)],
        "entries": [_entry(one) for one in run.entries],
        "drafts": list(run.drafts),
    }


def _row(row: SheetRow) -> dict[str, str | None]:
    return {
        "proposal": row.proposal,
        "account": row.account,
        "item": row.item or None,
        "amount": str(row.amount),
        "carried": str(row.carried),
        "rate": str(row.closing.rate),
        "decision": row.closing.id,
        "value": str(row.value),
        "difference": str(row.difference),
        "verdict": row.verdict,
        "reason": row.reason or None,
    }


def _total(total: SheetTotal) -> dict[str, str | None]:
    amounts = {"carried": total.carried, "value": total.value, "difference": total.difference}
    return {"account": total.account, **{name: str(one) for name, one in amounts.items()}}


def _entry(entry: Entry) -> dict[str, str | None]:
    return {"id": entry.id, "on": str(entry.on), "reverses": entry.reverses}
