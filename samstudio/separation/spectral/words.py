"""Words beside or instead of spans: the clip is listened to, and where they are heard becomes spans."""

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.devices import choose_device
from samstudio.separation.engine import (
    NotHeardError,
    Notice,
    Predicted,
    Progress,
    SeparationError,
    SeparationRequest,
    Step,
    UnavailableError,
    WayOn,
)
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.listening.curve_spans import is_faint, running_mean, runs
from samstudio.separation.listening.hearing import Heard, heard_in, inside, listen
from samstudio.separation.listening.listener import (
    SILENT,
    Prediction,
    check_lead,
    make_listener,
    other_sound,
    predicted_spans,
)
from samstudio.separation.listening.listeners import ClipListener
from samstudio.separation.listening.mono import is_silent
from samstudio.separation.listening.pe_a_frame.weights import TITLE
from samstudio.separation.listening.vocabulary import described, similar_phrases, understood
from samstudio.separation.marks import Marks
from samstudio.separation.registry import engine_that_accepts
from samstudio.separation.spectral.material import Piece, touching
from samstudio.separation.spectral.settings import SpectralSettings
from samstudio.separation.spectral.special.recognise import named_kind, names_voice
from samstudio.separation.spectral.voice.singing import SingingListener, is_singing
from samstudio.separation.steps import mapped, reporting
from samstudio.session.prompt import Sign, Span
from samstudio.session.stretch import Stretch, without
from samstudio.session.text.quoting import one_line
from samstudio.session.text.recipe import span_text

CHECKING = "Comparing with “{text}”"
CHECKED_SECONDS, LEAST_CHECKED = 14.0, 0.5
"""The most sound that is listened to again, and the least that a piece must hold."""
LEAST_SECONDS = 0.1
"""What drawn spans leave of a predicted one is used if it lasts as long."""
QUIET_DB, QUIET_SECONDS, QUIET_MARGIN = -22.0, 0.3, 0.3
"""Where a first target is softer than this, against its level in the + spans, for so long, it is taken for absent; so
many seconds from the + spans."""
FRAME_SECONDS = 0.05
ENOUGH_MINUS = 2.0
"""Seconds of − spans from which the background is known well enough: there may be some target where it seems absent."""
NO_PROMPT = "Mark a + span where the sound is heard, or type what it is: without either there is nothing to look for."
UNKNOWN = (
    "“{text}” is not in the word list{offer}: mark a + span where it is heard, add {listener}, which listens for any "
    "words{other}."
)
UNKNOWN_IN_WINDOW = "“{text}” is not in the word list{offer}."
OFFER = " (did you mean “{words}”?)"
OTHER_ENGINE = ", or set up {title}, which understands any text"
WORD_LIST_CHOSEN = (
    "“{text}” is not in the word list{offer}, and nothing else is to listen: mark a + span where it is heard."
)
GUESS = " The best guess: {spans}."
NO_GUESS = " There is no place that stands out, so there is no guess either."
HEARD = "“{text}” was heard as {names}: {seconds:.1f} s of the recording were used as + spans."
NOT_UNDERSTOOD = " Not understood, and left out: “{words}”."
ALL_MINUS = "“{text}” is heard only where − spans are: shorten them, or mark a + span."
ALL_DISMISSED = "“{text}” is heard nowhere but where you dismissed it: mark a + span."
MISSED_VOICE = (
    "“{text}” is heard, but hardly any place holds what else is heard, so the word alone does not tell the two apart: "
    "mark a − span where the other sound is heard without it."
)
NOT_HEARD_THERE = "Where “{text}” is not heard ({seconds:.1f} s) was used as − spans, because none is marked."


def with_heard_spans(request: SeparationRequest) -> Generator[Step, None, SeparationRequest]:
    """The request with spans where its text is heard; spans that are drawn already decide over these.

    Raises SeparationError, saying what else can be done, where the words are unknown or not heard.
    """
    prompt = request.prompt
    text = shown_text(request)
    if not text:
        raise SeparationError(NO_PROMPT)
    prediction = yield from _listen(request)
    if prediction is None:
        raise _unknown_words(text, SpectralSettings.of(request.settings.options).listener)
    if not any(span.sign is Sign.PLUS for span in prediction.spans):
        raise SeparationError((ALL_DISMISSED if prompt.dismissed else ALL_MINUS).format(text=text))
    yield Predicted(prediction.spans)
    names = described(prediction.names)
    heard = HEARD.format(text=text, names=names, seconds=_seconds(prediction.spans, Sign.PLUS))
    yield Notice(heard + _left_out(request))
    return replace(request, prompt=replace(prompt, spans=(*prediction.spans, *prompt.spans)))


def with_heard_minus_spans(request: SeparationRequest) -> Generator[Step, None, SeparationRequest]:
    """The request with - spans where its text is not heard, if that can be told; its own spans decide over these."""
    prompt = request.prompt
    if not prompt.text.strip():
        return request
    try:
        prediction = yield from _listen(request)
    except (NotHeardError, UnavailableError):
        return request
    if prediction is None or not prediction.is_clear:
        return request
    minus = tuple(span for span in prediction.spans if span.sign is Sign.MINUS)
    yield Predicted(minus)
    yield Notice(NOT_HEARD_THERE.format(text=shown_text(request), seconds=_seconds(minus, Sign.MINUS)))
    return replace(request, prompt=replace(prompt, spans=(*minus, *prompt.spans)))


def quiet_spans(
    request: SeparationRequest,
    marks: Marks,
    pieces: list[Piece],
    separate: Callable[[Tensor], Generator[float, None, Tensor]],
) -> Generator[float, None, tuple[Span, ...]]:
    """- spans where what `separate` takes out of the pieces is hardly heard, beside those known; yields 0..1.

    A word leaves few - spans: where a listener is in doubt, there is none. What was learned from them is surer.
    """
    if sum(end - start for start, end in marks.minus) >= ENOUGH_MINUS:
        return ()
    rate, found = request.sample_rate, list[tuple[NDArray[np.float64], NDArray[np.float64]]]()
    hop = max(1, round(FRAME_SECONDS * rate))
    for number, piece in enumerate(pieces):
        target = yield from mapped(separate(piece.sound), partial(_part_done, number, len(pieces)))
        count = target.shape[1] // hop
        squares = target[:, : count * hop].reshape(len(target), count, hop).square().mean((0, 2))
        times = (piece.first + (np.arange(count) + 0.5) * hop) / rate
        found.append((times, squares.double().cpu().numpy()))
    loud = np.concatenate([energy[inside(times, marks.plus)] for times, energy in found])
    if not len(loud):
        return ()
    least = 10 ** (QUIET_DB / 10) * loud.mean()
    near = [(start - QUIET_MARGIN, end + QUIET_MARGIN) for start, end in marks.plus]
    known = [(span.start, span.end) for span in request.prompt.active_spans if not span.is_box]
    quiet = list[Stretch]()
    for times, energy in found:
        is_quiet = (running_mean(energy, 5) < least) & ~inside(times, near) if len(times) else np.zeros(0, np.bool_)
        half = hop / rate / 2
        quiet += [(float(times[first]) - half, float(times[last]) + half) for first, last in runs(is_quiet)]
    spans = (Span(start, end, Sign.MINUS) for start, end in without(quiet, known))
    left = (span for span in request.prompt.not_dismissed(spans) if span.length >= QUIET_SECONDS)
    return tuple(span.moved(round(span.start, 3), round(span.end, 3)) for span in left)


def _part_done(number: int, total: int, fraction: float) -> float:
    return (number + fraction) / total


def check_words(
    request: SeparationRequest,
    marks: Marks,
    pieces: list[Piece],
    separate: Callable[[Tensor], Generator[float, None, Tensor]],
) -> Generator[Step, None, None]:
    """Listen to what `separate` takes out of the sound (C, n) of the + spans: is it what the text names?

    `separate` yields how much it has done, 0..1. Raises NotHeardError where it is not.
    """
    meaning = understood(request.prompt.text)
    # Singing was found by the voice itself.
    if meaning is None or is_singing(meaning):
        return
    stage = CHECKING.format(text=shown_text(request))
    rate, left = request.sample_rate, CHECKED_SECONDS
    target, rest = list[Heard](), list[Heard]()
    checked = touching(pieces, marks.plus)
    for number, piece in enumerate(checked):
        sound = piece.sound[:, : round(left * rate)]
        if sound.shape[1] < LEAST_CHECKED * rate:
            continue
        left -= sound.shape[1] / rate
        found = yield from mapped(separate(sound), partial(_reached, stage, len(checked), number, 0.5))
        first = piece.first / rate
        plus = [(start - first, end - first) for start, end in marks.plus]
        for done, part, kept in ((0.5, found, target), (0.75, sound - found, rest)):
            samples = np.ascontiguousarray(part.T.cpu().numpy())
            reached = partial(_reached, stage, len(checked), number + done, 0.25)
            heard = yield from mapped(listen(samples, rate), reached)
            kept.append(heard.within(plus))
    if any(len(heard.times) and len(heard.speech) for heard in target):
        in_clip = yield from mapped(
            heard_in(request.samples, rate), partial(_reached, stage, len(checked), len(checked), 0.0)
        )
        curve = in_clip.loudest(meaning.classes).astype(np.float64)
        check_lead(request.prompt.text, meaning, target, rest, faint=is_faint(curve))
        if said := other_sound(request.prompt.text, meaning, target, rest):
            yield Notice(said)


def _reached(stage: str, total: int, done: float, amount: float, fraction: float) -> Progress:
    """Progress of a check in pieces that has done a fraction of an `amount` of a piece beyond `done`."""
    return Progress(stage, done + amount * fraction, total)


def _unknown_words(text: str, choice: ListenerChoice) -> SeparationError:
    similar = similar_phrases(text)
    offer = OFFER.format(words="” or “".join(similar[:2])) if similar else ""
    if choice is ListenerChoice.WORD_LIST:
        return SeparationError(WORD_LIST_CHOSEN.format(text=text, offer=offer))
    other = engine_that_accepts(PromptPart.TEXT)
    sentence = UNKNOWN.format(
        text=text,
        offer=offer,
        listener=TITLE,
        other=OTHER_ENGINE.format(title=other.title) if other else "",
    )
    return SeparationError(sentence, WayOn.ADD_LISTENER, UNKNOWN_IN_WINDOW.format(text=text, offer=offer))


def _left_out(request: SeparationRequest) -> str:
    """Which words the word list does not have, in a sentence."""
    meaning, settings = understood(request.prompt.text), SpectralSettings.of(request.settings.options)
    is_listed = listener_for(request.prompt.text, settings.listener) is ListenerChoice.WORD_LIST
    if meaning is None or not meaning.unknown or not is_listed:
        return ""
    return NOT_UNDERSTOOD.format(words="”, “".join(map(one_line, meaning.unknown)))


def _listen(request: SeparationRequest) -> Generator[Step, None, Prediction | None]:
    text, settings = shown_text(request), SpectralSettings.of(request.settings.options)
    choice = listener_for(request.prompt.text, settings.listener)
    if choice is None:
        return None
    if choice is ListenerChoice.WORD_LIST and is_singing(understood(request.prompt.text)):
        listener: ClipListener = SingingListener()
    else:
        listener = make_listener(choice, choose_device(request.settings.device))
    listening = predicted_spans(request.prompt.text, listener, request.samples, request.sample_rate)
    try:
        prediction = yield from mapped(listening, lambda fraction: Progress(f"Listening for “{text}”", fraction, 1.0))
    except NotHeardError as error:
        raise _with_guess(error) if settings.best_guess else error from None
    if prediction is None:
        return None
    drawn = [(span.start, span.end) for span in request.prompt.active_spans if not span.is_box]
    found = request.prompt.not_dismissed(prediction.spans)
    spans = (span.moved(*stretch) for span in found for stretch in without(((span.start, span.end),), drawn))
    return replace(prediction, spans=tuple(span for span in spans if span.length >= LEAST_SECONDS))


def _with_guess(error: NotHeardError) -> NotHeardError:
    """The refusal, which names the places of the guess as well."""
    spans = ", ".join(span_text(span) for span in error.guess)
    return NotHeardError(f"{error}{GUESS.format(spans=spans) if spans else NO_GUESS}", error.guess)


def is_in_word_list(request: SeparationRequest) -> bool:
    """Whether the word list's listener is to find the words, which names no sound with a treatment of its own."""
    choice = SpectralSettings.of(request.settings.options).listener
    text = request.prompt.text
    return not named_kind(text) and listener_for(text, choice) is ListenerChoice.WORD_LIST


def refuse_missed_voice(request: SeparationRequest) -> None:
    """Raise NotHeardError where the text names a voice: what was learned is something else."""
    if names_voice(request.prompt.text):
        raise NotHeardError(MISSED_VOICE.format(text=shown_text(request)))


def refuse_silence(request: SeparationRequest) -> Generator[Step, None, None]:
    """Raise NotHeardError where there is nothing to listen to."""
    listening = Progress(f"Listening for “{shown_text(request)}”", 0.0, 0.0)
    if (yield from reporting(is_silent(request.samples, request.sample_rate), listening)):
        raise NotHeardError(SILENT.format(text=shown_text(request)))


def shown_text(request: SeparationRequest) -> str:
    """The text of the prompt in a sentence."""
    return one_line(request.prompt.text.strip(), 60)


def _seconds(spans: tuple[Span, ...], sign: Sign) -> float:
    return sum(span.length for span in spans if span.sign is sign)
