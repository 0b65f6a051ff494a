"""What the books must hold: a model of rules D1 to D16 in integers and fractions, on its own.

Amounts are minor units, debit positive. A command is carried out, or what is against it is named.
"""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

BANK, DEBTORS, SUPPLIER_CREDITS, PREPAID, CLEARING = "1000", "1100", "1300", "1400", "1900"
CREDITORS, BUYER_CREDITS, ADVANCES, CAPITAL, SALES = "2000", "2100", "2300", "3000", "4000"
COSTS, FEES, ALLOWED, OBTAINED, GIVEN_UP = "5000", "5300", "5400", "5450", "5500"
REALISED, UNREALISED, ROUNDING = "7000", "7100", "7900"
MONETARY = {BANK, DEBTORS, SUPPLIER_CREDITS, CREDITORS, BUYER_CREDITS}
Paid = tuple[int, str]  # an amount and its currency
Place = tuple[str, str, str]  # what is measured: an item or an account, its account, its currency
Made = tuple[str, str, int, int] | tuple[str, str, int, int, str | None]  # a posting, see `Line`

# ``lasts`` is False for an adjustment that another day takes back.
Line = namedtuple("Line", "book on lasts account currency amount value item", defaults=(None,))
Item = namedtuple("Item", "id book account party currency arose original sign")
Rest = namedtuple("Rest", "open carrying adjusted")  # what is left of an item
NEW = Rest(0, 0, 0)
Run = namedtuple(
    "Run", "gain rate back scope"
)  # what was done to one place, and when it is taken back
Book = namedtuple("Book", "id currency begun lasting")  # accounts that keep adjustments (D14)


@dataclass
class Model:
    """All books. ``price`` is what one unit of a currency costs in a common one; None: no rate."""

    price: Callable[[str, date], Fraction | None]
    digits: dict[str, int]
    sets: dict[str, list[Book]] = field(default_factory=dict)  # by company; its own comes first
    closed: dict[str, date] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    rest: dict[str, Rest] = field(default_factory=dict)  # of an item, by its id
    lines: list[Line] = field(default_factory=list)
    entries: dict[str, dict[str, list[Line]]] = field(default_factory=dict)  # by key and book
    runs: dict[tuple[str, date], dict[Place, Run]] = field(default_factory=dict)  # that stand
    named: dict[tuple[str, date, str], Fraction] = field(default_factory=dict)
    notes: list[tuple[str, str, int]] = field(default_factory=list)  # let off: key, item, amount
    back: dict[str, date] = field(default_factory=dict)  # when something last went back on an item

    def do(self, command: str, **given: Any) -> set[str]:
        """Carry a command out if nothing speaks against it; the reasons if something does."""
        self.no: set[str] = set()
        self.then: list[Callable[[], object]] = []
        getattr(self, command)(**given)
        for effect in () if self.no else self.then:
            effect()
        return self.no

    def _refuse(self, reason: str, *when: object) -> None:
        self.no |= {reason} if any(when) else set()

    def _rate(self, currency: str, book: Book, on: date) -> Fraction:
        prices = self.price(currency, on), self.price(book.currency, on)
        self._refuse("RateMissing", currency != book.currency and None in prices)
        return (prices[0] or Fraction(1)) / (prices[1] or Fraction(1))

    def _value(self, units: int, of: str, book: Book, on: date, rate: Any = None) -> int:
        """An amount in the book's currency, rounded once, half-even (D1)."""
        shift = Fraction(10) ** (self.digits[book.currency] - self.digits[of])
        price = 1 if of == book.currency else rate or self._rate(of, book, on)
        return round(units * price * shift)

    def _opened(self, book: Book, on: date) -> Book:
        self._refuse("BooksNotBegun", on < book.begun)
        self._refuse("PeriodClosed", on <= self.closed.get(book.id, date.min))
        return book

    def _books(self, company: str, on: date) -> list[Book]:
        self._refuse("NotFound", company not in self.sets)
        return [self._opened(book, on) for book in self.sets.get(company, ())]

    def _held(self, item: str, on: date, of: Collection[str] = ()) -> Iterator[tuple[Book, Item]]:
        """An item in each of the books, which must be free to change on the day (D16)."""
        company, _, name = item.removeprefix("item:").partition(":")
        for book in self._books(company, on):
            found = self.items.get(f"item:{book.id}:{name}")
            self._refuse("WrongItem", not found, of and found and found.account not in of)
            if found:
                self._free(found, on)
                yield book, found

    def _free(self, item: Item, on: date) -> None:
        self._refuse("ItemReopened", on < self.back.get(item.id, on))
        for (_, day), runs in self.runs.items():
            run = runs.get((item.id, item.account, item.currency), Run(0, None, on, None))
            self._refuse("ItemRevalued", on <= (run.back - timedelta(1) if run.back else day))

    def _post(
        self, key: str, book: Book, on: date, made: list[Made], *, lasts: bool = True
    ) -> None:
        """Book an entry, once (F11); it balances in every currency (D7a)."""
        lines = [Line(book.id, on, lasts, *one) for one in made if any(one[2:4])]
        self._refuse("AlreadyThere", key in self.entries)
        self.then.append(lambda: self._keep(key, book, lines))

    def _keep(self, key: str, book: Book, lines: list[Line]) -> None:
        sums: dict[str, int] = defaultdict(int)
        for line in lines:
            sums[line.currency] += line.amount
            sums[""] += line.value
            if line.item and line.lasts:
                more = line.amount, *((line.value, 0) if line.amount else (0, line.value))
                self.rest[line.item] = Rest(*map(sum, zip(self.rest[line.item], more, strict=True)))
        assert not any(sums.values()), (key, sums)
        self.entries.setdefault(key, {})[book.id] = lines
        self.lines += lines

    def _arises(
        self, book: Book, name: str, account: str, party: str, owed: Paid, value: int, on: date
    ) -> Made:
        """The line of a new item; without an account, of a credit the other way round."""
        account = account or (SUPPLIER_CREDITS if owed[0] > 0 else BUYER_CREDITS)
        id, sign = f"item:{book.id}:{name}", 1 if owed[0] > 0 else -1
        self._refuse("AlreadyThere", id in self.items)
        made = Item(id, book.id, account, party, owed[1], on, owed[0], sign)
        self.then.append(lambda: (self.items.update({id: made}), self.rest.update({id: NEW})))
        return account, owed[1], owed[0], value, id

    def fact(
        self, key: str, company: str, accounts: str, owed: Paid, party: str, name: str, on: date
    ) -> None:
        """Capital, an invoice, a bill: one account is debited, another one credited (D1)."""
        (units, currency), (debit, credit) = owed, accounts.split("/")
        self._refuse("FactRefused", units <= 0)
        for book in self._books(company, on):
            value, made = self._value(units, currency, book, on), list[Made]()
            for account, s in ((debit, 1), (credit, -1)):
                own, is_item = (s * units, currency), account in (DEBTORS, CREDITORS)
                line: Made = account, currency, s * units, s * value
                if is_item:
                    line = self._arises(book, name, account, party, own, s * value, on)
                made.append(line)
            self._post(key, book, on, made)

    def _open(self, item: Item) -> int:
        return abs(int(self.rest[item.id].open))

    def _gone(self, item: Item, units: int) -> tuple[int, list[Made]]:
        """What a share takes off an item: half-even, and the last takes all (D9, D16)."""
        part = Fraction(units, self._open(item))
        off, back = (round(one * part) for one in self.rest[item.id][1:])
        return off, [
            (item.account, item.currency, -units * item.sign, -off, item.id),
            *self._moved(item.account, item.currency, -back, item.id),
        ]

    def _moved(self, account: str, currency: str, value: int, item: str | None) -> list[Made]:
        return [(account, currency, 0, value, item), (UNREALISED, currency, 0, -value)]

    def _between(self, book: Book, account: str, item: Item, value: int, units: int = 0) -> Made:
        """A value in the item's currency: without an amount, or with this one (D7a)."""
        return account, item.currency, value if item.currency == book.currency else units, value

    def settle(
        self, key: str, item: str, of: Collection[str], on: date, settled: Paid, received: Paid,
        fee: int = 0, less: int = 0, off: int = 0, excess: int = 0, name: str = "",
    ) -> None:  # fmt: skip
        """Money for an item, in any currency (D8 to D12)."""
        (units, currency), (came, bank) = settled, received
        for book, one in self._held(item, on, of):
            s, paid = one.sign, units - less - off
            kept = s * came + fee - s * excess  # what was paid of the item, signed like it
            self._refuse("CurrencyMismatch", currency != one.currency)
            self._refuse("Unfit", min(came, fee, less, off, excess) < 0, min(paid, kept * s) <= 0)
            self._refuse("Unfit", units > self._open(one), on < one.arose)
            self._refuse("Unfit", bank == currency and kept != s * paid)
            cash, reached, cost, too_much = (
                self._value(amount, bank, book, on) for amount in (kept, s * came, fee, s * excess)
            )
            self._rate(currency, book, on)
            if self.no:
                continue
            removed, made = self._gone(one, units)
            let_off, given_up = (round(Fraction(removed * part, units)) for part in (less, off))
            made += [
                (BANK, bank, s * came, reached),
                (FEES, bank, fee, cost),
                (ROUNDING, bank, 0, cash + too_much - reached - cost),
                (ALLOWED if s > 0 else OBTAINED, currency, s * less, let_off),
                (GIVEN_UP, currency, s * off, given_up),
                self._between(book, REALISED, one, removed - let_off - given_up - cash),
            ]
            if bank != currency:
                made += [(CLEARING, bank, -kept, -cash)]
                made += [self._between(book, CLEARING, one, cash, s * paid)]
            if excess:  # D11
                made += [
                    self._arises(book, name, "", one.party, (-s * excess, bank), -too_much, on)
                ]
            self._post(key, book, on, made)
        self.then.append(lambda: self.notes.append((key, item, less + off)))

    def advance(
        self, key: str, name: str, company: str, party: str, paid: Paid, fee: int, on: date, s: int
    ) -> None:
        """Money before its invoice, received (``s`` 1) or paid: not monetary (D11, IFRIC 22)."""
        (came, bank), account = paid, ADVANCES if s > 0 else PREPAID
        self._refuse("AdvanceRefused", came <= 0, fee < 0)
        for book in self._books(company, on):
            amounts = (-s * (came + fee), came * s, fee)
            owed, reached, cost = (self._value(one, bank, book, on) for one in amounts)
            made = self._arises(book, name, account, party, (amounts[0], bank), owed, on)
            bare = (ROUNDING, bank, 0, -owed - reached - cost)
            paid_in = (BANK, bank, came * s, reached)
            self._post(key, book, on, [paid_in, (FEES, bank, fee, cost), bare, made])

    def offset(
        self, key: str, item: str, credit: str, of: str, settled: Paid, used: Paid, on: date
    ) -> None:
        """An item meets a credit, worth the spot, or an advance, which keeps its rate (D11)."""
        pairs = zip(self._held(item, on, of), self._held(credit, on), strict=False)
        for (book, one), (beside, other) in pairs:
            for (units, currency), each in ((settled, one), (used, other)):
                self._refuse("CurrencyMismatch", currency != each.currency)
                self._refuse("Unfit", units <= 0, units > self._open(each), on < each.arose)
            self._refuse("Unfit", one.party != other.party, one.sign == other.sign)
            self._refuse("Unfit", book is not beside, settled[1] == used[1] and settled != used)
            spot, s = self._value(one.sign * used[0], used[1], book, on), one.sign
            self._rate(settled[1], book, on)
            if self.no:
                continue
            (off, made), (against, more) = self._gone(one, settled[0]), self._gone(other, used[0])
            gap, worth = {ADVANCES: SALES, PREPAID: COSTS}.get(other.account, REALISED), -against
            if settled[1] != used[1]:
                worth = spot if gap == REALISED else worth
                made += [
                    self._between(book, CLEARING, other, -worth, -s * used[0]),
                    self._between(book, CLEARING, one, worth, s * settled[0]),
                    self._between(book, gap, other, worth + against),
                ]
            self._post(key, book, on, [*made, *more, self._between(book, gap, one, off - worth)])

    def credit(
        self, key: str, item: str, of: str, charged: str, amount: Paid, on: date, *,
        name: str = "", spot: bool = False,
    ) -> None:  # fmt: skip
        """Taken back as carried, or at spot, as far as it is open; beyond that at spot (D12)."""
        units, currency = amount
        stand = [it for it in self.notes if f"{it[0]}:reversal" not in self.entries]
        before = sum(one[2] for one in stand if one[1] == item)
        for book, one in self._held(item, on, of):
            taken, s, made = min(units, self._open(one)), one.sign, list[Made]()
            self._refuse("CurrencyMismatch", currency != one.currency)
            self._refuse("Unfit", units <= 0, on < one.arose, units > abs(one.original))
            self._refuse("Unfit", not name and taken < units)
            self._refuse("Exceeds", before + units > abs(one.original))
            now, worth = (self._value(s * it, currency, book, on) for it in (taken, units - taken))
            if not self.no and taken:
                off, made = self._gone(one, taken)
                made += [(charged, currency, s * taken, now if spot else off)]
                made += [self._between(book, REALISED, one, off - now if spot else 0)]
            if units > taken:
                owed = (s * (taken - units), currency)
                made += [(charged, currency, -owed[0], worth)]
                made += [self._arises(book, name, "", one.party, owed, -worth, on)]
            self._post(key, book, on, made)
        self.then.append(lambda: self.notes.append((key, item, units)))

    def undo(self, key: str, company: str, on: date) -> None:
        """What an entry did goes back, unless something rests on it."""
        self._refuse("NotFound", company not in self.entries.get(key, {}))
        for book in self._books(company, on):
            lines = self.entries.get(key, {}).get(book.id, [])
            self._refuse("UndoRefused", lines and on < lines[0].on)
            made: list[Made] = [(*one[3:5], -one.amount, -one.value, one.item) for one in lines]
            for id in {line.item for line in lines if line.item}:
                item, left = self.items[id], self.rest[id]
                again = left.open - sum(line.amount for line in lines if line.item == id)
                self._refuse("UndoRefused", not 0 <= again * item.sign <= abs(item.original))
                self._free(item, on)
                self.then.append(partial(self.back.update, {id: on}))
                if not again:  # it ends here, and what it was adjusted by goes with it
                    made += self._moved(item.account, item.currency, -left.adjusted, id)
            self._post(f"{key}:reversal", book, on, made)

    def _due(
        self, book: Book, on: date, back: date | None, named: dict[str, Fraction]
    ) -> dict[Place, Run]:
        """What the runs of a day should have booked, reckoned without them (D13 to D15)."""
        stood, due = self.runs.get((book.id, on), {}), {}
        sums: dict[Place, list[int]] = defaultdict(lambda: [0, 0])
        for one in self.lines:
            if one.book == book.id and one.on <= on and one.account in MONETARY:
                held = sums[one.item or one.account, one.account, one.currency]
                held[:] = held[0] + one.amount, held[1] + one.value
        for place, (amount, value) in sums.items():
            if place[2] != book.currency and (amount or place in stood):
                rate = named.get(place[2]) or self.named.get((book.id, on, place[2]))
                carried = value - (stood[place].gain if place in stood else 0)
                gain = self._value(amount, place[2], book, on, rate) - carried
                scope = place[0] == place[1], place[1] in book.lasting  # one entry, one style
                same = (run.back for run in stood.values() if run.scope == scope)
                until = back or next(same, None) or on + timedelta(1)
                run = Run(gain, rate, None if scope[1] else until, scope)
                due[place] = run if amount else stood[place]
        return {place: run for place, run in due.items() if run.gain}

    def revalue(self, book: str, on: date, back: date | None, named: dict[str, Fraction]) -> None:
        """What is monetary at the closing rate; a run replaces the one that the day had (D15)."""
        self._refuse("ReversalRefused", back and back <= on)
        one, old = self._book(book), self.runs.get((book, on), {})
        new = self._due(one, on, back, named)
        both = {**old, **new}
        scopes = {run.scope for it, run in both.items() if old.get(it) != new.get(it)}
        for place in (it for it, run in both.items() if run.scope in scopes):
            item, moves = self.items.get(place[0]), defaultdict[date, int](int)
            for run, sign in ((old.get(place), -1), (new.get(place), 1)):
                if run:
                    moves[on] += sign * run.gain
                    moves[run.back or on] -= sign * run.gain if run.back else 0
            lasts = place[1] in one.lasting
            if item and not self._open(item) and lasts and moves[on]:  # it was settled since
                days = (line.on for line in self.lines if line.item == item.id and line.amount)
                moves[max(days)] -= moves[on]
            for day, gain in moves.items():
                made = self._moved(place[1], place[2], gain, item and item.id)
                key = f"run:{book}:{on}:{place}:{len(self.lines)}:{day}"
                self._post(key, self._opened(one, day), day, made, lasts=lasts)
        known = {(book, on, currency): rate for currency, rate in named.items()}
        self.then.append(lambda: (self.runs.update({(book, on): new}), self.named.update(known)))

    def _book(self, id: str) -> Book:
        return next(one for held in self.sets.values() for one in held if one.id == id)

    def close(self, book: str, through: date) -> None:
        """Nothing is booked through a day any more; what is monetary was measured before."""
        one = self._opened(self._book(book), through)
        stale = self.runs.get((book, through), {}) != self._due(one, through, None, {})
        self._refuse("BooksNotReady", stale)
        self.then.append(lambda: self.closed.update({book: through}))

    def reopen(self, book: str, since: date) -> None:
        """Books that are closed on a day are opened from it on."""
        self._refuse("ReopeningRefused", since > self.closed.get(book, date.min))
        self.then.append(lambda: self.closed.update({book: since - timedelta(1)}))
