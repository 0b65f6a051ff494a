"""Translation: both routes to the reserve, random books, planted errors (D17 to D20)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.decisions import Purpose
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, DecisionId
from fxcrm.ledger import Translation, TranslationSnapshot, translate
from fxcrm.ledger.translation import (
    OpeningChanged,
    TranslationRateMissing,
    TranslationRates,
    TranslationUnproved,
    WrongRateDay,
)
from fxcrm.money import CurrencyMismatch, Money
from tests.ledger.notation import NORDWIND, chosen, money, value
from tests.ledger.translated import (
    CHART,
    EUR,
    JPY,
    PARENT,
    USD,
    journal_of,
    periods,
    ratio_of,
    translated,
)
from tests.ledger.translation_oracle import Move, Period, TranslatedBooks

# ---------------------------------------------------------------- a published example

FIRST, LATE, LAST = date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31)
# IFRScommunity.com, "IAS 21 The Effects of Changes in Foreign Exchange Rates", example of a
# basic translation of a foreign operation: 1 EUR = 1.1, 1.2 (average), 1.3 USD.
PUBLISHED: list[Move] = [
    (FIRST, "1000", "3000", 2_000_00),  # share capital
    (FIRST, "1000", "2600", 3_000_00),  # liabilities, so that assets open at 5,000
    (LAST, "1000", "4000", 1_000_00),  # revenue
    (LAST, "5000", "1000", 700_00),  # expenses
]


def _published_rates(as_of: date = LAST) -> TranslationRates:
    return TranslationRates(
        chosen("EUR/USD", "1.3", as_of, Purpose.CLOSING),
        chosen("EUR/USD", "1.2", as_of, Purpose.AVERAGE),
        {FIRST: chosen("EUR/USD", "1.1", FIRST)},
    )


def test_a_published_example_of_ias_21() -> None:
    """Assets 4,077, liabilities 2,308, capital 1,818, profit 250, reserve -299 (in EUR)."""
    found = translated(PUBLISHED, _published_rates(), LAST)
    shown = {line.account.code: line.presentation.value for line in found.lines}
    assert shown == {
        "1000": money("EUR 4076.92"),
        "2600": money("EUR -2307.69"),
        "3000": money("EUR -1818.18"),
        "4000": money("EUR -833.33"),
        "5000": money("EUR 583.33"),
    }
    assert found.reserve.value == money("EUR -298.95")
    assert found.plug.value == money("EUR -298.95")
    assert found.rounding.is_zero
    # The source splits it: -280 on opening net assets, -19 on the profit of the year.
    effects = {
        one.label: value(one.value) for one in found.reserve.inputs if isinstance(one, Figure)
    }
    assert round(effects["Effect on Share capital of nordwind on 2025-01-01"]) == -280
    assert round(sum(part for label, part in effects.items() if "period to" in label)) == -19


def test_the_published_example_continued_for_a_quiet_year() -> None:
    """Nothing moves but the rate: the reserve is the change on 2,300 of net assets (D19)."""
    opening = translated(PUBLISHED, _published_rates(), LAST).snapshot()
    later = date(2026, 12, 31)
    rates = TranslationRates(
        chosen("EUR/USD", "1.25", later, Purpose.CLOSING),
        chosen("EUR/USD", "1.27", later, Purpose.AVERAGE),
        {},
        chosen("EUR/USD", "1.3", LAST, Purpose.CLOSING),
    )
    found = translated(PUBLISHED, rates, later, opening)
    # -298.95 + 2,300 x (1 / 1.25 - 1 / 1.3) = -298.95 + 70.769...
    assert found.reserve.value == money("EUR -228.18")
    kept = {one.account: one.presentation for one in opening.balances}
    for line in found.lines:
        if line.account.code in ("3000", "4000", "5000"):  # D20: as it was translated then
            assert line.presentation.value == kept[line.account.code]
    assert abs(found.added.minor) <= 1
    # Half a cent for each of five lines, for the five of the opening and its reserve, and for
    # the reserve itself (D19).
    assert found.bound.value == Fraction(12, 200)


# ---------------------------------------------------------------- laws against the model


@given(periods())
def test_random_books_are_translated_as_the_model_does_it(
    told: list[tuple[Period, TranslationRates]],
) -> None:
    """Every line, the plug, the reserve and its rounding, month after month (D17 to D20)."""
    books, moves, opening = TranslatedBooks(digits=2), list[Move](), None
    for count, (period, rates) in enumerate(told, 1):
        moves.extend(period.moves)
        books.close(period)
        found = translated(moves, rates, period.end, opening)
        assert {line.account.code: value(line.presentation.value) for line in found.lines} == dict(
            books.carried
        )
        assert value(found.plug.value) == books.plug
        # One rounding of the reserve a month; what else is left over is rounding of lines.
        assert abs(value(found.reserve.value) - books.exact_reserve) <= Fraction(count, 200)
        assert value(found.rounding) == value(found.reserve.value) - books.plug
        before = opening.rounding if opening else money("EUR 0.00")
        assert found.rounding - before == found.added
        assert abs(value(found.added)) <= found.bound.value
        counted = found.snapshot().rounded - (opening.rounded if opening else 0)
        assert found.bound.value == Fraction(counted, 200)  # half a cent for each line (D30)
        opening = found.snapshot()
        assert translated(moves, rates, period.end, _before(told, count, moves)) == found


def _before(
    told: list[tuple[Period, TranslationRates]], count: int, moves: list[Move]
) -> TranslationSnapshot | None:
    """The snapshot before the last of some periods, translated afresh: the same again (F12)."""
    opening = None
    for period, rates in told[: count - 1]:
        known = [move for move in moves if move[0] <= period.end]
        opening = translated(known, rates, period.end, opening).snapshot()
    return opening


@given(periods(), st.randoms(use_true_random=False))
def test_the_order_of_the_journal_changes_no_figure(
    told: list[tuple[Period, TranslationRates]], order: Random
) -> None:
    """Postings come by day; the days' order within the list makes no difference to the sums."""
    period, rates = told[0]
    shuffled = list(period.moves)
    order.shuffle(shuffled)
    first = translated(period.moves, rates, period.end).snapshot()
    assert translated(shuffled, rates, period.end).snapshot() == first


def test_books_in_the_presentation_currency_are_taken_as_they_are() -> None:
    """No rate, no reserve, no rounding; another presentation without rates is refused."""
    found = translated(PUBLISHED, None, LAST, presentation=USD)
    assert found.reserve.value == found.plug.value == money("USD 0.00")
    assert found.bound.value == 0
    assert found.closing is None
    assert all(line.functional.value == line.presentation.value for line in found.lines)
    with pytest.raises(CurrencyMismatch):
        translated(PUBLISHED, None, LAST)


def test_empty_books_translate_to_nothing() -> None:
    """A company without postings has a reserve of zero."""
    found = translated([], _published_rates(), LAST)
    assert (found.lines, found.reserve.value) == ((), money("EUR 0.00"))


def test_a_coarser_presentation_currency_bounds_its_own_units() -> None:
    """Yen have no decimals: half a yen for each rounded line."""
    rates = TranslationRates(
        chosen("USD/JPY", "151.37", LAST, Purpose.CLOSING),
        chosen("USD/JPY", "149.93", LAST, Purpose.AVERAGE),
        {FIRST: chosen("USD/JPY", "140.11", FIRST)},
    )
    found = translated(PUBLISHED, rates, LAST, presentation=JPY)
    assert found.bound.value == Fraction(len(found.lines) + 1, 2)
    assert abs(value(found.rounding)) <= found.bound.value
    # 2,000 x 11.26 + 300 x 1.44
    assert found.reserve.value == money("JPY 22952")


def test_a_line_knows_how_far_rounding_alone_may_have_moved_it() -> None:
    """Half a unit for each amount translated, half a functional unit for each foreign posting."""
    rate = "1.25"  # a US cent is 0.8 of a euro cent
    moves: list[Move] = [
        (FIRST, "1000", "3000", 100_00),
        (LATE, "1000", "3000", 100_00),
        (LAST, "1000", "4000", 50_00),
        (LAST, "1200", "4200", 25_00),
    ]
    rates = TranslationRates(
        chosen("EUR/USD", rate, LAST, Purpose.CLOSING),
        chosen("EUR/USD", rate, LAST, Purpose.AVERAGE),
        {day: chosen("EUR/USD", rate, day) for day in (FIRST, LATE, LAST)},
    )
    pounds = [
        attrs.evolve(
            line,
            posting=attrs.evolve(
                line.posting,
                amount=Money.from_minor(
                    20_00 if line.posting.amount.is_positive else -20_00, "GBP"
                ),
                decision=DecisionId("noted"),
            ),
        )
        for line in journal_of(moves[3:])
    ]
    found = translate(
        NORDWIND,
        LAST,
        [*journal_of(moves[:3]), *pounds],
        chart=CHART,
        functional=USD,
        presentation=EUR,
        rates=rates,
    )
    slack = {line.account.code: line.slack.value for line in found.lines}
    assert slack == {
        "1000": Fraction(1, 200),
        "3000": Fraction(2, 200),  # two days, translated one by one
        "4000": Fraction(1, 200),
        "1200": Fraction(1, 200) + Fraction(8, 2000),
        "4200": Fraction(1, 200) + Fraction(8, 2000),
    }


def test_dealings_that_cancel_in_one_currency_need_not_in_the_other() -> None:
    """USD 100.00 there and back at two rates: zero in dollars, a difference in euros (D17)."""
    moves: list[Move] = [(FIRST, "1000", "4200", 100_00), (LAST, "4200", "1000", 100_00)]
    rates = TranslationRates(
        chosen("USD/EUR", "0.9", LAST, Purpose.CLOSING),
        chosen("USD/EUR", "0.9", LAST, Purpose.AVERAGE),
        {FIRST: chosen("USD/EUR", "0.8", FIRST), LAST: chosen("USD/EUR", "0.9", LAST)},
    )
    found = translated(moves, rates, LAST)
    (bank, income) = found.lines
    assert (income.functional.value, income.presentation.value) == (
        money("USD 0.00"),
        money("EUR 10.00"),
    )
    assert bank.presentation.value == money("EUR 0.00")
    assert found.reserve.value == money("EUR 10.00")
    assert income.slack.value == Fraction(2, 200)


def test_half_a_cent_of_reserve_goes_to_the_even_cent() -> None:
    """One cent of capital at 1, closing at 1.5: a reserve of half a cent is none (M9)."""
    rates = TranslationRates(
        chosen("USD/EUR", "1.5", LAST, Purpose.CLOSING),
        chosen("USD/EUR", "1.5", LAST, Purpose.AVERAGE),
        {FIRST: chosen("USD/EUR", "1", FIRST)},
    )
    found = translated([(FIRST, "1000", "3000", 1)], rates, LAST)
    assert found.reserve.exact == Fraction(1, 200)
    assert found.reserve.value == money("EUR 0.00")


def test_an_account_with_and_without_a_partner_is_two_lines() -> None:
    """Dealings with a member stand apart from the rest of the account, in a fixed order."""
    outside = [
        attrs.evolve(line, posting=attrs.evolve(line.posting, partner=None))
        for line in journal_of([(LAST, "1200", "5000", 10_00)])
    ]
    inside = journal_of([(LAST, "1200", "5000", 5_00)])
    for lines in ([*inside, *outside], [*outside, *inside]):
        found = translate(
            NORDWIND,
            LAST,
            lines,
            chart=CHART,
            functional=USD,
            presentation=EUR,
            rates=_published_rates(),
        )
        shown = [(line.account.code, line.partner) for line in found.lines]
        assert shown == [("1200", None), ("1200", PARENT), ("5000", None)]


# ---------------------------------------------------------------- planted errors


def _continued(**changes: object) -> Translation:
    """The published example one year on, with something changed."""
    opening = translated(PUBLISHED, _published_rates(), LAST).snapshot()
    later = date(2026, 12, 31)
    rates = TranslationRates(
        chosen("EUR/USD", "1.25", later, Purpose.CLOSING),
        chosen("EUR/USD", "1.27", later, Purpose.AVERAGE),
        {},
        chosen("EUR/USD", "1.3", LAST, Purpose.CLOSING),
    )
    given = {"moves": PUBLISHED, "rates": rates, "as_of": later, "opening": opening}
    return translated(**{**given, **changes})  # type: ignore[arg-type]


def _opening() -> TranslationSnapshot:
    return translated(PUBLISHED, _published_rates(), LAST).snapshot()


@pytest.mark.parametrize("wrong", ["1.2", "1.31", "1.25", "1.1"])
def test_a_wrong_opening_rate_is_found(wrong: str) -> None:
    """The routes part by net assets times the difference of the rates (D19)."""
    later = date(2026, 12, 31)
    rates = TranslationRates(
        chosen("EUR/USD", "1.25", later, Purpose.CLOSING),
        chosen("EUR/USD", "1.27", later, Purpose.AVERAGE),
        {},
        chosen("EUR/USD", wrong, LAST, Purpose.CLOSING),
    )
    with pytest.raises(TranslationUnproved) as caught:
        _continued(rates=rates)
    parted = Fraction(2300) / Fraction("1.3") - Fraction(2300) / Fraction(wrong)
    assert abs(value(caught.value.difference) - parted) < Fraction(1, 10)


@pytest.mark.parametrize("account", ["3000", "4000", "5000"])
def test_an_opening_that_was_translated_again_is_found(account: str) -> None:
    """Capital or last year's profit at this year's closing rate does not prove (D17, D20)."""
    closing = chosen("EUR/USD", "1.25", LAST)
    balances = tuple(
        attrs.evolve(one, presentation=closing.convert(one.functional))
        if one.account == account
        else one
        for one in _opening().balances
    )
    with pytest.raises(TranslationUnproved):
        _continued(opening=attrs.evolve(_opening(), balances=balances))


@pytest.mark.parametrize("off", ["EUR 1.00", "EUR -0.10"])
def test_a_tampered_opening_reserve_is_found(off: str) -> None:
    """Ten cents more in the opening reserve are more than the rounding of eleven lines."""
    opening = _opening()
    with pytest.raises(TranslationUnproved):
        _continued(opening=attrs.evolve(opening, reserve=opening.reserve + money(off)))


@pytest.mark.parametrize(
    ("late", "account"),
    [
        ((LATE, "1000", "4000", 1_00), "1000"),
        ((LATE, "1000", "1100", 1_00), "1000"),  # between two accounts at closing
        ((LATE, "1100", "3000", 1_00), "1100"),
        ((LATE, "5000", "4000", 1_00), "4000"),  # between two results
        ((LAST, "1100", "2600", 1), "1100"),  # one cent on the last day
    ],
)
def test_a_late_entry_before_the_opening_is_found(late: Move, account: str) -> None:
    """Every line must still add up to what was translated then (D20)."""
    with pytest.raises(OpeningChanged) as caught:
        _continued(moves=[*PUBLISHED, late])
    assert (caught.value.account, caught.value.as_of) == (account, LAST)


def test_late_entries_that_cancel_each_other_change_nothing() -> None:
    """On an account that the opening did not have: carried as nothing, and still proved."""
    pair: list[Move] = [(LATE, "1000", "4200", 1_00), (LATE, "4200", "1000", 1_00)]
    found, plain = _continued(moves=[*PUBLISHED, *pair]), _continued()
    assert found.reserve.value == plain.reserve.value
    shown = {line.account.code: line.presentation.value for line in found.lines}
    assert shown.pop(AccountCode("4200")) == money("EUR 0.00")
    assert shown == {line.account.code: line.presentation.value for line in plain.lines}


def test_a_vanished_entry_is_found() -> None:
    """What was translated then and is gone now is as bad as what came late."""
    for left_out in range(len(PUBLISHED)):
        rest = [move for position, move in enumerate(PUBLISHED) if position != left_out]
        with pytest.raises(OpeningChanged):
            _continued(moves=rest)


def test_decisions_of_other_days_are_refused() -> None:
    """The closing rate for capital, last month's average, a closing of another day (D2, D17)."""
    good = _published_rates()
    other = date(2025, 11, 30)
    wrong = [
        attrs.evolve(good, closing=chosen("EUR/USD", "1.3", other, Purpose.CLOSING)),
        attrs.evolve(good, average=chosen("EUR/USD", "1.2", other, Purpose.AVERAGE)),
        attrs.evolve(good, dated={FIRST: good.closing}),
    ]
    for rates in wrong:
        with pytest.raises(WrongRateDay):
            translated(PUBLISHED, rates, LAST)
    with pytest.raises(WrongRateDay):
        _continued(
            rates=TranslationRates(
                chosen("EUR/USD", "1.25", date(2026, 12, 31), Purpose.CLOSING),
                chosen("EUR/USD", "1.27", date(2026, 12, 31), Purpose.AVERAGE),
                {},
                chosen("EUR/USD", "1.3", other, Purpose.CLOSING),
            )
        )


def test_a_day_without_a_rate_is_an_error() -> None:
    """Capital paid in on a day that nobody decided a rate for is named (D17)."""
    with pytest.raises(TranslationRateMissing) as caught:
        translated(PUBLISHED, attrs.evolve(_published_rates(), dated={}), LAST)
    assert (caught.value.account, caught.value.on) == ("3000", FIRST)
    with pytest.raises(TranslationRateMissing):
        _continued(
            rates=TranslationRates(
                chosen("EUR/USD", "1.25", date(2026, 12, 31), Purpose.CLOSING),
                chosen("EUR/USD", "1.27", date(2026, 12, 31), Purpose.AVERAGE),
                {},
            )
        )


@given(periods(least=2), st.integers(1, 50))
def test_a_wrong_opening_rate_never_passes_where_it_matters(
    told: list[tuple[Period, TranslationRates]], percent: int
) -> None:
    """Off by some percent: refused as soon as the effect is more than rounding explains."""
    (first, first_rates), (second, rates) = told[0], told[1]
    opening = translated(first.moves, first_rates, first.end).snapshot()
    moves = [*first.moves, *second.moves]
    honest = translated(moves, rates, second.end, opening)
    assert rates.opening is not None
    wrong = chosen(
        "EUR/USD",
        rates.opening.rate.rounded_value() * (100 + percent) / 100,
        first.end,
        Purpose.CLOSING,
    )
    net = sum(
        (value(one.functional) for one in opening.balances if one.account[0] in "12"), Fraction(0)
    )
    effect = abs(net * (ratio_of(wrong) - first.closing))
    assume(effect > 2 * honest.bound.value)
    with pytest.raises(TranslationUnproved):
        translated(moves, attrs.evolve(rates, opening=wrong), second.end, opening)


def test_the_figures_open_down_to_postings_and_decisions() -> None:
    """A translated line names its parts, their rates, and each posting below them (D31)."""
    found = translated(PUBLISHED, _published_rates(), LAST)
    capital = next(line for line in found.lines if line.account.code == "3000")
    told = capital.presentation.explain()
    assert "rate decision booking:EUR/USD:2025-01-01:1" in told
    assert "entry e0: 2025-01-01 test, USD -2000.00 on account 3000" in told
    assert {one.id for one in found.reserve.decisions()} == {
        DecisionId("closing:EUR/USD:2025-12-31:1"),
        DecisionId("average:EUR/USD:2025-12-31:1"),
        DecisionId("booking:EUR/USD:2025-01-01:1"),
    }
