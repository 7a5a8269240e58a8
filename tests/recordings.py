"""What the contracts of all vendor families share: recorded pairs, and bodies that are wrong somewhere."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from plugin.config import Config

FIXTURES = Path(__file__).parent / "fixtures"
CONFIG = Config(
    database_url="sqlite:///x.db",
    public_url="https://app.example.com",
    secret_keys=(),
    encryption_keys=(),
    allow_local_vendors=False,
    demo=False,
    max_body_bytes=1_048_576,
    hook_max_age=86_400,
    log_level="info",
    log_format=None,
)


@dataclass(frozen=True)
class Recordings:
    """The pairs of one family: `<vendor>/<event>.json` with `<event>.expected.json`."""

    family: str

    @property
    def folder(self) -> Path:
        return FIXTURES / self.family

    def pairs(self, *keys: str) -> list[Any]:
        """The expectations that hold one of these keys, as parameters of a test."""
        fitting = [path for path in self._expected() if json.loads(path.read_text()).keys() & set(keys)]
        return [pytest.param(path, id=f"{path.parent.name}-{name(path)}") for path in fitting]

    def vendors(self, *keys: str) -> set[str]:
        """The vendors that have such a pair."""
        return {pair.values[0].parent.name for pair in self.pairs(*keys)}

    def webhooks(self, vendor: str) -> list[Path]:
        """The expectations of this vendor's webhooks."""
        return [one.values[0] for one in self.pairs("hint") if one.values[0].parent.name == vendor]

    def lonely(self) -> set[Path]:
        """Recordings without an expectation, and expectations without a recording."""
        inputs = {path for path in self.folder.glob("*/*.json") if not path.name.endswith(".expected.json")}
        return inputs ^ {path.with_name(f"{name(path)}.json") for path in self._expected()}

    def _expected(self) -> list[Path]:
        return sorted(self.folder.glob("*/*.expected.json"))


def name(expected: Path) -> str:
    return expected.name.removesuffix(".expected.json")


def recorded(expected: Path) -> bytes:
    """What the expectation is about, byte by byte."""
    return expected.with_name(f"{name(expected)}.json").read_bytes()


ODD_TEXTS = st.sampled_from(
    ["", "0", "\x00", "\ud800", "-1", "9" * 30, "../users", "٣", "zen:event-type:", "5158 "]
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | ODD_TEXTS
    | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def mutated(data: st.DataObject, value: Any) -> Any:
    """The value with one part of it replaced or taken away."""
    keys = list(value) if isinstance(value, dict) else []
    if not keys or data.draw(st.integers(0, 3)) == 0:
        return data.draw(ODD)
    key = data.draw(st.sampled_from(keys))
    rest = {name: part for name, part in value.items() if name != key}
    return rest if data.draw(st.booleans()) else rest | {key: mutated(data, value[key])}


NO_OBJECTS = [
    pytest.param(body, id=what)
    for what, body in {
        "empty": b"",
        "list": b"[]",
        "null": b"null",
        "utf-16": b"\xff\xfe{\x00}\x00",
        "deep objects": b'{"a":' * 100_000,
        "deep lists": b"[" * 100_000,
        "long number": b"1" * 5000,
        "NUL": b'{"a":\x00}',
    }.items()
]
"""Bodies that are no JSON object."""
