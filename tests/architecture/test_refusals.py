"""No float where money is counted, no clock in the core, no data run as code, ports are shapes.

Each rule is shown twice: it finds nothing in the package, and it finds what is planted.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture import refusals
from tests.architecture.divisions import Division, divisions
from tests.architecture.sources import CORE, COUNTING, EVERYWHERE, Module


def named(module: Module) -> str:
    """The module's name, as the id of a test case."""
    return module.name


@pytest.mark.parametrize("module", COUNTING, ids=named)
def test_counting_modules_contain_no_float(module: Module) -> None:
    """No float literal, no ``float()``, no float annotation outside of drawing code."""
    assert refusals.floats(module.tree) == []


@pytest.mark.parametrize("module", CORE, ids=named)
def test_the_core_asks_nothing_of_its_surroundings(module: Module) -> None:
    """Time, random numbers and files are passed in; the core reaches for none of them."""
    assert refusals.ambient(module.tree) == []


@pytest.mark.parametrize("module", EVERYWHERE, ids=named)
def test_no_module_runs_data_as_code(module: Module) -> None:
    """The whole package is free of pickle, ``yaml.load``, ``eval`` and ``exec``."""
    assert refusals.unsafe(module.tree) == []


@pytest.mark.parametrize(
    "module", [m for m in EVERYWHERE if m.within(("fxcrm.ledger",))], ids=named
)
def test_the_ledger_knows_no_invoice(module: Module) -> None:
    """The ledger names no document of the trade, not even by its id."""
    assert refusals.mentions(module.tree, "invoice", "quote", "customer") == []


@pytest.mark.parametrize(
    "module",
    [m for m in EVERYWHERE if m.within(("fxcrm.ports",)) and m.name != "fxcrm.ports"],
    ids=named,
)
def test_ports_are_protocols_and_nothing_else(module: Module) -> None:
    """A port module states shapes, and the failures that every adapter of it raises: no code.

    The package itself only finds them: its names are compared with what type checkers see.
    """
    assert refusals.not_protocols(module.tree) == []


def test_every_quotient_is_proved_exact(tmp_path: Path) -> None:
    """The type checker proves each ``/`` of the counting modules a fraction or a decimal."""
    found = divisions(COUNTING, tmp_path)
    assert found, "the package divides fractions somewhere; finding none means looking nowhere"
    assert [division for division in found if not division.is_exact] == []


@pytest.mark.parametrize(
    "planted",
    [
        "rate = 1.5",
        "rate = 1e3",
        "rate = 2j",
        "def f(amount: object) -> object:\n    return float(str(amount))",
        "def f(amount: float) -> None: ...",
        "def f(amount: 'float | None') -> None: ...",
        "def f() -> 'float': ...",
        "kinds = (float, int)",
        "def f(a):\n    a /= 2",
        "cent = 10 ** -2",
        "def f(digits):\n    return 10 ** (2 - digits)",
        "cent = pow(10, -2)",
        "import math\nroot = math.sqrt(2)",
        "import math as m",
        "from math import fsum",
        "from operator import truediv",
        "def f(delta):\n    return delta.total_seconds()",
    ],
)
def test_a_planted_float_is_found(planted: str) -> None:
    """Each way of getting a float by syntax alone is refused."""
    assert refusals.floats(ast.parse(planted)) != []


@pytest.mark.parametrize(
    "harmless",
    [
        "def f(amount):\n    return isinstance(amount, (bool, float))",
        "def f(amount):\n    return isinstance(amount, bool | float)",
        "def f(amount):\n    match amount:\n        case float():\n            return 'refused'",
        "scale = 10 ** 2",
        "from fractions import Fraction\ncent = Fraction(10) ** -2",
        "import math\ng = math.gcd(4, 6)",
    ],
)
def test_refusing_a_float_is_no_float(harmless: str) -> None:
    """Code may name floats to refuse them, and compute exactly with whatever it likes."""
    assert refusals.floats(ast.parse(harmless)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import datetime as d\nat = d.utcnow()",
        "import datetime\non = datetime.date.today()",
        "from datetime import date\non = getattr(date, 'today')()",
        "from datetime import datetime\nat: datetime = field(factory=datetime.now)",
        "from datetime import datetime as d\nat = field(factory=d.utcnow)",
        "import datetime as dt\nat = field(factory=dt.datetime.now)",
        "def f(on):\n    return type(on).today()",
        "import time",
        "from time import time",
        "import random",
        "from uuid import uuid4",
        "import os.path",
        "from pathlib import Path",
        "text = open('rates.csv').read()",
        "opener = open",
        "print('booked')",
    ],
)
def test_a_planted_look_outside_is_found(planted: str) -> None:
    """Clock, chance and file are refused under every name they may go by."""
    assert refusals.ambient(ast.parse(planted)) != []


def test_the_clock_that_was_passed_in_may_be_asked() -> None:
    """A use case asks the port, under the name ``clock``; that is no look at the wall."""
    assert refusals.ambient(ast.parse("at = clock.now()")) == []
    assert refusals.ambient(ast.parse("at = self.clock.now()")) == []


def test_an_instant_called_now_may_be_read() -> None:
    """What is called ``now`` and was passed in is a value, not a question."""
    assert refusals.ambient(ast.parse("at = desk.now")) == []


def test_a_field_may_be_called_open() -> None:
    """What is open of an item is a field of that name, default and all; no file is meant."""
    source = "class Item:\n    open: int = field()\n    @open.default\n    def _f(self): ..."
    assert refusals.ambient(ast.parse(source)) == []


def test_dates_that_are_passed_in_are_no_look_outside() -> None:
    """The core may use date and datetime as types and compute with them."""
    source = (
        "from datetime import date, timedelta\n"
        "def due(on: date) -> date:\n    return on + timedelta(30)"
    )
    assert refusals.ambient(ast.parse(source)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import pickle",
        "from pickle import loads",
        "import marshal, json",
        "import yaml\nyaml.load('x')",
        "from yaml import unsafe_load",
        "eval('1')",
        "exec('x = 1')",
        "import builtins\nbuiltins.eval('1')",
        "import os\nos.system('x')",
        "__import__('x')",
        "import subprocess\nsubprocess.run('x', shell=True)",
    ],
)
def test_planted_code_from_data_is_found(planted: str) -> None:
    """Each way of running data as code is refused."""
    assert refusals.unsafe(ast.parse(planted)) != []


def test_reading_data_is_not_unsafe() -> None:
    """``re.compile`` and ``yaml.safe_load`` are no code from data."""
    source = "import re, yaml\nre.compile('a')\nyaml.safe_load('a')"
    assert refusals.unsafe(ast.parse(source)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "LIMIT = 3",
        "def f() -> None: ...",
        "class Store:\n    pass",
        "class S(Protocol):\n    limit: int = 3",
        "class S(Protocol):\n    def f(self) -> int:\n        return 3",
        "if TYPE_CHECKING:\n    x = 1",
        "class Busy(EnvironmentFailed):\n    def seconds(self) -> int: ...",
        "class Busy(EnvironmentFailed):\n    tries = 3",
        "@attrs.frozen\nclass Row:\n    id: str",
    ],
)
def test_a_planted_body_in_a_port_is_found(planted: str) -> None:
    """Constants, functions, plain classes and method bodies have no place in a port."""
    assert refusals.not_protocols(ast.parse(planted)) != []


def test_protocols_and_failures_make_a_port() -> None:
    """Docstrings, signatures, attributes without values, and declared failures are in place."""
    source = (
        '"""A port."""\nfrom typing import Protocol\n__all__ = ["S"]\n'
        'class S(Protocol[T]):\n    """Stores."""\n    name: str\n'
        '    def f(self) -> int:\n        """Counts."""\n        ...\n'
        'class Busy(EnvironmentFailed):\n    """Try again."""\n    tries: int\n'
        '    template = "{tries} times"\n'
    )
    assert refusals.not_protocols(ast.parse(source)) == []


@pytest.mark.parametrize(
    "planted",
    ["from fxcrm.ids import InvoiceId", "item.invoice", "def f(invoice_id): ...", "invoice = 1"],
)
def test_a_planted_invoice_in_the_ledger_is_found(planted: str) -> None:
    """An invoice is noticed as import, attribute, argument and variable."""
    assert refusals.mentions(ast.parse(planted), "invoice") != []


_PLANTED_DIVISIONS = {
    "def f(a: int, b: int) -> object:\n    return a / b": "float",
    "def f(a: int, n: int) -> object:\n    return 10**n / a": "Any",
    "from typing import Any\ndef f(a: Any) -> object:\n    return a / 2": "Any",
    "def f(a):\n    return a / 2": "Any",
    "def f(a: int) -> object:\n    return a if a is not None else a / 2": "nothing",
}
_OF_FRACTIONS = (
    "from fractions import Fraction\ndef f(a: Fraction) -> Fraction:\n    return a / (3 / a)\n"
)


def test_planted_divisions_are_told_apart(tmp_path: Path) -> None:
    """Quotients of integers, of the unknown and in unreachable code do not pass as exact.

    Nested quotients of fractions are looked at together, and both are exact. The type checker
    takes seconds to start, so it looks at all of them at once.
    """
    modules = []
    for number, source in enumerate([*_PLANTED_DIVISIONS, _OF_FRACTIONS]):
        path = tmp_path / f"planted_{number}.py"
        path.write_text(f"{source}\n")
        modules.append(Module(path.stem, path, ast.parse(source)))
    found = divisions(modules, tmp_path)
    by_path = {one.path: one for one in found}
    assert len(by_path) == len(found) == len(modules)
    *planted, exact = (by_path[module.path] for module in modules)
    for division, revealed in zip(planted, _PLANTED_DIVISIONS.values(), strict=True):
        assert revealed in division.type, division
        assert not division.is_exact, division
    assert exact == Division(modules[-1].path, 3, "fractions.Fraction")
    assert exact.is_exact
