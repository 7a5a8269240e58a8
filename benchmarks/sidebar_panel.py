"""A panel without HTTP: what it costs to read and render one, and to render the same bytes again with nothing read."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, render_template
from sqlalchemy import event

from benchmarks.installation import Installation
from plugin.app import build
from plugin.product import Product
from plugin.web.services import services
from plugin.web.sidebar.looker import Looker, mint
from plugin.web.sidebar.panel import panel_of, render_panel
from tests.web.site import CONFIG

HELPDESK = "zendesk"


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of a panel, those of them that this process worked, and seconds of rendering the same alone."""

    panel: float
    cpu: float
    render: float


@dataclass(frozen=True)
class Panels:
    """The product in this process, over an installation's database and with its keys."""

    app: Flask
    product: Product
    looker: Looker

    def token(self) -> str:
        """What a browser shows to be given panels, for a quarter of an hour from now."""
        with self.app.app_context():
            return mint(self.looker)

    def both(self, tickets: Sequence[int]) -> Iterator[Took]:
        """Of each ticket: its whole panel, and rendering it again from the view that was read."""
        for ticket in tickets:
            with self.request(ticket):
                begin, cpu = time.perf_counter(), time.thread_time()
                render_panel(self.looker, HELPDESK, str(ticket))
                panel, used = time.perf_counter() - begin, time.thread_time() - cpu
                shown = self._shown(ticket)
                begin = time.perf_counter()
                render_template("panel.html", helpdesk=HELPDESK, ticket_id=str(ticket), **shown)
                yield Took(panel, used, time.perf_counter() - begin)

    def queries(self, ticket: int) -> tuple[int, int]:
        """How many statements ask the database for a panel, and how many bytes it has."""
        asked: list[str] = []

        def note(*told: Any) -> None:
            asked.append(told[2])

        with self.request(ticket):
            event.listen(self.product.database.engine, "before_cursor_execute", note)
            html = render_panel(self.looker, HELPDESK, str(ticket))
            event.remove(self.product.database.engine, "before_cursor_execute", note)
        return sum(one.lstrip().startswith("SELECT") for one in asked), len(html.encode())

    @contextmanager
    def request(self, ticket: int) -> Iterator[None]:
        """A request for this ticket's panel, as far as what is around it goes."""
        with self.app.test_request_context(panel_path(ticket)):
            self.app.preprocess_request()
            yield

    def _shown(self, ticket: int) -> dict[str, Any]:
        with services().database.read() as session:
            shown = panel_of(session, self.looker, HELPDESK, str(ticket))
        assert shown is not None
        return shown


@contextmanager
def panels(installation: Installation, looker: Looker) -> Iterator[Panels]:
    """Panels for this looker; the database is closed with the block."""
    own = installation.environment
    keys = {"secret_keys": [own["SECRET_KEYS"]], "encryption_keys": [own["ENCRYPTION_KEYS"]]}
    product = build(replace(CONFIG, database_url=installation.database_url, allow_local_vendors=True, **keys))
    try:
        yield Panels(product.make_web(), product, looker)
    finally:
        product.database.dispose()


def panel_path(ticket: int) -> str:
    """Where a ticket's panel is."""
    return f"/sidebar/{HELPDESK}/tickets/{ticket}?lang=en"
