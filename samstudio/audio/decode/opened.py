"""Opens files for FFmpeg."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Stream

_GROWING = {"mpeg", "mpegts", "flv", "ogg", "nut", "live_flv"}
"""Containers in which streams may appear on the way."""


class _TolerantFile(io.BufferedReader):
    """A file that answers -1 where it cannot seek to.

    A damaged header leads anywhere, and PyAV prints the traceback of what a file raises.
    """

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place; -1 for one that no file can have."""
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return -1


def open_file(path: Path) -> io.BufferedReader:
    """The file, opened for `open_container`. Raises OSError."""
    return _TolerantFile(io.FileIO(path))


def open_container(file: io.BufferedReader) -> InputContainer:
    """FFmpeg's view of an opened file. Raises av.FFmpegError, OSError, ValueError.

    A file object and not a name: FFmpeg takes some names for network addresses or lists of other files. And no protocol
    at all for what a playlist inside would have it open.
    """
    return av.open(file, "r", metadata_errors="replace", options={"protocol_whitelist": "none"})


def packets_of(container: InputContainer, stream: Stream) -> Iterator[Any]:
    """The packets of a stream, at the end an empty one for the decoder. Raises av.FFmpegError.

    PyAV keeps a list of the streams there are at the beginning; what it does with packets of others that appear later
    is left to chance: it may hand them out, or stumble over them at the end.
    """
    index = stream.index
    try:
        if len(container.streams) == 1 and container.format.name not in _GROWING:
            yield from container.demux(stream)
        else:
            for packet in container.demux(stream):
                if packet.stream_index == index:
                    yield packet
    except IndexError:
        return
