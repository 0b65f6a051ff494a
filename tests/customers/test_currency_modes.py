"""Currency modes, agreements and preferences: a state machine against a model of sets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fxcrm.currencies import Currency
from fxcrm.customers import (
    CurrencyMode,
    CurrencyNotAgreed,
    Customer,
    CustomerNotActive,
    ModeRefused,
    ModeUnknown,
    PreferenceRefused,
)
from fxcrm.customers import currencymodes as modes
from fxcrm.errors import RuleRefused
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.lifecycles import TransitionRefused

EUR, USD, GBP, JPY = CURRENCIES = [Currency(code) for code in ("EUR", "USD", "GBP", "JPY")]
FIRST = date(2026, 1, 1)
ANY_CURRENCY, ANY_MODE = st.sampled_from(CURRENCIES), st.sampled_from(CurrencyMode)


def _registered(mode: CurrencyMode = CurrencyMode.AGREED, currency: Currency = EUR) -> Customer:
    return Customer.register(
        CustomerId("acme"),
        company=CompanyId("nordwind"),
        name="Acme",
        country="DE",
        currency=currency,
        home=EUR,
        mode=mode,
        on=FIRST,
    )


class Agreements(RuleBasedStateMachine):
    """What a customer may be billed in, kept as a set of codes beside the customer."""

    @initialize(currency=ANY_CURRENCY)
    def register(self, currency: Currency) -> None:
        """Any currency is a start in the usual mode."""
        self.customer = _registered(currency=currency)
        self.mode, self.agreed = CurrencyMode.AGREED, {currency}
        self.noted = [(currency, FIRST)]
        self.day = FIRST

    def _allowed(self) -> set[Currency]:
        """By hand: what the mode lets through."""
        if self.mode is CurrencyMode.ANY:
            return set(CURRENCIES)
        return self.agreed

    @rule(currency=ANY_CURRENCY, days=st.integers(-1, 3))
    def prefer(self, currency: Currency, days: int) -> None:
        """Only what may be billed; a day is never before the last one noted."""
        on = self.day + timedelta(days=days)
        preferred = self.noted[-1][0]
        try:
            self.customer = self.customer.prefer(currency, on, "ada")
        except CurrencyNotAgreed:
            assert currency not in self._allowed()
            return
        except PreferenceRefused:
            assert on < self.noted[-1][1]
            return
        assert currency in self._allowed()
        if currency is not preferred:
            self.noted.append((currency, on))
            self.agreed |= {currency}
            self.day = on

    @rule(currency=ANY_CURRENCY)
    def agree(self, currency: Currency) -> None:
        """One more, unless the mode allows one only."""
        single = self.mode in (CurrencyMode.HOME, CurrencyMode.ONE)
        try:
            self.customer = self.customer.agree(currency, self.day)
        except ModeRefused:
            assert single
            assert currency not in self.agreed
            return
        self.agreed |= {currency}

    @rule(currency=ANY_CURRENCY)
    def withdraw(self, currency: Currency) -> None:
        """Never the preferred one, nor one that was not agreed."""
        try:
            self.customer = self.customer.withdraw(currency, self.day)
        except ModeRefused:
            assert currency is self.noted[-1][0]
            return
        except CurrencyNotAgreed:
            assert currency not in self.agreed
            return
        self.agreed -= {currency}

    @rule(mode=ANY_MODE)
    def set_mode(self, mode: CurrencyMode) -> None:
        """Home wants the home currency preferred, one foreign another one."""
        preferred = self.noted[-1][0]
        fits = {CurrencyMode.HOME: preferred is EUR, CurrencyMode.ONE: preferred is not EUR}
        try:
            self.customer = self.customer.in_mode(mode, EUR, self.day)
        except ModeRefused:
            assert not fits[mode]
            return
        assert fits.get(mode, True)
        self.mode = mode
        if mode in fits:
            self.agreed = {preferred}

    @invariant()
    def only_what_is_allowed_gets_through(self) -> None:
        """The mode never lets a currency outside through, and stops none inside."""
        if not hasattr(self, "customer"):
            return
        for currency in CURRENCIES:
            try:
                let_through = self.customer.agreed(currency) is currency
            except CurrencyNotAgreed:
                let_through = False
            assert let_through is (currency in self._allowed())
        assert self.customer.currency in self._allowed()

    @invariant()
    def every_preference_is_kept(self) -> None:
        """In order; the currency of each day is the last one noted by then."""
        if not hasattr(self, "customer"):
            return
        history = [(one.currency, one.since) for one in self.customer.history]
        assert history == self.noted
        assert self.customer.currency is self.noted[-1][0]
        for _, day in self.noted:
            last = [currency for currency, since in self.noted if since <= day][-1]
            assert self.customer.preferred_on(day) is last


TestAgreements = Agreements.TestCase
TestAgreements.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)


def test_modes_are_words() -> None:
    """In short or in full; another word is refused with those that there are."""
    for mode in CurrencyMode:
        assert CurrencyMode.parse(mode.value) is CurrencyMode.parse(mode.name.lower()) is mode
    with pytest.raises(ModeUnknown, match="there are home, one, agreed, any"):
        CurrencyMode.parse("HOME")


def test_a_mode_needs_to_know_the_home_currency() -> None:
    """Who registers by hand is told what is missing; a second currency does not fit."""
    given = {"company": CompanyId("n"), "name": "A", "country": "DE", "on": FIRST}
    with pytest.raises(ModeRefused, match="the company's own"):
        Customer.register(CustomerId("a"), currency=EUR, mode=CurrencyMode.HOME, **given)  # type: ignore[arg-type]
    for mode, currency in ((CurrencyMode.HOME, EUR), (CurrencyMode.ONE, USD)):
        with pytest.raises(ModeRefused, match="name the one currency only"):
            Customer.register(
                CustomerId("a"), currency=currency, also=(GBP,), mode=mode, home=EUR, **given  # type: ignore[arg-type]
            )  # fmt: skip


def test_preferences_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as are allowed are kept, one more is refused (F18)."""
    monkeypatch.setattr("fxcrm.customers.register.MOST_PREFERENCES", 3)
    assert modes.MOST_PREFERENCES == 1_000
    held = _registered(CurrencyMode.ANY).prefer(USD, FIRST).prefer(GBP, FIRST)
    with pytest.raises(PreferenceRefused, match="at most 3"):
        held.prefer(JPY, FIRST)
    assert held.prefer(GBP, FIRST) is held


def test_one_that_is_not_active_takes_no_new_records() -> None:
    """Inactive or merged: the refusal names the way out; what is final can not be changed."""
    held = _registered()
    inactive = held.deactivate("moved away", FIRST)
    merged = inactive.merge_into(CustomerId("acme-2"), FIRST)
    for one, way_out in ((inactive, "reactivate it first"), (merged, "use acme-2")):
        with pytest.raises(CustomerNotActive, match=way_out) as caught:
            one.agreed(EUR)
        assert isinstance(caught.value, RuleRefused)
    assert inactive.reactivate(FIRST).agreed(EUR) is EUR
    assert inactive.change(FIRST, name="Acme Ltd.").name == "Acme Ltd."
    with pytest.raises(TransitionRefused):
        merged.change(FIRST, name="x")
    with pytest.raises(TransitionRefused):
        merged.reactivate(FIRST)
