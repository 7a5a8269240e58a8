"""All stand-ins in one application: each vendor installs its own paths."""

from flask import Flask, Response, request

from sandbox import faults, zendesk
from sandbox.zendesk.state import Account

FAULTY = ("/api/", "/oauth/")
"""Where faults may befall a call: the vendors' own paths, never the pages or the surface for tests."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(zendesk_account: Account) -> Flask:
    """The stand-ins over what they hold. Another vendor is another argument and another `install`."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # documents keep the order they were written in
    zendesk.install(app, zendesk_account)
    faults.install(app, FAULTY)
    app.before_request(_refuse_strangers)
    app.after_request(_set_headers)
    return app


def _refuse_strangers() -> tuple[str, int] | None:
    """A form of somebody else's page may not write here."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and origin != request.host_url.rstrip("/"):
        return "This form comes from another site.", 403
    return None


def _set_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
