"""Parts of an order as GraphQL shows them: lines with discounts and taxes, refunds with their money, what is sold."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.shopify.amounts import Currencies, shown
from sandbox.shopify.connections import connection
from sandbox.shopify.line_payloads import TAX
from sandbox.shopify.payloads import GATEWAY, adjustments
from sandbox.shopify.records import ZERO, Json, Line, Order, Payment, Product, Refund, RefundLine, gid, stamp


def line(order: Order, one: Line) -> Json:
    """One line of an order."""
    currencies, unit = order.currencies, one.net / one.quantity
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", one.id),
        "sku": one.product.sku,
        "title": one.product.title,
        "name": one.product.title,
        "quantity": one.quantity,
        "currentQuantity": one.current,
        "refundableQuantity": one.current,
        "isGiftCard": one.product.gift_card,
        "taxable": not one.product.gift_card,
        "variant": variant(one.product, order.currency),
        "customAttributes": [],
        "originalUnitPriceSet": bag(one.price, currencies),
        "originalTotalSet": bag(one.gross, currencies),
        "totalDiscountSet": bag(ZERO, currencies),
        "discountedTotalSet": bag(one.gross, currencies),
        "discountedUnitPriceAfterAllDiscountsSet": bag(unit, currencies),
        "discountAllocations": [
            {"allocatedAmountSet": bag(off, currencies), "discountApplication": application(order, place)}
            for place, off in enumerate(one.offs)
            if off
        ],
        "taxLines": tax_lines(order, one.tax),
    }


def application(order: Order, place: int) -> Json:
    """One of the order's discounts: a code that was typed in, or what the shop took off."""
    one, typed = order.codes[place], order.codes[place].by == "discount_code"
    percentage = {"__typename": "PricingPercentageValue", "percentage": float(one.value)}
    money = {"__typename": "MoneyV2", **amount(one.value, order.currency)}
    return {
        "__typename": "DiscountCodeApplication" if typed else "ManualDiscountApplication",
        "index": place,
        "code": one.code,
        "title": one.code,
        "description": one.code,
        "allocationMethod": "ACROSS",
        "targetSelection": "ALL",
        "targetType": "SHIPPING_LINE" if one.type == "shipping" else "LINE_ITEM",
        "value": money if one.type == "fixed_amount" else percentage,
    }


def tax_lines(order: Order, tax: Decimal) -> list[Json]:
    """The tax of a line or of all; none where nothing is taxed."""
    rate = {"title": TAX, "rate": float(order.tax_rate), "ratePercentage": float(order.tax_rate * 100)}
    return [{**rate, "priceSet": bag(tax, order.currencies)}] if tax else []


def variant(one: Product, currency: str) -> Json:
    """What is bought, with what it costs the shop by now; some products tell no cost."""
    product = {"__typename": "Product", "id": gid("Product", one.id), "title": one.title}
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", one.id + 1),
        "sku": one.sku,
        "title": "Default Title",
        "price": str(one.price),
        "inventoryQuantity": one.stock or 0,
        "inventoryPolicy": "CONTINUE" if one.oversold else "DENY",
        "inventoryItem": lambda info: stock(one, currency),
        "product": {**product, "status": one.status.upper()},
    }


def stock(one: Product, currency: str) -> Json:
    """It in the stock room, with its cost."""
    return {
        "__typename": "InventoryItem",
        "id": gid("InventoryItem", one.id + 2),
        "sku": one.sku,
        "unitCost": None if one.cost is None else amount(one.cost, currency),
        "tracked": one.stock is not None,
        "variant": lambda info: variant(one, currency),
    }


def refund(order: Order, one: Refund) -> Json:
    """A refund, with ways to what came back and to the money that moved."""
    lines, payments = list(one.lines), list(one.payments)
    return {
        "__typename": "Refund",
        "id": gid("Refund", one.id),
        "legacyResourceId": str(one.id),
        "note": one.note,
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
        "totalRefundedSet": bag(one.amount, order.currencies),
        "refundLineItems": lambda info, **args: connection(
            lines, args, lambda each: _refund_line(order, each), lambda each: each.id
        ),
        "transactions": lambda info, **args: connection(
            payments, args, lambda each: payment(order, each), lambda each: each.id
        ),
        "orderAdjustments": lambda info, **args: connection(
            adjustments(order, one), args, lambda each: _adjustment(order, each), lambda each: each["id"]
        ),
        "refundShippingLines": lambda info, **args: connection(
            [one.id] if one.shipping else [], args, lambda each: _shipping(order, one), lambda each: each
        ),
    }


def payment(order: Order, one: Payment) -> Json:
    """Money that moved, or is on its way."""
    parent = next((each for each in order.payments if each.id == one.parent), None)
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", one.id),
        "kind": one.kind.upper(),
        "status": one.status.upper(),
        "gateway": GATEWAY,
        "test": order.test,
        "createdAt": stamp(one.at),
        "processedAt": stamp(one.at),
        "amountSet": bag(one.amount, order.currencies),
        "parentTransaction": None if parent is None else payment(order, parent),
    }


def _refund_line(order: Order, one: RefundLine) -> Json:
    of = next(each for each in order.lines if each.id == one.line_id)
    return {
        "__typename": "RefundLineItem",
        "id": gid("RefundLineItem", one.id),
        "lineItem": line(order, of),
        "quantity": one.quantity,
        "restockType": one.restock.upper(),
        "restocked": one.restock != "no_restock",
        "priceSet": bag(one.subtotal / one.quantity, order.currencies),
        "subtotalSet": bag(one.subtotal, order.currencies),
        "totalTaxSet": bag(one.tax, order.currencies),
    }


def _adjustment(order: Order, told: Mapping[str, Any]) -> Json:
    return {
        "__typename": "OrderAdjustment",
        "id": gid("OrderAdjustment", told["id"]),
        "kind": told["kind"].upper(),
        "reason": None if told["kind"] == "shipping_refund" else "REFUND_DISCREPANCY",
        "amountSet": bag(Decimal(told["amount"]), order.currencies),
        "taxAmountSet": bag(ZERO, order.currencies),
    }


def _shipping(order: Order, one: Refund) -> Json:
    return {
        "__typename": "RefundShippingLine",
        "id": gid("RefundShippingLine", one.id),
        "subtotalAmountSet": bag(one.shipping, order.currencies),
        "taxAmountSet": bag(ZERO, order.currencies),
    }


def bag(value: Decimal, currencies: Currencies) -> Json:
    """An amount in the shop's and the shopper's money."""
    shop, seen = (amount(one, currency) for one, currency in currencies.both(value))
    return {"shopMoney": shop, "presentmentMoney": seen}


def amount(value: Decimal, currency: str) -> Json:
    """An amount as GraphQL writes it."""
    return {"amount": shown(value, currency), "currencyCode": currency}
