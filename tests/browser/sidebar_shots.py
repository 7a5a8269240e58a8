"""Pictures of the panel for the handbook, made by hand: `python -m tests.browser.sidebar_shots`."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, sync_playwright

from plugin.db.engine import Database
from plugin.db.migrate import migrate
from tests.browser import sidebar_world
from tests.browser.sidebar_host import Desk, Desks, HostedHelpdesk, HostedSidebar, desks_of, host_pages
from tests.browser.small_png import Picture, beside_each_other, read, write
from tests.browser.zaf_sdk import vendor_sdk
from tests.conftest import CHROMIUM
from tests.fakes import World
from tests.live import served
from tests.web.site import site_over

DOCS = Path(__file__).parents[2] / "docs" / "sidebar"
WIDTHS = (300, 420, 740)
NARROW = 320
STATES: dict[str, tuple[dict[str, Any], ...]] = {
    "states-known.png": ({"ticket": "7"}, {"ticket": "8"}, {"ticket": "9"}, {"ticket": "6"}),
    "states-unknown.png": (
        {"ticket": "2"},
        {"ticket": "3"},
        {"ticket": "4"},
        {"ticket": "1", "account": "gamma"},
    ),
    "states-locked.png": ({"ticket": "1", "account": "beta"}, {"ticket": "5"}),
}
PANEL = "**/sidebar/fake/tickets/*"


@contextmanager
def hosted() -> Iterator[tuple[Browser, str]]:
    """The sample rows, served beside a helpdesk's pages, and a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Database(f"sqlite:///{folder}/marginalia.db")
        migrate(database)
        sidebar, product = HostedSidebar(), dict[str, str]()
        helpdesk = HostedHelpdesk(sidebar=sidebar)
        world = World(database, helpdesk)
        sidebar_world.fill(world)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with host_pages(product, sidebar, _sdk(Path(folder))) as host, served(site_over(world).app) as root:
            sidebar.root, helpdesk.root, product["root"] = host, host, root
            yield browser, host
        browser.close()
        database.dispose()


def _sdk(folder: Path) -> str:
    """The vendor's script, fetched into a folder where no test run keeps it."""
    cache = SimpleNamespace(mkdir=lambda name: folder)
    return vendor_sdk(cast(pytest.Config, SimpleNamespace(cache=cache)))


def shot(desk: Desk) -> Picture:
    """Our frame as it is now."""
    desk.page.wait_for_timeout(250)
    return read(desk.panel.locator("body").screenshot())


def panels(browser: Browser, host: str, wishes: list[tuple[int, dict[str, Any]]]) -> Picture:
    """Panels of these widths beside each other."""
    found = []
    for width, wish in wishes:
        desks = desks_of(browser, host, viewport={"width": width, "height": 900})
        found.append(shot(desks.open(**wish)))
        desks.context.close()
    return beside_each_other(found)


def before_a_panel(browser: Browser, host: str) -> Picture:
    """What stands there while there is no panel, or none any more."""
    ways: tuple[Callable[[Desks], Desk], ...] = (
        lambda desks: desks.open(wait=False, mute="1"),
        _silent,
        lambda desks: desks.open("777", wait=False),
        _without_network,
        _signed_out,
    )
    found = []
    for way in ways:
        desks = desks_of(browser, host, viewport={"width": NARROW, "height": 500})
        found.append(shot(way(desks)))
        desks.context.close()
    return beside_each_other(found)


def _silent(desks: Desks) -> Desk:
    desk = desks.open(wait=False, mute="1")
    desk.panel.locator(".state").wait_for()
    return desk


def _without_network(desks: Desks) -> Desk:
    page = desks.context.new_page()
    page.route(PANEL, lambda route: route.abort())
    desk = desks.open(wait=False, page=page)
    desk.panel.locator(".state").wait_for()
    return desk


def _signed_out(desks: Desks) -> Desk:
    desk = desks.open("3")
    desk.inside("""() => {
      document.querySelector("[name=marginalia-renewal]").content = Marginalia.now.token = "ended";
      void Marginalia.again();
    }""")
    desk.panel.locator(".beside").wait_for()
    return desk


def main() -> None:
    """Write every picture."""
    DOCS.mkdir(exist_ok=True)
    with hosted() as (browser, host):
        for language in ("en", "ar", "fa"):
            for scheme in ("light", "dark"):
                wish = {"locale": language, "scheme": scheme}
                picture = panels(browser, host, [(width, wish) for width in WIDTHS])
                (DOCS / f"everything-{language}-{scheme}.png").write_bytes(write(picture))
        for name, wishes in STATES.items():
            picture = panels(browser, host, [(NARROW, wish) for wish in wishes])
            (DOCS / name).write_bytes(write(picture))
        (DOCS / "before-a-panel.png").write_bytes(write(before_a_panel(browser, host)))


if __name__ == "__main__":
    main()
