"""Installing an app: somebody agrees, a code is fetched for a pair of tokens, and each pair is renewed by the next."""

import base64
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, redirect, render_template, request

from sandbox.headers import policy
from sandbox.shopify.api import shop
from sandbox.shopify.records import Json
from sandbox.shopify.tokens import REFRESH_SECONDS, signed_query

blueprint = Blueprint("shopify_oauth", __name__)

NO_REDIRECT = re.compile(r"[\x00-\x20]")


@blueprint.get("/admin/oauth/authorize")
def consent() -> Any:
    """The page that asks whether this app may come in."""
    given = request.args.to_dict()
    if not _fits(given):
        return "There is no such app, or it does not say where it goes.", 400
    parts = urlsplit(given["redirect_uri"])
    page = render_template("shopify/consent.html", shop=shop(), given=given)
    return page, 200, {"Content-Security-Policy": policy(f"{parts.scheme}://{parts.netloc}")}


@blueprint.post("/admin/oauth/authorize")
def agree() -> Any:
    """The merchant agrees: back to the app with a code, and a query that is signed."""
    given = request.form.to_dict()
    if not _fits(given):
        return "There is no such app, or it does not say where it goes.", 400
    answer = {
        "code": shop().access.code(),
        "host": base64.b64encode(f"{shop().domain}/admin".encode()).decode(),
        "shop": shop().domain,
        "state": given.get("state", ""),
        "timestamp": str(int(shop().now().timestamp())),
    }
    return redirect(f"{given['redirect_uri']}?{signed_query(shop().access.secret, answer)}", 302)


@blueprint.post("/admin/oauth/access_token")
def tokens() -> Any:
    """A pair for a code, or for the refresh token of the pair before."""
    given: Json = request.get_json(silent=True) or request.form.to_dict()
    access = shop().access
    if (given.get("client_id"), given.get("client_secret")) != (access.client_id, access.secret):
        return jsonify({"error": "invalid_client"}), 401
    with shop().lock:
        if given.get("grant_type") == "refresh_token":
            made = access.renew(str(given.get("refresh_token")), shop().now())
        else:
            known = given.get("code") in access.codes
            access.codes.discard(str(given.get("code")))
            made = access.issue(shop().now()) if known else None
    if made is None:
        return jsonify(
            {"error": "invalid_request", "error_description": "The token or code is not valid"}
        ), 400
    return jsonify(
        {
            "access_token": made.access,
            "scope": ",".join(sorted(shop().scopes)),
            "expires_in": int(access.lives),
            "refresh_token": made.refresh,
            "refresh_token_expires_in": REFRESH_SECONDS,
        }
    )


def _fits(given: dict[str, str]) -> bool:
    back = given.get("redirect_uri", "")
    parts = urlsplit(back)
    plain = parts.scheme in {"http", "https"} and bool(parts.netloc) and not NO_REDIRECT.search(back)
    return given.get("client_id") == shop().access.client_id and plain
