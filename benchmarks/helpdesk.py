"""A helpdesk that costs next to nothing: tickets to read, writes that are noted with their time.

`python -m benchmarks.helpdesk --port 8002`. It stands in for Zendesk where its own work must not be what is measured;
whether a write is right is a matter of the tests.
"""

import argparse
import asyncio
import json
import time
from typing import Any

from benchmarks.events import TEXT

FIELD = 9
AT = "2026-11-22T18:40:11Z"
LARGEST = 1_000_000


class Desk:
    """Answers as far as reading and writing a ticket goes."""

    def __init__(self) -> None:
        self.written: dict[str, float] = {}

    def answer(self, method: str, path: str) -> dict[str, Any]:
        """The JSON document of a call."""
        parts = path.partition("?")[0].strip("/").split("/")
        if parts == ["written"]:
            return {"written": self.written}
        ticket = parts[3] if len(parts) > 3 else "0"
        if parts[-1] == "comments":
            return _comments(ticket)
        if method == "PUT":
            self.written.setdefault(ticket, time.monotonic())
            return {**_ticket(ticket, "mgn_shipping_wismo"), "audit": {"id": int(ticket)}}
        return _ticket(ticket, None)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until its other end closes it."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ", 2)
                await reader.readexactly(_length(lines))
                body = json.dumps(self.answer(method, path)).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other end has what it wanted
        writer.close()


def _length(lines: list[str]) -> int:
    lengths = (line.partition(":")[2] for line in lines if line.lower().startswith("content-length:"))
    return int(next(lengths, "0"))


def _ticket(ticket: str, code: str | None) -> dict[str, Any]:
    shown = {
        "id": int(ticket),
        "status": "new",
        "subject": "Order 1001",
        "tags": [],
        "priority": None,
        "group_id": None,
        "assignee_id": None,
        "requester_id": 7,
        "via": {"channel": "email"},
        "custom_fields": [{"id": FIELD, "value": code}],
        "fields": [{"id": FIELD, "value": code}],
        "created_at": AT,
        "updated_at": AT,
    }
    return {"ticket": shown}


def _comments(ticket: str) -> dict[str, Any]:
    comment = {
        "id": int(f"9{ticket}"),
        "author_id": 7,
        "public": True,
        "plain_body": TEXT,
        "created_at": AT,
        "via": {"channel": "email"},
    }
    ann = {
        "id": 7,
        "name": "Ann",
        "email": "ann@example.com",
        "role": "end-user",
        "locale": "en-US",
        "tags": [],
    }
    return {"comments": [comment], "users": [ann], "meta": {"has_more": False}, "links": {"next": None}}


async def _run(port: int) -> None:
    server = await asyncio.start_server(Desk().serve, "127.0.0.1", port, limit=LARGEST)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve until a signal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.helpdesk", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(_run(parser.parse_args().port))


if __name__ == "__main__":
    main()
