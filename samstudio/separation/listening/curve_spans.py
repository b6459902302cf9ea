"""From a curve over time to + and - spans: where a sound is heard, and where it surely is not."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from samstudio.separation.listening.voice_activity import CHUNK_SECONDS
from samstudio.session.stretch import Stretch

Curve = NDArray[np.float64]

FLOOR = -10.0
"""Logits below this say no more than this."""
LEAST_HIGH, LEAST_RANGE = -6.5, 1.8
"""The loudest moments must reach this logit, and differ so much from the quietest."""
CLEAR_HIGH = -5.6
"""If they reach only less than this, the sound is heard faintly: what is found must be heard the more clearly."""
MOST_LOW = -6.5
"""The quietest twentieth must be as unlike the class as this, else there is no place without it."""
EVENT_PATCHES = 3
"""Patches in which even a single short event is heard."""
UPPER, LOWER = 0.7, 0.25
"""Parts of the range above which the sound is heard, and below which it is not."""
QUIET_SHARE = 0.25
"""- spans lie in this part of the clip, the quietest by a wide mean."""
MINUS_MARGIN = 0.25
"""Seconds that a - span keeps away from its edges."""
LEAST_PLUS, LEAST_MINUS = 0.15, 0.25
"""Seconds that spans last at least."""
SPEECH, NO_SPEECH = 0.5, 0.15
"""Probabilities above which speech is heard, and below which it is not."""
LEAST_SPEECH, LEAST_PAUSE, PAUSE_MARGIN = 0.2, 0.3, 0.15
FOUND, NOT_FOUND, LEAST_ABSENCE = 0.3, 0.05, 0.5
"""Probabilities of a text above which it is heard, as the published model takes them, and below which it is not, for so
many seconds. The latter two are guesses: nothing was measured with trained weights."""
MOST_HEARD = 0.9
"""Part of a clip in which a text is heard at most, if the rest is to tell it from anything."""
JOINED_SECONDS = 0.2
"""Places with less between them are one: a pause for breath is not the end of a sound."""
GUESSED_PLACES, GUESSED_RANGE, LEAST_GUESS = 3, 0.75, 0.5
"""How many places are guessed at most, above which part of the curve's range, and how long each is at least."""


@dataclass(frozen=True)
class CurveSpans:
    """Stretches (seconds) where a sound is heard, and where it is not; both disjoint and in order of time."""

    plus: tuple[Stretch, ...]
    minus: tuple[Stretch, ...]


class NoSpans(Enum):
    """Why a curve gives no spans."""

    NOT_HEARD = "not heard clearly enough"
    NEVER_STOPS = "heard nearly all the time"


def spans_of_logits(logits: Curve, times: Curve, duration: float) -> CurveSpans | NoSpans:
    """The spans of a class's logits (N,) at `times` (N,) seconds."""
    curve = _smooth(logits)
    high, low = _high(curve), np.quantile(curve, 0.05)
    if high < LEAST_HIGH:
        return NoSpans.NOT_HEARD
    if low > MOST_LOW or high - low < LEAST_RANGE:
        return NoSpans.NEVER_STOPS
    wide = running_mean(curve, 11)
    quiet = (curve < low + LOWER * (high - low)) & (wide <= max(np.quantile(wide, QUIET_SHARE), wide.min() + 1e-9))
    half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.0
    plus = [
        (max(0.0, times[first] - half), min(duration, times[last] + half))
        for first, last in runs(curve > low + UPPER * (high - low))
    ]
    minus = [shrunk(times[first], times[last], duration, MINUS_MARGIN) for first, last in runs(quiet)]
    return _spans(lasting(plus, LEAST_PLUS), lasting(minus, LEAST_MINUS))


def is_faint(logits: Curve) -> bool:
    """Whether the class of logits (N,) is heard only faintly."""
    return _high(_smooth(logits)) < CLEAR_HIGH


def spans_of_speech(speech: Curve, _times: Curve, duration: float) -> CurveSpans | NoSpans:
    """The spans of probabilities of speech (M,), one every 32 ms."""
    plus, minus = (
        [(first * CHUNK_SECONDS, min(duration, (last + 1) * CHUNK_SECONDS)) for first, last in runs(chosen)]
        for chosen in (speech > SPEECH, speech < NO_SPEECH)
    )
    pauses = [shrunk(*pause, duration, PAUSE_MARGIN) for pause in lasting(minus, LEAST_PAUSE)]
    return _spans(lasting(plus, LEAST_SPEECH), lasting(pauses, 0.0))


def spans_of_probabilities(found: Curve, times: Curve, duration: float) -> CurveSpans | NoSpans:
    """The spans of probabilities (N,) that a text is heard in the frames around `times` (N,) seconds."""
    half = (times[1] - times[0]) / 2 if len(times) > 1 else duration / 2
    plus, minus = (
        [(max(0.0, times[first] - half), min(duration, times[last] + half)) for first, last in runs(chosen)]
        for chosen in (found > FOUND, found < NOT_FOUND)
    )
    joined: list[Stretch] = []
    for start, end in plus:
        goes_on = joined and start - joined[-1][1] < JOINED_SECONDS
        joined.append((joined.pop()[0] if goes_on else start, end))
    absent = [shrunk(*stretch, duration, MINUS_MARGIN) for stretch in lasting(minus, LEAST_ABSENCE)]
    heard = lasting(joined, LEAST_PLUS)
    if sum(end - start for start, end in heard) < MOST_HEARD * duration and heard:
        # A probability is clear by itself: without any place that surely lacks the sound, + spans still say enough.
        return CurveSpans(heard, lasting(absent, 0.0))
    return _spans(heard, ())


def best_guess(values: Curve, times: Curve, duration: float) -> tuple[Stretch, ...]:
    """The few places where a curve (N,) is highest, whatever its level, in order of time; none where it is flat."""
    curve = running_mean(values, 5)
    low, high = (float(np.quantile(curve, part)) for part in (0.05, 1.0)) if len(curve) else (0.0, 0.0)
    if not high > low:
        return ()
    highest = runs(curve > low + GUESSED_RANGE * (high - low))
    best = sorted(highest, key=lambda run: -float(curve[run[0] : run[1] + 1].max()))[:GUESSED_PLACES]
    half = max((times[1] - times[0]) / 2, 0.0) if len(times) > 1 else 0.0
    places = [(float(times[first] - half), float(times[last] + half)) for first, last in sorted(best)]
    wide = [
        (min(start, (start + end - LEAST_GUESS) / 2), max(end, (start + end + LEAST_GUESS) / 2))
        for start, end in places
    ]
    return tuple((max(0.0, start), min(duration, end)) for start, end in wide)


def _spans(plus: tuple[Stretch, ...], minus: tuple[Stretch, ...]) -> CurveSpans | NoSpans:
    if not plus:
        return NoSpans.NOT_HEARD
    return CurveSpans(plus, minus) if minus else NoSpans.NEVER_STOPS


def _smooth(logits: Curve) -> Curve:
    return running_mean(np.maximum(logits, FLOOR), 3)


def _high(curve: Curve) -> float:
    """What the loudest moments of a curve (N,) reach: a few short events, such as shots, may be all of them."""
    high = float(np.quantile(curve, 0.95))
    return high if high >= CLEAR_HIGH else float(np.sort(curve)[-EVENT_PATCHES:].mean())


def running_mean(curve: Curve, width: int) -> Curve:
    """The running mean over an odd number of values."""
    half = width // 2
    averaged: Curve = np.convolve(np.pad(curve, half, mode="edge"), np.ones(width) / width, "valid")
    return averaged


def runs(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    return [(int(first), int(stop) - 1) for first, stop in zip(edges[::2], edges[1::2], strict=True)]


def shrunk(start: float, end: float, duration: float, margin: float) -> Stretch:
    """A stretch without its margins, which it keeps at the clip's ends."""
    return (
        max(0.0, start + (margin if start > 0.05 else 0.0)),
        min(duration, end - (margin if end < duration - 0.1 else 0.0)),
    )


def lasting(stretches: list[Stretch], least: float) -> tuple[Stretch, ...]:
    """The stretches of at least so many seconds."""
    return tuple((float(start), float(end)) for start, end in stretches if end - start >= least and end > start)
