"""The contract of payment gateways on the sandbox, and on gateways that are wrong in one place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from fxcrm.adapters.sandbox import (
    ASKS_THE_CUSTOMER,
    BREAKS,
    DECLINES,
    LOSES_THE_ANSWER,
    PAYS,
    SANDBOX_UNITS,
    SandboxGateway,
)
from fxcrm.charges import (
    AmountNotTaken,
    Capturing,
    Charge,
    ChargeEvent,
    ChargeRequest,
    ChargeState,
    CurrencyNotTaken,
    MinorUnits,
)
from fxcrm.currencies import Currency
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.ports.payments import (
    ChargeExceeded,
    GatewayBroken,
    PaymentDeclined,
    PaymentGateway,
    PaymentUnsure,
)
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import Outcome, PaymentGatewayContract, PromiseBroken, proved

CLOCK = SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


class TestSandboxGateway(PaymentGatewayContract):
    """The gateway for trials."""

    paying, declining, unsure, breaking = PAYS, DECLINES, LOSES_THE_ANSWER, BREAKS

    def open_gateway(self) -> PaymentGateway:
        """A new one each time."""
        return SandboxGateway(CLOCK)


class _Charging(SandboxGateway):
    """Charges again for a key it has seen."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Forgets the key."""
        self._answers.clear()
        return super().ask(request, key=key)


class _Trusting(SandboxGateway):
    """Gives the answer of a key whatever is asked."""

    def _once(self, key: str, content: object, do: Callable[[], Charge]) -> Charge:
        known = self._answers.get(key, (content, None))[0]
        return super()._once(key, known, do)


class _Generous(SandboxGateway):
    """Refunds more than it has captured."""

    def _taken(self, step: str, account: Any, units: int) -> Charge:
        if step == "capture":
            return super()._taken(step, account, units)
        account.refunded += units
        return self._shown(account)


class _Greedy(SandboxGateway):
    """Captures more than was authorised."""

    def _taken(self, step: str, account: Any, units: int) -> Charge:
        account.capturable = max(units, account.capturable)
        return super()._taken(step, account, units)


class _Timid(SandboxGateway):
    """Says that it is broken where the customer's bank says no."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Mixes the two up."""
        try:
            return super().ask(request, key=key)
        except PaymentDeclined as refusal:
            raise GatewayBroken(gateway=self.name, reason=refusal.code) from refusal


class _Secretive(SandboxGateway):
    """Charges, and then says that it is broken."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Does what it denies."""
        if request.method == BREAKS:
            super().ask(attrs.evolve(request, method=PAYS), key=key)
            raise GatewayBroken(gateway=self.name, reason="timed out")
        return super().ask(request, key=key)


class _Forgetful(SandboxGateway):
    """Makes a second charge where an answer was lost."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Forgets the key of what it did not answer."""
        try:
            return super().ask(request, key=key)
        except PaymentUnsure:
            self._answers[key] = (
                ("ask", request),
                super().ask(attrs.evolve(request, method=PAYS), key=f"{key}-again"),
            )
            raise


class _ByTheBook(SandboxGateway):
    """Counts by ISO 4217 and not by its own table: a hundred times too little in ISK."""

    def _money(self, account: Any, units: int) -> Money:
        return Money.from_minor(units, account.request.amount.currency)


class _Rounding(SandboxGateway):
    """Rounds what it can not count."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Charges the least there is."""
        try:
            return super().ask(request, key=key)
        except AmountNotTaken:
            least = self.minor_units.money(100, request.amount.currency)
            return super().ask(attrs.evolve(request, amount=least), key=key)


class _Repeating(SandboxGateway):
    """Tells the event at the mark once more."""

    def events(self, after: str = "") -> Iterator[ChargeEvent]:
        """Begins one event too early."""
        told, later = list(super().events()), list(super().events(after))
        return iter(told[max(0, len(told) - len(later) - 1) :] if after else told)


class _Relenting(SandboxGateway):
    """Tries a refused command again under the same key."""

    def _once(self, key: str, content: object, do: Callable[[], Charge]) -> Charge:
        try:
            return super()._once(key, content, do)
        except ChargeExceeded:
            self._answers.pop(key, None)
            raise


class _Mixing(SandboxGateway):
    """Lists the charges of every reference that begins alike."""

    def charges(self, reference: str) -> Iterator[Charge]:
        """As a search would."""
        every = (self._shown(one) for one in self._accounts.values())
        return (one for one in every if one.reference.startswith(reference))


class _Slow(SandboxGateway):
    """Captures nothing by itself."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Authorises."""
        return super().ask(attrs.evolve(request, capturing=Capturing.LATER), key=key)


class _Hasty(SandboxGateway):
    """Captures everything at once."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Captures."""
        return super().ask(attrs.evolve(request, capturing=Capturing.AT_ONCE), key=key)


class _Worldly(SandboxGateway):
    """Takes every currency for its first one."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Changes the label (M8)."""
        try:
            return super().ask(request, key=key)
        except CurrencyNotTaken:
            amount = Money(request.amount.amount, "EUR")
            return super().ask(attrs.evolve(request, amount=amount), key=key)

    def _moved(self, step: str, charge: str, amount: Money, key: str) -> Charge:
        try:
            return super()._moved(step, charge, amount, key)
        except CurrencyMismatch:
            return super()._moved(step, charge, Money(amount.amount, "EUR"), key)


class _Tidy(SandboxGateway):
    """Makes a key out of anything."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Takes what is left of it."""
        return super().ask(request, key=str(key).encode("ascii", "ignore").hex()[:200] or "none")


class _Idle(SandboxGateway):
    """Cancels on paper alone."""

    def _released(self, charge: str) -> Charge:
        return self._shown(self._account(charge))


class _Leaking(SandboxGateway):
    """Lets through what its driver raises."""

    def ask(self, request: ChargeRequest, *, key: str) -> Charge:
        """Writes the reference into a header."""
        request.reference.encode("ascii")
        return super().ask(request, key=key)

    def find(self, charge: str, /) -> Charge | None:
        """As a dictionary would."""
        return self._shown(self._accounts[charge])


def kit(wrong: type[SandboxGateway]) -> Any:
    """The kit on a wrong gateway."""

    class Kit(TestSandboxGateway):
        def open_gateway(self) -> PaymentGateway:
            return wrong(CLOCK)

    return Kit


@pytest.mark.parametrize(
    ("wrong", "test", "promise"),
    [
        (_Charging, "test_a_repeated_key_has_one_effect", "the answer is the same"),
        (_Trusting, "test_a_key_has_one_content", "another amount under the same key"),
        (_Generous, "test_no_more_is_refunded_than_captured", "no more is refunded than captured"),
        (_Greedy, "test_no_more_is_captured_than_authorised", "no more is captured than"),
        (_Timid, "test_a_decline_is_a_decline", "a declined payment is refused as such"),
        (_Secretive, "test_a_broken_gateway_did_nothing", "nothing was done"),
        (_Forgetful, "test_a_lost_answer_is_found_by_its_key", "one charge was made"),
        (_ByTheBook, "test_every_currency_is_counted_as_the_provider_counts", "amount in ISK"),
        (_Rounding, "test_what_can_not_be_counted_is_refused", "is refused"),
        (_Repeating, "test_events_follow_a_mark", "from any mark on"),
        (_Relenting, "test_a_refused_key_stays_refused", "its key stays refused"),
        (_Slow, "test_a_payment_is_captured_at_once", "all of it is captured"),
        (_Hasty, "test_a_payment_is_captured_later_in_parts", "it is authorised"),
        (_Worldly, "test_other_currencies_are_refused", "a currency that is not taken"),
        (_Worldly, "test_a_charge_keeps_its_currency", "another currency is refused"),
        (_Tidy, "test_a_key_is_a_key", "'' is refused as a key"),
        (_Idle, "test_what_is_not_captured_can_be_released", "it is cancelled"),
        (_Leaking, "test_what_is_not_there_is_not_found", "An unknown charge is None to a reader"),
        (_Leaking, "test_failures_are_ours", "No driver's exception leaks"),
        (_Mixing, "test_charges_are_found_by_our_reference", "listed by our reference"),
    ],
)
def test_a_wrong_gateway_is_found_out(wrong: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong gateway and names the promise that it broke."""
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(wrong)(), test)()


def test_what_a_gateway_can_not_be_made_to_do_is_not_shown() -> None:
    """Without tokens for it, declines, lost answers and breakdowns are reported as not shown."""

    class Plain(PaymentGatewayContract):
        def open_gateway(self) -> PaymentGateway:
            return SandboxGateway(CLOCK)

    report = proved(Plain)
    assert report.holds
    assert [one.test for one in report.of(Outcome.NOT_SHOWN)] == [
        "test_a_decline_is_a_decline",
        "test_a_lost_answer_is_found_by_its_key",
        "test_a_broken_gateway_did_nothing",
    ]


def test_a_customer_with_a_step_to_take() -> None:
    """A pending charge takes nothing until the customer has been where it sends them."""
    gateway = SandboxGateway(CLOCK)
    request = ChargeRequest("INV-1", Money("10.00", "EUR"), ASKS_THE_CUSTOMER)
    charge = gateway.ask(request, key="INV-1/1")
    assert (charge.state, charge.captured) == (ChargeState.PENDING, Money.zero("EUR"))
    assert charge.next_step == "https://sandbox.invalid/sandbox-1"
    assert gateway.confirm(charge.id).captured == request.amount
    assert gateway.confirm(charge.id) == gateway.find(charge.id)
    assert [one.kind for one in gateway.events()] == ["pending", "authorised", "captured"]
    again = gateway.ask(attrs.evolve(request, reference="INV-2"), key="INV-2/1")
    assert gateway.cancel(again.id, key="INV-2/2").state is ChargeState.CANCELLED


def test_threads_share_a_gateway() -> None:
    """Eight threads with one key charge once."""
    gateway, ids = SandboxGateway(CLOCK), []
    request = ChargeRequest("INV-1", Money("10.00", "EUR"), PAYS, Capturing.AT_ONCE)
    threads = [
        threading.Thread(target=lambda: ids.append(gateway.ask(request, key="INV-1/1").id))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == ["sandbox-1"] * 8
    assert len(list(gateway.charges("INV-1"))) == 1


def test_a_table_counts_in_units_of_its_own() -> None:
    """ISK has no decimals in ISO 4217 and two at this provider, BHD has three that end in zero."""
    assert SANDBOX_UNITS.units(Money("500", "ISK")) == 50_000
    assert SANDBOX_UNITS.money(50_000, Currency("ISK")) == Money("500", "ISK")
    assert SANDBOX_UNITS.units(Money("1.230", "BHD")) == 1_230
    assert SANDBOX_UNITS.money(0, "JPY").is_zero
    for amount in ("0.50", "1.005", "0", "-5", "9223372036854775808"):
        with pytest.raises(AmountNotTaken):
            SANDBOX_UNITS.units(Money(amount, "ISK"))
    with pytest.raises(AmountNotTaken, match="sandbox does not take 1235: only multiples of 10"):
        SANDBOX_UNITS.money(1_235, "BHD")
    assert hash(SANDBOX_UNITS) == hash(attrs.evolve(SANDBOX_UNITS))
    assert MinorUnits("bank", {"EUR": 2}) != SANDBOX_UNITS
