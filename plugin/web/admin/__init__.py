"""The admin pages: plain HTML that works without script; one file and one blueprint per subject."""

from flask import Flask

from plugin.web import wording
from plugin.web.admin import connections, deliveries, door, effects, settings, tickets

BLUEPRINTS = (
    door.blueprint,
    tickets.blueprint,
    deliveries.blueprint,
    effects.blueprint,
    settings.blueprint,
    connections.blueprint,
)
FILTERS = (
    wording.say,
    wording.bdi,
    wording.name_path,
    wording.plain_sight,
    wording.look,
    wording.meaning,
    wording.state_name,
    wording.by_name,
    wording.kind_name,
    wording.seen_name,
    wording.title_of,
)


def install(app: Flask) -> None:
    """Serve every page."""
    app.jinja_env.filters.update((made.__name__, made) for made in FILTERS)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
