"""Contracts as rows: what was agreed beside the price and the term is JSON, read whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fxcrm.encoding import day_text, decimal_from, decoded
from fxcrm.ids import DecisionId, OrderId
from fxcrm.records.columns import Read, Reading, Values, Writing
from fxcrm.selling.contracts import Bill, Contract, Renewal, Renewing, Repricing
from fxcrm.selling.indexation import Band, Indexation
from fxcrm.selling.instalments import Cycle, Due, Notice, Term

_Record = Mapping[str, Any]


def contract_row(contract: Contract, to: Writing) -> Values:
    """A contract as a row; its base rate is kept as the id of the decision."""
    return {
        "id": contract.id,
        "number": contract.number,
        "company": contract.company,
        "customer": contract.customer,
        "title": contract.title,
        **to.money(price=contract.price),
        "per": contract.per.value,
        "billed": contract.billed.value,
        "anchor": day_text(contract.term.anchor),
        "since": day_text(contract.since),
        "until": day_text(contract.until),
        "months": contract.term.months,
        "due": contract.due.value,
        "notice": to.json(contract.notice),
        "renewal": to.json(contract.renewal),
        "indexation": None if contract.indexation is None else to.json(contract.indexation),
        "base_rate": contract.base_rate.id if contract.base_rate else None,
        "quote": contract.quote,
        "renews": contract.renews,
        "renewed_by": contract.renewed_by,
        "bills": to.json(contract.bills),
        "state": contract.state,
        "extras": to.extras(contract.extras),
    }


def contract_of(row: Read, by: Reading) -> Contract:
    """The contract of a row."""
    return Contract(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        title=row.title,
        price=by.money(row.price, row.price_currency),
        per=Cycle(row.per),
        billed=Cycle(row.billed),
        term=Term(date.fromisoformat(row.anchor), date.fromisoformat(row.since), row.months),
        due=Due(row.due),
        notice=Notice(**decoded(row.notice)),
        renewal=_renewal(decoded(row.renewal)),
        indexation=_indexation(row.indexation, by),
        base_rate=by.decision(row.base_rate),
        quote=row.quote,
        renews=row.renews,
        renewed_by=row.renewed_by,
        bills=tuple(_bill(one, by) for one in decoded(row.bills)),
        state=row.state,
        extras=by.extras(row.extras),
        version=row.version,
    )


def _renewal(record: _Record) -> Renewal:
    return Renewal(
        Renewing(record["how"]),
        record["months"],
        Repricing(record["price"]),
        decimal_from(record["uplift"]),
    )


def _indexation(text: str | None, by: Reading) -> Indexation | None:
    if text is None:
        return None
    record = decoded(text)
    cap, floor = record["cap"], record["floor"]
    return Indexation(
        by.currency(record["reference"]),
        decimal_from(record["band"]),
        Band(record["beyond"]),
        decimal_from(record["passed_on"]),
        None if cap is None else decimal_from(cap),
        None if floor is None else decimal_from(floor),
        record["lead"],
    )


def _bill(record: _Record, by: Reading) -> Bill:
    order, fixing = record["order"], record["fixing"]
    return Bill(
        record["position"],
        by.exact(record["amount"]),
        None if order is None else OrderId(order),
        None if fixing is None else DecisionId(fixing),
    )
