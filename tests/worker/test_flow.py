"""A ticket arrives, is understood, is written back once: the main job over a helpdesk in memory."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from plugin.db.engine import Database
from plugin.db.tables import ConnectionRow, DecisionRow, DeliveryRow, EffectRow, TicketRow, WorkRow
from plugin.domain.facts import Message, Ranked
from plugin.domain.triage import Reading
from plugin.ports import AccessError, PermanentError, TemporaryError
from plugin.tenant_view import TenantView
from plugin.worker.loop import Worker
from tests.conftest import NOW
from tests.fakes import World, ticket
from tests.worker_steps import work_all

SURE = {"where": "shipping.wismo", "refund": "refund.request"}


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """One tenant, live; texts are read by a few known words, so that these tests are about the flow alone."""

    def read(self: TenantView, text: str, language: str | None) -> Reading:
        for word, code in SURE.items():
            if word in text:
                return Reading((Ranked(code, 0.9, (word,)),), sure=True)
        if "perhaps" in text:
            return Reading((Ranked("product.info", 0.4, ("perhaps",)),), sure=False)
        return Reading((), sure=False)

    monkeypatch.setattr(TenantView, "read", read)
    return World(database)


def rows(world: World, table: Any) -> list[Any]:
    with world.database.read() as session:
        found = session.scalars(select(table).order_by(table.id)).all()
        session.expunge_all()
    return list(found)


def test_a_sure_code_is_written_once_and_everything_says_why(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is my parcel")
    delivery = world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]
    (kept,) = rows(world, TicketRow)
    assert kept.reason["code"] == "shipping.wismo"
    assert kept.reason["evidence"] == ["where"]
    (decision,) = rows(world, DecisionRow)
    assert decision.deliveries == [str(delivery)]
    assert decision.trace[0]["did"] == ["reason_code shipping.wismo"]
    (effect,) = rows(world, EffectRow)
    assert (effect.state, effect.reference) == ("done", "audit-5")
    assert [row.state for row in rows(world, DeliveryRow)] == ["worked"]
    assert rows(world, WorkRow) == []


def test_ten_hints_of_one_ticket_are_one_read_and_one_write(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is my parcel")
    for number in range(10):
        world.hint("5", f"e{number}")
    work_all(world)
    assert world.helpdesk.loads == ["5"]
    assert len(world.helpdesk.writes) == 1


def test_the_same_event_again_is_the_same_delivery(world: World) -> None:
    assert world.hint("5", "one") == world.hint("5", "one")
    assert world.hint("5", None) != world.hint("5", None)


def test_our_own_echo_starts_nothing(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is my parcel")
    world.hint("5")
    work_all(world)
    world.hint("5")
    work_all(world)
    assert len(world.helpdesk.writes) == 1
    assert len(rows(world, DecisionRow)) == 1
    (kept,) = rows(world, TicketRow)
    assert kept.reason["by"] == "phrases"


def test_what_is_not_sure_is_suggested_and_not_written(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "perhaps this one")
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == []
    (kept,) = rows(world, TicketRow)
    assert kept.reason is None
    assert kept.suggestions[0]["code"] == "product.info"


def test_no_match_is_no_code(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "lorem ipsum")
    world.hint("5")
    work_all(world)
    (kept,) = rows(world, TicketRow)
    assert (kept.reason, kept.suggestions, world.helpdesk.writes) == (None, [], [])


def test_a_later_message_changes_the_suggestion_never_the_code(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is my parcel")
    world.hint("5")
    work_all(world)
    more = Message("2", "7", True, True, "I want a refund", NOW)
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, more))
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]
    (kept,) = rows(world, TicketRow)
    assert kept.reason["code"] == "shipping.wismo"
    assert kept.suggestions[0]["code"] == "refund.request"


def test_the_first_sure_message_sets_the_code_also_when_it_is_not_the_first_message(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "perhaps", "where is it")
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]


def test_an_agents_value_stays(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket(
        "5", "where is it", reason_value="mgn_refund_request", reason_code="refund.request"
    )
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == []
    (kept,) = rows(world, TicketRow)
    assert (kept.reason["code"], kept.reason["by"]) == ("refund.request", "agent")


def test_an_agent_who_changes_or_empties_our_code_has_the_last_word(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    world.hint("5")
    work_all(world)
    world.helpdesk.change("5", reason_value=None, reason_code=None)
    world.hint("5")
    work_all(world)
    more = Message("2", "7", True, True, "where", NOW)
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, more))
    world.hint("5")
    work_all(world)
    assert len(world.helpdesk.writes) == 1
    (kept,) = rows(world, TicketRow)
    assert (kept.reason["code"], kept.reason["by"]) == (None, "agent")


def test_a_write_that_was_overtaken_is_decided_again_on_the_new_state(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    world.hint("5")
    raced: list[str] = []

    def agent_is_faster(what: str, ticket_id: str) -> None:
        if what == "perform" and not raced:
            raced.append(ticket_id)
            world.helpdesk.change("5", priority="high")

    world.helpdesk.fail = agent_is_faster
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]
    assert [row.state for row in rows(world, EffectRow)] == ["overtaken", "done"]


def test_an_agent_who_chose_while_we_were_writing_is_not_overwritten(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    world.hint("5")

    def agent_chooses(what: str, ticket_id: str) -> None:
        if what == "perform" and world.helpdesk.tickets["5"].reason_code is None:
            world.helpdesk.change("5", reason_value="mgn_order_cancel", reason_code="order.cancel")

    world.helpdesk.fail = agent_chooses
    work_all(world)
    assert world.helpdesk.writes == []
    (kept,) = rows(world, TicketRow)
    assert (kept.reason["code"], kept.reason["by"]) == ("order.cancel", "agent")


def test_shadow_mode_decides_and_shows_but_writes_nothing(world: World) -> None:
    quiet = world.connect("quiet", mode="shadow")
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    world.hint("5", connection=quiet)
    work_all(world)
    assert world.helpdesk.writes == []
    (effect,) = rows(world, EffectRow)
    assert effect.state == "shadow"
    (decision,) = rows(world, DecisionRow)
    assert decision.mode == "shadow"
    assert "shadow mode: would write shipping.wismo" in decision.trace[0]["why"]


def test_after_shadow_the_next_message_in_live_mode_writes_the_code(world: World) -> None:
    quiet = world.connect("quiet", mode="shadow")
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    world.hint("5", connection=quiet)
    work_all(world)
    world.settings({"mode": "live"}, quiet)
    more = Message("2", "7", True, True, "where?", NOW)
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, more))
    world.hint("5", connection=quiet)
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]


@pytest.mark.parametrize("state", ["closed", "merged", "deleted", "spam"])
def test_tickets_that_take_no_changes_are_known_and_left_alone(world: World, state: Any) -> None:
    world.helpdesk.tickets["5"] = replace(ticket("5", "where is it"), state=state)
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes == []
    (kept,) = rows(world, TicketRow)
    assert kept.state == state


def test_a_ticket_that_is_gone_is_no_trouble(world: World) -> None:
    world.hint("404")
    work_all(world)
    assert [row.state for row in rows(world, DeliveryRow)] == ["worked"]


def test_an_older_answer_never_overwrites_a_newer_one(world: World) -> None:
    fresh = ticket("5", "where is it")
    world.helpdesk.tickets["5"] = replace(fresh, updated_at=NOW.replace(hour=13))
    world.hint("5")
    work_all(world)
    world.helpdesk.tickets["5"] = replace(fresh, updated_at=NOW.replace(hour=11), status="solved")
    world.hint("5")
    Worker(world.shop).step()
    world.clock.move(seconds=1)
    Worker(world.shop).step()
    (kept,) = rows(world, TicketRow)
    assert kept.snapshot["status"] == "new"
    (waiting,) = rows(world, WorkRow)
    assert "older state" in waiting.error


def test_a_throttled_account_rests_for_as_long_as_the_vendor_says(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    other = world.connect("other")
    refusals = [TemporaryError("429", retry_after=60, whole_account=True)]

    def throttled(what: str, ticket_id: str) -> None:
        if ticket_id == "5" and refusals:
            raise refusals.pop()

    world.helpdesk.fail = throttled
    world.helpdesk.tickets["6"] = ticket("6", "refund")
    world.hint("5")
    world.hint("6", connection=other)
    work_all(world)
    assert world.helpdesk.writes == [("6", "refund.request")]
    world.clock.move(seconds=50)
    work_all(world)
    assert len(world.helpdesk.writes) == 1
    world.clock.move(seconds=15)
    work_all(world)
    assert world.helpdesk.writes[-1] == ("5", "shipping.wismo")


def test_a_write_of_unknown_outcome_is_looked_up_before_it_is_repeated(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    broken = [TemporaryError("the connection broke", unknown=True)]

    def breaks(ticket_id: str) -> None:
        if broken:
            raise broken.pop()

    world.helpdesk.fail_after = breaks
    world.hint("5")
    work_all(world)
    world.clock.move(seconds=5)
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]
    (effect,) = rows(world, EffectRow)
    assert effect.state == "done"


def test_what_cannot_be_done_stops_with_its_reason_and_can_be_retried(world: World) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "where is it")
    gone = [PermanentError("option mgn_shipping_wismo was removed")]

    def refuses(what: str, ticket_id: str) -> None:
        if what == "perform" and gone:
            raise gone.pop()

    world.helpdesk.fail = refuses
    world.hint("5")
    work_all(world)
    (effect,) = rows(world, EffectRow)
    assert (effect.state, effect.error) == ("dead", "option mgn_shipping_wismo was removed")


def test_lost_access_stops_everything_and_goes_on_when_it_is_mended(world: World) -> None:
    from plugin.db.inbox import Inbox
    from plugin.db.outbox import Outbox

    world.helpdesk.tickets["5"] = ticket("5", "where is it")

    def refused(what: str, ticket_id: str) -> None:
        raise AccessError("the token was revoked: connect again")

    world.helpdesk.fail = refused
    world.hint("5")
    work_all(world)
    (delivery,) = rows(world, DeliveryRow)
    assert (delivery.state, delivery.error) == ("dead", "the token was revoked: connect again")
    assert rows(world, ConnectionRow)[0].trouble == "the token was revoked: connect again"
    world.helpdesk.fail = lambda what, ticket_id: None
    with world.database.write() as session:
        Inbox(session).unblock(world.connection.id, world.clock())
        Outbox(session).unblock(world.connection.id, world.clock())
    work_all(world)
    assert world.helpdesk.writes == [("5", "shipping.wismo")]
    assert rows(world, ConnectionRow)[0].trouble is None


def test_a_defect_of_ours_stops_one_ticket_not_the_work(world: World) -> None:
    world.helpdesk.tickets |= {"5": ticket("5", "where"), "6": ticket("6", "refund")}

    def defect(what: str, ticket_id: str) -> None:
        if ticket_id == "5":
            raise KeyError("a defect")

    world.helpdesk.fail = defect
    world.hint("5")
    world.hint("6")
    Worker(world.shop).step()
    world.clock.move(seconds=1)
    for _ in range(4):
        Worker(world.shop).step()
    assert ("6", "refund.request") in world.helpdesk.writes
    assert "a defect in Marginalia" in rows(world, DeliveryRow)[0].error


def test_a_loop_with_somebodys_trigger_is_stopped(world: World) -> None:
    from plugin.db.outbox import RUNAWAY, Outbox
    from plugin.domain.effects import set_reason_code

    with world.database.write() as session:
        for number in range(RUNAWAY + 1):
            effect = set_reason_code("5", f"code.{number}")
            Outbox(session).put(world.connection.tenant_id, world.connection.id, [effect], world.clock())
    states = [row.state for row in rows(world, EffectRow)]
    assert states == ["replaced"] * (RUNAWAY - 1) + ["replaced", "held"]
