"""Run the examples of the pages and write down what they print.

``python -m scripts.write_examples [page ...]`` puts what each prompt really says below it, in
the pages named or in all; read the difference before it is committed. An expected output that
still fits (``...`` included) stays as it is; an error is only written where the page shows a
``Traceback`` already. The tests run the same examples and compare.

The numbered pages of the tutorial are one session: each goes on where the one before ended.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial"
OPTIONS = doctest.ELLIPSIS

_BLOCK = re.compile(
    r"(?P<open>^```python\n)(?P<code>.*?)(?P<close>^```$)", re.MULTILINE | re.DOTALL
)


def sessions(pages: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Pages that share their names: the numbered ones of the tutorial, every other one alone."""
    held = list(pages)
    chapters = tuple(sorted(page for page in held if is_chapter(page)))
    alone: list[tuple[Path, ...]] = [(page,) for page in held if not is_chapter(page)]
    return [*alone, chapters] if chapters else alone


def is_chapter(page: Path) -> bool:
    """Whether a page is a numbered one of the tutorial."""
    return page.parent == TUTORIAL and page.name[0].isdigit()


def rewritten(texts: Sequence[str]) -> list[str]:
    """The texts of one session with the outputs that running them gives."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return [_BLOCK.sub(lambda found: _block(found, names), text) for text in texts]


def _block(found: re.Match[str], names: dict[str, Any]) -> str:
    code = found["code"]
    if ">>>" not in code:
        _run(code, "exec", names)
        return found[0]
    return found["open"] + "".join(_parts(code, names)) + found["close"]


def _run(code: str, mode: str, names: dict[str, Any]) -> None:
    """Without the future imports of this module, as a reader's prompt would do."""
    exec(compile(code, "<page>", mode, dont_inherit=True), names)  # noqa: S102 - our own pages


def _parts(code: str, names: dict[str, Any]) -> Iterator[str]:
    for part in doctest.DocTestParser().parse(code):
        if isinstance(part, str):
            yield part
        else:
            yield from _prompt(part.source)
            yield _expected(part, _printed(part, names))


def _prompt(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines()):
        yield f"{'...' if number else '>>>'} {line}".rstrip() + "\n"


def _printed(example: doctest.Example, names: dict[str, Any]) -> str:
    held = io.StringIO()
    with contextlib.redirect_stdout(held):
        try:
            _run(example.source, "single", names)
        except Exception as error:
            if example.exc_msg is None:
                raise  # a failure that the page does not tell of is a mistake in the page
            told = "".join(traceback.format_exception_only(error))
            return f"Traceback (most recent call last):\n    ...\n{told}"
    return held.getvalue()


def _expected(example: doctest.Example, printed: str) -> str:
    """What stood there if it still fits, else what was printed."""
    if example.exc_msg is not None:
        wanted, told = example.exc_msg, printed.partition("    ...\n")[2]
    else:
        wanted, told = example.want, printed
    fits = doctest.OutputChecker().check_output(wanted, told, OPTIONS)
    return example.want if fits and wanted else printed


def write(session: Sequence[Path]) -> Iterator[Path]:
    """Write the pages of a session anew; those that changed."""
    texts = [page.read_text(encoding="utf-8") for page in session]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        made = rewritten(texts)
    for page, before, after in zip(session, texts, made, strict=True):
        if before != after:
            page.write_text(after, encoding="utf-8")
            yield page


def main() -> None:
    """Write the pages that are named, or all of them."""
    os.environ["COLUMNS"] = "80"
    named = {Path(one).resolve() for one in sys.argv[1:]}
    for session in sessions([ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]):
        if not named or named & set(session):
            for page in write(session):
                print(f"wrote {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
