"""Vouchers: entries written by hand, drafted, changed, and booked at the rate of their day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.bookingrates import MonthOpening
from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId, VoucherId
from fxcrm.ledger import (
    Company,
    Entry,
    EntryUnbalanced,
    PeriodClosed,
    Voucher,
    VoucherLine,
    trading_chart,
)
from fxcrm.ledger.accounts import AccountMissing
from fxcrm.ledger.handwriting import (
    DeviationTooLarge,
    VoucherLineRefused,
    VoucherRateMissing,
    entry_of,
)
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money, SubMinorAmount
from fxcrm.ports.storage import AlreadyThere
from fxcrm.rates import RateMissing
from fxcrm.usecases import (
    change_voucher,
    close_period,
    discard_voucher,
    draft_voucher,
    open_parallel_book,
    post_voucher,
    reverse_entry,
)
from fxcrm.usecases.paralleling import ParallelRefused
from tests.ledger.notation import DAY as CHOSEN_ON
from tests.ledger.notation import chosen, half_even, money, value, written
from tests.usecases.office import EUR, FEBRUARY, FIRST, JANUARY, NORDWIND, USD, Office

DAY = date(2026, 1, 20)  # 1 EUR = 1.0819 USD, 0.8419 GBP
ID = VoucherId("V-1")


def _line(account: str, amount: str, functional: str = "", text: str = "") -> VoucherLine:
    known = money(functional) if functional else None
    return VoucherLine(AccountCode(account), money(amount), known, text=text)


RENT = (_line("5000", "USD 100.00"), _line("1000", "USD -100.00"))


def _draft(office: Office, *lines: VoucherLine, on: date = DAY, id: VoucherId = ID) -> Voucher:
    with office.desk(FEBRUARY) as desk:
        return draft_voucher(desk, id, company=NORDWIND, on=on, text="Rent", lines=lines)


def _post(office: Office, id: VoucherId = ID) -> Entry:
    return office.at(FEBRUARY, lambda desk: post_voucher(desk, id))


def _booked(*lines: VoucherLine, deviation: str = "0") -> Entry:
    rules = BookRules(largest_deviation=Fraction(deviation))
    office = Office(bookkeeping=Bookkeeping(rules)).open()
    _draft(office, *lines)
    return _post(office)


def test_a_draft_is_booked_at_the_rate_of_its_day() -> None:
    """Nothing is in the books before; the entry is named after the voucher and says why."""
    office = Office().open()
    drafted = _draft(office, *RENT)
    assert drafted.is_draft
    assert office.balances(FEBRUARY) == {}
    made = _post(office)
    assert written(made) == [
        ("5000", "USD 100.00", "EUR 92.43"),
        ("1000", "USD -100.00", "EUR -92.43"),
    ]
    assert (made.id, made.kind, made.on, made.text) == ("voucher:V-1", "voucher", DAY, "Rent")
    assert {one.decision for one in made.postings} == {"booking:EUR/USD:2026-01-20:1"}
    with office.store.begin() as unit:
        assert unit.vouchers.get(ID).state == "posted"
        assert [one.event.name for one in unit.events.after(0)][-2:] == [
            "voucher drafted",
            "voucher posted",
        ]


def test_a_draft_need_not_balance_and_its_entry_must() -> None:
    """What is missing is told when it is posted; the draft stays and can be mended."""
    office = Office().open()
    _draft(office, RENT[0])
    digest = office.store.digest()
    with pytest.raises(EntryUnbalanced) as caught:
        _post(office)
    assert caught.value.entry == "voucher:V-1"
    assert office.store.digest() == digest
    office.at(FEBRUARY, lambda desk: change_voucher(desk, ID, lines=RENT))
    assert len(_post(office).postings) == 2


def test_a_draft_changes_and_what_was_posted_does_not() -> None:
    """Day, text and lines of a draft; a posted one is reversed, a discarded one stays so."""
    office = Office().open()
    _draft(office, *RENT)
    day = DAY + timedelta(days=1)
    changed = office.at(FEBRUARY, lambda desk: change_voucher(desk, ID, on=day, text="Office"))
    assert (changed.on, changed.text, changed.lines) == (day, "Office", RENT)
    made = _post(office)
    assert (made.on, made.text) == (day, "Office")
    for command in (
        lambda desk: change_voucher(desk, ID, text="Other"),
        lambda desk: post_voucher(desk, ID),
        lambda desk: discard_voucher(desk, ID, on=FEBRUARY),
    ):
        with pytest.raises(TransitionRefused):
            office.at(FEBRUARY, command)
    back = office.at(FEBRUARY, lambda desk: reverse_entry(desk, made.id, day, "twice"))
    assert back.reverses == made.id


def test_a_discarded_draft_is_never_booked() -> None:
    """It stays on record as discarded."""
    office = Office().open()
    _draft(office, *RENT)
    gone = office.at(FEBRUARY, lambda desk: discard_voucher(desk, ID, on=FEBRUARY))
    assert gone.state == "discarded"
    with pytest.raises(TransitionRefused):
        _post(office)
    assert office.balances(FEBRUARY) == {}


def test_two_currencies_meet_on_the_clearing_account() -> None:
    """Dollars bought for euros by hand: a clearing line for each, and no value left (D7a)."""
    made = _booked(
        _line("1000", "USD 100.00", "EUR 93.00"),
        _line("1900", "USD -100.00", "EUR -93.00"),
        _line("1900", "EUR 93.00"),
        _line("1000", "EUR -93.00"),
        deviation="0.01",
    )
    assert [str(one.functional) for one in made.postings] == [
        "EUR 93.00", "EUR -93.00", "EUR 93.00", "EUR -93.00",
    ]  # fmt: skip
    with pytest.raises(EntryUnbalanced):
        _booked(_line("1000", "USD 100.00"), _line("1000", "EUR -92.43"))


@pytest.mark.parametrize(
    ("functional", "deviation", "apart"),
    [
        ("EUR 92.43", "0", ""),
        ("EUR 92.42", "0", "0.0108"),
        ("EUR 92.44", "0", "0.0108"),
        ("EUR 93.35", "0.01", ""),
        ("EUR 93.36", "0.01", "1.006184"),
        ("EUR 91.51", "0.01", ""),
        ("EUR 91.50", "0.01", "1.00615"),
        ("EUR -92.43", "0.5", "200.000017"),
        ("EUR 100.00", "0.0819", ""),
    ],
)
def test_a_given_value_lies_within_the_allowed_deviation(
    functional: str, deviation: str, apart: str
) -> None:
    """USD 100.00 is EUR 92.4299 at 1.0819; both figures are told, and the rounding is free."""
    other = str(-money(functional))
    lines = _line("5000", "USD 100.00", functional), _line("1000", "USD -100.00", other)
    if not apart:
        assert written(_booked(*lines, deviation=deviation))[0][2] == functional
        return
    with pytest.raises(DeviationTooLarge) as caught:
        _booked(*lines, deviation=deviation)
    refused = caught.value
    assert (refused.line, refused.functional) == (1, money(functional))
    assert refused.at_spot == money("EUR 92.43")
    assert refused.deviation.startswith(apart)
    assert refused.largest == str(Fraction(deviation) * 100).replace("50/1", "50")


def test_by_default_no_deviation_is_allowed() -> None:
    """Until a company states a share, a value is what the rate says, to the minor unit."""
    with pytest.raises(DeviationTooLarge, match=r"0\.010802 % apart and not 0 % at the most"):
        _booked(_line("5000", "USD 100.00", "EUR 92.42"), RENT[1])


def test_what_measuring_several_lines_leaves_is_rounding() -> None:
    """Three dollars and two are EUR 2.77 and 1.85; five are 4.62 (D30)."""
    lines = [_line("5000", "USD 3.00"), _line("5300", "USD 2.00"), _line("1000", "USD -5.00")]
    assert [row[2] for row in written(_booked(*lines))] == ["EUR 2.77", "EUR 1.85", "EUR -4.62"]
    lines = [_line("5000", "USD 1.00")] * 3 + [_line("1000", "USD -3.00")]
    made = _booked(*lines)
    assert written(made)[-1] == ("7900", "USD 0.00", "EUR 0.01")
    assert made.postings[-1].text == "rounding: line"


def test_a_given_value_is_not_rounded_so_it_leaves_nothing_to_rounding() -> None:
    """Two given lines that differ by a cent are off balance, though within the deviation."""
    with pytest.raises(EntryUnbalanced, match=r"EUR 0\.01"):
        _booked(
            _line("5000", "USD 100.00", "EUR 92.43"),
            _line("1000", "USD -100.00", "EUR -92.42"),
            deviation="0.01",
        )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (_line("1100", "EUR 5.00"), "account 1100 is kept by open items"),
        (_line("2300", "EUR 5.00"), "book an invoice, a bill, a payment or a credit note"),
        (
            VoucherLine(AccountCode("1000"), money("EUR 5.00"), item=OpenItemId("item:1")),
            "is kept by open items",
        ),
        (_line("4200", "EUR 5.00"), "holds dealings in the group"),
        (_line("7900", "EUR 0.01"), "rounding has a reason, as its text: rounding: line, "),
        (_line("7900", "EUR 0.01", text="small change"), "rounding has a reason"),
        (_line("1000", "USD 0.00", "EUR 5.00"), "there is no amount"),
        (_line("1000", "EUR 0.00"), "there is no amount"),
        (_line("1000", "EUR 5.00", "EUR 5.01"), "one currency, two amounts"),
    ],
)
def test_what_is_not_written_by_hand_names_its_line_and_the_way_out(
    line: VoucherLine, reason: str
) -> None:
    """Refused when it is drafted, and when a draft is changed into it; nothing is kept."""
    office = Office().open()
    digest = office.store.digest()
    with pytest.raises(VoucherLineRefused) as caught:
        _draft(office, RENT[0], line)
    assert (caught.value.voucher, caught.value.line) == (ID, 2)
    assert reason in caught.value.reason
    assert office.store.digest() == digest
    _draft(office, *RENT)
    with pytest.raises(VoucherLineRefused):
        office.at(FEBRUARY, lambda desk: change_voucher(desk, ID, lines=[line]))


def test_rounding_by_hand_has_a_reason_and_its_bound_at_the_close() -> None:
    """A tax that was rounded apart: a cent for two lines, and the books close (D30)."""
    office = Office().open()
    lines = [
        _line("5000", "EUR 9.99"),
        _line("7900", "EUR 0.01", text="rounding: tax"),
        _line("1000", "EUR -10.00"),
    ]
    _draft(office, *lines)
    _post(office)
    closed = office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    assert closed.closed_through == JANUARY


def test_what_does_not_fit_is_refused_at_the_draft() -> None:
    """An account that is not there, a value in another currency than the books."""
    office = Office().open()
    with pytest.raises(AccountMissing):
        _draft(office, _line("9999", "EUR 5.00"))
    with pytest.raises(CurrencyMismatch):
        _draft(office, _line("1000", "USD 5.00", "GBP 4.00"))
    _draft(office, *RENT)
    with pytest.raises(AlreadyThere):
        _draft(office, *RENT)


def test_a_voucher_is_of_an_open_day_with_a_rate() -> None:
    """A closed day takes no draft and no posting; a day without rate books nothing (F6, F8)."""
    office = Office().open()
    _draft(office, *RENT)
    _draft(office, _line("5000", "JPY 100"), _line("1000", "JPY -100"), id=VoucherId("V-2"))
    with pytest.raises(RateMissing):
        _post(office, VoucherId("V-2"))
    strict = Bookkeeping.read({"default": {"drafts": "report"}})
    report = Office(office.store, bookkeeping=strict)
    report.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    digest = office.store.digest()
    for refused in (
        lambda: _post(office),
        lambda: _draft(office, *RENT, id=VoucherId("V-3")),
        lambda: office.at(FEBRUARY, lambda desk: change_voucher(desk, ID, text="Other")),
    ):
        with pytest.raises(PeriodClosed):
            refused()
    assert office.store.digest() == digest


def test_less_than_a_minor_unit_is_not_booked() -> None:
    """A posting holds no fraction of a cent (M10)."""
    with pytest.raises(SubMinorAmount):
        _booked(_line("5000", "EUR 0.001"), _line("1000", "EUR -0.001"))


def test_the_company_s_booking_rate_measures_a_voucher_too() -> None:
    """The opening rate of the month, where the company chose it (D1)."""
    office = Office(bookkeeping=Bookkeeping(BookRules(rates=MonthOpening()))).open()
    _draft(office, *RENT)
    assert written(_post(office))[0] == ("5000", "USD 100.00", "EUR 92.59")


def test_parallel_books_take_the_voucher_too() -> None:
    """Measured at their own rate; values that were given in euros say nothing there."""
    rules = BookRules(largest_deviation=Fraction(1, 10))
    office = Office(bookkeeping=Bookkeeping(rules)).open()
    office.at(FIRST, lambda desk: open_parallel_book(desk, NORDWIND, currency=USD))
    lines = _line("5000", "GBP 100.00", "EUR 120.00"), _line("1000", "GBP -100.00", "EUR -120.00")
    _draft(office, *lines)
    assert written(_post(office))[0] == ("5000", "GBP 100.00", "EUR 120.00")
    with office.store.begin() as unit:
        beside = unit.journal.find(EntryId("voucher:V-1:nordwind:USD"))
        assert beside is not None
        assert written(beside)[0] == ("5000", "GBP 100.00", "USD 128.51")  # 1.0819 / 0.8419
    back = office.at(
        FEBRUARY, lambda desk: reverse_entry(desk, EntryId("voucher:V-1"), DAY, "by mistake")
    )
    assert back.company == NORDWIND
    with office.store.begin() as unit:
        assert unit.journal.find(EntryId("voucher:V-1:nordwind:USD:reversal")) is not None
    other, its = VoucherId("V-9"), CompanyId("nordwind:USD")
    with pytest.raises(ParallelRefused), office.desk(FEBRUARY) as desk:
        draft_voucher(desk, other, company=its, on=DAY, text="", lines=RENT)


def test_without_a_decision_nothing_is_measured() -> None:
    """The pure function takes no rate one to one (D2)."""
    voucher = Voucher(ID, NORDWIND, CHOSEN_ON, "Rent", RENT)
    books = Company(NORDWIND, "Nordwind", EUR, FIRST)
    with pytest.raises(VoucherRateMissing):
        entry_of(voucher, books, {}, trading_chart(), entry=EntryId("voucher:V-1"))


def _amounts(total: int, cuts: Iterable[int]) -> list[int]:
    points = [0, *sorted({one % total for one in cuts} - {0}), total]
    return [later - before for before, later in pairwise(points)]


@given(
    st.integers(1, 10**8),
    st.lists(st.integers(1, 10**8), max_size=6),
    st.integers(500_000, 3_000_000),
)
def test_any_split_is_booked_within_its_bound(total: int, cuts: list[int], rate: int) -> None:
    """Each line half-even against plain fractions; the rest is rounding, or nothing (M9, D30)."""
    spot = chosen("EUR/USD", f"{rate // 10**6}.{rate % 10**6:06d}")
    parts = _amounts(total, cuts)
    lines = [VoucherLine(AccountCode("5000"), Money.from_minor(one, "USD")) for one in parts]
    lines.append(VoucherLine(AccountCode("1000"), Money.from_minor(-total, "USD")))
    voucher = Voucher(ID, NORDWIND, CHOSEN_ON, "Rent", lines)
    books = Company(NORDWIND, "Nordwind", EUR, FIRST)
    made = entry_of(voucher, books, {USD: spot}, trading_chart(), entry=EntryId("voucher:V-1"))
    assert spot.purpose is Purpose.BOOKING
    exact = [half_even(Fraction(one, 100) / Fraction(rate, 10**6)) for one in (*parts, -total)]
    assert [value(one.functional) for one in made.postings[: len(exact)]] == exact
    rest = [value(one.functional) for one in made.postings[len(exact) :]]
    assert rest == [-sum(exact, Fraction())] * bool(sum(exact, Fraction()))
    assert all(abs(one) <= Fraction(len(exact), 200) for one in rest)
