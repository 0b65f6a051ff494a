"""How each company keeps its books: what is the company's choice, and nobody else's.

A `Bookkeeping` gives the `BookRules` of each company; what a company does not choose is as for
everybody. It is a value that a desk is given, so that it can be read from a file, compared and
kept under version control. The defaults are the strict ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, Final, TypeVar

import attrs

from fxcrm._decimals import exact_fraction
from fxcrm.bookingrates import (
    BookingRates,
    BookingRatesRefused,
    DailySpot,
    FixedRate,
    FixedRates,
    MonthOpening,
    PeriodAverage,
    Span,
)
from fxcrm.errors import FxcrmError, InputRefused, shown
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.revaluation import Style
from fxcrm.mappings import FrozenMap
from fxcrm.postingrules import (
    EntrySide,
    FactKind,
    PaidIn,
    PostingLine,
    PostingRule,
    PostingRuleRefused,
    PostingRules,
)

E = TypeVar("E", bound=Enum)


class BookkeepingRefused(InputRefused):
    """Rules of bookkeeping that nobody could follow; ``place`` says which of them."""

    place: str
    reason: str
    template = "bookkeeping, {place:plain}: {reason:plain}"


class Drafts(Enum):
    """What a closing does while entries of its period are drafts still (D13)."""

    REFUSE = "refuse"
    REPORT = "report"


def _styles(styles: Mapping[AccountCode, Style]) -> FrozenMap[AccountCode, Style]:
    return FrozenMap(styles)


def _checked_share(_: BookRules, __: attrs.Attribute[Fraction], share: Fraction) -> None:
    if not 0 <= share < 1:
        reason = f"a share of {shown(share)} is not from 0 up to 1; two percent are 0.02"
        raise BookkeepingRefused(place="largest_deviation", reason=reason)


@attrs.frozen
class BookRules:
    """The choices of one company.

    ``largest_deviation`` is the share by which a value that is given by hand may differ from
    its amount at the spot of the day; zero: to the minor unit what the spot says. ``styles``
    says for accounts, by code, which style of D14 they follow where it is not the usual one:
    open items are taken back, balances keep their adjustment. ``posting`` says on which accounts
    each kind of fact is booked, ``rates`` at which rate (D1).
    """

    largest_deviation: Fraction = attrs.field(
        default=Fraction(0), converter=exact_fraction, validator=_checked_share
    )
    drafts: Drafts = Drafts.REFUSE
    styles: Mapping[AccountCode, Style] = attrs.field(factory=FrozenMap, converter=_styles)
    posting: PostingRules = PostingRules.usual()
    rates: BookingRates = attrs.field(factory=DailySpot)

    @classmethod
    def read(
        cls, data: object, place: str = "default", usual: BookRules | None = None
    ) -> BookRules:
        """Rules from plain data, as TOML or JSON gives it; what is left out is as in ``usual``.

        Raises `BookkeepingRefused`, which names the place.
        """
        known = {one.name: one for one in attrs.fields(cls)}
        given = {
            name: _READERS[name](value, f"{place}.{name}")
            for name, value in table(data, known, place).items()
        }
        try:
            return attrs.evolve(usual or cls(), **given)
        except BookkeepingRefused as refused:
            raise BookkeepingRefused(
                place=f"{place}.{refused.place}", reason=refused.reason
            ) from None


def _companies(held: Mapping[CompanyId, BookRules]) -> FrozenMap[CompanyId, BookRules]:
    return FrozenMap(held)


@attrs.frozen
class Bookkeeping:
    """The rules of every company: its own, or those for everybody."""

    default: BookRules = BookRules()
    companies: Mapping[CompanyId, BookRules] = attrs.field(factory=FrozenMap, converter=_companies)

    def fitting(self, chart: Chart) -> Bookkeeping:
        """The rules themselves, once a chart has all that they name.

        Raises `PostingRuleRefused`, `AccountMissing`.
        """
        for rules in (self.default, *self.companies.values()):
            rules.posting.fitting(chart)
            for code in rules.styles:
                chart.account(code)
        return self

    def of(self, company: Company) -> BookRules:
        """The rules of a company; a parallel book without its own follows its company's."""
        own = self.companies.get(company.id)
        if own is None and company.parallel_to is not None:
            own = self.companies.get(company.parallel_to)
        return self.default if own is None else own

    @classmethod
    def read(cls, data: object) -> Bookkeeping:
        """From plain data: ``{"default": {...}, "companies": {"nordwind": {...}}}``.

        A company states what it does otherwise than the default. Raises `BookkeepingRefused`.
        """
        given = table(data, ("default", "companies"), "the file")
        default = BookRules.read(given.get("default", {}))
        companies = table(given.get("companies", {}), None, "companies")
        return cls(
            default,
            {
                CompanyId(id): BookRules.read(rules, f"companies.{id}", default)
                for id, rules in companies.items()
            },
        )


def table(data: object, known: Collection[str] | None, place: str) -> dict[str, Any]:
    """A table that has no other keys than these (None: any text). Raises `BookkeepingRefused`."""
    if not isinstance(data, Mapping):
        raise BookkeepingRefused(place=place, reason="a table of names and values is expected")
    for name in data:
        if not isinstance(name, str) or (known is not None and name not in known):
            listed = ", ".join(known or ("a text",))
            raise BookkeepingRefused(place=place, reason=f"{shown(name)} is none of {listed}")
    return dict(data)


def member(kind: type[E], given: object, place: str) -> E:
    """The member of an enum by its value. Raises `BookkeepingRefused`, which lists them."""
    for one in kind:
        if one.value == given:
            return one
    listed = ", ".join(str(one.value) for one in kind)
    raise BookkeepingRefused(place=place, reason=f"{shown(given)} is none of {listed}")


def _read_share(data: object, place: str) -> Fraction:
    try:
        return exact_fraction(data)  # type: ignore[arg-type]  # what is no number is refused by its type
    except FxcrmError as refused:
        raise BookkeepingRefused(place=place, reason=str(refused)) from None


def _read_drafts(data: object, place: str) -> Drafts:
    return member(Drafts, data, place)


def _read_styles(data: object, place: str) -> dict[AccountCode, Style]:
    return {
        AccountCode(code): member(Style, style, f"{place}.{code}")
        for code, style in table(data, None, place).items()
    }


def _read_posting(data: object, place: str) -> PostingRules:
    return PostingRules(
        _read_rule(member(FactKind, kind, place), lines, f"{place}.{kind}")
        for kind, lines in table(data, None, place).items()
    )


def _read_rule(kind: FactKind, data: object, place: str) -> PostingRule:
    if not isinstance(data, list | tuple):
        raise BookkeepingRefused(place=place, reason="a list of lines is expected")
    lines = [_read_line(one, f"{place}, line {number}") for number, one in enumerate(data, 1)]
    try:
        return PostingRule(kind, lines)
    except PostingRuleRefused as refused:
        where = place.removesuffix(kind.value) + refused.place
        raise BookkeepingRefused(place=where, reason=refused.reason) from None


def _read_line(data: object, place: str) -> PostingLine:
    """A line: ``{side = "credit", duty = "sales", component = "net"}``, or ``account = "4010"``."""
    given = table(data, _LINE, place)
    for name, value in given.items():
        kind = bool if name in _YES_OR_NO else str
        if not isinstance(value, kind):
            wanted = "true or false" if kind is bool else "a text"
            raise BookkeepingRefused(place=place, reason=f"{name} is {wanted}")
    side = member(EntrySide, given.pop("side", None), f"{place}, side")
    if "paid_in" in given:
        given["paid_in"] = member(PaidIn, given["paid_in"], f"{place}, paid_in")
    return PostingLine(side, **given)


def _read_rates(data: object, place: str) -> BookingRates:
    """``{mode = "average", span = "month", largest_spread = "0.02"}``, and so on."""
    given = table(data, ("mode", "span", "largest_spread", "fixed"), place)
    mode = given.pop("mode", None)
    if mode not in _MODES:
        reason = f"{shown(mode)} is none of {', '.join(_MODES)}"
        raise BookkeepingRefused(place=f"{place}.mode", reason=reason)
    stated, read = _MODES[mode]
    if set(given) != set(stated):
        beside = " and ".join(stated) or "nothing"
        raise BookkeepingRefused(place=place, reason=f"beside {mode} it states {beside}")
    try:
        rates: BookingRates = read(given, place)
    except BookingRatesRefused as refused:
        raise BookkeepingRefused(place=place, reason=refused.reason) from None
    return rates


def _read_average(data: dict[str, Any], place: str) -> PeriodAverage:
    span = member(Span, data["span"], f"{place}.span")
    return PeriodAverage(span, _read_share(data["largest_spread"], f"{place}.largest_spread"))


def _read_fixed(data: dict[str, Any], place: str) -> FixedRates:
    """A list of ``{pair = "USD/CNY", value = "7.10", since = 2026-01-01}``."""
    where, rates = f"{place}.fixed", []
    if not isinstance(data["fixed"], list | tuple):
        raise BookkeepingRefused(place=where, reason="a list of rates is expected")
    for number, one in enumerate(data["fixed"], 1):
        at = f"{where}, rate {number}"
        given = table(one, _FIXED, at)
        if not all(isinstance(given.get(name), kind) for name, kind in _FIXED.items()):
            reason = "a rate states pair and value as text, and since as a day"
            raise BookkeepingRefused(place=at, reason=reason)
        try:
            rates.append(FixedRate.of(given["pair"], given["value"], since=given["since"]))
        except FxcrmError as refused:
            raise BookkeepingRefused(place=at, reason=str(refused)) from None
    return FixedRates(rates)


_FIXED: Final[Mapping[str, type]] = FrozenMap({"pair": str, "value": str, "since": date})
_MODES: Final[Mapping[str, tuple[tuple[str, ...], Any]]] = FrozenMap(
    {
        "daily": ((), lambda _, __: DailySpot()),
        "month opening": ((), lambda _, __: MonthOpening()),
        "fixed": (("fixed",), _read_fixed),
        "average": (("span", "largest_spread"), _read_average),
    }
)
_LINE: Final = tuple(one.name for one in attrs.fields(PostingLine))
_YES_OR_NO: Final = ("item", "partner")
_READERS: Final[Mapping[str, Any]] = FrozenMap(
    {
        "largest_deviation": _read_share,
        "drafts": _read_drafts,
        "styles": _read_styles,
        "posting": _read_posting,
        "rates": _read_rates,
    }
)
