"""Writes WAV with what libsndfile's writer lacks: a time reference, and RF64 only above 4 GB.

Sources: Microsoft's RIFF and WAVEFORMATEXTENSIBLE, EBU Tech 3285 (bext), EBU Tech 3306 (RF64).
"""

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from samstudio.audio.metadata.cue import marker_chunks
from samstudio.audio.metadata.riff import BEXT_TIME_REFERENCE, EXTENSIBLE, INFO_NAMES, UNKNOWN_SIZE, riff_chunk
from samstudio.audio.metadata.tags import SOFTWARE, Metadata

BEXT_SIZE = 602
"""Length of a bext chunk without a coding history."""
DS64_SIZE = 28
RIFF_LIMIT = UNKNOWN_SIZE
"""The first size that a RIFF header cannot hold."""
PCM, IEEE_FLOAT = 1, 3
SUBFORMAT_TAIL = bytes.fromhex("000000001000800000aa00389b71")
"""The last 14 bytes of a subformat GUID; the first two are the format tag."""


class WavSink:
    """Writes a WAV file into `file` from its beginning.

    `bits` is 16 or 24 (integers) or 32 (float).
    """

    def __init__(
        self,
        file: BinaryIO,
        sample_rate: int,
        channels: int,
        bits: int,
        metadata: Metadata,
    ) -> None:
        self._file, self._frame_bytes = file, channels * bits // 8
        # Chunks that some readers do not know come after the sound.
        self._tail = marker_chunks(metadata.markers)
        if metadata.ixml:
            self._tail += riff_chunk(b"iXML", metadata.ixml)
        head = [riff_chunk(b"JUNK", bytes(DS64_SIZE))]
        if metadata.time_reference is not None:
            head.append(riff_chunk(b"bext", _bext(metadata.time_reference, metadata)))
        head.append(riff_chunk(b"fmt ", _format(sample_rate, channels, bits, metadata.speakers)))
        # The standard requires the number of frames for every format but PCM.
        self._fact_at = 12 + sum(map(len, head)) + 8 if bits == 32 else None
        if self._fact_at:
            head.append(riff_chunk(b"fact", bytes(4)))
        if info := _info(metadata.tags):
            head.append(riff_chunk(b"LIST", b"INFO" + info))
        if bits == 32 and (12 + sum(map(len, head)) + 8) % 4:
            # Aligned to four bytes, so that the floats can be memory-mapped.
            head.append(riff_chunk(b"JUNK", bytes(2)))
        self._file.write(b"RIFF" + bytes(4) + b"WAVE" + b"".join(head) + b"data" + bytes(4))
        self._data_at = self._file.tell()
        self._written = 0

    def write(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels) integers of the file's width, or floats. Raises OSError."""
        width = self._frame_bytes // values.shape[1]
        if width == 3:
            data = _packed(np.ascontiguousarray(values, "<i4").view(np.uint8).reshape(-1))
        else:
            data = values.astype("<i2" if width == 2 else "<f4").tobytes()
        self._file.write(data)
        self._written += len(data)

    def finish(self) -> None:
        """Write the sizes into the header; past 4 GB the file becomes RF64. Raises OSError."""
        file, frames = self._file, self._written // self._frame_bytes
        if self._written % 2:
            file.write(b"\0")
        file.write(self._tail)
        riff_size = self._data_at + self._written + self._written % 2 + len(self._tail) - 8
        is_large = riff_size >= RIFF_LIMIT
        if is_large:
            file.seek(12)
            file.write(riff_chunk(b"ds64", struct.pack("<QQQI", riff_size, self._written, frames, 0)))
        file.seek(0)
        file.write(struct.pack("<4sI", *((b"RF64", UNKNOWN_SIZE) if is_large else (b"RIFF", riff_size))))
        file.seek(self._data_at - 4)
        file.write(struct.pack("<I", UNKNOWN_SIZE if is_large else self._written))
        if self._fact_at:
            file.seek(self._fact_at)
            file.write(struct.pack("<I", min(frames, UNKNOWN_SIZE)))


def _packed(data: NDArray[np.uint8]) -> bytes:
    """The lower three of every four bytes. One strided copy per byte is many times faster than groups of three."""
    packed = np.empty(data.size // 4 * 3, np.uint8)
    for byte in range(3):
        packed[byte::3] = data[byte::4]
    return packed.tobytes()


def _format(sample_rate: int, channels: int, bits: int, speakers: int) -> bytes:
    tag = IEEE_FLOAT if bits == 32 else PCM
    frame = channels * bits // 8
    fields = (channels, sample_rate, sample_rate * frame, frame, bits)
    if channels > 2:
        return struct.pack("<HHIIHHHHIH", EXTENSIBLE, *fields, 22, bits, speakers, tag) + SUBFORMAT_TAIL
    plain = struct.pack("<HHIIHH", tag, *fields)
    return plain + bytes(2) if tag == IEEE_FLOAT else plain


def _bext(time_reference: int, metadata: Metadata) -> bytes:
    """The chunk, with description, reference, date and history of the one that came with the source.

    The time reference counts from the midnight of the source's date. The source's identifier (UMID) and loudness are
    left out: they describe another file.
    """
    source = metadata.bext
    bext = bytearray(source[:BEXT_TIME_REFERENCE].ljust(BEXT_SIZE, b"\0"))
    # The originator, after the 256 bytes of the description.
    bext[256:288] = SOFTWARE.encode().ljust(32, b"\0")
    if not any(bext[320:338]):
        bext[320:338] = f"{datetime.now().astimezone():%Y-%m-%d%H:%M:%S}".encode()
    struct.pack_into("<QH", bext, BEXT_TIME_REFERENCE, time_reference, 1)
    # Lines of ASCII, each ended by CR and LF.
    lines = [
        *source[BEXT_SIZE:].split(b"\0")[0].splitlines(),
        *metadata.history.encode("ascii", errors="replace").splitlines(),
    ]
    return bytes(bext) + b"".join(line + b"\r\n" for line in lines)


def _info(tags: Mapping[str, str]) -> bytes:
    return b"".join(
        riff_chunk(name, tags[tag].encode(errors="replace") + b"\0")
        for tag, name in INFO_NAMES.items()
        if tags.get(tag)
    )
