"""Fixtures: a fake hub in the place of the real one, and a private library folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.separation.models.fake_hub import FakeHub, Repository, serve

CHECKPOINT = os.urandom(300_000)
FILES = {
    "config.json": b'{"model_type": "sam_audio"}',
    "checkpoint.pt": CHECKPOINT,
    "LICENSE": b"SAM License",
    "README.md": b"a model card",
    "assets/picture.png": b"png",
}


@pytest.fixture
def library(tmp_path, monkeypatch) -> Path:
    """An empty library folder, with no login and no cache of anybody around."""
    monkeypatch.setenv("SAMSTUDIO_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "models"


@pytest.fixture
def hub(library, monkeypatch) -> Iterator[FakeHub]:
    """A hub with one open repository, facebook/sam-audio-small; broken lines are tried again at once."""
    from huggingface_hub import close_session

    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("samstudio.separation.models.download.PAUSES", (0.0, 0.0))
    with serve() as fake:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", fake.url)
        template = fake.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        fake.repositories["facebook/sam-audio-small"] = Repository({"main": FILES})
        close_session()
        yield fake
        close_session()
