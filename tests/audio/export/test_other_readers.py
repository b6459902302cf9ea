"""What we write is read by others as it was meant: FFmpeg, SoX, libsndfile and Python's own readers."""

import shutil
import struct
import subprocess
import wave
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.export.export import export
from samstudio.audio.export.export_request import ExportRequest
from samstudio.audio.files import load_clip
from samstudio.audio.metadata import riff
from samstudio.audio.metadata.cue import CueMarker
from samstudio.audio.metadata.riff import riff_chunk
from samstudio.audio.metadata.tags import Metadata, metadata_of
from samstudio.session.clip import AudioClip
from tests.audio.made_files import noise

LOSSLESS = [
    AudioFormat("wav", "32f"),
    *(AudioFormat(container, bits) for container in ("wav", "flac", "aiff") for bits in ("24", "16")),
]
IXML = b'<?xml version="1.0" encoding="UTF-8"?><BWFXML><SCENE>12A</SCENE><TAKE>3</TAKE></BWFXML>'
SCENE = b"sSCENE=12A\r\nsTAKE=3"
BEXT = (
    SCENE.ljust(256, b"\0")
    + b"Recorder 788".ljust(32, b"\0")
    + b"USREC788112345678901".ljust(32, b"\0")
    + b"2026-03-1410:00:01"
    + struct.pack("<QH", 0, 2)
    # An identifier of its own, and loudness.
    + bytes(range(1, 75))
    + bytes(180)
    + b"A=PCM,F=48000,W=24,T=788\r\n"
)
TAGS = {"title": "Süd", "artist": "Somebody", "comment": "Take 3"}
FRAMES, STAMP = 60_001, 172_800_000

needs_sox = pytest.mark.skipif(not shutil.which("sox"), reason="needs SoX")


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> AudioClip:
    """A 24-bit recording of a field recorder's, with a scene, a stamp and tags."""
    samples = np.round(noise(FRAMES, level=0.4) * 2**23).astype(np.float32) / 2**23
    path = tmp_path_factory.mktemp("recorder") / "Ort.wav"
    with AudioWriter(path, 48000, 2, AudioFormat("wav", "24"), metadata=Metadata(ixml=IXML)) as writer:
        writer.write(samples)
    with path.open("ab") as file:
        file.write(riff_chunk(b"bext", BEXT))
    return replace(load_clip(path), tags=TAGS, time_reference=STAMP)


@pytest.fixture(scope="module")
def exported(clip, tmp_path_factory):
    """The paths of target and residual in a format, each written once."""
    written: dict[AudioFormat, dict[str, Path]] = {}

    def make(audio_format: AudioFormat) -> dict[str, Path]:
        if audio_format not in written:
            target = clip.samples * np.linspace(0, 0.9, FRAMES, dtype=np.float32)[:, None]
            stems = {"target": target, "residual": clip.samples - target}
            markers = [CueMarker(1000, 4800, "+ Stimme"), CueMarker(50_000, 0, "Punkt")]
            folder = tmp_path_factory.mktemp("out")
            request = ExportRequest(stems, clip, folder, format=audio_format, markers=markers, recipe="seed 3")
            *_, report = export(request)
            written[audio_format] = dict(report.paths)
        return written[audio_format]

    return make


def by_ffmpeg(path: Path) -> NDArray[np.float64]:
    """(frames, channels), full scale at +-1."""
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
        planar = container.streams.audio[0].codec_context.format.is_planar
    parts = [block.T if planar else block.reshape(-1, 2) for block in blocks]
    samples = np.concatenate(parts)
    return samples / 1.0 if samples.dtype == np.float32 else samples / -float(np.iinfo(samples.dtype).min)


def by_sox(path: Path) -> NDArray[np.float64]:
    raw = ["-t", "raw", "-e", "floating-point", "-b", "64", "-"]
    done = subprocess.run(["sox", "-V1", "-D", str(path), *raw], check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.float64).reshape(-1, 2)


def chunks(path: Path) -> dict[bytes, bytes]:
    data, place, found = path.read_bytes(), 12, {}
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        found[name] = data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    return found


@pytest.mark.parametrize("audio_format", LOSSLESS, ids=lambda x: f"{x.container}{x.bits}")
@pytest.mark.parametrize("read", [by_ffmpeg, pytest.param(by_sox, marks=needs_sox)])
def test_the_stems_sum_to_the_recording_in_another_reader(exported, clip, audio_format, read):
    target, residual = (read(path) for path in exported(audio_format).values())
    assert target.shape == (FRAMES, 2)
    difference = np.abs(target + residual - clip.samples).max()
    if audio_format.is_float:
        # SoX has it through integers.
        assert difference <= (2.0**-24 if read is by_sox else 0.0)
    else:
        assert difference <= 2.0 ** -(audio_format.depth - 1)


@pytest.mark.parametrize("bits", ["24", "16"])
@pytest.mark.parametrize("container", ["flac", "aiff"])
def test_every_container_holds_the_same_samples_as_wav(exported, container, bits):
    for stem in ("target", "residual"):
        ours = by_ffmpeg(exported(AudioFormat(container, bits))[stem])
        assert np.array_equal(ours, by_ffmpeg(exported(AudioFormat("wav", bits))[stem]))


def test_python_s_own_reader_opens_plain_wav(exported):
    with wave.open(str(exported(AudioFormat("wav", "16"))["target"])) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth(), file.getnframes()) == (
            2,
            48000,
            2,
            FRAMES,
        )
        ours = np.frombuffer(file.readframes(FRAMES), "<i2").reshape(-1, 2) / 2**15
    assert np.array_equal(ours, by_ffmpeg(exported(AudioFormat("wav", "16"))["target"]))


def test_ffmpeg_reads_stamp_history_and_tags(exported):
    with av.open(str(exported(AudioFormat("wav", "24"))["residual"])) as container:
        read = dict(container.metadata)
    assert read["time_reference"] == str(STAMP)
    assert read["encoded_by"] == "SAM Studio"
    assert "seed 3" in read["coding_history"]
    assert (read["title"], read["artist"]) == (TAGS["title"], TAGS["artist"])
    assert read["comment"] == "Take 3\nseed 3"


def test_scene_reference_and_date_of_the_recorder_go_on(exported):
    """The stamp counts from the midnight of that date: with another one a video could not be conformed."""
    path = exported(AudioFormat("wav", "24"))["target"]
    with av.open(str(path)) as container:
        read = dict(container.metadata)
    assert read["originator_reference"] == "USREC788112345678901"
    assert (read["date"], read["creation_time"]) == ("2026-03-14", "10:00:01")
    assert read["coding_history"].splitlines() == ["A=PCM,F=48000,W=24,T=788", "seed 3"]
    bext = chunks(path)[b"bext"]
    assert bext[: len(SCENE)] == SCENE
    # Identifier and loudness were another file's.
    assert not any(bext[348:602])


@pytest.mark.parametrize("container", ["flac", "aiff", "mp3", "ogg", "m4a"])
def test_ffmpeg_reads_the_tags_of_every_format(exported, container):
    bits = "24" if container in ("flac", "aiff") else "lossy"
    with av.open(str(exported(AudioFormat(container, bits))["target"])) as file:
        read = {name.lower(): text for name, text in [*file.metadata.items(), *file.streams[0].metadata.items()]}
    # AIFF has an author instead.
    assert (read["title"], read.get("artist", read.get("author"))) == (TAGS["title"], TAGS["artist"])


def test_surround_stays_surround(tmp_path):
    """Without its channel mask a DAW takes 5.1 for six tracks of no place."""
    sound, source = noise(48000, channels=6), tmp_path / "a.wav"
    with AudioWriter(source, 48000, 6, AudioFormat("wav", "24"), metadata=Metadata(speakers=0x60F)) as writer:
        writer.write(sound)
    clip = load_clip(source)
    *_, report = export(ExportRequest({"target": clip.samples}, clip, tmp_path, format=AudioFormat("wav", "24")))
    for path in (source, report.paths["target"]):
        with av.open(str(path)) as file:
            assert file.streams.audio[0].layout.name == "5.1(side)"
    assert metadata_of(replace(clip, riff_chunks=())).speakers == 0


def test_a_recording_taken_away_while_it_is_open_loses_nothing(tmp_path):
    source = tmp_path / "a.wav"
    written = Metadata(
        speakers=0x60F, ixml=IXML, bext=BEXT, time_reference=STAMP, markers=[CueMarker(700, 0, "Klappe")]
    )
    with AudioWriter(source, 48000, 6, AudioFormat("wav", "24"), metadata=written) as writer:
        writer.write(noise(9600, channels=6))
    clip = load_clip(source)
    source.unlink()
    *_, report = export(ExportRequest({"target": clip.samples}, clip, tmp_path, start=500))
    with av.open(str(report.paths["target"])) as file:
        assert file.streams.audio[0].layout.name == "5.1(side)"
        read = dict(file.metadata)
    assert (read["originator_reference"], read["date"]) == ("USREC788112345678901", "2026-03-14")
    assert read["time_reference"] == str(STAMP + 500)
    found = chunks(report.paths["target"])
    assert found[b"bext"][: len(SCENE)] == SCENE
    assert ET.fromstring(found[b"iXML"]).findtext("TAKE") == "3"
    assert struct.unpack_from("<I", found[b"cue "], 24) == (200,)
    assert b"Klappe" in found[b"LIST"]


def test_notes_beyond_all_measure_are_left_behind(tmp_path, monkeypatch):
    """A file of nothing but notes must not fill the memory."""
    monkeypatch.setattr(riff, "MAX_KEPT_BYTES", 3000)
    source = tmp_path / "a.wav"
    with AudioWriter(source, 48000, 2, AudioFormat("wav", "24")) as writer:
        writer.write(noise(100))
    with source.open("ab") as file:
        for _ in range(5):
            file.write(riff_chunk(b"iXML", bytes(1000)))
    assert sum(len(content) for _, content in load_clip(source).riff_chunks) <= 3000


def test_long_texts_in_any_script_pass_through_mp3(tmp_path):
    """With a text of more than 30 characters libsndfile's own tag held UTF-8 that readers take for Latin-1."""
    tags = {"title": "Größe", "artist": "漢字 Ωmega", "comment": "engine spectral, seed 0, spans +0:0.94 “ñ”"}
    path = tmp_path / "a.mp3"
    with AudioWriter(
        path, 44100, 2, AudioFormat("mp3", "lossy"), metadata=Metadata({**tags, "date": "2019-05-01"})
    ) as writer:
        writer.write(noise(44100))
    with av.open(str(path)) as file:
        read = dict(file.metadata)
        assert file.duration == pytest.approx(av.time_base, rel=0.05)
    assert {name: read[name] for name in (*tags, "date")} == {**tags, "date": "2019"}
    clip = load_clip(path)
    assert (clip.frames, {name: clip.tags[name] for name in tags}) == (44100, tags)


@needs_sox
def test_sox_reads_length_and_rate(exported):
    path = str(exported(AudioFormat("wav", "24"))["target"])
    emitted = {
        flag: subprocess.check_output(["sox", "--info", flag, path], text=True).strip() for flag in ("-s", "-r", "-b")
    }
    assert emitted == {"-s": str(FRAMES), "-r": "48000", "-b": "24"}


def test_libsndfile_reads_the_markers(exported):
    """SFC_GET_CUE of sndfile.h: a count, then per point six 32-bit numbers (the last is the frame) and 256 of name."""
    cues = bytearray(4 + 100 * 280)
    with soundfile.SoundFile(exported(AudioFormat("wav", "32f"))["target"]) as file:
        buffer = soundfile._ffi.from_buffer(cues)
        assert soundfile._snd.sf_command(file._file, 0x10CE, buffer, len(cues))
    points = list(struct.iter_unpack("<iIiiiI256s", cues[4 : 4 + 280 * struct.unpack_from("<I", cues)[0]]))
    assert [(point[5], point[6].split(b"\0")[0].decode()) for point in points] == [
        (1000, "+ Stimme"),
        (50_000, "Punkt"),
    ]


def test_the_recorder_s_notes_are_whole(exported):
    found = chunks(exported(AudioFormat("wav", "24"))["target"])
    assert ET.fromstring(found[b"iXML"]).findtext("SCENE") == "12A"
    (version,) = struct.unpack_from("<H", found[b"bext"], 346)
    assert version == 1
