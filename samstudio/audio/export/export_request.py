"""What an export is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.video_sink import film_suffix
from samstudio.audio.export.file_names import stem_paths
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.cue import Marker
from samstudio.session.clip import AudioClip, Samples

FILM = "film"
"""What the film is called among the stems."""


@dataclass(frozen=True)
class Normalise:
    """One common gain for all files, so that the loudest of them comes to `level`: dBFS of its peak, or LUFS."""

    measure: Literal["peak", "loudness"]
    level: float


@dataclass(frozen=True)
class Trim:
    """Cut what is silent before the first sound of all files and after the last, at the same places in each.

    Silent is below `threshold` dBFS, before any gain; `pad` seconds of it stay.
    """

    threshold: float = -60.0
    pad: float = 0.05


@dataclass(frozen=True)
class FullLength:
    """What some of the stems, `parts`, add up to: `name` in words. Without parts nobody knows."""

    samples: Samples
    parts: tuple[str, ...] = ("target", "residual")
    """By their names among the stems; each but the last two was taken from what the parts after it are made of."""
    name: str = "the clip"


@dataclass(frozen=True)
class VideoExport:
    """The film `source` with other sound, of the clip's length; the file is named after the `stem` that it is."""

    source: Path
    stem: str
    sound: Samples


@dataclass(frozen=True)
class ExportRequest:
    """What to write where.

    `stems`: sound by the name it gets in `template` (fields {clip}, {stem}, {take}), each of the clip's length.
    `start` to `stop` in frames; with `keeps_length` the files are as long as the clip, silent outside. `sample_rate` in
    Hz, None for the clip's; `gain_db` is common to all stems, and comes on top of `normalise`. `gate` is the threshold
    in dBFS of a noise gate that each file goes through before anything else. `existing`: "ask" refuses with an
    AudioError (look at `goal_paths` before), "number" finds free names, "replace" replaces. `recipe` is how the stems
    came about, for the files' comment; `record`, unless empty, is written beside them as a JSON file. To both is added
    what the export itself did.
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
    markers: Sequence[Marker] = ()
    recipe: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    makes_folder: bool = False
    """Whether `folder` is made where it is missing; it goes again if nothing gets into it."""
    recipes: Mapping[str, str] = field(default_factory=dict)
    """Of stems that came about in another way than `recipe` says, by their names."""
    whole: FullLength | None = None
    """None: target and residual are the clip."""
    film: VideoExport | None = None

    @cached_property
    def render_chain(self) -> RenderChain:
        """How each stem gets into its file."""
        stop = self.clip.frames if self.stop is None else min(self.stop, self.clip.frames)
        rate = self.clip.sample_rate
        goal = self.format.rate_for(self.sample_rate or rate)
        fades = self.fade_in, self.fade_out
        return RenderChain(self.start, stop, self.clip.frames, rate, goal, self.keeps_length, *fades, self.gate)

    @property
    def gain(self) -> float:
        """The common gain as a factor."""
        return float(10.0 ** (self.gain_db / 20.0))


def output_paths(request: ExportRequest) -> dict[str, Path]:
    """Where each stem and the FILM go, before a look at what exists.

    Raises AudioError for a template that makes no sense.
    """
    fields = {"clip": request.clip.name, "take": request.take}
    folder, template, film = request.folder, request.template, request.film
    paths = stem_paths(folder, template, request.stems, fields, request.format.suffix)
    if film is not None:
        paths |= film_path(folder, template, fields, film.source, film.stem)
    return paths


def film_path(folder: Path, template: str, fields: Mapping[str, str], source: Path, stem: str) -> dict[str, Path]:
    """Where the FILM goes. Raises AudioError."""
    return {FILM: stem_paths(folder, template, [stem], fields, film_suffix(source))[stem]}
