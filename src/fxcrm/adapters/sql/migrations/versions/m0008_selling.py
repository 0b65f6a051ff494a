"""The selling side: what is known of customers, deals, quotes; prices, activities, contracts."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add tables, and columns that are empty in every row there is: old seals stay right."""
    _customers()
    _activities()
    _pipeline()
    _targets()
    _prices()
    _quotes()
    _contracts()


def _customers() -> None:
    pass


def _activities() -> None:
    pass


def _pipeline() -> None:
    pass


def _targets() -> None:
    pass


def _prices() -> None:
    pass


def _quotes() -> None:
    pass


def _contracts() -> None:
    pass
