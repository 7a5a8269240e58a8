"""/api/v1/settings: YAML and JSON in and out, versions as ETags, every error with its path, nothing twice."""

import json
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select

from plugin.db.settings import SettingsVersions
from plugin.db.tables import SettingsRow
from tests.web.site import Site

SETTINGS = "/api/v1/settings"
DOCUMENT: dict[str, Any] = {"mode": "shadow", "timezone": "Asia/Tehran", "locale": "fa"}


def versions(site: Site) -> list[Any]:
    """All versions of the first tenant, newest first."""
    with site.world.database.read() as session:
        rows = SettingsVersions(session, site.world.connection.tenant_id).all()
        return [(row.version, row.document, row.made_by) for row in rows]


def put(program: FlaskClient, document: object, **headers: str) -> Any:
    """Send a document as JSON."""
    return program.put(
        SETTINGS,
        data=json.dumps(document),
        content_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


class TestReading:
    """What is in force."""

    def test_it_is_json_by_default_with_its_version_as_etag(self, site: Site) -> None:
        answer = site.program().get(SETTINGS)
        assert (answer.mimetype, answer.get_json()) == ("application/json", {"mode": "live"})
        assert answer.get_etag() == ("1", False)

    def test_it_is_yaml_for_those_who_prefer_that(self, site: Site) -> None:
        site.world.settings({"mode": "live", "reason_codes": [{"code": "order.gift", "name": "هدية"}]})
        answer = site.program().get(SETTINGS, headers={"Accept": "application/yaml"})
        assert answer.mimetype == "application/yaml"
        assert yaml.safe_load(answer.data) == {
            "mode": "live",
            "reason_codes": [{"code": "order.gift", "name": "هدية"}],
        }
        assert "هدية" in answer.get_data(as_text=True)

    def test_who_has_it_already_gets_nothing_again(self, site: Site) -> None:
        assert site.program().get(SETTINGS, headers={"If-None-Match": '"1"'}).status_code == 304


class TestWriting:
    """A new version, all or nothing."""

    def test_json_comes_into_force_as_a_new_version(self, site: Site) -> None:
        answer = put(site.program(), DOCUMENT)
        assert (answer.status_code, answer.get_json(), answer.get_etag()) == (200, DOCUMENT, ("2", False))
        assert versions(site)[0] == (2, DOCUMENT, "api key 1")

    @pytest.mark.parametrize("kind", ["application/yaml", "text/yaml", "application/x-yaml; charset=utf-8"])
    def test_yaml_comes_into_force_too(self, site: Site, kind: str) -> None:
        text = yaml.safe_dump(DOCUMENT)
        assert site.program().put(SETTINGS, data=text, content_type=kind).status_code == 200
        assert versions(site)[0][1] == DOCUMENT

    def test_the_order_it_was_written_in_is_kept(self, site: Site) -> None:
        document = {"timezone": "UTC", "mode": "live", "currency": "EUR"}
        put(site.program(), document)
        assert list(site.program().get(SETTINGS).get_json()) == list(document)

    def test_what_is_read_can_be_written_back_as_it_is(self, site: Site) -> None:
        put(site.program(), DOCUMENT)
        as_yaml = site.program().get(SETTINGS, headers={"Accept": "application/yaml"}).data
        answer = site.program().put(SETTINGS, data=as_yaml, content_type="application/yaml")
        assert answer.get_json() == DOCUMENT

    @pytest.mark.parametrize("match", ['"1"', "*", '"0", "1"'])
    def test_if_match_lets_the_seen_version_be_replaced(self, site: Site, match: str) -> None:
        assert put(site.program(), DOCUMENT, If_Match=match).status_code == 200

    @pytest.mark.parametrize("match", ['"0"', '"2"', '"x"', ""])
    def test_if_match_refuses_when_somebody_was_faster(self, site: Site, match: str) -> None:
        answer = put(site.program(), DOCUMENT, If_Match=match)
        assert (answer.status_code, answer.mimetype) == (412, "application/problem+json")
        assert answer.headers["ETag"] == '"1"'
        assert len(versions(site)) == 1

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
    def test_another_kind_of_document_is_415(self, site: Site, kind: str) -> None:
        answer = site.program().put(SETTINGS, data="mode: live", content_type=kind)
        assert answer.status_code == 415
        assert "yaml" in answer.headers["Accept"]


class TestErrors:
    """Everything that is wrong, at once, by path; and nothing is changed."""

    @pytest.fixture(autouse=True)
    def nothing_changes(self, site: Site) -> Any:
        yield
        assert len(versions(site)) == 1

    def test_every_error_is_named_with_its_path(self, site: Site) -> None:
        wrong = {
            "mode": "loud",
            "timezone": "Mars",
            "colour": 1,
            "reason_codes": [{"code": "product.defect", "children": [{"code": "x"}]}, 5],
        }
        answer = put(site.program(), wrong)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert {error["path"] for error in answer.get_json()["errors"]} == {
            "mode",
            "timezone",
            "colour",
            "reason_codes[0].children[0].code",
            "reason_codes[1]",
        }
        assert answer.get_json()["detail"] == "nothing was changed: the document has 5 errors"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"\xff\xfe",
            b'{"currency": NaN}',
            b'{"currency": "\\ud800"}',
            b'{"cur\\u0000rency": "USD"}',
            b'{"reason_codes": [{"code": "a.b", "name": "\\u0000"}]}',
            b'{"version": ' + b"9" * 5000 + b"}",
            b'{"version": 1e999}',
            b'{"reason_codes": ' + b"[" * 5000 + b"]" * 5000 + b"}",
            b'{"reason_codes": ' + b'[{"code": "a.b", "children": ' * 300 + b"[]" + b"}]" * 300 + b"}",
        ],
    )
    def test_json_that_is_no_settings_document_is_422(self, site: Site, body: bytes) -> None:
        answer = site.program().put(SETTINGS, data=body, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.get_json()["errors"]

    @pytest.mark.parametrize(
        "text",
        [
            "mode: [",
            "mode: live\nmode: &a [*a]",
            "- live",
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)
            ),
            "!!python/object/apply:os.system ['true']",
            "timezone: 2026-11-23",
            "{" * 3000,
            "# " + "x" * 1_000_001,
        ],
        ids=["open", "circle", "list", "bomb", "object", "date", "deep", "long"],
    )
    def test_yaml_that_is_no_settings_document_is_422(self, site: Site, text: str) -> None:
        answer = site.program().put(SETTINGS, data=text, content_type="application/yaml")
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")

    def test_more_than_any_document_is_413(self, site: Site) -> None:
        answer = site.program().put(SETTINGS, data=b" " * (5 * 1_048_576), content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


class TestIdempotency:
    """A write under the same key happens once."""

    def test_a_repeat_gets_the_first_answer(self, site: Site) -> None:
        program = site.program()
        first = put(program, DOCUMENT, Idempotency_Key="k1")
        again = put(program, DOCUMENT, Idempotency_Key="k1")
        assert (again.status_code, again.get_json()) == (200, first.get_json())
        assert again.get_etag() == first.get_etag() == ("2", False)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers
        assert len(versions(site)) == 2

    def test_the_same_key_for_another_document_is_refused(self, site: Site) -> None:
        program = site.program()
        put(program, DOCUMENT, Idempotency_Key="k1")
        assert put(program, {"mode": "live"}, Idempotency_Key="k1").status_code == 422
        assert put(program, DOCUMENT, Idempotency_Key="k1", If_Match='"2"').status_code == 422
        assert len(versions(site)) == 2

    def test_a_write_that_failed_may_be_repeated_under_its_key(self, site: Site) -> None:
        program = site.program()
        assert put(program, DOCUMENT, Idempotency_Key="k1", If_Match='"7"').status_code == 412
        assert put(program, DOCUMENT, Idempotency_Key="k1", If_Match='"1"').status_code == 200

    def test_keys_of_two_tenants_have_nothing_to_do_with_each_other(self, site: Site) -> None:
        other = site.world.connect("other")
        put(site.program(), DOCUMENT, Idempotency_Key="k1")
        answer = put(site.program(other), {"mode": "live"}, Idempotency_Key="k1")
        assert "Idempotent-Replayed" not in answer.headers
        with site.world.database.read() as session:
            newest = select(SettingsRow.version).where(SettingsRow.tenant_id == other.tenant_id)
            assert sorted(session.scalars(newest)) == [1, 2]

    @pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
    def test_a_key_that_is_none_is_refused(self, site: Site, key: str) -> None:
        assert put(site.program(), DOCUMENT, Idempotency_Key=key).status_code == 400
        assert len(versions(site)) == 1

    def test_a_replay_under_a_key_is_done_once(self, site: Site) -> None:
        site.hook(b"?")
        program = site.program()
        answers = [
            program.post("/api/v1/deliveries/1/replay", headers={"Idempotency-Key": "k"}) for _ in range(2)
        ]
        assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
        assert answers[0].get_json() == answers[1].get_json()
