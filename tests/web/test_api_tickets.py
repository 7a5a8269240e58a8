"""/api/v1/tickets/{helpdesk}/{id}: the shape that contract §5 promises, from a ticket that was really worked."""

from typing import Any

import pytest

from tests.fakes import ticket
from tests.web.samples import fill
from tests.web.site import Site
from tests.worker_steps import work_all

ZIPPER: dict[str, Any] = {
    "mode": "live",
    "reason_codes": [
        {
            "code": "product.defect",
            "children": [
                {
                    "code": "product.defect.zipper",
                    "name": "Zipper",
                    "phrases": ["zip(per)? (is )?(stuck|broken)"],
                }
            ],
        }
    ],
}


@pytest.fixture
def worked(site: Site) -> Site:
    """A ticket about a zipper, worked from its webhook to its effect."""
    site.world.settings(ZIPPER)
    site.world.helpdesk.tickets["5158"] = ticket("5158", "My zipper is stuck")
    site.hook({"ticket": "5158"})
    work_all(site.world)
    return site


def test_a_ticket_has_the_promised_shape(worked: Site) -> None:
    shown = worked.program().get("/api/v1/tickets/fake/5158").get_json()
    reason = shown["reason_code"]
    assert reason["code"] == "product.defect.zipper"
    assert (reason["by"], reason["sure"], reason["evidence"]) == ("phrases", True, ["zipper is stuck"])
    assert isinstance(reason["score"], float)
    assert reason["name"] == "Product – Defect – Zipper"
    assert shown["customer"] == {"email": "ann@example.com", "name": "Ann", "tier": None, "spent": None}
    rest = {"ticket": "5158", "no_bots": False, "macros": [], "offer": None, "credits": [], "claims": []}
    assert rest.items() <= shown.items()


def test_its_trace_says_what_was_seen_and_done(worked: Site) -> None:
    (line,) = worked.program().get("/api/v1/tickets/fake/5158").get_json()["trace"]
    assert line == {
        "rule": "Reason code",
        "fired": True,
        "seen": {"ticket.text": ["zipper is stuck"], "ticket.reason_code": None},
        "did": ["reason_code product.defect.zipper"],
        "why": "",
    }


def test_its_history_and_effects_say_what_became_of_it(worked: Site) -> None:
    shown = worked.program().get("/api/v1/tickets/fake/5158").get_json()
    (decision,), (effect,) = shown["history"], shown["effects"]
    assert (decision["mode"], decision["deliveries"], decision["settings_version"]) == ("live", ["1"], 2)
    assert decision["trace"] == shown["trace"]
    assert (effect["state"], effect["reference"], effect["decision"]) == (
        "done",
        "audit-5158",
        decision["id"],
    )


def test_it_is_in_the_list_with_a_link_into_the_helpdesk(worked: Site) -> None:
    (line,) = worked.program().get("/api/v1/tickets").get_json()["data"]
    assert (line["ticket"], line["helpdesk"]) == ("5158", "fake")
    assert line["url"] == "http://127.0.0.1:1/tickets/5158"
    assert line["reason_code"]["code"] == "product.defect.zipper"


def test_what_is_only_suggested_is_not_sure(site: Site) -> None:
    fill(site.world)
    shown = site.program().get("/api/v1/tickets/fake/5159").get_json()
    assert (shown["reason_code"]["code"], shown["reason_code"]["sure"]) == ("shipping.wismo", False)
    assert [one["code"] for one in shown["suggestions"]] == ["shipping.wismo"]


def test_what_an_agent_chose_is_theirs(site: Site) -> None:
    fill(site.world)
    reason = site.program().get("/api/v1/tickets/fake/5160").get_json()["reason_code"]
    assert (reason["code"], reason["by"], reason["sure"]) == ("order.cancel", "agent", True)


def test_a_code_that_an_agent_emptied_is_none(worked: Site) -> None:
    worked.world.helpdesk.change("5158", reason_value=None, reason_code=None)
    worked.hook({"ticket": "5158"})
    work_all(worked.world)
    assert worked.program().get("/api/v1/tickets/fake/5158").get_json()["reason_code"] is None


def test_a_code_that_the_settings_no_longer_have_keeps_its_own_name(worked: Site) -> None:
    worked.world.settings({"mode": "live"})
    reason = worked.program().get("/api/v1/tickets/fake/5158").get_json()["reason_code"]
    assert reason["name"] == "product.defect.zipper"


@pytest.mark.parametrize("path", ["fake/1", "zendesk/5158", "fake/%00", "fake/" + "9" * 500, "fake/5158%20"])
def test_a_ticket_that_is_not_known_is_404_and_says_when_it_will_be(worked: Site, path: str) -> None:
    answer = worked.program().get(f"/api/v1/tickets/{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "next webhook" in answer.get_json()["detail"]
