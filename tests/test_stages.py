"""Pipelines as data: the templates, and every fault with the line that it stands in."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.bootstrap import TEMPLATES, TemplateMissing, parse_selling, template, template_text
from fxcrm.extras import ExtrasSchema
from fxcrm.plaindata import RulesRefused
from fxcrm.sellingrules import SellingRules
from fxcrm.stagereading import fitting
from fxcrm.stages import (
    CROSS_BORDER_TRADE,
    LONGEST_NAME,
    MOST,
    Pipeline,
    PipelineMissing,
    PipelineRefused,
    Pipelines,
    Stage,
    StageKind,
    StageMissing,
    StageStep,
)
from fxcrm.tomllines import line_of

TEXT = """# rules
[pipelines.mine]
roles = { chief = ["bob"] }
reasons = [
    "price",
    "no answer",
]
quotes = { accepted = "win" }

[[pipelines.mine.stages]]
name = "new"
percent = 10

[[pipelines.mine.stages]]
name = "won"
percent = 100
kind = "won"

[[pipelines.mine.transitions]]
from = "new"
command = "win"
to = "won"
required = ["owner"]

[[pipelines.mine.transitions.approvals]]
role = "chief"
above = "5000"
"""
LOOSE = '[[pipelines.mine.stages]]\nname = "x"\npercent = 5\n\n[[pipelines.mine.transitions]]'


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_ready(name: str) -> None:
    """One call: its pipeline, by its own name, currencies and price rules, beside the usual."""
    rules = template(name)
    assert set(rules.pipelines.held) == {name, CROSS_BORDER_TRADE.name}
    assert len(rules.traded) > 3
    assert rules.prices.base
    assert rules.prices.floor
    assert parse_selling(template_text(name)) == rules


def test_the_template_of_trade_is_the_default() -> None:
    """The table in the file and the one in the code are one."""
    assert template("cross_border_trade").pipelines.of("cross_border_trade") == CROSS_BORDER_TRADE
    with pytest.raises(TemplateMissing, match="known are cross_border_trade, services, saas"):
        template("retail")


@pytest.mark.parametrize(
    ("right", "wrong", "line", "told"),
    [
        ('to = "won"', 'to = "wno"', 22, "there is no stage 'wno'"),
        ('role = "chief"', 'role = "cheif"', 26, "no role 'cheif'; known: chief"),
        ("percent = 10\n", "percent = 101\n", 12, "101 is not from 0 to 100"),
        ("percent = 10\n", "percent = -1\n", 12, "-1 is not from 0 to 100"),
        ("percent = 10\n", "percent = true\n", 12, "a whole number is expected"),
        ("percent = 10\n", "percent = 10\nstart = true\n", 19, "there is another start"),
        ("percent = 100", "percent = 90", 16, "a stage that is won has 100, not 90"),
        ('kind = "won"', 'kind = "lost"', 16, "a stage that is lost has 0, not 100"),
        ('kind = "won"', 'kind = "gone"', 17, "'gone' is none of open, won, lost"),
        ('kind = "won"', "", 10, "'new' is a dead end"),
        ('["owner"]', '["owmer"]', 23, "'owmer' is none of title, value, owner"),
        ("command =", "comand =", 21, "none of command, from, to"),
        ('command = "win"\n', "", 19, "it is missing"),
        ('above = "5000"', 'above = "-1"', 27, "-1 is below zero"),
        ('above = "5000"', 'above = "many"', 27, "many"),
        ('accepted = "win"', 'accepted = "won"', 8, "no transition has the command 'won'"),
        ('"price",', "7,", 5, "a text is expected"),
        ('name = "won"', 'name = "new"', 15, "there is a stage 'new' already"),
        ('from = "new"', 'from = ["new", "new"]', 19, "leads from 'new' twice"),
        ("[[pipelines.mine.transitions]]", LOOSE, 19, "no transition leads to 'x'"),
    ],
)
def test_a_fault_names_its_line(right: str, wrong: str, line: int, told: str) -> None:
    """The line of the file, counted from 1, the place in it, and what is wrong there."""
    text = TEXT.replace(right, wrong, 1)
    if "start = true" in wrong:
        text = text.replace('kind = "won"', 'kind = "won"\nstart = true')
    with pytest.raises(RulesRefused) as refused:
        parse_selling(text)
    assert refused.value.place.startswith(f"line {line}, pipelines.mine"), refused.value
    assert told in refused.value.reason


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ('"a.b"', 'reminders."a.b"'),
        ("'say \"b[1]\"'", r'reminders."say \"b[1]\""'),
        (r'"\u0061b"', "reminders.ab"),
    ],
)
def test_a_key_in_quotation_marks_has_its_own_line(key: str, place: str) -> None:
    """A dot, a bracket or an escape in a key leads to no other table."""
    idle = 'watch = "idle deal"\ndays = 3\n'
    text = f"[reminders.a]\n{idle}\n[reminders.{key}]\n{idle}stages = ['quoted', 'quallified']\n"
    with pytest.raises(RulesRefused, match="no pipeline has a stage 'quallified'") as refused:
        parse_selling(text)
    assert refused.value.place == f"line 8, {place}.stages[2]"
    with pytest.raises(RulesRefused) as refused:
        parse_selling(text.replace("stages", "stage"))
    assert refused.value.place == f"line 8, {place}.stage"


def test_a_plain_dictionary_names_the_path() -> None:
    """The same rules without a file."""
    plain: dict[str, Any] = {"stages": [{"name": "new", "percent": 10}], "transitions": []}
    with pytest.raises(RulesRefused, match="dead end") as refused:
        SellingRules.read({"pipelines": {"mine": plain}})
    assert refused.value.place == "pipelines.mine.stages[1]"


def _many(stages: int) -> Pipeline:
    names = [f"s{number}" for number in range(stages - 1)]
    made = (*(Stage(name, 1) for name in names), Stage("won", 100, StageKind.WON))
    steps = (StageStep(at, "on", to) for at, to in zip(names, [*names[1:], "won"], strict=True))
    return Pipeline("mine", made, tuple(steps), start="s0")


def test_limits_of_a_pipeline() -> None:
    """As many as there may be are taken, and one more is refused (F18)."""
    assert len(_many(MOST).stages) == MOST
    with pytest.raises(PipelineRefused, match=f"there are {MOST + 1}, at most {MOST}"):
        _many(MOST + 1)
    assert attrs.evolve(CROSS_BORDER_TRADE, name="x" * LONGEST_NAME)
    with pytest.raises(PipelineRefused, match=f"1 to {LONGEST_NAME} characters"):
        attrs.evolve(CROSS_BORDER_TRADE, name="x" * (LONGEST_NAME + 1))
    with pytest.raises(RulesRefused, match="longer than 1000000"):
        parse_selling("#" * 1_000_001)
    with pytest.raises(RulesRefused):
        parse_selling(f"a = {'[' * 100_000}")
    with pytest.raises(RulesRefused, match="too many digits"):
        parse_selling(f"tiers = {{ months = {'1' * 5_000} }}")


def test_what_ended_is_opened_before_it_ends_otherwise() -> None:
    """A won deal is not lost in one step, for its rate would be another."""
    steps = (*CROSS_BORDER_TRADE.steps, StageStep("won", "lose", "lost"))
    with pytest.raises(PipelineRefused, match="opened again before"):
        attrs.evolve(CROSS_BORDER_TRADE, steps=steps)


def test_what_is_not_there_is_named() -> None:
    """A pipeline and a stage by a name that nobody has."""
    with pytest.raises(PipelineMissing, match="known are cross_border_trade"):
        Pipelines().of("saas")
    with pytest.raises(StageMissing, match="has no stage 'lead'"):
        CROSS_BORDER_TRADE.stage("lead")


def test_custom_fields_are_those_that_are_defined() -> None:
    """A schema that lacks one refuses the pipeline that asks for it."""
    asking = attrs.evolve(CROSS_BORDER_TRADE.steps[0], required=("extras.incoterm",))
    mine = attrs.evolve(CROSS_BORDER_TRADE, steps=(asking, *CROSS_BORDER_TRADE.steps[1:]))
    defined = {"version": 1, "fields": {"deal": {"incoterm": {"kind": "text"}}}}
    assert fitting(Pipelines([mine]), ExtrasSchema.of(defined)).of(mine.name) is mine
    with pytest.raises(PipelineRefused, match=r"no custom field 'extras.incoterm'"):
        fitting(Pipelines([mine]), ExtrasSchema())


@settings(max_examples=30)
@given(st.data())
def test_a_line_is_found_whatever_stands_before_it(data: st.DataObject) -> None:
    """Comments, texts over several lines and brackets in texts do not move it."""
    over = ('x = """\n[a.b]\nc = 1\n"""\n', "z = [\n  1, # ]\n  [2],\n]\n")
    noise = ("# [a]\n", "y = '[['\n", *over)
    drawn = data.draw(st.lists(st.sampled_from(noise), max_size=4, unique=True))
    text = f"{''.join(drawn)}[a]\nb = [\n  {{ c = 1 }},\n  {{ c = 2 }},\n]\n"
    first = sum(one.count("\n") for one in drawn) + 1
    assert (line_of(text, "a"), line_of(text, "a.b")) == (first, first + 1)
    assert (line_of(text, "a.b[2].c"), line_of(text, "a.b[2].d")) == (first + 3, first + 3)
    assert line_of(text, "q") is None
