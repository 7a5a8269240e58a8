"""Widgets: cards of the sidebar, each a template over the data of one integration."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, admin, asked, number, paged, sent
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Json, Widget
from sandbox.gorgias.state import found

blueprint = Blueprint("gorgias_widgets", __name__)

ALLOWED = (
    "type",
    "context",
    "integration_id",
    "app_id",
    "order",
    "template",
    "deactivated_datetime",
    "source_path",
)
KINDS = ("http", "custom", "customer_external_data", "standalone", "shopify")
CONTEXTS = ("ticket", "customer", "user")
KEYS = {**CREATED, "order": lambda one: one.order}


@blueprint.get("/widgets")
def widgets() -> Json:
    """All cards, or those over one integration."""
    asked("integration_id", "app_id")
    wanted = number("integration_id")
    found_ = [one for one in list(account().widgets.values()) if wanted in {None, one.integration_id}]
    return paged(found_, rendering.widget, KEYS)


@blueprint.post("/widgets")
def create() -> tuple[Any, ...]:
    """A new card."""
    admin()
    body, at = sent(ALLOWED, ("type", "template")), account().now()
    with account().lock:
        made = _kept(_of(Widget(account().next_id("widget"), "", "", {}, at, at), body))
    return rendering.widget(made), 201


@blueprint.get("/widgets/<int:widget_id>")
def show(widget_id: int) -> Json:
    """One card."""
    return rendering.widget(found(account().widgets, widget_id))


@blueprint.put("/widgets/<int:widget_id>")
def update(widget_id: int) -> tuple[Any, ...]:
    """Replace a card: what is not named goes back to what it is without."""
    admin()
    body = sent(ALLOWED, ("type", "template"))
    with account().lock:
        one = found(account().widgets, widget_id)
        made = _kept(replace(_of(one, body), updated_at=account().now()))
    return rendering.widget(made), 202


@blueprint.delete("/widgets/<int:widget_id>")
def delete(widget_id: int) -> tuple[Any, ...]:
    """Take a card away."""
    admin()
    with account().lock:
        del account().widgets[found(account().widgets, widget_id).id]
    return "", 204


def _of(one: Widget, body: Json) -> Widget:
    return replace(
        one,
        type=str(body["type"]),
        context=str(body.get("context") or CONTEXTS[0]),
        template=body["template"],
        integration_id=body.get("integration_id"),
        app_id=body.get("app_id"),
        order=int(body.get("order") or 0),
    )


def _kept(one: Widget) -> Widget:
    if one.type not in KINDS:
        raise invalid("type", f"Must be one of {', '.join(KINDS)}.")
    if one.context not in CONTEXTS:
        raise invalid("context", f"Must be one of {', '.join(CONTEXTS)}.")
    if one.type == "http" and one.integration_id not in account().integrations:
        raise invalid("integration_id", "There is no such HTTP integration.")
    if one.type != "http" and one.integration_id is not None:
        raise invalid("integration_id", "Only a widget of type http has one.")
    if not isinstance(one.template, dict) or one.template.get("type") != "wrapper":
        raise invalid("template", "The root must be a wrapper.")
    account().widgets[one.id] = one
    return one
