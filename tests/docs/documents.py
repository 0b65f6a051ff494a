"""The documents whose code is run, and what is read out of them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]

_COMMAND = re.compile(
    r"<!-- command: (?P<name>\w+) -->\n+```(?:sh|bash|console)\n(?P<text>.*?)```", re.DOTALL
)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def commands(text: str) -> dict[str, str]:
    """The shell commands that are marked ``<!-- command: name -->``, by name."""
    return {found["name"]: found["text"].strip() for found in _COMMAND.finditer(text)}


def links(text: str) -> list[str]:
    """The targets of the links in a page, those to other sites and within the page left out."""
    targets = [found["target"].split("#")[0] for found in _LINK.finditer(_FENCED.sub("", text))]
    return [target for target in targets if target and "://" not in target]
