"""The import contracts of pyproject.toml hold, and each of them refuses what is planted.

A planted violation goes into a copy of the package, so that the contracts under test are the
very ones that guard the original.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT, SOURCE

SETTINGS = ROOT / "pyproject.toml"
_CALL = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports({!r}, {!r}))"


def lint(source: Path, *contracts: str) -> tuple[bool, str]:
    """Whether the contracts hold for the package in ``source``, and what the linter says."""
    ran = subprocess.run(
        [sys.executable, "-c", _CALL.format(str(SETTINGS), contracts)],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200", "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package in it."""
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "src"


def plant(source: Path, module: str, line: str) -> None:
    """Add a line to a module of the copy; the module and its packages are made if missing."""
    path = source.joinpath(*module.split("."))
    for package in path.relative_to(source).parents:
        (source / package).mkdir(exist_ok=True)
        if package.name:
            (source / package / "__init__.py").touch()
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def project() -> dict[str, Any]:
    """The whole of pyproject.toml."""
    return tomllib.loads(SETTINGS.read_text(encoding="utf-8"))


def layers() -> list[str]:
    """The layers as they are written, highest first."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    [found] = [contract for contract in contracts if contract["id"] == "layers"]
    return list(found["layers"])


def test_the_contracts_hold() -> None:
    """Layers, core, Babel, adapters and cycles: everything is as pyproject.toml says."""
    held, said = lint(SOURCE)
    assert held, said
    assert "Contracts: 5 kept, 0 broken." in said


_PLANTED = {
    "layers": [
        ("fxcrm.errors", "fxcrm.ids"),
        ("fxcrm.money", "fxcrm.rates"),
        ("fxcrm.rates", "fxcrm.usecases.quoting"),
        ("fxcrm.ledger.journal", "fxcrm.billing.invoices"),
        ("fxcrm.billing.invoices", "fxcrm.ledger.journal"),
        ("fxcrm.billing.invoices", "fxcrm.selling.quotes"),
        ("fxcrm.pipeline", "fxcrm.selling.quotes"),
        ("fxcrm.customers.register", "fxcrm.posting"),
        ("fxcrm.ports.clock", "fxcrm.usecases.quoting"),
        ("fxcrm.usecases.quoting", "fxcrm.adapters.memory"),
        ("fxcrm.testing.strategies", "fxcrm.adapters.memory"),
        ("fxcrm.bootstrap", "fxcrm.cli"),
    ],
    "core": [
        ("fxcrm.money", "random"),
        ("fxcrm.rates", "pathlib"),
        ("fxcrm.currencies", "os.path"),
        ("fxcrm.ledger.journal", "sqlalchemy.sql"),
        ("fxcrm.money", "pydantic"),
        ("fxcrm.usecases.quoting", "urllib.request"),
        ("fxcrm.testing.strategies", "time"),
        ("fxcrm.brand_new", "socket"),
    ],
    "babel": [("fxcrm.money", "babel.numbers"), ("fxcrm.usecases.quoting", "babel")],
    "adapters": [
        ("fxcrm.adapters.planted", "fxcrm.adapters.other"),
        ("fxcrm.adapters.sql.tables", "fxcrm.adapters.sqlalchemy"),
    ],
}


@pytest.mark.parametrize("contract", _PLANTED)
def test_planted_imports_are_refused(copy: Path, contract: str) -> None:
    """Each direction that the design forbids is refused by the contract, which names it.

    They are planted together, for the linter takes most of a second to start.
    """
    for _, imported in _PLANTED[contract]:
        if imported.startswith("fxcrm."):
            plant(copy, imported, "# there to be imported")
    for importer, imported in _PLANTED[contract]:
        plant(copy, importer, f"import {imported}")
    held, said = lint(copy, contract)
    assert not held
    for importer, imported in _PLANTED[contract]:
        seen = imported if imported.startswith("fxcrm.") else imported.partition(".")[0]
        assert re.search(rf"{re.escape(importer)} -> {re.escape(seen)} \(", said), said


@pytest.mark.parametrize(
    ("contract", "imported"), [("layers", "fxcrm.rates"), ("core", "random"), ("babel", "babel")]
)
def test_a_late_import_counts_like_any_other(copy: Path, contract: str, imported: str) -> None:
    """Importing inside of a function hides nothing."""
    plant(copy, "fxcrm.money", f"def late():\n    import {imported}")
    held, said = lint(copy, contract)
    assert not held
    assert "BROKEN" in said, said


def test_a_planted_cycle_is_refused(copy: Path) -> None:
    """Two modules that import each other are refused, however deep they lie."""
    plant(copy, "fxcrm.ledger.hen", "import fxcrm.ledger.egg")
    plant(copy, "fxcrm.ledger.egg", "import fxcrm.ledger.hen")
    held, said = lint(copy, "cycles")
    assert not held
    assert "No cycles are allowed in fxcrm.ledger" in said


def test_a_module_without_a_place_is_refused(copy: Path) -> None:
    """The layers are exhaustive: whoever adds a module says where it belongs."""
    plant(copy, "fxcrm.unplaced", "# a module that no layer names")
    held, said = lint(copy, "layers")
    assert not held
    assert "fxcrm.unplaced" in said


def test_type_checking_imports_are_free(copy: Path) -> None:
    """A name that only type checkers see is no dependency."""
    plant(copy, "fxcrm.errors", "from typing import TYPE_CHECKING")
    plant(copy, "fxcrm.errors", "if TYPE_CHECKING:\n    from fxcrm.money import Money")
    held, said = lint(copy, "layers")
    assert held, said


def test_no_layer_is_optional() -> None:
    """Every layer exists: one in parentheses could vanish without anybody noticing."""
    assert [layer for layer in layers() if "(" in layer] == []


def test_the_core_leans_on_three_distributions() -> None:
    """attrs, Babel and python-dateutil, and nothing else, come with a plain installation."""
    needed = project()["project"]["dependencies"]
    assert sorted(one.split(">=")[0] for one in needed) == ["attrs", "babel", "python-dateutil"]


def test_all_installs_every_optional_part() -> None:
    """``fxcrm[all]`` names each extra that is no tool of ours and no bundle itself."""
    extras = project()["project"]["optional-dependencies"]
    [everything] = extras["all"]
    parts = set(everything.removeprefix("fxcrm[").removesuffix("]").split(","))
    assert parts == set(extras) - {"all", "demo", "test", "lint"}


def test_constraints_pin_one_version_each_and_name_no_index() -> None:
    """constraints.txt is names and exact versions; where they come from is the reader's choice."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(len(pin.split("==")) == 2 for pin in pins)
    assert not any("/" in line or line.startswith("-") for line in pins)
    assert len({pin.split("==")[0] for pin in pins}) == len(pins)
