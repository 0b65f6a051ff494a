"""Reminding: what the rules of selling ask somebody to look at, each cause exactly once.

An evaluation looks at what is kept now and at the instant it is given. It adds the reminders
that are due and not there yet: a second one, one at another instant, or two at once raise
nothing twice, for the id of a reminder is made of its rule and its cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final

from fxcrm.events import RecordedEvent, checked_instant
from fxcrm.ids import CompanyId, DealId, QuoteId, ReminderId
from fxcrm.mappings import FrozenMap
from fxcrm.notices import Notice
from fxcrm.pipeline import Deal
from fxcrm.ports import Notifier
from fxcrm.queries import Filter, every
from fxcrm.references import DocumentKind, Reference
from fxcrm.reminders import Occasion, Reminder, Watch, due
from fxcrm.selling import Quote
from fxcrm.usecases.dealmoving import pipeline_of
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.wording import Command, Step

RAISED: Final = "reminder raised"
_DAY_BEGINS: Final = 10  # the hour in UTC at which the next day begins, where it does so first
_OFFERED: Final = ("draft", "approved")  # states in which a quote still waits for an answer


def raise_reminders(desk: Desk, company: CompanyId, at: datetime | None = None) -> list[Reminder]:
    """The reminders that are new at an instant (None: that of the desk), by rule.

    Raises `NotFound`, `NaiveInstant`.
    """
    desk.uow.companies.get(company)
    now = desk.now if at is None else at
    made = []
    for rule, occasion in due(desk.selling.reminders, occasions(desk, company, now), now):
        if desk.uow.reminders.find(rule.id_of(occasion)) is None:
            made.append(desk.uow.reminders.add(Reminder.raised(rule, occasion, company, now)))
    return made


def do_reminder(desk: Desk, id: ReminderId, on: date) -> Reminder:
    """What it asked for was done. Raises `TransitionRefused`."""
    return desk.uow.reminders.save(desk.uow.reminders.get(id).do(on))


def dismiss_reminder(desk: Desk, id: ReminderId, on: date) -> Reminder:
    """Nothing is to be done; it does not come back. Raises `TransitionRefused`."""
    return desk.uow.reminders.save(desk.uow.reminders.get(id).dismiss(on))


def occasions(desk: Desk, company: CompanyId, at: datetime) -> Iterator[Occasion]:
    """Everything of a company that the desk's rules watch, as it is now.

    What is dated after the instant did not happen yet: it keeps no deal from being idle.
    """
    watched = {rule.watch for rule in desk.selling.reminders}
    if Watch.IDLE_DEAL in watched:
        yield from _idle_deals(desk, company, checked_instant(at))
    for watch, found in _OCCASIONS.items():
        if watch in watched:
            yield from found(desk, company)


def _open_deals(desk: Desk, company: CompanyId) -> Iterator[Deal]:
    every_deal = desk.uow.deals.of_company(company)
    return (one for one in every_deal if _is_open(desk, one))


def _is_open(desk: Desk, deal: Deal) -> bool:
    return pipeline_of(desk, deal).is_open(deal.stage)


def _idle_deals(desk: Desk, company: CompanyId, at: datetime) -> Iterator[Occasion]:
    """Since the last change of a deal or of a quote of it, and the last activity about either."""
    deals = {one.id: one for one in _open_deals(desk, company)}
    about = _parts_of(desk, company, deals)
    since = {id: deal.opened_on for id, deal in deals.items()}
    for of, on in _touches(desk, company):
        touched = about.get(of)
        if touched is not None and _has_begun(on, at):
            since[touched] = max(since[touched], on)
    for id, deal in deals.items():
        reference = Reference(DocumentKind.DEAL, id)
        yield Occasion(Watch.IDLE_DEAL, reference, since[id], deal.customer, deal.owner, deal.stage)


def _has_begun(day: date, at: datetime) -> bool:
    """Whether it is that day somewhere on earth: 14 hours before it is in UTC."""
    utc = at.astimezone(UTC)
    return day.toordinal() <= utc.toordinal() + (utc.hour >= _DAY_BEGINS)


def _parts_of(desk: Desk, company: CompanyId, deals: Mapping[DealId, Deal]) -> dict[str, DealId]:
    """The deal that an event about this id, or a reference as text, is about."""
    about: dict[str, DealId] = {}
    for id in deals:
        about |= {f"deal {id}": id, str(Reference(DocumentKind.DEAL, id)): id}
    for quote in desk.uow.quotes.of_company(company):
        if quote.deal is not None and quote.deal in deals:
            parts = (f"quote {quote.id}", str(Reference(DocumentKind.QUOTE, quote.id)))
            about |= dict.fromkeys(parts, quote.deal)
    return about


def _touches(desk: Desk, company: CompanyId) -> Iterator[tuple[str, date]]:
    """When something was changed, by the first word of its event; and what was done about it."""
    for recorded in desk.uow.events.after(0):
        event = recorded.event
        yield f"{event.name.partition(' ')[0]} {event.subject}", event.on
    for one in desk.uow.activities.of_company(company):
        if one.document is not None and one.done_on is not None:
            yield str(one.document), one.done_on


def _overdue_deals(desk: Desk, company: CompanyId) -> Iterator[Occasion]:
    for deal in _open_deals(desk, company):
        if deal.expected_on is not None:
            about = Reference(DocumentKind.DEAL, deal.id)
            yield Occasion(
                Watch.OVERDUE_DEAL, about, deal.expected_on, deal.customer, deal.owner, deal.stage
            )


def _overdue_tasks(desk: Desk, company: CompanyId) -> Iterator[Occasion]:
    for one in every(desk.uow.activities.page, Filter(company=company, state="open")):
        if one.due_on is not None:
            about = Reference(DocumentKind.ACTIVITY, one.id)
            yield Occasion(Watch.OVERDUE_TASK, about, one.due_on, one.customer, one.owner)


def _lapsing_quotes(desk: Desk, company: CompanyId) -> Iterator[Occasion]:
    for state in _OFFERED:
        for one in every(desk.uow.quotes.page, Filter(company=company, state=state)):
            about = Reference(DocumentKind.QUOTE, one.id)
            owner = _owner(desk, one)
            yield Occasion(Watch.LAPSING_QUOTE, about, one.valid_until, one.customer, owner)


def _expiring_locks(desk: Desk, company: CompanyId) -> Iterator[Occasion]:
    for one in desk.uow.locks.of_company(company):
        if one.is_open:
            quote = desk.uow.quotes.get(QuoteId(one.owner))
            about = Reference(DocumentKind.LOCK, one.id)
            owner = _owner(desk, quote)
            yield Occasion(Watch.EXPIRING_LOCK, about, one.expires_at, quote.customer, owner)


def _ending_contracts(desk: Desk, company: CompanyId) -> Iterator[Occasion]:
    for one in every(desk.uow.contracts.page, Filter(company=company, state="active")):
        about = Reference(DocumentKind.CONTRACT, one.id)
        yield Occasion(Watch.RENEWAL, about, one.until, one.customer)


def _owner(desk: Desk, quote: Quote) -> str:
    deal = None if quote.deal is None else desk.uow.deals.find(quote.deal)
    return deal.owner if deal else ""


_OCCASIONS: Final[Mapping[Watch, Callable[[Desk, CompanyId], Iterator[Occasion]]]] = FrozenMap(
    {
        Watch.OVERDUE_DEAL: _overdue_deals,
        Watch.OVERDUE_TASK: _overdue_tasks,
        Watch.LAPSING_QUOTE: _lapsing_quotes,
        Watch.EXPIRING_LOCK: _expiring_locks,
        Watch.RENEWAL: _ending_contracts,
    }
)


def reminder_letters(
    post: Notifier, addresses: Mapping[str, str], otherwise: str
) -> Callable[[RecordedEvent], object]:
    """A consumer for `deliver`: one notice per reminder, to its owner or else to ``otherwise``.

    The key is made of the id of the reminder: what is delivered again is not sent again.
    """

    def send(recorded: RecordedEvent) -> None:
        event = recorded.event
        if event.name == RAISED:
            to = addresses.get(event.details["owner"], otherwise)
            text = f"{event.details['text']}\n\nReminder {event.subject}\n"
            key = f"reminder/{sha256(event.subject.encode()).hexdigest()}"
            post.send(Notice(to, f"Reminder: {event.details['rule']}", text), key=key)

    return send


def _reminder(step: Step) -> ReminderId:
    return ReminderId(step.text("id"))


REMINDERS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "raise reminders": Command.of(
            "company",
            lambda desk, step, _: raise_reminders(desk, CompanyId(step.text("company"))),
        ),
        "do reminder": Command.of(
            "id", lambda desk, step, _: do_reminder(desk, _reminder(step), step.on)
        ),
        "dismiss reminder": Command.of(
            "id", lambda desk, step, _: dismiss_reminder(desk, _reminder(step), step.on)
        ),
    }
)
