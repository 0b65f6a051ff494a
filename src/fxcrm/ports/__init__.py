"""What the core needs from outside: Protocols and nothing else, one file each.

The names are loaded when first used (PEP 562): a port speaks of what it carries, so all of them
together would load the whole trade, and an adapter needs one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names once more, for type checkers; a test compares the two
    from fxcrm.ports.clock import Clock
    from fxcrm.ports.documents import DocumentRenderer
    from fxcrm.ports.identifiers import IdSource
    from fxcrm.ports.notices import Notifier
    from fxcrm.ports.payments import PaymentGateway
    from fxcrm.ports.ratelog import RateLog
    from fxcrm.ports.ratesource import RateSource
    from fxcrm.ports.rows import RowSource
    from fxcrm.ports.storage import (
        CommandLog,
        DecisionLog,
        DocumentNumbers,
        EventLog,
        Journal,
        OpenItems,
        Repository,
        Snapshots,
        Store,
        UnitOfWork,
    )
    from fxcrm.ports.trail import AuditLog, Outbox

__all__ = [
    "AuditLog",
    "Clock",
    "CommandLog",
    "DecisionLog",
    "DocumentNumbers",
    "DocumentRenderer",
    "EventLog",
    "IdSource",
    "Journal",
    "Notifier",
    "OpenItems",
    "Outbox",
    "PaymentGateway",
    "RateLog",
    "RateSource",
    "Repository",
    "RowSource",
    "Snapshots",
    "Store",
    "UnitOfWork",
]

_NAMES = {
    "clock": "Clock",
    "documents": "DocumentRenderer",
    "identifiers": "IdSource",
    "notices": "Notifier",
    "payments": "PaymentGateway",
    "ratelog": "RateLog",
    "ratesource": "RateSource",
    "rows": "RowSource",
    "storage": (
        "CommandLog DecisionLog DocumentNumbers EventLog Journal OpenItems Repository Snapshots "
        "Store UnitOfWork"
    ),
    "trail": "AuditLog Outbox",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'fxcrm.ports' has no attribute {name!r}")
    value: object = getattr(import_module(f"fxcrm.ports.{_HOME[name]}"), name)
    globals()[name] = value  # found once, an ordinary attribute from then on
    return value


def __dir__() -> list[str]:
    return sorted(_HOME)
