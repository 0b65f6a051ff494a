"""``fxcrm rates`` as a user runs it: what it says, what it keeps, what it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from fxcrm import bootstrap
from fxcrm.bootstrap import open_application, open_store
from fxcrm.cli import main, ratearguments
from fxcrm.cli.rates import COMMANDS
from fxcrm.rates import Side

# European Central Bank, euro foreign exchange reference rates; the last USD is ten times too much.
DAYS = {
    "2026-03-02": ("1.1698", "184.49"),
    "2026-03-03": ("1.1606", "183.02"),
    "2026-03-04": ("1.1649", "183.05"),
    "2026-03-05": ("11.618", "183.10"),
}
INVERTED = ("--since", "2026-03-02", "--until", "2026-03-01")
Run = Callable[..., tuple[int, list[str], str]]


def history(*days: str, **changes: str) -> str:
    """A history file of the bank's form, with some dollars changed."""
    rows = [
        f"{day},{changes.get('d' + day[-2:], DAYS[day][0])},{DAYS[day][1]},"
        for day in sorted(days or DAYS, reverse=True)
    ]
    return "\n".join(["Date,USD,JPY,", *rows, ""])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    """The command in a folder of its own: its exit code, its lines, and what it complains of."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str, at: str = "2026-03-06T17:00") -> tuple[int, list[str], str]:
        code = main(["rates", *arguments, "--at", at])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return ran


@pytest.fixture
def synced(run: Run) -> Run:
    """The command after two syncs: three days, and then a fourth that is doubted."""
    Path("ecb.csv").write_text(history(*list(DAYS)[:3]))
    assert run("sync", "ecb.csv", at="2026-03-04T17:00")[0] == 0
    Path("ecb.csv").write_text(history())
    assert run("sync", "ecb.csv", at="2026-03-05T17:00")[0] == 0
    return run


def test_a_sync_tells_what_came_and_what_is_doubted(run: Run) -> None:
    """New, held with the reason, waiting, late; and a second run finds nothing."""
    Path("ecb.csv").write_text(history(*list(DAYS)[:3]))
    assert run("sync", "ecb.csv")[1][0] == "ECB ecb.csv: 6 new, 0 held"
    Path("ecb.csv").write_text(history())
    code, lines, _ = run("sync", "ecb.csv", at="2026-03-06T18:00")
    assert code == 0
    assert lines == [
        "ECB ecb.csv: 1 new, 1 held",
        "held      ECB ecb.csv:EUR/USD:mid:2026-03-05:1  EUR/USD 11.618 of 2026-03-05",
        "          moved: 897.34 % from 1.1649 of 2026-03-04; 10.00 % are allowed",
    ]
    assert run(
        "sync",
        "ecb.csv",
        at="2026-03-09T18:00",
    )[1] == [
        "ECB ecb.csv: 0 new, 0 held",
        "waiting   1 for approval; see: fxcrm rates held",
    ]
    late = run("sync", "ecb.csv", "--max-age", "3", "--weekdays", at="2026-03-11T18:00")[1]
    assert late[2:] == [
        "late      EUR/JPY 183.10 of 2026-03-05, 4 days old",
        "late      EUR/USD 1.1649 of 2026-03-04, 5 days old",
    ]


def test_a_correction_is_told_and_the_earlier_answer_stays(synced: Run) -> None:
    """As it was known before the correction, the rate is what it was."""
    Path("ecb.csv").write_text(history(d04="1.1700", d05="1.1618"))
    lines = synced("sync", "ecb.csv", at="2026-03-05T18:00")[1]
    assert lines[:2] == [
        "ECB ecb.csv: 2 new, 0 held",
        "corrected EUR/USD 1.1700 of 2026-03-04 instead of 1.1649",
    ]
    first = ("show", "EUR/USD", "2026-03-04")
    assert synced(*first)[1][0] == "1 EUR = 1.1700 USD on 2026-03-04"
    earlier = synced(*first, "--known-at", "2026-03-05T17:30")[1]
    assert earlier[0] == "1 EUR = 1.1649 USD on 2026-03-04"
    assert synced(*first, "--known-at", "2026-03-01T00:00")[0] == 2


def test_show_explains_the_rate(synced: Run) -> None:
    """Path, source, identifier, age, rule, and since when it is known."""
    code, lines, _ = synced("show", "usd/jpy", "2026-03-05")
    first = "1 / EUR/USD 1.1649 (ECB ecb.csv 2026-03-04)"
    dollar = "ECB ecb.csv:EUR/USD:mid:2026-03-04:2026-03-04T17:00:00+00:00"
    assert code == 0
    assert lines == [
        "1 USD = 157.1809 JPY on 2026-03-04",
        f"path        {first} x EUR/JPY 183.10 (ECB ecb.csv 2026-03-05)",
        "source      ECB ecb.csv",
        f"identifier  1/{dollar} x ECB ecb.csv:EUR/JPY:mid:2026-03-05:2026-03-05T17:00:00+00:00",
        "age         1 day",
        "rule        on or before 2026-03-05: fixing of 2026-03-04, 1 of at most 7 days old",
        "known       since 2026-03-05 17:00 UTC",
    ]
    assert synced("show", "EUR/USD", "2026-03-03", "--before")[1][0].endswith("on 2026-03-02")
    assert synced("show", "EUR/JPY", "--source", "ECB ecb.csv")[1][0].endswith("on 2026-03-05")
    assert "RateMissing" in synced("show", "EUR/JPY", "--source", "nobody")[2]
    assert "RateMissing" in synced("show", "USD/JPY", "--legs", "1")[2]
    assert "RateMissing" in synced("show", "EUR/JPY", "--side", "bid")[2]


def test_what_is_held_is_approved_or_rejected_by_name(synced: Run) -> None:
    """The id that is shown is the one to decide by; who and why are kept."""
    listed = synced("held")[1]
    id = listed[0].split("  ")[-2].strip()
    assert synced("approve", id, "--by", " ", "--reason", "no")[0] == 2
    code, lines, _ = synced("approve", id, "--by", "ada", "--reason", "the bank says so")
    assert (code, lines) == (0, [f"approved  {id}: the bank says so"])
    assert synced("held")[1] == ["nothing is held"]
    assert synced("show", "EUR/USD", "2026-03-05")[1][0] == "1 EUR = 11.618 USD on 2026-03-05"
    again = synced("reject", id, "--by", "ada", "--reason", "after all")
    assert (again[0], "possible: nothing" in again[2]) == (2, True)
    with open_store("fxcrm-rates.sqlite3").begin(reading=True) as unit:
        [held] = unit.held_rates.all()
        assert (held.decided_by, held.state) == ("ada", "approved")


def test_a_rejected_rate_is_not_held_again(synced: Run) -> None:
    """The source still has it; it is neither taken nor asked about."""
    id = "ECB ecb.csv:EUR/USD:mid:2026-03-05:1"
    assert synced("reject", id, "--by", "ada", "--reason", "a slip")[1] == [
        f"rejected  {id}: a slip"
    ]
    assert synced("sync", "ecb.csv")[1] == ["ECB ecb.csv: 0 new, 0 held"]


def test_gaps_are_days_without_an_answer(synced: Run) -> None:
    """Before the history and after the age; none is said in words."""
    span = ("--since", "2026-03-01", "--until", "2026-03-20")
    assert synced("gaps", "EUR/JPY", *span)[1] == ["2026-03-01", "2026-03-13 to 2026-03-20"]
    none = synced("gaps", "EUR/JPY", "--since", "2026-03-02", "--until", "2026-03-12")[1]
    assert none == ["none: a rate of EUR/JPY answers for every day from 2026-03-02 to 2026-03-12"]


def test_a_chart_of_plain_characters_shows_the_course(synced: Run) -> None:
    """Highest and lowest with their values, one star a fixing, the days below."""
    code, lines, _ = synced("chart", "EUR/JPY", "--since", "2026-03-01", "--until", "2026-03-31")
    assert code == 0
    assert lines[0] == "1 EUR in JPY, 4 fixings"
    stars = [(row, line.index("*")) for row, line in enumerate(lines) if "*" in line]
    assert [lines[row].split(" |")[0].strip() for row, _ in stars] == ["184.49", "183.10", "183.02"]
    assert lines[-1].split() == ["2026-03-02", "2026-03-05"]
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() for line in lines)


def test_a_chart_is_one_drawing_in_a_file(synced: Run) -> None:
    """SVG that any reader takes: a title, a description with the figures, light and dark."""
    span = ("--since", "2026-03-01", "--until", "2026-03-31")
    code, lines, _ = synced("chart", "EUR/JPY", *span, "--svg", "jpy.svg")
    assert (code, lines) == (0, ["wrote jpy.svg"])
    text = Path("jpy.svg").read_text(encoding="utf-8")
    drawing = fromstring(text)  # noqa: S314
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    described = drawing.findtext("{*}desc")
    assert described == (
        "1 EUR in JPY from 2026-03-02 to 2026-03-05, 4 fixings of ECB ecb.csv; "
        "lowest 183.02 on 2026-03-03, highest 184.49 on 2026-03-02, last 183.10"
    )
    [course] = [one for one in drawing.iter() if one.get("class") == "course"]
    assert len(str(course.get("points")).split()) == 4
    assert "prefers-color-scheme:dark" in text
    assert "<script" not in text
    assert synced("chart", "EUR/JPY", *span, "--svg", "no/such/folder.svg")[0] == 2


def test_a_broken_source_is_told_and_ends_with_two(run: Run) -> None:
    """One line names it; the database notes it, and keeps its rates."""
    Path("torn.csv").write_text("Date,USD\n2026-03-02\n")
    code, lines, error = run("sync", "torn.csv")
    assert code == 2
    assert lines[1].startswith("broken    rate source ECB torn.csv is broken")
    assert error.startswith("fxcrm: RateSourceBroken: rate source ECB torn.csv")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "EURUSD"), "the pair is two codes, such as EUR/USD, not 'EURUSD'"),
        (("show", "EUR/XQX"), "UnknownCurrency"),
        (("show", "EUR/USD", "yesterday"), "the day is such as 2026-03-31, not 'yesterday'"),
        (("show", "EUR/USD", "--known-at", "now"), "--known-at is such as 2026-03-31T16:00"),
        (("show", "EUR/USD", "--max-age", "-1"), "--max-age is a whole number, not '-1'"),
        (("show", "EUR/USD", "--legs", "9"), "PolicyRefused"),
        (("chart", "EUR/USD", "--since", "1999-01-01", "--until", "1999-02-01"), "no fixing"),
        (("approve", "nobody", "--by", "ada", "--reason", "why"), "there is no held rate"),
        (("sync", "ecb.csv", "--hold-from", "ten"), "NumberRefused"),
        (("sync", "oxr"), "wants a key"),
        (("sync", "ECB"), "no file 'ECB', and no feed of that name; the feeds are boc, cnb, ecb,"),
        (("show", "EUR/USD", "--known-at", "2026-03-01T00:00"), "rates sync --as-published"),
        (("chart", "EUR/JPY", "--side", "bid"), "no fixing"),
        (("chart", "USD/JPY", "--legs", "1"), "no fixing"),
        (("gaps", "EUR/USD", *INVERTED), "--since is a day on or before the last one, 2026-03-01"),
        (("chart", "EUR/USD", *INVERTED), "--since is a day on or before the last one, 2026-03-01"),
        (("sync", "ecb.csv", *INVERTED), "--since is a day on or before the last one, 2026-03-01"),
    ],
)
def test_what_is_wrong_is_one_line(synced: Run, arguments: tuple[str, ...], told: str) -> None:
    """Exit code 2, the operand and what is expected instead; nothing is written."""
    before = Path("fxcrm-rates.sqlite3").read_bytes()
    code, lines, error = synced(*arguments)
    assert (code, lines) == (2, [])
    assert told in error
    assert error.count("\n") == 1
    assert Path("fxcrm-rates.sqlite3").read_bytes() == before


def test_looking_makes_no_database(run: Run) -> None:
    """A file that is not there is an error with the way out, not an empty database."""
    for command in (("show", "EUR/USD"), ("held",), ("gaps", "EUR/USD")):
        code, _, error = run(*command, "--db", "nowhere.sqlite3")
        assert (code, "fxcrm rates sync --db nowhere.sqlite3" in error) == (2, True)
    assert not Path("nowhere.sqlite3").exists()


def test_an_application_works_with_the_rates_of_its_store(synced: Run) -> None:
    """``open_application(..., rates="store")`` takes what was synced, corrections and all."""
    with open_application("fxcrm-rates.sqlite3", "store") as application:
        assert [str(pair) for pair in application.rates.pairs] == ["EUR/JPY", "EUR/USD"]
        assert application.source == "the rates of the store"
    assert synced("held")[0] == 0


def test_the_arguments_say_what_the_library_has() -> None:
    """The list of feeds and sides in the help is that of the library; every command has its own."""
    assert ratearguments.FEEDS == bootstrap.FEEDS
    assert tuple(one.value for one in Side) == ratearguments.SIDES
    assert set(COMMANDS) == {"sync", "show", "gaps", "chart", "held", "approve", "reject"}


def test_help_does_not_load_the_library() -> None:
    """Who asks what there is does not wait for stores and use cases."""
    script = "import sys; from fxcrm.cli import main\ntry: main(['rates', '--help'])\n"
    script += "except SystemExit: pass\nassert 'fxcrm.usecases' not in sys.modules, 'loaded'"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "approve" in done.stdout


def two_sources(run: Run) -> None:
    """A source that stopped on 4 March, and one that sorts after it and goes on to the 20th."""
    Path("a.csv").write_text(history(*list(DAYS)[:3]))
    assert run("sync", "a.csv")[0] == 0
    Path("b.csv").write_text("Date,USD,\n2026-03-20,1.1580,\n2026-03-03,1.1607,\n")
    assert run("sync", "b.csv", at="2026-03-20T17:00")[1][0] == "ECB b.csv: 2 new, 0 held"


def test_a_pair_comes_from_the_source_with_the_newest_fixing(run: Run) -> None:
    """By the day asked for, as it was known, unless sources are named: then in their order."""
    two_sources(run)
    pair = ("show", "EUR/USD")
    assert run(*pair, "2026-03-20")[1][2] == "source      ECB b.csv"
    assert run(*pair, "2026-03-04")[1][2] == "source      ECB a.csv"
    then = ("--known-at", "2026-03-20T00:00", "--max-age", "30")
    known = run(*pair, "2026-03-20", *then)
    assert known[1][2] == "source      ECB a.csv"
    both = ("--source", "ECB a.csv", "--source", "ECB b.csv")
    told = run(*pair, "2026-03-20", *both)[2]
    assert "OtherSourceAnswers" in told
    assert "alone would answer: ECB b.csv; name one with --source" in told


def test_a_span_comes_from_the_source_that_has_most_of_it(run: Run) -> None:
    """Gaps and charts: the newest is not taken where another has the days."""
    two_sources(run)
    first = ("--since", "2026-03-02", "--until", "2026-03-20")
    assert run("gaps", "EUR/USD", *first)[1] == ["2026-03-12 to 2026-03-20"]
    assert run("chart", "EUR/USD", *first)[1][0] == "1 EUR in USD, 3 fixings"
    assert run("gaps", "EUR/USD", "--since", "2026-03-19", "--until", "2026-03-20")[1] == [
        "2026-03-19"
    ]


def test_a_line_is_broken_where_nothing_was_published(run: Run) -> None:
    """More than seven days without a fixing: two lines, and a dot for a day alone."""
    rows = ["02-27,1.1", "02-20,1.1", "02-02,1.1", "01-10,1.1", "01-09,1.1"]
    Path("ecb.csv").write_text("\n".join(["Date,USD,", *(f"2026-{row}," for row in rows), ""]))
    assert run("sync", "ecb.csv")[0] == 0
    span = ("--since", "2026-01-01", "--until", "2026-03-01")
    assert run("chart", "EUR/USD", *span, "--svg", "usd.svg")[0] == 0
    drawing = fromstring(Path("usd.svg").read_text(encoding="utf-8"))  # noqa: S314
    lines = [one.get("points", "") for one in drawing.iter() if one.get("class") == "course"]
    assert [len(one.split()) for one in lines] == [2, 2]
    dots = [one.get("r") for one in drawing.iter() if one.get("class") == "start"]
    assert dots == ["1", "3.5"]
