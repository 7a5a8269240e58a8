"""All stand-ins in one application and under one address: each vendor installs its own paths."""

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox import faults, gorgias, shopify, zendesk
from sandbox.gorgias.seed import new_account as new_gorgias
from sandbox.gorgias.state import Account as GorgiasAccount
from sandbox.headers import policy
from sandbox.shopify.seed import seeded_shop
from sandbox.shopify.state import Shop
from sandbox.zendesk.state import Account

VENDORS = {
    **dict.fromkeys(zendesk.PREFIXES, "zendesk"),
    **dict.fromkeys(gorgias.PREFIXES, "gorgias"),
    **dict.fromkeys(shopify.PREFIXES, "shopify"),
}
"""Prefix → whose path it is: where faults may befall a call. Pages and the surface for tests are nobody's."""
NO_SUCH_PATH: dict[str, Callable[[], Response]] = {
    "zendesk": zendesk.api.no_such_path,
    "gorgias": gorgias.api.no_such_path,
    "shopify": shopify.api.no_such_path,
}


def create_app(
    zendesk_account: Account, shop: Shop | None = None, gorgias_account: GorgiasAccount | None = None
) -> Flask:
    """The stand-ins over what they hold. Another vendor is another argument and another `install`."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # documents keep the order they were written in
    zendesk.install(app, zendesk_account)
    gorgias.install(app, gorgias_account or new_gorgias())
    shopify.install(app, shop or seeded_shop())
    faults.install(app, VENDORS)
    app.register_error_handler(404, _no_such_path)
    app.register_error_handler(405, _no_such_path)
    app.before_request(_refuse_strangers)
    app.after_request(_set_headers)
    return app


def _no_such_path(error: HTTPException) -> Response:
    """A vendor's own 404 below its paths; elsewhere the framework's."""
    vendor = faults.vendor_of(request.path, VENDORS)
    if vendor is not None:
        return NO_SUCH_PATH[vendor]()
    return Response(error.get_response().get_data(), error.code, content_type="text/html; charset=utf-8")


def _refuse_strangers() -> tuple[str, int] | None:
    """A form of somebody else's page may not write here."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and origin != request.host_url.rstrip("/"):
        return "This form comes from another site.", 403
    return None


def _set_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
