"""The JSON API: one file per resource, each with its own blueprint; contract §5."""

from flask import Flask

from plugin.web.api import (
    commissions,
    customers,
    deliveries,
    docs,
    effects,
    leniency,
    openapi,
    reports,
    rules,
    settings,
    tickets,
)

BLUEPRINTS = (
    deliveries.blueprint,
    effects.blueprint,
    tickets.blueprint,
    customers.blueprint,
    commissions.blueprint,
    reports.blueprint,
    leniency.blueprint,
    rules.blueprint,
    settings.blueprint,
    openapi.blueprint,
    docs.blueprint,
)


def install(app: Flask) -> None:
    """Serve every resource."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
