"""/api/v1/tickets/{helpdesk}/{id}: the shape that contract §5 promises, from a ticket that was really worked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from plugin.db.customer_tables import CustomerRow
from tests.fakes import ticket
from tests.web.samples import BEST, fill
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
    nothing = {
        "tier": None,
        "spent": None,
        "matched_by": None,
        "orders": None,
        "last_order": None,
        "as_of": None,
    }
    known = {"email": "ann@example.com", "name": "Ann", "state": "unknown", "tags": [], "tier_evidence": []}
    assert {**known, **nothing}.items() <= shown["customer"].items()
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


def test_who_wrote_is_shown_with_what_the_store_says_of_them(site: Site) -> None:
    fill(site.world)
    shown = site.program().get("/api/v1/tickets/fake/5164").get_json()
    told = shown["customer"]
    assert (told["tier"], told["state"], told["matched_by"], told["orders"]) == (BEST, "known", "email", 9)
    assert told["spent"] == {"amount": "12000.00", "currency": "USD"}
    assert told["tier_evidence"] == ["spent 12,000.00 ≥ 10,000.00 USD", "tag VIP"]
    assert told["last_order"]["total"] == {"amount": "113.20", "currency": "USD"}
    assert (told["last_order"]["name"], told["last_order"]["status"]) == ("#1001 <i>", "paid")
    assert told["as_of"].endswith("Z")
    assert shown["no_bots"] is True


def test_the_best_offer_is_shown_with_its_price_its_margin_and_why(site: Site) -> None:
    fill(site.world)
    assert site.program().get("/api/v1/tickets/fake/5164").get_json()["offer"] == {
        "name": "Belt <b>",
        "sku": "BELT-1 <i>",
        "price": {"amount": "50.00", "currency": "USD"},
        "margin": {"amount": "30.00", "currency": "USD"},
        "kind": "kept",
        "why": ["suggested by a rule", "asked about <b>", "in stock: 3", "taken 2 of 5 times"],
    }


@pytest.mark.parametrize(("days", "offer"), [(89, "Shoes"), (91, "Belt <b>")])
def test_an_offer_that_was_declined_lately_makes_room_for_the_next(site: Site, days: int, offer: str) -> None:
    fill(site.world)
    declined = {"Belt <b>": (site.world.clock() - timedelta(days=days)).isoformat()}
    with site.world.database.write() as session:
        session.execute(update(CustomerRow).values(declined=declined))
    shown = site.program().get("/api/v1/tickets/fake/5164").get_json()["offer"]
    assert shown["name"] == offer


def test_only_macros_that_the_helpdesk_still_has_are_suggested(site: Site) -> None:
    fill(site.world)
    macros = site.program().get("/api/v1/tickets/fake/5164").get_json()["macros"]
    assert [macro["id"] for macro in macros] == ["360001", "360002"]
    assert macros[0] == {
        "id": "360001",
        "title": "Exchange <b>",
        "why": "suggested by a rule; shares: size, exchange",
    }


@pytest.mark.parametrize(("ticket", "state"), [("5165", "unknown"), ("5166", "nobody")])
def test_a_silent_store_is_told_from_one_that_knows_nobody(site: Site, ticket: str, state: str) -> None:
    fill(site.world)
    told = site.program().get(f"/api/v1/tickets/fake/{ticket}").get_json()["customer"]
    assert (told["state"], told["spent"], told["tier"]) == (state, None, None)


def test_the_list_tells_tier_and_who_meets_no_bots(site: Site) -> None:
    fill(site.world)
    lines = {line["ticket"]: line for line in site.program().get("/api/v1/tickets").get_json()["data"]}
    assert (lines["5164"]["customer"]["tier"], lines["5164"]["no_bots"]) == (BEST, True)
    assert (lines["5166"]["customer"]["tier"], lines["5166"]["no_bots"]) == (None, False)


@pytest.mark.parametrize("path", ["fake/1", "zendesk/5158", "fake/%00", "fake/" + "9" * 500, "fake/5158%20"])
def test_a_ticket_that_is_not_known_is_404_and_says_when_it_will_be(worked: Site, path: str) -> None:
    answer = worked.program().get(f"/api/v1/tickets/{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "next webhook" in answer.get_json()["detail"]
