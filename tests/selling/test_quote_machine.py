"""Quotes against a model that knows nothing of them: any commands, in any order, on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.ids import DealId, EnquiryId, LockId, QuoteId
from fxcrm.money import Money
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    LineWish,
    LockChoice,
    accept_quote,
    approve_quote,
    change_currency,
    draft_quote,
    edit_quote,
    lapse_quote,
    lock_rate,
    qualify_enquiry,
    receive_enquiry,
    requote_quote,
    revise_quote,
)
from fxcrm.usecases.consenting import rules_on
from tests.ledger.notation import value
from tests.selling.quote_model import ASKED, ROLES, Line, Model, Possible
from tests.usecases.office import ACME, EUR, Office

RULES = SellingRules.read(
    {
        "taxes": {
            "rates": [{"goods": "pumps", "name": "VAT", "percent": "19", "since": date(2020, 1, 1)}]
        },
        "approvals": {
            "roles": {role: sorted(names) for role, names in ROLES.items()},
            "rules": [
                {"name": "large", "amount_above": "EUR 5000.00", "roles": sorted(ASKED["large"])},
                {"name": "dollars", "currencies": ["USD"], "roles": sorted(ASKED["dollars"])},
            ],
        },
    }
)
lines = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.builds(lambda units: Fraction(units, 100), st.integers(1, 250_000)),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
currencies = st.sampled_from(("EUR", "USD", "GBP"))
days = st.integers(0, 12)


def _wishes(drawn: tuple[Line, ...]) -> list[LineWish]:
    return [
        LineWish(
            "Pump", Decimal(many), Money(Decimal(int(price * 100)).scaleb(-2), "EUR"),
            tax="pumps" if taxed else "",
        )
        for many, price, taxed in drawn
    ]  # fmt: skip


class QuoteMachine(RuleBasedStateMachine):
    """Every command is given to both; they agree on whether it is possible, and on each total."""

    def __init__(self) -> None:
        super().__init__()
        self.office, self.model = Office().open(), Model()
        self.day, self.made = date(2026, 1, 2), 0

    def _id(self) -> str:
        self.made += 1
        return f"Q-{self.made}"

    def _pick(self, at: int) -> str:
        newest = list(self.model.quotes)[-4:]
        return newest[at % len(newest)]

    def _both(self, possible: Possible, command: Callable[[Desk], object]) -> None:
        before = self.office.store.digest()
        try:
            self.office.at(self.day, lambda desk: command(attrs.evolve(desk, selling=RULES)))
        except FxcrmError:
            assert not possible
            assert self.office.store.digest() == before
        else:
            assert possible

    @initialize(drawn=lines, currency=currencies, lasting=days)
    def begin(self, drawn: tuple[Line, ...], currency: str, lasting: int) -> None:
        """There is always a quote."""
        self.draft(drawn, currency, lasting)

    @rule(drawn=lines, currency=currencies, lasting=days)
    def draft(self, drawn: tuple[Line, ...], currency: str, lasting: int) -> None:
        """One more."""
        id, day = self._id(), self.day
        valid = day + timedelta(days=lasting)
        self.model.draft(id, drawn, currency, day, valid)

        def command(desk: Desk) -> None:
            enquiry, deal = EnquiryId(id), DealId(id)
            receive_enquiry(desk, enquiry, customer=ACME, subject="?", channel="", on=day)
            qualify_enquiry(desk, enquiry, deal=deal, value=Money("1.00", "EUR"), on=day)
            draft_quote(
                desk, QuoteId(id), deal=deal, currency=Currency(currency), priced_in=EUR,
                lines=_wishes(drawn), on=day, valid_until=valid,
            )  # fmt: skip

        self._both(possible=True, command=command)

    @rule(
        at=days, drawn=lines, terms=st.sampled_from(("", "net")), by=st.sampled_from(("ada", "hal"))
    )
    def edit(self, at: int, drawn: tuple[Line, ...], terms: str, by: str) -> None:
        """Other lines and terms, by somebody."""
        id = self._pick(at)
        self._both(
            self.model.edit(id, drawn, terms, by),
            lambda desk: edit_quote(
                desk, QuoteId(id), lines=_wishes(drawn), texts={"terms": terms}, on=self.day, by=by
            ),
        )

    @rule(at=days, lasting=st.integers(-1, 9))
    def lock(self, at: int, lasting: int) -> None:
        """A promise, which may be over before it begins."""
        id, lock = self._pick(at), f"L{self._id()}"
        until = self.day + timedelta(days=lasting)
        self._both(
            self.model.lock(id, lock, self.day, until),
            lambda desk: lock_rate(
                desk, LockId(lock), quote=QuoteId(id), on=self.day, until=until, zone="UTC"
            ),
        )

    @rule(at=days, currency=currencies, choice=st.sampled_from(LockChoice))
    def convert(self, at: int, currency: str, choice: LockChoice) -> None:
        """Another document currency: at a rate, or not at all (M8)."""
        id = self._pick(at)
        self._both(
            self.model.convert(id, currency, self.day, choice.value),
            lambda desk: change_currency(
                desk, QuoteId(id), currency=Currency(currency), on=self.day, lock=choice
            ),
        )

    @rule(
        at=days,
        by=st.sampled_from(("hal", "ada", "fay")),
        role=st.sampled_from(("", "head", "finance")),
    )
    def approve(self, at: int, by: str, role: str) -> None:
        """Somebody consents in a role, or tries to release without one."""
        id = self._pick(at)
        self._both(
            self.model.approve(id, by, role, self.day),
            lambda desk: approve_quote(desk, QuoteId(id), by=by, role=role, on=self.day),
        )

    @rule(at=days, act=st.sampled_from(("accept", "lapse")))
    def answer(self, at: int, act: str) -> None:
        """Yes, or no answer at all."""
        id = self._pick(at)
        run = accept_quote if act == "accept" else lapse_quote
        self._both(
            getattr(self.model, act)(id, self.day),
            lambda desk: run(desk, QuoteId(id), on=self.day),
        )

    @rule(at=days)
    def revise(self, at: int) -> None:
        """The next version."""
        id, new = self._pick(at), self._id()
        self._both(
            self.model.revise(id, new, self.day),
            lambda desk: revise_quote(desk, QuoteId(new), quote=QuoteId(id), on=self.day),
        )

    @rule(at=days, lasting=days)
    def requote(self, at: int, lasting: int) -> None:
        """The lapsed one anew, at twice the price of its first line."""
        id, new, valid = self._pick(at), self._id(), self.day + timedelta(days=lasting)
        price = self.model.quotes[id]["lines"][0][1] * 2
        amount = Money(Decimal(int(price * 100)).scaleb(-2), "EUR")
        self._both(
            self.model.requote(id, new, self.day, valid),
            lambda desk: requote_quote(
                desk, QuoteId(new), quote=QuoteId(id), on=self.day, valid_until=valid,
                prices={1: amount}, deal=DealId(new),
            ),
        )  # fmt: skip

    @precondition(lambda self: self.day < date(2026, 4, 1))
    @rule(more=st.integers(1, 6))
    def wait(self, more: int) -> None:
        """Days go by."""
        self.day += timedelta(days=more)

    @invariant()
    def both_agree(self) -> None:
        """State, version and total of every quote; what is released has every consent it needs."""
        with self.office.desk(self.day) as plain:
            desk = attrs.evolve(plain, selling=RULES)
            for id, known in self.model.quotes.items():
                quote = desk.uow.quotes.get(QuoteId(id))
                found = (quote.state, quote.revision, value(quote.total), quote.currency.code)
                assert found == (
                    known["state"], known["revision"], self.model.total(known), known["currency"],
                )  # fmt: skip
                if quote.state in ("approved", "accepted"):
                    assert quote.unmet(rules_on(desk, quote, known["approved_on"])) == ()


QuoteMachine.TestCase.settings = settings(
    max_examples=max(8, settings().max_examples // 4), stateful_step_count=25
)
TestQuotes = QuoteMachine.TestCase
