"""What lines of the past say: the style an item was revalued in, and when it was opened again."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, EntryId
from fxcrm.ledger import Balance, JournalLine, trading_chart
from fxcrm.ledger.journal import balance_of
from fxcrm.ledger.open_items import moved
from fxcrm.ledger.revaluation import (
    Scope,
    Style,
    StyleSwitched,
    propose,
    refuse_switched,
    scope_of,
)
from fxcrm.ledger.undoing import reopened_on
from tests.ledger.notation import chosen, line, money, receivable

FIRST, RUN, NEXT = date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 30)
CHART = trading_chart()
BANK = AccountCode("1000")


def _line(day: date, amount: str, value: str, entry: str = "payment:1", kind: str = "settlement",
          item: str = "") -> JournalLine:  # fmt: skip
    return JournalLine(EntryId(entry), day, kind, line("1000", amount, value, item))


def _run(scope: Scope) -> JournalLine:
    id = f"revaluation:nordwind:{RUN}:{scope.value}:1"
    return _line(RUN, "USD 0.00", "EUR 5.00", id, "revaluation")


def _proposed(style: Style) -> tuple[object, ...]:
    closing = {Currency("USD"): chosen("EUR/USD", "1.1000", NEXT, Purpose.CLOSING)}
    held = (Balance(BANK, money("USD 100.00"), money("EUR 95.00")),)
    return propose(NEXT, (), held, closing, CHART, {BANK: style})


CAME, GONE, CAME_AGAIN = (
    _line(FIRST, "USD 100.00", "EUR 90.00"),
    _line(RUN + timedelta(days=1), "USD -100.00", "EUR -90.00", "payment:2"),
    _line(NEXT, "USD 100.00", "EUR 95.00", "payment:3"),
)


@pytest.mark.parametrize("style", Style)
def test_a_balance_keeps_its_style_until_it_is_spent(style: Style) -> None:
    """Refused in the other style; accepted in its own, and in any once it was zero (D14)."""
    other = next(one for one in Style if one is not style)
    run = _run(Scope.of(style, by_item=False))
    refuse_switched(_proposed(style), [CAME, run])  # type: ignore[arg-type]
    refuse_switched(_proposed(other), [CAME, run, GONE, CAME_AGAIN])  # type: ignore[arg-type]
    with pytest.raises(StyleSwitched) as caught:
        refuse_switched(_proposed(other), [CAME, run, CAME_AGAIN])  # type: ignore[arg-type]
    assert (caught.value.was, caught.value.now) == (style.value, other.value)
    with pytest.raises(StyleSwitched):
        refuse_switched(_proposed(other), [CAME, CAME_AGAIN, run, GONE])  # type: ignore[arg-type]


def test_a_run_that_was_replaced_binds_nobody() -> None:
    """Withdrawn on its own day: the next run may be in the other style (D15)."""
    run = _run(Scope.BALANCES)
    back = attrs.evolve(run, entry=EntryId(f"{run.entry}:withdrawn"), kind="reversal")
    refuse_switched(_proposed(Style.REVERSING), [CAME, run, back])  # type: ignore[arg-type]


def test_the_scope_of_a_run_stands_in_its_key() -> None:
    """Of the run, and of what takes it back; other entries have none, whatever they are called."""
    for scope in Scope:
        stem = f"revaluation:nordwind:2026-03-31:{scope.value}:1"
        assert scope_of(EntryId(stem)) is scope
        assert scope_of(EntryId(f"{stem}:reversal")) is scope
    assert scope_of(EntryId("payment:items")) is None
    assert scope_of(EntryId("revaluation:nordwind:2026-03-31:of something:1")) is None


def test_an_item_was_opened_again_on_the_last_day_of_a_reversal() -> None:
    """Payments do not count, nor a month end that was taken back."""
    paid = _line(NEXT, "USD -10.00", "EUR -9.00")
    taken_back = _line(NEXT, "USD 0.00", "EUR -5.00", "run:reversal", "reversal")
    first, last = (
        _line(day, "USD 10.00", "EUR 9.00", f"payment:{day}:reversal", "reversal")
        for day in (FIRST, RUN)
    )
    assert reopened_on([]) is None
    assert reopened_on([CAME, paid, taken_back]) is None
    assert reopened_on([CAME, last, first, paid, taken_back]) == RUN


def test_the_balance_of_no_postings_has_a_currency() -> None:
    """Zero of the functional currency that is named."""
    assert balance_of([], Currency("EUR")) == money("EUR 0.00")
    assert balance_of([CAME.posting, GONE.posting], Currency("EUR")) == money("EUR 0.00")


def test_what_nothing_moved_moved_by_nothing_of_its_currencies() -> None:
    """No postings: zero of the document currency, and zero of the functional one twice."""
    none = money("EUR 0.00")
    assert moved(receivable("USD 5.00", "EUR 4.00"), []) == (money("USD 0.00"), none, none)
