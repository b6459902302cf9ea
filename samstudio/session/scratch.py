"""Disk-backed sample arrays, so that memory does not grow with a recording's length."""

import errno
import mmap
import os
import shutil
import tempfile
from pathlib import Path

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
    size = max(1, frames * channels * 4)
    place: Path | None = folder
    try:
        place = place or Path(tempfile.gettempdir())
        # The system would fill the whole disk before it reports that a file is too large.
        if size > shutil.disk_usage(place).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        # Windows removes it at the last close: the map keeps it open for as long as the array lives.
        with tempfile.TemporaryFile(prefix="samstudio-", dir=place) as file:
            if hasattr(os, "posix_fallocate"):
                # On a full disk a sparse file would end the process at the first write (SIGBUS): reserve the space.
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
            pages = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise ScratchError(_sentence(place, size, error)) from error
    return np.frombuffer(pages, np.float32, frames * channels).reshape(frames, channels)


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

    Does nothing for an ordinary array, or where the system cannot (Windows).
    """
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
