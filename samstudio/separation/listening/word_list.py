"""The listener that comes with the program: the words of a list, by two small networks."""

from collections.abc import Generator

import numpy as np

from samstudio.separation.engine import NotHeardError
from samstudio.separation.listening.curve_spans import CLEAR_HIGH, spans_of_logits, spans_of_speech
from samstudio.separation.listening.hearing import heard_in
from samstudio.separation.listening.listeners import HeardCurve
from samstudio.separation.listening.vocabulary import Meaning, understood
from samstudio.separation.listening.voice_activity import CHUNK_SECONDS
from samstudio.session.clip import Samples


class WordListListener:
    """Knows the words of resources/words."""

    def listen(self, text: str, samples: Samples, sample_rate: int) -> Generator[float, None, HeardCurve | None]:
        """See `ClipListener`."""
        meaning = understood(text)
        if meaning is None:
            return None
        if meaning.refusal:
            raise NotHeardError(meaning.refusal, remedy=meaning.remedy)
        heard = yield from heard_in(samples, sample_rate)
        if is_speech(meaning):
            times = np.arange(0.5, len(heard.speech), dtype=np.float64) * CHUNK_SECONDS
            return HeardCurve(heard.speech.astype(np.float64), times, meaning.names, spans_of_speech)
        curve = heard.loudest(meaning.classes).astype(np.float64)
        return HeardCurve(curve, heard.times, meaning.names, spans_of_logits, CLEAR_HIGH)


def is_speech(meaning: Meaning) -> bool:
    """Whether speech is meant, of which the voice activity is the better judge."""
    speech = understood("speech")
    return speech is not None and meaning.classes == speech.classes
