"""Draft orders of the stand-in shop: paid for by their link, once, and what becomes of them then."""

from tests.sandbox.shops import Counter

DRAFT = """mutation($input: DraftOrderInput!) { draftOrderCreate(input: $input) { draftOrder { id } } }"""
DRAFTS = "{ draftOrders(first: 5) { nodes { status completedAt order { name } } } }"


def drafted(counter: Counter) -> int:
    """The number of a draft order of two belts at 5.00 less."""
    belt = counter.shop.products["BELT-1"].id + 1
    off = {"value": 5.0, "valueType": "FIXED_AMOUNT"}
    given = {
        "lineItems": [
            {"variantId": f"gid://shopify/ProductVariant/{belt}", "quantity": 2, "appliedDiscount": off}
        ],
        "email": "ann@example.com",
        "tags": ["mgn-1", "Marginalia"],
        "note": "From ticket 5",
        "customAttributes": [{"key": "marginalia", "value": "mgn-1"}],
    }
    made = counter.data(DRAFT, input=given)["draftOrderCreate"]["draftOrder"]["id"]
    return int(made.rpartition("/")[2])


def test_a_draft_that_is_paid_becomes_an_order_that_carries_what_was_written_on_it(counter: Counter) -> None:
    counter.customer()
    order = counter.control("POST", f"/drafts/{drafted(counter)}/pay").get_json()["order"]
    assert (order["tags"], order["note"]) == ("mgn-1, Marginalia", "From ticket 5")
    assert order["note_attributes"] == [{"name": "marginalia", "value": "mgn-1"}]
    assert (order["source_name"], order["customer"]["email"]) == ("shopify_draft_order", "ann@example.com")
    assert (order["total_price"], order["financial_status"]) == ("95.00", "paid")


def test_what_a_draft_takes_off_is_nobodys_code(counter: Counter) -> None:
    order = counter.control("POST", f"/drafts/{drafted(counter)}/pay").get_json()["order"]
    assert (order["discount_codes"], order["total_discounts"]) == ([], "5.00")
    assert order["discount_applications"][0]["type"] == "manual"
    assert order["line_items"][0]["discount_allocations"][0]["amount"] == "5.00"


def test_a_draft_is_paid_once(counter: Counter) -> None:
    number = drafted(counter)
    answers = [counter.control("POST", f"/drafts/{number}/pay").status_code for _ in range(2)]
    (told,) = counter.data(DRAFTS)["draftOrders"]["nodes"]
    assert (answers, told["status"], told["order"]) == ([201, 400], "COMPLETED", {"name": "#1001"})
    assert told["completedAt"] == "2026-11-23T12:00:00Z"


def test_a_draft_that_there_is_none_of_cannot_be_paid(counter: Counter) -> None:
    assert counter.control("POST", "/drafts/7/pay").status_code == 404


def test_whoever_follows_the_link_pays_on_its_page_once(counter: Counter) -> None:
    path = f"/shopify/drafts/{drafted(counter)}"
    assert "<button>Pay</button>" in counter.client.get(path).text
    answers = [counter.client.post(path) for _ in range(2)]
    page = counter.client.get(path).text
    assert ([one.status_code for one in answers], len(counter.shop.orders)) == ([303, 303], 1)
    assert "It became order" in page
    assert "<button>Pay</button>" not in page
