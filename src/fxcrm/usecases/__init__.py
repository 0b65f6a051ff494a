"""What a user does: one function per use case, each working on a `Desk` inside one transaction.

`perform` carries a command out once per key; `tell` does so for a whole story.
"""

from fxcrm.usecases.attesting import attest, year_ends
from fxcrm.usecases.bounding import rounding_of
from fxcrm.usecases.buying import (
    collect,
    credit_bill,
    enter_bill,
    offset_bill,
    pay_advance,
    pay_bill,
    undo_bill_payment,
)
from fxcrm.usecases.closing import (
    close_period,
    realise_balance,
    reopen_period,
    trial_balance,
)
from fxcrm.usecases.comparing import Learned
from fxcrm.usecases.consenting import approve_quote
from fxcrm.usecases.consolidating import close_group, close_month, consolidate_group
from fxcrm.usecases.contracting import (
    Terms,
    activate_contract,
    amount_due,
    bill_contract,
    contract_quote,
    draft_contract,
    due_instalments,
    expire_contract,
    renew_contract,
    terminate_contract,
    withdraw_contract,
)
from fxcrm.usecases.crediting import credit_invoice, write_off_invoice
from fxcrm.usecases.dealing import (
    Dividend,
    declare_dividend,
    fund_member,
    lend_net_investment,
    sell_to_member,
    use_stock,
)
from fxcrm.usecases.deciding import Desk, booking_rate, decided, decided_average, estimate_spot
from fxcrm.usecases.delivering import Delivered, deliver
from fxcrm.usecases.documenting import contract_paper, invoice_paper, quote_paper
from fxcrm.usecases.enquiring import qualify_enquiry, receive_enquiry
from fxcrm.usecases.examining import (
    by_customer,
    by_field,
    examine_account,
    examine_ageing,
    examine_exposure,
    examine_results,
    examine_trial_balance,
)
from fxcrm.usecases.exporting import daybook
from fxcrm.usecases.finding import Above, Found, Measure, Search, find_customers
from fxcrm.usecases.following import (
    activities_of,
    cancel_activity,
    do_activity,
    note_activity,
    postpone_activity,
    reopen_activity,
)
from fxcrm.usecases.forecasting import (
    Asked,
    compare_forecasts,
    forecast_for,
    parts_of,
    trend_for,
)
from fxcrm.usecases.grouppresenting import present_group
from fxcrm.usecases.invoicing import charge_member, invoice_order, invoice_part
from fxcrm.usecases.journalising import (
    change_voucher,
    discard_voucher,
    draft_voucher,
    post_voucher,
    reverse_entry,
)
from fxcrm.usecases.keeping import (
    agree_currency,
    change_customer,
    checked_addresses,
    checked_contacts,
    checked_tax_ids,
    deactivate_customer,
    prefer_currency,
    reactivate_customer,
    set_currency_mode,
    withdraw_currency,
)
from fxcrm.usecases.locking import (
    break_lock,
    cancel_lock,
    draw_lock,
    expire_lock,
    expire_locks,
    lock_rate,
    take_up_lock,
)
from fxcrm.usecases.measuring import (
    achievements,
    revise_target,
    sales_for,
    set_target,
)
from fxcrm.usecases.merging import merge_customers
from fxcrm.usecases.ordering import cancel_order, order_from, place_order, ship_order, take_order
from fxcrm.usecases.owing import CustomerBalance, SubBalance, balance_of
from fxcrm.usecases.paralleling import books_of, open_parallel_book
from fxcrm.usecases.performing import CommandFailed, Failures, Performed, perform, reading
from fxcrm.usecases.presenting import present_company
from fxcrm.usecases.proving import Proof, prove
from fxcrm.usecases.quoting import (
    Excess,
    accept_quote,
    decline_quote,
    draft_quote,
    edit_quote,
    home_value,
    lapse_quote,
    quote_cover,
    totals_in,
    withdraw_quote,
)
from fxcrm.usecases.ratekeeping import SyncReport, approve_rate, reject_rate, sync_rates
from fxcrm.usecases.rating import Rated, rate_customers, ratings
from fxcrm.usecases.registering import (
    invest,
    pay_costs,
    pay_in_capital,
    register_company,
    register_customer,
    repay_loan,
    take_loan,
)
from fxcrm.usecases.remeasuring import remeasure_company
from fxcrm.usecases.reminding import (
    dismiss_reminder,
    do_reminder,
    raise_reminders,
    reminder_letters,
)
from fxcrm.usecases.reporting import OPEN_DAYS, Overview, overview
from fxcrm.usecases.resolving import resolved
from fxcrm.usecases.restating import (
    DeskDecider,
    Heading,
    billed_amounts,
    compare_for,
    pipeline_amounts,
    restate_for,
)
from fxcrm.usecases.revaluing import revalue, trial_revaluation
from fxcrm.usecases.revising import (
    LockChoice,
    change_currency,
    quote_difference,
    requote_quote,
    revise_quote,
)
from fxcrm.usecases.rolling import Roll, YearEnd, rolls
from fxcrm.usecases.settling import (
    apply_credit,
    receive_advance,
    receive_payment,
    refund_credit,
)
from fxcrm.usecases.simulating import simulate, year_figures
from fxcrm.usecases.standing import items_as_of
from fxcrm.usecases.stating import customer_statement, reconcile, weekly_statements
from fxcrm.usecases.supporting import open_case, resolve_case
from fxcrm.usecases.taxing import LineWish
from fxcrm.usecases.telling import Story, read_story, tell
from fxcrm.usecases.tracing import LockStep, line_figures, lock_result, lock_steps
from fxcrm.usecases.trading import agreed_with, deactivate_currency, reactivate_currency, taken
from fxcrm.usecases.translating import (
    explained_translation,
    translate_acquired,
    translate_company,
    translate_onwards,
    translate_year,
)
from fxcrm.usecases.undoing import cancel_credit_note, undo_payment
from fxcrm.usecases.wording import Step

__all__ = [
    "OPEN_DAYS",
    "Above",
    "Asked",
    "CommandFailed",
    "CustomerBalance",
    "Delivered",
    "Desk",
    "DeskDecider",
    "Dividend",
    "Excess",
    "Failures",
    "Found",
    "Heading",
    "Learned",
    "LineWish",
    "LockChoice",
    "LockStep",
    "Measure",
    "Overview",
    "Performed",
    "Proof",
    "Rated",
    "Roll",
    "Search",
    "Step",
    "Story",
    "SubBalance",
    "SyncReport",
    "Terms",
    "YearEnd",
    "accept_quote",
    "achievements",
    "activate_contract",
    "activities_of",
    "agree_currency",
    "agreed_with",
    "amount_due",
    "apply_credit",
    "approve_quote",
    "approve_rate",
    "attest",
    "balance_of",
    "bill_contract",
    "billed_amounts",
    "booking_rate",
    "books_of",
    "break_lock",
    "by_customer",
    "by_field",
    "cancel_activity",
    "cancel_credit_note",
    "cancel_lock",
    "cancel_order",
    "change_currency",
    "change_customer",
    "change_voucher",
    "charge_member",
    "checked_addresses",
    "checked_contacts",
    "checked_tax_ids",
    "close_group",
    "close_month",
    "close_period",
    "collect",
    "compare_for",
    "compare_forecasts",
    "consolidate_group",
    "contract_paper",
    "contract_quote",
    "credit_bill",
    "credit_invoice",
    "customer_statement",
    "daybook",
    "deactivate_currency",
    "deactivate_customer",
    "decided",
    "decided_average",
    "declare_dividend",
    "decline_quote",
    "deliver",
    "discard_voucher",
    "dismiss_reminder",
    "do_activity",
    "do_reminder",
    "draft_contract",
    "draft_quote",
    "draft_voucher",
    "draw_lock",
    "due_instalments",
    "edit_quote",
    "enter_bill",
    "estimate_spot",
    "examine_account",
    "examine_ageing",
    "examine_exposure",
    "examine_results",
    "examine_trial_balance",
    "expire_contract",
    "expire_lock",
    "expire_locks",
    "explained_translation",
    "find_customers",
    "forecast_for",
    "fund_member",
    "home_value",
    "invest",
    "invoice_order",
    "invoice_paper",
    "invoice_part",
    "items_as_of",
    "lapse_quote",
    "lend_net_investment",
    "line_figures",
    "lock_rate",
    "lock_result",
    "lock_steps",
    "merge_customers",
    "note_activity",
    "offset_bill",
    "open_case",
    "open_parallel_book",
    "order_from",
    "overview",
    "parts_of",
    "pay_advance",
    "pay_bill",
    "pay_costs",
    "pay_in_capital",
    "perform",
    "pipeline_amounts",
    "place_order",
    "post_voucher",
    "postpone_activity",
    "prefer_currency",
    "present_company",
    "present_group",
    "prove",
    "qualify_enquiry",
    "quote_cover",
    "quote_difference",
    "quote_paper",
    "raise_reminders",
    "rate_customers",
    "ratings",
    "reactivate_currency",
    "reactivate_customer",
    "read_story",
    "reading",
    "realise_balance",
    "receive_advance",
    "receive_enquiry",
    "receive_payment",
    "reconcile",
    "refund_credit",
    "register_company",
    "register_customer",
    "reject_rate",
    "remeasure_company",
    "reminder_letters",
    "renew_contract",
    "reopen_activity",
    "reopen_period",
    "repay_loan",
    "requote_quote",
    "resolve_case",
    "resolved",
    "restate_for",
    "revalue",
    "reverse_entry",
    "revise_quote",
    "revise_target",
    "rolls",
    "rounding_of",
    "sales_for",
    "sell_to_member",
    "set_currency_mode",
    "set_target",
    "ship_order",
    "simulate",
    "sync_rates",
    "take_loan",
    "take_order",
    "take_up_lock",
    "taken",
    "tell",
    "terminate_contract",
    "totals_in",
    "translate_acquired",
    "translate_company",
    "translate_onwards",
    "translate_year",
    "trend_for",
    "trial_balance",
    "trial_revaluation",
    "undo_bill_payment",
    "undo_payment",
    "use_stock",
    "weekly_statements",
    "withdraw_contract",
    "withdraw_currency",
    "withdraw_quote",
    "write_off_invoice",
    "year_ends",
    "year_figures",
]
