"""Proving: what must hold of any books, computed anew from the journal and held against the store.

Nothing here trusts a sum that was kept: amounts are added as whole minor units, and rates are
taken from the table as fractions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Final, Protocol

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import EntryId, OpenItemId
from fxcrm.ledger import Chart, Company, OpenItem
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.revaluation import is_monetary
from fxcrm.money import Rounding, round_ratio
from fxcrm.ports import Store
from fxcrm.usecases.closing import items_as_of, trial_revaluation
from fxcrm.usecases.deciding import Desk

_SHOWN: Final = 3  # of the faults of one proof
_EVER: Final = date.max
_ARISING: Final = ("invoice", "bill", "charge")  # the kinds of entries in which an item begins
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


@attrs.frozen(eq=False)
class Books:
    """One company's journal and items, read once."""

    desk: Desk
    company: Company
    entries: tuple[Entry, ...]
    items: tuple[OpenItem, ...]

    @property
    def chart(self) -> Chart:
        """The accounts."""
        return self.desk.chart

    @property
    def closed(self) -> date:
        """The end of the last closed period; of all days, where none is closed."""
        return self.company.closed_through or _EVER

    def postings(self) -> Iterator[Posting]:
        """Every line of the journal."""
        return chain.from_iterable(entry.postings for entry in self.entries)

    def of_items(self) -> dict[OpenItemId, list[Posting]]:
        """The lines of each open item."""
        held: dict[OpenItemId, list[Posting]] = defaultdict(list)
        for one in self.postings():
            if one.item is not None:
                held[one.item].append(one)
        return held


class _Numbered(Protocol):
    """A document with a number of a series."""

    @property
    def number(self) -> str: ...


_Found = tuple[str, Iterable[str]]  # what was looked at, and the faults
_Look = Callable[[Books], _Found]


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


def read_books(desk: Desk, company: Company) -> Books:
    """The books of a company as they are kept."""
    uow, id = desk.uow, company.id
    entries, items = tuple(uow.journal.entries(id)), tuple(uow.items.of_company(id))
    return Books(desk, company, entries, items)


def _over_all(promise: str, look: _Look, books: Iterable[Books]) -> Proof:
    figures, faults = [], []
    for one in books:
        figure, found = look(one)
        figures.append(f"{one.company.id} {figure}")
        faults += [f"{one.company.id}: {fault}" for fault in found]
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


def _entries_balance(books: Books) -> _Found:
    faults = (one.id for one in books.entries if not _balanced(one.postings))
    return f"{len(books.entries)} entries", faults


def _trial_balance(books: Books) -> _Found:
    """The sums that the store gives are those of the journal, at every month end and at last."""
    ends = sorted({entry.on for entry in books.entries if entry.kind == "revaluation"})
    days = [*ends, _EVER]
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


def _items_are_lines(books: Books) -> _Found:
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


def _control_accounts(books: Books) -> _Found:
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


def _settled_items(books: Books) -> _Found:
    """Document amount zero implies functional amount zero (D9)."""
    settled = [one for one in books.items if one.is_settled]
    faults = (one.id for one in settled if not one.carried.is_zero)
    return f"{len(settled)} settled", faults


def _clearing(books: Books) -> _Found:
    """What exchanged currencies left nothing behind in value (D7a)."""
    clearing = books.chart.duties.clearing
    lines = [one for one in books.postings() if one.account == clearing]
    value = sum(one.functional.minor for one in lines)
    return f"{len(lines)} lines", [f"{value} minor units"] if value else []


def _lifetime(books: Books) -> _Found:
    """Over its life an item's differences are functional cash less what it was booked at (D14).

    Cash is converted anew; only items settled by payments alone take part.
    """
    paid, fx = _cash(books), _differences(books)
    known = [one for one in books.items if one.is_settled and one.id in paid]
    faults = [
        f"{one.id}: {fx[one.id]}, not {paid[one.id] - one.booked.minor}"
        for one in known
        if fx[one.id] != paid[one.id] - one.booked.minor
    ]
    total = sum(fx[one.id] for one in known)
    return f"{len(known)} items, {_amount(total, books)}", faults


def _amount(minor: int, books: Books) -> str:
    functional = books.company.functional
    digits = functional.digits or 0
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{functional.code} {sign}{whole}" + (f".{part:0{digits}d}" if digits else "")


def _cash(books: Books) -> dict[OpenItemId, int]:
    """What came or went for each item, in functional minor units, converted anew.

    Only items whose every entry is known here: a credit note, a set-off, a discount or a
    write-off takes an item out of the account; what was undone counts the other way.
    """
    moved: dict[EntryId, int] = {}
    cash: Counter[OpenItemId] = Counter()
    others: set[OpenItemId] = set()
    for entry in books.entries:
        touched = {one.item for one in entry.postings if one.item}
        if entry.reverses in moved:
            cash.update(dict.fromkeys(touched, -moved[entry.reverses]))
        elif entry.kind == "settlement" and len(touched) == 1 and _is_plain(books, entry):
            moved[entry.id] = _moved(books, entry)
            cash.update(dict.fromkeys(touched, moved[entry.id]))
        elif entry.kind not in _ARISING and not _is_month_end(entry):
            others |= touched
    return {id: value for id, value in cash.items() if id not in others}


def _is_month_end(entry: Entry) -> bool:
    return entry.id.startswith("revaluation:")


def _is_plain(books: Books, entry: Entry) -> bool:
    """Whether nothing was let off."""
    duties = books.chart.duties
    let_off = {duties.discounts_allowed, duties.discounts_received, duties.write_offs}
    return not any(one.account in let_off for one in entry.postings)


def _moved(books: Books, entry: Entry) -> int:
    """What the bank got and the fee, in one sum, at the table's rate of the day."""
    duties = books.chart.duties
    lines = [one for one in entry.postings if one.account in (duties.bank, duties.fees)]
    amount = sum(one.amount.minor for one in lines)
    functional = books.company.functional
    return _converted(books.desk, amount, lines[0].amount.currency, functional, entry.on)


def _converted(desk: Desk, minor: int, source: Currency, to: Currency, on: date) -> int:
    """Minor units of one currency in another at the table's rate, half-even, by fractions."""
    if source is to:
        return minor
    exact = minor * desk.rates.rate(source, to, on, desk.policy).ratio
    exact = exact * to.minor_units / source.minor_units
    return round_ratio(exact.numerator, exact.denominator, Rounding.HALF_EVEN)


def _differences(books: Books) -> Counter[OpenItemId]:
    """Every exchange difference that entries of one item booked; a gain is positive."""
    found: Counter[OpenItemId] = Counter()
    for entry in books.entries:
        touched = {one.item for one in entry.postings if one.item}
        if len(touched) == 1:
            found[touched.pop()] -= _fx_in(books, entry)
        elif entry.kind in ("revaluation", "reversal"):  # the other side of each of its lines
            for one in entry.postings:
                if one.item is not None:
                    found[one.item] += one.functional.minor
    return found


def _fx_in(books: Books, entry: Entry) -> int:
    duties = books.chart.duties
    accounts = (duties.realised_fx, duties.unrealised_fx)
    return sum(one.functional.minor for one in entry.postings if one.account in accounts)


def _all_differences(books: Books) -> _Found:
    """The accounts of differences hold what items and balances brought, and nothing else (D16)."""
    of_items = of_balances = strange = 0
    faults = []
    for entry in books.entries:
        value = -_fx_in(books, entry)
        if any(one.item for one in entry.postings):
            of_items += value
        elif entry.kind in ("revaluation", "realised"):
            of_balances += value
        elif value:
            faults.append(f"{entry.id} ({entry.kind}) books {value}")
            strange += value
    duties, sums = books.chart.duties, _sums(books.postings())
    held = -sum(
        functional
        for (account, _), (_, functional) in sums.items()
        if account in (duties.realised_fx, duties.unrealised_fx)
    )
    if held != of_items + of_balances + strange:
        faults.append(f"they hold {held}")
    parts = _amount(of_items, books), _amount(of_balances, books)
    return f"items {parts[0]}, balances {parts[1]}", faults


def _at_closing(books: Books) -> _Found:
    """At the last closing all that is monetary and foreign stands at the closing rate (D5, D13)."""
    day, functional = books.closed, books.company.functional
    if day == _EVER:
        return "not closed", ()
    looked, faults = 0, []
    for label, amount, carried, currency in _measured(books, day):
        looked += 1
        due = _converted(books.desk, amount, currency, functional, day)
        if carried != due:
            faults.append(f"{label} is carried at {carried}, not {due}, on {day}")
    return f"{looked} on {day}", faults


def _measured(books: Books, day: date) -> Iterator[tuple[str, int, int, Currency]]:
    functional = books.company.functional
    for item in items_as_of(books.desk, books.company.id, day):
        if is_monetary(item, books.chart) and item.open.currency is not functional:
            yield item.id, item.open.minor, item.carried.minor, item.open.currency
    for one in books.desk.uow.journal.balances(books.company.id, day):
        account = books.chart.account(one.account)
        if account.monetary and not account.by_item and one.amount.currency is not functional:
            label = f"account {one.account} in {one.amount.currency}"
            yield label, one.amount.minor, one.functional.minor, one.amount.currency


def _revalued_once(books: Books) -> _Found:
    """A second run of the last revaluation books nothing (D15)."""
    if books.closed == _EVER:
        return "not closed", ()
    run = trial_revaluation(books.desk, books.company.id, books.closed)
    return f"{len(run.proposals)} measured again", [one.id for one in run.entries]


def _numbers(books: Books) -> _Found:
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


def _rounding(books: Books) -> _Found:
    """The rounding account is within half a unit for each line of what it had to round (D30)."""
    code = books.chart.duties.rounding
    entries = [one for one in books.entries if any(line.account == code for line in one.postings)]
    lines = sum(len(one.postings) for one in entries)
    value = sum(
        one.functional.minor
        for entry in entries
        for one in entry.postings
        if one.account == code
    )  # fmt: skip
    faults = [f"{value} minor units, for {lines} lines"] if 2 * abs(value) > lines else []
    return f"{_amount(value, books)} in {len(entries)} entries", faults


def _replayed(replica: Store, books: Books) -> _Found:
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
        sums = _told(uow.journal.balances(company.id, _EVER))
    digests = [_digest(books.entries), _digest(again)]
    faults = [] if digests[0] == digests[1] else ["another digest"]
    if sums != _told(books.desk.uow.journal.balances(company.id, _EVER)):
        faults.append("other balances")
    return digests[0][:12], faults


def _told(balances: Iterable[object]) -> list[str]:
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


_PROMISES: Final[dict[str, _Look]] = {
    "every entry sums to zero, in functional and in each currency": _entries_balance,
    "trial balances are zero, and are what the journal adds up to": _trial_balance,
    "each open item is what its lines add up to": _items_are_lines,
    "items add up to their control accounts, per currency": _control_accounts,
    "a settled item carries nothing": _settled_items,
    "exchange clearing is zero in value": _clearing,
    "lifetime difference of an item is cash less what it was booked at": _lifetime,
    "accounts of differences hold what items and balances brought": _all_differences,
    "foreign monetary items and balances stand at the closing rate": _at_closing,
    "revaluation twice adds nothing": _revalued_once,
    "document numbers have no gaps": _numbers,
    "rounding is within its bound": _rounding,
}
