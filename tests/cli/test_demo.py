"""The command as a user runs it: what it writes, what it says, what it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fxcrm.cli import main
from fxcrm.cli.demo import built_in_story

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["demo", *arguments])


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, str], str]:
    """The built-in story with one text replaced, as a file."""

    def written(old: str, new: str) -> str:
        assert old in built_in_story()
        path = tmp_path / "own.toml"
        path.write_text(built_in_story().replace(old, new), encoding="utf-8")
        return str(path)

    return written


def test_a_second_run_gives_the_same_bytes(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Database, report and every line of the summary but the count of steps stay as they were."""
    assert run() == 0
    first, told = capsys.readouterr()
    files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert run() == 0
    second, known = capsys.readouterr()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == files
    assert set(files) == {"fxcrm-demo.sqlite3", "fxcrm-demo.html"}
    pairs = zip(first.splitlines(), second.splitlines(), strict=True)
    assert sum(one != other for one, other in pairs) == 1
    assert "32 steps told, 0 known" in told
    assert "0 steps told, 32 known" in known


def test_a_story_cut_short_goes_on_where_it_ended(run: Run, tmp_path: Path) -> None:
    """Telling one month and then the whole story ends with the figures of one telling."""
    january = built_in_story().split("# ---- February")[0]
    path = tmp_path / "january.toml"
    path.write_text(january, encoding="utf-8")
    assert run("--story", str(path), "--db", "grown.sqlite3", "--html", "part.html") == 0
    assert run("--db", "grown.sqlite3", "--html", "grown.html") == 0
    assert run("--db", "once.sqlite3", "--html", "once.html") == 0
    assert Path("grown.html").read_bytes() == Path("once.html").read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [("EUR 250000.00", "EUR 250001.00"), ('"nordwind"', '"albion"')],
    ids=["a step told differently", "other companies"],
)
def test_a_database_keeps_one_story(
    old: str,
    new: str,
    run: Run,
    own: Callable[[str, str], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another story is refused before anything is written, and the way out is named."""
    assert run() == 0
    before = (tmp_path / "fxcrm-demo.sqlite3").read_bytes()
    capsys.readouterr()
    assert run("--story", own(old, new)) == 2
    assert (tmp_path / "fxcrm-demo.sqlite3").read_bytes() == before
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "AnotherStory" in said
    assert "--db" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('amount = "EUR 250000.00"', "amount = 250000.00", "in quotes"),
        ('do = "invest"', 'do = "invset"', "one of: "),
        ('spread = "0.25"', 'spraed = "0.25"', "known are: "),
        ('functional = "USD"', 'functional = "USB"', "no currency 'USB'"),
        ('title = "', "title = ", "own.toml"),
        ("[[group.subsidiaries]]", "[[group.subsidiary]]", "'subsidiary': known are: "),
        ('title = "', 'titel = "', "'titel': known are: "),
        ("on = 2026-01-0", "on = 1998-01-0", "EUR/USD on 1998-01-07"),
    ],
    ids=[
        *("float", "command", "argument", "currency", "not TOML", "group table", "title"),
        "before the history",
    ],
)
def test_a_mistake_in_a_story_is_one_clear_line(
    old: str,
    new: str,
    said: str,
    run: Run,
    own: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong is named, the exit code is 2, and there is no trace of Python."""
    assert run("--story", own(old, new)) == 2
    lines = [one for one in capsys.readouterr().err.splitlines() if not one[:2].isdigit()]
    assert len(lines) == 1
    assert said in lines[0]


def test_a_file_of_rates_that_is_none_is_refused(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page instead of rates, and a file that is not there: one line each, nothing written."""
    page = tmp_path / "rates.csv"
    page.write_text("<html><body>moved</body></html>", encoding="utf-8")
    assert run("--rates", str(page)) == 2
    assert run("--rates", "nowhere.csv") == 2
    assert capsys.readouterr().err.count("RateSourceBroken") == 2
    assert [one.name for one in tmp_path.iterdir()] == ["rates.csv"]


@pytest.mark.parametrize("place", ["nowhere/report.html", ".", "rates.csv", "own.sqlite3"])
def test_a_report_overwrites_nothing(
    place: str, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder, a place that is not there, the rates, the database: refused before all else."""
    (tmp_path / "rates.csv").write_text("Date,USD\n2026-01-05,1.1\n", encoding="utf-8")
    assert run("--html", place, "--rates", "rates.csv", "--db", "own.sqlite3") == 2
    assert "--html" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["rates.csv"]


def test_a_figure_is_explained_on_demand(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The explanation names rule and rate decisions; a label that is not there is refused."""
    assert run("--explain", "translation reserve of acme") == 0
    said = capsys.readouterr().out
    assert "rule: opening reserve + opening net assets" in said
    assert "rate decision closing:EUR/USD:2026-03-31:1" in said
    assert run("--explain", "no such label") == 2


def test_a_pipe_may_close_early(tmp_path: Path) -> None:
    """A reader such as head, which has seen enough, is no failure."""
    code = "import sys; from fxcrm.cli import main; sys.exit(main(['demo', '--print-story']))"
    command = f'"{sys.executable}" -c "{code}" | head -n 1'
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ended.stderr == ""
    assert ended.stdout.startswith("# The story")
