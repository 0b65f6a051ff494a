"""Who converts with published rates, and how each is asked to.

A `Converter` says for each task, over columns in braces, what is timed. What is not installed is
left out with its reason. ``forex-python`` asks a web service: its address is set to a process of
this machine (`rate_server`), and only the time it spends itself is counted.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

from benchmarks.published import EURO, History

SERVER = Path(__file__).with_name("rate_server.py")


@attrs.frozen
class Converter:
    """One way to convert.

    ``expressions``  by task, over columns in braces and over ``names``
    ``money``        what it takes as an amount, from text and a code
    ``lacks``        what we promise and it does not
    ``forget``       empties its cache, which keeps what it computed in whatever decimal context
    """

    name: str
    expressions: Mapping[str, str]
    names: Mapping[str, Any]
    money: Callable[[str, str], Any] = lambda text, _: Decimal(text)
    lacks: tuple[str, ...] = ()
    forget: Callable[[], object] = bool

    @property
    def version(self) -> str:
        """The release that is installed."""
        return importlib.metadata.version(self.name)


def currencyconverter(_: History, __: ExitStack) -> Converter:
    """The file of the European Central Bank in dictionaries of Decimals."""
    found = import_module("currency_converter").CurrencyConverter(decimal=True)
    expressions = {
        "look up": "convert(ONE, {base}, {counter}, {on})",
        "convert": "convert({amount}, {base}, {counter}, {on})",
        "convert and round": "convert({amount}, {base}, {counter}, {on}).quantize({quantum})",
    }
    names = {"convert": found.convert, "ONE": Decimal(1)}
    lacks = (
        "rounds to the minor unit",
        "amounts know their currency",
        "says which day's rate it took",
        "answers for weekends by a rule",
    )
    return Converter("currencyconverter", expressions, names, lacks=lacks)


def forex_python(_: History, open_until: ExitStack) -> Converter:
    """A request for each rate, answered by a process of this machine."""
    rates = import_module("forex_python.converter").CurrencyRates
    address = open_until.enter_context(_Server())

    class Local(rates):  # type: ignore[misc, valid-type] # of a module that is loaded by its name
        def _source_url(self) -> str:
            return f"{address}/"

    local = Local(force_decimal=True)
    names = {"convert": local.convert, "get_rate": local.get_rate}
    expressions = {
        "look up": "get_rate({base}, {counter}, {on})",
        "convert": "convert({base}, {counter}, {amount}, {on})",
    }
    lacks = ("rounds to the minor unit", "amounts know their currency", "asks nobody for a rate")
    return Converter("forex-python", expressions, names, lacks=lacks)


class _Server:
    """`rate_server` for as long as the benchmark runs."""

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        return f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def django_money(history: History, _: ExitStack) -> Converter:
    """Its exchange: the rates of one day in a database, and Django's cache before it."""
    settings = import_module("django.conf").settings
    if not settings.configured:
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            INSTALLED_APPS=["djmoney.contrib.exchange"],
            USE_TZ=True,
        )
        import_module("django").setup()
        import_module("django.core.management").call_command("migrate", verbosity=0)
        _fill(history, history.days[-1])
    expressions = {"convert at the latest": "convert_money({amount}, {counter})"}
    convert_money = import_module("djmoney.contrib.exchange.models").convert_money
    money = import_module("djmoney.money").Money
    lacks = (
        "rounds to the minor unit",
        "keeps more than one day",
        "says which day's rate it took",
    )
    names = {"convert_money": convert_money}
    forget = import_module("django.core.cache").cache.clear
    return Converter("django-money", expressions, names, money, lacks, forget)


def _fill(history: History, on: date) -> None:
    """The rates of a day, as an update of its own would store them."""
    models = import_module("djmoney.contrib.exchange.models")
    named = import_module("djmoney.settings").EXCHANGE_BACKEND
    name = import_module("django.utils.module_loading").import_string(named).name
    backend = models.ExchangeBackend.objects.create(name=name, base_currency=EURO)
    models.Rate.objects.bulk_create(
        models.Rate(currency=code, value=Decimal(values[on]), backend=backend)
        for code, values in history.values.items()
        if on in values
    )


PEERS: tuple[Callable[[History, ExitStack], Converter], ...] = (
    currencyconverter,
    forex_python,
    django_money,
)


def installed(
    history: History, open_until: ExitStack
) -> tuple[dict[str, Converter], dict[str, str]]:
    """The peers that load, and why the others do not, by name; servers run until the stack ends."""
    found: dict[str, Converter] = {}
    missing: dict[str, str] = {}
    for peer in PEERS:
        name = peer.__name__.replace("_", "-")
        try:
            with warnings.catch_warnings(action="ignore"):
                found[name] = peer(history, open_until)
        except ImportError as reason:
            missing[name] = str(reason)
    return found, missing
