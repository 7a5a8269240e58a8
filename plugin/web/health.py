"""Is it alive, is it ready, how is it doing: for load balancers, supervisors and Prometheus."""

from datetime import datetime, timedelta
from functools import cache

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session

from plugin.db import migrate
from plugin.db.heartbeats import Heartbeats
from plugin.web.metrics import exposition
from plugin.web.problems import Problem
from plugin.web.services import services

SILENT_AFTER = timedelta(seconds=60)
ROLES = {"work": "worker", "clock": "clock"}
"""Role in the heartbeats → the command that starts it, as people call it."""

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """This process answers; nothing else is asked, so a database that is away restarts nothing."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Database, migrations, worker and clock; 503 says what is missing."""
    missing = reasons(services().now())
    if missing:
        raise Problem(503, "; ".join(missing), headers={"Retry-After": "10"}, members={"reasons": missing})
    return jsonify({"status": "ready"})


@blueprint.get("/metrics")
def metrics() -> Response:
    """The numbers, in Prometheus' text format."""
    text = exposition(services().database, services().now().timestamp())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def reasons(now: datetime) -> list[str]:
    """What keeps the installation from working. A database that is away is the 503 of every address."""
    at = migrate.current(services().database)
    if at != _newest():
        return [
            f"the database is at version {at or 'none'}, this code wants {_newest()}: run `marginalia migrate`"
        ]
    with services().database.read() as session:
        return [reason for role in ROLES if (reason := _silence(session, role, now))]


@cache
def _newest() -> str:
    return migrate.newest()


def _silence(session: Session, role: str, now: datetime) -> str | None:
    last = Heartbeats(session).last(role)
    if last is None:
        return f"no {ROLES[role]} has ever run: start `marginalia {role}`"
    if now - last > SILENT_AFTER:
        return f"no {ROLES[role]} was heard since {last.isoformat()}: start `marginalia {role}`"
    return None
