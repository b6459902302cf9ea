"""What travels in a sound file beside the sound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samstudio.audio.cue import Marker
from samstudio.audio.riff import read_at, riff_chunks

MAX_IXML_BYTES = 1 << 20


@dataclass(frozen=True)
class Metadata:
    """`tags` go into every format; all else only into WAV."""

    tags: Mapping[str, str] = field(default_factory=dict)
    time_reference: int | None = None
    """Frames since midnight of the first sample (EBU Tech 3285)."""
    markers: Sequence[Marker] = ()
    history: str = ""
    """How the sound came about, for the coding history of the bext chunk."""
    ixml: bytes = b""
    """A field recorder's notes (iXML) as they stand in the source."""


def ixml_of(path: Path | None) -> bytes:
    """The iXML chunk of a WAV file; nothing where there is none, or no such file."""
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            for name, start, size in riff_chunks(file):
                if name == b"iXML" and size <= MAX_IXML_BYTES:
                    return read_at(file, start, size)
    except OSError:
        # The recording is in memory or scratch already; its notes are not worth stopping for.
        return b""
    return b""
