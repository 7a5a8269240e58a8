"""What an agent does about money: contests a credit, gives a gesture out of their budget, marks a link."""

import re
import secrets
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from flask_babel import gettext
from sqlalchemy import select

from plugin.currencies import digits
from plugin.db.disputes import Disputes
from plugin.db.ledger import Ledger
from plugin.db.outbox import Outbox
from plugin.db.panel_money import GESTURE as COST
from plugin.db.panel_money import MoneyReads
from plugin.db.storable import storable
from plugin.db.tables import TenantRow
from plugin.domain.child_codes import mark_of
from plugin.domain.effects import add_note
from plugin.domain.evidence import LINK_PARAMETER
from plugin.domain.folding import fold
from plugin.domain.ledger import Line
from plugin.domain.money import Money, money
from plugin.sidebar import GestureAsked
from plugin.web.language import money as in_words
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar.doing import Doing
from plugin.web.sidebar.money_rows import GESTURE, Book, book_of, budget_left, named, read_money

LONGEST_LINK: Final = 1_000
_AMOUNT: Final = re.compile(r"[0-9]{1,10}(?:\.([0-9]{1,3}))?", re.ASCII)


def contest(doing: Doing, credit: int, reason: str) -> None:
    """The agent says that a credit is wrong, theirs or another's; a manager decides. Written down by the disputes."""
    case = doing.case
    told = read_money(doing.session, case, book_of(case, doing.now))
    if named(told.credits, credit) is None:
        raise Problem(422, gettext("This credit is no longer shown here. Open the ticket again."))
    if not reason.strip():
        raise Problem(422, gettext("Say in a few words why the credit is wrong: a manager decides by it."))
    Disputes(doing.session, case.looker.tenant_id).contest(credit, case.actor, reason, doing.now)


def give(doing: Doing, what: str, amount: str, occasion: str, once: str) -> GestureAsked | None:
    """The agent gives something out of their budget: asked once more first, then one line of the ledger.

    `once` comes with the question: the same yes twice, from wherever, is one gesture.
    """
    doing.check_writes()
    about = f"gesture:{once}"
    if once and doing.kept(about) is not None:
        return None
    what, occasion = storable(what.strip(), 200), storable(occasion.strip(), 100)
    if not what:
        raise Problem(422, gettext("Say in a few words what you give."))
    book = book_of(doing.case, doing.now)
    given = _amount(amount, book.currency)
    if once:
        _wait_for_others(doing)
    _check_budget(doing, given, book)
    if not once:
        return GestureAsked(what, given, occasion, secrets.token_hex(8))
    _write_down(doing, about, what, given, occasion, book)
    return None


def mark_link(doing: Doing, page: str) -> None:
    """A link into the shop with the agent's mark: an order of whoever follows it is known to come from this ticket.

    Nothing is proven by making one: that the customer was sent it is read in the agent's own message.
    """
    doing.check_store()
    parts = urlsplit(page)
    _check_host(doing, parts.hostname or "")
    ticket, about = doing.case.ticket, f"link:{doing.case.actor}"
    plain = [one for one in parts.query.split("&") if one and not one.startswith(f"{LINK_PARAMETER}=")]
    name = f"{doing.case.actor}:{parts.path}?{'&'.join(plain)}"
    mark = mark_of("link", ticket.connection_id, ticket.ticket_id, name)
    marked = urlunsplit(parts._replace(query="&".join([*plain, f"{LINK_PARAMETER}={mark}"])))
    if len(marked) > LONGEST_LINK:
        raise Problem(422, gettext("This address is too long: link to a shorter one."))
    before = doing.kept(about)
    if before is None or before.get("result") != marked:
        doing.write_down(about, "link_marked", f"{about}:{doing.now.isoformat()}", result=marked)


def _check_host(doing: Doing, host: str) -> None:
    """Where the shop's own domains are known a link leads to one; else anywhere: many shops sell under another name."""
    stores = [one for one in doing.case.accounts if one.id in doing.case.stores]
    told = [str(one.options.get("domain") or "").casefold() for one in stores]
    if not all(told):
        return
    known = services().stores
    own = [*told, *(urlsplit(known[one.vendor].host(one.account)).hostname or "" for one in stores)]
    if not any(host == one or host.endswith(f".{one}") for one in own):
        domains = ", ".join(dict.fromkeys(told))
        raise Problem(
            422, gettext("This is no address of the shop: link to a page of %(domains)s.", domains=domains)
        )


def _amount(text: str, currency: str) -> Money:
    """An amount as people type it, in the digits of any language; refused where it is none, or too exact."""
    found = _AMOUNT.fullmatch(fold(text).strip().replace("\N{ARABIC DECIMAL SEPARATOR}", "."))
    places = digits(currency)
    if found is None or len(found[1] or "") > places:
        example = Money(25 * 10**places, currency).text(digits)
        raise Problem(422, gettext("Write the amount as %(example)s.", example=example))
    amount = money(Decimal(found[0]), currency, digits)
    if not amount.minor:
        raise Problem(422, gettext("Nothing can be given for nothing: write an amount."))
    return amount


def _wait_for_others(doing: Doing) -> None:
    """One gesture of a tenant at a time: of two on different tickets, the second sees what the first has left."""
    tenant = select(TenantRow.id).where(TenantRow.id == doing.case.looker.tenant_id)
    doing.session.scalars(tenant.with_for_update(key_share=True)).one()


def _check_budget(doing: Doing, given: Money, book: Book) -> None:
    if not doing.case.knows_currency:
        raise Problem(
            409, gettext("Nobody knows yet in which currency: an admin sets `currency`, or connects a shop.")
        )
    whole = doing.case.budget
    if whole is None:
        raise Problem(
            409, gettext("You have no delight budget here: an admin gives you one in the settings.")
        )
    reads = MoneyReads(doing.session, doing.case.looker.tenant_id)
    before = reads.given_away(doing.case.actor.casefold(), book.month, book.currency)
    left = budget_left(money(whole, book.currency, digits), before).left
    if left < given:
        raise Problem(
            409,
            gettext(
                "This is more than is left: %(left)s this month. Give less, or ask a manager.",
                left=_shown(left),
            ),
        )


def _write_down(doing: Doing, about: str, what: str, given: Money, occasion: str, book: Book) -> None:
    """The deed, its line in the ledger, and a note in the ticket for whoever reads it later."""
    told = {"what": what, "minor": given.minor, "currency": given.currency, "occasion": occasion}
    if not doing.write_down(about, GESTURE, about, amount=given.text(digits), **told):
        return
    ticket, reads = doing.case.ticket, MoneyReads(doing.session, doing.case.looker.tenant_id)
    subject = f"gesture:{ticket.connection_id}:{ticket.ticket_id}:{about.partition(':')[2]}"
    line = Line(
        subject=subject,
        key=f"{subject}:{COST}",
        kind=COST,
        amount=-given.minor,
        currency=given.currency,
        occurred_on=book.today,
        agent=doing.case.actor.casefold(),
        ticket=ticket.ticket_id,
        connection_id=ticket.connection_id,
        channel=reads.channel_of(ticket),
        note=f"{what} ({occasion})" if occasion else what,
    )
    Ledger(doing.session, doing.case.looker.tenant_id).post({subject: [line]}, doing.now)
    mark = mark_of("gesture", ticket.connection_id, ticket.ticket_id, about)
    note = add_note(ticket.ticket_id, _note(doing, line.note, given), mark)
    Outbox(doing.session).put(
        doing.case.looker.tenant_id, ticket.connection_id, [note], doing.now, alone=True
    )


def _note(doing: Doing, what: str, given: Money) -> str:
    agent = doing.case.row.agent
    who = agent.name if agent is not None else doing.case.actor
    amount = _shown(given)
    told: str = gettext(
        "%(who)s gives %(amount)s out of their delight budget: %(what)s", who=who, amount=amount, what=what
    )
    return told


def _shown(amount: Money) -> str:
    return in_words({"amount": amount.text(digits), "currency": amount.currency})
