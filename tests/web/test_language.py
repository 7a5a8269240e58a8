"""The reader's language: which one it is, that all of it is there, and digits and times as its readers write them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from string import Formatter
from typing import Any

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from plugin.db import deliveries, effects, outbox
from plugin.db.credits import WITHDRAWN
from plugin.domain import offer_reasons, triage
from plugin.domain.attribution import Ruling, attribute
from plugin.domain.decisions import TraceLine
from plugin.domain.facts import Facts, Message, Ranked, Reason, Record
from plugin.domain.triage import Reading
from plugin.settings_file import SettingsErrors
from plugin.web import known_texts, problems, settings_text
from plugin.web.language import LANGUAGES, exact, number, percent
from plugin.web.saying import (
    GROUPS,
    is_known,
    say,
    say_evidence,
    say_macro,
    say_offer,
    say_rule,
    say_step,
    say_why,
)
from plugin.web.wording import bdi, name_path, plain_sight
from tests.conftest import NOW
from tests.domain.books import ANA, BEN, RULES, bought, did
from tests.fakes import ticket
from tests.web.catalogues import catalogue, texts
from tests.web.site import Site

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|`[^`]+`|https?://\S+")


def language_of(page: Any) -> str:
    """The language that a page says it is in."""
    found = re.search(r'<html lang="(\w+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]


class TestChoice:
    """?lang=, else the cookie, else the tenant's locale, else the browser's wish, else English."""

    def test_without_any_wish_it_is_english(self, lite: Site) -> None:
        assert language_of(lite.visitor().get("/")) == "en"

    @pytest.mark.parametrize(
        ("wish", "language"),
        [
            ("fa-IR,en;q=0.5", "fa"),
            ("ar-EG", "ar"),
            ("de,fr;q=0.9", "en"),
            ("*", "en"),
            ("de,fa;q=0.1", "fa"),
            ("ar;q=0,fa;q=0.2", "fa"),
        ],
    )
    def test_the_browsers_wish_counts_where_nobody_said_more(
        self, lite: Site, wish: str, language: str
    ) -> None:
        assert language_of(lite.visitor().get("/", headers={"Accept-Language": wish})) == language

    def test_the_tenants_locale_comes_before_the_browsers_wish(self, lite: Site) -> None:
        lite.world.settings({"locale": "fa"})
        assert language_of(lite.admin().get("/", headers={"Accept-Language": "ar"})) == "fa"

    def test_the_readers_own_choice_comes_first_and_is_remembered(self, lite: Site) -> None:
        lite.world.settings({"locale": "fa"})
        browser = lite.admin()
        assert language_of(browser.get("/admin/tickets?lang=ar")) == "ar"
        assert language_of(browser.get("/admin/tickets", headers={"Accept-Language": "en"})) == "ar"
        assert language_of(browser.get("/admin/tickets?lang=en")) == "en"

    @pytest.mark.parametrize("lang", ["de", "", "ar_EG", "../../etc", "%00", "AR"])
    def test_a_language_that_is_not_spoken_here_is_no_choice(self, lite: Site, lang: str) -> None:
        answer = lite.visitor().get(f"/?lang={lang}")
        assert language_of(answer) == "en"
        assert "Set-Cookie" not in answer.headers

    def test_refusals_speak_it_too(self, lite: Site) -> None:
        page = lite.visitor().get("/admin/tickets?lang=fa")
        assert page.status_code == 401
        assert "لطفاً وارد شوید" in page.get_data(as_text=True)

    def test_programs_are_spoken_to_in_english(self, lite: Site) -> None:
        answer = lite.visitor().get("/api/v1/tickets?lang=fa", headers={"Accept-Language": "fa"})
        assert answer.get_json()["detail"].isascii() or "…" in answer.get_json()["detail"]


@pytest.mark.parametrize("language", TRANSLATED)
class TestCatalogue:
    """Every text is translated, and every translation is of a text that is still there."""

    def test_every_text_is_translated(self, language: str) -> None:
        there = catalogue(language)
        missing = [f"{place}: {text}" for text, place in texts().items() if not _translation(there, text)]
        assert not missing, "\n".join(missing)

    def test_nothing_is_translated_that_nobody_says(self, language: str) -> None:
        assert not [message.id for message in catalogue(language) if message.id and message.id not in texts()]

    def test_a_translation_has_the_places_and_commands_of_its_text(self, language: str) -> None:
        there = catalogue(language)
        for text in texts():
            translation = _translation(there, text)
            places = set(PLACES.findall(text))
            assert not places - set(PLACES.findall(translation)), f"{text!r} → {translation!r}"
            added = {place for place in PLACES.findall(translation) if not place.startswith("`")}
            assert added <= places, f"{text!r} → {translation!r}"

    def test_a_translation_is_in_its_own_script(self, language: str) -> None:
        there = catalogue(language)
        own = re.compile(r"[\u0600-\u06ff]")
        assert not [text for text in texts() if not own.search(_translation(there, text))]

    def test_no_translation_is_marked_as_doubtful(self, language: str) -> None:
        assert not [message.id for message in catalogue(language) if message.id and message.fuzzy]


def _translation(there: Any, text: str) -> str:
    message = there.get(text)
    return "" if message is None else str(message.string)


class TestTextsOfTheBusiness:
    """What business, worker and database say in English is known to the catalogues."""

    def test_every_text_that_they_keep_as_a_constant_is_known(self) -> None:
        said = [
            outbox.HELD,
            outbox.UNKNOWN,
            f"{outbox.UNKNOWN} (HTTP 502 from acme)",
            deliveries.FORGOTTEN,
            effects.NEWER.format(newer=12),
            *effects.NOT_RETRYABLE.values(),
            problems.AWAY,
            *problems.DETAILS.values(),
            settings_text.NOT_A_MAPPING,
            settings_text.NO_TEXT,
            settings_text.NOT_UTF8,
            settings_text.TOO_DEEP,
            settings_text.TOO_MANY,
        ]
        assert not [text for text in said if not is_known(text)]

    def test_every_line_of_every_decision_is_known(self) -> None:
        lines = list(_trace_lines())
        assert len({text for line in lines for text in (*line.did, line.why)}) > 9
        assert unknown_in(lines) == []

    def test_every_reason_for_an_offer_is_known(self) -> None:
        said = [
            text.format("a", "b")
            for name, text in vars(offer_reasons).items()
            if name.isupper() and isinstance(text, str)
        ]
        assert len(said) >= 9
        assert not [text for text in said if not is_known(text, "offer")]

    def test_all_evidence_of_a_credit_is_known(self) -> None:
        linked = replace(bought(), landing="https://shop.example/belts")
        drawn = replace(bought(), tags=("mgn-1",))
        worked = [
            attribute(bought("ANA10"), [], RULES),
            attribute(bought("ANA10"), [], RULES, Ruling(frozenset({"ana10"}))),
            attribute(bought("ANA10"), [did(days=1)], RULES),
            attribute(
                bought("ANA10", "BEN10"), [did("code", "ana10", days=4), did(agent=BEN, days=4)], RULES
            ),
            attribute(bought(), [did(days=3)], RULES, Ruling(agents={ANA: 1, BEN: 1})),
            attribute(linked, [did("link", "/belts")], RULES),
            attribute(drawn, [did("agreed", "mgn-1")], RULES),
        ]
        said = {text for one in worked for credit in one.credits for text in credit.evidence} | {WITHDRAWN}
        assert len(said) >= len(known_texts.CREDITS)
        assert not [text for text in said if not is_known(text, "credit")]

    @pytest.mark.parametrize("text", ["- live", "mode: [", "{" * 3000, "# " + "x" * 1_000_001])
    def test_what_is_wrong_with_a_settings_document_as_a_whole_is_known(self, text: str) -> None:
        with pytest.raises(SettingsErrors) as caught:
            settings_text.read_yaml(text)
        assert not [error for error in caught.value.errors if not is_known(error.message)]

    def test_why_it_is_not_ready_is_known(self, lite: Site) -> None:
        for reason in lite.visitor().get("/readyz").get_json()["reasons"]:
            assert is_known(reason)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("group", GROUPS)
    def test_each_is_said_with_what_it_was_made_with(self, lite: Site, language: str, group: str) -> None:
        with lite.app.test_request_context(f"/?lang={language}"):
            for text in GROUPS[group]:
                values = {name: _value(name) for _, name, _, _ in Formatter().parse(text) if name}
                said = str(SAY[group](text.format(**values)))
                for name, value in values.items():
                    assert name in {"state", "since"} or f"<bdi>{value}</bdi>" in said, text
                assert language == "en" or said != say_in_english(group, text.format(**values)), text


SAY: dict[str, Callable[[str], Markup]] = {
    "message": say,
    "rule": say_rule,
    "step": say_step,
    "why": say_why,
    "macro": say_macro,
    "offer": say_offer,
    "credit": say_evidence,
}


def say_in_english(group: str, text: str) -> str:
    with force_locale("en"):
        return str(SAY[group](text))


def unknown_in(lines: Iterable[TraceLine]) -> list[str]:
    """What stands in these lines of a trace and is in no catalogue."""
    said = {(group, text) for line in lines for group, text in _said(line)}
    return sorted(text for group, text in said if not is_known(text, group))


def _said(line: TraceLine) -> Iterator[tuple[str, str]]:
    yield "rule", line.rule
    yield from (("step", done) for done in line.did)
    yield from [("why", line.why)] if line.why else []


def _value(name: str) -> str:
    return {"state": "closed", "since": NOW.isoformat()}.get(name, f"value-of-{name}")


def _trace_lines() -> Iterator[Any]:
    """The trace of every decision over the circumstances that it looks at."""
    ranked = Ranked("order.cancel", 0.9, ("cancel",))
    readings = (Reading((ranked,), sure=True), Reading((ranked,), sure=False), Reading((), sure=False))
    reasons = (
        None,
        Reason("order.cancel", "phrases", True, 0.9),
        Reason("order.cancel", "agent", True, 1.0),
        Reason(None, "agent", True, 1.0),
    )
    values = ((None, None), ("mgn_order_cancel", "order.cancel"), ("theirs", None))
    message = Message("1", "7", True, True, "cancel", NOW)
    for reading, reason, (value, code), live, writable, sent in product(
        readings, reasons, values, (True, False), (True, False), ({}, {"reason_code": "order.cancel"})
    ):
        one = replace(ticket("5", "cancel"), reason_value=value, reason_code=code)
        facts = Facts(one, Record(reason=reason, sent=sent), live, NOW, writable)
        yield from triage.read_message(facts, message, True, lambda text, language, r=reading: r).trace
        yield from triage.write_reason(facts).trace
        yield from triage.person_chose(facts, code).trace
    for state in ("closed", "merged", "deleted", "spam"):
        gone = Facts(replace(ticket("5"), state=state), Record(), True, NOW, True)
        yield from triage.left_alone(gone).trace


class TestSaying:
    """Texts set into a page: escaped, isolated, commands as code."""

    @pytest.fixture(autouse=True)
    def a_request(self, lite: Site) -> Iterator[None]:
        with lite.app.test_request_context("/"):
            yield

    def test_a_vendors_own_words_stay_as_they_are_and_apart(self) -> None:
        assert say("<b>no</b> `x`") == '<bdi>&lt;b&gt;no&lt;/b&gt; <code dir="ltr">x</code></bdi>'

    def test_what_a_text_was_made_with_is_escaped(self) -> None:
        assert say_why("shadow mode: would write <i>") == "shadow mode: would write <bdi>&lt;i&gt;</bdi>"

    def test_the_more_exact_text_is_recognised_first(self) -> None:
        assert say_step("reason_code x.y by an agent") == "reason_code <bdi>x.y</bdi> by an agent"

    def test_an_error_inside_a_text_is_said_too(self) -> None:
        with force_locale("ar"):
            said = say("given up after days of trying: the account was disconnected")
        assert "the account" not in said

    def test_a_state_inside_a_text_is_named(self) -> None:
        with force_locale("fa"):
            assert "closed" not in say_why("the ticket is closed: left alone")

    def test_reasons_that_were_joined_are_told_one_by_one(self) -> None:
        why = "tag a; group 5: a person has set it otherwise; it stays; tags +x: the ticket has it already"
        with force_locale("ar"):
            said = str(say_why(why))
        assert said.count("؛ ") == 3
        assert not re.search("stays|person|already", said)

    def test_a_joint_in_somebodys_own_words_is_left(self) -> None:
        with force_locale("fa"):
            assert say_why("<a>; b; c") == "<bdi>&lt;a&gt;; b; c</bdi>"
            assert "<bdi>Hello; thank you</bdi>" in say_why("ticket.text is x: saw Hello; thank you")

    def test_very_many_joints_are_taken_as_they_are(self) -> None:
        assert say_why("; ".join("x" * 500)).startswith("<bdi>x; x")

    def test_what_a_rule_did_is_said_inside_of_why_it_did_not(self) -> None:
        with force_locale("fa"):
            said = say_why("priority urgent: the later rule “note” wants group 5 (London is open)")
        assert "urgent" not in said
        assert "<bdi>note</bdi>" in said
        assert "<bdi>London</bdi>" in said

    def test_a_rule_of_the_tenant_keeps_its_name(self) -> None:
        with force_locale("ar"):
            assert say_rule("group 5; note") == "<bdi>group 5; note</bdi>"

    def test_a_short_text_is_no_text_of_ours_where_it_cannot_stand(self) -> None:
        with force_locale("ar"):
            assert say("tag limit reached") == "<bdi>tag limit reached</bdi>"

    def test_what_is_said_already_is_not_said_twice(self) -> None:
        once = say("<b>")
        assert say(once) is once

    def test_names_in_a_path_are_isolated_one_by_one(self) -> None:
        assert name_path("المنتج – Zipper <b>") == "<bdi>المنتج</bdi> – <bdi>Zipper &lt;b&gt;</bdi>"

    def test_a_value_is_escaped_where_it_is_isolated(self) -> None:
        assert bdi("<b>") == "<bdi>&lt;b&gt;</bdi>"

    @pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\ufeff", "\x85"])
    def test_hidden_characters_of_a_body_are_shown(self, sign: str) -> None:
        assert plain_sight(f"a{sign}b") == f"a⟨U+{ord(sign):04X}⟩b"

    @pytest.mark.parametrize("text", ["می\u200cخواهم", "a\tb\r\nc", "👩\u200d🚀"])
    def test_characters_that_belong_to_a_text_stay(self, text: str) -> None:
        assert plain_sight(text) == text


class TestFigures:
    """Digits, shares and times as readers of the language write them."""

    @pytest.mark.parametrize(
        ("language", "figure", "share"),
        [("en", "1,234.5", "93%"), ("fa", "۱٬۲۳۴٫۵", "۹۳"), ("ar", "1,234.5", "93")],
    )
    def test_numbers_have_the_locales_digits(
        self, lite: Site, language: str, figure: str, share: str
    ) -> None:
        with lite.app.test_request_context(f"/?lang={language}"):
            assert number(1234.5) == figure
            assert share in percent(0.93)

    def test_times_are_in_the_tenants_zone(self, lite: Site) -> None:
        lite.world.settings({"timezone": "Asia/Tehran"})
        page = lite.admin().get("/admin/settings/2").get_data(as_text=True)
        assert "3:30:00\u202fPM" in page

    def test_without_a_zone_times_are_utc_and_say_so(self, lite: Site) -> None:
        with lite.app.test_request_context("/"):
            assert exact(datetime(2026, 11, 23, 12, tzinfo=UTC)).endswith("\u2068UTC\u2069")

    def test_how_long_ago_is_told_in_words(self, lite: Site) -> None:
        lite.world.clock.move(minutes=9)
        page = lite.admin().get("/admin/settings?lang=fa").get_data(as_text=True)
        assert "۹ دقیقه پیش" in page

    def test_numbers_of_rows_stay_as_they_are_typed(self, lite: Site) -> None:
        lite.hook({"ticket": "5158"})
        page = lite.admin().get("/admin/deliveries?lang=fa").get_data(as_text=True)
        assert "<bdi>5158</bdi>" in page
