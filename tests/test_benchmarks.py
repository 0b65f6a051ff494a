"""The benchmarks compare answers before they time, and tell figures without judging a time."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from benchmarks import codec, guarantees, imports, money, peers, rate_peers, rates
from benchmarks.children import Program, in_turns
from benchmarks.measuring import (
    AnswersDiffer,
    Effort,
    Operation,
    Row,
    Side,
    as_json,
    check,
    measured,
    medians,
    told,
)
from benchmarks.published import History, half_even
from benchmarks.rate_tasks import BULK, ONE_BY_ONE, Exact, Tasks, growing
from fxcrm.adapters.ecb import EcbHistory
from fxcrm.rates import RateTable

ROOT = Path(__file__).parents[1]
SHORT = Effort(rounds=3, slice=0.0001, budget=0.01, operands=20, slow_rounds=1)
KEYS = ["name", "ours_ns", "peer", "peer_ns", "floor_ns"]

numbers = {"a": [Decimal(each) / 7 for each in range(20)]}
doubled = Side("ours", "{a} * 2", numbers)
added = Side("a peer", "{a} + {a}", numbers)
tripled = Side("another", "{a} * 3", numbers)


def test_one_row_for_each_peer() -> None:
    """A row names the operation and the peer and holds three medians in nanoseconds."""
    rows = measured(Operation("double", doubled, (added, attrs.evolve(added, name="b"))), SHORT)
    assert [(row.name, row.peer, row.floor_ns) for row in rows] == [
        ("double", "a peer", None),
        ("double", "b", None),
    ]
    assert all(row.ours_ns > 0 and row.peer_ns for row in rows)


def test_the_rows_as_json() -> None:
    """The file is a list of records with five keys, null where there is no peer or no floor."""
    alone = measured(Operation("double", doubled), SHORT)
    bottomed = measured(Operation("double", doubled, (added,), floor=added), SHORT)
    records = json.loads(as_json([*alone, *bottomed]))
    assert [list(record) for record in records] == [KEYS, KEYS]
    assert (records[0]["peer"], records[0]["peer_ns"], records[0]["floor_ns"]) == (None, None, None)
    assert all(isinstance(records[1][key], float) for key in KEYS if key.endswith("_ns"))


def test_another_answer_is_refused() -> None:
    """A peer that does something else is not measured beside us, nor is such a floor."""
    with pytest.raises(AnswersDiffer, match="another should answer the same"):
        check(Operation("double", doubled, (added, tripled)))
    with pytest.raises(AnswersDiffer, match="another should answer the same"):
        check(Operation("double", doubled, floor=tripled))


def test_another_answer_that_is_named_is_let_through() -> None:
    """A peer may answer otherwise when its row says in which respect; the table repeats it."""
    honest = attrs.evolve(tripled, differs="three times")
    operation = Operation("double", doubled, (honest,))
    check(operation)
    assert "answers otherwise: three times" in told(operation, measured(operation, SHORT))


def test_a_remark_that_no_longer_holds_is_refused() -> None:
    """Whoever is said to answer otherwise and does not, is done wrong."""
    with pytest.raises(AnswersDiffer, match=r"should differ \(three times\)"):
        check(Operation("double", doubled, (attrs.evolve(added, differs="three times"),)))


def test_every_operand_is_used_once_in_a_pass() -> None:
    """A pass takes the operands of all columns in step, ten abreast or fewer."""
    for length in (1, 7, 10, 20):
        columns = {"a": list(range(length)), "b": list(range(0, -length, -1)), "unused": [1]}
        assert Side("s", "({a}, {b})", columns).answers() == list(
            zip(columns["a"], columns["b"], strict=True)
        )


def test_each_side_is_timed() -> None:
    """There is one median for each side, per operation and not per pass."""
    many = Side("many", "sum({a})", {"a": [list(range(1_000))]})
    found = medians([doubled, many], SHORT)
    assert len(found) == 2
    assert min(found) > 0


def test_what_leans_on_the_context_is_found_out() -> None:
    """A sum of bare decimals is another one under three digits; comparing them is not."""
    assert not added.is_exact
    assert Side("s", "{a} < 1", numbers).is_exact
    assert not Side("s", "{a}.quantize(5)", numbers).is_exact


@pytest.mark.filterwarnings("ignore")
def test_all_sides_of_the_money_benchmark_answer_alike() -> None:
    """Whatever peers are installed, each gives our answer to each task, or says how not."""
    found, missing = peers.installed()
    done = list(money.operations(found, count=30, items=30))
    for operation in done:
        check(operation)
    assert len(found) + len(missing) == len(peers.PEERS)
    assert {"Babel", "Decimal"} <= {library.name for library in found}
    assert "fxcrm" in money.promised(found, done)


@pytest.mark.filterwarnings("ignore")
def test_we_keep_every_promise_that_we_ask_of_peers() -> None:
    """Every probe is kept by us, in every operation also under a tiny context (M1, M3, M8)."""
    assert set(guarantees.promises(peers.ours()).values()) == {True}
    done = money.operations([], count=30, items=30)
    assert [operation.ours.lacks for operation in done if operation.ours.lacks] == []


def test_the_probes_can_fail() -> None:
    """A bare object of two slots keeps its currencies apart and takes whatever else is given."""
    kept = guarantees.promises(peers.floor())
    assert kept["adds no other currency"] is True
    assert kept["refuses 'NaN'"] is kept["is frozen"] is False
    assert kept["writes 34 digits"] is None


def test_figures_that_are_not_met_are_told() -> None:
    """The fastest of all peers decides; one that promises the same is told beside it."""
    weak = attrs.evolve(added, name="weak", lacks=("is frozen",))
    operation = Operation("hash", doubled, (weak, attrs.evolve(added, name="equal")))
    rows = [Row("hash", 100.0, "weak", 110.0, None), Row("hash", 100.0, "equal", 150.0, None)]
    first, second = money.verdicts(operation, rows, validating=())
    assert "1.10x  at least 1.2   NOT MET  weak, fastest of all peers" in str(first)
    assert "1.50x  at least 1.2   met      equal, fastest that refuse as much" in str(second)


def test_building_is_held_against_two_kinds_of_peers() -> None:
    """Those that look at the amount have to be slower, those that do not may be faster."""
    operation = Operation("construct from text", doubled, (added, tripled))
    rows = [Row("", 100.0, "a peer", 70.0, None), Row("", 100.0, "another", 90.0, None)]
    lax, strict = money.verdicts(operation, rows, validating=["another"])
    assert "0.70x  at least 0.65  met      a peer" in str(lax)
    assert "0.90x  at least 1     NOT MET  another" in str(strict)


def test_the_commands_run(tmp_path: Path) -> None:
    """Started as a file, the benchmark finds its harness and writes its rows."""
    target = tmp_path / "rows.json"
    options = ["--quick", "--only", "hash", "--json", str(target)]
    command = [sys.executable, str(ROOT / "benchmarks" / "money.py"), *options]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    records = json.loads(target.read_text(encoding="utf-8"))
    assert {record["name"] for record in records} == {"hash"}
    assert all(list(record) == KEYS for record in records)
    assert "fxcrm" in run.stdout


def test_imports_are_told_as_ratios() -> None:
    """A statement's row holds it beside its peer and says what it may take at most."""
    [taken] = imports.medians(["pass"], rounds=1).values()
    assert taken > 0
    row = Row("import fxcrm", 3e6, "import attrs", 1e6, None)
    assert "3.00x  of import attrs" in imports.line(row)
    assert imports.line(row).endswith("at most 1.50  NOT MET")


def test_documents_are_held_against_the_same_json() -> None:
    """Our text is the floor's, and what we read is what the floor reads."""
    done = list(codec.operations(count=10))
    assert [operation.name for operation in done] == [
        "dump an invoice",
        "load an invoice",
        "dump a rate decision",
        "load a rate decision",
    ]
    for operation in done:
        check(operation)


@pytest.fixture(scope="module")
def history() -> History:
    """What was published, as the benchmark reads it."""
    return History()


def test_the_questions_are_about_the_whole_history(history: History) -> None:
    """Seven thousand days and all currencies; the same questions each time, none of them hot."""
    assert (history.points, len(history.days), len(history.values)) == (221_702, 7_126, 41)
    asked = history.questions(1_000)
    assert asked == history.questions(1_000)
    assert {one.base for one in asked} >= {"EUR", *history.values}
    assert len({(one.base, one.counter) for one in asked}) > 500
    assert len({one.on for one in asked}) > 900
    assert len(set(history.pair_days(250, "GBP"))) == 250


def test_all_sides_of_the_rate_benchmark_answer_alike(history: History) -> None:
    """Ours exactly, each peer within its own digits: one by one, in bulk, among many days."""
    with ExitStack() as until_the_end:
        found, missing = rate_peers.installed(history, until_the_end)
        tasks = Tasks(history, EcbHistory().fetch().table, found, 40)
        for operation in (*tasks.operations(), tasks.bulk(400)):
            check(operation)
            assert operation.ours.is_exact
        assert len(found) + len(missing) == len(rate_peers.PEERS)
    check(growing(days=30, operands=10))


def test_a_rate_that_is_not_exact_is_refused(history: History) -> None:
    """Our own answers are held against fractions, before any peer is asked."""
    wrong = [attrs.evolve(one, source="wrong") for one in EcbHistory().fetch().table.series]
    wrong = [attrs.evolve(one, values=[f"{text}1" for text in one.values]) for one in wrong]
    tasks = Tasks(history, RateTable(wrong), {}, 10)
    with pytest.raises(AnswersDiffer, match="fxcrm is not exact"):
        next(tasks.operations("convert on a day"))


def test_a_peer_may_lose_its_last_digits_and_no_more() -> None:
    """On a tie its cent may go the other way; a wrong cent is found."""
    exact = Exact([Fraction(1, 8), Fraction(1, 3)], [Decimal("0.12"), Decimal("0.33")])
    assert [half_even(one, 2) for one in exact.values] == exact.rounded
    lost = [Decimal("0.12500000000000000000000000001"), Decimal("0.3333333333333333333333333333")]
    assert exact.unless_off(lost) == exact.rounded
    assert exact.unless_off([Decimal("0.13"), Decimal("0.33")]) == exact.rounded
    for wrong in (Decimal("0.34"), Decimal("0.333334"), Decimal("0.33333333333333333")):
        assert exact.unless_off([Decimal("0.12"), wrong]) == [Decimal("0.12"), wrong]


def test_processes_take_turns_on_the_same_questions() -> None:
    """Each gets the arguments of its round; what it printed and how long it took come back."""
    programs = [Program("echo", "import sys; print(sys.argv[1])"), Program("nothing", "")]
    ran = in_turns(programs, [("a",), ("b",)])
    assert [one.output for one in ran["echo"]] == ["a", "b"]
    assert [one.output for one in ran["nothing"]] == ["", ""]
    assert all(one.nanoseconds > 1e6 for some in ran.values() for one in some)


def test_the_figures_of_rates_are_told_met_or_not() -> None:
    """Against each peer its own bound; the growth of a look-up against that of the logarithm."""
    rows = [
        Row(rates.START, 10.0, "currencyconverter", 49.0, 1.0),
        Row(BULK, 10.0, ONE_BY_ONE, 50.0, None),
        Row("look up among 700 days", 100.0, None, None, None),
        Row("look up among 7,000 days", 136.0, None, None, None),
    ]
    told = [" ".join(str(one).split()) for one in rates.verdicts(rows)]
    assert told == [
        f"{rates.START} 4.90x at least 5 NOT MET currencyconverter",
        f"{BULK} 5.00x at least 5 met fxcrm, one by one",
        "look up among 7,000 days 1.36x at most 1.35 NOT MET 700 days",
    ]


def test_the_rate_benchmark_runs(tmp_path: Path) -> None:
    """Started as a file, it finds its peers and writes its rows."""
    target = tmp_path / "rows.json"
    options = ["--quick", "--only", "in hand", "--json", str(target)]
    command = [sys.executable, str(ROOT / "benchmarks" / "rates.py"), *options]
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    [record] = json.loads(target.read_text(encoding="utf-8"))
    assert list(record) == KEYS
    assert (record["name"], record["peer"]) == ("convert at a rate in hand", None)
