"""What a DAW project shows: tracks with the exported files in their places, and markers.

Places are seconds. The tempo of a recording is unknown, so both projects have TEMPO and count in seconds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from samstudio.audio.errors import AudioError
from samstudio.audio.export.file_names import fill_template
from samstudio.audio.export.render_chain import RenderChain
from samstudio.session.clip import AudioClip
from samstudio.session.labels.label import Label
from samstudio.session.mix import Strip
from samstudio.session.take import Stem

DAWPROJECT, REAPER = "dawproject", "rpp"
"""The keys of the two projects among the files of an export, and the endings of their names."""
OWN_NAME = "{clip} {take}"
"""The template of what contains all files of an export: a project, a folder."""
TEMPO = 120.0
"""Beats per minute: what hosts begin a project with."""
COLORS: Mapping[str, str] = {Stem.TARGET: "#46b58e", Stem.RESIDUAL: "#a98bd4", "mix": "#7390bb"}
"""Of the tracks, as the lanes have them in the dark theme; the mix has that of the clip."""
EARLIER_COLOR = "#8fe3c2"
"""Of the targets that were taken out before, where no word tells them apart."""
PART_COLORS = ("#e07f9d", "#d9a05b", "#5fb0d8", "#a3c45f", "#cbb99a", "#d58ad0")
"""Of the parts of a recording, by their words, as in the lanes of the dark theme; see `part_color`."""
PICTURE_COLOR = "#6b7788"
_PLUS, _MINUS, _MARKER = "#2fd3c0", "#ff8f57", "#f0c453"
_UNUSABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, and control characters."""


@dataclass(frozen=True)
class DawMix:
    """What a DAW project shows besides the files of its export.

    `strips` by the files' stems, `labels` in the clip's seconds; `picture` is the recording's file, if it is a film.
    """

    strips: Mapping[str, Strip] = field(default_factory=dict)
    master_db: float = 0.0
    labels: Sequence[Label] = ()
    picture: Path | None = None
    colors: Mapping[str, str] = field(default_factory=dict)
    """By the files' stems, of those that have others than COLORS says."""


@dataclass(frozen=True)
class DawTrack:
    """A track with one sound file, from whose name it gets its own."""

    path: Path
    color: str
    channels: int
    strip: Strip = field(default_factory=Strip)

    @property
    def name(self) -> str:
        """As it is shown."""
        return plain_text(self.path.stem)


@dataclass(frozen=True)
class DawMarker:
    """`end` is that of a span; None: a point in time."""

    start: float
    end: float | None
    name: str
    color: str


@dataclass(frozen=True)
class Picture:
    """A film: its sound begins `delay` seconds after the file, which is `seconds` long, None if it does not say."""

    path: Path
    delay: float
    seconds: float | None


@dataclass(frozen=True)
class DawProject:
    """Tracks below one for the recording, `name`; all files begin at `start` and are `frames` long.

    `origin` is where the recording begins: at its time stamp, 0 without one. Fades are those of the tracks' clips.
    """

    name: str
    tracks: Sequence[DawTrack]
    origin: float
    start: float
    frames: int
    sample_rate: int
    markers: Sequence[DawMarker] = ()
    master_db: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    picture: Picture | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Length of the files."""
        return self.frames / self.sample_rate


def daw_project(
    clip: AudioClip,
    chain: RenderChain,
    tracks: Sequence[DawTrack],
    mix: DawMix,
    *,
    fades: tuple[float, float] = (0.0, 0.0),
    picture: Picture | None = None,
) -> DawProject:
    """The project of files that were made from a clip by `chain`. `fades` in seconds are not in the files."""
    origin = clip.time_reference or 0
    any_solo = any(track.strip.solo for track in tracks)
    return DawProject(
        plain_text(clip.name),
        [replace(track, strip=_host_strip(track.strip, any_solo)) for track in tracks],
        origin / clip.sample_rate,
        (origin + chain.first) / clip.sample_rate,
        chain.frames,
        chain.output_rate,
        _markers(mix.labels, chain, origin / clip.sample_rate),
        mix.master_db,
        *fades,
        picture,
        {"title": clip.name, **clip.tags},
    )


def _host_strip(strip: Strip, any_solo: bool) -> Strip:
    """The strip in a host where a mute may count more than a solo, and nothing is safe from others' solos."""
    is_safe = any_solo and strip.solo_safe and not strip.mute
    return replace(strip, mute=strip.mute and not strip.solo, solo=strip.solo or is_safe)


def _markers(labels: Sequence[Label], chain: RenderChain, origin: float) -> tuple[DawMarker, ...]:
    """The labels from `origin` on, limited to what the files contain, in order of time; none of them twice."""
    first = chain.first / chain.sample_rate
    last = first + chain.source_frames / chain.sample_rate
    markers = []
    for label in dict.fromkeys(labels):
        start, end, text = max(first, label.start), min(last, label.end), plain_text(label.text)
        if label.start == label.end and first <= start <= last:
            markers.append(DawMarker(origin + start, None, text, _MARKER))
        elif start < end:
            color = _PLUS if text.startswith("+") else _MINUS
            markers.append(DawMarker(origin + start, origin + end, text, color))
    return tuple(sorted(markers, key=lambda marker: marker.start))


def daw_paths(folder: Path, fields: Mapping[str, str]) -> dict[str, Path]:
    """The paths of both projects by their keys; they are named after the {clip} and the {take}."""
    name = fill_template(OWN_NAME, fields)
    return {key: folder / f"{name}.{key}" for key in (DAWPROJECT, REAPER)}


def plain_text(text: str) -> str:
    """`text` on one line, without characters that a project cannot hold."""
    return " ".join(_UNUSABLE.sub("", text).split())


def check_daw_path(path: Path) -> None:
    """Raises AudioError, in one sentence, for a path that cannot stand in a project as it is."""
    text = str(path)
    # A line is one fact of a REAPER project, and a quotation mark of any kind ends a text.
    if _UNUSABLE.search(text) or len(text.splitlines()) > 1 or all(mark in text for mark in "\"'`"):
        raise AudioError(
            f"The name “{plain_text(path.name)[:40]}” has characters that a DAW project cannot hold: rename the "
            "recording, or leave the project out."
        )
