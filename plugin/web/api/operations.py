"""What each operation of the API takes and answers: the part of the description that no code says by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from plugin.db.disputes import LONGEST
from plugin.web.api.commissions import MOST, CommissionLine, CommissionsQuery, PayrollQuery, StepSchema
from plugin.web.api.coupons import CouponSchema
from plugin.web.api.credits import HEAVIEST, MOST_AGENTS, CreditsQuery
from plugin.web.api.deliveries import DeliveriesQuery
from plugin.web.api.effects import EffectsQuery
from plugin.web.api.ledger import LedgerQuery
from plugin.web.api.leniency import LeniencyQuery, LeniencySchema
from plugin.web.api.money_schemas import (
    CreditSchema,
    EntrySchema,
    LateForSchema,
    RedemptionSchema,
    StatementSchema,
)
from plugin.web.api.paging import ListQuery
from plugin.web.api.redemptions import RedemptionsQuery
from plugin.web.api.schemas import (
    BreachLine,
    CustomerWhole,
    DeliveryLine,
    DeliveryWhole,
    EffectLine,
    TicketLine,
    TicketWhole,
)
from plugin.web.api.statements import StatementQuery

DOCUMENT: Mapping[str, Any] = {
    "type": "object",
    "description": "The settings document; contract of the settings file.",
}
"""A settings document: checked by its own rules, which name every error with its path."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `query` are its parameters, `answer` the shape of its 200, in a list where `listed`.

    `beside` are members of a list's answer beside its rows. `takes` are the media types of its body with their
    schema; `refusals` what it may answer beside the usual; `headers` request headers of its own, with what they are
    for.
    """

    answer: type[Schema] | Mapping[str, Any]
    query: type[Schema] | None = None
    listed: bool = False
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    writes: bool = False
    takes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gives: tuple[str, ...] = ("application/json",)
    headers: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[int, str] = field(default_factory=dict)


NOT_FOUND = {404: "This tenant has no such row."}
NO_MONTH = {404: "That is no month."}
BOTH = ("application/json", "application/yaml")
SETTINGS = {name: DOCUMENT for name in BOTH}  # noqa: C420  each media type has its own entry

PAST_TICKETS: Mapping[str, Any] = {
    "type": "object",
    "required": ["tickets"],
    "properties": {
        "tickets": {"type": "array", "maxItems": 200, "items": {"type": "object"}},
        "settings": DOCUMENT,
    },
    "description": "Past tickets, and settings to judge by instead of those in force; docs/dry-run.md.",
}
DRY_RUN: Mapping[str, Any] = {
    "type": "object",
    "description": "The sums over all tickets, and for each what would have been different; docs/dry-run.md.",
}
CREDITS: Mapping[str, Any] = {
    "type": "object",
    "required": ["credits"],
    "properties": {
        "credits": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST,
            "items": {"type": "string", "pattern": "^[0-9]{1,18}$"},
        },
    },
    "description": "The credits whose commissions are meant, by their numbers.",
}
REASON = {"type": "string", "minLength": 1, "maxLength": LONGEST}
ADDRESS = {"type": "string", "minLength": 3, "maxLength": 320}


def _with_reason(said: str, **more: Any) -> dict[str, Any]:
    """A body that says why, with these members beside."""
    return {
        "type": "object",
        "required": ["reason"],
        "additionalProperties": False,
        "properties": {"reason": REASON, **more},
        "description": said,
    }


WHY: Mapping[str, Any] = _with_reason("Why.")
VERDICT: Mapping[str, Any] = _with_reason(
    "How a dispute is decided: upheld says that the agent is right.",
    state={"type": "string", "enum": ["upheld", "rejected"]},
) | {"required": ["state", "reason"]}
WHO: Mapping[str, Any] = _with_reason(
    "Who gets the order: one agent, or several by weight.",
    agent=ADDRESS,
    agents={
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_AGENTS,
        "propertyNames": ADDRESS,
        "additionalProperties": {"type": "integer", "minimum": 1, "maximum": HEAVIEST},
    },
) | {"oneOf": [{"required": ["agent"]}, {"required": ["agents"]}]}
COUNT = {"type": "integer", "minimum": 0}
COUNTS = {"ours": COUNT, "host": COUNT}


def _about_a_credit(takes: Mapping[str, Any], conflict: str = "") -> Operation:
    """What somebody says about a credit."""
    refusals = {**NOT_FOUND, **({409: conflict} if conflict else {})}
    return Operation(CreditSchema, writes=True, takes={"application/json": takes}, refusals=refusals)


OPERATIONS: Mapping[str, Operation] = {
    "api_deliveries.all_deliveries": Operation(DeliveryLine, DeliveriesQuery, listed=True),
    "api_deliveries.one_delivery": Operation(DeliveryWhole, refusals=NOT_FOUND),
    "api_deliveries.replay": Operation(
        DeliveryLine, writes=True, refusals={**NOT_FOUND, 409: "There is nothing left of it to be replayed."}
    ),
    "api_effects.all_effects": Operation(EffectLine, EffectsQuery, listed=True),
    "api_effects.one_effect": Operation(EffectLine, refusals=NOT_FOUND),
    "api_effects.retry": Operation(
        EffectLine, writes=True, refusals={**NOT_FOUND, 409: "It cannot be sent again; `detail` says why."}
    ),
    "api_tickets.latest": Operation(TicketLine, ListQuery, listed=True),
    "api_tickets.one_ticket": Operation(TicketWhole, refusals={404: "No such ticket is known here yet."}),
    "api_customers.one_customer": Operation(
        CustomerWhole, refusals={404: "No store of this tenant knows this address."}
    ),
    "api_statements.one_statement": Operation(StatementSchema, StatementQuery, refusals=NO_MONTH),
    "api_statements.came_late": Operation(LateForSchema, refusals=NO_MONTH),
    "api_statements.close": Operation(
        StatementSchema, writes=True, refusals={**NO_MONTH, 409: "It is not over yet, or closed already."}
    ),
    "api_ledger.entries": Operation(EntrySchema, LedgerQuery, listed=True),
    "api_redemptions.redemptions": Operation(RedemptionSchema, RedemptionsQuery, listed=True),
    "api_credits.all_credits": Operation(CreditSchema, CreditsQuery, listed=True),
    "api_credits.one_credit": Operation(CreditSchema, refusals=NOT_FOUND),
    "api_credits.dispute": _about_a_credit(WHY),
    "api_credits.decide": _about_a_credit(VERDICT, "Nobody contests it."),
    "api_credits.reassign": _about_a_credit(WHO),
    "api_credits.accept": _about_a_credit(WHY, "It is proven, or accepted already."),
    "api_commissions.all_commissions": Operation(CommissionLine, CommissionsQuery, listed=True),
    "api_commissions.payroll_file": Operation({"type": "string"}, PayrollQuery, gives=("text/csv",)),
    "api_commissions.approve": Operation(StepSchema, writes=True, takes={"application/json": CREDITS}),
    "api_commissions.pay": Operation(StepSchema, writes=True, takes={"application/json": CREDITS}),
    "api_coupons.all_coupons": Operation(CouponSchema, ListQuery, listed=True),
    "api_coupons.rotate": Operation(
        CouponSchema,
        writes=True,
        refusals={**NOT_FOUND, 409: "Nothing is written here yet: save `mode: live`."},
    ),
    "api_coupons.release": Operation(
        CouponSchema, writes=True, takes={"application/json": WHY}, refusals=NOT_FOUND
    ),
    "api_reports.no_bots": Operation(BreachLine, ListQuery, listed=True, beside=COUNTS),
    "api_leniency.leniency": Operation(LeniencySchema, LeniencyQuery),
    "api_rules.dry_run": Operation(
        DRY_RUN,
        takes={"application/json": PAST_TICKETS},
        refusals={400: "The body is no JSON object.", 422: "`detail` says what to send; nothing was judged."},
    ),
    "api_settings.settings": Operation(DOCUMENT, gives=BOTH, headers={"Accept": "JSON or YAML."}),
    "api_settings.put_settings": Operation(
        DOCUMENT,
        writes=True,
        takes=SETTINGS,
        headers={
            "If-Match": "The ETag of the version that this one replaces; 412 where somebody was faster."
        },
        refusals={
            412: "Another version is in force by now; its ETag is in the answer.",
            415: "The body is neither JSON nor YAML by its Content-Type.",
        },
    ),
}
"""Endpoint → its operation. One that is not named here is described by its route alone, and a test fails."""
