"""How stems came about, in words: for the comment in their files and for messages."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import PurePath
from typing import Any

from samstudio import __version__
from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import Region
from samstudio.session.sam_audio_settings import SamAudioSettings
from samstudio.session.take import SeparationSettings, Take


def recipe_text(prompt: Prompt, settings: SeparationSettings) -> str:
    """Engine, prompt, spans, places in the picture and seed in one line, the marks as the command line takes them."""
    parts = [f"SAM Studio {__version__}", f"engine {settings.engine}", f"seed {settings.seed}"]
    if prompt.text.strip():
        parts.append(f"prompt “{prompt.text.strip()}”")
    if prompt.active_spans:
        parts.append(f"spans {' '.join(map(span_text, prompt.active_spans))}")
    if prompt.regions:
        moves = len(prompt.regions) > 1
        parts.append(f"region {' '.join(region_text(region, timed=moves) for region in prompt.regions)}")
    if settings.engine == "sam-audio":
        parts += _sam_audio_parts(settings.sam_audio)
    if not settings.silent_in_minus:
        parts.append("target not silenced in - spans")
    return ", ".join(parts)


def recipe_facts(take: Take, sources: Sequence[Take] = ()) -> dict[str, Any]:
    """All that a take was made of, fit for JSON; `sources` are the takes that it came from."""
    facts = {"made_with": f"SAM Studio {__version__}", **_facts(take)}
    if sources:
        facts["taken_from_what_was_left_of"] = [_facts(source) for source in sources]
    return facts


def _facts(take: Take) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "take": take.name,
        "prompt": asdict(take.prompt),
        "settings": asdict(take.settings),
        "seconds": round(take.seconds, 2),
        "notices": list(take.notices),
    }
    # A folder's name only, not where it lies.
    for part in ("model", "judge"):
        facts["settings"]["sam_audio"][part] = PurePath(facts["settings"]["sam_audio"][part]).name
    return facts


def _sam_audio_parts(settings: SamAudioSettings) -> list[str]:
    """Which model, and what differs from its defaults; a folder's name only, not where it lies."""
    parts = [f"model {PurePath(settings.model).name}", f"preset {settings.preset}", str(settings.mode)]
    for said in fields(settings):
        value = getattr(settings, said.name)
        if said.name not in ("model", "judge", "preset", "mode") and value != said.default:
            parts.append(f"{said.name.replace('_', ' ')} {str(value).lower()}")
    return parts


def span_text(span: Span) -> str:
    """A span as `+1.5:3`, a box as `+1.5:3:200:4000`."""
    numbers = [span.start, span.end, span.low, span.high]
    return span.sign.value + ":".join(_short(number) for number in numbers if number is not None)


def region_text(region: Region, *, timed: bool) -> str:
    """A place in the picture as `0.1:0.2:0.5:0.4` (left, top, width, height), `timed` as `2.5@0.1:0.2:0.5:0.4`."""
    place = ":".join(_short(number) for number in (region.left, region.top, region.width, region.height))
    return f"{_short(region.time)}@{place}" if timed else place


def _short(number: float) -> str:
    """To the millionth, without zeros at the end."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
