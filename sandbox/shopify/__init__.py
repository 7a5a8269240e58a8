"""A stand-in Shopify: a shop in memory, its Admin API in GraphQL, signed webhooks, and pages of customers and orders.

It is served with the others by `python -m sandbox.server` (or `sandbox.server.start(shop=…)` from a test) and shares
their one address, which is what `connect shopify --api-url` takes:

- `POST /admin/api/2026-07/graphql.json` with `X-Shopify-Access-Token: sandbox-shop-token`; webhooks are signed with
  `sandbox-shop-secret`; the shop is `demo.myshopify.com`.
- `/admin/oauth/authorize` and `/admin/oauth/access_token` install the app `sandbox-shop-client`, whose secret is the
  same; its tokens live an hour and are renewed in pairs.
- `/shopify/` lists customers, orders, discount codes and draft orders, and lets somebody buy; each order has a page to
  give back, edit, send and cancel, each discount one to change and end it, `/shopify/products` one for costs;
  `/shopify/drafts/{id}` is where the link of a draft order leads, and where it is paid.
- `/_sandbox/shopify/…` is the surface for tests: `customers`, `products`, `shop`, `webhooks` (`…/hold|release`),
  `faults`, `limits`, `tokens` (`control.py`), and `orders` (`…/{id}/pay|edit|cancel|refund|ship`), `drafts/{id}/pay`
  (`order_control.py`).

`seed.seeded_shop()` is the shop whose customers write the sample tickets: Rachel Stone, tagged VIP, spent 12,000.00
in nine orders, the newest of them in a parcel that is delayed; kim@example.com bought as a guest. `seed.new_shop()` has
products alone; the first order placed by nobody's number is #1001.
"""

from flask import Flask

from sandbox.shopify import api, control, oauth, order_control, order_pages, pages, stock_pages
from sandbox.shopify.state import Shop

EXTENSION = "shopify"
PREFIXES = ("/admin/",)
"""The vendor's own paths."""


def install(app: Flask, shop: Shop) -> None:
    """Serve this shop: its API, its pages, and the surface for tests."""
    app.extensions[EXTENSION] = shop
    app.register_blueprint(api.blueprint)
    app.register_blueprint(oauth.blueprint)
    for each in (pages, order_pages, stock_pages):
        app.register_blueprint(each.blueprint)
    app.register_blueprint(control.blueprint)
    app.register_blueprint(order_control.blueprint)
