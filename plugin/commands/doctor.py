"""`doctor`: what is wrong with this installation, and what to do about each finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import click
from sqlalchemy.exc import SQLAlchemyError

from plugin.commands.common import json_option, print_json, product_of
from plugin.db.connections import Connections
from plugin.db.heartbeats import Heartbeats
from plugin.db.migrate import current, newest
from plugin.ports import Connection
from plugin.product import Product

LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `next` says what to do; empty when it is well."""

    about: str
    state: Literal["ok", "warning", "error"]
    said: str
    next: str = ""


@click.command("doctor")
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check configuration, database, processes and connections."""
    findings = list(_examine(product_of(context)))
    if as_json:
        print_json({"findings": [_as_json(finding) for finding in findings]})
    else:
        for finding in findings:
            advice = f" → {finding.next}" if finding.next else ""
            click.echo(f"{finding.state:<8} {finding.about}: {finding.said}{advice}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)


def _examine(product: Product) -> Iterator[Finding]:
    yield from _configuration(product)
    try:
        version = current(product.database)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        yield Finding(
            "database", "error", f"does not answer: {cause}", "check DATABASE_URL, run `marginalia migrate`"
        )
        return
    if version != newest():
        yield Finding(
            "database", "error", f"is at version {version}, not {newest()}", "run `marginalia migrate`"
        )
        return
    yield Finding("database", "ok", f"at version {version}")
    yield from _processes(product)
    yield from _connections(product)


def _configuration(product: Product) -> Iterator[Finding]:
    config = product.config
    if config.allow_local_vendors:
        yield Finding(
            "configuration",
            "warning",
            "ALLOW_LOCAL_VENDORS=1 is for trying things out",
            "unset it in production",
        )
    if not config.public_url.startswith("https://"):
        yield Finding(
            "configuration",
            "warning",
            f"PUBLIC_URL is {config.public_url}: a helpdesk in the cloud cannot reach it",
            "set PUBLIC_URL to the https address of this installation, then run connect again",
        )


def _processes(product: Product) -> Iterator[Finding]:
    with product.database.read() as session:
        beats = {role: Heartbeats(session).last(role) for role in ("work", "clock")}
    for role, beat in beats.items():
        if beat is not None and product.now() - beat <= LATE:
            yield Finding(role, "ok", "running")
        else:
            last = f"last heard {beat.isoformat(timespec='seconds')}" if beat else "never heard"
            yield Finding(role, "error", last, f"start `marginalia serve`, or `marginalia {role}`")


def _connections(product: Product) -> Iterator[Finding]:
    with product.database.read() as session:
        connections = Connections(session, product.vault)
        found = [(one, connections.trouble(one.id)) for one in connections.all()]
    if not any(one.vendor in product.helpdesks for one, _ in found):
        yield Finding("connections", "warning", "no helpdesk is connected", "run `marginalia connect --help`")
    for connection, trouble in found:
        yield _connection(connection, trouble, connection.vendor in product.helpdesks)


def _connection(connection: Connection, trouble: str | None, is_helpdesk: bool) -> Finding:
    about = f"{connection.vendor} {connection.account} ({connection.tenant})"
    again = f"run `marginalia connect {connection.vendor} --account {connection.account}` again"
    if trouble:
        return Finding(about, "error", trouble, again)
    if not connection.credentials.get("signing_secret"):
        return Finding(about, "error", "no signing secret: every webhook is refused", again)
    if is_helpdesk and not connection.options.get("reason_field"):
        return Finding(about, "warning", "no reason-code field: codes are shown, not written", again)
    return Finding(about, "ok", "connected")


def _as_json(finding: Finding) -> dict[str, str]:
    return {"about": finding.about, "state": finding.state, "said": finding.said, "next": finding.next}
