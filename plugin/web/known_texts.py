"""Texts that business, worker and database keep in English, listed so that the catalogues know them.

What stands in braces is whatever the text was made with; it is put into the translation as it is. A test reads
the places where these texts come from, and fails where one is missing here.
"""


def N_(text: str) -> str:
    """Mark a text for the catalogues without translating it yet."""
    return text


DECISIONS = (
    N_("Reason code"),
    N_("Left alone"),
    N_("reason_code {code} by an agent"),
    N_("reason_code {code}"),
    N_("an agent's own choice stands"),
    N_("what a person has set is not overwritten"),
    N_("the field holds it already"),
    N_("the field holds a value that we did not set; it stays"),
    N_(
        "this connection has no reason-code field to write to: run `marginalia connect` for it without "
        "--no-provision, or with --reason-field"
    ),
    N_("shadow mode: would write {code}"),
    N_("the ticket is {state}: left alone"),
    N_("no phrase of any code was found: no code"),
    N_("not sure enough to write: suggested"),
    N_("the ticket has its code: a later message changes the suggestion only"),
)
EFFECTS = (
    N_("it is done: there is nothing to retry"),
    N_("a newer write to the same place came first: retry that one if it failed"),
    N_("the object changed meanwhile and was decided about again: retry what was decided then"),
    N_("it was decided in shadow mode and never meant to be sent: set `mode: live` to send what comes next"),
    N_("the object it would write to is gone"),
    N_("a newer write to the same place exists (effect {newer}): sending this one now would undo it"),
    N_(
        "held: more than 20 writes to this object within an hour, probably a loop with a trigger of the helpdesk; "
        "look at its trace, mend the trigger, then retry the effect"
    ),
    N_(
        "the connection broke while this was being sent, and it must not happen twice: look in the helpdesk "
        "whether it is there, then retry the effect if it is not"
    ),
    N_(
        "the connection broke while this was being sent, and it must not happen twice: look in the helpdesk "
        "whether it is there, then retry the effect if it is not ({error})"
    ),
    N_("given up after days of trying: {error}"),
    N_("given up: its worker died {times} times while sending it"),
    N_("the account was disconnected"),
    N_("the helpdesk has no such ticket any more: {error}"),
)
DELIVERIES = (
    N_(
        "the raw body of this delivery is no longer kept, and it had pointed to nothing: there is nothing to replay"
    ),
)
SETTINGS = (
    N_("the document must be a mapping of settings"),
    N_("the file is longer than {number} characters"),
    N_("not readable as YAML or JSON: {error}"),
    N_("not readable as JSON: {error}"),
    N_("the document holds more than {number} values (aliases written out)"),
    N_("the document is nested too deep"),
    N_("the document is not UTF-8 text: save it as UTF-8"),
    N_("holds a character that is no text (NUL, or half of a surrogate pair)"),
)
"""Of the document as a whole. What is wrong at a path inside it is told in English, as its keys are."""
HEALTH = (
    N_("the database is at version {found}, this code wants {wanted}: run `marginalia migrate`"),
    N_("no worker has ever run: start `marginalia work`"),
    N_("no clock has ever run: start `marginalia clock`"),
    N_("no worker was heard since {since}: start `marginalia work`"),
    N_("no clock was heard since {since}: start `marginalia clock`"),
)
REFUSALS = (
    N_("the database does not take anything at the moment; nothing was stored, send it again later"),
    N_("there is nothing at this address: check the path and the numbers in it"),
    N_("this address does not take that method: see the header Allow"),
    N_("the body is larger than is taken here: send less, or have MAX_BODY_BYTES raised"),
    N_("a defect of ours, which is logged: please try again, then tell whoever runs this installation"),
)
ALL = (*DECISIONS, *EFFECTS, *DELIVERIES, *SETTINGS, *HEALTH, *REFUSALS)
