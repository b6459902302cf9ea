"""A file for encoders in C (libsndfile, FFmpeg). They do not report why writing failed, so the error is kept here."""

import os
from typing import BinaryIO


class SinkFile:
    """Receives what an encoder writes and never raises inside it; the caller that feeds the encoder calls `check`.

    The encoder's file begins at the present position of `file`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._begin = file, file.tell()
        self._error: OSError | None = None
        self.is_gone = False
        """Set when the encoder is to end without writing."""

    def check(self) -> None:
        """Raises OSError if anything could not be written so far."""
        if self._error:
            raise self._error

    def write(self, data: bytes) -> int:
        """The number of bytes written, 0 on failure."""
        if self.is_gone:
            return len(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self._error = error
            return 0

    def read(self, count: int = -1) -> bytes:
        """Read what was written before."""
        return self._file.read(count)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position, -1 on failure."""
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
