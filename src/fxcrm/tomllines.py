"""Where in a TOML text a key stands: readers of TOML give values, and no lines.

The text is known to be TOML, so little has to be understood: headers, keys, lists and inline
tables. It is read once, from the start to the end.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from fxcrm.mappings import FrozenMap

Path = tuple[str | int, ...]
# A text that does not end goes to the end of what there is, so that nothing is looked at twice.
_TOKEN: Final = re.compile(
    r'(?P<skip>[ \t\r]+|#[^\n]*)|(?P<text>"""(?:[^"\\]|\\.|"(?!""))*(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"?' + r"|'[^'\n]*'?)|(?P<bare>[^][{}=,.#\s\"']+)|(?P<sign>.)",
    re.DOTALL,
)
_PLACE: Final = re.compile(
    r'\[(?P<index>\d{1,9})\]|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<key>[^.\[\]"]+)', re.DOTALL
)
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_SIGNS: Final = FrozenMap({"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"})
_QUOTED: Final = frozenset(".[]\"'\\")  # what a bare part of a place can not hold
_MOST: Final = 200_000  # signs of one text; what comes after has no line (F18)
_DEEPEST: Final = 50  # parts of a path; what lies deeper has the line of what it lies in


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, of a place such as ``pipelines.saas.stages[2].percent``.

    Where the place itself is not written down, as with a key that is missing, it is the line of
    the nearest table or list around it; None where there is none of these.
    """
    lines = _Lines(text).found
    path = _path(place)
    for length in range(len(path), 0, -1):
        line = lines.get(path[:length])
        if line is not None:
            return line
    return None


def _path(place: str) -> Path:
    return tuple(
        int(found["index"]) if found["index"] else found["key"] or _name(found["quoted"])
        for found in _PLACE.finditer(place)
    )


def as_key(name: str) -> str:
    """A name as a part of a place: between quotation marks, as in TOML, where it needs them."""
    if name and name.isprintable() and _QUOTED.isdisjoint(name):
        return name
    held = name.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in held) + '"'


def _name(quoted: str) -> str:
    """What a key in quotation marks says."""
    if quoted.startswith("'"):
        return quoted[1:-1]
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return _SIGNS.get(found[4], found[4])
    return chr(int(code, 16)) if int(code, 16) <= sys.maxunicode else found[0]


class _Lines:
    """The line of every header, key and member of a list, by its path."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {}
        self._tokens = _tokens(text)
        self._counts: dict[Path, int] = {}
        self._kind, self._text, self._line = next(self._tokens)
        self._read()

    def _next(self) -> None:
        self._kind, self._text, self._line = next(self._tokens)

    def _read(self) -> None:
        table: Path = ()
        while self._kind != "end":
            if self._text == "[" and self._kind == "sign":
                table = self._header()
            elif self._kind in ("bare", "text"):
                self._assignment(table)
            else:
                self._next()

    def _header(self) -> Path:
        line, depth = self._line, 0
        while self._text == "[" and self._kind == "sign":
            depth += 1
            self._next()
        path = self._within(self._key(()))
        if depth > 1:
            self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, self._counts[path])
        self.found.setdefault(path, line)
        return path

    def _within(self, path: Path) -> Path:
        """The path with the number of the last member of every list that it goes through."""
        made: Path = ()
        for part in path[:-1]:
            made = (*made, part)
            if made in self._counts:
                made = (*made, self._counts[made])
        return (*made, *path[-1:])

    def _key(self, table: Path) -> Path:
        path, line = table, self._line
        while self._kind in ("bare", "text") and len(path) <= _DEEPEST:
            name = self._text if self._kind == "bare" else _name(self._text)
            path = (*path, name)
            if table:
                self.found.setdefault(path, line)
            self._next()
            if self._text == "." and self._kind == "sign":
                self._next()
        return path

    def _assignment(self, table: Path) -> None:
        line = self._line
        path = self._key(table)
        self.found.setdefault(path, line)
        if len(path) > _DEEPEST:
            self._next()
        if self._text == "=":
            self._next()
        self._value(path)

    def _value(self, path: Path) -> None:
        if len(path) > _DEEPEST:
            self._next()
        elif self._kind == "sign" and self._text == "[":
            self._members(path)
        elif self._kind == "sign" and self._text == "{":
            self._next()
            self._inline(path)
        else:
            while self._kind in ("bare", "text") or (self._kind, self._text) == ("sign", "."):
                self._next()

    def _members(self, path: Path) -> None:
        self._next()
        number = 1
        while self._kind != "end" and self._text != "]":
            if self._kind == "sign" and self._text in ("\n", ","):
                self._next()
                continue
            self.found.setdefault((*path, number), self._line)
            self._value((*path, number))
            number += 1
        self._next()

    def _inline(self, path: Path) -> None:
        while self._kind != "end" and self._text != "}":
            if self._kind in ("bare", "text"):
                self._assignment(path)
            else:
                self._next()
        self._next()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for count, found in enumerate(_TOKEN.finditer(text)):
        kind, token = str(found.lastgroup), found[0]
        if count >= _MOST:
            break
        if kind != "skip":
            yield kind, token, line
        line += token.count("\n")
    while True:
        yield "end", "", line
