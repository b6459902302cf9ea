"""Being a user whom file permissions stop."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that every user may look into."""
    if os.name != "posix":
        pytest.skip("permissions as POSIX has them")
    with tempfile.TemporaryDirectory(prefix="samstudio-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may do everything: step down for a while. Others stay who they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
