"""The temporal method: published examples proved by trial balances, and laws (D21)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger import Account, AccountType, Chart, JournalLine, Posting, trading_chart
from fxcrm.ledger.costlayers import CostFlow
from fxcrm.ledger.remeasurement import (
    TRADING_RULES,
    BooksInFunctionalCurrency,
    NothingUsedUp,
    Remeasurement,
    RemeasurementRateMissing,
    RemeasurementRateOfOtherDay,
    RemeasurementRates,
    RemeasurementRules,
    RemeasurementUnproved,
    UsedUp,
    remeasure,
)
from fxcrm.money import Money
from tests.ledger.notation import NORDWIND, chosen, half_even, value

CHF, USD = Currency("CHF"), Currency("USD")
Move = tuple[date, str, str, int]  # day, debit account, credit account, whole francs
END = date(2020, 12, 31)
_CODE = AccountCode
PATENTS = (
    Account(_CODE("1710"), "Patents", AccountType.ASSET),
    Account(_CODE("1760"), "Amortisation", AccountType.ASSET),
    Account(_CODE("5610"), "Amortisation of the year", AccountType.EXPENSE),
)
CHART = Chart((*trading_chart().accounts, *PATENTS), trading_chart().duties)
RULES = RemeasurementRules(
    (*TRADING_RULES.used_up, UsedUp(_CODE("1710"), (_CODE("1760"), _CODE("5610"))))
)


def _journal(moves: Iterable[Move]) -> list[JournalLine]:
    lines = []
    for number, (day, debit, credit, francs) in enumerate(moves):
        for account, amount in ((debit, francs), (credit, -francs)):
            posted = Money.from_minor(100 * amount, CHF)
            posting = Posting(AccountCode(account), posted, posted)
            lines.append(JournalLine(EntryId(f"e{number:03}"), day, "test", posting))
    return lines


def _rates(closing: str, average: str, dated: dict[date, str]) -> RemeasurementRates:
    return RemeasurementRates(
        chosen("CHF/USD", closing, END, Purpose.CLOSING),
        {END: chosen("CHF/USD", average, END, Purpose.AVERAGE)},
        {day: chosen("CHF/USD", rate, day) for day, rate in dated.items()},
    )


def _measured(
    lines: Iterable[JournalLine],
    rates: RemeasurementRates,
    rules: RemeasurementRules = RULES,
    as_of: date = END,
) -> Remeasurement:
    return remeasure(
        NORDWIND,
        as_of,
        lines,
        chart=CHART,
        kept_in=CHF,
        functional=USD,
        rates=rates,
        rules=rules,
    )


def _shown(found: Remeasurement) -> dict[str, str]:
    return {line.account.code: str(line.measured.value) for line in found.lines}


def _is_trial_balance(found: Remeasurement) -> bool:
    """Kept and measured lines sum to zero, with gain and rounding shown."""
    kept = Money.total((one.kept.value for one in found.lines), currency=CHF)
    lines = Money.total((one.measured.value for one in found.lines), currency=USD)
    return kept.is_zero and (lines - found.gain.value + found.rounding).is_zero


# Hoyle, Schaefer and Doupnik, "Advanced Accounting", chapter 10, exhibit 10.8: the remeasured
# income statement of a Swiss subsidiary for 2020. What the exhibit leaves open follows from it:
# capital of 500,000 is the only one with which its loss of 47,000 balances, and purchases of
# 3,250,000 at 1.05 in all, of which the last 400,000 came at 1.08, are three lots here.
FOUNDED, PLANT, PATENT = date(2020, 1, 1), date(2020, 3, 15), date(2020, 4, 10)
LOTS = {date(2020, 2, 3): (1_200, "1.04"), date(2020, 7, 1): (1_650, "1.05")}
LAST_LOT, PAID_OUT = date(2020, 11, 15), date(2020, 12, 1)
SWISS: list[Move] = [
    (FOUNDED, "1800", "3000", 150_000),
    (FOUNDED, "1000", "3000", 350_000),
    (PLANT, "1700", "2500", 1_000_000),
    (PATENT, "1710", "1000", 50_000),
    *((day, "1800", "2000", thousands * 1000) for day, (thousands, _) in LOTS.items()),
    (LAST_LOT, "1800", "2000", 400_000),
    (END, "1100", "4000", 4_000_000),
    (END, "5100", "1800", 3_000_000),
    (END, "5600", "1750", 100_000),
    (END, "5610", "1760", 10_000),
    (END, "5000", "1000", 220_000),
    (END, "5000", "2400", 200_000),
    (PAID_OUT, "3300", "1000", 150_000),
]
SWISS_RATES = {
    FOUNDED: "1.00",
    PLANT: "1.01",
    PATENT: "1.02",
    **{day: rate for day, (_, rate) in LOTS.items()},
    LAST_LOT: "1.08",
    PAID_OUT: "1.07",
}


def test_a_published_example_of_the_temporal_method() -> None:
    """Cost of sales 3,130,500, depreciation 101,000, a loss of 47,000, a profit of 470,300."""
    found = _measured(_journal(SWISS), _rates("1.10", "1.05", SWISS_RATES))
    shown = _shown(found)
    assert shown["4000"] == "USD -4200000.00"
    assert shown["5100"] == "USD 3130500.00"
    assert shown["5600"] == "USD 101000.00"
    assert shown["5610"] == "USD 10200.00"
    assert shown["5000"] == "USD 441000.00"  # other expenses 231,000, income taxes 210,000
    assert str(found.gain.value) == "USD -47000.00"
    assert str(found.profit.value) == "USD 470300.00"
    assert shown["3300"] == "USD 160500.00"  # so that 309,800 are retained
    assert shown["1800"] == "USD 432000.00"
    assert shown["1700"] == "USD 1010000.00"
    assert shown["3000"] == "USD -500000.00"
    assert _is_trial_balance(found)
    assert found.rounding.is_zero


# Livingstone and Grossman (eds), "The Portable MBA in Finance and Accounting", 3rd edition,
# exhibit 12.18: a remeasured trial balance of 2002. Property is shown there net of depreciation.
PORTABLE: list[Move] = [
    (FOUNDED, "1000", "3000", 1_000),
    (FOUNDED, "1700", "2500", 2_060),
    (PLANT, "1800", "2500", 900),
    (END, "1000", "4000", 1_000),
    (END, "5100", "1800", 600),
    (END, "5600", "1750", 60),
    (END, "5000", "1000", 40),
    (END, "5000", "1000", 120),
    (END, "2500", "1000", 1_540),
    (END, "1100", "1000", 100),
    (END, "2500", "2000", 400),
]


def test_a_published_trial_balance() -> None:
    """Property 1,160 net, inventory 186, cost of sales 372, a loss of 87 (all in USD)."""
    rates = _rates("0.66", "0.62", {FOUNDED: "0.58", PLANT: "0.62"})
    found = _measured(_journal(PORTABLE), rates)
    assert _shown(found) == {
        "1000": "USD 132.00",
        "1100": "USD 66.00",
        "1700": "USD 1194.80",
        "1750": "USD -34.80",
        "1800": "USD 186.00",
        "2000": "USD -264.00",
        "2500": "USD -673.20",
        "3000": "USD -580.00",
        "4000": "USD -620.00",
        "5000": "USD 99.20",  # 24.80 and taxes of 74.40
        "5100": "USD 372.00",
        "5600": "USD 34.80",
    }
    assert str(found.gain.value) == "USD -87.20"
    assert _is_trial_balance(found)


# A well-known exercise of the same chapter, with a rate for each day: a branch begins with 500,000,
# buys a warehouse and goods, sells the goods, and pays 10,000 to its parent. Its trial balance
# gives a loss of 200.
BRANCH: list[Move] = [
    (FOUNDED, "1000", "3000", 500_000),
    (FOUNDED, "1700", "1000", 300_000),
    (date(2020, 5, 1), "1800", "1000", 100_000),
    (date(2020, 7, 1), "1000", "4200", 160_000),  # at the rate of its day
    (date(2020, 7, 1), "5100", "1800", 100_000),
    (date(2020, 10, 1), "3300", "1000", 10_000),
    (END, "5600", "1750", 10_000),
]
BRANCH_RATES = {
    FOUNDED: "1.14",
    date(2020, 5, 1): "1.18",
    date(2020, 7, 1): "1.20",
    date(2020, 10, 1): "1.18",
}


def test_an_exercise_by_its_trial_balance() -> None:
    """Cash 290,000, warehouse 330,600 net, a loss of 200 (USD)."""
    found = _measured(_journal(BRANCH), _rates("1.16", "1.19", BRANCH_RATES))
    shown = _shown(found)
    assert (shown["1000"], shown["1700"]) == ("USD 290000.00", "USD 342000.00")
    assert (shown["1750"], shown["5600"]) == ("USD -11400.00", "USD 11400.00")
    assert (shown["1800"], shown["5100"]) == ("USD 0.00", "USD 118000.00")
    assert shown["4200"] == "USD -192000.00"
    assert str(found.gain.value) == "USD -200.00"
    assert str(found.profit.value) == "USD 62400.00"
    assert _is_trial_balance(found)


# ---------------------------------------------------------------- layers

LOT_1, LOT_2, SOLD, UNDONE = date(2020, 2, 1), date(2020, 4, 1), date(2020, 6, 1), date(2020, 9, 1)
LAYERED = {LOT_1: "1.00", LOT_2: "1.20", SOLD: "1.30", UNDONE: "1.50"}
TWO_LOTS: list[Move] = [
    (LOT_1, "1800", "1000", 100),
    (LOT_2, "1800", "1000", 100),
    (SOLD, "5100", "1800", 150),
]


def _layered(moves: list[Move], **rules: object) -> dict[str, str]:
    found = _measured(_journal(moves), _rates("1.50", "1.40", LAYERED), _with(**rules))
    assert _is_trial_balance(found)
    return _shown(found)


def _with(**rules: object) -> RemeasurementRules:
    return attrs.evolve(RULES, **rules)  # type: ignore[arg-type]


def test_goods_leave_in_the_order_in_which_they_came() -> None:
    """100 at 1.00 and 50 at 1.20; 50 at 1.20 are left."""
    shown = _layered(TWO_LOTS)
    assert (shown["5100"], shown["1800"]) == ("USD 160.00", "USD 60.00")


def test_goods_may_leave_at_their_average() -> None:
    """150 at 1.10; 50 at 1.10 are left, and go next."""
    by_average = (UsedUp(_CODE("1800"), (_CODE("5100"),), CostFlow.AVERAGE),)
    shown = _layered(TWO_LOTS, used_up=by_average)
    assert (shown["5100"], shown["1800"]) == ("USD 165.00", "USD 55.00")
    shown = _layered([*TWO_LOTS, (UNDONE, "5100", "1800", 50)], used_up=by_average)
    assert (shown["5100"], shown["1800"]) == ("USD 220.00", "USD 0.00")


@pytest.mark.parametrize("flow", CostFlow)
def test_a_named_purchase_goes_first(flow: CostFlow) -> None:
    """The second lot was sold, says the record: 100 at 1.20, and 50 at 1.00."""
    shown = _layered(
        TWO_LOTS,
        used_up=(UsedUp(_CODE("1800"), (_CODE("5100"),), flow),),
        purchases={EntryId("e002"): EntryId("e001")},
    )
    assert (shown["5100"], shown["1800"]) == ("USD 170.00", "USD 50.00")


def test_plant_is_written_down_at_what_it_cost() -> None:
    """Two machines: at the rate of both together, or each at its own where it is named."""
    moves: list[Move] = [
        (LOT_1, "1700", "2500", 300),
        (LOT_2, "1700", "2500", 100),
        (SOLD, "5600", "1750", 40),
    ]
    shown = _layered(moves)
    assert (shown["5600"], shown["1750"]) == ("USD 42.00", "USD -42.00")  # 1.05
    shown = _layered(moves, purchases={EntryId("e002"): EntryId("e001")})
    assert (shown["5600"], shown["1750"]) == ("USD 48.00", "USD -48.00")
    # Half of all that is held is sold: 200 at 1.05.
    shown = _layered([*moves, (UNDONE, "1000", "1700", 200)])
    assert shown["1700"] == "USD 210.00"


def test_what_is_undone_comes_back_as_it_went() -> None:
    """A sale of goods that is reversed later, and depreciation: at the rates of then."""
    moves = [*TWO_LOTS, (SOLD, "1700", "2500", 10), (SOLD, "5600", "1750", 5)]
    lines = _journal(moves)
    back = [
        attrs.evolve(
            one, entry=EntryId(f"{one.entry}:reversal"), on=day, posting=one.posting.reversed
        )
        for one in lines
        for day in (UNDONE,)
        if one.entry in ("e001", "e002", "e004")
    ]
    later = (UNDONE, "1700", "2500", 90)  # dearer plant does not change what was written down
    lines += _journal([later])
    found = _measured([*lines, *back], _rates("1.50", "1.40", LAYERED))
    shown = _shown(found)
    assert (shown["5100"], shown["5600"], shown["1750"]) == ("USD 0.00",) * 3
    assert shown["1800"] == "USD 100.00"  # the first lot; the second went back at its 1.20
    assert _is_trial_balance(found)
    on_the_day = [attrs.evolve(one, on=SOLD) for one in back if one.entry[:4] != "e001"]
    shown = _shown(_measured([*lines, *on_the_day], _rates("1.50", "1.40", LAYERED)))
    assert (shown["1800"], shown["5100"]) == ("USD 220.00", "USD 0.00")


def test_an_entry_in_two_lines_is_undone_once() -> None:
    """Goods for two departments leave in one entry, and come back in one."""
    taken = [*_journal(TWO_LOTS[:2]), *_journal([])]
    entry = EntryId("two")
    for account, cents in (("5100", 120_00), ("1800", -80_00), ("1800", -40_00)):
        amount = Money.from_minor(cents, CHF)
        posting = Posting(_CODE(account), amount, amount)
        taken.append(JournalLine(entry, SOLD, "test", posting))
    shown = _shown(_measured(taken, _rates("1.50", "1.40", LAYERED)))
    assert (shown["5100"], shown["1800"]) == ("USD 124.00", "USD 96.00")
    back = [
        attrs.evolve(one, entry=EntryId("two:reversal"), on=UNDONE, posting=one.posting.reversed)
        for one in taken[-3:]
    ]
    shown = _shown(_measured([*taken, *back], _rates("1.50", "1.40", LAYERED)))
    assert (shown["5100"], shown["1800"]) == ("USD 0.00", "USD 220.00")


def test_the_least_amount_is_a_layer_too() -> None:
    """A centime more of goods at 1.20 is one more, and not one less."""
    lines = []
    for entry, day, cents in (("one", LOT_1, 100), ("two", LOT_2, 1)):
        for account, sign in (("1800", 1), ("1000", -1)):
            amount = Money.from_minor(sign * cents, CHF)
            posting = Posting(_CODE(account), amount, amount)
            lines.append(JournalLine(EntryId(entry), day, "test", posting))
    found = _measured(lines, _rates("1.50", "1.40", LAYERED))
    goods = next(one for one in found.lines if one.account.code == "1800")
    assert goods.measured.exact == Fraction(1012, 1000)


def test_an_advance_keeps_the_rate_of_its_day() -> None:
    """A liability in layers: what is used of it goes at what it came at (IFRIC 22)."""
    shown = _layered(
        [
            (LOT_1, "1000", "2300", 100),
            (LOT_2, "1000", "2300", 100),
            (SOLD, "2300", "1100", 150),
        ]
    )
    assert shown["2300"] == "USD -60.00"
    assert shown["1100"] == "USD -225.00"  # monetary


def test_more_than_is_held_goes_at_the_day() -> None:
    """Exchange clearing may turn; what the layers do not answer for has its own day's rate."""
    shown = _layered(
        [
            (LOT_1, "1900", "1000", 100),
            (SOLD, "1000", "1900", 130),
            (UNDONE, "1900", "1000", 30),
        ]
    )
    assert shown["1900"] == "USD 6.00"  # -30 at 1.30, 30 at 1.50


# ---------------------------------------------------------------- rates, signs, refusals


def test_signs_of_the_gain() -> None:
    """Net monetary assets gain while the currency of the books rises, net debts lose (2x2)."""
    day = {LOT_1: "1.00"}
    for debit, credit, closing, gain in (
        ("1000", "3000", "1.10", "USD 10.00"),
        ("1000", "3000", "0.90", "USD -10.00"),
        ("1700", "2500", "1.10", "USD -10.00"),
        ("1700", "2500", "0.90", "USD 10.00"),
    ):
        found = _measured(_journal([(LOT_1, debit, credit, 100)]), _rates(closing, "1", day))
        assert str(found.gain.value) == gain
        assert str(found.profit.value) == gain


def test_each_period_has_its_average() -> None:
    """Sales of June at the average that ends in June, of July at that of December."""
    half = date(2020, 6, 30)
    rates = attrs.evolve(
        _rates("1.50", "1.40", {}),
        averages={
            END: chosen("CHF/USD", "1.40", END, Purpose.AVERAGE),
            half: chosen("CHF/USD", "1.10", half, Purpose.AVERAGE),
        },
    )
    moves: list[Move] = [(half, "1000", "4000", 100), (date(2020, 7, 1), "1000", "4000", 10)]
    later = (date(2021, 1, 1), "1000", "4000", 1_000)
    found = _measured(_journal([*moves, later]), rates)
    assert _shown(found) == {"1000": "USD 165.00", "4000": "USD -124.00"}
    first = _measured(
        _journal(moves),
        attrs.evolve(
            rates,
            closing=chosen("CHF/USD", "1.20", half, Purpose.CLOSING),
            averages={half: rates.averages[half]},
        ),
        as_of=half,
    )
    assert str(first.gain.value) == "USD 10.00"
    assert str(found.gain_since(first).value) == "USD 31.00"
    assert str(found.profit_since(first).value) == "USD 45.00"


def test_rounding_is_kept_apart_and_bounded() -> None:
    """Three lines of half a cent each; the gain is rounded once."""
    lines = _journal([])
    for account, cents in (("1000", 1), ("1100", 1), ("3000", -2)):
        amount = Money.from_minor(cents, CHF)
        posting = Posting(_CODE(account), amount, amount)
        lines.append(JournalLine(EntryId("e"), LOT_1, "test", posting))
    found = _measured(lines, _rates("1.50", "1.40", {LOT_1: "1.50"}))
    assert _shown(found) == {"1000": "USD 0.02", "1100": "USD 0.02", "3000": "USD -0.03"}
    assert found.gain.value.is_zero
    assert str(found.rounding) == "USD -0.01"
    assert found.bound.value == Fraction(4, 200)
    assert _is_trial_balance(found)


def test_what_is_refused() -> None:
    """A rate of another day, none at all, books that are off, nothing to use up, no need."""
    good = _rates("1.50", "1.40", LAYERED)
    other = chosen("CHF/USD", "1.5", LOT_1, Purpose.CLOSING)
    for wrong in (
        attrs.evolve(good, closing=other),
        attrs.evolve(good, averages={END: other}),
        attrs.evolve(good, dated={SOLD: other}),
    ):
        with pytest.raises(RemeasurementRateOfOtherDay) as of_other_day:
            _measured(_journal(TWO_LOTS), wrong)
        assert of_other_day.value.decision == other.id
        assert of_other_day.value.needed in (END, SOLD)
    for moves, account, day in (
        (TWO_LOTS, "1800", LOT_1),
        ([(SOLD, "1000", "4000", 1)], "4000", SOLD),
        ([(SOLD, "1000", "3000", 1)], "3000", SOLD),
    ):
        with pytest.raises(RemeasurementRateMissing) as missing:
            _measured(_journal(moves), attrs.evolve(good, averages={}, dated={}))
        assert (missing.value.account, missing.value.on) == (account, day)
        assert missing.value.company == NORDWIND
    with pytest.raises(RemeasurementUnproved) as unproved:
        _measured(_journal(TWO_LOTS)[:-1], good)
    assert (unproved.value.company, unproved.value.as_of) == (NORDWIND, END)
    assert str(unproved.value.difference) == "USD -225.00"  # 150 that are missing, at closing
    assert unproved.value.bound == "USD 0.02"
    with pytest.raises(NothingUsedUp) as nothing:
        _measured(_journal([(SOLD, "5600", "1750", 1)]), good)
    operands = nothing.value
    assert (operands.company, operands.asset, operands.on) == (NORDWIND, "1700", SOLD)
    assert operands.account in ("5600", "1750")
    with pytest.raises(BooksInFunctionalCurrency) as needless:
        remeasure(
            NORDWIND, END, [], chart=CHART, kept_in=USD, functional=USD, rates=good, rules=RULES
        )
    assert (needless.value.company, needless.value.currency) == (NORDWIND, USD)


def test_lines_are_by_account_and_partner_and_open_to_their_postings() -> None:
    """Dealings with a member stand apart; a figure names its postings and its decisions."""
    lines = _journal([(LOT_1, "1100", "3000", 5), (LOT_1, "1100", "3000", 7)])
    partner = CompanyId("acme")
    lines[2] = attrs.evolve(
        lines[2], posting=attrs.evolve(lines[2].posting, partner=partner, text="a loan")
    )
    found = _measured(reversed(lines), _rates("1.50", "1.40", LAYERED))
    keys = [(one.account.code, one.partner) for one in found.lines]
    assert keys == [("1100", None), ("1100", partner), ("3000", None)]
    dealings = found.lines[1]
    assert dealings.kept.label == "Trade receivables of nordwind with acme"
    assert found.lines[0].measured.label == "Trade receivables of nordwind"
    assert (str(dealings.kept), str(dealings.measured)) == ("CHF 7.00", "USD 10.50")
    told = found.gain.explain()
    assert "entry e001: 2020-02-01 test, CHF -7.00 on account 3000" in told
    assert "entry e001: 2020-02-01 test, CHF 7.00 on account 1100: a loan" in (
        dealings.measured.explain()
    )
    assert {one.id for one in found.gain.decisions()} == {
        "closing:CHF/USD:2020-12-31:1",
        "booking:CHF/USD:2020-02-01:1",
    }
    assert str(found.gain) == "USD 6.00"


# ---------------------------------------------------------------- laws

_EVENTS = ("capital", "goods", "sale", "plant", "wear", "result", "dividend")
_ACCOUNTS = {
    "capital": ("1000", "3000"),
    "goods": ("1800", "2000"),
    "sale": ("5100", "1800"),
    "plant": ("1700", "2500"),
    "wear": ("5600", "1750"),
    "result": ("1000", "4000"),
    "dividend": ("3300", "1000"),
}
_ratios = st.integers(100_000, 9_000_000).map(lambda units: Fraction(units, 10**6))
events = st.lists(st.tuples(st.sampled_from(_EVENTS), st.integers(1, 10**6), _ratios), max_size=14)


def _text(ratio: Fraction) -> str:
    return str(Decimal(int(ratio * 10**6)).scaleb(-6))


def _model(told: list[tuple[str, int, Fraction]], average: Fraction) -> dict[str, Fraction]:
    """An independent model: what each account measures to, before rounding; cash is left out."""
    lots, plant = list[tuple[Fraction, Fraction]](), [Fraction(0), Fraction(0)]
    measured: dict[str, Fraction] = {}

    def book(account: str, amount: Fraction) -> None:
        measured[account] = measured.get(account, Fraction(0)) + amount

    for kind, francs, rate in told:
        cost = francs * rate
        if kind == "goods":
            lots.append((Fraction(francs), rate))
        elif kind == "plant":
            plant = [plant[0] + francs, plant[1] + cost]
        elif kind == "wear":
            cost = francs * plant[1] / plant[0]
        elif kind == "result":
            cost = francs * average
        elif kind == "sale":
            left, cost = Fraction(francs), Fraction(0)
            while left:
                (held, at), *lots = lots
                part = min(held, left)
                cost, left = cost + part * at, left - part
                lots = [(held - part, at), *lots] if held > part else lots
        debit, credit = _ACCOUNTS[kind]
        book(debit, cost)
        book(credit, -cost)
    monetary = ("1000", "2000", "2500")
    return {code: sum_ for code, sum_ in measured.items() if code not in monetary}


def _possible(told: list[tuple[str, int, Fraction]]) -> list[tuple[str, int, Fraction]]:
    """Only what is held is sold, and only plant that is there wears off."""
    goods, plant, kept = 0, 0, []
    for kind, francs, rate in told:
        if kind == "sale":
            francs = min(francs, goods)
        if not francs or (kind == "wear" and not plant):
            continue
        goods += francs * {"goods": 1, "sale": -1}.get(kind, 0)
        plant += francs * (kind == "plant")
        kept.append((kind, francs, rate))
    return kept


@given(events, _ratios, _ratios, st.randoms(use_true_random=False))
def test_random_books_are_measured_as_the_model_does_it(
    told: list[tuple[str, int, Fraction]], closing: Fraction, average: Fraction, order: Random
) -> None:
    """Every line, the gain and its bound, whatever the order of the journal (D21)."""
    told = _possible(told)
    days = [date(2020, 1, 1 + number) for number in range(len(told))]
    lines = _journal(
        (day, *_ACCOUNTS[kind], francs) for day, (kind, francs, _) in zip(days, told, strict=True)
    )
    order.shuffle(lines)
    dated = {day: _text(rate) for day, (*_, rate) in zip(days, told, strict=True)}
    rates = _rates(_text(closing), _text(average), dated)
    found = _measured(lines, rates)
    exact = _model(told, average)
    for line in found.lines:
        code, kept = line.account.code, value(line.kept.value)
        expected = kept * closing if line.account.monetary else exact[code]
        assert value(line.measured.value) == half_even(expected)
    monetary = (value(one.kept.value) for one in found.lines if one.account.monetary)
    gain = sum(monetary, Fraction(0)) * closing + sum(exact.values())
    assert value(found.gain.value) == half_even(gain)
    assert _is_trial_balance(found)
