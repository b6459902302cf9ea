"""The description of the embedded engine."""

from samstudio.separation.engine import Engine
from samstudio.separation.engine_info import EngineInfo, PromptHints, PromptPart
from samstudio.separation.listening.vocabulary import completions, understood
from samstudio.session.text.quoting import one_line

EXAMPLES = ("bird", "siren", "vocals", "drums", "hum")
"""Some of the words of resources/words."""


def text_hint(text: str) -> str:
    """What a text is understood as where no span is drawn."""
    meaning = understood(text)
    if meaning is None:
        return f"“{one_line(text.strip(), 60)}” is not among the words that this engine knows: mark a + span instead."
    if meaning.is_one_voice:
        return "Heard as Speech. Whose voice it is cannot be told from words: mark a + and a − span."
    return f"Heard as {', '.join(meaning.names[:3])}: it is marked where it is heard; spans that you draw decide."


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
