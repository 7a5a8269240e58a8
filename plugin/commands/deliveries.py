"""`deliveries` and `effects`: what came in, what went out, and trying again."""

import base64
from typing import Any

import click
from sqlalchemy.orm import Session

from plugin.commands.common import (
    Refused,
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.db import deliveries as delivering
from plugin.db import effects as sending
from plugin.db.deliveries import Deliveries, NotReplayable
from plugin.db.effects import Effects, NotRetryable
from plugin.db.tables import DeliveryRow, EffectRow
from plugin.product import Product

limit_option = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))


@click.group("deliveries")
def deliveries_group() -> None:
    """What came in."""


@deliveries_group.command("list")
@tenant_option
@click.option("--state", type=click.Choice(delivering.STATES))
@click.option("--source", help="A vendor's name; also clock, sweep, store and outbox, our own hints.")
@limit_option
@json_option
@click.pass_context
def list_deliveries(
    context: click.Context, tenant: str, state: str | None, source: str | None, limit: int, as_json: bool
) -> None:
    """The newest deliveries."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        mine = Deliveries(session, tenant_named(session, tenant).id)
        found = [_delivery(row) for row in mine.list(state=state, source=source, limit=limit)]
    if as_json:
        return print_json({"data": found})
    for one in found:
        click.echo(
            f"{one['id']:>8}  {one['received_at']}  {one['state']:<10}  {one['topic']}  {one['error'] or ''}"
        )
    if not found:
        click.echo("Nothing has come in yet.", err=True)
    return None


@deliveries_group.command("show")
@click.argument("delivery_id", metavar="ID", type=int)
@tenant_option
@json_option
@click.pass_context
def show_delivery(context: click.Context, delivery_id: int, tenant: str, as_json: bool) -> None:
    """One delivery with its headers and raw body."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        row = Deliveries(session, tenant_named(session, tenant).id).show(delivery_id)
        if row is None:
            raise Refused(f"{tenant} has no delivery {delivery_id}")
        found = {**_delivery(row), "headers": row.headers, **_body(row.body)}
    if as_json:
        return print_json(found)
    for name, value in found.items():
        click.echo(f"{name}: {value}")
    return None


@deliveries_group.command("replay")
@click.argument("ids", metavar="ID…", type=int, nargs=-1)
@click.option("--state", type=click.Choice(["unreadable", "dead"]), help="All deliveries of this state.")
@tenant_option
@json_option
@click.pass_context
def replay_deliveries(
    context: click.Context, ids: tuple[int, ...], state: str | None, tenant: str, as_json: bool
) -> None:
    """Work deliveries again: read anew with today's code, then queued."""
    if bool(ids) == (state is not None):
        raise click.UsageError("give the IDs, or --state for all of one state")
    product = product_of(context)
    with refusing(), product.database.write() as session:
        mine = Deliveries(session, tenant_named(session, tenant).id)
        wanted = ids or tuple(row.id for row in mine.list(state=state, limit=10_000))
        found = [_replay(mine, product, one, tenant) for one in wanted]
    _report(found, as_json, "Nothing to replay.")


@click.group("effects")
def effects_group() -> None:
    """What went out."""


@effects_group.command("list")
@tenant_option
@click.option("--state", type=click.Choice(sending.STATES))
@limit_option
@json_option
@click.pass_context
def list_effects(context: click.Context, tenant: str, state: str | None, limit: int, as_json: bool) -> None:
    """The newest effects."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        mine = Effects(session, tenant_named(session, tenant).id)
        found = [_effect(row) for row in mine.list(state=state, limit=limit)]
    _report(found, as_json, "Nothing has gone out yet.")


@effects_group.command("show")
@click.argument("effect_id", metavar="ID", type=int)
@tenant_option
@json_option
@click.pass_context
def show_effect(context: click.Context, effect_id: int, tenant: str, as_json: bool) -> None:
    """One effect with what it writes."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        row = Effects(session, tenant_named(session, tenant).id).show(effect_id)
        if row is None:
            raise Refused(f"{tenant} has no effect {effect_id}")
        found = {**_effect(row), "args": row.args, "class": row.effect_class, "attempts": row.attempts}
    if as_json:
        return print_json(found)
    for name, value in found.items():
        click.echo(f"{name}: {value}")
    return None


@effects_group.command("retry")
@click.argument("ids", metavar="ID…", type=int, nargs=-1)
@click.option("--state", type=click.Choice(sorted(sending.RETRYABLE)), help="All effects of this state.")
@tenant_option
@json_option
@click.pass_context
def retry_effects(
    context: click.Context, ids: tuple[int, ...], state: str | None, tenant: str, as_json: bool
) -> None:
    """Send effects again, after a look whether they are in place."""
    if bool(ids) == (state is not None):
        raise click.UsageError("give the IDs, or --state for all of one state")
    product = product_of(context)
    with refusing(), product.database.write() as session:
        mine = Effects(session, tenant_named(session, tenant).id)
        wanted = ids or tuple(row.id for row in mine.list(state=state, limit=10_000))
        found = [_retry(mine, session, product, one, tenant) for one in wanted]
    _report(found, as_json, "Nothing to retry.")


def _replay(mine: Deliveries, product: Product, delivery_id: int, tenant: str) -> dict[str, Any]:
    try:
        row = mine.replay(delivery_id, product.vendors, product.now())
    except NotReplayable as why:
        raise Refused(f"delivery {delivery_id}: {why}") from None
    if row is None:
        raise Refused(f"{tenant} has no delivery {delivery_id}")
    return _delivery(row)


def _retry(mine: Effects, session: Session, product: Product, effect_id: int, tenant: str) -> dict[str, Any]:
    try:
        row = mine.retry(effect_id, product.now())
    except NotRetryable as why:
        raise Refused(f"effect {effect_id}: {why}") from None
    if row is None:
        raise Refused(f"{tenant} has no effect {effect_id}")
    return _effect(row)


def _report(found: list[dict[str, Any]], as_json: bool, nothing: str) -> None:
    if as_json:
        return print_json({"data": found})
    for one in found:
        click.echo(f"{one['id']:>8}  {one['state']:<10}  {one.get('resource') or ''}  {one['error'] or ''}")
    if not found:
        click.echo(nothing, err=True)
    return None


def _delivery(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "source": row.source,
        "topic": row.topic,
        "resource": row.resource,
        "state": row.state,
        "received_at": row.received_at.isoformat(timespec="seconds"),
        "error": row.error,
    }


def _body(body: bytes | None) -> dict[str, str | None]:
    """The raw body as text where it is text, else in base64."""
    if body is None:
        return {"body": None}
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _effect(row: EffectRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "resource": row.resource,
        "state": row.state,
        "created_at": row.created_at.isoformat(timespec="seconds"),
        "reference": row.reference,
        "error": row.error,
    }
