"""The product before the stand-in Gorgias."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpdesks.gorgias.desk import Desk, desk_over


@pytest.fixture
def bare(migrated_file: Path, tmp_path: Path) -> Iterator[Desk]:
    """Not connected yet."""
    with desk_over(Path(shutil.copy(migrated_file, tmp_path / "marginalia.db"))) as made:
        yield made


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """Connected, live, with a tier and a rule for it."""
    bare.connected()
    bare.live()
    return bare
