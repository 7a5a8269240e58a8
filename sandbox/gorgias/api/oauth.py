"""OAuth of an app: somebody agrees, a code is fetched for tokens, and a refresh token gives new ones for ever."""

import base64
import binascii
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, jsonify, redirect, render_template, request

from sandbox.gorgias.api.call import account
from sandbox.gorgias.records import ADMIN, Json, User
from sandbox.gorgias.tokens import Grant, Token
from sandbox.headers import policy

blueprint = Blueprint("gorgias_oauth", __name__)


@blueprint.get("/oauth/authorize")
def consent() -> Any:
    """The page that asks whether this app may come in."""
    given = request.args.to_dict()
    problem = _problem(given)
    if problem:
        return problem, 400
    page = render_template(
        "gorgias/consent.html", given=given, scopes=given.get("scope", "").split(), users=_people()
    )
    parts = urlsplit(given["redirect_uri"])
    return page, 200, {"Content-Security-Policy": policy(f"{parts.scheme}://{parts.netloc}")}


@blueprint.post("/oauth/authorize")
def agree() -> Any:
    """Somebody agrees, or does not: back to the app with a code or an error, and with its `state` as it was."""
    given = request.form.to_dict()
    problem = _problem(given)
    if problem:
        return problem, 400
    answer = {**_answered(given), "state": given.get("state", "")}
    joined = "&" if urlsplit(given["redirect_uri"]).query else "?"
    return redirect(f"{given['redirect_uri']}{joined}{urlencode(answer)}", 302)


def _answered(given: dict[str, str]) -> dict[str, str]:
    if given.get("answer") == "no":
        return {"error": "access_denied", "error_description": "The user did not agree"}
    scopes = tuple(given.get("scope", "").split())
    who = _chosen(given.get("user", ""))
    grant = Grant(who, given["client_id"], scopes, given["redirect_uri"], given.get("nonce", ""))
    return {"code": account().access.code(grant)}


def _chosen(user: str) -> int:
    """Who sits at this browser: whoever was chosen, else an admin."""
    known = {str(one.id): one.id for one in _people()}
    return known.get(user, _people()[0].id)


def _people() -> list[User]:
    """Everybody who can sit at a browser, admins first."""
    people = [one for one in list(account().users.values()) if one.role != "bot"]
    return sorted(people, key=lambda one: one.role != ADMIN)


@blueprint.post("/oauth/token")
def token() -> Any:
    """`authorization_code`, once, and `refresh_token`, ever again; `expires_in` is 0, as the vendor's sample has it."""
    client_id, form, access = _client(), request.form, account().access
    if client_id is None:
        return jsonify({"error": "invalid_client"}), 401
    with account().lock:
        if form.get("grant_type") == "authorization_code":
            grant = access.codes.pop(form.get("code", ""), None)
            fits = grant is not None and grant.redirect_uri == form.get("redirect_uri")
            refresh = None
        elif form.get("grant_type") == "refresh_token":
            refresh = form.get("refresh_token", "")
            grant = access.refreshable.get(refresh)
            fits = grant is not None
        else:
            return jsonify({"error": "unsupported_grant_type"}), 400
        if grant is None or not fits or grant.client_id != client_id:
            return jsonify({"error": "invalid_grant"}), 400
        made = access.issue(grant, account().now(), refresh)
    email = account().users[grant.user_id].email
    who = account().access.id_token(grant, email, account().now()) if "openid" in grant.scopes else None
    return jsonify(_told(made, refresh is None, who))


@blueprint.post("/oauth/revoke")
def revoke() -> Any:
    """The refresh token gives nothing any more."""
    if _client() is None:
        return jsonify({"error": "invalid_client"}), 401
    account().access.revoke(request.form.get("token", ""))
    return jsonify({})


def _told(made: Token, first: bool, who: str | None) -> Json:
    """A refresh brings no new refresh token, and there is none for an app that did not ask for it."""
    answer: Json = {"access_token": made.access}
    if first and "offline" in made.scopes:
        answer["refresh_token"] = made.refresh
    if first and who is not None:
        answer["id_token"] = who
    return {**answer, "expires_in": 0, "scope": " ".join(made.scopes), "token_type": "Bearer"}


def _client() -> str | None:
    """The app that calls, by HTTP Basic."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    known = account().access.clients.get(client_id)
    return client_id if scheme.lower() == "basic" and known is not None and known == secret else None


def _problem(given: dict[str, str]) -> str | None:
    if given.get("client_id") not in account().access.clients:
        return "There is no such app."
    if given.get("response_type") != "code" or not given.get("redirect_uri"):
        return "The app asks for no code, or does not say where it goes."
    return None
