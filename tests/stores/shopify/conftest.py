"""A shop for each test: in memory, and over HTTP with somebody who receives its webhooks."""

from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import listener as listener
from tests.sandbox.conftest import served as served
from tests.stores.shopify.till import Till, new_till


@pytest.fixture
def till() -> Iterator[Till]:
    made = new_till()
    yield made
    made.shop.dispatcher.close()
