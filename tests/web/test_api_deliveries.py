"""/api/v1/deliveries and effects: what came in, what went out, and working it again."""

import base64
from typing import Any

import pytest
from sqlalchemy import select, update

from plugin.db.tables import DeliveryRow, EffectRow, WorkRow
from tests.fakes import ticket
from tests.web.samples import Samples, fill
from tests.web.site import Site
from tests.worker_steps import work_all


@pytest.fixture
def samples(site: Site) -> Samples:
    """Rows of every kind."""
    return fill(site.world)


def test_a_delivery_in_the_list_has_the_promised_shape(site: Site) -> None:
    site.hook({"ticket": "5158"})
    (line,) = site.program().get("/api/v1/deliveries").get_json()["data"]
    promised = {
        "id": "1",
        "source": "fake",
        "topic": "changed",
        "state": "pending",
        "received_at": "2026-11-23T12:00:00Z",
        "error": None,
    }
    assert promised.items() <= line.items()


def test_a_delivery_alone_has_headers_and_body(site: Site) -> None:
    body = '{"ticket": "5158", "name": "سارا"}'
    site.hook(body.encode(), {"X-Fake-Event": "e1"})
    shown = site.program().get("/api/v1/deliveries/1").get_json()
    assert shown["body"] == {"encoding": "text", "content": body}
    assert shown["headers"]["x-fake-event"] == shown["event_id"] == "e1"
    assert (shown["resource"], shown["problem"]) == ("ticket:5158", None)


def test_a_body_that_is_no_text_is_shown_in_base64(site: Site) -> None:
    site.hook(b"\xff\x00")
    shown = site.program().get("/api/v1/deliveries/1").get_json()
    assert shown["body"]["encoding"] == "base64"
    assert base64.b64decode(shown["body"]["content"]) == b"\xff\x00"


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", "1e3", "9" * 40, "١"])
@pytest.mark.parametrize("path", ["deliveries/{}", "effects/{}"])
def test_a_number_that_is_none_is_404(site: Site, path: str, number: str) -> None:
    answer = site.program().get("/api/v1/" + path.format(number))
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["deliveries/999/replay", "effects/999/retry"])
def test_working_again_what_is_not_there_is_404(site: Site, path: str) -> None:
    assert site.program().post(f"/api/v1/{path}").status_code == 404


def test_a_replay_makes_the_object_due(site: Site) -> None:
    site.world.helpdesk.tickets["5"] = ticket("5", "hello")
    site.hook({"ticket": "5"})
    work_all(site.world)
    answer = site.program().post("/api/v1/deliveries/1/replay")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "pending")
    work_all(site.world)
    assert site.world.helpdesk.loads == ["5", "5"]


def test_a_replay_of_what_still_cannot_be_read_says_so(site: Site) -> None:
    site.hook(b"?")
    answer = site.program().post("/api/v1/deliveries/1/replay")
    assert answer.get_json()["state"] == "unreadable"
    with site.world.database.read() as session:
        assert session.scalars(select(WorkRow)).all() == []


def test_a_forgotten_body_that_pointed_to_nothing_cannot_be_replayed(site: Site) -> None:
    site.hook(b"?")
    with site.world.database.write() as session:
        session.execute(update(DeliveryRow).values(body=None))
    answer = site.program().post("/api/v1/deliveries/1/replay")
    assert answer.status_code == 409
    assert "no longer kept" in answer.get_json()["detail"]


def test_an_effect_has_its_shape(site: Site, samples: Samples) -> None:
    shown: dict[str, Any] = site.program().get(f"/api/v1/effects/{samples.held}").get_json()
    promised = {
        "id": str(samples.held),
        "kind": "set_reason_code",
        "resource": "ticket:5162",
        "slot": "reason_code",
        "class": "state",
        "args": {"code": "refund.request"},
        "state": "held",
        "attempts": 2,
    }
    assert promised.items() <= shown.items()


def test_a_held_effect_is_sent_again_after_a_look(site: Site, samples: Samples) -> None:
    with site.world.database.write() as session:
        session.execute(update(EffectRow).where(EffectRow.id > samples.held).values(state="dead"))
    answer = site.program().post(f"/api/v1/effects/{samples.held}/retry")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "pending")


def test_an_effect_that_a_newer_one_has_overwritten_is_not_sent_again(site: Site, samples: Samples) -> None:
    with site.world.database.write() as session:
        session.execute(update(EffectRow).where(EffectRow.id == samples.held + 1).values(state="done"))
    answer = site.program().post(f"/api/v1/effects/{samples.held}/retry")
    assert answer.status_code == 409
    assert "newer write" in answer.get_json()["detail"]


def test_an_effect_that_is_done_is_not_sent_again(site: Site, samples: Samples) -> None:
    (done,) = site.program().get("/api/v1/effects?state=done").get_json()["data"]
    answer = site.program().post(f"/api/v1/effects/{done['id']}/retry")
    assert (answer.status_code, answer.get_json()["detail"]) == (409, "it is done: there is nothing to retry")
