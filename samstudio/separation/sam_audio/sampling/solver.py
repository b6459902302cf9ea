"""The sampler: dx/dt = v(x, t) from noise at t = 0 to latents at t = 1, in fixed steps, one at a time.

Flow matching without guidance. The grid is t_k = k * step, its last point 1.0 whatever the step:
    euler      x <- x + dt * v(t_k, x)
    midpoint   x <- x + dt * v(t_k + dt/2, x + dt/2 * v(t_k, x))
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import torch
from torch import Tensor


class Solver(StrEnum):
    """How a step is made: midpoint evaluates the field twice, Euler once."""

    MIDPOINT = "midpoint"
    EULER = "euler"


@dataclass(frozen=True)
class SolverPlan:
    """`solver` in steps of `step` (0 < step <= 1, in units of t); a step that doesn't divide 1 ends with a shorter one.

    Raises ValueError for a step outside that range.
    """

    solver: Solver = Solver.MIDPOINT
    step: float = 1 / 16

    def __post_init__(self) -> None:
        if not 0.0 < self.step <= 1.0:
            raise ValueError(f"A solver step must be above 0 and at most 1, not {self.step:g}.")

    @property
    def grid(self) -> Tensor:
        """The points of t, (steps + 1,) float32, from 0 to 1."""
        points = torch.arange(ceil(1.0 / self.step + 1.0), dtype=torch.float32) * self.step
        points[-1] = 1.0
        return points

    @property
    def steps(self) -> int:
        """How many steps are made."""
        return len(self.grid) - 1

    @property
    def times(self) -> Tensor:
        """Where the field is evaluated, in order, (evaluations,) float32."""
        grid = self.grid
        if self.solver is Solver.EULER:
            return grid[:-1]
        return torch.stack([grid[:-1], grid[:-1] + 0.5 * grid.diff()], dim=1).flatten()


class Solution:
    """The state of a solve; the caller is to evaluate the field on `probe` at `times[index]`, give it to `advance`.

    That leaves open how a velocity is computed: in one call, or window by window with the overlaps blended. The state
    is of any shape, and keeps the noise's dtype and device; nothing is changed in place.
    """

    def __init__(self, noise: Tensor, plan: SolverPlan) -> None:
        """`noise` is x(0)."""
        self.plan = plan
        self.index = 0
        self.x = self.probe = noise
        self._widths: list[float] = plan.grid.diff().tolist()

    @property
    def steps_done(self) -> int:
        """How many whole steps are done."""
        return self.index // 2 if self.plan.solver is Solver.MIDPOINT else self.index

    @property
    def finished(self) -> bool:
        """Whether `x` is x(1)."""
        return self.steps_done == len(self._widths)

    def advance(self, velocity: Tensor) -> bool:
        """Take the field's value at `probe`, of its shape; return whether that completed a step."""
        width = self._widths[self.steps_done]
        half_way = self.plan.solver is Solver.MIDPOINT and self.index % 2 == 0
        self.index += 1
        if half_way:
            self.probe = torch.add(self.x, velocity, alpha=0.5 * width)
            return False
        self.x = self.probe = torch.add(self.x, velocity, alpha=width)
        return True
