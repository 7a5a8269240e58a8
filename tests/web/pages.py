"""Every page there is, over the sample rows: name → address."""

from tests.web.samples import Samples


def pages(samples: Samples) -> dict[str, str]:
    """The addresses of all pages, each kind at least once."""
    return {
        "landing": "/",
        "tickets": "/admin/tickets",
        "ticket": "/admin/tickets/fake/5158",
        "ticket by an agent": "/admin/tickets/fake/5160",
        "ticket with long words": "/admin/tickets/fake/5161",
        "ticket in trouble": "/admin/tickets/fake/5162",
        "ticket undecided": "/admin/tickets/fake/5163",
        "ticket of one of the best": "/admin/tickets/fake/5164",
        "ticket that waits for the shop": "/admin/tickets/fake/5165",
        "ticket of nobody known": "/admin/tickets/fake/5166",
        "no bots": "/admin/reports/no-bots",
        "deliveries": "/admin/deliveries",
        "deliveries of no state": "/admin/deliveries?state=unreadable&before=1",
        "delivery": f"/admin/deliveries/{samples.worked}",
        "delivery unreadable": f"/admin/deliveries/{samples.unreadable}",
        "delivery of no text": f"/admin/deliveries/{samples.binary}",
        "delivery forgotten": f"/admin/deliveries/{samples.forgotten}",
        "effects": "/admin/effects",
        "effects done": "/admin/effects?state=done&done=retried",
        "statement": "/admin/statement/2026-11",
        "statement of a closed month": "/admin/statement/2026-10?done=closed",
        "entries": "/admin/statement/2026-11/entries",
        "two ways of counting": "/admin/statement/2026-11/compare",
        "credits": "/admin/credits?done=ruled",
        "commissions": "/admin/commissions?done=1&refused=2",
        "coupons": "/admin/coupons?done=rotated",
        "audit log": "/admin/audit",
        "settings": "/admin/settings?done=saved",
        "settings version": "/admin/settings/1",
        "connections": "/admin/connections",
    }


EMPTY = {
    "landing": "/",
    "tickets": "/admin/tickets",
    "deliveries": "/admin/deliveries",
    "effects": "/admin/effects",
    "no bots": "/admin/reports/no-bots",
    "statement": "/admin/statement/2026-11",
    "entries": "/admin/statement/2026-11/entries",
    "two ways of counting": "/admin/statement/2026-11/compare",
    "credits": "/admin/credits",
    "commissions": "/admin/commissions",
    "coupons": "/admin/coupons",
    "audit log": "/admin/audit",
    "settings": "/admin/settings",
    "connections": "/admin/connections",
}
"""The pages of a tenant that has just begun."""
