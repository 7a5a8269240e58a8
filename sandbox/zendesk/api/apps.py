"""The public key of the installed app: whoever wants to check a token may read it, without a token of their own."""

from flask import Blueprint, Response, jsonify

from sandbox.zendesk.api.call import account
from sandbox.zendesk.apps import App
from sandbox.zendesk.errors import not_found

blueprint = Blueprint("zendesk_apps", __name__, url_prefix="/api/v2/apps")


@blueprint.get("/<int:app_id>/public_key.pem")
def public_key(app_id: int) -> Response:
    """The key as PEM."""
    return Response(_app(app_id).public_key, content_type="text/plain; charset=utf-8")


@blueprint.get("/<int:app_id>/public_key")
@blueprint.get("/<int:app_id>/public_key.json")
def public_key_as_json(app_id: int) -> Response:
    """The key as a JSON string."""
    return jsonify(_app(app_id).public_key)


def _app(app_id: int) -> App:
    found = account().app
    if found is None or found.id != app_id:
        raise not_found()
    return found
