"""Lists: newest first, `?limit=&cursor=`, and filters that refuse what they do not know."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from plugin.domain.periods import is_period
from plugin.web.problems import Problem

MOST = 200
USUAL = 50
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)

Row = TypeVar("Row")


class Cursor(fields.Field[str]):
    """Where the next page starts; ours to read, opaque to the caller."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            return base64.b64decode(str(value).encode("ascii"), b"-_", validate=True).decode("ascii")
        except (UnicodeError, binascii.Error):
            raise ValidationError("is no cursor of this list: take `next_cursor` as it was given") from None


def _is_counted(month: str) -> None:
    """What looks like a month, and is none that anything can have happened in."""
    if _MONTH.fullmatch(month) and not is_period(month):
        raise ValidationError(NO_MONTH)


_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$", re.ASCII)
NO_MONTH = "must be a month, as 2026-11"
MONTH = (validate.Regexp(_MONTH, error=NO_MONTH), _is_counted)
"""What a parameter must be that names a month."""


class ListQuery(Schema):
    """What every list takes."""

    class Meta:
        """A misspelt filter would silently list everything."""

        unknown = RAISE

    error_messages = {"unknown": "no such parameter"}  # noqa: RUF012

    limit = fields.Integer(
        load_default=USUAL, validate=validate.Range(1, MOST, error=f"must be a number from 1 to {MOST}")
    )
    cursor = Cursor(load_default=None)


def list_query(schema: type[Schema]) -> dict[str, Any]:
    """The checked parameters of this request; a Problem names every wrong one."""
    try:
        loaded: dict[str, Any] = schema().load(request.args.to_dict())
    except ValidationError as error:
        wrong = [
            {"path": name, "message": message}
            for name, messages in error.messages_dict.items()
            for message in messages
        ]
        detail = "; ".join(f"{one['path']}: {one['message']}" for one in wrong)
        raise Problem(400, detail, members={"errors": wrong}) from None
    return loaded


def number_cursor(cursor: str | None) -> int | None:
    """The row number in a cursor; a Problem when it is none."""
    if cursor is None:
        return None
    if not _NUMBER.fullmatch(cursor):
        raise bad_cursor()
    return int(cursor)


def bad_cursor() -> Problem:
    """The refusal of a cursor that is none of this list's."""
    message = "is no cursor of this list: take `next_cursor` as it was given"
    return Problem(400, f"cursor: {message}", members={"errors": [{"path": "cursor", "message": message}]})


def page(
    rows: Sequence[Row], limit: int, show: Callable[[Row], Any], position: Callable[[Row], str]
) -> dict[str, Any]:
    """The answer of a list. `rows` may hold one more than `limit`: then there is a next page."""
    shown, more = rows[:limit], len(rows) > limit
    cursor = position(shown[-1]) if more else None
    return {
        "data": [show(row) for row in shown],
        "next_cursor": None if cursor is None else base64.urlsafe_b64encode(cursor.encode()).decode(),
    }


def row_number(text: str, what: str) -> int:
    """The number in a path; a Problem when there can be no such row."""
    if not _NUMBER.fullmatch(text):
        raise missing(what, text)
    return int(text)


def missing(what: str, number: str) -> Problem:
    """The refusal of a row that this tenant does not have (or nobody has: the caller cannot tell)."""
    return Problem(404, f"there is no {what} {number[:60]!r} here")
