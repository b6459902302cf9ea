"""The two takes that are compared, A and B."""

from dataclasses import dataclass
from math import isfinite

MOST_OFFSET_DB = 24.0
"""The most by which a take is turned down, however soft the other one is."""


@dataclass(frozen=True)
class Comparison:
    """The takes played last, by their ids; A stands above B in the list."""

    a: str
    b: str
    offsets_db: tuple[float, float] | None = None
    """By how much A and B are turned down to be equally loud; None: not matched, or not measured yet."""
    measuring: bool = False
    """Whether their loudness is still being measured."""

    def letter(self, take: str) -> str:
        """`A`, `B`, or empty for another take."""
        return {self.a: "A", self.b: "B"}.get(take, "")

    def offset_db(self, take: str) -> float:
        """By how much a take is turned down."""
        return self.offsets_db["AB".index(self.letter(take))] if self.offsets_db and self.letter(take) else 0.0


def matching_offsets(a: float, b: float) -> tuple[float, float]:
    """By how much to turn down two sounds of `a` and `b` LUFS so that both are as loud as the softer one.

    Only the louder one is turned down, so that nothing can clip that did not before. Silence is not matched.
    """
    if not (isfinite(a) and isfinite(b)):
        return 0.0, 0.0
    softer = min(a, b)
    return max(softer - a, -MOST_OFFSET_DB), max(softer - b, -MOST_OFFSET_DB)
