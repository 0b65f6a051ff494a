"""A generated year: the same from one seed, on every store, and proved at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.bookkeeping import Bookkeeping
from fxcrm.bootstrap import year_rates
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.ledger import Company, trading_chart
from fxcrm.ledger.accounts import Duties
from fxcrm.ledger.handwriting import DeviationTooLarge
from fxcrm.ledger.journal import Entry
from fxcrm.money import Money, Rounding
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.simulation import ParallelUnplanned, PlanRefused, YearPlan, generated_year
from fxcrm.simulation.chance import Chance
from fxcrm.usecases.exporting import daybook
from fxcrm.usecases.noting import VOUCHERS
from fxcrm.usecases.paying import PAYMENTS
from fxcrm.usecases.performing import reading
from fxcrm.usecases.proving import Proof, promises, prove
from fxcrm.usecases.recounting import Books, read_books
from fxcrm.usecases.simulating import AnotherYear, YearFigures, simulate, year_figures
from fxcrm.usecases.telling import Story
from scripts import generate_ecb_year
from tests.plain_tools import needs_hledger, seen_by_beancount, seen_by_hledger, seen_by_us

REVALUED = "revaluation:nordwind:2025-06-30:items:1"
SMALL = YearPlan(2025, customers=12, documents=40)


@pytest.fixture(scope="module")
def rates() -> RateTable:
    """The rates that the package carries."""
    return year_rates(2025).fetch().table


@pytest.fixture(scope="module")
def year(rates: RateTable) -> Story:
    """A small year."""
    return generated_year(SMALL, rates)


def told(store: Store, rates: RateTable, year: Story) -> Store:
    """The store after the year."""
    for _ in simulate(store, rates, year, actor="test"):
        pass
    return store


@pytest.fixture(scope="module")
def kept(rates: RateTable, year: Story) -> Iterator[Store]:
    """The small year in memory."""
    with closing(told(MemoryStore(), rates, year)) as store:
        yield store


@pytest.fixture(scope="module")
def rich(rates: RateTable) -> Iterator[Store]:
    """A larger year, in which items are settled in every way."""
    year = generated_year(attrs.evolve(SMALL, documents=200, companies=1, currencies=5), rates)
    with closing(told(MemoryStore(), rates, year)) as store:
        yield store


def looked_at(store: Store, rates: RateTable, year: Story) -> tuple[YearFigures, list[Proof]]:
    """Figures and proofs."""
    with reading(store, rates, at=year.steps[-1].at) as desk, closing(MemoryStore()) as replica:
        return year_figures(desk), list(prove(store, desk, replica))


def test_a_seed_gives_one_year(rates: RateTable, year: Story) -> None:
    """The same plan gives the same commands, another seed others."""
    assert generated_year(SMALL, rates) == year
    other = generated_year(attrs.evolve(SMALL, seed=2), rates)
    assert [step.content for step in other.steps] != [step.content for step in year.steps]


def test_chance_is_the_published_generator() -> None:
    """The first words of SplitMix64 from seed 0, as its authors' program prints them."""
    chance = Chance(0)
    words = [chance.word() for _ in range(3)]
    assert [f"{one:016x}" for one in words] == [
        "e220a8397b1dcdaf",
        "6e789e6aa1b965f4",
        "06c45d188009454f",
    ]


def test_every_number_of_a_span_comes_up() -> None:
    """Both ends included, about as often as the others."""
    chance = Chance(7)
    drawn = Counter(chance.between(3, 6) for _ in range(4_000))
    assert set(drawn) == {3, 4, 5, 6}
    assert all(900 < count < 1_100 for count in drawn.values())


def test_weights_are_kept() -> None:
    """Three times the weight comes up about three times as often; a share of 0 never."""
    chance = Chance(7)
    drawn = Counter(chance.weighted([(3, "a"), (1, "b")]) for _ in range(4_000))
    assert 2_900 < drawn["a"] < 3_100
    assert not any(chance.falls(0) for _ in range(200))
    assert all(chance.falls(100) for _ in range(200))


@pytest.mark.parametrize(
    ("name", "given"), [("companies", 0), ("customers", 0), ("currencies", 1), ("documents", 10**9)]
)
def test_a_year_of_no_size_is_refused(name: str, given: Any) -> None:
    """The number that does not fit is named with its limits."""
    with pytest.raises(PlanRefused, match=name):
        attrs.evolve(SMALL, **{name: given})


def test_the_carried_rates_are_those_of_the_bank(rates: RateTable) -> None:
    """The file in the package is what its script takes out of the published history."""
    assert generate_ecb_year.main(["--check"]) == 0
    assert len(rates.series) == 30
    assert rates.rate("EUR", "USD", date(2025, 12, 31)).on == date(2025, 12, 31)


def test_two_years_of_rates_are_one_table() -> None:
    """Each year as it stands alone; the days that both hold are told once."""
    both = year_rates(2024, 2).fetch().table
    assert len(both.series) == 30
    for year in (2024, 2025):
        alone = year_rates(year).fetch().table
        for day in (date(year, 1, 1), date(year, 7, 14), date(year, 12, 31)):
            million = Money("1000000.00", "USD")
            assert both.convert(million, "GBP", day) == alone.convert(million, "GBP", day)


def test_a_year_has_everything_in_it(rates: RateTable) -> None:
    """A year of the usual size is paid in every way, and mostly in the plain one."""
    done = Counter(step.do for step in generated_year(YearPlan(2025), rates).steps)
    assert {*PAYMENTS, *VOUCHERS, "take loan", "repay loan", "realise balance"} <= set(done)
    assert {"take order", "lock rate", "lapse quote", "pay costs"} <= set(done)
    begun = done["take order"] + done["draft quote"] + done["enter bill"] + done["pay advance"]
    assert 5_000 <= begun < 5_200  # some bills follow from an advance, or use up a credit
    assert done["receive payment"] > 4_000
    assert min(count for do, count in done.items() if do != "register company") > 5


def test_what_was_let_off_is_not_credited(rates: RateTable) -> None:
    """No credit note is of more than the invoice, less the discount and what was written off."""
    total: dict[str, Money] = {}
    let_off: dict[str, Money] = {}
    tight = 0
    for step in generated_year(YearPlan(2025, customers=60, documents=600), rates).steps:
        if step.do == "take order":
            total[step.text("id")] = Money.total(
                (row.money("unit_price") * row.number("quantity")).rounded(Rounding.HALF_EVEN)
                for row in step.rows("lines")
            )
        elif step.do == "invoice order" and step.text("order") in total:
            total[step.text("id")] = total[step.text("order")]
        elif (invoice := str(step.arguments.get("invoice"))) in total:
            none = Money.zero(total[invoice].currency)
            parts = (step.some_money("discount"), step.some_money("write_off"))
            let_off[invoice] = Money.total(
                (one for one in parts if one), currency=none.currency
            ) + let_off.get(invoice, none)
            if step.do == "credit invoice":
                rest = total[invoice] - let_off[invoice]
                assert step.money("amount") <= rest, step.content
                tight += step.money("amount") == rest != total[invoice]
    assert tight > 0


def test_entries_by_hand_come_to_an_end(kept: Store, rates: RateTable, year: Story) -> None:
    """Each month some are changed, some discarded, some at a value that somebody gave."""
    drafted = [step for step in year.steps if step.do == "draft voucher"]
    given = [step for step in drafted if "functional" in str(step.arguments["lines"])]
    assert len(drafted) == 5 * 12 * 2
    assert len(given) > 6
    with reading(kept, rates, at=year.steps[-1].at) as desk:
        states = Counter(one.state for one in desk.uow.vouchers.all())
    assert states == {"posted": 4 * 12 * 2, "discarded": 12 * 2}


def test_a_value_by_hand_stays_within_the_deviation(rates: RateTable, year: Story) -> None:
    """By the usual rules, which allow none, the first one that was given is refused."""
    strict = attrs.evolve(year, bookkeeping=Bookkeeping())
    with (
        closing(MemoryStore()) as store,
        pytest.raises(DeviationTooLarge, match=r"0 % at the most"),
    ):
        told(store, rates, strict)


def test_every_promise_holds(kept: Store, rates: RateTable, year: Story) -> None:
    """A generated year leaves sound books, and every month is closed."""
    figures, proofs = looked_at(kept, rates, year)
    assert [one for one in proofs if not one.holds] == []
    assert len(proofs) > 12
    assert {one.as_of for one in figures.trial_balances} == {date(2025, 12, 31)}
    assert sum(step.do == "close books" for step in year.steps) == 24


def test_three_stores_give_the_same_figures(
    kept: Store, rates: RateTable, year: Story, tmp_path: Path, postgresql_url: str
) -> None:
    """Digest, counts and trial balances, in memory, in SQLite and in PostgreSQL."""
    expected = looked_at(kept, rates, year), kept.digest()
    for store in (open_sqlite(tmp_path / "year.sqlite3"), open_postgresql(postgresql_url)):
        with closing(store):
            told(store, rates, year)
            assert (looked_at(store, rates, year), store.digest()) == expected


def test_a_year_that_was_stopped_goes_on(kept: Store, rates: RateTable, year: Story) -> None:
    """A second run does what is left and doubles nothing."""
    with closing(MemoryStore()) as store:
        for number, _ in enumerate(simulate(store, rates, year, actor="test")):
            if number == len(year.steps) // 2:
                break
        done = [one.fresh for _, one in simulate(store, rates, year, actor="test")]
        assert done.count(False) == len(year.steps) // 2 + 1
        assert store.digest() == kept.digest()


def test_a_parallel_book_has_every_entry(rates: RateTable) -> None:
    """It is closed and proved as the other is; who keeps their books in its currency has none."""
    plan = YearPlan(2025, customers=6, documents=20, currencies=5, parallel=Currency("USD"))
    year = generated_year(plan, rates)
    with closing(told(MemoryStore(), rates, year)) as store:
        figures, proofs = looked_at(store, rates, year)
        with reading(store, rates, at=year.steps[-1].at) as desk:
            books = {one.id: one for one in desk.uow.companies.all()}
            kinds = {id: Counter(one.kind for one in desk.uow.journal.entries(id)) for id in books}
    assert [one for one in proofs if not one.holds] == []
    assert set(books) == {"albion", "nordwind", "nordwind:USD"}
    assert {one.closed_through for one in books.values()} == {date(2025, 12, 31)}
    measured = {"revaluation", "reversal", "realised"}
    own, beside = (
        {kind: count for kind, count in kinds[CompanyId(id)].items() if kind not in measured}
        for id in ("nordwind", "nordwind:USD")
    )
    assert own == beside
    assert {one.functional.code for one in figures.trial_balances} == {"EUR", "USD"}


def test_a_parallel_book_is_in_a_currency_of_the_year() -> None:
    """Which there are rates for."""
    with pytest.raises(ParallelUnplanned, match="EUR USD GBP"):
        YearPlan(2025, currencies=3, parallel=Currency("CHF"))


def test_a_store_holds_one_year(kept: Store, rates: RateTable) -> None:
    """Another one is refused before anything is written."""
    before = kept.digest()
    other = generated_year(attrs.evolve(SMALL, seed=2), rates)
    with pytest.raises(AnotherYear, match="seed 2"):
        told(kept, rates, other)
    assert kept.digest() == before


def test_a_store_with_a_company_holds_no_year(rates: RateTable, year: Story) -> None:
    """Nor is a year added to what is there already."""
    with closing(MemoryStore()) as store:
        with store.begin() as uow:
            uow.companies.add(Company(CompanyId("acme"), "Acme", Currency("EUR"), date(2025, 1, 1)))
            uow.commit()
        before = store.digest()
        with pytest.raises(AnotherYear):
            told(store, rates, year)
        assert store.digest() == before


Plant = Callable[[Books], Books]
Change = Callable[[Entry], tuple[Entry, ...]]


def planted_in(kind: str, change: Change) -> Plant:
    """Changes the first entry whose id begins so, and that booked an exchange difference."""

    def plant(books: Books) -> Books:
        duties = books.chart.duties
        first = next(
            one
            for one in books.entries
            if one.id.startswith(kind)
            and (kind == "invoice" or any(x.account in FX(duties) for x in one.postings))
        )
        pairs = ((one,) if one is not first else change(one) for one in books.entries)
        return attrs.evolve(books, entries=tuple(chain.from_iterable(pairs)))

    return plant


def FX(duties: Duties) -> tuple[str, str]:  # noqa: N802
    """The accounts of exchange differences."""
    return duties.realised_fx, duties.unrealised_fx


def lopsided(entry: Entry) -> tuple[Entry]:
    """The same entry without its last line, past its own check."""
    made = attrs.evolve(entry)
    object.__setattr__(made, "postings", entry.postings[:-1])
    return (made,)


def swapped(entry: Entry) -> tuple[Entry]:
    """The difference on the other side, and the bank's value so that it balances again."""
    bank, *others, gain = entry.postings
    value = bank.functional + gain.functional + gain.functional
    lines = (attrs.evolve(bank, functional=value), *others, gain.reversed)
    return (attrs.evolve(entry, postings=lines),)


def off_by_one(account: Callable[[Duties], str]) -> Change:
    """A minor unit goes from the line of an account to realised differences."""

    def change(entry: Entry) -> tuple[Entry]:
        line = next(one for one in entry.postings if one.account == account(DUTIES))
        cent = Money.from_minor(1, line.functional.currency)
        other = attrs.evolve(line, functional=line.functional - cent)
        none = Money.zero(line.amount.currency)
        gained = attrs.evolve(line, account=DUTIES.realised_fx, amount=none, functional=cent)
        lines = (*(one if one is not line else other for one in entry.postings), gained)
        return (attrs.evolve(entry, postings=lines),)

    return change


def planted_on(kind: str, account: Callable[[Duties], str], change: Change) -> Plant:
    """Changes the first entry of a kind with such a line whose items were all settled later."""

    def plant(books: Books) -> Books:
        settled = {one.id for one in books.items if one.is_settled and one.is_foreign}
        first = next(
            one
            for one in books.entries
            if one.kind == kind
            and any(x.account == account(DUTIES) for x in one.postings)
            and {x.item for x in one.postings if x.item} <= settled
        )
        pairs = ((one,) if one is not first else change(one) for one in books.entries)
        return attrs.evolve(books, entries=tuple(chain.from_iterable(pairs)))

    return plant


def to_sales(entry: Entry) -> tuple[Entry]:
    """What was realised stands on another account."""
    lines = (
        one
        if one.account != DUTIES.realised_fx
        else attrs.evolve(one, account=DUTIES.sales, item=None)
        for one in entry.postings
    )
    return (attrs.evolve(entry, postings=tuple(lines)),)


def forgotten(books: Books) -> Books:
    """Without the last item of a customer."""
    kept = max(one.id for one in books.items if one.party.startswith("customer") and one.open)
    return attrs.evolve(books, items=tuple(one for one in books.items if one.id != kept))


DUTIES = trading_chart().duties
LIFETIME = "lifetime difference"
PLANTED: dict[str, tuple[Plant, str]] = {
    "a line is missing": (planted_in("payment", lopsided), "every entry"),
    "an entry is missing": (planted_in("payment", lambda _: ()), "trial balances"),
    "an entry stands twice": (planted_in("invoice", lambda one: (one, one)), "each open item"),
    "a reversal was dropped": (planted_in(f"{REVALUED}:reversal", lambda _: ()), "items add up"),
    "an item was revalued twice": (planted_in(REVALUED, lambda one: (one, one)), "each open item"),
    "a sign was swapped": (planted_in("payment", swapped), LIFETIME),
    "a discount at another rate": (
        planted_on(
            "settlement",
            lambda one: one.discounts_allowed,
            off_by_one(lambda one: one.discounts_allowed),
        ),
        LIFETIME,
    ),
    "a write-off at another rate": (
        planted_on("write-off", lambda one: one.write_offs, off_by_one(lambda one: one.write_offs)),
        LIFETIME,
    ),
    "a set-off without its difference": (
        planted_on("offset", lambda one: one.realised_fx, to_sales),
        LIFETIME,
    ),
    "an item is forgotten": (forgotten, "the statement of each"),
}


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_error_breaks_a_promise(
    planted: str, rich: Store, rates: RateTable, year: Story
) -> None:
    """What was planted into the books is told under the promise that it breaks."""
    plant, promise = PLANTED[planted]
    with reading(rich, rates, at=year.steps[-1].at) as desk:
        books = read_books(desk, desk.uow.companies.get(CompanyId("nordwind")))
        assert [one.promise for one in promises([books]) if not one.holds] == []
        broken = [one for one in promises([plant(books)]) if not one.holds]
    assert any(one.promise.startswith(promise) for one in broken), broken
    assert all(0 < len(one.faults) <= 4 for one in broken)


def test_a_row_that_was_altered_is_told(rates: RateTable, tmp_path: Path) -> None:
    """The audit trail is held against the rows: a name changed behind the store's back shows."""
    import sqlite3

    path = tmp_path / "year.sqlite3"
    year = generated_year(attrs.evolve(SMALL, documents=1, customers=2), rates)
    with closing(open_sqlite(path)) as store:
        told(store, rates, year)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE customers SET name = 'Somebody' WHERE id = 'customer-0001'")
    with closing(open_sqlite(path)) as store:
        broken = [one for one in looked_at(store, rates, year)[1] if not one.holds]
    assert [one.promise for one in broken] == ["the audit trail verifies"]
    assert "customer-0001" in broken[0].faults[0]


@needs_hledger
def test_other_programs_agree_with_the_books_of_the_year(
    kept: Store, rates: RateTable, year: Story
) -> None:
    """What is held, what it is carried at, what it is worth: to the minor unit."""
    with reading(kept, rates, at=year.steps[-1].at) as desk:
        for company in desk.uow.companies.all():
            found = daybook(desk, company.id, through=year.last_day)
            held = desk.uow.journal.balances(company.id, year.last_day)
            ours = seen_by_us(found, held, desk.uow.decisions.all())
            assert seen_by_beancount(found) == ours
            assert seen_by_hledger(found) == ours
