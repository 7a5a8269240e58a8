"""`classify`: one answer a text, in the same order, with the customer's words; a bad line is refused by its number."""

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

OWN = """\
reason_codes:
  - code: product.defect
    children:
      - {code: product.defect.zipper, name: Zipper, phrases: ["zip(per)? (is )?(stuck|broken)"]}
  - {code: shipping.wismo, phrases: ["where('s| is) my (order|parcel)"]}
"""


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


def no_product() -> Product:
    raise AssertionError("without --tenant nothing is asked of the database")


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["classify", *arguments], obj=lambda: no_product(), input=given)


def answers(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))


def test_a_text_is_answered_by_three_codes_with_score_and_evidence() -> None:
    (answer,) = answers(run("--text", "Hello! Where is my order?"))
    assert set(answer) == {"id", "codes", "sure"}
    assert [set(one) for one in answer["codes"]] == [{"code", "score", "evidence"}] * 3
    assert answer["codes"][0]["code"] == "shipping.wismo"
    assert answer["codes"][0]["evidence"][0] == "Where is my order"


@pytest.mark.parametrize("text", ["Where is my order?", "أين طلبي؟", "سفارش من کجاست؟"])
def test_where_is_my_order_is_understood_in_three_languages(text: str) -> None:
    (answer,) = answers(run("--text", text))
    assert answer["codes"][0]["code"] == "shipping.wismo"


def test_a_text_without_reason_has_no_codes_and_is_not_sure() -> None:
    assert answers(run("--text", "qwxz vbnm")) == [{"id": None, "codes": [], "sure": False}]


def test_a_file_is_answered_line_by_line_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(lines("refund please", "qwxz", "where is my order"), encoding="utf-8")
    found = answers(run(str(file)))
    assert [answer["id"] for answer in found] == [0, 1, 2]
    assert [one["codes"][:1] and one["codes"][0]["code"] for one in found] == [
        "refund.request",
        [],
        "shipping.wismo",
    ]


def test_lines_are_taken_from_stdin_and_ids_are_given_back_as_they_came() -> None:
    given = '{"id": "t-1", "text": "where is my order", "lang": "en-GB"}\n\n{"text": "refund", "lang": 7}\n'
    assert [answer["id"] for answer in answers(run("-", given=given))] == ["t-1", None]


def test_json_makes_no_difference() -> None:
    given = lines("where is my order", "refund")
    assert run("--json", "-", given=given).stdout == run("-", given=given).stdout


def test_letters_are_printed_as_they_are() -> None:
    assert "کجاست" in run("--text", "سفارش من کجاست؟").stdout


@pytest.mark.parametrize("bad", ["{", "[]", '{"id": 1}', '{"id": 1, "text": 5}', "[" * 100_000])
def test_a_bad_line_is_refused_by_its_number(bad: str) -> None:
    result = run("-", given=lines("where is my order") + "\n" + bad + "\n")
    assert (result.exit_code, result.stderr) == (1, 'line 3 is not {"id": …, "text": "…"}\n')


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.jsonl"))
    assert result.exit_code == 1
    assert "none.jsonl" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--text", "refund", "-"]])
def test_either_a_text_or_a_file_is_asked_for(arguments: list[str]) -> None:
    result = run(*arguments, given="")
    assert result.exit_code == 2
    assert "either --text or a FILE" in result.stderr


def of_acme(product: Product, *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), obj=lambda: product)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hi, where's my parcel", "shipping.wismo"),
        ("The zipper is stuck, I want my money back", "product.defect.zipper"),
    ],
)
def test_a_tenants_own_phrases_win_and_are_sure(
    product: Product, tmp_path: Path, text: str, code: str
) -> None:
    (tmp_path / "s.yaml").write_text(OWN)
    imported = of_acme(product, "settings", "import", str(tmp_path / "s.yaml"), "--tenant", "acme")
    assert imported.exit_code == 0, imported.stderr
    (answer,) = answers(of_acme(product, "classify", "--tenant", "acme", "--text", text))
    assert (answer["codes"][0]["code"], answer["sure"]) == (code, True)


def test_a_tenant_that_is_not_there_is_refused(product: Product) -> None:
    result = of_acme(product, "classify", "--tenant", "nobody", "--text", "refund")
    assert result.exit_code == 1
    assert "the tenants are: acme" in result.stderr
