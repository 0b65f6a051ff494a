"""Contract kits, one for each port: subclass one, override its hook, and let pytest collect it.

class TestMyStore(StoreContract):
def open_store(self) -> Store:
return MyStore(...)  # empty, and a new one at each call
"""

from fxcrm.testing.contracts.storage import StoreContract

__all__ = ["StoreContract"]
