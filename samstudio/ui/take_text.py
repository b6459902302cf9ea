"""A take in words."""

from samstudio.session.take import Take
from samstudio.ui.prompt_hint import count_marks
from samstudio.ui.time_text import format_length, format_time

_ENGINE_TITLES = {"spectral": "Spectral", "sam-audio": "SAM Audio"}


def prompt_line(take: Take) -> str:
    """`acoustic guitar · + 2  − 1`."""
    plus, minus, boxes = count_marks(take.prompt)
    counts = [f"{sign} {count}" for count, sign in ((plus, "+"), (minus, "−"), (boxes, "□")) if count]
    return " · ".join(part for part in (take.prompt.text, "  ".join(counts)) if part)


def work_line(take: Take, stopped_at: float | None) -> str:
    """`Spectral · 12.3 s · rough`; `stopped_at` in seconds for a take that was cut short."""
    parts = [_ENGINE_TITLES.get(take.settings.engine, take.settings.engine)]
    if stopped_at is not None:
        parts.append(f"stopped at {format_time(stopped_at, 0)}")
    parts.append(format_length(take.seconds))
    if any(remark.lower().startswith("rough") for remark in take.remarks):
        parts.append("rough")
    return " · ".join(parts)


def describe_take(take: Take, stopped_at: float | None) -> str:
    """Everything about a take, line by line."""
    lines = [take.name, prompt_line(take), f"{work_line(take, stopped_at)} to compute", f"Seed {take.settings.seed}"]
    return "\n".join(line for line in (*lines, *take.remarks) if line)
