"""What all commands share: the product made late, one clear line when refused, one JSON document when asked."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from plugin.config import ConfigError
from plugin.db.connections import Tenants
from plugin.db.tables import TenantRow
from plugin.ports import VendorError
from plugin.product import Product

pass_maker = click.make_pass_decorator(object)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)
tenant_option = click.option("--tenant", required=True, metavar="T", help="The tenant's name.")


class Refused(click.ClickException):
    """Exit 1 with one clear line on stderr."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the line as it is."""
        click.echo(self.message, err=True, file=file)


def product_of(context: click.Context) -> Product:
    """The product, made at first use, so that `--help` needs no configuration."""
    make: Callable[[], Product] = context.obj
    try:
        return make()
    except ConfigError as error:
        raise Refused(str(error)) from None


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what can go wrong outside into one line: what happened, and what to do next."""
    try:
        yield
    except VendorError as error:
        raise Refused(str(error)) from None
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Refused(
            f"the database does not answer ({cause}); check DATABASE_URL, then run `marginalia migrate`"
        ) from None


def tenant_named(session: Session, name: str) -> TenantRow:
    """The tenant of this name, or a refusal that lists those there are."""
    found = Tenants(session).by_name(name)
    if found is None:
        known = (
            ", ".join(tenant.name for tenant in Tenants(session).all())
            or "none yet: run `marginalia connect` first"
        )
        raise Refused(f"there is no tenant {name!r}; the tenants are: {known}")
    return found


def lines_of(file: Path) -> Iterator[str]:
    """The lines of a text file, or of stdin for `-`; a refusal where it cannot be read."""
    if str(file) == "-":
        yield from sys.stdin
        return
    try:
        with file.open(encoding="utf-8-sig") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read: {error}") from None


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
