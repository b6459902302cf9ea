"""Writes a video file with other sound: its video is copied packet by packet and not encoded again."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from samstudio.audio.decode.faults import quoted
from samstudio.audio.decode.opened import open_container, open_file, packets_of
from samstudio.audio.decode.tracks import sound_stream_or_none
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.sink_file import SinkFile
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import BLOCK
from samstudio.audio.video.video_clock import video_begin
from samstudio.audio.video.video_file import sound_delay, video_stream
from samstudio.dsp.dither import Quantiser
from samstudio.session.clip import Samples

_AAC_BITS = 128_000
"""Bits per second and channel."""
_CODECS = {"mp4": "aac", "mov": "pcm_s24le", "matroska": "flac"}
"""The sound codec of each container: every MP4 player knows AAC, the others are lossless."""
_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".qt": "mov"}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def video_suffix(source: Path) -> str:
    """The ending of a video file made from `source`: the same if that container takes any video codec."""
    return source.suffix.lower() if source.suffix.lower() in _CONTAINERS else ".mkv"


def video_sound_rate(source: Path, sample_rate: int) -> int:
    """The sound's rate in Hz in a video made from `source`."""
    is_aac = _CONTAINERS.get(source.suffix.lower()) == "mp4"
    return AudioFormat("m4a", "lossy").rate_for(sample_rate) if is_aac else sample_rate


def lead_in(source: Path, sample_rate: int, channels: int, track: int | None = None) -> Iterator[Samples]:
    """The silence before the sound of a file if it begins later than the video; `track` as for `read_clip`.

    It is written as samples: not every player respects a container's start offset.
    """
    with open_file(source) as raw, open_container(raw) as video:
        left = round(sound_delay(video, source, track) * sample_rate)
    for start in range(0, left, BLOCK):
        yield np.zeros((min(BLOCK, left - start), channels), np.float32)


def write_video(
    file: BinaryIO,
    source: Path,
    blocks: Iterator[Samples],
    sample_rate: int,
    channels: int,
    track: int | None = None,
) -> Generator[int, None, None]:
    """Write the video of the file `source` into `file` with the sound of `blocks`, from the video's beginning on.

    `track` is the sound track that is replaced. Yields the frames of sound written so far. Raises AudioError for a
    video that cannot be copied, OSError.
    """
    disk = SinkFile(file)
    try:
        with ExitStack() as opened:
            raw = opened.enter_context(open_file(source))
            video = opened.enter_context(open_container(raw))
            kind = _CONTAINERS.get(source.suffix.lower(), "matroska")
            out = opened.enter_context(av.open(disk, "w", format=kind))
            # The video is the first stream, as players expect.
            stream = video_stream(video, source)
            copied = out.add_stream_from_template(stream)
            # With the start timecode, which the container stores as a track.
            copied.metadata.update(stream.metadata)
            sound = _SoundStream(out, kind, sample_rate, channels)
            out.metadata.update(video.metadata)
            begin = video_begin(video, stream, sound_stream_or_none(video, track))
            for frames in _copy(packets_of(video, stream), begin, copied, sound, blocks):
                disk.check()
                yield frames
    except (av.FFmpegError, ValueError) as error:
        disk.check()
        raise AudioError(f"The video of {quoted(source)} cannot be copied: convert it to MP4 first.") from error
    finally:
        disk.is_gone = True
    disk.check()


def _copy(
    packets: Iterator[Any], begin: Fraction, copied: Any, sound: "_SoundStream", blocks: Iterator[Samples]
) -> Generator[int, None, None]:
    """Video and sound interleaved in the order of playback: a player need not search for either.

    The video begins at `begin` (seconds) on the clock of the packets, and at 0 on that of the copy.
    """
    for packet in packets:
        # The last one is empty: it is for decoders.
        if packet.dts is None:
            continue
        early = round(begin / packet.time_base)
        packet.dts -= early
        if packet.pts is not None:
            packet.pts -= early
        until = float(packet.dts * packet.time_base)
        while sound.seconds < until and (block := next(blocks, None)) is not None:
            sound.write(block)
            yield sound.frames
        packet.stream = copied
        copied.container.mux(packet)
    for block in blocks:
        sound.write(block)
        yield sound.frames
    sound.finish()


class _SoundStream:
    """Encodes blocks of float32 (n, channels) into a stream of a container."""

    def __init__(self, out: Any, kind: str, sample_rate: int, channels: int) -> None:
        self.frames = 0
        self._rate, self._layout = sample_rate, _LAYOUTS[channels]
        self._out = out
        self._codec = _CODECS[kind]
        self._stream: AudioStream = out.add_stream(self._codec, rate=sample_rate, layout=self._layout)
        self._quantiser = Quantiser(24)
        if self._codec == "aac":
            self._stream.bit_rate = _AAC_BITS * channels
        else:
            self._stream.codec_context.format = "s32"

    @property
    def seconds(self) -> float:
        """Time in the video of the next frame to write."""
        return self.frames / self._rate

    def write(self, block: Samples) -> None:
        """Append a block."""
        if self._codec == "aac":
            # Interleaved: of eight planes PyAV counts nine.
            frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout=self._layout)
        else:
            # The 24 bits are the highest of 32.
            values = np.left_shift(self._quantiser.quantise(block), 8)
            frame = AudioFrame.from_ndarray(values.reshape(1, -1), format="s32", layout=self._layout)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self.frames
        self.frames += len(block)
        self._mux(frame)

    def finish(self) -> None:
        """Write the encoder's last frames into the container."""
        self._mux(None)

    def _mux(self, frame: AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._out.mux(packet)
