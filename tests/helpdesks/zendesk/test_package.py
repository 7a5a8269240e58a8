"""The app's package: what Zendesk would refuse is said before anybody uploads it, every rule by its own line."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from plugin.helpdesks.zendesk.package import made_for, problems
from plugin.packages import template

Files = dict[str, bytes]
Change = Callable[[Files], None]


def package(private: bool = False) -> Files:
    """Ours, at this address."""
    return made_for(template("zendesk", "https://app.example.com", "1.2.3"), private, None)


def in_file(path: str, *keys: str | int, to: Any) -> Change:
    """One value of a JSON document becomes another; None takes it away."""

    def change(files: Files) -> None:
        document = json.loads(files[path])
        holder = document
        for key in keys[:-1]:
            holder = holder[key]
        if to is None:
            del holder[keys[-1]]
        else:
            holder[keys[-1]] = to
        files[path] = json.dumps(document).encode()

    return change


def manifest(*keys: str | int, to: Any) -> Change:
    return in_file("manifest.json", *keys, to=to)


def english(*keys: str, to: Any) -> Change:
    return in_file("translations/en.json", "app", *keys, to=to)


def without(path: str) -> Change:
    return lambda files: files.__delitem__(path)


def put(path: str, content: bytes = b"") -> Change:
    return lambda files: files.__setitem__(path, content)


def parameters(*listed: Any) -> Change:
    """These parameters, with labels, so that nothing else is wrong with them."""
    labels = {str(one.get("name")): {"label": "A label"} for one in listed if isinstance(one, dict)}

    def change(files: Files) -> None:
        manifest("parameters", to=list(listed))(files)
        for locale in ("en", "ar", "fa"):
            in_file(f"translations/{locale}.json", "app", "parameters", to=labels)(files)

    return change


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)


SIDEBAR = ("location", "support", "ticket_sidebar")
NEEDS_URL = "must be https (or http://localhost), or a file under assets/"
BROKEN: list[tuple[Change, str]] = [
    (without("manifest.json"), "manifest.json: is missing"),
    (put("manifest.json", b"{"), "manifest.json: is not JSON"),
    (put("manifest.json", b"\xff"), "manifest.json: is not JSON"),
    (put("manifest.json", b"[" * 100_000), "manifest.json: is not JSON (is nested too deeply)"),
    (put("manifest.json", b"[]"), "manifest.json: must be an object"),
    (put("manifest.json", b'{"name": 1, "name": 2}'), "manifest.json: the key name stands twice"),
    (manifest("author", to=None), "manifest.json: author is missing"),
    (manifest("author", to="me"), "manifest.json: author must be an object"),
    (manifest("author", "name", to=7), "manifest.json: author.name must be a text"),
    (manifest("author", "email", to=[]), "manifest.json: author.email must be a text"),
    (manifest("author", "url", to="ftp://x"), "manifest.json: author.url must be an http or https address"),
    (manifest("defaultLocale", to=None), "manifest.json: defaultLocale is missing"),
    (manifest("defaultLocale", to="English"), "manifest.json: defaultLocale must be a language"),
    (manifest("defaultLocale", to="de"), "manifest.json: defaultLocale is de, and there is no"),
    (manifest("frameworkVersion", to=None), "manifest.json: frameworkVersion is missing"),
    (manifest("frameworkVersion", to=2.0), 'manifest.json: frameworkVersion must be "2.0"'),
    (manifest("signedUrls", to=None), "manifest.json: signedUrls must be true: without it nobody vouches"),
    (manifest("singleInstall", to="true"), "manifest.json: singleInstall must be true or false"),
    (manifest("private", to=0), "manifest.json: private must be true or false"),
    (manifest("noTemplate", to=True), "manifest.json: noTemplate belongs to a former framework"),
    (
        manifest("requirementsOnly", to=True),
        "manifest.json: requirementsOnly must not stand beside a location",
    ),
    (manifest("marketingOnly", to=True), "manifest.json: marketingOnly must not stand beside a location"),
    (
        manifest("domainWhitelist", to="app.example.com"),
        "manifest.json: domainWhitelist must be a list of texts",
    ),
    (manifest("location", to=[]), "manifest.json: location must be an object"),
    (manifest("location", "support", to=[]), "manifest.json: location.support must be an object"),
    (manifest("location", "chat", to={}), "manifest.json: location.chat is not where tickets are"),
    (
        manifest("location", "support", "attic", to="https://x"),
        "manifest.json: location.support.attic is no pl",
    ),
    (
        manifest("location", "support", "nav_bar", to="https://x"),
        "manifest.json: location.support.nav_bar needs",
    ),
    (
        manifest(*SIDEBAR, "flexible", to="yes"),
        f"manifest.json: {'.'.join(SIDEBAR)}.flexible must be true or false",
    ),
    (manifest(*SIDEBAR, "url", to=None), f"manifest.json: {'.'.join(SIDEBAR)} needs a url"),
    (
        manifest(*SIDEBAR, "url", to="http://app.example.com"),
        f"manifest.json: {'.'.join(SIDEBAR)}.url {NEEDS_URL}",
    ),
    (
        manifest(*SIDEBAR, "url", to="http://127.0.0.1:8000"),
        f"manifest.json: {'.'.join(SIDEBAR)}.url {NEEDS_URL}",
    ),
    (manifest(*SIDEBAR, "url", to="assets/none.html"), f"manifest.json: {'.'.join(SIDEBAR)}.url {NEEDS_URL}"),
    (manifest("location", "support", to={}), "manifest.json: location.support.ticket_sidebar is missing"),
    (manifest("parameters", to={}), "manifest.json: parameters must be a list of objects"),
    (parameters({"name": "name"}), "manifest.json: parameters[0].name must be a name of its own"),
    (parameters({"name": "a"}, {"name": "a"}), "manifest.json: parameters: the name a stands twice"),
    (parameters({"name": "a", "type": "password"}), "manifest.json: parameters[0].type must be one of"),
    (parameters({"name": "a", "required": 1}), "manifest.json: parameters[0].required must be true or false"),
    (parameters({"name": "a", "secure": "no"}), "manifest.json: parameters[0].secure must be true or false"),
    (
        parameters({"name": "a", "type": "hidden", "required": True}),
        "manifest.json: parameters[0].required must not be true",
    ),
    (parameters({"name": "a", "type": "oauth"}), "manifest.json: parameters: one of type oauth needs oauth"),
    (manifest("parameters", to=[{"name": "a"}]), "translations/ar.json: app.parameters.a.label is missing"),
    (english("name", to=None), "translations/en.json: app.name is missing"),
    (english("name", to="Marginalia for Zendesk"), "translations/en.json: app.name must not hold Zendesk's"),
    (english("short_description", to=" "), "translations/en.json: app.short_description is missing"),
    (english("long_description", to=None), "translations/en.json: app.long_description is missing"),
    (
        english("installation_instructions", to=7),
        "translations/en.json: app.installation_instructions is missing",
    ),
    (put("translations/en.json", b'{"app": []}'), "translations/en.json: app must be an object"),
    (put("translations/fa.json", b"{"), "translations/fa.json: is not JSON"),
    (put("translations/English.json", b"{}"), "translations/English.json: must be named after its language"),
    (put("translations/en.txt"), "translations/en.txt: must be named after its language"),
    (without("assets/logo.png"), "assets/logo.png: is missing"),
    (put("assets/logo.png", png(128, 128)), "assets/logo.png: must be a PNG of 320 × 320 pixels"),
    (put("assets/logo-small.png", png(320, 320)), "assets/logo-small.png: must be a PNG of 128 × 128 pixels"),
    (put("assets/logo-small.png", b"GIF89a"), "assets/logo-small.png: must be a PNG"),
    (
        put("assets/banner.png", png(10, 10)),
        "assets/banner.png: must be a PNG of 830 × 200 or 1660 × 400 pixels",
    ),
    (put("assets/manual.PDF"), "assets/manual.PDF: Zendesk takes no file of this kind"),
    (put("../outside.js"), "../outside.js: must lie inside the package"),
    (put("assets\\x.js"), "assets\\x.js: must lie inside the package"),
]


def broken(change: Change) -> list[str]:
    files = package()
    change(files)
    return list(problems(files))


@pytest.mark.parametrize("private", [False, True], ids=["for all", "for one account"])
def test_our_package_breaks_no_rule(private: bool) -> None:
    assert list(problems(package(private))) == []


@pytest.mark.parametrize(("change", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_every_rule_that_is_broken_is_said(change: Change, said: str) -> None:
    first, *_ = broken(change)
    assert first.startswith(said)


@pytest.mark.parametrize(
    "change",
    [
        manifest(*SIDEBAR, to="https://app.example.com/sidebar"),
        manifest(*SIDEBAR, "url", to="http://localhost:8000/sidebar"),
        put("assets/banner.png", png(830, 200)),
        put("assets/icon_nav_bar.svg", b"<svg/>"),
        parameters({"name": "a", "type": "number", "required": True}),
        manifest("author", "email", to="ana@shop.example"),
    ],
    ids=["a bare url", "localhost", "a banner", "an icon", "a parameter", "an address"],
)
def test_what_is_allowed_besides_is_not_refused(change: Change) -> None:
    assert broken(change) == []


def test_all_that_is_wrong_is_said_at_once() -> None:
    files = package()
    for change in (without("assets/logo.png"), manifest("author", to=None), english("name", to=None)):
        change(files)
    assert len(list(problems(files))) == 3


def test_a_private_app_needs_its_name_alone() -> None:
    files = package(private=True)
    english("long_description", to=None)(files)
    assert list(problems(files)) == []


def test_the_sidebar_is_at_this_installations_address_and_signed() -> None:
    made = json.loads(package()["manifest.json"])
    assert made["location"]["support"] == {
        "ticket_sidebar": {"url": "https://app.example.com/sidebar/zendesk", "flexible": True}
    }
    assert (made["signedUrls"], made["version"], made["private"]) == (True, "1.2.3", False)


def test_who_answers_questions_stands_in_it_when_said() -> None:
    contents = made_for(template("zendesk", "https://app.example.com", "1"), True, "help@shop.example")
    assert json.loads(contents["manifest.json"])["author"]["email"] == "help@shop.example"
    assert "email" not in json.loads(package()["manifest.json"])["author"]


@pytest.mark.parametrize("locale", ["ar", "fa"])
def test_every_language_has_every_text(locale: str) -> None:
    files = package()
    texts = json.loads(files[f"translations/{locale}.json"])["app"]
    assert texts.keys() == json.loads(files["translations/en.json"])["app"].keys()
