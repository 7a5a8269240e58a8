"""Bodies of webhooks: REST shapes, with numbers as ids and money as text, and no wrapper around them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.shopify.records import Customer, Fulfilment, Json, Line, Order, Refund, gid, money, stamp
from sandbox.shopify.state import Shop


def customer(shop: Shop, one: Customer) -> Json:
    """customers/create and customers/update: without tags and totals, as since 2025-01."""
    return {
        "id": one.id,
        "created_at": _local(shop, one.created_at),
        "updated_at": _local(shop, one.updated_at),
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
        "amount_spent": money(shop.spent(one.id)),
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
            {"code": each.code, "amount": money(each.amount), "type": each.type} for each in one.codes
        ],
        "discount_applications": [_application(each) for each in one.codes],
        "line_items": [_line(each, one.currency, bool(one.codes)) for each in one.lines],
        "fulfillments": [fulfilment(shop, one, each) for each in one.fulfilments],
        "refunds": [refund(shop, one, each) for each in one.refunds],
        **({} if owner is None else {"customer": _owner(shop, owner)}),
    }


def _states(shop: Shop, one: Order) -> Json:
    return {
        "created_at": _local(shop, one.created_at),
        "processed_at": _local(shop, one.created_at),
        "updated_at": _local(shop, one.updated_at),
        "cancelled_at": None if one.cancelled_at is None else _local(shop, one.cancelled_at),
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
        "landing_site": None,
        "referring_site": None,
        "currency": one.currency,
        "presentment_currency": one.currency,
        "taxes_included": False,
        "user_id": None,
    }


def _sums(one: Order) -> Json:
    amounts = {
        "subtotal_price": one.subtotal,
        "total_line_items_price": one.gross,
        "total_discounts": one.discounts,
        "total_tax": one.tax,
        "total_price": one.total,
        "current_subtotal_price": one.subtotal - one.returned,
        "current_total_discounts": one.discounts,
        "current_total_tax": one.tax,
        "current_total_price": one.total - one.refunded,
    }
    written: Json = {name: money(amount) for name, amount in amounts.items()}
    written |= {f"{name}_set": _set(amount, one.currency) for name, amount in amounts.items()}
    return {**written, "total_shipping_price_set": _set(one.shipping, one.currency)}


def refund(shop: Shop, owner: Order, one: Refund) -> Json:
    """refunds/create. Values of lines are numbers here, the money that moved is a text."""
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Refund", one.id),
        "order_id": owner.id,
        "created_at": _local(shop, one.created_at),
        "processed_at": _local(shop, one.created_at),
        "note": one.note,
        "user_id": None,
        "restock": bool(one.lines),
        "refund_line_items": [
            {
                "id": shop.next_id(),
                "line_item_id": line.id,
                "quantity": quantity,
                "restock_type": "return",
                "subtotal": float(value),
                "total_tax": 0.0,
                "subtotal_set": _set(value, owner.currency),
                "line_item": _line(line, owner.currency, bool(owner.codes)),
            }
            for line, quantity, value in one.lines
        ],
        "transactions": [
            {
                "id": one.id + 1,
                "order_id": owner.id,
                "parent_id": owner.id + 1,
                "kind": "refund",
                "status": "success",
                "gateway": "shopify_payments",
                "amount": money(one.amount),
                "currency": owner.currency,
            }
        ],
        "order_adjustments": [],
        "total_duties_set": _set(Decimal(0), owner.currency),
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
        "line_items": [_line(each, owner.currency, bool(owner.codes)) for each in owner.lines],
        "email": owner.email,
        "created_at": _local(shop, one.created_at),
        "updated_at": _local(shop, one.updated_at),
    }


def _owner(shop: Shop, one: Customer) -> Json:
    return {**customer(shop, one), "tags": ", ".join(one.tags)}


def _line(one: Line, currency: str, discounted: bool) -> Json:
    allocation = {
        "amount": money(one.discount),
        "amount_set": _set(one.discount, currency),
        "discount_application_index": 0,
    }
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("LineItem", one.id),
        "product_id": one.product.id,
        "variant_id": one.product.id + 1,
        "sku": one.product.sku,
        "title": one.product.title,
        "name": one.product.title,
        "quantity": one.quantity,
        "current_quantity": one.quantity - one.refunded,
        "price": money(one.product.price),
        "price_set": _set(one.product.price, currency),
        "total_discount": "0.00",
        "discount_allocations": [allocation] if discounted else [],
        "gift_card": False,
        "properties": [],
        "taxable": True,
        "requires_shipping": True,
    }


def _application(one: Any) -> Json:
    return {
        "type": "discount_code",
        "code": one.code,
        "value": str(one.value),
        "value_type": "percentage" if one.type == "percentage" else "fixed_amount",
        "allocation_method": "across",
        "target_selection": "all",
        "target_type": "shipping_line" if one.type == "shipping" else "line_item",
    }


def _set(amount: Decimal, currency: str) -> Json:
    both = {"amount": money(amount), "currency_code": currency}
    return {"shop_money": both, "presentment_money": dict(both)}


def _local(shop: Shop, at: datetime) -> str:
    """An instant as webhooks write it: in the shop's zone, with its offset."""
    return at.astimezone(ZoneInfo(shop.zone)).isoformat(timespec="seconds")
