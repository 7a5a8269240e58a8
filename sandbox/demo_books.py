"""The money of the demo: agents who sent codes, a month that is closed, a code that leaks, one that nothing proves."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests

from sandbox import server
from sandbox.product import Product
from sandbox.zendesk.edit import Edit
from sandbox.zendesk.records import User
from sandbox.zendesk.state import Account
from sandbox.zendesk.writes import new_ticket

ANA, BEN = "ana@shop.example", "ben@shop.example"
AGENTS = (
    {
        "email": ANA,
        "coupon": "ANA10",
        "coupon_share": "0.10",
        "commission": "0.07",
        "delight_budget": "500.00",
    },
    {"email": BEN, "coupon": "BEN10", "coupon_share": "0.10", "commission": "0.05"},
)
ASKED = (
    ("Owen Hughes", "owen.hughes@example.com", "Shoes for a wedding", 10383),
    ("Yusuf Demir", "yusuf.demir@example.com", "Trousers and a belt", 10391),
    ("Ben Kowalski", "ben.kowalski@example.com", "Is the rain jacket coming back?", 10552),
)
"""Who wrote before they bought, what about, and the order that came of it."""
ANSWER = "It suits you, I think. With the code ANA10 you get ten per cent off. Best wishes, Ana"
PATIENCE = 30.0


def costs(first: str) -> dict[str, Any]:
    """What the demo's shop counts against its revenue, from this month on."""
    return {
        "platform_monthly": [{"from": first, "amount": "49.00"}],
        "refund_share": [{"from": first, "share": "0.10", "base": "amount"}],
    }


def last_month(now: datetime) -> str:
    """The month before this one."""
    return f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"


def write_before_buying(stand_ins: server.Handle) -> int:
    """The customers ask, and Ana answers with her code, some hours before each order; how many tickets."""
    account, shop = stand_ins.account, stand_ins.shop
    bought = {one.number: one.created_at for one in shop.orders.values()}
    ana = next(one for one in account.agents() if one.email == ANA)
    for name, email, subject, order in ASKED:
        at = bought[order] - timedelta(hours=5)
        ticket = new_ticket(
            account,
            account.customer(name, email),
            subject,
            f"Hello! {subject.rstrip('?')} – what do you suggest?",
            at,
        )
        _answer(account, ticket.id, ana, at + timedelta(hours=1))
    return len(ASKED)


def _answer(account: Account, ticket_id: int, agent: User, at: datetime) -> None:
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), agent, "web", at=at)
        edit.comment(ANSWER)
        edit.commit()


def close_and_contest(product: Product, tenant: str, month: str) -> str:
    """Last month is closed, and Ben contests a credit of this one: what can be seen now, in a sentence or two."""
    books = _Books(product, tenant)
    books.wait(lambda: len(books.counted()) >= len(ASKED))
    closed = books.post(f"statements/{month}/close", {})
    mine = max(books.counted(), key=lambda one: str(one["at"]))
    books.post(f"credits/{mine['id']}/dispute", {"reason": "He had asked me about the jacket before."})
    unproven = [one for one in books.get("redemptions") if one["grade"] == "unproven" and one["agent"] == ANA]
    lone = str(unproven[0]["order"]) if unproven else "an order"
    return (
        f"The books of {month} are closed with {closed['revenue']} {closed['currency']} of revenue and "
        f"{closed['profit']} left. In this month's, nothing proves the code on {lone}, BEN10 seems to have leaked, and "
        f"the credit of {mine['order']} is contested: look at Statement, Credits and Coupons."
    )


class _Books:
    """The product's own API, as a program of the shop would use it."""

    def __init__(self, product: Product, tenant: str) -> None:
        self._root = f"{product.url}/api/v1"
        made = product.run("api-key", "create", "--tenant", tenant, "--json")
        self._headers = {"Authorization": f"Bearer {json.loads(made)['key']}"}

    def get(self, name: str) -> list[dict[str, Any]]:
        """The first page of a list."""
        answer = requests.get(f"{self._root}/{name}", headers=self._headers, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    def post(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do something; what came of it."""
        answer = requests.post(f"{self._root}/{name}", json=body, headers=self._headers, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def counted(self) -> list[dict[str, Any]]:
        """Ana's proven codes."""
        return [one for one in self.get("credits") if one["grade"] == "direct" and one["counts"]]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until the books say so, or the demo goes on without it."""
        until = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < until:
            time.sleep(0.3)
