"""What changed, by the incremental export."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from plugin.helpdesks.zendesk.sweep import changed
from plugin.ports import Changed, PermanentError, Rejected
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi
from tests.helpdesks.zendesk.account import ticket, zendesk_connection

EXPORT = "/api/v2/incremental/tickets/cursor"


def api(*answers: dict[str, Any]) -> RecordedApi:
    return RecordedApi(zendesk_connection(), [{"path": EXPORT} | answer for answer in answers])


def page(*tickets: Any, **changes: Any) -> dict[str, Any]:
    return {"answer": {"tickets": list(tickets), "after_cursor": "c1", "end_of_stream": True} | changes}


def test_a_page_gives_tickets_and_where_to_go_on() -> None:
    found = changed(api(page(ticket(), end_of_stream=False)), None, NOW)
    assert found == Changed((("5158", datetime.fromisoformat("2026-11-23T11:59:58Z")),), "c1", more=True)


def test_the_end_of_the_stream_is_the_end() -> None:
    assert changed(api(page()), None, NOW).more is False


def test_a_first_look_starts_more_than_a_minute_ago() -> None:
    asked = api(page())
    changed(asked, None, NOW)
    assert int(asked.calls[0].body["start_time"]) <= (NOW - timedelta(minutes=1)).timestamp()


def test_a_later_look_goes_on_from_its_cursor() -> None:
    asked = api(page())
    changed(asked, "c0", NOW)
    assert asked.calls[0].body == {"cursor": "c0", "per_page": "500"}


def test_a_cursor_that_is_not_taken_any_more_starts_again_from_the_instant() -> None:
    dead = {"params": {"cursor": "c0"}, "answer": Rejected("answered 400", {})}
    assert changed(api(page(), dead), "c0", NOW).cursor == "c1"


def test_a_refused_start_is_not_asked_for_again() -> None:
    with pytest.raises(Rejected):
        changed(api({"answer": Rejected("answered 400", {})}), None, NOW)


def test_a_page_without_a_cursor_keeps_the_old_one() -> None:
    assert changed(api(page(after_cursor=None)), "c0", NOW).cursor == "c0"


def test_a_cursor_that_stands_still_ends_the_sweep() -> None:
    assert changed(api(page(after_cursor="c0", end_of_stream=False)), "c0", NOW).more is False


def test_an_answer_that_is_no_export_is_told_by_its_field() -> None:
    with pytest.raises(PermanentError, match=r"tickets\[0\]\.updated_at"):
        changed(api(page({"id": 1})), None, NOW)
