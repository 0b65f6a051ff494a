"""Random books for reports, in whole minor units, and what the reports must say of them.

The oracle adds integers and compares days; it knows no figure, no money and no report. Every line
of a result says itself to whom it belongs, so attribution is checked against the truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.ledger import Entry, JournalLine, OpenItem, Posting
from fxcrm.money import Money
from fxcrm.reports import Scope

NORDWIND = CompanyId("nordwind")
EUR = Currency("EUR")
FIRST = date(2026, 1, 1)
CURRENCIES = ("EUR", "USD", "JPY")
PARTIES = ("acme", "birch", "cedar")
BANK, RECEIVABLE, PAYABLE, ADVANCE = "1000", "1100", "2000", "2300"
SALES, COSTS, FEES, WRITTEN_OFF = "4000", "5000", "5300", "5500"
REALISED, UNREALISED, ROUNDING = "7000", "7100", "7900"
RESULTS = (SALES, COSTS, FEES, WRITTEN_OFF, REALISED, UNREALISED, ROUNDING)


class Raw(NamedTuple):
    """One posting in minor units; ``of`` is the item that a result truly belongs to."""

    account: str
    code: str
    amount: int
    value: int
    item: int | None = None
    of: int | None = None


class Fact(NamedTuple):
    """One entry: a day counted from the first, its kind, its lines."""

    day: int
    kind: str
    lines: tuple[Raw, ...]
    id: str


class Thing(NamedTuple):
    """One item: where it stands, whose it is, when it arose, when it is due."""

    account: str
    party: str
    code: str
    arose: int
    due: int


class Books(NamedTuple):
    """Facts and items; the lists of reports are made from them, so are the oracle's."""

    facts: list[Fact]
    things: list[Thing]

    def lines(self, facts: Iterable[Fact] | None = None) -> list[JournalLine]:
        """The postings by day, as a journal lists them."""
        known = self.facts if facts is None else list(facts)
        entries = [entry(one) for one in sorted(known, key=lambda one: one.day)]
        return [
            JournalLine(one.id, one.on, one.kind, posting)
            for one in entries
            for posting in one.postings
        ]

    def items(self) -> list[OpenItem]:
        """The items; their own amounts are those of the day they arose."""
        return [item(number, one) for number, one in enumerate(self.things)]

    def raw(self, since: int = 0, until: int = 10**6) -> Iterator[tuple[Fact, Raw]]:
        """The lines of some days."""
        for fact in self.facts:
            if since <= fact.day <= until:
                yield from ((fact, line) for line in fact.lines)


def day(count: int) -> date:
    """A day counted from the first."""
    return FIRST + timedelta(days=count)


def scope(until: int, since: int | None = None) -> Scope:
    """A span of counted days."""
    return Scope(NORDWIND, EUR, day(until), None if since is None else day(since))


def kept(minor: int, code: str) -> Money:
    """Minor units as money."""
    return Money.from_minor(minor, Currency(code))


def item(number: int, thing: Thing) -> OpenItem:
    """An open item as the store would have it, whatever was paid since."""
    foreign = thing.code != "EUR"
    return OpenItem(
        OpenItemId(f"item:{number}"), NORDWIND, AccountCode(thing.account), thing.party,
        f"REF-{number}", day(thing.arose), day(thing.due), kept(1, thing.code), kept(1, "EUR"),
        decision=DecisionId("noted") if foreign else None,
    )  # fmt: skip


def entry(fact: Fact) -> Entry:
    """The entry of a fact; it balances, or is refused."""
    return Entry(
        EntryId(fact.id), NORDWIND, day(fact.day), fact.kind, "drawn", map(posting, fact.lines)
    )


def posting(raw: Raw) -> Posting:
    """One line."""
    decision = None if raw.code == "EUR" else DecisionId("noted")
    named = None if raw.item is None else OpenItemId(f"item:{raw.item}")
    amount, value = kept(raw.amount, raw.code), kept(raw.value, "EUR")
    return Posting(AccountCode(raw.account), amount, value, decision, named, text="drawn")


class Clerk:
    """Writes the facts down, and knows what is open of each item."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.books = Books([], [])
        self.open: dict[int, tuple[int, int]] = {}
        self.taken: list[tuple[Fact, int, int, int]] = []
        self.day = 0

    def write(self, kind: str, *lines: Raw, on: int | None = None, id: str = "") -> None:
        """One entry; lines of zero are left out, and so is an entry of none."""
        told = tuple(one for one in lines if one.amount or one.value)
        if told:
            name = id or f"{kind}:{len(self.books.facts)}"
            self.books.facts.append(Fact(self.day if on is None else on, kind, told, name))

    def number(self, low: int, high: int) -> int:
        """A drawn number."""
        return self.draw(st.integers(low, high))

    def worth(self, amount: int, code: str) -> int:
        """A drawn value in cents, equal to the amount where it is in euros."""
        return amount if code == "EUR" else amount * self.number(50, 150) // 100 + 1

    def arise(self, account: str, against: str, sign: int, kind: str) -> None:
        """A receivable, a payable or an advance."""
        code, party = self.draw(st.sampled_from(CURRENCIES)), self.draw(st.sampled_from(PARTIES))
        number, amount = len(self.books.things), self.number(1, 99_999)
        value, due = self.worth(amount, code) * sign, self.day + self.number(0, 100)
        self.books.things.append(Thing(account, party, code, self.day, due))
        self.open[number] = (amount * sign, value)
        self.write(
            kind,
            Raw(account, code, amount * sign, value, number),
            Raw(against, code, -amount * sign, -value, of=number),
        )

    def take(self) -> tuple[int, str, int, int] | None:
        """A part of an open item, with its share of what it is carried at."""
        waiting = [number for number, (amount, _) in self.open.items() if amount]
        if not waiting:
            return None
        number = self.draw(st.sampled_from(waiting))
        amount, value = self.open[number]
        part = amount if self.draw(st.booleans()) else amount // abs(amount) * self.number(
            1, abs(amount)
        )  # fmt: skip
        code = self.books.things[number].code
        removed = value if part == amount else part if code == "EUR" else value * part // amount
        self.open[number] = (amount - part, value - removed)
        return number, code, part, removed

    def settle(self) -> None:
        """A payment with a fee, at a rate of its own."""
        if taken := self.take():
            number, code, part, removed = taken
            cash = removed if code == "EUR" else self.worth(abs(part), code) * (part // abs(part))
            fee = self.number(0, 9)
            self.write(
                "settlement",
                Raw(BANK, code, part, cash),
                Raw(BANK, code, -fee, -fee),
                Raw(FEES, code, fee, fee, of=number),
                Raw(self.books.things[number].account, code, -part, -removed, number),
                Raw(REALISED, code, 0, removed - cash, of=number),
            )
            self.taken.append((self.books.facts[-1], number, part, removed))

    def take_back(self, kind: str, account: str) -> None:
        """A credit note or a write-off, at the carrying rate."""
        if taken := self.take():
            number, code, part, removed = taken
            self.write(
                kind,
                Raw(account, code, part, removed, of=number),
                Raw(self.books.things[number].account, code, -part, -removed, number),
            )
            self.taken.append((self.books.facts[-1], number, part, removed))

    def undo(self) -> None:
        """A payment, a credit note or a write-off is taken back."""
        if self.taken:
            fact, number, part, removed = self.taken.pop(self.number(0, len(self.taken) - 1))
            back = [one._replace(amount=-one.amount, value=-one.value) for one in fact.lines]
            self.write("reversal", *back, id=f"{fact.id}:reversal")
            amount, value = self.open[number]
            self.open[number] = (amount + part, value + removed)

    def month_end(self) -> None:
        """Every foreign item and the dollars in the bank, in one entry, reversed a day later."""
        lines: list[Raw] = []
        for number, (amount, _) in self.open.items():
            thing = self.books.things[number]
            if amount and thing.code != "EUR" and thing.account != ADVANCE:
                move = self.number(-3, 3)
                lines.append(Raw(thing.account, thing.code, 0, move, number))
                lines.append(Raw(UNREALISED, thing.code, 0, -move, of=number))
        move = self.number(-3, 3)
        lines += [Raw(BANK, "USD", 0, move), Raw(UNREALISED, "USD", 0, -move)]
        id = f"revaluation:{len(self.books.facts)}"
        self.write("revaluation", *lines, id=id)
        back = [one._replace(value=-one.value) for one in lines]
        self.write("reversal", *back, on=self.day + 1, id=f"{id}:reversal")

    def spend(self) -> None:
        """Costs that belong to nobody."""
        code, amount = self.draw(st.sampled_from(CURRENCIES)), self.number(1, 999)
        value = self.worth(amount, code)
        self.write("costs", Raw(COSTS, code, amount, value), Raw(BANK, code, -amount, -value))

    def act(self) -> None:
        """Whatever is drawn happens, and days pass."""
        acts = (
            lambda: self.arise(RECEIVABLE, SALES, 1, "invoice"),
            lambda: self.arise(RECEIVABLE, SALES, 1, "invoice"),
            lambda: self.arise(PAYABLE, COSTS, -1, "bill"),
            lambda: self.arise(ADVANCE, BANK, -1, "advance"),
            self.settle,
            self.undo,
            lambda: self.take_back("credit note", SALES),
            lambda: self.take_back("write-off", WRITTEN_OFF),
            self.month_end,
            self.spend,
        )
        self.draw(st.sampled_from(acts))()
        self.day += self.number(0, 20)


@st.composite
def books(draw: st.DrawFn, most: int = 20) -> Books:
    """The books of some months."""
    clerk = Clerk(draw)
    for _ in range(draw(st.integers(1, most))):
        clerk.act()
    return clerk.books


def sums(lines: Iterable[tuple[Fact, Raw]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Account and currency: amount and value."""
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for _, one in lines:
        amount, value = found[one.account, one.code]
        found[one.account, one.code] = (amount + one.amount, value + one.value)
    return dict(found)


def standing(books: Books, until: int) -> dict[int, tuple[int, int]]:
    """What each item held at the end of a day; those that held nothing are left away."""
    found: dict[int, tuple[int, int]] = {}
    for _, one in books.raw(until=until):
        if one.item is not None:
            amount, value = found.get(one.item, (0, 0))
            found[one.item] = (amount + one.amount, value + one.value)
    return {number: both for number, both in found.items() if any(both)}


def bucket(days: int, edges: tuple[int, ...]) -> int:
    """The number of edges that the days are beyond."""
    return sum(1 for edge in edges if days > edge)
