"""The stand-in refuses what the vendor would: too much, too often."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.limits import Window
from tests.conftest import NOW
from tests.sandbox.conftest import Clock, Desk


def test_the_hundred_and_first_update_within_a_minute_is_refused(desk: Desk) -> None:
    tickets = [desk.ticket() for _ in range(101)]
    statuses = [desk.update(one, tags=["x"]).status_code for one in tickets]
    assert (set(statuses[:100]), statuses[100]) == ({200}, 429)


def test_a_refusal_says_when_there_is_room_again(desk: Desk) -> None:
    desk.account.limits.change("updates", 1, 60)
    ticket = desk.ticket()
    desk.update(ticket, tags=["x"])
    desk.clock.move(seconds=20)
    assert desk.update(ticket, tags=["y"]).headers["Retry-After"] == "40"


def test_there_is_room_again_when_it_said_so(desk: Desk) -> None:
    desk.account.limits.change("updates", 1, 60)
    ticket = desk.ticket()
    desk.update(ticket, tags=["x"])
    desk.clock.move(seconds=60)
    assert desk.update(ticket, tags=["y"]).status_code == 200


def test_the_thirty_first_update_of_one_ticket_is_refused(desk: Desk) -> None:
    ticket = desk.ticket()
    statuses = [desk.update(ticket, tags=[str(n)]).status_code for n in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({200}, 429)


def test_another_user_may_still_update_that_ticket(desk: Desk) -> None:
    desk.account.limits.change("ticket_updates", 1)
    ticket = desk.ticket()
    desk.update(ticket, tags=["x"])
    assert desk.as_agent().update(ticket, tags=["y"]).status_code == 200


def test_an_agents_edit_in_the_pages_uses_up_updates_of_the_account(desk: Desk) -> None:
    desk.account.limits.change("updates", 1)
    ticket = desk.ticket()
    desk.plain("POST", f"/_sandbox/tickets/{ticket.id}/agent", json={"tags": ["x"]})
    assert desk.update(ticket, tags=["y"]).status_code == 429


def test_every_answer_says_what_is_left_of_the_minute(desk: Desk) -> None:
    answers = [desk.call("GET", "/users/me") for _ in range(2)]
    assert [one.headers["X-Rate-Limit-Remaining"] for one in answers] == ["699", "698"]


def test_an_account_that_used_its_minute_up_is_refused_everything(desk: Desk) -> None:
    desk.account.limits.change("calls", 1)
    desk.call("GET", "/users/me")
    assert desk.call("GET", "/users/me").status_code == 429


def test_the_eleventh_export_within_a_minute_is_refused(desk: Desk) -> None:
    statuses = [desk.call("GET", "/incremental/tickets/cursor?start_time=0").status_code for _ in range(11)]
    assert (set(statuses[:10]), statuses[10]) == ({200}, 429)


@given(st.integers(1, 5), st.lists(st.floats(0, 30), min_size=1, max_size=40))
def test_no_window_ever_holds_more_than_the_limit(number: int, pauses: list[float]) -> None:
    window, clock, taken = Window(number, 60), Clock(NOW), []
    for pause in pauses:
        clock.move(seconds=pause)
        if window.take("k", clock()) == 0.0:
            taken.append(clock().timestamp())
    assert all(sum(at - 60 < one <= at for one in taken) <= number for at in taken)
