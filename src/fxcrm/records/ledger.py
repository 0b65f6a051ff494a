"""Companies, open items, entries, vouchers and translations as rows.

A column that came later is empty where the value is what it was before: so rows, and their
seals, are the same as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from fxcrm.encoding import day_text, decoded
from fxcrm.ids import AccountCode, CompanyId, DecisionId, OpenItemId
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.ledger.vouchers import Voucher, VoucherLine
from fxcrm.money import Money
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
    maybe_instant_from,
    maybe_instant_text,
)

_DECEMBER: Final = 12


def company_row(company: Company, to: Writing) -> Values:
    """A company as a row."""
    return {
        "id": company.id,
        "name": company.name,
        "functional": to.code(company.functional),
        "founded_on": day_text(company.founded_on),
        "closed_through": maybe_day_text(company.closed_through),
        "parallel_to": company.parallel_to,
        "parallels": to.json(company.parallels) if company.parallels else None,
        "year_ends": None if company.year_ends == _DECEMBER else company.year_ends,
        "hyperinflation": 1 if company.hyperinflation else None,
    }


def company_of(row: Read, by: Reading) -> Company:
    """The company of a row."""
    return Company(
        id=row.id,
        name=row.name,
        functional=by.currency(row.functional),
        founded_on=date.fromisoformat(row.founded_on),
        closed_through=maybe_day_from(row.closed_through),
        parallel_to=row.parallel_to,
        parallels=tuple(map(CompanyId, decoded(row.parallels or "[]"))),
        year_ends=_DECEMBER if row.year_ends is None else row.year_ends,
        hyperinflation=bool(row.hyperinflation),
        version=row.version,
    )


def item_row(item: OpenItem, to: Writing) -> Values:
    """An open item as a row."""
    return {
        "id": item.id,
        "company": item.company,
        "account": item.account,
        "party": item.party,
        "reference": item.reference,
        "arose_on": day_text(item.arose_on),
        "due_on": day_text(item.due_on),
        **to.money(original=item.original, booked=item.booked),
        **to.money(open=item.open, carrying=item.carrying),
        "decision": item.decision,
        "partner": item.partner,
        **to.maybe_money(adjusted=None if item.adjusted == _unadjusted(item) else item.adjusted),
        "monetary": None if item.monetary is None else int(item.monetary),
    }


def _unadjusted(item: OpenItem) -> Money:
    return Money.zero(item.booked.currency)


def item_of(row: Read, by: Reading) -> OpenItem:
    """The open item of a row."""
    booked = by.money(row.booked, row.booked_currency)
    adjusted = by.maybe_money(row.adjusted, row.adjusted_currency)
    return OpenItem(
        id=row.id,
        company=row.company,
        account=row.account,
        party=row.party,
        reference=row.reference,
        arose_on=date.fromisoformat(row.arose_on),
        due_on=date.fromisoformat(row.due_on),
        original=by.money(row.original, row.original_currency),
        booked=booked,
        open=by.money(row.open, row.open_currency),
        carrying=by.money(row.carrying, row.carrying_currency),
        decision=row.decision,
        partner=row.partner,
        adjusted=Money.zero(booked.currency) if adjusted is None else adjusted,
        monetary=None if row.monetary is None else bool(row.monetary),
        version=row.version,
    )


def entry_row(entry: Entry) -> Values:
    """The head of an entry as a row."""
    return {
        "id": entry.id,
        "company": entry.company,
        "on": day_text(entry.on),
        "kind": entry.kind,
        "text": entry.text,
        "reverses": entry.reverses,
        "booked_at": maybe_instant_text(entry.booked_at),
    }


def posting_rows(entry: Entry, to: Writing) -> list[Values]:
    """The postings of an entry, to be completed by its ``entry``, the sequence number."""
    return [
        {
            "position": position,
            "company": entry.company,
            "on": day_text(entry.on),
            "account": one.account,
            **to.money(amount=one.amount, functional=one.functional),
            "decision": one.decision,
            "item": one.item,
            "partner": one.partner,
            "text": one.text,
        }
        for position, one in enumerate(entry.postings, 1)
    ]


def posting_of(row: Read, by: Reading) -> Posting:
    """The posting of a row."""
    return Posting(
        account=row.account,
        amount=by.money(row.amount, row.amount_currency),
        functional=by.money(row.functional, row.functional_currency),
        decision=row.decision,
        item=row.item,
        partner=row.partner,
        text=row.text,
    )


def entry_of(head: Read, rows: Iterable[Read], by: Reading) -> Entry:
    """The entry of its head and its postings; it is proved to balance again."""
    return Entry(
        id=head.id,
        company=head.company,
        on=date.fromisoformat(head.on),
        kind=head.kind,
        text=head.text,
        postings=tuple(posting_of(row, by) for row in rows),
        reverses=head.reverses,
        booked_at=maybe_instant_from(head.booked_at),
    )


def line_of(row: Read, by: Reading) -> JournalLine:
    """A posting joined with the id and kind of its entry, and with the instant it was booked."""
    return JournalLine(
        row.entry_id,
        date.fromisoformat(row.on),
        row.kind,
        posting_of(row, by),
        booked_at=maybe_instant_from(row.booked_at),
    )


def voucher_row(voucher: Voucher, to: Writing) -> Values:
    """A voucher as a row."""
    return {
        "id": voucher.id,
        "company": voucher.company,
        "on": day_text(voucher.on),
        "text": voucher.text,
        "lines": to.json(voucher.lines),
        "state": voucher.state,
    }


def voucher_of(row: Read, by: Reading) -> Voucher:
    """The voucher of a row."""
    return Voucher(
        id=row.id,
        company=row.company,
        on=date.fromisoformat(row.on),
        text=row.text,
        lines=tuple(_voucher_line(one, by) for one in decoded(row.lines)),
        state=row.state,
        version=row.version,
    )


def _voucher_line(line: Mapping[str, Any], by: Reading) -> VoucherLine:
    functional, item = line["functional"], line["item"]
    return VoucherLine(
        AccountCode(line["account"]),
        by.exact(line["amount"]),
        None if functional is None else by.exact(functional),
        None if item is None else OpenItemId(item),
        line["text"],
    )


def snapshot_row(snapshot: TranslationSnapshot, to: Writing) -> Values:
    """The head of a translation as a row."""
    return {
        "company": snapshot.company,
        "presentation": to.code(snapshot.presentation),
        "as_of": day_text(snapshot.as_of),
        "closing": snapshot.closing,
        **to.money(reserve=snapshot.reserve, rounding=snapshot.rounding),
        "rounded": snapshot.rounded,
    }


def snapshot_balance_rows(snapshot: TranslationSnapshot, to: Writing) -> list[Values]:
    """The balances of a translation as rows."""
    return [
        {
            "company": snapshot.company,
            "presentation_code": to.code(snapshot.presentation),
            "as_of": day_text(snapshot.as_of),
            "position": position,
            "account": one.account,
            "partner": one.partner,
            **to.money(functional=one.functional, presentation=one.presentation),
            "estimates": to.json(one.estimates) if one.estimates else None,
        }
        for position, one in enumerate(snapshot.balances, 1)
    ]


def snapshot_of(head: Read, rows: Iterable[Read], by: Reading) -> TranslationSnapshot:
    """The translation of its head and its balances."""
    return TranslationSnapshot(
        company=head.company,
        presentation=by.currency(head.presentation),
        as_of=date.fromisoformat(head.as_of),
        closing=head.closing,
        balances=tuple(_translated(row, by) for row in rows),
        reserve=by.money(head.reserve, head.reserve_currency),
        rounding=by.money(head.rounding, head.rounding_currency),
        rounded=head.rounded,
    )


def _translated(row: Read, by: Reading) -> TranslatedBalance:
    return TranslatedBalance(
        row.account,
        row.partner,
        by.money(row.functional, row.functional_currency),
        by.money(row.presentation, row.presentation_currency),
        tuple(map(DecisionId, decoded(row.estimates or "[]"))),
    )
