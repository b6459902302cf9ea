"""A file for encoders in C (libsndfile, FFmpeg), which know no reason when writing fails: the reason is kept here."""

import os
from typing import BinaryIO


class SinkFile:
    """Takes what an encoder writes, and never raises to it: `check` does, to whoever feeds the encoder.

    The encoder's file begins where `file` stands now.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._begin = file, file.tell()
        self._error: OSError | None = None
        self.is_gone = False
        """Set when the encoder is to end without writing."""

    def check(self) -> None:
        """Raises OSError if anything could not be written since the beginning."""
        if self._error:
            raise self._error

    def write(self, data: bytes) -> int:
        """Bytes written, 0 where that failed."""
        if self.is_gone:
            return len(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self._error = error
            return 0

    def read(self, count: int = -1) -> bytes:
        """What was written before."""
        return self._file.read(count)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position, -1 where that failed."""
        if self.is_gone:
            return 0
        try:
            begin = self._begin if whence == os.SEEK_SET else 0
            return self._file.seek(begin + offset, whence) - self._begin
        except OSError as error:
            # Seeking writes what was buffered, and can fail like writing.
            self._error = error
            return -1

    def tell(self) -> int:
        """The position."""
        return 0 if self.is_gone else self._file.tell() - self._begin
