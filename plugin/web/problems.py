"""Errors as answers: problem+json (RFC 9457) for machines, a page in the reader's language for people."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from plugin.db.away import TROUBLES, is_away

RETRY_AFTER = "30"
"""Seconds after which a vendor may try again when the database does not take a delivery."""
AWAY = "the database does not take anything at the moment; nothing was stored, send it again later"
MACHINE_PATHS = ("/hooks/", "/sidebar/", "/api/", "/healthz", "/readyz", "/metrics")

log = structlog.get_logger(__name__)


class Problem(Exception):
    """An answer that refuses; `detail` says what happened and what to do next, and is safe to show."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})


def problem_response(problem: Problem) -> Response:
    """The problem as application/problem+json."""
    title = HTTPStatus(problem.status).phrase
    body = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
    return Response(
        json.dumps(body | problem.members),
        problem.status,
        {**problem.headers, "Cache-Control": "no-store"},
        content_type="application/problem+json",
    )


def install(app: Flask) -> None:
    """Answer every refusal and every failure of this app."""
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(HTTPException, _http_error)
    for trouble in TROUBLES:
        app.register_error_handler(trouble, _database_error)


def _database_error(error: Exception) -> Response:
    if not is_away(error):
        raise error
    log.error("the database is away", cause=str(getattr(error, "orig", None) or error).splitlines()[0])
    return _answer(Problem(503, AWAY, headers={"Retry-After": RETRY_AFTER}))


def _http_error(error: HTTPException) -> Response:
    """Whatever werkzeug and Flask refuse by themselves, headers such as Allow kept."""
    status = error.code or 500
    kept = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return _answer(Problem(status, DETAILS.get(status, error.description or ""), headers=dict(kept)))


DETAILS = {
    404: "there is nothing at this address: check the path and the numbers in it",
    405: "this address does not take that method: see the header Allow",
    413: "the body is larger than is taken here: send less, or have MAX_BODY_BYTES raised",
    500: "a defect of ours, which is logged: please try again, then tell whoever runs this installation",
}


def _answer(problem: Problem) -> Response:
    if request.path.startswith(MACHINE_PATHS):
        return problem_response(problem)
    page = render_template("error.html", problem=problem)
    return Response(page, problem.status, problem.headers, content_type="text/html; charset=utf-8")
