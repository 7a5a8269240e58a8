"""A stand-in Gorgias: tickets in memory, the REST API, HTTP integrations that are called, and pages to click.

It is served with the others by `python -m sandbox.server` (or `sandbox.server.start(gorgias=…)` from a test) and
shares their one address, which is what `connect gorgias --api-url` takes:

- `/api/…` (all but Zendesk's `/api/v2`) with HTTP Basic: `marginalia@shop.example` and the key `sandbox-gorgias-key`,
  an admin; an agent, who may manage no integration, is `ana@shop.example` with `sandbox-gorgias-agent-key`. OAuth is
  at `/oauth/authorize`, `/oauth/token` and `/oauth/revoke` with the app `sandbox-client` and `sandbox-secret`.
- `/gorgias/` is the helpdesk: write as a customer or an agent, and see the card of the sidebar.
- `/_sandbox/gorgias/…` is the surface for tests: `tickets`, `audits`, `webhooks`, `faults`, `limits`, `tokens`, with
  the names of the stand-in Zendesk's; see `control.py`.

`seed.new_account()` is a shop without tickets: users, teams, macros, a contact-reason field. `seed.load()` lets the
customers of `sandbox/samples` write.
"""

from flask import Flask

from sandbox.gorgias import api, control, pages
from sandbox.gorgias.state import Account

EXTENSION = "gorgias"
PREFIXES = ("/api/", "/oauth/authorize", "/oauth/token", "/oauth/revoke")
"""The vendor's own paths, where a longer prefix is not somebody else's."""


def install(app: Flask, account: Account) -> None:
    """Serve this account: its API, its pages, and the surface for tests."""
    app.extensions[EXTENSION] = account
    api.install(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(control.blueprint)
