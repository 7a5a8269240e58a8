"""The admin pages: plain HTML that works without script; one file and one blueprint per subject."""

from flask import Flask

from plugin.web import money_words, saying, wording
from plugin.web.admin import (
    audit,
    commissions,
    connections,
    coupons,
    credits,
    deliveries,
    door,
    effects,
    reports,
    settings,
    statement,
    statement_file,
    tickets,
)

BLUEPRINTS = (
    door.blueprint,
    tickets.blueprint,
    deliveries.blueprint,
    effects.blueprint,
    reports.blueprint,
    statement.blueprint,
    statement_file.blueprint,
    credits.blueprint,
    commissions.blueprint,
    coupons.blueprint,
    audit.blueprint,
    settings.blueprint,
    connections.blueprint,
)
FILTERS = (
    saying.say,
    saying.say_rule,
    saying.say_step,
    saying.say_why,
    saying.say_macro,
    saying.say_offer,
    wording.bdi,
    wording.name_path,
    wording.plain_sight,
    wording.look,
    wording.meaning,
    wording.state_name,
    wording.by_name,
    wording.kind_name,
    wording.seen_name,
    wording.customer_state,
    wording.match_name,
    wording.breach_by,
    wording.deed_name,
    wording.slot_name,
    wording.title_of,
)


def install(app: Flask) -> None:
    """Serve every page."""
    app.jinja_env.filters.update((made.__name__, made) for made in FILTERS)
    money_words.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
