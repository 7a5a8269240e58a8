"""What the tenant's tiers and rules say about a ticket, once everything new about it is known.

While the shop has not said who the customer is, the rules wait for it a little; then they run without it, say so,
and run again when it has answered: a customer is never taken for nobody because the shop was silent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from plugin.domain.decisions import Decision, TraceLine
from plugin.domain.facts import Customer, Facts, Look, MacroSuggestion, Person, Record, TierDecision
from plugin.domain.goods import Product
from plugin.domain.looks import joined
from plugin.domain.macro_text import MacroBook
from plugin.domain.macros import MacroHint, Usage, suggest, topic_of
from plugin.domain.money import Digits
from plugin.domain.offered import Offered
from plugin.domain.offers import Answers, OfferBook
from plugin.domain.proposing import named_by_rules, question_of
from plugin.domain.reason_codes import ReasonTree
from plugin.domain.rule_effects import decide, effects_of, wrote
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rule_outcome import Outcome
from plugin.domain.rule_runaway import counted, stopped
from plugin.domain.rules import Rulebook
from plugin.domain.teams import Team
from plugin.domain.tier_marks import CUSTOMER_TAG, TIER, customer_effect, said, tier_outcome, wanted_tag
from plugin.domain.tiers import Tier, tier_of

WAITING: Final = "Waiting for the shop"
WAITS: Final = "the shop has not said yet who this is: the rules wait for it, {0:g} s at most"
IN_VAIN: Final = (
    "the shop has not said who this is within {0:g} s: decided without it, and decided again when it answers"
)


@dataclass(frozen=True)
class Playbook:
    """What a tenant has set, ready for use, and the macros of the helpdesk in question.

    `usage` tells how often agents used which macro, for the codes it is asked for; `products` what the stores told of
    the goods on offer, by SKU, and `answers` what became of offers so far. They are asked only where they
    count. `owners` says whose coupon code is whose, by the folded code.
    """

    tree: ReasonTree
    rulebook: Rulebook
    digits: Digits
    currency: str | None = None
    locale: str = "en"
    tiers: Sequence[Tier] = ()
    teams: tuple[Team, ...] = ()
    hints: Sequence[MacroHint] = ()
    routing_wait: timedelta = timedelta(0)
    has_shop: bool = True
    book: MacroBook = field(default_factory=lambda: MacroBook(()))
    usage: Callable[[Sequence[str]], Usage] = lambda codes: {}
    offers: OfferBook = field(default_factory=OfferBook)
    products: Callable[[], Mapping[str, Product]] = dict
    answers: Callable[[], Answers] = dict
    owners: Mapping[str, str] = field(default_factory=dict)

    def tier_of(self, customer: Customer, person: Person) -> TierDecision:
        """The tier of somebody, by what shop and helpdesk say of them."""
        return tier_of(self.tiers, customer, person, self.currency, self.digits, self.has_shop)


def judge(facts: Facts, found: Look, playbook: Playbook, overtaken: bool = False) -> Decision:
    """Tier, routing and suggestions. `found` is what is new; what waits or came too late is in the record's look.

    `overtaken`: what the last look wanted was not written, because the ticket had moved.
    """
    tier = playbook.tier_of(facts.customer, facts.ticket.requester)
    look = _to_run(facts, found, overtaken)
    if look is not None and _waits(facts, look, tier, playbook):
        waiting = replace(look, since=look.since or facts.now)
        facts = replace(facts, record=replace(facts.record, look=waiting))
        return _marked(facts, waiting, tier, _waiting_line(look, playbook))
    if look is None:
        return _marked(facts, found, tier, ())
    return _run(facts, look, tier, playbook)


def due_again(record: Record, playbook: Playbook) -> datetime | None:
    """When rules that wait for the shop are run without it."""
    look = record.look
    return None if look is None or look.since is None else look.since + playbook.routing_wait


def _to_run(facts: Facts, found: Look, overtaken: bool) -> Look | None:
    """What the rules are run on now; None for nothing."""
    old = facts.record.look
    if old is None or not (overtaken or old.since or old.again):
        return found if found.happened else None
    nothing_new = old.since is None and facts.asking and not found.happened
    return None if nothing_new and not overtaken else joined(old, found)


def _waits(facts: Facts, look: Look, tier: TierDecision, playbook: Playbook) -> bool:
    """Whether the shop's answer could still change what the rules do, and there is time left for it."""
    if not _is_silent(facts) or look.again or not playbook.rulebook.asks_the_shop:
        return False
    if tier.tier is not None and tier.certain:
        return False
    return (look.since or facts.now) + playbook.routing_wait > facts.now


def _is_silent(facts: Facts) -> bool:
    return facts.asking and facts.customer.state == "unknown"


def _run(facts: Facts, look: Look, tier: TierDecision, playbook: Playbook) -> Decision:
    rule_facts = _rule_facts(facts, look, tier, playbook)
    asked, marks = playbook.rulebook.run(rule_facts), tier_outcome(facts, tier)
    outcome = Outcome((*marks.answers, *asked.answers), (*marks.steps, *asked.steps))
    decision = decide(outcome, facts, facts.record.by_person)
    record = _counted(facts, decision.record, outcome)
    silent = _is_silent(facts)
    record = replace(
        record,
        look=replace(look, since=None, again=silent),
        no_bots_rule=_no_bots_rule(outcome) or record.no_bots_rule,
        offers=() if silent else _offers(rule_facts, outcome, playbook, record.offers),
        macros=_macros(facts, outcome, playbook),
    )
    lines = _in_vain_line(look, playbook) if silent else ()
    decision = replace(decision, record=record, trace=(*lines, *said(decision.trace)))
    return _with_customer(facts, look, tier, decision)


def _rule_facts(facts: Facts, look: Look, tier: TierDecision, playbook: Playbook) -> RuleFacts:
    code = _code(facts)
    known = playbook.tree.get(code) if code else None
    return RuleFacts(
        ticket=facts.ticket,
        now=facts.now,
        happened=look.happened,
        text=look.text,
        first_message=look.first_message,
        reason_code=code,
        presale=known is not None and known.is_presale,
        customer=facts.customer,
        tier=tier,
        teams=playbook.teams,
        previous=look.previous,
        by_person=facts.record.by_person,
        stopped=stopped(facts.record.firings, facts.now),
    )


def _code(facts: Facts) -> str | None:
    """The ticket's reason code: a mere suggestion is none."""
    reason = facts.record.reason
    return facts.ticket.reason_code if reason is None else reason.code


def _counted(facts: Facts, record: Record, outcome: Outcome) -> Record:
    """The rules that write are counted: one that does so without end is stopped."""
    if not facts.live:
        return record
    writers = wrote(outcome, effects_of(outcome, facts, facts.record.by_person))
    names = {answer.rule for answer in outcome.answers} - {TIER}
    return replace(
        record, firings=counted(record.firings, [one for one in writers if one in names], facts.now)
    )


def _no_bots_rule(outcome: Outcome) -> str:
    step = outcome.wins.get("no_bots")
    return "" if step is None else step.rule


def _macros(facts: Facts, outcome: Outcome, playbook: Playbook) -> tuple[MacroSuggestion, ...]:
    """The macros that fit, by the customer's last words and the code; a suggested code is good enough for that."""
    words = [message.text for message in facts.ticket.messages if message.from_customer and message.public]
    text = f"{facts.ticket.subject}\n{words[-1]}" if words else facts.ticket.subject
    likely = facts.record.suggestions[0].code if facts.record.suggestions else None
    topic = topic_of(playbook.tree, _code(facts) or likely, playbook.locale)
    usage = playbook.usage(topic.codes) if topic.codes else {}
    return suggest(
        topic, text, facts.ticket.language, playbook.book, playbook.hints, usage, by_rules=outcome.macros
    )


def _offers(
    facts: RuleFacts, outcome: Outcome, playbook: Playbook, before: Sequence[Offered]
) -> tuple[Offered, ...]:
    """What may be proposed, the best first."""
    if not playbook.offers:
        return ()
    by_rules = named_by_rules(outcome.offers, facts.happened, before)
    question = question_of(facts, by_rules, playbook.tree, playbook.locale)
    return playbook.offers.choose(replace(question, products=playbook.products(), answers=playbook.answers()))


def _marked(facts: Facts, look: Look, tier: TierDecision, lines: Sequence[TraceLine]) -> Decision:
    """No rules are run now; the tier is shown and marked all the same."""
    decision = decide(tier_outcome(facts, tier), facts, facts.record.by_person)
    news = tier != facts.record.tier or bool(decision.effects)
    trace = (*lines, *said(decision.trace)) if news else tuple(lines)
    return _with_customer(facts, look, tier, replace(decision, trace=trace))


def _with_customer(facts: Facts, look: Look, tier: TierDecision, decision: Decision) -> Decision:
    """The tier goes on record, its tag on the customer's own record in the helpdesk, and what bots did on a list."""
    record = replace(decision.record, customer=facts.customer, tier=tier)
    decision = replace(decision, breaches=look.by_bots if record.no_bots else ())
    effect = customer_effect(facts, tier)
    if effect is None:
        return replace(decision, record=record)
    if facts.live:
        record = replace(record, sent={**record.sent, CUSTOMER_TAG: wanted_tag(tier)})
    return replace(decision, record=record, effects=(*decision.effects, effect))


def _waiting_line(look: Look, playbook: Playbook) -> tuple[TraceLine, ...]:
    """Said once, when the wait begins."""
    if look.since is not None:
        return ()
    return (_silence(WAITS, playbook),)


def _in_vain_line(look: Look, playbook: Playbook) -> tuple[TraceLine, ...]:
    """Said when the wait is over and the shop still silent."""
    return () if look.since is None else (_silence(IN_VAIN, playbook),)


def _silence(why: str, playbook: Playbook) -> TraceLine:
    seconds = playbook.routing_wait.total_seconds()
    return TraceLine(WAITING, False, {"customer.state": "unknown"}, (), why.format(seconds))
