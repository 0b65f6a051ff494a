"""Draw the lifecycles in the documentation from the tables that the code walks.

A page asks for a drawing with a comment that names the table, and a mermaid block after it::

    <!-- lifecycle: fxcrm.ratelocks:LOCK_LIFECYCLE -->

or the pipeline of a ready template of selling::

    <!-- pipeline: saas -->

``python -m scripts.draw_lifecycles`` writes every such block anew.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from fxcrm.bootstrap import template
from fxcrm.lifecycles import Lifecycle

ROOT = Path(__file__).parents[1]
_DRAWING = re.compile(
    r"(?P<marker><!-- lifecycle: (?P<module>[\w.]+):(?P<name>\w+) -->\n+)```mermaid\n.*?```",
    re.DOTALL,
)
_PIPELINE = re.compile(
    r"(?P<marker><!-- pipeline: (?P<name>\w+) -->\n+)```mermaid\n.*?```", re.DOTALL
)


def drawn(text: str) -> list[str]:
    """The tables that a page draws, as ``module:name``."""
    return [f"{found['module']}:{found['name']}" for found in _DRAWING.finditer(text)]


def redrawn(text: str) -> str:
    """The page with every marked diagram drawn from its table."""
    return _PIPELINE.sub(_pipeline, _DRAWING.sub(_block, text))


def _block(found: re.Match[str]) -> str:
    table = getattr(import_module(found["module"]), found["name"])
    if not isinstance(table, Lifecycle):
        raise TypeError(f"{found['module']}:{found['name']} is no Lifecycle")
    return f"{found['marker']}```mermaid\n{table.mermaid()}\n```"


def _pipeline(found: re.Match[str]) -> str:
    """The table of a template, each stage with its probability."""
    pipeline = template(found["name"]).pipelines.of(found["name"])
    percents = [f"    {one.name}: {one.name} {one.percent} %" for one in pipeline.stages]
    drawing = "\n".join([pipeline.lifecycle.mermaid(), *percents])
    return f"{found['marker']}```mermaid\n{drawing}\n```"


def main() -> None:
    """Write the pages that have changed."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        if redrawn(text) != text:
            page.write_text(redrawn(text), encoding="utf-8")
            print(f"drew {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
