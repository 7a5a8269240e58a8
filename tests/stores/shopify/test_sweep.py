"""Customers by when they changed: all of them, none missed, whatever moves meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ports import ChangedCustomers
from plugin.stores.shopify import changed
from plugin.stores.shopify.queries import CHANGED, PAGE, Document
from sandbox.shopify.writes import change_customer
from tests.conftest import NOW
from tests.stores.shopify.till import Till, new_till

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def page(till: Till, cursor: str | None = None, since: datetime = BEGINNING) -> ChangedCustomers:
    return till.store.customers_changed(till.api, cursor, since)


def swept(till: Till, cursor: str | None = None, since: datetime = BEGINNING) -> tuple[list[str], str | None]:
    """The addresses of all customers that one whole sweep reads, and where the next one goes on."""
    found: list[str] = []
    for _ in range(50):
        one = page(till, cursor, since)
        found += [customer.emails[0] for customer in one.customers]
        cursor = one.cursor
        if not one.more:
            return found, cursor
        till.clock.move(seconds=20)  # the bucket fills again
    raise AssertionError("the sweep does not come to an end")


def people(till: Till, number: int, apart: float = 60.0) -> list[int]:
    """So many customers, each made so many seconds after the last."""
    made = []
    for one in range(number):
        made.append(till.customer(f"c{one}@example.com").id)
        till.clock.move(seconds=apart)
    return made


def test_a_shop_without_customers_is_swept_at_once(till: Till) -> None:
    assert page(till) == ChangedCustomers((), "1969-12-31T23:58:00Z", more=False)


def test_the_longest_unchanged_comes_first(till: Till) -> None:
    first, *_ = people(till, 3)
    change_customer(till.shop, first, note="moved")
    found, _ = swept(till)
    assert found == ["c1@example.com", "c2@example.com", "c0@example.com"]


@pytest.mark.parametrize("apart", [60.0, 0.0], ids=["one after another", "all at one instant"])
def test_more_customers_than_a_page_holds_are_all_read(till: Till, apart: float) -> None:
    people(till, 3 * PAGE + 5, apart)
    assert set(swept(till)[0]) == {f"c{one}@example.com" for one in range(3 * PAGE + 5)}


def test_a_later_sweep_reads_what_changed_since_and_little_more(till: Till) -> None:
    made = people(till, 10)
    _, cursor = swept(till)
    till.clock.move(hours=1)
    change_customer(till.shop, made[3], tags=("VIP",))
    found, _ = swept(till, cursor)
    assert found[-1] == "c3@example.com"
    assert set(found) <= {"c3@example.com", "c7@example.com", "c8@example.com", "c9@example.com"}


def test_where_nothing_changes_a_sweep_goes_on_from_the_same_place(till: Till) -> None:
    people(till, 10)
    _, cursor = swept(till)
    assert swept(till, cursor)[1] == cursor


def test_a_change_that_the_search_finds_late_is_found_by_the_next_sweep(till: Till) -> None:
    late, *_ = people(till, 5, apart=10)
    hidden = till.shop.customers.pop(late)
    _, cursor = swept(till)
    till.shop.customers[late] = hidden
    assert "c0@example.com" in swept(till, cursor)[0]


def test_who_changes_while_the_sweep_runs_makes_nobody_missed(till: Till) -> None:
    made = people(till, 2 * PAGE)
    first = page(till)
    till.clock.move(minutes=5)
    change_customer(till.shop, made[PAGE - 1], note="the last one of that page moves to the end")
    rest, _ = swept(till, first.cursor)
    assert set(rest) >= {f"c{one}@example.com" for one in range(PAGE, 2 * PAGE)}


@pytest.mark.parametrize("cursor", ["", "soon", "|", "|abc", "c1"])
def test_what_is_no_cursor_of_ours_starts_from_the_given_instant(till: Till, cursor: str) -> None:
    people(till, 3, apart=3600)
    found = page(till, cursor, NOW + timedelta(hours=1))
    assert [one.emails for one in found.customers] == [("c1@example.com",), ("c2@example.com",)]


@settings(max_examples=20)
@given(data=st.data())
def test_no_customer_is_missed_however_they_change(data: st.DataObject) -> None:
    """Pages are small here, and customers change between them and share instants."""
    till = new_till()
    made = people(till, data.draw(st.integers(1, 8)), data.draw(st.sampled_from([0.0, 1.0, 60.0])))
    seen: dict[str, datetime] = {}
    cursor, more = None, True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "CHANGED", SMALL)
        for left in range(40, -20, -1):
            one = page(till, cursor)
            seen |= {customer.emails[0]: customer.updated_at for customer in one.customers}
            cursor, more = one.cursor, one.more
            if not more:
                break
            if left > 0 and data.draw(st.booleans()):
                till.clock.move(seconds=data.draw(st.sampled_from([1.0, 30.0])))
                change_customer(till.shop, data.draw(st.sampled_from(made)), note="again")
    till.shop.dispatcher.close()
    assert not more
    assert seen == {one.email: one.updated_at for one in till.shop.customers.values()}


SMALL = Document("small pages", CHANGED.text.replace(f"first: {PAGE}", "first: 2"))
