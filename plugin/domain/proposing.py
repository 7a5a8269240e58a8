"""From a ticket to the question that an offer is chosen by: the customer's last words, temper and reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from plugin.domain.anger import is_angry, last_turn
from plugin.domain.facts import Ticket
from plugin.domain.offer_reasons import BY_RULE
from plugin.domain.offered import Offered
from plugin.domain.offers import Asked
from plugin.domain.reason_codes import ReasonTree
from plugin.domain.rule_fields import RuleFacts

CUSTOMER_WROTE: Final = frozenset({"ticket_created", "customer_message"})


def question_of(facts: RuleFacts, by_rules: tuple[str, ...], tree: ReasonTree, locale: str) -> Asked:
    """What is asked, whoever wrote last: an agent's answer does not change what the customer wanted to know."""
    texts = _last_words(facts)
    code = facts.reason_code
    known = tree.get(code) if code else None
    return Asked(
        facts=replace(facts, text="\n".join(texts)),
        by_rules=by_rules,
        angry=_is_angry(facts.ticket, texts),
        upsell_friendly=known is not None and known.upsell_friendly,
        reason_name=tree.path(known.code, locale) if known else "",
    )


def named_by_rules(
    wanted: tuple[str, ...], happened: frozenset[str], before: Iterable[Offered]
) -> tuple[str, ...]:
    """The offers that rules name. What they named for the customer's last words stays until the customer writes again.

    An offer kept by its name alone, as it once was, was a rule's.
    """
    if happened & CUSTOMER_WROTE:
        return wanted
    kept = [one.name for one in before if BY_RULE in one.why or not one.sku]
    return tuple(dict.fromkeys((*wanted, *kept)))


def _last_words(facts: RuleFacts) -> Sequence[str]:
    return [message.text for message in last_turn(facts.ticket.messages)] or [facts.text]


def _is_angry(ticket: Ticket, texts: Sequence[str]) -> bool:
    """Whether some message that no person has answered is angry; the subject speaks with the first."""
    words = [message.text for message in ticket.messages if message.from_customer and message.public]
    subject = [] if words and words[0] != texts[0] else [ticket.subject]
    return any(is_angry(text, ticket.language) for text in (*subject, *texts))
