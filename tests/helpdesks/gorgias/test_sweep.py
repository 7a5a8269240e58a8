"""What changed, by the list of tickets, newest change first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.gorgias.sweep import changed
from plugin.ports import AccessError, PermanentError, Rejected, TemporaryError
from tests.conftest import NOW
from tests.helpdesks.gorgias.account import Account, gorgias_connection, ticket
from tests.helpdesks.recorded import Call

INTEGRATIONS = {"webhook_id": "201", "sidebar_integration_id": "202"}


class Listed(Account):
    """An account whose list of tickets comes newest change first."""

    def page(self, call: Call, items: Any, known: frozenset[str] = frozenset()) -> dict[str, Any]:
        if call.path == "/api/tickets":
            assert call.body["order_by"] == "updated_datetime:desc"
            items = sorted(items, key=lambda one: str(one["updated_datetime"]), reverse=True)
        return super().page(call, items, known)


def account(*minutes: float, page_size: int = 100, **options: Any) -> Listed:
    """Tickets 1, 2, … that changed so many minutes ago."""
    made = Listed(gorgias_connection(options=options), page_size=page_size)
    for number, ago in enumerate(minutes, start=1):
        made.add_ticket(ticket(id=number, updated_datetime=(NOW - timedelta(minutes=ago)).isoformat()))
    return made


def touch(found: Account, number: int, minutes: float) -> None:
    """A ticket changes, so many minutes from now."""
    found.tickets[str(number)]["updated_datetime"] = (NOW + timedelta(minutes=minutes)).isoformat()


def walk(found: Account, cursor: str | None = None, hours: float = 1) -> tuple[list[str], str | None]:
    """The tickets of a whole walk, and where the next one starts."""
    seen: list[str] = []
    for _ in range(50):
        page = changed(found, cursor, NOW - timedelta(hours=hours))
        seen += [ticket_id for ticket_id, _ in page.tickets]
        cursor = page.cursor
        if not page.more:
            return seen, cursor
    raise AssertionError("the walk does not end")


def test_a_first_walk_goes_back_to_the_instant_it_was_given() -> None:
    assert walk(account(1, 30, 59, 90))[0] == ["1", "2", "3"]


def test_a_change_comes_with_its_instant() -> None:
    assert changed(account(5), None, NOW - timedelta(hours=1)).tickets == (("1", NOW - timedelta(minutes=5)),)


def test_a_walk_goes_over_all_pages() -> None:
    assert walk(account(1, 2, 3, 4, 5, page_size=2))[0] == ["1", "2", "3", "4", "5"]


def test_a_walk_stops_at_the_page_that_goes_far_enough_back() -> None:
    found = account(1, 90, 95, 99, page_size=2)
    walk(found)
    assert len([call for call in found.calls if call.path == "/api/tickets"]) == 1


def test_the_next_walk_goes_back_to_the_newest_change_seen_and_a_little_further() -> None:
    found = account(1, 2, 30)
    cursor = walk(found)[1]
    assert walk(found, cursor)[0] == ["1", "2"]


def test_a_walk_over_pages_is_followed_by_one_from_its_newest_change() -> None:
    found = account(1, 10, 20, 30, page_size=2)
    assert walk(found, walk(found)[1])[0] == ["1"]


def test_a_list_that_has_lost_its_newest_does_not_send_the_walk_back() -> None:
    found = account(1, 30)
    cursor = walk(found)[1]
    del found.tickets["1"]
    assert walk(found, walk(found, cursor)[1])[0] == []


def test_what_changed_while_walking_is_found_by_the_next_walk() -> None:
    found = account(1, 10, 20, 30, page_size=2)
    first = changed(found, None, NOW - timedelta(hours=1))
    touch(found, 4, minutes=1)
    cursor = walk(found, first.cursor)[1]
    assert "4" in walk(found, cursor)[0]


@pytest.mark.parametrize(("minutes", "found"), [(62, ["1"]), (62.01, [])], ids=["just", "not any more"])
def test_how_far_back_a_walk_goes_is_exact(minutes: float, found: list[str]) -> None:
    assert walk(account(minutes))[0] == found


def test_an_account_without_changes_keeps_its_place() -> None:
    found = account(30)
    cursor = walk(found)[1]
    touch(found, 1, minutes=-29)
    assert walk(found, walk(account(), cursor)[1])[0] == ["1"]


def test_a_cursor_that_gorgias_does_not_take_any_more_starts_the_walk_again() -> None:
    found = account(1, 2, 3, page_size=2)
    first = changed(found, None, NOW - timedelta(hours=1))

    def refuse(call: Call) -> None:
        if "cursor" in call.body:
            raise Rejected("answered 400", {})

    found.before = refuse
    assert changed(found, first.cursor, NOW).tickets == first.tickets


def test_a_refused_first_page_is_not_asked_for_again() -> None:
    found = account()

    def refuse(call: Call) -> None:
        raise Rejected("answered 400", {})

    found.before = refuse
    with pytest.raises(Rejected):
        changed(found, None, NOW)


@given(
    cursor=st.text(max_size=30) | st.sampled_from(["null", "[]", "{}", '{"back_to":7}', '{"back_to":"x"}'])
)
def test_a_cursor_that_is_none_of_ours_starts_at_the_instant(cursor: str) -> None:
    assert walk(account(1, 90), cursor)[0] == ["1"]


def test_a_ticket_that_never_changed_goes_by_when_it_was_made() -> None:
    found = account()
    found.add_ticket(ticket(updated_datetime=None, created_datetime=NOW.isoformat()))
    assert changed(found, None, NOW).tickets == (("1001", NOW),)


def test_a_list_that_cannot_be_read_is_told_by_its_field() -> None:
    found = account()
    found.add_ticket(ticket(updated_datetime="soon"))
    with pytest.raises(PermanentError, match=r"data\[0\]\.updated_datetime"):
        changed(found, None, NOW)


# ------------------------------------------------------------------------------- waking what fell asleep


def asleep() -> Listed:
    found = account(1, 2, 3, page_size=1, **INTEGRATIONS)
    for number, name in (("201", "Marginalia events"), ("202", "Marginalia sidebar")):
        made = {"id": int(number), "name": name, "http": {}, "deactivated_datetime": NOW.isoformat()}
        found.integrations[number] = made
    return found


def integration_calls(found: Account) -> Iterator[tuple[str, str]]:
    return ((call.method, call.path) for call in found.calls if call.path.startswith("/api/integrations"))


def test_integrations_that_gorgias_switched_off_are_switched_on() -> None:
    found = asleep()
    changed(found, None, NOW)
    assert [one["deactivated_datetime"] for one in found.integrations.values()] == [None, None]


def test_an_integration_keeps_its_name_when_it_is_switched_on() -> None:
    found = asleep()
    changed(found, None, NOW)
    assert [one["name"] for one in found.integrations.values()] == ["Marginalia events", "Marginalia sidebar"]


def test_integrations_that_are_awake_are_left_alone() -> None:
    found = asleep()
    for one in found.integrations.values():
        one["deactivated_datetime"] = None
    changed(found, None, NOW)
    assert found.sent == []


def test_integrations_are_looked_at_once_a_walk() -> None:
    found = asleep()
    walk(found)
    assert len(list(integration_calls(found))) == 4


def test_an_integration_that_somebody_deleted_does_not_stop_the_walk() -> None:
    found = asleep()
    found.integrations.clear()
    assert walk(found)[0] == ["1", "2", "3"]


def test_an_account_without_integrations_of_ours_is_not_asked_about_any() -> None:
    found = account(1)
    changed(found, None, NOW)
    assert list(integration_calls(found)) == []


def refusing(error: Exception) -> Listed:
    """An account that does not let us switch anything on."""
    found = asleep()

    def refuse(call: Call) -> None:
        if call.method == "PUT":
            raise error

    found.before = refuse
    return found


@pytest.mark.parametrize("error", [AccessError("answered 403"), Rejected("answered 400", {})], ids=str)
def test_an_integration_that_stays_asleep_does_not_stop_the_walk(error: Exception) -> None:
    assert walk(refusing(error))[0] == ["1", "2", "3"]


def test_an_account_that_wants_a_rest_is_walked_later() -> None:
    with pytest.raises(TemporaryError):
        changed(refusing(TemporaryError("answered 429", whole_account=True)), None, NOW)
