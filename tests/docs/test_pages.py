"""What pages draw, link to and tell the reader to type."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from fxcrm.lifecycles import Lifecycle
from scripts.draw_lifecycles import drawn, redrawn
from tests.architecture.sources import EVERYWHERE
from tests.docs.documents import DOCS, PAGES, README, ROOT, commands, links

INSTALL = (
    "python3 -m venv --without-pip .venv"
    " && python3 -m pip --python .venv install --quiet -c constraints.txt -e '.[{extras}]' && "
)


def lifecycles() -> set[str]:
    """Every lifecycle table of the package, as ``module:name`` of the place that defines it."""
    return {
        f"{module.name}:{name}"
        for module in EVERYWHERE
        for name in assigned(module.tree)
        if isinstance(getattr(import_module(module.name), name, None), Lifecycle)
    }


def assigned(tree: ast.Module) -> set[str]:
    """The names that a module gives values to at its top level."""
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def named(page: Path) -> str:
    """The page's path in the project, as the id of a test case."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_diagrams_are_drawn_from_the_tables(page: Path) -> None:
    """A marked diagram is the one the table gives; `python -m scripts.draw_lifecycles` draws it."""
    text = page.read_text(encoding="utf-8")
    assert redrawn(text) == text
    assert len(drawn(text)) == text.count("<!-- lifecycle:")


def test_every_lifecycle_is_drawn_somewhere() -> None:
    """No table of states and commands is left out of the documentation."""
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    assert {name for page in pages for name in drawn(page)} == lifecycles()


def test_a_planted_diagram_is_noticed() -> None:
    """A diagram that differs from its table by one arrow is drawn anew."""
    [name, *_] = sorted(lifecycles())
    page = f"<!-- lifecycle: {name} -->\n\n```mermaid\nstateDiagram-v2\n    [*] --> lost\n```\n"
    assert redrawn(page) != page
    assert redrawn(redrawn(page)) == redrawn(page)


def test_naming_something_else_is_refused() -> None:
    """A marker that names no lifecycle table is a mistake in the page."""
    with pytest.raises(TypeError, match="no Lifecycle"):
        redrawn("<!-- lifecycle: fxcrm.lifecycles:Lifecycle -->\n```mermaid\n```")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of a page names a file of the project."""
    targets = links(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_can_be_found_from_the_index() -> None:
    """Following links from docs/index.md reaches each page of docs/."""
    seen: set[Path] = set()
    todo = [DOCS / "index.md"]
    while todo:
        page = todo.pop().resolve()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            todo += [page.parent / target for target in links(page.read_text(encoding="utf-8"))]
    assert {page.resolve() for page in DOCS.rglob("*.md")} <= seen


def test_the_readme_has_one_line_for_the_story() -> None:
    """Pasted as it is, the line sets everything up and runs the story."""
    story = commands(README.read_text(encoding="utf-8"))["story"]
    assert story == INSTALL.format(extras="all") + ".venv/bin/fxcrm demo"


def test_the_readme_has_one_line_for_the_tests() -> None:
    """Pasted as it is, the line sets everything up and runs the tests; .ci/run reads it too."""
    tests = commands(README.read_text(encoding="utf-8"))["tests"]
    assert tests == INSTALL.format(extras="all,test") + ".venv/bin/python -m pytest"
