"""What is measured is the real thing: events that the product accepts, tickets that it can read, loads that end."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from benchmarks.bare import create_app
from benchmarks.events import SECRET, events
from benchmarks.helpdesk import FIELD, Desk
from benchmarks.load import post_all
from benchmarks.run import Figures, table
from plugin.domain.facts import Ticket
from plugin.helpdesks.zendesk.load import load
from plugin.helpdesks.zendesk.parse import parse
from plugin.helpdesks.zendesk.signature import verify
from plugin.ports import Connection

CONNECTION = Connection(
    1,
    1,
    "bench",
    "zendesk",
    "bench",
    "http://127.0.0.1:1",
    "key",
    {"reason_field": str(FIELD)},
    {"signing_secret": SECRET},
)


class DeskApi:
    """The stub, called without HTTP."""

    connection = CONNECTION

    def get(self, path: str, params: Any = None) -> dict[str, Any]:
        return Desk().answer("GET", path)


def test_its_webhooks_are_signed_and_readable_and_each_is_an_event_of_its_own() -> None:
    made = list(events(3, first_ticket=7))
    for event in made:
        headers = {name.lower(): value for name, value in event.headers.items()}
        verify(CONNECTION, headers, event.body, datetime.now(UTC), 60)
        assert parse(headers, event.body).resource == f"ticket:{event.ticket}"
        assert 3_000 < len(event.body) < 4_700
    assert len({parse({}, event.body).event_id for event in made}) == 3


def test_the_yardstick_checks_the_same_signature() -> None:
    (event,) = events(1)
    visitor = create_app().test_client()
    assert visitor.post("/hooks/zendesk/key", data=event.body, headers=event.headers).status_code == 200
    assert visitor.post("/hooks/zendesk/key", data=b"x", headers=event.headers).status_code == 401


def test_the_stub_shows_tickets_that_can_be_read_and_notes_the_first_write() -> None:
    read = load(DeskApi(), "5", None)  # type: ignore[arg-type]
    assert isinstance(read, Ticket)
    assert (read.reason_value, read.messages[0].from_customer) == (None, True)
    desk = Desk()
    desk.answer("PUT", "/api/v2/tickets/5")
    first = dict(desk.written)
    desk.answer("PUT", "/api/v2/tickets/5")
    assert desk.answer("GET", "/written") == {"written": first}
    assert list(first) == ["5"]


def test_a_load_posts_every_event_once_and_counts_refusals() -> None:
    seen: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.path)
            self.send_response(200 if len(seen) % 2 else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    outcome = post_all(server.server_port, "/hooks/x", list(events(20)), threads=1)
    server.shutdown()
    thread.join()
    server.server_close()
    assert seen == ["/hooks/x"] * 20
    assert (len(outcome.latencies), outcome.refused, len(outcome.sent_at)) == (10, 10, 20)


def test_the_table_shows_every_figure_of_every_database() -> None:
    shown = table({"SQLite": Figures(157.4, 0.151, 0.7764, 25.02, 17.3, 0.288, 0.394, 233_000_000)})
    assert "| webhooks made durable a second | 157 |" in shown
    assert "| memory of all of `serve` (PSS), MB | 233 |" in shown
    assert shown.count("\n") == 9
