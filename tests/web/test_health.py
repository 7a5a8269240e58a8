"""Is it alive, is it ready, how is it doing; and a first page that always answers."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from plugin.db.engine import Database
from plugin.db.heartbeats import Heartbeats
from plugin.tenant_view import TenantViews
from plugin.vault import Vault
from tests.fakes import FERNET, Clock, FakeHelpdesk, World
from tests.web.outage import away
from tests.web.samples import fill
from tests.web.site import Site, site_over


def beat(site: Site, *roles: str) -> None:
    """Processes of these roles say that they are alive."""
    with site.world.database.write() as session:
        for role in roles:
            Heartbeats(session).beat(role, role, {}, site.world.clock())


def reasons(site: Site) -> list[str]:
    """Why it is not ready; nothing when it is."""
    answer = site.visitor().get("/readyz")
    if answer.status_code == 200:
        assert answer.get_json() == {"status": "ready"}
        return []
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]
    found: list[str] = answer.get_json()["reasons"]
    assert answer.get_json()["detail"] == "; ".join(found)
    return found


def empty_site(url: str) -> Site:
    """The web part over a database that nobody has migrated."""
    world = World.__new__(World)  # not connected: that would need tables
    world.database, world.helpdesk, world.clock = Database(url), FakeHelpdesk(), Clock()
    world.vault, world.views, world.stores = Vault([FERNET]), TenantViews(), {}
    return site_over(world)


class TestReady:
    """Ready is: database reached and migrated, worker and clock heard within the last minute."""

    def test_it_is_ready_when_all_answer(self, site: Site) -> None:
        beat(site, "work", "clock")
        assert reasons(site) == []

    def test_a_worker_that_has_never_run_is_missed(self, site: Site) -> None:
        beat(site, "clock")
        assert reasons(site) == ["no worker has ever run: start `marginalia work`"]

    def test_a_clock_that_has_never_run_is_missed(self, site: Site) -> None:
        beat(site, "work")
        assert reasons(site) == ["no clock has ever run: start `marginalia clock`"]

    def test_silence_is_noticed_after_a_minute(self, site: Site) -> None:
        beat(site, "work", "clock")
        site.world.clock.move(seconds=60)
        assert reasons(site) == []
        beat(site, "work")
        site.world.clock.move(seconds=1)
        assert reasons(site) == [
            "no clock was heard since 2026-11-23T12:00:00+00:00: start `marginalia clock`"
        ]

    def test_another_process_of_the_same_role_is_enough(self, site: Site) -> None:
        beat(site, "work", "clock")
        site.world.clock.move(minutes=5)
        with site.world.database.write() as session:
            Heartbeats(session).beat("second", "work", {}, site.world.clock())
            Heartbeats(session).beat("third", "clock", {}, site.world.clock())
        assert reasons(site) == []

    def test_a_database_that_nobody_migrated_is_named_with_the_command(
        self, kind: str, database_url: str
    ) -> None:
        if kind == "sqlite":
            with open(database_url.removeprefix("sqlite:///"), "wb"):
                pass
        site = empty_site(database_url)
        (reason,) = reasons(site)
        assert "version none" in reason
        assert "run `marginalia migrate`" in reason
        page = site.visitor().get("/")
        assert page.status_code == 200
        assert "marginalia migrate" in page.get_data(as_text=True)
        site.world.database.dispose()

    def test_a_database_that_is_away_is_503(self, site: Site) -> None:
        with away(site.world.database):
            answer = site.visitor().get("/readyz")
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


class TestAlive:
    """Alive is this process alone."""

    def test_it_is_alive(self, site: Site) -> None:
        assert site.visitor().get("/healthz").get_json() == {"status": "alive"}

    def test_a_database_that_is_away_restarts_nothing(self, site: Site) -> None:
        with away(site.world.database):
            assert site.visitor().get("/healthz").status_code == 200


class TestFirstPage:
    """The first page always answers, and says how it is."""

    def test_it_says_what_is_missing(self, site: Site) -> None:
        beat(site, "clock")
        page = site.visitor().get("/").get_data(as_text=True)
        assert "This installation is not ready" in page
        assert 'no worker has ever run: start <code dir="ltr">marginalia work</code>' in page

    @pytest.mark.parametrize("who", ["visitor", "admin"])
    def test_it_answers_while_the_database_is_away(self, site: Site, who: str) -> None:
        browser = getattr(site, who)()
        with away(site.world.database):
            answer = browser.get("/")
        assert answer.status_code == 200
        assert "the database does not take anything" in answer.get_data(as_text=True)


class TestMetrics:
    """Numbers for Prometheus."""

    def numbers(self, site: Site) -> dict[str, float]:
        text = site.visitor().get("/metrics").get_data(as_text=True)
        return {
            sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def test_they_are_in_prometheus_format(self, site: Site) -> None:
        answer = site.visitor().get("/metrics")
        assert answer.mimetype == "text/plain"
        assert "version=" in answer.headers["Content-Type"]

    def test_queues_and_what_is_stuck_are_told(self, site: Site) -> None:
        fill(site.world)
        site.world.clock.move(seconds=30)
        numbers = self.numbers(site)
        assert numbers["marginalia_hints_waiting"] == 1
        assert numbers["marginalia_hints_oldest_seconds"] == pytest.approx(629.8)
        assert numbers["marginalia_deliveries_stopped unreadable"] == 2
        assert numbers["marginalia_effects held"] == 1
        assert numbers["marginalia_effects done"] == 1

    def test_an_empty_installation_has_zeros_not_gaps(self, site: Site) -> None:
        numbers = self.numbers(site)
        assert numbers["marginalia_hints_waiting"] == numbers["marginalia_hints_oldest_seconds"] == 0
        assert numbers["marginalia_deliveries_stopped dead"] == 0
        assert numbers["marginalia_effects unknown"] == 0

    def test_no_tenant_is_told(self, site: Site) -> None:
        fill(site.world)
        text = site.visitor().get("/metrics").get_data(as_text=True)
        assert "acme" not in text
        assert "5158" not in text
