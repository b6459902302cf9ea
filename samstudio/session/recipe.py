"""How stems came about, in words: for the comment in their files and for messages."""

from samstudio import __version__
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings


def recipe_text(prompt: Prompt, settings: SeparationSettings) -> str:
    """Engine, prompt, spans and seed in one line, the spans as the command line takes them."""
    parts = [f"SAM Studio {__version__}", f"engine {settings.engine}", f"seed {settings.seed}"]
    if prompt.text.strip():
        parts.append(f"prompt “{prompt.text.strip()}”")
    if prompt.active_spans:
        parts.append(f"spans {' '.join(map(span_text, prompt.active_spans))}")
    if not settings.silent_in_minus:
        parts.append("target not silenced in - spans")
    return ", ".join(parts)


def span_text(span: Span) -> str:
    """A span as `+1.5:3`, a box as `+1.5:3:200:4000`."""
    numbers = [span.start, span.end, span.low, span.high]
    return span.sign.value + ":".join(_short(number) for number in numbers if number is not None)


def _short(number: float) -> str:
    """To the millionth, without zeros at the end."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
