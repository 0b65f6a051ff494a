"""Commands by chance, right ones and wrong ones, told to a model and to the library alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, Final

import attrs

from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.currencies import Currency
from fxcrm.ids import (
    AccountCode,
    CompanyId,
    CreditNoteId,
    CustomerId,
    InvoiceId,
    OpenItemId,
    OrderId,
    PaymentId,
)
from fxcrm.ledger import CreditRate
from fxcrm.ledger.revaluation import Style
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.usecases import (
    Desk,
    apply_credit,
    cancel_credit_note,
    close_period,
    collect,
    credit_bill,
    credit_invoice,
    enter_bill,
    invoice_order,
    offset_bill,
    open_parallel_book,
    pay_advance,
    pay_bill,
    pay_in_capital,
    receive_advance,
    receive_payment,
    refund_credit,
    register_company,
    register_customer,
    reopen_period,
    revalue,
    ship_order,
    take_order,
    undo_bill_payment,
    undo_payment,
    write_off_invoice,
)
from tests.ledger import model as books
from tests.ledger.model import Book, Item, Model, Paid

BEGUN: Final = date(2026, 1, 1)
DIGITS: Final = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KWD": 3, "SEK": 2}
PER_EURO: Final = {"USD": "1.0850", "GBP": "0.8610", "CHF": "0.9720", "JPY": "162.40"}
PER_EURO_TOO: Final = {"KWD": "0.33310"}
COMPANIES: Final = {"nord": ("EUR", "CHF"), "sued": ("JPY", "")}
CUSTOMERS: Final = ("acme", "bolt")
DAYS: Final = 500


@attrs.frozen
class Command:
    """One command: as the model hears it, and as the library does. ``text`` is for people."""

    verb: str
    given: dict[str, Any]
    run: Callable[[Desk], object]
    undoes: tuple[str, str] | None = None  # what may be undone once it was carried out

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.given.items())
        return f"{self.verb}({told})"


class Prices:
    """Quoted prices of the euro on working days, as texts and as fractions."""

    def __init__(self, chance: Random) -> None:
        self._days: dict[str, list[date]] = {}
        self._values: dict[str, list[str]] = {}
        for code, start in {**PER_EURO, **PER_EURO_TOO}.items():
            value, step = Decimal(start), Decimal(start).as_tuple().exponent
            for count in range(-60, DAYS):
                day = BEGUN + timedelta(days=count)
                if day.weekday() < 5:
                    value = (value * Decimal(chance.randint(985, 1015)) / 1000).quantize(
                        Decimal(1).scaleb(int(step))
                    )
                    self._days.setdefault(code, []).append(day)
                    self._values.setdefault(code, []).append(str(value))

    def table(self) -> RateTable:
        """The same for the library."""
        return RateTable.from_fixings(
            Fixing(CurrencyPair.of("EUR", code), Decimal(value), day, "mint")
            for code in self._days
            for day, value in zip(self._days[code], self._values[code], strict=True)
        )

    def price(self, currency: str, on: date) -> Fraction | None:
        """What one unit of a currency costs in euros, by the last fixing."""
        if currency == "EUR":
            return Fraction(1)
        if currency not in self._days:
            return None
        return 1 / Fraction(self._values[currency][bisect_right(self._days[currency], on) - 1])


def money(paid: Paid) -> Money:
    """An amount for the library."""
    return Money.from_minor(paid[0], paid[1])


def _or_none(amount: int, currency: str) -> Money | None:
    return money((amount, currency)) if amount else None


class Chance:
    """Draws commands that mostly make sense for what a model holds."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.prices = Prices(self.draw)
        self.model = Model(self.prices.price, DIGITS)
        self.today, self.count = BEGUN, 0
        self.queue: list[Command] = []
        self.undoable: list[tuple[str, str, str]] = []
        self.invoices: dict[str, str] = {}  # invoice by item
        self.numbers = dict.fromkeys(COMPANIES, 0)
        self.notes = dict.fromkeys(COMPANIES, 0)
        by_item = {books.DEBTORS, books.CREDITORS, books.BUYER_CREDITS, books.SUPPLIER_CREDITS}
        usual = self.draw.random() < 0.4
        self.lasting = {books.BANK} if usual else {books.BANK, *by_item}
        if self.draw.random() < 0.2:
            self.lasting -= {books.BANK}
        self.bookkeeping = Bookkeeping(
            BookRules(
                styles={
                    AccountCode(one): Style.CUMULATIVE if one in self.lasting else Style.REVERSING
                    for one in (books.BANK, *by_item)
                }
            )
        )

    # ------------------------------------------------------------ the beginning

    def found(self, desk: Desk) -> None:
        """Two companies, the first with a parallel book, each with two customers."""
        for company, (home, beside) in COMPANIES.items():
            register_company(
                desk, CompanyId(company), name=company, functional=Currency(home), on=BEGUN
            )
            if beside:
                open_parallel_book(desk, CompanyId(company), currency=Currency(beside))
            for name in CUSTOMERS:
                register_customer(
                    desk,
                    CustomerId(f"{company}-{name}"),
                    company=CompanyId(company),
                    name=name,
                    country="US",
                    currency=Currency(home),
                    also=tuple(map(Currency, DIGITS)),
                    on=BEGUN,
                )

    def begin(self) -> list[Command]:
        """The first commands: capital in every currency, so that no bank balance runs dry."""
        for company, (home, beside) in COMPANIES.items():
            own = [Book(company, home, BEGUN, self.lasting)]
            own += [Book(f"{company}:{beside}", beside, BEGUN, self.lasting)] * bool(beside)
            self.model.sets[company] = own
        capital = [
            (company, code) for company in COMPANIES for code in ("EUR", *PER_EURO, *PER_EURO_TOO)
        ]
        return [
            self._capital(f"{company}-{code}", company, (10**9 + 7, code), BEGUN)
            for company, code in capital
        ]

    def _capital(self, key: str, company: str, owed: Paid, on: date) -> Command:
        given = {
            "key": f"capital:{company}:{key}",
            "company": company,
            "owed": owed,
            "party": "",
            "name": "",
        }
        accounts = f"{books.BANK}/{books.CAPITAL}"
        return Command(
            "fact",
            {**given, "accounts": accounts, "on": on},
            lambda desk: pay_in_capital(desk, CompanyId(company), key, money(owed), on),
        )

    # ------------------------------------------------------------ the next command

    def next(self) -> Command:
        """Whatever comes next: as time goes by, what month ends ask for, or a piece of trade."""
        self.count += 1
        if self.queue and self.draw.random() < 0.4:
            return self.queue.pop(0)
        before = self.today
        self.today += timedelta(days=self.draw.choice((0, 0, 0, 1, 1, 2, 5)))
        if before.month != self.today.month:
            self._month_end(self.today.replace(day=1) - timedelta(days=1))
        makers = (
            (self.invoice, 22), (self.pay, 26), (self.bill, 8), (self.pay_bill, 9),
            (self.advance, 6), (self.apply, 8), (self.refund, 5), (self.credit_bill, 4),
            (self.pay_advance, 4), (self.offset_bill, 5), (self.collect, 2), (self.undo, 8),
            (self.measure, 3), (self.shut, 1),
            (self.credit_note, 5), (self.write_off, 3), (self.reopen, 1),
        )  # fmt: skip
        made, weights = zip(*makers, strict=True)
        command: Command = self.draw.choices(made, weights)[0]()
        return command

    def note(self, command: Command, reasons: set[str]) -> None:
        """What the model answered."""
        if reasons:
            return
        if command.verb == "fact" and command.given["key"].startswith("invoice:"):
            company, name = command.given["company"], command.given["name"]
            self.numbers[company] += 1
            self.invoices[f"item:{company}:{name}"] = command.given["key"].removeprefix("invoice:")
        if command.given["key" if "key" in command.given else "book"].startswith("credit note:"):
            self.notes[self._company(command)] += command.verb == "credit"
        if command.undoes:
            self.undoable.append((*command.undoes, self._company(command)))

    def _company(self, command: Command) -> str:
        given = command.given
        return str(given.get("company") or given["item"].split(":")[1])

    def _month_end(self, day: date) -> None:
        for own in self.model.sets.values():
            for book in own:
                self.queue.append(self._revalue(book.id, day, None, {}))
        if self.draw.random() < 0.7:
            self.queue += [
                self._close(book.id, day) for own in self.model.sets.values() for book in own
            ]

    # ------------------------------------------------------------ small draws

    def _id(self, letter: str) -> str:
        wrong = self.draw.random() < 0.02 and self.count > 1
        return f"{letter}{self.draw.randrange(self.count) if wrong else self.count}"

    def _day(self) -> date:
        """Mostly today; sometimes before, whether or not that is allowed."""
        if self.draw.random() < 0.85:
            return self.today
        return self.today - timedelta(days=self.draw.choice((1, 2, 5, 10, 20, 40)))

    def _units(self) -> int:
        return self.draw.randint(1, 10 ** self.draw.choice((1, 2, 3, 5, 7)))

    def _currency(self) -> str:
        code = self.draw.choice(("EUR", "USD", "USD", "GBP", "CHF", "JPY", "KWD"))
        return "SEK" if self.draw.random() < 0.01 else code

    def _spoilt(self, units: int) -> int:
        """The amount; now and then one that can not be right."""
        if self.draw.random() > 0.06:
            return units
        return self.draw.choice((0, -units, units + 1, units * 1000, -1))

    def _items(self, *accounts: str) -> list[Item]:
        """Items of companies' own books; settled ones now and then."""
        is_open = self.draw.random() < 0.95
        found = [
            one
            for one in self.model.items.values()
            if one.book in COMPANIES
            and (self._open(one) or not is_open)
            and one.account in accounts
        ]
        return found[-40:]

    def _open(self, item: Item) -> int:
        return abs(self.model.rest[item.id].open) if item.id in self.model.rest else 0

    def _item(self, *accounts: str) -> Item | None:
        if self.draw.random() < 0.02:
            accounts = tuple(books.MONETARY)
        found = self._items(*accounts)
        return self.draw.choice(found) if found else None

    def _share(self, item: Item) -> int:
        """The rest, or a part."""
        rest = self._open(item) or abs(item.original)
        return self._spoilt(rest if self.draw.random() < 0.45 else self.draw.randint(1, rest))

    def _across(self, units: int, currency: str, other: str) -> int:
        """About as much in another currency: people agree on a rate, not on ours."""
        prices = [self.prices.price(one, self.today) or Fraction(1) for one in (currency, other)]
        shift = Fraction(10) ** (DIGITS[other] - DIGITS[currency])
        agreed = Fraction(self.draw.randint(970, 1030), 1000)
        return max(1, round(units * prices[0] / prices[1] * shift * agreed))

    # ------------------------------------------------------------ what is owed

    def invoice(self) -> Command:
        """An invoice to a customer; one in a hundred has a number in use."""
        company, id = self.draw.choice([*COMPANIES]), self._id("I")
        customer = f"{company}-{self.draw.choice(CUSTOMERS)}"
        owed, on = (self._spoilt(self._units()), self._currency()), self._day()
        name = f"{company}-INV-{self.numbers[company] + 1:04d}"

        def run(desk: Desk) -> None:
            order, price = OrderId(f"O-{id}"), money(owed)
            lines = [("Pumps", Decimal(1), price)]
            buyer = CustomerId(customer)
            take_order(desk, order, customer=buyer, currency=price.currency, lines=lines, on=on)
            ship_order(desk, order, on=on)
            invoice_order(desk, InvoiceId(id), order=order, on=on, days=30)

        given = {"company": company, "owed": owed, "party": customer, "name": name, "on": on}
        accounts = f"{books.DEBTORS}/{books.SALES}"
        return Command("fact", {"key": f"invoice:{id}", "accounts": accounts, **given}, run)

    def bill(self) -> Command:
        """A supplier's bill."""
        company, key = self.draw.choice([*COMPANIES]), self._id("B")
        owed, on = (self._spoilt(self._units()), self._currency()), self._day()
        given = {"company": company, "owed": owed, "party": "mill", "name": key, "on": on}
        accounts = f"{books.COSTS}/{books.CREDITORS}"
        return Command(
            "fact",
            {"key": f"bill:{company}:{key}", "accounts": accounts, **given},
            lambda desk: enter_bill(
                desk, key, company=CompanyId(company), supplier="mill", amount=money(owed),
                on=on, days=30,
            ),
        )  # fmt: skip

    # ------------------------------------------------------------ money for it

    def pay(self) -> Command:
        """A payment of an invoice: in part, in full, with whatever can come with it."""
        item = self._item(books.DEBTORS)
        if item is None or item.id not in self.invoices:
            return self.invoice()
        id, invoice, on = self._id("P"), self.invoices[item.id], self._day()
        if self.draw.random() < 0.01:
            item, invoice = item._replace(id="item:nord:none"), "none"
        given = self._money_for(item)
        bank, currency = given["received"][1], given["settled"][1]

        def run(desk: Desk) -> object:
            return receive_payment(
                desk, PaymentId(id), invoice=InvoiceId(invoice), settled=money(given["settled"]),
                received=money(given["received"]), fee=_or_none(given["fee"], bank),
                discount=_or_none(given["less"], currency),
                write_off=_or_none(given["off"], currency),
                excess=_or_none(given["excess"], bank), method="wire", on=on,
            )  # fmt: skip

        told = {"key": f"payment:{id}", "item": item.id, "of": books.DEBTORS, "on": on, **given}
        return Command("settle", {**told, "name": f"{id}:credit"}, run, ("payment", id))

    def _money_for(self, item: Item) -> dict[str, Any]:
        units, s = self._share(item), item.sign
        less, off, excess = (
            self._spoilt(self.draw.randint(1, max(1, abs(units) // 4)))
            if self.draw.random() < often
            else 0
            for often in (0.12, 0.08, 0.1)
        )
        bank = item.currency if self.draw.random() < 0.65 else self._currency()
        paid = units - less - off
        if bank != item.currency:
            paid = self._across(paid, item.currency, bank)
            excess = self._across(excess, item.currency, bank) if excess else 0
        fee = self.draw.randint(1, max(1, abs(paid) // 10)) if self.draw.random() < 0.3 else 0
        received = (self._spoilt(paid + excess - fee * s), bank)
        settled = (units, item.currency if self.draw.random() < 0.99 else "GBP")
        return {
            "settled": settled, "received": received, "fee": fee,
            "less": less, "off": off, "excess": excess,
        }  # fmt: skip

    def pay_bill(self) -> Command:
        """A bill is paid, or what is no bill."""
        item = self._item(books.CREDITORS)
        if item is None:
            return self.bill()
        key, on = self._id("K"), self._day()
        given = {**self._money_for(item), "off": 0, "excess": 0}
        bank, currency = given["received"][1], given["settled"][1]
        if bank == currency:
            given["received"] = (given["settled"][0] - given["less"] + given["fee"], bank)
        told = {"key": f"bill payment:{key}", "item": item.id, "of": books.CREDITORS, "on": on}
        return Command(
            "settle",
            {**told, **given},
            lambda desk: pay_bill(
                desk, key, item=OpenItemId(item.id), settled=money(given["settled"]),
                paid=money(given["received"]), fee=_or_none(given["fee"], bank),
                discount=_or_none(given["less"], currency), on=on,
            ),
            ("bill payment", key),
        )  # fmt: skip

    def refund(self) -> Command:
        """A credit is paid back."""
        of = (books.BUYER_CREDITS, books.ADVANCES)
        item = self._item(*of)
        if item is None:
            return self.advance()
        id, on = self._id("R"), self._day()
        given = {**self._money_for(item), "less": 0, "off": 0, "excess": 0}
        bank = given["received"][1]
        if bank == given["settled"][1]:
            given["received"] = (given["settled"][0] + given["fee"], bank)
        told = {"key": f"payment:{id}", "item": item.id, "of": of, "on": on, **given}
        return Command(
            "settle",
            told,
            lambda desk: refund_credit(
                desk, PaymentId(id), credit=OpenItemId(item.id), refunded=money(given["settled"]),
                paid=money(given["received"]), fee=_or_none(given["fee"], bank), method="wire",
                on=on,
            ),
            ("payment", id),
        )  # fmt: skip

    def advance(self) -> Command:
        """Money comes before its invoice."""
        company, id = self.draw.choice([*COMPANIES]), self._id("A")
        customer = f"{company}-{self.draw.choice(CUSTOMERS)}"
        paid, on = (self._spoilt(self._units()), self._currency()), self._day()
        fee = self._spoilt(self.draw.randint(1, 9)) if self.draw.random() < 0.2 else 0
        given = {"key": f"payment:{id}", "name": id, "company": company, "party": customer}
        return Command(
            "advance",
            {**given, "paid": paid, "fee": fee, "on": on, "s": 1},
            lambda desk: receive_advance(
                desk, PaymentId(id), company=CompanyId(company), customer=CustomerId(customer),
                received=money(paid), fee=_or_none(fee, paid[1]), method="wire", on=on,
            ),
            ("payment", id),
        )  # fmt: skip

    def pay_advance(self) -> Command:
        """A supplier is paid before the bill."""
        company, key = self.draw.choice([*COMPANIES]), self._id("V")
        paid, on = (self._spoilt(self._units()), self._currency()), self._day()
        given = {"key": f"advance:{key}", "name": key, "company": company, "party": "mill"}
        return Command(
            "advance",
            {**given, "paid": paid, "fee": 0, "on": on, "s": -1},
            lambda desk: pay_advance(
                desk, key, company=CompanyId(company), supplier="mill", paid=money(paid), on=on
            ),
        )

    def apply(self) -> Command:
        """A credit or an advance meets an invoice of the same customer, mostly."""
        item = self._item(books.DEBTORS)
        held = self._items(books.BUYER_CREDITS, books.ADVANCES)
        own = [one for one in held if item and one.party == item.party]
        if item is None or item.id not in self.invoices or not held:
            return self.advance()
        credit = self.draw.choice(own or held)
        id, on, invoice = self._id("U"), self._day(), self.invoices[item.id]
        settled, used = self._met(item, credit)
        given = {"key": f"payment:{id}", "item": item.id, "of": books.DEBTORS, "on": on}
        given["credit"] = credit.id
        return Command(
            "offset",
            {**given, "settled": settled, "used": used},
            lambda desk: apply_credit(
                desk, PaymentId(id), invoice=InvoiceId(invoice), credit=OpenItemId(credit.id),
                settled=money(settled), used=money(used), on=on,
            ),
            ("payment", id),
        )  # fmt: skip

    def _met(self, item: Item, credit: Item) -> tuple[Paid, Paid]:
        """How much of an item meets how much of a credit, at a rate that people agreed on."""
        settled = (self._share(item), item.currency)
        used = (self._across(settled[0], item.currency, credit.currency), credit.currency)
        if item.currency == credit.currency:
            settled = used = (min(settled[0], self._open(credit) or 1), item.currency)
        elif used[0] > self._open(credit) > 0:
            used = (self._spoilt(self._open(credit)), credit.currency)
        return settled, used

    def offset_bill(self) -> Command:
        """A bill meets what was paid in advance, or what the supplier took back."""
        item = self._item(books.CREDITORS)
        held = self._items(books.SUPPLIER_CREDITS, books.PREPAID)
        own = [one for one in held if item and one.book == item.book]
        if item is None or not held:
            return self.pay_advance()
        credit, key, on = self.draw.choice(own or held), self._id("X"), self._day()
        settled, used = self._met(item, credit)
        given = {"key": f"bill offset:{key}", "item": item.id, "of": books.CREDITORS, "on": on}
        return Command(
            "offset",
            {**given, "credit": credit.id, "settled": settled, "used": used},
            lambda desk: offset_bill(
                desk, key, item=OpenItemId(item.id), against=OpenItemId(credit.id),
                settled=money(settled), used=money(used), on=on,
            ),
        )  # fmt: skip

    def collect(self) -> Command:
        """A supplier pays back."""
        of = (books.SUPPLIER_CREDITS, books.PREPAID)
        item = self._item(*of)
        if item is None:
            return self.pay_advance()
        key, on = self._id("Y"), self._day()
        given = {**self._money_for(item), "less": 0, "off": 0, "excess": 0}
        bank = given["received"][1]
        if bank == given["settled"][1]:
            given["received"] = (given["settled"][0] - given["fee"], bank)
        return Command(
            "settle",
            {"key": f"collection:{key}", "item": item.id, "of": of, "on": on, **given},
            lambda desk: collect(
                desk, key, item=OpenItemId(item.id), settled=money(given["settled"]),
                received=money(given["received"]), fee=_or_none(given["fee"], bank), on=on,
            ),
        )  # fmt: skip

    def credit_bill(self) -> Command:
        """A supplier takes something back."""
        item = self._item(books.CREDITORS)
        if item is None:
            return self.bill()
        key, on, amount = self._id("C"), self._day(), (self._share(item), item.currency)
        given = {"key": f"bill credit:{key}", "item": item.id, "of": books.CREDITORS}
        return Command(
            "credit",
            {**given, "charged": books.COSTS, "amount": amount, "on": on, "name": key},
            lambda desk: credit_bill(
                desk, key, item=OpenItemId(item.id), amount=money(amount), on=on
            ),
        )

    def credit_note(self) -> Command:
        """A part of an invoice is taken back, or more than is open of it."""
        item = self._item(books.DEBTORS)
        if item is None or item.id not in self.invoices:
            return self.invoice()
        id, on, invoice = self._id("N"), self._day(), self.invoices[item.id]
        company, whole = item.book, self.draw.randint(1, item.original)
        units = whole if self.draw.random() < 0.2 else self._share(item)
        amount, at_spot = (units, item.currency), self.draw.random() < 0.3
        name = f"{company}-CN-{self.notes[company] + 1:04d}"
        given = {"key": f"credit note:{id}", "item": item.id, "of": books.DEBTORS, "on": on}
        at = CreditRate.SPOT if at_spot else CreditRate.CARRYING
        return Command(
            "credit",
            {**given, "charged": books.SALES, "amount": amount, "name": name, "spot": at_spot},
            lambda desk: credit_invoice(
                desk, CreditNoteId(id), invoice=InvoiceId(invoice), amount=money(amount), on=on,
                reason="dented", at=at,
            ),
            ("credit note", id),
        )  # fmt: skip

    def write_off(self) -> Command:
        """An invoice is given up, in part or in full."""
        item = self._item(books.DEBTORS)
        if item is None or item.id not in self.invoices:
            return self.invoice()
        id, on, invoice = self._id("W"), self._day(), self.invoices[item.id]
        amount = (self._share(item), item.currency)
        given = {"key": f"payment:{id}", "item": item.id, "of": books.DEBTORS, "on": on}
        return Command(
            "credit",
            {**given, "charged": books.GIVEN_UP, "amount": amount},
            lambda desk: write_off_invoice(
                desk, PaymentId(id), invoice=InvoiceId(invoice), amount=money(amount), on=on
            ),
            ("payment", id),
        )

    # ------------------------------------------------------------ taken back, and month ends

    def undo(self) -> Command:
        """Something is taken back, mostly lately done; once in a while twice."""
        if not self.undoable:
            return self.invoice()
        kind, id, company = self.draw.choice(self.undoable[-12:])
        on = self._day()
        if self.draw.random() < 0.02:
            id = "none"
        elif self.draw.random() < 0.8:
            self.undoable.remove((kind, id, company))

        def run(desk: Desk) -> object:
            if kind == "payment":
                return undo_payment(desk, PaymentId(id), on=on)
            if kind == "credit note":
                return cancel_credit_note(desk, CreditNoteId(id), on=on)
            undo_bill_payment(desk, id, company=CompanyId(company), on=on)
            return None

        return Command("undo", {"key": f"{kind}:{id}", "company": company, "on": on}, run)

    def measure(self) -> Command:
        """A revaluation on any day, perhaps at a rate of the company's own."""
        book = self.draw.choice([one for own in self.model.sets.values() for one in own])
        on = self._day()
        back = on + timedelta(days=self.draw.choice((-1, 0, 1, 3)))
        named = {}
        if self.draw.random() < 0.5:
            code = self.draw.choice([one for one in PER_EURO if one != book.currency])
            prices = [self.prices.price(one, on) or Fraction(1) for one in (code, book.currency)]
            rate = prices[0] / prices[1] * Fraction(self.draw.randint(95, 105), 100)
            named = {code: Fraction(round(rate * 10**6), 10**6)}
        return self._revalue(book.id, on, back if self.draw.random() < 0.3 else None, named)

    def _revalue(
        self, book: str, on: date, back: date | None, named: dict[str, Fraction]
    ) -> Command:
        texts = {
            Currency(code): str(Decimal(rate.numerator) / Decimal(rate.denominator))
            for code, rate in named.items()
        }
        return Command(
            "revalue",
            {"book": book, "on": on, "back": back, "named": named},
            lambda desk: revalue(desk, CompanyId(book), on, adjusting=texts, reverse_on=back),
        )

    def shut(self) -> Command:
        """Books are closed on any day, ready or not."""
        book = self.draw.choice([one for own in self.model.sets.values() for one in own])
        return self._close(book.id, self._day())

    def _close(self, book: str, through: date) -> Command:
        return Command(
            "close",
            {"book": book, "through": through},
            lambda desk: close_period(desk, CompanyId(book), through),
        )

    def reopen(self) -> Command:
        """Books are opened again from a day on, closed or not."""
        book = self.draw.choice([one for own in self.model.sets.values() for one in own]).id
        closed = self.model.closed.get(book, self.today)
        since = closed - timedelta(days=self.draw.choice((-1, 0, 3, 10)))
        return Command(
            "reopen",
            {"book": book, "since": since},
            lambda desk: reopen_period(desk, CompanyId(book), since, "a bill came late"),
        )
