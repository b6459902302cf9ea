"""Label files on the disk, markers in WAV files among them."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.metadata.cue import CueMarker, markers_in
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.audio.metadata.tags import Metadata
from samstudio.session.clip import AudioClip
from samstudio.session.labels.label import imported, label_of
from samstudio.session.prompt import Prompt, Sign, Span, decided_stretches
from samstudio.storage.label_files import LABEL_FORMATS, MAX_TEXT_BYTES, LabelFormat, read_labels, write_labels

RATE = 8000
SPANS = (Span(0.5, 1.25), Span(1.0, 1.125, Sign.MINUS), Span(2.0, 3.0, Sign.MINUS, 200.0, 4000.0, muted=True))


@pytest.fixture
def clip() -> AudioClip:
    rng = np.random.default_rng(1)
    return AudioClip(rng.uniform(-0.5, 0.5, (4 * RATE, 2)).astype(np.float32), RATE, tags={"title": "Song"})


def _write(path: Path, label_format: LabelFormat, clip: AudioClip) -> None:
    for _ in write_labels(path, label_format, [label_of(span, "gitarre ü") for span in SPANS], clip):
        pass


@pytest.mark.parametrize("label_format", LABEL_FORMATS, ids=lambda label_format: label_format.name)
def test_every_format_comes_back(tmp_path: Path, clip: AudioClip, label_format: LabelFormat) -> None:
    path = tmp_path / f"spans{label_format.suffix}"
    path.write_bytes(b"what stood here before")
    _write(path, label_format, clip)
    labels, skipped = read_labels(path)
    spans = imported(labels, clip.duration).spans
    assert skipped == []
    assert set(spans) == set(SPANS)
    assert decided_stretches(Prompt("", spans), 4.0) == decided_stretches(Prompt("", SPANS), 4.0)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_wav_with_markers_holds_the_recording_as_it_is(tmp_path: Path, clip: AudioClip) -> None:
    path = tmp_path / "copy.wav"
    _write(path, LABEL_FORMATS[-1], clip)
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples, clip.samples)
    with soundfile.SoundFile(path) as file:
        assert file.title == "Song"


def test_the_recording_itself_is_not_replaced(tmp_path: Path, clip: AudioClip) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, clip.samples, RATE, "PCM_24")
    before = path.read_bytes()
    opened = AudioClip(clip.samples, RATE, path)
    with pytest.raises(AudioError, match="the recording itself"):
        _write(path, LABEL_FORMATS[-1], opened)
    assert path.read_bytes() == before


@pytest.mark.parametrize("label_format", LABEL_FORMATS, ids=lambda label_format: label_format.name)
def test_a_name_too_long_for_the_disk_is_reported(tmp_path: Path, clip: AudioClip, label_format: LabelFormat) -> None:
    opened = AudioClip(clip.samples, RATE, tmp_path / "song.wav")
    with pytest.raises(AudioError, match="too long for this disk"):
        _write(tmp_path / f"{'n' * 300}{label_format.suffix}", label_format, opened)
    assert list(tmp_path.iterdir()) == []


def test_markers_without_a_length_are_points(tmp_path: Path) -> None:
    path = tmp_path / "points.wav"
    markers = [CueMarker(100, 0, "here"), CueMarker(200, 50, "")]
    with AudioWriter(path, RATE, 1, AudioFormat("wav", "24"), metadata=Metadata(markers=markers)) as writer:
        writer.write(np.zeros((401, 1), np.float32))
    with path.open("rb") as file:
        assert markers_in(read_kept_chunks(file)) == markers
    assert soundfile.info(path).frames == 401


@pytest.mark.parametrize("damage", [slice(-40, None), slice(-100, -60)])
def test_damaged_markers_do_no_harm(tmp_path: Path, clip: AudioClip, damage: slice) -> None:
    path = tmp_path / "damaged.wav"
    _write(path, LABEL_FORMATS[-1], clip)
    data = bytearray(path.read_bytes())
    del data[damage]
    path.write_bytes(data)
    labels, _ = read_labels(path)
    assert len(labels) <= len(SPANS)


def test_praats_utf16_and_windows_marks_are_understood(tmp_path: Path) -> None:
    for name, encoding in (("a.txt", "utf-16"), ("b.txt", "utf-8-sig"), ("c.txt", "cp1252")):
        path = tmp_path / name
        path.write_bytes("0.5\t1.0\t+ Flöte\n".encode(encoding))
        (label,) = read_labels(path)[0]
        assert label.text == "+ Flöte"


def test_what_cannot_be_read_is_reported_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="can't be read"):
        read_labels(tmp_path / "missing.txt")
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear reader")
    with pytest.raises(AudioError, match=r"letter\.csv"):
        read_labels(letter)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "0,5\t1,25\t+ Vögel\n\\\t200,0\t4000,0\n"),
        ("a.csv", "sep=;\nstart;end;low;high;label\n0,5;1,25;200,0;4000,0;+ Vögel\n"),
        ("a.tsv", "Start\tEnde\tBezeichnung\n0,5\t1,25\t+ Vögel [200-4000 Hz]\n"),
        ("a.srt", "1\n00:00:00,500 --> 00:00:01,250\n+ Vögel [200-4000 Hz]\n"),
        ("a.vtt", "WEBVTT\n\n00:00.500 --> 00:01.250\n+ Vögel [200-4000 Hz]\n"),
    ],
)
def test_every_encoding_and_line_end(tmp_path: Path, encoding: str, end: str, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.replace("\n", end).encode(encoding))
    labels, skipped = read_labels(path)
    assert skipped == []
    assert labels[0].text.startswith("+ Vögel")
    assert imported(labels, 10.0).spans == (Span(0.5, 1.25, Sign.PLUS, 200.0, 4000.0),)


def test_times_in_samples_are_those_of_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("start sample,end sample,label\n4000,10000,+ a\n")
    assert [(label.start, label.end) for label in read_labels(path, 8000)[0]] == [(0.5, 1.25)]
    labels, skipped = read_labels(path)
    assert labels == []
    assert "samples" in skipped[0].reason


@pytest.mark.skipif(sys.platform == "win32", reason="needs devices and pipes")
def test_devices_and_pipes_are_no_files_of_labels(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (Path("/dev/zero"), tmp_path / "pipe.txt", tmp_path / "pipe.wav", tmp_path):
        with pytest.raises(AudioError, match="not a file"):
            read_labels(path)


def test_a_file_too_large_for_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MAX_TEXT_BYTES + 1)
    with pytest.raises(AudioError, match="too large"):
        read_labels(path)
