"""`settings export | check | import`: the settings file of contract §4."""

import sys
from pathlib import Path
from typing import Any

import click

from plugin.commands.common import (
    Refused,
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.db.settings import SettingsVersions
from plugin.reason_data import default_classifier
from plugin.settings_file import SettingsErrors, check, dump, not_acted_upon, read

file_argument = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))


@click.group("settings")
def settings_group() -> None:
    """Read, check and change a tenant's settings as a file."""


@settings_group.command("export")
@file_argument
@tenant_option
@json_option
@click.pass_context
def export_command(context: click.Context, file: Path, tenant: str, as_json: bool) -> None:
    """Write the settings in force to FILE (YAML; JSON when it ends in .json; - for stdout)."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        version, document = SettingsVersions(session, tenant_named(session, tenant).id).newest()
    text = dump({"version": 1, **document}, as_json or file.suffix == ".json")
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"tenant": tenant, "version": version, "file": str(file)})
    else:
        click.echo(f"Version {version} of {tenant}'s settings is in {file}.")


@settings_group.command("check")
@file_argument
@tenant_option
@json_option
@click.pass_context
def check_command(context: click.Context, file: Path, tenant: str, as_json: bool) -> None:
    """Say everything that is wrong with FILE; change nothing."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_named(session, tenant)
    document = _document(file, as_json)
    _refuse_errors(document, as_json)
    if as_json:
        print_json({"ok": True, "errors": []})
    else:
        click.echo(f"{file} is in order.")
    _warn(document)


@settings_group.command("import")
@file_argument
@tenant_option
@json_option
@click.pass_context
def import_command(context: click.Context, file: Path, tenant: str, as_json: bool) -> None:
    """Put FILE in force as a new version: all of it, or nothing."""
    product = product_of(context)
    document = _document(file, as_json)
    _refuse_errors(document, as_json)
    default_classifier()  # takes a second to compile, while which nobody else could write
    with refusing(), product.database.write() as session:
        row = tenant_named(session, tenant)
        version = product.import_settings(session, row.id, document, made_by="command line")
    mode = document.get("mode", "shadow")
    if as_json:
        print_json({"tenant": tenant, "version": version, "mode": mode})
    else:
        click.echo(f"Version {version} of {tenant}'s settings is in force (mode: {mode}).")
    _warn(document)


def _warn(document: dict[str, Any]) -> None:
    """Say on stderr what the file asks for in vain, so that nobody counts on it."""
    note = not_acted_upon(document)
    if note is not None:
        click.echo(note, err=True)


def read_settings(file: Path, as_json: bool) -> dict[str, Any]:
    """The checked document of a settings file; a refusal that names everything wrong with it."""
    document = _document(file, as_json)
    _refuse_errors(document, as_json)
    return document


def _document(file: Path, as_json: bool) -> dict[str, Any]:
    try:
        text = _text(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read: {error}") from None
    try:
        return read(text)
    except SettingsErrors as errors:
        raise _refusal(errors, as_json) from None


def _text(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read()
    return file.read_text(encoding="utf-8-sig")


def _refuse_errors(document: dict[str, Any], as_json: bool) -> None:
    try:
        check(document)
    except SettingsErrors as errors:
        raise _refusal(errors, as_json) from None


def _refusal(errors: SettingsErrors, as_json: bool) -> Refused:
    """Every error with its path; as JSON too when asked, so that an editor can show them."""
    if as_json:
        found = [{"path": error.path, "message": error.message} for error in errors.errors]
        print_json({"ok": False, "errors": found})
    lines = [f"{error.path or 'file'}: {error.message}" for error in errors.errors]
    return Refused("\n".join(lines))
