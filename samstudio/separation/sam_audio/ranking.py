"""Several candidates of one separation: scored, kept, and the best one named.

SAM Audio's own ensemble is 5 x CLAP + 1 x Judge. CLAP and ImageBind are not built here, so the Judge decides alone; a
ranker that looks at the picture has its place in the protocol, and goes first where there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor

from samstudio.separation.sam_audio.judge import Judge
from samstudio.separation.ticks import Ticks, finish
from samstudio.session.take import Scores


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

    def score(self, candidates: CandidateSet) -> Ticks[list[Scores]]:
        """One score per candidate, in their order. Raises SeparationError."""
        ...


class JudgeRanker:
    """The Judge as a ranker."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def score(self, candidates: CandidateSet) -> Ticks[list[Scores]]:
        """One score per candidate, in their order."""
        sounds = [candidates.mixture], list(candidates.targets)
        scores = yield from self.judge.score_stepwise(*sounds, [candidates.description])
        return [Scores(*row) for row in scores.double().cpu().tolist()]


def best_candidate(scores: Sequence[Scores]) -> int:
    """Index of the highest overall score, the first one of equals."""
    return max(range(len(scores)), key=lambda i: scores[i].overall)


def rank(
    candidates: CandidateSet, text_ranker: Ranker | None = None, visual_ranker: Ranker | None = None
) -> tuple[int, list[Scores]]:
    """The best candidate's index, and all scores.

    Where there is video a visual ranker decides alone, else the text ranker; without any the first candidate wins, and
    there are no scores.
    """
    ranker = visual_ranker if candidates.frames is not None and visual_ranker is not None else text_ranker
    if ranker is None:
        return 0, []
    scores = finish(ranker.score(candidates))
    return best_candidate(scores), scores
