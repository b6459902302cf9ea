"""Joint and streaming solves on fields whose solution is known."""

import numpy as np
import pytest
import torch

from samstudio.separation.nn.latent_windows import latent_windows
from samstudio.separation.sam_audio.sampling.joint_solver import WindowRow, solve_in_order, solve_jointly
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from samstudio.separation.steps import finish
from tests.separation.sam_audio.reference import solve

PLANS = [SolverPlan(Solver.MIDPOINT, 0.25), SolverPlan(Solver.EULER, 0.3)]


class NeighbourField:
    """Frames see their neighbours within the window, as the real field's do; every line has a law of its own."""

    def velocity(self, x, rows, index):
        means = torch.nn.functional.avg_pool1d(x.transpose(1, 2), 5, 1, 2).transpose(1, 2)
        yield
        signs = torch.tensor([1.0 + row.line for row in rows])[:, None, None]
        return torch.sin(3.0 * means) * signs - 0.1 * (index + 1) * x


class FrameField:
    """Frames don't see each other, but depend on their place in the clip: windows can change nothing."""

    def velocity(self, x, rows, index):
        places = torch.stack([torch.arange(row.window.start, row.window.stop) for row in rows])[..., None]
        lines = torch.tensor([row.line for row in rows])[:, None, None]
        yield
        return torch.cos(x * 2.0 + places * 0.37 + lines) + 0.2 * index


def noise(frames: int, lines: int = 2, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((frames, lines, channels)).astype(np.float32)


def reference(field, start: np.ndarray, plan: SolverPlan) -> np.ndarray:
    """The whole clip as one window, by the plain sampler."""
    rows = [WindowRow(line, range(len(start))) for line in range(start.shape[1])]
    x = torch.from_numpy(start).transpose(0, 1).contiguous()
    *_, last = solve(lambda state, index: finish(field.velocity(state, rows, index)), x, plan)
    return last.x.transpose(0, 1).numpy()


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_one_window_is_the_plain_solve(plan, batch):
    x = noise(40)
    expected = reference(NeighbourField(), x, plan)
    *_, last = solve_jointly(NeighbourField(), x, np.zeros_like(x), [range(40)], plan, batch)
    np.testing.assert_allclose(x, expected, atol=2e-6)
    assert last.final == 40


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("batch", [1, 3, 100])
@pytest.mark.parametrize(("longest", "overlap"), [(20, 5), (11, 8), (30, 0)])
def test_windows_change_nothing_where_frames_are_independent(plan, batch, longest, overlap):
    x = noise(103)
    expected = reference(FrameField(), x, plan)
    list(solve_jointly(FrameField(), x, np.zeros_like(x), latent_windows(103, longest, overlap), plan, batch))
    np.testing.assert_allclose(x, expected, atol=5e-6)


@pytest.mark.parametrize("plan", PLANS)
def test_the_batch_changes_nothing(plan):
    results = []
    for batch in (1, 4, 50):
        x = noise(90)
        list(solve_jointly(NeighbourField(), x, np.zeros_like(x), latent_windows(90, 25, 6), plan, batch))
        results.append(x)
    np.testing.assert_allclose(results[1], results[0], atol=1e-6)
    np.testing.assert_allclose(results[2], results[0], atol=1e-6)


def test_windows_agree_at_every_step():
    """No seam: where windows meet, the joint solution is as smooth as the one of a single window."""
    plan = SolverPlan(Solver.MIDPOINT, 0.125)
    x = noise(120, 1, 1)
    whole = reference(NeighbourField(), x, plan)
    joint, streamed = x.copy(), x.copy()
    windows = latent_windows(120, 50, 12)
    list(solve_jointly(NeighbourField(), joint, np.zeros_like(x), windows, plan, 1))
    list(solve_in_order(NeighbourField(), streamed, windows, plan, 1))
    assert np.abs(joint - whole).max() < 0.5 * np.abs(streamed - whole).max()


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("batch", [1, 2])
def test_in_order_windows_are_final_one_by_one(plan, batch):
    x = noise(103)
    expected = reference(FrameField(), x, plan)
    windows = latent_windows(103, 30, 8)
    finals = []
    for solved in solve_in_order(FrameField(), x, windows, plan, batch):
        finals.append(solved.final)
        np.testing.assert_allclose(x[: solved.final], expected[: solved.final], atol=5e-6)
    assert finals == sorted(finals)
    assert sorted(set(finals)) == [0, *(window.start for window in windows[1:]), 103]


def test_rows_count_what_was_evaluated():
    x, plan = noise(60), PLANS[0]
    windows = latent_windows(60, 25, 5)
    wanted = len(windows) * 2 * len(plan.times)
    joint = solve_jointly(NeighbourField(), x, np.zeros_like(x), windows, plan, 3)
    assert sum(solved.rows for solved in joint) == wanted
    assert sum(solved.rows for solved in solve_in_order(NeighbourField(), x, windows, plan, 1)) == wanted


class StraightField:
    """Every frame moves on a straight line, as fast as it is told."""

    def __init__(self, way: np.ndarray) -> None:
        self._way = torch.from_numpy(way)

    def velocity(self, _x, rows, _index):
        yield
        return torch.stack([self._way[row.window.start : row.window.stop, row.line] for row in rows])


@pytest.mark.parametrize("plan", PLANS)
def test_where_the_path_is_straight_every_estimate_is_its_end(plan):
    x, way = noise(50), noise(50)[::-1].copy()
    end = x + way
    steps = []
    for solved in solve_jointly(StraightField(way), x, np.zeros_like(x), latent_windows(50, 20, 5), plan, 3):
        if solved.estimate is not None:
            steps.append(solved.estimate.steps)
            np.testing.assert_allclose(solved.estimate.part(7, 31, slice(1)), end[7:31, :1], atol=2e-5)
    whole = len(plan.grid) - 1
    assert steps == (list(range(whole)) if plan.solver is Solver.MIDPOINT else list(range(1, whole + 1)))
