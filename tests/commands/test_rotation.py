"""A new encryption key: `migrate` encrypts the stored tokens anew, so that the old key may go."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.vault import Vault

MARGINALIA = str(Path(sys.executable).with_name("marginalia"))


def run(folder: Path, keys: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "ENCRYPTION_KEYS": ",".join(keys), "SECRET_KEYS": "s" * 40}
    return subprocess.run(
        [MARGINALIA, *arguments], capture_output=True, text=True, env=environment, cwd=folder
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with an account connected under a key, made once."""
    folder, key = tmp_path_factory.mktemp("installed"), Fernet.generate_key().decode()
    assert run(folder, [key], "migrate").returncode == 0
    connect = ("connect", "zendesk", "--account", "acme", "--token", "t0ken", "--no-provision")
    assert json.loads(run(folder, [key], *connect).stdout)["tenant"] == "acme"
    return folder, key


@pytest.fixture
def old(tmp_path: Path, installed: tuple[Path, str]) -> str:
    """A key, and in this test's own folder an account connected under it."""
    folder, key = installed
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return key


def test_stored_tokens_move_to_the_newest_key(tmp_path: Path, old: str) -> None:
    new = Fernet.generate_key().decode()
    assert run(tmp_path, [new, old], "migrate").returncode == 0
    database = Database(f"sqlite:///{tmp_path}/var/marginalia.db")
    with database.read() as session:
        (connection,) = Connections(session, Vault([new])).all()
    assert connection.credentials["access_token"] == "t0ken"
    database.dispose()


def test_a_lost_key_is_told_in_one_line(tmp_path: Path, old: str) -> None:
    others = [Fernet.generate_key().decode() for _ in range(2)]
    done = run(tmp_path, others, "migrate")
    assert done.returncode == 1
    assert "put the former key back" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_only_kept_are_named(tmp_path: Path, old: str) -> None:
    (tmp_path / "s.yaml").write_text("wismo: {auto_answer: false}\ncurrency: USD\n")
    done = run(tmp_path, [old], "settings", "import", "s.yaml", "--tenant", "acme")
    assert done.returncode == 0, done.stderr
    assert "not acted upon by this version: wismo." in done.stderr
