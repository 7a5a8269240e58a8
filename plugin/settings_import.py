"""Putting a settings document in force: checked whole, a new version, and the field's options to match."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plugin.coupons import keep_coupons, refused_codes
from plugin.db.connections import Connections
from plugin.db.inbox import Inbox, clock_hint
from plugin.db.outbox import Outbox
from plugin.db.settings import SettingsVersions
from plugin.domain.effects import offer_reason_codes
from plugin.monthly_costs import keep_monthly_costs
from plugin.ports import Connection
from plugin.settings_file import SettingsErrors
from plugin.tenant_view import TenantView, view_of
from plugin.vault import Vault


class SettingsImport:
    """Puts documents in force for any tenant."""

    def __init__(self, vault: Vault, now: Callable[[], datetime], stores: Collection[str] = ()) -> None:
        """`stores` are the vendors that are asked for what is on offer."""
        self._vault = vault
        self._now = now
        self._stores = stores

    def __call__(
        self,
        session: Session,
        tenant_id: int,
        document: Mapping[str, Any],
        made_by: str,
        expected: int | None = None,
    ) -> int:
        """All or nothing: the new version's number. SettingsErrors, or Superseded when `expected` is not the newest.

        The reason-code field is offered the tenant's codes also in shadow mode: what is provisioned touches no ticket.
        What every month costs stands in the books at once: a statement that follows has it, with or without a worker.
        Agents' codes are made in the store in live mode alone; one that was another agent's before is an error.
        """
        view = view_of(0, document)
        version = SettingsVersions(session, tenant_id).add(document, made_by, self._now(), expected)
        if errors := refused_codes(session, tenant_id, view.settings):
            raise SettingsErrors(errors)
        self._offer(session, tenant_id, view)
        known = Connections(session, self._vault).of_tenant(tenant_id)
        stores = [one for one in known if one.vendor in self._stores]
        self._tell(session, stores, version)
        keep_monthly_costs(session, tenant_id, view.settings, stores, self._now())
        keep_coupons(session, tenant_id, view.settings, stores, self._now(), again=True)
        return version

    def _tell(self, session: Session, stores: Sequence[Connection], version: int) -> None:
        """What is on offer is read, and open months are brought to account by it, within seconds and not at a tick."""
        Inbox(session).put(
            [clock_hint(one, "sweep_due", f"settings:{version}", self._now()) for one in stores]
        )

    def _offer(self, session: Session, tenant_id: int, view: TenantView) -> None:
        connections = Connections(session, self._vault)
        for connection in connections.of_tenant(tenant_id):
            if not connection.options.get("reason_field"):
                continue
            connections.learn_codes(connection, view.options())
            if connection.options.get("provision"):
                effect = offer_reason_codes(view.options())
                Outbox(session).put(tenant_id, connection.id, [effect], self._now())
