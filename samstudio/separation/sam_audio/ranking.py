"""Several candidates of one separation: scored, kept, and the best one named.

SAM Audio's own ensemble is 5 x CLAP + 1 x Judge. CLAP and ImageBind are not built here, so the Judge decides alone; a
ranker that looks at the picture has its place in the protocol, and goes first where there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from samstudio.separation.sam_audio.judge import Judge

PIECE_SECONDS = 30.0
"""The Judge hears at most this much at once: the lengths it was trained on, and memory that does not grow."""


@dataclass(frozen=True)
class CandidateScores:
    """What a ranker says of one candidate; higher is better. `None`: this ranker has no opinion on it."""

    ranker: str
    overall: float
    recall: float | None = None
    precision: float | None = None
    faithfulness: float | None = None


@dataclass(frozen=True)
class CandidateSet:
    """What a ranker may know of one clip.

    `mixture` (n,) and `targets` (R, m) are mono float32 at `sample_rate` Hz, the targets as they would be delivered
    (watermark included); they start together, and the mixture may be the shorter one by less than a frame. `frames` are
    the masked video frames, uint8 (N, 3, H, W).
    """

    mixture: Tensor = field(repr=False)
    targets: Tensor = field(repr=False)
    sample_rate: int
    description: str
    frames: Tensor | None = field(default=None, repr=False)


class Ranker(Protocol):
    """Scores candidates."""

    def score(self, candidates: CandidateSet) -> list[CandidateScores]:
        """One score per candidate, in their order. Raises SeparationError."""
        ...


class JudgeRanker:
    """The Judge, hearing long sound piece by piece; the pieces count as long as they are."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def score(self, candidates: CandidateSet) -> list[CandidateScores]:
        """One score per candidate, in their order."""
        length = round(PIECE_SECONDS * candidates.sample_rate)
        mixtures = torch.split(candidates.mixture, length)
        targets = torch.split(candidates.targets, length, dim=1)
        # A last piece of the targets without any mixture beside it is all padding.
        pieces = list(zip(mixtures, targets, strict=False))
        scores = [self.judge.score([mixture], list(target), [candidates.description]) for mixture, target in pieces]
        lengths = torch.tensor([len(mixture) for mixture, _ in pieces], dtype=torch.float64)
        means = torch.einsum("p,prs->rs", lengths / lengths.sum(), torch.stack(scores).double().cpu())
        return [CandidateScores("judge", *row) for row in means.tolist()]


def best_candidate(scores: Sequence[CandidateScores]) -> int:
    """Index of the highest overall score, the first one of equals."""
    return max(range(len(scores)), key=lambda i: scores[i].overall)


def rank(
    candidates: CandidateSet, text_ranker: Ranker | None = None, visual_ranker: Ranker | None = None
) -> tuple[int, list[CandidateScores]]:
    """The best candidate's index, and all scores.

    Where there is video a visual ranker decides alone, else the text ranker; without any the first candidate wins, and
    there are no scores.
    """
    ranker = visual_ranker if candidates.frames is not None and visual_ranker is not None else text_ranker
    if ranker is None:
        return 0, []
    scores = ranker.score(candidates)
    return best_candidate(scores), scores
