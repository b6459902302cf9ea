"""Fixtures shared by the tests of weights."""

from tests.separation.models.hub_fixtures import hub, library

__all__ = ["hub", "library"]
