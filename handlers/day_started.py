"""A day began."""

from plugin.context import AccountContext
from plugin.domain.events import DayStarted


def handle(event: DayStarted, ctx: AccountContext) -> None:
    """A day began, and perhaps a month: its costs are posted. Raw bodies that were worked long enough ago are
    forgotten, and lessons nobody holds to."""
    ctx.chores.keep_books()
    ctx.chores.forget_old_bodies(ctx.now - ctx.keep_bodies)
    ctx.chores.forget_old_lessons()
