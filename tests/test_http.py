"""Calls to vendors: what each answer means, budgets, tokens, and connections that break."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from responses import matchers

from plugin import http
from plugin.http import VendorApi, is_loopback, vendor_session
from plugin.ports import (
    AccessError,
    Budget,
    Connection,
    NotFound,
    Overtaken,
    PermanentError,
    Rejected,
    TemporaryError,
)
from tests.conftest import NOW

HOST = "https://acme.vendor.example"


def connection(**changes: Any) -> Connection:
    made = Connection(1, 1, "acme", "vendor", "acme", HOST, "key", {}, {"access_token": "t0"})
    return replace(made, **changes)


@dataclass
class Tokens:
    """Tokens that are handed out in order: the second one after the first was refused."""

    newer: str | None = None
    asked: list[str] = field(default_factory=list)

    def access_token(self, connection: Connection) -> str:
        return "t0"

    def refused(self, connection: Connection, token: str) -> str | None:
        self.asked.append(token)
        return self.newer


def api(
    tokens: Tokens | None = None,
    take: Callable[[int, Budget, datetime], float] = lambda *_: 0.0,
    **changes: Any,
) -> VendorApi:
    return VendorApi(
        connection(**changes),
        vendor_session(),
        tokens or Tokens(),
        take,
        lambda: NOW,
        {"X-App": "Marginalia"},
    )


@pytest.fixture
def vendor() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_call_carries_the_token_and_the_vendors_headers(vendor: responses.RequestsMock) -> None:
    wanted = {"Authorization": "Bearer t0", "X-App": "Marginalia", "Accept": "application/json"}
    vendor.get(f"{HOST}/x", json={"a": 1}, match=[matchers.header_matcher(wanted)])
    assert api().get("/x") == {"a": 1}


def test_a_vendor_says_how_its_token_is_shown(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", status=401, match=[matchers.header_matcher({"X-Token": "acme t0"})])
    vendor.get(f"{HOST}/x", json={"a": 1}, match=[matchers.header_matcher({"X-Token": "acme t1"})])
    calls = replace(
        api(Tokens(newer="t1")), authorised=lambda one, token: {"X-Token": f"{one.account} {token}"}
    )
    assert calls.get("/x") == {"a": 1}
    assert "Authorization" not in vendor.calls[1].request.headers


def test_a_bare_list_stands_under_data(vendor: responses.RequestsMock) -> None:
    vendor.put(f"{HOST}/x", json=[{"id": 55}])
    assert api().send("PUT", "/x", [{"id": 55}]) == {"data": [{"id": 55}]}


def test_a_bare_list_is_sent_as_one(vendor: responses.RequestsMock) -> None:
    vendor.put(f"{HOST}/x", json={}, match=[matchers.json_params_matcher([{"id": 55}])])
    assert api().send("PUT", "/x", [{"id": 55}]) == {}


def test_a_form_is_sent_where_the_headers_say_so(vendor: responses.RequestsMock) -> None:
    vendor.post(f"{HOST}/x", json={}, match=[matchers.urlencoded_params_matcher({"token": "a b&c"})])
    api().send("POST", "/x", {"token": "a b&c"}, headers={"Content-Type": http.FORM})
    assert vendor.calls[0].request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_text_is_read_as_it_is_where_the_headers_ask_for_one(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x.pem", body="-----BEGIN\nسلام", content_type="application/x-pem-file")
    answer = api().send("GET", "/x.pem", headers={"Accept": http.TEXT})
    assert answer == {"text": "-----BEGIN\nسلام"}


def test_a_text_that_is_refused_is_an_error_like_any_other(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x.pem", status=404, body="no such key")
    with pytest.raises(NotFound, match="no such key"):
        api().send("GET", "/x.pem", headers={"Accept": http.TEXT})


def test_an_answer_without_a_body_is_an_empty_document(vendor: responses.RequestsMock) -> None:
    vendor.delete(f"{HOST}/x", status=204)
    assert api().send("DELETE", "/x") == {}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected),
        (401, AccessError),
        (403, AccessError),
        (404, NotFound),
        (409, Overtaken),
        (422, Rejected),
        (429, TemporaryError),
        (500, TemporaryError),
        (503, TemporaryError),
        (301, PermanentError),
    ],
)
def test_every_status_means_one_thing(
    vendor: responses.RequestsMock, status: int, error: type[Exception]
) -> None:
    vendor.put(f"{HOST}/x", status=status, json={"error": "RecordInvalid"})
    with pytest.raises(error, match=f"vendor account acme answered {status} to PUT /x") as raised:
        api().send("PUT", "/x", {})
    assert type(raised.value) is error


def test_a_refusal_of_values_keeps_the_vendors_details(vendor: responses.RequestsMock) -> None:
    vendor.put(f"{HOST}/x", status=422, json={"error": "RecordInvalid"})
    with pytest.raises(Rejected) as raised:
        api().send("PUT", "/x", {})
    assert raised.value.details == {"error": "RecordInvalid"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2020 12:01:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-3", None),
        ("999999999", http.LONGEST_WAIT),
    ],
)
def test_the_vendors_word_on_when_to_come_again(
    vendor: responses.RequestsMock, value: str, seconds: float | None
) -> None:
    vendor.get(f"{HOST}/x", status=429, headers={"Retry-After": value})
    with pytest.raises(TemporaryError) as raised:
        api().get("/x")
    assert (raised.value.retry_after, raised.value.whole_account) == (seconds, True)


def test_only_a_write_may_have_landed_when_the_vendor_fails(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", status=502)
    vendor.put(f"{HOST}/x", status=502)
    with pytest.raises(TemporaryError) as read:
        api().get("/x")
    with pytest.raises(TemporaryError) as written:
        api().send("PUT", "/x", {})
    assert (read.value.unknown, written.value.unknown) == (False, True)


def test_a_page_in_place_of_json_is_no_answer(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", body="<html>maintenance</html>")
    with pytest.raises(TemporaryError, match="maintenance"):
        api().get("/x")


def test_a_refused_token_is_replaced_once(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", status=401, match=[matchers.header_matcher({"Authorization": "Bearer t0"})])
    vendor.get(f"{HOST}/x", json={"a": 1}, match=[matchers.header_matcher({"Authorization": "Bearer t1"})])
    tokens = Tokens(newer="t1")
    assert api(tokens).get("/x") == {"a": 1}
    assert tokens.asked == ["t0"]


def test_without_a_newer_token_the_admin_is_told_the_command(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", status=401)
    with pytest.raises(AccessError, match="marginalia connect vendor --account acme"):
        api().get("/x")


def test_an_empty_budget_stops_the_call_before_anything_is_sent() -> None:
    ticket, account = Budget("update:5", 30, 600, per_object=True), Budget("updates", 100, 60)

    def wait(connection_id: int, budget: Budget, now: datetime) -> float:
        return 9.0 if budget is empty else 0.0

    for empty in (ticket, account):
        with pytest.raises(TemporaryError) as raised:
            api(take=wait).send("PUT", "/x", {}, budgets=[ticket, account])
        assert raised.value.retry_after == 9.0
        assert not raised.value.unknown
        assert raised.value.whole_account == (empty is account)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_limits_every_call_is_asked_for_reading_and_writing(method: str) -> None:
    calls = replace(api(take=lambda *_: 7.0), budgets=[Budget("calls", 40, 20)])
    with pytest.raises(TemporaryError, match="allows 40 calls in 20 s"):
        calls.get("/x") if method == "GET" else calls.send(method, "/x")


def test_a_loopback_address_has_only_the_budget_it_was_given(vendor: responses.RequestsMock) -> None:
    asked: list[str] = []

    def take(connection_id: int, budget: Budget, now: datetime) -> float:
        asked.append(f"{budget.name} {budget.number}/{budget.seconds}")
        return 0.0

    vendor.put("http://127.0.0.1:9/x", json={})
    local: dict[str, Any] = {"api_url": "http://127.0.0.1:9", "take": take}
    api(**local).send("PUT", "/x", {}, budgets=[Budget("updates", 100, 60)])
    assert asked == []
    options = {"budget": {"number": 5, "seconds": 2}}
    api(**local, options=options).send("PUT", "/x", {}, budgets=[Budget("updates", 100, 60)])
    assert asked == ["calls 5/2"]


def test_a_connection_that_was_never_made_has_done_nothing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    with pytest.raises(TemporaryError, match="no connection") as raised:
        api(api_url=f"http://127.0.0.1:{port}").send("PUT", "/x", {})
    assert not raised.value.unknown


@pytest.fixture
def dumb_server() -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads one request, answers with what the list holds (nothing: hangs up), and closes."""
    answers: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(65_536)
                    for answer in answers:
                        peer.sendall(answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1], answers
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def test_a_connection_that_breaks_after_sending_leaves_the_outcome_unknown(
    dumb_server: tuple[int, list[bytes]],
) -> None:
    with pytest.raises(TemporaryError, match="the connection broke") as raised:
        api(api_url=f"http://127.0.0.1:{dumb_server[0]}").send("PUT", "/x", {})
    assert raised.value.unknown


def test_an_answer_that_is_cut_off_is_no_answer(dumb_server: tuple[int, list[bytes]]) -> None:
    port, answers = dumb_server
    answers.append(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"a": 1}')
    with pytest.raises(TemporaryError):
        api(api_url=f"http://127.0.0.1:{port}").get("/x")


def test_an_answer_without_end_is_not_read_to_its_end(
    dumb_server: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 100_000)
    port, answers = dumb_server
    answers += [b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n", b"x" * 300_000]
    with pytest.raises(TemporaryError, match="no answer in time"):
        api(api_url=f"http://127.0.0.1:{port}").get("/x")


def test_a_silent_vendor_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(TemporaryError, match="no answer in time") as raised,
    ):
        api(api_url=f"http://127.0.0.1:{silent.getsockname()[1]}").send("PUT", "/x", {})
    assert raised.value.unknown


def test_where_a_person_waits_a_silent_vendor_is_given_up_sooner() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = replace(api(api_url=f"http://127.0.0.1:{silent.getsockname()[1]}"), patience=0.2)
        with pytest.raises(TemporaryError, match="no answer in time"):
            asked.get("/x")


def test_no_cookie_of_one_account_reaches_another(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{HOST}/x", json={}, headers={"Set-Cookie": "a=b; Domain=vendor.example"})
    vendor.get(f"{HOST}/y", json={})
    session = vendor_session()
    VendorApi(connection(), session, None, lambda *_: 0.0, lambda: NOW).get("/x")
    VendorApi(connection(), session, None, lambda *_: 0.0, lambda: NOW).get("/y")
    assert "Cookie" not in vendor.calls[1].request.headers


def test_nothing_is_taken_from_a_netrc(
    vendor: responses.RequestsMock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine acme.vendor.example login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    vendor.get(f"{HOST}/x", json={})
    VendorApi(connection(), requests.Session(), None, lambda *_: 0.0, lambda: NOW).get("/x")
    assert "Authorization" not in vendor.calls[0].request.headers


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4010", True),
        ("http://localhost:1/", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("http://user@127.0.0.1", False),
        ("http://127.0.0.1/path", False),
        ("ftp://127.0.0.1", False),
        ("https://acme.zendesk.com", False),
    ],
)
def test_what_counts_as_this_machine(url: str, local: bool) -> None:
    assert is_loopback(url) == local


def test_all_calls_of_one_load_fit_into_a_lease() -> None:
    from plugin.db import inbox, outbox

    slowest = timedelta(seconds=2 * http.WHOLE_SECONDS)
    assert slowest < min(inbox.LEASE, outbox.LEASE)
