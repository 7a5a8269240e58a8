"""Where in Zendesk an app may appear, and what is shown there.

https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/#location
"""

from collections.abc import Iterator
from typing import Any, Final

from plugin.packages import Files, may_be_framed

HOST: Final = "support"
PLACES: Final = frozenset(
    {
        "top_bar",
        "nav_bar",
        "ticket_sidebar",
        "new_ticket_sidebar",
        "user_sidebar",
        "organization_sidebar",
        "background",
        "modal",
        "ticket_editor",
        "system_top_bar",
    }
)
WITH_ICON: Final = frozenset({"top_bar", "nav_bar", "ticket_editor"})
SWITCHES: Final = ("autoLoad", "autoHide", "flexible", "signed")
OURS: Final = "ticket_sidebar"


def location_problems(location: Any, contents: Files) -> Iterator[str]:
    """What is wrong with `location`."""
    if not isinstance(location, dict):
        yield "location must be an object"
        return
    yield from (f"location.{host} is not where tickets are" for host in location if host != HOST)
    places = location.get(HOST, {})
    if not isinstance(places, dict):
        yield f"location.{HOST} must be an object"
        return
    for place, shown in places.items():
        yield from (f"location.{HOST}.{place}{said}" for said in _place_problems(place, shown, contents))
    if OURS not in places:
        yield f"location.{HOST}.{OURS} is missing: it is where our panel stands"


def _place_problems(place: str, shown: Any, contents: Files) -> Iterator[str]:
    if place not in PLACES:
        yield " is no place there"
    if place in WITH_ICON and f"assets/icon_{place}.svg" not in contents:
        yield f" needs assets/icon_{place}.svg"
    details = shown if isinstance(shown, dict) else {"url": shown}
    for name in SWITCHES:
        if not isinstance(details.get(name, True), bool):
            yield f".{name} must be true or false"
    url = details.get("url")
    if not isinstance(url, str) or not url:
        yield " needs a url"
    elif not _is_shown(url, contents):
        yield ".url must be https (or http://localhost), or a file under assets/"


def _is_shown(url: str, contents: Files) -> bool:
    return may_be_framed(url) or (url.startswith("assets/") and url.partition("?")[0] in contents)
