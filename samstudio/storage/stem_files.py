"""Stems as WAV files of 32-bit floats: written once, and mapped into memory instead of being read."""

import mmap
import os
import stat
import struct
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.wav_sink import IEEE_FLOAT
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.metadata.riff import EXTENSIBLE, UNKNOWN_SIZE, riff_chunks
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, keep_file, read_only, scratch_array
from samstudio.storage.session_text import StemError

_BLOCK = 1 << 18
_FORGET_BLOCKS = 64
_MOST_FORMAT_BYTES = 64


def write_stem(path: Path, samples: Samples, sample_rate: int) -> Generator[int, None, None]:
    """Write a new file, yielding the frames written so far; it appears when it is whole. Raises AudioError.

    It is read-only then: see `_protect`.
    """
    with AudioWriter(path, sample_rate, samples.shape[1], AudioFormat("wav", "32f")) as writer:
        for number, start in enumerate(range(0, len(samples), _BLOCK)):
            writer.write(samples[start : start + _BLOCK])
            if number % _FORGET_BLOCKS == 0:
                forget_pages(samples)
            yield writer.frames
    _protect(path)
    forget_pages(samples)


def map_stem(path: Path, sample_rate: int, channels: int, frames: int) -> Samples:
    """The samples in a file, read-only (frames, channels), backed by the file itself: memory does not grow with them.

    Raises StemError unless it is a plain file of exactly that sound, and ScratchError.
    """
    try:
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise StemError("is not a file")
            start, size = _find_samples(file, sample_rate, channels)
            if size != frames * channels * 4:
                raise StemError(f"has {size // (channels * 4)} frames instead of {frames}")
            # Where the samples lie at an offset that is no multiple of 4, or others could cut the file short.
            if start % 4 or not _is_protected(path, file):
                return _copied(file, start, frames, channels)
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            keep_file(pages, file.fileno())
    except FileNotFoundError as error:
        raise StemError("is missing") from error
    except OSError as error:
        raise StemError(f"cannot be read ({error.strerror})") from error
    if start + size > len(pages):
        raise StemError("was cut short while it was opened")
    return read_only(np.frombuffer(pages, "<f4", frames * channels, start).reshape(frames, channels))


def _is_protected(path: Path, file: BinaryIO) -> bool:
    """Whether no other program will cut an open file short: it is read-only now, or the system does not allow that.

    A file from elsewhere may be another user's, or on a disk without permissions.
    """
    if os.name != "posix":
        return True
    if os.fstat(file.fileno()).st_mode & 0o222:
        _protect(path)
    return not os.fstat(file.fileno()).st_mode & 0o222


def _protect(path: Path) -> None:
    """Make a file read-only: if it were truncated while it is mapped, the system would end the process.

    Windows prevents that itself; there, a read-only file could not be removed either.
    """
    if os.name == "posix":
        # A disk without permissions (FAT) has none to change.
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


def _copied(file: BinaryIO, start: int, frames: int, channels: int) -> Samples:
    """Samples of a file that cannot be mapped, copied to the scratch disk. Raises StemError, ScratchError, OSError."""
    samples = scratch_array(frames, channels)
    flat = samples.reshape(-1)
    file.seek(start)
    for first in range(0, frames * channels, _BLOCK):
        count = min(_BLOCK, frames * channels - first)
        data = file.read(4 * count)
        if len(data) != 4 * count:
            raise StemError("was cut short while it was read")
        flat[first : first + count] = np.frombuffer(data, "<f4")
    forget_pages(samples)
    return read_only(samples)


def _find_samples(file: BinaryIO, sample_rate: int, channels: int) -> tuple[int, int]:
    """First byte and number of bytes of the samples. Raises StemError."""
    length = file.seek(0, os.SEEK_END)
    long_size, known = 0, False
    for name, start, size in riff_chunks(file):
        if name == b"ds64":
            file.seek(start + 8)
            long_size = struct.unpack("<Q", file.read(8).ljust(8, b"\0"))[0]
        elif name == b"fmt ":
            file.seek(start)
            _check_format(file.read(min(size, _MOST_FORMAT_BYTES)), sample_rate, channels)
            known = True
        elif name == b"data":
            count = long_size if size == UNKNOWN_SIZE else size
            if not known:
                break
            if start + count > length:
                raise StemError("ends early")
            return start, count
    raise StemError("is not a WAV file")


def _check_format(data: bytes, sample_rate: int, channels: int) -> None:
    if len(data) < 16:
        raise StemError("is not a WAV file")
    tag, its_channels, its_rate, _, _, bits = struct.unpack_from("<HHIIHH", data)
    if tag == EXTENSIBLE and len(data) >= 26:
        tag = struct.unpack_from("<H", data, 24)[0]
    if (tag, bits) != (IEEE_FLOAT, 32):
        raise StemError("does not hold 32-bit floats")
    if (its_channels, its_rate) != (channels, sample_rate):
        raise StemError(f"has {its_channels} channels at {its_rate} Hz instead of {channels} at {sample_rate} Hz")
