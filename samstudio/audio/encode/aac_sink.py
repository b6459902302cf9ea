"""Writing AAC in an M4A file by FFmpeg (PyAV)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from samstudio.audio.encode.sink_file import SinkFile

_BIT_RATE = 128_000
"""Bits per second and channel: transparent to nearly all listeners."""
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
_TAGS = {"tracknumber": "track"}


class AacSink:
    """Writes into `file` what AudioFormat.check allows."""

    def __init__(self, file: BinaryIO, sample_rate: int, channels: int, tags: Mapping[str, str]) -> None:
        self._disk = SinkFile(file)
        self._container = av.open(self._disk, "w", format="ipod")
        self._container.metadata.update({_TAGS.get(name, name): text for name, text in tags.items() if text})
        self._stream = self._container.add_stream("aac", rate=sample_rate, layout=_LAYOUTS[channels])
        self._stream.bit_rate = _BIT_RATE * channels
        self._rate, self._layout, self._written = sample_rate, _LAYOUTS[channels], 0

    def write(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels) floats. Raises OSError."""
        # Interleaved: of eight planes PyAV counts nine.
        interleaved = values.astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, self._written
        self._written += len(values)
        self._encode(frame)

    def finish(self) -> None:
        """Write the encoder's last frames and the index. Raises OSError."""
        self._encode(None)
        with self._checked():
            self._container.close()

    def _encode(self, frame: av.AudioFrame | None) -> None:
        with self._checked():
            for packet in self._stream.encode(frame):
                self._container.mux(packet)

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Raises OSError, the disk's own if there is one."""
        try:
            yield
        except av.FFmpegError:
            self._disk.check()
            raise
        self._disk.check()

    def abandon(self) -> None:
        """End the encoder without writing."""
        self._disk.is_gone = True
        with suppress(av.FFmpegError, OSError, ValueError):
            self._container.close()
