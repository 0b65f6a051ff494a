"""Two at once on PostgreSQL: each cause is reminded of once, and no record misses its merger."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier, Thread

from fxcrm.bootstrap import open_store
from fxcrm.customers import CustomerNotActive
from fxcrm.errors import FxcrmError
from fxcrm.ids import CustomerId, EnquiryId
from fxcrm.ports import Store
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import Desk, merge_customers, perform, raise_reminders, receive_enquiry
from tests.ledger.notation import instant
from tests.usecases.office import ACME, FIRST, JANUARY, NORDWIND, RATES, Office
from tests.usecases.test_merging import OTHER, second
from tests.usecases.test_reminding import deal

RULES = SellingRules.read({"reminders": {"idle": {"watch": "idle deal", "days": 10}}})
ROUNDS = 8


def at_once(store: Store, commands: list[Callable[[Desk], object]], number_of: int) -> list[str]:
    """Carry all out from threads that begin together; the names of what they were refused with."""
    ready, refused = Barrier(len(commands)), list[str]()

    def run(number: int) -> None:
        ready.wait()
        key = f"{number_of}:{number}"
        try:
            perform(
                store, RATES, key=key, content=key, at=instant(JANUARY), actor="ada",
                command=commands[number], selling=RULES,
            )  # fmt: skip
        except FxcrmError as error:
            refused.append(type(error).__name__)

    threads = [Thread(target=run, args=(number,)) for number in range(len(commands))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return refused


def test_evaluations_at_once_raise_each_reminder_once(postgresql_url: str) -> None:
    """Three evaluations begin together: none fails, and there is one reminder for each deal."""
    with closing(open_store(postgresql_url)) as store:
        office = Office(store=store).open()  # type: ignore[arg-type]
        for number in range(4):
            deal(office, f"D-{number}", 0)
        when = datetime(2026, 1, 20, tzinfo=UTC)
        look = lambda desk: raise_reminders(desk, NORDWIND, when)  # noqa: E731
        assert at_once(store, [look, look, look], 0) == []
        with store.begin(reading=True) as unit:
            assert unit.reminders.count() == 4
            raised = [one for one in unit.events.after(0) if one.event.name == "reminder raised"]
            assert len(raised) == 4


def test_no_record_is_left_on_a_tombstone(postgresql_url: str) -> None:
    """An enquiry that comes while its customer is merged moves along, or is refused."""
    with closing(open_store(postgresql_url)) as store:
        office = Office(store=store).open()  # type: ignore[arg-type]
        for count in range(ROUNDS):
            gone, enquiry = CustomerId(f"{OTHER}-{count}"), EnquiryId(f"E-{count}")
            with office.desk(FIRST) as desk:
                second(desk, gone)

            def receive(desk: Desk, gone: CustomerId = gone, id: EnquiryId = enquiry) -> object:
                return receive_enquiry(
                    desk, id, customer=gone, subject="x", channel="mail", on=JANUARY
                )

            def merge(desk: Desk, gone: CustomerId = gone) -> object:
                return merge_customers(desk, ACME, gone, on=JANUARY)

            refused = at_once(store, [receive, merge], count)
            with store.begin(reading=True) as unit:
                found = unit.enquiries.find(enquiry)
                assert unit.customers.get(gone).merged_into == ACME
            assert (found is None) == (refused == [CustomerNotActive.__name__])
            assert found is None or found.customer == ACME
