"""The description of the embedded engine."""

from samstudio.separation.engine import Engine
from samstudio.separation.engine_info import EngineInfo, PromptHints, PromptPart

WORDS = ("speech", "hum", "drums", "hiss", "clicks")
"""What it finds without a span; `words.meaning` understands some more of their kind."""


def _create() -> Engine:
    from samstudio.separation.spectral.engine import SpectralEngine

    return SpectralEngine()


ENGINE = EngineInfo(
    "spectral",
    "Spectral",
    "Learns the target from + spans and the background from − spans. Needs no weights.",
    _create,
    accepts=frozenset({PromptPart.TEXT, PromptPart.SPANS, PromptPart.BOXES}),
    words=WORDS,
    # It only ever masks the clip itself.
    fixed={"mode": "faithful", "residual": "exact"},
    hints=PromptHints(
        both_signs="Learns the sound from the + spans and the background from the − spans, then separates the whole "
        "clip.",
        words="From text alone this engine knows only {words}, and those roughly.",
    ),
    is_default=True,
)
