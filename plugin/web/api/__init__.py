"""The JSON API: one file per resource, each with its own blueprint; contract §5."""

from flask import Flask

from plugin.web.api import (
    commissions,
    coupons,
    credits,
    customers,
    deliveries,
    docs,
    effects,
    ledger,
    leniency,
    openapi,
    redemptions,
    reports,
    rules,
    settings,
    statements,
    tickets,
)

BLUEPRINTS = (
    deliveries.blueprint,
    effects.blueprint,
    tickets.blueprint,
    customers.blueprint,
    statements.blueprint,
    ledger.blueprint,
    redemptions.blueprint,
    credits.blueprint,
    commissions.blueprint,
    coupons.blueprint,
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
