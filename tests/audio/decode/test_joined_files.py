"""Recordings joined one behind the other: all of them are read, in the shape of the first."""

import io

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.files import load_clip, read_clip
from tests.audio.decode.mangled import lag
from tests.audio.made_files import encode, noise


def made(path, codec: str, seconds: float, *, rate: int = 44100, channels: int = 2, seed: int = 0, gain: float = 1.0):
    """A file of smooth noise, and what is heard of it when it is read alone."""
    rough = noise(round(seconds * rate), channels, seed, 0.5)
    smooth = np.stack([np.convolve(part, np.hanning(16) / 8, "same") for part in rough.T], axis=1)
    samples = (gain * smooth).astype(np.float32)
    if codec == "vorbis":
        with soundfile.SoundFile(path, "w", rate, channels, "VORBIS", format="OGG") as file:
            for start in range(0, len(samples), 10_000):
                file.write(samples[start : start + 10_000])
    else:
        encode(path, codec, samples, rate)
    return load_clip(path).samples


def join(path, *parts):
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    *_, last = read_clip(path)
    return last


@pytest.mark.parametrize(("codec", "rate"), [("libopus", 48000), ("vorbis", 44100), ("flac", 44100)])
def test_chained_ogg_is_what_its_links_are_alone(tmp_path, codec, rate):
    parts = [tmp_path / f"{number}.ogg" for number in range(3)]
    alone = [made(part, codec, 2.5, rate=rate, seed=seed) for seed, part in enumerate(parts)]
    last = join(tmp_path / "chain.ogg", *parts)
    assert last.warnings == ()
    assert np.array_equal(last.clip.samples, np.concatenate(alone))


def test_a_link_of_another_rate_and_shape_is_converted_and_reported(tmp_path):
    first = made(tmp_path / "1.ogg", "vorbis", 2.0)
    second = made(tmp_path / "2.ogg", "vorbis", 3.0, rate=48000, channels=1, seed=1)
    last = join(tmp_path / "chain.ogg", tmp_path / "1.ogg", tmp_path / "2.ogg")
    (warning,) = last.warnings
    assert warning == (
        "The sound of “chain.ogg” changes at 0:02 from 44100 Hz stereo to 48000 Hz mono: "
        "it was converted to what it is first."
    )
    clip = last.clip
    assert (clip.sample_rate, clip.channels) == (44100, 2)
    assert clip.frames == pytest.approx(len(first) + len(second) * 44100 / 48000, abs=2)
    assert np.array_equal(clip.samples[: len(first)], first)
    heard = clip.samples[len(first) :, 0]
    assert np.std(heard) == pytest.approx(np.std(second) * np.sqrt(0.5), rel=0.02)
    assert np.array_equal(clip.samples[:, 0][len(first) :], clip.samples[:, 1][len(first) :])


@pytest.mark.parametrize(("suffix", "codec", "frame"), [("mp3", "libmp3lame", 1152), ("aac", "aac", 1024)])
def test_joined_streams_are_read_to_their_end(tmp_path, suffix, codec, frame):
    parts = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    alone = [made(part, codec, 2.0, seed=seed) for seed, part in enumerate(parts)]
    last = join(tmp_path / f"joined.{suffix}", *parts)
    assert last.warnings == ()
    whole = sum(map(len, alone))
    assert 0 <= last.clip.frames - whole <= 3 * frame
    heard, meant = last.clip.samples[:, 0], alone[1][:, 0]
    assert whole // 2 <= lag(heard, meant, 4000, 20_000, most=whole) <= whole // 2 + 3 * frame


@pytest.mark.parametrize(("suffix", "codec"), [("mp3", "libmp3lame"), ("aac", "aac")])
def test_a_stream_that_becomes_mono_goes_on(tmp_path, suffix, codec):
    parts = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    made(parts[0], codec, 2.0)
    made(parts[1], codec, 3.0, channels=1, seed=1)
    last = join(tmp_path / f"joined.{suffix}", *parts)
    assert "from 44100 Hz stereo to 44100 Hz mono" in last.warnings[0]
    assert last.clip.channels == 2
    assert last.clip.duration == pytest.approx(5.0, abs=0.1)


def test_recordings_of_a_receiver_joined_start_their_clock_again(tmp_path):
    parts = [tmp_path / f"{number}.ts" for number in range(2)]
    alone = [made(part, "aac", 3.0, rate=48000, seed=seed) for seed, part in enumerate(parts)]
    last = join(tmp_path / "joined.ts", *parts)
    assert last.clip.frames == pytest.approx(sum(map(len, alone)), abs=2048)
    assert lag(last.clip.samples[:, 0], alone[1][:, 0], 48000, most=4 * 48000) == pytest.approx(len(alone[0]), abs=1100)


@pytest.mark.parametrize("start", [1.4, 3000.0, 95_000.0, 95_440.0])
def test_a_clock_may_begin_anywhere_and_start_again_on_the_way(tmp_path, start):
    """33 bits of 90 kHz are full after 95,443.7 s."""
    samples, out = noise(6 * 48000, 1)[:, 0], io.BytesIO()
    with av.open(out, "w", format="mpegts", options={"output_ts_offset": str(start)}) as container:
        sound = container.add_stream("mp2", rate=48000, layout="mono")
        for at in range(0, len(samples), 1152):
            part = np.round(samples[None, at : at + 1152] * 2**15).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(part, "s16", "mono")
            frame.sample_rate, frame.pts = 48000, at
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    path = tmp_path / "a.ts"
    path.write_bytes(out.getvalue())
    *_, last = read_clip(path)
    assert last.warnings == ()
    assert last.clip.frames == pytest.approx(len(samples), abs=1152)
