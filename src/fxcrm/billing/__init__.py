"""What is owed and paid: orders, invoices, payments, statements, cases after the sale."""

from fxcrm.billing.cases import CASE_LIFECYCLE, ServiceCase
from fxcrm.billing.creditnotes import CREDIT_NOTE_LIFECYCLE, CreditNote
from fxcrm.billing.invoices import INVOICE_LIFECYCLE, Invoice
from fxcrm.billing.orders import ORDER_LIFECYCLE, DocumentLine, LineRate, LineTax, Order
from fxcrm.billing.payments import PAYMENT_LIFECYCLE, Payment, PaymentKind
from fxcrm.billing.statements import Statement, StatementLine, statement

__all__ = [
    "CASE_LIFECYCLE",
    "CREDIT_NOTE_LIFECYCLE",
    "INVOICE_LIFECYCLE",
    "ORDER_LIFECYCLE",
    "PAYMENT_LIFECYCLE",
    "CreditNote",
    "DocumentLine",
    "Invoice",
    "LineRate",
    "LineTax",
    "Order",
    "Payment",
    "PaymentKind",
    "ServiceCase",
    "Statement",
    "StatementLine",
    "statement",
]
