"""What the surface for tests shares: the document that was sent, and what is said where it makes no sense."""

from decimal import InvalidOperation

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from sandbox.shopify.records import Json


def sent() -> Json:
    """The document; an empty one where none was sent."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def refusing(blueprint: Blueprint) -> Blueprint:
    """What makes no sense to any of its routes is a 400 that says why."""
    for kind in (ValueError, TypeError, KeyError, InvalidOperation):
        blueprint.register_error_handler(kind, _refused)
    return blueprint


def _refused(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": f"{type(error).__name__}: {error}"}), 400
