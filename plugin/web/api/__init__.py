"""The JSON API: one file per resource, each with its own blueprint; contract §5."""

from flask import Flask

from plugin.web.api import deliveries, docs, effects, openapi, settings, tickets

BLUEPRINTS = (
    deliveries.blueprint,
    effects.blueprint,
    tickets.blueprint,
    settings.blueprint,
    openapi.blueprint,
    docs.blueprint,
)


def install(app: Flask) -> None:
    """Serve every resource."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
