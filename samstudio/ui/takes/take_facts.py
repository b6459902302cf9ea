"""What a take was made with, as names and values: for its details, and to compare two takes line by line."""

from collections.abc import Mapping

from samstudio.separation.registry import engine_title, settings_table
from samstudio.session.engine_settings import NOTHING
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Take, machine_of
from samstudio.session.text.recipe import strokes_text
from samstudio.ui.takes.take_text import (
    FROM_CACHE,
    format_strength,
    overall_text,
    part_line,
    score_parts,
    stop_text,
    take_scores,
)
from samstudio.ui.time_formats import TimeUnit, time_format
from samstudio.ui.time_text import format_band, format_length

_MOST_SPANS = 8
_MINUTE = 59.9995
"""Seconds that read as a minute."""
NONE = NOTHING


def take_facts(take: Take, stopped_at: float | None, names: Mapping[str, str]) -> dict[str, str]:
    """Name to value, in the order to show; `names` are the takes' by their ids, `stopped_at` is in seconds."""
    settings, scores = take.settings, take_scores(take)
    facts = {
        "Text": take.prompt.text.strip() or NONE,
        "Spans": _spans(take.prompt),
        "Made from": f"residual of {names.get(take.source, 'a deleted take')}" if take.source else "the recording",
        **({"Separated": part_line(take).lower()} if take.stretch is not None else {}),
        **({"Spliced in": _parts(take)} if take.sound.parts else {}),
        **_correction(take),
        "Engine": engine_title(settings.engine),
        **_options(settings),
        "In − spans": "target silenced" if settings.silent_in_minus else "not silenced",
        "Seed": str(settings.seed),
        "Device": device_text(settings.device),
        "Computing time": FROM_CACHE if take.from_cache else format_length(take.seconds),
        "Length": "complete" if stopped_at is None else stop_text(stopped_at),
    }
    if scores is not None:
        facts["Scores"] = " · ".join(part for part in (overall_text(scores), score_parts(scores)) if part)
    if take.notices:
        facts["Notices"] = "\n".join(take.notices)
    return facts


def device_text(device: str) -> str:
    """A device of settings as the user knows it."""
    machine = machine_of(device)
    return f"{machine} (remote)" if machine else {"auto": "automatic", "cpu": "CPU"}.get(device, device)


def _correction(take: Take) -> dict[str, str]:
    """What was done to the take's sound since it was separated."""
    correction = take.sound.correction
    return {
        **({"Strength": format_strength(correction.strength_db)} if correction.strength_db else {}),
        **({"Edited by hand": strokes_text(correction)} if correction.strokes else {}),
    }


def _parts(take: Take) -> str:
    """The parts that replace the take's own sound."""
    written = time_format().text
    return "\n".join(f"{written(part.start)} – {written(part.end)}: {part.origin}" for part in take.sound.parts)


def _spans(prompt: Prompt) -> str:
    spans = prompt.active_spans
    shown = [_span(span) for span in spans[:_MOST_SPANS]]
    more = [f"and {len(spans) - _MOST_SPANS} more"] if len(spans) > _MOST_SPANS else []
    return ", ".join(shown + more) or NONE


def _span(span: Span) -> str:
    """`+ 1.5–3`, a box as `+ 1.5–3 (200 – 4000 Hz)`; a line never breaks between the sign and its times."""
    band = f" ({format_band(span.low, span.high)})" if span.is_box else ""
    sign = "+" if span.sign is Sign.PLUS else "−"
    is_short = time_format().unit is TimeUnit.CLOCK and span.end < _MINUTE
    start, end = (f"{round(time, 3):g}" if is_short else time_format().text(time) for time in (span.start, span.end))
    return f"{sign}\N{NO-BREAK SPACE}{start}–{end}{band}"


def _options(settings: SeparationSettings) -> dict[str, str]:
    """The engine's own settings under the titles of its table; unknown ones under their own names."""
    rows = settings_table(settings.engine)
    known = {row.name for row in rows}
    facts = {
        row.fact or row.title: row.text(settings.options.get(row.name, row.default))
        for row in rows
        if row.changes_result
    }
    return facts | {name: str(value) for name, value in settings.options.items() if name not in known}
