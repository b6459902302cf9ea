"""What is written is what was given, in files that are whole."""

import struct

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.encode import wav_sink
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup, PartsWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.tags import Metadata
from tests.audio.made_files import noise

FORMATS = [
    AudioFormat("wav", "16"),
    AudioFormat("wav", "24"),
    AudioFormat("wav", "32f"),
    AudioFormat("flac", "16"),
    AudioFormat("flac", "24"),
]
TAGS = {"title": "Tïtel 漢字", "artist": "Me", "comment": "recipe " * 900, "tracknumber": "3", "genre": "Odd"}


def names(formats):
    return [f"{each.container}{each.bits}" for each in formats]


def write(path, samples, audio_format, rate=48000, gain=1.0, **more):
    with AudioWriter(path, rate, samples.shape[1], audio_format, metadata=Metadata(**more), gain=gain) as writer:
        writer.write(samples)


def heard_by_ffmpeg(path):
    """The samples as FFmpeg decodes them: float64 (n, channels), its tags, its rate."""
    with av.open(path) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray().reshape(-1, frame.layout.nb_channels) for frame in container.decode(stream)]
        tags = {key.lower(): text for key, text in (container.metadata | stream.metadata).items()}
        values = np.concatenate(frames)
        scale = 1.0 if values.dtype.kind == "f" else float(1 << (8 * values.itemsize - 1))
        return values / scale, tags, stream.codec_context.sample_rate


@pytest.mark.parametrize("channels", [1, 2, 3, 8])
@pytest.mark.parametrize("audio_format", FORMATS, ids=names(FORMATS))
def test_sources_of_that_depth_leave_bit_for_bit(tmp_path, audio_format, channels):
    """24-bit in, 24-bit out: the same; checked by two readers that share nothing with the writer."""
    depth = min(24, audio_format.depth)
    top = 1 << (depth - 1)
    samples = (np.random.default_rng(0).integers(-top, top, (70_001, channels)) / top).astype(np.float32)
    path = tmp_path / f"a{audio_format.suffix}"
    write(path, samples, audio_format, 44100, tags=TAGS)
    by_libsndfile, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert np.array_equal(by_libsndfile, samples)
    by_ffmpeg, tags, ffmpeg_rate = heard_by_ffmpeg(path)
    assert np.array_equal(by_ffmpeg, samples)
    assert rate == ffmpeg_rate == 44100
    assert tags["title"] == "Tïtel 漢字"


@pytest.mark.parametrize("audio_format", FORMATS, ids=names(FORMATS))
def test_tags_come_back(tmp_path, audio_format):
    path = tmp_path / f"a{audio_format.suffix}"
    write(path, noise(100), audio_format, tags=TAGS)
    assert load_clip(path).tags == TAGS


def test_float_passes_beyond_full_scale(tmp_path):
    samples = noise(1000, level=4.0)
    write(tmp_path / "a.wav", samples, AudioFormat())
    assert np.array_equal(load_clip(tmp_path / "a.wav").samples, samples)


@pytest.mark.parametrize("audio_format", [FORMATS[0], FORMATS[3]], ids=["wav", "flac"])
def test_reduction_is_dithered_and_repeatable(tmp_path, audio_format):
    samples = noise(50_000)
    one, two = tmp_path / f"1{audio_format.suffix}", tmp_path / f"2{audio_format.suffix}"
    write(one, samples, audio_format)
    write(two, samples, audio_format)
    assert one.read_bytes() == two.read_bytes()
    error = (load_clip(one).samples.astype(np.float64) - samples) * (1 << 15)
    assert np.mean(error**2) == pytest.approx(1 / 4, rel=0.05)


def test_blocks_make_no_difference(tmp_path):
    samples = noise(200_000)
    write(tmp_path / "1.wav", samples, FORMATS[0])
    with AudioWriter(tmp_path / "2.wav", 48000, 2, FORMATS[0]) as writer:
        for part in np.array_split(samples, 37):
            writer.write(part)
    assert writer.frames == 200_000
    assert (tmp_path / "1.wav").read_bytes() == (tmp_path / "2.wav").read_bytes()


def test_time_reference_stands_where_the_standard_wants_it(tmp_path):
    write(tmp_path / "a.wav", noise(100), FORMATS[1], time_reference=2**40 + 7)
    content = (tmp_path / "a.wav").read_bytes()
    bext = content.index(b"bext")
    assert struct.unpack_from("<Q", content, bext + 8 + 338) == (2**40 + 7,)
    assert heard_by_ffmpeg(tmp_path / "a.wav")[1]["time_reference"] == str(2**40 + 7)
    assert load_clip(tmp_path / "a.wav").time_reference == 2**40 + 7


@pytest.mark.parametrize("frames", [0, 1, 3])
@pytest.mark.parametrize("audio_format", FORMATS[:3], ids=names(FORMATS[:3]))
def test_sizes_in_the_header_are_right(tmp_path, audio_format, frames):
    """Also for an odd number of bytes, which gets a byte of padding that data does not count."""
    write(tmp_path / "a.wav", noise(frames, 1), audio_format, tags={"title": "odd"})
    content = (tmp_path / "a.wav").read_bytes()
    (riff_size,) = struct.unpack_from("<I", content, 4)
    data = content.index(b"data")
    (data_size,) = struct.unpack_from("<I", content, data + 4)
    assert riff_size == len(content) - 8
    assert data_size == frames * audio_format.depth // 8
    assert len(content) == data + 8 + data_size + data_size % 2


def test_more_than_two_channels_name_no_speakers(tmp_path):
    write(tmp_path / "a.wav", noise(10, 6), FORMATS[1])
    content = (tmp_path / "a.wav").read_bytes()
    tag, channels = struct.unpack_from("<HH", content, content.index(b"fmt ") + 8)
    assert (tag, channels) == (0xFFFE, 6)
    assert soundfile.info(tmp_path / "a.wav").format == "WAVEX"


def test_past_the_limit_it_becomes_rf64(tmp_path, monkeypatch):
    monkeypatch.setattr(wav_sink, "RIFF_LIMIT", 100_000)
    samples = noise(40_000)
    write(tmp_path / "a.wav", samples, AudioFormat(), tags=TAGS, time_reference=5)
    content = (tmp_path / "a.wav").read_bytes()
    assert content[:8] == b"RF64\xff\xff\xff\xff"
    assert content[12:16] == b"ds64"
    assert struct.unpack_from("<QQQ", content, 20) == (len(content) - 8, 40_000 * 8, 40_000)
    assert soundfile.info(tmp_path / "a.wav").format == "RF64"
    assert np.array_equal(heard_by_ffmpeg(tmp_path / "a.wav")[0], samples)
    clip = load_clip(tmp_path / "a.wav")
    assert np.array_equal(clip.samples, samples)
    assert (clip.time_reference, clip.tags) == (5, TAGS)


def test_past_four_gigabytes_for_real(tmp_path):
    """The sound is a hole in a sparse file, so it costs nothing."""
    path = tmp_path / "a.wav"
    with path.open("w+b") as file:
        sink = wav_sink.WavSink(file, 48000, 2, 32, Metadata())
        sink.write(noise(10))
        skipped = (5 << 30) // 8
        file.seek(skipped * 8, 1)
        sink._written += skipped * 8
        sink.write(noise(10, seed=1))
        sink.finish()
    with soundfile.SoundFile(path) as file:
        assert file.frames == skipped + 20
        assert np.array_equal(file.read(10, dtype="float32"), noise(10))
        file.seek(skipped + 10)
        assert np.array_equal(file.read(dtype="float32"), noise(10, seed=1))


@pytest.mark.parametrize("bits", ["16", "24"])
def test_integers_never_clip_silently(tmp_path, bits):
    samples = noise(1000)
    samples[500, 1] = -(10 ** (3.5 / 20))
    with pytest.raises(AudioError, match=r"3\.50 dB beyond full scale.*32-bit float, or lower all stems"):
        write(tmp_path / "a.wav", samples, AudioFormat("wav", bits))
    assert not list(tmp_path.iterdir())


def test_a_common_gain_lets_it_pass(tmp_path):
    samples = noise(1000, level=2.0)
    write(tmp_path / "a.wav", samples, FORMATS[1], gain=0.25)
    assert np.abs(load_clip(tmp_path / "a.wav").samples - samples / 4).max() <= 1.6 * 2**-23


def test_full_scale_itself_is_no_clipping(tmp_path):
    write(tmp_path / "a.wav", np.array([[1.0, -1.0]] * 10, np.float32), FORMATS[0])
    assert load_clip(tmp_path / "a.wav").samples.max() == 1 - 2**-15


def test_no_numbers_cannot_become_integers(tmp_path):
    with pytest.raises(AudioError, match="not numbers"):
        write(tmp_path / "a.wav", np.full((10, 2), np.nan, np.float32), FORMATS[0])


def test_the_caller_s_shape_is_checked(tmp_path):
    with AudioWriter(tmp_path / "a.wav", 48000, 2, AudioFormat()) as writer:
        with pytest.raises(ValueError, match="frames, 2"):
            writer.write(noise(10, 3))
        with pytest.raises(ValueError, match="frames, 2"):
            writer.write(noise(10).ravel())


def test_formats():
    assert AudioFormat() == AudioFormat("wav", "32f")
    assert AudioFormat("flac", "24").suffix == ".flac"
    for container, bits in [("flac", "32f"), ("wav", "8"), ("mp3", "16")]:
        with pytest.raises(AudioError):
            AudioFormat(container, bits)


def test_a_group_appears_together(tmp_path):
    with AudioWriterGroup() as group:
        writers = [group.add(AudioWriter(tmp_path / f"{n}.wav", 48000, 2, AudioFormat())) for n in range(3)]
        for writer in writers:
            writer.write(noise(10))
        assert not list(tmp_path.glob("*.wav"))
    assert len(list(tmp_path.glob("*.wav"))) == len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("audio_format", FORMATS, ids=names(FORMATS))
def test_pairs_null(tmp_path, audio_format):
    """Target + residual are exactly the source, where it has no more bits than they."""
    depth = min(16, audio_format.depth)
    whole = np.round(noise(100_000, level=0.45) * (1 << (depth - 1))).astype(np.float32) / (1 << (depth - 1))
    target = np.round(whole * np.sin(np.arange(100_000) / 9999)[:, None] * (1 << 24)).astype(np.float32) / (1 << 24)
    residual = whole - target
    paths = [tmp_path / f"{n}{audio_format.suffix}" for n in range(2)]
    with AudioWriterGroup() as group:
        parts = PartsWriter([group.add(AudioWriter(path, 48000, 2, audio_format)) for path in paths])
        for start in range(0, 100_000, 30_011):
            parts.write([samples[start : start + 30_011] for samples in (target, residual)])
    total = load_clip(paths[0]).samples.astype(np.float64) + load_clip(paths[1]).samples
    assert np.array_equal(total, target.astype(np.float64) + residual if audio_format.is_float else whole)
