"""What users may import, and what importing it costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import fxcrm
import fxcrm.ports
from tests.architecture.public_names import PACKAGES, exported, pinned


def loaded_after(statement: str) -> set[str]:
    """The modules that a new interpreter holds after one statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def type_checker_view(package: str) -> dict[str, str]:
    """Each name under TYPE_CHECKING in a package's ``__init__.py``, with its module."""
    file = Path(str(import_module(package).__file__))
    tree = ast.parse(file.read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name: str(node.module) for node in imports for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_pinned(package: str) -> None:
    """Adding or losing a public name is a decision, not an accident."""
    assert exported(package) == pinned()[package]


@pytest.mark.parametrize("package", [fxcrm, fxcrm.ports], ids=str)
def test_type_checkers_see_what_runs(package: ModuleType) -> None:
    """The view for type checkers names the same objects, from the same modules."""
    homes = {name: f"{package.__name__}.{home}" for name, home in package._HOME.items()}
    assert type_checker_view(package.__name__) == homes
    assert dir(package) == exported(package.__name__)


@pytest.mark.parametrize(
    ("package", "name"), [(one, name) for one in (fxcrm, fxcrm.ports) for name in dir(one)]
)
def test_each_name_is_there(package: ModuleType, name: str) -> None:
    """Every public name leads to an object, the same one each time."""
    assert getattr(package, name) is getattr(package, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as on any module, and says the name."""
    with pytest.raises(AttributeError, match="Mony"):
        fxcrm.Mony  # noqa: B018 - the look-up itself is what fails
    with pytest.raises(AttributeError, match="RateSauce"):
        fxcrm.ports.RateSauce  # noqa: B018 - likewise


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
