"""Two plain functions for each aggregate of the trade: into a row, out of a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fxcrm.billing import (
    PAYMENT_LIFECYCLE,
    CreditNote,
    DocumentLine,
    Invoice,
    LineRate,
    LineTax,
    Order,
    Payment,
    PaymentKind,
    ServiceCase,
)
from fxcrm.encoding import (
    day_text,
    decimal_from,
    decimal_text,
    decoded,
    minor_of,
    text_json,
)
from fxcrm.ids import DecisionId
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
)
from fxcrm.taxes import PriceBasis


def _document_lines(lines: tuple[DocumentLine, ...], to: Writing) -> str:
    for one in lines:
        for amount in (one.amount, *(tax.amount for tax in one.taxes)):
            minor_of(amount)
    texts = [
        f'{{"amount":{to.money_json(one.amount)},{_basis(one)}'
        f'"description":{text_json(one.description)},'
        f'"quantity":"{decimal_text(one.quantity)}","rates":[{_line_rates(one.rates, to)}]'
        f"{_line_taxes(one.taxes, to)}}}"
        for one in lines
    ]
    return f"[{','.join(texts)}]"


def _basis(line: DocumentLine) -> str:
    return "" if line.basis is PriceBasis.NET else f'"basis":"{line.basis.value}",'


def _line_taxes(taxes: tuple[LineTax, ...], to: Writing) -> str:
    """Left out where there are none, as in lines from before there were any."""
    texts = [
        f'{{"amount":{to.money_json(one.amount)},"name":{text_json(one.name)},'
        f'"percent":"{decimal_text(one.percent)}"}}'
        for one in taxes
    ]
    return f',"taxes":[{",".join(texts)}]' if texts else ""


def _line_rates(rates: tuple[LineRate, ...], to: Writing) -> str:
    return ",".join(
        f'{{"decision":{text_json(one.decision)},"priced":{to.money_json(one.priced)}}}'
        for one in rates
    )


def _document_line(line: Mapping[str, Any], by: Reading) -> DocumentLine:
    return DocumentLine(
        line["description"],
        decimal_from(line["quantity"]),
        by.exact(line["amount"]),
        # Lines from before these were noted have none.
        tuple(_line_rate(one, by) for one in line.get("rates", ())),
        tuple(_line_tax(one, by) for one in line.get("taxes", ())),
        PriceBasis(line.get("basis", PriceBasis.NET.value)),
    )


def _line_tax(tax: Mapping[str, Any], by: Reading) -> LineTax:
    return LineTax(tax["name"], decimal_from(tax["percent"]), by.exact(tax["amount"]))


def _line_rate(rate: Mapping[str, Any], by: Reading) -> LineRate:
    return LineRate(by.exact(rate["priced"]), DecisionId(rate["decision"]))


def order_row(order: Order, to: Writing) -> Values:
    """An order as a row."""
    return {
        "id": order.id,
        "number": order.number,
        "company": order.company,
        "customer": order.customer,
        "quote": order.quote,
        "currency": to.code(order.currency),
        "lines": _document_lines(order.lines, to),
        "confirmed_on": day_text(order.confirmed_on),
        "lock": order.lock,
        "shipped_on": maybe_day_text(order.shipped_on),
        "state": order.state,
        "extras": to.extras(order.extras),
        "billed": _quantities(order.billed),
    }


def order_of(row: Read, by: Reading) -> Order:
    """The order of a row."""
    return Order(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        quote=row.quote,
        currency=by.currency(row.currency),
        lines=tuple(_document_line(one, by) for one in decoded(row.lines)),
        confirmed_on=date.fromisoformat(row.confirmed_on),
        lock=row.lock,
        shipped_on=maybe_day_from(row.shipped_on),
        state=row.state,
        extras=by.extras(row.extras),
        billed=tuple(map(decimal_from, decoded(row.billed or "[]"))),
        version=row.version,
    )


def _quantities(quantities: tuple[Decimal, ...]) -> str | None:
    texts = [f'"{decimal_text(one)}"' for one in quantities]
    return f"[{','.join(texts)}]" if texts else None


def invoice_row(invoice: Invoice, to: Writing) -> Values:
    """An invoice as a row."""
    return {
        "id": invoice.id,
        "number": invoice.number,
        "company": invoice.company,
        "customer": invoice.customer,
        "order": invoice.order,
        "currency": to.code(invoice.currency),
        "lines": _document_lines(invoice.lines, to),
        "issued_on": day_text(invoice.issued_on),
        "due_on": day_text(invoice.due_on),
        "lock": invoice.lock,
        "state": invoice.state,
        "extras": to.extras(invoice.extras),
    }


def invoice_of(row: Read, by: Reading) -> Invoice:
    """The invoice of a row."""
    return Invoice(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        order=row.order,
        currency=by.currency(row.currency),
        lines=tuple(_document_line(one, by) for one in decoded(row.lines)),
        issued_on=date.fromisoformat(row.issued_on),
        due_on=date.fromisoformat(row.due_on),
        lock=row.lock,
        state=row.state,
        extras=by.extras(row.extras),
        version=row.version,
    )


def credit_note_row(note: CreditNote, to: Writing) -> Values:
    """A credit note as a row."""
    return {
        "id": note.id,
        "number": note.number,
        "company": note.company,
        "customer": note.customer,
        "invoice": note.invoice,
        "currency": to.code(note.currency),
        "lines": _document_lines(note.lines, to),
        "issued_on": day_text(note.issued_on),
        "reason": note.reason,
        "state": note.state,
    }


def credit_note_of(row: Read, by: Reading) -> CreditNote:
    """The credit note of a row."""
    return CreditNote(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        invoice=row.invoice,
        currency=by.currency(row.currency),
        lines=tuple(_document_line(one, by) for one in decoded(row.lines)),
        issued_on=date.fromisoformat(row.issued_on),
        reason=row.reason,
        state=row.state,
        version=row.version,
    )


def payment_row(payment: Payment, to: Writing) -> Values:
    """A payment as a row; a receipt that was not undone has neither kind nor state there."""
    is_receipt = payment.kind is PaymentKind.RECEIPT
    is_booked = payment.state == PAYMENT_LIFECYCLE.start
    return {
        "id": payment.id,
        "company": payment.company,
        "customer": payment.customer,
        "invoice": payment.invoice,
        **to.money(settled=payment.settled, received=payment.received, fee=payment.fee),
        "method": payment.method,
        "on": day_text(payment.on),
        **to.maybe_money(
            discount=payment.discount, write_off=payment.write_off, excess=payment.excess
        ),
        "kind": None if is_receipt else payment.kind.value,
        "credit": payment.credit,
        "state": None if is_booked else payment.state,
    }


def payment_of(row: Read, by: Reading) -> Payment:
    """The payment of a row."""
    return Payment(
        id=row.id,
        company=row.company,
        customer=row.customer,
        invoice=row.invoice,
        settled=by.money(row.settled, row.settled_currency),
        received=by.money(row.received, row.received_currency),
        fee=by.money(row.fee, row.fee_currency),
        method=row.method,
        on=date.fromisoformat(row.on),
        discount=by.maybe_money(row.discount, row.discount_currency),
        write_off=by.maybe_money(row.write_off, row.write_off_currency),
        excess=by.maybe_money(row.excess, row.excess_currency),
        kind=PaymentKind.RECEIPT if row.kind is None else PaymentKind(row.kind),
        credit=row.credit,
        state=PAYMENT_LIFECYCLE.start if row.state is None else row.state,
        version=row.version,
    )


def case_row(case: ServiceCase, to: Writing) -> Values:
    """A case as a row."""
    return {
        "id": case.id,
        "number": case.number,
        "company": case.company,
        "customer": case.customer,
        "invoice": case.invoice,
        "subject": case.subject,
        **to.money(claimed=case.claimed),
        "opened_on": day_text(case.opened_on),
        "resolution": case.resolution,
        "state": case.state,
        "extras": to.extras(case.extras),
    }


def case_of(row: Read, by: Reading) -> ServiceCase:
    """The case of a row."""
    return ServiceCase(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        invoice=row.invoice,
        subject=row.subject,
        claimed=by.money(row.claimed, row.claimed_currency),
        opened_on=date.fromisoformat(row.opened_on),
        resolution=row.resolution,
        state=row.state,
        extras=by.extras(row.extras),
        version=row.version,
    )
