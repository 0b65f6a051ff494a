"""Vouchers: entries written by hand, drafted first and posted or discarded later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.events import Event
from fxcrm.ids import AccountCode, CompanyId, OpenItemId, VoucherId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

VOUCHER_LIFECYCLE = Lifecycle(
    "voucher",
    "draft",
    FrozenMap(
        {
            ("draft", "change"): "draft",
            ("draft", "post"): "posted",
            ("draft", "discard"): "discarded",
        }
    ),
)


@attrs.frozen
class VoucherLine:
    """One line; debit positive. ``functional`` is given, or None: at the spot of the day."""

    account: AccountCode
    amount: Money
    functional: Money | None = None
    item: OpenItemId | None = None
    text: str = ""


def _held(lines: Iterable[VoucherLine]) -> tuple[VoucherLine, ...]:
    return tuple(lines)


@attrs.frozen
class Voucher:
    """An entry that is not booked yet; as a draft it need not balance."""

    id: VoucherId
    company: CompanyId
    on: date
    text: str
    lines: tuple[VoucherLine, ...] = attrs.field(converter=_held)
    state: str = VOUCHER_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def drafted(
        cls, id: VoucherId, company: CompanyId, on: date, text: str, lines: Iterable[VoucherLine]
    ) -> Voucher:
        """A new draft."""
        return cls(id, company, on, text, lines, events=(Event("voucher drafted", id, on),))

    @property
    def is_draft(self) -> bool:
        """Whether it is neither posted nor discarded."""
        return self.state == VOUCHER_LIFECYCLE.start

    def changed(
        self,
        on: date | None = None,
        text: str | None = None,
        lines: Iterable[VoucherLine] | None = None,
    ) -> Voucher:
        """The same draft with another day, text or lines. Raises `TransitionRefused`."""
        VOUCHER_LIFECYCLE.after(self.state, "change")
        day = self.on if on is None else on
        return attrs.evolve(
            self,
            on=day,
            text=self.text if text is None else text,
            lines=self.lines if lines is None else lines,
            events=(*self.events, Event("voucher changed", self.id, day)),
        )

    def posted(self, on: date) -> Voucher:
        """Its entry was booked. Raises `TransitionRefused`."""
        return self._moved("post", on)

    def discarded(self, on: date) -> Voucher:
        """It will never be booked. Raises `TransitionRefused`."""
        return self._moved("discard", on)

    def _moved(self, command: str, on: date) -> Voucher:
        state = VOUCHER_LIFECYCLE.after(self.state, command)
        event = Event(f"voucher {state}", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))
