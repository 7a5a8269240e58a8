"""Words of credits: how sure it is whose merit an order is, how far its commission has gone, and what was contested."""

from typing import Final

from flask import Flask

from plugin.currencies import digits
from plugin.domain.money import Money
from plugin.web.known_texts import N_
from plugin.web.saying import say_evidence
from plugin.web.wording import named

GRADES: Final = {
    "direct": N_("direct"),
    "assisted": N_("assisted"),
    "influenced": N_("influenced"),
    "unproven": N_("unproven"),
}
IN_NO_SUM: Final = {
    "unproven": N_(
        "In no sum yet. What is missing: the code sent to this customer in a ticket, or a ticket of theirs with its "
        "agent before the order. A manager can accept it all the same."
    ),
    "": N_("Shown only: it is in no sum, and earns nothing."),
}
"""Why a credit is worth nothing, by its grade; the last one for all others."""
STATES: Final = {
    "pending": N_("pending: approved once the return window is over"),
    "approved": N_("approved: to be paid"),
    "paid": N_("paid"),
    "taken_back": N_("paid, and some of it taken back since"),
    "held": N_("held back"),
    "contested": N_("contested: a manager decides"),
}
"""How far a commission has gone."""
DISPUTES: Final = {
    "open": N_("Contested: a manager decides."),
    "upheld": N_("Decided: you were right."),
    "rejected": N_("Decided: it stays as it is."),
}


def install(app: Flask) -> None:
    """Give templates these words."""
    made = (grade_name, why_in_no_sum, commission_state, dispute_state, plain_amount, say_evidence)
    app.jinja_env.filters.update((one.__name__, one) for one in made)


def grade_name(grade: str) -> str:
    """How sure it is, in a word."""
    return named(GRADES, grade)


def why_in_no_sum(grade: str) -> str:
    """Why a credit is in no sum, and what would help."""
    return named(IN_NO_SUM, grade if grade in IN_NO_SUM else "")


def commission_state(state: str) -> str:
    """How far a commission has gone."""
    return named(STATES, state)


def dispute_state(state: str) -> str:
    """What became of a dispute, to whoever raised it."""
    return named(DISPUTES, state)


def plain_amount(amount: Money) -> str:
    """An amount as programs write it."""
    return amount.text(digits)
