"""The deeds themselves: each once, written down in the audit log, together with whatever it sets going."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy.orm import Session

from plugin.agents_say import OPENED, ORDER_SEARCHED, REASON_CHOSEN, body_of
from plugin.currencies import digits
from plugin.db.audit import Audit
from plugin.db.evidence import EvidenceBook, Whose
from plugin.db.inbox import Inbox
from plugin.db.macros import Macros
from plugin.db.offer_answers import OfferAnswers
from plugin.db.outbox import Outbox
from plugin.db.tickets import keys_in
from plugin.domain.child_codes import anchor_code, child_code, mark_of
from plugin.domain.customer_keys import email_key
from plugin.domain.effects import Effect, create_code, create_draft_order
from plugin.domain.evidence import EvidenceKind, Handed
from plugin.domain.folding import fold
from plugin.domain.offered import Offered
from plugin.questions import ask
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.case import Case
from plugin.web.sidebar.panel import hint

_NUMBER: Final = re.compile(r"#?([0-9]{1,12})")


@dataclass(frozen=True)
class Doing:
    """A deed in hand: within one transaction, on a ticket whose row is locked."""

    session: Session
    case: Case
    now: datetime

    def kept(self, about: str) -> Mapping[str, Any] | None:
        """What was done about this before; None for nothing."""
        found: Mapping[str, Any] | None = self.case.ticket.deeds.get(about)
        return found

    def write_down(self, about: str, did: str, key: str, **more: Any) -> bool:
        """Show the deed on the ticket and put it into the audit log; False where the log has it already."""
        agent = self.case.row.agent
        deed = {"did": did, "by": self.case.actor, "at": self.now.isoformat(), **more}
        if agent is not None:
            deed["name"] = agent.name
        looker, ticket = self.case.looker, self.case.ticket
        whole_key = f"{looker.connection_id}:{ticket.ticket_id}:{key}"[:200]
        audit = Audit(self.session, looker.tenant_id)
        number = audit.add(
            looker.connection_id,
            ticket.ticket_id,
            self.case.actor,
            did,
            whole_key,
            {"about": about, **more},
            self.now,
        )
        if number is not None:
            ticket.deeds = {**ticket.deeds, about: deed}
        return number is not None

    def tell_the_work(self, topic: str, body: bytes = b"") -> None:
        """Have the ticket looked at, with what the agent said."""
        Inbox(self.session).put([hint(self.case.looker, self.case.ticket.ticket_id, topic, body)])

    def send(self, effect: Effect) -> int:
        """Queue a write to the customer's store, else to the tenant's first one; its number."""
        customer = self.case.row.customer
        store = customer.connection_id if customer else self.case.stores[0]
        return Outbox(self.session).put(self.case.looker.tenant_id, store, [effect], self.now)[0]

    def hand(self, kind: EvidenceKind, value: str) -> None:
        """Write down what may lead to an order of this customer: whose merit that is, is known by it later."""
        ticket, looker = self.case.ticket, self.case.looker
        email = email_key(ticket.requester.get("email"))
        whose = Whose(None if email is None else email.value, ticket.customer_id)
        agent = self.case.row.agent
        handed = Handed(kind, value, looker.agent_id, agent.email if agent else None, self.now, "sidebar")
        book = EvidenceBook(self.session, looker.tenant_id)
        book.add(ticket.connection_id, ticket.vendor, ticket.ticket_id, "", whose, [handed])

    def check_writes(self) -> None:
        """Refuse where nothing may be written: while only watching, and on a ticket that takes no changes."""
        if not self.case.view.settings.live:
            raise Problem(
                409,
                gettext("Marginalia only watches here: nothing is written until an admin sets `mode: live`."),
            )
        if self.case.ticket.state != "open":
            raise Problem(409, gettext("This ticket takes no changes any more."))

    def check_store(self) -> None:
        """Refuse what only a store can do where there is none."""
        if not self.case.stores:
            raise Problem(409, gettext("No shop is connected, so there is nothing to make this in."))


def choose_reason(doing: Doing, code: str) -> None:
    """The agent says why the customer wrote: written into the helpdesk, and learnt from."""
    doing.check_writes()
    if code not in {one.code for one in doing.case.view.tree.visible()}:
        raise Problem(422, gettext("There is no such reason code (any more). Open the ticket again."))
    before = doing.kept("reason")
    reason = doing.case.record.reason
    if before is not None and before["code"] == code and (reason is None or reason.code == code):
        return
    key = f"reason:{code}:{before['at'] if before else ''}"
    if doing.write_down("reason", "reason_chosen", key, code=code):
        doing.tell_the_work(REASON_CHOSEN, body_of(code=code))


def apply_macro(doing: Doing, macro: str) -> None:
    """The agent has applied a macro to their answer: shown to the others who look."""
    if macro not in {one.id for one in doing.case.record.macros}:
        raise Problem(422, gettext("This macro is no longer suggested here. Open the ticket again."))
    about = f"macro:{macro}"
    before = doing.kept(about)
    doing.write_down(about, "macro_applied", f"{about}:{before['at'] if before else ''}", macro=macro)


def macro_gone(doing: Doing, macro: str) -> None:
    """The helpdesk had no such macro when it was applied: it is suggested to nobody until it is read again."""
    looker = doing.case.looker
    Macros(doing.session, looker.tenant_id).gone(looker.connection_id, macro, doing.now)


def take_offer(doing: Doing, offer: str) -> None:
    """The customer wants it: a draft order is made in the store, once, and its link comes back."""
    doing.check_writes()
    doing.check_store()
    about, offered = f"offer:{offer}", _offered(doing, offer)
    tries = _tries(doing, about)
    if tries is None:
        return
    if offered.price is None:
        raise Problem(409, gettext("This offer has no price, so no order can be made of it."))
    ticket, person = doing.case.ticket, doing.case.ticket.requester
    mark = mark_of("offer", ticket.connection_id, ticket.ticket_id, offer)
    note = gettext("Offered in ticket %(ticket)s", ticket=ticket.ticket_id)
    effect = create_draft_order(
        mark, offered.sku, offered.price.text(digits), offered.price.currency, person.get("email"), note
    )
    number = doing.send(effect)
    doing.hand("agreed", mark)
    kind, margin = offered.kind, offered.margin
    told = {"offer": offer, "kind": kind, "margin": margin.text(digits) if margin else None}
    doing.write_down(about, "offer_taken", f"{about}:{tries}", effect=number, tries=tries, **told)
    if tries == 1:
        OfferAnswers(doing.session, doing.case.looker.tenant_id).taken(offer)


def decline_offer(doing: Doing, offer: str) -> None:
    """The customer does not want it: not offered to them again for a while."""
    about = f"offer:{offer}"
    _offered(doing, offer)
    if doing.kept(about) is not None:
        return
    if doing.write_down(about, "offer_declined", about, offer=offer):
        OfferAnswers(doing.session, doing.case.looker.tenant_id).declined(offer)
        customer = doing.case.row.customer
        if customer is not None:
            customer.declined = {**customer.declined, offer: doing.now.isoformat()}


def make_coupon(doing: Doing) -> None:
    """A code that this customer can use once, made from the agent's own: exact credit, and nothing to leak."""
    doing.check_writes()
    doing.check_store()
    terms = doing.case.terms
    if terms is None or terms.coupon is None or not terms.coupon_share:
        raise Problem(
            409, gettext("You have no coupon code here yet: an admin gives you one in the settings.")
        )
    about = f"coupon:{doing.case.actor}"
    tries = _tries(doing, about)
    if tries is None:
        return
    ticket = doing.case.ticket
    secret = services().config.secret_keys[-1]
    code = child_code(terms.coupon, secret, ticket.connection_id, ticket.ticket_id, doing.case.actor)
    share = str(terms.coupon_share)
    anchor = anchor_code(terms.coupon, share, secret)
    number = doing.send(create_code(code, terms.coupon, share, ticket.ticket_id, anchor))
    doing.hand("child_code", code.casefold())
    doing.write_down(about, "coupon_made", f"{about}:{tries}", effect=number, tries=tries, result=code)


def write_note(doing: Doing, style: str, text: str) -> None:
    """How this customer likes to be written to, for whoever writes next."""
    customer = doing.case.row.customer
    if customer is None:
        raise Problem(409, gettext("Nobody knows yet who this is, so there is nobody to note it about."))
    kept = {"style": style, "text": text.strip()}
    if {name: customer.notes.get(name) for name in kept} == kept:
        return
    if doing.write_down("note", "note_written", f"note:{doing.now.isoformat()}", **kept):
        agent = doing.case.row.agent
        by = agent.name if agent is not None else doing.case.actor
        customer.notes = {**kept, "by": by, "at": doing.now.isoformat()}


def add_video(doing: Doing, url: str) -> None:
    """The address of a video reply, to be put into the answer."""
    before = doing.kept("video")
    if before is not None and before.get("result") == url:
        return
    doing.write_down("video", "video_linked", f"video:{doing.now.isoformat()}", result=url)


def search_order(doing: Doing, order: str) -> None:
    """The agent names an order: the shop is asked whose it is, and the ticket is that customer's."""
    found = _NUMBER.fullmatch(fold(order).strip())
    if found is None:
        raise Problem(422, gettext("Write the order's number, as 1001 or #1001."))
    doing.check_store()
    name = f"#{found[1]}"
    before = doing.kept("search")
    if before is not None and before.get("result") == name:
        return
    doing.write_down("search", "order_searched", f"search:{doing.now.isoformat()}", result=name)
    doing.tell_the_work(ORDER_SEARCHED, body_of(order=name))


def ask_again(doing: Doing, source: str) -> None:
    """Ask once more whoever did not answer: now, and not when their turn comes."""
    if source == "shop":
        keys = keys_in(doing.case.ticket)
        questions = [(store, key) for store in doing.case.stores for key in keys]
        ask(doing.session, doing.case.looker.tenant_id, questions, doing.now)
    doing.tell_the_work(OPENED)


def _offered(doing: Doing, name: str) -> Offered:
    found = next((one for one in doing.case.record.offers if one.name == name), None)
    if found is None:
        raise Problem(422, gettext("This is no longer on offer here. Open the ticket again."))
    return found


def _tries(doing: Doing, about: str) -> int | None:
    """The number of this try; None where it was done already, or is under way: only what failed is done again."""
    before = doing.kept(about)
    if before is None:
        return 1
    number = before.get("effect")
    if number is None or not doing.case.has_failed(doing.session, number):
        return None
    return int(before.get("tries", 1)) + 1
