"""The product that commands are given, over a world of fakes."""

from dataclasses import replace

from click.testing import CliRunner, Result

from plugin.app import build, cli
from plugin.product import Product
from tests.fakes import NoApi, World
from tests.web.site import CONFIG


def product_over(world: World) -> Product:
    """Everything wired as it is installed, but for the world's database, vendors and clock."""
    url = world.database.url.render_as_string(hide_password=False)
    made = build(replace(CONFIG, database_url=url))
    made.database.dispose()
    return replace(
        made,
        database=world.database,
        vault=world.vault,
        helpdesks={world.helpdesk.name: world.helpdesk},
        stores=world.stores,
        views=world.views,
        open_api=NoApi,
        now=world.clock,
    )


def run(world: World, *arguments: str) -> Result:
    """The command with these arguments; its exit code, and what it printed."""
    product = product_over(world)
    return CliRunner().invoke(cli, list(arguments), obj=lambda: product)
