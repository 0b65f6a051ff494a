"""What a document costs, as ratios to bare ``json`` on the same data within one run.

    python benchmarks/codec.py [--quick] [--json FILE]

An invoice of three lines with two custom fields, and a rate decision. The floor writes and
reads the same text with ``json`` and checks nothing: types, currencies, amounts, days, fields.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

if not __package__:  # started as a file: the harness is found from the folder above
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import measuring
from benchmarks.measuring import QUICK, THOROUGH, Operation, Side
from fxcrm.adapters.codec import Codec
from fxcrm.billing import DocumentLine, Invoice
from fxcrm.currencies import ISO, Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import CompanyId, CustomerId, DecisionId, FieldId, InvoiceId
from fxcrm.money import Money
from fxcrm.rates import ExchangeRate

DAY = date(2026, 3, 2)
CODEC = Codec(ISO)


def invoice(number: int) -> Invoice:
    """An invoice of three lines."""
    lines = (
        DocumentLine(f"Article {number + at}", Decimal(at + 1), Money(f"{number}.{at}5", "USD"))
        for at in range(3)
    )
    return Invoice(
        InvoiceId(f"I-{number}"),
        f"2026-{number:05}",
        CompanyId("nordwind"),
        CustomerId("acme"),
        None,
        Currency("USD"),
        tuple(lines),
        DAY,
        date(2026, 4, 1),
        extras={FieldId("paid_by"): "card", FieldId("limit"): Money("25000.00", "EUR")},
    )


def decision(number: int) -> RateDecision:
    """A decision for one published rate."""
    rate = ExchangeRate.of("EUR", "USD", f"1.{number:04}", on=DAY, source="ECB")
    at = datetime(2026, 3, 2, 16, tzinfo=UTC)
    id = DecisionId(f"booking:EUR/USD:2026-03-02:{number}")
    return RateDecision(id, Purpose.BOOKING, rate, "at most 7 days old", DAY, at, "you")


def operations(count: int) -> Iterator[Operation]:
    """Writing and reading both, each over so many different values."""
    for name, make in (("an invoice", invoice), ("a rate decision", decision)):
        values = [make(number + 1) for number in range(count)]
        texts = [CODEC.dump(value) for value in values]
        yield from _both(name, values, texts)


def _both(name: str, values: list[Any], texts: list[str]) -> Iterator[Operation]:
    known = {"codec": CODEC, "json": json, "encoder": json.JSONEncoder(**_SAME)}
    columns = {"value": values, "text": texts, "data": [json.loads(text) for text in texts]}
    ours = Side("fxcrm", "codec.dump({value})", columns, known)
    yield Operation(
        f"dump {name}", ours, floor=Side("json", "encoder.encode({data})", columns, known)
    )
    back = Side("fxcrm", "codec.load({text})", columns, known, compared=_again)
    yield Operation(f"load {name}", back, floor=Side("json", "json.loads({text})", columns, known))


_SAME: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}


def _again(values: list[Any]) -> list[Any]:
    """Values as the data of their documents, so that they can be compared with the floor's."""
    return [json.loads(CODEC.dump(value)) for value in values]


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(__doc__ or "")
    effort = QUICK if given.quick else THOROUGH
    print(measuring.machine(), "ours, and how many times bare json", sep="; ")
    rows = []
    for operation in operations(effort.operands):
        found = measuring.measured(operation, effort)
        print(measuring.told(operation, found), flush=True)
        rows += found
    if given.json:
        given.json.write_text(measuring.as_json(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
