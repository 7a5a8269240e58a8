"""Marketplace packages, as far as they are alike: read from `manifest/`, this installation's address filled in, packed.

The same files always give the same bytes, so that two packages can be compared.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from plugin.http import is_loopback

Files = Mapping[str, bytes]
"""What is in a package: contents by path, with slashes."""
FOLDER: Final = Path(str(files("manifest")))
FILLED: Final = (".json", ".md")
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The first instant that a zip can name."""
HERE: Final = "localhost"
READABLE: Final = 0o100644 << 16
NO_ADDRESS: Final = (
    "PUBLIC_URL is {url}, and a marketplace takes nothing but https (or http://localhost, for trying out): set it to "
    "the address that browsers reach this installation at, as https://app.example.com"
)


class BadPackage(Exception):
    """The package would be refused; `problems` says why, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What a vendor's marketplace takes. `made_for` adapts the files to whom they are for, and who answers questions;
    `what_next` tells a person where to bring them.
    """

    made_for: Callable[[Files, bool, str | None], Files]
    problems: Callable[[Files], Iterator[str]]
    what_next: str


class Twice(Exception):
    """A key that stands twice in one object."""


def template(vendor: str, public_url: str, version: str, folder: Path = FOLDER) -> dict[str, bytes]:
    """The files of a vendor's package, with our address and version in their places; BadPackage for an address that no
    marketplace takes.
    """
    address = by_name(public_url)
    if not may_be_framed(address):
        raise BadPackage([NO_ADDRESS.format(url=public_url)])
    values = {"$PUBLIC_URL": address, "$VERSION": version}
    return {path: _filled(path, content, values) for path, content in read(folder / vendor).items()}


def read(folder: Path) -> dict[str, bytes]:
    """All files of a folder; BadPackage for a symbolic link, which would pack what lies elsewhere."""
    found = sorted(folder.rglob("*"))
    links = [path for path in found if path.is_symlink()]
    if links:
        raise BadPackage(
            [f"{path.relative_to(folder).as_posix()}: must be no symbolic link" for path in links]
        )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()}


def by_name(address: str) -> str:
    """This machine by its name where the address has its number, which no marketplace takes; any other as it is."""
    parts = urlsplit(address)
    if parts.scheme != "http" or not is_loopback(address):
        return address
    return f"http://{HERE}{'' if parts.port is None else f':{parts.port}'}"


def may_be_framed(address: str) -> bool:
    """Whether a marketplace takes this address: https, or this machine by its name."""
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname == HERE
    return bool(parts.hostname) and (parts.scheme == "https" or here)


def packed(contents: Files) -> bytes:
    """A zip of these files, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            archive.writestr(entry, contents[path])
    return made.getvalue()


def read_json(content: bytes) -> Any:
    """The document in these bytes; ValueError or Twice for what no marketplace reads."""
    try:
        return json.loads(content.decode(), object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def checked(contents: Files, rules: Callable[[Files], Iterator[str]]) -> Files:
    """These files, once no rule says anything against them; BadPackage otherwise."""
    problems = list(rules(contents))
    if problems:
        raise BadPackage(problems)
    return contents


def _filled(path: str, content: bytes, values: Mapping[str, str]) -> bytes:
    if not path.endswith(FILLED):
        return content
    text = content.decode()
    for name, value in values.items():
        text = text.replace(name, json.dumps(value)[1:-1] if path.endswith(".json") else value)
    return text.encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Twice(twice)
    return dict(pairs)
