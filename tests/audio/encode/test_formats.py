"""Every format comes back: with its length, without delay, with its tags."""

from pathlib import Path

import numpy as np
import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.tags import Metadata
from samstudio.session.clip import Samples

RATE = 48000
FORMATS = [
    (AudioFormat("wav", "32f"), -300.0),
    (AudioFormat("wav", "24"), -125.0),
    (AudioFormat("wav", "16"), -75.0),
    (AudioFormat("flac", "24"), -125.0),
    (AudioFormat("aiff", "24"), -125.0),
    (AudioFormat("aiff", "16"), -75.0),
    (AudioFormat("mp3", "lossy"), -30.0),
    (AudioFormat("ogg", "lossy"), -30.0),
    (AudioFormat("opus", "lossy"), -30.0),
    (AudioFormat("m4a", "lossy"), -30.0),
]


@pytest.fixture
def sweep() -> Samples:
    """Two seconds that look like themselves at one place alone."""
    time = np.arange(2 * RATE) / RATE
    wave = np.sin(2 * np.pi * (200 + 400 * time) * time) * 0.3 * (1 + 0.5 * np.sin(7 * time))
    return np.stack([wave, 0.5 * wave], 1).astype(np.float32)


def _lag(one: Samples, other: Samples) -> int:
    """Frames by which `one` is later, from the peak of the cross-correlation."""
    size = 2 * len(one)
    correlation = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)))
    peak = int(correlation.argmax())
    return peak if peak < len(one) else peak - size


@pytest.mark.parametrize(("audio_format", "error_db"), FORMATS, ids=str)
def test_what_is_written_comes_back(tmp_path: Path, sweep: Samples, audio_format: AudioFormat, error_db: float) -> None:
    path = tmp_path / f"sweep{audio_format.suffix}"
    with AudioWriter(
        path, RATE, 2, audio_format, metadata=Metadata({"title": "Song", "comment": "made here"})
    ) as writer:
        writer.write(sweep)
    clip = load_clip(path)
    assert (clip.sample_rate, clip.channels, clip.frames) == (RATE, 2, len(sweep))
    assert _lag(clip.samples[:, 0], sweep[:, 0]) == 0
    difference = float(((clip.samples - sweep) ** 2).mean() / (sweep**2).mean())
    assert 10 * np.log10(difference + 1e-40) < error_db
    assert clip.tags["title"] == "Song"
    assert clip.tags["comment"] == "made here"


@pytest.mark.parametrize("container", ["mp3", "ogg", "opus", "m4a"])
def test_lossy_sound_beyond_full_scale_is_refused(tmp_path: Path, sweep: Samples, container) -> None:
    path = tmp_path / "loud"
    with pytest.raises(AudioError, match="beyond full scale"), AudioWriter(
        path, RATE, 2, AudioFormat(container, "lossy")
    ) as writer:  # fmt: skip
        writer.write(sweep * 4)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("container", ["ogg", "opus", "m4a"])
def test_lossy_sound_of_many_channels_keeps_them_apart(tmp_path: Path, sweep: Samples, container, channels) -> None:
    samples = np.zeros((len(sweep), channels), np.float32)
    samples[:, -1] = sweep[:, 0]
    with AudioWriter(tmp_path / "a", RATE, channels, AudioFormat(container, "lossy")) as writer:
        writer.write(samples)
    clip = load_clip(tmp_path / "a")
    assert clip.channels == channels
    level = np.sqrt(np.mean(np.square(clip.samples), axis=0))
    assert level.argmax() == channels - 1
    assert np.delete(level, channels - 1).max(initial=0.0) < 0.05 * level.max()


def test_what_a_format_cannot_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="MP3 holds 2 channels and not 6"):
        AudioWriter(tmp_path / "a.mp3", RATE, 6, AudioFormat("mp3", "lossy"))
    with pytest.raises(AudioError, match="M4A cannot hold 7 channels"):
        AudioWriter(tmp_path / "a.m4a", RATE, 7, AudioFormat("m4a", "lossy"))
    with pytest.raises(AudioError, match="FLAC holds no 32-bit float"):
        AudioFormat("flac", "32f")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("container", "rate", "taken"),
    [
        ("wav", 192000, 192000),
        ("opus", 44100, 48000),
        ("opus", 96000, 48000),
        ("mp3", 96000, 48000),
        ("mp3", 23000, 24000),
        ("opus", 22050, 24000),
        ("m4a", 22500, 24000),
        ("m4a", 8000, 8000),
    ],
)
def test_the_nearest_rate_that_fits_is_known(container, rate: int, taken: int) -> None:
    assert AudioFormat(container, "24" if container == "wav" else "lossy").rate_for(rate) == taken
