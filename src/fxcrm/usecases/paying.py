"""Paying: how the commands of payments, credits and suppliers' bills are understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fxcrm.ids import CompanyId, CreditNoteId, CustomerId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.usecases.buying import (
    collect,
    credit_bill,
    enter_bill,
    offset_bill,
    pay_advance,
    pay_bill,
    undo_bill_payment,
)
from fxcrm.usecases.crediting import credit_invoice, write_off_invoice
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.settling import apply_credit, receive_advance, receive_payment, refund_credit
from fxcrm.usecases.undoing import cancel_credit_note, undo_payment
from fxcrm.usecases.wording import Command, Step


def _receive_payment(desk: Desk, step: Step, _: Group) -> object:
    received = step.money("received")
    return receive_payment(
        desk,
        PaymentId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        settled=step.money("settled", str(received)),
        received=received,
        fee=step.some_money("fee"),
        discount=step.some_money("discount"),
        write_off=step.some_money("write_off"),
        excess=step.some_money("excess"),
        method=step.text("method"),
        on=step.on,
    )


def _receive_advance(desk: Desk, step: Step, _: Group) -> object:
    return receive_advance(
        desk,
        PaymentId(step.text("id")),
        company=CompanyId(step.text("company")),
        customer=CustomerId(step.text("customer")),
        received=step.money("received"),
        fee=step.some_money("fee"),
        method=step.text("method"),
        on=step.on,
    )


def _apply_credit(desk: Desk, step: Step, _: Group) -> object:
    return apply_credit(
        desk,
        PaymentId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        credit=OpenItemId(step.text("credit")),
        settled=step.money("settled"),
        used=step.some_money("used"),
        on=step.on,
    )


def _refund_credit(desk: Desk, step: Step, _: Group) -> object:
    return refund_credit(
        desk,
        PaymentId(step.text("id")),
        credit=OpenItemId(step.text("credit")),
        refunded=step.money("refunded"),
        paid=step.some_money("paid"),
        fee=step.some_money("fee"),
        method=step.text("method"),
        on=step.on,
    )


def _undo_payment(desk: Desk, step: Step, _: Group) -> object:
    return undo_payment(
        desk, PaymentId(step.text("id")), on=step.on, reason=step.text("reason", "")
    )  # fmt: skip


def _credit_invoice(desk: Desk, step: Step, _: Group) -> object:
    return credit_invoice(
        desk,
        CreditNoteId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        amount=step.money("amount"),
        reason=step.text("reason"),
        on=step.on,
    )


def _write_off_invoice(desk: Desk, step: Step, _: Group) -> object:
    return write_off_invoice(
        desk,
        PaymentId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        amount=step.some_money("amount"),
        on=step.on,
    )


def _enter_bill(desk: Desk, step: Step, _: Group) -> object:
    return enter_bill(
        desk,
        step.text("id"),
        company=CompanyId(step.text("company")),
        supplier=step.text("supplier"),
        amount=step.money("amount"),
        on=step.on,
        days=step.whole("days"),
    )


def _pay_bill(desk: Desk, step: Step, _: Group) -> object:
    return pay_bill(
        desk,
        step.text("id"),
        item=OpenItemId(step.text("item")),
        settled=step.money("settled"),
        paid=step.some_money("paid"),
        fee=step.some_money("fee"),
        discount=step.some_money("discount"),
        on=step.on,
    )


def _pay_advance(desk: Desk, step: Step, _: Group) -> object:
    return pay_advance(
        desk,
        step.text("id"),
        company=CompanyId(step.text("company")),
        supplier=step.text("supplier"),
        paid=step.money("paid"),
        on=step.on,
    )


def _undo_bill_payment(desk: Desk, step: Step, _: Group) -> None:
    company = CompanyId(step.text("company"))
    undo_bill_payment(desk, step.text("id"), company=company, on=step.on)


def _credit_bill(desk: Desk, step: Step, _: Group) -> object:
    return credit_bill(
        desk,
        step.text("id"),
        item=OpenItemId(step.text("item")),
        amount=step.money("amount"),
        on=step.on,
    )


def _offset_bill(desk: Desk, step: Step, _: Group) -> object:
    return offset_bill(
        desk,
        step.text("id"),
        item=OpenItemId(step.text("item")),
        against=OpenItemId(step.text("against")),
        settled=step.money("settled"),
        used=step.some_money("used"),
        on=step.on,
    )


def _collect(desk: Desk, step: Step, _: Group) -> object:
    return collect(
        desk,
        step.text("id"),
        item=OpenItemId(step.text("item")),
        settled=step.money("settled"),
        received=step.some_money("received"),
        fee=step.some_money("fee"),
        on=step.on,
    )


PAYMENTS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "receive payment": Command.of(
            "id invoice settled received fee discount write_off excess method", _receive_payment
        ),
        "receive advance": Command.of("id company customer received fee method", _receive_advance),
        "apply credit": Command.of("id invoice credit settled used", _apply_credit),
        "refund credit": Command.of("id credit refunded paid fee method", _refund_credit),
        "undo payment": Command.of("id reason", _undo_payment),
        "credit invoice": Command.of("id invoice amount reason", _credit_invoice),
        "cancel credit note": Command.of(
            "id",
            lambda desk, step, _: cancel_credit_note(
                desk, CreditNoteId(step.text("id")), on=step.on
            ),
        ),
        "write off invoice": Command.of("id invoice amount", _write_off_invoice),
        "enter bill": Command.of("id company supplier amount days", _enter_bill),
        "pay bill": Command.of("id item settled paid fee discount", _pay_bill),
        "undo bill payment": Command.of("id company", _undo_bill_payment),
        "credit bill": Command.of("id item amount", _credit_bill),
        "pay advance": Command.of("id company supplier paid", _pay_advance),
        "offset bill": Command.of("id item against settled used", _offset_bill),
        "collect": Command.of("id item settled received fee", _collect),
    }
)
