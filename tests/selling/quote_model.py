"""What quotes must do, in plain dictionaries and fractions; it imports nothing of the library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

FIRST = date(2026, 1, 1)
ROLES = {"head": {"hal", "ada"}, "finance": {"fay"}}
ASKED = {"large": {"head"}, "dollars": {"finance", "head"}}
LIMIT = Fraction(5000)
Possible = bool
Line = tuple[int, Fraction, bool]  # quantity, unit price in euros, whether it is taxed
Fields = dict[str, Any]


def cents(exact: Fraction) -> Fraction:
    """Half-even to the cent."""
    return Fraction(round(exact * 100), 100)


def half_up(exact: Fraction) -> Fraction:
    """Half-up to the cent, of what is not negative."""
    return Fraction((exact * 200 + 1) // 2, 100)


def rate(currency: str, day: date) -> Fraction:
    """Euros rise by a step a day against both."""
    step = Fraction((day - FIRST).days, 10_000)
    return {"EUR": Fraction(1), "USD": Fraction("1.08") + step, "GBP": Fraction("0.84") + step}[
        currency
    ]


class Model:
    """All quotes by id. A command answers whether it is possible, and does it if so."""

    def __init__(self) -> None:
        self.quotes: dict[str, Fields] = {}

    def total(self, quote: Fields) -> Fraction:
        """Lines rounded once, and 19 % of each that is taxed, rounded half up."""
        return sum((net + tax for net, tax in self._lines(quote)), Fraction(0))

    def _lines(self, quote: Fields) -> list[tuple[Fraction, Fraction]]:
        nets = [
            (cents(many * price * quote["rate"]), taxed) for many, price, taxed in quote["lines"]
        ]
        return [(net, half_up(net * 19 / 100) if taxed else Fraction(0)) for net, taxed in nets]

    @staticmethod
    def priced(lines: Iterable[Line]) -> Fraction:
        """The lines in euros."""
        return sum((cents(many * price) for many, price, _ in lines), Fraction(0))

    @staticmethod
    def content(quote: Fields) -> tuple[Any, ...]:
        """All that is offered."""
        names = ("lines", "currency", "rate", "lock", "until", "cover", "valid", "terms")
        return tuple(quote[name] for name in names)

    def draft(
        self, id: str, lines: tuple[Line, ...], currency: str, day: date, valid: date
    ) -> None:
        """A new quote at the rate of the day."""
        self.quotes[id] = {
            "state": "draft", "lines": lines, "currency": currency, "rate": rate(currency, day),
            "rated": day, "day": day, "valid": valid, "terms": "", "lock": None, "until": None,
            "cover": None, "authors": {"ada"}, "consents": [], "revision": 1,
        }  # fmt: skip

    def _changed(self, id: str, **changes: Any) -> bool:
        quote = self.quotes[id] = self.quotes[id] | changes
        now = self.content(quote)
        quote["consents"] = [one for one in quote["consents"] if one[3] == now]
        return True

    def edit(self, id: str, lines: tuple[Line, ...], terms: str, by: str) -> bool:
        """Other lines within the cover, other terms."""
        quote = self.quotes[id]
        beyond = quote["cover"] is not None and self.priced(lines) > quote["cover"]
        if quote["state"] != "draft" or beyond:
            return False
        return self._changed(id, lines=lines, terms=terms, authors=quote["authors"] | {by})

    def lock(self, id: str, lock: str, day: date, until: date) -> bool:
        """A promise at the rate of the day, for the price as it is."""
        quote = self.quotes[id]
        if quote["state"] != "draft" or quote["lock"] or quote["currency"] == "EUR" or until < day:
            return False
        fixed = rate(quote["currency"], day)
        cover = self.priced(quote["lines"])
        return self._changed(id, lock=lock, until=until, rate=fixed, cover=cover)

    def convert(self, id: str, currency: str, day: date, lock: str) -> bool:
        """Another document currency, at the rate of the day."""
        quote = self.quotes[id]
        if quote["state"] != "draft" or (quote["lock"] and lock != "given up"):
            return False
        bare = {"lock": None, "until": None, "cover": None} if quote["lock"] else {}
        new = {
            "currency": currency,
            "rate": rate(currency, day),
            "authors": quote["authors"] | {"ada"},
        }
        return self._changed(id, **bare, **new)

    def asked(self, quote: Fields, day: date) -> set[str]:
        """The rules that fire on the net total, valued in euros on the day of approval.

        The euros that the goods are priced in count where they are more.
        """
        net = sum((one for one, _ in self._lines(quote)), Fraction(0))
        worth = max(cents(net / rate(quote["currency"], day)), self.priced(quote["lines"]))
        fired = {"large"} if worth > LIMIT else set()
        return fired | ({"dollars"} if quote["currency"] == "USD" else set())

    def unmet(self, quote: Fields, day: date) -> set[str]:
        """Those to which nobody entitled has consented, as it is now."""
        now = self.content(quote)
        met = {
            rule
            for rule, by, role, content in quote["consents"]
            if content == now and role in ASKED[rule] and by in ROLES[role] - quote["authors"]
        }
        return self.asked(quote, day) - met

    def approve(self, id: str, by: str, role: str, day: date) -> bool:
        """A consent to each rule that the role serves; released when none is missing."""
        quote = self.quotes[id]
        missing = self.unmet(quote, day)
        entitled = by in ROLES.get(role, set()) - quote["authors"]
        served = {one for one in missing if entitled and role in ASKED[one]}
        if quote["state"] != "draft" or (missing and not served):
            return False
        now = self.content(quote)
        quote["consents"] = [*quote["consents"], *((one, by, role, now) for one in served)]
        if not self.unmet(quote, day):
            quote |= {"state": "approved", "approved_on": day}
        return True

    def accept(self, id: str, day: date) -> bool:
        """Within its days, and those of its lock."""
        quote = self.quotes[id]
        late = day > quote["valid"] or (quote["until"] is not None and day > quote["until"])
        if quote["state"] != "approved" or late:
            return False
        quote["state"] = "accepted"
        return True

    def lapse(self, id: str, day: date) -> bool:
        """After its last day."""
        quote = self.quotes[id]
        if quote["state"] != "approved" or day <= quote["valid"]:
            return False
        quote["state"] = "lapsed"
        return True

    def revise(self, id: str, new: str, day: date) -> bool:
        """The next version; a lock that has ended stays behind."""
        old = self.quotes[id]
        if old["state"] != "approved":
            return False
        old["state"] = "superseded"
        fresh = {
            "state": "draft",
            "authors": old["authors"] | {"ada"},
            "consents": [],
            "revision": old["revision"] + 1,
        }
        self.quotes[new] = old | fresh
        if old["until"] is not None and day > old["until"]:
            today = rate(old["currency"], day)
            self.quotes[new] |= {"lock": None, "until": None, "cover": None, "rate": today}
        return True

    def requote(self, id: str, new: str, day: date, valid: date) -> bool:
        """The lapsed offer anew, at twice the price of its first line."""
        old = self.quotes[id]
        if old["state"] != "lapsed":
            return False
        old["state"] = "requoted"
        (many, price, taxed), *rest = old["lines"]
        self.draft(new, ((many, price * 2, taxed), *rest), old["currency"], day, valid)
        self.quotes[new] |= {"terms": old["terms"], "authors": old["authors"] | {"ada"}}
        return True
