"""Every format is read as the `ffmpeg` program decodes it, whatever the size of the blocks in which it is read."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samstudio.audio import files
from samstudio.audio.files import read_clip

FFMPEG = shutil.which("ffmpeg")
pytestmark = pytest.mark.skipif(FFMPEG is None, reason="the program ffmpeg is not installed")

SECONDS = 1.0
BLOCKS = (1, 7, 100, 576, 1000, 1152, 4096, 10_007, 1 << 14, 1 << 22)
PADDED = {"m4a", "mov", "mp4", "3gp"}
"""Containers that say where the encoder's padding begins, which is cut, and which the program leaves in."""
COMMON = [
    (44100, 2, "wav", ()),
    (44100, 2, "flac", ()),
    (44100, 1, "mp3", ("-b:a", "32k")),
    (44100, 2, "mp3", ("-q:a", "2")),
    (22050, 1, "mp3", ("-q:a", "5", "-write_xing", "0")),
    (48000, 2, "mp2", ()),
    (48000, 6, "opus", ("-c:a", "libopus")),
    (44100, 2, "ogg", ("-c:a", "libvorbis")),
    (44100, 2, "m4a", ()),
    (44100, 2, "aac", ()),
    (48000, 6, "ac3", ()),
    (44100, 2, "mkv", ("-c:a", "libmp3lame")),
]
MANY = [
    *[(44100, 2, "mp3", ("-q:a", str(quality))) for quality in range(10)],
    *[(44100, 2, "mp3", ("-b:a", bits, "-joint_stereo", "0")) for bits in ("32k", "64k", "128k", "320k")],
    *[(44100, 2, "mp3", ("-b:a", bits, "-abr", "1")) for bits in ("64k", "128k")],
    *[(rate, n, "mp3", ("-b:a", "32k")) for rate in (8000, 11025, 12000) for n in (1, 2)],
    *[(rate, n, "mp3", ("-b:a", "56k")) for rate in (16000, 22050, 24000, 32000, 44100, 48000) for n in (1, 2)],
    *[(rate, n, "mp2", ("-b:a", "96k")) for rate in (16000, 32000, 44100) for n in (1, 2)],
    *[(48000, n, "opus", ("-c:a", "libopus")) for n in (1, 2, 5, 6, 8)],
    *[(48000, 2, "opus", ("-c:a", "libopus", "-frame_duration", ms)) for ms in ("2.5", "5", "10", "40", "60")],
    *[(48000, 2, "webm", ("-c:a", "libopus", "-frame_duration", ms)) for ms in ("2.5", "5", "10", "40", "60")],
    *[(rate, n, "ogg", ("-c:a", "libvorbis")) for rate in (8000, 48000) for n in (1, 2, 3, 5, 6, 8)],
    *[(44100, n, "oga", ("-c:a", "flac")) for n in (1, 2, 6)],
    *[(rate, 2, "m4a", ("-c:a", "aac")) for rate in (8000, 16000, 22050, 48000, 96000)],
    *[(rate, 2, "aac", ()) for rate in (8000, 16000, 22050, 96000)],
    *[(48000, n, "m4a", ("-c:a", codec)) for codec in ("aac", "alac") for n in (1, 3, 6, 8)],
    *[(48000, n, suffix, ()) for suffix in ("ac3", "eac3") for n in (1, 2, 6)],
    *[(48000, n, "wv", ("-c:a", "wavpack")) for n in (1, 2, 6)],
    *[(44100, 2, "mkv", ("-c:a", codec)) for codec in ("aac", "libvorbis", "flac", "pcm_s16le", "ac3", "mp2")],
    *[(rate, 2, "ts", ("-c:a", codec)) for codec in ("aac", "mp2", "ac3", "libmp3lame") for rate in (44100, 48000)],
    *[(44100, 2, "flv", ("-c:a", codec)) for codec in ("aac", "libmp3lame")],
    *[(44100, 2, "avi", ("-c:a", codec)) for codec in ("libmp3lame", "pcm_s16le")],
    *[(44100, 2, "mov", ("-c:a", codec)) for codec in ("aac", "pcm_s24le", "alac")],
    *[(48000, 2, "mp4", ("-c:a", codec)) for codec in ("libmp3lame", "libopus", "ac3", "eac3")],
    *[(44100, 2, "wav", ("-c:a", codec)) for codec in ("libmp3lame", "pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_f64le")],
    *[(44100, 2, "caf", ("-c:a", codec)) for codec in ("alac", "pcm_s24be")],
    *[(44100, 2, suffix, ()) for suffix in ("aiff", "au", "w64", "tta", "mpg")],
    *[(44100, 2, "wma", ("-c:a", codec)) for codec in ("wmav1", "wmav2")],
    (44100, 2, "wav", ("-c:a", "pcm_s24le", "-rf64", "always")),
]
Case = tuple[int, int, str, tuple[str, ...]]


Made = tuple[Path, NDArray[np.float32]]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Callable[[Case], Made]:
    """A file of tones and noise, and what the program makes of it.

    The program takes longer to start than to encode: it makes all files of a rate and a number of channels at once.
    """

    @cache
    def made_from(rate: int, channels: int) -> dict[Case, Made]:
        return dict(make(tmp_path_factory.mktemp("made"), rate, channels))

    return lambda case: made_from(case[0], case[1])[case]


def make(folder: Path, rate: int, channels: int) -> Iterator[tuple[Case, Made]]:
    time, random = np.arange(int(SECONDS * rate)) / rate, np.random.default_rng(1)
    tones = np.sin(2 * np.pi * time[:, None] * (220.0 * np.arange(1, channels + 1)))
    swelling = (1 + np.sin(2 * np.pi * 3 * time))[:, None] / 2
    sound = 0.3 * tones * swelling + 0.06 * random.standard_normal(tones.shape)
    soundfile.write(folder / "source.wav", sound.clip(-1, 1), rate, "PCM_16")
    paths = {
        case: folder / f"made{number}.{case[2]}"
        for number, case in enumerate(dict.fromkeys([*COMMON, *MANY]))
        if case[:2] == (rate, channels)
    }
    run("-i", folder / "source.wav", *(word for case, path in paths.items() for word in (*case[3], path)))
    decoded = {case: path.with_suffix(".raw") for case, path in paths.items()}
    outputs = (("-map", f"{number}", "-f", "f32le", path) for number, path in enumerate(decoded.values()))
    run(*(word for path in paths.values() for word in ("-i", path)), *chain.from_iterable(outputs))
    for case, path in paths.items():
        yield case, (path, np.fromfile(decoded[case], np.float32))


def run(*words: str | Path) -> None:
    subprocess.run([str(FFMPEG), "-v", "quiet", "-y", *map(str, words)], check=True)


def compare(heard: NDArray[np.float32], reference: NDArray[np.float32], suffix: str) -> None:
    reference = reference.reshape(-1, heard.shape[1])
    padding = len(reference) - len(heard)
    assert 0 <= padding < 2048 if suffix in PADDED else padding == 0
    assert np.abs(heard - reference[: len(heard)]).max() < 1e-4


@pytest.mark.parametrize("case", COMMON, ids=lambda case: "-".join(map(str, case[:3])))
def test_blocks_of_any_size_give_what_the_program_gives(made, case):
    path, reference = made(case)
    *_, last = read_clip(path)
    assert last.warnings == ()
    compare(last.clip.samples, reference, case[2])
    for block in BLOCKS:
        parts = []
        with closing(files._open(path)) as decoder:
            while len(part := decoder.read(block)):
                assert len(part) <= block
                parts.append(part.copy())
        assert np.array_equal(np.concatenate(parts), last.clip.samples)


@pytest.mark.parametrize("case", MANY, ids=lambda case: "-".join(map(str, case)))
def test_every_setting_is_read_as_the_program_reads_it(made, case):
    path, reference = made(case)
    *_, last = read_clip(path)
    assert last.warnings == ()
    if case[0] == 24000 and case[2] == "mp3":
        # ffmpeg before 6 decodes some of these wrong: libsndfile (mpg123) agrees with its later versions.
        reference = soundfile.read(path, dtype="float32")[0].reshape(-1)
    compare(last.clip.samples, reference, case[2])
