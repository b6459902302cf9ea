"""Fixtures shared by the tests of weights and of the engine."""

from tests.separation.sam_audio.engine_runs import engine, model
from tests.separation.sam_audio.hub_fixtures import hub, library

__all__ = ["engine", "hub", "library", "model"]
