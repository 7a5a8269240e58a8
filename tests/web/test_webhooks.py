"""Contract §3, line by line: what a webhook's sender is told, and that what was told is true."""

import json
from io import BytesIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from plugin.db.connections import Connections
from plugin.db.tables import ConnectionRow, DeliveryRow, WorkRow
from plugin.vault import Vault
from tests.fakes import World, ticket
from tests.web.outage import away
from tests.web.site import CONFIG, Site, post, signature, site_over
from tests.worker_steps import work_all


def deliveries(site: Site) -> list[Any]:
    """Every delivery that was kept."""
    with site.world.database.read() as session:
        found = list(session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))
        session.expunge_all()
    return found


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The refusal in an answer, checked to be one that a machine can read."""
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    said: dict[str, Any] = answer.get_json()
    assert said["status"] == status
    assert said["detail"]
    return said


class TestTaken:
    """What is authentic is kept, and the answer comes when it is."""

    def test_the_answer_names_a_delivery_that_is_stored_raw(self, site: Site) -> None:
        body = b' {"ticket": "5158",\n "id": "e1"}\x20'
        answer = site.hook(body)
        assert answer.status_code == 200
        (row,) = deliveries(site)
        assert answer.get_json() == {"delivery": str(row.id)}
        assert (row.body, row.state, row.resource, row.event_id) == (body, "pending", "ticket:5158", "e1")

    def test_its_object_is_queued_with_it(self, site: Site) -> None:
        site.hook({"ticket": "5158"})
        with site.world.database.read() as session:
            assert session.scalars(select(WorkRow.resource)).all() == ["ticket:5158"]

    def test_the_same_event_again_is_the_first_delivery_and_no_second_effect(self, site: Site) -> None:
        site.world.helpdesk.tickets["5"] = ticket("5", "hello")
        first = site.hook({"ticket": "5", "id": "e1"}).get_json()
        work_all(site.world)
        again = site.hook({"ticket": "5", "id": "e1"}).get_json()
        assert again == {"delivery": first["delivery"], "duplicate": True}
        work_all(site.world)
        assert len(deliveries(site)) == 1
        assert site.world.helpdesk.loads == ["5"]

    def test_the_same_event_id_of_another_account_is_another_event(self, site: Site) -> None:
        other = site.world.connect("other")
        site.hook({"ticket": "5", "id": "e1"})
        answer = site.hook({"ticket": "5", "id": "e1"}, connection=other)
        assert "duplicate" not in answer.get_json()
        assert len(deliveries(site)) == 2

    def test_without_an_event_id_every_call_is_kept(self, site: Site) -> None:
        numbers = {site.hook({"ticket": "5"}).get_json()["delivery"] for _ in range(3)}
        assert len(numbers) == len(deliveries(site)) == 3

    def test_an_event_that_is_not_followed_is_kept_as_worked(self, site: Site) -> None:
        site.hook({"ticket": None})
        (row,) = deliveries(site)
        assert (row.state, row.resource, row.worked_at) == ("worked", None, site.world.clock())

    @pytest.mark.parametrize(
        ("body", "topic"),
        [({"ticket": "5", "topic": ""}, "order made"), ({"ticket": "5"}, "changed"), (b"?", "order made")],
    )
    def test_the_topic_in_the_address_counts_where_the_vendor_names_none(
        self, site: Site, body: Any, topic: str
    ) -> None:
        site.hook(body, query="?topic=order+made")
        assert deliveries(site)[0].topic == topic

    def test_the_largest_body_that_is_taken(self, site: Site) -> None:
        assert site.hook(b" " * CONFIG.max_body_bytes).status_code == 200
        assert len(deliveries(site)[0].body) == CONFIG.max_body_bytes


class TestUnreadable:
    """Authentic, but not what we can read: a 4xx would count against the vendor's circuit breaker."""

    @pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"id": "e1"}', b"\xff\x00\xfe", b"[" * 9000])
    def test_it_is_answered_200_and_kept(self, site: Site, body: bytes) -> None:
        answer = site.hook(body)
        assert answer.status_code == 200
        (row,) = deliveries(site)
        assert (row.state, row.body) == ("unreadable", body)
        assert answer.get_json() == {"delivery": str(row.id)}

    def test_it_is_listed_with_the_fields_path(self, site: Site) -> None:
        number = site.hook({"nothing": 1}).get_json()["delivery"]
        program = site.program()
        listed = program.get("/api/v1/deliveries?state=unreadable").get_json()["data"]
        assert [one["id"] for one in listed] == [number]
        shown = program.get(f"/api/v1/deliveries/{number}").get_json()
        assert shown["problem"]["path"] == "ticket"

    def test_it_can_be_replayed_once_it_can_be_read(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = site.hook({"nummer": "5"}).get_json()["delivery"]
        better = {"ticket": "5"}
        read = site.world.helpdesk.parse
        monkeypatch.setattr(
            site.world.helpdesk, "parse", lambda headers, body: read(headers, json.dumps(better).encode())
        )
        assert post(site.admin(), f"/admin/deliveries/{number}/replay").status_code == 303
        (row,) = deliveries(site)
        assert (row.state, row.resource, row.error) == ("pending", "ticket:5", None)

    def test_its_event_id_makes_duplicates_too(self, site: Site) -> None:
        first = site.hook(b"?", {"X-Fake-Event": "e1"}).get_json()
        assert site.hook(b"?", {"X-Fake-Event": "e1"}).get_json() == {**first, "duplicate": True}


class TestRefused:
    """What is not authentic, or not ours to take: nothing of it is stored."""

    @pytest.fixture(autouse=True)
    def nothing_is_stored(self, site: Site) -> Any:
        yield
        assert deliveries(site) == []

    @pytest.mark.parametrize("wrong", ["0" * 64, "", "\u00e9"])
    def test_a_wrong_signature_is_401(self, site: Site, wrong: str) -> None:
        answer = site.hook({"ticket": "5"}, {"X-Fake-Signature": wrong})
        assert problem(answer, 401)["detail"] == "the signature is not ours"
        assert answer.headers["WWW-Authenticate"]

    def test_no_signature_is_401(self, site: Site) -> None:
        problem(site.visitor().post(site.hook_path(), data=b"{}"), 401)

    def test_one_changed_byte_is_401(self, site: Site) -> None:
        problem(site.hook(b'{"ticket":"6"}', {"X-Fake-Signature": signature(b'{"ticket":"5"}')}), 401)

    def test_another_accounts_secret_is_401(self, site: Site) -> None:
        problem(site.hook({"ticket": "5"}, secret="theirs"), 401)

    @pytest.mark.parametrize(
        "path",
        ["/hooks/fake/unknown", "/hooks/nobody/{key}", "/hooks/fake/a%00b", "/hooks/fake/{key}{key}" * 9],
    )
    def test_an_unknown_address_is_404(self, site: Site, path: str) -> None:
        body = b"{}"
        address = path.format(key=site.world.connection.hook_key)
        problem(site.visitor().post(address, data=body, headers={"X-Fake-Signature": signature(body)}), 404)

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_another_method_is_405_and_says_which_is_taken(self, site: Site, method: str) -> None:
        answer = site.visitor().open(site.hook_path(), method=method)
        problem(answer, 405)
        assert answer.headers["Allow"] == "POST"

    def test_too_large_is_413_when_it_is_announced(self, site: Site) -> None:
        said = problem(site.hook(b" " * (CONFIG.max_body_bytes + 1)), 413)
        assert "MAX_BODY_BYTES" in said["detail"]

    def test_too_large_is_413_when_it_comes_in_chunks(self, site: Site) -> None:
        body = b" " * (CONFIG.max_body_bytes + 1)
        answer = site.visitor().post(
            site.hook_path(),
            input_stream=BytesIO(body),
            headers={"X-Fake-Signature": signature(body), "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
        problem(answer, 413)

    def test_a_disconnected_account_is_404_at_once(self, site: Site) -> None:
        path = site.hook_path()
        assert site.hook({"ticket": "5"}).status_code == 200
        with site.world.database.write() as session:
            session.execute(delete(ConnectionRow))
        problem(site.visitor().post(path, data=b"{}"), 404)

    def test_a_secret_that_cannot_be_decrypted_asks_for_another_try(self, site: Site) -> None:
        blind = World.__new__(World)
        blind.__dict__.update(site.world.__dict__, vault=Vault([Fernet.generate_key().decode()]))
        answer = site_over(blind).visitor().post(site.hook_path(), data=b"{}")
        problem(answer, 503)
        assert answer.headers["Retry-After"] == "30"


class TestDatabaseAway:
    """Nothing is promised that was not stored, and nobody has to mend anything afterwards."""

    def test_it_is_503_with_the_time_to_wait(self, site: Site) -> None:
        with away(site.world.database):
            answer = site.hook({"ticket": "5"})
        problem(answer, 503)
        assert answer.headers["Retry-After"] == "30"
        assert deliveries(site) == []

    def test_it_goes_on_by_itself(self, site: Site) -> None:
        site.hook({"ticket": "5", "id": "e1"})
        with away(site.world.database):
            site.hook({"ticket": "6", "id": "e2"})
        assert "duplicate" not in site.hook({"ticket": "6", "id": "e2"}).get_json()
        assert [row.event_id for row in deliveries(site)] == ["e1", "e2"]


class TestWhatIsKept:
    """Evidence and what a replay needs; no secrets, and whatever bytes come."""

    @pytest.mark.parametrize("name", ["x-fake-signature", "X-FAKE-SIGNATURE", "X-Fake-Signature"])
    def test_the_case_of_a_headers_name_is_no_matter(self, site: Site, name: str) -> None:
        body = b'{"ticket": "5"}'
        answer = site.visitor().post(site.hook_path(), data=body, headers={name: signature(body)})
        assert answer.status_code == 200
        assert deliveries(site)[0].headers["x-fake-signature"] == signature(body)

    def test_secrets_and_addresses_are_not_among_the_headers(self, site: Site) -> None:
        private = {
            "Authorization": "Bearer hush-1",
            "Cookie": "a=hush-2",
            "X-Marginalia-Secret": "hush-3",
            "X-Auth-Token": "hush-4",
            "X-Api-Key": "hush-5",
            "X-Forwarded-For": "hush-6",
            "Fake-Password": "hush-7",
            "Proxy-Authorization": "hush-8",
        }
        site.hook({"ticket": "5"}, {**private, "Fake-Version": "3", "X-Topic": "made"})
        kept = deliveries(site)[0].headers
        assert "hush" not in json.dumps(kept)
        assert (kept["fake-version"], kept["x-topic"]) == ("3", "made")
        assert kept["content-type"] == "application/json"

    def test_a_flood_of_headers_is_kept_in_part(self, site: Site) -> None:
        site.hook({"ticket": "5"}, {f"X-H-{n}": "v" * 5000 for n in range(200)})
        kept = deliveries(site)[0].headers
        assert len(kept) <= 40
        assert max(map(len, kept.values())) <= 1000

    @pytest.mark.parametrize(
        "body",
        [
            '{"ticket": "5", "id": "a\\u0000b"}',
            '{"ticket": "5", "id": "\\ud800"}',
            '{"ticket": "5", "topic": "\\u0000\\udfff", "id": "e"}',
            f'{{"ticket": "5", "id": "{"x" * 5000}"}}',
            '{"ticket": "\\u0000"}',
            f'{{"ticket": "{"9" * 300}"}}',
            f'{{"ticket": {"9" * 4000}}}',
            '{"ticket": 1e999}',
            '{"ticket": ' + "[" * 500 + "]" * 500 + "}",
        ],
    )
    def test_odd_texts_and_numbers_are_kept(self, site: Site, body: str) -> None:
        assert site.hook(body.encode()).status_code == 200
        assert deliveries(site)[0].body == body.encode()

    def test_two_different_event_ids_are_never_taken_for_one(self, site: Site) -> None:
        for event in ("a\0b", "a\ufffdb", "x" * 300, "x" * 301):
            assert "duplicate" not in site.hook({"ticket": "5", "id": event}).get_json()


ANY_BODY = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.fixed_dictionaries(
        {"ticket": st.one_of(st.none(), st.integers(), st.text(max_size=300), st.lists(st.integers()))},
        optional={"id": st.one_of(st.text(max_size=300), st.integers()), "topic": st.text()},
    ).map(lambda found: json.dumps(found).encode()),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=ANY_BODY, topic=st.text(max_size=300))
@example(body=b"\x00", topic="\x00")
@example(body=b"{" * 9000, topic="\ud800")
def test_whatever_is_signed_rightly_is_never_refused_and_never_lost(
    site: Site, body: bytes, topic: str
) -> None:
    query = {"topic": topic.encode("utf-8", "replace").decode()}
    answer = site.visitor().post(
        site.hook_path(), data=body, query_string=query, headers={"X-Fake-Signature": signature(body)}
    )
    assert answer.status_code == 200
    with site.world.database.read() as session:
        kept = select(DeliveryRow.body, DeliveryRow.event_id).where(
            DeliveryRow.id == int(answer.get_json()["delivery"])
        )
        row = session.execute(kept).one()
    assert row.body == body or (answer.get_json().get("duplicate") and row.event_id)


def test_what_came_is_counted_by_outcome(site: Site) -> None:
    def counted(outcome: str) -> float:
        name = f'marginalia_deliveries_total{{outcome="{outcome}",source="fake"}} '
        lines = site.visitor().get("/metrics").get_data(as_text=True).splitlines()
        return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))

    outcomes = ("pending", "duplicate", "unreadable", "forged", "too_large", "worked")
    before = {outcome: counted(outcome) for outcome in outcomes}
    for body in ({"ticket": "5", "id": "e"}, {"ticket": "5", "id": "e"}, b"?", {"ticket": None}):
        site.hook(body)
    site.hook({"ticket": "5"}, secret="theirs")
    site.hook(b" " * (CONFIG.max_body_bytes + 1))
    assert {outcome: counted(outcome) - before[outcome] for outcome in outcomes} == dict.fromkeys(outcomes, 1)


def test_a_rotated_secret_counts_with_the_next_webhook(site: Site) -> None:
    with site.world.database.write() as session:
        Connections(session, site.world.vault).change(
            site.world.connection, credentials={"signing_secret": "rotated"}
        )
    assert site.hook({"ticket": "5"}).status_code == 401
    assert site.hook({"ticket": "5"}, secret="rotated").status_code == 200
    with site.world.database.read() as session:
        assert session.scalars(select(func.count()).select_from(DeliveryRow)).one() == 1
