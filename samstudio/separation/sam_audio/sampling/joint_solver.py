"""Solving the flow for a clip of any length, window by window, in memory that does not grow with it.

The joint solve takes each evaluation of the solver over the whole clip before the next one: overlapping windows are
evaluated from left to right, their velocities blended, and every frame is moved as soon as no later window touches it.
So there is one solution, without seams, of a field that sees as far as a window; if one window covers all, it is
the plain solve of `solver.py`. The streaming solve takes each window to its end and fades one solution into the next.

T latent frames of the clip, L of a window, N lines (the clip's channels, times candidates), C latent channels.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.nn.latent_windows import Blend
from samstudio.separation.sam_audio.sampling.solver import Solution, Solver, SolverPlan
from samstudio.separation.steps import Steps, reporting
from samstudio.session.scratch import forget_pages

NOT_FINITE = (
    "The model's result holds values that are not numbers: its weights may be damaged, or too large for the type in "
    "which they are computed."
)
Latents = NDArray[np.float32]
"""(T, N, C), in a scratch file."""


@dataclass(frozen=True)
class WindowRow:
    """One line's part in one window; a batch consists of these."""

    line: int
    window: range


class Field(Protocol):
    """The vector field of the clip."""

    def velocity(self, x: Tensor, rows: Sequence[WindowRow], index: int) -> Steps[Tensor]:
        """Velocities (B, L, C) of `x` (B, L, C), the rows' latents, at the plan's evaluation time `index`."""
        ...


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a solve is heading for after `steps` whole steps: x(1) by one step from the last two points of its path.

    These are the states that the solve goes on with: it must be asked before that does.
    """

    steps: int
    earlier: Latents
    later: Latents
    ahead: float
    """The time from the later point to t = 1, in units of that between the two."""

    def part(self, start: int, stop: int, lines: slice) -> Latents:
        """x(1) as far as it can be told now, (stop - start, lines, C), in memory of its own."""
        earlier, later = (states[start:stop, lines] for states in (self.earlier, self.later))
        return later + np.float32(self.ahead) * (later - earlier)


@dataclass(frozen=True)
class Solved:
    """How far a solve is: `rows` more were evaluated, and all frames before `final` are at t = 1."""

    rows: int
    final: int
    estimate: Estimate | None = None


def solve_jointly(
    field: Field, x: Latents, probe: Latents, windows: Sequence[range], plan: SolverPlan, batch: int
) -> Generator[Solved, None, None]:
    """Take `x` from noise to latents in place; `probe`, of the same shape, holds the other point of each step.

    `batch` rows are evaluated at once. Yields after each batch, within it as often as the field does, and an estimate
    of the end whenever there are two points for it.
    """
    midpoint = plan.solver is Solver.MIDPOINT
    widths, grid = plan.grid.diff().tolist(), plan.grid.tolist()
    lines, frames = x.shape[1], len(x)
    rows = [WindowRow(line, window) for window in windows for line in range(lines)]
    for index in range(len(plan.times)):
        width = widths[index // 2 if midpoint else index]
        half_way, at_probe = midpoint and index % 2 == 0, midpoint and index % 2 == 1
        blends = [Blend(windows) for _ in range(lines)]
        for first in range(0, len(rows), batch):
            part = rows[first : first + batch]
            work = field.velocity(read_rows(probe if at_probe else x, part), part, index)
            velocities = yield from reporting(work, Solved(0, 0))
            for row, velocity in zip(part, velocities, strict=True):
                start, final = blends[row.line].add(velocity)
                step = _finite(final)
                place = slice(start, start + len(step)), row.line
                if half_way:
                    probe[place] = x[place] + np.float32(0.5 * width) * step
                else:
                    if not midpoint:
                        probe[place] = x[place]
                    x[place] += np.float32(width) * step
            forget_pages(x)
            forget_pages(probe)
            yield Solved(len(part), 0)
        if half_way:
            steps = index // 2
            yield Solved(0, 0, Estimate(steps, x, probe, (1.0 - grid[steps]) / (0.5 * width) - 1.0))
        elif not midpoint:
            steps = index + 1
            yield Solved(0, 0, Estimate(steps, probe, x, (1.0 - grid[steps]) / width))
    yield Solved(0, frames)


def solve_in_order(
    field: Field, x: Latents, windows: Sequence[range], plan: SolverPlan, batch: int
) -> Generator[Solved, None, None]:
    """Take `x` from noise to latents in place, window after window: the first sound comes early.

    `batch` rows are evaluated at once. Yields after each batch, within it as often as the field does, and after each
    window with its final frames.
    """
    lines = x.shape[1]
    blends = [Blend(windows) for _ in range(lines)]
    final = 0
    for window in windows:
        rows = [WindowRow(line, window) for line in range(lines)]
        # A window's frames are still noise: those of the one before that are final end where it begins.
        solution = Solution(read_rows(x, rows), plan)
        while not solution.finished:
            velocities = []
            for first in range(0, lines, batch):
                some = slice(first, first + batch)
                work = field.velocity(solution.probe[some], rows[some], solution.index)
                velocities.append((yield from reporting(work, Solved(0, final))).to(solution.x))
                yield Solved(len(rows[some]), final)
            solution.advance(torch.cat(velocities))
        for line, values in enumerate(solution.x):
            start, part = blends[line].add(values)
            x[start : start + len(part), line] = _finite(part)
            final = start + len(part)
        forget_pages(x)
        yield Solved(0, final)


def _finite(values: Tensor) -> Latents:
    """As an array. Raises SeparationError for NaN and infinity, which would be heard as silence."""
    found: Latents = values.float().cpu().numpy()
    if not np.isfinite(found).all():
        raise SeparationError(NOT_FINITE)
    return found


def read_rows(latents: Latents, rows: Sequence[WindowRow]) -> Tensor:
    """The rows' frames (B, L, C) as a tensor of their own."""
    return torch.stack(
        [torch.from_numpy(np.ascontiguousarray(latents[r.window.start : r.window.stop, r.line])) for r in rows]
    )
