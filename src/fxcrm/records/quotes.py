"""Quotes as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fxcrm.encoding import day_text, decimal_from, decimal_text, decoded, text_json
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_instant_from,
    maybe_instant_text,
)
from fxcrm.selling import Quote, QuoteLine


def quote_row(quote: Quote, to: Writing) -> Values:
    """A quote as a row; its rate is kept as the id of the decision."""
    return {
        "id": quote.id,
        "number": quote.number,
        "company": quote.company,
        "customer": quote.customer,
        "deal": quote.deal,
        "currency": to.code(quote.currency),
        "priced_in": to.code(quote.priced_in),
        "drafted_on": day_text(quote.drafted_on),
        "valid_until": day_text(quote.valid_until),
        "lines": _quote_lines(quote, to),
        "rate": quote.rate.id if quote.rate else None,
        "lock": quote.lock,
        "state": quote.state,
        "extras": to.extras(quote.extras),
        **to.maybe_money(covered=quote.covered),
        "excess_rate": quote.excess_rate.id if quote.excess_rate else None,
        "last_seen_at": maybe_instant_text(quote.last_seen_at),
    }


def quote_of(row: Read, by: Reading) -> Quote:
    """The quote of a row."""
    return Quote(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        deal=row.deal,
        currency=by.currency(row.currency),
        priced_in=by.currency(row.priced_in),
        drafted_on=date.fromisoformat(row.drafted_on),
        valid_until=date.fromisoformat(row.valid_until),
        lines=tuple(_quote_line(one, by) for one in decoded(row.lines)),
        rate=by.decision(row.rate),
        lock=row.lock,
        state=row.state,
        extras=by.extras(row.extras),
        covered=by.maybe_money(row.covered, row.covered_currency),
        excess_rate=by.decision(row.excess_rate),
        last_seen_at=maybe_instant_from(row.last_seen_at),
        version=row.version,
    )


# Lines are most of what is written; the general `encode` takes four times as long for them.
def _quote_lines(quote: Quote, to: Writing) -> str:
    lines = [
        f'{{"description":{text_json(one.description)},"quantity":"{decimal_text(one.quantity)}",'
        f'"unit_price":{to.money_json(one.unit_price)}}}'
        for one in quote.lines
    ]
    return f"[{','.join(lines)}]"


def _quote_line(line: Mapping[str, Any], by: Reading) -> QuoteLine:
    return QuoteLine(
        line["description"],
        decimal_from(line["quantity"]),
        by.exact(line["unit_price"]),
    )
