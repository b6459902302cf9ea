"""A listening test of many pairs by several listeners: its trials, its table of results, and what they say.

Systems are engines or settings, each of which made a sound of every clip. A trial is one clip as two systems made it,
heard blind as X and Y.
"""

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt
from statistics import fmean

from samstudio.session.comparing.blind_test import CRITERIA, NO_DIFFERENCE, Answer, Rating, Side

_TIES = (NO_DIFFERENCE, "tie")
"""Also as earlier versions wrote it."""
COLUMNS = (
    "listener", "clip", "x", "y", "preferred", "x_level_db", "y_level_db",
    *(f"{side.lower()}_{criterion}" for side in Side for criterion in CRITERIA), "answered",
)  # fmt: skip
_Z = 1.959964
"""The 97.5 % point of the normal distribution: intervals hold 95 %."""
RESAMPLES = 2000


@dataclass(frozen=True)
class Trial:
    """A clip, and the systems that are heard as X and as Y."""

    clip: str
    x: str
    y: str

    @property
    def pair(self) -> tuple[str, str, str]:
        """The clip and the systems in order of their names: the same for every listener."""
        return (self.clip, *sorted((self.x, self.y)))  # type: ignore[return-value]


@dataclass(frozen=True)
class TrialResult:
    """A listener's answer in a trial; `levels_db` by which X and Y were turned down; the time as ISO 8601."""

    listener: str
    trial: Trial
    answer: Answer
    levels_db: tuple[float, float] = (0.0, 0.0)
    answered: str = ""

    @property
    def preferred(self) -> str | None:
        """The system that was preferred, or None."""
        if self.answer.preferred is None:
            return None
        return self.trial.x if self.answer.preferred is Side.X else self.trial.y


def trials_for(listener: str, clips: Iterable[str], systems: Sequence[str]) -> tuple[Trial, ...]:
    """All trials in the order in which a listener hears them.

    Order and sides are random for each listener, and the same again when the test is continued. Each of
    two systems is X equally often, but for a clip that is left over.
    """
    chance = random.Random(listener)  # noqa: S311 - no secret
    trials, names = [], sorted(clips)
    for pair in combinations(sorted(systems), 2):
        half = len(names) // 2
        odd = [chance.choice((pair, pair[::-1]))] * (len(names) % 2)
        sides = [*[pair] * half, *[pair[::-1]] * half, *odd]
        chance.shuffle(sides)
        trials += [Trial(clip, x, y) for clip, (x, y) in zip(names, sides, strict=True)]
    chance.shuffle(trials)
    return tuple(trials)


def open_trials(listener: str, trials: Iterable[Trial], results: Iterable[TrialResult]) -> tuple[Trial, ...]:
    """Those that the listener has not answered yet."""
    answered = {result.trial.pair for result in results if result.listener == listener}
    return tuple(trial for trial in trials if trial.pair not in answered)


# The table


def line_of(cells: Iterable[object]) -> str:
    """A line of the table, its end included; within a cell no line ends."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([" ".join(str(cell).splitlines()) for cell in cells])
    return text.getvalue()


def result_line(result: TrialResult) -> str:
    """A result as a line of the table; what was not rated is empty."""
    answer, trial = result.answer, result.trial
    levels = (f"{level:.2f}" for level in result.levels_db)
    ratings = (_cell(getattr(answer.rating(side), criterion)) for side in Side for criterion in CRITERIA)
    preferred = NO_DIFFERENCE if answer.preferred is None else answer.preferred.value
    return line_of((result.listener, trial.clip, trial.x, trial.y, preferred, *levels, *ratings, result.answered))


def _cell(rating: int | None) -> str:
    return "" if rating is None else str(rating)


def read_results(text: str) -> tuple[tuple[TrialResult, ...], int]:
    """The results in a table, and how many lines are none, as one that was cut off. A later answer replaces one."""
    found: dict[tuple[str, tuple[str, str, str]], TrialResult] = {}
    unreadable = 0
    for line in filter(str.strip, text.splitlines()):
        # Line by line: one that was cut off within quotes must not take the next ones with it.
        cells = next(csv.reader([line]), [])
        if cells == list(COLUMNS):
            continue
        try:
            result = _result_of(dict(zip(COLUMNS, cells, strict=True)))
        except ValueError:
            unreadable += 1
        else:
            found[result.listener, result.trial.pair] = result
    return tuple(found.values()), unreadable


def _result_of(row: dict[str, str]) -> TrialResult:
    """Raises ValueError for a row that is no result."""
    x, y = (
        Rating(*(int(cell) if (cell := row[f"{side.lower()}_{criterion}"]) else None for criterion in CRITERIA))
        for side in Side
    )
    preferred = None if row["preferred"] in _TIES else Side(row["preferred"])
    levels = float(row["x_level_db"]), float(row["y_level_db"])
    if not (row["listener"] and row["clip"] and row["x"] and row["y"] and row["answered"]):
        raise ValueError("a cell is empty")
    trial = Trial(row["clip"], row["x"], row["y"])
    return TrialResult(row["listener"], trial, Answer(x, y, preferred), levels, row["answered"])


# What the results say


@dataclass(frozen=True)
class Preference:
    """How often each of two systems was preferred to the other, and in how many trials no difference was heard."""

    systems: tuple[str, str]
    wins: tuple[int, int]
    ties: int
    listeners: int
    clips: int

    @property
    def share(self) -> tuple[float, float, float] | None:
        """The first one's share of the preferences and its 95 % interval (Wilson 1927); ties do not count.

        None where nothing was preferred.
        """
        count = sum(self.wins)
        return (self.wins[0] / count, *wilson_interval(self.wins[0], count)) if count else None

    @property
    def chance(self) -> float:
        """The probability of preferences at least as clear if all guess (two-sided sign test, without ties), 0..1."""
        count, clear = sum(self.wins), max(self.wins)
        return min(1.0, 2.0 * sum(comb(count, wins) for wins in range(clear, count + 1)) / 2.0**count)


@dataclass(frozen=True)
class MeanRating:
    """A system's mean rating by one criterion with its 95 % interval: a percentile bootstrap over the ratings."""

    system: str
    criterion: str
    mean: float
    low: float | None
    high: float | None
    """None for a single rating, from which no interval can be told."""
    count: int


def wilson_interval(wins: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share of `wins` in `count` > 0 (Wilson 1927)."""
    share, z2 = wins / count, _Z * _Z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z * sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    # Exactly 0 and 1 at the ends, where rounding would leave a little.
    return (0.0 if wins == 0 else middle - half), (1.0 if wins == count else middle + half)


def preferences(results: Sequence[TrialResult]) -> tuple[Preference, ...]:
    """Of every two systems that were compared, by their names."""
    pairs = sorted({result.trial.pair[1:] for result in results})
    return tuple(_preference(pair, [r for r in results if r.trial.pair[1:] == pair]) for pair in pairs)


def _preference(pair: tuple[str, str], results: Sequence[TrialResult]) -> Preference:
    preferred = [result.preferred for result in results]
    return Preference(
        pair,
        (preferred.count(pair[0]), preferred.count(pair[1])),
        preferred.count(None),
        len({result.listener for result in results}),
        len({result.trial.clip for result in results}),
    )


def mean_ratings(results: Sequence[TrialResult]) -> tuple[MeanRating, ...]:
    """Of every system by every criterion by which it was rated."""
    given: dict[tuple[str, str], list[int]] = {}
    for result in results:
        for side, system in ((Side.X, result.trial.x), (Side.Y, result.trial.y)):
            for criterion in CRITERIA:
                rating = getattr(result.answer.rating(side), criterion)
                if rating is not None:
                    given.setdefault((system, criterion), []).append(rating)
    order = sorted(given, key=lambda key: (key[0], CRITERIA.index(key[1])))
    means = []
    for key in order:
        low, high = _interval_of(given[key])
        means.append(MeanRating(*key, fmean(given[key]), low, high, len(given[key])))
    return tuple(means)


def _interval_of(ratings: Sequence[int]) -> tuple[float, float] | tuple[None, None]:
    """The middle 95 % of the means of resampled ratings."""
    if len(ratings) < 2:
        return None, None
    chance = random.Random(0)  # noqa: S311 - the same interval every time
    means = sorted(fmean(chance.choices(ratings, k=len(ratings))) for _ in range(RESAMPLES))
    edge = round(0.025 * RESAMPLES)
    return means[edge], means[-1 - edge]


METHOD = (
    "Shares: 95 % intervals by Wilson's score, without ties. Guessing: two-sided sign test. Ratings: 95 % by bootstrap "
    "({resamples} resamples). Answers count as independent, though one listener gave many."
)


def unreadable_sentence(lines: int) -> str:
    """What to say about lines of the table that could not be read."""
    counted = "1 line" if lines == 1 else f"{lines} lines"
    return f"{counted} of the table could not be read; the table is left as it is."


def summary_lines(results: Sequence[TrialResult], unreadable: int = 0) -> tuple[str, ...]:
    """The results in words and numbers, and how many lines of the table are not among them."""
    missing = ("", unreadable_sentence(unreadable)) if unreadable else ()
    if not results:
        return ("Nothing has been answered yet.", *missing)
    lines = []
    for found in preferences(results):
        a, b = found.systems
        lines.append(
            f"{a} against {b}: {found.wins[0]} to {found.wins[1]}, no difference {found.ties} "
            f"({found.listeners} listener{'s' * (found.listeners != 1)}, {found.clips} clip{'s' * (found.clips != 1)})"
        )
        if found.share is not None:
            share, low, high = found.share
            lines.append(
                f"    {a} preferred in {share:.0%} ({low:.0%} to {high:.0%}); guessing would be as clear in "
                f"{found.chance:.0%} of such tests"
            )
    rated = mean_ratings(results)
    lines += [""] * bool(rated)
    lines += [f"{r.system}, {r.criterion}: {r.mean:.2f} ({_interval(r)}{r.count} rated)" for r in rated]
    return (*lines, *missing, "", METHOD.format(resamples=RESAMPLES))


def _interval(rating: MeanRating) -> str:
    return "" if rating.low is None else f"{rating.low:.2f} to {rating.high:.2f}, "
