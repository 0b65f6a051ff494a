"""The public names as the code has them and as public_names.toml pins them.

``python -m tests.architecture.public_names`` writes the pins anew.
"""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import fxcrm

PINS = Path(__file__).with_name("public_names.toml")
PACKAGES = ("fxcrm", "fxcrm.ledger", "fxcrm.ports", "fxcrm.usecases", "fxcrm.testing")


def exported(package: str) -> list[str]:
    """The names that a public package exports, sorted."""
    return dir(fxcrm) if package == "fxcrm" else sorted(import_module(package).__all__)


def pinned() -> dict[str, list[str]]:
    """The names that public_names.toml promises."""
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
    return {package: list(names) for package, names in pins.items()}


def write() -> None:
    """Pin what the code exports now; the comment at the top stays."""
    comment = [one for one in PINS.read_text(encoding="utf-8").splitlines() if one[:1] == "#"]
    blocks = [
        "\n".join([f'"{package}" = [', *(f'    "{name}",' for name in exported(package)), "]"])
        for package in PACKAGES
    ]
    PINS.write_text("\n\n".join(["\n".join(comment), *blocks]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
