"""A shop for each test."""

from collections.abc import Iterator

import pytest

from tests.stores.shopify.till import Till, new_till


@pytest.fixture
def till() -> Iterator[Till]:
    made = new_till()
    yield made
    made.shop.dispatcher.close()
