"""It is time to look for what no webhook told us."""

from plugin.context import AccountContext
from plugin.domain.events import SweepDue


def handle(event: SweepDue, ctx: AccountContext) -> None:
    """Ask the vendor what changed: a lost webhook is no lost ticket and no lost customer, and no macro is offered
    that is gone. What a month costs is posted as soon as it begins where the shop is, vendor or no vendor."""
    ctx.chores.keep_books()
    ctx.chores.sweep()
    ctx.chores.refresh()
