"""Typed ids: how the parts of the trade name each other without importing each other.

An id is text that the caller chooses or takes from the id port; the domain makes none.
"""

from __future__ import annotations

from typing import NewType

CompanyId = NewType("CompanyId", str)
CustomerId = NewType("CustomerId", str)
EnquiryId = NewType("EnquiryId", str)
DealId = NewType("DealId", str)
QuoteId = NewType("QuoteId", str)
LockId = NewType("LockId", str)
OrderId = NewType("OrderId", str)
InvoiceId = NewType("InvoiceId", str)
PaymentId = NewType("PaymentId", str)
CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)
AccountCode = NewType("AccountCode", str)
EntryId = NewType("EntryId", str)
OpenItemId = NewType("OpenItemId", str)
FieldId = NewType("FieldId", str)
HeldRateId = NewType("HeldRateId", str)
CreditNoteId = NewType("CreditNoteId", str)
VoucherId = NewType("VoucherId", str)
ProductId = NewType("ProductId", str)
TradedCurrencyId = NewType("TradedCurrencyId", str)
GroupId = NewType("GroupId", str)
ProposalId = NewType("ProposalId", str)
PriceListId = NewType("PriceListId", str)
ContractId = NewType("ContractId", str)
TargetId = NewType("TargetId", str)
ActivityId = NewType("ActivityId", str)
ReminderId = NewType("ReminderId", str)
