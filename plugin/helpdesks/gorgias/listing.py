"""What the form of Gorgias' App Store asks for: names, texts, addresses, scopes; checked before a person copies them.

https://developers.gorgias.com/docs/building-a-high-quality-gorgias-app
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from plugin.packages import BadPackage, Files, Twice, read_json

LISTING: Final = "listing.json"
TESTING: Final = "testing.md"
TEXTS: Final = ("name", "version", "tagline", "description", "app_url", "company_url")
ACCOUNT: Final = "{gorgias_account}"
"""What Gorgias puts the account's name in place of."""
ALONE: Final = frozenset({"openid", "email", "profile", "offline", "statistics:read"})
RESOURCES: Final = frozenset(
    {
        "account",
        "users",
        "customers",
        "tickets",
        "custom_fields",
        "events",
        "integrations",
        "jobs",
        "macros",
        "rules",
        "satisfaction_survey",
        "tags",
        "apps",
    }
)
WHAT_NEXT: Final = (
    "Copy it into the form of the App Store (partners.gorgias.com): no file is uploaded there. In your own account "
    "`marginalia connect gorgias` makes what is needed, without an app."
)
NO_PRIVATE: Final = (
    "Gorgias has no private apps: in your own account `marginalia connect gorgias` is all it needs"
)


def made_for(contents: Files, private: bool, email: str | None) -> Files:
    """The listing with the address of whoever answers questions about it; there is none for one account alone."""
    if private:
        raise BadPackage([NO_PRIVATE])
    if not email:
        return contents
    listing = {**json.loads(contents[LISTING]), "support_email": email}
    text = json.dumps(listing, ensure_ascii=False, indent=2) + "\n"
    return {**contents, LISTING: text.encode()}


def problems(contents: Files) -> Iterator[str]:
    """What a reviewer would send back."""
    if not contents.get(TESTING, b"").strip():
        yield f"{TESTING}: is missing: reviewers ask for it"
    if LISTING not in contents:
        yield f"{LISTING}: is missing"
        return
    try:
        listing = read_json(contents[LISTING])
    except Twice as error:
        yield f"{LISTING}: the key {error} stands twice"
    except ValueError as error:
        yield f"{LISTING}: is not JSON ({error})"
    else:
        said = _listing_problems(listing) if isinstance(listing, dict) else ["must be an object"]
        yield from (f"{LISTING}: {one}" for one in said)


def _listing_problems(listing: Mapping[str, Any]) -> Iterator[str]:
    for key in TEXTS:
        if not (isinstance(listing.get(key), str) and listing[key].strip()):
            yield f"{key} is missing"
    app_url = str(listing.get("app_url", ""))
    if ACCOUNT not in app_url:
        yield f"app_url must hold {ACCOUNT}: it tells us whose account it is"
    redirects = listing.get("redirect_urls")
    if not isinstance(redirects, list) or not redirects:
        yield "redirect_urls must be a list of addresses"
    else:
        yield from (
            f"redirect_urls: {url} must be where app_url is" for url in redirects if not _same(url, app_url)
        )
    yield from _scope_problems(listing.get("oauth_scopes"))


def _same(url: Any, app_url: str) -> bool:
    return isinstance(url, str) and urlsplit(url)[:2] == urlsplit(app_url)[:2]


def _scope_problems(scopes: Any) -> Iterator[str]:
    """Every scope with its reason: reviewers refuse what nobody needs."""
    if not isinstance(scopes, list) or not all(isinstance(one, dict) for one in scopes):
        yield "oauth_scopes must be a list of objects"
        return
    named = [str(one.get("scope")) for one in scopes]
    yield from (f"oauth_scopes: {name} is no scope of Gorgias'" for name in named if not _is_scope(name))
    yield from (f"oauth_scopes: {name} stands twice" for name in sorted(set(named)) if named.count(name) > 1)
    yield from (f"oauth_scopes: {one.get('scope')} has no why" for one in scopes if not one.get("why"))


def _is_scope(name: str) -> bool:
    resource, _, right = name.partition(":")
    return name in ALONE or (resource in RESOURCES and right in {"read", "write"})
