"""Month end on a store: styles, verdicts, named rates, reruns, and the sheet before posting."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.bookkeeping import Bookkeeping, BookRules, Drafts
from fxcrm.decisions import RateNotYetKnown
from fxcrm.errors import FxcrmError
from fxcrm.ids import AccountCode, OpenItemId, ProposalId, VoucherId
from fxcrm.ledger import (
    JournalLine,
    OpenItem,
    Revaluation,
    Style,
    TrialSheet,
    Verdict,
    Voucher,
    VoucherLine,
)
from fxcrm.ledger.revaluation import (
    ReversalRefused,
    StyleSwitched,
    ValueWithoutAmount,
    revalued_until,
)
from fxcrm.money import Money
from fxcrm.rates import ExchangeRate, RateRefused
from fxcrm.usecases import (
    close_period,
    items_as_of,
    open_parallel_book,
    pay_costs,
    pay_in_capital,
    realise_balance,
    revalue,
    trial_revaluation,
)
from fxcrm.usecases.adjusting import AdjustingRateInverted, AdjustingRateUnfit
from fxcrm.usecases.closing import BooksNotReady
from fxcrm.usecases.revaluing import DraftsOpen, ProposalMissing, RefusalRefused
from fxcrm.usecases.standing import open_items_as_of
from tests.faults.ratekinds import DECIMALS, TEXTS
from tests.ledger.notation import half_even, money, value
from tests.usecases.office import (
    EUR,
    FEBRUARY,
    FIRST,
    GBP,
    JANUARY,
    MARCH,
    NORDWIND,
    USD,
    Office,
)

DAY = date(2026, 1, 10)
NEXT = JANUARY + timedelta(days=1)
FIRST_ITEM = ProposalId("item:nordwind:nordwind-INV-0001")
SECOND_ITEM = ProposalId("item:nordwind:nordwind-INV-0002")
BANK = ProposalId("1000/USD")
RECEIVABLES, CASH = AccountCode("1100"), AccountCode("1000")
KEPT = Bookkeeping(BookRules(styles={RECEIVABLES: Style.CUMULATIVE}))
RUN = "revaluation:nordwind:2026-01-31"


def _run(office: Office, day: date = JANUARY, kept: Bookkeeping | None = None, **how: Any) -> Any:
    """Revalue Nordwind in a unit of work of its own; ``how`` as `revalue` takes it."""
    with office.desk(day) as desk:
        at = attrs.evolve(desk, bookkeeping=kept or Bookkeeping())
        return revalue(at, NORDWIND, day, **how)


def _trial(office: Office, day: date = JANUARY, **how: Any) -> Revaluation:
    return office.at(day, lambda desk: trial_revaluation(desk, NORDWIND, day, **how))


def _items(office: Office, day: date) -> list[OpenItem]:
    return office.at(MARCH, lambda desk: list(items_as_of(desk, NORDWIND, day)))


def _open_items(office: Office, day: date) -> list[OpenItem]:
    return office.at(MARCH, lambda desk: list(open_items_as_of(desk, NORDWIND, day)))


def _item(office: Office, id: str = FIRST_ITEM) -> OpenItem:
    with office.store.begin() as unit:
        return unit.items.get(OpenItemId(id))


def _item_lines(office: Office, id: str = FIRST_ITEM) -> list[JournalLine]:
    with office.store.begin() as unit:
        return list(unit.journal.item_lines(OpenItemId(id)))


def _billed(*amounts: str) -> Office:
    office = Office().open()
    for number, amount in enumerate(amounts or ("USD 1080.90",), 1):
        office.invoice(number, amount, DAY)
    return office


def _ids(run: Revaluation) -> list[str]:
    return [one.id.removeprefix(RUN) for one in run.entries]


def _verdicts(run: Revaluation) -> dict[str, str]:
    return {one.id: one.verdict.value for one in run.proposals}


# ---------------------------------------------------------------- two styles (D14, D16)


def test_a_kept_adjustment_stands_on_the_item() -> None:
    """USD 1,080.90 booked at 1,000.00, at 1.0830 worth 998.06: carried so until it is settled."""
    office = _billed()
    run = _run(office, kept=KEPT)
    assert _ids(run) == [":items-cumulative:1"]
    assert office.balances(MARCH)["1100"] == money("EUR 998.06")
    item = _item(office)
    assert (item.carrying, item.adjusted) == (money("EUR 1000.00"), money("EUR -1.94"))
    [stood] = _items(office, FEBRUARY)
    assert (stood.open, stood.carrying, stood.adjusted) == (item.open, item.carrying, item.adjusted)


def test_the_next_kept_run_books_the_change_alone() -> None:
    """From 998.06 to the value at February's rate, and the item says both together."""
    office = _billed()
    _run(office, kept=KEPT)
    run = _run(office, FEBRUARY, kept=KEPT)
    worth = half_even(Fraction("1080.90") / Fraction("1.0858"))
    assert value(run.proposals[0].gain.value) == worth - Fraction("998.06")
    assert value(_item(office).carried) == worth
    assert value(office.balances(FEBRUARY)["1100"]) == worth


def test_an_adjustment_is_split_from_what_was_booked() -> None:
    """As of the closing day both parts are seen; the day after the second one is gone (D14)."""
    office = _billed()
    _run(office)
    at_end, after = _items(office, JANUARY)[0], _items(office, NEXT)[0]
    assert (at_end.carrying, at_end.adjusted) == (money("EUR 1000.00"), money("EUR -1.94"))
    assert (after.carrying, after.adjusted) == (money("EUR 1000.00"), money("EUR 0.00"))
    assert _item(office).adjusted.is_zero


def test_an_item_does_not_switch_its_style() -> None:
    """Reversing in January, cumulative in February: refused, and nothing is written (D14)."""
    office = _billed()
    _run(office)
    digest = office.store.digest()
    with pytest.raises(StyleSwitched) as caught:
        _run(office, FEBRUARY, kept=KEPT)
    assert (caught.value.was, caught.value.now) == ("reversing", "cumulative")
    assert (caught.value.proposal, office.store.digest()) == (FIRST_ITEM, digest)


def test_a_balance_can_be_taken_back_too() -> None:
    """Style is data of the account; a balance goes back to what it was paid in at."""
    office = Office().open()
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY))
    before = office.balances(DAY)["1000"]
    rules = Bookkeeping(BookRules(styles={CASH: Style.REVERSING}))
    assert _ids(_run(office, kept=rules)) == [
        ":balances-reversing:1",
        ":balances-reversing:1:reversal",
    ]
    assert office.balances(JANUARY)["1000"] != before
    assert office.balances(NEXT)["1000"] == before
    with pytest.raises(StyleSwitched):
        _run(office, FEBRUARY)


def test_what_is_not_monetary_is_left_alone_whatever_its_account_says() -> None:
    """An override on the item wins over the flag of its account, both ways (D4)."""
    office = _billed("USD 1080.90", "USD 2000.00")
    with office.desk(DAY) as desk:
        desk.uow.items.save(
            attrs.evolve(desk.uow.items.get(OpenItemId(FIRST_ITEM)), monetary=False)
        )
    assert [one.id for one in _run(office).proposals] == [SECOND_ITEM]


def test_a_settled_item_keeps_nothing_of_a_late_run() -> None:
    """Revalued in February as of January, paid in between: taken back with the payment (D16)."""
    office = _billed()
    office.pay("P-1", 1, "USD 1080.90", NEXT)
    with office.desk(FEBRUARY) as desk:
        run = revalue(attrs.evolve(desk, bookkeeping=KEPT), NORDWIND, JANUARY)
    assert _ids(run) == [
        ":items-cumulative:1",
        ":items-cumulative:1:settled:2026-02-01",
    ]
    assert run.entries[1].on == NEXT
    assert office.balances(JANUARY)["1100"] == money("EUR 998.06")
    assert "1100" not in office.balances(NEXT)
    assert "7100" not in office.balances(NEXT)
    assert _items(office, NEXT)[0].is_settled


def test_a_partly_paid_item_takes_the_rest_along() -> None:
    """A late run over a part payment: the item carries the adjustment, and sums to its account."""
    office = _billed()
    office.pay("P-1", 1, "USD 80.90", NEXT)
    with office.desk(FEBRUARY) as desk:
        revalue(attrs.evolve(desk, bookkeeping=KEPT), NORDWIND, JANUARY)
    assert _item(office).adjusted == money("EUR -1.94")
    assert _item(office).carried == office.balances(FEBRUARY)["1100"]


months = st.tuples(st.sampled_from(["market", "0.91", "0.97"]), st.integers(0, 99))


@given(st.integers(1, 10**7), st.lists(months, min_size=1, max_size=3), st.sampled_from(Style))
@settings(max_examples=25)
def test_a_life_of_reruns_and_payments_in_either_style(
    cents: int, course: list[tuple[str, int]], style: Style
) -> None:
    """FX = cash - booked exactly, unrealised ends at zero, and each rerun leaves its rate alone.

    Every month end is run at the market, then at the rate it ends with, then once more; a part is
    paid on the day after. The item is the sum of its account after every step (D14 to D16, D32).
    """
    rules = KEPT if style is Style.CUMULATIVE else None
    office, total = Office().open(), Money.from_minor(cents, "USD")
    office.invoice(1, str(total), DAY)
    left, cash = cents, Fraction(0)
    last = (date(2026, 4, 29), ("market", 100))
    for number, (day, (named, percent)) in enumerate(
        [*zip((JANUARY, FEBRUARY, MARCH), course, strict=False), last]
    ):
        rate = Fraction(1) / (Fraction("1.08") + Fraction((day - FIRST).days, 10_000))
        _run(office, day, rules)
        if named != "market":
            rate = Fraction(named)
            _run(office, day, rules, adjusting={USD: named})
        assert _run(office, day, rules).entries == ()
        stood = next(one for one in _items(office, day) if one.id == str(FIRST_ITEM))
        assert (stood.open.minor, value(stood.carried)) == (left, half_even(left * rate / 100))
        assert _open_items(office, day) == [one for one in _items(office, day) if one.open]
        assert stood.carried == office.balances(day).get("1100", money("EUR 0.00"))
        if part := left * percent // 100:
            paid_on = day + timedelta(days=1)
            spot = Fraction("1.08") + Fraction((paid_on - FIRST).days, 10_000)
            received = half_even(Fraction(part, 100) / spot)
            bank = Money.from_minor(int(received * 100), "EUR")
            office.pay(f"P-{number}", 1, str(Money.from_minor(part, "USD")), paid_on, str(bank))
            cash, left = cash + received, left - part
    for day in (DAY - timedelta(days=1), DAY, JANUARY, NEXT, FEBRUARY, MARCH):  # seen from later
        assert _open_items(office, day) == [one for one in _items(office, day) if one.open]
    end = office.balances(date(2026, 5, 1))
    booked = half_even(value(total) / (Fraction("1.08") + Fraction(9, 10_000)))
    assert left == 0
    assert {"1100", "7100"}.isdisjoint(end)
    assert -value(end.get("7000", money("EUR 0.00"))) == cash - booked


def test_a_rerun_over_a_settled_item_changes_nothing_that_followed() -> None:
    """Revalued, paid, revalued at another rate: the change ends with the payment (D16)."""
    office = _billed()
    _run(office, kept=KEPT)
    office.pay("P-1", 1, "USD 1080.90", NEXT, "EUR 990.00")
    after = office.balances(MARCH)
    with office.desk(FEBRUARY) as desk:
        at = attrs.evolve(desk, bookkeeping=KEPT)
        run = revalue(at, NORDWIND, JANUARY, adjusting={USD: "0.95"})
    assert _ids(run) == [
        ":items-cumulative:1:withdrawn",
        ":items-cumulative:2",
        ":items-cumulative:2:settled:2026-02-01",
    ]
    assert value(office.balances(JANUARY)["1100"]) == half_even(Fraction("1080.90") * 95 / 100)
    assert office.balances(MARCH) == after
    assert {"1100", "7100"}.isdisjoint(after)


# ---------------------------------------------------------------- the day of the reversal


def test_adjustments_are_taken_back_on_a_named_day() -> None:
    """On the fifth instead of the first; a rerun keeps that day, another day replaces the run."""
    office, fifth = _billed(), date(2026, 2, 5)
    run = _run(office, reverse_on=fifth)
    assert [one.on for one in run.entries] == [JANUARY, fifth]
    assert office.balances(date(2026, 2, 4))["1100"] == money("EUR 998.06")
    assert office.balances(fifth)["1100"] == money("EUR 1000.00")
    assert _run(office).entries == ()
    assert _ids(_run(office, reverse_on=NEXT))[2:] == [":items:2", ":items:2:reversal"]
    assert office.balances(NEXT)["1100"] == money("EUR 1000.00")


def test_adjustments_are_not_taken_back_before_they_are_made() -> None:
    """On the closing day, or before it: refused."""
    office = _billed()
    for day in (JANUARY, DAY):
        with pytest.raises(ReversalRefused):
            _run(office, reverse_on=day)


def test_an_item_can_not_be_settled_under_an_adjustment() -> None:
    """Until the day before the reversal, or through the closing day where it is kept."""
    fifth = date(2026, 2, 5)
    taken_back, kept = _billed(), _billed()
    _run(taken_back, reverse_on=fifth)
    _run(kept, kept=KEPT)
    lines = _item_lines(taken_back)
    fourth = date(2026, 2, 4)
    for day, until in ((DAY, fourth), (JANUARY, fourth), (fourth, fourth), (fifth, None)):
        assert revalued_until(lines, day) == until
    assert revalued_until(_item_lines(kept), JANUARY) == JANUARY
    assert revalued_until(_item_lines(kept), NEXT) is None
    assert revalued_until([], JANUARY) is None


def test_a_withdrawn_run_does_not_stand_in_the_way() -> None:
    """Refused after it was booked: the item may be paid on the closing day again."""
    office = _billed()
    _run(office)
    _run(office, refuse={FIRST_ITEM: "in dispute"})
    assert revalued_until(_item_lines(office), JANUARY) is None


# ---------------------------------------------------------------- accepted and refused one by one


def test_a_trial_writes_nothing() -> None:
    """Proposals with ids and verdicts; no entry, no refusal, no named rate."""
    office = _billed()
    _trial(office)  # the decision of the day is recorded by the first one that asks
    digest = office.store.digest()
    run = _trial(office, adjusting={USD: "0.95"}, refuse={FIRST_ITEM: "later"})
    assert _verdicts(run) == {FIRST_ITEM: "refused"}
    assert office.store.digest() == digest
    assert _verdicts(_trial(office)) == {FIRST_ITEM: "to be booked"}


def test_what_is_refused_is_left_and_listed_again() -> None:
    """The reason is on record, a rerun lists it and books nothing, an event says who and why."""
    office = _billed("USD 1080.90", "USD 2000.00")
    run = _run(office, refuse={SECOND_ITEM: "in dispute"})
    assert _verdicts(run) == {FIRST_ITEM: "booked", SECOND_ITEM: "refused"}
    assert [one.item for one in run.entries[0].postings if one.item] == [FIRST_ITEM]
    digest = office.store.digest()
    again = _run(office)
    assert (again.entries, _verdicts(again)) == ((), _verdicts(run))
    assert [one.reason for one in again.ruled(Verdict.REFUSED)] == ["in dispute"]
    assert office.store.digest() == digest
    with office.store.begin() as unit:
        told = [one for one in unit.events.after(0) if one.event.name == "revaluation refused"]
    assert [(one.actor, dict(one.event.details)) for one in told] == [
        ("ada", {"proposal": SECOND_ITEM, "reason": "in dispute"})
    ]


def test_what_was_refused_can_be_accepted() -> None:
    """By name; what was booked stays booked, under the next version with both (D15)."""
    office = _billed("USD 1080.90", "USD 2000.00")
    _run(office, refuse={SECOND_ITEM: "in dispute"})
    run = _run(office, accept=[SECOND_ITEM])
    assert set(_verdicts(run).values()) == {"booked"}
    assert _ids(run)[2:] == [":items:2", ":items:2:reversal"]
    assert _run(office).entries == ()


def test_a_period_with_open_proposals_is_not_closed() -> None:
    """The ids are said; refused with a reason, the month is closed and the record lists them."""
    office = _billed("USD 1080.90", "USD 2000.00")
    run = _run(office, accept=[FIRST_ITEM])
    assert _verdicts(run) == {FIRST_ITEM: "booked", SECOND_ITEM: "open"}
    with pytest.raises(BooksNotReady, match=SECOND_ITEM):
        office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    _run(office, refuse={SECOND_ITEM: "in dispute"})
    office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    assert _verdicts(_trial(office))[SECOND_ITEM] == "refused"
    with office.store.begin() as unit:
        told = [one.event for one in unit.events.after(0) if one.event.on == JANUARY]
    [left_out] = [one for one in told if one.name == "closed with matters left open"]
    assert dict(left_out.details) == {SECOND_ITEM: "in dispute"}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"accept": ["item:nobody"]}, ProposalMissing),
        ({"refuse": {"item:nobody": "why not"}}, ProposalMissing),
        ({"refuse": {FIRST_ITEM: "  "}}, RefusalRefused),
        ({"refuse": {FIRST_ITEM: "no"}, "accept": [FIRST_ITEM]}, RefusalRefused),
    ],
)
def test_a_verdict_needs_a_proposal_and_a_reason(how: dict[str, Any], error: type) -> None:
    """Nobody's id, no reason, both at once: refused, and nothing is written."""
    office = _billed()
    digest = office.store.digest()
    with pytest.raises(error):
        _run(office, **how)
    assert office.store.digest() == digest


# ---------------------------------------------------------------- drafts of the period (D13)


def _drafted(office: Office, on: date) -> None:
    lines = (VoucherLine(CASH, money("EUR 5.00")),)
    with office.desk(DAY) as desk:
        desk.uow.vouchers.add(Voucher(VoucherId(f"V-{on}"), NORDWIND, on, "rent", lines))


def test_a_draft_of_the_period_stands_in_the_way() -> None:
    """Dated on the closing day: neither revalued nor closed, it is named; the next day's may be."""
    office = _billed()
    _drafted(office, NEXT)
    _run(office)
    _drafted(office, JANUARY)
    digest = office.store.digest()
    for command in (revalue, close_period):
        with office.desk(JANUARY) as desk, pytest.raises(DraftsOpen) as caught:
            command(desk, NORDWIND, JANUARY)
        assert caught.value.drafts == "V-2026-01-31"
    assert office.store.digest() == digest
    assert _trial(office).drafts == ("V-2026-01-31",)


def test_drafts_may_be_reported_instead() -> None:
    """By the rules of the books: listed on the run, and by the event of the close."""
    office, rules = _billed(), Bookkeeping(BookRules(drafts=Drafts.REPORT))
    _drafted(office, JANUARY)
    assert _run(office, kept=rules).drafts == ("V-2026-01-31",)
    assert _run(office, drafts=Drafts.REPORT).drafts == ("V-2026-01-31",)
    with office.desk(JANUARY) as desk:
        close_period(attrs.evolve(desk, bookkeeping=rules), NORDWIND, JANUARY)
    with office.store.begin() as unit:
        [told] = [
            one.event
            for one in unit.events.after(0)
            if one.event.name == "closed with matters left open"
        ]
    assert dict(told.details) == {"V-2026-01-31": "draft"}


# ---------------------------------------------------------------- reruns and named rates (D15)


def test_another_rate_replaces_the_run_of_the_day() -> None:
    """Withdrawn with its reversal, and booked anew under the next version, at the named rate."""
    office = _billed()
    _run(office)
    run = _run(office, adjusting={USD: "0.95"}, reason="as agreed with the auditor")
    assert _ids(run) == [
        ":items:1:withdrawn",
        ":items:1:reversal:withdrawn",
        ":items:2",
        ":items:2:reversal",
    ]
    assert run.entries[2].text.endswith("in place of version 1")
    assert value(office.balances(JANUARY)["1100"]) == half_even(Fraction("1080.90") * 95 / 100)
    assert office.balances(NEXT)["1100"] == money("EUR 1000.00")
    named = run.proposals[0].closing
    assert named.id == "closing:USD/EUR:2026-01-31:nordwind.1"
    assert (named.decided_by, named.reason) == ("ada", "as agreed with the auditor")


def test_a_named_rate_answers_for_the_company_from_then_on() -> None:
    """A rerun without it, and the close, go by it; the market's own decision stays as it was."""
    office = _billed()
    _run(office, adjusting={USD: "0.95"})
    digest = office.store.digest()
    assert _run(office).entries == ()
    assert _run(office, adjusting={USD: "0.950"}).entries == ()
    assert office.store.digest() == digest
    again = _run(office, adjusting={USD: "0.96"})
    assert again.proposals[0].closing.replaces == "closing:USD/EUR:2026-01-31:nordwind.1"
    office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))


def test_a_rate_may_be_named_as_it_is_quoted() -> None:
    """1 EUR = 1.05 USD by its own pair, where a text is the price of one dollar."""
    office = _billed()
    quoted = ExchangeRate.of("EUR", "USD", "1.05", on=JANUARY)
    run = _run(office, adjusting={USD: quoted})
    assert value(run.proposals[0].value) == half_even(Fraction("1080.90") / Fraction("1.05"))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("0", RateRefused),
        ("-0.9", RateRefused),
        (0.95, RateRefused),
        (ExchangeRate.of("GBP", "EUR", "1.1", on=JANUARY), AdjustingRateUnfit),
    ],
)
def test_a_named_rate_is_a_rate_of_its_currency(asked: Any, error: type) -> None:
    """Zero, negative, a float, another pair: refused, and nothing is written (F8)."""
    office = _billed()
    digest = office.store.digest()
    with pytest.raises(error):
        _run(office, adjusting={USD: asked})
    assert office.store.digest() == digest


def test_no_bad_number_is_named_as_a_rate() -> None:
    """Every text and every number of the matrix that is no rate is refused (F8)."""
    office = _billed()
    digest = office.store.digest()
    for asked in (*TEXTS.values(), *DECIMALS.values()):
        with pytest.raises(FxcrmError):
            _run(office, adjusting={USD: asked})
    assert office.store.digest() == digest


def test_a_named_rate_that_looks_inverted_is_refused() -> None:
    """1 GBP at 1.1868 EUR in the market, named as 0.8426: refused by name (R8)."""
    office = _billed("GBP 100.00")
    with pytest.raises(AdjustingRateInverted):
        _run(office, adjusting={GBP: "0.8426"})
    assert _run(office, adjusting={GBP: "1.1868"}).entries != ()


def test_a_rate_is_not_named_for_a_day_to_come() -> None:
    """On the tenth nobody names the rate of the thirty-first (F8)."""
    office = _billed()
    with office.desk(DAY) as desk, pytest.raises(RateNotYetKnown):
        revalue(desk, NORDWIND, JANUARY, adjusting={USD: "0.95"})


def test_every_account_with_value_and_no_amount_is_named() -> None:
    """Everything that holds nothing and is carried at something is named in one error (D15)."""
    office = Office().open()
    for paid in (money("USD 500.00"), money("GBP 300.00")):
        key = paid.currency.code
        with office.desk(DAY) as desk:
            pay_in_capital(desk, NORDWIND, key, paid, DAY)
        with office.desk(FEBRUARY) as desk:
            pay_costs(desk, NORDWIND, key, paid, FEBRUARY)
    with pytest.raises(ValueWithoutAmount) as caught:
        _run(office, FEBRUARY)
    assert [one.amount.currency for one in caught.value.balances] == [GBP, USD]
    assert "no GBP" in str(caught.value)
    assert "no USD" in str(caught.value)


def test_a_balance_that_is_spent_after_its_run_keeps_its_line() -> None:
    """What was realised rests on it: a rerun of the day does not take it away (D15, D16)."""
    office = _billed()
    with office.desk(DAY) as desk:
        pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY)
    _run(office, FEBRUARY)
    with office.desk(FEBRUARY) as desk:
        pay_costs(desk, NORDWIND, "rent", money("USD 500.00"), FEBRUARY)
        realise_balance(desk, NORDWIND, CASH, USD, FEBRUARY)
    before = office.balances(FEBRUARY)
    assert _run(office, FEBRUARY).entries == ()
    run = _run(office, FEBRUARY, adjusting={USD: "0.95"})
    assert {one.id.split(":")[3] for one in run.entries} == {"items"}
    assert office.balances(FEBRUARY).get("1000") == before.get("1000") is None
    office.at(FEBRUARY, lambda desk: close_period(desk, NORDWIND, FEBRUARY))


# ---------------------------------------------------------------- the sheet, and parallel books


def test_the_sheet_shows_each_row_and_what_it_adds_up_to() -> None:
    """Document balance, as carried, rate, value at it, difference; by account and in all."""
    office = _billed("USD 1080.90", "USD 2000.00")
    with office.desk(DAY) as desk:
        pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY)
    sheet = TrialSheet.of(_trial(office, adjusting={USD: "0.95"}, refuse={BANK: "fixed"}), EUR)
    rows = [(row.account, row.item, str(row.amount), row.verdict) for row in sheet.rows]
    assert rows == [
        ("1000", "", "USD 500.00", "refused"),
        ("1100", "nordwind-INV-0001", "USD 1080.90", "to be booked"),
        ("1100", "nordwind-INV-0002", "USD 2000.00", "to be booked"),
    ]
    for row in sheet.rows:
        assert value(row.value) == half_even(value(row.amount) * 95 / 100)
        assert row.difference == row.value - row.carried
    receivables = sheet.totals[1]
    assert (receivables.account, receivables.value) == ("1100", money("EUR 2926.86"))
    assert sheet.total.difference == sum((row.difference for row in sheet.rows), money("EUR 0.00"))
    lines = list(sheet.lines())
    assert lines[0].split()[:2] == ["account", "item"]
    assert "1 USD = 0.95 EUR on 2026-01-31" in lines[1]
    assert lines[1].endswith("refused: fixed")
    assert len({len(row) for row in sheet.table()}) == 1


def test_each_parallel_book_is_revalued_in_its_own_currency() -> None:
    """Pounds are foreign to both, dollars to the euros alone; each goes by its own rate."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        beside = open_parallel_book(desk, NORDWIND, currency=USD)
    office.invoice(1, "GBP 100.00", DAY)
    office.invoice(2, "USD 50.00", DAY)
    with office.desk(JANUARY) as desk:
        runs = [revalue(desk, one, JANUARY) for one in (NORDWIND, beside.id)]
    assert [len(run.proposals) for run in runs] == [2, 1]
    pounds, dollars = Fraction("0.8400") + Fraction(30, 10_000), Fraction("1.0830")
    assert value(runs[0].proposals[0].value) == half_even(100 / pounds)
    assert value(runs[1].proposals[0].value) == half_even(100 / pounds * dollars)
    assert runs[1].entries[0].id == "revaluation:nordwind:USD:2026-01-31:items:1"
    with office.desk(JANUARY) as desk:
        assert revalue(desk, beside.id, JANUARY).entries == ()
        close_period(desk, beside.id, JANUARY)
