"""A folder of results by their keys, shared by the processes of this computer and kept within bounds.

A file holds arrays one after the other, a head in JSON that says what they are, the head's length (64 bits,
little-endian) and a BLAKE2b of all before it. It is moved into place when it is whole. Which was used last is told by
the time of its last change.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path, user_config_path

from samstudio.separation.engine import SeparationError
from samstudio.session.private_files import private_folder

DEFAULT_BYTES = 10_000_000_000
LEAST_FREE = 1_000_000_000
"""Bytes that stay free on the disk, whatever the bound is."""
_MAGIC, _SUFFIX, _PART = b"SAMKEPT1", ".kept", ".part"
_DIGEST, _LENGTH = 32, 8
_PIECE = 1 << 22
_MOST_HEAD = 64 << 20
_LOOK_SECONDS = 60.0
_STALE_SECONDS = 24 * 3600.0
"""The age at which an unfinished file is one of a process that crashed: each step of an engine changes it."""


@dataclass(frozen=True)
class CacheInfo:
    """What a cache holds: `count` results of `size` bytes in all, of which there may be `most`."""

    folder: Path
    count: int
    size: int
    most: int


class CacheError(SeparationError):
    """The cache cannot be used; the text may be shown as it stands."""


class KeptFiles:
    """The results in a folder. What is missing, damaged or cannot be read is made anew by whoever asks."""

    _looked: ClassVar[dict[Path, tuple[float, int]]] = {}
    """When this process looked through a folder last, and how many bytes there are by now, as far as it knows."""

    def __init__(self, folder: Path | None = None, limit: Path | None = None) -> None:
        """`folder` and `limit`, the file that holds the bound: None is the program's own."""
        self.folder = folder or user_cache_path("samstudio", appauthor=False) / "results"
        self._limit = limit or user_config_path("samstudio", appauthor=False) / "cache.json"

    @property
    def most_bytes(self) -> int:
        """Bytes of all files; 0: nothing is kept."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            return max(0, int(json.loads(self._limit.read_text("utf-8"))["most_bytes"]))
        return DEFAULT_BYTES

    def set_most_bytes(self, most: int) -> None:
        """Keep no more than that, for all processes from now on. Raises CacheError."""
        try:
            private_folder(self._limit.parent)
            part = self._limit.with_suffix(f".{uuid4().hex}{_PART}")
            part.write_text(json.dumps({"most_bytes": most}), "utf-8")
            part.replace(self._limit)
        except OSError as error:
            raise CacheError(f"“{self._limit}” cannot be written ({error.strerror}): check its permissions.") from error
        self._looked.pop(self.folder, None)
        self.make_room(0)

    def info(self) -> CacheInfo:
        """What there is. Raises CacheError where the folder cannot be read."""
        files = self._files()
        return CacheInfo(self.folder, len(files), sum(size for _, size, _ in files), self.most_bytes)

    def clear(self) -> None:
        """Remove all results. Raises CacheError where one cannot be removed."""
        self._looked.pop(self.folder, None)
        for _, _, path in self._files():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise CacheError(
                    f"“{self.folder}” cannot be cleared ({error.strerror}): check its permissions."
                ) from error

    def find(self, key: str) -> Generator[float, None, "KeptFile | None"]:
        """The result of a key, checked to the last bit, if there is one; yields the fraction checked."""
        path = self._path(key)
        try:
            file = path.open("rb")
        except OSError:
            return None
        try:
            kept = yield from _checked(file)
        except (OSError, ValueError, KeyError, TypeError):
            kept = None
        except GeneratorExit:
            file.close()
            raise
        if kept is None:
            file.close()
            with suppress(OSError):
                path.unlink()
            return None
        # Used last.
        with suppress(OSError):
            os.utime(path)
        return kept

    def begin(self, key: str, size: int) -> "KeptWriter | None":
        """A file for the result of a key, of about `size` bytes; None where one so large is not kept.

        Raises CacheError where it cannot be written.
        """
        if not 0 < size <= self.most_bytes:
            return None
        try:
            private_folder(self.folder)
            self.make_room(size)
            if shutil.disk_usage(self.folder).free - size < LEAST_FREE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return KeptWriter(self, self._path(key))
        except OSError as error:
            raise self.trouble(error) from error

    def trouble(self, error: OSError) -> CacheError:
        """Why a result is not kept, for the user."""
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
            return CacheError("The result was not kept in the cache: the disk is full.")
        return CacheError(
            f"The result was not kept in the cache: “{self.folder}” cannot be written ({error.strerror})."
        )

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _files(self) -> list[tuple[float, int, Path]]:
        """When each was used last, its size in bytes, and its path; the one longest ago first."""
        try:
            paths = [path for path in self.folder.iterdir() if path.suffix == _SUFFIX]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise CacheError(f"“{self.folder}” cannot be read ({error.strerror}): check its permissions.") from error
        found = []
        for path in paths:
            # Another process may remove it meanwhile.
            with suppress(OSError):
                facts = path.lstat()
                found.append((facts.st_mtime_ns / 1e9, facts.st_size, path))
        return sorted(found)

    def make_room(self, size: int) -> None:
        """Remove those that were not used for longest until another one of `size` bytes fits."""
        # With very many results it takes long to look through them: not for each new one.
        when, known = self._looked.get(self.folder, (0.0, 0))
        if time.monotonic() - when < _LOOK_SECONDS and when and known + size <= self.most_bytes:
            self._looked[self.folder] = when, known + size
            return
        try:
            files = self._files()
        except CacheError:
            return
        kept = sum(size for _, size, _ in files)
        room = self.most_bytes - size - kept
        for _, freed, path in files:
            if room >= 0:
                break
            # On Windows one that is being read stays.
            with suppress(OSError):
                path.unlink(missing_ok=True)
                room, kept = room + freed, kept - freed
        self._looked[self.folder] = time.monotonic(), kept + size
        for path in self.folder.glob(f"*{_PART}"):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > _STALE_SECONDS:
                    path.unlink()


class KeptWriter:
    """A result on its way into the cache: `write` its arrays, `keep` it, and close it."""

    def __init__(self, cache: KeptFiles, path: Path) -> None:
        """Raises OSError."""
        self._cache, self._path = cache, path
        self._part = path.with_name(f"{path.stem}-{uuid4().hex}{_PART}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self._part, flags, 0o600), "wb")
        self._digest = blake2b(digest_size=_DIGEST)
        self._size = 0
        self._add(_MAGIC)

    def _add(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._size += len(data)

    def write(self, array: NDArray[Any]) -> list[Any]:
        """Write an array; what `KeptFile.read` finds it by, as JSON takes it. Raises CacheError."""
        place = [self._size, array.dtype.str, list(array.shape)]
        try:
            for piece in _pieces(array):
                self._add(piece)
        except OSError as error:
            raise self._cache.trouble(error) from error
        return place

    def keep(self, head: Any) -> None:
        """Put the result where it is found, with what the arrays are. Raises CacheError."""
        text = json.dumps(head).encode()
        try:
            self._add(text)
            self._add(len(text).to_bytes(_LENGTH, "little"))
            self._file.write(self._digest.digest())
            self._file.close()
            self._part.replace(self._path)
            self._cache.make_room(0)
        except OSError as error:
            raise self._cache.trouble(error) from error

    def close(self) -> None:
        """Leave nothing, unless it is kept."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


@dataclass(frozen=True)
class KeptFile:
    """A result that was found whole; it stays readable though it is removed. Close it."""

    head: Any
    _file: BinaryIO

    def read(self, place: list[Any]) -> NDArray[Any]:
        """An array in memory. Raises OSError."""
        start, kind, shape = place
        array = np.empty(shape, np.dtype(kind))
        self._file.seek(start)
        if self._file.readinto(array.reshape(-1).view(np.uint8).data) != array.nbytes:  # type: ignore[attr-defined]
            raise OSError(errno.EIO, "it was cut short")
        return array

    def close(self) -> None:
        """Nothing is read any more."""
        self._file.close()


def _pieces(array: NDArray[Any]) -> Iterator[memoryview]:
    rows = max(1, _PIECE // max(1, array[:1].nbytes))
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows]).reshape(-1).view(np.uint8).data


def _checked(file: BinaryIO) -> Generator[float, None, KeptFile]:
    """Raises ValueError where it is not what was written, and OSError."""
    total = file.seek(0, os.SEEK_END) - _DIGEST
    if total < len(_MAGIC) + _LENGTH:
        raise ValueError("It is too short.")
    file.seek(0)
    digest, left, last = blake2b(digest_size=_DIGEST), total, b""
    while left:
        last = file.read(min(_PIECE, left))
        if not last:
            raise ValueError("It was cut short.")
        digest.update(last)
        left -= len(last)
        yield 1.0 - left / total
    if file.read(_DIGEST) != digest.digest():
        raise ValueError("It is damaged.")
    file.seek(total - _LENGTH)
    length = int.from_bytes(file.read(_LENGTH), "little")
    if length > min(_MOST_HEAD, total - _LENGTH - len(_MAGIC)):
        raise ValueError("Its head is too long.")
    file.seek(total - _LENGTH - length)
    return KeptFile(json.loads(file.read(length)), file)
