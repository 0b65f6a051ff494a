"""Who buys: the register of customers, and the currencies agreed with each."""

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
    "CUSTOMER_LIFECYCLE",
    "Address",
    "Contact",
    "CurrencyMode",
    "CurrencyNotAgreed",
    "Customer",
    "CustomerNotActive",
    "CustomerRefused",
    "DetailRefused",
    "ModeRefused",
    "Preference",
    "PreferenceRefused",
    "TaxId",
]
