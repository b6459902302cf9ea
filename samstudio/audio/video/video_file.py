"""Reads the video of a file: the frame nearest to any time, one at a time, whatever the length.

Time is that of the sound: at 0 s the first sample of the clip is heard. A frame is uint8 RGB (H, W, 3), upright and
with square pixels.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from samstudio.audio.decode.faults import quoted
from samstudio.audio.decode.opened import open_container, open_file, packets_of
from samstudio.audio.decode.tracks import sound_stream_or_none
from samstudio.audio.errors import AudioError
from samstudio.audio.files import check_readable
from samstudio.audio.video.video_clock import begin_of, video_begin

Frame = NDArray[np.uint8]
_Timed = tuple[float, VideoFrame]

LONGEST_SIDE = 1920
"""Larger frames are scaled down to this, in pixels."""
_MOST_PIXELS, _THREADED_PIXELS = 1 << 26, 1 << 24
"""8192 × 8192: a quarter of a gigabyte a frame as it is shown; 4096 × 4096, which is more than 4K."""
SEEK_AHEAD = 3.0
"""Seconds; a nearer frame is reached by decoding on instead of seeking."""
_PROBES, _PROBE_BYTES = 6, 1 << 16
"""Pieces of a file that tell it from others."""
SEEK_EARLIER = (0.0, 12.0)
"""Seconds; if an index leads to a key frame that is too late, an earlier one is sought."""


@dataclass(frozen=True)
class VideoInfo:
    """Size in square pixels, frames per second and the picture's end on the clip's time (seconds); None: not known."""

    width: int
    height: int
    frame_rate: float | None
    end: float | None


@dataclass(frozen=True)
class VideoFile:
    """The video of the file `path`, opened only when frames are read; times are those of the sound track `track`."""

    path: Path
    track: int | None = None

    @property
    def key(self) -> str:
        """Tells its content from others, wherever the file lies and whatever it is called; "" if it cannot be read."""
        try:
            state = self.path.stat()
            return f"{_fingerprint(self.path, state.st_size, state.st_mtime_ns)} {self.track}"
        except OSError:
            return ""

    def frames_at(self, times: Iterable[float]) -> Generator[Frame, None, None]:
        """Yield the frame nearest to each of the times (seconds of the clip), decoding once if they rise.

        Raises AudioError.
        """
        with closing(VideoReader(self.path, track=self.track)) as reader:
            for time in times:
                yield reader.frame_at(time)


@lru_cache(maxsize=64)
def _fingerprint(path: Path, size: int, _changed: int) -> str:
    """Of a film's size and some of its bytes, both ends among them, where the containers have their tables of frames.

    All of a long film would take minutes to read. Raises OSError.
    """
    digest = sha256(str(size).encode())
    with path.open("rb") as file:
        for number in range(_PROBES):
            file.seek(max(0, size - _PROBE_BYTES) * number // (_PROBES - 1))
            digest.update(file.read(_PROBE_BYTES))
    return digest.hexdigest()


class VideoReader:
    """An open video. Raises AudioError for a file without a video, or with one that cannot be decoded."""

    _near: _Timed
    _next: _Timed | None
    """The frame nearest to the time requested last, and the one after it."""

    def __init__(self, path: Path, longest_side: int = LONGEST_SIDE, track: int | None = None) -> None:
        check_readable(path)
        self._path, self._longest_side, self._track = path, longest_side, track
        self._opened = ExitStack()
        self._asked = 0.0
        self._shown: tuple[VideoFrame, Frame] | None = None
        try:
            self._rewind()
        except (av.FFmpegError, OSError, ValueError) as error:
            self.close()
            raise AudioError(f"The video of {quoted(path)} cannot be read: convert it to MP4 first.") from error
        except AudioError:
            self.close()
            raise
        self.info = self._describe()

    def frame_at(self, time: float) -> Frame:
        """The frame nearest to `time` (seconds), the earlier of two; the same array as long as it is the same frame."""
        if time < self._asked or (self._next and time > self._next[0] + SEEK_AHEAD):
            self._seek(time)
        self._asked = time
        while self._next and self._next[0] - time < time - self._near[0]:
            self._near, self._next = self._next, next(self._frames, None)
        frame = self._near[1]
        if self._shown is None or self._shown[0] is not frame:
            self._shown = frame, self._pixels_of(frame)
        return self._shown[1]

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def _rewind(self) -> None:
        """Open the file again and decode its first frame."""
        self.close()
        file = self._opened.enter_context(open_file(self._path))
        self._container = self._opened.enter_context(open_container(file))
        self._stream = video_stream(self._container, self._path)
        codec = self._stream.codec_context
        if codec.width * codec.height > _MOST_PIXELS:
            raise AudioError(
                f"The video of {quoted(self._path)} has {codec.width} × {codec.height} pixels, which is too large: "
                "scale it down first."
            )
        # It may also grow on the way.
        codec.options = {"max_pixels": str(_MOST_PIXELS)}
        # Every thread holds frames of its own.
        self._stream.thread_type = "AUTO" if codec.width * codec.height <= _THREADED_PIXELS else "NONE"
        self._origin = float(begin_of(self._container, sound_stream_or_none(self._container, self._track)))
        if not self._begin():
            raise AudioError(f"No frame of {quoted(self._path)} can be decoded: convert it to MP4 first.")

    def _begin(self) -> bool:
        """Decode the next two frames; whether there is at least one."""
        self._frames = self._decoded()
        if (first := next(self._frames, None)) is None:
            return False
        self._near, self._next = first, next(self._frames, None)
        return True

    def _decoded(self) -> Iterator[_Timed]:
        """Frames and their times from the container's present position to the end; damaged ones are left out."""
        stream, time = self._stream, 0.0
        step = float(1 / stream.average_rate) if stream.average_rate else 0.04
        packets = packets_of(self._container, stream)
        while (packet := _next_packet(packets)) is not None:
            frames: list[VideoFrame] = []
            with suppress(av.FFmpegError):
                frames = stream.codec_context.decode(packet)
            for frame in frames:
                time = time + step if frame.time is None else frame.time - self._origin
                yield time, frame

    def _seek(self, time: float) -> None:
        """Go to a frame at or before `time`, or to the video's first one."""
        for earlier in SEEK_EARLIER:
            # In the container's unit, microseconds.
            place = round((time + self._origin - earlier) * av.time_base)
            with suppress(av.FFmpegError, OSError):
                if place > 0:
                    self._container.seek(place)
                    if self._begin() and self._near[0] <= time:
                        return
        self._rewind()

    def _pixels_of(self, frame: VideoFrame) -> Frame:
        """The frame upright, with square pixels, not larger than `longest_side`; read-only."""
        width, height = self._square(frame)
        shrink = min(1.0, self._longest_side / max(width, height))
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        how = "AREA" if shrink < 1.0 else "BICUBIC"
        pixels = frame.to_ndarray(format="rgb24", width=size[0], height=size[1], interpolation=how)
        # Both are counterclockwise.
        upright = np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90)), np.uint8)
        upright.flags.writeable = False
        return upright

    def _square(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height in square pixels, before rotation."""
        ratio = self._stream.sample_aspect_ratio
        return round(frame.width * float(ratio or 1)), frame.height

    def _describe(self) -> VideoInfo:
        width, height = self._square(self._near[1])
        if round(self._near[1].rotation / 90) % 2:
            width, height = height, width
        stream, whole, end = self._stream, self._container.duration, None
        if stream.duration and stream.time_base:
            end = self._near[0] + float(stream.duration * stream.time_base)
        elif whole:
            # Of all in the file, where the picture alone does not say.
            end = ((self._container.start_time or 0) + whole) / av.time_base - self._origin
        return VideoInfo(width, height, float(stream.average_rate) if stream.average_rate else None, end)


def sound_delay(container: InputContainer, path: Path, track: int | None) -> Fraction:
    """Seconds from the beginning of a video file to that of its sound `track`, 0 without any. Raises AudioError."""
    video, sound = video_stream(container, path), sound_stream_or_none(container, track)
    return begin_of(container, sound) - video_begin(container, video, sound) if sound else Fraction(0)


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream that is not an album cover. Raises AudioError."""
    for stream in container.streams.video:
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic:
            return stream
    raise AudioError(f"There is no video in {quoted(path)}: choose a video file, or remove the object.")


def _next_packet(packets: Iterator["av.Packet[VideoStream]"]) -> "av.Packet[VideoStream] | None":
    """The next packet; None at the end, or if nothing more can be read."""
    try:
        return next(packets, None)
    except (av.FFmpegError, OSError):
        return None
