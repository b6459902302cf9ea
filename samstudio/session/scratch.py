"""Disk-backed sample arrays, so that memory does not grow with a recording's length."""

import errno
import mmap
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from weakref import WeakKeyDictionary, finalize

import numpy as np
from numpy.typing import NDArray

from samstudio.session.clip import Samples
from samstudio.session.text.quoting import size_text


class ScratchError(Exception):
    """The scratch disk cannot hold the array; the text may be shown as it stands."""


def scratch_array(frames: int, channels: int, folder: Path | None = None) -> Samples:
    """A zeroed, writable float32 array (frames, channels) kept in a temporary file.

    The file has no name from the start where the system allows it (POSIX), so nothing is left behind whatever happens;
    elsewhere it is removed when the array goes. Raises ScratchError when the disk cannot hold it.
    """
    with ScratchFile(frames, channels, folder) as file:
        return file.samples


class ScratchFile:
    """A scratch array (`samples`) that is filled with `write` in large parts; close it when that is done.

    Writing the file costs a fraction of writing the array, where each new page is a fault and is zeroed first.
    """

    samples: Samples

    def __init__(self, frames: int, channels: int, folder: Path | None = None) -> None:
        size = max(1, frames * channels * 4)
        self._folder, self._size = folder, size
        try:
            self._folder = folder or Path(tempfile.gettempdir())
            # The system would fill the whole disk before it reports that a file is too large.
            if size > shutil.disk_usage(self._folder).free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            with ExitStack() as opened:
                file = opened.enter_context(tempfile.TemporaryFile(prefix="samstudio-", dir=self._folder))
                if hasattr(os, "posix_fallocate"):
                    # On a full disk a sparse file would end the process at the first write (SIGBUS): reserve the space.
                    os.posix_fallocate(file.fileno(), 0, size)
                else:
                    file.truncate(size)
                # Windows removes the file at the last close: the map keeps it open for as long as the array lives.
                pages = mmap.mmap(file.fileno(), size)
                keep_file(pages, file.fileno())
                self._file, self._opened = file, opened.pop_all()
        except OSError as error:
            raise ScratchError(_sentence(self._folder, size, error)) from error
        self.samples = np.frombuffer(pages, np.float32, frames * channels).reshape(frames, channels)

    def write(self, start: int, samples: Samples) -> None:
        """Set the frames from `start` on. Raises ScratchError when the disk is full after all."""
        if not hasattr(os, "pwrite"):
            # Windows does not promise that a map shows what is written to its file.
            self.samples[start : start + len(samples)] = samples
            return
        if not samples.size:
            return
        data = np.ascontiguousarray(samples, np.float32).data.cast("B")
        position = start * self.samples.itemsize * self.samples.shape[1]
        try:
            while data:
                count = os.pwrite(self._file.fileno(), data, position)
                data, position = data[count:], position + count
        except OSError as error:
            raise ScratchError(_sentence(self._folder, self._size, error)) from error

    def close(self) -> None:
        """The array stays."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sentence(place: Path | None, size: int, error: OSError) -> str:
    where = f"The temporary folder {place}" if place else "The temporary folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{where} has no room for {size_text(size)} of working audio: free some space there."
    return f"{where} cannot be used ({error.strerror}): set TMPDIR to a folder that can be written."


def read_only(samples: Samples) -> Samples:
    """A read-only view."""
    view = samples.view()
    view.flags.writeable = False
    return view


def forget_pages(samples: NDArray[np.float32]) -> None:
    """Release the memory of a scratch array's pages; the samples stay on disk and are loaded again when read.

    Does nothing for an ordinary array, or where the system cannot (Windows). What was written to a private copy is
    nowhere else, and stays.
    """
    owner = _map_of(samples)
    if owner is None or not hasattr(mmap, "MADV_DONTNEED"):
        return
    start, end = 0, len(owner)
    for first, stop in _MAPS[owner].written if owner in _MAPS else ():
        if first > start:
            owner.madvise(mmap.MADV_DONTNEED, start, first - start)
        start = stop
    if start < end:
        owner.madvise(mmap.MADV_DONTNEED, start, end - start)


def _map_of(samples: NDArray[np.float32]) -> mmap.mmap | None:
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    return owner if isinstance(owner, mmap.mmap) else None


# Private copies


class _Descriptor:
    """An open file, closed when nothing refers to it any more."""

    def __init__(self, number: int) -> None:
        self.number = os.dup(number)
        finalize(self, os.close, self.number).atexit = False


@dataclass(frozen=True)
class _MappedFile:
    """Which file is in a map, and of a private copy, which bytes are not those of the file: disjoint and in order."""

    file: _Descriptor
    written: tuple[tuple[int, int], ...] = ()


_MAPS: WeakKeyDictionary[mmap.mmap, _MappedFile] = WeakKeyDictionary()
# Python names it from 3.13 on. Without, Linux refuses private maps that are longer than its memory.
_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)


def keep_file(pages: mmap.mmap, descriptor: int) -> None:
    """Keep a map's file open as long as the map exists, so that private copies of it can be made."""
    _MAPS[pages] = _MappedFile(_Descriptor(descriptor))


class PrivateCopy:
    """A copy (`samples`) of a scratch array or of a mapped stem, which takes memory only where it is written to.

    A copy of a private copy takes what was written to that. Of an ordinary array it is a copy like any other. Nothing
    may be written once another thread has it.
    """

    samples: Samples

    def __init__(self, samples: Samples) -> None:
        source = _map_of(samples)
        if source is None or source not in _MAPS or not samples.flags.c_contiguous:
            self.samples = np.array(samples)
            return
        mapped = _MAPS[source]
        pages = _private_map(mapped.file.number, len(source))
        for start, stop in mapped.written:
            pages[start:stop] = source[start:stop]
        _MAPS[pages] = mapped
        offset = samples.ctypes.data - np.frombuffer(source, np.uint8).ctypes.data
        self.samples = np.frombuffer(pages, np.float32, samples.size, offset).reshape(samples.shape)

    def write(self, start: int, samples: Samples) -> None:
        """Set the frames from `start` on."""
        place = self.samples[start : start + len(samples)]
        pages = _map_of(self.samples)
        if pages is not None and place.size:
            first = place.ctypes.data - np.frombuffer(pages, np.uint8).ctypes.data
            page = mmap.PAGESIZE
            added = first // page * page, min(len(pages), -(-(first + place.nbytes) // page) * page)
            _MAPS[pages] = replace(_MAPS[pages], written=_with(_MAPS[pages].written, added))
        place[:] = samples


def written_bytes(samples: Samples) -> int:
    """The memory that a private copy takes: whole pages."""
    pages = _map_of(samples)
    return sum(stop - start for start, stop in _MAPS[pages].written) if pages is not None and pages in _MAPS else 0


def _private_map(descriptor: int, size: int) -> mmap.mmap:
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)
    return mmap.mmap(descriptor, size, mmap.MAP_PRIVATE | _NO_RESERVE, mmap.PROT_READ | mmap.PROT_WRITE)


def _with(ranges: tuple[tuple[int, int], ...], added: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Disjoint ranges in order, and one more."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted((*ranges, added)):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((start, stop))
    return tuple(joined)
