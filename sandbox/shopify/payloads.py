"""Bodies of webhooks: REST shapes, with numbers as ids and money as text, and no wrapper around them."""

from collections.abc import Iterable

from sandbox.shopify.amounts import written
from sandbox.shopify.line_payloads import (
    amount_set,
    application,
    line,
    local,
    shipping_lines,
    tax_lines,
)
from sandbox.shopify.records import (
    ZERO,
    Code,
    Customer,
    Fulfilment,
    Json,
    Line,
    Order,
    Payment,
    Product,
    Refund,
    RefundLine,
    gid,
    stamp,
)
from sandbox.shopify.state import Shop

GATEWAY = "shopify_payments"


def customer(shop: Shop, one: Customer) -> Json:
    """customers/create and customers/update: without tags and totals, as since 2025-01."""
    return {
        "id": one.id,
        "created_at": local(shop, one.created_at),
        "updated_at": local(shop, one.updated_at),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "state": one.state,
        "note": one.note,
        "verified_email": True,
        "multipass_identifier": None,
        "tax_exempt": False,
        "email": one.email,
        "phone": one.phone,
        "currency": shop.currency,
        "addresses": [],
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", one.id),
    }


def deleted_customer(one: Customer) -> Json:
    """customers/delete: hardly more than who it was."""
    return {
        "id": one.id,
        "phone": None,
        "addresses": [],
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", one.id),
    }


def purchasing_summary(shop: Shop, one: Customer) -> Json:
    """customers/purchasing_summary. The vendor's exact fields are not known: read by id, take these as a guess."""
    orders = shop.orders_of(one.id)
    return {
        "customer_id": one.id,
        "admin_graphql_api_customer_id": gid("Customer", one.id),
        "number_of_orders": len(orders),
        "amount_spent": written(shop.spent(one.id), shop.currency),
        "currency": shop.currency,
        "last_order_id": orders[-1].id if orders else None,
        "occurred_at": stamp(shop.now()),
    }


def tags_changed(shop: Shop, one: Customer, tags: list[str]) -> Json:
    """customer.tags_added and customer.tags_removed: GraphQL's id and the tags in question."""
    return {"customerId": gid("Customer", one.id), "tags": tags, "occurredAt": stamp(shop.now())}


def order(shop: Shop, one: Order) -> Json:
    """orders/*: everything about one order; `customer` is missing where a guest bought."""
    owner = None if one.customer_id is None else shop.customers.get(one.customer_id)
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Order", one.id),
        "name": one.name,
        "number": one.number - 1000,
        "order_number": one.number,
        "email": one.email,
        "contact_email": one.email,
        "phone": one.phone,
        **_states(shop, one),
        **_sums(one),
        "discount_codes": [
            {"code": each.code, "amount": written(each.amount, one.currency), "type": each.type}
            for each in one.typed
        ],
        "discount_applications": [application(each) for each in one.codes],
        "line_items": [line(one, each) for each in one.lines],
        "shipping_lines": shipping_lines(one),
        "tax_lines": tax_lines(one, one.original.tax),
        "fulfillments": [fulfilment(shop, one, each) for each in one.fulfilments],
        "refunds": [refund(shop, one, each) for each in one.refunds],
        **({} if owner is None else {"customer": _owner(shop, owner)}),
    }


def _states(shop: Shop, one: Order) -> Json:
    return {
        "created_at": local(shop, one.created_at),
        "processed_at": local(shop, one.placed_at),
        "updated_at": local(shop, one.updated_at),
        "cancelled_at": None if one.cancelled_at is None else local(shop, one.cancelled_at),
        "cancel_reason": one.cancel_reason,
        "closed_at": None,
        "confirmed": True,
        "test": one.test,
        "tags": ", ".join(one.tags),
        "note": one.note,
        "note_attributes": [{"name": name, "value": value} for name, value in one.attributes.items()],
        "financial_status": one.financial_status,
        "fulfillment_status": one.fulfilment_status,
        "source_name": one.source_name,
        "landing_site": one.landing_site,
        "referring_site": one.referring_site,
        "currency": one.currency,
        "presentment_currency": one.currencies.seen,
        "taxes_included": one.taxes_included,
        "user_id": None,
    }


def _sums(one: Order) -> Json:
    amounts = {
        "subtotal_price": one.original.net,
        "total_line_items_price": one.original.gross,
        "total_discounts": one.discounts,
        "total_tax": one.original.tax,
        "total_price": one.total,
        "current_subtotal_price": one.current.net,
        "current_total_discounts": one.current.discount,
        "current_total_tax": one.current.tax,
        "current_total_price": one.current_total,
    }
    texts: Json = {name: written(amount, one.currency) for name, amount in amounts.items()}
    texts |= {f"{name}_set": amount_set(amount, one.currencies) for name, amount in amounts.items()}
    return {
        **texts,
        "total_shipping_price_set": amount_set(one.shipping, one.currencies),
        "total_outstanding": written(max(one.outstanding, ZERO), one.currency),
        "total_tip_received": written(ZERO, one.currency),
    }


def edit(
    shop: Shop, one: Order, added: Iterable[Line], removed: Iterable[tuple[Line, int]], note: str | None
) -> Json:
    """orders/edited: the edit alone, in a wrapper of its own; the order as it is by now comes as an update."""
    lines = {
        "additions": [{"id": each.id, "delta": each.quantity} for each in added],
        "removals": [{"id": each.id, "delta": count} for each, count in removed],
    }
    return {
        "order_edit": {
            "id": shop.next_id(),
            "app_id": None,
            "order_id": one.id,
            "user_id": None,
            "created_at": local(shop, one.updated_at),
            "committed_at": local(shop, one.updated_at),
            "notify_customer": False,
            "reason": note,
            "staff_note": note,
            "line_items": lines,
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def refund(shop: Shop, owner: Order, one: Refund) -> Json:
    """refunds/create. Values of lines are numbers here, the money that moved is a text."""
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Refund", one.id),
        "order_id": owner.id,
        "created_at": local(shop, one.created_at),
        "processed_at": local(shop, one.created_at),
        "note": one.note,
        "user_id": None,
        "restock": any(each.restock != "no_restock" for each in one.lines),
        "refund_line_items": [_refund_line(owner, each) for each in one.lines],
        "transactions": [payment(shop, owner, each) for each in one.payments],
        "order_adjustments": adjustments(owner, one),
        "duties": [],
        "total_duties_set": amount_set(ZERO, owner.currencies),
    }


def _refund_line(owner: Order, one: RefundLine) -> Json:
    return {
        "id": one.id,
        "line_item_id": one.line_id,
        "quantity": one.quantity,
        "location_id": None,
        "restock_type": one.restock,
        "subtotal": float(one.subtotal),
        "total_tax": float(one.tax),
        "subtotal_set": amount_set(one.subtotal, owner.currencies),
        "total_tax_set": amount_set(one.tax, owner.currencies),
        "line_item": next(line(owner, each) for each in owner.lines if each.id == one.line_id),
    }


def adjustments(owner: Order, one: Refund) -> list[Json]:
    """Why the money is not what the goods are worth: shipping that was given back, and the difference that is left."""
    tax = ZERO if owner.taxes_included else one.tax
    left = one.subtotal + tax + one.shipping - one.asked if one.payments else ZERO
    kinds = [
        (1, "shipping_refund", "Shipping refund", -one.shipping),
        (2, "refund_discrepancy", "Refund discrepancy", left),
    ]
    return [
        {
            "id": one.id + number,
            "order_id": owner.id,
            "refund_id": one.id,
            "amount": written(amount, owner.currency),
            "amount_set": amount_set(amount, owner.currencies),
            "tax_amount": written(ZERO, owner.currency),
            "tax_amount_set": amount_set(ZERO, owner.currencies),
            "kind": kind,
            "reason": reason,
        }
        for number, kind, reason, amount in kinds
        if amount
    ]


def payment(shop: Shop, owner: Order, one: Payment) -> Json:
    """order_transactions/create, and the money of a refund: what the shopper saw move."""
    (_, _), (amount, currency) = owner.currencies.both(one.amount)
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("OrderTransaction", one.id),
        "order_id": owner.id,
        "parent_id": one.parent,
        "kind": one.kind,
        "status": one.status,
        "gateway": GATEWAY,
        "amount": written(amount, currency),
        "currency": currency,
        "created_at": local(shop, one.at),
        "processed_at": local(shop, one.at),
        "test": owner.test,
    }


def fulfilment(shop: Shop, owner: Order, one: Fulfilment) -> Json:
    """fulfillments/*: one parcel."""
    numbers = [] if one.number is None else [one.number]
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Fulfillment", one.id),
        "order_id": owner.id,
        "name": f"{owner.name}.{owner.fulfilments.index(one) + 1}",
        "status": one.status,
        "shipment_status": one.shipment_status,
        "tracking_company": one.company,
        "tracking_number": one.number,
        "tracking_numbers": numbers,
        "tracking_url": None,
        "tracking_urls": [],
        "line_items": [line(owner, each) for each in owner.lines],
        "email": owner.email,
        "created_at": local(shop, one.created_at),
        "updated_at": local(shop, one.updated_at),
    }


def inventory_item(shop: Shop, one: Product) -> Json:
    """inventory_items/update: what a piece costs by now; null where nobody has said."""
    at = local(shop, one.updated_at or shop.instant())
    return {
        "id": one.id + 2,
        "admin_graphql_api_id": gid("InventoryItem", one.id + 2),
        "sku": one.sku,
        "created_at": at,
        "updated_at": at,
        "requires_shipping": not one.gift_card,
        "cost": None if one.cost is None else written(one.cost, shop.currency),
        "tracked": one.stock is not None,
    }


def discount(shop: Shop, one: Code) -> Json:
    """discounts/create and discounts/update: hardly more than which one."""
    return {
        "admin_graphql_api_id": gid("DiscountCodeNode", one.id),
        "title": one.title,
        "status": one.status(shop.now()),
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
    }


def deleted_discount(shop: Shop, one: Code) -> Json:
    """discounts/delete: which one, and when."""
    return {"admin_graphql_api_id": gid("DiscountCodeNode", one.id), "deleted_at": stamp(shop.now())}


def redeem_code(shop: Shop, one: Code, code: str, number: int) -> Json:
    """discounts/redeemcode_added and …_removed: one code of a discount."""
    return {
        "admin_graphql_api_id": gid("DiscountCodeNode", one.id),
        "redeem_code": {"id": gid("DiscountRedeemCode", number), "code": code},
        "updated_at": stamp(shop.now()),
    }


def _owner(shop: Shop, one: Customer) -> Json:
    return {**customer(shop, one), "tags": ", ".join(one.tags)}
