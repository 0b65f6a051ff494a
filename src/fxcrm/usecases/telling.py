"""Telling a story: use cases as data, each carried out once, in the order of their days.

A `Step` names a use case and its arguments in plain values (text, whole numbers, dates), as
a file or a form gives them. The table `COMMANDS` says how each is understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError, InputRefused
from fxcrm.ids import (
    AccountCode,
    CaseId,
    CompanyId,
    CustomerId,
    DealId,
    EnquiryId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger import Group, Subsidiary
from fxcrm.money import Money, parse_decimal
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.usecases.closing import realise_balance
from fxcrm.usecases.consolidating import close_month
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.enquiring import qualify_enquiry, receive_enquiry
from fxcrm.usecases.invoicing import charge_member, invoice_order
from fxcrm.usecases.locking import lock_rate
from fxcrm.usecases.ordering import cancel_order, place_order, ship_order
from fxcrm.usecases.performing import Failures, Performed, perform
from fxcrm.usecases.quoting import (
    accept_quote,
    approve_quote,
    decline_quote,
    draft_quote,
    lapse_quote,
    withdraw_quote,
)
from fxcrm.usecases.registering import (
    invest,
    pay_costs,
    pay_in_capital,
    register_company,
    register_customer,
)
from fxcrm.usecases.settling import receive_payment
from fxcrm.usecases.stating import reconcile, weekly_statements
from fxcrm.usecases.supporting import open_case, resolve_case

T = TypeVar("T")
Plain = str | int | bool | date | list["Plain"] | dict[str, "Plain"]
WORKING_HOUR = time(17, 0, tzinfo=UTC)  # after the day's reference rates are published


class StepRefused(InputRefused):
    """A step that can not be understood."""

    step: str
    argument: str
    reason: str
    template = "step {step}, argument {argument}: {reason:plain}"


@attrs.frozen
class Step:
    """One command of a story: what to do, on which day, with which arguments.

    It happens at 17:00 UTC of its day, when the reference rates of the day are known.
    """

    do: str
    on: date
    arguments: Mapping[str, Plain] = attrs.field(factory=dict)

    @property
    def key(self) -> str:
        """The idempotency key: the command and the id (or else the day) of what it is about."""
        return f"{self.do}:{self.arguments.get('id', self.on)}"

    @property
    def at(self) -> datetime:
        """The instant of the step."""
        return datetime.combine(self.on, WORKING_HOUR)

    @property
    def content(self) -> str:
        """The whole step in words that do not depend on the order of its arguments."""
        given = (f"{name}={self.arguments[name]!r}" for name in sorted(self.arguments))
        return f"{self.do} on {self.on}: {', '.join(given)}"

    def text(self, name: str, default: str | None = None) -> str:
        """A text argument. Raises `StepRefused` where it is absent or of another kind."""
        return self._read(name, str, default)

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._read(name, int, default)

    def day(self, name: str) -> date:
        """A date."""
        return self._read(name, date, None)

    def number(self, name: str, default: str | None = None) -> Decimal:
        """A decimal, written as text so that it stays exact."""
        return parse_decimal(self.text(name, default))

    def currency(self, name: str) -> Currency:
        """A currency by its code."""
        return Currency(self.text(name))

    def money(self, name: str, default: str | None = None) -> Money:
        """An amount, written ``USD 100.00``."""
        return Money.parse(self.text(name, default))

    def rows(self, name: str, known: str = "") -> list[Step]:
        """A list of tables, each read like the arguments of a step; ``known`` are theirs."""
        rows = self._read(name, list, [])
        for row in rows:
            if not isinstance(row, dict):
                reason = "a list of tables is expected"
                raise StepRefused(step=self.key, argument=name, reason=reason)
            if known:
                _refuse_unknown(attrs.evolve(self, arguments=row), known)
        return [attrs.evolve(self, arguments=row) for row in rows if isinstance(row, dict)]

    def _read(self, name: str, kind: type[T], default: T | None) -> T:
        value = self.arguments.get(name, default)
        if value is None:
            raise StepRefused(step=self.key, argument=name, reason="it is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            reason = f"a {kind.__name__} is expected, not a {type(value).__name__}"
            raise StepRefused(step=self.key, argument=name, reason=reason)
        return value


@attrs.frozen
class Story:
    """A group and the steps that happened to it, told up to a last day."""

    title: str
    group: Group
    steps: tuple[Step, ...]

    @property
    def last_day(self) -> date:
        """The day that a report is made for: that of the last step."""
        return max(step.on for step in self.steps)


def read_story(plain: Mapping[str, Plain]) -> Story:
    """A story from plain values (a parsed TOML file). Raises `StepRefused`."""
    top = Step("story", date.min, plain)
    _refuse_unknown(top, "title group steps")
    group = _group(top)
    steps = tuple(_step(row, number) for number, row in enumerate(top.rows("steps"), 1))
    if not steps:
        raise StepRefused(step="story", argument="steps", reason="there are none; begin with one")
    seen: set[str] = set()
    for step in steps:
        if step.key in seen:
            raise StepRefused(step=step.key, argument="id", reason="two steps have the same key")
        seen.add(step.key)
    return Story(top.text("title"), group, steps)


def _refuse_unknown(table: Step, known: str) -> None:
    """A misspelt name is refused, not left out."""
    for name in sorted(set(table.arguments) - set(known.split())):
        raise StepRefused(step=table.key, argument=name, reason=f"known are: {known}")


def _group(top: Step) -> Group:
    given = top.arguments.get("group")
    if not isinstance(given, dict):
        raise StepRefused(step="story", argument="group", reason="a table [group] is expected")
    table = Step("group", date.min, given)
    _refuse_unknown(table, "parent presentation subsidiaries")
    members = tuple(
        Subsidiary(CompanyId(row.text("company")), Fraction(row.number("owned")))
        for row in table.rows("subsidiaries", "company owned")
    )
    return Group(CompanyId(table.text("parent")), members, table.currency("presentation"))


def _step(row: Step, number: int) -> Step:
    given = dict(row.arguments)
    do, on = given.pop("do", None), given.pop("on", None)
    if not isinstance(do, str) or do not in COMMANDS:
        known = ", ".join(sorted(COMMANDS))
        raise StepRefused(step=f"number {number}", argument="do", reason=f"one of: {known}")
    if not isinstance(on, date) or isinstance(on, datetime):
        raise StepRefused(
            step=f"number {number} ({do})", argument="on", reason="a date is expected"
        )
    step = Step(do, on, given)
    unknown = sorted(set(given) - COMMANDS[do].arguments)
    if unknown:
        known = ", ".join(sorted(COMMANDS[do].arguments))
        raise StepRefused(step=step.key, argument=unknown[0], reason=f"known are: {known}")
    return step


def tell(
    store: Store, rates: RateTable, story: Story, *, actor: str
) -> Iterator[tuple[Step, Performed]]:
    """Carry out the steps in order, each in its own transaction; those done are passed over."""
    for step in story.steps:
        yield step, _told(store, rates, story, step, actor)


def _told(store: Store, rates: RateTable, story: Story, step: Step, actor: str) -> Performed:
    try:
        return perform(
            store,
            rates,
            key=step.key,
            content=content_of(step, story.group),
            at=step.at,
            actor=actor,
            command=_bound(step, story.group),
            # A step may be told again once its rates or its words are mended.
            failures=Failures.MAY_BE_REPEATED,
        )
    except FxcrmError as error:
        error.add_note(f"in step {step.key} of {step.on}")
        raise


def content_of(step: Step, group: Group) -> str:
    """What a step's key stands for: the step, and the group it was told for."""
    owned = ", ".join(f"{one.company} {one.owned}" for one in group.subsidiaries)
    return f"{group.parent} ({owned}) in {group.presentation}: {step.content}"


def _bound(step: Step, group: Group) -> Callable[[Desk], object]:
    run = COMMANDS[step.do].run
    return lambda desk: run(desk, step, group)


@attrs.frozen
class Command:
    """How a step is carried out, and which arguments it knows."""

    run: Callable[[Desk, Step, Group], object]
    arguments: frozenset[str]


def _command(arguments: str, run: Callable[[Desk, Step, Group], object]) -> Command:
    return Command(run, frozenset(arguments.split()))


def _register_customer(desk: Desk, step: Step, _: Group) -> object:
    return register_customer(
        desk,
        CustomerId(step.text("id")),
        company=CompanyId(step.text("company")),
        name=step.text("name"),
        country=step.text("country"),
        currency=step.currency("currency"),
        also=tuple(Currency(code) for code in step.text("also", "").split()),
        language=step.text("language", "en"),
        on=step.on,
    )


def _receive_enquiry(desk: Desk, step: Step, _: Group) -> object:
    return receive_enquiry(
        desk,
        EnquiryId(step.text("id")),
        customer=CustomerId(step.text("customer")),
        subject=step.text("subject"),
        channel=step.text("channel"),
        on=step.on,
    )


def _qualify_enquiry(desk: Desk, step: Step, _: Group) -> object:
    return qualify_enquiry(
        desk,
        EnquiryId(step.text("id")),
        deal=DealId(step.text("deal")),
        value=step.money("value"),
        on=step.on,
    )


def _draft_quote(desk: Desk, step: Step, _: Group) -> object:
    lines = [
        (row.text("description"), row.number("quantity"), row.money("unit_price"))
        for row in step.rows("lines", "description quantity unit_price")
    ]
    return draft_quote(
        desk,
        QuoteId(step.text("id")),
        deal=DealId(step.text("deal")),
        currency=step.currency("currency"),
        priced_in=step.currency("priced_in"),
        lines=lines,
        on=step.on,
        valid_until=step.day("valid_until"),
    )


def _lock_rate(desk: Desk, step: Step, _: Group) -> object:
    return lock_rate(
        desk,
        LockId(step.text("id")),
        quote=QuoteId(step.text("quote")),
        on=step.on,
        until=step.day("until"),
        zone=step.text("zone", "UTC"),
        spread=step.number("spread", "0"),
    )


def _approve_quote(desk: Desk, step: Step, _: Group) -> object:
    return approve_quote(desk, QuoteId(step.text("id")), by=step.text("by"), on=step.on)


def _accept_quote(desk: Desk, step: Step, _: Group) -> object:
    return accept_quote(desk, QuoteId(step.text("id")), on=step.on)


def _lapse_quote(desk: Desk, step: Step, _: Group) -> object:
    return lapse_quote(desk, QuoteId(step.text("id")), on=step.on)


def _place_order(desk: Desk, step: Step, _: Group) -> object:
    return place_order(
        desk, OrderId(step.text("id")), quote=QuoteId(step.text("quote")), on=step.on
    )


def _ship_order(desk: Desk, step: Step, _: Group) -> object:
    return ship_order(desk, OrderId(step.text("id")), on=step.on)


def _invoice_order(desk: Desk, step: Step, _: Group) -> object:
    order = OrderId(step.text("order"))
    return invoice_order(
        desk, InvoiceId(step.text("id")), order=order, on=step.on, days=step.whole("days")
    )


def _receive_payment(desk: Desk, step: Step, _: Group) -> object:
    received = step.money("received")
    return receive_payment(
        desk,
        PaymentId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        settled=step.money("settled", str(received)),
        received=received,
        fee=step.money("fee", str(Money.zero(received.currency))),
        method=step.text("method"),
        on=step.on,
    )


def _open_case(desk: Desk, step: Step, _: Group) -> object:
    return open_case(
        desk,
        CaseId(step.text("id")),
        invoice=InvoiceId(step.text("invoice")),
        subject=step.text("subject"),
        claimed=step.money("claimed"),
        on=step.on,
    )


def _charge_member(desk: Desk, step: Step, group: Group) -> None:
    for side in ("creditor", "debtor"):
        if step.text(side) not in group.members:
            reason = f"a member of the group: {', '.join(group.members)}"
            raise StepRefused(step=step.key, argument=side, reason=reason)
    charge_member(
        desk,
        step.text("id"),
        creditor=CompanyId(step.text("creditor")),
        debtor=CompanyId(step.text("debtor")),
        amount=step.money("amount"),
        on=step.on,
        days=step.whole("days"),
    )


def _state_week(desk: Desk, step: Step, group: Group) -> object:
    """Every customer's statement of the week, reconciled with the open items."""
    return [
        reconcile(desk, made)
        for company in group.members
        for made in weekly_statements(desk, company, step.on)
    ]


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "register company": _command(
            "id name functional",
            lambda desk, step, _: register_company(
                desk,
                CompanyId(step.text("id")),
                name=step.text("name"),
                functional=step.currency("functional"),
                on=step.on,
            ),
        ),
        "pay in capital": _command(
            "id company amount",
            lambda desk, step, _: pay_in_capital(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "invest": _command(
            "id company subsidiary amount",
            lambda desk, step, _: invest(
                desk,
                CompanyId(step.text("company")),
                CompanyId(step.text("subsidiary")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "pay costs": _command(
            "id company amount",
            lambda desk, step, _: pay_costs(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "register customer": _command(
            "id company name country currency also language", _register_customer
        ),
        "receive enquiry": _command("id customer subject channel", _receive_enquiry),
        "qualify enquiry": _command("id deal value", _qualify_enquiry),
        "draft quote": _command("id deal currency priced_in valid_until lines", _draft_quote),
        "lock rate": _command("id quote until zone spread", _lock_rate),
        "approve quote": _command("id by", _approve_quote),
        "accept quote": _command("id", _accept_quote),
        "lapse quote": _command("id", _lapse_quote),
        "decline quote": _command(
            "id reason",
            lambda desk, step, _: decline_quote(
                desk, QuoteId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "withdraw quote": _command(
            "id reason",
            lambda desk, step, _: withdraw_quote(
                desk, QuoteId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "place order": _command("id quote", _place_order),
        "ship order": _command("id", _ship_order),
        "cancel order": _command(
            "id reason",
            lambda desk, step, _: cancel_order(
                desk, OrderId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "invoice order": _command("id order days", _invoice_order),
        "receive payment": _command("id invoice settled received fee method", _receive_payment),
        "open case": _command("id invoice subject claimed", _open_case),
        "resolve case": _command(
            "id resolution",
            lambda desk, step, _: resolve_case(
                desk, CaseId(step.text("id")), resolution=step.text("resolution"), on=step.on
            ),
        ),
        "charge member": _command("id creditor debtor amount days", _charge_member),
        "realise balance": _command(
            "id company account currency",
            lambda desk, step, _: realise_balance(
                desk,
                CompanyId(step.text("company")),
                AccountCode(step.text("account", desk.chart.duties.bank)),
                step.currency("currency"),
                step.on,
            ),
        ),
        "state week": _command("", _state_week),
        "close month": _command("", lambda desk, step, group: close_month(desk, group, step.on)),
    }
)
