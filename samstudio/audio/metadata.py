"""What travels in a sound file beside the sound."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samstudio.audio.cue import Marker, read_markers
from samstudio.audio.riff import EXTENSIBLE, read_at, riff_chunks
from samstudio.session.clip import AudioClip

MAX_CHUNK_BYTES = 1 << 20
_MASK_AT = 20
"""Where the channel mask stands in WAVEFORMATEXTENSIBLE."""


@dataclass(frozen=True)
class Metadata:
    """`tags` go into every format; all else only into WAV."""

    tags: Mapping[str, str] = field(default_factory=dict)
    time_reference: int | None = None
    """Frames since midnight of the first sample (EBU Tech 3285)."""
    markers: Sequence[Marker] = ()
    history: str = ""
    """How the sound came about, for the coding history of the bext chunk."""
    bext: bytes = b""
    """A field recorder's bext chunk as it stands in the source: its description, reference, date and history go on."""
    speakers: int = 0
    """Which speaker each of more than two channels is for, as WAVEFORMATEXTENSIBLE has it; 0 where nobody has told."""
    ixml: bytes = b""
    """A field recorder's notes (iXML) as they stand in the source."""


def metadata_of(clip: AudioClip) -> Metadata:
    """What came with a recording, to go on with what is made of it."""
    return Metadata(
        clip.tags,
        clip.time_reference,
        bext=_chunk(clip.path, b"bext"),
        speakers=_speakers(_chunk(clip.path, b"fmt ")),
        ixml=ixml_of(clip.path),
    )


def _speakers(wave_format: bytes) -> int:
    """The channel mask of a fmt chunk that has one."""
    if len(wave_format) < _MASK_AT + 4 or struct.unpack_from("<H", wave_format)[0] != EXTENSIBLE:
        return 0
    mask: int = struct.unpack_from("<I", wave_format, _MASK_AT)[0]
    return mask


def ixml_of(path: Path | None) -> bytes:
    """The iXML chunk of a WAV file; nothing where there is none, or no such file."""
    return _chunk(path, b"iXML")


def markers_of(path: Path | None) -> Sequence[Marker]:
    """The markers of a WAV file; none where there are none, or no such file."""
    if path is None:
        return ()
    try:
        with path.open("rb") as file:
            return read_markers(file)
    except OSError:
        return ()


def _chunk(path: Path | None, wanted: bytes) -> bytes:
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            for name, start, size in riff_chunks(file):
                if name == wanted and size <= MAX_CHUNK_BYTES:
                    return read_at(file, start, size)
    except OSError:
        # The recording is in memory or scratch already; its notes are not worth stopping for.
        return b""
    return b""
