"""The stand-in Zendesk over HTTP, and somebody who receives its webhooks."""

from tests.sandbox.conftest import listener as listener
from tests.sandbox.conftest import served as served
