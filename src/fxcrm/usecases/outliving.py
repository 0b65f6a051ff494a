"""Outliving: what an item brought over its whole life, however it was settled (D14, D16).

Lifetime difference is what the item went off against less what it was booked at: cash at the rate
of the day, what was let off as a cost, what was taken back, what it was set against (decision
0017). Cash is converted anew from the table, and shares are taken as fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.ids import EntryId, OpenItemId
from fxcrm.ledger import OpenItem
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.revaluation import is_monetary
from fxcrm.money import Rounding, round_ratio
from fxcrm.usecases.recounting import Books, Found, converted, fx_accounts, told

_MONTH_END: Final = "revaluation:"
_Values = dict[OpenItemId, int]  # functional minor units, signed like the item


def lifetime(books: Books) -> Found:
    """Over its life an item's differences are what it went off against less what it was booked at.

    Every settled item takes part. What month ends adjusted turns around until then, so its
    differences are realised ones; and each line that adjusts an item has its other side.
    """
    lives = _Lives(books)
    for entry in books.entries:
        lives.take(entry)
    settled = [one for one in books.items if one.is_settled]
    faults = list(lives.faults)
    for one in settled:
        due = lives.against[one.id] - one.booked.minor
        if lives.fx[one.id] != due:
            faults.append(f"{one.id}: {lives.fx[one.id]}, not {due}")
    total = sum(lives.fx[one.id] for one in settled)
    return f"{len(settled)} items, {told(total, books)}", faults


@attrs.define(eq=False)
class _Lives:
    """What each item went off against, and the differences booked for it, a gain positive."""

    books: Books
    against: Counter[OpenItemId] = attrs.field(factory=Counter)
    fx: Counter[OpenItemId] = attrs.field(factory=Counter)
    faults: list[str] = attrs.field(factory=list)
    _known: dict[OpenItemId, OpenItem] = attrs.field(init=False)
    _begun: dict[OpenItemId, EntryId] = attrs.field(factory=dict)
    _values: dict[EntryId, _Values] = attrs.field(factory=dict)
    _order: dict[EntryId, tuple[OpenItemId, ...]] = attrs.field(factory=dict)

    @_known.default
    def _by_id(self) -> dict[OpenItemId, OpenItem]:
        return {one.id: one for one in self.books.items}

    def take(self, entry: Entry) -> None:
        """Read one entry; entries come as they were booked."""
        touched = tuple(dict.fromkeys(one.item for one in entry.postings if one.item))
        if not touched:
            return
        self._hold_adjustments(entry)
        if entry.id.startswith(_MONTH_END):
            return
        first = entry.reverses or entry.id
        if entry.reverses is None:
            self._begin(entry, touched)
            gone = self._order[first] = tuple(
                id for id in touched if self._begun[id] != entry.id and id in self._known
            )
            self._values[first] = self._valued(entry, gone)
            self.against.update(self._values[first])
        else:
            gone = self._order.get(first, ())
            self.against.subtract(self._values.get(first, {}))
            # What the entry made ends at what it was made at.
            made = (id for id in touched if self._begun.get(id) == first)
            self.against.update({id: -_moved(entry, id) for id in made})
        self.fx.update(self._realised(entry, gone))

    def _begin(self, entry: Entry, touched: Iterable[OpenItemId]) -> None:
        for id in touched:
            self._begun.setdefault(id, entry.id)

    def _hold_adjustments(self, entry: Entry) -> None:
        """What adjusts items turns around on unrealised differences, in the same entry (D16)."""
        unrealised = self.books.chart.duties.unrealised_fx
        if sum(
            one.functional.minor
            for one in entry.postings
            if one.account == unrealised or (self._adjusts(one) and not self._of_net_loan(one))
        ):
            self.faults.append(f"{entry.id} adjusts items by other than it books")

    @staticmethod
    def _adjusts(line: Posting) -> bool:
        return line.item is not None and line.amount.is_zero

    def _of_net_loan(self, line: Posting) -> bool:
        return self.books.chart.duties.is_net_investment(line.account)

    def _realises(self, line: Posting) -> bool:
        """On net investments both differences share an account: less what is taken back there."""
        realised, _, net = fx_accounts(self.books)
        is_net = line.account == net or (self._adjusts(line) and self._of_net_loan(line))
        return line.account == realised or is_net

    def _realised(self, entry: Entry, gone: tuple[OpenItemId, ...]) -> Counter[OpenItemId]:
        """The realised differences of an entry, each with its item.

        Of two items that are set against one another in two currencies each has its own line;
        in one currency it is the second one's, for what is used leaves at its carrying amount.
        """
        found: Counter[OpenItemId] = Counter()
        for one in entry.postings:
            if not self._realises(one):
                continue
            own = [id for id in gone if self._known[id].open.currency is one.amount.currency]
            if own or gone:
                found[own[-1] if own else gone[-1]] -= one.functional.minor
            else:
                self.faults.append(f"{entry.id} realises on no item")
        return found

    # ---- what items went off against

    def _valued(self, entry: Entry, gone: tuple[OpenItemId, ...]) -> _Values:
        removed = {id: -_moved(entry, id) for id in gone}
        if entry.kind == "settlement":
            return {id: self._paid(entry, id, removed[id]) for id in gone}
        if entry.kind == "credit note":
            return {id: self._taken_back(entry, id) for id in gone}
        if entry.kind == "offset" and len(gone) == len(("used", "met")):
            return self._met(entry, gone, removed)
        return removed  # given up: at the carrying amount, without a difference

    def _paid(self, entry: Entry, item: OpenItemId, removed: int) -> int:
        """Cash at the rate of the day, and what was let off, as its share of what went off."""
        duties, lines = self.books.chart.duties, entry.postings
        settled = sum(one.amount.minor for one in lines if one.item == item)
        let_off = {duties.discounts_allowed, duties.discounts_received}
        let_off |= {duties.write_offs, duties.write_backs}
        cost = (one.amount.minor for one in lines if one.account in let_off)
        shares = (_share(removed, Fraction(minor, -settled)) for minor in cost)
        cash = [
            one
            for one in lines
            if one.account in (duties.bank, duties.fees) or (one.item and one.item != item)
        ]
        return self._converted(entry, cash) + sum(shares)

    def _converted(self, entry: Entry, lines: list[Posting]) -> int:
        minor, currency = sum(one.amount.minor for one in lines), lines[0].amount.currency
        home = self.books.company.functional
        return converted(self.books.desk, minor, currency, home, entry.on)

    def _taken_back(self, entry: Entry, item: OpenItemId) -> int:
        """What was charged for it, less what is owed back from then on."""
        apart = fx_accounts(self.books)
        others = (one for one in entry.postings if one.item != item and one.account not in apart)
        return sum(one.functional.minor for one in others)

    def _met(self, entry: Entry, gone: tuple[OpenItemId, ...], removed: _Values) -> _Values:
        """What is used comes first. An advance stays at its rate: both leave as carried."""
        used, met = (self._known[id] for id in gone)
        if not (is_monetary(used, self.books.chart) and is_monetary(met, self.books.chart)):
            return removed
        if used.open.currency is met.open.currency:
            return {used.id: removed[used.id], met.id: -removed[used.id]}
        worth = self._converted(entry, [one for one in entry.postings if one.item == used.id])
        return {used.id: -worth, met.id: worth}


def _moved(entry: Entry, item: OpenItemId) -> int:
    """What lines with a document amount moved on an item: carrying amounts (D7a)."""
    lines: Iterator[Posting] = (one for one in entry.postings if one.item == item)
    return sum(one.functional.minor for one in lines if not one.amount.is_zero)


def _share(whole: int, part: Fraction) -> int:
    exact = whole * part
    return round_ratio(exact.numerator, exact.denominator, Rounding.HALF_EVEN)
