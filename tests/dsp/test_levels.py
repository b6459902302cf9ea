import pytest

from samstudio.dsp.levels import decibels


def test_decibels():
    assert decibels(1.0) == 0.0
    assert decibels(0.5) == pytest.approx(-6.0206, abs=1e-4)
    assert decibels(0.0) == float("-inf")
