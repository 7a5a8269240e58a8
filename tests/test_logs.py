"""Logs: one line an event, and no secret or personal data in any."""

import io
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from plugin.config import read_config
from plugin.logs import configure_logging, hide


@pytest.fixture
def stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging(replace(read_config(tmp_path), log_level="info", log_format="json"), stream)
    yield stream
    root.handlers, level = before[0], before[1]
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_whose_ticket_it_is_about(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(tenant=3, resource="ticket:5", delivery=9):
        structlog.get_logger("x").info("worked")
    (line,) = lines(stream)
    assert (line["event"], line["tenant"], line["resource"], line["delivery"], line["level"]) == (
        "worked",
        3,
        "ticket:5",
        9,
        "info",
    )


def test_libraries_speak_in_the_same_format_from_warnings_on(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").info("GET /users?query=email:ann@example.com")
    logging.getLogger("urllib3").warning("slow for ann@example.com")
    (line,) = lines(stream)
    assert (line["event"], line["level"]) == ("slow for [hidden]", "warning")


def test_a_traceback_is_cleaned_too(stream: io.StringIO) -> None:
    try:
        raise ValueError("no such customer ann@example.com")
    except ValueError:
        structlog.get_logger("x").exception("a defect")
    assert "ValueError" in stream.getvalue()
    assert "ann@" not in stream.getvalue()


SECRETS = [
    "Bearer abc.def",
    "mgn_" + "a" * 43,
    "https://shop.example/hooks/zendesk/k3y_k3y",
    "/admin/enter/t0ken",
    "postgresql://user:pa55@host/db",
    "?token=abc123",
    "ann.example+x@example.co.uk",
]
PARTS = ["abc.def", "a" * 43, "k3y_k3y", "t0ken", "pa55", "abc123", "ann.example"]


@given(st.text(alphabet="ab \n", max_size=5), st.sampled_from(list(zip(SECRETS, PARTS, strict=True))))
def test_secrets_and_addresses_never_come_through(around: str, secret: tuple[str, str]) -> None:
    event = {"event": f"x {secret[0]} {around}", "nested": {"list": [f"{around} {secret[0]}"]}}
    shown = repr(hide(None, "", event))
    assert secret[1] not in shown


def test_values_named_as_secrets_are_hidden_whole() -> None:
    event = {
        "access_token": "x",
        "api_key": "y",
        "signing_secret": "z",
        "headers": {"Authorization": "q"},
        "id": 5,
    }
    assert hide(None, "", event) == {
        "access_token": "[hidden]",
        "api_key": "[hidden]",
        "signing_secret": "[hidden]",
        "headers": {"Authorization": "[hidden]"},
        "id": 5,
    }
