"""`classify`: the three best reason codes per text, with evidence, and whether it is sure enough to act on."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from plugin.commands.common import Refused, lines_of, product_of, refusing, tenant_named
from plugin.domain.triage import Reader, Reading
from plugin.tenant_view import view_of


@click.command("classify")
@click.option("--tenant", metavar="T", help="With this tenant's own codes and phrases.")
@click.option("--text", help="One text, instead of a file.")
@click.option("--json", "as_json", is_flag=True, help="No difference: the output is JSON lines always.")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def classify_command(
    context: click.Context, tenant: str | None, text: str | None, as_json: bool, file: Path | None
) -> None:
    """Read texts ({"id","text"} a line; `-` for stdin) and print one answer a line, in the same order."""
    if (text is None) == (file is None):
        raise click.UsageError("give either --text or a FILE of JSON lines")
    read = _reader(context, tenant)
    if text is not None:
        click.echo(_line({"id": None, "text": text}, read))
        return
    assert file is not None
    write = sys.stdout.write
    for number, line in enumerate(lines_of(file), start=1):
        if line.strip():
            write(_line(_item(line, number), read) + "\n")


def _reader(context: click.Context, tenant: str | None) -> Reader:
    if tenant is None:
        return view_of(0, {}).read
    product = product_of(context)
    with refusing(), product.database.read() as session:
        return product.views.reading(session, tenant_named(session, tenant).id).read


def _item(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise Refused(f'line {number} is not {{"id": …, "text": "…"}}')
    return item


def _line(item: dict[str, Any], read: Reader) -> str:
    language = item.get("lang")
    reading = read(item["text"], language if isinstance(language, str) else None)
    answer = {"id": item.get("id"), "codes": list(_codes(reading)), "sure": reading.sure}
    return json.dumps(answer, ensure_ascii=False)


def _codes(reading: Reading) -> Iterable[dict[str, Any]]:
    for ranked in reading.codes:
        yield {"code": ranked.code, "score": round(ranked.score, 3), "evidence": list(ranked.evidence)}
