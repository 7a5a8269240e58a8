"""When this happens, we do that: the whole product on one page.

One file per event, each read top to bottom: load facts, decide (pure, in `plugin.domain`), apply.
"""

from collections.abc import Callable
from typing import Any

from handlers import (
    customer_message,
    day_started,
    reason_code_set,
    sweep_due,
    write_overtaken,
)
from plugin.domain.events import (
    CustomerMessage,
    DayStarted,
    Event,
    ReasonCodeSet,
    SweepDue,
    WriteOvertaken,
)

ROUTES: dict[type[Event], Callable[[Any, Any], None]] = {
    CustomerMessage: customer_message.handle,
    ReasonCodeSet: reason_code_set.handle,
    WriteOvertaken: write_overtaken.handle,
    SweepDue: sweep_due.handle,
    DayStarted: day_started.handle,
}
