"""A skipped test is told by name and reason, and is a failure where everything is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = "import pytest\n\ndef test_it():\n    pytest.skip('PostgreSQL is not here')\n"
ROOT = Path(__file__).parents[1]


def run(tmp_path: Path, variable: str, source: str = SKIPPED) -> subprocess.CompletedProcess[str]:
    """Run one test file with this suite's hooks, as continuous integration does."""
    (tmp_path / "test_one.py").write_text(source)
    environment = os.environ | {"MARGINALIA_NOTHING_SKIPPED": variable}
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
    )


@pytest.mark.parametrize(("variable", "code"), [("1", 1), ("", 0)])
def test_a_skip_fails_the_run_only_where_nothing_may_be_skipped(
    tmp_path: Path, variable: str, code: int
) -> None:
    ran = run(tmp_path, variable)
    assert ran.returncode == code, ran.stdout
    assert "PostgreSQL is not here" in ran.stdout
    assert ("MARGINALIA_NOTHING_SKIPPED is set: test_one.py::test_it" in ran.stdout) == bool(code)


def test_a_run_without_skips_passes(tmp_path: Path) -> None:
    assert run(tmp_path, "1", "def test_it():\n    pass\n").returncode == 0
