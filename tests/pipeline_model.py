"""What a deal may do, told again: the tables of TOML walked with dictionaries and fractions.

It knows nothing of the library's pipelines: it reads the same plain data by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

PERCENT = 100


@dataclass
class ModelDeal:
    """A deal as plain values: the amount in minor units, and the consents it holds."""

    table: dict[str, Any]
    amount: int
    currency: str
    owner: str = ""
    expected_on: date | None = None
    stage: str = ""
    closed: bool = False
    closed_at: Fraction | None = None
    consents: dict[tuple[str, str, str], tuple[str, int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin where the table begins."""
        starts = [one["name"] for one in self.table["stages"] if one.get("start")]
        self.stage = starts[0] if starts else self.table["stages"][0]["name"]

    def step(self, command: str) -> dict[str, Any] | None:
        """The row of the table that a command is, from here."""
        for row in self.table["transitions"]:
            froms = row["from"] if isinstance(row["from"], list) else [row["from"]]
            if row["command"] == command and self.stage in froms:
                return dict(row)
        return None

    def kind(self, stage: str) -> str:
        """How a stage is marked."""
        (found,) = [one for one in self.table["stages"] if one["name"] == stage]
        return str(found.get("kind", "open"))

    def lacks(self, names: list[str]) -> bool:
        """Whether something asked for is empty."""
        has = {
            "owner": bool(self.owner),
            "value": self.amount > 0,
            "expected_on": self.expected_on is not None,
            "title": True,
        }
        return not all(has[name] for name in names)

    def required(self, stage: str) -> list[str]:
        """What a deal in a stage has."""
        (found,) = [one for one in self.table["stages"] if one["name"] == stage]
        return list(found.get("required", []))

    def asked(self, row: dict[str, Any], rate: Fraction) -> list[str]:
        """The roles whose consent a step needs now; ``rate`` is foreign units for one at home."""
        worth = Fraction(self.amount, 100) / rate
        roles = []
        for one in row.get("approvals", []):
            above = Fraction(one["above"]) if "above" in one else None
            listed = one.get("currencies")
            if (above is None or worth > above) and (listed is None or self.currency in listed):
                roles.append(one["role"])
        return roles

    def may(self, command: str, reason: str, rate: Fraction) -> bool:
        """Whether a command is carried out."""
        row = self.step(command)
        if row is None or self.lacks(row.get("required", [])):
            return False
        if self.lacks(self.required(row["to"])):
            return False
        if self.kind(row["to"]) == "lost" and reason not in self.table.get("reasons", [reason]):
            return False
        if self.kind(row["to"]) == "lost" and not reason:
            return False
        return all(self.consented(command, role) for role in self.asked(row, rate))

    def consented(self, command: str, role: str) -> bool:
        """Whether a role consented to that much, in that currency, and does not own the deal."""
        by, most, currency = self.consents.get((self.stage, command, role), ("", -1, ""))
        return bool(by) and by != self.owner and currency == self.currency and self.amount <= most

    def move(self, command: str, rate: Fraction) -> None:
        """Carry a command out that may be."""
        row = self.step(command)
        assert row is not None
        self.stage = row["to"]
        self.closed = self.kind(self.stage) != "open"
        self.closed_at = rate if self.closed else None
        self.consents = {}

    def changed(self) -> None:
        """Drop what does not count any more, for good."""
        self.consents = {
            key: (by, most, currency)
            for key, (by, most, currency) in self.consents.items()
            if by != self.owner and currency == self.currency and self.amount <= most
        }
