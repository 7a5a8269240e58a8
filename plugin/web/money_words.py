"""Words of the books: what an entry is, which month, and how far a commission has gone."""

from typing import Final

from babel import dates
from flask import Flask
from flask_babel import get_locale

from plugin.domain.periods import first_day
from plugin.web.known_texts import N_
from plugin.web.language import in_digits
from plugin.web.wording import named

ENTRIES: Final = {
    "revenue.coupon": N_("Revenue by coupon codes"),
    "revenue.link": N_("Revenue by links sent"),
    "revenue.agreed": N_("Revenue agreed in tickets"),
    "revenue.renewal": N_("Renewals saved"),
    "recovery.claim": N_("Paid by carriers"),
    "cogs": N_("Cost of goods"),
    "cost.staff": N_("Staff"),
    "cost.platform": N_("The helpdesk's bill"),
    "cost.refund_share": N_("Share of refunds and replacements"),
    "cost.gesture": N_("Gestures"),
    "cost.automation": N_("Automatic answers"),
    "cost.variable": N_("Fulfilment of these orders"),
    "cost.commission": N_("Commission"),
}
COMMISSIONS: Final = {
    "pending": N_("not approved yet"),
    "approved": N_("approved"),
    "paid": N_("paid"),
    "clawed_back": N_("clawed back"),
}
COST_STATES: Final = {
    "unknown": N_("the shop does not tell it, so it counts as nothing"),
    "estimated": N_("the default share of the price stands for it"),
    "asked": N_("the shop has been asked"),
}


def install(app: Flask) -> None:
    """Give templates these words."""
    made = (entry_kind, commission_name, cost_state_name, month_name)
    app.jinja_env.filters.update((one.__name__, one) for one in made)


def entry_kind(kind: str) -> str:
    """What a ledger entry is."""
    return named(ENTRIES, kind)


def commission_name(state: str) -> str:
    """How far a commission has gone, in a word."""
    return named(COMMISSIONS, state)


def cost_state_name(state: str) -> str:
    """How well the cost of goods is known."""
    return named(COST_STATES, state)


def month_name(period: str) -> str:
    """A month of the books in the reader's words."""
    return in_digits(dates.format_skeleton("yMMMM", first_day(period), locale=get_locale()))
