"""What a store promises about the books: entries once and whole, sums exact, days in order."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.encoding import LARGEST_MINOR
from fxcrm.events import NaiveInstant
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.money import Money
from fxcrm.ports.storage import AlreadyThere, NotFound, UnitOfWork
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract, record_all
from fxcrm.testing.contracts.promises import expect, refused
from fxcrm.testing.contracts.samples import ACME, AT, DAY, NORDWIND, entry

_LAST = DAY + timedelta(days=400)
_DAYS = tuple(DAY + timedelta(days=number) for number in (3, 0, 2, 0, 1))
_INDIA = timezone(timedelta(hours=5, minutes=30))
_MUCH_LATER = AT + timedelta(days=3_000)
_MINOR = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
_ACCOUNTS = st.sampled_from(["1200", "1800", "4000", "é", "-"])


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """Entries of two companies, in several currencies and of any size, in no order of days."""
    return [draw(_entries(f"entry {number}")) for number in range(draw(st.integers(0, 6)))]


@st.composite
def _entries(draw: st.DrawFn, id: str) -> Entry:
    company = draw(st.sampled_from([ACME, NORDWIND]))
    functional = Money.from_minor(draw(_MINOR), "EUR" if company is ACME else "USD")
    code = draw(st.sampled_from(["EUR", "USD", "JPY", "BHD"]))
    home = code == functional.currency.code
    amount = functional if home else Money.from_minor(draw(_MINOR), code)
    decision = None if home else samples.SPOT
    debit = Posting(AccountCode(draw(_ACCOUNTS)), amount, functional, decision)
    credit = attrs.evolve(debit.reversed, account=AccountCode(draw(_ACCOUNTS)))
    on = DAY + timedelta(days=draw(st.integers(0, 5)))
    return Entry(EntryId(id), company, on, "kit", "", (debit, credit))


def _post(unit: UnitOfWork, entries: Iterable[Entry]) -> None:
    record_all(unit)
    for one in entries:
        unit.journal.append(one)


def _sums(entries: Iterable[Entry], through: date) -> dict[tuple[str, str], list[Fraction]]:
    """The oracle: amounts added as fractions, per account and document currency."""
    sums: dict[tuple[str, str], list[Fraction]] = {}
    for one in (posting for e in entries if e.on <= through for posting in e.postings):
        total = sums.setdefault((one.account, one.amount.currency.code), [Fraction(0), Fraction(0)])
        total[0] += Fraction(one.amount.amount)
        total[1] += Fraction(one.functional.amount)
    return sums


def _read(
    unit: UnitOfWork, company: CompanyId, through: date, known_at: datetime | None = None
) -> dict[tuple[str, str], list[Fraction]]:
    return {
        (one.account, one.amount.currency.code): [
            Fraction(one.amount.amount),
            Fraction(one.functional.amount),
        ]
        for one in unit.journal.balances(company, through, known_at)
    }


class LedgerContract(AggregateContract):
    """The journal and the translations.

    ``most_examples`` of each law are tried, each on an empty store; 0 leaves the number to the
    settings of Hypothesis. Name one where opening a store takes long.
    """

    most_examples: int = 0

    def test_entries_come_back_equal_and_in_order(self) -> None:
        """Entries keep every field and the order in which they were appended, not that of days."""
        largest = Money.from_minor(LARGEST_MINOR, "JPY")
        posted = [
            entry("z", Money("1085.00", "USD"), Money("1000.00", "EUR"), on=_LAST),
            entry("a", largest, Money.from_minor(-LARGEST_MINOR, "EUR")),
            entry("m", Money("0.001", "BHD"), Money("0", "EUR")),
            entry("n", Money("-5", "USD"), Money("-5", "USD"), company=NORDWIND),
        ]
        posted += [
            posted[1].reversal(_LAST),
            attrs.evolve(posted[0], id=EntryId("t"), booked_at=AT),
        ]
        store = self.open_store()
        with store.begin() as unit:
            _post(unit, posted)
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin() as unit:
            mine = [one for one in posted if one.company == ACME]
            expect("entries keep their order", list(unit.journal.entries(ACME)), mine)
            expect("companies are apart", list(unit.journal.entries(NORDWIND)), posted[3:4])
            for one in posted:
                expect("an entry is found by its id", unit.journal.find(one.id), one)
            expect("an unknown one is None", unit.journal.find(EntryId("x")), None)

    def test_a_fact_is_posted_once(self) -> None:
        """The id is the key of the fact: a second entry under it is refused, changed or not."""
        first = entry("invoice:1", Money("1", "EUR"), Money("1", "EUR"))
        with closing(self.open_store()) as store:
            with store.begin() as unit:
                _post(unit, [first])
                unit.commit()
            before = store.digest()
            with store.begin() as unit:
                for again in (
                    first,
                    attrs.evolve(first, on=_LAST),
                    attrs.evolve(first, company=NORDWIND),
                ):
                    with refused("a fact is posted once", AlreadyThere) as refusal:
                        unit.journal.append(again)
                    named = refusal.operands("kind", "id")
                    expect("the refusal names it", named, ("entry", "invoice:1"))
                expect("the entry is what it was", unit.journal.find(first.id), first)
                unit.commit()
            expect("a refusal changes nothing", store.digest(), before)

    def test_an_entry_is_posted_whole_or_not_at_all(self) -> None:
        """An entry whose rate was not recorded leaves no trace, though the unit goes on."""
        foreign = entry("foreign", Money("1085.00", "USD"), Money("1000.00", "EUR"))
        home = entry("home", Money("1", "EUR"), Money("1", "EUR"))
        with closing(self.open_store()) as store:
            with store.begin() as unit:
                with refused("a rate is recorded first", NotFound):
                    unit.journal.append(foreign)
                unit.journal.append(home)
                unit.commit()
            with store.begin() as unit:
                expect("only the other is there", list(unit.journal.entries(ACME)), [home])
                lines = [one.entry for one in unit.journal.lines(ACME, None, _LAST)]
                expect("no line stands alone", lines, ["home", "home"])

    def test_balances_equal_a_sum_in_fractions(self) -> None:
        """Sums per account and currency are exact at every day and every size (M9)."""

        @settings(deadline=None, max_examples=self._examples())  # a server may take its time
        @given(journals())
        def check(entries: list[Entry]) -> None:
            with closing(self.open_store()) as store, store.begin() as unit:
                _post(unit, entries)
                for company in (ACME, NORDWIND):
                    own = [one for one in entries if one.company == company]
                    for day in range(-1, 6):
                        through = DAY + timedelta(days=day)
                        found = _read(unit, company, through)
                        expect("balances are exact", found, _sums(own, through))
                        expect("they are ordered", list(found), sorted(found))

        check()

    def test_balances_may_exceed_64_bits(self) -> None:
        """Three amounts at the limit add up exactly, in both directions."""
        largest = Money.from_minor(LARGEST_MINOR, "EUR")
        with closing(self.open_store()) as store, store.begin() as unit:
            _post(unit, [entry(str(number), largest, largest) for number in range(3)])
            found = {one.account: one.functional.minor for one in unit.journal.balances(ACME, DAY)}
            expect(
                "sums may exceed 64 bits",
                found,
                {"1200": 3 * LARGEST_MINOR, "4000": -3 * LARGEST_MINOR},
            )

    def test_lines_come_by_day(self) -> None:
        """Lines later than one day and up to another, by day, and as appended within a day."""

        @settings(deadline=None, max_examples=self._examples())
        @given(journals(), st.none() | st.integers(-1, 6), st.integers(-1, 6))
        def check(entries: list[Entry], after: int | None, through: int) -> None:
            start = None if after is None else DAY + timedelta(days=after)
            end = DAY + timedelta(days=through)
            with closing(self.open_store()) as store, store.begin() as unit:
                _post(unit, entries)
                lines = list(unit.journal.lines(ACME, start, end))
            found = [(one.entry, one.on, one.kind, one.posting) for one in lines]
            expect("lines come by day", found, _lines(entries, start, end))

        check()

    def _examples(self) -> int:
        return self.most_examples or settings().max_examples

    def test_the_books_are_as_known_at_an_instant(self) -> None:
        """What was booked after an instant is not in what was known then, whatever its day."""
        tick, home = timedelta(microseconds=1), Money("1", "EUR")
        instants = (None, AT, AT + tick, AT - tick, AT.astimezone(_INDIA) + timedelta(days=9))
        booked = [
            entry(str(number), home * (number + 1), home * (number + 1), on=on, booked_at=at)
            for number, (at, on) in enumerate(zip(instants, _DAYS, strict=True))
        ]
        with closing(self.open_store()) as store, store.begin() as unit:
            _post(unit, booked)
            for known_at in (AT - 2 * tick, *instants, AT.astimezone(_INDIA), _MUCH_LATER):
                _expect_known(unit, booked, known_at)
            naive = AT.replace(tzinfo=None)
            for ask in (
                lambda: unit.journal.entries(ACME, naive),
                lambda: unit.journal.balances(ACME, _LAST, naive),
                lambda: unit.journal.lines(ACME, None, _LAST, naive),
            ):
                with refused("what is known is asked for at an instant", NaiveInstant):
                    ask()

    def test_an_item_has_its_lines_by_day(self) -> None:
        """The postings of one open item, by day, without those of others."""
        home, mine = Money("1", "EUR"), OpenItemId("R-1")
        days = {"b": _LAST, "a": DAY, "c": DAY}
        entries = [entry(id, home, home, on=on) for id, on in days.items()]
        credit = entries[0].postings[1]
        bare = attrs.evolve(entries[0], id=EntryId("d"), postings=(credit, credit.reversed))
        with closing(self.open_store()) as store, store.begin() as unit:
            _post(unit, [*entries, bare])
            lines = list(unit.journal.item_lines(mine))
            found = [(one.entry, one.on) for one in lines]
            expect("lines of an item come by day", found, [("a", DAY), ("c", DAY), ("b", _LAST)])
            expect("each is of the item", {one.posting.item for one in lines}, {mine})
            expect("another has none", list(unit.journal.item_lines(OpenItemId("R-2"))), [])

    def test_translations_are_kept_by_day(self) -> None:
        """The last one strictly before a day, that of a day, and never two of one day (D20)."""
        first, second = samples.snapshot(DAY), samples.snapshot(_LAST)
        bare = attrs.evolve(samples.snapshot(DAY, company=ACME), balances=(), closing=None)
        store = self.open_store()
        with store.begin() as unit:
            record_all(unit)
            for one in (second, first, bare):
                unit.snapshots.record(one)
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin() as unit:
            for one in (first, second, bare):
                found = unit.snapshots.find(one.company, one.presentation, one.as_of)
                expect("a translation comes back equal", found, one)
            self._expect_latest(unit)
            with refused("one translation a day", AlreadyThere):
                unit.snapshots.record(attrs.evolve(first, balances=()))

    @staticmethod
    def _expect_latest(unit: UnitOfWork) -> None:
        euro, later = Currency("EUR"), timedelta(days=1)
        latest: Any = unit.snapshots.latest
        expect("strictly before", latest(NORDWIND, euro, DAY), None)
        expect("the day after", latest(NORDWIND, euro, DAY + later), samples.snapshot(DAY))
        expect("the last one", latest(NORDWIND, euro, _LAST + later), samples.snapshot(_LAST))
        expect("another currency has none", latest(NORDWIND, Currency("JPY"), _LAST), None)
        for first, days in ((DAY, [DAY, _LAST]), (DAY + later, [_LAST]), (_LAST + later, [])):
            found = [one.as_of for one in unit.snapshots.since(NORDWIND, first)]
            expect("those of a day or later, by day", found, days)

    def test_a_translation_names_a_recorded_rate(self) -> None:
        """A closing rate that was not recorded is refused, and nothing is kept."""
        with closing(self.open_store()) as store, store.begin() as unit:
            with refused("a rate is recorded first", NotFound):
                unit.snapshots.record(samples.snapshot(DAY))
            found = unit.snapshots.find(NORDWIND, Currency("EUR"), DAY)
            expect("nothing was kept", found, None)


def _expect_known(unit: UnitOfWork, booked: list[Entry], known_at: datetime | None) -> None:
    """The oracle: a store in which nothing else was booked."""
    known = [
        one
        for one in booked
        if known_at is None or one.booked_at is None or one.booked_at <= known_at
    ]
    then = f"as known at {known_at}"
    expect(f"entries {then}", list(unit.journal.entries(ACME, known_at)), known)
    for through in (DAY, _LAST):
        lines = unit.journal.lines(ACME, None, through, known_at)
        found = [(one.entry, one.on, one.kind, one.posting) for one in lines]
        expect(f"lines {then}", found, _lines(known, None, through))
        expect(f"balances {then}", _read(unit, ACME, through, known_at), _sums(known, through))
    every = {one.entry: one.booked_at for one in unit.journal.lines(ACME, None, _LAST, known_at)}
    expect("a line has the instant", every, {one.id: one.booked_at for one in known})


def _lines(entries: Iterable[Entry], after: date | None, through: date) -> list[tuple[Any, ...]]:
    """The oracle: one day after the other, each in the order of appending."""
    days = (DAY + timedelta(days=number) for number in range(6))
    return [
        (one.id, one.on, one.kind, posting)
        for day in days
        if day <= through and (after is None or day > after)
        for one in entries
        if one.on == day and one.company == ACME
        for posting in one.postings
    ]
