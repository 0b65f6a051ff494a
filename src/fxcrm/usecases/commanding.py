"""Commanding: how each command in plain values is understood, and carried out by its use case."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from fxcrm.ids import (
    AccountCode,
    CaseId,
    CompanyId,
    CustomerId,
    InvoiceId,
    OrderId,
    QuoteId,
)
from fxcrm.ledger import Group
from fxcrm.money import Money
from fxcrm.usecases.agreeing import CONTRACTS
from fxcrm.usecases.bidding import QUOTES
from fxcrm.usecases.charging import DEALINGS
from fxcrm.usecases.closing import close_period, realise_balance
from fxcrm.usecases.consolidating import close_group, close_month
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.enquiring import LEADS
from fxcrm.usecases.following import ACTIVITIES
from fxcrm.usecases.invoicing import invoice_order
from fxcrm.usecases.keeping import KEEPING
from fxcrm.usecases.measuring import TARGETS
from fxcrm.usecases.merging import MERGERS
from fxcrm.usecases.noting import VOUCHERS
from fxcrm.usecases.offering import OFFERS
from fxcrm.usecases.ordering import cancel_order, place_order, ship_order, take_order
from fxcrm.usecases.paralleling import open_parallel_book
from fxcrm.usecases.paying import PAYMENTS
from fxcrm.usecases.pursuing import PURSUITS
from fxcrm.usecases.rating import RATINGS
from fxcrm.usecases.registering import (
    invest,
    pay_costs,
    pay_in_capital,
    register_company,
    repay_loan,
    take_loan,
)
from fxcrm.usecases.reminding import REMINDERS
from fxcrm.usecases.revaluing import revalue
from fxcrm.usecases.stating import reconcile, weekly_statements
from fxcrm.usecases.supporting import open_case, resolve_case
from fxcrm.usecases.trading import TRADED
from fxcrm.usecases.wording import Command, Step


def _lines(step: Step) -> list[tuple[str, Decimal, Money]]:
    return [
        (row.text("description"), row.number("quantity"), row.money("unit_price"))
        for row in step.rows("lines", "description quantity unit_price")
    ]


def _place_order(desk: Desk, step: Step, _: Group) -> object:
    return place_order(
        desk, OrderId(step.text("id")), quote=QuoteId(step.text("quote")), on=step.on
    )


def _take_order(desk: Desk, step: Step, _: Group) -> object:
    return take_order(
        desk,
        OrderId(step.text("id")),
        customer=CustomerId(step.text("customer")),
        currency=step.currency("currency"),
        lines=_lines(step),
        on=step.on,
    )


def _ship_order(desk: Desk, step: Step, _: Group) -> object:
    return ship_order(desk, OrderId(step.text("id")), on=step.on)


def _invoice_order(desk: Desk, step: Step, _: Group) -> object:
    order = OrderId(step.text("order"))
    return invoice_order(
        desk, InvoiceId(step.text("id")), order=order, on=step.on, days=step.whole("days")
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


def _close_books(desk: Desk, step: Step, _: Group) -> object:
    """Revalue one company's books at the end of a day, and shut them through it."""
    company, through = CompanyId(step.text("company")), step.day("through")
    revalue(desk, company, through)
    return close_period(desk, company, through)


def _state_week(desk: Desk, step: Step, group: Group) -> object:
    """Every customer's statement of the week, reconciled with the open items."""
    return [
        reconcile(desk, made)
        for company in group.members
        for made in weekly_statements(desk, company, step.on)
    ]


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "register company": Command.of(
            "id name functional year_ends hyperinflation",
            lambda desk, step, _: register_company(
                desk,
                CompanyId(step.text("id")),
                name=step.text("name"),
                functional=step.currency("functional"),
                on=step.on,
                year_ends=step.whole("year_ends", 12),
                hyperinflation=step.flag("hyperinflation"),
            ),
        ),
        "open parallel book": Command.of(
            "id company currency",
            lambda desk, step, _: open_parallel_book(
                desk, CompanyId(step.text("company")), currency=step.currency("currency")
            ),
        ),
        "pay in capital": Command.of(
            "id company amount",
            lambda desk, step, _: pay_in_capital(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "invest": Command.of(
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
        "pay costs": Command.of(
            "id company amount",
            lambda desk, step, _: pay_costs(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "take loan": Command.of(
            "id company amount",
            lambda desk, step, _: take_loan(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        "repay loan": Command.of(
            "id company amount",
            lambda desk, step, _: repay_loan(
                desk,
                CompanyId(step.text("company")),
                step.text("id"),
                step.money("amount"),
                step.on,
            ),
        ),
        **KEEPING,
        **LEADS,
        **PURSUITS,
        **QUOTES,
        "take order": Command.of("id customer currency lines", _take_order),
        "place order": Command.of("id quote", _place_order),
        "ship order": Command.of("id", _ship_order),
        "cancel order": Command.of(
            "id reason",
            lambda desk, step, _: cancel_order(
                desk, OrderId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "invoice order": Command.of("id order days", _invoice_order),
        **PAYMENTS,
        **ACTIVITIES,
        **REMINDERS,
        **MERGERS,
        **VOUCHERS,
        **CONTRACTS,
        **TRADED,
        **OFFERS,
        **TARGETS,
        **RATINGS,
        "open case": Command.of("id invoice subject claimed", _open_case),
        "resolve case": Command.of(
            "id resolution",
            lambda desk, step, _: resolve_case(
                desk, CaseId(step.text("id")), resolution=step.text("resolution"), on=step.on
            ),
        ),
        **DEALINGS,
        "realise balance": Command.of(
            "id company account currency",
            lambda desk, step, _: realise_balance(
                desk,
                CompanyId(step.text("company")),
                AccountCode(step.text("account", desk.chart.duties.bank)),
                step.currency("currency"),
                step.on,
            ),
        ),
        "state week": Command.of("", _state_week),
        "close books": Command.of("id company through", _close_books),
        "close group": Command.of(
            "id through", lambda desk, step, group: close_group(desk, group, step.day("through"))
        ),
        "close month": Command.of("", lambda desk, step, group: close_month(desk, group, step.on)),
    }
)
