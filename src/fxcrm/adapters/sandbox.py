"""For trials: a payment provider and a post office that exist in memory alone.

No money moves and no letter leaves. Both keep every promise of their ports, so that a flow can be
tried, demonstrated and tested; what they hold is gone with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from threading import RLock
from types import MappingProxyType
from typing import Final

import attrs

from fxcrm.charges import (
    Capturing,
    Charge,
    ChargeEvent,
    ChargeRequest,
    ChargeState,
    MinorUnits,
)
from fxcrm.errors import RuleRefused
from fxcrm.keys import checked_key
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.notices import Notice, Receipt
from fxcrm.ports.clock import Clock
from fxcrm.ports.notices import NoticeRejected
from fxcrm.ports.payments import (
    ChargeExceeded,
    ChargeNotCancellable,
    ChargeNotFound,
    GatewayBroken,
    MarkUnknown,
    PaymentDeclined,
    PaymentUnsure,
)
from fxcrm.ports.storage import KeyReused

# The methods: what a card or an account would do, told by its token.
PAYS: Final = "pays"
DECLINES: Final = "declines"
ASKS_THE_CUSTOMER: Final = "asks-the-customer"
LOSES_THE_ANSWER: Final = "loses-the-answer"
BREAKS: Final = "breaks"

# Counted as large providers do: some currencies without decimals in ISO 4217 have two, which must
# be zero, and those with three end in a zero.
SANDBOX_UNITS: Final = MinorUnits(
    "sandbox",
    MappingProxyType(
        {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "CNY": 2, "SEK": 2, "JPY": 0, "KRW": 0}
        | {"ISK": 2, "UGX": 2, "HUF": 2, "TWD": 2, "BHD": 3, "KWD": 3}
    ),
    MappingProxyType({"ISK": 100, "UGX": 100, "HUF": 100, "TWD": 100, "BHD": 10, "KWD": 10}),
)


@attrs.define
class _Account:
    """A charge as a provider keeps it: whole numbers of its own units."""

    id: str
    request: ChargeRequest
    state: ChargeState
    capturable: int
    captured: int = 0
    refunded: int = 0
    code: str = ""


class SandboxGateway:
    """A `PaymentGateway` in memory. The method of a request tells what becomes of it."""

    def __init__(self, clock: Clock, minor_units: MinorUnits = SANDBOX_UNITS) -> None:
        self._clock = clock
        self._minor_units = minor_units
        self._accounts: dict[str, _Account] = {}
        self._answers: dict[str, tuple[object, Charge | RuleRefused]] = {}
        self._history: list[ChargeEvent] = []
        self._turn = RLock()

    @property
    def name(self) -> str:
        """The name in its table of currencies."""
        return self._minor_units.gateway

    @property
    def minor_units(self) -> MinorUnits:
        """The currencies it takes."""
        return self._minor_units

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Charge the method, or do what its name says instead."""
        checked_key(key)
        units = self._minor_units.units(request.amount)
        if request.method == BREAKS:
            raise GatewayBroken(gateway=self.name, reason="the method says so")
        with self._turn:
            known = key in self._answers
            charge = self._once(key, ("ask", request), lambda: self._asked(request, units))
        if request.method == LOSES_THE_ANSWER and not known:
            raise PaymentUnsure(key=key)
        return charge

    def find(self, charge: str, /) -> Charge | None:
        """The charge, or None."""
        with self._turn:
            account = self._accounts.get(charge)
            return self._shown(account) if account else None

    def charges(self, reference: str) -> Iterator[Charge]:
        """Those under a reference, oldest first."""
        with self._turn:
            found = [one for one in self._accounts.values() if one.request.reference == reference]
            return iter([self._shown(one) for one in found])

    def capture(self, charge: str, amount: Money, *, key: str) -> Charge:
        """Take a part or all; the rest stays authorised."""
        return self._moved("capture", charge, amount, key)

    def refund(self, charge: str, amount: Money, *, key: str) -> Charge:
        """Give back a part or all."""
        return self._moved("refund", charge, amount, key)

    def cancel(self, charge: str, *, key: str) -> Charge:
        """Release what is not captured."""
        with self._turn:
            self._account(charge)
            return self._once(key, ("cancel", charge), lambda: self._released(charge))

    def events(self, after: str = "") -> Iterator[ChargeEvent]:
        """What happened after a mark."""
        with self._turn:
            marks = [one.mark for one in self._history]
            if after and after not in marks:
                raise MarkUnknown(mark=after)
            return iter(self._history[marks.index(after) + 1 if after else 0 :])

    def confirm(self, charge: str) -> Charge:
        """The customer takes the step that a pending charge waits for; not a part of the port."""
        with self._turn:
            account = self._account(charge)
            if account.state is ChargeState.PENDING:
                self._authorised(account, self._minor_units.units(account.request.amount))
            return self._shown(account)

    def _once(self, key: str, content: object, do: Callable[[], Charge]) -> Charge:
        """The answer of a key; refusals by rule are remembered as well (F11)."""
        known, answer = self._answers.get(checked_key(key), (content, None))
        if known != content:
            raise KeyReused(key=key)
        if answer is None:
            try:
                answer = do()
            except RuleRefused as refusal:
                answer = refusal
            self._answers[key] = content, answer
        if isinstance(answer, RuleRefused):
            raise answer.with_traceback(None)
        return answer

    def _asked(self, request: ChargeRequest, units: int) -> Charge:
        id = f"sandbox-{len(self._accounts) + 1}"
        account = _Account(id, request, ChargeState.PENDING, 0)
        self._accounts[id] = account
        if request.method == DECLINES:
            account.state, account.code = ChargeState.DECLINED, "insufficient_funds"
            self._note(account, "declined", units)
            raise PaymentDeclined(reference=request.reference, code=account.code)
        if request.method == ASKS_THE_CUSTOMER:
            self._note(account, "pending", units)
        else:
            self._authorised(account, units)
        return self._shown(account)

    def _authorised(self, account: _Account, units: int) -> None:
        account.state, account.capturable = ChargeState.AUTHORISED, units
        self._note(account, "authorised", units)
        if account.request.capturing is Capturing.AT_ONCE:
            self._captured(account, units)

    def _captured(self, account: _Account, units: int) -> None:
        account.state = ChargeState.CAPTURED
        account.captured += units
        account.capturable -= units
        self._note(account, "captured", units)

    def _moved(self, step: str, charge: str, amount: Money, key: str) -> Charge:
        with self._turn:
            account = self._account(charge)
            asked = account.request.amount
            if amount.currency is not asked.currency:
                raise CurrencyMismatch(left=asked, right=amount, operation=step)
            units = self._minor_units.units(amount)
            content = (step, charge, amount)
            return self._once(key, content, lambda: self._taken(step, account, units))

    def _taken(self, step: str, account: _Account, units: int) -> Charge:
        left = account.captured - account.refunded if step == "refund" else account.capturable
        if units > left:
            asked, available = self._money(account, units), self._money(account, left)
            raise ChargeExceeded(charge=account.id, step=step, asked=asked, available=available)
        if step == "refund":
            account.refunded += units
            self._note(account, "refunded", units)
        else:
            self._captured(account, units)
        return self._shown(account)

    def _released(self, charge: str) -> Charge:
        account = self._account(charge)
        left = account.capturable
        if not left and account.state is not ChargeState.PENDING:
            raise ChargeNotCancellable(charge=charge, state=account.state.value)
        account.capturable = 0
        if not account.captured:
            account.state = ChargeState.CANCELLED
        self._note(account, "cancelled", left)
        return self._shown(account)

    def _account(self, charge: str) -> _Account:
        found = self._accounts.get(charge)
        if found is None:
            raise ChargeNotFound(charge=charge)
        return found

    def _note(self, account: _Account, kind: str, units: int) -> None:
        mark, request = f"event-{len(self._history) + 1}", account.request
        at, amount = self._clock.now(), self._money(account, units)
        self._history.append(ChargeEvent(mark, at, kind, account.id, request.reference, amount))

    def _money(self, account: _Account, units: int) -> Money:
        return self._minor_units.money(units, account.request.amount.currency)

    def _shown(self, account: _Account) -> Charge:
        pending = account.state is ChargeState.PENDING
        return Charge(
            account.id,
            account.request.reference,
            account.request.amount,
            account.state,
            self._money(account, account.capturable),
            self._money(account, account.captured),
            self._money(account, account.refunded),
            account.code,
            f"https://sandbox.invalid/{account.id}" if pending else "",
        )


class SandboxNotifier:
    """A `Notifier` that keeps what it is sent, and sends nothing.

    ``rejecting`` holds the addresses that it rejects, as a mail server does with unknown ones.
    """

    def __init__(self, rejecting: Collection[str] = ()) -> None:
        self._rejecting = rejecting
        self._answers: dict[str, tuple[Notice, bool]] = {}
        self._turn = RLock()

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Keep it, once for each key."""
        with self._turn:
            rejected = notice.to in self._rejecting
            known, rejected = self._answers.setdefault(checked_key(key), (notice, rejected))
        if known != notice:
            raise KeyReused(key=key)
        if rejected:
            raise NoticeRejected(key=key, code="550")
        return Receipt(key, f"<{key}@sandbox.invalid>")

    def sent(self) -> tuple[tuple[str, Notice], ...]:
        """What was taken, in order, each notice with its message id."""
        with self._turn:
            answers = list(self._answers.items())
        taken = ((key, notice) for key, (notice, rejected) in answers if not rejected)
        return tuple((f"<{key}@sandbox.invalid>", notice) for key, notice in taken)
