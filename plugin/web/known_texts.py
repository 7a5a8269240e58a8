"""Texts that business, worker and database keep in English, listed so that the catalogues know them.

What stands in braces is whatever the text was made with; it is put into the translation as it is. A test reads
the places where these texts come from, and fails where one is missing here. Texts are in groups, so that a short one
("tag {tag}") is only looked for where it can stand.
"""


def N_(text: str) -> str:
    """Mark a text for the catalogues without translating it yet."""
    return text


RULES = (N_("Reason code"), N_("Left alone"), N_("Customer tier"), N_("Waiting for the shop"))
"""Rules of our own; a tenant's have the names that the tenant gave them."""
STEPS = (
    N_("reason_code {code} by an agent"),
    N_("reason_code {code}"),
    N_("an agent's own choice stands"),
    N_("group {group}"),
    N_("group {group} ({team} is open)"),
    N_("group {group} ({team} opens next, {opening} UTC)"),
    N_("assignee {agent}"),
    N_("priority {priority}"),
    N_("status {status}"),
    N_("tags +{tag}"),
    N_("tags -{tag}"),
    N_("note"),
    N_("call_back"),
    N_("call_back {number}"),
    N_("suggest_macro {macro}"),
    N_("offer {offer}"),
    N_("no_bots"),
)
"""What a rule did, or would do."""
EVIDENCE = (
    N_("spent {spent} ≥ {limit} {currency}"),
    N_("{orders} orders ≥ {limit}"),
    N_("among the top {percent} % (≤ {limit} %)"),
    N_("tag {tag}"),
    N_("e-mail address is on the tier's list"),
)
"""What puts a customer into a tier."""
TIERS = (
    N_("no tiers are set"),
    N_("no tier's criterion is met"),
    N_("the shop has not said yet who this is: no tier is ruled out"),
    N_("no shop is connected that could say what this customer is worth: no tier is ruled out"),
    N_("spent {spent} {currency} cannot be compared with amounts in {wanted_currency}"),
)
"""Why a customer is in none, or in none yet."""
TRACES = (
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
    N_("the shop has not said yet who this is: the rules wait for it, {seconds} s at most"),
    N_(
        "the shop has not said who this is within {seconds} s: decided without it, and decided again when it answers"
    ),
    N_("shadow mode: would do {did}"),
    N_("{did}: the later rule “{rule}” wants {wanted}"),
    N_("{did}: instead of {earlier} by “{rule}”"),
    N_("{did}: a person has set it otherwise; it stays"),
    N_("{did}: the ticket has it already"),
    N_("{did}: asked of the helpdesk already"),
    N_("{did}: stands in the ticket already"),
    N_("{did}: the ticket takes no changes any more"),
    N_("stopped on this ticket: it wrote too often within an hour, and rests until that is an hour ago"),
    N_("none of these teams ever opens: look at their hours and holidays"),
    N_("{condition}: saw {value}"),
    N_("{condition}: not known yet"),
    N_("{condition}: was {before}, is {value}"),
    N_("{condition}: not seen before, is {value}"),
    N_("none of these: {answer}"),
)
WHYS = (*TRACES, *TIERS, *EVIDENCE)
"""Why a rule did what it did, or stayed out; several are joined by JOINT."""
JOINT = N_("; ")
MACROS = (
    N_("suggested by a rule"),
    N_("chosen in the settings for {name}"),
    N_("used once for {name}"),
    N_("used {times} times for {name}"),
    N_("named like {name}"),
    N_("shares: {words}"),
)
"""Why a macro is suggested; several are joined by JOINT."""
OFFERS = (
    N_("suggested by a rule"),
    N_("fits the reason {name}"),
    N_("asked about {words}"),
    N_("goes with {articles} of the latest order"),
    N_("for customers of the tier {tier}"),
    N_("in place of money back"),
    N_("its conditions are met"),
    N_("in stock: {count}"),
    N_("taken {taken} of {times} times"),
)
"""Why an offer fits."""
CREDITS = (
    N_("order drawn up in ticket {ticket}"),
    N_("link sent in ticket {ticket} and followed"),
    N_("code {code} sent in ticket {ticket}"),
    N_("code {code} used"),
    N_("code {code} used, and no ticket of this customer with {agent} before it"),
    N_("ticket {ticket} with {agent} 1 day before"),
    N_("ticket {ticket} with {agent} {count} days before"),
    N_("stronger evidence of {agents}"),
    N_("given by a manager"),
    N_("accepted by a manager"),
    N_("no longer: what proved it is gone, or somebody else has it"),
)
"""Why an order is somebody's merit, or no longer."""
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
    N_("a defect in Marginalia: {defect}"),
    N_("the account was disconnected"),
    N_("the helpdesk has no such ticket any more: {error}"),
    N_("withheld: the rule “{rule}” keeps bots away from this ticket; a person must answer"),
    N_("withheld: customers of the tier “{tier}” meet no bots; a person must answer"),
    N_("withheld: nobody can say yet who this customer is, and they may be one who meets no bots"),
    N_("withheld: nothing is known of this ticket, so nobody can say whether a bot may answer"),
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
SIGN_INS = (
    N_(
        "{account} says that this is nobody who works there: sign in there as an agent, then open the ticket here "
        "again"
    ),
    N_("{account} answered for another sign-in than this one: sign in again"),
    N_("{account} does not take this sign-in ({said}): sign in again"),
    N_(
        "{account} does not accept the OAuth client {client} ({said}): whoever runs Marginalia must check its id, its "
        "secret and its redirect address"
    ),
    N_("{account} does not tell who signed in: whoever runs Marginalia must let its OAuth client read users"),
)
"""Why the helpdesk did not let an agent sign in to a page of ours."""
COUPONS = (
    N_("{number} new customers used it within an hour, and no ticket of theirs explains it: {orders}"),
    N_("somebody came with it from {site}, where coupon codes are published: {orders}"),
    N_("the code {code} may have leaked: look at the coupons, and release or rotate it"),
    N_("the store takes {there} % off, the settings say {wanted} %: change one of them, or rotate the code"),
    N_("the store takes no share of the order off any more: mend it there, or rotate the code"),
    N_("it does not work in the store now: switch it on there, or rotate the code"),
    N_("it can be used only once in the store: take that limit off there, or rotate the code"),
    N_("it was deleted in the store: make it there again, or rotate the code"),
    N_("no shop is connected that it could be made in"),
    N_("it is no longer in the settings, and works in the store until somebody ends it"),
    N_("say in a few words why it is no leak: whoever asks later reads that"),
    N_("Marginalia only watches here: a code is ended and made in live mode alone; save `mode: live` first"),
)
"""What is wrong with an agent's code, or suspected of it."""
MESSAGES = (*EFFECTS, *DELIVERIES, *SETTINGS, *HEALTH, *REFUSALS, *SIGN_INS, *COUPONS)
"""What is said by itself, of whatever it is about."""
