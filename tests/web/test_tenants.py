"""Every address of the app, walked with another tenant's credentials: nothing of the first is shown or changed."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from plugin.db import customer_tables, ledger_tables, sidebar_tables  # noqa: F401 - its tables count too
from plugin.db.base import Base
from plugin.db.tables import ConnectionRow
from plugin.ports import Connection
from tests.web.looking import Frame
from tests.web.samples import BEST_EMAIL, Samples, fill
from tests.web.site import Site, form_token, signature

FORBIDDEN = (
    "5158",
    "5162",
    "5164",
    "alert(1)",
    "01HXYZ",
    "product.defect.zipper",
    "broken.fake.example",
    "audit-1",
    "acme-shop",
    "ANA10-LEAKED",
    BEST_EMAIL,
    "12,000.00",
)
"""What stands in the first tenant's rows and nowhere else."""
_DIGEST = re.compile(r"\?v=[0-9a-f]+")
"""Part of the address of a script or style: any number may stand in it."""


@pytest.fixture
def samples(site: Site) -> Samples:
    """The first tenant's rows."""
    return fill(site.world)


@pytest.fixture
def other(site: Site, samples: Samples) -> Connection:
    """Another tenant, who knows every number of the first one."""
    return site.world.connect("other")


def addresses(site: Site, samples: Samples) -> list[tuple[str, str]]:
    """Method and path of every address, its places filled with what belongs to the first tenant."""
    values = {
        "helpdesk": ["fake"],
        "ticket": list(samples.tickets),
        "ticket_id": list(samples.tickets),
        "number": [str(number) for number in range(1, 12)],
        "version": ["1", "2"],
        "month": ["2026-10", "2026-11"],
        "form": ["csv"],
        "email": [BEST_EMAIL],
        "token": ["a-link-of-nobody"],
        "source": ["fake"],
        "vendor": ["fake"],
        "key": [samples.connection.hook_key],
        "filename": ["pages.css", "panel.css"],
        "name": ["swagger-ui.css"],
    }
    return [
        (method, path)
        for rule in site.app.url_map.iter_rules()
        for path in _filled(rule, values)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def _filled(rule: Rule, values: dict[str, list[str]]) -> list[str]:
    unknown = rule.arguments - values.keys()
    assert not unknown, f"{rule.rule}: say here what {unknown} of the first tenant are"
    paths = [rule.rule.replace("path:", "")]
    for name in rule.arguments:
        paths = [path.replace(f"<{name}>", value) for path in paths for value in values[name]]
    return paths


def everything(site: Site, tenant: Connection) -> list[Any]:
    """All rows of a tenant."""
    with site.world.database.read() as session:
        return [
            dict(row)
            for table in Base.metadata.sorted_tables
            if "tenant_id" in table.columns
            for row in session.execute(select(table).where(table.c.tenant_id == tenant.tenant_id)).mappings()
        ]


def walk(site: Site, samples: Samples, caller: FlaskClient, **form: str) -> dict[tuple[str, str], str]:
    """What each address answers this caller, its headers included.

    Panels come last: a number that is asked for there stands in one's own list of deliveries from then on.
    """
    seen = {}
    last = ("/panel/", "/sidebar/")
    for method, path in sorted(addresses(site, samples), key=lambda one: one[1].startswith(last)):
        if path in {"/admin/leave"}:
            continue  # it would end the walk
        with caller.open(path, method=method, data=form if method == "POST" else None) as answer:
            shown = _DIGEST.sub("", answer.get_data(as_text=True))
            seen[method, path] = f"{answer.headers}\n{shown}"
    return seen


def test_a_program_of_another_tenant_sees_and_changes_nothing(
    site: Site, samples: Samples, other: Connection
) -> None:
    before = everything(site, samples.connection)
    for (method, path), said in walk(site, samples, site.program(other)).items():
        shown = [word for word in FORBIDDEN if word in said]
        asked = [word for word in FORBIDDEN if word in path]
        assert not set(shown) - set(asked), f"{method} {path} shows {shown}"
    assert everything(site, samples.connection) == before


def test_an_admin_of_another_tenant_sees_and_changes_nothing(
    site: Site, samples: Samples, other: Connection
) -> None:
    browser = site.admin(other)
    before = everything(site, samples.connection)
    fields = {"csrf_token": form_token(browser), "document": "mode: live", "expected": "1"}
    for (method, path), said in walk(site, samples, browser, **fields).items():
        shown = [word for word in FORBIDDEN if word in said]
        asked = [word for word in FORBIDDEN if word in path]
        assert not set(shown) - set(asked), f"{method} {path} shows {shown}"
        assert samples.connection.hook_key not in said or samples.connection.hook_key in path
    assert everything(site, samples.connection) == before


def test_an_agent_of_another_tenant_sees_and_changes_nothing(
    site: Site, samples: Samples, other: Connection
) -> None:
    frame = Frame(site, connection=other)
    frame.load()
    agent = site.visitor()
    agent.environ_base["HTTP_AUTHORIZATION"] = frame.bearer()["Authorization"]
    before = everything(site, samples.connection)
    for (method, path), said in walk(site, samples, agent).items():
        shown = [word for word in FORBIDDEN if word in said]
        asked = [word for word in FORBIDDEN if word in path]
        assert not set(shown) - set(asked), f"{method} {path} shows {shown}"
    for ticket in samples.tickets:
        assert frame.do("reason", ticket, code="shipping.lost").status_code == 404
    assert everything(site, samples.connection) == before


def numbered(site: Site, samples: Samples, below: str) -> list[str]:
    """The addresses of single rows of the first tenant, below a path."""
    return [
        path
        for method, path in addresses(site, samples)
        if method == "GET" and path.startswith(below) and any(part.isdigit() for part in path.split("/"))
    ]


def test_numbers_of_another_tenant_are_as_good_as_none(
    site: Site, samples: Samples, other: Connection
) -> None:
    for caller, below in ((site.program(other), "/api/v1/"), (site.admin(other), "/admin/")):
        for path in numbered(site, samples, below):
            own = path == "/admin/settings/1"  # each tenant counts its own versions from 1
            assert caller.get(path).status_code == (200 if own else 404), path


def test_the_walk_would_see_what_it_looks_for(site: Site, samples: Samples) -> None:
    said = "".join(walk(site, samples, site.admin()).values()) + "".join(
        walk(site, samples, site.program()).values()
    )
    assert not [word for word in FORBIDDEN if word not in said]


def test_a_signature_of_another_tenant_does_not_open_an_address(
    site: Site, samples: Samples, other: Connection
) -> None:
    with site.world.database.write() as session:
        row = session.get_one(ConnectionRow, other.id)
        row.credentials = site.world.vault.close(other.tenant_id, {"signing_secret": "theirs"})
    body = b'{"ticket": "5158"}'
    answer = site.visitor().post(
        site.hook_path(samples.connection), data=body, headers={"X-Fake-Signature": signature(body, "theirs")}
    )
    assert answer.status_code == 401


def test_a_form_token_of_another_tenants_session_does_not_pass(
    site: Site, samples: Samples, other: Connection
) -> None:
    token = form_token(site.admin(other))
    answer = site.admin().post("/admin/settings", data={"csrf_token": token, "document": "", "expected": "2"})
    assert answer.status_code == 403
