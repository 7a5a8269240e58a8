"""/api/v1/settings: the settings document in force, and putting a new version in force."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.settings import SettingsVersions, Superseded
from plugin.settings_file import SettingsErrors, dump
from plugin.web.api.auth import api_blueprint, caller, tenant_id
from plugin.web.api.writing import do_once, respond
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.settings_text import YAML_TYPES, read_json, read_yaml_body

blueprint = api_blueprint("settings")
JSON_TYPE = "application/json"
WRONG_TYPE = "send the settings document as application/json or application/yaml"
SUPERSEDED = "the settings are at version {current} by now: GET them again, then apply your change to those"


@blueprint.get("/settings")
def settings() -> Response:
    """The document in force: JSON, or YAML where the caller prefers that; its version is the ETag."""
    with services().database.read() as session:
        version, document = SettingsVersions(session, tenant_id()).newest()
    best = request.accept_mimetypes.best_match([JSON_TYPE, *sorted(YAML_TYPES)], JSON_TYPE)
    response = Response(dump(document, as_json=best == JSON_TYPE), content_type=best)
    response.headers["Vary"] = "Accept, Authorization"
    response.set_etag(str(version))
    response.make_conditional(request)
    return response


@blueprint.put("/settings")
def put_settings() -> Response:
    """A new version, all or nothing; with If-Match only where nobody else was faster."""
    document = _document()
    answer = do_once(lambda session: _put(session, document))
    response = respond(answer, answer.body["document"])
    response.set_etag(str(answer.body["version"]))
    return response


def _document() -> Mapping[str, Any]:
    if request.mimetype != JSON_TYPE and request.mimetype not in YAML_TYPES:
        raise Problem(415, WRONG_TYPE, headers={"Accept": f"{JSON_TYPE}, application/yaml"})
    read = read_json if request.mimetype == JSON_TYPE else read_yaml_body
    try:
        return read(request.get_data())
    except SettingsErrors as error:
        raise _refused(error) from None


def _put(session: Session, document: Mapping[str, Any]) -> Answer:
    expected = _expected(SettingsVersions(session, tenant_id()).version())
    try:
        version = services().import_settings(session, tenant_id(), document, caller(), expected)
    except SettingsErrors as error:
        raise _refused(error) from None
    except Superseded as error:
        raise _superseded(error.current) from None
    return Answer(200, {"version": version, "document": document})


def _expected(current: int) -> int | None:
    """The version that must still be in force when ours is put in its place; None for any."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    if not request.if_match.contains(str(current)):
        raise _superseded(current)
    return current


def _superseded(current: int) -> Problem:
    return Problem(412, SUPERSEDED.format(current=current), headers={"ETag": f'"{current}"'})


def _refused(error: SettingsErrors) -> Problem:
    wrong = [{"path": one.path, "message": one.message} for one in error.errors]
    number = "one error" if len(wrong) == 1 else f"{len(wrong)} errors"
    return Problem(422, f"nothing was changed: the document has {number}", members={"errors": wrong})
