"""The macros that agents may use, as far as suggesting one needs.

https://developers.gorgias.com/reference/the-macro-object
"""

from collections.abc import Sequence
from typing import Final

from plugin.documents import Part, answer_of
from plugin.domain.facts import Macro
from plugin.domain.message_text import text_of_html
from plugin.helpdesks.gorgias.paging import listed
from plugin.ports import Api

MACROS: Final = "/api/macros"
ANSWERS: Final = "setResponseText"
"""The action that writes to the customer."""


def macros(api: Api) -> Sequence[Macro]:
    """All that are not archived; Gorgias has none of one agent alone."""
    with answer_of(api):
        return [_macro(part) for part in listed(api, MACROS) if part.at("archived_datetime").value is None]


def _macro(part: Part) -> Macro:
    texts = (_text(action) for action in part.at("actions").items())
    return Macro(
        id=part.at("id").own_id(),
        title=part.at("name").text(),
        text="\n".join(text for text in texts if text),
        language=part.at("language").text() or None,
    )


def _text(action: Part) -> str:
    arguments = action.at("arguments")
    if action.at("name").text() != ANSWERS or arguments.value is None:
        return ""
    plain = arguments.at("body_text").text().strip()
    return plain or text_of_html(arguments.at("body_html").text())
