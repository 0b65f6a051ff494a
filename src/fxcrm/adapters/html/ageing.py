"""Ageing: what is open per company, side and currency, by days overdue, in both columns (D32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from fxcrm.figures import Figure
from fxcrm.usecases.reporting import AGE_EDGES, bucket_of

if TYPE_CHECKING:
    from fxcrm.currencies import Currency
    from fxcrm.ids import CompanyId
    from fxcrm.ledger import Company
    from fxcrm.usecases.reporting import OpenReport

RECEIVABLE, PAYABLE = "to receive", "to pay"
BUCKETS = (*map(bucket_of, AGE_EDGES), bucket_of(AGE_EDGES[-1] + 1))


@attrs.frozen
class Cell:
    """One bucket: the sum in document currency and at carrying amount."""

    open: Figure
    carrying: Figure


@attrs.frozen
class AgeingRow:
    """One company, side and document currency; ``cells`` has one entry for each bucket."""

    company: Company
    side: str
    currency: Currency
    cells: tuple[Cell | None, ...]


def side_of(report: OpenReport) -> str:
    """Whether the company is owed the item or owes it."""
    return RECEIVABLE if report.item.original.is_positive else PAYABLE


def ageing(reports: Iterable[OpenReport]) -> tuple[AgeingRow, ...]:
    """Rows in the order in which companies first occur, then by side and currency."""
    reports = tuple(reports)
    companies = list(dict.fromkeys(one.company.id for one in reports))
    groups: dict[tuple[CompanyId, str, str], list[OpenReport]] = {}
    for one in reports:
        key = (one.company.id, side_of(one), one.open.value.currency.code)
        groups.setdefault(key, []).append(one)
    order = sorted(groups, key=lambda key: (companies.index(key[0]), key[1] == PAYABLE, key[2]))
    return tuple(_row(groups[key]) for key in order)


def _row(held: list[OpenReport]) -> AgeingRow:
    company, currency = held[0].company, held[0].open.value.currency
    return AgeingRow(company, side_of(held[0]), currency, tuple(_cells(held)))


def _cells(held: list[OpenReport]) -> Iterator[Cell | None]:
    for bucket in BUCKETS:
        within = [one for one in held if one.bucket == bucket]
        yield _cell(bucket, within) if within else None


def _cell(bucket: str, held: list[OpenReport]) -> Cell:
    first, words = held[0], f"{side_of(held[0])}, {bucket}"
    name = first.company.id
    open, carrying = first.open.value.currency, first.carrying.value.currency
    return Cell(
        Figure.total(f"{name}: {open} {words}", (one.open for one in held), open),
        Figure.total(
            f"{name}: {open} {words}, as carried", (one.carrying for one in held), carrying
        ),
    )
