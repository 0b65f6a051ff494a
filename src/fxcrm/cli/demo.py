"""``fxcrm demo``: tell a story, show what came of it."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from fxcrm.bootstrap import Application, html_report, open_application
from fxcrm.cli.progress import shown
from fxcrm.cli.summary import print_summary
from fxcrm.cli.visible import plain
from fxcrm.errors import EnvironmentFailed, InputRefused
from fxcrm.figures import Figure
from fxcrm.ports.storage import KeyReused
from fxcrm.usecases.performing import reading
from fxcrm.usecases.reporting import OPEN_DAYS, Overview, figures, overview
from fxcrm.usecases.telling import Story, content_of, read_story, tell
from fxcrm.usecases.wording import WORKING_HOUR

ACTOR = "demo"


class StoryRefused(InputRefused):
    """A story file that is not TOML, or holds a number that is not exact."""

    file: str
    reason: str
    template = "story {file:plain}: {reason:plain}"


class SamePlace(InputRefused):
    """The report would overwrite the database, the story or the rates."""

    path: str
    template = "the report is to overwrite {path}; name a file of its own with --html"


class ReportNotWritten(EnvironmentFailed):
    """The place of the report is a folder, or in one that can not be written."""

    path: str
    template = "the report can not be written to {path}; name another file with --html"


class AnotherStory(InputRefused):
    """The database holds other steps than this story tells."""

    step: str
    template = (
        "the database holds another story: step {step} was told differently there, or not first; "
        "name a file of its own with --db"
    )


class NothingToExplain(InputRefused):
    """No figure of the story has such a label."""

    text: str
    template = "no figure has {text} in its label; the report lists the labels"


TRADING: Final = "demo.toml"
SELLING: Final = "demoselling.toml"


def built_in_story(name: str = TRADING) -> str:
    """The TOML text of a story that is told when none is named."""
    return (resources.files("fxcrm.cli") / name).read_text(encoding="utf-8")


def demo(
    story_file: Path | None,
    rates: Path | None,
    db: Path,
    html: Path,
    explain: str | None,
    built_in: str = TRADING,
) -> int:
    """Tell the story on a database file; print the summary, write the report."""
    story = read_story_file(story_file, built_in)
    _refuse_place(html, [db, *filter(None, (story_file, rates))])
    with open_application(db, rates) as application:
        fresh = _told(application, story)
        seen = _overview(application, story)
    if explain is not None:
        return _explain(seen, explain)
    html.write_text(
        html_report(seen, title=story.title, source=application.source), encoding="utf-8"
    )
    print_summary(seen, title=story.title, source=application.source, db=db, html=html, fresh=fresh)
    return 0


def _refuse_place(html: Path, others: list[Path]) -> None:
    """Know that the report can be written before anything else is."""
    if html.resolve() in [one.resolve() for one in others]:
        raise SamePlace(path=html.name)
    if html.is_dir() or not os.access(html.parent, os.W_OK):
        raise ReportNotWritten(path=str(html))


def read_story_file(path: Path | None, built_in: str = TRADING) -> Story:
    """A story from a TOML file, or a built-in one. Raises `StoryRefused`, `StepRefused`."""
    name = str(path or "built in")
    try:
        text = built_in_story(built_in) if path is None else path.read_text(encoding="utf-8")
        return read_story(tomllib.loads(text, parse_float=_exact))
    except _NotExact as error:
        raise StoryRefused(file=name, reason=str(error)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StoryRefused(file=name, reason=str(error)) from error


class _NotExact(ValueError):
    """A number with a point that is not in quotes."""


def _exact(text: str) -> object:
    raise _NotExact(f"write {text} as text, in quotes, so that it stays exact")


def _told(application: Application, story: Story) -> int:
    """Tell every step with a progress display; how many were new. Raises `AnotherStory`."""
    _refuse_another(application, story)
    steps = tell(application.store, application.rates, story, actor=ACTOR)
    return sum(done.fresh for _, done in shown(steps, len(story.steps), sys.stderr))


def _refuse_another(application: Application, story: Story) -> None:
    """A database keeps one story: it may grow at the end, what was told stays as it was."""
    at = datetime.combine(story.last_day, WORKING_HOUR)
    with reading(application.store, application.rates, at=at) as desk:
        for step in story.steps:
            try:
                desk.uow.commands.answer(step.key, content_of(step, story.group))
            except KeyReused:
                raise AnotherStory(step=step.key) from None
        first = story.steps[0]
        is_new = desk.uow.commands.answer(first.key, content_of(first, story.group)) is None
        if is_new and any(True for _ in desk.uow.companies.all()):
            raise AnotherStory(step=first.key)


def _overview(application: Application, story: Story) -> Overview:
    at = datetime.combine(story.last_day, WORKING_HOUR)
    rates, policy = application.rates, OPEN_DAYS
    with reading(application.store, rates, at=at, actor=ACTOR, policy=policy) as desk:
        return overview(desk, story.group, story.last_day)


def _explain(seen: Overview, text: str) -> int:
    found: Iterator[Figure] = (one for one in figures(seen) if text.lower() in one.label.lower())
    explained = [one.explain() for one in found]
    if not explained:
        raise NothingToExplain(text=text)
    print("\n".join(map(plain, "\n\n".join(explained).splitlines())))
    return 0
