"""Writing FLAC by libsndfile."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from samstudio.audio.errors import AudioError
from samstudio.audio.sndfile import TAGS


class FlacSink:
    """Writes a FLAC file into `file`; `bits` is 16 or 24. Raises AudioError for what FLAC cannot hold."""

    def __init__(self, file: BinaryIO, sample_rate: int, channels: int, bits: int, tags: Mapping[str, str]) -> None:
        self._disk = _Disk(file)
        self._shift = 32 - bits
        try:
            self._flac = soundfile.SoundFile(self._disk, "w", sample_rate, channels, f"PCM_{bits}", format="FLAC")
        except soundfile.SoundFileError as error:
            self._disk.check()
            raise AudioError(
                f"FLAC cannot hold {channels} channels at {sample_rate} Hz: choose WAV, or another sample rate."
            ) from error
        for tag in TAGS:
            if tags.get(tag):
                setattr(self._flac, tag, tags[tag])

    def write(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels) integers. Raises OSError."""
        try:
            # libsndfile wants the samples at the top of its 32 bits.
            self._flac.write(np.left_shift(values.astype(np.int32), self._shift))
        except (soundfile.SoundFileError, AssertionError):
            self._disk.check()
            raise
        self._disk.check()

    def finish(self) -> None:
        """Bring the encoder's last block into the file. Raises OSError."""
        self._flac.close()
        self._disk.check()

    def abandon(self) -> None:
        """End the encoder without writing."""
        self._disk.is_gone = True
        with suppress(soundfile.SoundFileError):
            self._flac.close()


class _Disk:
    """A file for libsndfile, which knows no reason when writing fails: the reason is kept here."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._error: OSError | None = None
        self.is_gone = False

    def check(self) -> None:
        if self._error:
            raise self._error

    def write(self, data: bytes) -> int:
        if self.is_gone:
            return len(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self._error = error
            return 0

    def read(self, count: int = -1) -> bytes:
        return self._file.read(count)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if self.is_gone:
            return 0
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            # Seeking writes what was buffered, and can fail like writing.
            self._error = error
            return -1

    def tell(self) -> int:
        return 0 if self.is_gone else self._file.tell()
