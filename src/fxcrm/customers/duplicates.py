"""Duplicates: which customers may be one, by rules as data, with a score that explains itself.

Each customer is reduced to marks: its name without accents, case and legal form, its tax ids,
mail addresses, phones, addresses. Only customers that share a mark (for names: a word or the
beginning) are compared, so some thousands take well under a second. The same customers give the
same answer in whatever order they come; nothing here decides, it is for somebody to merge.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations
from typing import Final

import attrs

from fxcrm.customers.merging import NO_CHOICE, Keep
from fxcrm.customers.register import Customer
from fxcrm.ids import CustomerId, FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.plaindata import PlainTable

_FORMS: Final = """
ab ag aps as bhd bv co company corp corporation doo eg eurl gk gmbh inc incorporated kft kg kgaa kk
lda limited llc llp ltd ltda mbh nv ohg oy oyj plc pte pty sa sarl sas sdn se sl slu sp spa spzoo
srl sro ug zoo zrt \u043e\u043e\u043e \u043e\u0430\u043e \u0430\u043e
"""  # the last ones are Cyrillic
LEGAL_FORMS: Final = frozenset(_FORMS.split())
# Written without a space; the longest first, for one holds another.
_JOINED_FORMS: Final = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "株式会社",
    "合同会社",
    "有限会社",
    "주식회사",
)
# Letters that Unicode does not take apart into a plain one and an accent.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
_MERGED: Final = "merged"
_MOST_PAIRED: Final = 40  # customers of one mark that are all compared with one another
_SHORTEST_PHONE: Final = 7
_PHONE_END: Final = 9  # digits that stay, whichever way the country is written
_BEGINNING: Final = 4
_ALIKE: Final = 80  # percent from which names count


@attrs.frozen
class Weights:
    """How many points a likeness of each kind is worth."""

    name: int = 60
    tax_id: int = 100
    mail: int = 60
    phone: int = 40
    address: int = 40


_USUAL: Final = Weights()


@attrs.frozen
class DuplicateRules:
    """From how many points two customers are told, what each likeness is worth, and what stays.

    ``legal_forms`` are words that are no part of a name, beside `LEGAL_FORMS`. ``keep`` says
    whose value of a custom field stays when two are merged.
    """

    threshold: int = 60
    weights: Weights = _USUAL
    legal_forms: tuple[str, ...] = ()
    keep: Mapping[FieldId, Keep] = NO_CHOICE

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every word that is no part of a name."""
        return LEGAL_FORMS | {one for form in self.legal_forms for one in _words(form)}

    @classmethod
    def read(cls, data: PlainTable) -> DuplicateRules:
        """From plain data. Raises `RulesRefused`, which names the place.

        ``{threshold: 60, weights: {name: 60}, legal_forms: ["oyj"], keep: {vat: "other"}}``.
        """
        given = PlainTable.of(data.values, data.place, "threshold weights legal_forms keep")
        names = " ".join(one.name for one in attrs.fields(Weights))
        points = given.table("weights", names)
        weights = Weights(**{name: _points(points, name) for name in points.values})
        threshold = _points(given, "threshold") if "threshold" in given else 60
        chosen = given.table("keep")
        keep = {FieldId(name): chosen.member(Keep, name) for name in chosen.values}
        return cls(threshold, weights, given.texts("legal_forms"), FrozenMap(keep))


def _points(data: PlainTable, name: str) -> int:
    found = data.whole(name)
    if not 0 <= found <= 100:
        raise data.refused("points are from 0 to 100", name)
    return found


@attrs.frozen
class Reason:
    """Why two customers are alike: what of them, how many points, and what both have."""

    what: str
    points: int
    both: str


@attrs.frozen
class Likeness:
    """Two customers that may be one; ``one`` was registered first. At most 100 points."""

    one: CustomerId
    other: CustomerId
    score: int
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        told = ", ".join(f"{one.what} {one.points} ({one.both})" for one in self.reasons)
        return f"{self.one} and {self.other}: {self.score} points: {told}"


@attrs.frozen
class _Marks:
    """A customer as it is compared."""

    customer: Customer
    name: str
    words: tuple[str, ...]
    tax_ids: frozenset[str]
    mails: frozenset[str]
    phones: frozenset[str]
    addresses: frozenset[str]
    pairs: frozenset[tuple[str, int]]

    def found_by(self) -> Iterator[tuple[str, str]]:
        """By what it is found; kinds in capitals are exact."""
        yield "NAME", self.name
        for kind, marks in (
            ("TAX", self.tax_ids),
            ("MAIL", self.mails),
            ("PHONE", self.phones),
            ("ADDRESS", self.addresses),
        ):
            yield from ((kind, one) for one in marks)
        yield from (("word", one) for one in self.words if len(one) > 1)
        yield "beginning", self.name[:_BEGINNING]


def duplicates(
    customers: Iterable[Customer], rules: DuplicateRules = DuplicateRules()
) -> tuple[Likeness, ...]:
    """Pairs that reach the threshold, the most alike first; never one that was merged."""
    marks = [_marks(one, rules) for one in customers if one.state != _MERGED]
    marks.sort(key=lambda one: (one.customer.registered_on, one.customer.id))
    found = (_likeness(marks[one], marks[other], rules) for one, other in _pairs(marks))
    told = [one for one in found if one.score >= rules.threshold]
    return tuple(sorted(told, key=lambda one: (-one.score, one.one, one.other)))


def _pairs(marks: list[_Marks]) -> list[tuple[int, int]]:
    """Who is compared with whom: those who share a mark, not all of a mark that many have."""
    blocks: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(marks):
        for kind, mark in one.found_by():
            blocks[one.customer.company, kind, mark].append(place)
    pairs: set[tuple[int, int]] = set()
    for (_, kind, _), places in blocks.items():
        if len(places) <= _MOST_PAIRED:
            pairs.update(combinations(places, 2))
        elif kind.isupper():
            pairs.update((places[0], place) for place in places[1:])
    return sorted(pairs)


def _likeness(one: _Marks, other: _Marks, rules: DuplicateRules) -> Likeness:
    weights = rules.weights
    reasons = [*_same_name(one, other, weights.name)]
    for what, points, ours, theirs in (
        ("tax id", weights.tax_id, one.tax_ids, other.tax_ids),
        ("mail", weights.mail, one.mails, other.mails),
        ("phone", weights.phone, one.phones, other.phones),
        ("address", weights.address, one.addresses, other.addresses),
    ):
        if shared := sorted(ours & theirs):
            reasons.append(Reason(what, points, shared[0]))
    reasons = [reason for reason in reasons if reason.points]
    score = min(100, sum(reason.points for reason in reasons))
    return Likeness(one.customer.id, other.customer.id, score, tuple(reasons))


def _same_name(one: _Marks, other: _Marks, points: int) -> Iterator[Reason]:
    """Points by how many pairs of letters both names have; half of them across a border."""
    if not one.pairs or not other.pairs:
        alike = 100 if one.name and one.name == other.name else 0
    else:
        alike = 200 * len(one.pairs & other.pairs) // (len(one.pairs) + len(other.pairs))
    if alike >= _ALIKE:
        within = 1 if one.customer.country == other.customer.country else 2
        both = one.name if one.name == other.name else f"{one.name} / {other.name}, {alike} %"
        yield Reason("name", points * alike // (100 * within), both)


def _marks(customer: Customer, rules: DuplicateRules) -> _Marks:
    words = _name(customer.name, rules.forms)
    name = " ".join(words)
    return _Marks(
        customer,
        name,
        words,
        frozenset(f"{one.country}{''.join(_words(one.number))}" for one in customer.tax_ids),
        frozenset(one.mail.casefold() for one in customer.contacts if one.mail),
        frozenset(_phone(one.phone) for one in customer.contacts) - {""},
        frozenset(
            " ".join((one.country, *_words(f"{one.postcode} {one.street}")))
            for one in customer.addresses
            if one.street and (one.postcode or one.city)
        ),
        _letters("".join(words)),
    )


def _plain(text: str) -> str:
    """Without case, accents and what is neither letter nor digit."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    kept = unicodedata.normalize("NFC", bare)
    return "".join(one if one.isalnum() else " " for one in kept)


def _words(text: str) -> tuple[str, ...]:
    """The words of a text; letters that stand alone are one word, as in S.A.R.L."""
    words: list[str] = []
    alone = False
    for one in _plain(text).split():
        if len(one) == 1 and one.isalpha() and alone:
            words[-1] += one
        else:
            words.append(one)
        alone = len(one) == 1 and one.isalpha()
    return tuple(words)


def _name(name: str, forms: frozenset[str]) -> tuple[str, ...]:
    """The words of a name in the order of the alphabet, legal forms left out unless all are."""
    text = unicodedata.normalize("NFKC", name)
    for form in _JOINED_FORMS:
        text = text.replace(form, " ")
    words = _words(text) or _words(name)
    return tuple(sorted(one for one in words if one not in forms) or sorted(words))


def _letters(text: str) -> frozenset[tuple[str, int]]:
    """Each pair of letters with how often it came before, so that a repetition counts."""
    met: defaultdict[str, int] = defaultdict(int)
    found = []
    for place in range(len(text) - 1):
        pair = text[place : place + 2]
        found.append((pair, met[pair]))
        met[pair] += 1
    return frozenset(found)


def _phone(text: str) -> str:
    digits = "".join(one for one in unicodedata.normalize("NFKC", text) if one.isdigit())
    plain = digits.isascii() and len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1
    return digits[-_PHONE_END:] if plain else ""
