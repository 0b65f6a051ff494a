"""What a rate lock covers of a quote as it is now, after whatever was edited."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from fxcrm.ids import LockId
from fxcrm.money import Money
from fxcrm.ratelocks import RateLock

if TYPE_CHECKING:
    from fxcrm.selling.offers import Offer


@attrs.frozen
class Cover:
    """A lock held against a quote, all in the currency the goods are priced in.

    ``covered`` of the price is at the locked rate, ``excess`` is not; ``unused`` is promised and
    not needed. ``ends_at`` and ``outlasted`` are known where the lock itself is: outlasted is a
    lock that ends before the last day of the offer is over, in the zone of the lock.
    """

    lock: LockId
    price: Money
    covered: Money
    excess: Money
    unused: Money
    ends_at: datetime | None = None
    is_outlasted: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the price is covered, through the last day of the offer."""
        return self.excess.is_zero and not self.is_outlasted


def cover_of(quote: Offer, lock: RateLock | None = None) -> Cover | None:
    """What the lock of a quote covers; with the lock itself, also for how long."""
    if quote.lock is None:
        return None
    price, excess = quote.priced_total, quote.excess
    promised = price if quote.covered is None else quote.covered
    covered = price - excess
    cover = Cover(quote.lock, price, covered, excess, promised - covered)
    if lock is None:
        return cover
    return attrs.evolve(
        cover, ends_at=lock.expires_at, is_outlasted=lock.last_day < quote.valid_until
    )
