"""Write the tables of the reference from the code.

A page asks for one with a comment, and everything up to ``<!-- end -->`` is written anew::

    <!-- table: commands -->
    <!-- end -->

``python -m scripts.write_reference`` writes every such table; a test compares.
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import MappingProxyType, ModuleType
from typing import Annotated, Any, Final, get_origin

import fxcrm
from fxcrm import usecases
from fxcrm.adapters.codec import SCHEMAS, shape_of
from fxcrm.cli.main import _parser
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, trading_chart
from fxcrm.money import Money
from fxcrm.usecases.commanding import COMMANDS

ROOT = Path(__file__).parents[1]
NO_DEFAULT: Final = "(needed)"
SAMPLE: Final = "EUR"  # a text that may stand for an id and for a currency as well

_TABLE = re.compile(
    r"(?P<marker><!-- table: (?P<name>\w+)(?: (?P<of>[\w.-]+))? -->\n)(?P<rows>.*?)<!-- end -->",
    re.DOTALL,
)


def asked(text: str) -> list[str]:
    """The tables that a page asks for, as ``name`` or ``name of``."""
    return [" ".join(filter(None, found.group("name", "of"))) for found in _TABLE.finditer(text)]


def refilled(text: str) -> str:
    """The page with every table written from the code."""
    return _TABLE.sub(_filled, text)


def _filled(found: re.Match[str]) -> str:
    rows = "\n".join(TABLES[found["name"]](found["of"] or ""))
    return f"{found['marker']}\n{rows}\n\n<!-- end -->"


def _table(header: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield header
    yield "|".join(["", *("---" for _ in header.strip("|").split("|")), ""])
    for row in rows:
        yield f"| {' | '.join(row)} |"


def told(thing: Any) -> str:
    """The first sentence of a docstring, or what kind of value or annotation a constant is."""
    if get_origin(thing) is Annotated:
        return f"`{thing.__origin__.__name__}` annotated with `{thing.__metadata__[0]!r}`"
    if not (inspect.isclass(thing) or callable(thing)):
        return f"a `{type(thing).__name__}`"
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    sentence = " ".join(first.split()).replace("``", "`").replace("|", "\\|")
    return sentence.partition(". ")[0].rstrip(".")


# ---- the commands of a story


class Recorder:
    """Stands for a step that is read: notes each argument, its kind and whether it is needed."""

    key = SAMPLE
    on = date(2026, 1, 1)

    def __init__(self) -> None:
        self.read: dict[str, tuple[str, bool]] = {}

    def _noted(self, name: str, kind: str, default: object, value: Any) -> Any:
        self.read.setdefault(name, (kind, default == NO_DEFAULT))
        return value

    def text(self, name: str, default: str = NO_DEFAULT) -> str:
        """A text."""
        return str(self._noted(name, "text", default, SAMPLE))

    def some_text(self, name: str) -> str:
        """A text that may be left out."""
        return self.text(name, "")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._noted(name, "list of texts", "", ()))

    def member(self, name: str, kind: type[Enum], default: object = NO_DEFAULT) -> Any:
        """A choice."""
        return self._noted(name, "one of its words", default, next(iter(kind)))

    def whole(self, name: str, default: object = NO_DEFAULT) -> int:
        """A whole number."""
        return int(self._noted(name, "whole number", default, 1))

    def flag(self, name: str) -> bool:
        """True or false."""
        return bool(self._noted(name, "true or false", "", 0))

    def day(self, name: str, default: object = NO_DEFAULT) -> date:
        """A day."""
        self._noted(name, "day", default, None)
        return self.on

    def some_day(self, name: str) -> date:
        """A day that may be left out."""
        return self.day(name, "")

    def number(self, name: str, default: str = NO_DEFAULT) -> Decimal:
        """A number, as text."""
        return Decimal(self._noted(name, "number", default, 1))

    def some_number(self, name: str) -> Decimal:
        """A number that may be left out."""
        return self.number(name, "")

    def currency(self, name: str, default: str = NO_DEFAULT) -> Currency:
        """A currency."""
        return Currency(self._noted(name, "currency", default, SAMPLE))

    def some_currency(self, name: str) -> Currency:
        """A currency that may be left out."""
        return self.currency(name, "")

    def money(self, name: str, default: str = NO_DEFAULT) -> Money:
        """An amount."""
        return Money(self._noted(name, "amount", default, "1.00"), SAMPLE)

    def some_money(self, name: str) -> Money:
        """An amount that may be left out."""
        return self.money(name, "")

    def rows(self, name: str, _known: str = "") -> list[Any]:
        """A list of tables."""
        return list(self._noted(name, "tables", NO_DEFAULT, []))

    def some_rows(self, name: str, _known: str = "") -> list[Any]:
        """A list of tables that may be left out."""
        return list(self._noted(name, "tables", "", []))


class _NoDesk(Exception):
    """The arguments are read; the use case itself is not wanted."""


class _Desk:
    chart = trading_chart()  # the one part of a desk that decides what is read

    def __getattr__(self, name: str) -> object:
        raise _NoDesk


def arguments(do: str) -> Mapping[str, tuple[str, bool]]:
    """The arguments of a command: kind, and whether it is needed.

    They are found by having them read. An ``id`` that nobody reads is the key of the step.
    """
    recorder, group = Recorder(), Group(CompanyId(SAMPLE), (), Currency(SAMPLE))
    with suppress(_NoDesk, FxcrmError):
        COMMANDS[do].run(_Desk(), recorder, group)  # type: ignore[arg-type]
    key = {"id": ("text", False)} if "id" in COMMANDS[do].arguments else {}
    return MappingProxyType(key | recorder.read)


def _commands(_: str) -> Iterator[str]:
    rows = (
        (f"`{do}`", ", ".join(_argument(*one) for one in arguments(do).items()), _use(do))
        for do in COMMANDS
    )
    return _table("| do | arguments | what happens |", rows)


def _argument(name: str, read: tuple[str, bool]) -> str:
    kind, needed = read
    text = f"`{name}`" if kind in ("text", name) else f"`{name}` ({kind})"
    return text if needed else f"[{text}]"


def _use(do: str) -> str:
    return told(getattr(usecases, do.replace(" ", "_"), COMMANDS[do].run))


# ---- names, errors, options, accounts


def public(module: ModuleType) -> list[str]:
    """The public names of a module: what it exports, or else what it defines."""
    if module is fxcrm:
        return dir(fxcrm)
    exported = getattr(module, "__all__", None)
    if exported is not None:
        return sorted(exported)
    return sorted(
        name
        for name, thing in vars(module).items()
        if name[0] != "_" and getattr(thing, "__module__", None) == module.__name__
    )


def _names(of: str) -> Iterator[str]:
    module = import_module(of)
    rows = ((f"`{name}`", told(getattr(module, name))) for name in public(module))
    return _table("| name | what it is |", rows)


def errors() -> list[type[FxcrmError]]:
    """Every error of the library, leaves and roots; loads every module."""
    for module in walk_packages(fxcrm.__path__, "fxcrm."):
        import_module(module.name)
    return sorted(_below(FxcrmError), key=lambda kind: (kind.__name__, kind.__module__))


def _below(kind: type[FxcrmError]) -> set[type[FxcrmError]]:
    return {one for child in kind.__subclasses__() for one in (child, *_below(child))}


def _errors(of: str) -> Iterator[str]:
    root = getattr(fxcrm, of)
    ours = (one for one in errors() if issubclass(one, root) and "template" in vars(one))
    rows = (
        (f"`{one.__name__}`", f"`{one.__module__.removeprefix('fxcrm.')}`", _message(one))
        for one in ours
        if one.__module__.startswith("fxcrm.")
    )
    return _table("| error | raised in | message |", rows)


def _message(kind: type[FxcrmError]) -> str:
    text = re.sub(r"\{(\w+):plain\}", r"{\1}", kind.template)
    return re.sub(r"\{(\w+)\}", r"*\1*", text.replace("|", "\\|"))


def _options(of: str) -> Iterator[str]:
    parser = _parser()
    for name in of.split("."):  # ``rates.sync`` is a command under another one
        commands = next(
            one for one in parser._actions if isinstance(one, argparse._SubParsersAction)
        )
        parser = commands.choices[name]
    rows = (
        (f"`{_shown(one)}`", (one.help or "") % {"default": one.default})
        for one in parser._actions
        if not isinstance(one, argparse._HelpAction)
    )
    return _table("| option | what it does |", rows)


def _shown(option: argparse.Action) -> str:
    if not option.option_strings:
        return f"[{option.dest}]" if option.nargs == "?" else option.dest
    name = option.option_strings[-1]
    return name if option.nargs == 0 else f"{name} {option.metavar or option.dest.upper()}"


def _accounts(_: str) -> Iterator[str]:
    chart = trading_chart()
    duties = {code: name for name, code in inspect.getmembers(chart.duties) if name[0] != "_"}
    rows = (
        (
            one.code,
            one.name,
            one.type.value,
            "yes" if one.monetary else "",
            one.translation.value,
            duties.get(one.code, "").replace("_", " "),
        )
        for one in chart
    )
    return _table("| code | account | type | monetary | translated at | duty |", rows)


# ---- documents


def _schemas(_: str) -> Iterator[str]:
    rows = (
        (f"[`{one.name}`](#{one.name.replace('.', '')})", str(one.version), told(one.kind))
        for one in SCHEMAS
    )
    return _table("| schema | version | what it holds |", rows)


def _shape(of: str) -> Iterator[str]:
    shapes = {one.name: dict(shape_of(one)) for one in SCHEMAS}
    rows = _folded(shapes.pop(of), shapes).items()
    return _table("| field | holds |", ((f"`{path}`", words) for path, words in rows))


def _folded(shape: Mapping[str, str], others: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The shape, in which a part that is a document by itself is named instead of repeated."""
    folded = dict(shape)
    for path, words in shape.items():
        below = _below_path(shape, path)
        alike = [name for name, one in others.items() if below and _below_path(one) == below]
        if alike and path in folded and path != "data":
            folded[path] = words.replace("record", f"the data of a `{alike[0]}`")
            folded = {one: kind for one, kind in folded.items() if not one.startswith(f"{path}.")}
    return folded


def _below_path(shape: Mapping[str, str], path: str = "data") -> dict[str, str]:
    start = f"{path}."
    return {one.removeprefix(start): kind for one, kind in shape.items() if one.startswith(start)}


TABLES: Mapping[str, Callable[[str], Iterator[str]]] = MappingProxyType(
    {
        "commands": _commands,
        "names": _names,
        "errors": _errors,
        "options": _options,
        "accounts": _accounts,
        "schemas": _schemas,
        "shape": _shape,
    }
)


def main() -> None:
    """Write the pages that have changed."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        if refilled(text) != text:
            page.write_text(refilled(text), encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
