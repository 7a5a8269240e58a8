"""The house rules that no other tool checks: where vendors are named, time and environment, sizes."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("plugin", "handlers", "sandbox")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 45
VENDORS = {"zendesk", "gorgias", "shopify", "easypost", "aftership", "shippo", "recharge", "stripe"}
FAMILIES = ("plugin/helpdesks/", "plugin/stores/", "plugin/carriers/", "plugin/subscriptions/")


def modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", modules(*ROOMS), ids=name_of)
def test_a_module_is_about_one_thing_and_its_functions_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef) and "migrations" not in name_of(path):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, f"{node.name} is too long"


def test_most_functions_are_read_at_a_glance() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in modules("plugin", "handlers")
        if "migrations" not in name_of(path)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    ]
    assert statistics.median(lengths) <= 10


@pytest.mark.parametrize(
    "path",
    [path for path in modules("plugin", "handlers") if not name_of(path).startswith(FAMILIES)],
    ids=name_of,
)
def test_no_vendor_is_told_from_another_outside_its_own_code(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.Compare | ast.MatchValue):
            named = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
            assert not named & VENDORS, f"line {node.lineno} compares with a vendor's name"


NAMED_BY = {"plugin/config.py", "plugin/commands/connect.py"}
"""Where a vendor beside its own folder may be named: its credentials in the environment, its `connect` command."""


def test_adding_a_vendor_changes_nothing_but_its_folder_its_line_and_its_command() -> None:
    """Counted: every name or text of the code that holds a vendor's name, comments and explanations aside."""
    elsewhere = [
        (name_of(path), word)
        for path in modules("plugin", "handlers")
        if name_of(path) not in NAMED_BY and not _is_a_vendors_own(path)
        for word in _words_of_code(path)
        if any(vendor in word.lower() for vendor in VENDORS)
    ]
    assert elsewhere == []


def _is_a_vendors_own(path: Path) -> bool:
    """Below a family's folder: a vendor's own, or the list of all."""
    return name_of(path).startswith(FAMILIES)


def _words_of_code(path: Path) -> Iterator[str]:
    tree = list(nodes(path))
    explained = {
        id(node.value) for node in tree if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in tree:
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


@pytest.mark.parametrize("path", modules("plugin", "handlers"), ids=name_of)
def test_the_clock_and_the_environment_are_read_in_one_place_each(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if name_of(path) != "plugin/app.py":
        assert not re.search(r"datetime\.(?:now|utcnow|today)\(|time\.time\(", text)
    if name_of(path) not in {"plugin/config.py", "plugin/web/metrics.py"}:
        assert "os.environ" not in text
        assert "getenv" not in text


def test_the_sandbox_knows_nothing_of_the_product() -> None:
    for path in modules("sandbox"):
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"plugin", "handlers"}], name_of(path)


def test_importing_the_application_starts_nothing() -> None:
    code = "import threading, plugin.app; print(threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "1"


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_and_link_in_the_documents_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in link:
            assert (document.parent / link).exists(), link
    for path in re.findall(r"`((?:plugin|handlers|sandbox|tests|docs|benchmarks|manifest)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_every_variable_of_the_environment_is_documented() -> None:
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "plugin/config.py").read_text()))
    told = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in told] == []
