"""Decoding by FFmpeg (PyAV): everything compressed, and the sound of films."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from samstudio.audio.decode import ogg
from samstudio.audio.decode.chunks import Chunk, Timed, joined
from samstudio.audio.decode.conversion import converted
from samstudio.audio.decode.decoder import DecodingError, FileInfo, NoSoundError
from samstudio.audio.decode.faults import Faults
from samstudio.audio.decode.packets import DemuxedSound
from samstudio.audio.decode.promises import promised_length
from samstudio.audio.decode.timeline import FREE_SILENCE, SLOWEST_STREAM, ChunkTimeline
from samstudio.audio.decode.tracks import open_container, sound_stream
from samstudio.audio.metadata.timecode import timecode_start
from samstudio.session.clip import Samples

MAX_PADDING = 8192
"""Frames by which a stream's reporting length may differ because of encoder padding."""
TAGS = {"track": "tracknumber"} | {
    name: name
    for name in ("title", "artist", "album", "date", "comment", "tracknumber", "genre", "copyright", "software")
}
"""FFmpeg's names for tags, and ours."""


class FrameSource(Protocol):
    """Where decoded frames come from."""

    is_damaged: bool
    tolerance: Fraction
    """Seconds by which a time stamp may differ from the samples for being rounded."""
    tick: Fraction
    """Seconds; the unit in which time stamps count."""

    def frames(self) -> Iterator[Timed]:
        """Every frame that can be decoded, with its time."""
        ...


class ContainerDecoder:
    """A file opened by FFmpeg; `track` counts its sound tracks from 1, None is the default one.

    Raises NoSoundError for a film without sound, NoSuchTrackError, DecodingError for what FFmpeg cannot make sense of.
    """

    time_reference: int | None = None
    faults: Faults

    def __init__(self, path: Path, track: int | None = None) -> None:
        self._raw = path.open("rb")
        try:
            self._container = open_container(self._raw)
            stream = self._stream = sound_stream(self._container, track)
            number = self._container.streams.audio.index(stream) + 1
            self._sound: FrameSource = (
                ogg.OggSound(path, number) if ogg.is_known(path) else DemuxedSound(path, self._container, stream)
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
        placed = self._timeline(path).place(chain([first], chunks))
        self._blocks = converted(placed, self.info.sample_rate, self.info.channels, self.faults)
        self._rest: Samples = np.zeros((0, self.info.channels), np.float32)

    @property
    def is_damaged(self) -> bool:
        """Whether a packet made no sense."""
        return hasattr(self, "_sound") and self._sound.is_damaged

    def _describe(self, path: Path, first: Chunk) -> None:
        """Take rate, channels and expected length from what was decoded first."""
        rate = first.rate
        codec, file_format = self._stream.codec_context, self._container.format
        self.tags: Mapping[str, str] = _tags({**self._container.metadata, **self._stream.metadata})
        self.info = FileInfo(None, rate, first.samples.shape[1], file_format.long_name, codec.codec.long_name)
        self._promised = promised_length(path, self._container, self._stream)
        seconds = self._promised or Fraction(self._container.duration or 0, av.time_base)
        self.expected_frames = max(0, round(seconds * rate))
        self.faults = Faults(path, rate)
        begins = timecode_start(self._container, self._stream)
        self.time_reference = None if begins is None else round(begins * rate)

    def _timeline(self, path: Path) -> ChunkTimeline:
        container, sound = self._container, self._sound
        room = FREE_SILENCE + Fraction(path.stat().st_size, SLOWEST_STREAM)
        last = None
        if container.start_time is not None and container.duration:
            last = Fraction(container.start_time + container.duration, av.time_base) + 1
        return ChunkTimeline(sound.tolerance, sound.tick, room, self.faults, last)

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
            # What came before the damage is returned first; the generator has ended then.
            self._sound.is_damaged = True
            if not done:
                raise DecodingError(str(error)) from error
        return done

    def shortfall(self, frames: int) -> int:
        """Frames that the stream reporting and did not hold; the length of a whole film is no announcement."""
        missing = self.expected_frames - frames if self._promised else 0
        return missing if missing > MAX_PADDING else 0

    def surplus(self, frames: int) -> int:
        """FFmpeg cuts an MP3's padding at the end by counting samples; of damaged sound it counts too few."""
        counts = self._promised and self.is_damaged and self._container.format.name == "mp3"
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
