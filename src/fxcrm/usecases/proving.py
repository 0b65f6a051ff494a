"""Proving: what must hold of any books, computed anew from the journal and held against the store.

Nothing here trusts a sum that was kept: amounts are added as whole minor units, and rates are
taken from the table as fractions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Final, Protocol

import attrs

from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.rounding import RoundingReason
from fxcrm.ports import Store
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.outliving import lifetime
from fxcrm.usecases.recounting import (
    EVER,
    Books,
    Found,
    Look,
    all_differences,
    at_closing,
    read_books,
    revalued_once,
    told,
)
from fxcrm.usecases.stating import dealings

_SHOWN: Final = 3  # of the faults of one proof
_Sums = dict[tuple[str, str], tuple[int, int]]  # by account and currency: amount, functional


@attrs.frozen
class Proof:
    """One promise, what it was held against, and where it is broken; nowhere, if all is well."""

    promise: str
    figure: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is kept."""
        return not self.faults


class _Numbered(Protocol):
    """A document with a number of a series."""

    @property
    def number(self) -> str: ...


def prove(store: Store, desk: Desk, replica: Store) -> Iterator[Proof]:
    """Every promise in turn, over all companies. ``replica`` is an empty store, to replay into."""
    books = [read_books(desk, company) for company in desk.uow.companies.all()]
    yield from promises(books)
    yield _over_all("the journal replays to the same", partial(_replayed, replica), books)
    yield _verified(store)


def promises(books: Iterable[Books]) -> Iterator[Proof]:
    """The promises that books keep by themselves."""
    held = tuple(books)
    for promise, look in _PROMISES.items():
        yield _over_all(promise, look, held)


def _over_all(promise: str, look: Look, books: Iterable[Books]) -> Proof:
    return proof_over(promise, ((str(one.company.id), look(one)) for one in books))


def proof_over(promise: str, looked: Iterable[tuple[str, Found]]) -> Proof:
    """One promise over several places: each has a figure, and the faults that were found there."""
    figures, faults = [], []
    for place, (figure, found) in looked:
        figures.append(f"{place} {figure}")
        faults += [f"{place}: {fault}" for fault in found]
    shown = faults[:_SHOWN]
    if len(faults) > _SHOWN:
        shown.append(f"and {len(faults) - _SHOWN} more")
    return Proof(promise, "; ".join(figures), tuple(shown))


def _sums(postings: Iterable[Posting]) -> _Sums:
    """What postings add up to, per account and currency, in minor units; zero ones stay."""
    sums: _Sums = {}
    for one in postings:
        key = (one.account, one.amount.currency.code)
        amount, functional = sums.get(key, (0, 0))
        sums[key] = (amount + one.amount.minor, functional + one.functional.minor)
    return sums


def _balanced(postings: Iterable[Posting]) -> bool:
    totals: Counter[str] = Counter()
    for one in postings:
        totals[one.amount.currency.code] += one.amount.minor
        totals["in books"] += one.functional.minor
    return not any(totals.values())


def _entries_balance(books: Books) -> Found:
    faults = (one.id for one in books.entries if not _balanced(one.postings))
    return f"{len(books.entries)} entries", faults


def _trial_balance(books: Books) -> Found:
    """The sums that the store gives are those of the journal, at every month end and at last."""
    ends = sorted({entry.on for entry in books.entries if entry.kind == "revaluation"})
    days = [*ends, EVER]
    return f"{len(days)} days", chain.from_iterable(_off(books, day) for day in days)


def _off(books: Books, day: date) -> Iterator[str]:
    until = [one for entry in books.entries if entry.on <= day for one in entry.postings]
    given = books.desk.uow.journal.balances(books.company.id, day)
    told: _Sums = {
        (one.account, one.amount.currency.code): (one.amount.minor, one.functional.minor)
        for one in given
    }
    if _without_zeros(told) != _without_zeros(_sums(until)):
        yield f"the store's balances at {day} are not those of the journal"
    if not _balanced(until):
        yield f"the trial balance at {day} is not zero"


def _without_zeros(sums: _Sums) -> _Sums:
    return {key: both for key, both in sums.items() if any(both)}


def _items_are_lines(books: Books) -> Found:
    """Each item is what its lines add up to, in its own currency and as carried."""
    held = books.of_items()
    faults = [
        f"{one.id} has {one.open} open, carried at {one.carried}"
        for one in books.items
        if _total(held.pop(one.id, [])) != (one.open.minor, one.carried.minor)
    ]
    return f"{len(books.items)} items", [*faults, *(f"{id} is no item" for id in held)]


def _total(postings: Iterable[Posting]) -> tuple[int, int]:
    lines = list(postings)
    return sum(one.amount.minor for one in lines), sum(one.functional.minor for one in lines)


def _control_accounts(books: Books) -> Found:
    """The items of an account add up to it, per currency (D32)."""
    sums: _Sums = {}
    for one in books.items:
        key = (one.account, one.open.currency.code)
        amount, functional = sums.get(key, (0, 0))
        sums[key] = (amount + one.open.minor, functional + one.carried.minor)
    controls = {account.code for account in books.chart if account.by_item}
    posted = {key: both for key, both in _sums(books.postings()).items() if key[0] in controls}
    wrong = _without_zeros(sums).items() ^ _without_zeros(posted).items()
    return f"{len(posted)} accounts by currency", sorted({f"{a} in {c}" for (a, c), _ in wrong})


def _settled_items(books: Books) -> Found:
    """Document amount zero implies functional amount zero (D9)."""
    settled = [one for one in books.items if one.is_settled]
    faults = (one.id for one in settled if not one.carried.is_zero)
    return f"{len(settled)} settled", faults


def _clearing(books: Books) -> Found:
    """What exchanged currencies left nothing behind in value (D7a)."""
    clearing = books.chart.duties.clearing
    lines = [one for one in books.postings() if one.account == clearing]
    value = sum(one.functional.minor for one in lines)
    return f"{len(lines)} lines", [f"{value} minor units"] if value else []


def _statements(books: Books) -> Found:
    """What a customer's documents add up to, per currency, is open in each set of books."""
    stated, open_still = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    customers = set()
    for customer, line in dealings(books.desk, books.company.parallel_to or books.company.id):
        customers.add(customer)
        stated[customer, line.amount.currency.code] += line.amount.minor
    for one in books.items:
        if one.party in customers:
            open_still[one.party, one.open.currency.code] += one.open.minor
    faults = [
        f"{customer} owes {stated[customer, code]} in {code}, and {open_still[customer, code]} open"
        for customer, code in sorted({*stated, *open_still})
        if stated[customer, code] != open_still[customer, code]
    ]
    return f"{len(stated)} statements", faults


def _numbers(books: Books) -> Found:
    """Document numbers have no gap and no double, per series."""
    uow, id = books.desk.uow, books.company.id
    given: dict[str, list[int]] = defaultdict(list)
    documents: tuple[Iterable[_Numbered], ...] = (
        uow.quotes.of_company(id),
        uow.orders.of_company(id),
        uow.invoices.of_company(id),
        uow.credit_notes.of_company(id),
    )
    for document in chain.from_iterable(documents):
        series, _, number = document.number.rpartition("-")
        given[series].append(int(number))
    faults = [one for one, held in given.items() if sorted(held) != [*range(1, len(held) + 1)]]
    return f"{sum(map(len, given.values()))} numbers", faults


def _rounding(books: Books) -> Found:
    """Each entry's rounding has a reason, and is within half a unit for each other line (D30)."""
    code = books.chart.duties.rounding
    total, entries, faults = 0, 0, []
    for entry in books.entries:
        lines = [one for one in entry.postings if one.account == code]
        if not lines:
            continue
        value = sum(one.functional.minor for one in lines)
        total, entries = total + value, entries + 1
        if 2 * abs(value) > len(entry.postings) - len(lines):
            faults.append(f"{entry.id} rounds {told(value, books)}")
        if entry.kind != "reversal" and not all(RoundingReason.of(one.text) for one in lines):
            faults.append(f"{entry.id} rounds for no reason")
    return f"{told(total, books)} in {entries} entries", faults


def _replayed(replica: Store, books: Books) -> Found:
    """The entries, appended to an empty store, give the same balances and the same digest."""
    company = attrs.evolve(books.company, version=0)
    rates = {one.decision for one in books.postings() if one.decision}
    with replica.begin() as uow:
        known = uow.decisions.among(rates)
        for id in sorted(rates - set(known)):
            uow.decisions.record(books.desk.uow.decisions.get(id))
        uow.companies.add(company)
        for entry in books.entries:
            uow.journal.append(entry)
        again = tuple(uow.journal.entries(company.id))
        sums = _written(uow.journal.balances(company.id, EVER))
    digests = [_digest(books.entries), _digest(again)]
    faults = [] if digests[0] == digests[1] else ["another digest"]
    if sums != _written(books.desk.uow.journal.balances(company.id, EVER)):
        faults.append("other balances")
    return digests[0][:12], faults


def _written(balances: Iterable[object]) -> list[str]:
    return sorted(map(repr, balances))


def _digest(entries: Iterable[Entry]) -> str:
    """A hash over every field of every entry, in their order."""
    digest = sha256()
    for one in entries:
        digest.update(repr(one).encode())
    return digest.hexdigest()


def _verified(store: Store) -> Proof:
    seen = store.verify()
    faults = tuple(f"{one.kind} {one.id}: {one.reason}" for one in seen.findings[:_SHOWN])
    return Proof("the audit trail verifies", f"{seen.head.count} records", faults)


_PROMISES: Final[dict[str, Look]] = {
    "every entry sums to zero, in functional and in each currency": _entries_balance,
    "trial balances are zero, and are what the journal adds up to": _trial_balance,
    "each open item is what its lines add up to": _items_are_lines,
    "items add up to their control accounts, per currency": _control_accounts,
    "a settled item carries nothing": _settled_items,
    "exchange clearing is zero in value": _clearing,
    "lifetime difference of a settled item is what it went off against less booked": lifetime,
    "accounts of differences hold what items and balances brought": all_differences,
    "foreign monetary items and balances stand at the closing rate": at_closing,
    "revaluation twice adds nothing": revalued_once,
    "the statement of each customer and currency is what the open items say": _statements,
    "document numbers have no gaps": _numbers,
    "rounding has its reason, and is within its bound": _rounding,
}
