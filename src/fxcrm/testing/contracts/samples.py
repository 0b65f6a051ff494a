"""Aggregates for the kits: of every kind, with the values that stores get wrong.

Negative and zero amounts, currencies of 0, 2 and 3 digits, the limits of 64 bits, rates
crossed over two legs and quoted per 100 units, custom fields of every kind, and names that
are not Latin, not polite, or not there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm.billing import (
    CreditNote,
    DocumentLine,
    Invoice,
    LineRate,
    LineTax,
    Order,
    Payment,
    PaymentKind,
    ServiceCase,
)
from fxcrm.currencies import Currency
from fxcrm.customers import (
    Activity,
    ActivityKind,
    Address,
    Contact,
    CurrencyMode,
    Customer,
    Direction,
    Preference,
    TaxId,
    TradedCurrency,
)
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.encoding import LARGEST_MINOR
from fxcrm.events import Event
from fxcrm.extras import Extras
from fxcrm.heldrates import HeldRate
from fxcrm.ids import (
    AccountCode,
    ActivityId,
    CaseId,
    CompanyId,
    ContractId,
    CreditNoteId,
    CustomerId,
    DealId,
    DecisionId,
    EnquiryId,
    EntryId,
    FieldId,
    InvoiceId,
    LockId,
    OpenItemId,
    OrderId,
    PaymentId,
    PriceListId,
    ProductId,
    QuoteId,
    TargetId,
    VoucherId,
)
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.vouchers import Voucher, VoucherLine
from fxcrm.money import Money, Rounding
from fxcrm.pipeline import Deal, DealApproval, Enquiry
from fxcrm.ratechecks import Doubt, Suspicion
from fxcrm.ratelocks import RateLock
from fxcrm.rates import CurrencyPair, ExchangeRate, Fixing, Side
from fxcrm.references import DocumentKind, Reference
from fxcrm.reminders import Occasion, Reminder, ReminderRule, Watch
from fxcrm.selling import (
    Band,
    Bill,
    Contract,
    Cycle,
    Due,
    Indexation,
    Notice,
    Quote,
    Renewal,
    Renewing,
    Repricing,
    Term,
)
from fxcrm.selling.approvals import Approval
from fxcrm.selling.discounts import Discount
from fxcrm.selling.pricelists import PriceBreak, PriceEntry, PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target, TargetMeasure
from fxcrm.taxes import PriceBasis, Tax, TaxPolicy, TaxRounding

DAY: Final = date(2026, 3, 2)
AT: Final = datetime(2026, 3, 2, 16, 0, 0, 123456, tzinfo=UTC)
ACME: Final = CompanyId("acme-de")
NORDWIND: Final = CompanyId("nordwind-us")
HOSTILE: Final = "Robert'); DROP TABLE customers;--"

SPOT: Final = DecisionId("booking:EUR/USD:2026-03-02:1")
LOCKED: Final = DecisionId("lock:EUR/USD:2026-03-02:1")


@attrs.frozen
class Kind:
    """One kind: its name in errors, its repository, aggregates by ascending id, a changed first.

    A kind that is not ``in_company`` belongs to none.
    """

    name: str
    repository: str
    aggregates: tuple[Any, ...]
    changed: Any
    in_company: bool = True


def decisions() -> tuple[RateDecision, ...]:
    """Rates of every form: as quoted, inverted, crossed, per 100 units, identical, corrected."""
    spot = ExchangeRate.of("EUR", "USD", "1.0850", on=DAY, source="ECB")
    yen = ExchangeRate.of(
        "JPY", "EUR", "0.6135", on=DAY - timedelta(days=1), source="ECB", unit=100
    )
    dinar = ExchangeRate.of("BHD", "EUR", "2.444790000000000000000001", on=DAY)
    india = timezone(timedelta(hours=5, minutes=30))
    return (
        _decision(SPOT, Purpose.BOOKING, spot),
        _decision(LOCKED, Purpose.LOCK, ExchangeRate.of("EUR", "USD", "1.0800", on=DAY)),
        _decision("quote:USD/EUR:2026-03-02:1", Purpose.QUOTE, spot.inverse),
        _decision("quote:JPY/USD:2026-03-02:1", Purpose.QUOTE, yen.cross(spot)),
        _decision("closing:EUR/BHD:2026-03-02:1", Purpose.CLOSING, dinar.inverse),
        _decision(
            "display:EUR/EUR:2026-03-02:1", Purpose.DISPLAY, ExchangeRate.identity("EUR", on=DAY)
        ),
        attrs.evolve(
            _decision("booking:EUR/USD:2026-03-02:2", Purpose.BOOKING, spot),
            known_at=AT.astimezone(india),
            replaces=SPOT,
            reason="corrected: „Schreibfehler“ of the bank",
        ),
    )


def _decision(id: str, purpose: Purpose, rate: ExchangeRate) -> RateDecision:
    policy = "on or before the day, at most 7 days old"
    return RateDecision(DecisionId(id), purpose, rate, policy, DAY, AT, "kit")


def extras() -> Extras:
    """A custom field of every kind."""
    values = {
        "text": HOSTILE,
        "number": -(10**30),
        "decimal": Decimal("0.100"),
        "check": True,
        "day": DAY,
        "money": Money("1.005", "EUR"),
    }
    return {FieldId(name): value for name, value in values.items()}  # type: ignore[misc]


def event(subject: str) -> Event:
    """A fact about a subject."""
    return Event("kit touched it", subject, DAY, {"by": HOSTILE, "ключ": "🙂"})


def kinds() -> tuple[Kind, ...]:
    """Every kind of aggregate. Decisions must be recorded first."""
    return (
        _companies(),
        _customers(),
        _enquiries(),
        _deals(),
        _quotes(),
        _locks(),
        _orders(),
        _invoices(),
        _payments(),
        _cases(),
        _items(),
        _held_rates(),
        _credit_notes(),
        _vouchers(),
        _activities(),
        _reminders(),
        _contracts(),
        _products(),
        _price_lists(),
        _targets(),
        _traded_currencies(),
    )


def _companies() -> Kind:
    acme = Company(ACME, "Acme GmbH", Currency("EUR"), date(1998, 2, 28))
    nordwind = Company(NORDWIND, "Nordwind Inc.", Currency("USD"), DAY, DAY + timedelta(days=29))
    beside = attrs.evolve(nordwind, parallel_to=ACME, year_ends=3, hyperinflation=True)
    changed = attrs.evolve(acme.close(DAY), parallels=(CompanyId(HOSTILE), CompanyId("株")))
    return Kind("company", "companies", (acme, beside), changed)


def _customers() -> Kind:
    also = (Currency("JPY"), Currency("BHD"))
    first = Customer.register(
        CustomerId("C-1"),
        company=ACME,
        name="Zażółć gęślą jaźń 株式会社 🏭",
        country="JP",
        currency=Currency("USD"),
        on=DAY,
        also=also,
        language="ja_JP",
        extras=extras(),
    )
    other = attrs.evolve(
        first,
        id=CustomerId(HOSTILE),
        company=NORDWIND,
        name="",
        currencies=(),
        extras={},
        events=(),
    )
    renamed = attrs.evolve(first, name="Contoso", extras={FieldId("check"): False}, tags=("b",))
    return Kind("customer", "customers", (first, _known_customer(first), other), renamed)


def _known_customer(first: Customer) -> Customer:
    """One of which everything is known that can be."""
    preferences = (Preference(Currency("USD"), DAY), Preference(Currency("EUR"), DAY, HOSTILE))
    return attrs.evolve(
        first,
        id=CustomerId("C-2"),
        country="DE",
        currency=Currency("EUR"),
        currencies=(Currency("EUR"),),
        mode=CurrencyMode.ANY,
        preferences=preferences,
        contacts=(Contact("„Ada“", HOSTILE, "ada@acme.example", "+49 30 0", "de"), Contact("株")),
        addresses=(Address("DE", "billing", street="a\nb"), Address("JP", "x", "", city="京都")),
        tax_ids=(TaxId("DE", "1\x01'"), TaxId("CH", '"')),
        tags=("+,", ",z", HOSTILE),
        groups=("a", "🏭"),
        tier="gold",
        state="merged",
        merged_into=CustomerId(HOSTILE),
        extras={},
        events=(),
    )


def _traded_currencies() -> Kind:
    home, dollar, yen = map(Currency, ("EUR", "USD", "JPY"))
    first = TradedCurrency.of(ACME, dollar, DAY).deactivate(HOSTILE, DAY, home)
    other = TradedCurrency.of(NORDWIND, yen, DAY)
    changed = first.reactivate("", DAY + timedelta(days=1))
    return Kind("traded currency", "traded_currencies", (first, other), changed)


def _enquiries() -> Kind:
    first = Enquiry(EnquiryId("E-1"), ACME, CustomerId("C-1"), "", "e-mail", DAY, extras=extras())
    second = attrs.evolve(first, id=EnquiryId("E-2"), company=NORDWIND, subject="a\nb\tc\x01d")
    third = attrs.evolve(
        first, id=EnquiryId("E-3"), customer=None, prospect=HOSTILE, source="fair", owner="ann"
    )
    return Kind("enquiry", "enquiries", (first, second, third), first.close("no answer", DAY))


def _deals() -> Kind:
    value = Money("1234.56", "EUR")
    first = Deal(DealId("D-1"), ACME, CustomerId("C-1"), EnquiryId("E-1"), "Pumps", value, DAY)
    second = attrs.evolve(first, id=DealId("D-2"), enquiry=None, value=Money(10**12, "JPY"))
    third = attrs.evolve(second, id=DealId("D-3"), company=NORDWIND, value=Money("-0.001", "BHD"))
    consent = DealApproval("quoted", "win", "manager", HOSTILE, DAY, Money("1.01", "EUR"))
    fourth = attrs.evolve(
        first,
        id=DealId("D-4"),
        stage="won",
        pipeline="saas",
        owner="ann",
        team="north",
        expected_on=DAY,
        closed_on=DAY,
        closing=decisions()[0],
        parent=DealId("D-1"),
        reason="best offer",
        approvals=(consent, attrs.evolve(consent, used_on=DAY)),
    )
    changed = first.move("quote", DAY, Money.from_minor(LARGEST_MINOR, "EUR"))
    return Kind("deal", "deals", (first, second, third, fourth), changed)


def _quotes() -> Kind:
    first = Quote(
        QuoteId("Q-1"),
        "2026-0001",
        ACME,
        CustomerId("C-1"),
        DealId("D-1"),
        Currency("USD"),
        Currency("EUR"),
        DAY,
        DAY + timedelta(days=30),
        extras=extras(),
    )
    lines = first.add("Licence", quantity="2.50", unit_price=Money("1.005", "EUR"))
    priced = lines.add(HOSTILE, quantity=3, unit_price=Money("0.000000000000000001", "EUR"))
    at_rate = priced.at_rate(decisions()[0])
    at_home = attrs.evolve(first, id=QuoteId("Q-2"), company=NORDWIND, currency=Currency("EUR"))
    no_deal = attrs.evolve(at_rate, id=QuoteId("Q-3"), deal=None, lock=LockId("L-1"))
    beyond = attrs.evolve(
        at_rate,
        id=QuoteId("Q-4"),
        lock=LockId("L-2"),
        covered=Money("1.01", "EUR"),
        excess_rate=decisions()[2],
        last_seen_at=AT + timedelta(days=40),
    )
    changed = attrs.evolve(first, rate=decisions()[1], lines=lines.lines, state="approved")
    return Kind("quote", "quotes", (first, at_home, no_deal, beyond, _taxed_quote(lines)), changed)


def _taxed_quote(lines: Quote) -> Quote:
    """A second version with all that a line may have, its terms, and a consent."""
    offered = lines.add(
        HOSTILE,
        quantity="2.5",
        unit_price=Money("10.005", "EUR"),
        product=ProductId("P-1"),
        discount=Discount(Decimal("7.50"), reason=HOSTILE),
        taxes=(Tax(HOSTILE, "19.00"), Tax("Levy", 0)),
    )
    price, off = Money("2.000", "EUR"), Discount(amount=Money("0.005", "EUR"))
    offered = offered.add("Less", quantity=1, unit_price=price, discount=off)
    return attrs.evolve(
        offered,
        id=QuoteId("Q-5"),
        tax_policy=TaxPolicy(PriceBasis.GROSS, TaxRounding.PER_UNIT, Rounding.CEILING),
        revision=2,
        supersedes=QuoteId("Q-1"),
        terms=HOSTILE,
        delivery="DAP",
        contact="A. Poe",
        notes=HOSTILE,
        authors=("ada", HOSTILE),
        approvals=(Approval("large", "ada", HOSTILE, AT, "0" * 64),),
        events=(),
    )


def _locks() -> Kind:
    spot, locked = decisions()[:2]
    until = datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=timezone(-timedelta(hours=8)))
    covers = Money("1000.00", "EUR")
    first = RateLock(LockId("L-1"), QuoteId("Q-1"), locked, spot, covers, AT, until, "Asia/Tokyo")
    second = attrs.evolve(first, id=LockId("L-2"), drawn=Money("0.01", "EUR"), state="drawn")
    third = attrs.evolve(first, id=LockId("L-3"), owner=QuoteId("Q-2"), spot=decisions()[3])
    offered = attrs.evolve(first, id=LockId("L-4"), state="offered", fee=Money("12.34", "EUR"))
    broken = attrs.evolve(second, id=LockId("L-5")).break_off(spot, AT + timedelta(days=3), "moved")
    every = (first, second, third, offered, attrs.evolve(broken, events=()))
    changed = first.draw(Money("999.99", "EUR"), AT + timedelta(microseconds=1))
    return Kind("rate lock", "locks", every, changed)


def _held_rates() -> Kind:
    twice = Fixing(CurrencyPair.of("EUR", "USD"), Decimal("10.850"), DAY, "ECB", known_at=AT)
    sides = Fixing(CurrencyPair.of("JPY", "CZK"), Decimal("6.4"), DAY, HOSTILE, 100, Side.BID)
    moved = Suspicion(Doubt.MOVED, "900.00 % from „1.0850“; 10.00 % are allowed")
    first = HeldRate.met(twice, (moved, Suspicion(Doubt.INVERTED, "")), AT, 1)
    second = HeldRate.met(sides, (), AT.astimezone(timezone(timedelta(hours=9))), 2)
    kinds = sorted((first, second), key=lambda one: one.id)
    return Kind(
        "held rate",
        "held_rates",
        tuple(kinds),
        kinds[0].approve("ada", AT, HOSTILE),
        in_company=False,
    )


def _lines(code: str) -> tuple[DocumentLine, ...]:
    rates = (
        LineRate(Money("1.005", "EUR"), LOCKED),
        LineRate(Money("-0.000000000000000001", "EUR"), SPOT),
    )
    taxes = (LineTax(HOSTILE, Decimal("19.00"), Money.from_minor(1, code)),)
    return (
        DocumentLine("Licence", Decimal("2.50"), Money.from_minor(LARGEST_MINOR, code), rates),
        DocumentLine("Discount „10 %“", Decimal(-1), Money.from_minor(-LARGEST_MINOR, code)),
        DocumentLine("", Decimal("0.000000000000000000000000000001"), Money.from_minor(0, code)),
        DocumentLine("Pump", Decimal(1), taxes[0].amount, rates, taxes, PriceBasis.GROSS),
    )


def _orders() -> Kind:
    first = Order(
        OrderId("O-1"),
        "7",
        ACME,
        CustomerId("C-1"),
        QuoteId("Q-1"),
        Currency("BHD"),
        _lines("BHD"),
        DAY,
        LockId("L-1"),
        extras=extras(),
    )
    second = attrs.evolve(first, id=OrderId("O-2"), company=NORDWIND, quote=None, lock=None)
    parts = (Decimal("0.5"), Decimal(0), Decimal("0.000000000000000000000000000001"))
    third = attrs.evolve(first, id=OrderId("O-3"), state="partly invoiced", billed=parts)
    return Kind("order", "orders", (first, second, third), first.ship(DAY + timedelta(days=1)))


def _invoices() -> Kind:
    first = Invoice(
        InvoiceId("I-1"),
        "R-2026-1",
        ACME,
        CustomerId("C-1"),
        OrderId("O-1"),
        Currency("JPY"),
        _lines("JPY"),
        DAY,
        DAY + timedelta(days=30),
        LockId("L-1"),
        extras=extras(),
    )
    other = attrs.evolve(
        first, id=InvoiceId("I-2"), company=NORDWIND, order=None, lock=None, lines=()
    )
    return Kind("invoice", "invoices", (first, other), first.paid(DAY, in_full=False))


def _payments() -> Kind:
    first = Payment(
        PaymentId("P-1"),
        ACME,
        CustomerId("C-1"),
        InvoiceId("I-1"),
        Money(85_000, "JPY"),
        Money("521.47", "EUR"),
        Money("0.00", "EUR"),
        "card",
        DAY,
    )
    other = attrs.evolve(first, id=PaymentId("P-2"), company=NORDWIND, fee=Money("-1.5", "EUR"))
    advance = attrs.evolve(
        first,
        id=PaymentId("P-3"),
        invoice=None,
        kind=PaymentKind.ADVANCE,
        credit=OpenItemId("advance:P-3"),
    )
    discounted = attrs.evolve(
        other,
        id=PaymentId("P-4"),
        discount=Money(1_700, "JPY"),
        write_off=Money(0, "JPY"),
        excess=Money("0.01", "EUR"),
    )
    changed = attrs.evolve(first, method="transfer", write_off=Money(3, "JPY")).undone(DAY)
    return Kind("payment", "payments", (first, other, advance, discounted), changed)


def _credit_notes() -> Kind:
    first = CreditNote(
        CreditNoteId("N-1"),
        "G-2026-1",
        ACME,
        CustomerId("C-1"),
        InvoiceId("I-1"),
        Currency("JPY"),
        _lines("JPY"),
        DAY,
        HOSTILE,
    )
    other = attrs.evolve(
        first, id=CreditNoteId("N-2"), company=NORDWIND, invoice=InvoiceId("I-2"), lines=()
    )
    return Kind("credit note", "credit_notes", (first, other), first.cancelled(DAY))


def _vouchers() -> Kind:
    code, amount = AccountCode("1200"), Money.from_minor(-LARGEST_MINOR, "BHD")
    full = VoucherLine(code, amount, Money("0.01", "EUR"), OpenItemId("R-1"), HOSTILE)
    first = Voucher(VoucherId("V-1"), ACME, DAY, "„draft“", (full, VoucherLine(code, amount)))
    other = attrs.evolve(first, id=VoucherId("V-2"), company=NORDWIND, text="", lines=())
    return Kind("voucher", "vouchers", (first, other), first.posted(DAY))


def _contracts() -> Kind:
    base = decisions()[0]
    first = Contract(
        ContractId("K-1"),
        "2026-1",
        ACME,
        CustomerId("C-1"),
        HOSTILE,
        Money.from_minor(LARGEST_MINOR, "USD"),
        Cycle.YEARLY,
        Cycle.MONTHLY,
        Term(date(2025, 1, 31), date(2026, 2, 28), 24),
        Due.IN_ARREARS,
        Notice(3, 15),
        Renewal(Renewing.AUTOMATIC, 12, Repricing.UPLIFT, "-2.50"),
        Indexation(Currency("EUR"), "3", Band.DEDUCTIBLE, "33.33", "8", "-0.5", 2),
        base,
        QuoteId("Q-1"),
        ContractId("K-0"),
        extras=extras(),
    )
    other = attrs.evolve(
        first,
        id=ContractId("K-2"),
        company=NORDWIND,
        price=Money("0.001", "BHD"),
        renewal=Renewal(),
        indexation=None,
        base_rate=None,
        quote=None,
        renews=None,
    )
    open_ended = attrs.evolve(
        first, id=ContractId("K-3"), indexation=Indexation(Currency("EUR")), state="active"
    )
    bills = (
        Bill(1, Money("1.00", "USD"), OrderId("O-1"), SPOT),
        Bill(24, Money("0.01", "USD")),
    )
    changed = attrs.evolve(first, bills=bills, renewed_by=ContractId("K-9"), state="renewed")
    return Kind("contract", "contracts", (first, other, open_ended), changed)


def _targets() -> Kind:
    first = Target(
        TargetId("T-1"),
        ACME,
        HOSTILE,
        "",
        date(2026, 1, 1),
        date(2026, 3, 31),
        TargetMeasure.WON,
        Money.from_minor(LARGEST_MINOR, "USD"),
    )
    counted = attrs.evolve(
        first,
        id=TargetId("T-2"),
        company=NORDWIND,
        owner="",
        team="emea/dach",
        amount=None,
        count=1,
    )
    other = attrs.evolve(first, id=TargetId("T-3"), amount=Money("0.001", "BHD"))
    changed = attrs.evolve(first, amount=None, count=40, measure=TargetMeasure.FOLLOW_UPS)
    return Kind("target", "targets", (first, counted, other), changed)


def _activities() -> Kind:
    task = Activity.noted(
        ActivityId("A-1"),
        company=ACME,
        customer=CustomerId("C-1"),
        kind=ActivityKind.TASK,
        subject="„Angebot“ nachfassen",
        on=DAY,
        text=HOSTILE,
        direction=Direction.OUT,
        contact="株式会社",
        document=Reference(DocumentKind.DEAL, "D:1"),
        amount=Money("-0.001", "BHD"),
        owner="ada",
        due_on=DAY + timedelta(days=7),
    )
    call = attrs.evolve(task, id=ActivityId("A-2"), kind=ActivityKind.CALL, document=None)
    note = attrs.evolve(
        call,
        id=ActivityId("A-3"),
        company=NORDWIND,
        amount=Money(7, "JPY"),
        direction=None,
        due_on=None,
    )
    changed = attrs.evolve(task.do(DAY + timedelta(days=2)), text="", owner="", amount=None)
    return Kind("activity", "activities", (task, call, note), changed)


def _reminders() -> Kind:
    rule = ReminderRule("idle", Watch.IDLE_DEAL, days=14)
    deal = Reference(DocumentKind.DEAL, "D-1")
    idle = Occasion(Watch.IDLE_DEAL, deal, DAY, CustomerId("C-1"), "ada", "quoted")
    lock = Reference(DocumentKind.LOCK, "L:„1“")
    ends = Occasion(Watch.EXPIRING_LOCK, lock, AT)
    first = Reminder.raised(rule, idle, ACME, AT)
    other = Reminder.raised(
        ReminderRule("lock ends", Watch.EXPIRING_LOCK, days=3, hours=2), ends, NORDWIND, AT
    )
    return Kind("reminder", "reminders", (first, other), first.dismiss(DAY))


def _products() -> Kind:
    cost = Money("0.000000123", "BHD")
    first = Product(
        ProductId("P-1"),
        ACME,
        "泵 „S“ 🏭",
        "piece",
        DAY,
        cost=cost,
        taxes=("VAT", "城"),
        category="泵",
        groups=("b", "a"),
    )
    first = attrs.evolve(first, extras=extras())
    other = Product(ProductId("P-2"), NORDWIND, HOSTILE, HOSTILE, DAY + timedelta(days=1))
    return Kind("product", "products", (first, other), first.deactivate(DAY))


def _price_lists() -> Kind:
    breaks = (PriceBreak(0, Money("1.0050000", "USD")), PriceBreak("10.5", Money(1, "USD")))
    entries = (
        PriceEntry(ProductId("P-1"), breaks),
        PriceEntry.of(ProductId(HOSTILE), Money(0, "USD")),
    )
    spot = decisions()[0]
    first = PriceList(
        PriceListId("L-1"), ACME, "„Liste“", Currency("USD"), DAY, DAY, ("価格", "b"), -3, entries,
        base=PriceListId("L-2"), rate=spot,
    )  # fmt: skip
    other = PriceList(PriceListId("L-2"), NORDWIND, HOSTILE, Currency("BHD"), DAY)
    return Kind("price list", "price_lists", (first, other), first.deactivate(DAY))


def _cases() -> Kind:
    claimed = Money("-0.01", "USD")
    first = ServiceCase(
        CaseId("S-1"), "1", ACME, CustomerId("C-1"), InvoiceId("I-1"), "Broken", claimed, DAY
    )
    other = attrs.evolve(first, id=CaseId("S-2"), company=NORDWIND, extras=extras())
    return Kind("case", "cases", (first, other), first.resolve(HOSTILE, DAY))


def _items() -> Kind:
    first = item("R-1", Money("1085.00", "USD"), Money("1000.00", "EUR"))
    payable = item("R-2", Money.from_minor(-LARGEST_MINOR, "JPY"), Money("-0.01", "EUR"))
    other = attrs.evolve(payable, id=OpenItemId("R-3"), company=NORDWIND, decision=None)
    paid = attrs.evolve(first, open=Money("0", "USD"), carrying=Money("0", "EUR"), partner=NORDWIND)
    adjusted = attrs.evolve(
        other, id=OpenItemId("R-4"), adjusted=Money.from_minor(LARGEST_MINOR, "EUR"), monetary=False
    )
    monetary = attrs.evolve(
        adjusted, id=OpenItemId("R-5"), adjusted=Money("-5", "EUR"), monetary=True
    )
    return Kind("open item", "items", (first, payable, other, adjusted, monetary), paid)


def item(id: str, original: Money, booked: Money) -> OpenItem:
    """An open item of the first company, booked at the first decision."""
    return OpenItem(
        OpenItemId(id),
        ACME,
        AccountCode("1200"),
        "C-1",
        f"invoice {id}",
        DAY,
        DAY + timedelta(days=30),
        original,
        booked,
        decision=SPOT,
    )


def entry(
    id: str,
    amount: Money,
    functional: Money,
    *,
    on: date = DAY,
    company: CompanyId = ACME,
    booked_at: datetime | None = None,
) -> Entry:
    """A debit on 1200 and a credit on 4000. Foreign amounts name the first decision."""
    foreign = amount.currency is not functional.currency
    debit = Posting(
        AccountCode("1200"),
        amount,
        functional,
        SPOT if foreign else None,
        OpenItemId("R-1"),
        NORDWIND,
        "„debit“",
    )
    credit = attrs.evolve(
        debit.reversed, account=AccountCode("4000"), item=None, partner=None, text=""
    )
    postings = (debit, credit)
    return Entry(EntryId(id), company, on, "kit", HOSTILE, postings, booked_at=booked_at)


def snapshot(as_of: date, *, company: CompanyId = NORDWIND) -> TranslationSnapshot:
    """A translation from USD into EUR."""
    balances = (
        TranslatedBalance(AccountCode("1200"), None, Money("1085", "USD"), Money("1000", "EUR")),
        TranslatedBalance(
            AccountCode("1200"), ACME, Money("-1085", "USD"), Money("-1", "EUR"), (SPOT,)
        ),
    )
    reserve, rounding, euro = Money("-998.99", "EUR"), Money("0.01", "EUR"), Currency("EUR")
    return TranslationSnapshot(company, euro, as_of, SPOT, balances, reserve, rounding, 7)
