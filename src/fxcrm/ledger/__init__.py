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
from fxcrm.ledger.advances import Advance, Advancing, advance
from fxcrm.ledger.companies import Company, PeriodClosed
from fxcrm.ledger.consolidation import Consolidation, consolidate
from fxcrm.ledger.crediting import Credit, Crediting, CreditRate, credit, write_off
from fxcrm.ledger.daybook import Daybook
from fxcrm.ledger.grouppolicies import (
    GroupAccounts,
    GroupPolicies,
    ProfitSharing,
    ResultCategory,
    UnrealisedRate,
)
from fxcrm.ledger.groups import (
    Acquisition,
    Group,
    Impairment,
    Method,
    MinorityMeasure,
    Sold,
    Stake,
    StakeChange,
    UnrealisedProfit,
    Uplift,
)
from fxcrm.ledger.intercompany import DealingDifference
from fxcrm.ledger.journal import Entry, EntryUnbalanced, Posting
from fxcrm.ledger.offsetting import Offset, Offsetting, offset
from fxcrm.ledger.open_items import OpenItem, SettlementRefused, Share
from fxcrm.ledger.remeasurement import (
    Remeasurement,
    RemeasurementRates,
    RemeasurementRules,
    UsedUp,
    remeasure,
)
from fxcrm.ledger.revaluation import (
    Proposal,
    Revaluation,
    Style,
    Verdict,
    revalue_balances,
    revalue_items,
)
from fxcrm.ledger.rounding import RoundingReason
from fxcrm.ledger.settlement import Receipt, Settlement, settle
from fxcrm.ledger.snapshots import GroupBalance, GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.translatedyears import RollForward, TranslatedYear, roll_forward, translated_year
from fxcrm.ledger.translation import (
    Translation,
    TranslationRates,
    acquired,
    acquisition_snapshot,
    translate,
)
from fxcrm.ledger.trial_balance import Balance, JournalLine, TrialBalance
from fxcrm.ledger.trialsheets import TrialSheet
from fxcrm.ledger.undoing import Undoing, undo
from fxcrm.ledger.vouchers import VOUCHER_LIFECYCLE, Voucher, VoucherLine

__all__ = [
    "VOUCHER_LIFECYCLE",
    "Account",
    "AccountType",
    "Acquisition",
    "Advance",
    "Advancing",
    "Balance",
    "Chart",
    "Company",
    "Consolidation",
    "Credit",
    "CreditRate",
    "Crediting",
    "Daybook",
    "DealingDifference",
    "Duties",
    "Entry",
    "EntryUnbalanced",
    "Group",
    "GroupAccounts",
    "GroupBalance",
    "GroupPolicies",
    "GroupSnapshot",
    "Impairment",
    "JournalLine",
    "Method",
    "MinorityMeasure",
    "Offset",
    "Offsetting",
    "OpenItem",
    "PeriodClosed",
    "Posting",
    "ProfitSharing",
    "Proposal",
    "Receipt",
    "Remeasurement",
    "RemeasurementRates",
    "RemeasurementRules",
    "ResultCategory",
    "Revaluation",
    "RollForward",
    "RoundingReason",
    "Settlement",
    "SettlementRefused",
    "Share",
    "Sold",
    "Stake",
    "StakeChange",
    "Style",
    "TranslatedYear",
    "Translation",
    "TranslationRates",
    "TranslationRule",
    "TranslationSnapshot",
    "TrialBalance",
    "TrialSheet",
    "Undoing",
    "UnrealisedProfit",
    "UnrealisedRate",
    "Uplift",
    "UsedUp",
    "Verdict",
    "Voucher",
    "VoucherLine",
    "acquired",
    "acquisition_snapshot",
    "advance",
    "consolidate",
    "credit",
    "offset",
    "remeasure",
    "revalue_balances",
    "revalue_items",
    "roll_forward",
    "settle",
    "trading_chart",
    "translate",
    "translated_year",
    "undo",
    "write_off",
]
