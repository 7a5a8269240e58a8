"""A tiny app on a loopback port of its own: its page loads a client of the app framework and notes what it hears."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

EVENTS = (
    "app.registered",
    "app.activated",
    "app.deactivated",
    "app.willDestroy",
    "colorScheme.changed",
    "comment.text.changed",
    "comment.type.changed",
    "ticket.status.changed",
    "ticket.tags.changed",
    "ticket.submit.start",
    "ticket.submit.done",
    "ticket.submit.fail",
    "ticket.submit.always",
    "ticket.updated",
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>App</title>
<script src="{script}"></script>
<script>
const heard = [];
const client = ZAFClient.init();
const note = (name) => client.on(name, (said) => heard.push([name, said ?? null]));
const names = (wanted) => heard.map(([name]) => name).filter((name) => name.startsWith(wanted));
{events}.forEach(note);
</script></head>
<body><main><h1>App</h1><button>First of the app</button></main></body></html>
"""


@dataclass
class AppPage:
    """Where the app lives, which script its page loads, and what was posted to it."""

    url: str
    script: str = ""
    sdk: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/app")

    def page(self) -> str:
        return PAGE.format(script=self.script, events=list(EVENTS))


@contextmanager
def app_page() -> Iterator[AppPage]:
    """The app, served until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            parts = urlsplit(self.path)
            made.posts.append(
                {
                    "query": {name: one for name, (one,) in parse_qs(parts.query).items()},
                    "form": {name: one for name, (one,) in parse_qs(form).items()},
                    "origin": self.headers.get("Origin"),
                }
            )
            self._answer(made.page(), "text/html; charset=utf-8")

        def do_GET(self) -> None:
            self._answer(made.sdk, "text/javascript; charset=utf-8")

        def _answer(self, text: str, kind: str) -> None:
            data = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = AppPage(f"http://127.0.0.1:{server.server_port}/app")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)
