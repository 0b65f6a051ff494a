"""What is owed and paid: orders, invoices, payments, statements, cases after the sale."""

from fxcrm.billing.cases import CASE_LIFECYCLE, ServiceCase
from fxcrm.billing.invoices import INVOICE_LIFECYCLE, Invoice
from fxcrm.billing.orders import ORDER_LIFECYCLE, DocumentLine, LineRate, Order
from fxcrm.billing.payments import Payment
from fxcrm.billing.statements import Statement, StatementLine, statement

__all__ = [
    "CASE_LIFECYCLE",
    "INVOICE_LIFECYCLE",
    "ORDER_LIFECYCLE",
    "DocumentLine",
    "Invoice",
    "LineRate",
    "Order",
    "Payment",
    "ServiceCase",
    "Statement",
    "StatementLine",
    "statement",
]
