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
    Preference,
    PreferenceRefused,
)
from fxcrm.customers.details import Address, Contact, DetailRefused, TaxId
from fxcrm.customers.register import (
    CUSTOMER_LIFECYCLE,
    Customer,
    CustomerNotActive,
    CustomerRefused,
)

__all__ = [
    "ACTIVITY_LIFECYCLE",
    "CUSTOMER_LIFECYCLE",
    "Activity",
    "ActivityKind",
    "ActivityRefused",
    "Address",
    "Contact",
    "CurrencyMode",
    "CurrencyNotAgreed",
    "Customer",
    "CustomerNotActive",
    "CustomerRefused",
    "DetailRefused",
    "Direction",
    "ModeRefused",
    "Preference",
    "PreferenceRefused",
    "TaxId",
]
