"""Bidding: how the commands of quotes are understood."""

from __future__ import annotations

from collections.abc import Mapping

from fxcrm.ids import DealId, LockId, ProductId, QuoteId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.selling.discounts import Discount
from fxcrm.selling.quotes import QUOTE_TEXTS
from fxcrm.usecases.consenting import approve_quote
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.locking import lock_rate
from fxcrm.usecases.quoting import (
    Excess,
    accept_quote,
    decline_quote,
    draft_quote,
    edit_quote,
    lapse_quote,
    withdraw_quote,
)
from fxcrm.usecases.revising import LockChoice, change_currency, requote_quote, revise_quote
from fxcrm.usecases.taxing import LineWish
from fxcrm.usecases.wording import Command, Step

_LINE = "description quantity unit_price product discount tax"


def _wishes(step: Step) -> list[LineWish]:
    return [_wish(row) for row in step.rows("lines", _LINE)]


def _wish(row: Step) -> LineWish:
    product, discount = row.some_text("product"), row.some_text("discount")
    return LineWish(
        row.text("description", "") if product else row.text("description"),
        row.number("quantity"),
        row.some_money("unit_price") if product else row.money("unit_price"),
        ProductId(product) if product else None,
        Discount.parse(discount) if discount else None,
        row.text("tax", ""),
    )


def _texts(step: Step) -> dict[str, str]:
    given = ((name, step.some_text(name)) for name in QUOTE_TEXTS)
    return {name: text for name, text in given if text is not None}


def _draft(desk: Desk, step: Step, _: Group) -> object:
    return draft_quote(
        desk,
        QuoteId(step.text("id")),
        deal=DealId(step.text("deal")),
        currency=step.currency("currency"),
        priced_in=step.currency("priced_in"),
        lines=_wishes(step),
        on=step.on,
        valid_until=step.day("valid_until"),
        texts=_texts(step),
        by=step.text("by", ""),
    )


def _edit(desk: Desk, step: Step, _: Group) -> object:
    rows = step.some_rows("lines", _LINE)
    return edit_quote(
        desk,
        QuoteId(step.text("id")),
        lines=None if rows is None else [_wish(row) for row in rows],
        on=step.on,
        excess=step.member("excess", Excess, Excess.REFUSED),
        dated=step.some_day("dated"),
        valid_until=step.some_day("valid_until"),
        texts=_texts(step),
        by=step.text("by", ""),
    )


def _lock(desk: Desk, step: Step, _: Group) -> object:
    return lock_rate(
        desk,
        LockId(step.text("id")),
        quote=QuoteId(step.text("quote")),
        on=step.on,
        until=step.day("until"),
        zone=step.text("zone", "UTC"),
        spread=step.number("spread", "0"),
        fee=step.some_money("fee"),
    )


def _approve(desk: Desk, step: Step, _: Group) -> object:
    role = step.text("role", "")
    return approve_quote(desk, QuoteId(step.text("id")), by=step.text("by"), on=step.on, role=role)


def _convert(desk: Desk, step: Step, _: Group) -> object:
    return change_currency(
        desk,
        QuoteId(step.text("id")),
        currency=step.currency("currency"),
        on=step.on,
        lock=step.member("lock", LockChoice, LockChoice.REFUSED),
        by=step.text("by", ""),
    )


def _requote(desk: Desk, step: Step, _: Group) -> object:
    deal = step.some_text("deal")
    return requote_quote(
        desk,
        QuoteId(step.text("id")),
        quote=QuoteId(step.text("quote")),
        on=step.on,
        valid_until=step.day("valid_until"),
        prices=_prices(step),
        deal=DealId(deal) if deal else None,
        by=step.text("by", ""),
    )


def _prices(step: Step) -> dict[int, Money]:
    rows = step.rows("prices", "line unit_price")
    return {row.whole("line"): row.money("unit_price") for row in rows}


QUOTES: Mapping[str, Command] = FrozenMap(
    {
        "draft quote": Command.of(
            f"id deal currency priced_in valid_until lines by {' '.join(QUOTE_TEXTS)}", _draft
        ),
        "edit quote": Command.of(
            f"id lines excess dated valid_until by {' '.join(QUOTE_TEXTS)}", _edit
        ),
        "convert quote": Command.of("id currency lock by", _convert),
        "lock rate": Command.of("id quote until zone spread fee", _lock),
        "approve quote": Command.of("id by role", _approve),
        "accept quote": Command.of(
            "id", lambda desk, step, _: accept_quote(desk, QuoteId(step.text("id")), on=step.on)
        ),
        "lapse quote": Command.of(
            "id", lambda desk, step, _: lapse_quote(desk, QuoteId(step.text("id")), on=step.on)
        ),
        "decline quote": Command.of(
            "id reason",
            lambda desk, step, _: decline_quote(
                desk, QuoteId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "withdraw quote": Command.of(
            "id reason",
            lambda desk, step, _: withdraw_quote(
                desk, QuoteId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "revise quote": Command.of(
            "id quote by",
            lambda desk, step, _: revise_quote(
                desk,
                QuoteId(step.text("id")),
                quote=QuoteId(step.text("quote")),
                on=step.on,
                by=step.text("by", ""),
            ),
        ),
        "requote": Command.of("id quote valid_until prices deal by", _requote),
    }
)
