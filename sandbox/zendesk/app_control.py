"""The surface for tests, the app's part: install it, take it away, sign tokens for it, right ones and wrong ones."""

from typing import Any

from flask import Blueprint

from sandbox.zendesk.api.call import account, root, sent
from sandbox.zendesk.apps import App, claims, signed, strange_key
from sandbox.zendesk.errors import ApiError, not_found
from sandbox.zendesk.records import Json

blueprint = Blueprint("zendesk_app_control", __name__, url_prefix="/_sandbox/app")


@blueprint.get("")
def app() -> Json:
    """The installed app."""
    return _shown(_installed())


@blueprint.put("")
def install() -> Json:
    """{"url": where it lives, "new_key": true for another key pair}: installed, or changed where it is already."""
    body = sent()
    url = str(body.get("url", ""))
    if not url.startswith(("http://", "https://")):
        raise ApiError(400, {"error": "an app needs the url of its page"})
    return _shown(account().install_app(url, new_key=bool(body.get("new_key"))))


@blueprint.delete("")
def remove() -> tuple[Any, ...]:
    """No app is installed any more; the next one gets other ids and another key."""
    account().app = None
    return "", 204


@blueprint.post("/token")
def token() -> Json:
    """A token for {"user": id or address}, with other {"claims": {…}} (null leaves one out), signed with
    {"key": "other"} or by {"alg": "none" or "HS256"} as forgers do; {"expires_in": seconds} may lie in the past."""
    body, found = sent(), _installed()
    said = claims(account(), found, _user_id(body.get("user")))
    if "expires_in" in body:
        said["exp"] = said["iat"] + int(body["expires_in"])
    said = {name: value for name, value in (said | body.get("claims", {})).items() if value is not None}
    key = strange_key() if body.get("key") == "other" else found.key
    try:
        return {"token": signed(said, key, str(body.get("alg", "RS256"))), "claims": said}
    except ValueError as error:
        raise ApiError(400, {"error": str(error)}) from None


def _installed() -> App:
    found = account().app
    if found is None:
        raise not_found()
    return found


def _user_id(given: Any) -> int:
    """A user by id or address, the first agent where none is named. An id that nobody has is signed as it is."""
    if isinstance(given, int):
        return given
    found = account().agents()[0] if given is None else account().user_by_email(str(given))
    if found is None:
        raise not_found()
    return found.id


def _shown(one: App) -> Json:
    return {
        "app_id": one.id,
        "installation_id": one.installation_id,
        "url": one.url,
        "public_key": one.public_key,
        "public_key_url": f"{root()}api/v2/apps/{one.id}/public_key.pem",
    }
