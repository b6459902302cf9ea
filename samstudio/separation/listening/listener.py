"""Where the words of a prompt are heard in a clip, as spans."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.curve_spans import NoSpans, spans_of_logits, spans_of_speech
from samstudio.separation.listening.hearing import Heard, heard_in
from samstudio.separation.listening.vocabulary import Meaning, understood
from samstudio.session.clip import Samples
from samstudio.session.prompt import Sign, Span
from samstudio.session.text.quoting import one_line

REFUSALS = {
    NoSpans.NOT_HEARD: "“{text}” is not heard clearly enough to be found by its name alone: mark a + span where it is "
    "heard.",
    NoSpans.NEVER_STOPS: "“{text}” is heard nearly all the time, so its name alone does not tell it from the rest: "
    "mark a + span where it is loud, and a − span where it is softest.",
}
UNLIKE = (
    "What was found by “{text}” sounds less like it than the rest does: mark a + span where it is heard, and a − span "
    "where it is not."
)
LEAST_LEAD, LEAST_SPEECH, LEAST_SPEECH_LEAD = 2.5, 0.5, 0.05
"""How much clearer the sound must be heard in the target than in the rest: in logits; for speech, its least mean
probability in the target, and how much more that is than in the rest."""


class NotHeardError(SeparationError):
    """The words are understood, but what they name is not found in the clip."""


@dataclass(frozen=True)
class Prediction:
    """The spans of both signs, in order of time, and the names of what was heard."""

    spans: tuple[Span, ...]
    names: tuple[str, ...]


def predicted_spans(
    text: str, meaning: Meaning, samples: Samples, sample_rate: int
) -> Generator[float, None, Prediction]:
    """Listen to the clip (frames, channels) for what the text means, yielding the fraction done.

    Raises NotHeardError where it is not heard, or heard all the time, and ScratchError.
    """
    shown = one_line(text.strip(), 60)
    if meaning.refusal:
        raise NotHeardError(meaning.refusal)
    heard = yield from heard_in(samples, sample_rate)
    duration = len(samples) / sample_rate
    if is_speech(meaning):
        found = spans_of_speech(heard.speech, duration)
    else:
        curve = heard.logits[:, list(meaning.classes)].max(axis=1).astype(np.float64)
        found = spans_of_logits(curve, heard.times, duration)
    if isinstance(found, NoSpans):
        raise NotHeardError(REFUSALS[found].format(text=shown))
    signed = [(found.plus, Sign.PLUS), (found.minus, Sign.MINUS)]
    # To the millisecond, as they are shown: typed in, they mean the same.
    spans = [Span(round(start, 3), round(end, 3), sign) for stretches, sign in signed for start, end in stretches]
    return Prediction(tuple(sorted(spans, key=lambda span: span.start)), meaning.names)


def is_speech(meaning: Meaning) -> bool:
    """Whether speech is meant, of which the voice activity is the better judge."""
    speech = understood("speech")
    return speech is not None and meaning.classes == speech.classes


def check_lead(text: str, meaning: Meaning, target: Sequence[Heard], rest: Sequence[Heard]) -> None:
    """Raise NotHeardError unless the sound is heard in the target and not in the rest, both the same stretches.

    The spans are the best that the curve gives: where a sound never stops, what comes and goes may be taken for it.
    """
    if is_speech(meaning):
        found, left = (float(np.concatenate([heard.speech for heard in part]).mean()) for part in (target, rest))
        is_found = found > LEAST_SPEECH and found - left > LEAST_SPEECH_LEAD
    else:
        classes = list(meaning.classes)
        found, left = (
            float(np.concatenate([heard.logits[:, classes].max(axis=1) for heard in part]).mean())
            for part in (target, rest)
        )
        is_found = found - left > LEAST_LEAD
    if not is_found:
        raise NotHeardError(UNLIKE.format(text=one_line(text.strip(), 60)))
