"""Copies of long sounds that cost no more than what differs in them.

A copy maps the same file as the original, and over it, page by page, a file of what was written to the copies. Nothing
is read or copied for that, however long the sound is and however much was written before.
"""

import ctypes
import mmap
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from samstudio.session.clip import Samples
from samstudio.session.scratch import OpenFile, ScratchError, kept_file, map_of, scratch_sentence

_PAGE = mmap.PAGESIZE
# Maps cannot be laid over each other on Windows: there a copy holds in memory what differs.
_LIBC = None if sys.platform == "win32" else ctypes.CDLL(None, use_errno=True)
_MAP_FIXED = 0x10
if _LIBC is not None:
    _LIBC.mmap.restype = ctypes.c_void_p
    _LIBC.mmap.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64
    ]  # fmt: skip


class _PatchFile:
    """What was written to copies, one piece after the other; a temporary file without a name."""

    def __init__(self) -> None:
        try:
            with tempfile.TemporaryFile(prefix="samstudio-") as file:
                self._file = OpenFile(file.fileno())
        except OSError as error:
            raise ScratchError(scratch_sentence(None, _PAGE, error)) from error
        self._size = 0

    @property
    def descriptor(self) -> int:
        """Of the file."""
        return self._file.descriptor

    def append(self, data: bytes) -> int:
        """Write whole pages; returns where they are. Raises ScratchError."""
        left = memoryview(data)
        try:
            os.lseek(self.descriptor, self._size, os.SEEK_SET)
            while left:
                left = left[os.write(self.descriptor, left) :]
        except OSError as error:
            raise ScratchError(scratch_sentence(Path(tempfile.gettempdir()), len(data), error)) from error
        self._size += len(data)
        return self._size - len(data)


@dataclass(frozen=True)
class _Patch:
    """The bytes `start` to `stop` of a map come from `place` on in the file of patches."""

    start: int
    stop: int
    place: int

    def without(self, start: int, stop: int) -> "tuple[_Patch, ...]":
        """What is left of it when others cover a range."""
        left = _Patch(self.start, min(self.stop, start), self.place)
        right_start = max(self.start, stop)
        right = _Patch(right_start, self.stop, self.place + right_start - self.start)
        return tuple(patch for patch in (left, right) if patch.start < patch.stop)


@dataclass(frozen=True, eq=False)
class _Patched:
    """The file under a map, and what lies over it: disjoint and in order."""

    base: OpenFile
    patches: tuple[_Patch, ...]
    file: _PatchFile


_PATCHED: WeakKeyDictionary[mmap.mmap, _Patched] = WeakKeyDictionary()


class PatchedCopy:
    """A copy (`samples`, read-only but for `write`) of a scratch array, of a mapped stem, or of another such copy.

    Of an ordinary array it is a copy like any other. Raises ScratchError.
    """

    samples: Samples

    def __init__(self, original: Samples) -> None:
        self._pages: mmap.mmap | None = None
        source = map_of(original)
        patched = _PATCHED.get(source) if source is not None else None
        base = patched.base if patched is not None else kept_file(source) if source is not None else None
        if source is None or base is None or not original.flags.c_contiguous:
            self.samples = np.array(original)
            return
        self._pages = pages = _mapped(base, len(source))
        patches = patched.patches if patched is not None else ()
        _PATCHED[pages] = _Patched(base, patches, patched.file if patched is not None else _PatchFile())
        for patch in patches:
            self._lay(patch, source)
        offset = original.ctypes.data - _address(source)
        self.samples = np.frombuffer(pages, np.float32, original.size, offset).reshape(original.shape)

    def write(self, start: int, samples: Samples) -> None:
        """Set the frames from `start` on. Raises ScratchError."""
        place = self.samples[start : start + len(samples)]
        if self._pages is None or not place.size:
            place[:] = samples
            return
        first = place.ctypes.data - _address(self._pages)
        low, high = first // _PAGE * _PAGE, min(len(self._pages), -(-(first + place.nbytes) // _PAGE) * _PAGE)
        data = bytearray(self._pages[low:high])
        data[first - low : first - low + place.nbytes] = np.ascontiguousarray(samples, np.float32).tobytes()
        patched = _PATCHED[self._pages]
        # The last page of the map may be no whole one, but one begins where the next piece does.
        where = patched.file.append(bytes(data).ljust(-(-len(data) // _PAGE) * _PAGE, b"\0"))
        patch = _Patch(low, high, where)
        if _LIBC is None:
            self._pages[low:high] = bytes(data)
        else:
            self._lay(patch, self._pages)
        others = (part for other in patched.patches for part in other.without(low, high))
        patches = tuple(sorted((*others, patch), key=lambda one: one.start))
        _PATCHED[self._pages] = _Patched(patched.base, patches, patched.file)

    def _lay(self, patch: _Patch, source: mmap.mmap) -> None:
        """Lay a patch over the map; where that is not possible, copy it from a map that has it."""
        pages = self._pages
        assert pages is not None  # noqa: S101 (only maps have patches)
        if _LIBC is None:
            pages[patch.start : patch.stop] = source[patch.start : patch.stop]
        else:
            _lay_over(_address(pages) + patch.start, patch, _PATCHED[pages].file.descriptor)


def patched_bytes(samples: NDArray[np.float32]) -> int:
    """How much of a copy is its own: whole pages."""
    return sum(patch.stop - patch.start for patch in _patches(samples))


def patch_count(samples: NDArray[np.float32]) -> int:
    """Of how many pieces that consists."""
    return len(_patches(samples))


def _patches(samples: NDArray[np.float32]) -> tuple[_Patch, ...]:
    pages = map_of(samples)
    patched = _PATCHED.get(pages) if pages is not None else None
    return patched.patches if patched is not None else ()


def _address(pages: mmap.mmap) -> int:
    return int(np.frombuffer(pages, np.uint8).ctypes.data)


def _mapped(file: OpenFile, size: int) -> mmap.mmap:
    access = mmap.ACCESS_COPY if _LIBC is None else mmap.ACCESS_READ
    try:
        return mmap.mmap(file.descriptor, size, access=access)
    except OSError as error:
        raise ScratchError(scratch_sentence(None, size, error)) from error


def _lay_over(address: int, patch: _Patch, descriptor: int) -> None:
    assert _LIBC is not None  # noqa: S101 (the caller has looked)
    size = patch.stop - patch.start
    fixed = mmap.MAP_SHARED | _MAP_FIXED
    got = _LIBC.mmap(address, size, mmap.PROT_READ, fixed, descriptor, patch.place)
    if got != address:
        error = OSError(ctypes.get_errno(), "the system maps no more parts of files")
        raise ScratchError(scratch_sentence(None, size, error))
