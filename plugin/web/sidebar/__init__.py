"""The sidebar: its shell in the helpdesk's frame, the panel of a ticket, and what agents do there."""

from flask import Flask

from plugin.web import sidebar_words
from plugin.web.sidebar import deeds, panel, shell


def install(app: Flask) -> None:
    """Serve all of it."""
    sidebar_words.install(app)
    shell.install(app)
    panel.install(app)
    app.register_blueprint(deeds.blueprint)
