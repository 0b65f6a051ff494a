"""The contract of `fxcrm.ports.payments`: subclass it and override ``open_gateway``.

A provider's sandbox says by the method what becomes of a payment. Name yours: the tokens of a
method that pays, of one that is declined, and where there are such, of one whose answer is lost
and of one that breaks. What a provider can not be made to do is reported as not shown.

A sandbox that remembers earlier runs needs a ``run`` of its own each time, such as the hour.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from fxcrm.charges import (
    AmountNotTaken,
    Capturing,
    Charge,
    ChargeEvent,
    ChargeRequest,
    ChargeState,
    CurrencyNotTaken,
)
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.keys import KeyRefused
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.ports.payments import (
    ChargeExceeded,
    ChargeNotCancellable,
    ChargeNotFound,
    GatewayBroken,
    MarkUnknown,
    PaymentDeclined,
    PaymentGateway,
    PaymentUnsure,
)
from fxcrm.ports.storage import KeyReused
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

NO_KEYS: Final = ("", " ", "a b", "a\nb", "ü", "\0", "a" * 201, None)
_TENTH: Final = Decimal("0.1")
_RARE: Final = ("XTS", "CLF", "DEM", "ROL")  # codes of which no provider takes all


class PaymentGatewayContract(Contract):
    """All promises of a payment gateway. Override ``open_gateway``, and name its methods."""

    paying: str = "pays"
    declining: str = ""
    unsure: str = ""
    breaking: str = ""
    run: str = "kit"

    def open_gateway(self) -> PaymentGateway:
        """A gateway to a sandbox, never to real money. Override this."""
        raise NotImplementedError

    def _amount(self, gateway: PaymentGateway, steps: int = 10_000) -> Money:
        """So many times the least that is taken, in the first of its currencies."""
        return self._least(gateway, next(iter(gateway.minor_units.digits))) * steps

    @staticmethod
    def _least(gateway: PaymentGateway, code: str) -> Money:
        return gateway.minor_units.money(gateway.minor_units.steps.get(code, 1), code)

    def _asked(
        self, gateway: PaymentGateway, name: str, capturing: Capturing = Capturing.LATER
    ) -> Charge:
        """A charge of 10,000 steps under a reference and key of this name."""
        request = self._request(name, self._amount(gateway), capturing=capturing)
        return gateway.ask(request, key=self._key(name))

    def _request(
        self,
        name: str,
        amount: Money,
        method: str = "",
        capturing: Capturing = Capturing.AT_ONCE,
    ) -> ChargeRequest:
        return ChargeRequest(self._key(name), amount, method or self.paying, capturing)

    def _key(self, name: str) -> str:
        return f"{self.run}-{name}"

    def _state(self, gateway: PaymentGateway, name: str) -> tuple[list[Charge], list[ChargeEvent]]:
        """What can be seen of a reference."""
        reference = self._key(name)
        events = [one for one in gateway.events() if one.reference == reference]
        return list(gateway.charges(reference)), events

    def test_a_payment_is_captured_at_once(self) -> None:
        """A charge that is captured at once is captured in full, and found so."""
        gateway = self.open_gateway()
        amount = self._amount(gateway)
        charge = self._asked(gateway, "once", Capturing.AT_ONCE)
        expect("the amount is that asked for", charge.amount, amount)
        expect("all of it is captured", (charge.state, charge.captured), _captured(amount))
        expect("nothing is left to capture", charge.capturable.is_zero, True)
        expect("the reference is ours", charge.reference, self._key("once"))
        expect("it is found by its id", gateway.find(charge.id), charge)

    def test_a_payment_is_captured_later_in_parts(self) -> None:
        """An authorised charge takes nothing until it is captured, in part or whole."""
        gateway = self.open_gateway()
        charge, part = self._asked(gateway, "later"), self._amount(gateway, 4_000)
        expect("it is authorised", charge.state, ChargeState.AUTHORISED)
        expect("nothing is captured yet", charge.captured.is_zero, True)
        expect("all of it may be captured", charge.capturable, charge.amount)
        after = gateway.capture(charge.id, part, key=self._key("part"))
        expect("the part is captured", (after.state, after.captured), _captured(part))
        left = (charge.amount - part, Money.zero(part.currency))
        holds("the rest may be captured, or was released", after.capturable in left, after)
        if after.capturable:
            whole = gateway.capture(charge.id, after.capturable, key=self._key("rest"))
            expect("the rest is captured", whole.captured, charge.amount)

    def test_every_currency_is_counted_as_the_provider_counts(self) -> None:
        """An amount of every currency comes back equal, whatever its decimals there (units)."""
        gateway = self.open_gateway()
        for code in gateway.minor_units.digits:
            amount, name = self._least(gateway, code) * 12_345, f"units-{code}"
            charge = gateway.ask(self._request(name, amount), key=self._key(name))
            got = (charge.amount, charge.captured)
            expect(f"an amount in {code} comes back equal", got, (amount, amount))
            found = gateway.find(charge.id)
            expect("and is found equal", found and found.captured, amount)

    def test_what_can_not_be_counted_is_refused(self) -> None:
        """Parts of the least unit, zero and less are refused; nothing is rounded."""
        gateway = self.open_gateway()
        for code in gateway.minor_units.digits:
            least, name = self._least(gateway, code), f"least-{code}"
            for amount in (least * _TENTH, -least, Money.zero(code), least + least * _TENTH):
                with refused(f"{amount} is refused", AmountNotTaken):
                    gateway.ask(
                        self._request(name, amount), key=self._key(f"{name}/{amount.amount}")
                    )
            expect("nothing was charged", self._state(gateway, name), ([], []))

    def test_other_currencies_are_refused(self) -> None:
        """A currency that is not in the provider's table is refused, and the refusal names it."""
        gateway = self.open_gateway()
        code = next(one for one in _RARE if one not in gateway.minor_units.digits)
        with refused("a currency that is not taken is refused", CurrencyNotTaken) as refusal:
            request = self._request("rare", Money("10", Currency(code)))
            gateway.ask(request, key=self._key("rare"))
        expect("the refusal names it", refusal.operands("currency"), (code,))

    def test_a_repeated_key_has_one_effect(self) -> None:
        """The same key and content give the same answer and charge once (F11)."""
        gateway = self.open_gateway()
        first = self._asked(gateway, "twice", Capturing.AT_ONCE)
        before = self._state(gateway, "twice")
        expect("the answer is the same", self._asked(gateway, "twice", Capturing.AT_ONCE), first)
        part = self._amount(gateway, 3_000)
        refunds = [gateway.refund(first.id, part, key=self._key("back")) for _ in range(3)]
        expect("a refund is made once", {one.refunded for one in refunds}, {part})
        charges, events = self._state(gateway, "twice")
        expect("one charge", [one.id for one in charges], [first.id])
        expect("one refund more", len(events), len(before[1]) + 1)

    def test_a_key_has_one_content(self) -> None:
        """A key that comes back with other content is refused, and changes nothing (F11)."""
        gateway = self.open_gateway()
        charge = self._asked(gateway, "key", Capturing.AT_ONCE)
        before, least = self._state(gateway, "key"), self._amount(gateway, 1)
        others: dict[str, Any] = {
            "another amount": self._request("key", charge.amount + least),
            "another reference": self._request("key2", charge.amount),
            "another capturing": self._request("key", charge.amount, capturing=Capturing.LATER),
        }
        for what, request in others.items():
            with refused(f"{what} under the same key is refused", KeyReused):
                gateway.ask(request, key=self._key("key"))
        with refused("a refund under the key of a charge is refused", KeyReused):
            gateway.refund(charge.id, least, key=self._key("key"))
        expect("nothing was changed", self._state(gateway, "key"), before)

    def test_a_key_is_a_key(self) -> None:
        """Texts that can not travel as a key are refused before anything is done."""
        gateway = self.open_gateway()
        keys: tuple[Any, ...] = NO_KEYS
        for key in keys:
            with refused(f"{key!r} is refused as a key", KeyRefused):
                gateway.ask(self._request("nokey", self._amount(gateway)), key=key)
        expect("nothing was charged", self._state(gateway, "nokey"), ([], []))

    def test_a_decline_is_a_decline(self) -> None:
        """A declined payment is neither broken nor unsure, takes nothing, and stays declined."""
        method, gateway = _shown(self.declining, "declining"), self.open_gateway()
        request = self._request("declined", self._amount(gateway), method)
        for attempt in ("a declined payment is refused as such", "its key stays declined"):
            with refused(attempt, PaymentDeclined) as refusal:
                gateway.ask(request, key=self._key("declined"))
            holds("the provider's reason is told", refusal.error.code, refusal.error.code)
            expect("the reference is told", refusal.operands("reference"), (request.reference,))
        charges, _ = self._state(gateway, "declined")
        expect("nothing was taken", [one for one in charges if one.captured], [])

    def test_a_lost_answer_is_found_by_its_key(self) -> None:
        """After a lost answer the same key gives it, and the charge was made once (F11)."""
        method, gateway = _shown(self.unsure, "unsure"), self.open_gateway()
        request, key = self._request("lost", self._amount(gateway), method), self._key("lost")
        with refused("a lost answer is unsure", PaymentUnsure) as refusal:
            gateway.ask(request, key=key)
        expect("the refusal names the key", refusal.operands("key"), (key,))
        charge = gateway.ask(request, key=key)
        expect("the same key gives the answer", charge.captured, request.amount)
        charges, _ = self._state(gateway, "lost")
        expect("one charge was made", charges, [charge])

    def test_a_broken_gateway_did_nothing(self) -> None:
        """Where the gateway is broken nothing was done, and the error says so."""
        method, gateway = _shown(self.breaking, "breaking"), self.open_gateway()
        with refused("a broken gateway says so", GatewayBroken) as refusal:
            request = self._request("broken", self._amount(gateway), method)
            gateway.ask(request, key=self._key("broken"))
        expect("the gateway is named", refusal.operands("gateway"), (gateway.name,))
        expect("nothing was done", self._state(gateway, "broken"), ([], []))

    def test_no_more_is_captured_than_authorised(self) -> None:
        """What exceeds the authorised amount is refused with what is left, and nothing is taken."""
        gateway = self.open_gateway()
        charge = self._asked(gateway, "over")
        before, least = self._state(gateway, "over"), self._amount(gateway, 1)
        with refused("no more is captured than authorised", ChargeExceeded) as refusal:
            gateway.capture(charge.id, charge.amount + least, key=self._key("over/1"))
        expect("what is left is told", refusal.operands("available"), (charge.amount,))
        expect("nothing is taken", self._state(gateway, "over"), before)

    def test_no_more_is_refunded_than_captured(self) -> None:
        """Refunds in parts add up to what was captured, and never to more."""
        gateway = self.open_gateway()
        charge = self._asked(gateway, "refund", Capturing.AT_ONCE)
        part, least = self._amount(gateway, 6_000), self._amount(gateway, 1)
        after = gateway.refund(charge.id, part, key=self._key("refund/1"))
        expect("a part is refunded", (after.refunded, after.captured), (part, charge.amount))
        before = self._state(gateway, "refund")
        with refused("no more is refunded than captured", ChargeExceeded) as refusal:
            gateway.refund(charge.id, after.refundable + least, key=self._key("refund/2"))
        expect("what is left is told", refusal.operands("available"), (after.refundable,))
        expect("nothing is given", self._state(gateway, "refund"), before)
        whole = gateway.refund(charge.id, after.refundable, key=self._key("refund/3"))
        expect("the rest is refunded", whole.refunded, charge.amount)

    def test_a_refused_key_stays_refused(self) -> None:
        """A command that was refused stays refused under its key, though it could succeed now."""
        gateway = self.open_gateway()
        charge = self._asked(gateway, "stays")
        part = self._amount(gateway, 100)
        with refused("a refund before the capture is refused", ChargeExceeded):
            gateway.refund(charge.id, part, key=self._key("stays/1"))
        gateway.capture(charge.id, charge.amount, key=self._key("stays/2"))
        with refused("its key stays refused", ChargeExceeded):
            gateway.refund(charge.id, part, key=self._key("stays/1"))
        expect("nothing was given", _found(gateway, charge).refunded.is_zero, True)

    def test_what_is_not_captured_can_be_released(self) -> None:
        """An authorised charge can be cancelled; a captured one is refunded instead."""
        gateway = self.open_gateway()
        charge, least = self._asked(gateway, "cancel"), self._amount(gateway, 1)
        after = gateway.cancel(charge.id, key=self._key("cancel/1"))
        expect("it is cancelled", after.state, ChargeState.CANCELLED)
        expect("nothing is left to capture", after.capturable.is_zero, True)
        with refused("a cancelled charge takes nothing", ChargeExceeded):
            gateway.capture(charge.id, least, key=self._key("cancel/2"))
        paid = self._asked(gateway, "paid", Capturing.AT_ONCE)
        with refused("a captured charge is not cancelled", ChargeNotCancellable):
            gateway.cancel(paid.id, key=self._key("paid/1"))

    def test_a_charge_keeps_its_currency(self) -> None:
        """Captures and refunds in another currency are refused; nothing is converted (M8)."""
        gateway = self.open_gateway()
        codes = list(gateway.minor_units.digits)
        if len(codes) < 2:
            raise NotShown("the gateway takes one currency")
        charge = self._asked(gateway, "currency", Capturing.AT_ONCE)
        other = self._least(gateway, codes[1])
        for number, command in enumerate((gateway.capture, gateway.refund)):
            with refused("another currency is refused", CurrencyMismatch):
                command(charge.id, other, key=self._key(f"currency/{number}"))

    def test_charges_are_found_by_our_reference(self) -> None:
        """The charges of a reference are listed oldest first, those of another one are not."""
        gateway = self.open_gateway()
        amount, made = self._amount(gateway), []
        for number in range(3):
            request = self._request("listed", amount * (number + 1))
            made.append(gateway.ask(request, key=self._key(f"listed/{number}")))
        self._asked(gateway, "listed-2")
        found = list(gateway.charges(self._key("listed")))
        expect("charges are listed by our reference, oldest first", found, made)
        expect("an unknown reference has none", list(gateway.charges(self._key("none"))), [])

    def test_what_is_not_there_is_not_found(self) -> None:
        """An unknown charge is None to a reader, and a typed error to a command."""
        gateway = self.open_gateway()
        expect("an unknown charge is None", gateway.find("no-such-charge"), None)
        commands: dict[str, Any] = {
            "capture": lambda key: gateway.capture("no-such", self._amount(gateway), key=key),
            "refund": lambda key: gateway.refund("no-such", self._amount(gateway), key=key),
            "cancel": lambda key: gateway.cancel("no-such", key=key),
        }
        for name, command in commands.items():
            with refused(f"{name} of an unknown charge is refused", ChargeNotFound) as refusal:
                command(self._key(f"none/{name}"))
            expect("the charge is named", refusal.operands("charge"), ("no-such",))

    def test_events_follow_a_mark(self) -> None:
        """What happened is listed in order, each thing once, from any mark on (F10)."""
        gateway = self.open_gateway()
        marks = [one.mark for one in gateway.events()]
        charge, part = self._asked(gateway, "events"), self._amount(gateway, 100)
        gateway.capture(charge.id, charge.amount, key=self._key("events/1"))
        gateway.refund(charge.id, part, key=self._key("events/2"))
        new = list(gateway.events(marks[-1] if marks else ""))
        told = [(one.kind, one.charge, one.amount) for one in new]
        wanted = [("authorised", charge.amount), ("captured", charge.amount), ("refunded", part)]
        expect("in order, each once", told, [(kind, charge.id, much) for kind, much in wanted])
        expect("each has a mark of its own", len({one.mark for one in new}), 3)
        for place, event in enumerate(new, 1):
            expect("from any mark on", list(gateway.events(event.mark)), new[place:])
        holds("each has an instant", all(one.at.utcoffset() is not None for one in new), new)
        with refused("a mark that is unknown is refused", MarkUnknown):
            list(gateway.events("no-such-mark"))

    def test_failures_are_ours(self) -> None:
        """No driver's exception leaks: what is refused is an error of this library."""
        gateway = self.open_gateway()
        for reference in ("\0", "ü" * 500, "'; DROP TABLE charges; --"):
            request = ChargeRequest(reference, self._amount(gateway), self.paying)
            try:
                charge = gateway.ask(request, key=self._key(f"leak/{len(reference)}"))
            except FxcrmError:
                continue
            expect("what is taken comes back", charge.reference, reference)


def _captured(amount: Money) -> tuple[ChargeState, Money]:
    return ChargeState.CAPTURED, amount


def _found(gateway: PaymentGateway, charge: Charge) -> Charge:
    found = gateway.find(charge.id)
    if found is None:
        expect("a charge is found by its id", found, charge)
        raise NotShown("it was not found")
    return found


def _shown(method: str, name: str) -> str:
    if not method:
        raise NotShown(f"name a method in `{name}` to show it")
    return method
