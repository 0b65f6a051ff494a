"""The books: accounts, journal, open items, settlement, revaluation, translation, consolidation.

Amounts are signed, debit positive. The ledger knows entries and open items; it knows no
quote, order or invoice: `fxcrm.posting` tells it what happened.
"""

from fxcrm.ledger.accounts import (
    Account,
    AccountType,
    Chart,
    Duties,
    TranslationRule,
    trading_chart,
)
from fxcrm.ledger.companies import Company, Group, PeriodClosed, Subsidiary
from fxcrm.ledger.consolidation import Consolidation, consolidate
from fxcrm.ledger.journal import Entry, EntryUnbalanced, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.revaluation import Revaluation, revalue_balances, revalue_items
from fxcrm.ledger.settlement import Receipt, Settlement, settle
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translation import Translation, TranslationRates, translate
from fxcrm.ledger.trial_balance import Balance, JournalLine, TrialBalance
from fxcrm.ledger.vouchers import VOUCHER_LIFECYCLE, Voucher, VoucherLine

__all__ = [
    "VOUCHER_LIFECYCLE",
    "Account",
    "AccountType",
    "Balance",
    "Chart",
    "Company",
    "Consolidation",
    "Duties",
    "Entry",
    "EntryUnbalanced",
    "Group",
    "JournalLine",
    "OpenItem",
    "PeriodClosed",
    "Posting",
    "Receipt",
    "Revaluation",
    "Settlement",
    "Subsidiary",
    "Translation",
    "TranslationRates",
    "TranslationRule",
    "TranslationSnapshot",
    "TrialBalance",
    "Voucher",
    "VoucherLine",
    "consolidate",
    "revalue_balances",
    "revalue_items",
    "settle",
    "trading_chart",
    "translate",
]
