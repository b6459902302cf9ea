"""Subtitles as labels: SubRip (SRT) and WebVTT, which Audacity 3.5 and later write too.

Points are left out: a cue has a length. Times are whole milliseconds; a band and [muted] travel in the text. Sources:
W3C, "WebVTT: The Web Video Text Tracks Format"; SubRip has no standard, and is read as players read it.
"""

import html
import re
from collections.abc import Sequence

from samstudio.session.labels.label import Label, LabelError, Skipped

_TIME = r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_TAGS = re.compile(r"</?(?:[ibus]|c|v|lang|ruby|rt|font|\d[\d:.]*)(?:[ .][^>]*)?>|\{\\[^}]*\}", re.IGNORECASE)
"""Formatting, voices and times within a cue."""
_NOT_CUES = ("WEBVTT", "NOTE", "STYLE", "REGION")


def write_srt(labels: Sequence[Label]) -> str:
    """SubRip, the labels in their order: the later one of two that overlap decides."""
    cues = [
        f"{number}\n{_stamp(start, ',')} --> {_stamp(end, ',')}\n{label.text}\n"
        for number, (label, start, end) in enumerate(map(_in_milliseconds, _cues(labels)), 1)
    ]
    return "\n".join(cues)


def write_vtt(labels: Sequence[Label]) -> str:
    """WebVTT, the labels in their order: the later one of two that overlap decides."""
    cues = [
        f"{_stamp(start, '.')} --> {_stamp(end, '.')}\n{html.escape(label.text, quote=False)}\n"
        for label, start, end in map(_in_milliseconds, _cues(labels))
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _cues(labels: Sequence[Label]) -> list[Label]:
    return [label for label in labels if label.start != label.end]


def _in_milliseconds(label: Label) -> tuple[Label, int, int]:
    """Start and end, a millisecond apart at least: a cue without length is none."""
    start = round(label.start * 1000.0)
    return label, start, max(start + 1, round(label.end * 1000.0))


def _stamp(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def is_subtitles(text: str) -> bool:
    """Whether a text is WebVTT, or has the times of a cue in one of its first lines."""
    head = text[:4096]
    return head.lstrip().startswith("WEBVTT") or any(_TIMING.fullmatch(line) for line in head.split("\n"))


def read_subtitles(text: str) -> tuple[list[Label], list[Skipped]]:
    """The cues, and the lines that are none; formatting is left out. Raises LabelError where there is no cue."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    labels: list[Label] = []
    skipped: list[Skipped] = []
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line)
            continue
        if block:
            _read_block(block, number - len(block), labels, skipped, is_vtt=is_vtt)
        block = []
    if not is_vtt and not any("-->" in line for line in text.split("\n")):
        raise LabelError("These are not subtitles: no line has two times with --> between them.")
    return labels, skipped


def _read_block(block: Sequence[str], first: int, labels: list[Label], skipped: list[Skipped], *, is_vtt: bool) -> None:
    """One cue, with its number or name before its times, or several that no empty line parts."""
    arrows = [place for place, line in enumerate(block) if _TIMING.fullmatch(line)]
    # The words of a cue may hold an arrow too.
    arrows = arrows or [place for place, line in enumerate(block) if "-->" in line][:1]
    if not arrows:
        if not (is_vtt and block[0].split()[0] in _NOT_CUES):
            skipped.append(Skipped(f"line {first}", block[0], "it has no times with --> between them"))
        return
    for place, until in zip(arrows, [*arrows[1:], len(block)], strict=True):
        where, lines = f"line {first + place}", block[place + 1 : until]
        # The number of the next cue is no text of this one.
        if until < len(block) and lines and lines[-1].strip().isdecimal():
            lines = lines[:-1]
        words = _words(" ".join(lines), is_vtt=is_vtt)
        times = _TIMING.fullmatch(block[place])
        if times is None:
            skipped.append(Skipped(where, words or block[place], "its times are not hours:minutes:seconds.thousandths"))
            continue
        try:
            labels.append(Label(_seconds(times.groups()[:4]), _seconds(times.groups()[4:]), words, where))
        except ValueError as reason:
            skipped.append(Skipped(where, words, str(reason)))


def _words(text: str, *, is_vtt: bool) -> str:
    plain = " ".join(_TAGS.sub("", text).split())
    return html.unescape(plain) if is_vtt else plain


def _seconds(parts: Sequence[str | None]) -> float:
    """Raises ValueError with the reason why it is no time."""
    hours, minutes, seconds, fraction = parts
    if int(seconds or 0) > 59 or (hours is not None and int(minutes or 0) > 59):
        raise ValueError("its minutes or seconds are above 59")
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole + float(f"0.{fraction or 0}")
