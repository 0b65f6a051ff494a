"""What concurrent writers do, each operation once or until it is through, and what must come of it.

===========  ================================================================================
``post``     takes the next number and posts an entry under it
``save``     reads one of three deals, adds a euro to its value, saves; again after a conflict
``key``      a command that every writer sends under the same key; it may have one effect
``misuse``   a key of that command with other content; it may have none
``draw``     draws a euro of a rate lock that covers fewer draws than are tried
``accept``   accepts one of the quotes, which every writer does; one may win, the lock is used once
``close``    closes the next day of a company's books
``cost``     posts into the first open day of those books (F6)
===========  ================================================================================
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Final

import attrs

from benchmarks import stories
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.errors import FxcrmError, RuleRefused
from fxcrm.ids import CompanyId, CustomerId, DealId, LockId, QuoteId
from fxcrm.money import Money
from fxcrm.pipeline import Deal
from fxcrm.ports.storage import Store, StoreBusy, UnitOfWork, VersionConflict
from fxcrm.ratelocks import RateLock
from fxcrm.testing.contracts.samples import entry
from fxcrm.usecases import (
    Desk,
    accept_quote,
    close_period,
    pay_costs,
    perform,
    register_company,
)
from fxcrm.usecases.deciding import spot

FOUNDED: Final = date(2020, 1, 1)
DAY: Final = date(2026, 1, 12)
POSTED, KEYED, RACED = CompanyId("posted"), CompanyId("keyed"), CompanyId("raced")
DEALS: Final = ("D-1", "D-2", "D-3")
LOCK: Final = LockId("L-shared")
EUR, EURO = Currency("EUR"), Money("1", "EUR")
RATES: Final = stories.rates()
_TRIES: Final = 400
_attempts = count()
_SHARES: Final = {"post": 30, "save": 20, "draw": 10, "close": 5, "cost": 15}


@attrs.frozen
class Operation:
    """One thing to do; ``number`` makes it another one than others of its kind."""

    kind: str
    number: int


@attrs.frozen
class Outcome:
    """What came of an operation: ``done``, ``found`` (done before), or the name of a refusal."""

    kind: str
    number: int
    result: str
    tries: int = 1
    told: str = ""


@attrs.frozen
class Plan:
    """The operations of every writer, and how many draws and quotes there are."""

    writers: tuple[tuple[Operation, ...], ...]
    cover: int
    quotes: int
    keys: int

    @property
    def total(self) -> int:
        """How many operations there are in all."""
        return sum(map(len, self.writers))


def planned(total: int, writers: int, seed: int) -> Plan:
    """About ``total`` operations, shuffled; keys and quotes go to every writer."""
    random = Random(seed)
    shared = max(1, total // 20 // writers)
    every = [Operation(kind, n) for n in range(shared) for kind in ("key", "accept")]
    every += [Operation("misuse", n) for n in range(0, shared, 4)]
    alone = max(0, total - len(every) * writers)
    kinds = random.choices(list(_SHARES), list(_SHARES.values()), k=alone)
    own = [Operation(kind, number) for number, kind in enumerate(kinds)]
    lists = [[*own[at::writers], *every] for at in range(writers)]
    for some in lists:
        random.shuffle(some)
    draws = kinds.count("draw")
    return Plan(tuple(map(tuple, lists)), max(1, draws * 3 // 4), shared, shared)


def prepared(store: Store, plan: Plan) -> None:
    """Everything that the operations need."""
    stories.opened(store, RATES)
    for number in range(plan.quotes):
        for name, command in stories.story(number, DAY):
            if name in {"customer", "enquiry", "deal", "quote", "lock", "approve"}:
                stories.done(store, RATES, f"{name}:{number}", DAY, command)
    stories.done(store, RATES, "prepare", DAY, lambda desk: _prepare(desk, plan))


def _prepare(desk: Desk, plan: Plan) -> None:
    for company in (POSTED, KEYED, RACED):
        register_company(desk, company, name=company, functional=EUR, on=FOUNDED)
    for deal in DEALS:
        customer = CustomerId("C0")
        desk.uow.deals.add(Deal(DealId(deal), POSTED, customer, None, "Pumps", EURO, DAY))
    rate = spot(desk, Purpose.QUOTE, EUR, stories.USD, DAY)
    cover = EURO * plan.cover
    until = desk.now + timedelta(days=30)
    owner = QuoteId("Q0")
    desk.uow.locks.add(RateLock(LOCK, owner, rate, rate, cover, desk.now, until))


def carried_out(store: Store, operation: Operation) -> Outcome:
    """Do it, again after a conflict or a busy store; a refusal is an outcome as well."""
    work = _WORK[operation.kind]
    result, tries, told = "", 0, ""
    while not result and tries < _TRIES:
        tries += 1
        try:
            result = work(store, operation.number)
        except (VersionConflict, StoreBusy) as lost:
            told = str(lost)
        except (RuleRefused, FxcrmError) as refusal:
            result, told = type(refusal).__name__, str(refusal)
    return Outcome(operation.kind, operation.number, result or "given up", tries, told)


def _committed(store: Store, work: Callable[[UnitOfWork], object]) -> str:
    with store.begin(actor="writer", at=stories.at(DAY)) as unit:
        work(unit)
        unit.commit()
    return "done"


def _performed(store: Store, key: str, command: Callable[[Desk], object], content: str = "") -> str:
    at = stories.at(DAY)
    done = perform(
        store, RATES, key=key, content=content or key, at=at, actor="writer", command=command
    )
    return "done" if done.fresh else "found"


def _numbered(unit: UnitOfWork, company: CompanyId, name: str) -> int:
    number = unit.numbers.next(company, "entry")
    unit.journal.append(entry(f"{name} {number}", EURO, EURO, on=DAY, company=company))
    return number


def post(store: Store, number: int) -> str:
    """A number and an entry, in one command."""
    return _performed(store, f"post {number}", lambda desk: _numbered(desk.uow, POSTED, "post"))


def save(store: Store, number: int) -> str:
    """One more euro on a deal that others change too, read in this unit or in an earlier one."""
    deal_id = DealId(DEALS[number % len(DEALS)])
    read = _read(store, deal_id) if number % 2 else None

    def add(unit: UnitOfWork) -> None:
        deal = read or unit.deals.get(deal_id)
        unit.deals.save(attrs.evolve(deal, value=deal.value + EURO))

    return _committed(store, add)


def _read(store: Store, deal: DealId) -> Deal:
    with store.begin() as unit:
        return unit.deals.get(deal)


def key(store: Store, number: int) -> str:
    """A command whose key comes from every writer."""
    return _performed(store, f"key {number}", lambda desk: _numbered(desk.uow, KEYED, "key"))


def misuse(store: Store, number: int) -> str:
    """The key of another command; refused once that one is through, and never carried out."""
    with store.begin() as unit:
        if unit.commands.answer(f"key {number}", f"key {number}") is None:
            return "too early"
    return _performed(store, f"key {number}", lambda desk: _numbered(desk.uow, KEYED, "x"), "other")


def draw(store: Store, _: int) -> str:
    """A euro of what is left of the lock."""

    def use(unit: UnitOfWork) -> None:
        unit.locks.save(unit.locks.get(LOCK).draw(EURO, stories.at(DAY)))

    return _committed(store, use)


def accept(store: Store, number: int) -> str:
    """The customer's yes, under a key of each writer's own."""
    sender = f"{os.getpid()} {threading.get_ident()}"
    command = lambda desk: accept_quote(desk, QuoteId(f"Q{number}"), on=DAY)  # noqa: E731
    return _performed(store, f"accept {number} of {sender} {next(_attempts)}", command)


def close(store: Store, number: int) -> str:
    """The next day of the raced books is closed."""

    def shut(desk: Desk) -> object:
        if number % 2:  # half of them read before they claim, as anybody might
            desk.uow.companies.claim(RACED)
        return close_period(desk, RACED, _open_day(desk))

    return _performed(store, f"close {number}", shut)


def cost(store: Store, number: int) -> str:
    """An entry of the first open day of the raced books."""

    def pay(desk: Desk) -> None:
        on = _open_day(desk)
        pay_costs(desk, RACED, f"{on} {number}", EURO, on)

    return _performed(store, f"cost {number}", pay)


def _open_day(desk: Desk) -> date:
    closed = desk.uow.companies.get(RACED).closed_through
    return (closed or FOUNDED) + timedelta(days=1)


_WORK: Final[dict[str, Callable[[Store, int], str]]] = {
    "post": post,
    "save": save,
    "key": key,
    "misuse": misuse,
    "draw": draw,
    "accept": accept,
    "close": close,
    "cost": cost,
}
