"""Several candidates of one separation: what the Judge is given, and which is the best.

SAM Audio's own ensemble is 5 x CLAP + 1 x Judge. CLAP and ImageBind are not built here, so the Judge decides alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.steps import Steps
from samstudio.session.take import Scores


@dataclass(frozen=True)
class CandidateSet:
    """Candidates for one description of one clip.

    `mixture` (n,) and `targets` (R, m) are mono float32 at the codec's rate, the targets as they would be delivered
    (watermark included); they start together, and the mixture may be the shorter one by less than a frame.
    """

    mixture: Tensor = field(repr=False)
    targets: Tensor = field(repr=False)
    description: str


def scores_of(judge: Judge, candidates: CandidateSet) -> Steps[list[Scores]]:
    """One score per candidate, in their order."""
    targets = list(candidates.targets)
    scores = yield from judge.score_stepwise([candidates.mixture], targets, [candidates.description])
    return [Scores(*row) for row in scores.cpu().double().tolist()]


def best_candidate(scores: Sequence[Scores]) -> int:
    """Index of the highest overall score, the first one of equals."""
    return max(range(len(scores)), key=lambda i: scores[i].overall)
