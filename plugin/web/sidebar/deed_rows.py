"""What agents did on a ticket, as it is kept there, and what became of it since."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from plugin.db.tables import EffectRow
from plugin.domain.facts import Record
from plugin.sidebar import Deed, DeedState

UNDER_WAY: Final = ("pending", "sending")
LANDED: Final = ("done", "replaced")
OWN: Final = ("coupon", "link")
"""What each agent has of their own on a ticket."""


def deeds_of(
    kept: Mapping[str, Mapping[str, Any]],
    record: Record,
    actor: str,
    effects: Callable[[Sequence[int]], Mapping[int, EffectRow]],
    last_reason_effect: Callable[[], EffectRow | None],
) -> Mapping[str, Deed]:
    """The deeds by what they are about; of coupons and links, those of whoever is looking.

    `effects` and `last_reason_effect` are asked only where a deed waits for a vendor.
    """
    rows = effects([one["effect"] for one in kept.values() if one.get("effect")])
    found = {about: _deed(one, rows) for about, one in kept.items()}
    if "reason" in kept:
        found["reason"] = _reason(kept["reason"], record, last_reason_effect)
    mine = {about: found[f"{about}:{actor}"] for about in OWN if f"{about}:{actor}" in found}
    return {**found, **mine}


def _deed(kept: Mapping[str, Any], rows: Mapping[int, EffectRow]) -> Deed:
    row = rows.get(kept.get("effect") or 0)
    if row is None:
        return _made(kept, "done", kept.get("result", ""))
    if row.state in UNDER_WAY:
        return _made(kept, "under_way", problem=row.error or "")
    if row.state in LANDED:
        return _made(kept, "done", row.reference or kept.get("result", ""))
    return _made(kept, "failed", problem=row.error or row.state)


def _reason(
    kept: Mapping[str, Any], record: Record, last_reason_effect: Callable[[], EffectRow | None]
) -> Deed:
    """An agent's choice: done once the helpdesk holds it; another choice since then makes it history."""
    taken_up = record.reason is not None and record.reason.code == kept["code"]
    if taken_up and record.chosen is None:
        return _made(kept, "done", kept["code"])
    effect = last_reason_effect()
    if effect is None or effect.created_at < datetime.fromisoformat(kept["at"]):
        return _made(kept, "under_way", kept["code"])
    if effect.state in UNDER_WAY or effect.state == "overtaken":
        return _made(kept, "under_way", kept["code"], effect.error or "")
    if effect.state in LANDED:
        return _made(kept, "done", kept["code"])
    return _made(kept, "failed", kept["code"], effect.error or effect.state)


def _made(kept: Mapping[str, Any], state: DeedState, result: str = "", problem: str = "") -> Deed:
    at = datetime.fromisoformat(kept["at"])
    return Deed(kept["did"], kept.get("name") or kept["by"], at, state, result, problem)
