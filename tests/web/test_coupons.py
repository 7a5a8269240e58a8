"""The page and the API of the agents' codes: what they say, and what a person does about a leak."""

from typing import Any

import pytest
from sqlalchemy import update

from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow
from plugin.db.outbox import Outbox
from plugin.db.tables import EffectRow
from plugin.domain.effects import create_coupon
from plugin.ports import Connection
from tests.books import ANA, Books
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store
from tests.web.site import Site, post

AGENTS = [{"email": ANA, "coupon": "ANA10", "coupon_share": "0.10"}]
REASON = "3 new customers used it within an hour, and no ticket of theirs explains it: #1, #2, #3"


@pytest.fixture
def store(lite: Site) -> Connection:
    """A live tenant with a store, whose agent Ana has a code."""
    made = connect_store(lite.world, FakeStore())
    lite.world.settings({"mode": "live", "currency": "USD", "agents": AGENTS})
    return made


def change(lite: Site, **values: Any) -> int:
    """Ana's code is so; its number."""
    with lite.world.database.write() as session:
        session.execute(update(CouponRow).values(**values))
        return Coupons(session, lite.world.connection.tenant_id).all()[0].id


def held(lite: Site, store: Connection) -> int:
    return change(lite, state="made", connection_id=store.id, held=REASON, held_at=NOW)


def page(lite: Site, address: str = "/admin/coupons") -> str:
    return lite.admin().get(address).get_data(as_text=True)


def told(lite: Site) -> dict[str, Any]:
    """The code as the API has it."""
    (line,) = lite.program().get("/api/v1/coupons").get_json()["data"]
    return dict(line)


def test_a_code_is_shown_with_its_agent_its_share_and_its_state(lite: Site, store: Connection) -> None:
    number = change(lite, state="made")
    assert told(lite) == {
        "id": str(number),
        "agent": ANA,
        "code": "ANA10",
        "share": "0.10",
        "state": "made",
        "in_settings": True,
        "problem": None,
        "held": None,
        "held_at": None,
        "month": [],
    }
    shown = page(lite)
    assert all(said in shown for said in ("ANA10", ANA, "10%", "in use", "not used"))


def test_what_it_brought_this_month_is_told_by_grade_with_its_single_use_codes(
    lite: Site, store: Connection
) -> None:
    books = Books(lite.world)
    books.sale()
    books.sale(code="ana10-BCDFGHJ", key=f"{ANA}:ana10-bcdfghj")
    books.credit(books.order(), grade="unproven", counts=False, net=5_000)
    direct = {"amount": "226.40", "currency": "USD"}
    unproven = {"amount": "50.00", "currency": "USD"}
    assert told(lite)["month"] == [
        {"grade": "direct", "orders": 2, "net": direct},
        {"grade": "unproven", "orders": 1, "net": unproven},
    ]
    assert "2 × used, <bdi>$226.40</bdi>" in page(lite)


def test_a_code_that_was_just_made_is_shown_as_made_and_one_that_was_refused_says_why(
    lite: Site, store: Connection
) -> None:
    change(lite, connection_id=store.id)
    with lite.world.database.write() as session:
        effect = create_coupon("ANA10", "0.10", ANA)
        (number,) = Outbox(session).put(store.tenant_id, store.id, [effect], NOW)
    states = []
    for state in ("pending", "dead", "done"):
        with lite.world.database.write() as session:
            session.execute(
                update(EffectRow).where(EffectRow.id == number).values(state=state, error="taken")
            )
        states.append((told(lite)["state"], told(lite)["problem"]))
    assert states == [("wanted", None), ("wanted", "taken"), ("made", None)]


def test_a_code_that_has_left_the_settings_says_so(lite: Site, store: Connection) -> None:
    change(lite, state="made")
    lite.world.settings({"mode": "live"})
    assert told(lite)["problem"].startswith("it is no longer in the settings")
    assert "End it" in page(lite)


def test_without_any_code_the_page_says_how_one_is_made(lite: Site) -> None:
    assert "No agent has a code yet." in page(lite)


@pytest.mark.parametrize("address", ["/", "/admin/tickets", "/admin/coupons"])
def test_a_leak_is_told_to_whoever_comes_in(lite: Site, store: Connection, address: str) -> None:
    assert "may have leaked" not in page(lite, address)
    held(lite, store)
    assert "may have leaked" in page(lite, address)


def test_a_leak_is_told_by_the_api(lite: Site, store: Connection) -> None:
    held(lite, store)
    assert told(lite)["held"] == REASON


def test_releasing_on_the_page_needs_a_reason_and_is_done(lite: Site, store: Connection) -> None:
    number = held(lite, store)
    browser = lite.admin()
    assert post(browser, f"/admin/coupons/{number}/release", reason=" ").status_code == 422
    assert told(lite)["held"] == REASON
    answer = post(browser, f"/admin/coupons/{number}/release", reason="a class of hers")
    assert answer.headers["Location"] == "/admin/coupons?done=released"
    assert told(lite)["held"] is None


def test_rotating_on_the_page_is_done_once(lite: Site, store: Connection) -> None:
    number, browser = held(lite, store), lite.admin()
    for _ in range(2):
        answer = post(browser, f"/admin/coupons/{number}/rotate")
        assert answer.headers["Location"] == "/admin/coupons?done=rotated"
    lines = lite.program().get("/api/v1/coupons").get_json()["data"]
    assert [line["state"] for line in lines] == ["wanted", "rotated"]
    assert "rotated a code" in page(lite, "/admin/audit")


def test_rotating_while_we_only_watch_is_refused(lite: Site, store: Connection) -> None:
    number = held(lite, store)
    lite.world.settings({"mode": "shadow", "agents": AGENTS})
    answer = lite.program().post(f"/api/v1/coupons/{number}/rotate")
    assert (answer.status_code, "mode: live" in answer.get_json()["detail"]) == (409, True)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"reason": 5}', b'{"reason": " "}'])
def test_releasing_by_the_api_needs_a_reason(lite: Site, store: Connection, body: bytes) -> None:
    number = held(lite, store)
    answer = lite.program().post(
        f"/api/v1/coupons/{number}/release", data=body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert told(lite)["held"] == REASON


def test_a_repeat_under_the_same_key_rotates_nothing_again(lite: Site, store: Connection) -> None:
    number, program = held(lite, store), lite.program()
    key = {"Idempotency-Key": "rotate-1"}
    first, again = (program.post(f"/api/v1/coupons/{number}/rotate", headers=key) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
