"""The page where an agent lets an app know who they are, or does not; back to the app with a code or an error."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request

from sandbox.headers import policy
from sandbox.zendesk.api.call import account
from sandbox.zendesk.oauth import CODE_SECONDS, Code
from sandbox.zendesk.records import User

blueprint = Blueprint("zendesk_consent", __name__)
ASKED = (
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


@blueprint.get("/oauth/authorizations/new")
def consent() -> Any:
    """The page that asks."""
    given = request.args.to_dict()
    problem = _problem(given)
    if problem:
        return problem, 400
    page = render_template("zendesk/consent.html", given=given, asked=ASKED, users=_people())
    parts = urlsplit(given["redirect_uri"])
    return page, 200, {"Content-Security-Policy": policy(f"{parts.scheme}://{parts.netloc}")}


@blueprint.post("/oauth/authorizations/new")
def answer() -> Any:
    """Back to the app, with its `state` as it was."""
    given = request.form.to_dict()
    problem = _problem(given)
    if problem:
        return problem, 400
    told = {**_answered(given), "state": given.get("state", "")}
    joined = "&" if urlsplit(given["redirect_uri"]).query else "?"
    return redirect(f"{given['redirect_uri']}{joined}{urlencode(told)}", 302)


def _answered(given: dict[str, str]) -> dict[str, str]:
    if given.get("answer") == "no":
        return {
            "error": "access_denied",
            "error_description": "The end-user or authorization server denied the request.",
        }
    code = Code(
        _chosen(given.get("user", "")),
        given["client_id"],
        tuple((given.get("scope") or "read").split()),
        given["redirect_uri"],
        given.get("code_challenge") or None,
        account().now() + timedelta(seconds=CODE_SECONDS),
    )
    made = secrets.token_urlsafe(24)
    account().tokens.codes[made] = code
    return {"code": made}


def _chosen(user: str) -> int:
    """Who sits at this browser: whoever was chosen, else an admin."""
    known = {str(one.id): one.id for one in _people()}
    return known.get(user, _people()[0].id)


def _people() -> list[User]:
    """Everybody with an account, those of the shop first: its customers can sign in there too."""
    order = ("admin", "agent", "end-user")
    return sorted(account().users.values(), key=lambda one: order.index(one.role))


def _problem(given: dict[str, str]) -> str | None:
    if given.get("client_id") not in account().tokens.clients:
        return "There is no such client."
    if given.get("response_type") != "code" or not given.get("redirect_uri"):
        return "The client asks for no code, or does not say where it goes."
    if given.get("code_challenge") and given.get("code_challenge_method") != "S256":
        return "Only S256 is taken."
    return None
