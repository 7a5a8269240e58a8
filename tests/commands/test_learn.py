"""`learn` takes corrections in as if agents had made them; what teaches nothing is named by its line."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.app import build, cli
from plugin.db.connections import Connections, Tenants
from plugin.db.migrate import migrate
from plugin.product import Product
from tests.conftest import NOW
from tests.web.site import CONFIG

TEXT = "The flux adapter of my kettle hums"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A product with one tenant, acme, on the embedded database."""
    made = build(replace(CONFIG, database_url=f"sqlite:///{tmp_path / 'marginalia.db'}"))
    migrate(made.database)
    with made.database.write() as session:
        tenant = Tenants(session).add("acme", NOW)
        Connections(session, made.vault).add(tenant, "zendesk", "acme", "https://acme.example", {}, {}, NOW)
    yield made
    made.database.dispose()


def run(product: Product, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), obj=lambda: product, input=given)


def learn(product: Product, *lines: Any, json_too: bool = True) -> Result:
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return run(product, "learn", "--tenant", "acme", *(["--json"] if json_too else []), "-", given=given)


def classified(product: Product, text: str) -> Any:
    return json.loads(run(product, "classify", "--tenant", "acme", "--text", text).stdout)


def test_what_was_learnt_answers_the_next_text_like_it(product: Product) -> None:
    assert classified(product, TEXT)["codes"] == []
    result = learn(product, {"text": TEXT, "code": "product.defect"})
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {"taken": 1, "unknown_codes": [], "refused": []},
    )
    found = classified(product, f"hello, {TEXT.upper()}!")
    assert (found["codes"][0]["code"], found["sure"]) == ("product.defect", True)


def test_what_a_tenant_taught_is_no_other_readers(product: Product) -> None:
    learn(product, {"text": TEXT, "code": "product.defect"})
    assert json.loads(run(product, "classify", "--text", TEXT).stdout)["codes"] == []


def test_a_line_that_teaches_nothing_is_named_and_the_others_are_taken(product: Product) -> None:
    result = learn(
        product,
        {"text": TEXT, "code": "product.defect"},
        "",
        "no json",
        {"text": "hello", "code": "product.defect"},
        {"text": TEXT, "code": "no.such"},
        ["text", "code"],
        {"text": TEXT},
        {"text": f"{TEXT} again", "code": "no.such"},
    )
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert (said["taken"], said["unknown_codes"]) == (1, ["no.such"])
    assert [one["line"] for one in said["refused"]] == [3, 4, 5, 6, 7, 8]
    assert "line 5: no.such is no reason code that agents of acme can choose" in result.stderr.splitlines()


def test_a_hidden_code_is_none_that_an_agent_can_choose(product: Product) -> None:
    hidden = {"reason_codes": [{"code": "product.defect", "hidden": True}]}
    with product.database.write() as session:
        tenant = Tenants(session).by_name("acme")
        assert tenant is not None
        product.import_settings(session, tenant.id, hidden, "a test")
    result = learn(product, {"text": TEXT, "code": "product.defect"}, {"text": TEXT, "code": "product.info"})
    assert json.loads(result.stdout)["unknown_codes"] == ["product.defect"]


def test_where_no_line_teaches_anything_the_file_is_refused(product: Product) -> None:
    result = learn(product, "no json", json_too=False)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == 'line 1: this is not {"text": "…", "code": "…"}\n'


def test_an_unknown_tenant_is_refused_with_those_there_are(product: Product) -> None:
    result = run(product, "learn", "--tenant", "nobody", "-", given="")
    assert (result.exit_code, result.stderr) == (1, "there is no tenant 'nobody'; the tenants are: acme\n")


def test_a_file_that_cannot_be_read_is_refused(product: Product, tmp_path: Path) -> None:
    result = run(product, "learn", "--tenant", "acme", str(tmp_path / "missing.jsonl"))
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_a_person_is_told_how_many_were_learnt(product: Product) -> None:
    lines = [{"text": TEXT, "code": "product.defect"}, {"text": f"{TEXT} at night", "code": "product.defect"}]
    assert learn(product, *lines, json_too=False).stdout.startswith("2 corrections are learnt")
