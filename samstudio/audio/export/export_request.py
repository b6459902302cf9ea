"""The request for an export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.video_sink import video_suffix
from samstudio.audio.export.daw.daw_project import DawMix, daw_paths
from samstudio.audio.export.file_names import NO_NAMES, shortened_note, stem_paths
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.cue import CueMarker
from samstudio.dsp.levels import gain_factor
from samstudio.session.clip import AudioClip, Samples

VIDEO = "video"
"""The key of the video file among the stems."""


@dataclass(frozen=True)
class Normalise:
    """One common gain for all files that brings the loudest of them to `level`: dBFS of its peak, or LUFS."""

    measure: Literal["peak", "loudness"]
    level: float


@dataclass(frozen=True)
class Trim:
    """Cut the silence before the first and after the last sound in any file, at the same places in each.

    Silence is below `threshold` dBFS, before any gain; `pad` seconds of it are kept.
    """

    threshold: float = -60.0
    pad: float = 0.05


@dataclass(frozen=True)
class FullLength:
    """What some of the stems, `parts`, add up to; `name` is its name in sentences. Without parts it is unknown."""

    samples: Samples
    parts: tuple[str, ...] = ("target", "residual")
    """Names of stems. The source of each but the last two is the sum of itself and the parts after it."""
    name: str = "the clip"


@dataclass(frozen=True)
class VideoExport:
    """The video `source` with another `sound` of the clip's length; the file is named after the `stem` it contains."""

    source: Path
    stem: str
    sound: Samples


@dataclass(frozen=True)
class ExportRequest:
    """What to write, and where.

    `stems`: sound by the name it gets in `template` (fields {clip}, {stem}, {take}), each of the clip's length.
    `start` to `stop` in frames; with `keeps_length` the files are as long as the clip, silent outside. `sample_rate` in
    Hz, None for the clip's; `gain_db` is common to all stems, and comes on top of `normalise`. `gate` is the threshold
    in dBFS of a noise gate that each file goes through before anything else. `existing`: "ask" refuses with an
    AudioError (check `output_paths` before), "number" finds free names, "replace" replaces. `recipe` says how the stems
    were made, for the files' comment; `record`, unless empty, is written beside them as a JSON file. The export's own
    processing is added to both.
    """

    stems: Mapping[str, Samples]
    clip: AudioClip
    folder: Path
    template: str = "{clip}_{stem}"
    take: str = ""
    format: AudioFormat = field(default_factory=AudioFormat)
    start: int = 0
    stop: int | None = None
    keeps_length: bool = False
    sample_rate: int | None = None
    fade_in: float = 0.0
    fade_out: float = 0.0
    gate: float | None = None
    trim: Trim | None = None
    gain_db: float = 0.0
    normalise: Normalise | None = None
    existing: Literal["ask", "number", "replace"] = "ask"
    markers: Sequence[CueMarker] = ()
    recipe: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    makes_folder: bool = False
    """Whether a missing `folder` is made; it is removed again if nothing is written into it."""
    recipes: Mapping[str, str] = field(default_factory=dict)
    """By stem name, for stems that were made otherwise than `recipe` says."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What {stem} becomes, by the stems' names; a name that is missing here stays as it is."""
    whole: FullLength | None = None
    """None: target and residual add up to the clip."""
    video: VideoExport | None = None
    daw: DawMix | None = None
    """What the DAW projects beside the files show, None without them. The fades are theirs, see `clip_fades`."""

    @cached_property
    def render_chain(self) -> RenderChain:
        """The processing of each stem on its way into its file."""
        stop = self.clip.frames if self.stop is None else min(self.stop, self.clip.frames)
        rate = self.clip.sample_rate
        output_rate = self.format.rate_for(self.sample_rate or rate)
        fades = (0.0, 0.0) if any(self.clip_fades) else (self.fade_in, self.fade_out)
        return RenderChain(self.start, stop, self.clip.frames, rate, output_rate, self.keeps_length, *fades, self.gate)

    @property
    def clip_fades(self) -> tuple[float, float]:
        """The fades, in seconds, that the DAW projects apply to the files' ends, and that are not in the files.

        In files of the clip's length the range may end anywhere: they have the fades themselves.
        """
        return (0.0, 0.0) if self.daw is None or self.keeps_length else (self.fade_in, self.fade_out)

    @property
    def gain(self) -> float:
        """The common gain as a factor."""
        return gain_factor(self.gain_db)


def output_paths(request: ExportRequest) -> dict[str, Path]:
    """The path of each stem, of the VIDEO and of the DAW projects, without checking what exists.

    Raises AudioError for a template that cannot be used.
    """
    fields = {"clip": request.clip.name, "take": request.take}
    folder, template, video = request.folder, request.template, request.video
    paths = stem_paths(folder, template, request.stems, fields, request.format.suffix, request.names)
    if video is not None:
        paths |= video_path(folder, template, fields, video.source, video.stem, request.names)
    return paths | (daw_paths(folder, fields) if request.daw is not None else {})


def name_note(request: ExportRequest) -> str:
    """A sentence that says that names were shortened; empty if they were not."""
    fields = {"clip": request.clip.name, "take": request.take}
    stems = [*request.stems, *([request.video.stem] if request.video is not None else [])]
    return shortened_note(request.template, stems, fields, request.names)


def video_path(
    folder: Path,
    template: str,
    fields: Mapping[str, str],
    source: Path,
    stem: str,
    names: Mapping[str, str] = NO_NAMES,
) -> dict[str, Path]:
    """The path of the VIDEO, named after its `stem` as in `stem_paths`. Raises AudioError."""
    return {VIDEO: stem_paths(folder, template, [stem], fields, video_suffix(source), names)[stem]}
