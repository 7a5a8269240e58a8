"""/api/v1/docs: the API described to people, by Swagger UI from its package; nothing is fetched from elsewhere."""

from importlib.resources import files

from flask import Blueprint, Response, render_template, send_file
from werkzeug.exceptions import NotFound

PARTS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
"""The files of the package that the page needs; all others stay where they are."""
KEPT_FOR = 86_400

blueprint = Blueprint("api_docs", __name__, url_prefix="/api/v1/docs")


@blueprint.get("")
def docs() -> Response:
    """The page; it holds no data, so everybody may read it."""
    return Response(render_template("api_docs.html"), content_type="text/html; charset=utf-8")


@blueprint.get("/<name>")
def part(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in PARTS:
        raise NotFound
    path = str(files("swagger_ui").joinpath("static", name))
    return send_file(path, mimetype=PARTS[name], max_age=KEPT_FOR, conditional=True)
