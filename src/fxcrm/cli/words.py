"""Words on the command line: days, instants, whole numbers, or a refusal that names the place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from fxcrm.errors import InputRefused


class ArgumentRefused(InputRefused):
    """A word on the command line that is not what its place takes."""

    name: str
    value: str
    expected: str
    template = "{name:plain} is {expected:plain}, not {value}"


def day_of(name: str, text: str | None) -> date | None:
    """A day; None where nothing was said. Raises `ArgumentRefused`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentRefused(name=name, value=text, expected="such as 2026-03-31") from None


def instant_of(name: str, text: str | None) -> datetime | None:
    """An instant; one without a zone is meant in UTC, as all that are shown here."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        found.astimezone(UTC)  # which there may be none of on the first and the last day
    except (ValueError, OverflowError):
        expected = "such as 2026-03-31T16:00"
        raise ArgumentRefused(name=name, value=text, expected=expected) from None
    return found


def number_of(name: str, text: str) -> int:
    """A whole number of at most five digits. Raises `ArgumentRefused`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len("36500")):
        raise ArgumentRefused(name=name, value=text, expected="a whole number")
    return int(text)
