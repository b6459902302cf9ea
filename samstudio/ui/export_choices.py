"""What a person chose in the export dialog, and what it would write."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from samstudio.audio.formats import AudioFormat
from samstudio.audio.names import fill_template
from samstudio.session.take import Stem

FORMATS = {
    "WAV, 32-bit float (exact)": AudioFormat("wav", "32f"),
    "WAV, 24-bit": AudioFormat("wav", "24"),
    "WAV, 16-bit": AudioFormat("wav", "16"),
    "FLAC, 24-bit": AudioFormat("flac", "24"),
    "FLAC, 16-bit": AudioFormat("flac", "16"),
}
_RF64_BYTES = 1 << 32


@dataclass(frozen=True)
class ExportSource:
    """What can be exported: `selection` is the selected stretch in seconds, if there is one."""

    clip: str
    take: str
    sample_rate: int
    channels: int
    duration: float
    selection: tuple[float, float] | None = None

    def seconds(self, *, selection_only: bool) -> float:
        """Length of what is written."""
        if selection_only and self.selection:
            return self.selection[1] - self.selection[0]
        return self.duration


@dataclass(frozen=True)
class ExportChoices:
    """`stems` into `folder`, named by `template`; `gain_db` is common to all stems."""

    folder: Path
    template: str = "{clip}_{stem}"
    audio_format: AudioFormat = field(default_factory=AudioFormat)
    stems: tuple[Stem, ...] = (Stem.TARGET, Stem.RESIDUAL)
    selection_only: bool = False
    existing: Literal["ask", "number", "replace"] = "ask"
    """`ask` never reaches a file that exists: the dialog has asked by then."""
    gain_db: float = 0.0

    def paths(self, source: ExportSource) -> tuple[Path, ...]:
        """Where the stems go. Raises AudioError for a template that makes no sense."""
        names = [
            fill_template(self.template, {"clip": source.clip, "stem": stem, "take": source.take})
            for stem in self.stems
        ]
        return tuple(self.folder / (name + self.audio_format.suffix) for name in names)


def size_line(choices: ExportChoices, source: ExportSource) -> str:
    """`2 files · 48000 Hz, as the recording · 63 MB`."""
    count, depth = len(choices.stems), choices.audio_format.depth
    seconds = source.seconds(selection_only=choices.selection_only)
    each = seconds * source.sample_rate * source.channels * depth / 8
    most = "at most " if choices.audio_format.container == "flac" else ""
    long = " · as RF64, since it is above 4 GB" if each >= _RF64_BYTES and not most else ""
    size = f"{count * each / 1e6:.1f} MB" if count * each < 1e9 else f"{count * each / 1e9:.1f} GB"
    return (
        f"{count} {'file' if count == 1 else 'files'} · {source.sample_rate} Hz, as the recording · {most}{size}{long}"
    )
