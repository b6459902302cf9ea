"""Whether words are heard in a recording, before an engine is asked for them. Nothing heavy is imported for that."""

from collections.abc import Generator, Sequence
from dataclasses import replace

from samstudio.separation.engine import NotHeardError, SeparationError, SeparationRequest
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.registry import engine_info
from samstudio.separation.steps import mapped
from samstudio.session.clip import Samples
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings
from samstudio.session.text.quoting import one_line

NOT_HEARD = "No “{text}” is heard here."


def listen_for_words(
    words: Sequence[str], samples: Samples, sample_rate: int, settings: SeparationSettings
) -> Generator[float | tuple[str, ...], None, None]:
    """Listen to sound (frames, channels) for each word, yielding the fraction done.

    Last comes a sentence for each: why the engine would not separate by it, empty where nothing is against it. Raises
    ScratchError.
    """
    info, said = engine_info(settings.engine), list[str]()
    for number, word in enumerate(words):
        request = SeparationRequest(samples, sample_rate, Prompt(word), replace(settings, device="auto"))
        listening = info.listen_for(request) if info.listen_for is not None else _listen_for(request)

        def done(fraction: float, before: int = number) -> float:
            return (before + fraction) / len(words)

        try:
            yield from mapped(listening, done)
            said.append("")
        except SeparationError as error:
            said.append(error.in_window)
    yield tuple(said)


def _listen_for(request: SeparationRequest) -> Generator[float, None, None]:
    """For an engine that understands any words: raises NotHeardError where a listener knows better.

    That a sound never stops, or whose voice it is, is no matter to such an engine.
    """
    text = request.prompt.text
    if listener_for(text, ListenerChoice.AUTO) is not ListenerChoice.WORD_LIST:
        return
    from samstudio.separation.listening.curve_spans import NoSpans
    from samstudio.separation.listening.word_list import WordListListener

    try:
        heard = yield from WordListListener().listen(text, request.samples, request.sample_rate)
    except NotHeardError:
        return
    duration = len(request.samples) / request.sample_rate
    if heard is not None and heard.find_spans(heard.values, heard.times, duration) is NoSpans.NOT_HEARD:
        raise NotHeardError(NOT_HEARD.format(text=one_line(text, 60)))
