"""Settings of this installation, from the environment: checked once, at start, into one typed object."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from environs import Env, EnvValidationError
from marshmallow import ValidationError, validate
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_KEY = 32


class ConfigError(Exception):
    """The environment does not make a working installation; the text names every variable that is wrong."""


@dataclass(frozen=True, slots=True)
class Config:
    """Contract §2, typed. Keys are newest first."""

    database_url: str
    public_url: str
    secret_keys: Sequence[str]
    encryption_keys: Sequence[str]
    allow_local_vendors: bool
    demo: bool
    max_body_bytes: int
    hook_max_age: float
    log_level: str
    log_format: str | None
    zendesk_client_id: str | None = None
    zendesk_client_secret: str | None = None
    zendesk_app_id: str | None = None
    zendesk_marketplace_name: str | None = None
    zendesk_organization_id: str | None = None
    gorgias_client_id: str | None = None
    gorgias_client_secret: str | None = None
    shopify_api_key: str | None = None
    shopify_api_secret: str | None = None

    def __repr__(self) -> str:
        return f"Config(public_url={self.public_url!r})"


def read_config(working_directory: Path) -> Config:
    """The configuration in the environment. ConfigError names all that is missing or malformed, at once.

    Keys that are not given are made once and kept beside the SQLite file; with any other database they are
    required, for several hosts must hold the same ones.
    """
    env = Env(eager=False, expand_vars=False)
    values = _values(env)
    try:
        env.seal()
    except EnvValidationError as error:
        raise ConfigError("\n".join(_problems(error.error_messages))) from None
    url = _database_url(values.pop("database_url"), working_directory)
    public_url = values["public_url"].rstrip("/")
    return Config(**{**values, **_keys(values, url), "database_url": url, "public_url": public_url})


def _problems(messages: Mapping[str, Sequence[str]] | Sequence[str]) -> Iterator[str]:
    if not isinstance(messages, Mapping):
        yield from messages
        return
    for name, said in messages.items():
        yield f"{name}: {' '.join(said)}"


def _values(env: Env) -> dict[str, Any]:
    above_zero = validate.Range(min=1, error="must be a whole number above 0")
    return {
        "database_url": env.str("DATABASE_URL", "sqlite:///var/marginalia.db", validate=_is_database),
        "public_url": env.str("PUBLIC_URL", "http://127.0.0.1:8000", validate=_is_url),
        "secret_keys": env.list("SECRET_KEYS", [], validate=_are_long),
        "encryption_keys": env.list("ENCRYPTION_KEYS", [], validate=_are_fernet),
        "allow_local_vendors": env.bool("ALLOW_LOCAL_VENDORS", False),
        "demo": env.bool("DEMO", False),
        "max_body_bytes": env.int("MAX_BODY_BYTES", 1_048_576, validate=above_zero),
        "hook_max_age": env.float("HOOK_MAX_AGE", 86_400.0, validate=above_zero),
        "log_level": env.str("LOG_LEVEL", "info", validate=_is_level),
        "log_format": env.str("LOG_FORMAT", None, validate=_is_format),
        "zendesk_client_id": env.str("ZENDESK_CLIENT_ID", None),
        "zendesk_client_secret": env.str("ZENDESK_CLIENT_SECRET", None),
        "zendesk_app_id": env.str("ZENDESK_APP_ID", None),
        "zendesk_marketplace_name": env.str("ZENDESK_MARKETPLACE_NAME", None),
        "zendesk_organization_id": env.str("ZENDESK_ORGANIZATION_ID", None),
        "gorgias_client_id": env.str("GORGIAS_CLIENT_ID", None),
        "gorgias_client_secret": env.str("GORGIAS_CLIENT_SECRET", None),
        "shopify_api_key": env.str("SHOPIFY_API_KEY", None),
        "shopify_api_secret": env.str("SHOPIFY_API_SECRET", None),
    }


def _is_database(value: str) -> None:
    try:
        backend = make_url(_with_known_scheme(value)).get_backend_name()
    except ArgumentError:
        backend = "?"
    if backend not in {"sqlite", "postgresql"}:
        raise ValidationError("must be sqlite:///path or postgresql://…")


def _is_url(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValidationError(
            "must be the http(s) address that vendors and browsers reach, as https://app.example.com"
        )


def _is_level(value: str) -> None:
    if value.lower() not in {"debug", "info", "warning", "error"}:
        raise ValidationError("must be debug, info, warning or error")


def _is_format(value: str | None) -> None:
    if value is not None and value not in {"console", "json"}:
        raise ValidationError("must be console or json")


def _are_long(keys: list[str]) -> None:
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValidationError(f"each key must have at least {SHORTEST_KEY} characters")


def _are_fernet(keys: list[str]) -> None:
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise ValidationError(
                "each must be a Fernet key (32 bytes in URL-safe base64); make one with: python -c "
                '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from None


def _with_known_scheme(value: str) -> str:
    """Some platforms still hand out `postgres://`."""
    return "postgresql://" + value.removeprefix("postgres://") if value.startswith("postgres://") else value


def _database_url(value: str, working_directory: Path) -> str:
    """The address with a SQLite path made absolute, so that a later change of directory moves nothing."""
    url = make_url(_with_known_scheme(value))
    if url.get_backend_name() != "sqlite":
        return url.render_as_string(hide_password=False)
    if not url.database or url.database == ":memory:":
        raise ConfigError(
            "DATABASE_URL: an in-memory database cannot be shared by several processes; name a file"
        )
    return f"sqlite:///{working_directory / url.database}"


def _keys(values: Mapping[str, Any], url: str) -> dict[str, Sequence[str]]:
    missing = [name for name in ("secret_keys", "encryption_keys") if not values[name]]
    if not missing:
        return {}
    if not url.startswith("sqlite:"):
        raise ConfigError("\n".join(f"{name.upper()}: required with this database" for name in missing))
    kept = _kept_keys(Path(url.removeprefix("sqlite:///")))
    return {name: [kept[name]] for name in missing}


def _kept_keys(database: Path) -> dict[str, str]:
    """The keys beside the SQLite file, made by whoever comes first; two starting at once use the same ones."""
    path = database.with_name(database.name + ".keys")
    if not path.exists():
        _make_keys(path)
    lines = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    try:
        return {"secret_keys": lines["SECRET_KEYS"], "encryption_keys": lines["ENCRYPTION_KEYS"]}
    except KeyError as missing:
        raise ConfigError(f"{path} holds no {missing.args[0]}: restore it, or set the variable") from None


def _make_keys(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(
        f"SECRET_KEYS={secrets.token_urlsafe(48)}\nENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
    )
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first; its keys are the ones
    finally:
        draft.unlink()
