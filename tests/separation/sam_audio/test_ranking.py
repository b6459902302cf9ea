"""Which candidate is best, and who says so."""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.ranking import CandidateSet, JudgeRanker, best_candidate, rank
from samstudio.separation.ticks import Ticks, finish
from samstudio.session.take import Scores


@dataclass
class Given:
    """A ranker with a fixed opinion."""

    overall: list[float]

    def score(self, candidates: CandidateSet) -> Ticks[list[Scores]]:
        yield
        return [Scores(value) for value in self.overall]


class LoudJudge:
    """Likes loud targets."""

    def score_stepwise(self, mixtures: list[Tensor], targets: list[Tensor], texts: list[str]) -> Ticks[Tensor]:
        yield
        assert [len(mixture) for mixture in mixtures] == [8]
        assert texts == ["dog"]
        return torch.stack([target.abs().mean() + torch.arange(4) for target in targets])


def candidates(video: bool = False) -> CandidateSet:
    frames = torch.zeros(2, 3, 4, 4, dtype=torch.uint8) if video else None
    return CandidateSet(torch.zeros(8), torch.zeros(3, 8), 10, "dog", frames)


def test_first_of_the_highest_wins() -> None:
    scores = [Scores(value, recall=9.0 - value) for value in (1.0, 3.0, 2.0, 3.0)]
    assert best_candidate(scores) == 1


@pytest.mark.parametrize(
    ("video", "text_ranker", "visual_ranker", "best", "overall"),
    [
        (False, Given([0, 2, 1]), Given([0, 1, 2]), 1, [0, 2, 1]),
        (True, Given([0, 2, 1]), Given([0, 1, 2]), 2, [0, 1, 2]),
        (True, Given([0, 2, 1]), None, 1, [0, 2, 1]),
        (False, None, Given([0, 1, 2]), 0, []),
        (True, None, None, 0, []),
    ],
)
def test_the_picture_decides_where_there_is_one(video, text_ranker, visual_ranker, best, overall) -> None:
    chosen, scores = rank(candidates(video), text_ranker, visual_ranker)
    assert chosen == best
    assert [score.overall for score in scores] == overall


def test_the_judges_four_scores() -> None:
    targets = torch.stack([torch.ones(8), torch.full((8,), 3.0)])
    scores = finish(JudgeRanker(LoudJudge()).score(CandidateSet(torch.zeros(8), targets, 10, "dog")))
    assert scores == [Scores(1.0, 2.0, 3.0, 4.0), Scores(3.0, 4.0, 5.0, 6.0)]
