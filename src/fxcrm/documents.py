"""Documents: bytes with a name, and what they say before anybody decides how it looks.

A paper is what is handed to a renderer: a quote, a contract or an invoice, with what explains its
amounts. `sheet` turns it into values in reading order, so that every renderer says the same; what
things are called in a language is in `fxcrm.documentwords`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm.billing import Invoice
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, InputRefused
from fxcrm.ids import LockId
from fxcrm.money import Money
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Contract, Instalment, LinePart, Quote, Renewal, Renewing, Repricing
from fxcrm.selling.discounts import Discount
from fxcrm.selling.lines import Parts
from fxcrm.selling.quotes import QUOTE_TEXTS

LONGEST_NAME: Final = 120

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f/\\:*?\"<>|\ud800-\udfff]+")
# Controls, lone surrogates, line separators, and marks that turn what follows them.
_HIDDEN_RANGES: Final = (
    *((0x00, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x2028, 0x202E)),
    *((0x2066, 0x2069), (0xD800, 0xDFFF), (0xFFFE, 0xFFFF)),
)
_HIDDEN: Final = {
    code: "\N{REPLACEMENT CHARACTER}"
    for first, last in _HIDDEN_RANGES
    for code in range(first, last + 1)
}
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", re.ASCII)


class DocumentRefused(InputRefused):
    """A name or a media type that no document has."""

    part: str
    given: object
    template = "{given} is refused as the {part:plain} of a document"


def _checked_name(_: Document, __: attrs.Attribute[Any], name: str) -> None:
    bare = name.strip(".").strip() == name
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or not bare:
        raise DocumentRefused(part="name", given=name)


def _checked_type(_: Document, __: attrs.Attribute[Any], media_type: str) -> None:
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise DocumentRefused(part="media type", given=media_type)


@attrs.frozen
class Document:
    """A file that is not on a disk: its name, without folders, its media type, and its bytes.

    Text is in UTF-8. Raises `DocumentRefused`.
    """

    name: str = attrs.field(validator=_checked_name)
    media_type: str = attrs.field(validator=_checked_type)
    content: bytes = attrs.field(repr=False)


class PaperRefused(CallError):
    """A quote or a lock that has nothing to do with the document it should explain."""

    number: str
    reason: str
    template = "the paper for {number} does not fit together: {reason:plain}"


@attrs.frozen
class Party:
    """Who stands on a document: a name, and the lines below it (address, registration)."""

    name: str
    lines: tuple[str, ...] = ()


@attrs.frozen
class OtherTotal:
    """The total in another currency, for information, and the decision that converts it."""

    amount: Money
    decision: RateDecision


@attrs.frozen
class QuotePaper:
    """A quote to be written, with the lock behind its rate where there is one.

    ``others`` are its total in other currencies, each at a decision that binds nobody.
    """

    quote: Quote
    seller: Party
    buyer: Party
    lock: RateLock | None = None
    others: tuple[OtherTotal, ...] = ()


@attrs.frozen
class InvoicePaper:
    """An invoice to be written; the quote and the lock behind it explain its amounts."""

    invoice: Invoice
    seller: Party
    buyer: Party
    quote: Quote | None = None
    lock: RateLock | None = None


@attrs.frozen
class ContractPaper:
    """A contract to be written, with everything that was agreed."""

    contract: Contract
    seller: Party
    buyer: Party


Paper = QuotePaper | InvoicePaper | ContractPaper


@attrs.frozen
class SheetLine:
    """A line: ``amount`` in the document currency, ``parts`` before a conversion, if any.

    There is one part, or two where a lock covers the line in part only. ``discount`` is what
    came off, in percent of the line or in the currency of its price. ``price`` is that of one,
    in the currency of the price list; None where it is not known.
    """

    description: str
    quantity: Decimal
    amount: Money
    parts: Parts = ()
    discount: Decimal | Money | None = None
    price: Money | None = None


@attrs.frozen
class Term:
    """One part of a price and the decision that converts it, by a multiplication or division."""

    priced: Money
    sign: str
    decision: RateDecision


@attrs.frozen
class Working:
    """How an amount came about: the sum of its terms, rounded once."""

    terms: tuple[Term, ...]
    amount: Money


@attrs.frozen
class TaxName:
    """A tax as it is called, and how many percent it is."""

    name: str
    percent: Decimal


@attrs.frozen
class Word:
    """A word of the document's own language, by its key: with so many percent, or of a code."""

    key: str
    percent: Decimal | None = None
    code: str = ""


@attrs.frozen
class Length:
    """So many months and days; ``ahead`` of the day when something falls due, or by themselves."""

    months: int = 0
    days: int = 0
    ahead: str = ""


@attrs.frozen
class Span:
    """The days from the first to the last."""

    since: date
    until: date


@attrs.frozen
class OneRate:
    """A rate by itself: ``1 base = rate counter``, of a day."""

    decision: RateDecision


Said = date | Money | Word | Length | Span | OneRate | str


@attrs.frozen
class Detail:
    """What was agreed on one point: a word of `fxcrm.documentwords`, and what is said of it."""

    word: str
    said: tuple[Said, ...]


@attrs.frozen
class Sheet:
    """What a document says, in values: how they look is the business of who renders it.

    Texts hold no controls and nothing that turns the direction of reading. ``days`` and
    ``details`` have words of `fxcrm.documentwords`. ``decision`` is that of the rate between
    ``priced_total`` and ``total``; ``taxes`` lie between ``net`` and ``total``, each by its name.
    """

    kind: str
    number: str
    seller: Party
    buyer: Party
    days: tuple[tuple[str, date], ...]
    lines: tuple[SheetLine, ...]
    total: Money
    priced_total: Money | None = None
    decision: RateDecision | None = None
    lock: RateLock | None = None
    net: Money | None = None
    taxes: tuple[tuple[TaxName, Money], ...] = ()
    others: tuple[OtherTotal, ...] = ()
    details: tuple[Detail, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    instalments: tuple[Instalment, ...] = ()
    is_indexed: bool = False
    revision: int | None = None

    @property
    def steps(self) -> tuple[Working, ...]:
        """Each converted line with its working: ``EUR 100.00 x 1.0850 = USD 108.50``."""
        return tuple(
            Working(tuple(map(self._term, line.parts)), line.amount)
            for line in self.lines
            if line.parts
        )

    def _term(self, part: LinePart) -> Term:
        multiplies = part.decision.pair.counter is self.total.currency
        sign = "\N{MULTIPLICATION SIGN}" if multiplies else "\N{DIVISION SIGN}"
        return Term(part.priced, sign, part.decision)

    @property
    def decisions(self) -> tuple[RateDecision, ...]:
        """Those of the rates on the sheet: that of the lock first, then that of an excess."""
        parts = (part for line in self.lines for part in line.parts)
        used = (*((self.decision,) if self.decision else ()), *(part.decision for part in parts))
        return tuple({one.id: one for one in used}.values())

    def file_name(self, ending: str) -> str:
        """A name for the file: ``invoice-INV-1.html``."""
        safe = "".join(one if _NAME.fullmatch(one) else "-" for one in self.number)
        return f"{self.kind}-{safe}"[: LONGEST_NAME - len(ending) - 1].rstrip(" .") + f".{ending}"


def sheet(paper: Paper) -> Sheet:
    """The sheet of a paper. Raises `PaperRefused`, `QuoteHasNoRate`."""
    if isinstance(paper, QuotePaper):
        return _quote_sheet(paper)
    if isinstance(paper, ContractPaper):
        return _contract_sheet(paper)
    return _invoice_sheet(paper)


def _quote_sheet(paper: QuotePaper) -> Sheet:
    quote = paper.quote
    _refuse_other(paper.lock, quote.lock, quote.number)
    days = (("date", quote.drafted_on), ("valid until", quote.valid_until))
    return Sheet(
        "quote",
        plain(quote.number),
        _plain(paper.seller),
        _plain(paper.buyer),
        days,
        _quote_lines(quote),
        quote.total,
        quote.priced_total if quote.rate else None,
        quote.rate,
        paper.lock,
        net=quote.net if quote.taxes else None,
        taxes=tuple((_tax(one.tax.name, one.tax.percent), one.amount) for one in quote.taxes),
        others=paper.others,
        texts=tuple((name, plain(text)) for name in QUOTE_TEXTS if (text := getattr(quote, name))),
        revision=quote.revision if quote.revision > 1 else None,
    )


def _quote_lines(quote: Quote) -> tuple[SheetLine, ...]:
    return tuple(
        SheetLine(
            plain(line.description),
            line.quantity,
            amount,
            parts,
            _off(line.discount),
            line.unit_price,
        )
        for line, amount, parts in zip(quote.lines, quote.amounts, quote.parts, strict=True)
    )


def _off(discount: Discount | None) -> Decimal | Money | None:
    return None if discount is None else discount.amount or discount.percent


def _tax(name: str, percent: Decimal) -> TaxName:
    return TaxName(plain(name), percent)


def _contract_sheet(paper: ContractPaper) -> Sheet:
    contract = paper.contract
    return Sheet(
        "contract",
        plain(contract.number),
        _plain(paper.seller),
        _plain(paper.buyer),
        (),
        (),
        contract.total,
        details=(*_agreed(contract), *_clause(contract)),
        instalments=contract.schedule,
        is_indexed=contract.indexation is not None,
    )


def _agreed(contract: Contract) -> Iterator[Detail]:
    notice, renewal = contract.notice, contract.renewal
    yield Detail("service", (plain(contract.title),))
    yield Detail("term", (Span(contract.since, contract.until), Length(contract.term.months)))
    yield Detail("price", (contract.price, Word(contract.per.value)))
    yield Detail("billing", (Word(contract.billed.value), Word(contract.due.value)))
    yield Detail("renewal", tuple(_renewal(renewal)))
    if renewal.how is not Renewing.NONE:
        given = notice.months or notice.days
        length = Length(notice.months, notice.days) if given else Word("none")
        yield Detail("notice", (length,))
        yield Detail("notice until", (contract.last_notice_day,))


def _renewal(renewal: Renewal) -> Iterator[Said]:
    yield Word(renewal.how.value)
    if renewal.how is not Renewing.NONE:
        yield Length(renewal.months)
        percent = renewal.uplift if renewal.price is Repricing.UPLIFT else None
        yield Word(renewal.price.value, percent)


def _clause(contract: Contract) -> Iterator[Detail]:
    clause, base = contract.indexation, contract.base_rate
    if clause is None or base is None:
        yield Detail("clause", (Word("fixed"),))
        return
    yield Detail("clause", (Word("follows", code=clause.reference.code),))
    yield Detail("base rate", (OneRate(base), base.rate.on))
    if clause.band:
        yield Detail("band", (Word("within", clause.band), Word(clause.beyond.value)))
    yield Detail("passed on", (Word("share", clause.passed_on),))
    for name, bound in (("cap", clause.cap), ("floor", clause.floor)):
        if bound is not None:
            yield Detail(name, (Word("share", abs(bound)),))
    ahead = Length(days=clause.lead, ahead="before due") if clause.lead else Word("on due")
    yield Detail("fixing", (ahead,))


def _invoice_sheet(paper: InvoicePaper) -> Sheet:
    invoice, quote = paper.invoice, paper.quote
    _refuse_other(paper.lock, invoice.lock, invoice.number)
    lines = tuple(
        SheetLine(plain(line.description), line.quantity, line.amount) for line in invoice.lines
    )
    if quote is not None:
        lines = _as_quoted(invoice.number, lines, quote)
    locked = paper.lock.locked if paper.lock else None
    taxes = _taxes(invoice)
    return Sheet(
        "invoice",
        plain(invoice.number),
        _plain(paper.seller),
        _plain(paper.buyer),
        (("date", invoice.issued_on), ("due", invoice.due_on)),
        lines,
        invoice.total,
        quote.priced_total if quote and quote.rate else None,
        quote.rate if quote else locked,
        paper.lock,
        net=invoice.total - invoice.tax if taxes else None,
        taxes=tuple(taxes.items()),
    )


def _as_quoted(number: str, lines: tuple[SheetLine, ...], quote: Quote) -> tuple[SheetLine, ...]:
    """The lines of an invoice with what the quote knows of their prices."""
    quoted = _quote_lines(quote)
    if [(one.quantity, one.amount) for one in quoted] != [
        (one.quantity, one.amount) for one in lines
    ]:
        raise PaperRefused(number=number, reason="the quote has other amounts")
    return tuple(
        attrs.evolve(before, description=line.description)
        for before, line in zip(quoted, lines, strict=True)
    )


def _taxes(invoice: Invoice) -> dict[TaxName, Money]:
    """What each tax of an invoice comes to, in the order in which its lines name them."""
    found: dict[TaxName, Money] = {}
    for one in (tax for line in invoice.lines for tax in line.taxes):
        name = _tax(one.name, one.percent)
        found[name] = found.get(name, Money.zero(invoice.currency)) + one.amount
    return found


def _refuse_other(lock: RateLock | None, rests_on: LockId | None, number: str) -> None:
    if lock is not None and lock.id != rests_on:
        raise PaperRefused(number=number, reason=f"it rests on {rests_on or 'no lock'}")


def _plain(party: Party) -> Party:
    return Party(plain(party.name), tuple(map(plain, party.lines)))


def plain(text: str) -> str:
    """The text in one line, every control and mark of direction replaced by a visible mark."""
    return " ".join(re.split("[\t\r\n]+", text)).translate(_HIDDEN)
