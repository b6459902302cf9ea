"""Which candidate is best, and who says so."""

import torch
from torch import Tensor

from samstudio.separation.sam_audio.pipeline.candidates.ranking import CandidateSet, best_candidate, scores_of
from samstudio.separation.steps import Steps, finish
from samstudio.session.take import Scores


class LoudJudge:
    """Likes loud targets."""

    def score_stepwise(self, mixtures: list[Tensor], targets: list[Tensor], texts: list[str]) -> Steps[Tensor]:
        yield
        assert [len(mixture) for mixture in mixtures] == [8]
        assert texts == ["dog"]
        return torch.stack([target.abs().mean() + torch.arange(4) for target in targets])


def test_first_of_the_highest_wins() -> None:
    scores = [Scores(value, recall=9.0 - value) for value in (1.0, 3.0, 2.0, 3.0)]
    assert best_candidate(scores) == 1


def test_the_judges_four_scores() -> None:
    targets = torch.stack([torch.ones(8), torch.full((8,), 3.0)])
    scores = finish(scores_of(LoudJudge(), CandidateSet(torch.zeros(8), targets, "dog")))
    assert scores == [Scores(1.0, 2.0, 3.0, 4.0), Scores(3.0, 4.0, 5.0, 6.0)]
