"""Every format comes back: with its length, without delay, with its tags."""

from pathlib import Path

import av
import numpy as np
import pytest

from samstudio.audio.encode.formats import LIMITS, AudioFormat
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
    sound = sweep[: RATE // 4, 0]
    samples = np.zeros((len(sound), channels), np.float32)
    samples[:, -1] = sound
    with AudioWriter(tmp_path / "a", RATE, channels, AudioFormat(container, "lossy")) as writer:
        writer.write(samples)
    clip = load_clip(tmp_path / "a")
    assert clip.channels == channels
    level = np.sqrt(np.mean(np.square(clip.samples), axis=0))
    assert level.argmax() == channels - 1
    assert np.delete(level, channels - 1).max(initial=0.0) < 0.05 * level.max()


def test_what_a_format_cannot_hold_is_reported(tmp_path: Path) -> None:
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
        ("ogg", 12345, 12345),
        ("ogg", 192_000, 192_000),
        ("ogg", 200_000, 192_000),
        ("ogg", 768_000, 192_000),
        ("mp3", 1, 8000),
    ],
)
def test_the_nearest_rate_that_fits_is_known(container, rate: int, taken: int) -> None:
    assert AudioFormat(container, "24" if container == "wav" else "lossy").rate_for(rate) == taken


@pytest.mark.parametrize(
    ("audio_format", "rate", "channels", "sentence"),
    [
        (AudioFormat("ogg", "lossy"), 250_000, 2, "OGG holds 192000 Hz at most and not 250000: choose WAV."),
        (AudioFormat("mp3", "lossy"), 96_000, 2, "MP3 cannot hold 96000 Hz: choose 48000 Hz, or WAV."),
        (AudioFormat("wav", "24"), 48_000, 9, "WAV holds 8 channels and not 9: choose FLAC."),
        (AudioFormat("flac", "24"), 655_360, 1, "FLAC holds 655350 Hz at most and not 655360: choose WAV."),
        (AudioFormat("flac", "24"), 65_537, 1, "FLAC holds only multiples of 10 Hz above 65535, and not 65537: "),
        (AudioFormat("m4a", "lossy"), 44_056, 1, "M4A cannot hold 44056 Hz: choose 44100 Hz, or WAV."),
    ],
)
def test_the_table_of_limits_is_asked_before_a_file_is_made(tmp_path, audio_format, rate, channels, sentence) -> None:
    with pytest.raises(AudioError) as refused:
        AudioWriter(tmp_path / "a", rate, channels, audio_format)
    assert str(refused.value).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("container", "rates"),
    [
        ("wav", (1, 8000, 384_000, 768_000, 16_777_216)),
        ("flac", (1, 8000, 44_056, 65_535, 65_540, 352_800, 384_000, 655_350)),
        ("aiff", (1, 8000, 384_000, 768_000, 16_777_216)),
        ("ogg", (1000, 8000, 44_056, 176_400, 192_000)),
        *((container, LIMITS[container].rates) for container in ("mp3", "opus", "m4a")),
    ],
)
@pytest.mark.parametrize("channels", [1, 2, 6, 8])
def test_what_the_table_allows_is_written_and_read_back(tmp_path, container, rates, channels) -> None:
    if channels not in LIMITS[container].channels:
        pytest.skip("it holds fewer channels")
    for rate in rates:
        path = tmp_path / f"{rate}"
        bits = {"wav": "16", "flac": "24", "aiff": "16"}.get(container, "lossy")
        with AudioWriter(path, rate, channels, AudioFormat(container, bits)) as writer:
            writer.write(np.full((9000, channels), 0.1, np.float32))
        with av.open(str(path)) as file:
            stream = file.streams.audio[0]
            # Opus is 48 kHz inside, whatever it was made of.
            assert stream.rate == (48_000 if container == "opus" else rate)
            assert stream.channels == channels
