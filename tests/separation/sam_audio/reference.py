"""Plain forms of what the engine does in another way, for speed or length; the golden data vouch for them."""

from collections.abc import Callable, Generator, Sequence

import torch
from torch import Tensor

from samstudio.separation.sam_audio.pipeline.anchors import MINUS, NULL, PAD, PLUS
from samstudio.separation.sam_audio.sampling.solver import Solution, SolverPlan
from samstudio.session.frame_grid import FrameGrid

ANCHOR_IDS = {"<null>": NULL, "+": PLUS, "-": MINUS, "<pad>": PAD}

# (token, start, end) in seconds; the token is a key of ANCHOR_IDS.
Anchor = tuple[str, float, float]


def anchor_rows(
    anchors: Sequence[Sequence[Anchor]] | None, frames: Sequence[int], *, sample_rate: int = 48000, hop: int = 1920
) -> tuple[Tensor, Tensor]:
    """What the field is told about marked spans: (ids (B, K), alignment (B, T)), both int64, T = max(frames).

    ids: each clip's row is <null>, <pad>, then its anchors in order, padded with <pad> to the longest row.
    alignment: the column of `ids` that holds at a frame: 0 (nothing marked) in the clip, 1 in the padding after it,
    else the last anchor over that frame; an anchor may run into the padding of a short clip, but not beyond T.
    `frames` are the clips' lengths in latent frames; no `anchors` mark nothing in any clip.
    Raises ValueError for a start before 0.
    """
    rows = anchors if anchors is not None else [[] for _ in frames]
    if len(rows) != len(frames):
        raise ValueError(f"There are anchors for {len(rows)} clips, but {len(frames)} clips.")
    longest = max((len(row) for row in rows), default=0)
    ids = torch.full((len(frames), 2 + longest), PAD)
    ids[:, 0] = NULL
    alignment = torch.zeros(len(frames), max(frames), dtype=torch.int64)
    for b, (row, length) in enumerate(zip(rows, frames, strict=True)):
        alignment[b, length:] = 1
        for column, (token, start, end) in enumerate(row, start=2):
            ids[b, column] = ANCHOR_IDS[token]
            first, stop = FrameGrid(sample_rate, hop).range(start, end)
            alignment[b, first:stop] = column
    return ids, alignment


def solve(
    evaluate: Callable[[Tensor, int], Tensor], noise: Tensor, plan: SolverPlan
) -> Generator[Solution, None, Tensor]:
    """Solve with `evaluate(x, index of the time in plan.times)`; yield after each step, return x(1)."""
    solution = Solution(noise, plan)
    while not solution.finished:
        if solution.advance(evaluate(solution.probe, solution.index)):
            yield solution
    return solution.x
