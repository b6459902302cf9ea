"""Where the words of a prompt are heard in a clip, as spans."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from samstudio.separation.engine import NotHeardError, UnavailableError, WayOn
from samstudio.separation.listening.choice import ListenerChoice
from samstudio.separation.listening.curve_spans import NoSpans, best_guess
from samstudio.separation.listening.hearing import Heard, inside
from samstudio.separation.listening.listeners import ClipListener, HeardCurve
from samstudio.separation.listening.pe_a_frame.weights import TITLE, find_weights
from samstudio.separation.listening.vocabulary import Meaning, plain_name
from samstudio.separation.listening.word_list import WordListListener, is_speech
from samstudio.separation.listening.word_table import general_classes
from samstudio.session.clip import Samples
from samstudio.session.prompt import Sign, Span
from samstudio.session.text.quoting import one_line

NARROW_RATE = 16000
"""Hz: below this sample rate, much of what tells sounds apart is missing."""
REFUSALS = {
    NoSpans.NOT_HEARD: (
        "“{text}” is not heard clearly enough to be found by its name alone",
        "mark a + span where it is heard.",
    ),
    NoSpans.NEVER_STOPS: (
        "“{text}” is heard nearly all the time, so its name alone does not tell it from the rest",
        "mark a + span where it is loud, and a − span where it is softest.",
    ),
}
"""Why there are no spans, and what to do."""
NARROW = "The recording holds nothing above {khz:g} kHz, which makes most sounds hard to tell. "
SILENT = (
    "The recording is silent: there is no “{text}” in it, and nothing else. Mark a + span in a recording with sound."
)
UNLIKE = (
    "“{text}” is heard more clearly in the rest of the recording than in the places that were found for it: mark a + "
    "span where it is heard, and a − span where it is not."
)
OTHER_SOUND = (
    "What was found by “{text}” does not sound like it: mark a + span where it is heard, and a − span where it is not."
)
NO_WEIGHTS = (
    "{title} is to listen for words, and its weights are not on this computer: add them, or choose another listener."
)
LEAST_LEAD, LEAST_SPEECH, LEAST_SPEECH_LEAD = 2.5, 0.5, 0.05
"""How much clearer the sound must be heard in the target than in the rest: in logits; for speech, its least mean
probability in the target, and how much more that is than in the rest."""

LEAST_IN_TARGET = -7.5
"""The logit of the sound in the target, in the mean: at least -6.3 in mixtures with it, -8.9 and less where another
sound was taken for it."""
FAINT_LEAD, FAINT_IN_TARGET = 6.5, -6.5
"""The same of a sound that is heard only faintly in the clip: one in ten that were taken for it wrongly reach both."""
OTHER_LEAD = 4.0
"""How much clearer another sound is in the target, in logits, to be told."""
MORE_LIKE = "What was found sounds more like {other} than like {wanted}: listen whether it is “{text}”."


@dataclass(frozen=True)
class Prediction:
    """The spans of both signs, in order of time, and the names of what was heard."""

    spans: tuple[Span, ...]
    names: tuple[str, ...]
    is_clear: bool = True
    """Whether it is so clearly heard that nothing else need confirm it."""


def make_listener(choice: ListenerChoice, device: torch.device | str) -> ClipListener:
    """One of the two listeners. Raises UnavailableError where its weights are missing."""
    if choice is not ListenerChoice.PE_A_FRAME:
        return WordListListener()
    folder: Path | None = find_weights()
    if folder is None:
        raise UnavailableError(NO_WEIGHTS.format(title=TITLE), WayOn.ADD_LISTENER)
    # Imports the networks.
    from samstudio.separation.listening.pe_a_frame.listener import PeAFrameListener

    return PeAFrameListener(folder, device)


def predicted_spans(
    text: str, listener: ClipListener, samples: Samples, sample_rate: int
) -> Generator[float, None, Prediction | None]:
    """Listen to the clip (frames, channels) for a text, yielding the fraction done; None where it has no meaning.

    Raises NotHeardError where it is not heard, or heard all the time, with a guess all the same; ScratchError.
    """
    shown, duration = one_line(text.strip(), 60), len(samples) / sample_rate
    heard = yield from listener.listen(text, samples, sample_rate)
    if heard is None:
        return None
    found = heard.find_spans(heard.values, heard.times, duration)
    if isinstance(found, NoSpans):
        is_narrow = found is NoSpans.NOT_HEARD and sample_rate < NARROW_RATE
        why = NARROW.format(khz=sample_rate / 2000) if is_narrow else ""
        reason, remedy = REFUSALS[found]
        raise NotHeardError(why + reason.format(text=shown), _guess(heard, duration), remedy)
    signed = [(found.plus, Sign.PLUS), (found.minus, Sign.MINUS)]
    spans = [_rounded(start, end, sign) for stretches, sign in signed for start, end in stretches]
    places = inside(heard.times, found.plus)
    is_clear = not places.any() or float(heard.values[places].mean()) >= heard.least_clear
    return Prediction(tuple(sorted(spans, key=lambda span: span.start)), heard.names, is_clear)


def _guess(heard: HeardCurve, duration: float) -> tuple[Span, ...]:
    return tuple(_rounded(start, end, Sign.PLUS) for start, end in best_guess(heard.values, heard.times, duration))


def _rounded(start: float, end: float, sign: Sign) -> Span:
    """To the millisecond, as spans are shown: typed in, they mean the same."""
    return Span(round(start, 3), round(end, 3), sign)


def check_lead(
    text: str, meaning: Meaning, target: Sequence[Heard], rest: Sequence[Heard], *, faint: bool = False
) -> None:
    """Raise NotHeardError unless the sound is heard in the target and not in the rest, both the same stretches.

    `faint`: it is heard only faintly in the clip.
    The spans are the best that the curve gives: where a sound never stops, what comes and goes may be taken for it.
    """
    if is_speech(meaning):
        found, left = (float(np.concatenate([heard.speech for heard in part]).mean()) for part in (target, rest))
        is_found = found > LEAST_SPEECH and found - left > LEAST_SPEECH_LEAD
    else:
        found, left = (
            float(np.concatenate([heard.loudest(meaning.classes) for heard in part]).mean()) for part in (target, rest)
        )
        is_found = found - left > (FAINT_LEAD if faint else LEAST_LEAD)
        if is_found and found < (FAINT_IN_TARGET if faint else LEAST_IN_TARGET):
            raise NotHeardError(OTHER_SOUND.format(text=one_line(text.strip(), 60)))
    if not is_found:
        raise NotHeardError(UNLIKE.format(text=one_line(text.strip(), 60)))


def other_sound(text: str, meaning: Meaning, target: Sequence[Heard], rest: Sequence[Heard]) -> str:
    """What is to be said where the target sounds more like something else than like what was asked for; often empty.

    A bird may be the best that there is for “crickets”.
    """
    found, left = (np.concatenate([heard.logits for heard in part]).mean(axis=0) for part in (target, rest))
    asked = float(found[list(meaning.classes)].max())
    others = np.where(found - left > LEAST_LEAD, found, -np.inf)
    others[[*meaning.classes, *general_classes()]] = -np.inf
    best = int(others.argmax())
    if is_speech(meaning) or others[best] < asked + OTHER_LEAD:
        return ""
    other, wanted = plain_name(best), plain_name(meaning.classes[0])
    return MORE_LIKE.format(other=other, wanted=wanted, text=one_line(text.strip(), 60))
