"""Who is in which tier, and by what evidence."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Customer, Person, TierDecision
from plugin.domain.money import Money
from plugin.domain.tiers import Tier, tier_of, tier_tag
from tests.domain.rule_cases import digits

VIP = Tier("VIP", spent_at_least=Decimal("5000.00"))
CONCIERGE = Tier("Concierge", spent_at_least=Decimal("10000.00"), tags=("VIP",), no_bots=True)
TIERS = (VIP, CONCIERGE)
ANN = Person("7", email="Ann@Example.com")


def decided(
    *tiers: Tier, person: Person = ANN, currency: str | None = "USD", state: Any = "known", **known: Any
) -> TierDecision:
    return tier_of(tiers, Customer(state, **known), person, currency, digits)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        ({"spent": usd(499_999)}, None),
        ({"spent": usd(500_000)}, "VIP"),
        ({"spent": usd(999_999)}, "VIP"),
        ({"spent": usd(1_000_000)}, "Concierge"),
        ({"tags": ("vip",)}, "Concierge"),
        ({"tags": (" VIP ",)}, "Concierge"),
        ({"tags": ("vip customer",)}, None),
        ({}, None),
    ],
)
def test_any_one_criterion_is_enough_and_a_tag_is_compared_whole(
    known: dict[str, Any], tier: str | None
) -> None:
    assert decided(*TIERS, **known).tier == tier


def test_the_last_tier_that_matches_wins() -> None:
    assert decided(CONCIERGE, VIP, spent=usd(1_000_000)).tier == "VIP"


def test_no_bots_is_the_winning_tiers() -> None:
    both: dict[str, Any] = {"spent": usd(1_000_000)}
    assert (decided(*TIERS, **both).no_bots, decided(CONCIERGE, VIP, **both).no_bots) == (True, False)


def test_the_evidence_says_how_much_of_how_much() -> None:
    found = decided(*TIERS, spent=usd(1_200_000), tags=("VIP",))
    assert found.evidence == ("spent 12,000.00 ≥ 10,000.00 USD", "tag VIP")


def test_orders_and_rank_are_evidence_too() -> None:
    loyal = Tier("Loyal", orders_at_least=10, top_percent=1)
    assert decided(loyal, orders=12, top_percent=0.5).evidence == (
        "12 orders ≥ 10",
        "among the top 0.5 % (≤ 1 %)",
    )


@pytest.mark.parametrize(
    "known", [{"orders": 9}, {"top_percent": 1.1}, {"orders": None, "top_percent": None}]
)
def test_less_than_is_asked_for_is_no_evidence(known: dict[str, Any]) -> None:
    assert decided(Tier("Loyal", orders_at_least=10, top_percent=1), **known).tier is None


def test_a_tag_in_the_helpdesk_counts() -> None:
    assert decided(*TIERS, person=Person("7", tags=("vip",))).tier == "Concierge"


def test_an_address_on_the_list_counts_without_case_and_stands_in_no_trace() -> None:
    found = decided(Tier("Press", emails=("ann@example.com",)))
    assert (found.tier, "ann@" in str(found.evidence).lower()) == ("Press", False)


def test_another_currency_is_never_compared_and_told() -> None:
    found = decided(*TIERS, spent=Money(9_000_000, "EUR"))
    assert (found.tier, found.why) == (
        None,
        "no tier's criterion is met; spent 90,000.00 EUR cannot be compared with amounts in USD",
    )


def test_without_a_currency_in_the_settings_the_stores_is_meant() -> None:
    assert decided(*TIERS, currency=None, spent=Money(9_000_000, "EUR")).evidence == (
        "spent 90,000.00 ≥ 10,000.00 EUR",
    )


def test_a_currency_without_cents_is_compared_as_it_is_written() -> None:
    assert decided(Tier("VIP", spent_at_least=Decimal(5000)), currency="JPY", spent=Money(5000, "JPY")).tier


def test_a_silent_shop_is_not_taken_for_a_stranger() -> None:
    found = decided(*TIERS, state="unknown")
    assert (found.tier, found.certain, found.why) == (
        None,
        False,
        "the shop has not said yet who this is: no tier is ruled out",
    )


def test_a_stranger_is_in_no_tier_for_certain() -> None:
    found = decided(*TIERS, state="nobody")
    assert (found.tier, found.certain, found.why) == (None, True, "no tier's criterion is met")


def test_the_highest_tier_is_certain_even_while_the_shop_is_silent() -> None:
    found = decided(*TIERS, state="unknown", person=Person("7", tags=("vip",)))
    assert (found.tier, found.no_bots, found.certain) == ("Concierge", True, True)


def test_a_lower_tier_is_not_certain_while_the_shop_is_silent() -> None:
    listed = Tier("Press", emails=("ann@example.com",))
    assert (
        decided(listed, CONCIERGE, state="unknown").tier,
        decided(listed, CONCIERGE, state="unknown").certain,
    ) == (
        "Press",
        False,
    )


def test_without_tiers_there_is_nothing_to_wait_for() -> None:
    assert decided(state="unknown") == TierDecision(why="no tiers are set")


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Concierge", "mgn_tier_concierge"),
        ("Senior Concierge", "mgn_tier_senior_concierge"),
        (" VIP+ Gold ", "mgn_tier_vip_gold"),
        ("Élite", "mgn_tier_elite"),
        ("VIP – Gold", "mgn_tier_vip_gold"),
    ],
)
def test_the_tag_of_a_tier_is_its_name_in_small_letters(name: str, tag: str) -> None:
    assert tier_tag(name) == tag


@given(st.text(min_size=1, max_size=30))
def test_the_tag_of_any_name_is_plain(name: str) -> None:
    tag = tier_tag(name)
    assert tag.startswith("mgn_tier_")
    assert set(tag) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert len(tag) > len("mgn_tier_")


def test_names_in_other_letters_stay_apart() -> None:
    assert len({tier_tag(name) for name in ("ویژه", "طلایی", "VIP ویژه", "VIP")}) == 4


amounts = st.integers(0, 3)


@given(
    tiers=st.lists(
        st.builds(
            Tier,
            name=st.sampled_from("abc"),
            spent_at_least=st.one_of(st.none(), amounts.map(Decimal)),
            orders_at_least=st.one_of(st.none(), amounts),
            tags=st.lists(st.sampled_from(["x", "Y"]), max_size=1).map(tuple),
        ),
        max_size=4,
    ),
    spent=st.one_of(st.none(), amounts),
    orders=st.one_of(st.none(), amounts),
    tags=st.sampled_from([(), ("X",), ("y",)]),
)
def test_the_tier_is_the_last_that_a_naive_look_finds(
    tiers: list[Tier], spent: int | None, orders: int | None, tags: tuple[str, ...]
) -> None:
    def meets(tier: Tier) -> bool:
        return (
            (tier.spent_at_least is not None and spent is not None and spent >= tier.spent_at_least)
            or (tier.orders_at_least is not None and orders is not None and orders >= tier.orders_at_least)
            or any(tag.lower() in [one.lower() for one in tags] for tag in tier.tags)
        )

    last = next((tier.name for tier in reversed(tiers) if meets(tier)), None)
    money = None if spent is None else usd(spent * 100)
    assert decided(*tiers, spent=money, orders=orders, tags=tags).tier == last


def test_without_a_shop_what_the_helpdesk_says_is_all_there_is() -> None:
    by_tag = Tier("VIP", tags=("vip",))
    found = tier_of([by_tag], Customer(), Person("7"), "USD", digits, has_shop=False)
    assert (found.tier, found.certain) == (None, True)


def test_without_a_shop_nobody_is_too_poor_for_a_tier_by_spend() -> None:
    rich = Tier("Concierge", spent_at_least=Decimal(10_000))
    found = tier_of([rich], Customer(), Person("7"), "USD", digits, has_shop=False)
    assert (found.certain, found.why.partition(":")[0]) == (
        False,
        "no shop is connected that could say what this customer is worth",
    )


def test_a_list_alone_waits_for_no_shop() -> None:
    listed = Tier("Press", emails=("press@example.com",))
    assert tier_of([listed], Customer(), Person("7", email="ann@example.com"), "USD", digits).certain
