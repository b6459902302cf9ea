"""The interface of all decoders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from samstudio.audio.decode.faults import Faults
from samstudio.session.clip import Samples

MAX_CHANNELS = 8
MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 100, 1_536_000


@dataclass(frozen=True)
class FileInfo:
    """What a file's header states; `frames` is None if only decoding shows it."""

    frames: int | None
    sample_rate: int
    channels: int
    format: str
    subtype: str

    @property
    def duration(self) -> float | None:
        """Length in seconds, None if only decoding shows it."""
        return None if self.frames is None else self.frames / self.sample_rate


@dataclass(frozen=True)
class SoundTrack:
    """One of a file's sound tracks; `number` counts from 1. `language` is the code of ISO 639, "" where unknown."""

    number: int
    name: str
    language: str
    layout: str
    channels: int
    sample_rate: int
    is_default: bool

    @property
    def title(self) -> str:
        """One line for a menu or a list: `2 Commentary · eng · stereo`."""
        return f"{self.number} {' · '.join(text for text in (self.name, self.language, self.layout) if text)}".strip()


class DecodingError(Exception):
    """The decoder cannot read the file (another one might)."""


class NoSoundError(DecodingError):
    """The file is understood and holds no sound."""


class NoSuchTrackError(DecodingError):
    """The file has fewer sound tracks; `args[0]` is how many."""


class Decoder(Protocol):
    """An opened file whose sound is read from beginning to end."""

    info: FileInfo
    tags: Mapping[str, str]
    time_reference: int | None
    expected_frames: int
    """The best estimate of the length, 0 if there is none."""
    tracks: tuple[SoundTrack, ...]
    """The file's sound tracks, of which this is one; none where the format has no tracks."""
    faults: Faults
    """The faults found so far, with their places."""

    @property
    def is_damaged(self) -> bool:
        """Whether a part could not be decoded."""
        ...

    def read(self, frames: int) -> Samples:
        """What comes next, `frames` at most, as an array (n, channels) that may be changed; of 0 only at the end.

        It is valid until the next call. Raises DecodingError if the data is damaged.
        """
        ...

    def shortfall(self, frames: int) -> int:
        """The number of frames the file announced beyond the `frames` that could be read."""
        ...

    def surplus(self, frames: int) -> int:
        """How many of the `frames` read are padding that could not be distinguished from sound while decoding."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...
