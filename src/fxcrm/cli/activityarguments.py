"""The arguments of ``fxcrm activity`` and ``fxcrm reminders``."""

from __future__ import annotations

import argparse

from fxcrm.cli.sellingarguments import add_seller

_ABOUT = "a document such as deal:D-1"


def add_activities(activities: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm activity``."""
    under = activities.add_subparsers(required=True, metavar="command")
    add = add_seller(under, "add", "note what was done with a customer, or is to be done")
    add.add_argument("id", help="by which everything names it")
    add.add_argument("--customer", required=True, metavar="ID")
    add.add_argument("--kind", required=True, help="call, mail, meeting, note or task")
    add.add_argument("--subject", required=True)
    add.add_argument("--text", help="the whole of it")
    add.add_argument("--direction", help="in or out")
    add.add_argument("--contact", metavar="NAME", help="with whom: a contact of the customer")
    add.add_argument("--about", metavar="DOCUMENT", help=_ABOUT)
    add.add_argument("--amount", help='such as "USD 5000.00", in any currency')
    add.add_argument("--owner", metavar="NAME", help="the salesperson")
    add.add_argument("--due", metavar="DAY", help="it is to be done by then; a task needs one")
    add_seller(under, "done", "it was done").add_argument("id")
    add_seller(under, "cancel", "it will not be done").add_argument("id")
    for name, told in (("postpone", "another due day"), ("reopen", "it is to be done after all")):
        moved = add_seller(under, name, told)
        moved.add_argument("id")
        moved.add_argument("--due", metavar="DAY", required=True)
    _add_listing(add_seller(under, "list", "the activities that fit all that is named"))


def _add_listing(found: argparse.ArgumentParser) -> None:
    found.add_argument("--customer", metavar="ID")
    found.add_argument("--about", metavar="DOCUMENT", help=_ABOUT)
    found.add_argument("--owner", metavar="NAME", help="the salesperson")
    found.add_argument("--state", help="open, done or cancelled")
    found.add_argument("--since", metavar="DAY")
    found.add_argument("--until", metavar="DAY")


def add_reminders(reminders: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm reminders``."""
    under = reminders.add_subparsers(required=True, metavar="command")
    raising = add_seller(under, "raise", "raise what the rules ask for at the instant of --at")
    raising.add_argument("company")
    listing = add_seller(under, "list", "the reminders that fit all that is named")
    listing.add_argument("--company", metavar="ID")
    listing.add_argument("--customer", metavar="ID")
    listing.add_argument("--about", metavar="DOCUMENT", help="such as deal:D-1 or rate lock:L-1")
    listing.add_argument("--owner", metavar="NAME", help="the salesperson")
    listing.add_argument("--state", help="open, done or dismissed", default="open")
    add_seller(under, "done", "what it asked for was done").add_argument("id")
    add_seller(under, "dismiss", "nothing is to be done").add_argument("id")
