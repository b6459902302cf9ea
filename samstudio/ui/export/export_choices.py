"""What the user chose in the export dialog, and what it would write."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.daw.daw_project import OWN_NAME, daw_paths
from samstudio.audio.export.export_request import Normalise, Trim, video_path
from samstudio.audio.export.file_names import fill_template, shortened_note, stem_paths
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem

FORMATS = {
    "WAV, 32-bit float (exact)": AudioFormat("wav", "32f"),
    "WAV, 24-bit": AudioFormat("wav", "24"),
    "WAV, 16-bit": AudioFormat("wav", "16"),
    "FLAC, 24-bit": AudioFormat("flac", "24"),
    "FLAC, 16-bit": AudioFormat("flac", "16"),
    "AIFF, 24-bit": AudioFormat("aiff", "24"),
    "AIFF, 16-bit": AudioFormat("aiff", "16"),
    "MP3 (lossy)": AudioFormat("mp3", "lossy"),
    "Ogg Vorbis (lossy)": AudioFormat("ogg", "lossy"),
    "Opus (lossy)": AudioFormat("opus", "lossy"),
    "M4A, AAC (lossy)": AudioFormat("m4a", "lossy"),
}
MIX = "mix"
"""The mixer's bounce, by the name that its file gets."""
_RF64_BYTES = 1 << 32


@dataclass(frozen=True)
class ExportSource:
    """What can be exported: `selection` is the selected stretch in seconds, if there is one.

    `earlier` are the names of the targets taken out before, in order, where the take came from what those left.
    """

    clip: str
    take: str
    sample_rate: int
    channels: int
    duration: float
    selection: Stretch | None = None
    earlier: tuple[str, ...] = ()
    video: Path | None = None
    """The file of the recording, if it has a video."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the stems are called in file names, by `target`, `residual` and the names in `earlier`."""


@dataclass(frozen=True)
class ExportChoices:
    """`stems` (and the mix) into `folder`, named by `template`; gains are common to all."""

    folder: Path
    template: str = "{clip}_{stem}"
    audio_format: AudioFormat = field(default_factory=AudioFormat)
    stems: tuple[str, ...] = (Stem.TARGET, Stem.RESIDUAL)
    selection_only: bool = False
    existing: Literal["ask", "number", "replace"] = "ask"
    """`ask` never reaches a file that exists: the dialog has asked by then."""
    gain_db: float = 0.0
    keeps_length: bool = False
    """With `selection_only`: as long as the recording, silent round the selection."""
    sample_rate: int | None = None
    """Hz, None for the recording's."""
    normalise: Normalise | None = None
    fade_in: float = 0.0
    """Seconds."""
    fade_out: float = 0.0
    gate: float | None = None
    """A noise gate's threshold in dBFS."""
    trim: Trim | None = None
    """Not with `keeps_length`, nor with a video."""
    markers: bool = False
    """Whether the spans travel as markers (WAV)."""
    record: bool = False
    """Whether a recipe (JSON) is written next to the files."""
    video: str = ""
    """The stem that becomes the sound of the video, or the mix; empty: none."""
    makes_folder: bool = False
    """Whether a missing `folder` is made: the user has agreed."""
    daw_project: bool = False
    """Whether DAW projects with the files as tracks are written; not with a lossy format."""
    own_folder: bool = False
    """Whether they get a folder of their own inside `folder`."""

    @property
    def sound(self) -> "ExportChoices | None":
        """All that the highest peak depends on; None where it makes no difference or is found anyway."""
        has_integers = bool(self.video) or (bool(self.stems) and not self.audio_format.is_float)
        if not has_integers or self.normalise is not None:
            return None
        plain = replace(self, folder=Path(), template="", existing="ask")
        return replace(plain, markers=False, record=False, own_folder=False)

    def goal_folder(self, source: ExportSource) -> Path:
        """Where the files go."""
        if not self.own_folder:
            return self.folder
        return self.folder / fill_template(OWN_NAME, {"clip": source.clip, "take": source.take})

    def paths(self, source: ExportSource) -> Mapping[str, Path]:
        """Where each stem goes. Raises AudioError for a template that makes no sense."""
        fields = {"clip": source.clip, "take": source.take}
        folder = self.goal_folder(source)
        paths = stem_paths(folder, self.template, self.stems, fields, self.audio_format.suffix, source.names)
        if self.video and source.video is not None:
            paths |= video_path(folder, self.template, fields, source.video, self.video, source.names)
        return paths | (daw_paths(folder, fields) if self.daw_project else {})

    def name_note(self, source: ExportSource) -> str:
        """A sentence if the files' names are shortened; empty otherwise."""
        stems = [*self.stems, *([self.video] if self.video and source.video is not None else [])]
        return shortened_note(self.template, stems, {"clip": source.clip, "take": source.take}, source.names)

    def goal_rate(self, source: ExportSource) -> int:
        """The files' rate in Hz."""
        return self.audio_format.rate_for(self.sample_rate or source.sample_rate)

    def seconds(self, source: ExportSource) -> float:
        """Length of the files, before silence is trimmed."""
        if self.selection_only and source.selection and not self.keeps_length:
            return source.selection[1] - source.selection[0]
        return source.duration


def size_line(choices: ExportChoices, source: ExportSource) -> str:
    """`2 files · 48000 Hz, as the recording · 63 MB`."""
    count, depth, rate = len(choices.stems), choices.audio_format.depth, choices.goal_rate(source)
    more = [*(["a video"] if choices.video else []), *(["a DAW project"] if choices.daw_project else [])]
    files = " and ".join([f"{count} {'file' if count == 1 else 'files'}", *more])
    whence = "as the recording" if rate == source.sample_rate else f"resampled from {source.sample_rate} Hz"
    if choices.audio_format.is_lossy:
        return f"{files} · {rate} Hz, {whence} · lossy, not the exact result"
    seconds = choices.seconds(source)
    sizes = [seconds * rate * (2 if stem == MIX else source.channels) * depth / 8 for stem in choices.stems]
    # The archive has a copy of each.
    total = sum(sizes) * (2 if choices.daw_project else 1)
    most = "at most " if choices.audio_format.container == "flac" or choices.trim else ""
    long = " · as RF64, since it is above 4 GB" if max(sizes, default=0) >= _RF64_BYTES and not most else ""
    size = f"{total / 1e6:.1f} MB" if total < 1e9 else f"{total / 1e9:.1f} GB"
    return f"{files} · {rate} Hz, {whence} · {most}{size}{long}"
