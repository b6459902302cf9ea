"""The description of the embedded engine."""

from collections.abc import Generator, Mapping

from samstudio.separation.engine import Engine, Progress, SeparationRequest
from samstudio.separation.engine_info import EngineInfo, PromptHints, PromptPart
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.listening.pe_a_frame.weights import TITLE, find_weights
from samstudio.separation.listening.vocabulary import (
    KINDS_OF_CLASSES,
    completions,
    described,
    similar_phrases,
    understood,
)
from samstudio.separation.spectral.settings import SETTINGS, SpectralSettings
from samstudio.separation.steps import mapped
from samstudio.session.engine_settings import Value
from samstudio.session.text.quoting import one_line

EXAMPLES = ("bird", "siren", "vocals", "drums", "hum")
"""Some of the words of resources/words."""


def text_hint(text: str, options: Mapping[str, Value]) -> str:
    """What a text is understood as where no span is drawn."""
    choice = SpectralSettings.of(options).listener
    listener, meaning = listener_for(text, choice), understood(text)
    if listener is ListenerChoice.PE_A_FRAME:
        return _heard_by_pe_a_frame(text, is_in_list=meaning is not None)
    if meaning is None:
        similar = similar_phrases(text)
        offer = f" Did you mean {' or '.join(f'“{phrase}”' for phrase in similar[:2])}?" if similar else ""
        other = f", or add {TITLE}, which listens for any words" if choice is ListenerChoice.AUTO else ""
        return f"“{one_line(text.strip(), 60)}” is not in the word list.{offer} Mark a + span{other}."
    if meaning.refusal:
        return f"{meaning.refusal}: {meaning.remedy}"
    heard = f"Heard as {described(meaning.names)}"
    if meaning.unknown:
        heard = f"“{meaning.phrase}” is heard as {described(meaning.names)}; “{' '.join(meaning.unknown)}” is not known"
    if meaning.names[0] in KINDS_OF_CLASSES:
        return f"{heard}: it is found by its structure, in the whole recording."
    return f"{heard}. Where it is heard is found by listening; spans that you draw take precedence."


def _heard_by_pe_a_frame(text: str, *, is_in_list: bool) -> str:
    shown = f"“{one_line(text.strip(), 60)}”"
    if find_weights() is None:
        return f"{TITLE} is to listen for {shown}, and its weights are not here: set it up, or choose another listener."
    return (
        f"{TITLE} listens for {shown}." if is_in_list else f"{shown} is not in the word list: {TITLE} listens for it."
    )


def _listen_for(request: SeparationRequest) -> Generator[float, None, None]:
    from samstudio.separation.spectral.special.recognise import named_kind
    from samstudio.separation.spectral.words import with_heard_spans

    # What has a treatment of its own is not listened for.
    if not named_kind(request.prompt.text):
        yield from mapped(with_heard_spans(request), lambda step: step.fraction if isinstance(step, Progress) else 1.0)


def _create() -> Engine:
    from samstudio.separation.spectral.engine import SpectralEngine

    return SpectralEngine()


ENGINE = EngineInfo(
    "spectral",
    "Spectral",
    "Learns the target from + spans and the background from − spans, or listens for a word. Needs no set-up.",
    _create,
    accepts=frozenset({PromptPart.TEXT, PromptPart.SPANS, PromptPart.BOXES}),
    words=EXAMPLES,
    text_hint=text_hint,
    listen_for=_listen_for,
    complete=completions,
    settings=SETTINGS,
    # It only ever masks the clip itself.
    fixed={"mode": "faithful", "residual": "exact"},
    hints=PromptHints(
        both_signs="Learns the sound from the + spans and the background from the − spans.",
    ),
    # Those that come with the program, and the listener's, which every engine may use.
    weights_in_use=lambda _options: (),
    is_default=True,
)
