"""The account itself, its users, its teams, its views."""

from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, caller, paged, sent
from sandbox.gorgias.records import Json, View, stamp
from sandbox.gorgias.state import found

blueprint = Blueprint("gorgias_people", __name__)

FOUNDED = "2024-03-01T09:00:00.000000+00:00"


@blueprint.get("/account")
def show_account() -> Json:
    """Whose account this is, and that it lives."""
    return {
        "domain": account().domain,
        "status": {"status": "active"},
        "created_datetime": FOUNDED,
        "deactivated_datetime": None,
        "settings": [],
    }


@blueprint.get("/users")
def users() -> Json:
    """Everybody of the shop."""
    args = asked("email", "search", "roles", "external_id")
    wanted = [
        one
        for one in list(account().users.values())
        if args.get("email", one.email).lower() == one.email.lower()
        and args.get("search", "").lower() in f"{one.name} {one.email}".lower()
    ]
    return paged(wanted, rendering.user)


@blueprint.get("/users/<int:user_id>")
def show_user(user_id: int) -> Json:
    """One of them; 0 is the caller."""
    return rendering.user(found(account().users, user_id) if user_id else caller())


@blueprint.get("/teams")
def teams() -> Json:
    """All teams."""
    asked()
    return paged(list(account().teams.values()), lambda one: rendering.team(account(), one))


@blueprint.get("/teams/<int:team_id>")
def show_team(team_id: int) -> Json:
    """One team."""
    return rendering.team(account(), found(account().teams, team_id))


@blueprint.get("/views")
def views() -> Json:
    """Saved lists. The stand-in keeps them and reads no filter."""
    asked()
    return paged(list(account().views.values()), rendering.view)


@blueprint.post("/views")
def create_view() -> tuple[Any, ...]:
    """A new saved list."""
    body = sent({"name", "filters", "visibility", "type", "fields", "order_by", "order_dir"}, ("name",))
    made = View(
        account().next_id("view"),
        str(body["name"]),
        str(body.get("filters") or ""),
        str(body.get("visibility") or "public"),
        account().now(),
    )
    account().views[made.id] = made
    return {**rendering.view(made), "updated_datetime": stamp(made.created_at)}, 201


@blueprint.get("/views/<int:view_id>")
def show_view(view_id: int) -> Json:
    """One saved list."""
    return rendering.view(found(account().views, view_id))
