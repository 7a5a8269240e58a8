"""`package`: what a marketplace is given of this installation, checked before anybody uploads it."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import click

from plugin.commands.common import Refused, json_option, print_json, product_of
from plugin.helpdesks import MARKETPLACES
from plugin.packages import BadPackage, checked, packed, template


@click.command("package")
@click.argument("helpdesk", type=click.Choice(sorted(MARKETPLACES)))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="F", help="Where to write it."
)
@click.option("--private", is_flag=True, help="For your own account alone, not for the marketplace.")
@click.option("--email", metavar="E", help="Who answers questions about the app.")
@json_option
@click.pass_context
def package_command(
    context: click.Context, helpdesk: str, out: Path | None, private: bool, email: str | None, as_json: bool
) -> None:
    """Make the package for a helpdesk's marketplace, with this installation's address (PUBLIC_URL)."""
    marketplace, release = MARKETPLACES[helpdesk], version("marginalia")
    try:
        filled = template(helpdesk, product_of(context).config.public_url, release)
        contents = checked(marketplace.made_for(filled, private, email), marketplace.problems)
    except BadPackage as error:
        raise Refused("\n".join(error.problems)) from None
    path = out or Path(f"marginalia-{helpdesk}-{release}.zip")
    _write(path, packed(contents))
    _tell(path, contents, release, marketplace.what_next, as_json)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file with --out") from None


def _tell(path: Path, contents: Mapping[str, bytes], release: str, what_next: str, as_json: bool) -> None:
    if as_json:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        made = {"package": str(path), "version": release, "files": sorted(contents), "sha256": digest}
        return print_json(made)
    return click.echo(f"{path}: {len(contents)} files, checked. {what_next}")
