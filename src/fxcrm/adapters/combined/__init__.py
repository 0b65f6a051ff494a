"""Rate sources made of other rate sources: a chain, a cache, a margin, one's own rates on top.

Each takes sources by their port and is one itself, so they stack in any order. What was
published stays as it was: direction, unit, side and day (R1). A composition never turns a
source that broke into one that has nothing (R4).
"""

from fxcrm.adapters.combined.cached import CachedRates as CachedRates
from fxcrm.adapters.combined.cached import CacheRefused as CacheRefused
from fxcrm.adapters.combined.chained import ChainedRates as ChainedRates
from fxcrm.adapters.combined.chained import NobodyAnswered as NobodyAnswered
from fxcrm.adapters.combined.margins import MarginRefused as MarginRefused
from fxcrm.adapters.combined.margins import RatesWithMargin as RatesWithMargin
from fxcrm.adapters.combined.names import SourceNameRefused as SourceNameRefused
from fxcrm.adapters.combined.overriding import OverridingRates as OverridingRates
