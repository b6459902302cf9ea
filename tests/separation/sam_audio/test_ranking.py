"""Which candidate is best, and who says so."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.ranking import (
    PIECE_SECONDS,
    CandidateScores,
    CandidateSet,
    JudgeRanker,
    best_candidate,
    rank,
)


@dataclass
class Given:
    """A ranker with a fixed opinion."""

    name: str
    overall: list[float]

    def score(self, candidates: CandidateSet) -> list[CandidateScores]:
        return [CandidateScores(self.name, value) for value in self.overall]


@dataclass
class LoudJudge:
    """Likes loud targets and, overall, long pieces of mixture."""

    heard: list[tuple[int, list[int], list[str]]] = field(default_factory=list)

    def score(self, mixtures: list[Tensor], targets: list[Tensor], texts: list[str]) -> Tensor:
        self.heard.append((len(mixtures[0]), [len(target) for target in targets], texts))
        return torch.stack([torch.full((4,), float(target.abs().mean())) for target in targets])


def candidates(video: bool = False) -> CandidateSet:
    frames = torch.zeros(2, 3, 4, 4, dtype=torch.uint8) if video else None
    return CandidateSet(torch.zeros(8), torch.zeros(3, 8), 10, "dog", frames)


def test_first_of_the_highest_wins() -> None:
    scores = [CandidateScores("judge", value, recall=9.0 - value) for value in (1.0, 3.0, 2.0, 3.0)]
    assert best_candidate(scores) == 1


@pytest.mark.parametrize(
    ("video", "text_ranker", "visual_ranker", "best", "by"),
    [
        (False, Given("text", [0, 2, 1]), Given("visual", [0, 1, 2]), 1, "text"),
        (True, Given("text", [0, 2, 1]), Given("visual", [0, 1, 2]), 2, "visual"),
        (True, Given("text", [0, 2, 1]), None, 1, "text"),
        (False, None, Given("visual", [0, 1, 2]), 0, None),
        (True, None, None, 0, None),
    ],
)
def test_the_picture_decides_where_there_is_one(video, text_ranker, visual_ranker, best, by) -> None:
    chosen, scores = rank(candidates(video), text_ranker, visual_ranker)
    assert chosen == best
    assert {score.ranker for score in scores} == ({by} if by else set())
    assert len(scores) == (3 if by else 0)


def test_the_judge_hears_long_sound_in_pieces_that_count_by_their_length() -> None:
    rate = 10
    piece = round(PIECE_SECONDS * rate)
    targets = torch.zeros(2, 2 * piece + 5)
    targets[0, :piece], targets[1, piece:] = 3.0, 6.0
    judge = LoudJudge()
    mixture = torch.zeros(piece + piece // 2)
    scores = JudgeRanker(judge).score(CandidateSet(mixture, targets[:, : piece + piece // 2 + 5], rate, "dog"))
    assert judge.heard == [
        (piece, [piece, piece], ["dog"]),
        (piece // 2, [piece // 2 + 5, piece // 2 + 5], ["dog"]),
    ]
    assert [score.overall for score in scores] == pytest.approx([2.0, 2.0])
    assert scores[0] == CandidateScores("judge", *[scores[0].overall] * 4)


def test_targets_that_outlast_the_mixture_by_a_whole_piece_are_padding() -> None:
    piece = round(PIECE_SECONDS * 10)
    judge = LoudJudge()
    JudgeRanker(judge).score(CandidateSet(torch.zeros(piece), torch.ones(2, piece + 3), 10, "dog"))
    assert [length for length, _, _ in judge.heard] == [piece]
