"""The composition root: the only place that pairs ports with adapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import attrs

from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused
from fxcrm.errors import CallError, EnvironmentFailed, NotThere
from fxcrm.ledger.daybook import Daybook
from fxcrm.plaindata import RulesRefused
from fxcrm.ports import RateSource, Store
from fxcrm.ports.documents import DocumentRenderer, RendererBroken
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.rates import CurrencyPair, ExchangeRate, RateTable
from fxcrm.reports.statements import Statements
from fxcrm.sellingrules import SellingRules
from fxcrm.tables import Cell, divided
from fxcrm.tomllines import line_of
from fxcrm.usecases.reporting import Overview

PLAIN_FORMATS: Final = ("hledger", "beancount")
TABLE_FORMATS: Final = ("csv", "xlsx")
DOCUMENT_FORMATS: Final = ("html", "pdf", "text")
BUNDLED: Final = "bundled"  # the history that the extra ecb-history brings
FEEDS: Final = ("boc", "cnb", "ecb", "ecb-90d", "ecb-history", "nbp", "nbp-c", "oxr")

TEMPLATES: Final = ("cross_border_trade", "services", "saas")
_LONGEST_RULES: Final = 1_000_000  # characters of one file (F18)


class TemplateMissing(NotThere):
    """A ready kind of selling that there is not."""

    name: str
    known: str
    template = "there is no template {name}; known are {known:plain}"


class ExtraMissing(EnvironmentFailed):
    """An optional part is not installed."""

    part: str
    extra: str
    template = (
        "{part:plain} is an optional part; install it with: pip install 'fxcrm[{extra:plain}]'"
    )


class KeyNeeded(CallError):
    """A feed answers only to those who have a key."""

    feed: str
    template = "the feed {feed:plain} wants a key; pass key= as its provider gave it"


class FormatUnknown(CallError):
    """A format that nothing is written in."""

    form: str
    known: str
    template = "nothing is written as {form}; there are {known:plain}"


@attrs.frozen
class Application:
    """A store and the rates it works with; close it, or use it in a ``with`` block."""

    store: Store
    rates: RateTable
    source: str

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_application(
    database: str | Path | None, rates: str | Path | RateSource | None = None
) -> Application:
    """The usual pairing: SQLite in one file, or PostgreSQL (None: in memory), and ECB rates.

    ``rates`` names a feed or an ECB history file as `rate_source` takes them, or is a source of
    one's own; "store" takes the rates that the database keeps, None the history that the extra
    ``ecb-history`` brings. Raises `ExtraMissing`, `KeyNeeded`, `RateSourceBroken`, and a store's
    errors.
    """
    if rates == "store":
        store = open_store(database)
        return Application(store, stored_rates(store).fetch().table, "the rates of the store")
    source = rate_source(rates) if rates is None or isinstance(rates, str | Path) else rates
    table = source.fetch().table  # before the store, so that a broken source leaves no file behind
    return Application(open_store(database), table, source.name)


def rate_source(name: str | Path | None, *, key: str = "") -> RateSource:
    """Rates by the name of a feed, one of `FEEDS`; from an ECB history file; or the usual ones.

    A text that names no feed is the path of a file (csv or zip), and so is every `Path`; None and
    "bundled" take the history of the extra ``ecb-history``. ``key`` is for a feed that wants one
    (oxr). Nothing is fetched yet. Raises `ExtraMissing`, `KeyNeeded`.
    """
    if isinstance(name, str) and name in FEEDS:
        return _feed(name, key)
    from fxcrm.adapters.ecb import EcbHistory

    return EcbHistory(None if name == BUNDLED else name)


def year_rates(year: int, years: int = 1) -> RateSource:
    """The European Central Bank's reference rates of a year, and of the days before it.

    With ``years``, of so many years in a row. Those of the last two lie in the package; others
    come from the extra ``ecb-history``.
    """
    from importlib.resources import files

    from fxcrm.adapters.ecb import EcbHistory

    folder = Path(str(files("fxcrm.simulation")))
    held = [folder / f"eurofxref-{one}.zip" for one in range(year, year + years)]
    return EcbHistory(*held) if all(one.exists() for one in held) else EcbHistory()


def stored_rates(store: Store, *sources: str) -> RateSource:
    """The rates that a store keeps: of these sources in order of preference, or of all."""
    from fxcrm.adapters.storedrates import StoredRates

    return StoredRates(store, *sources)


def _feed(name: str, key: str) -> RateSource:
    try:
        from fxcrm.adapters.feeds.http import HttpDocuments
    except ModuleNotFoundError:
        raise ExtraMissing(part="fetching rates over HTTP", extra="http") from None
    from fxcrm.adapters.clock import SystemClock

    if name.startswith("ecb"):
        from fxcrm.adapters.feeds.ecb import EcbFeed, EcbFile

        files = {"ecb-90d": EcbFile.NINETY_DAYS, "ecb-history": EcbFile.HISTORY}
        return EcbFeed(HttpDocuments(), SystemClock(), files.get(name, EcbFile.DAILY))
    if name.startswith("nbp"):
        from fxcrm.adapters.feeds.nbp import NationalBankOfPoland, NbpTable

        table = NbpTable.C if name == "nbp-c" else NbpTable.A
        return NationalBankOfPoland(HttpDocuments(), SystemClock(), table)
    if name == "oxr":
        from fxcrm.adapters.feeds.openexchangerates import OpenExchangeRates

        if not key:
            raise KeyNeeded(feed=name)
        return OpenExchangeRates(HttpDocuments(), SystemClock(), key)
    if name == "cnb":
        from fxcrm.adapters.feeds.cnb import CzechNationalBank

        return CzechNationalBank(HttpDocuments(), SystemClock())
    from fxcrm.adapters.feeds.bankofcanada import BankOfCanada

    return BankOfCanada(HttpDocuments(), SystemClock())


def open_store(path: str | Path | None) -> Store:
    """A store in one SQLite file, or at a ``postgresql://`` address; None keeps it in memory.

    File, tables or schema are made if they are not there. Raises `ExtraMissing`, and the
    store's errors.
    """
    if path is None:
        from fxcrm.adapters.memory import MemoryStore

        return MemoryStore()
    if isinstance(path, str) and path.startswith(("postgresql:", "postgres:", "postgresql+")):
        return _open_server(path)
    try:
        from fxcrm.adapters.sql import open_sqlite
    except ModuleNotFoundError:
        raise ExtraMissing(part="the SQLite store", extra="sql") from None
    return open_sqlite(path)


def _open_server(url: str) -> Store:
    try:
        from fxcrm.adapters.sql.postgresql import open_postgresql
    except ModuleNotFoundError:
        raise ExtraMissing(part="the PostgreSQL store", extra="postgresql") from None
    return open_postgresql(url)


def read_bookkeeping(path: str | Path) -> Bookkeeping:
    """How each company keeps its books, from a TOML file; amounts and shares in it are text.

    Raises `BookkeepingRefused`, which names the place in the file, or why it is no such file.
    """
    try:
        data = _toml(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RulesRefused) as failure:
        reason = failure.reason if isinstance(failure, RulesRefused) else str(failure)
        raise BookkeepingRefused(place="the file", reason=reason) from failure
    return Bookkeeping.read(data)


def _toml(text: str) -> dict[str, Any]:
    """What a text of TOML says. Raises `RulesRefused` for one that can not be read."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        reason = str(failure)
    except RecursionError:
        reason = "it is nested too deeply to be read"
    except ValueError:  # Python reads no longer ones
        reason = "a whole number in it has too many digits"
    raise RulesRefused(place="the file", reason=reason)


def read_selling(path: str | Path) -> SellingRules:
    """How a company sells, from a TOML file; amounts and shares in it are text.

    Raises `RulesRefused`, which names the place in the file, or why it is no such file.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise RulesRefused(place="the file", reason=str(failure)) from failure
    return parse_selling(text)


def parse_selling(text: str) -> SellingRules:
    """How a company sells, from the text of TOML. Raises `RulesRefused`, which names the line."""
    if len(text) > _LONGEST_RULES:
        reason = f"it is longer than {_LONGEST_RULES} characters"
        raise RulesRefused(place="the file", reason=reason)
    data = _toml(text)
    try:
        return SellingRules.read(data)
    except RulesRefused as refused:
        line = line_of(text, refused.place)
        if line is None:
            raise
        raise RulesRefused(place=f"line {line}, {refused.place}", reason=refused.reason) from None


def template(name: str) -> SellingRules:
    """The rules of a ready kind of selling, one of `TEMPLATES`. Raises `TemplateMissing`."""
    return parse_selling(template_text(name))


def template_text(name: str) -> str:
    """The same as TOML, to begin a file of one's own with. Raises `TemplateMissing`."""
    if name not in TEMPLATES:
        raise TemplateMissing(name=name, known=", ".join(TEMPLATES))
    folder = Path(__file__).parent / "templates"
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


def party_checks() -> PartyChecks:
    """Checks of addresses, tax ids and phones by country. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.countryrules import CountryRules
    except ModuleNotFoundError:
        raise ExtraMissing(part="checking addresses by country", extra="contacts") from None
    return CountryRules()


def html_report(seen: Overview, *, title: str, source: str) -> str:
    """The overview as one self-contained HTML page. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.html import render
    except ModuleNotFoundError:
        raise ExtraMissing(part="the HTML report", extra="html") from None
    return render(seen, title=title, source=source)


def rate_chart(pair: CurrencyPair, rates: Sequence[ExchangeRate], source: str) -> str:
    """Rates by day as one SVG file. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.html.ratecharts import rate_svg
    except ModuleNotFoundError:
        raise ExtraMissing(part="the SVG chart", extra="html") from None
    return rate_svg(pair, rates, source)


def plain_books(daybook: Daybook, *, form: str) -> Iterator[str]:
    """The lines of a journal for another program, one of `PLAIN_FORMATS`, without line ends.

    Raises `FormatUnknown`, `AccountMissing`.
    """
    if form == "hledger":
        from fxcrm.adapters.hledger import hledger_journal

        return hledger_journal(daybook)
    if form == "beancount":
        from fxcrm.adapters.beancount import beancount_ledger

        return beancount_ledger(daybook)
    raise FormatUnknown(form=form, known=", ".join(PLAIN_FORMATS))


def document_renderer(form: str = "html") -> DocumentRenderer:
    """Writes quotes, contracts and invoices in one of `DOCUMENT_FORMATS`.

    Raises `FormatUnknown`, `ExtraMissing`; `RendererBroken` where a library of the system is not
    there that PDF files need.
    """
    if form == "text":
        from fxcrm.adapters.plaintext import PlainTextDocuments

        return PlainTextDocuments()
    if form not in DOCUMENT_FORMATS:
        raise FormatUnknown(form=form, known=", ".join(DOCUMENT_FORMATS))
    return _pdf_renderer() if form == "pdf" else _page_renderer()


def _page_renderer() -> DocumentRenderer:
    try:
        from fxcrm.adapters.html.papers import HtmlDocuments
    except ModuleNotFoundError:
        raise ExtraMissing(part="writing pages", extra="html") from None
    return HtmlDocuments()


def _pdf_renderer() -> DocumentRenderer:
    try:
        from fxcrm.adapters.html.printing import PdfDocuments
    except ModuleNotFoundError:
        raise ExtraMissing(part="writing PDF files", extra="pdf") from None
    except OSError as missing:  # Pango and HarfBuzz are loaded when the module is
        reason = f"{missing}; install Pango, on Debian the package libpangoft2-1.0-0"
        raise RendererBroken(renderer="WeasyPrint", reason=reason) from None
    return PdfDocuments()


def write_table(
    file: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    form: str,
    title: str = "Table",
) -> int:
    """A table for a spreadsheet, one of `TABLE_FORMATS`; returns how many rows there were.

    Amounts become two columns, a number and its currency. ``title`` names the sheet, where there
    is one. Raises `FormatUnknown`, `CellRefused`, `ExtraMissing`.
    """
    columns, cells = divided(header, rows)
    if form == "csv":
        from fxcrm.adapters.csvfiles import write_csv

        return write_csv(file, columns, cells)
    if form == "xlsx":
        try:
            from fxcrm.adapters.xlsx import write_xlsx
        except ModuleNotFoundError:
            raise ExtraMissing(part="writing workbooks", extra="xlsx") from None
        return write_xlsx(file, columns, cells, sheet=title)
    raise FormatUnknown(form=form, known=", ".join(TABLE_FORMATS))


def write_statements(file: BinaryIO, made: Statements) -> None:
    """Every statement as a sheet of one workbook, amounts as numbers. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.xlsx import write_workbook
    except ModuleNotFoundError:
        raise ExtraMissing(part="writing workbooks", extra="xlsx") from None
    write_workbook(file, made.tables())


def statement_page(made: Statements, *, locale: str = "en") -> str:
    """The statements as one self-contained HTML page with charts. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.html.statementpages import statement_page as page
    except ModuleNotFoundError:
        raise ExtraMissing(part="the HTML page", extra="html") from None
    return page(made, locale=locale)
