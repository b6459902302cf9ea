from dataclasses import replace
from pathlib import Path

import pytest

from samstudio.session.session import Session
from tests.session.made_sessions import full_session


@pytest.fixture
def clip(tmp_path) -> Path:
    path = tmp_path / "music" / "Ton – 音.wav"
    path.parent.mkdir()
    path.write_bytes(b"sound" * 1000)
    return path


@pytest.fixture
def session(clip) -> Session:
    made = full_session(clip)
    return replace(made, clip=replace(made.clip, size=5000, sha256=""))


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "work.samstudio"
