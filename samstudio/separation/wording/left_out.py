"""Sounds that a text leaves out, as - spans: where the listener hears them, and not the sound that is wanted."""

from collections.abc import Generator
from dataclasses import replace

from samstudio.separation.devices import choose_device
from samstudio.separation.engine import (
    Engine,
    NotHeardError,
    Notice,
    Predicted,
    Progress,
    SeparationError,
    SeparationRequest,
    Step,
)
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.listening.listener import make_listener, predicted_spans
from samstudio.separation.listening.vocabulary import understood
from samstudio.separation.steps import mapped, sifted
from samstudio.separation.wording.advice import (
    MARK_IT,
    UNKNOWN_LEFT,
    UNKNOWN_WANTED,
    only_leaves_out,
    only_left_out_sentence,
)
from samstudio.session.prompt import Sign, Span
from samstudio.session.stretch import Stretch, without
from samstudio.session.text.quoting import one_line
from samstudio.session.text.wording import worded

LEAST_SECONDS = 0.1
"""A - span lasts at least so long."""
USED = "Without “{left}”: {seconds:.1f} s in which it is heard{but} were used as − spans."
NOT_USED = "Without “{left}”: nothing was marked − for it. {why}"
UNCLEAR = "“{left}” is not heard clearly enough"
BOTH = "Wherever it is heard, “{wanted}” is heard too."


class LeavingOut:
    """An engine that is given - spans where sounds are heard that the text leaves out, and the rest of the text."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """See `Engine`."""
        request, said = yield from sifted(without_left_out(request), lambda step: isinstance(step, Progress))
        for step in self._engine.separate(request):
            # Not before: an engine that refuses has its own reason to tell.
            if not isinstance(step, Progress):
                yield from said
                said = []
            yield step


def without_left_out(request: SeparationRequest) -> Generator[Step, None, SeparationRequest]:
    """The request with - spans in place of the words that leave sounds out; drawn spans decide over these.

    Raises SeparationError where the text says nothing but what the sound is not, and no span says more.
    """
    prompt = request.prompt
    wording = worded(prompt.text)
    if not wording.left_out:
        return request
    if only_leaves_out(prompt):
        raise SeparationError(only_left_out_sentence(prompt))
    request = replace(request, prompt=replace(prompt, text=wording.wanted))
    found = list[Stretch]()
    for left in wording.left_out:
        found += yield from _heard_alone(left, wording.wanted, request)
    spans = prompt.not_dismissed(Span(start, end, Sign.MINUS) for start, end in sorted(found))
    if spans:
        yield Predicted(spans)
    return replace(request, prompt=replace(request.prompt, spans=(*spans, *prompt.spans)))


def _heard_alone(left: str, wanted: str, request: SeparationRequest) -> Generator[Step, None, tuple[Stretch, ...]]:
    """Where a sound is heard that is left out, and not the wanted one; a notice says how much that is, or why not."""
    names = {"left": one_line(left, 40), "wanted": one_line(wanted, 40)}
    try:
        heard = yield from _heard(left, request, UNKNOWN_LEFT.format(**names), UNCLEAR.format(**names))
    except NotHeardError as error:
        yield Notice(NOT_USED.format(left=names["left"], why=f"{error.reason}: {MARK_IT}"))
        return ()
    try:
        # Where whose voice it is cannot be told, anyone who speaks may be the wanted one.
        meaning, choice = understood(wanted), listener_for(wanted, ListenerChoice.AUTO)
        is_any_voice = choice is ListenerChoice.WORD_LIST and meaning is not None and meaning.asks_more
        sound = meaning.names[0].lower() if is_any_voice and meaning is not None else wanted
        kept = (yield from _heard(sound, request, UNKNOWN_WANTED.format(**names))) if wanted else ()
    except NotHeardError as error:
        yield Notice(NOT_USED.format(left=names["left"], why=error))
        return ()
    drawn = [(span.start, span.end) for span in request.prompt.active_spans if not span.is_box]
    alone = [part for part in without(heard, (*kept, *drawn)) if part[1] - part[0] >= LEAST_SECONDS]
    if not alone:
        yield Notice(NOT_USED.format(left=names["left"], why=BOTH.format(**names)))
        return ()
    but = f" and “{names['wanted']}” is not" if wanted else ""
    yield Notice(USED.format(left=names["left"], but=but, seconds=sum(end - start for start, end in alone)))
    return tuple(alone)


def _heard(
    text: str, request: SeparationRequest, unknown: str, unclear: str = ""
) -> Generator[Step, None, tuple[Stretch, ...]]:
    """Where a text is heard. Raises NotHeardError, with the sentence `unknown` where it cannot be listened for.

    With `unclear` also where it is not clear: the target is not there yet in which a wanted sound must be heard.
    """
    choice = listener_for(text, ListenerChoice.AUTO)
    if choice is None:
        raise NotHeardError(unknown)
    listener = make_listener(choice, choose_device(request.settings.device))
    report = Progress(f"Listening for “{one_line(text, 60)}”", 0.0, 0.0)
    listening = predicted_spans(text, listener, request.samples, request.sample_rate)
    prediction = yield from mapped(listening, lambda _fraction: report)
    if unclear and prediction is not None and not prediction.is_clear:
        raise NotHeardError(unclear)
    spans = prediction.spans if prediction is not None else ()
    return tuple((span.start, span.end) for span in spans if span.sign is Sign.PLUS)
