"""Users with their tags, and groups."""

from typing import Any

from flask import Blueprint, request

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, caller, paged, root, sent, sent_record, wanted_ids
from sandbox.zendesk.edit import normal_tags
from sandbox.zendesk.errors import invalid
from sandbox.zendesk.records import Json, User
from sandbox.zendesk.writes import combined

blueprint = Blueprint("zendesk_people", __name__)


@blueprint.get("/users")
@blueprint.get("/users.json")
def users() -> Json:
    """Everybody who was not deleted, or those with `role=` or one of several `role[]=`."""
    wanted = {*request.args.getlist("role"), *request.args.getlist("role[]")}
    found = [
        one for one in list(account().users.values()) if one.active and (not wanted or one.role in wanted)
    ]
    return paged("users", [_user(one) for one in found])


@blueprint.get("/users/me")
@blueprint.get("/users/me.json")
def me() -> Json:
    """Whose token this is."""
    return {"user": _user(caller())}


@blueprint.get("/users/<int:user_id>")
@blueprint.get("/users/<int:user_id>.json")
def show(user_id: int) -> Json:
    """One person."""
    return {"user": _user(account().user(user_id))}


@blueprint.get("/users/show_many")
def show_many() -> Json:
    """The people with these ids; the unknown are left out."""
    known = account().users
    found = [_user(known[one]) for one in wanted_ids() if one in known]
    return {"users": found, "count": len(found), "next_page": None, "previous_page": None}


@blueprint.get("/users/search")
def search() -> Json:
    """People by `query=email:…` (whole address), by a part of name or address, or by `external_id`."""
    everybody = list(account().users.values())
    return paged("users", [_user(one) for one in everybody if _fits(one)])


@blueprint.post("/users/create_or_update")
def create_or_update() -> tuple[Any, ...]:
    """The customer with this e-mail address or external id, made or changed."""
    body = sent_record("user")
    with account().lock:
        known = _known(body)
        if known is None:
            made = account().add_user(_name(body), body.get("email"), external_id=body.get("external_id"))
            return {"user": _user(made)}, 201
        plain = {name: body[name] for name in ("name", "external_id") if name in body}
        fields = {**known.user_fields, **(body.get("user_fields") or {})}
        return {"user": _user(account().change_user(known, user_fields=fields, **plain))}, 200


@blueprint.get("/users/<int:user_id>/tags")
def tags(user_id: int) -> Json:
    """The tags alone."""
    return {"tags": list(account().user(user_id).tags)}


@blueprint.put("/users/<int:user_id>/tags")
def add_tags(user_id: int) -> Json:
    """Add tags."""
    return _tagged(user_id, "add")


@blueprint.post("/users/<int:user_id>/tags")
def set_tags(user_id: int) -> tuple[Any, ...]:
    """Set tags: those that are not named go."""
    return _tagged(user_id, "set"), 201


@blueprint.delete("/users/<int:user_id>/tags")
def remove_tags(user_id: int) -> tuple[Any, ...]:
    """Remove tags."""
    _tagged(user_id, "remove")
    return "", 204


@blueprint.get("/groups")
@blueprint.get("/groups/assignable")
def groups() -> Json:
    """All groups; all of them can be assigned to."""
    return paged("groups", [rendering.group(one, root()) for one in list(account().groups.values())])


@blueprint.get("/group_memberships")
def memberships() -> Json:
    """Which agent is in which group."""
    found = [
        {
            "id": user.id * 10 + number,
            "user_id": user.id,
            "group_id": group_id,
            "default": number == 0,
        }
        for user in account().staff()
        for number, group_id in enumerate(user.group_ids)
    ]
    return paged("group_memberships", found)


def _tagged(user_id: int, how: str) -> Json:
    given = [str(tag) for tag in sent().get("tags") or []]
    with account().lock:
        found = account().user(user_id)
        changed = account().change_user(found, tags=normal_tags(combined(found.tags, given, how)))
    return {"tags": list(changed.tags)}


def _fits(user: User) -> bool:
    external_id, query = request.args.get("external_id"), request.args.get("query", "").strip().lower()
    if external_id is not None:
        return user.external_id == external_id
    email = (user.email or "").lower()
    if query.startswith("email:"):
        return email == query.removeprefix("email:").strip('"')
    return query in user.name.lower() or query in email


def _known(body: Json) -> User | None:
    if body.get("email"):
        return account().user_by_email(str(body["email"]))
    wanted = body.get("external_id")
    everybody = list(account().users.values())
    return next((one for one in everybody if wanted is not None and one.external_id == wanted), None)


def _name(body: Json) -> str:
    if not body.get("name"):
        raise invalid("name", "Name: is too short (minimum one character)", "BlankValue")
    return str(body["name"])


def _user(one: User) -> Json:
    return rendering.user(one, root())
