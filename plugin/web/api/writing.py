"""Writes of the API: one transaction, done once under an Idempotency-Key."""

import re
from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from plugin.db.answers import LONGEST_KEY, Answer, Answers, OtherRequest, request_digest
from plugin.web.api.auth import tenant_id
from plugin.web.problems import Problem
from plugin.web.services import services

_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}", re.ASCII)
BAD_KEY = f"Idempotency-Key must be 1 to {LONGEST_KEY} visible ASCII characters"
OTHER = "this Idempotency-Key was used for another request before: take a new key for a new request"


def write(work: Callable[[Session], Answer]) -> Response:
    """Do the work in one transaction and answer with what it gives."""
    answer = do_once(work)
    return respond(answer, answer.body)


def do_once(work: Callable[[Session], Answer]) -> Answer:
    """Do the work in one transaction; a repeat under the same Idempotency-Key gets the first answer again."""
    key = request.headers.get("Idempotency-Key")
    with services().database.write() as session:
        return work(session) if key is None else _once(session, key, work)


def respond(answer: Answer, body: Any) -> Response:
    """The answer over HTTP; a repeat says that it is one."""
    response = jsonify(body)
    response.status_code = answer.status
    if answer.again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _once(session: Session, key: str, work: Callable[[Session], Answer]) -> Answer:
    if not _KEY.fullmatch(key):
        raise Problem(400, BAD_KEY)
    try:
        answers = Answers(session, tenant_id())
        return answers.once(key, _request(), services().now(), lambda: work(session))
    except OtherRequest:
        raise Problem(422, OTHER) from None


def _request() -> str:
    matters = request.headers.get("If-Match", ""), request.headers.get("Content-Type", "")
    return request_digest(request.method, request.full_path, *matters, request.get_data())
