"""Tokens at rest."""

import pytest
from cryptography.fernet import Fernet

from plugin.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_closed_shows_nothing_and_opens_again() -> None:
    stored = Vault([OLD]).close(1, {"access_token": "tok-123"})
    assert "tok-123" not in stored
    assert Vault([OLD]).open(1, stored) == {"access_token": "tok-123"}


def test_a_row_copied_to_another_tenant_does_not_open() -> None:
    stored = Vault([OLD]).close(1, {"access_token": "tok-123"})
    with pytest.raises(ValueError, match="another tenant"):
        Vault([OLD]).open(2, stored)


def test_keys_are_rotated_without_losing_what_is_stored() -> None:
    stored = Vault([OLD]).close(1, {"a": "b"})
    both = Vault([NEW, OLD])
    assert both.open(1, stored) == {"a": "b"}
    rotated = both.rotate(stored)
    assert Vault([NEW]).open(1, rotated) == {"a": "b"}
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS"):
        Vault([OLD]).open(1, rotated)
