"""Keeps what was computed from a clip, so that the next prompt about it begins where the prompt matters.

Encode once, prompt many times, as Segment Anything's predictor does. The arrays lie in scratch files: in memory while
there is room, else on disk. They end with the program; what is computed from a clip alone also goes to `kept_files`.
"""

from collections import OrderedDict
from collections.abc import Hashable
from functools import cache
from typing import TypeVar

from samstudio.separation.cache.kept_files import KeptFiles

Kept = TypeVar("Kept")

MOST_BYTES = 2 << 30
"""Features of an hour in stereo take 92 MB, and the latents of eight candidates 1.5 GB."""


class ClipCache:
    """Values by their keys, those used last; a key tells of everything that the value was computed from."""

    def __init__(self, most: int = MOST_BYTES, files: KeptFiles | None = None) -> None:
        """`most` bytes are kept; with `files`, arrays of a clip alone are kept there for later starts as well."""
        self._most, self.files = most, files
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()

    def get(self, kind: type[Kept], key: Hashable) -> Kept | None:
        """The value of a key, if it is kept and of that kind."""
        value, _ = self._kept.get(key, (None, 0))
        if not isinstance(value, kind):
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value of `size` bytes in place of those that were not used for longest; none larger than the cache."""
        self._kept.pop(key, None)
        if size > self._most:
            return
        self._kept[key] = value, size
        while self.size > self._most:
            self._kept.popitem(last=False)

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(size for _, size in self._kept.values())


@cache
def shared_cache() -> ClipCache:
    """The one cache of the program."""
    return ClipCache(files=KeptFiles())
