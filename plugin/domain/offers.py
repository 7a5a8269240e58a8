"""Offers: what may be proposed to a customer in answer to their question, and which one is worth most.

Nothing is offered that the store cannot deliver, that the customer has just bought, or that earns nothing; and
nothing more is sold to somebody who is angry, unless their reason is one that selling helps with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from plugin.domain.goods import Product
from plugin.domain.money import Digits, Money, money
from plugin.domain.offer_reasons import BY_RULE, IN_PLACE, MET, STOCK, TAKEN, Teller, reason_told
from plugin.domain.offered import Offered, OfferKind
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rules import Condition, Conditions

MOST_KEPT: Final = 5
"""Offers remembered for a ticket: where the best is declined, the next is shown."""

MONEY_BACK: Final = (
    "return", "exchange", "refund.request", "refund.policy", "order.cancel", "subscription.cancel",
)  # fmt: skip
"""Reasons whose answer may be money back, and those under them: what keeps revenue comes before what adds to it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the settings, checked. `price` is in the settings' currency, else the store's."""

    name: str
    sku: str
    price: Decimal
    kind: OfferKind = "new"
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()


Answers = Mapping[str, tuple[int, int]]
"""Name of an offer → how often it was taken, and how often declined."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that an offer is to be part of the answer to.

    `facts.text` are the customer's last words. `by_rules` are the offers that rules name; `products` is what the store
    told of them by SKU, empty where no store told anything. `reason_name` is what people call the reason code.
    """

    facts: RuleFacts
    by_rules: tuple[str, ...] = ()
    products: Mapping[str, Product] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    angry: bool = False
    upsell_friendly: bool = False
    reason_name: str = ""

    @property
    def money_back(self) -> bool:
        """Whether the answer to this reason may be money back."""
        return may_cost_money(self.facts.reason_code)


def may_cost_money(code: str | None) -> bool:
    """Whether the answer to this reason code may be money back."""
    return code is not None and any(code == root or code.startswith(f"{root}.") for root in MONEY_BACK)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An offer ready to be thought of; `place` is where it stands in the settings."""

    place: int
    offer: Offer
    when: Conditions
    teller: Teller

    @property
    def unconditional(self) -> bool:
        return not (self.offer.all_of or self.offer.any_of)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A candidate with what it is worth here."""

    offered: Offered
    place: int
    expected: Fraction | None


class OfferBook:
    """All offers of one settings version, ready to choose from; safe to share between threads."""

    def __init__(
        self,
        offers: Sequence[Offer] = (),
        currency: str | None = None,
        digits: Digits = lambda code: 2,
        named: Iterable[str] = (),
    ) -> None:
        """`named` are the offers that some rule names: without conditions of their own they wait for that rule."""
        self._named = frozenset(named)
        self._currency = currency
        self._digits = digits
        self._offers = tuple(
            _Ready(
                place,
                offer,
                Conditions(offer.all_of, offer.any_of, currency, digits),
                Teller((*offer.all_of, *offer.any_of), currency, digits),
            )
            for place, offer in enumerate(offers)
        )

    def __len__(self) -> int:
        return len(self._offers)

    def choose(self, asked: Asked) -> tuple[Offered, ...]:
        """What may be proposed now, the best first."""
        if not self._offers:
            return ()
        shelf = {_key(sku): product for sku, product in asked.products.items()}
        weighed = [found for ready in self._offers for found in self._weighed(ready, asked, shelf)]
        return tuple(one.offered for one in _ranked(weighed, asked.money_back))[:MOST_KEPT]

    def _weighed(self, ready: _Ready, asked: Asked, shelf: Mapping[str, Product]) -> Iterator[_Weighed]:
        """The offer with its worth; nothing where it is not to be made."""
        offer, product = ready.offer, shelf.get(_key(ready.offer.sku))
        met = not ready.unconditional and ready.when.answer(asked.facts).fired
        if not (offer.name in asked.by_rules or met or self._suits(ready, asked)):
            return
        if not _is_welcome(offer, asked) or not _can_be_had(offer, product, asked, shelf):
            return
        price = self._price(offer, product, asked)
        margin = _margin(price, product)
        if not _in_their_currency(price, product, asked) or (margin is not None and margin.minor <= 0):
            return
        why = (*_causes(ready, asked, met), *_facts(offer, product, asked))
        offered = Offered(offer.name, offer.sku, price, margin, offer.kind, why)
        yield _Weighed(offered, ready.place, _expected(margin, asked.answers.get(offer.name, (0, 0))))

    def _suits(self, ready: _Ready, asked: Asked) -> bool:
        """Whether an offer without conditions, which is no rule's to make, fits the reason."""
        if not ready.unconditional or ready.offer.name in self._named:
            return False
        return asked.money_back if ready.offer.kind == "kept" else asked.upsell_friendly

    def _price(self, offer: Offer, product: Product | None, asked: Asked) -> Money | None:
        """What is asked for it; None where nobody says in which currency."""
        spent = asked.facts.customer.spent
        told = (product.price.currency if product else None) or (spent.currency if spent else None)
        currency = self._currency or told
        return None if currency is None else money(offer.price, currency, self._digits)


def _is_welcome(offer: Offer, asked: Asked) -> bool:
    """Whether somebody in this temper may be asked that."""
    if not asked.angry or asked.upsell_friendly:
        return True
    return offer.kind == "kept" and asked.money_back


def _can_be_had(offer: Offer, product: Product | None, asked: Asked, shelf: Mapping[str, Product]) -> bool:
    """Whether the store sells it and has some left, and the customer has not just bought it."""
    order = asked.facts.customer.last_order
    if order is not None and _key(offer.sku) in map(_key, order.skus):
        return False
    if product is None:
        return not shelf
    return product.stock is None or product.stock > 0


def _in_their_currency(price: Money | None, product: Product | None, asked: Asked) -> bool:
    """Without a rate, an amount in another currency than the store's says nothing."""
    spent = asked.facts.customer.spent
    told = [amount.currency for amount in (product.price if product else None, spent) if amount is not None]
    return price is None or all(currency == price.currency for currency in told)


def _margin(price: Money | None, product: Product | None) -> Money | None:
    """What is left of the price; None where the store does not tell the cost, or tells it in another currency."""
    cost = product.unit_cost if product else None
    if price is None or cost is None or cost.currency != price.currency:
        return None
    return price - cost


def _expected(margin: Money | None, answers: tuple[int, int]) -> Fraction | None:
    """The margin times how often it is taken; who was never asked takes it every second time."""
    taken, declined = answers
    return None if margin is None else margin.minor * Fraction(taken + 1, taken + declined + 2)


def _causes(ready: _Ready, asked: Asked, met: bool) -> Iterable[str]:
    """Why it came to mind; never nothing."""
    found = [BY_RULE] if ready.offer.name in asked.by_rules else []
    if met:
        found += ready.teller.tell(asked.facts, asked.reason_name)
    if ready.offer.kind == "kept" and asked.money_back:
        found.append(IN_PLACE)
    elif ready.unconditional and not found:
        found += reason_told(asked.reason_name)
    return found or [MET]


def _facts(offer: Offer, product: Product | None, asked: Asked) -> Iterator[str]:
    """What speaks for it besides."""
    if product is not None and product.stock is not None:
        yield STOCK.format(product.stock)
    taken, declined = asked.answers.get(offer.name, (0, 0))
    if taken + declined:
        yield TAKEN.format(taken, taken + declined)


def _ranked(weighed: Sequence[_Weighed], money_back: bool) -> list[_Weighed]:
    """What keeps revenue first where money may go back; then by expected margin, and those without one by price.

    Amounts of two currencies are never compared: the currency that stands first in the settings comes first.
    """
    currencies = list(dict.fromkeys(one.offered.price and one.offered.price.currency for one in weighed))

    def rank(one: _Weighed) -> tuple[bool, bool, bool, int, Fraction, int]:
        price, unknown = one.offered.price, one.expected is None
        worth = one.expected if one.expected is not None else Fraction(price.minor if price else 0)
        currency = currencies.index(price and price.currency)
        return money_back and one.offered.kind == "new", unknown, price is None, currency, -worth, one.place

    return sorted(weighed, key=rank)


def _key(sku: str) -> str:
    """SKUs are compared without case."""
    return sku.strip().casefold()
