"""Our real requests against a mock server made from Zendesk's own API description: none may be refused."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from plugin.domain.effects import (
    add_note,
    change_tags,
    send_reply,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
)
from plugin.domain.facts import Ticket
from plugin.helpdesks.zendesk.groups import groups
from plugin.helpdesks.zendesk.load import load
from plugin.helpdesks.zendesk.macros import macros
from plugin.helpdesks.zendesk.perform import perform
from plugin.helpdesks.zendesk.reason_field import (
    Option,
    activate_field,
    add_option,
    list_fields,
    make_field,
    read_field,
    rename_option,
)
from plugin.helpdesks.zendesk.sweep import changed
from plugin.http import VendorApi, vendor_session
from plugin.ports import AccessError, Connection, NotFound, Rejected
from tests.conftest import NOW, SHARED, free_port
from tests.helpdesks.recorded import connection
from tests.helpdesks.zendesk.account import CODES, FIELD

DESCRIPTION = SHARED / "platforms" / "zendesk-openapi.yaml"
PRISM = "@stoplight/prism-cli@5.16"
SECONDS_TO_START = 120.0
NO_NETWORK = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH")


class Token:
    """Any token: the mock only looks whether there is one."""

    def access_token(self, connection: Connection) -> str:
        return "any"

    def refused(self, connection: Connection, token: str) -> str | None:
        return None


@pytest.fixture(scope="module")
def mock_url() -> Iterator[str]:
    """The running mock server, or a skip that says why not."""
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("node's npx is not on this machine")
    if not DESCRIPTION.exists():
        pytest.skip(
            "Zendesk's API description (shared/platforms/zendesk-openapi.yaml) is not on this machine"
        )
    port = free_port()
    command = [
        npx,
        "--yes",
        "-p",
        PRISM,
        "prism",
        "mock",
        str(DESCRIPTION),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    with tempfile.TemporaryFile("w+b") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        try:
            _wait_for(process, port, Path(f"/proc/self/fd/{said.fileno()}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(process)


def _wait_for(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if _answers(port):
            return
        if process.poll() is not None:
            words = said.read_text(errors="replace")[-2000:]
            if NO_NETWORK.search(words):
                pytest.skip(f"npm cannot fetch {PRISM} here, and has none kept")
            pytest.fail(f"the mock server ended by itself:\n{words}")
        time.sleep(0.2)
    pytest.fail(f"no mock server after {SECONDS_TO_START:g} s:\n{said.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    try:
        requests.get(f"http://127.0.0.1:{port}/", timeout=5)
    except requests.ConnectionError:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """npx and the server it started are one process group of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


@pytest.fixture
def api(mock_url: str) -> Iterator[VendorApi]:
    with vendor_session() as session:
        yield VendorApi(_connection(mock_url), session, Token(), lambda *_: 0.0, lambda: NOW)


def _connection(url: str) -> Connection:
    return connection("zendesk", url, options={"reason_field": str(FIELD), "codes": list(CODES)})


def test_the_mock_refuses_a_body_that_is_no_ticket_update(api: VendorApi) -> None:
    with pytest.raises(Rejected):
        api.send("PUT", "/api/v2/tickets/5158", {"custom_fields": []})


def test_the_mock_refuses_an_address_that_is_none(api: VendorApi) -> None:
    with pytest.raises(NotFound):
        api.get("/api/v2/no_such_thing")


def test_the_mock_refuses_a_call_without_a_token(mock_url: str) -> None:
    with vendor_session() as session, pytest.raises(AccessError):
        VendorApi(_connection(mock_url), session, None, lambda *_: 0.0, lambda: NOW).get("/api/v2/tickets/1")


def test_ticket_comments_and_requester_are_read(api: VendorApi) -> None:
    found = load(api, "5158", None)
    assert isinstance(found, Ticket)
    assert (found.requester.id, len(found.messages)) == ("20978392", 1)


def test_a_reason_code_is_written(api: VendorApi) -> None:
    effect = set_reason_code("5158", "shipping.lost")
    assert perform(api, [effect], "2026-11-23T11:59:58Z", look_first=False) is None


def test_everything_on_a_ticket_is_written_at_once(api: VendorApi) -> None:
    effects = [
        set_reason_code("5158", "shipping.lost"),
        set_group("5158", "211"),
        set_assignee("5158", "ana@shop.example"),
        set_priority("5158", "urgent"),
        set_status("5158", "solved"),
        change_tags("5158", add=["vip_concierge"]),
        add_note("5158", "Claim 77 was opened.", "mgn-7f3a"),
    ]
    assert perform(api, effects, None, look_first=True) is None


def test_a_reply_is_written(api: VendorApi) -> None:
    assert (
        perform(api, [send_reply("5158", "It is on its way.")], "2026-11-23T11:59:58Z", look_first=False)
        is None
    )


def test_fields_are_listed(api: VendorApi) -> None:
    assert list_fields(api)


def test_a_field_is_made(api: VendorApi) -> None:
    assert make_field(api, CODES).id


def test_options_are_added_renamed_and_the_field_switched_on(api: VendorApi) -> None:
    field = read_field(api, str(FIELD))
    add_option(api, field, "product.defect", "Product – Defect")
    rename_option(api, field, Option("7", "Old name", "mgn_product_defect"), "Product – Defect")
    activate_field(api, field)


def test_changes_are_asked_for(api: VendorApi) -> None:
    assert changed(api, None, NOW).tickets


def test_macros_and_groups_are_listed(api: VendorApi) -> None:
    assert (len(macros(api)) > 0, len(groups(api)) > 0) == (True, True)
