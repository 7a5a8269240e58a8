"""Structured logs: one line an event, with tenant, ticket and delivery; no secret and no personal data in any."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from plugin.config import Config

HIDDEN = "[hidden]"
_SECRET_NAME = re.compile(
    r"token|secret|password|authorization|cookie|api_?key|signature|hook_?key", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")
_SECRET = re.compile(
    r"(?i:bearer)\s+\S+|mgn_[A-Za-z0-9_-]{30,}|(?<=/hooks/)[\w-]+/[\w-]+|(?<=/admin/enter/)[\w-]+"
    r"|(?<=token=)[^&\s]+|(?<=[?&]code=)[^&\s]+|(?<=[?&]state=)[^&\s]+|://[^/\s:@]+:[^/\s@]+@"
)
"""Keys of our API, addresses that are secrets, what a sign-in comes back with, credentials in a database's address."""


def configure_logging(config: Config, stream: TextIO) -> None:
    """Send our own logs and those of libraries to this stream, in one format."""
    as_json = (config.log_format or ("console" if stream.isatty() else "json")) == "json"
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide,
    ]
    structlog.configure(
        processors=[*common, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _take_over_libraries(stream, [*common, _message_of, renderer], level)


def hide(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out values that are secrets by their name, and secrets and mail addresses within texts."""
    for name, value in event.items():
        event[name] = HIDDEN if _SECRET_NAME.search(name) and value else _clean(value)
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _EMAIL.sub(HIDDEN, _SECRET.sub(HIDDEN, value))
    if isinstance(value, dict):
        return dict(hide(None, "", dict(value)))
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value if isinstance(value, int | float | bool | None) else _clean(str(value))


def _message_of(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _take_over_libraries(stream: TextIO, processors: list[Processor], level: int) -> None:
    """Libraries speak from warnings on: what they say at lower levels holds addresses and bodies."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=processors))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))
