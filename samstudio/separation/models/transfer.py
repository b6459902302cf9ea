"""How a download stands, as the window shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Transfer:
    """Part `number` of `count`; `done` of `total` bytes of it.

    `speed` in bytes a second and `left` in seconds, None while they are not known.
    """

    title: str
    stage: str
    done: float
    total: float
    number: int = 1
    count: int = 1
    speed: float | None = None
    left: float | None = None
