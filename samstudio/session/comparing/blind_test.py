"""A blind A/B test of two takes: which was played as X and Y, the answers and the results."""

import csv
import io
import random
from dataclasses import dataclass, replace
from enum import StrEnum
from math import comb
from typing import Self

MIN_RATING, MAX_RATING = 1, 5
MOST_ROUNDS = 20
CRITERIA = ("recall", "precision", "faithfulness")
NO_DIFFERENCE = "no difference"
"""What tables have in the place of a preference; "tie" in those of earlier versions."""


class Side(StrEnum):
    """The name of a take while its identity is hidden."""

    X = "X"
    Y = "Y"


@dataclass(frozen=True)
class Rating:
    """The rating of a target, each from 1 (bad) to 5 (excellent), None for not rated. Raises ValueError otherwise."""

    recall: int | None = None
    """Whether all of the requested sound is there."""
    precision: int | None = None
    """Whether nothing else is."""
    faithfulness: int | None = None
    """Whether it sounds as it does in the recording."""

    def __post_init__(self) -> None:
        given = [rating for criterion in CRITERIA if (rating := getattr(self, criterion)) is not None]
        if not all(MIN_RATING <= rating <= MAX_RATING for rating in given):
            raise ValueError(f"A rating must lie between {MIN_RATING} and {MAX_RATING}.")


@dataclass(frozen=True)
class Answer:
    """The listener's answer in one round."""

    x: Rating
    y: Rating
    preferred: Side | None
    """None where no difference is heard."""

    def rating(self, side: Side) -> Rating:
        """The rating of one of the two."""
        return self.x if side is Side.X else self.y


@dataclass(frozen=True)
class Verdict:
    """The result for one take: means of its ratings, None where there are none, and how often it was preferred."""

    recall: float | None
    precision: float | None
    faithfulness: float | None
    preferred: int


@dataclass(frozen=True)
class BlindTest:
    """Two takes, 0 and 1, and the answers about them; in each round one of them is X and the other Y."""

    names: tuple[str, str]
    x_takes: tuple[int, ...]
    """Which take is X, for every round."""
    offsets_db: tuple[float, float] = (0.0, 0.0)
    """dB by which each was turned down to be as loud as the other."""
    answers: tuple[Answer, ...] = ()
    sound: str = ""
    """What both should have taken out, in the words of their prompts; empty where they have none."""

    @property
    def rounds(self) -> int:
        """The number of rounds."""
        return len(self.x_takes)

    @property
    def is_over(self) -> bool:
        """Whether every round was answered."""
        return len(self.answers) >= self.rounds

    def take_at(self, side: Side, number: int | None = None) -> int:
        """Which take, 0 or 1, plays as `side` in round `number` (from 0); None is the present round."""
        x = self.x_takes[min(len(self.answers), self.rounds - 1) if number is None else number]
        return x if side is Side.X else 1 - x

    def answered(self, answer: Answer) -> Self:
        """The test with one more answer."""
        return replace(self, answers=(*self.answers, answer))

    def verdicts(self) -> tuple[Verdict, Verdict] | None:
        """The results for the two takes; None before the first answer."""
        if not self.answers:
            return None
        return self._verdict(0), self._verdict(1)

    def _verdict(self, take: int) -> Verdict:
        sides = [side for number in range(len(self.answers)) for side in Side if self.take_at(side, number) == take]
        ratings = [answer.rating(side) for answer, side in zip(self.answers, sides, strict=True)]
        recall, precision, faithfulness = (
            _mean([getattr(rating, criterion) for rating in ratings]) for criterion in CRITERIA
        )
        preferred = sum(answer.preferred is side for answer, side in zip(self.answers, sides, strict=True))
        return Verdict(recall, precision, faithfulness, preferred)

    @property
    def ties(self) -> int:
        """In how many rounds no difference was heard."""
        return sum(answer.preferred is None for answer in self.answers)

    @property
    def chance(self) -> float:
        """The probability of a preference at least as clear if the listener guesses, 0..1.

        The two-sided sign test, in which rounds without a preference do not count.
        """
        count = len(self.answers) - self.ties
        clear = max((verdict.preferred for verdict in self.verdicts() or ()), default=0)
        return min(1.0, 2.0 * sum(comb(count, wins) for wins in range(clear, count + 1)) / 2.0**count)


def _mean(ratings: list[int | None]) -> float | None:
    given = [rating for rating in ratings if rating is not None]
    return sum(given) / len(given) if given else None


def new_blind_test(
    names: tuple[str, str], rounds: int, offsets_db: tuple[float, float] = (0.0, 0.0), sound: str = ""
) -> BlindTest:
    """A test of `rounds` rounds; which take is X is random in each."""
    chance = random.SystemRandom()
    return BlindTest(names, tuple(chance.randrange(2) for _ in range(rounds)), offsets_db, sound=sound)


def csv_text(test: BlindTest, clip: str) -> str:
    """The answers as CSV, a line for each take in each round; what was not rated is empty."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("clip", "round", "heard_as", "take", "level_db", *CRITERIA, "preferred"))
    for number, answer in enumerate(test.answers):
        for side in Side:
            take = test.take_at(side, number)
            ratings = (getattr(answer.rating(side), criterion) for criterion in CRITERIA)
            preferred = NO_DIFFERENCE if answer.preferred is None else "yes" if answer.preferred is side else "no"
            level = f"{test.offsets_db[take]:.2f}"
            lines.writerow((clip, number + 1, side, test.names[take], level, *ratings, preferred))
    return text.getvalue()
