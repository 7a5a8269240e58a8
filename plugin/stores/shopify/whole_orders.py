"""Orders read whole: what a page does not hold of their lines and refunds is asked for, as far as the points go."""

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.documents import Part, answer_of
from plugin.domain.money import Digits
from plugin.domain.sales import Refund, StoreOrder
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.bookmarks import Bookmark, Bookmarks
from plugin.stores.shopify.order_node import bare, read_order_node, read_refund_node, terms_of
from plugin.stores.shopify.order_queries import ORDER, ORDER_LINES, ORDER_STATE, REFUND

GID = "gid://shopify/Order/"


@dataclass(frozen=True, slots=True)
class WholeOrders:
    """Reads orders of one shop. `spare` is the share of the bucket that is left to others."""

    admin: Admin
    bookmarks: Bookmarks
    digits: Digits
    spare: float = 0.0

    def by_id(self, order_id: str) -> StoreOrder | None:
        """The order of this number; None where the shop shows none."""
        with answer_of(self.admin.api):
            return self._read(f"{GID}{order_id}")

    def of_page(self, part: Part) -> StoreOrder | None:
        """An order as a page of many shows it, read on its own where that shows too little; None if it is gone."""
        lines = part.at("lineItems")
        refunded = any(True for _ in part.at("refunds").items())
        if refunded or lines.at("pageInfo").at("hasNextPage").value is True:
            return self.by_id(bare(part.at("id")))
        return read_order_node(part, list(lines.at("nodes").items()), [], self.digits)

    def _read(self, gid: str) -> StoreOrder | None:
        def asked(after: str | None) -> Part:
            if after is None:
                return self.admin.ask(ORDER, self.spare, id=gid).at("order")
            return self.admin.ask(ORDER_LINES, self.spare, id=gid, after=after).at("order")

        account = self.admin.api.connection.id
        self._forget_if_changed(account, gid)
        part, lines = self.bookmarks.read(Bookmark(account, gid, "lines"), asked, "lineItems")
        if part.value is None:
            return None
        order = read_order_node(part, lines, self._refunds(part, gid), self.digits)
        self.bookmarks.forget(account, gid)
        return order

    def _forget_if_changed(self, account: int, gid: str) -> None:
        """What waits for this try is of use only while the order is as it was."""
        began = self.bookmarks.find(Bookmark(account, gid, "lines"))
        if began is None:
            return
        now = self.admin.ask(ORDER_STATE, self.spare, id=gid).at("order")
        if now.value is None or now.at("updatedAt").value != began.at("updatedAt").value:
            self.bookmarks.forget(account, gid)

    def _refunds(self, order: Part, owner: str) -> Sequence[Refund]:
        terms = terms_of(order, self.digits)
        return [
            read_refund_node(*self._refund(one.at("id").key(), owner), terms)
            for one in order.at("refunds").items()
        ]

    def _refund(self, gid: str, owner: str) -> tuple[Part, Sequence[Part]]:
        def asked(after: str | None) -> Part:
            return self.admin.ask(REFUND, self.spare, id=gid, after=after).at("node")

        mark = Bookmark(self.admin.api.connection.id, owner, gid)
        return self.bookmarks.read(mark, asked, "refundLineItems")
