"""The product before the stand-in Gorgias."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpdesks.gorgias.desk import SETTINGS, Desk, desk_at


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Desk]:
    """Not connected yet."""
    with desk_at(tmp_path) as made:
        yield made


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """Connected, live, with a tier and a rule for it."""
    bare.connected()
    bare.settings(SETTINGS)
    return bare
