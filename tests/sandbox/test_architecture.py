"""The stand-ins know nothing of the product: they are written from the vendors' word, not from our adapters."""

import ast
from collections.abc import Iterator
from pathlib import Path

SANDBOX = Path(__file__).parents[2] / "sandbox"
PRODUCT = {"plugin", "handlers", "tests"}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield str(node.module).split(".")[0]


def test_no_module_of_the_sandbox_imports_the_product() -> None:
    modules = list(SANDBOX.rglob("*.py"))
    found = {path.name: set(imported(path.read_text())) & PRODUCT for path in modules}
    assert len(modules) > 20
    assert {name: names for name, names in found.items() if names} == {}


def test_an_import_of_the_product_would_be_seen() -> None:
    assert set(imported("import plugin.http\nfrom handlers import ROUTES\nimport json")) > {
        "plugin",
        "handlers",
    }
