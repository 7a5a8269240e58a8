"""Buttons on the card, for accounts that ask for them: each posts a form to us and says what is to be done.

What is known of them was seen in Gorgias' own cards alone; whether the API takes them, whether values are filled in,
and whether the helpdesk or the browser calls, is written nowhere. So they carry a secret of their own, which proves no
webhook.
"""

from typing import Any, Final

from plugin.helpdesks.gorgias.secret import SECRET_HEADER
from plugin.http import FORM
from plugin.signing import CARD_BUTTONS

PURPOSE: Final = CARD_BUTTONS
"""What the secret of the buttons is derived for from the connection's."""
ALWAYS: Final = {"ticket": "{{ticket.id}}", "agent": "{{current_user.id}}"}


def buttons(url: str, secret: str) -> list[dict[str, Any]]:
    """Say yes to the reason that the card suggests, and note how the customer likes to be written to."""
    return [
        _button("Confirm reason", url, secret, [_fixed("did", "reason"), _fixed("code", "{{reason_code}}")]),
        _button(
            "Add a note",
            url,
            secret,
            [_fixed("did", "note"), _fixed("style", ""), _asked("text", "How they like to be written to")],
        ),
    ]


def _button(label: str, url: str, secret: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    always = [_fixed(name, value) for name, value in ALWAYS.items()]
    action = {
        "method": "POST",
        "url": url,
        "headers": [_fixed(SECRET_HEADER, secret)],
        "params": [],
        "body": {"contentType": FORM, FORM: [*always, *fields]},
    }
    return {"label": label, "action": action}


def _fixed(key: str, value: str) -> dict[str, Any]:
    """A value that nobody is asked for."""
    return {"key": key, "value": value, "label": "", "editable": False, "mandatory": False}


def _asked(key: str, label: str) -> dict[str, Any]:
    """A value that the agent is asked for."""
    return {"key": key, "value": "", "label": label, "editable": True, "mandatory": True}
