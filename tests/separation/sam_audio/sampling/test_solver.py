"""The solvers, on equations whose solutions are known."""

from math import exp

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.sampling.solver import Solution, Solver, SolverPlan
from tests.separation.sam_audio.reference import solve


def growth(x: Tensor, _index: int) -> Tensor:
    """dx/dt = x, so x(1) = e x(0)."""
    return x


def end_of(solver: Solver, step: float) -> float:
    *_, last = solve(growth, torch.ones(1, dtype=torch.float64), SolverPlan(solver, step))
    return last.x.item()


@pytest.mark.parametrize(("solver", "order"), [(Solver.EULER, 1), (Solver.MIDPOINT, 2)])
def test_the_error_falls_with_the_solvers_order(solver: Solver, order: int) -> None:
    coarse, fine = (abs(end_of(solver, step) - exp(1.0)) for step in (1 / 32, 1 / 64))
    assert coarse / fine == pytest.approx(2**order, rel=0.05)


def test_midpoint_is_exact_where_the_velocity_is_linear_in_time() -> None:
    plan = SolverPlan(Solver.MIDPOINT, 0.3)
    *_, last = solve(lambda x, i: torch.full_like(x, 2.0 * plan.times[i].item()), torch.zeros(3), plan)
    assert last.x.tolist() == pytest.approx([1.0] * 3, abs=1e-6)


def test_a_step_that_does_not_divide_one_ends_with_a_shorter_one() -> None:
    plan = SolverPlan(Solver.EULER, 0.3)
    assert plan.grid.tolist() == pytest.approx([0.0, 0.3, 0.6, 0.9, 1.0])
    assert plan.steps == 4
    assert SolverPlan(Solver.MIDPOINT, 0.3).times.tolist() == pytest.approx([0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.95])
    assert SolverPlan(Solver.EULER, 1.0).times.tolist() == [0.0]


@pytest.mark.parametrize("step", [0.0, -0.1, 1.5, float("nan")])
def test_other_steps_are_refused(step: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        SolverPlan(Solver.EULER, step)


def test_it_yields_after_each_step_and_can_be_stopped() -> None:
    asked: list[int] = []

    def field(x: Tensor, index: int) -> Tensor:
        asked.append(index)
        return x

    solving = solve(field, torch.ones(2), SolverPlan(Solver.MIDPOINT, 0.25))
    assert next(solving).steps_done == 1
    assert next(solving).steps_done == 2
    solving.close()
    assert asked == [0, 1, 2, 3]


def test_a_solve_led_from_outside_equals_the_loop_and_leaves_the_noise() -> None:
    plan = SolverPlan(Solver.MIDPOINT, 0.25)
    noise = torch.randn(2, 7, 3)
    kept = noise.clone()
    solution = Solution(noise, plan)
    completed = [solution.advance(solution.probe.sin()) for _ in plan.times]
    assert completed == [False, True] * 4
    assert solution.finished
    *_, last = solve(lambda x, _index: x.sin(), noise, plan)
    assert torch.equal(solution.x, last.x)
    assert torch.equal(noise, kept)
