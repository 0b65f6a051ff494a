"""A group in a file of its own, or as the ``[group]`` of a story."""

from __future__ import annotations

import tomllib
from pathlib import Path

from fxcrm.errors import InputRefused
from fxcrm.ledger import Group
from fxcrm.usecases.grouping import read_group


class GroupFileRefused(InputRefused):
    """A file of a group that can not be read."""

    path: str
    reason: str
    template = "the group file {path}: {reason:plain}"


def group_of(path: Path) -> Group:
    """The group of a TOML file. Raises `GroupFileRefused`, and what `read_group` raises."""
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise GroupFileRefused(path=str(path), reason=str(error)) from error
    told = plain.get("group")
    return read_group(told if isinstance(told, dict) else plain)
