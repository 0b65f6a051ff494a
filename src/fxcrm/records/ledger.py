"""Companies, open items, entries and translations as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fxcrm.encoding import day_text
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
)


def company_row(company: Company, to: Writing) -> Values:
    """A company as a row."""
    return {
        "id": company.id,
        "name": company.name,
        "functional": to.code(company.functional),
        "founded_on": day_text(company.founded_on),
        "closed_through": maybe_day_text(company.closed_through),
    }


def company_of(row: Read, by: Reading) -> Company:
    """The company of a row."""
    return Company(
        id=row.id,
        name=row.name,
        functional=by.currency(row.functional),
        founded_on=date.fromisoformat(row.founded_on),
        closed_through=maybe_day_from(row.closed_through),
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
    }


def item_of(row: Read, by: Reading) -> OpenItem:
    """The open item of a row."""
    return OpenItem(
        id=row.id,
        company=row.company,
        account=row.account,
        party=row.party,
        reference=row.reference,
        arose_on=date.fromisoformat(row.arose_on),
        due_on=date.fromisoformat(row.due_on),
        original=by.money(row.original, row.original_currency),
        booked=by.money(row.booked, row.booked_currency),
        open=by.money(row.open, row.open_currency),
        carrying=by.money(row.carrying, row.carrying_currency),
        decision=row.decision,
        partner=row.partner,
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
    )


def line_of(row: Read, by: Reading) -> JournalLine:
    """A posting joined with the id and kind of its entry."""
    return JournalLine(row.entry_id, date.fromisoformat(row.on), row.kind, posting_of(row, by))


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
    )
