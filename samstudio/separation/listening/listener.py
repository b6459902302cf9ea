"""Where the words of a prompt are heard in a clip, as spans."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.curve_spans import spans_of_logits, spans_of_speech
from samstudio.separation.listening.hearing import heard_in
from samstudio.separation.listening.vocabulary import Meaning, class_names, understood
from samstudio.session.clip import Samples
from samstudio.session.prompt import Sign, Span
from samstudio.session.text.quoting import one_line

NOT_HEARD = (
    "No {name} is heard clearly enough to be found by the words “{text}” alone: mark a + span where it is heard."
)


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
    speech = understood("speech")
    if speech is not None and meaning.classes == speech.classes:
        # The voice activity is the better judge of pauses.
        found = spans_of_speech(heard.speech, duration)
    else:
        curve = heard.logits[:, list(meaning.classes)].max(axis=1).astype(np.float64)
        found = spans_of_logits(curve, heard.times, duration)
    if found is None:
        raise NotHeardError(NOT_HEARD.format(name=class_names()[meaning.classes[0]].lower(), text=shown))
    spans = [Span(*stretch, Sign.PLUS) for stretch in found.plus] + [
        Span(*stretch, Sign.MINUS) for stretch in found.minus
    ]
    return Prediction(tuple(sorted(spans, key=lambda span: span.start)), meaning.names)
