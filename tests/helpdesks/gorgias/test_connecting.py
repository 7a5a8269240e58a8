"""`marginalia connect gorgias`: through the command line and the whole product, against the stand-in."""

import json

import pytest

from plugin.db.connections import Connections
from sandbox.gorgias.records import Integration
from sandbox.gorgias.seed import AGENT, AGENT_KEY, KEY
from tests.helpdesks.gorgias.desk import Desk

HEADER = "X-Marginalia-Secret"
WHO = ("--account", "acme", "--user", "ana@shop.example", "--api-key", "k3y")


def integrations(desk: Desk) -> dict[str, Integration]:
    return {one.name: one for one in desk.account.integrations.values()}


def made(desk: Desk) -> tuple[set[int], ...]:
    """What is there of what connecting makes."""
    held = desk.account
    return set(held.integrations), set(held.widgets), set(held.fields)


def nothing_is_stored(desk: Desk) -> bool:
    with desk.product.database.read() as session:
        return not Connections(session, desk.product.vault).all()


def test_it_prints_what_others_build_on_and_nothing_else(bare: Desk) -> None:
    result = bare.connect()
    kept = bare.connection
    hook_url = f"{bare.product.config.public_url}/hooks/gorgias/{kept.hook_key}"
    assert json.loads(result.stdout) == {
        "tenant": "acme",
        "connection": str(kept.id),
        "hook_url": hook_url,
    }


def test_both_integrations_point_here_with_one_secret(bare: Desk) -> None:
    hook_url = bare.connected()["hook_url"]
    events, sidebar = (integrations(bare)[f"Marginalia {name}"] for name in ("events", "sidebar"))
    asked = "?email={{ticket.customer.email}}&ticket_id={{ticket.id}}"
    assert (events.url, sidebar.url) == (hook_url, hook_url.replace("/hooks/", "/sidebar/") + asked)
    secret = bare.connection.credentials["signing_secret"]
    assert [one.headers for one in (events, sidebar)] == [{HEADER: secret}, {HEADER: secret}]


def test_a_secret_that_is_given_is_the_one_that_is_sent(bare: Desk) -> None:
    bare.connect("--secret", "s3cret")
    assert {one.headers[HEADER] for one in bare.account.integrations.values()} == {"s3cret"}


def test_buttons_on_the_card_are_asked_for_and_given_up_by_the_command(bare: Desk) -> None:
    shown = []
    for asked in (["--card-buttons"], [], ["--no-card-buttons"]):
        assert bare.connect(*asked).exit_code == 0
        shown.append(any("buttons" in str(one.template) for one in bare.account.widgets.values()))
    assert shown == [True, True, False]


def test_connecting_again_is_the_same_tenant_and_makes_nothing_twice(bare: Desk) -> None:
    first, before = bare.connected(), made(bare)
    assert (bare.connected(), made(bare)) == (first, before)


def test_connecting_again_keeps_a_secret_that_was_made_up(bare: Desk) -> None:
    bare.connected()
    before = bare.connection.credentials["signing_secret"]
    bare.connected()
    assert {one.headers[HEADER] for one in bare.account.integrations.values()} == {before}


def test_another_secret_is_written_into_what_is_there(bare: Desk) -> None:
    bare.connected()
    before = made(bare)
    bare.connect("--secret", "another")
    assert {one.headers[HEADER] for one in bare.account.integrations.values()} == {"another"}
    assert made(bare) == before


def test_a_run_that_stopped_half_way_is_continued_by_the_next(bare: Desk) -> None:
    assert bare.connect(user=AGENT, key=AGENT_KEY).exit_code == 1
    fields = set(bare.account.fields)
    bare.connected()
    assert (set(bare.account.fields), len(bare.account.integrations)) == (fields, 2)


def test_who_is_no_admin_is_told_that_it_takes_one(bare: Desk) -> None:
    result = bare.connect(user=AGENT, key=AGENT_KEY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "only an Admin may manage HTTP integrations" in result.stderr


def test_a_wrong_key_is_refused_with_what_to_run(bare: Desk) -> None:
    result = bare.connect(key="wrong")
    assert (result.exit_code, "marginalia connect gorgias --account acme" in result.stderr) == (1, True)


def test_key_and_secret_are_never_printed(bare: Desk) -> None:
    result = bare.connect("--secret", "s3cret-of-the-hooks")
    assert not {KEY, "s3cret-of-the-hooks"} & set(result.output.replace('"', " ").split())


def test_an_account_of_another_tenant_is_refused(bare: Desk) -> None:
    bare.connected()
    result = bare.connect("--tenant", "other")
    assert (result.exit_code, "belongs to tenant 'acme'" in result.stderr) == (1, True)


def test_without_provisioning_no_call_is_made(bare: Desk) -> None:
    result = bare.run("connect", "gorgias", *WHO, "--secret", "s", "--no-provision", "--json")
    assert (result.exit_code, json.loads(result.stdout)["tenant"]) == (0, "acme")
    assert bare.connection.api_url == "https://acme.gorgias.com"


def test_without_provisioning_what_is_missing_is_said(bare: Desk) -> None:
    result = bare.run("connect", "gorgias", *WHO, "--no-provision")
    assert ["--secret" in result.stderr, "without --no-provision" in result.stderr] == [True, True]


@pytest.mark.parametrize("left_out", ["--account", "--user", "--api-key"])
def test_a_missing_argument_is_wrong_usage(bare: Desk, left_out: str) -> None:
    place = WHO.index(left_out)
    result = bare.run("connect", "gorgias", *WHO[:place], *WHO[place + 2 :])
    assert (result.exit_code, left_out in result.stderr, nothing_is_stored(bare)) == (2, True, True)


@pytest.mark.parametrize("account", ["acme.evil", "-acme", "acme/x", ""])
def test_what_is_no_account_is_refused(bare: Desk, account: str) -> None:
    result = bare.run("connect", "gorgias", "--account", account, *WHO[2:], "--no-provision")
    assert (result.exit_code, "acme.gorgias.com" in result.stderr, nothing_is_stored(bare)) == (1, True, True)


def test_another_host_than_gorgias_is_refused(bare: Desk) -> None:
    result = bare.run("connect", "gorgias", *WHO, "--api-url", "https://acme.evil.example", "--no-provision")
    assert (result.exit_code, nothing_is_stored(bare)) == (1, True)


def test_a_choice_of_the_merchants_stands_for_the_code_that_it_is_mapped_to(bare: Desk) -> None:
    bare.connect("--reason-choice", "shipping.delayed=Shipping::Delay")
    assert bare.connection.options["contact_choices"]["shipping.delayed"] == "Shipping::Delay"


def test_a_choice_that_the_merchant_does_not_have_is_refused(bare: Desk) -> None:
    result = bare.connect("--reason-choice", "shipping.delayed=Shipping::Never")
    assert (result.exit_code, "has no such choice" in result.stderr) == (1, True)


@pytest.mark.parametrize("given", ["shipping.delayed", "=Shipping::Delay", "shipping.delayed="])
def test_a_choice_that_is_none_is_wrong_usage(bare: Desk, given: str) -> None:
    result = bare.connect("--reason-choice", given)
    assert (result.exit_code, "CODE=CHOICE" in result.stderr) == (2, True)
