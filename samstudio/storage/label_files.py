"""Files that hold labels: text in several programs' formats, and markers in WAV files."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from samstudio.audio.atomic_file import AtomicFile, clear_errors, place_all
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import BLOCK
from samstudio.audio.files import probe
from samstudio.audio.metadata.cue import Marker, markers_in
from samstudio.audio.metadata.riff import read_notes
from samstudio.audio.metadata.tags import metadata_of
from samstudio.session.clip import AudioClip
from samstudio.session.labels.audacity import read_audacity, write_audacity
from samstudio.session.labels.label import Label, LabelError, Skipped
from samstudio.session.labels.table import read_table, write_csv, write_reaper
from samstudio.session.labels.textgrid import read_textgrid, write_textgrid

MAX_TEXT_BYTES = 16 << 20
WAV_SUFFIXES = (".wav", ".wave", ".bwf", ".rf64", ".w64")
Read = Callable[[str], tuple[list[Label], list[Skipped]]]


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
    LabelFormat("Praat TextGrid", ".TextGrid", write_textgrid),
    LabelFormat("WAV with markers (a copy of the recording)", ".wav", None),
)
LABEL_SUFFIXES = (".txt", ".csv", ".tsv", ".textgrid")
"""Endings of files that hold labels only."""


def label_reading(path: Path) -> Generator[tuple[list[Label], list[Skipped]], None, None]:
    """`read_labels` as a generator with one step, for background jobs."""
    yield read_labels(path)


def read_labels(path: Path) -> tuple[list[Label], list[Skipped]]:
    """The labels in a file, and the lines that are skipped. Raises AudioError."""
    try:
        if path.suffix.lower() in WAV_SUFFIXES:
            return _wav_labels(path), []
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise LabelError(f"'{path.name}' is too large to be a file of labels.")
        return _reader(path)(_text(path.read_bytes()))
    except OSError as error:
        raise AudioError(f"'{path}' can't be read: {error.strerror or error}.") from error
    except LabelError as error:
        raise AudioError(f"'{path.name}': {error}") from error


def _reader(path: Path) -> Read:
    match path.suffix.lower():
        case ".textgrid":
            return read_textgrid
        case ".csv" | ".tsv":
            return read_table
    return read_audacity


def _text(data: bytes) -> str:
    """Decode text: Praat writes UTF-16 if necessary, Windows programs a byte order mark before UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _wav_labels(path: Path) -> list[Label]:
    with path.open("rb") as file:
        markers = markers_in(read_notes(file))
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
    file = AtomicFile(path, overwrite=True)
    try:
        with clear_errors(path):
            file.file.write(label_format.write(labels, clip.duration).encode())
        place_all([file])
    finally:
        file.discard()


def _write_wav(path: Path, labels: Sequence[Label], clip: AudioClip) -> Generator[float, None, None]:
    """Write a 32-bit float copy, which holds every recording without loss."""
    if clip.path is not None and path.exists() and path.samefile(clip.path):
        raise AudioError("That is the recording itself: choose another name for the copy with markers.")
    rate = clip.sample_rate
    markers = [Marker(round(x.start * rate), round(x.end * rate) - round(x.start * rate), x.text) for x in labels]
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
