"""How stems were made, in words: for the comment in their files and for messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from samstudio import __version__
from samstudio.session.correction import Correction
from samstudio.session.engine_settings import PartSetting, Setting, Table, Value
from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import Region
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Take
from samstudio.session.text.wording import worded
from samstudio.session.video.objects import Mark, VideoObject


def recipe_text(
    prompt: Prompt,
    settings: SeparationSettings,
    table: Table = (),
    stretch: Stretch | None = None,
    correction: Correction | None = None,
) -> str:
    """Engine, prompt, spans, objects and seed in one line, spans, regions and clicks as the command line accepts them.

    `table` are the engine's own settings, of which it names those marked `in_recipe` and those off their default; of a
    take of a part `stretch` is that part (seconds). `correction` is what was done to the sound after that.
    """
    parts = [f"SAM Studio {__version__}", f"engine {settings.engine}", f"seed {settings.seed}"]
    if prompt.text.strip():
        parts.append(f"prompt “{prompt.text.strip()}”")
    parts += [f"left out “{left}”" for left in worded(prompt.text).left_out]
    if prompt.active_spans:
        parts.append(f"spans {' '.join(map(span_text, prompt.active_spans))}")
    if prompt.dismissed:
        parts.append(f"dismissed {' '.join(map(span_text, prompt.dismissed))}")
    parts += [object_text(known) for known in prompt.active_objects]
    if stretch is not None:
        parts.append(f"range {':'.join(map(_short, stretch))} only")
    parts += [_option_text(row, settings.options[row.name]) for row in table if _is_named(row, settings.options)]
    if not settings.silent_in_minus:
        parts.append("target not silenced in - spans")
    if correction is not None:
        parts += correction_texts(correction)
    return ", ".join(parts)


def correction_texts(correction: Correction) -> tuple[str, ...]:
    """`strength +3.0 dB` and `edited by hand: 2 strokes`, as far as they are so."""
    strength = (f"strength {correction.strength_db:+.1f} dB",) if correction.strength_db else ()
    by_hand = (f"edited by hand: {strokes_text(correction)}",) if correction.strokes else ()
    return strength + by_hand


def strokes_text(correction: Correction) -> str:
    """`1 stroke`, `2 strokes`."""
    return f"{correction.strokes} stroke{'s' if correction.strokes > 1 else ''}"


def recipe_facts(take: Take, sources: Sequence[Take], table_of: Callable[[str], Table]) -> dict[str, Any]:
    """All that a take was made of, fit for JSON; `sources` are the takes that it came from.

    `table_of` gives the settings that an engine has of its own.
    """
    facts = {"made_with": f"SAM Studio {__version__}", **_facts(take, table_of)}
    if sources:
        facts["taken_from_what_was_left_of"] = [_facts(source, table_of) for source in sources]
    return facts


def _facts(take: Take, table_of: Callable[[str], Table]) -> dict[str, Any]:
    settings = take.settings
    # A folder's name only, not where it lies.
    parts = {
        row.name: row.bare(settings.options[row.name])
        for row in table_of(settings.engine)
        if isinstance(row, PartSetting) and row.name in settings.options
    }
    return {
        "take": take.name,
        "prompt": asdict(take.prompt),
        **({"range": list(take.stretch)} if take.stretch is not None else {}),
        "settings": {
            "engine": settings.engine,
            "device": settings.device,
            "seed": settings.seed,
            "silent_in_minus": settings.silent_in_minus,
            "options": {**settings.options, **parts},
        },
        **({"corrected": list(texts)} if (texts := correction_texts(take.sound.correction)) else {}),
        **({"predicted": [span_text(span) for span in take.predicted]} if take.predicted else {}),
        "seconds": round(take.seconds, 2),
        "notices": list(take.notices),
    }


def _is_named(row: Setting, options: Mapping[str, Value]) -> bool:
    """Whether a setting differs from its default, or is named in any case."""
    return row.changes_result and row.name in options and (row.in_recipe or options[row.name] != row.default)


def _option_text(row: Setting, value: Value) -> str:
    shown = row.bare(value) if isinstance(row, PartSetting) else str(value).lower()
    return f"{row.name.replace('_', ' ')} {shown}"


def span_text(span: Span) -> str:
    """A span as `+1.5:3`, a box as `+1.5:3:200:4000`."""
    numbers = [span.start, span.end, span.low, span.high]
    return span.sign.value + ":".join(_short(number) for number in numbers if number is not None)


def region_text(region: Region, *, timed: bool) -> str:
    """A region as `0.1:0.2:0.5:0.4` (left, top, width, height), `timed` as `2.5@0.1:0.2:0.5:0.4`."""
    place = ":".join(_short(number) for number in (region.left, region.top, region.width, region.height))
    return f"{_short(region.time)}@{place}" if timed else place


def object_text(known: VideoObject) -> str:
    """The marks of an object: `region 0.1:0.2:0.5:0.4`, or `object “drummer” click 1.5:0.3:0.2:+ absent 4`."""
    if not known.follows:
        moves = len(known.marks) > 1
        return f"region {' '.join(region_text(region, timed=moves) for region in known.regions)}"
    name = f" “{known.name}”" if known.name else ""
    return f"object{name} {' '.join(map(_mark_text, known.marks))}"


def _mark_text(mark: Mark) -> str:
    if mark.absent:
        return f"absent {_short(mark.time)}"
    clicks = [
        f"click {':'.join(map(_short, (mark.time, click.x, click.y)))}:{'+' if click.positive else '-'}"
        for click in mark.clicks
    ]
    box = [] if mark.box is None else [f"box {_short(mark.time)}@{':'.join(map(_short, mark.box))}"]
    choice = [] if mark.choice is None else [f"mask {mark.choice + 1}"]
    return " ".join(box + clicks + choice)


def _short(number: float) -> str:
    """To the millionth, without zeros at the end."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
