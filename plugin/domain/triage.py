"""What a ticket is about, and whether we may write it down: the reason-code decision, with its trace."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from plugin.domain.decisions import Decision, TraceLine
from plugin.domain.effects import Effect, set_reason_code
from plugin.domain.facts import Facts, Message, Ranked, Reason, ReasonBy, Record
from plugin.domain.learning import correction_of

RULE = "Reason code"
SLOT = "reason_code"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is about: at most three codes, best first; `sure` when the first may be acted upon."""

    codes: tuple[Ranked, ...]
    sure: bool
    by: ReasonBy = "phrases"


class Reader(Protocol):
    """Reads a customer's text (`language` is the helpdesk's word for it, where it has one)."""

    def __call__(self, text: str, language: str | None) -> Reading: ...


def read_message(facts: Facts, message: Message, first: bool, read: Reader) -> Decision:
    """A customer's words: the first sure code becomes the ticket's; all else only changes the suggestions."""
    text = f"{facts.ticket.subject}\n{message.text}" if first else message.text
    reading = read(text, facts.ticket.language)
    record = facts.record
    if reading.codes:
        record = replace(record, suggestions=reading.codes)
    if not reading.codes:
        return _nothing_found(record)
    if not reading.sure:
        return _suggested(record, reading)
    if record.reason is not None:
        return _has_one(replace(facts, record=record), reading)
    best = reading.codes[0]
    reason = Reason(best.code, reading.by, True, best.score, best.evidence)
    return write_reason(replace(facts, record=replace(record, reason=reason)))


def write_reason(facts: Facts) -> Decision:
    """Bring the sure code of our record into the ticket's field, unless somebody has been there."""
    reason = facts.record.reason
    if reason is None or not reason.sure or reason.code is None:
        return Decision(facts.record)
    seen = _seen(facts, reason.evidence)
    if facts.ticket.reason_code == reason.code:
        return _decided(replace(facts.record, chosen=None), seen, why="the field holds it already")
    if facts.ticket.reason_value is not None and facts.record.chosen != reason.code:
        return _decided(facts.record, seen, why="the field holds a value that we did not set; it stays")
    if not facts.writable_reason:
        return _decided(facts.record, seen, why=NO_FIELD)
    effect = set_reason_code(facts.ticket.id, reason.code)
    if not facts.live:
        return _decided(facts.record, seen, (effect,), why=f"shadow mode: would write {reason.code}")
    sent = {**facts.record.sent, SLOT: reason.code}
    return _decided(replace(facts.record, sent=sent), seen, (effect,), did=reason.code)


def person_chose(facts: Facts, code: str | None) -> Decision:
    """Somebody of the shop chose (or emptied) the code: theirs stands, whatever we think, and is learnt from."""
    reason = Reason(code, "agent", sure=True, score=1.0)
    said = f"reason_code {code} by an agent" if code else "an agent's own choice stands"
    line = TraceLine(RULE, True, {"ticket.reason_code": facts.ticket.reason_value}, (said,), PERSON)
    correction = correction_of(facts, code)
    record = replace(facts.record, reason=reason, chosen=None)
    return Decision(record, trace=(line,), correction=correction)


def agent_chose(facts: Facts, code: str) -> Decision:
    """An agent chose this code in our sidebar: it is written over whatever the field holds, and learnt from."""
    correction = correction_of(facts, code)
    reason = Reason(code, "agent", sure=True, score=1.0)
    record = replace(facts.record, reason=reason, chosen=code)
    decision = write_reason(replace(facts, record=record))
    if not decision.effects:
        decision = replace(decision, record=replace(decision.record, chosen=None))
    return replace(decision, correction=correction)


def left_alone(facts: Facts) -> Decision:
    """A ticket that takes no changes any more."""
    why = f"the ticket is {facts.ticket.state}: left alone"
    return Decision(
        facts.record, trace=(TraceLine("Left alone", False, {"ticket.status": facts.ticket.status}, (), why),)
    )


NO_FIELD = (
    "this connection has no reason-code field to write to: run `marginalia connect` for it without --no-provision, "
    "or with --reason-field"
)
PERSON = "what a person has set is not overwritten"


def _seen(facts: Facts, evidence: tuple[str, ...]) -> Mapping[str, object]:
    return {"ticket.text": list(evidence), "ticket.reason_code": facts.ticket.reason_value}


def _decided(
    record: Record,
    seen: Mapping[str, object],
    effects: tuple[Effect, ...] = (),
    *,
    why: str = "",
    did: str | None = None,
) -> Decision:
    """The rule fires when it has an effect; in shadow mode that is kept and shown, but not sent."""
    done = (f"reason_code {did}",) if did else ()
    return Decision(record, effects, (TraceLine(RULE, bool(effects), seen, done, why),))


def _nothing_found(record: Record) -> Decision:
    return Decision(record, trace=(TraceLine(RULE, False, why="no phrase of any code was found: no code"),))


def _suggested(record: Record, reading: Reading) -> Decision:
    best = reading.codes[0]
    seen = {"ticket.text": list(best.evidence), "suggested": [ranked.code for ranked in reading.codes]}
    return Decision(record, trace=(TraceLine(RULE, False, seen, (), "not sure enough to write: suggested"),))


def _has_one(facts: Facts, reading: Reading) -> Decision:
    reason = facts.record.reason
    assert reason is not None
    seen = {"ticket.reason_code": reason.code, "suggested": [ranked.code for ranked in reading.codes]}
    if reason.by == "agent":
        return Decision(facts.record, trace=(TraceLine(RULE, False, seen, (), PERSON),))
    if SLOT not in facts.record.sent and facts.live:
        return write_reason(facts)
    why = "the ticket has its code: a later message changes the suggestion only"
    return Decision(facts.record, trace=(TraceLine(RULE, False, seen, (), why),))
