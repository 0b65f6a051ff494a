"""Noting: how the commands of entries by hand are understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fxcrm.ids import AccountCode, CompanyId, EntryId, VoucherId
from fxcrm.ledger import Group, VoucherLine
from fxcrm.mappings import FrozenMap
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.journalising import (
    change_voucher,
    discard_voucher,
    draft_voucher,
    post_voucher,
    reverse_entry,
)
from fxcrm.usecases.wording import Command, Step

_COLUMNS: Final = "account amount functional text"


def _lines(rows: Iterable[Step]) -> list[VoucherLine]:
    return [
        VoucherLine(
            AccountCode(row.text("account")),
            row.money("amount"),
            row.some_money("functional"),
            text=row.text("text", ""),
        )
        for row in rows
    ]


def _draft_voucher(desk: Desk, step: Step, _: Group) -> object:
    return draft_voucher(
        desk,
        VoucherId(step.text("id")),
        company=CompanyId(step.text("company")),
        on=step.day("dated", step.on),
        text=step.text("text"),
        lines=_lines(step.rows("lines", _COLUMNS)),
    )


def _change_voucher(desk: Desk, step: Step, _: Group) -> object:
    rows = step.some_rows("lines", _COLUMNS)
    return change_voucher(
        desk,
        VoucherId(step.text("voucher")),
        on=step.some_day("dated"),
        text=step.text("text", "") or None,
        lines=None if rows is None else _lines(rows),
    )


VOUCHERS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "draft voucher": Command.of("id company dated text lines", _draft_voucher),
        "change voucher": Command.of("id voucher dated text lines", _change_voucher),
        "post voucher": Command.of(
            "id", lambda desk, step, _: post_voucher(desk, VoucherId(step.text("id")))
        ),
        "discard voucher": Command.of(
            "id",
            lambda desk, step, _: discard_voucher(desk, VoucherId(step.text("id")), on=step.on),
        ),
        "reverse entry": Command.of(
            "id reason",
            lambda desk, step, _: reverse_entry(
                desk, EntryId(step.text("id")), step.on, step.text("reason")
            ),
        ),
    }
)
