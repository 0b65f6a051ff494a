"""Papers from what is kept: the address of a country, the other totals, the whole explanation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest

from fxcrm import Currency, Money, RateTable
from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.plaintext import PlainTextDocuments
from fxcrm.bootstrap import party_checks
from fxcrm.customers import Address, TaxId
from fxcrm.ids import CompanyId, ContractId, CustomerId, QuoteId
from fxcrm.selling import Quote
from fxcrm.usecases.contracting import Terms, draft_contract
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.documenting import contract_paper, quote_paper
from fxcrm.usecases.registering import register_company, register_customer

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
ACME, NORDWIND = CustomerId("acme"), CompanyId("nordwind")
EURO, DOLLAR = Currency("EUR"), Currency("USD")
TABLE = RateTable.of("EUR", on=DAY, source="ECB", USD="1.0850", JPY="161.20")


@pytest.fixture
def desk() -> Desk:
    """A desk with a company in Hamburg, a customer and its quote of USD 1,085.00."""
    unit = MemoryStore().begin(at=AT, actor="ada").__enter__()
    made = Desk(unit, TABLE, AT, "ada")
    register_company(made, NORDWIND, name="Nordwind", functional=EURO, on=DAY)
    register_customer(
        made, ACME, company=NORDWIND, name="Acme", country="US", currency=DOLLAR,
        also=(EURO,), language="ja_JP", on=DAY,
    )  # fmt: skip
    quote = Quote.draft(
        QuoteId("Q-1"), number="Q-1", company=NORDWIND, customer=ACME, currency="USD",
        priced_in="USD", on=DAY, valid_until=date(2026, 3, 31),
    )  # fmt: skip
    unit.quotes.add(quote.add("Licence", quantity=1, unit_price=Money("1085.00", "USD")))
    return made


def at(desk: Desk, address: Address) -> Desk:
    """The same desk once the customer has an address and a tax id."""
    held = desk.uow.customers.get(ACME)
    known = attrs.evolve(held, addresses=(address,), tax_ids=(TaxId("DE", "DE 123"),))
    desk.uow.customers.save(known)
    return desk


@pytest.mark.parametrize(
    ("address", "locale", "lines"),
    [
        (
            Address("DE", street="Lindenallee 12", postcode="20095", city="Hamburg"),
            "de_DE",
            ("Lindenallee 12", "20095 Hamburg", "Deutschland"),
        ),
        (
            Address("US", street="1 Main St", postcode="62701", city="Springfield", region="IL"),
            "en_US",
            ("1 Main St", "Springfield, IL 62701", "United States"),
        ),
        (
            Address(
                "CN", street="世纪大道1号", postcode="200120", city="浦东新区", region="上海市"
            ),
            "zh_CN",
            ("200120", "上海市浦东新区", "世纪大道1号", "中国"),
        ),
        (
            Address("SA", street="شارع الملك 12", postcode="11564", city="الرياض"),
            "ar_SA",
            ("شارع الملك 12", "الرياض 11564", "المملكة العربية السعودية"),
        ),
    ],
)
def test_an_address_has_the_order_of_its_country(
    desk: Desk, address: Address, locale: str, lines: tuple[str, ...]
) -> None:
    """With the rules of all countries and, for the usual ones, without; in its own letters."""
    quoted = quote_paper(at(desk, address), QuoteId("Q-1"), locale=locale, checks=party_checks())
    assert quoted.buyer.lines == (*lines, "DE 123")


def test_an_address_is_written_without_the_rules_too(desk: Desk) -> None:
    """Japan: the postcode with its mark, the largest place first; what a rule refuses is shown."""
    address = Address(
        "JP", street="千代田1-1", postcode="100-0001", city="千代田区", region="東京都"
    )
    for checks in (None, party_checks()):
        quoted = quote_paper(at(desk, address), QuoteId("Q-1"), checks=checks)
        assert quoted.buyer.lines == ("〒100-0001", "東京都千代田区", "千代田1-1", "日本", "DE 123")


def test_other_totals_name_a_decision_that_is_recorded(desk: Desk) -> None:
    """EUR 1,000.00 at 1.0850, with the rate's id and time; the quote's own currency has none."""
    quoted = quote_paper(desk, QuoteId("Q-1"), also=(EURO, DOLLAR), seller=("Hafenstr. 1",))
    (other,) = quoted.others
    assert (other.amount, other.decision.id) == (
        Money("1000.00", "EUR"),
        "display:EUR/USD:2026-03-02:1",
    )
    assert desk.uow.decisions.get(other.decision.id) == other.decision
    text = PlainTextDocuments().render(quoted, "en_US").content.decode()
    for words in ("€1,000.00 EUR", "March 2, 2026 17:00 UTC", "display:EUR/USD", "Hafenstr. 1"):
        assert words in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_contract_is_put_on_paper(desk: Desk) -> None:
    """With its parties and all its terms."""
    terms, price = Terms("Support", DAY, 12), Money("10.00", "USD")
    draft_contract(desk, ContractId("K-1"), terms, customer=ACME, price=price, on=DAY)
    paper = contract_paper(desk, ContractId("K-1"))
    text = PlainTextDocuments().render(paper, "ja_JP").content.decode()
    assert "契約書 nordwind-C-0001" in text
    assert text.count("USD\N{NO-BREAK SPACE}10.00") == 12
