"""Files that hold labels: text in several programs' formats, and markers in WAV files."""

import stat
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from samstudio.audio.atomic_file import clear_errors, write_whole
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import BLOCK
from samstudio.audio.files import probe
from samstudio.audio.metadata.cue import CueMarker, markers_in
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.audio.metadata.tags import metadata_of
from samstudio.session.clip import AudioClip
from samstudio.session.labels.audacity import write_audacity
from samstudio.session.labels.delimited import decoded
from samstudio.session.labels.label import Label, LabelError, Skipped
from samstudio.session.labels.reading import read_label_text
from samstudio.session.labels.subtitles import write_srt, write_vtt
from samstudio.session.labels.table import write_csv, write_reaper
from samstudio.session.labels.textgrid import write_textgrid

MAX_TEXT_BYTES = 8 << 20
WAV_SUFFIXES = (".wav", ".wave", ".bwf", ".rf64", ".w64")


@dataclass(frozen=True)
class LabelFormat:
    """A format that labels can be written in; `write` takes them and the recording's seconds, None for a WAV file."""

    name: str
    suffix: str
    write: Callable[[Sequence[Label], float], str] | None


LABEL_FORMATS = (
    LabelFormat("Audacity labels", ".txt", lambda labels, _: write_audacity(labels)),
    LabelFormat("Table (start, end, label)", ".csv", lambda labels, _: write_csv(labels)),
    LabelFormat("REAPER regions", ".csv", lambda labels, _: write_reaper(labels)),
    LabelFormat("SRT subtitles (to the millisecond)", ".srt", lambda labels, _: write_srt(labels)),
    LabelFormat("WebVTT subtitles (to the millisecond)", ".vtt", lambda labels, _: write_vtt(labels)),
    LabelFormat("Praat TextGrid", ".TextGrid", write_textgrid),
    LabelFormat("WAV with markers (a copy of the recording)", ".wav", None),
)
LABEL_SUFFIXES = (".txt", ".csv", ".tsv", ".srt", ".vtt", ".textgrid")
"""Endings of files that hold labels only."""


def label_reading(
    path: Path, sample_rate: float | None = None
) -> Generator[tuple[list[Label], list[Skipped]], None, None]:
    """`read_labels` as a generator with one step, for background jobs."""
    yield read_labels(path, sample_rate)


def read_labels(path: Path, sample_rate: float | None = None) -> tuple[list[Label], list[Skipped]]:
    """The labels in a file, and the lines that are skipped; `sample_rate` in Hz is that of times in samples.

    Raises AudioError.
    """
    try:
        # A device or a pipe may have no end, or no beginning.
        if not stat.S_ISREG(path.stat().st_mode):
            raise LabelError("This is not a file: choose one that holds labels.")
        if path.suffix.lower() in WAV_SUFFIXES:
            return _wav_labels(path), []
        return read_label_text(decoded(_data(path), "cp1252"), path.suffix, sample_rate)
    except OSError as error:
        raise AudioError(f"'{path}' can't be read: {error.strerror or error}.") from error
    except LabelError as error:
        raise AudioError(f"'{path.name}': {error}") from error


def _data(path: Path) -> bytes:
    """A file's bytes, as many as labels can have. Raises LabelError, OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise LabelError("This file is too large to be one of labels.")
    return data


def _wav_labels(path: Path) -> list[Label]:
    with path.open("rb") as file:
        markers = markers_in(read_kept_chunks(file))
    rate = probe(path).sample_rate
    return [
        Label(m.start / rate, (m.start + m.frames) / rate, m.text, f"marker {number}")
        for number, m in enumerate(markers, 1)
    ]


def write_labels(
    path: Path, label_format: LabelFormat, labels: Sequence[Label], clip: AudioClip
) -> Generator[float, None, None]:
    """Write the labels of `clip` beside `path` and move the file into place, yielding the fraction done (0..1).

    Raises AudioError.
    """
    if label_format.write is None:
        yield from _write_wav(path, labels, clip)
        return
    write_whole(path, label_format.write(labels, clip.duration).encode())


def _write_wav(path: Path, labels: Sequence[Label], clip: AudioClip) -> Generator[float, None, None]:
    """Write a 32-bit float copy, which holds every recording without loss."""
    with clear_errors(path):
        if clip.path is not None and path.exists() and path.samefile(clip.path):
            raise AudioError("That is the recording itself: choose another name for the copy with markers.")
    rate = clip.sample_rate
    markers = [CueMarker(round(x.start * rate), round(x.end * rate) - round(x.start * rate), x.text) for x in labels]
    with AudioWriter(
        path,
        rate,
        clip.channels,
        AudioFormat("wav", "32f"),
        metadata=replace(metadata_of(clip), markers=markers),
        overwrite=True,
    ) as writer:
        for start in range(0, clip.frames, BLOCK):
            writer.write(clip.samples[start : start + BLOCK])
            yield start / clip.frames
