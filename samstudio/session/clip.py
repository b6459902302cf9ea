"""The opened audio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound everywhere outside `separation`: float32, shape (frames, channels), full scale at +-1."""


@dataclass(frozen=True, eq=False)
class AudioClip:
    """A recording: `samples` float32 (frames, channels), read-only, at `sample_rate` Hz.

    `samples` may be memory-mapped and still being filled by a reader; frames not read yet are zero.
    """

    samples: Samples
    sample_rate: int
    path: Path | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    """Text tags that exports keep (title, artist, comment, ...)."""
    time_reference: int | None = None
    """BWF time reference: frames since midnight of the first sample (EBU Tech 3285), None if the file has none."""
    riff_chunks: Sequence[tuple[bytes, bytes]] = ()
    """Chunks (name, content) of the WAV file that exports keep: recorder's metadata, markers, speaker layout. They
    are read when the file is opened: at the export it may have been removed."""
    track: int | None = None
    """Which of the file's sound tracks it is, from 1 on; None for the one that the file has as its default."""

    @property
    def frames(self) -> int:
        """Length in frames."""
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        """Number of channels, 1..8."""
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate

    @property
    def name(self) -> str:
        """The file's name without folder and ending."""
        return self.path.stem if self.path else "untitled"
