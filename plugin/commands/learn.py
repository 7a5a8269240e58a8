"""`learn`: corrections made elsewhere, taken in as if agents had made them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from plugin.commands.common import (
    Refused,
    json_option,
    lines_of,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.db.corrections import Corrections
from plugin.domain.learning import Correction, gist
from plugin.domain.reason_codes import ReasonTree

MADE_BY = "command line"
NO_SHAPE = 'this is not {"text": "…", "code": "…"}'
NO_WORDS = "no word in this text says what it is about: there is nothing to learn"
UNKNOWN = "{code} is no reason code that agents of {tenant} can choose"


@dataclass
class _Sorted:
    """The lines of a file: what can be learnt, and what cannot, with its line number."""

    taken: list[Correction] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    unknown_codes: dict[str, None] = field(default_factory=dict)


@click.command("learn")
@tenant_option
@json_option
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def learn_command(context: click.Context, tenant: str, as_json: bool, file: Path) -> None:
    """Learn from FILE, {"text","code"} a line (- for stdin); lines that teach nothing are named and left out."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
        tree = product.views.of(session, tenant_id).tree
    lines = _sorted(lines_of(file), tree, tenant)
    with refusing(), product.database.write() as session:
        Corrections(session, tenant_id).add(lines.taken, product.now(), MADE_BY)
    _report(lines, as_json)


def _sorted(lines: Iterable[str], tree: ReasonTree, tenant: str) -> _Sorted:
    found = _Sorted()
    for number, text, code in _items(lines, found):
        told = gist(text)
        if code not in tree or tree.is_hidden(code):
            found.unknown_codes[code] = None
            found.refused.append((number, UNKNOWN.format(code=code, tenant=tenant)))
        elif told is None:
            found.refused.append((number, NO_WORDS))
        else:
            found.taken.append(Correction(told, code))
    return found


def _items(lines: Iterable[str], found: _Sorted) -> Iterator[tuple[int, str, str]]:
    """Number, text and code of every line that has them; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        item = _parsed(line)
        if isinstance(item, dict) and isinstance(item.get("text"), str) and isinstance(item.get("code"), str):
            yield number, item["text"], item["code"]
        else:
            found.refused.append((number, NO_SHAPE))


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _report(lines: _Sorted, as_json: bool) -> None:
    """Say what was taken, and every line that was not; refused as a whole only where nothing was taken."""
    refused = [f"line {number}: {message}" for number, message in lines.refused]
    if as_json:
        shown = [{"line": number, "message": message} for number, message in lines.refused]
        print_json({"taken": len(lines.taken), "unknown_codes": list(lines.unknown_codes), "refused": shown})
    if refused and not lines.taken:
        raise Refused("\n".join(refused))
    for line in refused:
        click.echo(line, err=True)
    if not as_json:
        number = "1 correction is" if len(lines.taken) == 1 else f"{len(lines.taken)} corrections are"
        click.echo(f"{number} learnt; the next texts like them are answered from memory.")
