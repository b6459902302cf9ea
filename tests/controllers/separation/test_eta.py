import pytest

from samstudio.controllers.separation.eta import EtaEstimator


@pytest.fixture
def times():
    return []


@pytest.fixture
def pace(times):
    return EtaEstimator(clock=lambda: times.pop(0))


def estimates(pace, times, *reports):
    """The estimates after reports of (seconds on the clock, fraction)."""
    times += [seconds for seconds, _ in reports]
    return [pace.time_left(fraction) for _, fraction in reports]


def test_what_is_left_goes_by_the_pace_so_far(pace, times):
    assert estimates(pace, times, (0.0, 0.0), (10.0, 0.25), (20.0, 0.5))[1:] == [30.0, 20.0]


def test_what_came_before_the_first_report_does_not_count(pace, times):
    assert estimates(pace, times, (100.0, 0.1), (101.0, 0.2))[1] == pytest.approx(8.0)


def test_nothing_is_estimated_too_early(pace, times):
    assert estimates(pace, times, (0.0, 0.0), (9.0, 0.01), (9.1, 0.1)) == [None, None, pytest.approx(81.9)]
    assert estimates(EtaEstimator(clock=lambda: times.pop(0)), times, (0.0, 0.0), (0.4, 0.5)) == [None, None]
