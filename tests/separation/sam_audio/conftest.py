"""Fixtures shared by the tests of weights and of the engine."""

import pytest

from tests.separation.models.hub_fixtures import hub, library
from tests.separation.sam_audio.engine_runs import engine, model

__all__ = ["engine", "hub", "library", "model"]


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    """Sounds of a few seconds are encoded in several pieces, as long ones are."""
    monkeypatch.setattr("samstudio.separation.sam_audio.pipeline.encoding.ENCODED_FRAMES", 25)
