"""A store in memory: for tests, trials and short-lived work. Nothing outlives the process.

A unit of work writes into an overlay that ``commit`` lays over what is kept, so leaving it
costs nothing and reading sees its own writes. One unit is open at a time; a second one waits.
"""

from fxcrm.adapters.memory.store import MemoryStore, MemoryUnit

__all__ = ["MemoryStore", "MemoryUnit"]
