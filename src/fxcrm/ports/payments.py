"""Where payments are asked for: card processors, wallets, account-to-account schemes.

Three things that are not the same have three errors. `PaymentDeclined`: the provider said no, and
will say no again. `PaymentUnsure`: the answer was lost, the money may have moved; repeat with the
same key, never with another one. `GatewayBroken`: nothing was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from fxcrm.charges import Charge, ChargeEvent, ChargeRequest, MinorUnits
from fxcrm.errors import EnvironmentFailed, InputRefused, NotThere, RuleRefused
from fxcrm.money import Money


class PaymentDeclined(RuleRefused):
    """The provider refuses to charge this method. The key stays declined (F11)."""

    reference: str
    code: str
    template = "the payment for {reference} was declined ({code:plain}); ask for another method"


class PaymentUnsure(EnvironmentFailed):
    """The request went out and no answer came back."""

    key: str
    template = "whether {key} was carried out is not known; repeat it with the same key"


class GatewayBroken(EnvironmentFailed):
    """The provider could not be reached, or could not do its part; nothing was done."""

    gateway: str
    reason: str
    template = "{gateway:plain} did nothing: {reason:plain}; try again with the same key"


class ChargeNotFound(NotThere):
    """The provider knows no such charge."""

    charge: str
    template = "there is no charge {charge}"


class ChargeExceeded(RuleRefused):
    """More was to be captured or refunded than there is."""

    charge: str
    step: str
    asked: Money
    available: Money
    template = "charge {charge}: {available} is left to {step:plain}, not {asked}"


class ChargeNotCancellable(RuleRefused):
    """Nothing of the charge is left to be released."""

    charge: str
    state: str
    template = "charge {charge} is {state:plain}; nothing is left to release, refund it instead"


class MarkUnknown(InputRefused):
    """A mark that stands nowhere in the provider's history."""

    mark: str
    template = "no event has the mark {mark}; begin again from the start, and skip what is known"


class PaymentGateway(Protocol):
    """A provider. `PaymentGatewayContract` proves one.

    Every command has a key. The same key and content give the answer that was given before, and
    have one effect; the same key with other content raises `KeyReused` (F11), and a text that is
    no key `KeyRefused`. A command that was refused stays refused under its key. Every command may
    raise `PaymentUnsure` and `GatewayBroken`, every reading `GatewayBroken`.
    """

    @property
    def name(self) -> str:
        """How the provider is named in refusals and on payments."""
        ...

    @property
    def minor_units(self) -> MinorUnits:
        """The currencies that it takes, and how it counts them."""
        ...

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Charge somebody.

        Raises `PaymentDeclined`, `CurrencyNotTaken`, `AmountNotTaken`.
        """
        ...

    def find(self, charge: str, /) -> Charge | None:
        """The charge as it is now, or None."""
        ...

    def charges(self, reference: str) -> Iterator[Charge]:
        """The charges under a reference of ours as they are now, oldest first."""
        ...

    def capture(self, charge: str, amount: Money, *, key: str) -> Charge:
        """Take a part of what was authorised, or all of it.

        After a part, ``capturable`` says what may still be captured; some providers release it.
        Raises `ChargeNotFound`, `ChargeExceeded`, `AmountNotTaken`, `CurrencyMismatch`.
        """
        ...

    def refund(self, charge: str, amount: Money, *, key: str) -> Charge:
        """Give back a part of what was captured, or all of it. Raises as `capture` does."""
        ...

    def cancel(self, charge: str, *, key: str) -> Charge:
        """Release what was authorised and not captured.

        Raises `ChargeNotFound`, `ChargeNotCancellable`.
        """
        ...

    def events(self, after: str = "") -> Iterator[ChargeEvent]:
        """What happened after a mark, oldest first; from the beginning without one.

        Raises `MarkUnknown`.
        """
        ...
