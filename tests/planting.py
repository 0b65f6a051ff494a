"""A Python that has imported everything but the package, and forks for each run of some tests.

Starting Python, pytest and Hypothesis takes four times as long as most of the tests that meet a
planted bug. So they are started once; each run is a fork that imports the package from a folder
of its own, and dies with it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).parents[1]
_SECONDS = 300
_NO_PLUGINS = "HYPOTHESIS_NO_PLUGINS"  # the package is one, and is imported by each run
# What most tests import, apart from the package and the tests themselves.
_WARM = (
    "attrs",
    "babel.numbers",
    "dateutil.relativedelta",
    "hypothesis.stateful",
    "psycopg",
    "pytest",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
)


class Run(NamedTuple):
    """How a run ended: what pytest returned, and what it printed."""

    returncode: int
    stdout: str


class Forker:
    """Runs tests on packages, each in a process of its own: ``with Forker() as forker``."""

    def __enter__(self) -> Self:
        # No plugin is loaded that these tests do not need, and options of the surrounding run
        # are not taken over.
        bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", _NO_PLUGINS: "1"}
        bare["HYPOTHESIS_PROFILE"] = "planted"
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            env={**os.environ, **bare},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, package: Path, tests: Iterable[str]) -> Run:
        """These tests of the suite, until the first failure, on the package in this folder."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps([str(package.parent), *tests]) + "\n")
        asked.flush()
        return Run(*json.loads(answered.readline()))


def _forked(folder: str, tests: list[str]) -> Run:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        child = os.fork()
        if child == 0:
            for stream in (1, 2):
                os.dup2(output.fileno(), stream)
            signal.alarm(_SECONDS)
            sys.path[:0] = [folder, str(ROOT)]
            os._exit(_tested(folder, tests))
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return Run(os.waitstatus_to_exitcode(status), output.read())


def _tested(folder: str, tests: list[str]) -> int:
    import pytest
    from hypothesis import entry_points

    del os.environ[_NO_PLUGINS]
    entry_points.run()
    os.environ["PYTHONPATH"] = folder  # for what the tests start themselves
    paths = f"'{folder}' '{ROOT}'"
    quietly = ["-q", "-x", "--no-header", "--tb=line", "--assert=plain", "-p", "no:cacheprovider"]
    code = pytest.main([*quietly, "-o", f"pythonpath={paths}", *tests])
    sys.stdout.flush()
    return int(code)


def _serve() -> None:
    sys.path.remove(str(Path(__file__).parent))  # where tests are, which are found by their package
    for name in _WARM:
        import_module(name)
    assert "fxcrm" not in sys.modules
    for line in sys.stdin:
        folder, *tests = json.loads(line)
        sys.stdout.write(json.dumps(_forked(folder, tests)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
