"""Writing: at most one call each for a ticket's properties, its reason-code field, its tags, and words on it.

Gorgias has no compare-and-set: the ticket is read just before, and nothing is written where it is not the one that
was decided upon any more. Properties go first: they alone cannot tell who set them, so that a repeat, which may find
the ticket moved by what landed of the first try, finds them in place or untouched. Words go last: they show.
https://developers.gorgias.com/reference/update-ticket
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from plugin.documents import answer_of
from plugin.domain.effects import Effect, ticket_of
from plugin.helpdesks.gorgias.customers import CUSTOMER, tag_customer
from plugin.helpdesks.gorgias.load import Seen, see, ticket_path
from plugin.helpdesks.gorgias.reason_field import offer, why_not_taken
from plugin.helpdesks.gorgias.reasons import Place
from plugin.helpdesks.gorgias.sending import send_notes, send_reply
from plugin.helpdesks.gorgias.todo import Todo, todo_of
from plugin.helpdesks.gorgias.wanted import Wanted, wanted_of
from plugin.helpdesks.gorgias.words import state_of, tags_of
from plugin.ports import Api, NotFound, Overtaken, Rejected, TemporaryError

REASON_FIELD: Final = "reason_field"
"""The resource of effects on the field itself."""
Call = Callable[[], str | None]


def perform(api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
    """Do these effects of one resource; the message's id where one was sent."""
    resource = effects[0].resource
    with answer_of(api):
        if resource == REASON_FIELD:
            offer(api, effects[-1].args["options"])
        elif resource.startswith(CUSTOMER):
            tag_customer(api, effects)
        else:
            return Writing(api, ticket_of(resource), stamp, look_first).write(wanted_of(effects))
    return None


class Writing:
    """The writes to one ticket, which was decided upon at `stamp`; they may be a repeat (`look_first`)."""

    def __init__(self, api: Api, ticket_id: str, stamp: str | None, look_first: bool) -> None:
        self._api = api
        self._path = ticket_path(ticket_id)
        self._ticket_id = ticket_id
        self._stamp = stamp
        self._look_first = look_first

    def write(self, wanted: Wanted) -> str | None:
        """Bring it about, as far as it is not in place; the id of what was said, if anything."""
        seen = see(self._api, self._ticket_id)
        self._check_open(seen)
        todo = todo_of(self._api, seen, wanted, self._look_first)
        if todo.is_nothing:
            return None
        self._check_unmoved(seen, todo)
        self._check_nobodys(seen, todo)
        return self._send(list(self._calls(seen, todo)))

    # ------------------------------------------------------------------------------------- whether to write

    def _check_open(self, seen: Seen) -> None:
        state = state_of(seen.ticket)
        if state != "open":
            raise Overtaken(f"ticket {self._ticket_id} is {state} by now: nothing is written to it")

    def _check_unmoved(self, seen: Seen, todo: Todo) -> None:
        """Who changed what is not told, so after any change it is decided again. A repeat may find the ticket moved
        by the first try itself; what it then still writes is safe by itself: no property, and no answer."""
        strict = not self._look_first or bool(todo.change) or todo.reply is not None
        if strict and self._stamp is not None and seen.stamp != self._stamp:
            raise Overtaken(
                f"ticket {self._ticket_id} changed at {seen.stamp}; what was to be written was decided on {self._stamp}"
            )

    def _check_nobodys(self, seen: Seen, todo: Todo) -> None:
        """What a person has set stays, even if the ticket does not show that it changed."""
        theirs = next((place for place in seen.held if place not in seen.ours), None)
        if todo.place is not None and theirs is not None:
            raise Overtaken(
                f"ticket {self._ticket_id} holds the reason “{theirs.value}” by now: what a person has set stays"
            )

    # ---------------------------------------------------------------------------------------------- writing

    def _calls(self, seen: Seen, todo: Todo) -> Iterator[Call]:
        if todo.change:
            yield partial(self._set_properties, todo)
        if todo.place is not None:
            yield partial(self._set_reason, todo.place)
        if todo.add or todo.remove:
            yield partial(self._tag, seen, todo)
        if todo.notes:
            yield partial(send_notes, self._api, self._ticket_id, todo.notes)
        if todo.reply is not None:
            yield partial(send_reply, self._api, seen, todo.reply)

    def _send(self, calls: Sequence[Call]) -> str | None:
        """One after the other. Once one has landed, a repeat must look first, whatever stopped the next."""
        reference = None
        for number, call in enumerate(calls):
            try:
                reference = call() or reference
            except (TemporaryError, Overtaken) as error:
                raise (_partly_landed(error) if number else error) from None
        return reference

    def _set_properties(self, todo: Todo) -> None:
        why = "look whether the team and the user that the rules name are still there in Gorgias, then retry this"
        with self._explained(lambda: why):
            self._api.send("PUT", self._path, todo.change)

    def _set_reason(self, place: Place) -> None:
        with self._explained(lambda: why_not_taken(self._api, place)):
            body = [{"id": int(place.field_id), "value": place.value}]
            self._api.send("PUT", f"{self._path}/custom-fields", body)

    def _tag(self, seen: Seen, todo: Todo) -> None:
        """Adding and removing overwrite nobody's tags. Both by one call replace all, so these are read again."""
        method, names = ("POST", todo.add) if todo.add else ("DELETE", todo.remove)
        if todo.add and todo.remove:
            written = todo.change or todo.place
            held = tags_of((see(self._api, self._ticket_id) if written else seen).ticket)
            kept = [tag for tag in held if tag not in todo.remove]
            method, names = "PUT", (*kept, *(tag for tag in todo.add if tag not in kept))
        with self._explained(lambda: ""):
            self._api.send(method, f"{self._path}/tags", {"names": list(names)})

    @contextmanager
    def _explained(self, why: Callable[[], str]) -> Iterator[None]:
        """A refusal with what to do about it. A 404 may be about something else than the ticket: only a ticket that
        is gone counts as gone."""
        try:
            yield
        except NotFound as error:
            see(self._api, self._ticket_id)
            raise Rejected(_with(error, why()), {}) from None
        except Rejected as error:
            raise Rejected(_with(error, why()), error.details) from None


def _with(error: Exception, why: str) -> str:
    return f"{error}. What to do: {why}" if why else str(error)


def _partly_landed(error: TemporaryError | Overtaken) -> TemporaryError:
    """What landed is ours: to decide again as if nothing had been written would take it for a person's. A 409 to one
    of several writes tells of a name that somebody took at the same moment (a tag's), which a repeat finds."""
    if isinstance(error, Overtaken):
        return TemporaryError(str(error), unknown=True)
    return TemporaryError(
        str(error), retry_after=error.retry_after, unknown=True, whole_account=error.whole_account
    )
