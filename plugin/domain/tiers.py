"""Which tier a customer is in, and by what evidence. A shop that has not answered says nothing: never "nobody"."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from plugin.domain.facts import Customer, Person, TierDecision
from plugin.domain.money import Digits, Money, money

NOT_YET: Final = "the shop has not said yet who this is: no tier is ruled out"
TIER_TAGS: Final = "mgn_tier_"
NO_SHOP: Final = "no shop is connected that could say what this customer is worth: no tier is ruled out"
NO_TIERS: Final = "no tiers are set"
NONE_MET: Final = "no tier's criterion is met"


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of customers; any one criterion is enough. `tags` and `emails` are compared whole, without case."""

    name: str
    spent_at_least: Decimal | None = None
    orders_at_least: int | None = None
    top_percent: float | None = None
    tags: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    no_bots: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a customer, from shop and helpdesk together, ready for comparing."""

    customer: Customer
    emails: frozenset[str]
    tags: frozenset[str]
    currency: str | None
    digits: Digits


def tier_of(
    tiers: Sequence[Tier],
    customer: Customer,
    person: Person,
    currency: str | None,
    digits: Digits,
    has_shop: bool = True,
) -> TierDecision:
    """The last tier in the list of which a criterion is met. `currency` is the settings' (None: the store's).

    Without a shop only the criteria that it alone could answer stay open: tags and lists are known from the helpdesk.
    """
    known = _known(customer, person, currency, digits)
    open_yet, silence = False, NOT_YET if has_shop else NO_SHOP
    for tier in reversed(tiers):
        evidence = tuple(_evidence(tier, known))
        if evidence:
            return TierDecision(tier.name, tier.no_bots, evidence, not open_yet, silence if open_yet else "")
        open_yet = open_yet or (customer.state == "unknown" and _is_open(tier, has_shop))
    if open_yet:
        return TierDecision(certain=False, why=silence)
    return TierDecision(why="; ".join([NONE_MET, *_not_comparable(tiers, known)]) if tiers else NO_TIERS)


def tier_tag(name: str) -> str:
    """The tag of a tier on a customer's record: mgn_tier_ and the name, lower case, with _.

    It is plain ASCII in every helpdesk; a name that is not gets a short digest of itself, so that two stay two.
    """
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", bare)
    lost = any(letter.isalnum() and not letter.isascii() for letter in bare)
    if lost or not words:
        words.append(hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:6])
    return "_".join([TIER_TAGS.rstrip("_"), *words])


def _is_open(tier: Tier, has_shop: bool) -> bool:
    """Whether a shop's word could still put somebody into this tier."""
    of_the_shop = tier.spent_at_least, tier.orders_at_least, tier.top_percent
    return any(criterion is not None for criterion in of_the_shop) or (bool(tier.tags) and has_shop)


def _known(customer: Customer, person: Person, currency: str | None, digits: Digits) -> Known:
    emails = frozenset(plain(email) for email in (customer.email, person.email) if email)
    tags = frozenset(plain(tag) for tag in (*customer.tags, *person.tags))
    return Known(customer, emails, tags, currency, digits)


def plain(word: str) -> str:
    """A tag or address as compared: without case, without blanks around it."""
    return word.strip().casefold()


def _evidence(tier: Tier, known: Known) -> Iterator[str]:
    """Each criterion that is met, in words."""
    yield from _spent(tier, known)
    orders, percent = known.customer.orders, known.customer.top_percent
    if tier.orders_at_least is not None and orders is not None and orders >= tier.orders_at_least:
        yield f"{orders:,} orders ≥ {tier.orders_at_least:,}"
    if tier.top_percent is not None and percent is not None and percent <= tier.top_percent:
        yield f"among the top {percent:g} % (≤ {tier.top_percent:g} %)"
    yield from (f"tag {tag}" for tag in tier.tags if plain(tag) in known.tags)
    if any(plain(email) in known.emails for email in tier.emails):
        yield "e-mail address is on the tier's list"


def _spent(tier: Tier, known: Known) -> Iterator[str]:
    spent, limit = known.customer.spent, _limit(tier, known)
    if spent is not None and limit is not None and spent.currency == limit.currency and limit <= spent:
        yield f"spent {_figure(spent, known.digits)} ≥ {_figure(limit, known.digits)} {limit.currency}"


def _limit(tier: Tier, known: Known) -> Money | None:
    currency = known.currency or (known.customer.spent.currency if known.customer.spent else None)
    if tier.spent_at_least is None or currency is None:
        return None
    return money(tier.spent_at_least, currency, known.digits)


def _not_comparable(tiers: Sequence[Tier], known: Known) -> Iterator[str]:
    """Why a sum in another currency counted for nothing."""
    spent = known.customer.spent
    if spent is None or known.currency in (None, spent.currency):
        return
    if any(tier.spent_at_least is not None for tier in tiers):
        yield (
            f"spent {_figure(spent, known.digits)} {spent.currency} cannot be compared with amounts "
            f"in {known.currency}"
        )


def _figure(amount: Money, digits: Digits) -> str:
    return f"{Decimal(amount.text(digits)):,f}"
