"""Who buys: the register of customers and the currencies agreed with each."""

from fxcrm.customers.register import CurrencyNotAgreed, Customer

__all__ = ["CurrencyNotAgreed", "Customer"]
