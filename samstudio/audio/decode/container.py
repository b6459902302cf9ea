"""Decoding by FFmpeg (PyAV): everything compressed, and the sound of videos."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from samstudio.audio.decode.chunks import Chunk, Timed, joined
from samstudio.audio.decode.conversion import converted
from samstudio.audio.decode.decoder import DecodingError, FileInfo, NoSoundError
from samstudio.audio.decode.faults import Faults
from samstudio.audio.decode.ogg.sound import OggSound, is_known_ogg
from samstudio.audio.decode.opened import open_container, open_file
from samstudio.audio.decode.packets import DemuxedSound
from samstudio.audio.decode.stated_length import is_truncated, stated_length
from samstudio.audio.decode.timeline import FREE_SILENCE, SLOWEST_STREAM, ChunkTimeline
from samstudio.audio.decode.tracks import sound_stream, tracks_of
from samstudio.audio.metadata.timecode import timecode_start
from samstudio.session.clip import Samples

MAX_PADDING = 8192
"""Frames by which a stream's announced length may differ because of encoder padding."""
_SHORTEST_TAIL, _LONGEST_TAIL = Fraction(3, 100), Fraction(1)
"""Seconds: about a packet, and what some damaged ones may hold."""
TAGS = {"track": "tracknumber"} | {
    name: name
    for name in ("title", "artist", "album", "date", "comment", "tracknumber", "genre", "copyright", "software")
}
"""FFmpeg's names for tags, and ours."""


class FrameSource(Protocol):
    """Where decoded frames come from."""

    is_damaged: bool
    tolerance: Fraction
    """Seconds by which a time stamp may differ from the samples because it is rounded."""
    tick: Fraction
    """Seconds; the unit in which time stamps count."""
    zero: Fraction | None
    """The time stamp at which the sound begins; None for that of the first frame that can be decoded."""

    def frames(self) -> Iterator[Timed]:
        """Every frame that can be decoded, with its time."""
        ...


class ContainerDecoder:
    """A file opened by FFmpeg; `track` counts its sound tracks from 1, None is the default one.

    Raises NoSoundError for a video without sound, NoSuchTrackError, DecodingError for what FFmpeg cannot decode.
    """

    time_reference: int | None = None
    faults: Faults

    def __init__(self, path: Path, track: int | None = None) -> None:
        self._raw = open_file(path)
        try:
            self._container = open_container(self._raw)
            stream = self._stream = sound_stream(self._container, track)
            number = self._container.streams.audio.index(stream) + 1
            self._sound: FrameSource = (
                OggSound(path, number) if is_known_ogg(path) else DemuxedSound(path, self._container, stream)
            )
            chunks = joined(self._sound.frames(), self._sound.tolerance)
            # Only the decoder knows rate and channels for sure (AAC may double its rate).
            first = next(chunks, None)
        except (av.FFmpegError, OSError, ValueError) as error:
            self.close()
            raise DecodingError(str(error)) from error
        except DecodingError:
            self.close()
            raise
        if first is None or not first.samples.shape[1]:
            damaged = self.is_damaged
            self.close()
            raise DecodingError("damaged throughout") if damaged else NoSoundError("no samples")
        self._describe(path, first)
        self.tracks = tracks_of(self._container)
        placed = self._timeline(path, self._zero(first)).place(chain([first], chunks))
        self._blocks = converted(placed, self.info.sample_rate, self.info.channels, self.faults)
        self._rest: Samples = np.zeros((0, self.info.channels), np.float32)

    @property
    def is_damaged(self) -> bool:
        """Whether a packet could not be decoded."""
        return hasattr(self, "_sound") and self._sound.is_damaged

    def _describe(self, path: Path, first: Chunk) -> None:
        """Set rate, channels and expected length from what was decoded first."""
        rate = first.rate
        codec, file_format = self._stream.codec_context, self._container.format
        self.tags: Mapping[str, str] = _tags({**self._container.metadata, **self._stream.metadata})
        self.info = FileInfo(None, rate, first.samples.shape[1], file_format.long_name, codec.codec.long_name)
        self._stated = stated_length(path, self._container, self._stream)
        self._is_truncated = is_truncated(path)
        seconds = self._stated or Fraction(self._container.duration or 0, av.time_base)
        self.expected_frames = max(0, round(seconds * rate))
        self.faults = Faults(path, rate)
        begins = timecode_start(self._container, self._stream)
        self.time_reference = None if begins is None else round(begins * rate)

    def _zero(self, first: Chunk) -> Fraction | None:
        """The time stamp at which the sound begins; None for that of what was decoded first."""
        # FLAC counts from 0 on: what is missing up to the first frame is damaged. A recorded stream begins anywhere.
        if self._container.format.name == "flac" and first.start is not None and first.start < 1:
            return Fraction(0)
        return self._sound.zero

    def _timeline(self, path: Path, zero: Fraction | None) -> ChunkTimeline:
        container, sound = self._container, self._sound
        silence_left = FREE_SILENCE + Fraction(path.stat().st_size, SLOWEST_STREAM)
        last = None
        if container.start_time is not None and container.duration:
            last = Fraction(container.start_time + container.duration, av.time_base) + 1
        return ChunkTimeline(sound.tolerance, sound.tick, silence_left, self.faults, last, self._missing_at_end, zero)

    def _missing_at_end(self, end: Fraction) -> Fraction:
        """Seconds of sound lost to damage at the end of a file that is not truncated."""
        name = self._container.format.name.split(",", maxsplit=1)[0]
        # Matroska's demuxer skips what is damaged without an error.
        if not self._stated or self._is_truncated or not (self.is_damaged or name == "matroska"):
            return Fraction(0)
        short = self._stated - end
        # In other containers it is unknown whether the end was cut off: that is reported, and no silence is added.
        is_little = name in {"matroska", "mov"} or short < _LONGEST_TAIL
        return short if short > _SHORTEST_TAIL and is_little else Fraction(0)

    def read(self, frames: int) -> Samples:
        """What comes next, `frames` at most."""
        try:
            while not len(self._rest):
                self._rest = next(self._blocks)
        except StopIteration:
            pass
        except (av.FFmpegError, OSError, ValueError, DecodingError) as error:
            self._sound.is_damaged = True
            raise DecodingError(str(error)) from error
        part, self._rest = self._rest[:frames], self._rest[frames:]
        return part

    def shortfall(self, frames: int) -> int:
        """Frames that the stream announced and did not hold; the length of a whole video is no announcement."""
        is_sure = self._stated and (self._is_truncated or "matroska" not in self._container.format.name)
        missing = self.expected_frames - frames if is_sure else 0
        return missing if missing > MAX_PADDING else 0

    def surplus(self, frames: int) -> int:
        """FFmpeg cuts an MP3's padding at the end by counting samples; in damaged sound it counts too few."""
        counts = self._stated and self.is_damaged and self._container.format.name == "mp3"
        surplus = frames - self.expected_frames if counts else 0
        return surplus if 0 < surplus <= MAX_PADDING else 0

    def close(self) -> None:
        """Close the file."""
        if hasattr(self, "_container"):
            self._container.close()
        self._raw.close()


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    lower = {key.lower(): text for key, text in metadata.items()}
    return {ours: lower[theirs] for theirs, ours in TAGS.items() if lower.get(theirs)}
