"""The reference says what the code has: names, errors, commands, options, rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

import fxcrm
from fxcrm.cli.demo import read_story_file
from fxcrm.usecases.commanding import COMMANDS
from scripts.write_reference import arguments, asked, errors, public, refilled
from tests.architecture.public_names import PACKAGES
from tests.architecture.sources import EVERYWHERE
from tests.docs.documents import DOCS, PAGES, ROOT

REFERENCE: Final = DOCS / "reference"
RULES: Final = [
    *(f"M{number}" for number in range(1, 12)),
    *(f"R{number}" for number in range(1, 9)),
    *(f"D{number}" for number in range(1, 33)),
    "D7a",
    *(f"F{number}" for number in range(1, 20)),
]
STATES: Final = ("kept", "in part", "not built")
_ROW = re.compile(r"^\| (?P<rule>[MRDF]\d+a?) \|(?P<cells>.*)\|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_CITED = re.compile(
    r"\b(?P<kind>[MRDF])(?P<first>\d{1,2})(?P<more>a?)(?: to (?P=kind)(?P<last>\d{1,2}))?\b"
)
MODULES: Final = {module.name.removeprefix("fxcrm."): module for module in EVERYWHERE}


class Rule(SimpleNamespace):
    """One row of the index of rules."""

    name: str
    state: str
    modules: list[str]
    tests: list[str]


def rules(text: str) -> Iterator[Rule]:
    """The rows of the index."""
    for row in _ROW.finditer(text):
        _, state, kept, shown = (cell.strip() for cell in row["cells"].split("|"))
        modules, tests = _CODE.findall(kept), _CODE.findall(shown)
        yield Rule(name=row["rule"], state=state, modules=modules, tests=tests)


def cited(text: str) -> set[str]:
    """The rules that a text names, also those inside of a span such as D8 to D12."""
    found = set()
    for one in _CITED.finditer(text):
        kind, first, more, last = one.groups()
        span = range(int(first), int(last or first) + 1)
        found |= {f"{kind}{number}{more}" for number in span}
    return found


def page(name: str) -> str:
    """The text of a page of the reference."""
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_tables_are_written_from_the_code(path: Path) -> None:
    """A marked table is the one the code gives; `python -m scripts.write_reference` writes it."""
    text = path.read_text(encoding="utf-8")
    assert refilled(text) == text, "run: python -m scripts.write_reference"


def test_a_planted_row_is_noticed() -> None:
    """A table with another name in it is written anew."""
    text = page("public-names.md")
    assert refilled(text.replace("| `Money` |", "| `Monet` |")) == text


def test_every_public_package_is_listed() -> None:
    """The packages whose names are pinned have their table, and so do all roots of errors."""
    tables = asked(page("public-names.md"))
    assert {f"names {package}" for package in PACKAGES} - {"names fxcrm.testing"} <= set(tables)
    assert len(asked(page("errors.md"))) == 5


def test_every_error_is_listed() -> None:
    """Each error of the library stands on the page once, under its root."""
    text = page("errors.md")
    ours = [one for one in errors() if one.__module__.startswith("fxcrm.")]
    leaves = [one.__name__ for one in ours if "template" in vars(one)]
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sorted(leaves)


@pytest.mark.parametrize("do", COMMANDS)
def test_the_arguments_of_a_command_are_those_it_reads(do: str) -> None:
    """What a command was seen to read is what its table allows."""
    assert set(arguments(do)) == COMMANDS[do].arguments


def test_needed_arguments_are_needed() -> None:
    """No step of the built-in story leaves out what the page calls needed."""
    for step in read_story_file(None).steps:
        needed = {name for name, (_, is_needed) in arguments(step.do).items() if is_needed}
        assert needed <= set(step.arguments), step.key


def test_every_public_name_of_the_package_is_found() -> None:
    """The names listed for the package are those it loads."""
    assert public(fxcrm) == dir(fxcrm)


def test_every_rule_stands_on_the_page_once() -> None:
    """No rule is left out or listed twice, and each says how far it is kept."""
    listed = list(rules(page("rules.md")))
    assert sorted(one.name for one in listed) == sorted(RULES)
    assert [one.name for one in listed if not one.state.startswith(STATES)] == []


def test_every_rule_that_is_cited_is_known() -> None:
    """Code and tests cite no rule that the page does not explain."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    texts = (path.read_text(encoding="utf-8") for path in files if path != Path(__file__))
    assert {rule for text in texts for rule in cited(text)} - set(RULES) == set()


def test_spans_of_rules_are_understood() -> None:
    """Each rule of a span counts as cited."""
    assert cited("as D8 to D10 and D7a say (M1)") == {"D8", "D9", "D10", "D7a", "M1"}


@pytest.mark.parametrize("rule", [*rules(page("rules.md"))], ids=lambda rule: rule.name)
def test_what_the_page_says_of_a_rule_is_so(rule: Rule) -> None:
    """Modules and tests are there and cite what is kept; what is not built names neither."""
    if rule.state.startswith("not built"):
        assert (rule.modules, rule.tests) == ([], [])
        return
    files = [MODULES[name].path for name in rule.modules]
    files += [ROOT / test.partition("::")[0] for test in rule.tests]
    silent = [one for one in files if rule.name not in cited(one.read_text(encoding="utf-8"))]
    assert rule.modules
    assert [one for one in rule.tests if not there(one)] == []
    assert rule.tests or rule.state.startswith("in part")
    assert len(silent) < len(files) or rule.state.startswith("in part"), silent


def there(test: str) -> bool:
    """Whether ``file::function`` is a test of the project."""
    file, _, function = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)
