"""Taxes and discounts of a quote: on the amounts of the document currency, adding up (M9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.ids import CompanyId, CustomerId, LockId, ProductId, QuoteId
from fxcrm.money import CurrencyMismatch, Money, Rounding
from fxcrm.plaindata import PlainTable, RulesRefused
from fxcrm.selling import Quote
from fxcrm.selling.discounts import Discount, DiscountExceedsPrice
from fxcrm.selling.taxrates import TaxMissing, TaxRates
from fxcrm.taxes import NET_PER_LINE, PriceBasis, Tax, TaxPolicy, TaxRepeated, TaxRounding
from tests.ledger.notation import chosen, half_even, instant, money, value
from tests.oracle import rounded

DAY, CENT = date(2026, 3, 2), Fraction(1, 100)
VAT, LEVY = Tax("VAT", "19"), Tax("Levy", "2.5")


def draft(policy: TaxPolicy = NET_PER_LINE, currency: str = "USD") -> Quote:
    """An empty quote, priced in euros."""
    return Quote.draft(
        QuoteId("Q-1"),
        number="Q-0001",
        company=CompanyId("nordwind"),
        customer=CustomerId("acme"),
        currency=currency,
        priced_in="EUR",
        on=DAY,
        valid_until=date(2026, 4, 1),
        tax_policy=policy,
    )


def test_a_taxed_quote_in_another_currency() -> None:
    """3 pumps at EUR 99.99 less 10 % at 1.0850: USD 292.92, 19 % of that USD 55.65, 348.57."""
    quote = draft().add(
        "Pump",
        quantity=3,
        unit_price=money("EUR 99.99"),
        product=ProductId("P-1"),
        discount=Discount.parse("10 %"),
        taxes=(VAT,),
    )
    quote = quote.at_rate(chosen("EUR/USD", "1.0850"))
    assert (quote.net, quote.tax) == (money("USD 292.92"), money("USD 55.65"))
    assert quote.total == money("USD 348.57")
    assert [(str(one.tax), one.base) for one in quote.taxes] == [("VAT 19 %", quote.net)]
    figure = quote.total_figure()
    assert figure.value == quote.total
    assert "VAT 19 % on the prices, rounded half up per line (M9)" in figure.explain()
    assert "quantity times unit price, less 10 %" in figure.explain()


def test_prices_with_their_tax_in_them() -> None:
    """EUR 119.00 with 19 % inside is 100.00 and 19.00; the total is the price itself."""
    gross = TaxPolicy(PriceBasis.GROSS)
    quote = draft(gross, "EUR").add(
        "Pump", quantity=1, unit_price=money("EUR 119.00"), taxes=(VAT,)
    )
    found = (quote.net, quote.tax, quote.total, quote.total_figure().value)
    assert found == tuple(map(money, ("EUR 100.00", "EUR 19.00", "EUR 119.00", "EUR 119.00")))


policies = st.builds(
    TaxPolicy,
    st.sampled_from(PriceBasis),
    st.sampled_from(TaxRounding),
    st.sampled_from((Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN)),
)
lines = st.lists(
    st.tuples(
        st.builds(lambda units: Decimal(units).scaleb(-2), st.integers(1, 10**4)),
        st.builds(lambda units: Decimal(units).scaleb(-3), st.integers(1, 10**7)),
        st.sampled_from((None, "7.5 %", "EUR 0.01", "100 %")),
        st.sampled_from(((), (VAT,), (VAT, LEVY), (LEVY,))),
    ),
    min_size=1,
    max_size=4,
)
Drawn = list[tuple[Decimal, Decimal, str | None, tuple[Tax, ...]]]


def _filled(policy: TaxPolicy, drawn: Drawn, rate: Decimal | None) -> Quote:
    quote = draft(policy, "USD" if rate else "EUR")
    for quantity, price, off, taxes in drawn:
        discount = None if off is None else Discount.parse(off)
        unit_price = Money(max(price, 1 / quantity), "EUR")
        quote = quote.add(
            "Line", quantity=quantity, unit_price=unit_price, discount=discount, taxes=taxes
        )
    return quote if rate is None else quote.at_rate(chosen("EUR/USD", rate))


def _exact(line: tuple[Decimal, Decimal, str | None, tuple[Tax, ...]], price: Money) -> Fraction:
    whole = Fraction(line[0]) * value(price)
    off = {"7.5 %": whole * Fraction(75, 1000), "EUR 0.01": Fraction(1, 100), "100 %": whole}
    return whole - off.get(line[2] or "", Fraction(0))


@given(policies, lines, st.sampled_from((None, Decimal("1.0850"), Decimal("0.3331"))))
def test_net_tax_and_total_add_up_whatever_was_converted(
    policy: TaxPolicy, drawn: Drawn, rate: Decimal | None
) -> None:
    """Lines are converted and rounded once, taxes come from those amounts, and all add up (M9)."""
    drawn = [(one[0].quantize(Decimal(1)) + 1, *one[1:]) for one in drawn]
    quote = _filled(policy, drawn, rate)
    at = Fraction(1) if rate is None else Fraction(rate)
    asked = [
        half_even(_exact(one, line.unit_price) * at)
        for one, line in zip(drawn, quote.lines, strict=True)
    ]
    assert [value(one) for one in quote.amounts] == asked
    assert quote.net + quote.tax == quote.total == quote.total_figure().value
    assert quote.tax == Money.total((one.amount for one in quote.taxes), quote.currency)
    contained = quote.net if policy.basis is PriceBasis.NET else quote.total
    assert value(contained) == sum(asked, Fraction(0))
    if policy.per is TaxRounding.PER_LINE and policy.basis is PriceBasis.NET:
        taxes = (
            rounded(amount * Fraction(tax.percent) / 100, policy.rounding.name, CENT)
            for amount, line in zip(asked, drawn, strict=True)
            for tax in line[3]
        )
        assert value(quote.tax) == sum(taxes, Fraction(0))
    if not any(line[3] for line in drawn):
        assert (quote.taxes, quote.total) == ((), Money.total(quote.amounts))


def test_what_does_not_fit_is_refused() -> None:
    """A discount in another currency, one above the price, and one tax twice (M8)."""
    price = money("EUR 5.00")
    for discount, refusal in (
        (Discount(amount=money("USD 1.00")), CurrencyMismatch),
        (Discount(amount=money("EUR 5.01")), DiscountExceedsPrice),
    ):
        with pytest.raises(refusal):
            draft().add("Pump", quantity=1, unit_price=price, discount=discount)
    with pytest.raises(TaxRepeated):
        draft().add("Pump", quantity=1, unit_price=price, taxes=(VAT, VAT))


def test_a_lock_covers_prices_and_the_tax_follows() -> None:
    """EUR 1,000.00 is covered; the tax of 19 % is computed on what that comes to in dollars."""
    quote = draft().add("Pump", quantity=10, unit_price=money("EUR 100.00"), taxes=(VAT,))
    locked, lock = quote.lock_rate(
        chosen("EUR/USD", "1.0850"), id=LockId("L-1"), at=instant(DAY), until=date(2026, 4, 1)
    )
    assert lock.covers == money("EUR 1000.00")
    assert locked.total == money("USD 1291.15")
    _, drawn = locked.approve("ada", DAY).accept(instant(DAY), lock)
    assert drawn is not None
    assert drawn.drawn == money("EUR 1000.00")


RATES: dict[str, Any] = {
    "per": "per total",
    "rates": [
        {"goods": "standard", "name": "VAT", "percent": "16", "since": date(2020, 7, 1)},
        {"goods": "standard", "name": "VAT", "percent": "19", "since": date(2021, 1, 1)},
        {
            "goods": "standard", "name": "MwSt", "percent": "8.1",
            "since": date(2024, 1, 1), "country": "CH",
        },
    ],
}  # fmt: skip


def test_rates_are_found_by_goods_country_and_day() -> None:
    """The latest that began; a country's own before those for all; none is never zero."""
    rates = TaxRates.read(PlainTable.of(RATES, "taxes"))
    assert rates.policy.per is TaxRounding.PER_TOTAL

    def found(goods: str, country: str, on: date) -> list[str]:
        return [str(one) for one in rates.taxes_on(goods, country, on)]

    assert found("standard", "DE", date(2020, 12, 31)) == ["VAT 16 %"]
    assert found("standard", "DE", DAY) == ["VAT 19 %"]
    assert found("standard", "CH", DAY) == ["MwSt 8.1 %"]
    assert found("", "DE", DAY) == []
    for goods, country, on in (("books", "DE", DAY), ("standard", "CH", date(2023, 12, 31))):
        with pytest.raises(TaxMissing):
            rates.taxes_on(goods, country, on)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"per": "per page"}, "taxes.per"),
        ({"rounding": "up a bit"}, "taxes.rounding"),
        ({"rates": [{**RATES["rates"][0], "percent": "-1"}]}, "taxes.rates[1].percent"),
        ({"rates": [{**RATES["rates"][0], "percent": "100.1"}]}, "taxes.rates[1].percent"),
        ({"rates": [{**RATES["rates"][0], "country": "de"}]}, "taxes.rates[1].country"),
        ({"rates": [RATES["rates"][0]] * 2}, "taxes.rates"),
        ({"rate": []}, "taxes.rate"),
    ],
)
def test_a_table_that_can_not_be_followed_names_the_place(
    change: dict[str, object], place: str
) -> None:
    """A misspelt policy, a negative rate, the same rate twice."""
    with pytest.raises(RulesRefused) as caught:
        TaxRates.read(PlainTable.of({**RATES, **change}, "taxes"))
    assert caught.value.place == place
