import numpy as np
import pytest

from samstudio.controllers.separation.eta import EtaEstimator
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.run_estimate import RunEstimate
from samstudio.separation.engine import Progress
from samstudio.session.take import SeparationSettings


@pytest.fixture
def times():
    return []


def estimates(times, *reports, pace=None, total=100.0):
    """The estimates after reports of (seconds on the clock, units done)."""
    eta = EtaEstimator(pace, clock=lambda: times.pop(0))
    times += [seconds for seconds, _ in reports]
    return [eta.time_left(done, total) for _, done in reports]


def test_what_is_left_goes_by_the_pace_so_far(times):
    assert estimates(times, (0.0, 0.0), (10.0, 25.0), (20.0, 50.0))[1:] == [30.0, 20.0]


def test_what_came_before_the_first_report_does_not_count(times):
    assert estimates(times, (100.0, 10.0), (101.0, 20.0))[1] == pytest.approx(8.0)


def test_without_a_pace_nothing_is_estimated_too_early(times):
    assert estimates(times, (0.0, 0.0), (2.0, 1.0), (2.1, 10.0)) == [None, None, pytest.approx(18.9)]
    assert estimates(times, (0.0, 0.0), (0.4, 50.0)) == [None, None]


def test_slow_work_is_estimated_before_a_fiftieth_of_it_is_done(times):
    assert estimates(times, (0.0, 0.0), (10.0, 0.0), (150.0, 0.5)) == [None, None, pytest.approx(29_850.0)]


def test_with_a_pace_there_is_an_estimate_at_once_which_the_measured_one_replaces(times):
    reports = (0.0, 0.0), (5.0, 5.0), (25.0, 25.0), (50.0, 50.0)
    first, early, trusted, later = estimates(times, *reports, pace=0.4)
    assert first == 40.0
    # A fifth of the way from the expected pace to the measured one.
    assert early == pytest.approx(95.0 * (0.2 * 1.0 + 0.8 * 0.4))
    assert (trusted, later) == (75.0, 50.0)


def test_while_nothing_more_is_done_it_counts_down_but_not_to_nothing(times):
    assert estimates(times, (0.0, 0.0), (10.0, 0.0), (35.0, 0.0), (90.0, 0.0), pace=0.4) == [40.0, 30.0, 5.0, 4.0]


def test_what_a_complete_run_took_is_expected_of_the_next_one(tmp_path, times):
    history = PaceHistory(tmp_path / "cache" / "paces.json")
    run = RunEstimate(history, SeparationSettings(), 40.0, clock=lambda: times.pop(0))
    assert run.expected is None
    # The first report reads the clock for the run and for its estimate, later ones for the estimate and what is shown.
    times += [10.0, 10.0, 20.0, 20.0, 30.0]
    assert run.advance(Progress("Learning", 0.0, 80.0)) == (0.0, None)
    run.advance(Progress("Separating", 80.0, 80.0))
    run.complete()
    again = RunEstimate(PaceHistory(tmp_path / "cache" / "paces.json"), SeparationSettings(), 10.0)
    assert again.expected == 5.0
    # How much it is cannot be told yet.
    assert again.advance(Progress("Listening", 0.0, 0.0)) == (0.0, 5.0)
    assert again.advance(Progress("Learning", 0.0, 30.0)) == (0.0, 7.5)
    assert RunEstimate(history, SeparationSettings("sam-audio"), 10.0).expected is None


def test_a_stage_that_is_slower_than_expected_does_not_make_the_time_left_jump(tmp_path):
    history = PaceHistory(tmp_path / "paces.json")
    history.add("spectral auto", 40.0, 40.0, 40.0)
    now = [0.0]
    run = RunEstimate(history, SeparationSettings("spectral", "auto"), 40.0, clock=lambda: now[0])
    # Half of the work is done in 10 s, then hardly any for 10 s, then the rest as fast as before.
    pace = [2.0] * 10 + [0.02] * 10 + [2.0] * 10
    plain, shown, unsteady, done = EtaEstimator(1.0, clock=lambda: now[0]), [], [], 0.0
    for units in pace:
        now[0] += 1.0
        done += units
        shown.append(run.advance(Progress("Separating", min(done, 40.0), 40.0))[1])
        unsteady.append(plain.time_left(min(done, 40.0), 40.0))
    steps = np.diff(shown)
    assert steps.max() < 1.0, "it grows no faster than the clock"
    assert np.abs(np.diff(steps)).max() < 0.5 * np.abs(np.diff(unsteady, 2)).max()
    assert shown[-1] < 2.0


def test_the_median_of_the_latest_runs_counts(tmp_path):
    history = PaceHistory(tmp_path / "paces.json")
    for seconds in (500.0, 1.0, 2.0, 3.0, 2.0, 2.0, 900.0, 2.0, 3.0, 2.0):
        history.add("spectral auto", seconds, 10.0, 5.0)
    assert history.seconds_per_unit("spectral auto") == 0.2
    assert history.seconds_per_second("spectral auto") == 0.4
    assert len(history._runs["spectral auto"]) == 9


def test_nothing_is_learned_from_runs_without_work(tmp_path):
    history = PaceHistory(tmp_path / "paces.json")
    for run in ((0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)):
        history.add("spectral auto", *run)
    assert history.seconds_per_unit("spectral auto") is None
    assert not (tmp_path / "paces.json").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"spectral auto": 3}', '{"spectral auto": [[1, 2], [-1, 1, 1], ["x", 1, 1], null]}']
)
def test_a_damaged_file_says_nothing(tmp_path, text):
    path = tmp_path / "paces.json"
    path.write_text(text, "utf-8")
    history = PaceHistory(path)
    assert history.seconds_per_unit("spectral auto") is None
    history.add("spectral auto", 4.0, 2.0, 1.0)
    assert PaceHistory(path).seconds_per_unit("spectral auto") == 2.0


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    history = PaceHistory(tmp_path / "file" / "paces.json")
    history.add("spectral auto", 4.0, 2.0, 1.0)
    assert history.seconds_per_unit("spectral auto") == 2.0


def test_what_is_done_never_becomes_less(tmp_path):
    run = RunEstimate(PaceHistory(tmp_path / "paces.json"), SeparationSettings(), 10.0, clock=lambda: 1.0)
    reports = (
        Progress("Listening", 39.0, 50.0), Progress("Comparing", 0.0, 1.0), Progress("Comparing", 0.0, 0.0),
        Progress("Separating", 40.0, 48.0),
    )  # fmt: skip
    assert [run.advance(report)[0] for report in reports] == [0.78, 0.78, 0.78, 40.0 / 48.0]
