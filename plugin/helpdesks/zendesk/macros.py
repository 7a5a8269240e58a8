"""The macros that agents may use, as far as suggesting one needs.

https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/
"""

from collections.abc import Sequence

from plugin.domain.facts import Macro
from plugin.domain.message_text import text_of_html
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.paging import pages
from plugin.ports import Api

MACROS = "/api/v2/macros"


def macros(api: Api) -> Sequence[Macro]:
    """Active macros for everybody or for groups; one agent's own are nobody else's business."""
    with answer_of(api):
        listed = [part for page in pages(api, MACROS, "macros", {"active": "true"}) for part in page.items]
        return [_macro(part) for part in listed if _is_shared(part)]


def _is_shared(part: Part) -> bool:
    restriction = part.at("restriction")
    personal = restriction.value is not None and restriction.at("type").word() == "user"
    return part.at("active").value is not False and not personal


def _macro(part: Part) -> Macro:
    texts = (_text(action) for action in part.at("actions").items())
    return Macro(part.at("id").own_id(), part.at("title").text(), "\n".join(text for text in texts if text))


def _text(action: Part) -> str:
    """What an action writes to the customer; a list tells the channel first, then the text."""
    field, value = action.at("field").text(), action.at("value")
    if field not in {"comment_value", "comment_value_html"}:
        return ""
    said = [part.text() for part in value.items()][-1:] if isinstance(value.value, list) else [value.text()]
    return text_of_html(said[0]) if said and field == "comment_value_html" else "".join(said).strip()
