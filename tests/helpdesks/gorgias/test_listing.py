"""The listing of the App Store: what a reviewer would send back is said before a person copies it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugin.helpdesks.gorgias.listing import problems
from plugin.helpdesks.gorgias.sign_in import SCOPE
from plugin.packages import template

Files = dict[str, bytes]
Change = Callable[[Files], None]
KNOWN = Path(__file__).parents[4] / "shared" / "platforms" / "gorgias" / "enums.json"


def package() -> Files:
    return template("gorgias", "https://app.example.com", "1.2.3")


def listing(key: str, to: Any) -> Change:
    """A key of the listing becomes something else; None takes it away."""

    def change(files: Files) -> None:
        document = json.loads(files["listing.json"]) | {key: to}
        if to is None:
            del document[key]
        files["listing.json"] = json.dumps(document).encode()

    return change


def put(path: str, content: bytes) -> Change:
    return lambda files: files.__setitem__(path, content)


def scopes(*named: dict[str, Any]) -> Change:
    return listing("oauth_scopes", list(named))


BROKEN: list[tuple[Change, str]] = [
    (lambda files: files.__delitem__("listing.json"), "listing.json: is missing"),
    (put("listing.json", b"{"), "listing.json: is not JSON"),
    (put("listing.json", b"[]"), "listing.json: must be an object"),
    (put("listing.json", b'{"name": 1, "name": 1}'), "listing.json: the key name stands twice"),
    (put("testing.md", b" \n"), "testing.md: is missing"),
    (listing("name", None), "listing.json: name is missing"),
    (listing("tagline", " "), "listing.json: tagline is missing"),
    (listing("description", 7), "listing.json: description is missing"),
    (
        listing("app_url", "https://app.example.com/install/gorgias"),
        "listing.json: app_url must hold {gorgias_acc",
    ),
    (listing("redirect_urls", []), "listing.json: redirect_urls must be a list of addresses"),
    (
        listing("redirect_urls", ["https://x.example/"]),
        "listing.json: redirect_urls: https://x.example/ must be",
    ),
    (listing("oauth_scopes", ["openid"]), "listing.json: oauth_scopes must be a list of objects"),
    (scopes({"scope": "write:all", "why": "x"}), "listing.json: oauth_scopes: write:all is no scope"),
    (scopes({"scope": "tickets:read"}), "listing.json: oauth_scopes: tickets:read has no why"),
    (
        scopes({"scope": "openid", "why": "x"}, {"scope": "openid", "why": "y"}),
        "listing.json: oauth_scopes: openid stands twice",
    ),
]


def scopes_asked_for() -> list[str]:
    return [one["scope"] for one in json.loads(package()["listing.json"])["oauth_scopes"]]


def test_our_listing_breaks_no_rule() -> None:
    assert list(problems(package())) == []


@pytest.mark.parametrize(("change", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_every_rule_that_is_broken_is_said(change: Change, said: str) -> None:
    files = package()
    change(files)
    (only,) = problems(files)
    assert only.startswith(said)


def test_addresses_are_this_installations() -> None:
    made = json.loads(package()["listing.json"])
    assert made["app_url"] == "https://app.example.com/install/gorgias?account={gorgias_account}"
    assert made["redirect_urls"] == ["https://app.example.com/oauth/gorgias/callback"]


def test_reviewers_are_told_where_to_test() -> None:
    assert "version 1.2.3, at https://app.example.com." in package()["testing.md"].decode()


def test_what_agents_sign_in_with_is_among_the_scopes() -> None:
    assert set(SCOPE.split()) <= set(scopes_asked_for())


@pytest.mark.skipif(not KNOWN.exists(), reason="the vendor's list of scopes is not beside the project")
def test_every_scope_is_one_of_the_vendors_list() -> None:
    known = json.loads(KNOWN.read_text(encoding="utf-8"))["oauth_scopes"]
    assert set(scopes_asked_for()) <= set(known)
