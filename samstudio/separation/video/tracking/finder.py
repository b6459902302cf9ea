"""What finds an object in the key frames of a film, by whatever network.

h x w is the size at which masks are carried by motion. A place is the number of a key frame
among all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor

from samstudio.separation.video.contract import Picture


@dataclass(frozen=True, eq=False)
class KeyMask:
    """The object's soft mask (h, w) in a key frame, and how certain it is (0..1); all zeros where it is not seen."""

    mask: Tensor = field(repr=False)
    certainty: float

    @property
    def is_seen(self) -> bool:
        """Whether anything of the object is seen."""
        return bool((self.mask > 0.5).any())


Judge = Callable[[int, Picture, Tensor], KeyMask]
"""The object in the key frame at a place, to which motion has carried its mask (h, w); for one key after another."""


class Finder(Protocol):
    """One object in one film. It remembers all marks for good, and of what it finds itself no more than it needs."""

    def remember(self, place: int | None, picture: Picture, mask: Tensor) -> None:
        """The object is there in a picture: the one of a key frame, or of none that is followed through (None)."""
        ...

    def walk(self, start: KeyMask, *, backwards: bool) -> Judge:
        """Set out from a marked key frame, to all that follow or come before it up to the next mark."""
        ...
