from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "Probe.samstudio"
