"""Who buys: the register of customers, and the currencies agreed with each."""

from fxcrm.customers.activities import (
    ACTIVITY_LIFECYCLE,
    Activity,
    ActivityKind,
    ActivityRefused,
    Direction,
)
from fxcrm.customers.currencymodes import (
    CurrencyMode,
    CurrencyNotAgreed,
    ModeRefused,
    ModeUnknown,
    Preference,
    PreferenceRefused,
)
from fxcrm.customers.details import Address, Contact, DetailRefused, TaxId
from fxcrm.customers.duplicates import DuplicateRules, Likeness, Reason, duplicates
from fxcrm.customers.merging import Keep, Merged, MergeRefused, merged, taken_over
from fxcrm.customers.register import (
    CUSTOMER_LIFECYCLE,
    Customer,
    CustomerNotActive,
    CustomerRefused,
)
from fxcrm.customers.tradedcurrencies import (
    TRADED_CURRENCY_LIFECYCLE,
    CurrencyInactive,
    HomeCurrencyKept,
    TradedCurrency,
    traded_id,
)

__all__ = [
    "ACTIVITY_LIFECYCLE",
    "CUSTOMER_LIFECYCLE",
    "TRADED_CURRENCY_LIFECYCLE",
    "Activity",
    "ActivityKind",
    "ActivityRefused",
    "Address",
    "Contact",
    "CurrencyInactive",
    "CurrencyMode",
    "CurrencyNotAgreed",
    "Customer",
    "CustomerNotActive",
    "CustomerRefused",
    "DetailRefused",
    "Direction",
    "DuplicateRules",
    "HomeCurrencyKept",
    "Keep",
    "Likeness",
    "MergeRefused",
    "Merged",
    "ModeRefused",
    "ModeUnknown",
    "Preference",
    "PreferenceRefused",
    "Reason",
    "TaxId",
    "TradedCurrency",
    "duplicates",
    "merged",
    "taken_over",
    "traded_id",
]
