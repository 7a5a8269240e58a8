"""A credit as API and pages show it: whose merit an order is, why, how sure that is, and what people said about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.currencies import digits
from plugin.db.credit_lists import Credited
from plugin.domain.money import Money

Shown = dict[str, Any]


def told_credit(one: Credited) -> Shown:
    """Everything that is known of a credit."""
    credit = one.credit
    return {
        "id": credit.id,
        "agent": credit.agent,
        "kind": credit.kind or None,
        "grade": credit.grade,
        "code": credit.code or None,
        "net": Money(credit.net, credit.currency).text(digits),
        "currency": credit.currency,
        "counts": credit.counts,
        "at": credit.at,
        "order": one.order,
        "order_id": one.order_id,
        "helpdesk": credit.helpdesk or None,
        "ticket": credit.ticket_id,
        "channel": credit.channel or None,
        "campaign": credit.campaign,
        "evidence": credit.evidence,
        "rivals": credit.rivals,
        "rule_version": credit.rule_version,
        "window_days": credit.window_days,
        "state": credit.state,
        "held": credit.held or None,
        "approved_at": credit.approved_at,
        "paid_at": credit.paid_at,
        "host": one.host,
        "ruling": _ruling(one.ruling),
        "dispute": one.dispute,
    }


def told_redemption(one: Credited) -> Shown:
    """A code that was used, and by what it is known whose merit that is."""
    told = told_credit(one)
    wanted = ("id", "code", "agent", "order", "helpdesk", "ticket", "net", "currency", "at", "grade")
    return {name: told[name] for name in (*wanted, "counts", "evidence")}


def place_of(one: Credited) -> str:
    """Where a list goes on after this credit."""
    return f"{one.credit.at.isoformat()}|{one.credit.id}"


def _ruling(kept: Mapping[str, Any] | None) -> Shown | None:
    """What a manager decided about the order; None where nobody has."""
    if not kept:
        return None
    at = kept.get("at")
    return {
        "accepted": kept.get("accepted", []),
        "agents": kept.get("agents", {}),
        "by": kept.get("by"),
        "reason": kept.get("reason"),
        "at": None if at is None else datetime.fromisoformat(at),
    }
