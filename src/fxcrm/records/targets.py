"""Targets as rows."""

from __future__ import annotations

from datetime import date

from fxcrm.encoding import day_text
from fxcrm.records.columns import Read, Reading, Values, Writing
from fxcrm.targets import Target, TargetMeasure


def target_row(target: Target, to: Writing) -> Values:
    """A target as a row; 0 stands for no number."""
    return {
        "id": target.id,
        "company": target.company,
        "owner": target.owner,
        "team": target.team,
        "since": day_text(target.since),
        "until": day_text(target.until),
        "measure": target.measure.value,
        **to.maybe_money(amount=target.amount),
        "count": target.count,
    }


def target_of(row: Read, by: Reading) -> Target:
    """The target of a row."""
    return Target(
        id=row.id,
        company=row.company,
        owner=row.owner,
        team=row.team,
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        measure=TargetMeasure(row.measure),
        amount=by.maybe_money(row.amount, row.amount_currency),
        count=row.count,
        version=row.version,
    )
