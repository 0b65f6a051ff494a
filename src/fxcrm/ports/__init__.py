"""What the core needs from outside: Protocols and nothing else, one file each."""

from fxcrm.ports.clock import Clock
from fxcrm.ports.ratesource import RateSource
from fxcrm.ports.storage import (
    CommandLog,
    DecisionLog,
    DocumentNumbers,
    EventLog,
    Journal,
    OpenItems,
    RecordedEvent,
    Repository,
    Snapshots,
    Store,
    UnitOfWork,
)

__all__ = [
    "Clock",
    "CommandLog",
    "DecisionLog",
    "DocumentNumbers",
    "EventLog",
    "Journal",
    "OpenItems",
    "RateSource",
    "RecordedEvent",
    "Repository",
    "Snapshots",
    "Store",
    "UnitOfWork",
]
