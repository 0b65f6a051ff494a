"""F8: no bad rate of any kind is taken by any operation, on any store; nothing is forgotten."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.rates import RateSeries
from tests.architecture.public_names import exported
from tests.faults import badrates, ratekinds
from tests.faults.badrates import JUMPS, KEPT
from tests.faults.ratekinds import DAY, EURUSD, Case

PURE = list(ratekinds.pure_cases())


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Each kind of store, with books, a lock, an open item and a month of good rates."""
    if request.param == "memory":
        opened: Any = MemoryStore()
    elif request.param == "sqlite":
        opened = open_sqlite(tmp_path / "books.sqlite")
    else:
        opened = open_postgresql(request.getfixturevalue("postgresql_url"))
    yield badrates.prepared(opened)
    opened.close()


@pytest.mark.parametrize("case", PURE, ids=[f"{one.operation}-{one.kind}" for one in PURE])
def test_a_bad_rate_is_refused_by_a_typed_error(case: Case) -> None:
    """Never 1, never 0, never another day's rate: a leaf of our errors with its operands (F8)."""
    assert not badrates.accepted(case)


def test_no_store_takes_a_bad_rate_nor_is_changed_by_it(store: Any) -> None:
    """Every use case that decides a rate, and the log of rates itself: refused, state kept (F8)."""
    outcomes = list(badrates.on_store(store))
    assert len(outcomes) > 250
    assert [fault for _, fault in outcomes if fault] == []


@pytest.mark.parametrize("kind", badrates.bad_series())
def test_a_source_that_says_it_changes_no_rate(kind: str) -> None:
    """A sync takes nothing of it: what is kept is as it was, and the report tells why."""
    store = MemoryStore()
    badrates.keep_good(store)
    with store.begin() as unit:
        before = [(one.days, one.values) for one in unit.rates.table(KEPT).series]
    series = badrates.bad_series()[kind]
    published, held, failed = badrates.synced(store, series)
    with store.begin() as unit:
        table = unit.rates.table(KEPT)
        kept = [(one.days, one.values) for one in table.series]
        told = [one.event.name for one in unit.events.after(0)]
    if kind == "another value for one key":  # of another run, so it is a correction, and no fault
        assert (published, held, failed) == (1, 0, 0)
        return
    assert kept == before
    assert published == 0
    if kind in {"of tomorrow", "no text"}:  # left for when it has begun; a blank says nothing
        assert failed == 0
        return
    assert failed == 1
    assert any("rate" in name for name in told)


@pytest.mark.parametrize("kind", JUMPS)
def test_what_jumps_or_looks_inverted_is_held_on_every_store(kind: str, store: Any) -> None:
    """Ten times, a tenth, or the inverse of the last rate: held for approval, not recorded (R8)."""
    with store.begin() as unit:
        before = [(one.days, one.values) for one in unit.rates.table(KEPT).series]
    outcome = badrates.synced(store, RateSeries(EURUSD, KEPT, [DAY], [JUMPS[kind]]))
    assert outcome == (0, 1, 0)
    with store.begin() as unit:
        assert [(one.days, one.values) for one in unit.rates.table(KEPT).series] == before


def test_with_a_good_rate_every_operation_of_the_matrix_answers() -> None:
    """The control: what was refused above was refused for its rate and for nothing else."""
    table = ratekinds.good_table()
    for ask in (*ratekinds.TABLE_OPERATIONS.values(), *ratekinds.LATEST_OPERATIONS.values()):
        assert ask(table) is not None
    for command in badrates.USE_CASES.values():
        store = badrates.prepared(MemoryStore())
        before = store.digest()
        badrates._at_desk(store, table, command)
        assert store.digest() != before


RATES = re.compile(
    r"\b(ExchangeRate|RateTable|RateDecision|Fixing|RateSeries|Leg|Rates|Desk|TranslationRates|"
    r"RemeasurementRates|Closing|Receipt|RateSource)\b"
)
# Who is handed a rate and takes none of it: each with the door through which the rate came, or why.
THROUGH = {
    # records of what was chosen before, by a door of the matrix
    **dict.fromkeys(
        [
            *(
                "Bulletin",
                "HeldRate",
                "HeldRate.met",
                "JournalLine",
                "Proposal",
                "Translation",
                "Overview",
            ),
            *("Deal", "Deal.exchange", "Deal.move"),
            *("SyncReport", "Quote", "RateLock", "TranslationRates", "Receipt", "Receipt.direct"),
            *("DecisionLog.record", "Desk", "DeskDecider", "Advance", "Credit", "Offset"),
            *("Daybook.of", "daybook", "estimate_spot", "RemeasurementRates"),
        ],
        "a record of a rate that was chosen by decide, or of a fixing",
    ),
    # the ledger is given decisions by use cases of the matrix
    **dict.fromkeys(["settle"], "receive_payment"),
    **dict.fromkeys(["revalue_balances", "revalue_items", "trial_revaluation"], "revalue"),
    # what is settled, credited and paid is measured by booking_rate
    **dict.fromkeys(
        [
            *("apply_credit", "refund_credit", "credit_invoice", "credit_bill", "pay_bill"),
            *("offset_bill", "collect", "take_loan", "repay_loan"),
            *("post_voucher", "examine_exposure", "simulate"),
        ],
        "booking_rate",
    ),
    **dict.fromkeys(
        [
            *("translate", "explained_translation", "acquired", "acquisition_snapshot"),
            *("translate_acquired", "translate_onwards", "translate_year"),
            *("remeasure", "remeasure_company"),
        ],
        "translate_company",
    ),
    "Quote.at_excess_rate": "Quote.at_rate",  # both by way of Quote._fitting
    "Quote.in_currency": "Quote.at_rate",
    # use cases that decide by way of others
    **dict.fromkeys(
        [
            *("close_group", "close_month", "consolidate_group", "charge_member", "close_period"),
            *("attest", "year_ends"),
            *("declare_dividend", "lend_net_investment", "sell_to_member", "fund_member"),
            *("invest", "invoice_part", "realise_balance", "overview", "edit_quote", "home_value"),
            *("billed_amounts", "pipeline_amounts", "restate_for", "compare_for"),
            *("forecast_for", "trend_for", "parts_of", "sales_for", "achievements"),
            *("lock_result", "lock_steps", "line_figures", "perform", "reading", "tell"),
            *("present_company", "present_group"),
            *("withdraw_quote", "decline_quote", "lapse_quote", "cancel_order"),
            *("approve_quote", "revise_quote", "requote_quote", "change_currency"),
            *("draft_contract", "contract_quote", "renew_contract", "bill_contract"),
            *("amount_due", "due_instalments", "quote_paper"),
            *("find_customers", "rate_customers", "ratings"),
        ],
        "decided",
    ),
    # which hold a desk for its unit of work and ask for no rate
    **dict.fromkeys(
        [
            *(
                "accept_quote",
                "quote_cover",
                "quote_difference",
                "cancel_lock",
                "customer_statement",
                "draw_lock",
            ),
            *("expire_lock", "expire_locks", "items_as_of", "open_case", "place_order"),
            *("qualify_enquiry", "receive_enquiry", "reconcile", "register_company"),
            *("register_customer", "resolve_case", "ship_order", "take_up_lock"),
            *("trial_balance", "weekly_statements", "books_of", "open_parallel_book", "prove"),
            *("cancel_credit_note", "undo_payment", "undo_bill_payment", "write_off_invoice"),
            *("draft_voucher", "change_voucher", "discard_voucher", "reverse_entry", "take_order"),
            *("reopen_period", "rounding_of", "year_figures", "by_field", "examine_account"),
            *("activate_contract", "withdraw_contract", "terminate_contract", "expire_contract"),
            *("contract_paper", "invoice_paper"),
            *("note_activity", "do_activity", "postpone_activity", "cancel_activity"),
            *("reopen_activity", "activities_of", "raise_reminders", "do_reminder"),
            *("dismiss_reminder", "merge_customers", "resolved"),
            *("set_target", "revise_target"),
            *("agreed_with", "taken", "deactivate_currency", "reactivate_currency"),
            *("agree_currency", "prefer_currency", "withdraw_currency", "set_currency_mode"),
            *("change_customer", "deactivate_customer", "reactivate_customer", "balance_of"),
            *("approve_deal", "lead_figures", "assign_enquiry", "close_enquiry"),
            *("nurture_enquiry", "resume_enquiry", "register_prospect"),
            *("examine_ageing", "examine_results", "examine_trial_balance", "use_stock"),
        ],
        "no rate",
    ),
    # deals are approved, closed, exchanged and rolled up at the decision of the day
    **dict.fromkeys(
        ["open_deal", "change_deal", "advance_deal", "exchange_deal", "attach_deal"], "decided"
    ),
    # prices: a list is found or kept without a rate, and a conversion is decided
    **dict.fromkeys(
        [
            *("add_product", "set_cost", "activate_product", "deactivate_product"),
            *("add_price_list", "set_price", "set_prices", "import_prices"),
            *("deactivate_price_list", "price_lists_of", "products_of"),
        ],
        "no rate",
    ),
    **dict.fromkeys(["price_of", "derived_list"], "derive_price_list"),
    "approve_rate": "sync_rates",  # a person takes what sync_rates held
    "reject_rate": "sync_rates",
}


def _taking_rates() -> Iterator[str]:
    """The public functions and methods with a parameter that is annotated with a rate."""
    for package in ("fxcrm", "fxcrm.ledger", "fxcrm.usecases", "fxcrm.ports"):
        for name in exported(package):
            thing = getattr(import_module(package), name)
            members = {name: thing}
            if inspect.isclass(thing):
                public = ((key, one) for key, one in vars(thing).items() if key[0] != "_")
                members |= {f"{name}.{key}": getattr(one, "__func__", one) for key, one in public}
            for told, one in members.items():
                if (inspect.isclass(one) or inspect.isfunction(one)) and _takes_rate(one):
                    yield told


def _takes_rate(thing: Any) -> bool:
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(RATES.search(str(one.annotation)) for one in parameters)


def test_no_operation_that_takes_a_rate_is_forgotten() -> None:
    """Each is a row of the matrix, or told here with the row its rates come by (F8)."""
    rows = {one.operation.split(",")[0] for one in PURE} | set(badrates.USE_CASES)
    rows |= {"RateLog.add", "sync_rates"}
    found = set(_taking_rates())
    assert found - rows - set(THROUGH) == set()
    assert set(THROUGH) - found == set()
    assert set(THROUGH.values()) <= rows | {
        "no rate",
        "a record of a rate that was chosen by decide, or of a fixing",
    }
