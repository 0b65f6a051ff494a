"""Documents: bytes with a name, and what they say before anybody decides how it looks.

A paper is what is handed to a renderer: an invoice or a quote, with what explains its amounts.
`sheet` turns it into values in reading order, so that every renderer says the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm.billing import Invoice
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, InputRefused
from fxcrm.ids import LockId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ratelocks import RateLock
from fxcrm.selling import LinePart, Quote
from fxcrm.selling.lines import Parts

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
class QuotePaper:
    """A quote to be written, with the lock behind its rate where there is one."""

    quote: Quote
    seller: Party
    buyer: Party
    lock: RateLock | None = None


@attrs.frozen
class InvoicePaper:
    """An invoice to be written; the quote and the lock behind it explain its amounts."""

    invoice: Invoice
    seller: Party
    buyer: Party
    quote: Quote | None = None
    lock: RateLock | None = None


Paper = QuotePaper | InvoicePaper


@attrs.frozen
class SheetLine:
    """A line: ``amount`` in the document currency, ``parts`` before a conversion, if any.

    There is one part, or two where a lock covers the line in part only.
    """

    description: str
    quantity: Decimal
    amount: Money
    parts: Parts = ()


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
class Sheet:
    """What a document says, in values: how they look is the business of who renders it.

    Texts hold no controls and nothing that turns the direction of reading. ``days`` have the
    words of `WORDS`. ``decision`` is that of the rate between ``priced_total`` and ``total``.
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
    return _invoice_sheet(paper)


def _quote_sheet(paper: QuotePaper) -> Sheet:
    quote = paper.quote
    _refuse_other(paper.lock, quote.lock, quote.number)
    lines = tuple(
        SheetLine(plain(line.description), line.quantity, amount, parts)
        for line, amount, parts in zip(quote.lines, quote.amounts, quote.parts, strict=True)
    )
    days = (("date", quote.drafted_on), ("valid until", quote.valid_until))
    return Sheet(
        "quote",
        plain(quote.number),
        _plain(paper.seller),
        _plain(paper.buyer),
        days,
        lines,
        quote.total,
        quote.priced_total if quote.rate else None,
        quote.rate,
        paper.lock,
    )


def _invoice_sheet(paper: InvoicePaper) -> Sheet:
    invoice, quote = paper.invoice, paper.quote
    _refuse_other(paper.lock, invoice.lock, invoice.number)
    if quote is not None and quote.amounts != tuple(line.amount for line in invoice.lines):
        raise PaperRefused(number=invoice.number, reason="the quote has other amounts")
    parts = quote.parts if quote else tuple(() for _ in invoice.lines)
    lines = tuple(
        SheetLine(plain(line.description), line.quantity, line.amount, before)
        for line, before in zip(invoice.lines, parts, strict=True)
    )
    locked = paper.lock.locked if paper.lock else None
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
    )


def _refuse_other(lock: RateLock | None, rests_on: LockId | None, number: str) -> None:
    if lock is not None and lock.id != rests_on:
        raise PaperRefused(number=number, reason=f"it rests on {rests_on or 'no lock'}")


def _plain(party: Party) -> Party:
    return Party(plain(party.name), tuple(map(plain, party.lines)))


def plain(text: str) -> str:
    """The text in one line, every control and mark of direction replaced by a visible mark."""
    return " ".join(re.split("[\t\r\n]+", text)).translate(_HIDDEN)


def words(locale: str) -> Mapping[str, str]:
    """What documents call things in the language of a locale; English where there is no list."""
    return WORDS.get(re.split("[-_]", str(locale))[0].lower(), WORDS["en"])


_KEYS: Final = (
    *("invoice", "quote", "date", "due", "valid until", "from", "to", "description", "quantity"),
    *("amount", "total", "prices", "rate", "locked until", "decision", "published", "how"),
)


def _language(listed: str) -> FrozenMap[str, str]:
    return FrozenMap(dict(zip(_KEYS, listed.split(" | "), strict=True)))


WORDS: Final[Mapping[str, Mapping[str, str]]] = FrozenMap(
    {
        "en": _language(
            "Invoice | Quote | Date | Due | Valid until | From | To | Description | Quantity | "
            "Amount | Total | Total at list prices | Exchange rate | Rate held until | "
            "Rate decision | Published | How the amounts came about"
        ),
        "de": _language(
            "Rechnung | Angebot | Datum | Fällig | Gültig bis | Von | An | Beschreibung | Menge | "
            "Betrag | Summe | Summe zu Listenpreisen | Wechselkurs | Kurs gilt bis | "
            "Kursentscheidung | Veröffentlicht | Wie die Beträge zustande kamen"
        ),
        "fr": _language(
            "Facture | Devis | Date | Échéance | Valable jusqu\u2019au | De | À | Désignation | "
            "Quantité | Montant | Total | Total au prix catalogue | Taux de change | "
            "Taux garanti jusqu\u2019au | Décision de taux | Publié | Origine des montants"
        ),
        "es": _language(
            "Factura | Presupuesto | Fecha | Vencimiento | Válido hasta | De | Para | "
            "Descripción | Cantidad | Importe | Total | Total a precios de lista | "
            "Tipo de cambio | Tipo garantizado hasta | Decisión de tipo | Publicado | "
            "Origen de los importes"
        ),
        "zh": _language(
            "账单 | 报价单 | 日期 | 到期日 | 有效期至 | 卖方 | 买方 | 说明 | 数量 | 金额 | 合计 | "
            "按价目表合计 | 汇率 | 汇率锁定至 | 汇率决定 | 公布 | 金额的由来"
        ),
    }
)
