"""Following up: what is done with customers, what is still to be done, and finding it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any, Final

from fxcrm.customers import Activity, ActivityKind, ActivityRefused, Customer, Direction
from fxcrm.ids import ActivityId, CompanyId, CustomerId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ports import UnitOfWork
from fxcrm.queries import Filter, every
from fxcrm.references import DocumentKind, Reference
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.resolving import held, resolved
from fxcrm.usecases.trading import taken
from fxcrm.usecases.wording import Command, Step

# Where the documents of each kind are kept.
_KEPT: Final[Mapping[DocumentKind, str]] = FrozenMap(
    {
        DocumentKind.ENQUIRY: "enquiries",
        DocumentKind.DEAL: "deals",
        DocumentKind.QUOTE: "quotes",
        DocumentKind.CONTRACT: "contracts",
        DocumentKind.ORDER: "orders",
        DocumentKind.INVOICE: "invoices",
        DocumentKind.CASE: "cases",
    }
)


def note_activity(
    desk: Desk,
    id: ActivityId,
    *,
    customer: CustomerId,
    kind: ActivityKind,
    subject: str,
    on: date,
    text: str = "",
    direction: Direction | None = None,
    contact: str = "",
    document: Reference | None = None,
    amount: Money | None = None,
    owner: str = "",
    due_on: date | None = None,
) -> Activity:
    """Note what was done with a customer, or is to be done by ``due_on``.

    The contact must be one of the customer's, the document there and the customer's. Raises
    `ActivityRefused`, `NotFound`, `CurrencyInactive`.
    """
    buyer = held(desk, customer)
    if amount is not None:
        taken(desk, buyer.company, amount.currency)
    if contact and contact not in [one.name for one in buyer.contacts]:
        raise ActivityRefused(activity=id, reason="the customer has no such contact")
    made = Activity.noted(
        id,
        company=buyer.company,
        customer=buyer.id,
        kind=kind,
        subject=subject,
        on=on,
        text=text,
        direction=direction,
        contact=contact,
        document=document,
        amount=amount,
        owner=owner,
        due_on=due_on,
    )
    if document is not None and referred(desk.uow, document).customer != buyer.id:
        raise ActivityRefused(activity=id, reason=f"{document} belongs to another customer")
    return desk.uow.activities.add(made)


def referred(uow: UnitOfWork, document: Reference) -> Any:
    """The document that a reference names. Raises `NotFound`."""
    return getattr(uow, _KEPT[document.kind]).get(document.id)


def do_activity(desk: Desk, id: ActivityId, on: date) -> Activity:
    """It was done. Raises `TransitionRefused`."""
    return desk.uow.activities.save(desk.uow.activities.get(id).do(on))


def postpone_activity(desk: Desk, id: ActivityId, due_on: date, on: date) -> Activity:
    """It is due on another day. Raises `TransitionRefused`, `ActivityRefused`."""
    return desk.uow.activities.save(desk.uow.activities.get(id).postpone(due_on, on))


def cancel_activity(desk: Desk, id: ActivityId, on: date) -> Activity:
    """It will not be done. Raises `TransitionRefused`."""
    return desk.uow.activities.save(desk.uow.activities.get(id).cancel(on))


def reopen_activity(desk: Desk, id: ActivityId, due_on: date, on: date) -> Activity:
    """It was not done after all. Raises `TransitionRefused`, `ActivityRefused`."""
    return desk.uow.activities.save(desk.uow.activities.get(id).reopen(due_on, on))


def activities_of(
    desk: Desk,
    *,
    company: CompanyId | None = None,
    customer: CustomerId | None = None,
    document: Reference | None = None,
    owner: str | None = None,
    state: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Activity]:
    """The activities that fit all that is named, by id; those of a merged customer are its own.

    ``since`` and ``until`` are about the day on which it happened or was planned.
    """
    buyer: Customer | None = None if customer is None else resolved(desk, customer)
    where = Filter(
        company=company,
        customer=buyer.id if buyer else None,
        document=document,
        owner=owner,
        state=state,
        since=since,
        until=until,
    )
    return every(desk.uow.activities.page, where)


class _Began(Enum):
    """What a step may say of the direction."""

    NEITHER = ""
    IN = Direction.IN.value
    OUT = Direction.OUT.value


def _note_activity(desk: Desk, step: Step, _: Group) -> object:
    began = step.member("direction", _Began, _Began.NEITHER)
    return note_activity(
        desk,
        ActivityId(step.text("id")),
        customer=CustomerId(step.text("customer")),
        kind=step.member("kind", ActivityKind),
        subject=step.text("subject"),
        on=step.on,
        text=step.text("text", ""),
        direction=Direction(began.value) if began is not _Began.NEITHER else None,
        contact=step.text("contact", ""),
        amount=step.some_money("amount"),
        owner=step.text("owner", ""),
        due_on=step.some_day("due_on"),
        document=_document(step.some_text("document")),
    )


def _document(text: str | None) -> Reference | None:
    return Reference.parse(text) if text else None


def _id(step: Step) -> ActivityId:
    return ActivityId(step.text("id"))


ACTIVITIES: Final[Mapping[str, Command]] = FrozenMap(
    {
        "note activity": Command.of(
            "id customer kind subject text direction contact document amount owner due_on",
            _note_activity,
        ),
        "do activity": Command.of(
            "id", lambda desk, step, _: do_activity(desk, _id(step), step.on)
        ),
        "postpone activity": Command.of(
            "id due_on",
            lambda desk, step, _: postpone_activity(desk, _id(step), step.day("due_on"), step.on),
        ),
        "cancel activity": Command.of(
            "id", lambda desk, step, _: cancel_activity(desk, _id(step), step.on)
        ),
        "reopen activity": Command.of(
            "id due_on",
            lambda desk, step, _: reopen_activity(desk, _id(step), step.day("due_on"), step.on),
        ),
    }
)
