"""What is left to do on a ticket: of what is wanted, that which is not in place yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plugin.domain.reason_codes import option_value
from plugin.domain.tags import tag_key
from plugin.helpdesks.gorgias.load import Seen
from plugin.helpdesks.gorgias.messages import marks_in
from plugin.helpdesks.gorgias.reasons import Place, place_of, reason_tags
from plugin.helpdesks.gorgias.slots import change_of
from plugin.helpdesks.gorgias.wanted import Wanted
from plugin.helpdesks.gorgias.words import tags_of
from plugin.ports import Api, Connection


@dataclass(frozen=True, slots=True)
class Todo:
    """The writes that are needed. `change` is the update of the ticket's properties, `place` what its reason-code
    field shall hold; tags go by the names that they have on the ticket."""

    change: Mapping[str, Any]
    place: Place | None
    add: tuple[str, ...]
    remove: tuple[str, ...]
    notes: tuple[str, ...]
    reply: str | None

    @property
    def is_nothing(self) -> bool:
        """Whether all is in place."""
        words = self.notes or self.reply is not None
        return not (self.change or self.place or self.add or self.remove or words)


def todo_of(api: Api, seen: Seen, wanted: Wanted, look_first: bool) -> Todo:
    """What is not in place. Words are looked for only where an earlier try may have landed, answers never: they
    might be somebody's like words."""
    place = None if wanted.code is None else place_of(api.connection, wanted.code)
    tags = _tags(api.connection, wanted)
    held = tags_of(seen.ticket)
    return Todo(
        change=change_of(api, seen.ticket, wanted.slots),
        place=None if place in seen.held else place,
        add=_missing(tags, held),
        remove=tuple(tag for tag in held if tags.get(tag_key(tag), (tag, True))[1] is False),
        notes=_unwritten(api, seen, wanted.notes) if look_first else tuple(wanted.notes.values()),
        reply=wanted.reply,
    )


def _tags(connection: Connection, wanted: Wanted) -> dict[str, tuple[str, bool]]:
    """By how tags are compared: name, and whether it shall be there. A code brings its tag, and takes the others'."""
    own = {} if wanted.code is None else dict.fromkeys(reason_tags(connection), False)
    code = {} if wanted.code is None else {option_value(wanted.code): True}
    return {tag_key(tag): (tag, there) for tag, there in {**own, **code, **wanted.tags}.items()}


def _missing(tags: Mapping[str, tuple[str, bool]], held: Iterable[str]) -> tuple[str, ...]:
    have = set(map(tag_key, held))
    return tuple(tag for key, (tag, there) in tags.items() if there and key not in have)


def _unwritten(api: Api, seen: Seen, notes: Mapping[str, str]) -> tuple[str, ...]:
    if not notes:
        return ()
    known = marks_in(api, seen.id, notes)
    return tuple(text for mark, text in notes.items() if mark not in known)
