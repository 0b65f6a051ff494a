"""The arguments of ``fxcrm quote``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

_LINE: Final = (
    'a line: "Pump; 3; EUR 99.99", and maybe "; discount=10 %%; tax=standard; product=P-1"; '
    "without a price it is that of the lists"
)


def add_quotes(quotes: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm quote``."""
    under = quotes.add_subparsers(required=True, metavar="command")
    _add_draft(under)
    _add_edit(under)
    parser = _add_one(under, "convert", "offer a draft in another currency, at the day's rate")
    parser.add_argument("--currency", required=True)
    parser.add_argument("--give-up-lock", action="store_true", help="it was for the old currency")
    _add_lock(under)
    parser = _add_one(under, "approve", "consent in a role; released when every rule is met")
    parser.add_argument("--by", required=True, metavar="NAME")
    parser.add_argument("--role", help="in which a rule asks for the consent")
    _add_one(under, "accept", "the customer says yes; the lock is drawn")
    _add_one(under, "lapse", "the last day is over")
    for name, told in (("decline", "the customer says no"), ("withdraw", "take an offer back")):
        _add_one(under, name, told).add_argument("--reason", default="")
    _add_one(under, "revise", "draft the next version of a released quote", successor=True)
    _add_requote(under)
    _add_shows(under)


def _add_one(
    under: Subcommands, name: str, told: str, *, successor: bool = False
) -> argparse.ArgumentParser:
    parser = add_seller(under, name, told)
    parser.add_argument("id")
    if successor:
        parser.add_argument("--as", dest="successor", required=True, metavar="ID", help="its id")
    return parser


def _add_texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--line", dest="lines", action="append", metavar="LINE", help=_LINE)
    parser.add_argument("--terms", help="of payment and otherwise")
    parser.add_argument("--delivery", help="terms of delivery")
    parser.add_argument("--contact", help="whom to ask")
    parser.add_argument("--notes")


def _add_draft(under: Subcommands) -> None:
    parser = _add_one(under, "draft", "draft an offer for a deal")
    parser.add_argument("--deal", required=True)
    parser.add_argument("--currency", required=True, help="of the document")
    parser.add_argument("--priced-in", help="of the prices; that of the document")
    parser.add_argument("--valid-until", required=True, metavar="DAY")
    _add_texts(parser)


def _add_edit(under: Subcommands) -> None:
    parser = _add_one(under, "edit", "other lines, days or texts; says what the lock covers then")
    parser.add_argument("--dated", metavar="DAY")
    parser.add_argument("--valid-until", metavar="DAY")
    parser.add_argument("--excess", choices=("refused", "decided"), help="beyond the lock's cover")
    _add_texts(parser)


def _add_lock(under: Subcommands) -> None:
    parser = _add_one(under, "lock", "promise a rate for the whole quote")
    parser.add_argument("--lock", required=True, metavar="ID", help="the id of the lock")
    parser.add_argument("--until", required=True, metavar="DAY", help="its last day")
    parser.add_argument("--zone", help="in which the day ends (UTC)")
    parser.add_argument("--spread", metavar="PERCENT", help="on the rate")
    parser.add_argument("--fee", metavar="AMOUNT", help="as a line of its own")


def _add_requote(under: Subcommands) -> None:
    parser = _add_one(under, "requote", "quote a lapsed offer again, today", successor=True)
    parser.add_argument("--valid-until", required=True, metavar="DAY")
    parser.add_argument(
        "--price", dest="prices", action="append", metavar="LINE=AMOUNT",
        help='a unit price that changed: "1=EUR 110.00"',
    )  # fmt: skip
    parser.add_argument("--deal", help="the id of a new deal, where the old one is lost")


def _add_shows(under: Subcommands) -> None:
    parser = _add_one(under, "show", "lines, taxes, totals, the lock, consents, what changed")
    parser.add_argument("--in", dest="others", action="append", metavar="CODE", help="a currency")
    parser.add_argument("--explain", action="store_true", help="the total down to its rates")
    parser = add_seller(under, "list", "every quote, or those in a state")
    parser.add_argument("--state")
