"""What users may import, and what importing it costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import fxcrm
from tests.architecture.public_names import PACKAGES, exported, pinned


def loaded_after(statement: str) -> set[str]:
    """The modules that a new interpreter holds after one statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def type_checker_view() -> dict[str, str]:
    """Each name under TYPE_CHECKING in ``fxcrm/__init__.py``, with the module it comes from."""
    tree = ast.parse(Path(fxcrm.__file__).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or "": str(node.module) for node in imports for alias in node.names}


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_pinned(package: str) -> None:
    """Adding or losing a public name is a decision, not an accident."""
    assert exported(package) == pinned()[package]


def test_type_checkers_see_what_runs() -> None:
    """The view for type checkers names the same objects, from the same modules."""
    assert type_checker_view() == {name: f"fxcrm.{home}" for name, home in fxcrm._HOME.items()}


@pytest.mark.parametrize("name", dir(fxcrm))
def test_each_name_is_there(name: str) -> None:
    """Every public name leads to an object, the same one each time."""
    assert getattr(fxcrm, name) is getattr(fxcrm, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as on any module, and says the name."""
    with pytest.raises(AttributeError, match="Mony"):
        fxcrm.Mony  # noqa: B018 - the look-up itself is what fails


def test_importing_the_package_loads_nothing_else() -> None:
    """``import fxcrm`` brings neither Babel nor SQLAlchemy, nor attrs, nor a module of ours."""
    loaded = loaded_after("import fxcrm") - loaded_after("import importlib, typing")
    foreign = {name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names}
    assert foreign == {"fxcrm"}


def test_money_alone_loads_the_language_only() -> None:
    """Who needs Money gets amounts and currencies; no ledger, no Babel, no table of rates."""
    loaded = loaded_after("from fxcrm import Money")
    ours = {name for name in loaded if name.startswith("fxcrm.")}
    heavy = {"babel", "sqlalchemy", "dateutil", "attr", "attrs"} & loaded
    language = ("money", "payable", "rational", "currencies", "allocation", "interchange")
    allowed = (*language, "errors", "_decimals", "_iso4217")
    assert ours <= {f"fxcrm.{name}" for name in allowed}
    assert heavy == set()


def test_hypothesis_finds_the_strategies_by_itself() -> None:
    """The entry point registers our types, so an embedder's tests draw Money without more ado."""
    assert "fxcrm.testing.strategies" in loaded_after("import hypothesis")
