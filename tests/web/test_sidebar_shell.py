"""The first page in the helpdesk's frame: for whom the host vouches, and for nobody else; and tokens that end."""

from datetime import timedelta

import pytest
import time_machine

from plugin.db.agents import Agents
from plugin.domain.facts import Gone
from plugin.ports import TemporaryError
from plugin.web.sidebar import shell
from tests.fakes import FakeSidebar, World, ticket
from tests.web.looking import ANA, BEN, Frame, staffed
from tests.web.site import Site
from tests.worker_steps import work_all


@pytest.fixture
def world(lite: Site) -> World:
    """One live tenant whose helpdesk frames our page."""
    staffed(lite.world)
    return lite.world


@pytest.fixture
def frame(lite: Site, world: World) -> Frame:
    """An agent's tab."""
    return Frame(lite)


def sidebar_of(world: World) -> FakeSidebar:
    assert isinstance(world.helpdesk.sidebar, FakeSidebar)
    return world.helpdesk.sidebar


def test_an_agent_gets_the_shell_with_a_token_and_no_data(frame: Frame) -> None:
    answer = frame.load()
    assert answer.status_code == 200
    assert frame.tokens.keys() == {"token", "renewal"}
    assert ANA.email not in answer.get_data(as_text=True)


def test_the_panel_is_made_ready_while_the_browser_reads_the_shell(frame: Frame) -> None:
    kept = frame.site.app.jinja_env.cache
    assert kept is not None
    kept.clear()
    frame.load().close()
    assert {"panel.html", "panel_who.html", "panel_orders.html"} <= {name for _, name in kept}


def test_only_the_tenants_own_helpdesk_may_frame_it(frame: Frame) -> None:
    headers = frame.load().headers
    assert "frame-ancestors https://acme.fake.example" in headers["Content-Security-Policy"]
    assert "https://static.fake.example" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["", "x", "acme/11/no", "other/11/no", "a/b/c/d"])
def test_a_token_with_anything_wrong_gets_nothing(frame: Frame, token: str) -> None:
    answer = frame.post_token(token)
    assert answer.status_code == 401
    assert b"marginalia-token" not in answer.data


def test_a_person_in_the_frame_is_told_on_a_page_what_is_wrong(frame: Frame) -> None:
    where = "/sidebar/fake?origin=x&app_guid=1&lang=ar"
    answer = frame.site.visitor().post(
        where, data={"token": "acme/11/wrong"}, headers={"Accept": "text/html,*/*;q=0.8"}
    )
    assert (answer.status_code, answer.content_type) == (401, "text/html; charset=utf-8")
    assert "this token was signed by somebody else" in answer.get_data(as_text=True)
    assert 'dir="rtl"' in answer.get_data(as_text=True)
    assert "frame-ancestors https://acme.fake.example" in answer.headers["Content-Security-Policy"]


def test_a_helpdesk_without_frames_has_no_shell(frame: Frame, world: World) -> None:
    token = sidebar_of(world).token("acme", "11")
    world.helpdesk.sidebar = None
    assert frame.post_token(token).status_code == 404


def test_the_hosts_key_is_read_once_and_kept(frame: Frame, world: World) -> None:
    frame.load()
    frame.load()
    assert sidebar_of(world).reads == 1


def test_a_key_that_the_host_has_changed_is_read_anew(
    frame: Frame, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame.load()
    sidebar_of(world).key = "another key"
    assert frame.load().status_code == 401
    monkeypatch.setattr(shell, "FETCH_EVERY", 0.0)
    assert frame.load().status_code == 200


def test_wrong_tokens_do_not_make_us_ask_the_host_again_and_again(frame: Frame, world: World) -> None:
    for _ in range(5):
        frame.post_token("acme/11/wrong")
    assert sidebar_of(world).reads == 1


def test_while_the_host_gives_no_key_nobody_gets_in_and_is_told_so(
    frame: Frame, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(api: object) -> str:
        raise TemporaryError("the host does not answer")

    monkeypatch.setattr(sidebar_of(world), "read_key", refuse)
    answer = frame.load()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_token_ends_after_a_quarter_of_an_hour(frame: Frame) -> None:
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as travel:
        frame.load()
        travel.shift(timedelta(minutes=15, seconds=2))
        assert frame.open().status_code == 401


def test_a_tab_that_stayed_open_gets_a_new_token(frame: Frame) -> None:
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as travel:
        frame.load()
        travel.shift(timedelta(hours=3))
        answer = frame.site.visitor().post("/sidebar/fake/token", headers=frame.bearer("renewal"))
        assert answer.json is not None
        frame.tokens["token"] = answer.json["token"]
        assert frame.open().status_code == 200


def test_a_token_in_use_is_renewed_on_the_way(frame: Frame) -> None:
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as travel:
        frame.load()
        assert "Marginalia-Token" not in frame.open().headers
        travel.shift(timedelta(minutes=6))
        frame.tokens["token"] = frame.open().headers["Marginalia-Token"]
        travel.shift(timedelta(minutes=14))
        assert frame.open().status_code == 200


def test_whoever_left_gets_no_new_token(frame: Frame, world: World) -> None:
    frame.load()
    with world.database.write() as session:
        Agents(session, world.connection.tenant_id).keep(world.connection.id, [BEN], world.clock())
    renewed = frame.site.visitor().post("/sidebar/fake/token", headers=frame.bearer("renewal"))
    assert renewed.status_code == 401


def test_the_two_sorts_of_tokens_do_not_stand_for_each_other(frame: Frame) -> None:
    frame.load()
    site = frame.site
    panel = site.visitor().get("/sidebar/fake/tickets/5", headers=frame.bearer("renewal"))
    assert panel.status_code == 401
    assert site.visitor().post("/sidebar/fake/token", headers=frame.bearer("token")).status_code == 401


def test_a_ticket_that_is_not_known_is_asked_for_once_and_found(frame: Frame, world: World) -> None:
    world.helpdesk.tickets["77"] = ticket("77", "Where is my order?")
    first, second = frame.shown("77"), frame.shown("77")
    assert "Where is my order" not in first + second
    work_all(world)
    assert world.helpdesk.loads == ["77"]
    assert "Ann" in frame.shown("77")


def test_a_ticket_that_the_helpdesk_does_not_have_is_not_found(frame: Frame, world: World) -> None:
    assert frame.open("404404").status_code == 200
    work_all(world)
    assert frame.open("404404").status_code == 404
    assert isinstance(world.helpdesk.load(None, "404404", None), Gone)  # type: ignore[arg-type]


def test_another_tenants_ticket_is_asked_for_in_ones_own_helpdesk_only(frame: Frame, world: World) -> None:
    other = world.connect("other")
    world.helpdesk.tickets["9"] = ticket("9", "A secret")
    world.hint("9", connection=other)
    work_all(world)
    del world.helpdesk.tickets["9"]
    assert "A secret" not in frame.shown("9")
    work_all(world)
    assert frame.open("9").status_code == 404


@pytest.mark.parametrize("number", ["..", "a b", "%00", "1" * 101, "é"])
def test_what_can_be_no_ticket_is_not_found(frame: Frame, number: str) -> None:
    assert frame.open(number).status_code == 404
