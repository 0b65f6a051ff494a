"""Contract kits, one for each port: subclass one, override its hook, and let pytest collect it.

    class TestMyStore(StoreContract):
        def open_store(self) -> Store:
            return MyStore(...)  # empty, and a new one at each call

``print(proved(TestMyStore))`` runs it without pytest and tells each promise and what became of
it; so does ``python -m fxcrm.testing.contracts my.module:TestMyStore``.
"""

from fxcrm.testing.contracts.clocks import ClockContract
from fxcrm.testing.contracts.documents import DocumentRendererContract
from fxcrm.testing.contracts.identifiers import IdSourceContract
from fxcrm.testing.contracts.notices import Arrival, NotifierContract
from fxcrm.testing.contracts.partychecks import PartyChecksContract
from fxcrm.testing.contracts.payments import PaymentGatewayContract
from fxcrm.testing.contracts.promises import Contract, NotShown, PromiseBroken
from fxcrm.testing.contracts.ratesource import RateSourceContract
from fxcrm.testing.contracts.reports import Outcome, Promise, Report, proved
from fxcrm.testing.contracts.rows import RowSourceContract
from fxcrm.testing.contracts.storage import StoreContract

__all__ = [
    "Arrival",
    "ClockContract",
    "Contract",
    "DocumentRendererContract",
    "IdSourceContract",
    "NotShown",
    "NotifierContract",
    "Outcome",
    "PartyChecksContract",
    "PaymentGatewayContract",
    "Promise",
    "PromiseBroken",
    "RateSourceContract",
    "Report",
    "RowSourceContract",
    "StoreContract",
    "proved",
]
