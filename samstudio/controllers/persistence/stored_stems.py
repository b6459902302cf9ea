"""Which samples of the open recordings are in which files, so that they are not written twice."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import ref

from samstudio.storage.session_folder import StoredStem


class StoredStems:
    """By the file's path. Samples that nothing else refers to are freed."""

    def __init__(self) -> None:
        self._samples: dict[Path, ref[Any]] = {}

    def add(self, stored: Iterable[StoredStem]) -> None:
        """Remember these files."""
        for stem in stored:
            self._samples[stem.path] = ref(stem.samples)

    def all(self) -> tuple[StoredStem, ...]:
        """Those whose samples still exist."""
        self._samples = {path: reference for path, reference in self._samples.items() if reference() is not None}
        pairs = ((path, reference()) for path, reference in self._samples.items())
        return tuple(StoredStem(path, samples) for path, samples in pairs if samples is not None)
