"""Tags of the account."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, paged, sent
from sandbox.gorgias.errors import duplicate, invalid
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Json
from sandbox.gorgias.state import found

blueprint = Blueprint("gorgias_tags", __name__)

ALLOWED = ("name", "description", "decoration")
LONGEST = {"name": 256, "description": 1024}
KEYS = {**CREATED, "name": lambda one: one.name}


@blueprint.get("/tags")
def tags() -> Json:
    """All tags, or those with these letters in their name."""
    search = asked("search").get("search", "").lower()
    wanted = [one for one in list(account().tags.values()) if search in one.name.lower()]
    return paged(wanted, lambda one: rendering.tag(account(), one), KEYS)


@blueprint.post("/tags")
def create() -> tuple[Any, ...]:
    """A new tag; its name must be nobody else's."""
    body = _checked(sent(ALLOWED, ("name",)))
    with account().lock:
        if account().tag_by_name(body["name"]):
            raise duplicate(f"There is a tag {body['name']} already.")
        made = account().add_tag(body["name"], **_more(body))
    return rendering.tag(account(), made), 201


@blueprint.get("/tags/<int:tag_id>")
def show(tag_id: int) -> Json:
    """One tag."""
    return rendering.tag(account(), found(account().tags, tag_id))


@blueprint.put("/tags/<int:tag_id>")
def update(tag_id: int) -> tuple[Any, ...]:
    """Describe or colour it anew; tickets go by its name, which stays."""
    one = found(account().tags, tag_id)
    body = _checked(sent(ALLOWED))
    if body.get("name", one.name) != one.name:
        raise invalid("name", "The stand-in renames no tag.")
    made = account().tags[one.id] = replace(one, **_more(body))
    return rendering.tag(account(), made), 202


def _checked(body: Json) -> Json:
    for name, longest in LONGEST.items():
        if len(str(body.get(name) or "")) > longest:
            raise invalid(name, f"Longer than maximum length {longest}.")
    return body


def _more(body: Json) -> Json:
    color = (body.get("decoration") or {}).get("color")
    made: Json = {"description": body["description"]} if "description" in body else {}
    return {**made, "color": color} if color else made
