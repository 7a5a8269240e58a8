"""Tags on a customer's own record, where the host's triggers and bots see them.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/tags/
https://developer.zendesk.com/api-reference/ticketing/users/users/ (search, create or update)
"""

from collections.abc import Sequence

from plugin.domain.effects import Effect
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.update import UNKNOWN_KIND, is_number, wanted_tags
from plugin.ports import Api, Budget, NotFound, PermanentError

CUSTOMER = "customer:"
"""How the resource of effects on a customer begins."""
BY_EMAIL = "email:"
"""How a customer is named whose number nobody has looked up yet."""


def tag_customer(api: Api, effects: Sequence[Effect], look_first: bool) -> None:
    """Add and remove tags, each by its own call: unlike the user's whole list, these overwrite nobody's."""
    wanted = _wanted(effects)
    user_id = _user_id(api, effects[0].resource.removeprefix(CUSTOMER), make=any(wanted.values()))
    if user_id is None:
        return
    held = _held(api, user_id) if look_first else None
    for method, shall in (("PUT", True), ("DELETE", False)):
        tags = [tag for tag, there in wanted.items() if there is shall]
        if tags and (held is None or any((tag in held) is not shall for tag in tags)):
            _send(api, method, user_id, tags)


def _user_id(api: Api, named: str, make: bool) -> str | None:
    """The user's number; who is named by an e-mail address is looked up, and made where they have not written yet."""
    if is_number(named):
        return named
    if not named.startswith(BY_EMAIL):
        raise PermanentError(f"{named!r} is no number of a Zendesk user: nothing can be written to it")
    email = named.removeprefix(BY_EMAIL)
    return _by_email(api, email) or (_made(api, email) if make else None)


def _by_email(api: Api, email: str) -> str | None:
    """The user with exactly this address; the search also finds words in it."""
    with answer_of(api):
        found = Part(api.get("/api/v2/users/search", {"query": f'email:"{email}"'})).at("users").items()
        same = [user for user in found if user.at("email").text().casefold() == email]
        return same[0].at("id").own_id() if same else None


def _made(api: Api, email: str) -> str:
    """Somebody who has not written yet, so that the host's triggers and bots know them from the first second.

    The call finds who was made meanwhile, and sends no mail.
    """
    user = {"email": email, "name": email.partition("@")[0], "role": "end-user", "skip_verify_email": True}
    with answer_of(api):
        return (
            Part(api.send("POST", "/api/v2/users/create_or_update", {"user": user}))
            .at("user")
            .at("id")
            .own_id()
        )


def _wanted(effects: Sequence[Effect]) -> dict[str, bool]:
    """Tag → whether it shall be there; of two words about one tag the later counts."""
    wanted: dict[str, bool] = {}
    for effect in effects:
        if effect.kind != "tag_customer":
            raise PermanentError(UNKNOWN_KIND.format(kind=effect.kind))
        wanted |= wanted_tags(effect.args)
    return wanted


def _held(api: Api, user_id: str) -> set[str]:
    with answer_of(api):
        user = Part(api.get(f"/api/v2/users/{user_id}")).at("user")
        return {tag.text() for tag in user.at("tags").items()}


def _send(api: Api, method: str, user_id: str, tags: Sequence[str]) -> None:
    budget = Budget(f"customer:{user_id}", 5, 60, per_object=True)
    try:
        api.send(method, f"/api/v2/users/{user_id}/tags", {"tags": list(tags)}, budgets=[budget])
    except NotFound as error:
        raise PermanentError(
            f"{error}. If the customer exists, tags on users are switched off in Zendesk: switch them on (Admin "
            "Center, People, Configuration, End users: tags), then retry this"
        ) from None
