"""Decoding by FFmpeg (PyAV): M4A/AAC and the first audio stream of MP4, MOV, MKV, WebM and other films."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from samstudio.audio.decode.decoder import DecodingError, FileInfo, NoSoundError
from samstudio.audio.metadata.timecode import timecode_start
from samstudio.session.clip import Samples

MAX_PADDING = 8192
"""Frames by which a stream's announced length may differ for the encoder's sake."""
MAX_GAP_BLOCK = 1 << 16
TAGS = {"track": "tracknumber"} | {
    name: name
    for name in ("title", "artist", "album", "date", "comment", "tracknumber", "genre", "copyright", "software")
}
"""FFmpeg's names for tags, and ours."""

PLANAR = {"u8p": "u1", "s16p": "i2", "s32p": "i4", "s64p": "i8", "fltp": "f4", "dblp": "f8"}
"""FFmpeg's names for samples in a plane a channel, and numpy's."""


class ContainerDecoder:
    """A file opened by FFmpeg.

    Raises NoSoundError for a film without sound, DecodingError for what FFmpeg cannot make sense of.
    """

    is_damaged = False
    time_reference: int | None = None

    def __init__(self, path: Path) -> None:
        # A file object and not a name: FFmpeg takes some names for network addresses or lists of other files.
        self._raw = path.open("rb")
        try:
            # And no protocol at all for what a playlist inside would have it open.
            self._container = av.open(self._raw, "r", metadata_errors="replace", options={"protocol_whitelist": "none"})
            self._choose_stream()
            self._blocks = self._decode()
            # Only the decoder knows rate and channels for sure (AAC may double its rate).
            first = next(self._blocks, None)
        except (av.FFmpegError, OSError, ValueError) as error:
            self.close()
            raise DecodingError(str(error)) from error
        except DecodingError:
            self.close()
            raise
        if first is None:
            self.close()
            raise DecodingError("damaged throughout") if self.is_damaged else NoSoundError("no samples")
        self._blocks = chain([first], self._blocks)
        self._rest: Samples = np.zeros((0, self.info.channels), np.float32)

    def _choose_stream(self) -> None:
        streams = self._container.streams
        if not streams.audio:
            raise NoSoundError("no audio stream") if streams.video else DecodingError("no streams")
        stream = self._stream = streams.audio[0]
        if stream.codec_context is None:
            raise DecodingError("no decoder")
        self._promised = stream.duration * stream.time_base if stream.duration and stream.time_base else None
        self.tags: Mapping[str, str] = _tags({**self._container.metadata, **stream.metadata})

    def _describe(self, frame: AudioFrame) -> None:
        """Take rate, channels and expected length from the first decoded frame."""
        rate = frame.sample_rate
        codec, file_format = self._stream.codec_context, self._container.format
        self.info = FileInfo(None, rate, frame.layout.nb_channels, file_format.long_name, codec.codec.long_name)
        seconds = self._promised or Fraction(self._container.duration or 0, av.time_base)
        self.expected_frames = max(0, round(seconds * rate))
        begins = timecode_start(self._container)
        self.time_reference = None if begins is None else round(begins * rate)

    def _decode(self) -> Iterator[Samples]:
        """Sound as it comes, float32 (n, channels), with the encoder's padding cut off.

        What makes no sense on the way becomes a gap: no reason to give up the hour around it.
        """
        stream, end, gap = self._stream, 0, 0
        for packet in self._container.demux(stream):
            if packet.pts is not None:
                end = packet.pts + (packet.duration or 0)
            try:
                frames = stream.codec_context.decode(packet)
            except av.FFmpegError:
                gap += self._missed(packet)
                continue
            for frame in frames:
                if not hasattr(self, "info"):
                    self._describe(frame)
                if (frame.sample_rate, frame.layout.nb_channels) != (self.info.sample_rate, self.info.channels):
                    self.is_damaged = True
                    gap += frame.samples
                    continue
                for start in range(0, gap, MAX_GAP_BLOCK):
                    yield np.zeros((min(MAX_GAP_BLOCK, gap - start), self.info.channels), np.float32)
                gap = 0
                yield _to_float(frame)[: self._valid(frame, end)]

    def _missed(self, packet: "av.Packet[av.AudioStream]") -> int:
        """How many frames a packet would have held that cannot be decoded."""
        self.is_damaged = True
        if not hasattr(self, "info") or not packet.duration or not packet.time_base:
            return 0
        return round(packet.duration * packet.time_base * self.info.sample_rate)

    def _valid(self, frame: AudioFrame, packet_end: int) -> int:
        """How many samples of a decoded frame are sound.

        ISO files (MP4, M4A, MOV) count in samples: the stream and its last packet say where the sound ends, while the
        codec's frame always has its full length. In the other containers FFmpeg cuts the padding itself.
        """
        stream = self._stream
        ticks_are_samples = stream.time_base == Fraction(1, frame.sample_rate)
        if not ticks_are_samples or frame.pts is None or "mp4" not in self._container.format.name:
            return frame.samples
        # The stream's length is often rounded to a millisecond, which is no reason to cut what its last packet holds.
        announced = (stream.start_time or 0) + stream.duration if stream.duration else packet_end
        end = announced if packet_end - announced > frame.sample_rate // 1000 else packet_end
        return max(0, min(frame.samples, end - frame.pts))

    def read_into(self, out: Samples) -> int:
        """Fill `out` as far as the stream goes."""
        done = 0
        try:
            while done < len(out):
                if not len(self._rest):
                    self._rest = next(self._blocks)
                part = self._rest[: len(out) - done]
                out[done : done + len(part)] = part
                self._rest = self._rest[len(part) :]
                done += len(part)
        except StopIteration:
            pass
        except (av.FFmpegError, OSError, ValueError, DecodingError) as error:
            # What came before the damage counts first; the generator is at its end then.
            self.is_damaged = True
            if not done:
                raise DecodingError(str(error)) from error
        return done

    def shortfall(self, frames: int) -> int:
        """Frames that the stream itself announced and did not hold; what a film as a whole announces proves nothing."""
        missing = self.expected_frames - frames if self._promised else 0
        return missing if missing > MAX_PADDING else 0

    def close(self) -> None:
        """Let go of the file."""
        if hasattr(self, "_container"):
            self._container.close()
        self._raw.close()


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    lower = {key.lower(): text for key, text in metadata.items()}
    return {ours: lower[theirs] for theirs, ours in TAGS.items() if lower.get(theirs)}


def _to_float(frame: AudioFrame) -> Samples:
    """A decoded frame as float32 (n, channels), integers scaled so that full scale is +-1."""
    channels = frame.layout.nb_channels
    if frame.format.is_planar:
        # Not to_ndarray(): of eight planes it takes nine, and the last lies anywhere in memory.
        kind = PLANAR[frame.format.name]
        values = np.stack(
            [np.frombuffer(memoryview(plane), kind, frame.samples) for plane in frame.planes[:channels]], axis=1
        )
    else:
        values = frame.to_ndarray().reshape(-1, channels)
    if values.dtype.kind == "f":
        return values.astype(np.float32, copy=False)
    if values.dtype == np.uint8:
        return (values.astype(np.float32) - 128.0) / np.float32(128.0)
    # A power of two: exact in float32 for up to 24 bits.
    return values.astype(np.float32) * np.float32(1.0 / (1 << (8 * values.itemsize - 1)))
