"""Who may ask the JSON API: holders of a key, and nobody else, at every address."""

import pytest
from sqlalchemy import select

from plugin.db.access import ApiKeys
from plugin.db.tables import ApiKeyRow
from tests.web.site import Site


def addresses(site: Site) -> list[tuple[str, str]]:
    """Method and path of everything below /api/v1 but what describes the API, which holds no data."""
    return [
        (method, rule.rule.replace("<", "").replace(">", ""))
        for rule in site.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        if rule.rule.startswith("/api/v1/")
        and not rule.endpoint.startswith(("api_description.", "api_docs."))
    ]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer mgn_wrong", "Basic bWduXzpo", "mgn_x", "Bearer a b"]
)
def test_every_address_is_closed_without_a_key(lite: Site, header: str | None) -> None:
    found = addresses(lite)
    assert len(found) >= 8
    for method, path in found:
        answer = lite.visitor().open(
            path, method=method, headers={} if header is None else {"Authorization": header}
        )
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), path
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="marginalia"')
        assert "marginalia api-key create" in answer.get_json()["detail"]


def test_the_scheme_may_be_written_in_any_case(site: Site) -> None:
    header = {"Authorization": f"bEARER   {site.key()} "}
    assert site.visitor().get("/api/v1/deliveries", headers=header).status_code == 200


def test_a_revoked_key_is_locked_out_at_once(site: Site) -> None:
    program = site.program()
    assert program.get("/api/v1/deliveries").status_code == 200
    with site.world.database.write() as session:
        (row,) = ApiKeys(session, site.world.connection.tenant_id).all()
        ApiKeys(session, site.world.connection.tenant_id).revoke(row.id, site.world.clock())
    assert program.get("/api/v1/deliveries").status_code == 401


def test_the_last_use_of_a_key_is_noted_at_most_once_a_minute(site: Site) -> None:
    def noted() -> object:
        with site.world.database.read() as session:
            return session.scalars(select(ApiKeyRow.used_at)).one()

    program, clock = site.program(), site.world.clock
    program.get("/api/v1/deliveries")
    first = noted()
    assert first == clock()
    clock.move(seconds=59)
    program.get("/api/v1/deliveries")
    assert noted() == first
    clock.move(seconds=1)
    program.get("/api/v1/deliveries")
    assert noted() == clock()


def test_an_address_that_does_not_exist_is_a_problem_document(site: Site) -> None:
    answer = site.program().get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_method_that_is_not_taken_says_which_are(site: Site) -> None:
    answer = site.program().delete("/api/v1/settings")
    assert answer.status_code == 405
    assert {"GET", "PUT"} <= set(answer.headers["Allow"].split(", "))


def test_a_session_of_the_admin_pages_is_no_key(site: Site) -> None:
    assert site.admin().get("/api/v1/deliveries").status_code == 401
