"""The Flask application: every surface registered, nothing opened or started."""

import structlog
from flask import Flask
from jinja2 import StrictUndefined

from plugin.web import (
    admin,
    api,
    card_buttons,
    headers,
    health,
    language,
    oauth,
    panel_page,
    problems,
    sidebar,
    sidebar_card,
    webhooks,
)
from plugin.web.services import WebServices

LARGEST_FORM = 4 * 1_048_576
"""Bytes of a body that is no webhook: a settings document of a million characters, in any script."""


def create_web(services: WebServices) -> Flask:
    """The application over these services. Opens no connection and starts no thread."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # documents keep the order they were written in
    app.jinja_env.undefined = StrictUndefined  # a slip in a template is an error, not an empty page
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.extensions["marginalia"] = services
    app.before_request(structlog.contextvars.clear_contextvars)  # a thread serves many tenants
    headers.install(app, services.config.public_url)
    language.install(app)
    problems.install(app)
    app.register_blueprint(webhooks.blueprint)
    sidebar.install(app)
    app.register_blueprint(panel_page.blueprint)
    app.register_blueprint(oauth.blueprint)
    app.register_blueprint(sidebar_card.blueprint)
    app.register_blueprint(card_buttons.blueprint)
    app.register_blueprint(health.blueprint)
    api.install(app)
    admin.install(app)
    return app
