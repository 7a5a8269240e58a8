"""The environment: read once, checked at once, every problem named."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from plugin.config import ConfigError, read_config

NAMES = [
    "DATABASE_URL",
    "PUBLIC_URL",
    "SECRET_KEYS",
    "ENCRYPTION_KEYS",
    "ALLOW_LOCAL_VENDORS",
    "DEMO",
    "MAX_BODY_BYTES",
    "HOOK_MAX_AGE",
    "LOG_LEVEL",
    "LOG_FORMAT",
]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_an_empty_environment_is_a_working_installation(tmp_path: Path) -> None:
    config = read_config(tmp_path)
    assert config.database_url == f"sqlite:///{tmp_path}/var/marginalia.db"
    assert config.public_url == "http://127.0.0.1:8000"
    assert (config.max_body_bytes, config.hook_max_age) == (1_048_576, 86_400)
    assert not config.allow_local_vendors


def test_keys_are_made_once_and_are_nobodys_business(tmp_path: Path) -> None:
    first, second = read_config(tmp_path), read_config(tmp_path)
    assert first.secret_keys == second.secret_keys
    assert first.encryption_keys == second.encryption_keys
    kept = tmp_path / "var" / "marginalia.db.keys"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.secret_keys[0] not in repr(first)


def test_every_malformed_value_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "DATABASE_URL": "mysql://x",
        "PUBLIC_URL": "shop",
        "SECRET_KEYS": "short",
        "ENCRYPTION_KEYS": "none",
        "MAX_BODY_BYTES": "many",
        "HOOK_MAX_AGE": "0",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
        "ALLOW_LOCAL_VENDORS": "maybe",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as refused:
        read_config(tmp_path)
    assert {line.partition(":")[0] for line in str(refused.value).splitlines()} == set(wrong)


def test_a_shared_database_needs_shared_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@h/d")
    with pytest.raises(ConfigError, match="SECRET_KEYS: required") as refused:
        read_config(tmp_path)
    assert "ENCRYPTION_KEYS: required" in str(refused.value)
    monkeypatch.setenv("SECRET_KEYS", "k" * 40)
    monkeypatch.setenv("ENCRYPTION_KEYS", Fernet.generate_key().decode())
    assert read_config(tmp_path).database_url == "postgresql://u@h/d"


def test_a_memory_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    with pytest.raises(ConfigError, match="name a file"):
        read_config(tmp_path)
