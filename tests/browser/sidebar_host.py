"""A helpdesk's page around our frame, on an origin of its own, and one agent's look at a ticket through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page, Request

from plugin.ports import Connection
from tests.fakes import FakeHelpdesk, FakeSidebar
from tests.live import served

PAGE = Path(__file__).with_name("sidebar_host.html")


@dataclass
class HostedSidebar(FakeSidebar):
    """A host whose script is on its own loopback port."""

    root: str = ""

    def script(self, connection: Connection) -> str:
        return f"{self.root}/sdk.js"


@dataclass
class HostedHelpdesk(FakeHelpdesk):
    """A helpdesk whose pages are on that port."""

    root: str = ""

    def framed_by(self, connection: Connection) -> str:
        return self.root


@contextmanager
def host_pages(product: dict[str, str], sidebar: HostedSidebar, script: str) -> Iterator[str]:
    """Serve the helpdesk's pages and its script; `product` holds the root of ours, once it is known."""
    app = Flask(__name__)

    @app.get("/sdk.js")
    def sdk() -> Response:
        return Response(script, content_type="text/javascript", headers={"Cache-Control": "max-age=600"})

    @app.get("/agent/<ticket>")
    def page(ticket: str) -> str:
        wishes = request.args
        account = wishes.get("account", "acme")
        told = {"origin": request.host_url.rstrip("/"), "app_guid": "guid-1"}
        if wishes.get("scheme"):
            told["colorScheme"] = wishes["scheme"]
        return render_template_string(
            PAGE.read_text(encoding="utf-8"),
            action=f"{product['root']}/sidebar/fake?{urlencode(told)}",
            token=sidebar.token(account, wishes.get("agent", "11")),
            ticket=int(ticket),
            locale=wishes.get("locale", "en-US"),
            speaks="mute" not in wishes,
        )

    with served(app) as root:
        yield root


@dataclass
class Desk:
    """An agent's browser tab with the helpdesk's page in it."""

    page: Page
    requests: list[Request] = field(default_factory=list)

    def note(self, request: Request) -> None:
        """Remember what was asked."""
        self.requests.append(request)

    @property
    def panel(self) -> FrameLocator:
        """Our frame."""
        return self.page.frame_locator("iframe")

    @property
    def frame(self) -> Frame:
        """Our frame, to run scripts in."""
        return next(one for one in self.page.frames if one.name == "panel")

    def inside(self, script: str, given: Any = None) -> Any:
        """What a script says inside of our frame."""
        return self.frame.evaluate(script, given)

    def host(self, script: str) -> Any:
        """What the helpdesk's page says of itself."""
        return self.page.evaluate(script)

    def emit(self, event: str, message: Any = None) -> None:
        """The helpdesk tells our frame that something has happened."""
        self.page.evaluate("([event, message]) => desk.emit(event, message)", [event, message])

    def asked(self, of: str = "/tickets/") -> list[str]:
        """Our own requests whose address has this in it, as method and path."""
        return [f"{one.method} {one.url.partition('/sidebar/')[2]}" for one in self.requests if of in one.url]


@dataclass
class Desks:
    """Opens tabs; whatever the browser complains of in them is kept."""

    context: BrowserContext
    root: str
    complaints: list[str] = field(default_factory=list)
    looked: dict[str, Desk] = field(default_factory=dict)
    used: list[Desk] = field(default_factory=list)
    idle: list[Page] = field(default_factory=list)

    def look(self, ticket: str = "1", **wishes: Any) -> Desk:
        """A ticket that stays open for whoever only looks at it."""
        key = f"{ticket} {wishes}"
        if key not in self.looked:
            self.looked[key] = self._opened(self.context.new_page(), ticket, True, wishes)
        return self.looked[key]

    def open(self, ticket: str = "1", *, wait: bool = True, page: Page | None = None, **wishes: Any) -> Desk:
        """An agent opens a ticket, in a tab that is left for the next test."""
        tab = page or (self.idle.pop() if self.idle else self.context.new_page())
        desk = self._opened(tab, ticket, wait, wishes)
        self.used.append(desk)
        return desk

    def leave(self) -> None:
        """Every tab in which something was done is as good as new."""
        for desk in self.used:
            desk.page.remove_listener("request", desk.note)
            desk.page.unroute_all()
            if desk.page not in self.idle:
                self.idle.append(desk.page)
        self.used.clear()

    def _opened(self, tab: Page, ticket: str, wait: bool, wishes: dict[str, Any]) -> Desk:
        desk = Desk(tab)
        tab.on("request", desk.note)
        tab.goto(f"{self.root}/agent/{ticket}?{urlencode(wishes)}")
        if wait:
            desk.panel.locator("#who").wait_for()
        return desk

    def _complain(self, told: Any) -> None:
        kind = getattr(told, "type", "error")
        self.complaints.append(f"{kind}: {getattr(told, 'text', told)}")


def desks_of(chromium: Browser, root: str, **settings: Any) -> Desks:
    """A browser with cookies of nobody."""
    context = chromium.new_context(**{"viewport": {"width": 360, "height": 1000}, **settings})
    context.set_default_timeout(6_000)
    made = Desks(context, root)
    context.on("console", made._complain)
    context.on("weberror", lambda told: made._complain(told.error))
    return made
