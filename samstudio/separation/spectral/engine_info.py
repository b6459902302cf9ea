"""The description of the embedded engine."""

from samstudio.separation.engine import Engine
from samstudio.separation.engine_info import EngineInfo, PromptHints, PromptPart
from samstudio.separation.listening.vocabulary import KINDS_OF_CLASSES, completions, understood
from samstudio.session.text.quoting import one_line

EXAMPLES = ("bird", "siren", "vocals", "drums", "hum")
"""Some of the words of resources/words."""


def text_hint(text: str) -> str:
    """What a text is understood as where no span is drawn."""
    meaning = understood(text)
    if meaning is None:
        return f"“{one_line(text.strip(), 60)}” is not among the words that this engine knows: mark a + span instead."
    if meaning.refusal:
        return meaning.refusal
    heard = f"Heard as {', '.join(meaning.names[:3])}"
    if meaning.unknown:
        heard = (
            f"“{meaning.phrase}” is heard as {', '.join(meaning.names[:3])}; “{' '.join(meaning.unknown)}” is not known"
        )
    if meaning.names[0] in KINDS_OF_CLASSES:
        return f"{heard}: it is found by its structure, in the whole recording."
    return f"{heard}. It is marked where it is heard; spans that you draw decide."


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
    complete=completions,
    # It only ever masks the clip itself.
    fixed={"mode": "faithful", "residual": "exact"},
    hints=PromptHints(
        both_signs="Learns the sound from the + spans and the background from the − spans, then separates the whole "
        "clip.",
    ),
    is_default=True,
)
