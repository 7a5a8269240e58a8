"""The settings: the document in force, editing it, its versions, and bringing one back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.db.settings import SettingsVersions, Superseded
from plugin.db.tables import SettingsRow
from plugin.domain.rule_conflicts import Conflict, conflicts
from plugin.settings_file import SettingError, SettingsErrors, dump
from plugin.web.admin.lists import missing, number_or_missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.language import number
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.settings_text import read_yaml

MADE_BY = "admin"
blueprint = admin_blueprint("settings")


@blueprint.get("/settings")
def current() -> str:
    """The document in force, ready to be changed, and all versions."""
    with services().database.read() as session:
        versions = SettingsVersions(session, tenant_id())
        version, document = versions.newest()
        rules = services().views.of(session, tenant_id()).settings.rules
        return _page(version, _text(document), versions.all(), [], list(conflicts(rules)))


@blueprint.post("/settings")
def save() -> tuple[str, int] | Response:
    """Put the text in force, or say everything that is wrong with it and keep it on the page."""
    text, expected = request.form.get("document", ""), number_or_missing(request.form.get("expected", ""))
    try:
        _put(read_yaml(text), expected)
    except SettingsErrors as error:
        return _again(text, expected, error.errors), 422
    except Superseded as error:
        return _again(text, error.current, [SettingError("", _superseded(error.current))]), 409
    return redirect(url_for("admin_settings.current", done="saved"), 303)


@blueprint.get("/settings/<version>")
def one(version: str) -> str:
    """A version as it was."""
    with services().database.read() as session:
        row = _version(session, version)
        newest = SettingsVersions(session, tenant_id()).version()
        return render_template("settings_version.html", row=row, text=_text(row.document), in_force=newest)


@blueprint.post("/settings/<version>/restore")
def restore(version: str) -> Response:
    """Put an old version in force again, as a new one."""
    with services().database.read() as session:
        document = _version(session, version).document
    try:
        _put(document, number_or_missing(request.form.get("expected", "")))
    except SettingsErrors as error:
        wrong = "; ".join(f"{one.path}: {one.message}" for one in error.errors)
        raise Problem(
            422, gettext("This version no longer passes the checks: %(wrong)s", wrong=wrong)
        ) from None
    except Superseded as error:
        raise Problem(409, _superseded(error.current)) from None
    return redirect(url_for("admin_settings.current", done="restored"), 303)


def _put(document: Mapping[str, Any], expected: int) -> None:
    with services().database.write() as session:
        services().import_settings(session, tenant_id(), document, MADE_BY, expected)


def _superseded(current: int) -> str:
    return str(
        gettext(
            "Somebody saved version %(version)s meanwhile. Look at it, then save again to replace it.",
            version=number(current),
        )
    )


def _again(text: str, version: int, errors: Sequence[SettingError]) -> str:
    with services().database.read() as session:
        return _page(version, text, SettingsVersions(session, tenant_id()).all(), errors)


def _page(
    version: int,
    text: str,
    versions: Sequence[SettingsRow],
    errors: Sequence[SettingError],
    clashes: Sequence[Conflict] = (),
) -> str:
    return render_template(
        "settings.html",
        version=version,
        text=text,
        versions=versions,
        errors=errors,
        clashes=clashes,
        done=request.args.get("done"),
    )


def _version(session: Session, version: str) -> SettingsRow:
    wanted = number_or_missing(version)
    for row in SettingsVersions(session, tenant_id()).all():
        if row.version == wanted:
            return row
    raise missing()


def _text(document: Mapping[str, Any]) -> str:
    return dump(document, as_json=False) if document else ""
