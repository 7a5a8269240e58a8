"""A shop as `seed.toml` tells it: products, customers with what they bought, and a guest."""

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sandbox.shopify.records import Fulfilment, Json, UsedCode
from sandbox.shopify.reversals import Back, refund
from sandbox.shopify.state import Shop
from sandbox.shopify.tokens import Access
from sandbox.shopify.writes import Bought, new_customer, place_order

TOKEN = "sandbox-shop-token"
SECRET = "sandbox-shop-secret"


def new_shop(token: str = TOKEN, secret: str = SECRET) -> Shop:
    """A shop with products alone; `token` opens its API, `secret` signs its webhooks."""
    shop = Shop(Access(token, secret))
    for sku, one in _told()["products"].items():
        cost = Decimal(one["cost"]) if "cost" in one else None
        given = (sku, one["title"], Decimal(one["price"]), cost, one.get("stock"))
        shop.add_product(*given, gift_card=one.get("gift_card", False))
    return shop


def seeded_shop(token: str = TOKEN, secret: str = SECRET) -> Shop:
    """The shop whose customers write the sample tickets."""
    shop, told = new_shop(token, secret), _told()
    for one in told["customer"]:
        orders = one.get("orders", [])
        more = {"tags": tuple(one.get("tags", ())), "phone": one.get("phone")}
        made = new_customer(shop, one["name"], one["email"], **more)
        _buy(shop, one["email"], orders)
        days = [_day(shop, order) for order in orders] or [shop.instant() - timedelta(days=30)]
        since = min(days) - (timedelta(minutes=90) if one.get("new") else timedelta(days=1))
        shop.customers[made.id] = replace(made, created_at=since, updated_at=max(days))
    for one in told["guest"]:
        _buy(shop, one["email"], one["orders"], guest=True)
    return shop


def _buy(shop: Shop, email: str, orders: list[Json], guest: bool = False) -> None:
    for one in orders:
        codes = (UsedCode(one["code"], "percentage", Decimal(10), Decimal(0)),) if "code" in one else ()
        at = _day(shop, one) - timedelta(minutes=one.get("minutes", 17))
        more: Json = {"return_status": one.get("returning", "no_return")}
        if "parcel" in one:
            more |= {"fulfilments": _parcel(shop, one), "fulfilment_status": "fulfilled"}
        more |= {name: one[name] for name in ("referring_site", "landing_site") if name in one}
        made = place_order(
            shop, Bought(one["items"], email, guest, codes, at=at, number=one["number"], more=more)
        )
        for back in one.get("refunds", ()):
            _give_back(shop, made.id, back)


def _give_back(shop: Shop, order_id: int, one: Json) -> None:
    at = shop.instant() - timedelta(days=one["days"], minutes=17)
    refund(shop, order_id, Back(one["items"], note=one["note"], at=at))


def _day(shop: Shop, one: Json) -> datetime:
    """So many days ago; where `last_month` says which one, noon of that day of the month before this one."""
    now = shop.instant()
    if "last_month" not in one:
        return now - timedelta(days=one["days"])
    before = now.replace(day=1) - timedelta(days=1)
    return before.replace(day=one["last_month"], hour=12, minute=0, second=0)


def _parcel(shop: Shop, one: Json) -> tuple[Fulfilment, ...]:
    at = shop.instant() - timedelta(days=max(0, one["days"] - 1))
    due = at + timedelta(days=one.get("transit", 3))
    company = one.get("company", "UPS")
    return (Fulfilment(shop.next_id(), at, at, company, one["tracking"], one["parcel"], due=due),)


def _told() -> Json:
    return tomllib.loads((Path(__file__).parent / "seed.toml").read_text(encoding="utf-8"))
