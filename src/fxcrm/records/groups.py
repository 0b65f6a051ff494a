"""Consolidations as rows: what each is made of is JSON, for it is read whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fxcrm.encoding import day_text, decoded
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger.groups import Step
from fxcrm.ledger.snapshots import (
    GroupBalance,
    GroupSnapshot,
    TranslatedBalance,
    TranslationSnapshot,
)
from fxcrm.records.columns import Read, Reading, Values, Writing

_Record = Mapping[str, Any]


def group_row(snapshot: GroupSnapshot, to: Writing) -> Values:
    """A consolidation as a row."""
    return {
        "group": snapshot.group,
        "as_of": day_text(snapshot.as_of),
        "presentation": to.code(snapshot.presentation),
        "balances": to.json(snapshot.balances),
        "books": to.json(snapshot.books),
        "uplifts": to.json(snapshot.uplifts),
        "goodwill": to.json(snapshot.goodwill),
    }


def closings(snapshot: GroupSnapshot) -> list[DecisionId | None]:
    """The closing rates that it names."""
    return [one.closing for one in (*snapshot.books, *snapshot.uplifts, *snapshot.goodwill)]


def group_of(row: Read, by: Reading) -> GroupSnapshot:
    """The consolidation of a row."""
    return GroupSnapshot(
        group=row.group,
        presentation=by.currency(row.presentation),
        as_of=date.fromisoformat(row.as_of),
        balances=tuple(_balance(one, by) for one in decoded(row.balances)),
        books=_every_book(row.books, by),
        uplifts=_every_book(row.uplifts, by),
        goodwill=_every_book(row.goodwill, by),
    )


def _company(id: str | None) -> CompanyId | None:
    return None if id is None else CompanyId(id)


def _balance(record: _Record, by: Reading) -> GroupBalance:
    return GroupBalance(
        Step(record["step"]),
        AccountCode(record["account"]),
        _company(record["company"]),
        by.exact(record["amount"]),
    )


def _every_book(text: str, by: Reading) -> tuple[TranslationSnapshot, ...]:
    return tuple(_books(one, by) for one in decoded(text))


def _books(record: _Record, by: Reading) -> TranslationSnapshot:
    closing = record["closing"]
    return TranslationSnapshot(
        company=CompanyId(record["company"]),
        presentation=by.currency(record["presentation"]),
        as_of=date.fromisoformat(record["as_of"]),
        closing=None if closing is None else DecisionId(closing),
        balances=tuple(_translated(one, by) for one in record["balances"]),
        reserve=by.exact(record["reserve"]),
        rounding=by.exact(record["rounding"]),
        rounded=record["rounded"],
    )


def _translated(record: _Record, by: Reading) -> TranslatedBalance:
    return TranslatedBalance(
        AccountCode(record["account"]),
        _company(record["partner"]),
        by.exact(record["functional"]),
        by.exact(record["presentation"]),
        tuple(map(DecisionId, record["estimates"])),
    )
