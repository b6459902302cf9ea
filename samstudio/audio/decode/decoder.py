"""What every way of decoding a file looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from samstudio.audio.decode.faults import Faults
from samstudio.session.clip import Samples

MAX_CHANNELS = 8
MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 100, 1_536_000


@dataclass(frozen=True)
class FileInfo:
    """What a file says about itself; `frames` is None where only decoding tells."""

    frames: int | None
    sample_rate: int
    channels: int
    format: str
    subtype: str

    @property
    def duration(self) -> float | None:
        """Length in seconds, None where only decoding tells."""
        return None if self.frames is None else self.frames / self.sample_rate


class DecodingError(Exception):
    """The decoder cannot make sense of the file (another one might)."""


class NoSoundError(DecodingError):
    """The file is understood and holds no sound."""


class NoSuchTrackError(DecodingError):
    """The file has fewer sound tracks; `args[0]` is how many."""


class Decoder(Protocol):
    """An opened file whose sound is drawn from front to back."""

    info: FileInfo
    tags: Mapping[str, str]
    time_reference: int | None
    expected_frames: int
    """The best guess of the length, 0 where there is none."""
    faults: Faults
    """What was wrong so far, and where."""

    @property
    def is_damaged(self) -> bool:
        """Whether something on the way made no sense."""
        ...

    def read_into(self, out: Samples) -> int:
        """Fill `out` (n, channels) and return the number of frames written; fewer than n only at the end.

        Raises DecodingError where the data is damaged.
        """
        ...

    def shortfall(self, frames: int) -> int:
        """How many frames the file promised beyond the `frames` that could be read."""
        ...

    def surplus(self, frames: int) -> int:
        """How many of the `frames` read are padding that could not be told from sound where it was met."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
