"""Disk-backed sample arrays, so that memory does not grow with a recording's length."""

import errno
import mmap
import os
import shutil
import tempfile
from contextlib import ExitStack
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


def silent_array(frames: int, channels: int) -> Samples:
    """A read-only float32 array (frames, channels) of silence, which takes no room on POSIX: its file is a hole.

    Raises ScratchError.
    """
    size = max(1, frames * channels * 4)
    try:
        with tempfile.TemporaryFile(prefix="samstudio-") as file:
            file.truncate(size)
            pages = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
            keep_file(pages, file.fileno())
    except OSError as error:
        raise ScratchError(scratch_sentence(Path(tempfile.gettempdir()), size, error)) from error
    return np.frombuffer(pages, np.float32, frames * channels).reshape(frames, channels)


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
            raise ScratchError(scratch_sentence(self._folder, size, error)) from error
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
            raise ScratchError(scratch_sentence(self._folder, self._size, error)) from error

    def close(self) -> None:
        """The array stays."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def scratch_sentence(place: Path | None, size: int, error: OSError) -> str:
    """Why the scratch disk cannot hold so many bytes, for the user."""
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

    Does nothing for an ordinary array, or where the system cannot (Windows).
    """
    owner = map_of(samples)
    if owner is not None and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)


def map_of(samples: NDArray[np.float32]) -> mmap.mmap | None:
    """The map that holds an array's samples; None for an ordinary array."""
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    return owner if isinstance(owner, mmap.mmap) else None


class OpenFile:
    """An open file of which there are maps, closed when nothing refers to it any more."""

    def __init__(self, descriptor: int) -> None:
        """It gets a descriptor of its own: that one may be closed."""
        self.descriptor = os.dup(descriptor)
        finalize(self, os.close, self.descriptor).atexit = False


_FILES: WeakKeyDictionary[mmap.mmap, OpenFile] = WeakKeyDictionary()


def keep_file(pages: mmap.mmap, descriptor: int) -> None:
    """Keep a map's file open as long as the map exists, so that it can be mapped once more."""
    _FILES[pages] = OpenFile(descriptor)


def kept_file(pages: mmap.mmap) -> OpenFile | None:
    """The file of a map, if it is kept."""
    return _FILES.get(pages)
