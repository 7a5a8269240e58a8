"""The panel's words: alerts, parcels, orders and deeds in the reader's language, and what its script has to say."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from babel import Locale, dates
from flask import Flask, g, request
from flask_babel import force_locale, get_locale
from markupsafe import Markup, escape

from plugin.currencies import digits
from plugin.domain.alerts import AlertKind
from plugin.domain.money import Money
from plugin.domain.orders import IN_TROUBLE, Order, Parcel
from plugin.sidebar import Deed, SidebarView
from plugin.web import credit_words
from plugin.web.known_texts import N_
from plugin.web.language import LANGUAGES, in_digits, money
from plugin.web.saying import say, say_offer
from plugin.web.services import services
from plugin.web.wording import STATES, bdi, named, plain_sight, translated

ALERTS: Final[Mapping[AlertKind, tuple[str, str]]] = {
    "parcel_failed": ("bad", N_("Parcel could not be delivered")),
    "parcel_attempted": ("warn", N_("Delivery was tried in vain")),
    "parcel_delayed": ("warn", N_("Parcel is delayed")),
    "return_arrived": ("calm", N_("Return has arrived")),
    "return_under_way": ("calm", N_("Return is on its way")),
    "return_requested": ("calm", N_("Return was asked for")),
    "no_bots": ("warn", N_("Only a person may answer: no automated replies")),
}
"""What there is to know → its tone, and what is said."""
SIGNS: Final = {"bad": "✕", "warn": "!", "calm": "i", "good": "✓"}
PARCELS: Final = {
    "announced": N_("announced to the carrier"),
    "in_transit": N_("on its way"),
    "out_for_delivery": N_("out for delivery"),
    "attempted": N_("delivery tried in vain"),
    "ready_for_pickup": N_("ready for pick-up"),
    "delayed": N_("delayed"),
    "delivered": N_("delivered"),
    "failed": N_("could not be delivered"),
    "unknown": N_("no news from the carrier"),
}
RETURNS: Final = {
    "requested": N_("return asked for"),
    "under_way": N_("return on its way"),
    "arrived": N_("return has arrived"),
    "closed": N_("return closed"),
    "unknown": N_("return of unknown state"),
}
ORDER_WORDS: Final = {
    "paid": N_("paid"),
    "pending": N_("payment pending"),
    "authorized": N_("payment authorised"),
    "partially_paid": N_("partly paid"),
    "partially_refunded": N_("partly refunded"),
    "refunded": N_("refunded"),
    "voided": N_("payment voided"),
    "expired": N_("payment expired"),
    "cancelled": N_("cancelled"),
    "fulfilled": N_("sent"),
    "unfulfilled": N_("not sent yet"),
    "partially_fulfilled": N_("partly sent"),
    "in_progress": N_("being packed"),
    "on_hold": N_("on hold"),
    "scheduled": N_("scheduled"),
    "restocked": N_("restocked"),
}
"""Words that stores use of an order's payment and of its sending."""
STYLES: Final = {
    "": N_("not noted"),
    "analytical": N_("analytical: facts, figures, steps"),
    "decisive": N_("decisive: the answer first, short"),
    "friendly": N_("friendly: warm, by name"),
    "emotional": N_("emotional: feelings first, then the answer"),
}
"""How customers like to be written to."""
SOURCES: Final = {"shop": N_("Shop"), "helpdesk": N_("Helpdesk")}
SAYINGS: Final = {
    "asking": N_("Still asking…"),
    "again": N_("Try again"),
    "host": N_(
        "The helpdesk has not said which ticket this is. Try again, or close the ticket and open it anew."
    ),
    "sdk": N_("The helpdesk's own script did not load, so nobody can say which ticket this is."),
    "outside": N_("This page belongs beside a ticket: open a ticket in the helpdesk."),
    "network": N_("No connection to Marginalia. Nothing is lost: look at your network, then try again."),
    "broken": N_("Marginalia could not answer just now. Nothing is lost: try again in a moment."),
    "signed_out": N_("This was open too long. To sign in again, close the ticket and open it anew."),
    "signed_out_page": N_("This was open too long. To sign in again, load this page anew."),
    "unsure": N_("It is not known whether this was done. Look again before you repeat it."),
    "look": N_("Look again"),
    "locked": N_("This is being done already."),
    "inserted": N_("Put into your answer."),
    "not_inserted": N_("The helpdesk did not take it into your answer: copy it from here."),
    "copied": N_("Copied."),
    "not_copied": N_("The browser did not let it be copied: select the text and copy it by hand."),
    "macro_applied": N_("The macro is applied to your answer: read it before you send it."),
    "macro_unsure": N_(
        "The helpdesk did not say whether it applied the macro: look at your answer before you try again."
    ),
    "macro_gone": N_(
        "The helpdesk did not take this macro: it may have been deleted there. Nothing was changed."
    ),
}
"""What the script says by itself, where no panel is there to say it."""
JUST_NOW: Final = timedelta(minutes=1)
NOW: Final = N_("just now")
_LATIN: Final = re.compile("[A-Za-z]")
RECENT: Final = timedelta(seconds=20)
"""So long an answer to a search may take before the panel is done waiting for it."""


def install(app: Flask) -> None:
    """Give the panel's templates their words."""
    filters = (
        amount, parcel_state, return_state, order_word, style_name, source_name, deed_problem, sight, where_it_is,
        is_link, say_offer, since, day,
    )  # fmt: skip
    app.jinja_env.filters.update((made.__name__, made) for made in filters)
    app.jinja_env.filters["tone"] = tone
    credit_words.install(app)
    app.jinja_env.globals.update(
        panel_sayings=sayings,
        panel_styles=STYLES,
        panel_scheme=scheme,
        alert_says=alert_says,
        is_unsettled=is_unsettled,
        in_trouble=IN_TROUBLE,
    )


def amount(value: Money) -> Markup:
    """An amount as its readers write it, set apart; a sign in Latin letters (US$) keeps its own order."""
    text = money({"amount": value.text(digits), "currency": value.currency})
    return Markup('<bdi dir="ltr">{}</bdi>').format(text) if _LATIN.search(text) else bdi(text)


def sight(text: str) -> Markup:
    """Somebody's own words: nothing in them is hidden, and nothing in them moves what stands around."""
    return bdi(plain_sight(text))


def alert_says(kind: AlertKind) -> tuple[str, str, str]:
    """The tone of an alert, the sign that says the same without colour, and its words."""
    found, text = ALERTS[kind]
    return found, SIGNS[found], translated(text)


def parcel_state(state: str) -> str:
    """Where a parcel is, in words."""
    return named(PARCELS, state)


def return_state(state: str) -> str:
    """How far a return is, in words."""
    return named(RETURNS, state)


def order_word(word: str) -> Markup:
    """A store's word for the state of an order; one that is not known here as the store writes it."""
    key = word.replace(" ", "_")
    return escape(translated(ORDER_WORDS[key])) if key in ORDER_WORDS else sight(word.replace("_", " "))


def where_it_is(order: Order) -> str | Markup:
    """Where an order is: a parcel in trouble says so first, then the newest one, else how far its sending is."""
    parcels = sorted(order.parcels, key=lambda parcel: parcel.state not in IN_TROUBLE)
    return parcel_state(parcels[0].state) if parcels else order_word(order.fulfilment)


def since(at: datetime) -> str:
    """How long ago that is, not rounded so far that days are lost: 13 days, and not 2 weeks."""
    delta = at - services().now()
    if abs(delta) < JUST_NOW:
        return translated(NOW)
    told = dates.format_timedelta(delta, threshold=2, add_direction=True, locale=get_locale())
    return in_digits(told)


def day(at: datetime) -> str:
    """The day in the tenant's zone."""
    zone = dates.get_timezone(g.get("tenant_zone") or "UTC")
    return in_digits(dates.format_skeleton("MMMd", at.astimezone(zone), locale=get_locale()))


def is_link(address: str) -> bool:
    """Whether an address that somebody else gave us is one of the web, and no script."""
    return address.startswith(("https://", "http://"))


def tone(parcel: Parcel) -> str:
    """The tone of a parcel's state."""
    if parcel.state == "delivered":
        return "good"
    return "warn" if parcel.state in IN_TROUBLE else "calm"


def style_name(style: str) -> str:
    """How somebody likes to be written to, in words."""
    return named(STYLES, style)


def source_name(source: str) -> str:
    """Who tells us things, in words."""
    return named(SOURCES, source)


def deed_problem(deed: Deed) -> Markup:
    """Why nothing came of a deed (yet)."""
    return escape(named(STATES, deed.problem)) if deed.problem in STATES else say(deed.problem)


def is_unsettled(view: SidebarView) -> bool:
    """Whether something is under way whose end the panel should tell soon; not while it asks a question."""
    if view.question is not None:
        return False
    answer = None if view.offer is None else view.offer.answer
    made = None if view.coupon is None else view.coupon.made
    waits = any(deed is not None and deed.state == "under_way" for deed in (view.reason_deed, answer, made))
    return waits or any(one.state == "asking" for one in view.sources) or _searches(view)


def _searches(view: SidebarView) -> bool:
    found = view.customer.matched_by == "order"
    return view.search is not None and not found and services().now() - view.search.at < RECENT


@cache
def sayings() -> dict[str, dict[str, Any]]:
    """What the script has to say, in every language: it learns the reader's from the host, before any panel came."""
    return {language: _sayings_in(language) for language in LANGUAGES}


def _sayings_in(language: str) -> dict[str, Any]:
    with force_locale(language):
        texts = {name: translated(text) for name, text in SAYINGS.items()}
    return {"dir": Locale(language).text_direction, "texts": texts}


def scheme() -> str:
    """The colours that the host shows itself in, as it says in the address; "" where it does not."""
    wish = request.args.get("colorScheme", "")
    return wish if wish in {"light", "dark"} else ""
