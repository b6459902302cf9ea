"""What a listener made of the clip that it heard last: the next word about that clip costs little."""

import weakref
from collections.abc import Hashable
from typing import Generic, TypeVar

from samstudio.session.clip import Samples

Result = TypeVar("Result")


class LastHeard(Generic[Result]):
    """One result, kept for as long as its clip lives."""

    def __init__(self) -> None:
        self._samples: weakref.ref[Samples] | None = None
        self._key: Hashable = None
        self._heard: Result | None = None

    def get(self, samples: Samples, key: Hashable = None) -> Result | None:
        """What was kept for these samples and this key."""
        known = self._samples is not None and self._samples() is samples and self._key == key
        return self._heard if known else None

    def keep(self, samples: Samples, heard: Result, key: Hashable = None) -> None:
        """Keep it, in place of what was kept before."""
        self._samples, self._key, self._heard = weakref.ref(samples, self._forget), key, heard

    def _forget(self, gone: "weakref.ref[Samples]") -> None:
        if gone is self._samples:
            self._samples = self._heard = None
