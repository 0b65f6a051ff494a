"""Revaluation: both styles, run twice, and over the whole life of an item (D13 to D16)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, WrongDecision
from fxcrm.ids import AccountCode, EntryId, OpenItemId
from fxcrm.ledger import (
    Account,
    AccountType,
    Balance,
    Chart,
    Entry,
    OpenItem,
    Posting,
    Receipt,
    Revaluation,
    Style,
    TrialBalance,
    revalue_balances,
    revalue_items,
    settle,
    trading_chart,
)
from fxcrm.ledger.revaluation import ClosingRateMissing, ValueWithoutAmount
from fxcrm.money import Money
from tests.ledger.notation import (
    NORDWIND,
    chosen,
    entry,
    half_even,
    line,
    money,
    receivable,
    value,
    written,
)

CHART = trading_chart()
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)
USD = Currency("USD")


def _closing(pair: str, rate: str | Decimal, on: date = MARCH) -> dict[Currency, RateDecision]:
    return {USD: chosen(pair, rate, on, Purpose.CLOSING)}


def _items(
    item: OpenItem,
    closing: dict[Currency, RateDecision],
    on: date = MARCH,
    style: Style = Style.REVERSING,
) -> Revaluation:
    return revalue_items(NORDWIND, on, [item], closing, CHART, style=style)


def _after(item: OpenItem, run: Revaluation) -> OpenItem:
    """The item as a run leaves it: the second style keeps its adjustment on it."""
    kept = [one.gain.value for one in run.proposals if one.style is Style.CUMULATIVE]
    return attrs.evolve(item, adjusted=sum(kept, item.adjusted))


def _at_close(run: Revaluation) -> Fraction:
    """What the one item of a run is worth at the closing rate."""
    return sum((value(one.value) for one in run.proposals), Fraction(0))


# ---------------------------------------------------------------- worked examples


def test_the_first_style_of_d16() -> None:
    """90 booked, 95 at period end, 97 received: +5, -5, +7; 7 over the life, never 2."""
    item = receivable("USD 100.00", "EUR 90.00")
    run = _items(item, _closing("USD/EUR", "0.95"))
    end, start = run.entries
    assert written(end) == [("1100", "USD 0.00", "EUR 5.00"), ("7100", "USD 0.00", "EUR -5.00")]
    assert written(start) == [("1100", "USD 0.00", "EUR -5.00"), ("7100", "USD 0.00", "EUR 5.00")]
    assert (end.on, start.on, start.reverses) == (MARCH, APRIL, end.id)
    paid = Receipt.direct(item.open, on=APRIL, reference="P", spot=chosen("USD/EUR", "0.97", APRIL))
    settled = settle(item, paid, entry=EntryId("payment:P"), chart=CHART)
    assert settled.realised_fx.value == money("EUR 7.00")


EXAMPLE = receivable("USD 100.00", "EUR 90.00")
SOLD = entry(
    line("1100", "USD 100.00", "EUR 90.00", "item:1"), line("4000", "USD -100.00", "EUR -90.00")
)


def _proved(entries: list[Entry], through: date) -> dict[str, Money]:
    """The functional balances of a day by account, proved by a trial balance, zeros left out."""
    sums: dict[tuple[AccountCode, Currency], list[Posting]] = {}
    for one in (posted for made in entries if made.on <= through for posted in made.postings):
        sums.setdefault((one.account, one.amount.currency), []).append(one)
    balances = [
        Balance(
            account,
            Money.total(one.amount for one in held),
            Money.total(one.functional for one in held),
        )
        for (account, _), held in sums.items()
    ]
    trial = TrialBalance.of(NORDWIND, through, Currency("EUR"), balances)
    found = {one.account: trial.functional_of(one.account) for one in trial.balances}
    return {account: value for account, value in found.items() if value}


@pytest.mark.parametrize("style", Style)
def test_the_example_of_d16_by_trial_balances(style: Style) -> None:
    """90 booked, 95 at period end, 97 received: 5 unrealised, then 7 realised, in both styles."""
    run = _items(EXAMPLE, _closing("USD/EUR", "0.95"), style=style)
    entries = [SOLD, *run.entries]
    euros = {name: money(f"EUR {name}") for name in ("90.00", "95.00", "97.00")}
    assert _proved(entries, MARCH) == {
        "1100": euros["95.00"],
        "4000": -euros["90.00"],
        "7100": money("EUR -5.00"),
    }
    item = _after(EXAMPLE, run)
    assert item.carried == (euros["95.00"] if style is Style.CUMULATIVE else euros["90.00"])
    paid = Receipt.direct(item.open, on=APRIL, reference="P", spot=chosen("USD/EUR", "0.97", APRIL))
    settled = settle(item, paid, entry=EntryId("payment:P"), chart=CHART)
    assert settled.realised_fx.value == money("EUR 7.00")
    assert settled.item.carried.is_zero
    assert _proved([*entries, settled.entry], APRIL) == {
        "1000": euros["97.00"],
        "4000": -euros["90.00"],
        "7000": money("EUR -7.00"),
    }


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    ("original", "booked", "rate", "gain"),
    [
        ("USD 100.00", "EUR 90.00", "0.95", "EUR 5.00"),
        ("USD 100.00", "EUR 90.00", "0.85", "EUR -5.00"),
        ("USD -100.00", "EUR -90.00", "0.95", "EUR -5.00"),
        ("USD -100.00", "EUR -90.00", "0.85", "EUR 5.00"),
    ],
)
def test_signs_of_unrealised_differences(
    original: str, booked: str, rate: str, gain: str, style: Style
) -> None:
    """Asset up is a gain, liability up is a loss, and a gain is a credit, in both styles (D8)."""
    item = receivable(original, booked)
    run = _items(item, _closing("USD/EUR", rate), style=style)
    assert [one.gain.value for one in run.proposals] == [money(gain)]
    result = next(one for one in run.entries[0].postings if one.account == "7100")
    assert result.functional == -money(gain)


def test_a_run_explains_each_line() -> None:
    """Item, document balance, closing decision and both values stand on the figure (D15, D31)."""
    item = receivable("USD 100.00", "EUR 90.00")
    closing = _closing("USD/EUR", "0.95")
    (proposal,) = _items(item, closing).proposals
    assert (proposal.item, proposal.amount, proposal.closing) == (item.id, item.open, closing[USD])
    told = proposal.gain.explain()
    assert "rate decision closing:USD/EUR:2026-03-31:1" in told
    assert "booked EUR 90.00 for USD 100.00" in told
    assert {one.decision for one in _items(item, closing).entries[0].postings} == {closing[USD].id}


def test_one_journal_holds_every_item_of_a_run() -> None:
    """Lines per item, one key for company, day, scope and version (D15)."""
    items = [
        attrs.evolve(receivable("USD 100.00", "EUR 90.00"), id=OpenItemId(f"item:{number}"))
        for number in range(3)
    ]
    run = revalue_items(NORDWIND, MARCH, items, _closing("USD/EUR", "0.95"), CHART)
    entry, _ = run.entries
    assert entry.id == "revaluation:nordwind:2026-03-31:items:1"
    assert [one.item for one in entry.postings if one.item] == ["item:0", "item:1", "item:2"]
    again = revalue_items(NORDWIND, MARCH, items, _closing("USD/EUR", "0.95"), CHART, 2)
    assert again.entries[0].id.endswith(":items:2")


def test_what_is_not_monetary_or_not_foreign_is_left_alone() -> None:
    """Settled items, functional items, and items of non-monetary accounts stay (D4, D13)."""
    advances = Account(AccountCode("1350"), "Advances", AccountType.ASSET, by_item=True)
    chart = Chart((*CHART.accounts, advances), CHART.duties)
    settled = attrs.evolve(
        receivable("USD 100.00", "EUR 90.00"), open=money("USD 0.00"), carrying=money("EUR 0.00")
    )
    items = [
        settled,
        receivable("EUR 50.00", "EUR 50.00"),
        receivable("USD 100.00", "EUR 90.00", account="1350"),
    ]
    run = revalue_items(NORDWIND, MARCH, items, _closing("USD/EUR", "0.95"), chart)
    assert (run.proposals, run.entries) == ((), ())
    assert revalue_items(NORDWIND, MARCH, items, {}, chart).entries == ()


def test_a_currency_without_a_closing_rate_is_named() -> None:
    """No rate, no revaluation, for items and for balances; nothing is taken at 1 (F8)."""
    with pytest.raises(ClosingRateMissing) as caught:
        _items(receivable("USD 100.00", "EUR 90.00"), {})
    assert (caught.value.currency, caught.value.as_of) == ("USD", MARCH)
    with pytest.raises(ClosingRateMissing):
        revalue_balances(NORDWIND, MARCH, [_bank("USD 100.00", "EUR 90.00")], {}, CHART)


@pytest.mark.parametrize("purpose", [Purpose.BOOKING, Purpose.CLOSING])
def test_a_closing_is_measured_at_the_closing_rate_of_its_day(purpose: Purpose) -> None:
    """The spot of the day, and the closing rate of another one, are refused (D5)."""
    day = MARCH if purpose is Purpose.BOOKING else APRIL
    closing = {USD: chosen("EUR/USD", "1.1", day, purpose)}
    with pytest.raises(WrongDecision):
        _items(receivable("USD 100.00", "EUR 90.00"), closing)
    with pytest.raises(WrongDecision):
        revalue_balances(NORDWIND, MARCH, [_bank("USD 100.00", "EUR 90.00")], closing, CHART)


# ---------------------------------------------------------------- balances, second style


def _bank(amount: str, functional: str, account: str = "1000") -> Balance:
    return Balance(AccountCode(account), money(amount), money(functional))


def test_balances_keep_their_adjustment() -> None:
    """No reversal: the next run books the change alone (second style of D14)."""
    run = revalue_balances(
        NORDWIND, MARCH, [_bank("USD 100.00", "EUR 90.00")], _closing("USD/EUR", "0.95"), CHART
    )
    (entry,) = run.entries
    assert written(entry) == [("1000", "USD 0.00", "EUR 5.00"), ("7100", "USD 0.00", "EUR -5.00")]
    assert entry.id == "revaluation:nordwind:2026-03-31:balances:1"


def test_control_accounts_and_results_are_not_revalued_as_balances() -> None:
    """Receivables go by item, sales and capital are not monetary, euros are at home."""
    balances = [
        _bank("USD 100.00", "EUR 90.00", "1100"),
        _bank("USD -100.00", "EUR -90.00", "4000"),
        _bank("USD -100.00", "EUR -90.00", "3000"),
        _bank("EUR 100.00", "EUR 100.00"),
        _bank("USD 0.00", "EUR 0.00"),
    ]
    run = revalue_balances(NORDWIND, MARCH, balances, {}, CHART)
    assert (run.proposals, run.entries) == ((), ())


@pytest.mark.parametrize("left", ["EUR 0.01", "EUR -250.00"])
def test_value_without_amount_is_an_error_and_not_cleared(left: str) -> None:
    """USD 0.00 carried at something: named with its account, nothing is booked (D15)."""
    with pytest.raises(ValueWithoutAmount) as caught:
        revalue_balances(
            NORDWIND, MARCH, [_bank("USD 0.00", left)], _closing("USD/EUR", "0.95"), CHART
        )
    assert caught.value.balances == (_bank("USD 0.00", left),)


# ---------------------------------------------------------------- laws

cents = st.integers(1, 10**8)
spots = st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(100_000, 9_000_000))
signs = st.sampled_from([1, -1])


def _dollars(units: int) -> str:
    return str(Money.from_minor(units, "USD"))


def _euros(units: int) -> str:
    return str(Money.from_minor(units, "EUR"))


@given(cents, cents, signs, spots)
def test_a_second_run_finds_nothing(owed: int, booked: int, sign: int, rate: Decimal) -> None:
    """For the same day and rate the adjusted value is the target already, in both styles (D15)."""
    closing = _closing("EUR/USD", rate)
    item = receivable(_dollars(sign * owed), _euros(sign * booked))
    run = _items(item, closing)
    gain = run.proposals[0].gain.value
    assert value(gain) == half_even(Fraction(sign * owed, 100) / Fraction(rate)) - Fraction(
        sign * booked, 100
    )
    assert bool(run.entries) == bool(gain)
    kept = attrs.evolve(item, adjusted=gain)
    assert _items(kept, closing).entries == ()
    assert _items(kept, closing, style=Style.CUMULATIVE).entries == ()
    balance = _bank(str(item.open), str(item.carrying + gain))
    assert revalue_balances(NORDWIND, MARCH, [balance], closing, CHART).entries == ()


@given(
    cents,
    cents,
    signs,
    st.lists(st.tuples(spots, spots, st.integers(1, 99)), min_size=1, max_size=5),
    spots,
    st.sampled_from(Style),
)
def test_revaluing_on_the_way_changes_nothing_in_the_end(
    owed: int,
    booked: int,
    sign: int,
    months: list[tuple[Decimal, Decimal, int]],
    last: Decimal,
    style: Style,
) -> None:
    """Month ends and part payments in turn: lifetime result = cash - original, exactly (D14).

    The clerk beside it never revalues; both end with the same result and an empty item, in either
    style, and nothing of it is unrealised any more (D16).
    """
    item = receivable(_dollars(sign * owed), _euros(sign * booked))
    entries: list[Entry] = []
    cash, month_end = Fraction(0), MARCH
    for closing, spot, percent in [*months, (last, last, 100)]:
        run = _items(item, _closing("EUR/USD", closing, month_end), month_end, style)
        entries.extend(run.entries)
        assert _at_close(run) == half_even(value(item.open) / Fraction(closing))
        item = _after(item, run)
        part = abs(item.open.minor) * percent // 100
        if part:
            paid_on = month_end + timedelta(days=1)
            amount = Money.from_minor(part, "USD")
            decision = chosen("EUR/USD", spot, paid_on)
            paid = Receipt.direct(amount, on=paid_on, reference="P", spot=decision)
            settled = settle(item, paid, entry=EntryId("payment"), chart=CHART)
            entries.append(settled.entry)
            cash += half_even(Fraction(part * sign, 100) / Fraction(spot))
            item = settled.item
        month_end += timedelta(days=30)
    assert item.is_settled
    result = -(_on("7000", entries) + _on("7100", entries))
    assert result == cash - Fraction(sign * booked, 100)
    assert _on("7100", entries) == 0
    assert _on("1000", entries) == cash
    assert _on("1100", entries) == -Fraction(sign * booked, 100)


def _on(account: str, entries: list[Entry]) -> Fraction:
    return sum(
        (
            value(line.functional)
            for one in entries
            for line in one.postings
            if line.account == account
        ),
        Fraction(0),
    )


@given(cents, cents, signs, st.lists(spots, min_size=1, max_size=6))
def test_the_second_style_arrives_at_the_last_closing_rate(
    held: int, carried: int, sign: int, closings: list[Decimal]
) -> None:
    """Deltas add up to the value at the last rate less the first carrying amount (D14)."""
    amount, carrying = _dollars(sign * held), Fraction(sign * carried, 100)
    for rate in closings:
        balance = _bank(amount, _euros(int(carrying * 100)))
        run = revalue_balances(NORDWIND, MARCH, [balance], _closing("EUR/USD", rate), CHART)
        carrying += value(run.proposals[0].gain.value)
        assert carrying == half_even(Fraction(sign * held, 100) / Fraction(rate))
        documents = {line.amount for one in run.entries for line in one.postings}
        assert documents <= {money("USD 0.00")}
