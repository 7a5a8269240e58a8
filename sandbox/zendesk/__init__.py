"""A stand-in Zendesk: tickets in memory, the Support API, signed webhooks, and pages that a person can click."""

from flask import Flask

from sandbox.zendesk import api, app_control, consent, control, pages, tray
from sandbox.zendesk.state import Account

EXTENSION = "zendesk"
PREFIXES = ("/api/v2/", "/oauth/tokens", "/oauth/authorizations/")
"""The vendor's own paths."""


def install(app: Flask, account: Account) -> None:
    """Serve this account: its API, its pages, and the surface for tests."""
    app.extensions[EXTENSION] = account
    api.install(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(tray.blueprint)
    app.register_blueprint(consent.blueprint)
    app.register_blueprint(control.blueprint)
    app.register_blueprint(app_control.blueprint)
