"""When this happens, we do that: the whole product on one page.

One file per event, each read top to bottom: load facts, decide (pure, in `plugin.domain`), apply.
"""

from collections.abc import Callable
from typing import Any

from handlers import (
    agent_message,
    customer_message,
    day_started,
    order_changed,
    reason_chosen,
    reason_code_set,
    rules_due,
    sweep_due,
    write_overtaken,
)
from plugin.domain.events import (
    AgentMessage,
    CustomerMessage,
    DayStarted,
    Event,
    OrderChanged,
    ReasonChosen,
    ReasonCodeSet,
    RulesDue,
    SweepDue,
    WriteOvertaken,
)

ROUTES: dict[type[Event], Callable[[Any, Any], None]] = {
    CustomerMessage: customer_message.handle,
    AgentMessage: agent_message.handle,
    ReasonCodeSet: reason_code_set.handle,
    ReasonChosen: reason_chosen.handle,
    WriteOvertaken: write_overtaken.handle,
    RulesDue: rules_due.handle,
    OrderChanged: order_changed.handle,
    SweepDue: sweep_due.handle,
    DayStarted: day_started.handle,
}
