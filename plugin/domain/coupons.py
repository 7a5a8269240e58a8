"""Agents' own discount codes: what is wrong with one in the store, and the next one when one is rotated out."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from plugin.domain.child_codes import ALPHABET, LONGEST_PARENT
from plugin.domain.evidence import CHILD

CouponState = Literal["wanted", "made", "changed", "gone", "rotated"]
SUFFIX: Final = 3
"""Signs that a rotation adds: fewer than a single-use code has, so that nothing takes one for the other."""
_ROTATED: Final = re.compile(rf"-[{ALPHABET}]{{{SUFFIX}}}$")
OTHER_SHARE: Final = (
    "the store takes {there} % off, the settings say {wanted} %: change one of them, or rotate the code"
)
OTHER_KIND: Final = "the store takes no share of the order off any more: mend it there, or rotate the code"
ASLEEP: Final = "it does not work in the store now: switch it on there, or rotate the code"
ONCE_ONLY: Final = "it can be used only once in the store: take that limit off there, or rotate the code"
GONE: Final = "it was deleted in the store: make it there again, or rotate the code"
WHOSE_BEFORE: Final = (
    "“{code}” belonged to {agent} before, and what was bought with it stays theirs: give another code"
)
OUT_OF_USE: Final = "“{code}” was rotated out: give another code"


@dataclass(frozen=True, slots=True)
class InStore:
    """A code as the store has it. `share` is None where it takes no share off."""

    ref: str
    share: Decimal | None
    active: bool
    single_use: bool


def looked_at(state: CouponState, wanted: Decimal | None, found: InStore | None) -> tuple[CouponState, str]:
    """What a look into the store says of a code, and what is wrong with it; `wanted` is None for any share."""
    if state == "rotated":
        return state, ""
    if found is None:
        return ("wanted", "") if state == "wanted" else ("gone", GONE)
    problem = wrong_with(wanted, found)
    return ("changed", problem) if problem else ("made", "")


def wrong_with(wanted: Decimal | None, found: InStore) -> str:
    """What makes the code in the store another one than the settings want; "" for nothing."""
    if not found.active:
        return ASLEEP
    if found.single_use:
        return ONCE_ONLY
    if wanted is None or found.share == wanted:
        return ""
    return OTHER_KIND if found.share is None else other_share(found.share, wanted)


def other_share(there: Decimal, wanted: Decimal) -> str:
    """Both shares, and what to do."""
    return OTHER_SHARE.format(there=_percent(there), wanted=_percent(wanted))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def next_code(code: str, taken: Collection[str], choose: Callable[[Sequence[str]], str]) -> str:
    """The code that follows a rotated one: ANA10 → ANA10-BCD → ANA10-FGH. `taken` are folded, `choose` is the dice."""
    base = _ROTATED.sub("", code)[: LONGEST_PARENT - SUFFIX - 1]
    while True:
        made = f"{base}-{''.join(choose(ALPHABET) for _ in range(SUFFIX))}"
        if made.casefold() not in taken:
            return made


def parent_of(folded: str) -> str:
    """The agent's own code under which a single-use one stands; any other code is its own."""
    return folded[:-8] if CHILD.fullmatch(folded[-8:]) else folded
