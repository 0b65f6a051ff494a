"""Every Python block of README.md and docs/, and every docstring example, does what it says."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sybil.document import Document
from sybil.example import SybilFailure
from sybil.parsers.markdown import PythonCodeBlockParser

from scripts.write_examples import rewritten, sessions
from tests.architecture.sources import EVERYWHERE, Module
from tests.docs.documents import PAGES, ROOT

_BLOCKS = PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS)
_FENCE = re.compile(r"^```(?P<language>.+)$", re.MULTILINE)
_PYTHON = re.compile(r"^```python\n.*?^```$", re.MULTILINE | re.DOTALL)
# Python goes by one name, because blocks under another one would not run.
_LANGUAGES = {"python", "sh", "text", "mermaid", "toml", "json", "csv", "sql", "html"}


def run(page: Path, names: dict[str, Any] | None = None) -> list[int]:
    """Run the examples of a page from the top, in one namespace; where each of them starts."""
    document = Document.parse(str(page), _BLOCKS)
    document.namespace = {} if names is None else names
    examples = list(document.examples())
    for example in examples:
        example.evaluate()
    return [example.region.start for example in examples]


def named(page: Path) -> str:
    """The page's path in the project, as the id of a test case."""
    return str(page.relative_to(ROOT))


def skipped(page: Path, starts: list[int]) -> list[str]:
    """The Python blocks of a page in which no example starts."""
    blocks = _PYTHON.finditer(page.read_text(encoding="utf-8"))
    return [b[0] for b in blocks if not any(b.start() <= at < b.end() for at in starts)]


@pytest.mark.parametrize("session", sessions(PAGES), ids=lambda session: named(session[0]))
def test_the_code_of_a_page_runs(
    session: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page reads from top to bottom, and so does the tutorial; files go to a folder apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, Any] = {}
    assert [block for page in session for block in skipped(page, run(page, names))] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_fences_known_languages(page: Path) -> None:
    """Each fenced block says what it is, in the one spelling that this runner knows."""
    found = {fence["language"] for fence in _FENCE.finditer(page.read_text(encoding="utf-8"))}
    assert found <= _LANGUAGES


@pytest.mark.parametrize("module", EVERYWHERE, ids=lambda module: module.name)
def test_the_examples_of_docstrings_run(module: Module) -> None:
    """What a docstring shows at the prompt is what the prompt says."""
    assert doctest.testmod(import_module(module.name), optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize(
    "block",
    [
        ">>> 1 + 1\n3",
        ">>> from fxcrm import Money\n>>> Money('1.00', 'EUR') + Money('1.00', 'EUR')\nEUR 3.00",
        "assert 1 + 1 == 3",
        "undefined",
        ">>> 1 + 1\n2\n```\n\nand then\n\n```python\n>>> 1 / 0\n0",
    ],
)
def test_a_planted_mistake_is_found(block: str, tmp_path: Path) -> None:
    """A wrong output, a failing assertion and an error each fail the page."""
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```python\n{block}\n```\n", encoding="utf-8")
    with pytest.raises((SybilFailure, AssertionError, NameError)):
        run(page)


def test_blocks_of_a_page_share_their_names(tmp_path: Path) -> None:
    """A name made in plain code is there at a later prompt of the same page."""
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 2\n```\n\n```python\n>>> x\n2\n```\n", encoding="utf-8")
    assert len(run(page)) == 2


def test_every_page_runs_once() -> None:
    """No page is left out of the sessions, and the tutorial's chapters are one of them."""
    ran = [page for session in sessions(PAGES) for page in session]
    assert sorted(ran) == sorted(PAGES)
    assert [len(session) > 1 for session in sessions(PAGES)].count(True) == 1


def test_outputs_are_written_from_a_run() -> None:
    """What a prompt prints is put below it, on every page of a session; what fits is left."""
    first = "```python\n>>> x = 2\n>>> x + x\n5\n```\n"
    second = "```python\n>>> print(x, 'and more')\n2 and ...\n```\n"
    assert rewritten([first, second]) == [first.replace("5", "4"), second]


def test_an_untold_error_is_not_written() -> None:
    """An error becomes an output only where the page tells of one."""
    told = "```python\n>>> 1 / 0\nTraceback (most recent call last):\n    ...\nError\n```\n"
    [written] = rewritten([told])
    assert "ZeroDivisionError: division by zero\n```" in written
    with pytest.raises(ZeroDivisionError):
        rewritten(["```python\n>>> 1 / 0\n```\n"])
