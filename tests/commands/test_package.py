"""`package` writes what a marketplace takes, the same bytes every time, from wherever it is installed."""

import json
import subprocess
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.app import cli
from plugin.packages import FOLDER, BadPackage, may_be_framed, packed, read, template
from tests.web.site import CONFIG

ROOT = Path(__file__).parents[2]
HTTPS = "https://app.example.com"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`marginalia package …` in an empty directory, at this address."""
    monkeypatch.chdir(tmp_path)

    def runs(*arguments: str, public_url: str = HTTPS) -> Result:
        product = SimpleNamespace(config=replace(CONFIG, public_url=public_url))
        return CliRunner().invoke(cli, ["package", *arguments], obj=lambda: product)

    return runs


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def contents(path: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("vendor", ["zendesk", "gorgias"])
def test_a_package_lies_in_the_working_directory_under_its_name_and_version(run: Run, vendor: str) -> None:
    made = document(run(vendor, "--json"))
    assert made["package"] == f"marginalia-{vendor}-{made['version']}.zip"
    assert sorted(contents(made["package"])) == made["files"]


def test_out_names_another_file(run: Run, tmp_path: Path) -> None:
    document(run("zendesk", "--out", str(tmp_path / "app.zip"), "--json"))
    assert "manifest.json" in contents(str(tmp_path / "app.zip"))


def test_a_person_is_told_what_to_do_with_it(run: Run) -> None:
    said = run("zendesk").stdout
    assert "Upload private app" in said
    assert "--app-id N" in said


def test_our_address_stands_wherever_one_belongs(run: Run) -> None:
    found = contents(document(run("zendesk", "--json"))["package"])
    assert b"$" not in b"".join(text for path, text in found.items() if path.endswith(".json"))
    assert json.loads(found["manifest.json"])["author"]["url"] == HTTPS


def test_an_app_of_ones_own_is_private_and_names_who_answers(run: Run) -> None:
    made = document(run("zendesk", "--private", "--email", "help@shop.example", "--json"))
    manifest = json.loads(contents(made["package"])["manifest.json"])
    assert (manifest["private"], manifest["author"]["email"]) == (True, "help@shop.example")


def test_a_listing_names_who_answers(run: Run) -> None:
    made = document(run("gorgias", "--email", "help@shop.example", "--json"))
    listing = json.loads(contents(made["package"])["listing.json"])
    assert (listing["support_email"], listing["name"]) == ("help@shop.example", "Marginalia")


def test_a_private_package_where_there_is_none_is_refused_in_one_line(run: Run) -> None:
    result = run("gorgias", "--private")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "marginalia connect gorgias" in result.stderr


@pytest.mark.parametrize("vendor", ["zendesk", "gorgias"])
@pytest.mark.parametrize("url", ["http://app.example.com", "http://192.0.2.7:8000"])
def test_an_address_that_no_marketplace_takes_is_refused_in_one_line(run: Run, vendor: str, url: str) -> None:
    result = run(vendor, public_url=url)
    assert (result.exit_code, result.stdout, list(Path().iterdir())) == (1, "", [])
    assert result.stderr.count("\n") == 1
    assert f"PUBLIC_URL is {url}" in result.stderr


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000"])
def test_this_machine_is_taken_by_its_name_to_try_things_out(run: Run, url: str) -> None:
    assert run("zendesk", "--out", "app.zip", public_url=url).exit_code == 0
    with zipfile.ZipFile("app.zip") as package:
        assert b"http://localhost:8000/sidebar/zendesk" in package.read("manifest.json")


def test_a_file_that_cannot_be_written_is_refused_in_one_line(run: Run) -> None:
    result = run("zendesk", "--out", "nowhere/app.zip")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "--out" in result.stderr


@pytest.mark.parametrize("wrong", [["freshdesk"], ["zendesk", "--tenant", "acme"]])
def test_wrong_usage_is_told_apart(run: Run, wrong: list[str]) -> None:
    assert run(*wrong).exit_code == 2


def test_the_same_files_are_the_same_bytes(run: Run) -> None:
    first, second = (document(run("zendesk", "--json"))["sha256"] for _ in range(2))
    assert first == second


def test_the_order_in_which_files_were_found_changes_nothing() -> None:
    made = {"b": b"2", "a": b"1"}
    assert packed(made) == packed(dict(reversed(made.items())))


def test_a_symbolic_link_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "secret.txt").symlink_to("/etc/hostname")
    with pytest.raises(BadPackage) as raised:
        read(tmp_path)
    assert raised.value.problems == ["assets/secret.txt: must be no symbolic link"]


def test_an_address_cannot_break_out_of_its_place(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.json").write_text('{"url": "$PUBLIC_URL"}')
    found = template("x", 'https://app.example.com/a"b\\c', "1", tmp_path)
    assert json.loads(found["a.json"]) == {"url": 'https://app.example.com/a"b\\c'}


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://app.example.com/x", True),
        ("http://localhost", True),
        ("http://localhost.evil.example", False),
        ("https://", False),
        ("ftp://localhost", False),
        ("//app.example.com", False),
    ],
)
def test_only_https_and_localhost_may_be_framed(address: str, taken: bool) -> None:
    assert may_be_framed(address) == taken


def test_the_wheel_holds_what_is_packed() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    assert ROOT / "manifest" == FOLDER
    assert {"manifest", "sidebar_templates"} <= set(built["wheel"]["packages"]) & set(
        built["sdist"]["include"]
    )


def test_nothing_that_is_packed_is_left_out_of_the_repository() -> None:
    paths = [str(path) for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    done = subprocess.run(["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""
