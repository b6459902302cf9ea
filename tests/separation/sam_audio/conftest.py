"""Fixtures shared by the tests of weights and of the engine."""

from tests.separation.models.hub_fixtures import hub, library
from tests.separation.sam_audio.engine_runs import engine, model

__all__ = ["engine", "hub", "library", "model"]
