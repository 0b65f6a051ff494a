"""What the core needs from outside: Protocols and nothing else, one file each."""

from fxcrm.ports.clock import Clock
from fxcrm.ports.documents import DocumentRenderer
from fxcrm.ports.identifiers import IdSource
from fxcrm.ports.notices import Notifier
from fxcrm.ports.payments import PaymentGateway
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
    "RateSource",
    "Repository",
    "RowSource",
    "Snapshots",
    "Store",
    "UnitOfWork",
]
