"""The sample site, served for real, and a browser whose complaints are failures."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plugin.db.engine import Database
from tests.axe import with_axe
from tests.browser import sidebar_world
from tests.browser.sidebar_host import Desks, HostedHelpdesk, HostedSidebar, desks_of, host_pages
from tests.browser.zaf_sdk import vendor_sdk
from tests.fakes import World
from tests.live import served
from tests.web.pages import pages
from tests.web.samples import fill
from tests.web.site import Site, site_over


@dataclass
class Served:
    """The site with all sample rows, where it is served, and its pages by name."""

    site: Site
    root: str
    pages: dict[str, str]


@dataclass
class Tab:
    """One page as it is shown, and the language it is in."""

    page: Page
    language: str


SIGNED_OUT = {"landing, signed out": "/", "please sign in": "/admin/tickets"}
WITH_ERRORS = "settings with errors"
SHOWN = (
    "landing",
    "tickets",
    "ticket",
    "ticket in trouble",
    "ticket with long words",
    "ticket of one of the best",
    "ticket that waits for the shop",
    "no bots",
    "deliveries",
    "deliveries of no state",
    "delivery unreadable",
    "effects",
    "settings",
    "settings version",
    "coupons",
    "audit log",
    "connections",
)
NAMES = (*SHOWN, WITH_ERRORS, "not found", *SIGNED_OUT)
"""Each kind of page, by name."""


@pytest.fixture(scope="session")
def sample_site(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path
) -> Iterator[Served]:
    """The site over the sample rows; no test of a page changes anything."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("browser") / "marginalia.db")
    database = Database(f"sqlite:///{copy}")
    world = World(database)
    every = pages(fill(world))
    site = site_over(world)
    found = {name: every[name] for name in SHOWN} | SIGNED_OUT
    found |= {WITH_ERRORS: "/admin/settings", "not found": "/admin/deliveries/999"}
    with served(site.app) as root:
        yield Served(site, root, found)
    database.dispose()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, sample_site: Served) -> Iterator[Page]:
    """A tab with the cookies of an admin."""
    context = with_axe(chromium.new_context(base_url=sample_site.root))
    page = context.new_page()
    page.goto(sample_site.site.link())
    yield page
    context.close()


@pytest.fixture(scope="session")
def signed_out(chromium: Browser) -> Iterator[Page]:
    """A tab without cookies."""
    context = with_axe(chromium.new_context())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def complaints(signed_in: Page, signed_out: Page) -> list[str]:
    """What the browser complains of in either tab."""
    told: list[str] = []
    for page in (signed_in, signed_out):
        page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: told.append(str(error)))
    return told


@pytest.fixture(
    scope="module", params=product(NAMES, ("en", "ar")), ids=lambda param: f"{param[0]}, {param[1]}"
)
def tab(
    request: pytest.FixtureRequest,
    sample_site: Served,
    signed_in: Page,
    signed_out: Page,
    complaints: list[str],
) -> Iterator[Tab]:
    """Each page in a language that runs from the left and in one that runs from the right."""
    name, language = request.param
    page = signed_out if name in SIGNED_OUT else signed_in
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})
    _show(page, sample_site, name, language)
    yield Tab(page, language)
    told = [one for one in complaints if "Failed to load resource" not in one]  # a refusal is one, and meant
    complaints.clear()
    assert not told


def _show(page: Page, site: Served, name: str, language: str) -> None:
    address = site.pages[name]
    page.goto(f"{site.root}{address}{'&' if '?' in address else '?'}lang={language}")
    if name == WITH_ERRORS:
        page.locator("textarea").fill("mode: loud\ncolour: red\nreason_codes: [{code: X}]")
        page.locator("button.first").click()
        page.locator("#errors").wait_for()


@dataclass
class Hosted:
    """The sidebar's sample rows, served beside a helpdesk's pages."""

    world: World
    root: str
    host: str


@pytest.fixture(scope="session")
def hosted(
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_file: Path,
    pytestconfig: pytest.Config,
) -> Iterator[Hosted]:
    """The product and a helpdesk, each on a loopback port of its own."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("sidebar") / "marginalia.db")
    database = Database(f"sqlite:///{copy}")
    sidebar, product = HostedSidebar(), dict[str, str]()
    helpdesk = HostedHelpdesk(sidebar=sidebar)
    world = World(database, helpdesk)
    sidebar_world.fill(world)
    script = vendor_sdk(pytestconfig)
    with host_pages(product, sidebar, script) as host, served(site_over(world).app) as root:
        sidebar.root = helpdesk.root = host
        product["root"] = root
        yield Hosted(world, root, host)
    database.dispose()


@pytest.fixture(scope="module")
def browser_of_agents(chromium: Browser, hosted: Hosted) -> Iterator[Desks]:
    """A browser in which agents work."""
    made = desks_of(chromium, hosted.host)
    yield made
    made.context.close()


@pytest.fixture
def desks(browser_of_agents: Desks) -> Iterator[Desks]:
    """Tabs of agents; none may complain of anything but of a refusal that was meant."""
    browser_of_agents.complaints.clear()
    yield browser_of_agents
    browser_of_agents.leave()
    told = [one for one in browser_of_agents.complaints if "Failed to load resource" not in one]
    assert not told
